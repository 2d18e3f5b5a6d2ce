"""Takes over what ERPNext has from before, a few deals at a time, each chunk kept for good; a dry run keeps nothing."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils import strip_html

from sales_opportunity.erpnext.hooks import is_installed
from sales_opportunity.erpnext.takeover.cases import OPEN, Case, cases
from sales_opportunity.erpnext.takeover.deals import Sum, TakenOver, Takeover
from sales_opportunity.erpnext.takeover.quotes import refuse
from sales_opportunity.erpnext.takeover.reading import (
	mark_of,
	pending_opportunities,
	pending_quotations,
)
from sales_opportunity.locking import is_conflict, lock_gate

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.class_id.class_id import ClassID

CHUNK = 10
SAVE_POINT = "takeover"
MADE_MASTERS = ("Closing Reason", "Sales Competitor", "Sales Tax Rate", "Sales Unit")


def take_over(
	dry_run: bool, class_id: str | None = None, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
	"""Take over all Opportunities and Quotations that have not been yet, for the whole site, and return what became of them.

	The answer has `taken`, the number of deals; `sums`, by kind, status and currency what they are worth in ERPNext and here;
	and `refused`, DocType, name and reason of what stays behind. What was done is not done again, however often and by
	whomever this runs, also after an interruption. `class_id` is the class of the deals, by default the first one. A dry run
	does the same and keeps nothing of it. `progress` is told how many of how many are done.
	"""
	if not is_installed():
		frappe.throw(_("ERPNext is not installed on this site."))
	class_doc = frappe.get_doc("Class ID", class_id or first_class())
	found = cases(pending_opportunities(), pending_quotations())
	taken: list[TakenOver] = []
	refused: list[tuple[str, str, str]] = []
	with unheard():
		for start in range(0, len(found), CHUNK):
			chunk = found[start : start + CHUNK]
			take_chunk(chunk, class_doc, taken, refused, dry_run)
			if progress:
				progress(min(start + CHUNK, len(found)), len(found))
	return {
		"dry_run": dry_run,
		"taken": len(taken),
		"sums": summed(each for one in taken for each in one.sums),
		"refused": [
			{"doctype": doctype, "name": name, "reason": reason}
			for doctype, name, reason in (*refused, *(each for one in taken for each in one.refused))
		],
	}


def first_class() -> str:
	"""Return the class that deals have unless another one is chosen."""
	names = frappe.get_all(
		"Class ID", {"enabled": 1}, pluck="name", order_by="creation asc, name asc", limit=1
	)
	if not names:
		frappe.throw(_("There is no class for the deals yet. Make one first."))
	return names[0]


@contextmanager
def unheard() -> Iterator[None]:
	"""Tell nobody of what is old: no notification, no e-mail; and do it as the site's own work."""
	flags, user = (frappe.flags.in_import, frappe.flags.mute_emails), frappe.session.user
	frappe.flags.in_import = frappe.flags.mute_emails = True
	# Who may start it was checked; it takes over what all people have, whether that user may see it or not.
	frappe.set_user("Administrator")
	try:
		yield
	finally:
		frappe.flags.in_import, frappe.flags.mute_emails = flags
		frappe.set_user(user)


def take_chunk(
	chunk: list[Case],
	class_doc: "ClassID",
	taken: list[TakenOver],
	refused: list[tuple[str, str, str]],
	dry_run: bool,
) -> None:
	"""Take over a few cases; whoever takes over at the same moment waits until they are kept."""
	lock_gate("Opportunity")
	for case in chunk:
		if mark_of(case):
			continue
		frappe.db.savepoint(SAVE_POINT)
		try:
			require_own(case)
			taken.append(Takeover(case, class_doc).store())
			if dry_run:
				undo()
		except Exception as error:
			if is_conflict(error) or not is_of_the_data(error):
				raise
			undo()
			refused.append((case.doctype, case.name, reason_of(error)))
		frappe.local.message_log = []
	if dry_run:
		frappe.db.rollback()
	else:
		# What is done stays done if a later chunk is interrupted, and the next run goes on behind it.
		frappe.db.commit()


def undo() -> None:
	"""Take back what a case has written, and forget what caches say of it."""
	frappe.db.rollback(save_point=SAVE_POINT)
	for doctype in MADE_MASTERS:
		frappe.clear_document_cache(doctype)


def is_of_the_data(error: Exception) -> bool:
	"""Return whether an error tells of the documents, and not of a fault in the program."""
	return isinstance(error, frappe.ValidationError | frappe.PermissionError | frappe.DoesNotExistError)


def reason_of(error: Exception) -> str:
	return strip_html(str(error)) or type(error).__name__


def require_own(case: Case) -> None:
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
	refuse(_("its opportunity was taken over as {0} before: make the quote there").format(deal))


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
