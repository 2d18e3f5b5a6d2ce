"""What happens between the stages: calls, mails, meetings, tasks, notes, and what happens when nothing does."""

import json

import frappe
from frappe.desk.form.load import get_additional_timeline_content, get_docinfo
from frappe.email.receive import InboundMail
from frappe.utils import add_days, getdate, nowdate

from sales_opportunity import api
from sales_opportunity.activities.activity_log import ActivityError, add_activity
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.inputs.values import ImpossibleDateError
from sales_opportunity.tests.days import site_day
from sales_opportunity.tests.factories import make_opportunity, make_quote, make_stage, make_user
from sales_opportunity.tests.stored import stored

OPPORTUNITY = "Sales Opportunity"


class TestActivities(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.doc = make_opportunity(items=[{}])

	def tearDown(self):
		frappe.set_user("Administrator")

	def rest(self):
		"""Let the opportunity look as if nothing had happened for a long time."""
		frappe.db.set_value(
			OPPORTUNITY, self.doc.name, {"idle_since": "2020-01-01", "stalled_from": "2020-01-15"}
		)

	def docinfo(self):
		self.doc.reload()
		get_docinfo(self.doc)
		return frappe.response["docinfo"]

	def test_each_kind_becomes_the_frameworks_own_document(self):
		call = add_activity(self.doc.name, "Call", "Prices", "They find it <dear>\nbut good")
		meeting = add_activity(self.doc.name, "Meeting", "Test ride", scheduled_for="2099-05-01 10:00:00")
		task = add_activity(self.doc.name, "Task", "Send brochure", scheduled_for="2099-04-01")
		note = add_activity(self.doc.name, "Note", "Prefers mornings")
		self.assertIn("&lt;dear&gt;<br>", frappe.db.get_value("Communication", call, "content"))
		self.assertEqual(str(frappe.db.get_value("Event", meeting, "starts_on")), "2099-05-01 10:00:00")
		self.assertEqual(frappe.db.get_value("ToDo", task, "allocated_to"), "Administrator")
		self.assertIn("mornings", frappe.db.get_value("Comment", note, "content"))

	def test_colleagues_who_may_read_it_see_the_whole_course(self):
		add_activity(self.doc.name, "Call", "Prices")
		add_activity(self.doc.name, "Meeting", "Test ride", scheduled_for="2099-05-01 10:00:00")
		add_activity(self.doc.name, "Note", "Prefers mornings")
		frappe.set_user(make_user("course-viewer@example.com", "Sales Viewer").name)
		info = self.docinfo()
		subjects = {row.subject for row in [*info["communications"], *info["automated_messages"]]}
		self.assertLessEqual({"Prices", "Test ride"}, subjects)
		self.assertIn("Prefers mornings", str(info["comments"]))

	def test_who_may_not_write_may_not_log(self):
		frappe.set_user(make_user("course-viewer@example.com", "Sales Viewer").name)
		with self.assertRaises(frappe.PermissionError):
			add_activity(self.doc.name, "Note", "Nothing")

	def test_days_that_cannot_be_meant_are_refused_as_saving_refuses_them(self):
		for kind, days in (
			("Note", {"next_activity": "Call", "next_activity_date": "9999-12-31"}),
			("Call", {"next_activity": "Call", "next_activity_date": "3027-01-01"}),
			("Task", {"scheduled_for": "9999-12-31"}),
			("Meeting", {"scheduled_for": "3027-01-01 10:00:00"}),
		):
			with self.subTest(kind), self.assertRaises(ImpossibleDateError):
				add_activity(self.doc.name, kind, "Prices", **days)
		self.assertEqual(stored(self.doc, "next_activity", "next_activity_date"), (None, None))

	def test_unknown_kinds_and_empty_subjects_are_refused(self):
		for kind, subject in (("Dance", "Tango"), ("Call", "  ")):
			with self.subTest(kind), self.assertRaises(ActivityError):
				add_activity(self.doc.name, kind, subject)
		with self.assertRaises(ActivityError):
			add_activity(self.doc.name, "Note", "x", next_activity="x" * 141)
		with self.assertRaises(frappe.ValidationError):
			add_activity(self.doc.name, "Note", "x", next_activity_date="tomorrow or so")

	def test_a_call_plans_what_comes_next_or_clears_it(self):
		add_activity(self.doc.name, "Call", "Hello", next_activity="Visit", next_activity_date="2099-02-03")
		self.assertEqual(
			stored(self.doc, "next_activity", "next_activity_date"), ("Visit", getdate("2099-02-03"))
		)
		add_activity(self.doc.name, "Note", "No plan touched")
		self.assertEqual(stored(self.doc, "next_activity"), "Visit")
		add_activity(self.doc.name, "Call", "Done", next_activity="", next_activity_date="")
		self.assertEqual(stored(self.doc, "next_activity", "next_activity_date"), (None, None))

	def test_the_earliest_open_task_or_meeting_is_the_next_activity(self):
		meeting = add_activity(self.doc.name, "Meeting", "Test ride", scheduled_for="2099-05-01 10:00:00")
		task = add_activity(self.doc.name, "Task", "Send brochure", scheduled_for="2099-04-01")
		self.assertEqual(
			stored(self.doc, "next_activity", "next_activity_date"), ("Send brochure", getdate("2099-04-01"))
		)
		todo = frappe.get_doc("ToDo", task)
		todo.status = "Closed"
		todo.save()
		self.assertEqual(
			stored(self.doc, "next_activity", "next_activity_date"), ("Test ride", getdate("2099-05-01"))
		)
		frappe.get_doc("Event", meeting).delete()
		self.assertEqual(stored(self.doc, "next_activity", "next_activity_date"), (None, None))

	def test_the_next_activity_follows_what_becomes_of_it(self):
		task = add_activity(self.doc.name, "Task", "Send brochure", scheduled_for="2099-04-01")
		todo = frappe.get_doc("ToDo", task)
		todo.date = "2099-06-01"
		todo.save()
		self.assertEqual(stored(self.doc, "next_activity_date"), getdate("2099-06-01"))
		meeting = add_activity(self.doc.name, "Meeting", "Test ride", scheduled_for="2099-05-01 10:00:00")
		self.assertEqual(stored(self.doc, "next_activity"), "Test ride")
		event = frappe.get_doc("Event", meeting)
		event.starts_on = "2099-07-01 10:00:00"
		event.save()
		self.assertEqual(stored(self.doc, "next_activity"), "Send brochure")
		event.status = "Cancelled"
		event.save()
		todo.status = "Cancelled"
		todo.save()
		self.assertEqual(stored(self.doc, "next_activity", "next_activity_date"), (None, None))

	def test_a_meeting_that_has_been_is_logged_and_not_planned(self):
		add_activity(self.doc.name, "Meeting", "They came by", scheduled_for=f"{site_day(-1)} 10:00:00")
		self.assertEqual(stored(self.doc, "next_activity", "next_activity_date"), (None, None))

	def test_what_is_done_ends_the_rest(self):
		todo = frappe.get_doc("ToDo", add_activity(self.doc.name, "Task", "Send brochure"))
		self.rest()
		todo.status = "Closed"
		todo.save()
		self.assertEqual(stored(self.doc, "idle_since"), getdate())

	def test_a_task_for_a_colleague_lets_them_see_it_and_tells_them(self):
		colleague = make_user("course-colleague@example.com", "Sales User").name
		for _number in range(2):
			add_activity(self.doc.name, "Task", "Send brochure", assigned_to=colleague)
		self.assertTrue(frappe.has_permission(OPPORTUNITY, doc=self.doc.name, user=colleague))
		told = {"document_name": self.doc.name, "for_user": colleague, "type": "Assignment"}
		self.assertEqual(frappe.db.count("Notification Log", told), 2)

	def test_strangers_plan_nothing_here(self):
		self.rest()
		frappe.set_user(make_user("course-stranger@example.com", "Sales User").name)
		event = frappe.get_doc({"doctype": "Event", "subject": "Mine", "starts_on": "2099-01-01 10:00:00"})
		event.append(
			"event_participants", {"reference_doctype": OPPORTUNITY, "reference_docname": self.doc.name}
		)
		with self.assertRaises(frappe.PermissionError):
			event.insert()
		self.assertEqual(stored(self.doc, "next_activity", "idle_since"), (None, getdate("2020-01-01")))

	def test_a_form_that_was_open_meanwhile_does_not_bring_the_former_plan_back(self):
		form = frappe.get_doc(OPPORTUNITY, self.doc.name)
		add_activity(self.doc.name, "Call", "Hello", next_activity="Visit", next_activity_date="2099-02-03")
		form.title = "Another title"
		with self.assertRaises(frappe.TimestampMismatchError):
			form.save()
		self.assertEqual(stored(self.doc, "next_activity"), "Visit")

	def test_every_activity_ends_the_rest(self):
		for kind in ("Call", "Meeting", "Task", "Note"):
			with self.subTest(kind):
				self.rest()
				add_activity(self.doc.name, kind, "Something happens")
				self.assertEqual(stored(self.doc, "idle_since"), getdate())

	def test_a_stage_change_ends_the_rest_and_other_edits_do_not(self):
		self.rest()
		self.doc.reload()
		self.doc.expected_close_date = "2099-01-01"
		self.doc.save()
		self.assertEqual(stored(self.doc, "idle_since"), getdate("2020-01-01"))
		api.move_stage(self.doc.name, "First Meeting")
		self.assertEqual(
			stored(self.doc, "idle_since", "stalled_from"), (getdate(), getdate(add_days(nowdate(), 14)))
		)

	def test_stalled_ones_are_found_by_a_filter(self):
		filters = {"stalled_from": ("<=", nowdate()), "status": "Open", "name": self.doc.name}
		self.assertFalse(frappe.get_list(OPPORTUNITY, filters))
		self.rest()
		self.assertTrue(frappe.get_list(OPPORTUNITY, filters))

	def test_a_closed_opportunity_is_never_stalled(self):
		api.close_as_lost(self.doc.name, "No Budget")
		add_activity(self.doc.name, "Note", "They called again")
		self.assertIsNone(stored(self.doc, "stalled_from"))

	def test_another_limit_of_the_stage_applies_to_all_in_it_at_once(self):
		stage = make_stage("Test Patience", stalled_after_days=10)
		api.move_stage(self.doc.name, stage.name)
		stage.stalled_after_days = 3
		stage.save()
		self.assertEqual(stored(self.doc, "stalled_from"), getdate(add_days(nowdate(), 3)))
		stage.stalled_after_days = 0
		stage.save()
		self.assertIsNone(stored(self.doc, "stalled_from"))

	def test_an_incoming_answer_joins_by_the_frameworks_threading(self):
		account = self.make_email_account()
		sent = frappe.get_doc(
			{
				"doctype": "Communication",
				"communication_medium": "Email",
				"sent_or_received": "Sent",
				"subject": "Our bikes",
				"content": "Please have a look.",
				"recipients": "hoffmann@stadtwerke.example",
				"message_id": f"{self.doc.name.lower()}@lindental.example",
				"reference_doctype": OPPORTUNITY,
				"reference_name": self.doc.name,
			}
		).insert()
		self.rest()
		mail = (
			"From: Hoffmann <hoffmann@stadtwerke.example>\r\nTo: sales@lindental.example\r\n"
			f"Subject: Re: Our bikes\r\nMessage-ID: <answer-{self.doc.name}@stadtwerke.example>\r\n"
			f"In-Reply-To: <{sent.message_id}>\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n"
			"Content-Type: text/plain; charset=utf-8\r\n\r\nWhen can you deliver?\r\n"
		)
		answer = InboundMail(mail.encode(), account, uid=1).process()
		self.assertEqual((answer.reference_doctype, answer.reference_name), (OPPORTUNITY, self.doc.name))
		self.assertEqual(stored(self.doc, "idle_since", "status"), (getdate(), "Open"))

	def make_email_account(self):
		if frappe.db.exists("Email Account", "Test Sales"):
			return frappe.get_doc("Email Account", "Test Sales")
		return frappe.get_doc(
			{
				"doctype": "Email Account",
				"email_account_name": "Test Sales",
				"email_id": "sales@lindental.example",
				"enable_incoming": 0,
				"enable_outgoing": 0,
			}
		).insert()

	def test_one_stream_shows_stages_and_quotes_too(self):
		quote = make_quote(self.doc)
		quote.submit()
		api.move_stage(self.doc.name, "Negotiation")
		api.close_as_won(self.doc.name)
		stream = get_additional_timeline_content(OPPORTUNITY, self.doc.name)
		text = "\n".join(entry["content"] for entry in stream)
		for expected in ("Negotiation", "75 %", "was made", "was issued", "Accepted", quote.name):
			self.assertIn(expected, text)
		self.assertTrue(all(entry["creation"] for entry in stream))

	def test_the_frameworks_entry_names_only_what_a_person_changed(self):
		self.doc.reload()
		self.doc.update({"expected_close_date": "2099-01-01", "stage": "Negotiation"})
		self.doc.save(ignore_version=False)
		entry = json.loads(frappe.get_value("Version", {"docname": self.doc.name}, "data"))
		self.assertEqual([change[0] for change in entry["changed"]], ["expected_close_date"])
		self.assertFalse(entry["added"])

	def test_what_follows_from_a_line_takes_no_place_of_what_was_typed(self):
		deal = make_opportunity(items=[{"rate": 100, "quantity": 2}])
		deal.reload()
		deal.items[0].update({"rate": 120, "quantity": 3})
		deal.update({"discount_percentage": 5, "expected_close_date": "2099-01-01"})
		deal.save(ignore_version=False)
		entry = json.loads(frappe.get_value("Version", {"docname": deal.name}, "data"))
		self.assertEqual(
			{change[0] for change in entry["changed"]},
			{"amount", "discount_percentage", "expected_close_date"},
		)
		[[table, _place, _name, changes]] = entry["row_changed"]
		self.assertEqual((table, [change[0] for change in changes]), ("items", ["quantity", "rate"]))
		quote = make_quote(deal)
		quote.reload()
		quote.items[0].rate = 130
		quote.save(ignore_version=False)
		entry = json.loads(frappe.get_value("Version", {"docname": quote.name}, "data"))
		self.assertEqual(entry["changed"], [])
		[[_table, _place, _name, changes]] = entry["row_changed"]
		self.assertEqual([change[0] for change in changes], ["rate"])
