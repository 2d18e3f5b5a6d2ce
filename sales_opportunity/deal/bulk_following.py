"""Many opportunities follow a changed probability by a background job, some thousand at a time, with its progress shown.

Each few thousand are a transaction of their own. What was done before a failure stays: whoever begins again, goes on.
"""

from typing import Any

import frappe

from sales_opportunity.access.permissions import require
from sales_opportunity.deal.probability_sync import count_deviating, update_in_parts, update_probabilities
from sales_opportunity.framework.jobs import FAILED, FINISHED, WORKING, NotedJob, has_worker
from sales_opportunity.inputs.arguments import whitelist

AT_ONCE = 5_000
"""So many follow in the request itself, in a third of a second; more are done in the background, in parts of this size."""

JOB = NotedJob("sales_opportunity_following", "long", timeout=60 * 60, kept_seconds=24 * 60 * 60)


@whitelist(methods=["POST"])
def start(stages: str | list | None = None, class_id: str | None = None) -> dict[str, Any]:
	"""Let opportunities follow as `update_probabilities` does; return how many `changed`, or None if a job is at it now.

	Raises `frappe.PermissionError` for users who may not change stages, `frappe.ValidationError` while others follow.
	"""
	total = count_deviating(stages, class_id)
	if total <= AT_ONCE or not has_worker(JOB.queue):
		return {"changed": update_probabilities(stages, class_id)}
	JOB.start(run_job, {"done": 0, "total": total}, stages=stages, class_id=class_id, total=total)
	return {"changed": None}


@whitelist()
def state() -> dict[str, Any]:
	"""Return how far it is: `state` is Waiting, Working, Finished, Failed or empty, with `done` of `total`.

	What was cut off from outside is Failed, too. Raises `frappe.PermissionError` for users who may not change stages.
	"""
	require("Qualification Stage", "write")
	return JOB.state()


def run_job(stages: str | list | None, class_id: str | None, total: int) -> None:
	"""Let them follow, part by part, and tell how far it is: the job."""
	done = 0
	JOB.record(WORKING, done=done, total=total)
	try:
		for number in update_in_parts(stages, class_id, AT_ONCE):
			# A part is done: others wait no longer for its deals, and it stays whatever becomes of the next one.
			frappe.db.commit()
			done += number
			JOB.record(WORKING, done=done, total=total)
	except Exception:
		JOB.record(FAILED, done=done, total=total)
		raise
	JOB.record(FINISHED, done=done, total=total)
