"""The takeover as a background job that a System Manager starts in the settings, watches, and reads the result of."""

from typing import Any

import frappe
from frappe import _

from sales_opportunity.erpnext.hooks import is_installed
from sales_opportunity.erpnext.takeover.chunks import Progress, reason_of
from sales_opportunity.erpnext.takeover.masters import take_over_masters
from sales_opportunity.erpnext.takeover.taking import take_over
from sales_opportunity.framework.jobs import FAILED, FINISHED, WORKING, NotedJob
from sales_opportunity.inputs.arguments import whitelist

JOB = NotedJob("sales_opportunity_takeover", "long", timeout=6 * 60 * 60, kept_seconds=7 * 24 * 60 * 60)
DOCUMENTS, MASTERS = "documents", "masters"


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
	JOB.start(run_job, {"dry_run": dry_run}, what=what, dry_run=dry_run, class_id=class_id)


@whitelist()
def state() -> dict[str, Any]:
	"""Return how far it is: `state` is Waiting, Working, Finished, Failed or empty, with `done` of `total`, or the `result`.

	`dry_run` says whether anything is kept. What has failed has a `reason`, and DocType and name of the document `at` which it
	ended, if it was at one; what was cut off from outside has neither. Raises `frappe.PermissionError` for all but System Managers.
	"""
	require_right()
	return JOB.state()


def run_job(what: str, dry_run: bool, class_id: str | None = None) -> None:
	"""Do it, telling how far it is after each few deals, and where and why it has ended if it fails."""

	def report_progress(done: int, total: int) -> None:
		JOB.record(WORKING, dry_run=dry_run, done=done, total=total)

	progress = Progress(report_progress)
	try:
		if what == DOCUMENTS:
			result = take_over(dry_run, class_id, progress)
		else:
			result = take_over_masters(dry_run, progress)
	except Exception as error:
		JOB.record(FAILED, dry_run=dry_run, reason=reason_of(error), at=progress.at)
		raise
	JOB.record(FINISHED, dry_run=dry_run, result=result)
