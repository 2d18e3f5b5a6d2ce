"""My Day: what is the user's own, what each click does, and that its figures are those of the lists."""

from unittest.mock import patch

import frappe
from frappe.utils import add_to_date, now_datetime

from sales_opportunity.activities.activity_log import add_activity
from sales_opportunity.desk.desk_start import start_address
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.inputs.values import ImpossibleDateError, WrongInputError
from sales_opportunity.patches import start_with_my_day
from sales_opportunity.sales_opportunity.doctype.quote_answer.answers import ask_question
from sales_opportunity.sales_opportunity.doctype.quote_answer.entry import DESK, Entry
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import create_link
from sales_opportunity.sales_opportunity.page.my_day import quotes
from sales_opportunity.sales_opportunity.page.my_day.clicks import finish, postpone_activity
from sales_opportunity.sales_opportunity.page.my_day.my_day import get_open_work
from sales_opportunity.tests.days import site_day
from sales_opportunity.tests.factories import (
	copy_many,
	hide,
	make_class,
	make_item,
	make_opportunity,
	make_quote,
	make_stage,
	make_user,
)
from sales_opportunity.tests.settings import save_settings

ME, COLLEAGUE = "my-day@example.com", "my-day-colleague@example.com"
STAGE = "My Day Stage"


def subjects(kind: str) -> list[str]:
	return [row["subject"] for row in get_open_work()[kind]["rows"]]


class MyDayTestCase(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		for user in (ME, COLLEAGUE):
			make_user(user, "Sales User")
		make_class()
		make_item()
		make_stage(STAGE)

	def setUp(self):
		frappe.db.savepoint("before_my_day")
		frappe.set_user(ME)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="before_my_day")


class TestOwnWork(MyDayTestCase):
	def test_a_new_salesperson_has_an_empty_day(self):
		day = get_open_work()
		for kind in ("activities", "meetings", "quotes", "customers", "stalled"):
			self.assertEqual((day[kind]["count"], day[kind]["rows"]), (0, []))
		self.assertEqual(day["figures"]["open"]["count"], 0)

	def test_who_may_read_no_opportunity_has_no_day(self):
		frappe.set_user("Administrator")
		frappe.set_user(make_user("my-day-outsider@example.com", "Inbox User").name)
		self.assertRaises(frappe.PermissionError, get_open_work)

	def test_overdue_and_todays_activities_of_own_deals_are_shown_the_oldest_first(self):
		for subject, day in (("Today", site_day()), ("Late", site_day(-1)), ("Ahead", site_day(1))):
			make_opportunity(opportunity_owner=ME, next_activity=subject, next_activity_date=day)
		rows = get_open_work()["activities"]["rows"]
		self.assertEqual(
			[(row["subject"], row["state"]) for row in rows], [("Late", "overdue"), ("Today", "due")]
		)

	def test_work_of_colleagues_is_not_shown(self):
		frappe.set_user("Administrator")
		make_opportunity(opportunity_owner=COLLEAGUE, next_activity="Theirs", next_activity_date=site_day())
		frappe.set_user(ME)
		self.assertEqual(subjects("activities"), [])

	def test_a_deal_of_ones_own_that_is_closed_is_no_work(self):
		deal = make_opportunity(opportunity_owner=ME, next_activity="Call", next_activity_date=site_day())
		frappe.db.set_value("Sales Opportunity", deal.name, "status", "Lost")
		self.assertEqual(get_open_work()["activities"]["count"], 0)

	def test_a_task_that_is_the_next_activity_is_shown_once(self):
		deal = make_opportunity(opportunity_owner=ME)
		add_activity(deal.name, "Task", "Send the brochure", scheduled_for=site_day())
		day = get_open_work()["activities"]
		self.assertEqual((day["count"], [row["kind"] for row in day["rows"]]), (1, ["ToDo"]))

	def test_a_meeting_of_today_is_a_meeting_and_no_activity_beside(self):
		deal = make_opportunity(opportunity_owner=ME)
		soon = add_to_date(now_datetime(), minutes=1)
		add_activity(deal.name, "Meeting", "Site visit", scheduled_for=str(soon))
		self.assertEqual((subjects("meetings"), subjects("activities")), (["Site visit"], []))
		self.assertEqual(get_open_work()["meetings"]["rows"][0]["deal"].name, deal.name)

	def test_a_task_on_a_colleagues_deal_is_work_of_the_one_who_got_it(self):
		frappe.set_user(COLLEAGUE)
		deal = make_opportunity(opportunity_owner=COLLEAGUE)
		add_activity(deal.name, "Task", "Check the drawings", scheduled_for=site_day(), assigned_to=ME)
		frappe.set_user(ME)
		row = get_open_work()["activities"]["rows"][0]
		self.assertEqual((row["subject"], row["deal"].name), ("Check the drawings", deal.name))

	def test_what_a_task_belongs_to_is_named_to_those_only_who_may_read_it(self):
		frappe.set_user("Administrator")
		deal = make_opportunity(opportunity_owner=COLLEAGUE, title="Secret deal")
		frappe.get_doc(
			doctype="ToDo", description="Look", date=site_day(), allocated_to=ME, reference_type=deal.doctype
		).insert().db_set("reference_name", deal.name)
		frappe.set_user(ME)
		self.assertNotIn("Secret", frappe.as_json(get_open_work()))

	def test_quotes_that_end_within_two_weeks_are_shown(self):
		for days in (0, 14, 15):
			deal = make_opportunity(items=[{}], opportunity_owner=ME)
			make_quote(deal, site_day(days)).submit()
		rows = get_open_work()["quotes"]["rows"]
		self.assertEqual([str(row.valid_until) for row in rows], [site_day(), site_day(14)])

	def test_customers_who_read_and_those_who_asked_without_an_answer_are_shown(self):
		reading, asking = (
			make_quote(make_opportunity(items=[{}], opportunity_owner=ME)) for _number in range(2)
		)
		for quote in (reading, asking):
			quote.submit()
			create_link(quote.name)
			frappe.db.set_value("Quote Customer Link", {"quote": quote.name}, "last_opened", now_datetime())
		ask_question(asking.name, Entry(DESK, "Sabine Hoffmann", "Also in red?"))
		rows = get_open_work()["customers"]["rows"]
		self.assertEqual(
			[(row["name"], row.get("question")) for row in rows],
			[(asking.name, "Also in red?"), (reading.name, None)],
		)

	def test_all_quotes_that_were_read_are_counted_and_no_more_loaded_than_are_shown(self):
		for _number in range(3):
			quote = make_quote(make_opportunity(items=[{}], opportunity_owner=ME))
			quote.submit()
			create_link(quote.name)
			frappe.db.set_value("Quote Customer Link", {"quote": quote.name}, "last_opened", now_datetime())
		with patch.object(quotes, "SHOWN", 2):
			customers = get_open_work()["customers"]
			opened = quotes.opened_quotes(without=[quote.name])
		self.assertEqual((customers["count"], len(customers["rows"])), (3, 2))
		self.assertEqual((opened["count"], len(opened["rows"])), (2, 2))
		self.assertNotIn(quote.name, {row.name for row in opened["rows"]})

	def test_a_question_that_was_replied_to_is_no_open_one(self):
		quote = make_quote(make_opportunity(items=[{}], opportunity_owner=ME))
		quote.submit()
		ask_question(quote.name, Entry(DESK, "Sabine Hoffmann", "Also in red?"))
		self.assertEqual(get_open_work()["customers"]["count"], 1)
		question = frappe.get_doc("Communication", get_open_work()["customers"]["rows"][0]["message"])
		question.db_set("status", "Replied")
		self.assertEqual(get_open_work()["customers"]["count"], 0)

	def test_the_contact_of_a_deal_can_be_called_and_written_to(self):
		frappe.set_user("Administrator")
		deal = make_opportunity(opportunity_owner=ME, next_activity="Call", next_activity_date=site_day())
		contact = frappe.get_doc(
			doctype="Contact",
			first_name="Sabine",
			email_ids=[{"email_id": "sabine@example.com", "is_primary": 1}],
			phone_nos=[{"phone": "+49 7631 99", "is_primary_mobile_no": 1}],
			links=[{"link_doctype": deal.party_type, "link_name": deal.party}],
		).insert()
		deal.db_set("contact", contact.name)
		frappe.set_user(ME)
		found = get_open_work()["activities"]["rows"][0]["deal"]
		self.assertEqual((found.phone, found.email), ("+49 7631 99", "sabine@example.com"))


class TestClicks(MyDayTestCase):
	def test_ticking_a_task_closes_it(self):
		deal = make_opportunity(opportunity_owner=ME)
		task = add_activity(deal.name, "Task", "Send the brochure", scheduled_for=site_day())
		finish("ToDo", task)
		self.assertEqual(frappe.db.get_value("ToDo", task, "status"), "Closed")
		self.assertFalse(frappe.db.get_value("Sales Opportunity", deal.name, "next_activity_date"))
		self.assertEqual(subjects("activities"), [])

	def test_ticking_what_was_planned_next_leaves_the_earliest_task_as_the_next(self):
		deal = make_opportunity(opportunity_owner=ME)
		add_activity(deal.name, "Task", "Send the brochure", scheduled_for=site_day(5))
		add_activity(deal.name, "Note", "Talked", next_activity="Call again", next_activity_date=site_day(-1))
		finish("Plan", deal.name)
		planned = frappe.db.get_value("Sales Opportunity", deal.name, ("next_activity", "next_activity_date"))
		self.assertEqual((planned[0], str(planned[1])), ("Send the brochure", site_day(5)))
		self.assertEqual(subjects("activities"), [])

	def test_ticking_what_stands_for_a_colleagues_task_or_a_past_meeting_closes_that(self):
		for kind, scheduled_for, done in (
			("Task", site_day(-1), "Closed"),
			("Task", site_day(), "Closed"),
			("Meeting", f"{site_day(-1)} 10:00:00", "Completed"),
		):
			with self.subTest(kind, scheduled_for=scheduled_for):
				row, doc = self.stood_for(kind, scheduled_for)
				self.assertEqual((row["kind"], row["name"], row["may_tick"]), (doc.doctype, doc.name, True))
				finish(row["kind"], row["name"])
				doc.reload()
				self.assertEqual((doc.status, subjects("activities")), (done, []))

	def test_a_click_on_the_plan_of_an_older_page_reaches_the_task_that_it_stands_for(self):
		row, task = self.stood_for("Task", site_day(-1))
		postpone_activity("Plan", row["opportunity"], site_day())
		task.reload()
		self.assertEqual((str(task.date), task.status), (site_day(), "Open"))
		finish("Plan", row["opportunity"])
		task.reload()
		self.assertEqual((task.status, subjects("activities")), ("Closed", []))

	def test_putting_off_what_stands_for_a_colleagues_task_or_a_past_meeting_moves_that(self):
		for kind, scheduled_for, field, moved in (
			("Task", site_day(-1), "date", site_day(1)),
			("Meeting", f"{site_day(-1)} 10:00:00", "starts_on", f"{site_day(1)} 10:00:00"),
		):
			with self.subTest(kind):
				row, doc = self.stood_for(kind, scheduled_for)
				postpone_activity(row["kind"], row["name"], site_day(1))
				doc.reload()
				self.assertEqual((str(doc.get(field)), doc.status), (moved, "Open"))
				if kind == "Meeting":
					self.assertEqual(str(doc.ends_on), f"{site_day(1)} 11:00:00")
				planned = frappe.db.get_value("Sales Opportunity", row["opportunity"], "next_activity_date")
				self.assertEqual((str(planned), subjects("activities")), (site_day(1), []))

	def test_a_task_that_others_gave_a_colleague_is_shown_but_not_ticked(self):
		deal = make_opportunity(opportunity_owner=ME)
		frappe.set_user("Administrator")
		task = add_activity(deal.name, "Task", "Theirs", scheduled_for=site_day(), assigned_to=COLLEAGUE)
		frappe.set_user(ME)
		[row] = get_open_work()["activities"]["rows"]
		self.assertEqual((row["name"], row["may_tick"]), (task, False))
		for click in (
			lambda: finish("Plan", deal.name),
			lambda: postpone_activity("Plan", deal.name, site_day(1)),
		):
			self.assertRaises(frappe.PermissionError, click)
		self.assertEqual(frappe.db.get_value("ToDo", task, "status"), "Open")

	def stood_for(self, kind: str, scheduled_for: str):
		"""Return the row of what a deal waits for, and the task or meeting that it stands for."""
		deal = make_opportunity(opportunity_owner=ME)
		options = {"assigned_to": COLLEAGUE} if kind == "Task" else {"minutes": 60}
		name = add_activity(
			deal.name,
			kind,
			"Send the brochure",
			scheduled_for=scheduled_for,
			next_activity="Send the brochure",
			next_activity_date=scheduled_for[:10],
			**options,
		)
		[row] = get_open_work()["activities"]["rows"]
		return row, frappe.get_doc("ToDo" if kind == "Task" else "Event", name)

	def test_a_task_on_a_deal_that_one_may_only_read_is_ticked(self):
		frappe.set_user(COLLEAGUE)
		deal = make_opportunity(opportunity_owner=COLLEAGUE)
		task = add_activity(deal.name, "Task", "Check the drawings", scheduled_for=site_day(), assigned_to=ME)
		frappe.set_user(ME)
		self.assertFalse(frappe.has_permission(deal.doctype, "write", doc=deal.name))
		finish("ToDo", task)
		self.assertEqual(frappe.db.get_value("ToDo", task, "status"), "Closed")

	def test_a_task_without_a_deal_is_ticked(self):
		task = frappe.get_doc(
			doctype="ToDo", description="Water the plants", date=site_day(), allocated_to=ME
		).insert()
		self.assertEqual(subjects("activities"), ["Water the plants"])
		finish("ToDo", task.name)
		self.assertEqual(subjects("activities"), [])

	def test_after_a_tick_the_page_can_ask_what_comes_next_where_something_can_be_planned(self):
		deal = make_opportunity(opportunity_owner=ME, next_activity="Call", next_activity_date=site_day())
		task = add_activity(deal.name, "Task", "Send the brochure", scheduled_for=site_day())
		self.assertEqual([item["subject"] for item in finish("Plan", deal.name)], ["Send the brochure"])
		self.assertEqual(finish("ToDo", task), [])
		todo = frappe.get_doc(
			doctype="ToDo", description="Water the plants", date=site_day(), allocated_to=ME
		)
		self.assertIsNone(finish("ToDo", todo.insert().name))
		late = add_activity(deal.name, "Task", "Send the invoice", scheduled_for=site_day())
		frappe.db.set_value("Sales Opportunity", deal.name, "status", "Won")
		self.assertIsNone(finish("ToDo", late))

	def test_ticking_a_meeting_closes_it(self):
		deal = make_opportunity(opportunity_owner=ME)
		meeting = add_activity(deal.name, "Meeting", "Site visit", scheduled_for=f"{site_day(1)} 10:00:00")
		finish("Event", meeting)
		self.assertEqual(subjects("meetings"), [])

	def test_an_activity_is_put_off_to_another_day(self):
		deal, other = (make_opportunity(opportunity_owner=ME) for _number in range(2))
		task = add_activity(deal.name, "Task", "Send the brochure", scheduled_for=site_day(-1))
		add_activity(other.name, "Note", "Talked", next_activity="Call again", next_activity_date=site_day())
		postpone_activity("ToDo", task, site_day(1))
		postpone_activity("Plan", other.name, site_day(1))
		self.assertEqual(subjects("activities"), [])
		for name in (deal.name, other.name):
			day = frappe.db.get_value("Sales Opportunity", name, "next_activity_date")
			self.assertEqual(str(day), site_day(1))

	def test_nothing_is_put_off_to_the_past_or_to_no_day(self):
		deal = make_opportunity(opportunity_owner=ME, next_activity="Call", next_activity_date=site_day())
		for until in (site_day(-1), "", "soon"):
			with self.assertRaises(WrongInputError):
				postpone_activity("Plan", deal.name, until)

	def test_nothing_is_put_off_to_a_day_that_cannot_be_meant(self):
		deal = make_opportunity(opportunity_owner=ME, next_activity="Call", next_activity_date=site_day())
		task = add_activity(deal.name, "Task", "Send the brochure", scheduled_for=site_day())
		for until in ("9999-12-31", "3027-01-01"):
			for kind, name in (("Plan", deal.name), ("ToDo", task)):
				with self.subTest(kind, until=until), self.assertRaises(ImpossibleDateError):
					postpone_activity(kind, name, until)

	def test_work_of_others_cannot_be_ticked_or_put_off(self):
		frappe.set_user("Administrator")
		deal = make_opportunity(opportunity_owner=COLLEAGUE)
		frappe.set_user(COLLEAGUE)
		task = add_activity(deal.name, "Task", "Theirs", scheduled_for=site_day())
		meeting = add_activity(deal.name, "Meeting", "Theirs", scheduled_for=f"{site_day(1)} 10:00:00")
		frappe.set_user(ME)
		for kind, name in (("ToDo", task), ("Event", meeting), ("Plan", deal.name)):
			with self.subTest(kind):
				self.assertRaises(frappe.PermissionError, finish, kind, name)
				self.assertRaises(frappe.PermissionError, postpone_activity, kind, name, site_day(1))

	def test_other_documents_are_no_activities(self):
		for kind in ("User", "Quote", ""):
			self.assertRaises(WrongInputError, finish, kind, ME)


class TestFigures(MyDayTestCase):
	def test_each_figure_counts_what_the_list_that_it_opens_shows(self):
		frappe.set_user("Administrator")
		make_opportunity(opportunity_owner=COLLEAGUE, next_activity_date=site_day(-1))
		make_opportunity([{}], opportunity_owner=COLLEAGUE, stage="Won")
		frappe.set_user(ME)
		make_opportunity(opportunity_owner=ME)
		make_opportunity(opportunity_owner=ME).db_set("forecast_category", "Omitted")
		make_opportunity(opportunity_owner=ME, next_activity="Call", next_activity_date=site_day(-1))
		make_opportunity(opportunity_owner=ME, next_activity="Call", next_activity_date=site_day())
		make_opportunity([{}], opportunity_owner=ME, stage="Won")
		day = get_open_work()
		counts = {kind: day["figures"][kind] for kind in ("open", "weighted", "overdue", "won")}
		self.assertEqual(
			{kind: figure["count"] for kind, figure in counts.items()},
			{"open": 4, "weighted": 3, "overdue": 1, "won": 1},
		)
		for kind, figure in (counts | {"stalled": day["stalled"]}).items():
			with self.subTest(kind):
				shown = frappe.get_list("Sales Opportunity", figure["filters"], pluck="name", limit=0)
				self.assertEqual(len(shown), figure["count"])

	def test_deals_kept_in_another_company_currency_are_counted_and_not_added(self):
		for stage in ("Inquiry", "Won"):
			for currency in ("EUR", "USD"):
				deal = make_opportunity([{}], opportunity_owner=ME, stage=stage)
				deal.db_set("company_currency", currency)
		figures = get_open_work()["figures"]
		for kind in ("open", "won"):
			with self.subTest(kind):
				self.assertEqual((figures[kind]["count"], figures[kind]["amount"]), (2, deal.base_amount))
		self.assertEqual(figures["in_other_currencies"], 2)

	def test_no_sum_tells_what_the_user_may_not_read(self):
		make_opportunity([{}], opportunity_owner=ME)
		hide(self, "base_weighted_amount")
		frappe.set_user(ME)
		figures = get_open_work()["figures"]
		self.assertIsNone(figures["weighted"]["amount"])
		self.assertGreater(figures["open"]["amount"], 0)

	def test_the_number_of_queries_does_not_grow_with_the_deals(self):
		plan = {"next_activity": "Call", "next_activity_date": site_day(-1)}
		deal = make_opportunity([{}], opportunity_owner=ME, stage=STAGE, **plan)
		frappe.db.set_value("Sales Opportunity", deal.name, "stalled_from", site_day(-1))
		make_quote(deal, site_day(1)).submit()
		get_open_work()
		few = self.queries()
		copy_many(frappe.get_doc("Sales Opportunity", deal.name), 200)
		self.assertEqual(
			(get_open_work()["activities"]["count"], len(get_open_work()["activities"]["rows"])), (200, 20)
		)
		self.assertEqual(self.queries(), few)

	def queries(self) -> int:
		run, count = frappe.db.sql, []

		def counting(*args, **kwargs):
			count.append(args[0])
			return run(*args, **kwargs)

		frappe.db.sql = counting
		try:
			get_open_work()
		finally:
			frappe.db.sql = run
		return len(count)


class TestStart(MyDayTestCase):
	def test_salespeople_begin_with_their_day_and_managers_with_the_figures(self):
		frappe.set_user("Administrator")
		manager = make_user("my-day-manager@example.com", "Sales Manager", "Sales User").name
		viewer = make_user("my-day-viewer@example.com", "Sales Viewer").name
		stranger = make_user("my-day-stranger@example.com", "Inbox User").name
		self.assertEqual(
			[start_address(user) for user in (ME, manager, viewer, stranger, "Administrator", "Guest")],
			["my-day", "sales-figures", "sales-figures", None, None, None],
		)

	def test_beside_erpnext_the_desk_changes_only_where_there_are_opportunities(self):
		frappe.set_user("Administrator")
		settings = "Sales Opportunity Settings"
		self.addCleanup(frappe.clear_document_cache, settings, settings)
		make_opportunity()
		for apps, has_opportunities, start in (
			(["frappe", "erpnext", "sales_opportunity"], True, "my-day"),
			(["frappe", "sales_opportunity"], True, "my-day"),
			(["frappe", "erpnext", "sales_opportunity"], False, None),
			(["frappe", "sales_opportunity"], False, "my-day"),
		):
			if not has_opportunities:
				frappe.db.delete("Sales Opportunity")
			frappe.db.delete("Singles", {"doctype": settings})
			with self.subTest(apps=apps, has_opportunities=has_opportunities):
				with patch.object(frappe, "get_installed_apps", return_value=apps):
					start_with_my_day.execute()
				self.assertEqual(start_address(ME), start)

	def test_an_admin_chooses_another_start_or_leaves_it_to_the_framework(self):
		frappe.set_user("Administrator")
		for choice, start in (
			("Sales Opportunities", "sales-opportunities"),
			("", None),
			("My Day", "my-day"),
		):
			save_settings(salespeople_start_with=choice)
			self.assertEqual(start_address(ME), start)
