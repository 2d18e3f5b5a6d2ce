"""What stands at the top of an opportunity's form, and that nobody reads there what they may not read elsewhere."""

import frappe
from frappe.core.doctype.communication.email import make as make_email
from frappe.desk.form.load import getdoc
from frappe.utils import add_days, now_datetime, nowdate

from sales_opportunity.activities.activity_log import add_activity
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote_answer.answers import ask_question
from sales_opportunity.sales_opportunity.doctype.quote_answer.entry import DESK, Entry
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import create_link
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.head import stage_steps
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.stages import change_stage
from sales_opportunity.tests.factories import (
	make_class,
	make_opportunity,
	make_partner,
	make_quote,
	make_stage,
	make_user,
)

OWNER, RESTRICTED, VIEWER = (f"head.{person}@lindental.example" for person in ("anna", "rita", "vera"))


def head_of(doc) -> dict:
	"""Return the head as the form of the document gets it."""
	frappe.response.docs = []
	getdoc(doc.doctype, doc.name)
	return frappe.response.docs[0].get("__onload").head


def make_contact(partner, **values):
	links = [{"link_doctype": "Business Partner", "link_name": partner.name}]
	person = {"first_name": "Sabine", "last_name": "Hoffmann", "links": links}
	return frappe.get_doc({"doctype": "Contact", **person, **values}).insert()


class TestOpportunityHead(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_user(OWNER, "Sales User")
		make_user(RESTRICTED, "Sales User")
		make_user(VIEWER, "Sales Viewer")

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")

	def test_the_steps_are_the_class_s_stages_with_won_and_lost_at_the_end(self):
		make_stage("Test After Won", position=95)
		stages = [{"stage": stage} for stage in ("Won", "Lost", "Test After Won", "Inquiry")]
		stages.append({"stage": "Proposal", "has_own_probability": 1, "probability": 60})
		make_class("TEST-STEPS", stages=stages)
		found = [(step["stage"], step["probability"]) for step in stage_steps("TEST-STEPS")]
		self.assertEqual(
			found, [("Inquiry", 5), ("Proposal", 60), ("Test After Won", 40), ("Won", 100), ("Lost", 0)]
		)

	def test_each_step_says_what_it_requires_and_where_one_sees_it(self):
		stage = make_stage(
			"Test Head Offered", position=37, requires_issued_quote=1, requires_next_activity=1
		)
		make_class("TEST-HEAD", stages=[{"stage": name} for name in ("Inquiry", stage.name, "Lost")])
		doc = make_opportunity(class_id="TEST-HEAD", items=[{}])

		def required() -> list:
			step = next(step for step in head_of(doc)["steps"] if step["stage"] == stage.name)
			return [row["fieldname"] for row in step["requires"]]

		self.assertEqual(required(), [None, "next_activity_date"])
		make_quote(doc).submit()
		self.assertEqual(required(), ["next_activity_date"])

	def test_days_are_counted_for_every_stage_that_it_was_in(self):
		doc = make_opportunity()
		doc.stage_log[0].db_set("changed_on", add_days(now_datetime(), -3))
		change_stage(doc.name, "First Meeting")
		seconds = head_of(doc)["seconds"]
		self.assertAlmostEqual(seconds["Inquiry"], 3 * 86_400, delta=60)
		self.assertLess(seconds["First Meeting"], 60)

	def test_people_quote_and_last_activity_are_there(self):
		partner = make_partner()
		contact = make_contact(
			partner,
			email_ids=[{"email_id": "hoffmann@stadtwerke.example", "is_primary": 1}],
			phone_nos=[
				{"phone": "+49 7631 100", "is_primary_phone": 1},
				{"phone": "+49 170 200", "is_primary_mobile_no": 1},
			],
		)
		doc = make_opportunity(items=[{}], party=partner.name, contact=contact.name, opportunity_owner=OWNER)
		quote = make_quote(doc)
		frappe.set_user(OWNER)
		self.assertIsNone(head_of(doc)["last_activity"])
		add_activity(doc.name, "Call", "Price & <terms>", "He agreed")
		head = head_of(doc)
		self.assertEqual(
			(head["owner"]["user"], head["owner"]["full_name"]),
			(OWNER, frappe.get_cached_value("User", OWNER, "full_name")),
		)
		self.assertEqual(
			head["contact"],
			{
				"name": contact.name,
				"title": "Sabine Hoffmann",
				"numbers": ["+49 7631 100", "+49 170 200"],
				"email": "hoffmann@stadtwerke.example",
			},
		)
		self.assertEqual((head["quote"].name, head["quote"].status), (quote.name, "Draft"))
		self.assertEqual(head["quote"].gross_total, 1_190)
		self.assertEqual(head["last_activity"]["kind"], "Call")
		self.assertIn("Price &", head["last_activity"]["subject"])

	def test_the_newest_of_calls_notes_meetings_and_tasks_is_the_last_one(self):
		doc = make_opportunity(opportunity_owner=OWNER)
		add_activity(doc.name, "Meeting", "Still to come", scheduled_for=add_days(nowdate(), 2))
		self.assertIsNone(head_of(doc)["last_activity"])
		add_activity(doc.name, "Call", "Two days ago", scheduled_for=add_days(nowdate(), -2))
		add_activity(doc.name, "Meeting", "Yesterday", scheduled_for=add_days(nowdate(), -1))
		self.assertEqual(head_of(doc)["last_activity"]["subject"], "Yesterday")
		add_activity(doc.name, "Note", "Just now")
		self.assertEqual(head_of(doc)["last_activity"]["kind"], "Note")
		add_activity(doc.name, "Task", "Send it")
		todo = frappe.get_doc("ToDo", {"reference_name": doc.name})
		self.assertEqual(head_of(doc)["last_activity"]["kind"], "Note")
		todo.status = "Closed"
		todo.save()
		self.assertEqual(head_of(doc)["last_activity"]["subject"], "Send it")

	def test_e_mails_with_quotes_and_customers_questions_are_activities(self):
		doc = make_opportunity(items=[{}], opportunity_owner=OWNER)
		quote = make_quote(doc)
		quote.submit()
		create_link(quote.name)
		add_activity(doc.name, "Meeting", "Still to come", scheduled_for=add_days(nowdate(), 2))
		add_activity(doc.name, "Call", "Yesterday", scheduled_for=add_days(nowdate(), -1))
		make_email(
			doctype="Quote", name=quote.name, subject="Our quote", content="x", recipients="h@x.example"
		)
		self.assertEqual(
			[head_of(doc)["last_activity"][key] for key in ("kind", "subject")], ["Email", "Our quote"]
		)
		ask_question(quote.name, Entry(DESK, "Sabine Hoffmann", "Also in red?"))
		last = head_of(doc)["last_activity"]
		self.assertEqual((last["kind"], last["by"]), ("Question", "Sabine Hoffmann"))
		add_activity(doc.name, "Call", "Answered")
		self.assertEqual(head_of(doc)["last_activity"]["subject"], "Answered")

	def test_contact_and_quote_are_not_told_to_those_who_may_not_read_them(self):
		partner = make_partner()
		contact = make_contact(partner)
		doc = make_opportunity(
			items=[{}], party=partner.name, contact=contact.name, opportunity_owner=RESTRICTED
		)
		quote = make_quote(doc)
		other = make_quote(make_opportunity(items=[{}]))
		for doctype, value in (("Quote", other.name), ("Contact", make_contact(make_partner()).name)):
			frappe.get_doc(
				{
					"doctype": "User Permission",
					"user": RESTRICTED,
					"allow": doctype,
					"for_value": value,
					"apply_to_all_doctypes": 0,
					"applicable_for": doctype,
				}
			).insert()
		frappe.set_user(RESTRICTED)
		head = head_of(doc)
		self.assertEqual((head["contact"], head["quote"]), (None, None))
		frappe.set_user(VIEWER)
		self.assertFalse(frappe.has_permission("Contact", "read", doc=contact.name))
		head = head_of(doc)
		self.assertIsNone(head["contact"])
		self.assertEqual(head["quote"].name, quote.name)

	def test_steps_are_for_those_who_may_read_classes(self):
		make_class("TEST-STEPS-OF-NOBODY")
		frappe.set_user("Guest")
		with self.assertRaises(frappe.PermissionError):
			stage_steps("TEST-STEPS-OF-NOBODY")
