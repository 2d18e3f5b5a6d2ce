"""What is to be done on a deal: seen by all who see the deal, ticked off by whom it belongs to, gone when it is closed."""

import frappe
from frappe.utils import getdate

from sales_opportunity import api
from sales_opportunity.activities.activity_log import add_activity
from sales_opportunity.activities.open_activities import (
	NotOpenError,
	complete_activity,
	open_activities,
)
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.tests.days import site_day
from sales_opportunity.tests.factories import make_opportunity, make_quote, make_user

OPPORTUNITY = "Sales Opportunity"
OWNER, COLLEAGUE, VIEWER = "todo-owner@example.com", "todo-colleague@example.com", "todo-viewer@example.com"


class TestOpenActivities(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_user(OWNER, "Sales User")
		make_user(COLLEAGUE, "Sales User")
		make_user(VIEWER, "Sales Viewer")

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")
		frappe.set_user(OWNER)
		self.doc = make_opportunity(items=[{}])

	def add(self, kind: str, subject: str, when: str, **values) -> str:
		return add_activity(self.doc.name, kind, subject, scheduled_for=when, **values)

	def shown(self, *keys) -> list:
		return [tuple(item[key] for key in keys) for item in open_activities(self.doc.name)]

	def plan(self):
		return frappe.db.get_value(OPPORTUNITY, self.doc.name, ("next_activity", "next_activity_date"))

	def complete(self, item: dict):
		return complete_activity(self.doc.name, item["doctype"], item["name"], item["subject"])

	def test_tasks_meetings_and_the_named_step_are_shown_by_date_and_person(self):
		self.add("Meeting", "Test ride", "2099-05-01 10:00:00", place="Rathaus", guests="max@kunde.example")
		self.add("Task", "Send brochure", site_day(-1), assigned_to=COLLEAGUE)
		self.add("Task", "Call back", site_day())
		add_activity(self.doc.name, "Call", "Hello", next_activity="Visit", next_activity_date="2099-02-03")
		owner, colleague = (frappe.db.get_value("User", user, "full_name") for user in (OWNER, COLLEAGUE))
		self.assertEqual(
			self.shown("subject", "state", "assignee_name"),
			[
				("Send brochure", "overdue", colleague),
				("Call back", "due", owner),
				("Visit", "planned", owner),
				("Test ride", "planned", owner),
			],
		)
		[*_others, meeting] = open_activities(self.doc.name)
		self.assertEqual((meeting["place"], meeting["guests"]), ("Rathaus", ["max@kunde.example"]))

	def test_the_form_is_told_when_it_is_opened(self):
		self.add("Task", "Call back", site_day())
		doc = frappe.get_doc(OPPORTUNITY, self.doc.name)
		doc.run_method("onload")
		self.assertEqual([item["subject"] for item in doc.get_onload("open_activities")], ["Call back"])

	def test_what_was_logged_after_it_happened_is_not_to_be_done(self):
		self.add("Meeting", "They came by", f"{site_day(-1)} 10:00:00")
		self.assertEqual(self.shown("subject"), [])

	def test_a_planned_meeting_that_nobody_ticked_off_stays_as_overdue(self):
		name = self.add("Meeting", "Test ride", "2099-05-01 10:00:00")
		frappe.db.set_value("Event", name, "starts_on", f"{site_day(-1)} 10:00:00")
		frappe.db.set_value(OPPORTUNITY, self.doc.name, "next_activity_date", site_day(-1))
		self.assertEqual(self.shown("doctype", "state"), [("Event", "overdue")])

	def test_each_kind_can_be_ticked_off_and_the_next_one_moves_up(self):
		self.add("Task", "Send brochure", "2099-01-01")
		self.add("Meeting", "Test ride", "2099-05-01 10:00:00")
		for done, ahead in (("Send brochure", "Test ride"), ("Test ride", None)):
			[item, *_others] = open_activities(self.doc.name)
			self.assertEqual(item["subject"], done)
			self.complete(item)
			self.assertEqual(self.plan()[0], ahead)
		add_activity(self.doc.name, "Call", "Hello", next_activity="Visit", next_activity_date="2099-02-03")
		frappe.db.set_value(OPPORTUNITY, self.doc.name, "idle_since", "2020-01-01")
		[item] = open_activities(self.doc.name)
		self.assertEqual(self.complete(item), [])
		self.assertEqual(self.plan(), (None, None))
		self.assertEqual(frappe.db.get_value(OPPORTUNITY, self.doc.name, "idle_since"), getdate())
		stream = frappe.get_all(
			"Comment", {"reference_name": self.doc.name, "comment_type": "Info"}, pluck="content"
		)
		self.assertEqual(
			sorted(stream), ["has done: Send brochure", "has done: Test ride", "has done: Visit"]
		)

	def test_nothing_is_ticked_off_twice_or_after_it_was_changed(self):
		self.add("Task", "Send brochure", "2099-01-01")
		[item] = open_activities(self.doc.name)
		self.complete(item)
		with self.assertRaises(NotOpenError):
			self.complete(item)
		add_activity(self.doc.name, "Call", "Hello", next_activity="Visit", next_activity_date="2099-02-03")
		[seen] = open_activities(self.doc.name)
		add_activity(self.doc.name, "Call", "Again", next_activity="Offer", next_activity_date="2099-03-03")
		with self.assertRaises(NotOpenError):
			self.complete(seen)
		self.assertEqual(self.plan()[0], "Offer")

	def test_nothing_else_is_ticked_off_here(self):
		other = make_opportunity()
		todo = add_activity(other.name, "Task", "Theirs")
		for doctype, name in (("ToDo", todo), ("ToDo", "nothing"), ("User", OWNER), ("Quote", "x")):
			with self.subTest(doctype), self.assertRaises(NotOpenError):
				complete_activity(self.doc.name, doctype, name)
		self.assertEqual(frappe.db.get_value("ToDo", todo, "status"), "Open")

	def test_who_may_not_write_the_deal_sees_it_and_ticks_nothing(self):
		self.add("Task", "Send brochure", "2099-01-01")
		frappe.set_user(VIEWER)
		[item] = open_activities(self.doc.name)
		self.assertFalse(item["may_tick"])
		with self.assertRaises(frappe.PermissionError):
			self.complete(item)

	def test_who_may_not_read_the_deal_sees_nothing(self):
		self.add("Task", "Send brochure", "2099-01-01")
		frappe.set_user(COLLEAGUE)
		with self.assertRaises(frappe.PermissionError):
			open_activities(self.doc.name)

	def test_the_frameworks_rules_for_tasks_and_meetings_hold(self):
		frappe.share.add_docshare(
			OPPORTUNITY, self.doc.name, COLLEAGUE, write=1, flags={"ignore_share_permission": True}
		)
		self.add("Task", "Send brochure", "2099-01-01")
		self.add("Meeting", "Test ride", "2099-05-01 10:00:00")
		frappe.set_user(COLLEAGUE)
		for item in open_activities(self.doc.name):
			self.assertFalse(item["may_tick"])
			with self.subTest(item["doctype"]), self.assertRaises(frappe.PermissionError):
				self.complete(item)

	def test_closing_leaves_no_open_plan(self):
		for close in (
			lambda name: api.close_as_lost(name, "No Budget"),
			api.close_as_won,
			lambda name: api.move_stage(name, "Won"),
			self.save_as_won,
		):
			with self.subTest(close=close):
				self.setUp()
				todo = self.add("Task", "Send brochure", "2099-01-01", assigned_to=COLLEAGUE)
				event = self.add("Meeting", "Test ride", "2099-05-01 10:00:00")
				close(self.doc.name)
				self.assertEqual(self.shown("subject"), [])
				self.assertEqual(self.plan(), (None, None))
				self.assertEqual(frappe.db.get_value("ToDo", todo, "status"), "Cancelled")
				self.assertEqual(frappe.db.get_value("Event", event, "status"), "Cancelled")
				frappe.set_user(OWNER)

	def save_as_won(self, name: str):
		doc = frappe.get_doc(OPPORTUNITY, name)
		doc.stage = "Won"
		doc.save()
		doc.closing_notes = "The form can go on with what it was given."
		doc.save()

	def test_what_is_planned_stays_if_that_is_wanted(self):
		for close in (api.close_as_lost, api.close_as_won):
			with self.subTest(close=close.__name__):
				self.setUp()
				self.add("Task", "Send brochure", "2099-01-01")
				reason = {"closing_reason": "No Budget"} if close is api.close_as_lost else {}
				close(self.doc.name, keep_plans=True, **reason)
				self.assertEqual(self.shown("subject"), [("Send brochure",)])
				self.assertEqual(self.plan()[0], "Send brochure")

	def test_a_meeting_about_another_open_deal_stays(self):
		other = make_opportunity()
		event = frappe.get_doc("Event", self.add("Meeting", "Both", "2099-05-01 10:00:00"))
		event.add_participant(OPPORTUNITY, other.name)
		event.save()
		api.close_as_lost(self.doc.name, "No Budget")
		self.assertEqual(frappe.db.get_value("Event", event.name, "status"), "Open")
		api.close_as_lost(other.name, "No Budget")
		self.assertEqual(frappe.db.get_value("Event", event.name, "status"), "Cancelled")

	def test_the_customers_acceptance_alone_leaves_the_plan(self):
		self.add("Task", "Send brochure", "2099-01-01")
		self.doc.reload()
		quote = make_quote(self.doc)
		quote.submit()
		quote.change_status("Accepted")
		self.assertEqual(self.shown("subject"), [("Send brochure",)])

	def test_a_call_keeps_its_subject_in_the_stream(self):
		for details, expected in (("They find it <dear>", "&lt;dear&gt;"), ("", "Prices & more")):
			call = add_activity(self.doc.name, "Call", "Prices & more", details)
			content = frappe.db.get_value("Communication", call, "content")
			self.assertIn("Prices &amp; more", content)
			self.assertIn(expected.replace("& m", "&amp; m"), content)
