"""Which deals of people a query is about, where colleagues share some: conditions, and the filters that lists take."""

from enum import Enum
from typing import TYPE_CHECKING

import frappe

from sales_opportunity.deal.shares import people_text
from sales_opportunity.features import PARTICIPANTS, is_used

if TYPE_CHECKING:
	from frappe.query_builder import Criterion
	from pypika import Table
	from pypika.queries import QueryBuilder

OPPORTUNITY, SHARE = "Sales Opportunity", "Sales Opportunity Share"
PERSON = "opportunity_owner"
"""The field, the filter and the group of who is responsible."""


class Sharing(Enum):
	"""What a report about people reads at once: what stands in its filters as `sharing`, which no request can send."""

	ALONE = "deals of one person"
	SHARED = "deals that colleagues share"
	BOTH = "all in which a person takes part"


def with_sharing(filters: frappe._dict, group_by: str | None) -> frappe._dict:
	"""Return the filters of a report, with `sharing` if it is filtered or grouped by people and some deals are shared."""
	is_about_people = filters.get(PERSON) or group_by == PERSON
	if is_about_people and has_shares():
		return frappe._dict(filters, sharing=Sharing.BOTH)
	return filters


def has_shares() -> bool:
	"""Return whether any deal of the site is shared with colleagues, and the settings let it be."""
	return is_used(PARTICIPANTS) and bool(frappe.db.exists(SHARE, {"parenttype": OPPORTUNITY}))


def of_people(table: "Table", filters: dict) -> "list[Criterion]":
	"""Return what restricts the deals of a report to those of its person, and to shared ones or those of one person."""
	sharing, person = filters.get("sharing"), filters.get(PERSON)
	if not isinstance(sharing, Sharing):
		return [table[PERSON] == person] if person else []
	found = []
	if person:
		found.append(table[PERSON] == person if sharing is Sharing.ALONE else takes_part(table, person))
	if sharing is Sharing.ALONE:
		found.append(table.name.notin(shared_names()))
	elif sharing is Sharing.SHARED:
		found.append(table.name.isin(shared_names()))
	return found


def takes_part(table: "Table", user: str) -> "Criterion":
	"""Return the criterion that a user is responsible for a deal, or has a share of it."""
	is_responsible = table[PERSON] == user
	if not is_used(PARTICIPANTS):
		return is_responsible
	share = frappe.qb.DocType(SHARE)
	return is_responsible | table.name.isin(shared_names().where(share.user == user))


def shared_names() -> "QueryBuilder":
	"""Return the query of the names of the deals of which colleagues have a share."""
	share = frappe.qb.DocType(SHARE)
	return frappe.qb.from_(share).where(share.parenttype == OPPORTUNITY).select(share.parent)


def listed_for(user: str) -> dict:
	"""Return the list filter for the deals in which a user takes part."""
	return {"people": ["like", f"%{people_text([user])}%"]} if is_used(PARTICIPANTS) else {PERSON: user}
