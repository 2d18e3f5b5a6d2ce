"""No e-mail about a deal offers to unsubscribe: whoever clicked there would get no quote any more."""

import frappe
from frappe.core.doctype.communication.email import make

from sales_opportunity.activities.activity_log import add_activity
from sales_opportunity.sales_opportunity.doctype.quote.sending import email_draft, send_quote
from sales_opportunity.tests.factories import make_fulfilment_request, make_quote, make_user
from sales_opportunity.tests.mailing import MailingTestCase

GUEST = "hoffmann@kunde.example"
LINK = "frappe.email.queue.unsubscribe"


class TestUnsubscribing(MailingTestCase):
	def setUp(self):
		super().setUp()
		self.account.db_set("send_unsubscribe_message", 1)
		frappe.clear_cache(doctype="Email Account")
		frappe.local.outgoing_email_account = {}

	def arrived(self, email: str) -> str:
		self.inbox.received.clear()
		self.deliver(email)
		[message] = self.inbox.received
		return "\n".join(
			part.get_content() for part in message.walk() if part.get_content_maintype() == "text"
		)

	def write(self, doctype: str, name: str) -> str:
		"""Write an e-mail as the framework's own dialog on a form does."""
		return make(
			doctype=doctype, name=name, recipients=GUEST, subject="Hello", content="Good day", send_email=True
		)["name"]

	def test_quotes_and_what_is_written_on_deals_have_no_such_link(self):
		quote = make_quote()
		quote.submit()
		draft = email_draft(quote.name)
		sent = send_quote(quote.name, GUEST, draft["subject"], draft["content"])
		request = make_fulfilment_request()
		for email in (
			sent,
			self.write("Quote", quote.name),
			self.write("Sales Opportunity", quote.opportunity),
			self.write("Fulfilment Request", request.name),
		):
			self.assertNotIn(LINK, self.arrived(email).lower())

	def test_invitations_have_none_either(self):
		quote = make_quote()
		add_activity(
			quote.opportunity,
			"Meeting",
			"Test ride",
			scheduled_for="2099-05-01 10:00:00",
			guests=GUEST,
			invite=True,
		)
		filters = {"reference_name": quote.opportunity, "communication_medium": "Email"}
		self.assertNotIn(LINK, self.arrived(frappe.get_last_doc("Communication", filters).name).lower())

	def test_e_mails_about_documents_of_others_stay_as_they_were(self):
		user = make_user("unsubscribe@example.com", "Sales User").name
		self.assertIn(LINK, self.arrived(self.write("User", user)).lower())
