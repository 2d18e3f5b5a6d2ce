"""A customer's question stands on the forms until somebody answers it, by e-mail or otherwise."""

import secrets

import frappe

from sales_opportunity.api import close_as_lost, close_as_won
from sales_opportunity.mail.outgoing import SendingError
from sales_opportunity.sales_opportunity.doctype.quote_answer.questions import (
	QuestionAnsweredError,
	mark_answered,
	reply,
	reply_draft,
)
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import create_link
from sales_opportunity.sales_opportunity.page.my_day.my_day import get_open_work
from sales_opportunity.tests.factories import make_opportunity, make_partner, make_quote, make_user
from sales_opportunity.tests.mailing import MailingTestCase
from sales_opportunity.tests.web import call

OWNER, COLLEAGUE, VIEWER = "frage@example.com", "frage-kollege@example.com", "frage-leser@example.com"
GUEST = "hoffmann@kunde.example"
ASKED = "Passt er auch, wenn 3 < 4 & 5?\nUnd wann?"


class TestCustomerQuestions(MailingTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_user(OWNER, "Sales User", language="de")
		make_user(COLLEAGUE, "Sales User")
		make_user(VIEWER, "Sales Viewer")

	def setUp(self):
		super().setUp()
		opportunity = make_opportunity(
			items=[{}], party=make_partner(language="de").name, opportunity_owner=OWNER
		)
		self.quote = make_quote(opportunity)
		self.quote.submit()
		self.ask()
		frappe.db.commit()
		frappe.set_user(OWNER)

	def ask(self, text: str = ASKED):
		token = create_link(self.quote.name, GUEST).rpartition("/")[2]
		frappe.db.commit()
		answer = call(
			"sales_opportunity.portal.quote_page.ask",
			f"2001:db8::{secrets.token_hex(2)}:{secrets.token_hex(2)}",
			token=token,
			person_name="Sabine Hoffmann",
			message=text,
		)
		self.assertEqual(answer.status_code, 200, answer.text)
		frappe.db.rollback()

	def shown(self, doctype: str = "Quote", name: str | None = None) -> list[dict]:
		doc = frappe.get_doc(doctype, name or self.quote.name)
		doc.run_method("onload")
		return doc.get_onload("questions")

	def test_it_stands_on_the_quote_and_on_its_opportunity(self):
		for doctype, name in (
			("Quote", self.quote.name),
			("Sales Opportunity", self.quote.opportunity),
		):
			with self.subTest(doctype):
				[question] = self.shown(doctype, name)
				self.assertEqual(question["text"], ASKED)
				self.assertEqual(
					(question["person_name"], question["quote"]), ("Sabine Hoffmann", self.quote.name)
				)

	def test_others_read_no_question_of_quotes_that_they_may_not_read(self):
		opportunity = frappe.get_doc("Sales Opportunity", self.quote.opportunity)
		frappe.set_user(COLLEAGUE)
		opportunity.run_method("onload")
		self.assertEqual(opportunity.get_onload("questions"), [])

	def test_it_is_answered_by_e_mail_in_the_quotes_language(self):
		[question] = self.shown()
		draft = reply_draft(question["name"])
		self.assertEqual(draft["recipients"], GUEST)
		self.assertEqual(draft["subject"], f"Ihre Frage zum Angebot {self.quote.name}")
		self.assertIn("3 &lt; 4 &amp; 5?<br>Und wann?", draft["content"])
		email = reply(
			question["name"], draft["recipients"], draft["subject"], "<p>Ja, er passt.</p>" + draft["content"]
		)
		self.deliver(email)
		[message] = self.inbox.received
		self.assertEqual((message["To"], message["Subject"]), (GUEST, draft["subject"]))
		self.assertEqual(self.shown(), [])
		linked = {"parent": email, "link_doctype": "Sales Opportunity", "link_name": self.quote.opportunity}
		self.assertTrue(frappe.db.exists("Communication Link", linked))

	def test_it_is_marked_as_answered_by_telephone(self):
		[question] = self.shown()
		mark_answered(question["name"], "Sagte am Telefon: <passt>")
		self.assertEqual(self.shown(), [])
		comments = frappe.get_all(
			"Comment",
			{"reference_name": self.quote.name, "comment_type": "Comment"},
			pluck="content",
		)
		self.assertTrue(any("&lt;passt&gt;" in comment for comment in comments))
		self.assertFalse(self.inbox.received)

	def on_my_day(self) -> list[str]:
		rows = get_open_work()["customers"]["rows"]
		return [row["question"] for row in rows if row["name"] == self.quote.name and row.get("question")]

	def see_it_everywhere(self):
		self.assertEqual([question["text"] for question in self.shown()], [ASKED])
		of_deal = self.shown("Sales Opportunity", self.quote.opportunity)
		self.assertEqual([question["text"] for question in of_deal], [ASKED])
		self.assertEqual(self.on_my_day(), [ASKED])

	def test_it_stands_there_whatever_becomes_of_the_quote(self):
		for status in ("Issued", "Sent", "Accepted", "Declined", "Expired", "Superseded"):
			with self.subTest(status):
				frappe.db.set_value("Quote", self.quote.name, "status", status)
				self.see_it_everywhere()
		mark_answered(self.shown()[0]["name"])
		self.assertEqual((self.shown(), self.on_my_day()), ([], []))

	def test_it_stands_there_after_the_deal_is_lost(self):
		close_as_lost(self.quote.opportunity, "No Budget")
		self.see_it_everywhere()

	def test_a_customer_who_asks_after_the_order_is_heard(self):
		close_as_won(self.quote.opportunity)
		self.see_it_everywhere()
		mark_answered(self.shown()[0]["name"])
		frappe.db.commit()
		self.ask("Wann kommt er?")
		self.assertEqual([question["text"] for question in self.shown()], ["Wann kommt er?"])
		self.assertEqual(self.on_my_day(), ["Wann kommt er?"])

	def test_each_question_is_answered_once_and_by_itself(self):
		self.ask("Noch eine Frage")
		first, second = self.shown()
		self.assertEqual(second["text"], "Noch eine Frage")
		mark_answered(first["name"])
		for act in (mark_answered, reply_draft, lambda name: reply(name, GUEST, "x", "x")):
			with self.assertRaises(QuestionAnsweredError):
				act(first["name"])
		self.assertEqual([question["name"] for question in self.shown()], [second["name"]])

	def test_who_may_not_write_the_quote_reads_it_and_answers_nothing(self):
		[question] = self.shown()
		for user in (VIEWER, COLLEAGUE):
			frappe.set_user(user)
			for act in (mark_answered, reply_draft, lambda name: reply(name, GUEST, "x", "x")):
				with self.subTest(user=user), self.assertRaises(frappe.PermissionError):
					act(question["name"])

	def test_a_wrong_address_answers_nothing(self):
		[question] = self.shown()
		for address in ("", "nobody"):
			with self.subTest(address), self.assertRaises(SendingError):
				reply(question["name"], address, "Re", "<p>Ja</p>")
		self.assertEqual(len(self.shown()), 1)

	def test_no_other_message_is_answered_as_a_question(self):
		call = frappe.get_doc(
			{
				"doctype": "Communication",
				"communication_medium": "Phone",
				"subject": "x",
				"content": "x",
				"status": "Open",
				"sent_or_received": "Received",
				"reference_doctype": "Quote",
				"reference_name": self.quote.name,
			}
		).insert(ignore_permissions=True)
		for name in (call.name, "nothing"):
			with self.subTest(name), self.assertRaises(QuestionAnsweredError):
				mark_answered(name)
