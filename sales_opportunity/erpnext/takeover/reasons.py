"""Why deals were lost and to whom, as ERPNext's documents say it."""

from typing import Any

import frappe
from frappe import _

from sales_opportunity.defaults import existing_default as default_name
from sales_opportunity.defaults import read_defaults, site_language
from sales_opportunity.erpnext.takeover.cases import LOST, WON, first_of

NOT_RECORDED = "Not Recorded"
"""The reason of lost deals for which ERPNext has none."""


def reasons_of(documents: list[Any]) -> dict[str, str | None]:
	"""Return the first reason and competitor, made if need be, and as notes the others and what was said of it."""
	reasons = [row.lost_reason for doc in documents for row in doc.get("lost_reasons") or ()]
	competitors = [row.competitor for doc in documents for row in doc.get("competitors") or ()]
	reason, other_reasons = first_of(reasons)
	competitor, other_competitors = first_of(competitors)
	said = dict.fromkeys(doc.order_lost_reason for doc in documents if doc.order_lost_reason)
	return {
		"closing_reason": closing_reason(reason or NOT_RECORDED),
		"competitor": competitor and sales_competitor(competitor),
		"closing_notes": "\n".join([*said, *other_reasons, *other_competitors]),
	}


def closing_reason(name: str) -> str:
	"""Return the reason for lost deals of this name, made if need be; a default one in the site's language."""
	language = site_language()
	for record in read_defaults():
		is_same = record["doctype"] == "Closing Reason" and name in (
			record["reason"],
			_(record["reason"], language, context="Closing Reason"),
		)
		if is_same and record["outcome"] == LOST:
			name = default_name(record) or name
	if name == NOT_RECORDED:
		name = _("Not Recorded", language, context="Closing Reason")
	outcome = frappe.db.get_value("Closing Reason", name, "outcome")
	if outcome == WON:
		name, outcome = _("{0} (Lost)", language).format(name), None
		outcome = frappe.db.get_value("Closing Reason", name, "outcome")
	if not outcome:
		record = {"doctype": "Closing Reason", "reason": name, "outcome": LOST, "enabled": 1}
		frappe.get_doc(record).insert()
	return name


def sales_competitor(name: str) -> str:
	"""Return the competitor of this name, made of ERPNext's if need be."""
	if not frappe.db.exists("Sales Competitor", name):
		website = frappe.db.get_value("Competitor", name, "website")
		record = {"doctype": "Sales Competitor", "competitor_name": name, "website": website}
		frappe.get_doc(record).insert()
	return name
