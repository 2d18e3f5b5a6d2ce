"""Jobs: what is told of them goes by what the queue and its workers really have; many documents are done each by itself."""

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.framework.jobs import NotedJob, delete_job, each_by_itself, has_worker
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


class TestEachByItself(IntegrationTestCase):
	def setUp(self):
		self.names = [
			frappe.get_doc({"doctype": "ToDo", "description": "By itself"}).insert().name for _ in range(3)
		]
		frappe.db.commit()
		self.addCleanup(self.remove)

	def remove(self):
		for doctype, fieldname in (("ToDo", "name"), ("Error Log", "reference_name")):
			frappe.db.delete(doctype, {fieldname: ("in", self.names)})
		frappe.db.commit()

	def test_each_that_fails_is_logged_and_leaves_no_trace_and_keeps_no_other(self):
		*broken, sound = self.names

		def close(name: str):
			frappe.db.set_value("ToDo", name, "status", "Closed")
			if name in broken:
				frappe.throw("refused by somebody's script")

		each_by_itself("ToDo", [*broken, sound], close, "Task could not be closed")
		frappe.db.rollback()
		closed = {"name": ("in", self.names), "status": "Closed"}
		self.assertEqual(frappe.get_all("ToDo", closed, pluck="name"), [sound])
		logged = {"reference_doctype": "ToDo", "method": "Task could not be closed"}
		self.assertEqual(sorted(frappe.get_all("Error Log", logged, pluck="reference_name")), sorted(broken))
