"""Many opportunities follow a changed probability by a background job, some thousand at a time, with its progress shown.

Each few thousand are a transaction of their own. What was done before a failure stays: whoever begins again, goes on.
"""

from typing import Any

import frappe
from frappe import _

from sales_opportunity.deal.probability_sync import count_deviating, update_in_parts, update_probabilities
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.jobs import delete_job, has_worker, is_under_way
from sales_opportunity.permissions import require

AT_ONCE = 5_000
"""So many follow in the request itself, in a third of a second; more are done in the background, in parts of this size."""

JOB = "sales_opportunity_following"
QUEUE = "long"
TIMEOUT = 60 * 60
KEPT_SECONDS = 24 * 60 * 60


@whitelist(methods=["POST"])
def start(stages: str | list | None = None, class_id: str | None = None) -> dict[str, Any]:
	"""Let opportunities follow as `update_probabilities` does; return how many `changed`, or None if a job is at it now.

	Raises `frappe.PermissionError` for users who may not change stages, `frappe.ValidationError` while others follow.
	"""
	total = count_deviating(stages, class_id)
	if total <= AT_ONCE or not has_worker(QUEUE):
		return {"changed": update_probabilities(stages, class_id)}
	if is_under_way(JOB, QUEUE):
		frappe.throw(_("It is under way already."))
	delete_job(JOB)
	record_progress("Waiting", 0, total)
	frappe.enqueue(
		run_job, queue=QUEUE, timeout=TIMEOUT, job_id=JOB, stages=stages, class_id=class_id, total=total
	)
	return {"changed": None}


@whitelist()
def state() -> dict[str, Any]:
	"""Return how far it is: `state` is Waiting, Working, Finished, Failed or empty, with `done` of `total`.

	What was cut off from outside is Failed, too. Raises `frappe.PermissionError` for users who may not change stages.
	"""
	require("Qualification Stage", "write")
	# In this order: a job notes what came of it before it ends.
	is_running = is_under_way(JOB, QUEUE)
	found = frappe.cache.get_value(JOB, expires=True) or {"state": ""}
	return (
		{**found, "state": "Failed"} if found["state"] in ("Waiting", "Working") and not is_running else found
	)


def run_job(stages: str | list | None, class_id: str | None, total: int) -> None:
	"""Let them follow, part by part, and tell how far it is: the job."""
	done = 0
	record_progress("Working", done, total)
	try:
		for number in update_in_parts(stages, class_id, AT_ONCE):
			# A part is done: others wait no longer for its deals, and it stays whatever becomes of the next one.
			frappe.db.commit()
			done += number
			record_progress("Working", done, total)
	except Exception:
		record_progress("Failed", done, total)
		raise
	record_progress("Finished", done, total)


def record_progress(state: str, done: int, total: int) -> None:
	"""Say how far the work is, so that the page of the user can show it, now and when it is opened anew."""
	frappe.cache.set_value(JOB, {"state": state, "done": done, "total": total}, expires_in_sec=KEPT_SECONDS)
	frappe.publish_realtime(JOB, user=frappe.session.user)
