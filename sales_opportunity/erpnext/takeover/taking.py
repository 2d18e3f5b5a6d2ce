"""Takes over the Opportunities and Quotations that ERPNext has from before, once each."""

from collections.abc import Iterable
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from sales_opportunity.erpnext.hooks import is_installed
from sales_opportunity.erpnext.takeover.cases import OPEN, Case, cases
from sales_opportunity.erpnext.takeover.chunks import Progress, Refusal, process_each, without_notifications
from sales_opportunity.erpnext.takeover.deals import Sum, TakenOver, Takeover
from sales_opportunity.erpnext.takeover.quotes import throw_not_taken_over
from sales_opportunity.erpnext.takeover.reading import (
	as_it_is,
	pending_opportunities,
	pending_quotations,
)


def take_over(dry_run: bool, class_id: str | None = None, progress: Progress | None = None) -> dict[str, Any]:
	"""Take over all Opportunities and Quotations that have not been yet, for the whole site, and return what became of them.

	The answer has `taken`, the number of deals; `sums`, by kind, status and currency what they are worth in ERPNext and here;
	`differing`, DocType, name, currency and gross total before and after of drafts that are taxed otherwise as quotes; and
	`refused`, DocType, name and reason of what stays behind. What was done is not done again, however often and by
	whomever this runs, also after an interruption. `class_id` is the class of the deals, by default the first one. A dry run
	does the same and keeps nothing of it. `progress` tells how many of how many are done.
	"""
	if not is_installed():
		frappe.throw(_("ERPNext is not installed on this site."))
	class_doc = frappe.get_doc("Class ID", class_id or first_class())
	found = cases(pending_opportunities(), pending_quotations())
	taken: list[TakenOver] = []

	def take(case: Case) -> None:
		made = []
		for each in as_it_is(case):
			require_own_deal(each)
			made.append(Takeover(each, class_doc).store())
		taken.extend(made)

	with without_notifications():
		refused = process_each(found, key_of_case, take, "Opportunity", dry_run, progress)
	refused += [Refusal(*each) for one in taken for each in one.refused]
	return {
		"dry_run": dry_run,
		"taken": len(taken),
		"differing": [asdict(each) for one in taken for each in one.differing],
		"sums": summed(each for one in taken for each in one.sums),
		"refused": [asdict(each) for each in refused],
	}


def key_of_case(case: Case) -> tuple[str, str]:
	"""Return DocType and name of a case."""
	return case.doctype, case.name


def first_class() -> str:
	"""Return the class that deals have unless another one is chosen."""
	names = frappe.get_all(
		"Class ID", {"enabled": 1}, pluck="name", order_by="creation asc, name asc", limit=1
	)
	if not names:
		frappe.throw(_("There is no class for the deals yet. Make one first."))
	return names[0]


def require_own_deal(case: Case) -> None:
	"""Raise `NotTakenOverError` for Quotations whose Opportunity was taken over earlier and is no closed deal.

	A further ordered one is a deal of its own, as it would have been then.
	"""
	opportunity = not case.opportunity and case.leading and case.leading.opportunity
	if not opportunity or not frappe.db.exists("Opportunity", opportunity):
		return
	deal = frappe.db.get_value("Opportunity", opportunity, "sales_opportunity", for_update=True)
	status = deal and frappe.db.get_value("Sales Opportunity", deal, "status")
	if not deal or (case.leading and case.leading.is_ordered and status != OPEN):
		return
	throw_not_taken_over(_("its opportunity was taken over as {0} before: make the quote there").format(deal))


def summed(sums: Iterable[Sum]) -> list[dict[str, Any]]:
	"""Return number and sums before and after by kind, status and currency."""
	rows: dict[tuple[str, str, str], list] = {}
	for each in sums:
		row = rows.setdefault((each.document, each.status, each.currency), [0, Decimal(0), Decimal(0)])
		row[0] += 1
		row[1] += each.before
		row[2] += each.after
	return [
		{
			"document": document,
			"status": status,
			"currency": currency,
			"number": number,
			"before": float(before),
			"after": float(after),
		}
		for (document, status, currency), (number, before, after) in sorted(rows.items())
	]
