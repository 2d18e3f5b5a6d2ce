"""A test case whose site sends through a real mail server."""

from contextlib import contextmanager

import frappe
from frappe.email.doctype.email_queue.email_queue import send_mail

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.tests import mail_server

ACCOUNT = "Verkauf Versand"


class MailingTestCase(IntegrationTestCase):
	"""`inbox.received` has what arrived; commits, since the framework's queue does."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		server = mail_server.start()
		cls.addClassCleanup(server.stop)
		cls.inbox = server.handler
		frappe.set_user("Administrator")
		frappe.delete_doc_if_exists("Email Account", ACCOUNT)
		# The framework would save, and so connect, the default one that a killed run has left behind.
		frappe.db.set_value("Email Account", {"default_outgoing": 1}, "default_outgoing", 0)
		cls.account = frappe.get_doc(
			{
				"doctype": "Email Account",
				"email_account_name": ACCOUNT,
				"email_id": "verkauf@lindental.example",
				"enable_outgoing": 1,
				"default_outgoing": 1,
				"smtp_server": "127.0.0.1",
				"smtp_port": server.port,
				"no_smtp_authentication": 1,
			}
		).insert()
		cls.addClassCleanup(cls.remove_account)
		frappe.db.commit()

	@classmethod
	def remove_account(cls):
		frappe.set_user("Administrator")
		frappe.delete_doc("Email Account", ACCOUNT, force=True)
		# What is left would go out with the e-mails of the next test case.
		frappe.db.delete("Email Queue", {"status": "Not Sent"})
		frappe.local.outgoing_email_account = {}
		frappe.db.commit()

	def setUp(self):
		frappe.set_user("Administrator")
		self.inbox.received.clear()
		self.inbox.raw.clear()
		self.addCleanup(frappe.set_user, "Administrator")

	def deliver(self, email: str):
		"""Do what the framework's job does with the queue, for one Communication, before a running worker does."""
		frappe.db.after_commit.reset()
		frappe.db.commit()
		for name in frappe.get_all("Email Queue", {"communication": email}, pluck="name"):
			with self.real_mail():
				send_mail(name)

	@contextmanager
	def real_mail(self):
		"""The framework does not talk to mail servers while it thinks that it is tested."""
		frappe.flags.in_test = False
		try:
			yield
		finally:
			frappe.flags.in_test = True
