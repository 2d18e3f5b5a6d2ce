"""What people are told of: by Notifications that an admin changes, in each one's language, and never twice."""

import json
from collections.abc import Callable

import frappe

from sales_opportunity import api
from sales_opportunity.activities.activity_log import add_activity
from sales_opportunity.activities.next_activity import notify_due_activities
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.notifications import RECORDS, create_notifications, notify
from sales_opportunity.patches import create_notifications as patch
from sales_opportunity.sales_opportunity.doctype.quote_answer import answers
from sales_opportunity.sales_opportunity.doctype.quote_answer.entry import PAGE, Entry
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import (
	create_link,
	find_link,
)
from sales_opportunity.tests.days import site_day
from sales_opportunity.tests.factories import make_class, make_opportunity, make_quote, make_user
from sales_opportunity.tests.web import asked_by

OWNER, SELLER, COLLEAGUE = "melder@example.com", "melder-en@example.com", "melder-neu@example.com"
GERMAN = "melder-de@example.com"
ACCEPTED = "Quote: accepted by the customer"


class TestNotifications(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_user(OWNER, "Sales User", language="de")
		make_user(SELLER, "Sales User")
		make_user(COLLEAGUE, "Sales User")
		create_notifications()

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")
		self.doc = make_opportunity(items=[{}], title="Räder <XL>", opportunity_owner=OWNER)
		frappe.db.delete("Notification Log", {"document_name": self.doc.name})

	def quote(self, **values):
		quote = make_quote(self.doc, **values)
		quote.submit()
		return quote

	def answer(self, quote, give: Callable = answers.accept_quote):
		link = find_link(create_link(quote.name).rpartition("/")[2]).name
		entry = (
			{"signature_type": "Typed", "consent": "I accept."}
			if give == answers.accept_quote
			else {"message": "<Wann>?"}
		)
		with asked_by("192.0.2.7"):
			give(quote.name, Entry(PAGE, "Hoffmann & Söhne", link=link, **entry))

	def told(self, doc, user: str = OWNER) -> list[str]:
		filters = {"document_type": doc.doctype, "document_name": doc.name, "for_user": user}
		return frappe.get_all("Notification Log", filters, pluck="subject")

	def change(self, name: str, **values):
		notification = frappe.get_doc("Notification", name)
		former = {field: notification.get(field) for field in values}
		notification.update(values)
		notification.save()
		self.addCleanup(self.restore, name, former)

	def restore(self, name: str, former: dict):
		notification = frappe.get_doc("Notification", name)
		notification.update(former)
		notification.save()

	def test_each_site_has_them_once_and_keeps_what_an_admin_changed(self):
		names = [record["name"] for record in json.loads(RECORDS.read_text())]
		self.change(ACCEPTED, enabled=0, subject="Hooray")
		create_notifications()
		patch.execute()
		found = frappe.get_all("Notification", {"name": ("in", names)}, ["name", "channel", "is_standard"])
		self.assertEqual(sorted(row.name for row in found), sorted(names))
		self.assertEqual({(row.channel, row.is_standard) for row in found}, {("System Notification", 0)})
		self.assertEqual(frappe.db.get_value("Notification", ACCEPTED, ("enabled", "subject")), (0, "Hooray"))

	def test_the_customers_answers_are_told_once_and_in_the_owners_language(self):
		for give, text in (
			(answers.accept_quote, "angenommen"),
			(answers.decline_quote, "abgelehnt"),
			(answers.ask_question, "hat eine Frage"),
		):
			with self.subTest(text):
				self.doc = make_opportunity(items=[{}], opportunity_owner=OWNER)
				quote = self.quote(sales_person=OWNER)
				self.answer(quote, give)
				[told] = self.told(quote)
				self.assertIn(text, told)
				self.assertIn("Hoffmann &amp; Söhne", told)

	def test_each_responsible_person_is_told_in_their_own_language(self):
		quote = self.quote(sales_person=SELLER)
		self.answer(quote)
		self.assertIn("angenommen", self.told(quote)[0])
		self.assertIn("has accepted", self.told(quote, SELLER)[0])
		self.assertEqual((len(self.told(quote)), len(self.told(quote, SELLER))), (1, 1))

	def test_all_who_read_the_same_language_are_told(self):
		make_user(GERMAN, "Sales User", language="de")
		for seller, others in ((GERMAN, [COLLEAGUE]), (GERMAN, [COLLEAGUE, SELLER])):
			with self.subTest(others=others):
				self.doc = make_opportunity(items=[{}], opportunity_owner=OWNER)
				quote = self.quote(sales_person=seller)
				self.answer(quote)
				notify(quote, "customer_accepted", others)
				for user in (OWNER, seller, *others):
					self.assertEqual(len(self.told(quote, user)), 1, user)

	def test_an_admin_switches_one_off_or_changes_what_it_says(self):
		self.change(ACCEPTED, subject="Sekt für {{ doc.name }}!")
		quote = self.quote(sales_person=OWNER)
		self.answer(quote)
		self.assertEqual(self.told(quote), [f"Sekt für {quote.name}!"])
		self.change(ACCEPTED, enabled=0)
		self.doc = make_opportunity(items=[{}], opportunity_owner=OWNER)
		quote = self.quote(sales_person=OWNER)
		self.answer(quote)
		self.assertEqual(self.told(quote), [])

	def test_no_answer_fails_because_a_notification_does(self):
		sound = frappe.db.get_value("Notification", ACCEPTED, ("condition", "subject"), as_dict=True)
		self.addCleanup(frappe.db.set_value, "Notification", ACCEPTED, sound)
		for broken in ({"condition": "doc.nothing.at_all"}, {"subject": "{{ doc.nothing.at.all }}"}):
			with self.subTest(broken):
				self.doc = make_opportunity(items=[{}], opportunity_owner=OWNER)
				quote = self.quote(sales_person=OWNER)
				frappe.db.set_value("Notification", ACCEPTED, {**sound, **broken})
				frappe.clear_messages()
				self.answer(quote)
				self.assertEqual(frappe.db.get_value("Quote", quote.name, "status"), "Accepted")
				self.assertEqual(frappe.get_message_log(), [])

	def test_the_first_opening_is_told_and_no_other(self):
		quote = self.quote(sales_person=OWNER)
		token = create_link(quote.name).rpartition("/")[2]
		for _time in range(3):
			find_link(token).record_opening()
		[told] = self.told(quote)
		self.assertIn("zum ersten Mal geöffnet", told)

	def test_an_activity_that_is_due_is_told_once(self):
		for day, times in (
			(site_day(), 1),
			(site_day(-2), 1),
			(site_day(1), 0),
			(site_day(-30), 0),
		):
			with self.subTest(day):
				self.doc = make_opportunity(title="Räder", opportunity_owner=OWNER)
				add_activity(self.doc.name, "Call", "x", next_activity="Besuch", next_activity_date=day)
				frappe.db.delete("Notification Log", {"document_name": self.doc.name})
				notify_due_activities()
				self.doc.reload()
				self.doc.expected_close_date = "2099-01-01"
				self.doc.activity_told_for = None
				self.doc.save()
				notify_due_activities()
				told = self.told(self.doc)
				self.assertEqual(len(told), times)
				self.assertTrue(all("Besuch" in text and "fällig" in text for text in told))

	def test_another_day_is_told_again_and_a_closed_deal_never(self):
		for _time in range(2):
			add_activity(self.doc.name, "Call", "x", next_activity="Besuch", next_activity_date=site_day())
			notify_due_activities()
			add_activity(self.doc.name, "Call", "x", next_activity="", next_activity_date="")
			notify_due_activities()
			frappe.db.set_value(self.doc.doctype, self.doc.name, "activity_told_for", site_day(-1))
		self.assertEqual(len(self.told(self.doc)), 2)
		add_activity(self.doc.name, "Call", "x", next_activity="Besuch", next_activity_date=site_day())
		api.close_as_lost(self.doc.name, "No Budget", keep_plans=True)
		notify_due_activities()
		self.assertEqual(len(self.told(self.doc)), 2)

	def test_who_gets_a_deal_from_somebody_else_is_told(self):
		self.doc.reload()
		self.doc.opportunity_owner = COLLEAGUE
		self.doc.save()
		self.doc.title = "Other"
		self.doc.save()
		self.assertEqual(self.told(self.doc, COLLEAGUE), ["The opportunity Räder &lt;XL&gt; is yours now."])
		self.assertEqual(self.told(self.doc, OWNER), [])
		make_class("MELDEN", owner_rule="Fixed User", default_owner=OWNER)
		given = make_opportunity(class_id="MELDEN")
		self.assertEqual(given.opportunity_owner, OWNER)
		self.assertEqual(len(self.told(given)), 1)

	def test_who_takes_a_deal_is_not_told(self):
		frappe.set_user(OWNER)
		own = make_opportunity(opportunity_owner=OWNER)
		self.assertEqual(self.told(own), [])

	def test_nobody_is_told_of_what_was_rolled_back(self):
		quote = self.quote(sales_person=OWNER)
		frappe.db.commit()
		frappe.flags.in_test = False
		try:
			notify(quote, "customer_accepted", [OWNER])
			frappe.db.rollback()
			notify(quote, "customer_declined", [OWNER])
		finally:
			frappe.flags.in_test = True
		self.assertEqual(self.told(quote), [])
		frappe.db.commit()
		[told] = self.told(quote)
		self.assertIn("abgelehnt", told)
