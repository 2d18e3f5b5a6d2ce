"""A process is killed while it sends an e-mail: the sender is told, and may send it again."""

import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta, timezone

import frappe
from frappe.email.doctype.email_queue.email_queue import send_mail
from frappe.utils import add_to_date, now_datetime
from frappe.utils.background_jobs import get_redis_conn, get_workers
from rq.job import Job

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.mail.interrupted import is_being_sent, is_job_of
from sales_opportunity.mail.outgoing import SendingError
from sales_opportunity.sales_opportunity.doctype.quote.sending import send_quote, sync_delivery_statuses
from sales_opportunity.tests import mail_server
from sales_opportunity.tests.factories import make_quote, make_user
from sales_opportunity.tests.mailing import MailingTestCase
from sales_opportunity.tests.processes import children
from sales_opportunity.tests.waiting import awaited

SENDER = "versand@lindental.example"
MAIL = {"subject": "Angebot", "content": "<p>Anbei</p>"}


class TestInterruptedEmail(MailingTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_user(SENDER, "Sales User", "Sales Manager")
		worker = subprocess.Popen(
			[sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "worker", "--queue", "short"],
			cwd=frappe.local.sites_path,
			stdout=subprocess.DEVNULL,
			stderr=subprocess.DEVNULL,
		)
		cls.addClassCleanup(worker.wait)
		cls.addClassCleanup(worker.terminate)

	def setUp(self):
		super().setUp()
		frappe.set_user(SENDER)
		self.quote = make_quote()
		self.quote.submit()
		self.recipient = f"{self.quote.name.lower()}@kundin.example"
		frappe.db.commit()

	def send_to(self, server) -> str:
		"""Send the quote by the framework's own job through this server, and return the Communication."""
		self.account.db_set("smtp_port", server.port)
		frappe.clear_document_cache("Email Account", self.account.name)
		email = send_quote(self.quote.name, self.recipient, **MAIL)
		frappe.db.commit()
		return email

	def send_and_hang(self) -> str:
		"""Return the Communication of an e-mail that has gone to a mail server which does not answer any more."""
		server = mail_server.start(mail_server.Silent(self.recipient))
		self.addCleanup(server.stop)
		email = self.send_to(server)
		server.handler.reached.wait()
		self.entry = frappe.db.get_value("Email Queue", {"communication": email})
		return email

	def grow_old(self):
		"""Let the e-mail be with the mail server for longer than any job lasts."""
		two_hours_ago = add_to_date(now_datetime(), hours=-2)
		frappe.db.set_value("Email Queue", self.entry, "modified", two_hours_ago, update_modified=False)
		frappe.db.commit()
		for worker in self.senders():
			job = worker.get_current_job()
			job.started_at -= timedelta(hours=3)
			job.save()

	def senders(self) -> list:
		"""Return the workers that send the e-mail now."""
		jobs = [(worker, worker.get_current_job()) for worker in get_workers()]
		return [worker for worker, job in jobs if job and is_job_of(job, self.entry, now_datetime())]

	def kill_sender(self):
		"""End the process that sends, as the system does when memory is short, and wait until its worker knows."""
		for worker in self.senders():
			for process in children(worker.pid):
				os.kill(process, signal.SIGKILL)
		awaited(lambda: not is_being_sent(self.entry))

	def status(self) -> str:
		frappe.db.rollback()
		return frappe.db.get_value("Quote", self.quote.name, "email_status")

	def told(self) -> list[str]:
		filters = {"document_name": self.quote.name, "for_user": SENDER}
		return frappe.get_all("Notification Log", filters, pluck="subject")

	def test_the_sender_is_told_that_it_is_unclear_and_may_send_it_again(self):
		self.send_and_hang()
		self.grow_old()
		sync_delivery_statuses()
		self.assertEqual(self.status(), "On Its Way", "a living job still sends it")
		self.kill_sender()
		sync_delivery_statuses()
		self.assertEqual(self.status(), "Unclear")
		self.assertEqual(frappe.db.get_value("Quote", self.quote.name, "status"), "Issued")
		self.assertEqual(frappe.db.get_value("Email Queue", self.entry, "status"), "Error")
		(subject,) = self.told()
		self.assertIn("unclear", subject)
		sync_delivery_statuses()
		self.assertEqual(len(self.told()), 1)

		working = mail_server.start()
		self.addCleanup(working.stop)
		self.send_to(working)
		awaited(lambda: self.status() == "Handed Over")
		self.assertEqual(frappe.db.get_value("Quote", self.quote.name, "status"), "Sent")
		self.assertIn(self.recipient, [mail["To"] for mail in working.handler.received])

	def test_within_the_hour_it_still_counts_as_on_its_way(self):
		self.send_and_hang()
		self.kill_sender()
		sync_delivery_statuses()
		self.assertEqual(self.status(), "On Its Way")
		with self.assertRaises(SendingError):
			send_quote(self.quote.name, self.recipient, **MAIL)

	def test_who_comes_before_the_hourly_job_may_send_it_again_too(self):
		self.send_and_hang()
		self.kill_sender()
		self.grow_old()
		working = mail_server.start()
		self.addCleanup(working.stop)
		self.send_to(working)
		self.assertEqual(frappe.db.get_value("Email Queue", self.entry, "status"), "Error")
		awaited(lambda: self.status() == "Handed Over")

	def test_one_quote_that_cannot_be_settled_does_not_keep_the_others(self):
		self.send_and_hang()
		self.kill_sender()
		self.grow_old()
		broken = make_quote()
		broken.submit()
		broken.db_set({"email_status": "On Its Way", "last_email": "nowhere"})
		frappe.db.set_value("Quote", broken.name, "creation", "2020-01-01", update_modified=False)
		frappe.db.commit()
		sync_delivery_statuses()
		self.assertEqual(self.status(), "Unclear")
		frappe.db.set_value("Quote", broken.name, "email_status", "")
		frappe.db.commit()


class TestWhoMaySendIt(IntegrationTestCase):
	"""A busy site always has a job that sends what waits; what it sends it has marked since it began."""

	def is_job_of(self, method, minutes: int | None, **values) -> bool:
		"""Return whether a job that began so many minutes after the entry was marked may be the one that sends it."""
		kwargs = {"site": frappe.local.site, "method": method, "kwargs": values}
		job = Job.create(
			"frappe.utils.background_jobs.execute_job", kwargs=kwargs, connection=get_redis_conn()
		)
		now = datetime.now(timezone.utc)
		began = minutes is not None and now + timedelta(minutes=minutes)
		job.started_at = began.replace(tzinfo=None) if began else None
		return is_job_of(job, "one", now_datetime())

	def test_a_job_for_all_that_began_before_may_send_it_and_one_that_began_later_does_not(self):
		flush = "frappe.email.queue.flush"
		scheduled = "frappe.core.doctype.scheduled_job_type.scheduled_job_type.run_scheduled_job"
		for minutes, expected in ((-90, True), (-1, True), (1, False), (90, False), (None, False)):
			with self.subTest(minutes):
				self.assertEqual(self.is_job_of(flush, minutes), expected)
				self.assertEqual(self.is_job_of(scheduled, minutes, job_type=flush), expected)

	def test_a_job_for_one_sends_only_that(self):
		for minutes in (-1, 1):
			self.assertTrue(self.is_job_of(send_mail, minutes, email_queue_name="one"))
			self.assertFalse(self.is_job_of(send_mail, minutes, email_queue_name="other"))

	def test_other_jobs_do_not_send_it(self):
		self.assertFalse(self.is_job_of("frappe.monitor.flush", -1))
		self.assertFalse(self.is_job_of("sales_opportunity.tests.factories.make_quote", -1))
