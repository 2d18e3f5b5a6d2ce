"""The facts of change: for every change of what an opportunity is worth and when, what it was before and after."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import frappe
from frappe.query_builder.functions import Max
from frappe.utils import get_datetime, now_datetime

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

TRACKED = (
	"stage",
	"status",
	"expected_close_date",
	"transaction_currency",
	"conversion_rate",
	"probability",
	"amount",
	"base_amount",
	"base_weighted_amount",
)
CONTEXT = ("class_id", "opportunity_owner", "company", "company_currency")


@dataclass(frozen=True)
class Backdating:
	"""When a deal of the past was begun or closed, and whether it brings the exchange rate of that time.

	`is_taken_over` is that it was kept by another app: its masters may be gone since, and its partner stays what it is.
	"""

	happened_on: datetime
	has_own_rate: bool
	is_taken_over: bool = False


def moment_of(doc: "SalesOpportunity") -> datetime:
	"""Return when this save's change happened: now, or when the importer of former deals says it did."""
	return doc.happened_on or now_datetime()


def record_change(doc: "SalesOpportunity") -> None:
	"""Write one Sales Opportunity Change if this save created the opportunity or changed a tracked field."""
	before = doc.get_doc_before_save()
	if before and not any(doc.has_changed(fieldname) for fieldname in (*TRACKED, *CONTEXT)):
		return
	fact = frappe.get_doc(
		{
			"doctype": "Sales Opportunity Change",
			"opportunity": doc.name,
			"changed_on": moment_after(last_fact(doc.name) if before else None, moment_of(doc)),
			"changed_by": frappe.session.user,
			"is_first": not before,
			**{fieldname: doc.get(fieldname) for fieldname in (*TRACKED, *CONTEXT)},
		}
	)
	if before:
		fact.update({f"previous_{fieldname}": before.get(fieldname) for fieldname in TRACKED})
	# All of it was checked in the opportunity, by a save that the user was allowed to do; no role may create facts by hand.
	fact.set_user_and_timestamp()
	fact.set_new_name()
	fact.db_insert()
	fact.run_method("after_insert")


def stage_changes(opportunities: list[str]) -> list[frappe._dict]:
	"""Return the facts by which opportunities came into a stage, the earliest first, with what they were worth then.

	For who may read the opportunities. Each has `opportunity`, `changed_on`, `changed_by`, `stage`, `previous_stage`
	(None for the first), `amount` in `transaction_currency`, `probability` in %, and `base_amount`.
	"""
	fact = frappe.qb.DocType("Sales Opportunity Change")
	return (
		frappe.qb.from_(fact)
		.select(
			fact.opportunity,
			fact.changed_on,
			fact.changed_by,
			fact.stage,
			fact.previous_stage,
			fact.amount,
			fact.transaction_currency,
			fact.probability,
			fact.base_amount,
		)
		.where(fact.opportunity.isin(opportunities))
		.where((fact.is_first == 1) | (fact.stage != fact.previous_stage))
		.orderby(fact.changed_on, fact.creation)
		.run(as_dict=True)
	)


def last_fact(opportunity: str) -> datetime | None:
	"""Return the moment of the opportunity's last fact, None if it has none."""
	fact = frappe.qb.DocType("Sales Opportunity Change")
	return (
		frappe.qb.from_(fact).where(fact.opportunity == opportunity).select(Max(fact.changed_on)).run()[0][0]
	)


def moment_after(last: datetime | str | None, moment: datetime | None = None) -> datetime:
	"""Return the moment, by default the present one, or the next one after `last` if the clock has not come so far.

	What happens to an opportunity stays in its order also in the hour that clocks repeat in autumn, or when they
	are set back.
	"""
	moment = moment or now_datetime()
	return max(moment, get_datetime(last) + timedelta(microseconds=1)) if last else moment


def delete_changes(opportunity: str) -> None:
	"""Delete the facts of an opportunity that is being deleted."""
	frappe.db.delete("Sales Opportunity Change", {"opportunity": opportunity})
