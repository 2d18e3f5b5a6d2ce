"""Jobs of which there is one at a time: what is told of them goes by what the queue and its workers really have."""

import frappe

from sales_opportunity.compat import IntegrationTestCase
from sales_opportunity.jobs import NotedJob, delete_job, has_worker
from sales_opportunity.tests.left_jobs import leave_job
from sales_opportunity.tests.waiting import awaited


class TestNotedJob(IntegrationTestCase):
	def setUp(self):
		self.job = NotedJob(f"noted_{frappe.generate_hash(length=8)}", "long", timeout=60, kept_seconds=60)
		self.addCleanup(delete_job, self.job.name)
		self.addCleanup(frappe.cache.delete_value, self.job.name)

	def test_what_was_never_begun_has_no_state(self):
		self.assertEqual(self.job.state(), {"state": ""})

	def test_what_was_cut_off_has_failed_and_can_be_begun_anew(self):
		self.assertTrue(has_worker(self.job.queue), "no worker takes jobs of this bench")
		for state in ("Waiting", "Working"):
			with self.subTest(state):
				leave_job(self.job.name)
				self.job.record(state, done=1)
				self.assertEqual(self.job.state(), {"state": "Failed", "done": 1})
				self.job.start(finish, {"done": 0}, job=self.job)
				self.assertEqual(awaited(self.outcome), {"state": "Finished", "done": 2})

	def outcome(self) -> dict | None:
		found = self.job.state()
		return None if found["state"] in ("Waiting", "Working") else found


def finish(job: NotedJob) -> None:
	job.record("Finished", done=2)
