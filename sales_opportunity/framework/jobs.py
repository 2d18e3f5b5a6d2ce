"""Background jobs as they are, not as they were left: what is asked of the queue counts only with a living worker."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils.background_jobs import generate_qname, get_job, get_workers
from redis.exceptions import RedisError
from rq.job import JobStatus

if TYPE_CHECKING:
	from rq.worker import Worker

WAITING, WORKING, FINISHED, FAILED = "Waiting", "Working", "Finished", "Failed"


@dataclass(frozen=True)
class NotedJob:
	"""A job of which there is one at a time, with a note in Redis of how far it is. `timeout` and `kept_seconds` are seconds."""

	name: str
	queue: str
	timeout: int
	kept_seconds: int

	def start(self, function: Callable, note: dict[str, Any], **arguments: Any) -> None:
		"""Let a worker call the function with the arguments. Raises `frappe.ValidationError` while the job is under way."""
		if is_under_way(self.name, self.queue):
			frappe.throw(_("It is under way already."))
		delete_job(self.name)
		self.record(WAITING, **note)
		frappe.enqueue(function, queue=self.queue, timeout=self.timeout, job_id=self.name, **arguments)

	def record(self, state: str, **note: Any) -> None:
		"""Note how far it is, in place of what was noted before."""
		frappe.cache.set_value(self.name, {"state": state, **note}, expires_in_sec=self.kept_seconds)

	def state(self) -> dict[str, Any]:
		"""Return the last note; its `state` is Waiting, Working, Finished, Failed or empty. What was cut off is Failed."""
		# In this order: a job notes what came of it before it ends.
		is_running = is_under_way(self.name, self.queue)
		note = frappe.cache.get_value(self.name, expires=True) or {"state": ""}
		is_cut_off = note["state"] in (WAITING, WORKING) and not is_running
		return {**note, "state": FAILED} if is_cut_off else note


def each_by_itself(doctype: str, names: Iterable[str], act: Callable[[str], Any], failure: str) -> None:
	"""Let `act` do something for each document of a DocType, in a transaction of its own.

	One that fails is logged under the title `failure` and does not keep the others.
	"""
	for name in names:
		try:
			act(name)
			# A job over many: what is done stays done, and locks are held for one document at a time.
			frappe.db.commit()
		except Exception:
			frappe.db.rollback()
			frappe.log_error(failure, reference_doctype=doctype, reference_name=name)
			# Else the next failure would take the entry along, where the log has transactions.
			frappe.db.commit()


def has_worker(queue: str) -> bool:
	"""Return whether a living worker takes jobs of the queue; while Redis is down none does."""
	try:
		return any(generate_qname(queue) in worker.queue_names() for worker in get_workers())
	except RedisError:
		return False


def is_under_way(job_id: str, queue: str) -> bool:
	"""Return whether a living worker is busy with the job, or will be.

	A job counts for nothing whose worker was killed, or which waits where no worker is: it may be begun anew.
	"""
	job = get_job(job_id)
	status = job and job.get_status()
	if status == JobStatus.QUEUED:
		return has_worker(queue)
	return status == JobStatus.STARTED and worker_of(job_id) is not None


def worker_of(job_id: str) -> "Worker | None":
	"""Return the living worker that is busy with the job."""
	job = get_job(job_id)
	return next((each for each in get_workers() if job and each.get_current_job_id() == job.id), None)


def delete_job(job_id: str) -> None:
	"""Delete a job that is over, or was cut off, from the queue: another one may have its name."""
	job = get_job(job_id)
	if job:
		job.delete()
