"""A long quote is issued by a real worker while the seller goes on: what is issued, what stays a draft, and who is told."""

import os
import pickle
import signal
from unittest.mock import patch

import frappe
from frappe.utils.background_jobs import get_job, get_redis_conn, get_workers
from redis.exceptions import ConnectionError as RedisConnectionError

from sales_opportunity.mail.outgoing import SendingError
from sales_opportunity.notifications import create_notifications
from sales_opportunity.sales_opportunity.doctype.quote import issuing_state
from sales_opportunity.sales_opportunity.doctype.quote.background_issuing import (
	ChangedMeanwhileError,
	LookFirstError,
	onload,
	record_interrupted_jobs,
	start,
	state,
)
from sales_opportunity.sales_opportunity.doctype.quote.checker import check
from sales_opportunity.sales_opportunity.doctype.quote.frozen_paper import verify_pdf
from sales_opportunity.sales_opportunity.doctype.quote.issuing_state import (
	LONG_FROM,
	delete_progress,
	has_worker,
	is_under_way,
	job_id,
)
from sales_opportunity.sales_opportunity.doctype.quote.quote import TransitionError
from sales_opportunity.tests.discarding import discard
from sales_opportunity.tests.factories import make_quote, make_user
from sales_opportunity.tests.mailing import MailingTestCase
from sales_opportunity.tests.processes import children
from sales_opportunity.tests.waiting import awaited

SELLER, READER = "aussteller@lindental.example", "leser@lindental.example"


class TestBackgroundIssuing(MailingTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_user(SELLER, "Sales User", "Sales Manager", language="de")
		make_user(READER, "Sales Viewer")
		create_notifications()
		frappe.db.commit()

	def setUp(self):
		self.assertTrue(has_worker(), "no worker takes jobs of this bench")
		super().setUp()
		frappe.set_user(SELLER)
		self.quote = make_quote()
		frappe.db.commit()
		self.addCleanup(delete_progress, self.quote.name)

	def start(self, seen: list[str] | None = None, **values):
		"""Ask for the quote to be issued as it is, passing over what is known of it unless `seen` says otherwise."""
		known = [finding["rule"] for finding in check(self.quote.name)]
		modified = frappe.db.get_value("Quote", self.quote.name, "modified")
		start(self.quote.name, str(modified), known if seen is None else seen, **values)
		frappe.db.commit()

	def begin_and_hold(self):
		"""Have it issued, hold its opportunity, and wait until the paper is laid out and the job waits for the lock."""
		known = [finding["rule"] for finding in check(self.quote.name)]
		frappe.get_doc("Sales Opportunity", self.quote.opportunity, for_update=True)
		start(self.quote.name, str(self.quote.modified), known)
		awaited(lambda: state(self.quote.name).get("page"))

	def outcome(self) -> dict:
		"""Return what came of it, once the job is over."""
		frappe.db.commit()
		self.await_end()
		frappe.db.commit()
		return state(self.quote.name)

	def await_end(self):
		awaited(lambda: not is_under_way(self.quote.name))

	def is_issued(self) -> bool:
		"""Return whether the quote is issued, with its file; it is that altogether or not at all."""
		frappe.db.commit()
		quote = frappe.get_doc("Quote", self.quote.name)
		self.assertEqual((quote.docstatus, quote.status) == (1, "Issued"), bool(quote.pdf_file))
		return bool(quote.pdf_file) and verify_pdf(quote.name)["is_intact"]

	def told(self) -> list[str]:
		filters = {"document_name": self.quote.name, "for_user": SELLER}
		return frappe.get_all("Notification Log", filters, pluck="subject")

	def told_by_worker(self) -> list[str]:
		"""Return what the seller is told; the framework has its workers tell it."""

		def look() -> list[str]:
			frappe.db.commit()
			return self.told()

		return awaited(look)

	def kill(self):
		"""End the process that issues the quote, as the system does when memory is short."""
		job = get_job(job_id(self.quote.name))
		for worker in get_workers():
			if worker.get_current_job_id() == job.id:
				for process in children(worker.pid):
					os.kill(process, signal.SIGKILL)

	def test_it_is_issued_with_its_paper_and_whoever_asked_is_told(self):
		self.begin_and_hold()
		self.assertEqual(state(self.quote.name), {"state": "Working", "percent": 90, "page": 1})
		self.assertFalse(self.is_issued_now())
		self.assertEqual(self.outcome()["state"], "Finished")
		self.assertTrue(self.is_issued())
		self.assertEqual(self.told_by_worker(), [f"Angebot {self.quote.name} ist ausgestellt."])
		self.assertEqual(frappe.db.get_value("Quote", self.quote.name, "modified_by"), SELLER)
		with self.assertRaises(TransitionError):
			self.start([])

	def is_issued_now(self) -> bool:
		return frappe.db.get_value("Quote", self.quote.name, "docstatus") == 1

	def test_a_second_click_changes_nothing(self):
		self.begin_and_hold()
		start(self.quote.name, str(self.quote.modified), [])
		self.assertEqual(self.outcome()["state"], "Finished")
		self.assertEqual(len(self.told_by_worker()), 1)
		self.assertEqual(
			len(
				frappe.get_all("File", {"attached_to_name": self.quote.name, "file_name": ("like", "%.pdf")})
			),
			1,
		)

	def test_one_that_is_changed_meanwhile_stays_a_draft_and_can_be_issued_then(self):
		self.begin_and_hold()
		self.quote.subject = "Geändert"
		self.quote.save()
		found = self.outcome()
		self.assertEqual(found["state"], "Failed")
		self.assertIn("wurde inzwischen geändert", found["reason"])
		self.assertFalse(self.is_issued())
		(subject,) = self.told_by_worker()
		self.assertIn("ist noch ein Entwurf", subject)
		with self.assertRaises(ChangedMeanwhileError):
			start(self.quote.name, str(frappe.utils.add_days(self.quote.modified, -1)))
		self.start()
		self.assertEqual(self.outcome()["state"], "Finished")
		self.assertEqual(frappe.db.get_value("Quote", self.quote.name, "subject"), "Geändert")

	def test_of_one_that_is_deleted_or_discarded_meanwhile_nothing_is_told(self):
		for end in (frappe.delete_doc, lambda _doctype, name: discard(name)):
			with self.subTest():
				self.quote = make_quote()
				frappe.db.commit()
				self.begin_and_hold()
				end("Quote", self.quote.name)
				frappe.db.commit()
				self.await_end()
				self.assertEqual(self.told(), [])

	def test_one_that_was_issued_at_once_meanwhile_is_issued(self):
		self.begin_and_hold()
		frappe.get_doc("Quote", self.quote.name).submit()
		self.assertEqual(self.outcome()["state"], "Finished")
		self.assertTrue(self.is_issued())

	def test_one_whose_deal_is_lost_meanwhile_stays_a_draft(self):
		self.begin_and_hold()
		deal = frappe.get_doc("Sales Opportunity", self.quote.opportunity)
		deal.update({"stage": "Lost", "closing_reason": "No Budget"})
		deal.save()
		found = self.outcome()
		self.assertEqual(found["state"], "Failed")
		self.assertIn("Die Verkaufschance ist Verloren", found["reason"])
		self.assertFalse(self.is_issued())

	def test_after_a_killed_process_the_seller_is_told_once_and_can_issue_it_again(self):
		self.begin_and_hold()
		self.kill()
		found = self.outcome()
		self.assertEqual((found["state"], found["reason"]), ("Failed", self.interruption()))
		for _time in range(2):
			record_interrupted_jobs()
			frappe.db.commit()
		self.assertEqual(len(self.told()), 1)
		self.assertEqual(state(self.quote.name)["state"], "Failed")
		self.start()
		self.assertEqual(self.outcome()["state"], "Finished")
		self.assertTrue(self.is_issued())

	def interruption(self) -> str:
		return frappe._("Issuing was interrupted from outside, as by a restart of the server.")

	def test_after_a_machine_that_was_lost_it_can_be_issued_again(self):
		self.begin_and_hold()
		self.kill()
		self.outcome()
		# What such a machine leaves in Redis: a job that has begun, and no worker that has it.
		get_job(job_id(self.quote.name)).set_status("started")
		self.assertEqual(state(self.quote.name)["state"], "Failed")
		self.start()
		self.assertEqual(self.outcome()["state"], "Finished")

	def test_what_nobody_has_seen_yet_is_shown_first(self):
		known = [finding["rule"] for finding in check(self.quote.name)]
		self.assertTrue(known)
		self.start([])
		found = self.outcome()
		self.assertEqual((found["state"], [each["rule"] for each in found["findings"]]), ("Failed", known))
		self.assertFalse(self.is_issued())
		self.start(known)
		self.assertEqual(self.outcome()["state"], "Finished")

	def test_what_blocks_a_quote_blocks_it_here_too(self):
		self.quote.tax_treatment = "Reverse Charge"
		self.quote.save()
		self.start()
		found = self.outcome()
		self.assertEqual(found["state"], "Failed")
		self.assertIn("USt-IdNr", found["reason"])
		self.assertFalse(self.is_issued())

	def test_it_is_sent_once_it_is_issued_or_not_at_all(self):
		mail = {"subject": "Angebot", "content": "<p>Anbei</p>"}
		with self.assertRaises(SendingError):
			self.start(email={"recipients": "niemand", **mail})
		self.assertFalse(is_under_way(self.quote.name))
		self.start(email={"recipients": "einkauf@kundin.example", **mail})
		self.assertEqual(self.outcome()["state"], "Finished")
		email = frappe.db.get_value("Quote", self.quote.name, "last_email")
		self.assertEqual(frappe.db.get_value("Communication", email, "recipients"), "einkauf@kundin.example")

	def test_only_who_may_issue_it_may_have_it_issued(self):
		frappe.set_user(READER)
		with self.assertRaises(frappe.PermissionError):
			start(self.quote.name, str(self.quote.modified))
		self.assertEqual(state(self.quote.name), {"state": ""})

	def test_the_form_says_which_quotes_are_issued_so(self):
		self.assertFalse(self.is_for_background())
		text = {"row_type": "Text", "description": "Zeile"}
		for _number in range(LONG_FROM - len(self.quote.items)):
			self.quote.append("items", text)
		self.assertTrue(self.is_for_background())
		self.quote.save()
		frappe.flags.last_issued_pages = None
		check(self.quote.name)
		self.assertIsNone(frappe.flags.last_issued_pages, "nobody waits for a paper of so many lines")

	def is_for_background(self) -> bool:
		onload(self.quote)
		return self.quote.get_onload("issuing")["in_background"]

	def test_while_redis_is_down_its_form_opens_and_nothing_waits_for_a_worker(self):
		workers, notes = "sales_opportunity.framework.jobs.get_workers", "frappe.cache.hget"
		others = frappe.cache.hget

		def read(name, *arguments, **options):
			if name == issuing_state.PROGRESS:
				raise RedisConnectionError
			return others(name, *arguments, **options)

		with (
			patch(workers, side_effect=RedisConnectionError),
			patch(notes, side_effect=read),
			patch.object(issuing_state, "LONG_FROM", 1),
		):
			onload(self.quote)
			self.assertEqual(self.quote.get_onload("issuing"), {"in_background": False, "state": ""})
			self.start()
			self.assertTrue(self.is_issued())

	def test_without_a_worker_it_is_issued_at_once(self):
		prefix = "rq:workers"
		connection = get_redis_conn()
		workers = connection.smembers(prefix)
		self.addCleanup(lambda: connection.sadd(prefix, *workers))
		connection.delete(prefix)
		known = [finding["rule"] for finding in check(self.quote.name)]
		for seen in ([], known[1:]):
			with self.subTest(seen=seen), self.assertRaises(LookFirstError) as refused:
				self.start(seen)
			self.assertEqual({each["rule"] for each in refused.exception.findings}, {*known} - {*seen})
			self.assertFalse(self.is_issued())
		self.start()
		connection.sadd(prefix, *workers)
		self.assertTrue(self.is_issued())

	def test_how_far_one_is_asks_for_no_other(self):
		with patch("frappe.cache.hgetall", side_effect=AssertionError("all notes are read")):
			onload(self.quote)
			self.assertEqual(state(self.quote.name), {"state": ""})
			issuing_state.record_progress(self.quote.name, state="Working", percent=1)
			self.assertEqual(issuing_state.progress_of(self.quote.name), {"state": "Working", "percent": 1})
		others = pickle.dumps({"state": "Working", "percent": 2})
		frappe.cache.execute_command(
			"HSET", frappe.cache.make_key(issuing_state.PROGRESS), self.quote.name, others
		)
		self.assertEqual(issuing_state.progress_of(self.quote.name)["percent"], 2)
