"""The takeover as a background job that a System Manager starts in the settings, watches, and reads the result of."""

from typing import Any

import frappe
from frappe import _

from sales_opportunity.erpnext.hooks import is_installed
from sales_opportunity.erpnext.takeover.chunks import Progress
from sales_opportunity.erpnext.takeover.masters import take_over_masters
from sales_opportunity.erpnext.takeover.taking import take_over
from sales_opportunity.inputs.arguments import whitelist

JOB = "sales_opportunity_takeover"
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
def start(class_id: str | None = None, dry_run: bool = True) -> None:
	"""Begin to take over, or only to look what would be, unless it is under way.

	With a class its Opportunities and Quotations become deals of it; without one, open deals go on with its customers and
	items. Raises `frappe.PermissionError` for all but System Managers, and `frappe.DoesNotExistError` for an unknown class.
	"""
	require_right()
	if class_id:
		frappe.get_doc("Class ID", class_id)
	if is_under_way():
		frappe.throw(_("It is under way already."))
	note({"state": "Waiting"})
	frappe.enqueue(
		work, queue="long", timeout=6 * 60 * 60, job_id=job_id(), class_id=class_id, dry_run=bool(dry_run)
	)


@whitelist()
def state() -> dict[str, Any]:
	"""Return how far it is: `state` is Waiting, Working, Finished, Failed or empty, with `done` of `total`, or the `result`.

	Raises `frappe.PermissionError` for all but System Managers.
	"""
	require_right()
	found = frappe.cache.get_value(JOB) or {"state": ""}
	is_cut_off = found["state"] in ("Waiting", "Working") and not is_under_way()
	return {**found, "state": "Failed"} if is_cut_off else found


def work(class_id: str | None, dry_run: bool) -> None:
	"""Do it, telling how far it is after each few deals."""

	def progress(done: int, total: int) -> None:
		note({"state": "Working", "done": done, "total": total})

	try:
		result = (
			take_over(dry_run, class_id, Progress(progress))
			if class_id
			else take_over_masters(dry_run, Progress(progress))
		)
	except Exception:
		note({"state": "Failed"})
		raise
	note({"state": "Finished", "result": result})


def note(found: dict[str, Any]) -> None:
	frappe.cache.set_value(JOB, found, expires_in_sec=KEPT_SECONDS)


def job_id() -> str:
	"""Return the name by which there is one such job at a time on the site."""
	return JOB


def is_under_way() -> bool:
	"""Return whether the job waits or runs."""
	from frappe.utils.background_jobs import is_job_enqueued

	return is_job_enqueued(job_id())
