"""The takeover as a background job that a System Manager starts in the settings, watches, and reads the result of."""

from typing import Any

import frappe
from frappe import _

from sales_opportunity.erpnext.hooks import is_installed
from sales_opportunity.erpnext.takeover.chunks import Progress, reason_of
from sales_opportunity.erpnext.takeover.masters import take_over_masters
from sales_opportunity.erpnext.takeover.taking import take_over
from sales_opportunity.inputs.arguments import whitelist

JOB = "sales_opportunity_takeover"
DOCUMENTS, MASTERS = "documents", "masters"
KEPT_SECONDS = 7 * 24 * 60 * 60


def onload(doc: Any, method: str | None = None) -> None:
	"""Hook of the settings' form: say whether there is something to take over, and who may."""
	doc.set_onload("can_take_over", is_installed() and may_take_over())


def may_take_over() -> bool:
	"""Return whether the user may take over what all people have."""
	return "System Manager" in frappe.get_roles()


def require_right() -> None:
	"""Raise `frappe.PermissionError` for all but System Managers."""
	if not may_take_over():
		frappe.throw(_("Only a System Manager may take over from ERPNext."), frappe.PermissionError)


@whitelist(methods=["POST"])
def start_documents(class_id: str, dry_run: bool = True) -> None:
	"""Begin to take over Opportunities and Quotations as deals of a class, or only to look what would be.

	Raises `frappe.PermissionError` for all but System Managers, `frappe.DoesNotExistError` for an unknown class, and
	`frappe.ValidationError` while a takeover is under way.
	"""
	require_right()
	frappe.get_doc("Class ID", class_id)
	start(DOCUMENTS, dry_run, class_id)


@whitelist(methods=["POST"])
def start_masters(dry_run: bool = True) -> None:
	"""Begin to let open deals go on with ERPNext's customers and items, or only to look what would be.

	Raises `frappe.PermissionError` for all but System Managers, and `frappe.ValidationError` while a takeover is under way.
	"""
	require_right()
	start(MASTERS, dry_run)


def start(what: str, dry_run: bool, class_id: str | None = None) -> None:
	"""Begin the job, unless it is under way."""
	if is_under_way():
		frappe.throw(_("It is under way already."))
	record_progress({"state": "Waiting", "dry_run": dry_run})
	frappe.enqueue(
		run_job, queue="long", timeout=6 * 60 * 60, job_id=JOB, what=what, dry_run=dry_run, class_id=class_id
	)


@whitelist()
def state() -> dict[str, Any]:
	"""Return how far it is: `state` is Waiting, Working, Finished, Failed or empty, with `done` of `total`, or the `result`.

	`dry_run` says whether anything is kept. What has failed has a `reason`, and DocType and name of the document `at` which it
	ended, if it was at one; what was cut off from outside has neither. Raises `frappe.PermissionError` for all but System Managers.
	"""
	require_right()
	found = frappe.cache.get_value(JOB) or {"state": ""}
	is_cut_off = found["state"] in ("Waiting", "Working") and not is_under_way()
	return {**found, "state": "Failed"} if is_cut_off else found


def run_job(what: str, dry_run: bool, class_id: str | None = None) -> None:
	"""Do it, telling how far it is after each few deals, and where and why it has ended if it fails."""

	def report_progress(done: int, total: int) -> None:
		record_progress({"state": "Working", "dry_run": dry_run, "done": done, "total": total})

	progress = Progress(report_progress)
	try:
		if what == DOCUMENTS:
			result = take_over(dry_run, class_id, progress)
		else:
			result = take_over_masters(dry_run, progress)
	except Exception as error:
		record_progress(
			{"state": "Failed", "dry_run": dry_run, "reason": reason_of(error), "at": progress.at}
		)
		raise
	record_progress({"state": "Finished", "dry_run": dry_run, "result": result})


def record_progress(found: dict[str, Any]) -> None:
	"""Keep how far the job is for those who look at it."""
	frappe.cache.set_value(JOB, found, expires_in_sec=KEPT_SECONDS)


def is_under_way() -> bool:
	"""Return whether the job waits or runs."""
	from frappe.utils.background_jobs import is_job_enqueued

	return is_job_enqueued(JOB)
