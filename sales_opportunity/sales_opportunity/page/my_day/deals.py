"""The user's deals: which they are, which have stalled, and what the page tells of them."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

import frappe
from frappe.query_builder import Criterion

from sales_opportunity.activities.linked_opportunities import OPPORTUNITY
from sales_opportunity.framework.compat import FIRST_DAY
from sales_opportunity.people import contact_name
from sales_opportunity.reporting.drill_down import between_days
from sales_opportunity.reporting.query import readable_criterion
from sales_opportunity.reporting.sharing import listed_for, takes_part
from sales_opportunity.sales_opportunity.page.my_day.paging import first_rows

if TYPE_CHECKING:
	from pypika import Table


def own_deals(deal: "Table") -> Criterion:
	"""Return the criterion for the open deals that the user is responsible for, or has a share of, and may read."""
	mine = takes_part(deal, frappe.session.user) & (deal.status == "Open")
	return mine & readable_criterion(OPPORTUNITY)


def stalled_deals(today: date) -> dict:
	"""Return the user's deals on which nothing has happened for too long, the longest first."""
	deal = frappe.qb.DocType(OPPORTUNITY)
	query = frappe.qb.from_(deal).where(own_deals(deal) & (deal.stalled_from <= today))
	found = first_rows(query, (deal.name, deal.stalled_from, deal.idle_since), deal.stalled_from, deal.name)
	for row in found["rows"]:
		row["opportunity"] = row.name
	return {
		**found,
		"filters": {
			"status": "Open",
			**listed_for(frappe.session.user),
			"stalled_from": between_days(FIRST_DAY, today),
		},
	}


def described_deals(names: Iterable[str]) -> dict[str, dict]:
	"""Return by name what the page tells of these opportunities, those that the user may read, with the contact's
	phone number and e-mail address."""
	fields = [
		"name",
		"title",
		"party_name",
		"stage",
		"opportunity_owner",
		"contact",
		"contact_email",
		"base_amount",
		"company_currency",
		"expected_close_date",
	]
	deals = frappe.get_list(OPPORTUNITY, {"name": ("in", sorted(set(names) - {None}))}, fields, limit=0)
	contacts = reachable({deal.contact for deal in deals} - {None, ""})
	for deal in deals:
		contact = contacts.get(deal.contact) or frappe._dict()
		deal.update(
			contact_name=contact.full_name,
			phone=contact.mobile_no or contact.phone,
			email=contact.email_id or deal.contact_email,
		)
	return {deal.name: deal for deal in deals}


def reachable(contacts: set[str]) -> dict[str, frappe._dict]:
	"""Return by name how these contacts are reached, those that the user may read."""
	if not frappe.has_permission("Contact", "read"):
		return {}
	fields = ["name", "first_name", "last_name", "mobile_no", "phone", "email_id"]
	rows = frappe.get_list("Contact", {"name": ("in", sorted(contacts))}, fields, limit=0)
	for row in rows:
		row.full_name = contact_name(row)
	return {row.name: row for row in rows}
