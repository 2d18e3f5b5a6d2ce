"""Background jobs as they are, not as they were left: what is asked of the queue counts only with a living worker."""

from typing import TYPE_CHECKING

from frappe.utils.background_jobs import generate_qname, get_job, get_workers
from redis.exceptions import RedisError
from rq.job import JobStatus

if TYPE_CHECKING:
	from rq.worker import Worker


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
