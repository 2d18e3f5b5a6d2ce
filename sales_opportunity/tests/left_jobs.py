"""What a machine that was lost leaves in Redis: a job that has begun, and no worker that has it."""

from frappe.utils.background_jobs import create_job_id, get_redis_conn
from rq.job import Job, JobStatus


def leave_job(job_id: str) -> None:
	"""Leave such a job of this name."""
	job = Job.create("frappe.ping", id=create_job_id(job_id), connection=get_redis_conn())
	job.save()
	job.set_status(JobStatus.STARTED)
