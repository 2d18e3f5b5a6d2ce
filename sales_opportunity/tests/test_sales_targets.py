"""Targets: entered as a grid for a year, spread without loss, one for each person, class or company and year."""

import frappe
from frappe.boot import get_bootinfo
from frappe.desk.desktop import get_desktop_page
from frappe.desk.query_report import run
from frappe.permissions import add_user_permission
from frappe.utils import getdate

from sales_opportunity import features
from sales_opportunity.desk import stepped_back
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.inputs.values import ImpossibleNumberError, WrongInputError
from sales_opportunity.sales_opportunity.doctype.sales_target.sales_target import (
	MissingSubjectError,
	SecondTargetError,
	spread_year,
)
from sales_opportunity.tests.factories import make_class, make_opportunity, make_target, make_user
from sales_opportunity.tests.reports import run_report
from sales_opportunity.tests.settings import save_settings, use_settings

ANNA, BEN, MANAGER = (f"targets.{person}@example.com" for person in ("anna", "ben", "mia"))
SETTINGS = "Sales Opportunity Settings"
CARDS = {"Target Gap This Year", "Target Coverage This Year", "Pace against Last Year"}


class SalesTargetsTestCase(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_user(ANNA, "Sales User")
		make_user(BEN, "Sales User")
		make_user(MANAGER, "Sales Manager", "Sales User")
		make_class("TARGETS-A", members=[{"user": ANNA}])
		make_class("TARGETS-B", members=[])

	def setUp(self):
		frappe.db.savepoint("targets")
		self.addCleanup(frappe.db.rollback, save_point="targets")
		self.addCleanup(frappe.set_user, "Administrator")


class TestSalesTargets(SalesTargetsTestCase):
	def amounts(self, doc) -> list[float]:
		return [row.amount for row in doc.periods]

	def test_a_manager_enters_a_year_and_each_month_has_its_part(self):
		frappe.set_user(MANAGER)
		doc = make_target(user=ANNA, target_for="Person", year=2031, yearly_amount=100_000, yearly_deals=30)
		self.assertEqual([row.period for row in doc.periods][::11], ["January", "December"])
		self.assertAlmostEqual(sum(self.amounts(doc)), 100_000, 6)
		self.assertEqual({round(amount) for amount in self.amounts(doc)}, {8333})
		self.assertEqual(sum(row.deals for row in doc.periods), 30)
		self.assertEqual(str(doc.periods[11].period_start), "2031-12-01")
		self.assertEqual(doc.title, "Targets.Anna 2031")

	def test_the_year_is_the_sum_of_the_months_that_were_changed(self):
		doc = make_target(user=ANNA, target_for="Person", year=2031, yearly_amount=12_000)
		doc.periods[11].amount += 3_000.55
		doc.save()
		self.assertEqual(doc.yearly_amount, 15_000.55)

	def test_a_higher_year_keeps_the_course_of_the_months(self):
		doc = make_target(
			user=ANNA, target_for="Person", year=2031, entered_by="Quarter", yearly_amount=1_000
		)
		for row, amount in zip(doc.periods, (100, 200, 300, 400), strict=True):
			row.amount = amount
		doc.save()
		doc.yearly_amount = 2_000
		doc.save()
		self.assertEqual(self.amounts(doc), [200, 400, 600, 800])

	def test_quarters_become_months_and_months_quarters(self):
		doc = make_target(user=ANNA, target_for="Person", year=2031, entered_by="Quarter", yearly_amount=100)
		doc.entered_by = "Month"
		doc.save()
		self.assertEqual(self.amounts(doc)[:4], [8.34, 8.33, 8.33, 8.34])
		doc.entered_by = "Quarter"
		doc.save()
		self.assertEqual((self.amounts(doc), doc.yearly_amount), ([25] * 4, 100))

	def test_the_form_spreads_what_is_typed_as_saving_does(self):
		rows = spread_year("Quarter", 100.01, 5, [])
		self.assertEqual([row["amount"] for row in rows], [25.01, 25, 25, 25])
		self.assertEqual([row["deals"] for row in rows], [2, 1, 1, 1])
		rows = spread_year(
			"Quarter", 200, 0, [{"period": "Quarter 1", "amount": 1}, {"period": "April", "amount": 3}]
		)
		self.assertEqual([row["amount"] for row in rows], [50, 150, 0, 0])

	def test_rows_that_no_target_has_are_refused(self):
		for kind, amount, rows, error in (
			("Week", 1, [], WrongInputError),
			("Month", 1, ["x"], WrongInputError),
			("Month", 1, [{"period": "Winter"}], WrongInputError),
			("Month", 1, [{"period": "May", "amount": -1}], WrongInputError),
			("Month", 1, [{"period": "May", "amount": "much"}], ImpossibleNumberError),
			("Month", "1e99", [], ImpossibleNumberError),
		):
			with self.subTest(rows), self.assertRaises(error):
				spread_year(kind, amount, 0, rows)

	def test_there_is_one_target_for_each_person_and_year(self):
		first = make_target(user=ANNA, target_for="Person", year=2031)
		with self.assertRaises(SecondTargetError) as refused:
			make_target(user=ANNA, target_for="Person", year=2031)
		self.assertIn(first.name, str(refused.exception))
		make_target(user=ANNA, target_for="Person", year=2032)
		make_target(user=BEN, target_for="Person", year=2031)

	def test_there_still_is_one_when_the_person_or_the_class_is_renamed(self):
		login = "targets.anna.new@example.com"
		for doctype, former, new, values in (
			("User", ANNA, login, {"target_for": "Person", "user": login}),
			("Class ID", "TARGETS-A", "TARGETS-Z", {"target_for": "Class", "class_id": "TARGETS-Z"}),
		):
			field = {"User": "user", "Class ID": "class_id"}[doctype]
			first = make_target(**{**values, field: former}, year=2031)
			frappe.rename_doc(doctype, former, new, force=True)
			self.addCleanup(frappe.rename_doc, doctype, new, former, force=True)
			with self.subTest(doctype):
				with self.assertRaises(SecondTargetError) as refused:
					make_target(**values, year=2031)
				self.assertIn(first.name, str(refused.exception))
				first.reload()
				first.yearly_amount = 1
				first.save()
				self.assertEqual(first.get(field), new)

	def test_of_two_classes_that_become_one_each_keeps_its_target_until_one_is_deleted(self):
		make_class("TARGETS-OLD", members=[])
		stays, goes = (
			make_target(target_for="Class", class_id=class_id, year=2031)
			for class_id in ("TARGETS-B", "TARGETS-OLD")
		)
		frappe.rename_doc("Class ID", "TARGETS-OLD", "TARGETS-B", merge=True, force=True)
		stays.reload()
		stays.save()
		goes.reload()
		with self.assertRaises(SecondTargetError) as refused:
			goes.save()
		self.assertIn(stays.name, str(refused.exception))
		goes.delete()

	def test_a_target_says_for_whom_and_for_when_it_is(self):
		with self.assertRaises(MissingSubjectError):
			make_target(target_for="Class", year=2031)
		with self.assertRaises(WrongInputError):
			make_target(user=ANNA, target_for="Person", year=20_310)
		doc = make_target(target_for="Class", class_id="TARGETS-A", user=ANNA, year=2031)
		self.assertIsNone(doc.user)
		with self.assertRaises(frappe.ValidationError):
			make_target(
				user=ANNA, target_for="Person", year=2031, periods=[{"period": "May"}, {"period": "May"}]
			)

	def test_salespeople_read_their_own_and_their_classes_and_change_none(self):
		own = make_target(user=ANNA, target_for="Person", year=2031)
		others = make_target(user=BEN, target_for="Person", year=2031)
		of_class = make_target(target_for="Class", class_id="TARGETS-A", year=2031)
		other_class = make_target(target_for="Class", class_id="TARGETS-B", year=2031)
		whole = make_target(target_for="Company", year=2031)
		everything = {doc.name for doc in (own, others, of_class, other_class, whole)}
		for user, expected in (
			(ANNA, {own.name, of_class.name}),
			(BEN, {others.name}),
			(MANAGER, everything),
		):
			frappe.set_user(user)
			self.assertEqual(set(frappe.get_list("Sales Target", {"year": 2031}, pluck="name")), expected)
			for name in everything:
				self.assertEqual(frappe.has_permission("Sales Target", "read", doc=name), name in expected)
		frappe.set_user(ANNA)
		self.assertFalse(frappe.has_permission("Sales Target", "write", doc=own.name))

	def test_user_permissions_on_classes_hold(self):
		for class_id in ("TARGETS-A", "TARGETS-B"):
			make_target(target_for="Class", class_id=class_id, year=2031)
		add_user_permission("Class ID", "TARGETS-A", MANAGER)
		frappe.set_user(MANAGER)
		self.assertEqual(frappe.get_list("Sales Target", {"year": 2031}, pluck="class_id"), ["TARGETS-A"])
		rows = run("Sales Targets", {"year": 2031, "target_for": "Class"})["result"]
		self.assertEqual({row["target"] for row in rows if row.get("is_total")}, {12_000})


class TestReportOfTargets(SalesTargetsTestCase):
	def report(self, **filters) -> dict:
		return run_report("Sales Targets", **{"year": getdate().year, **filters})

	def test_the_widest_target_is_shown_first(self):
		for values, subject in (
			({"target_for": "Person", "user": ANNA}, "Targets.Anna"),
			({"target_for": "Class", "class_id": "TARGETS-A"}, "Targets-A"),
			({"target_for": "Company"}, frappe.db.get_single_value(SETTINGS, "company_name") or "Company"),
		):
			make_target(**values, year=2033)
			rows = run("Sales Targets", {"year": 2033, "period": "Year"})["result"]
			self.assertEqual((rows[0]["subject"], rows[0]["target"]), (subject, 12_000))

	def test_open_deals_without_a_day_to_come_are_said(self):
		make_opportunity(class_id="TARGETS-A", amount=100)
		make_opportunity(class_id="TARGETS-A", amount=100, expected_close_date="2020-01-01")
		report = self.report(class_id="TARGETS-A", target_for="Class")
		self.assertIn("in no period: 2", report["message"])

	def test_targets_of_persons_are_not_compared_with_the_deals_of_one_class(self):
		make_target(target_for="Person", user=ANNA)
		today = {"expected_close_date": getdate(), "opportunity_owner": ANNA}
		make_opportunity(class_id="TARGETS-A", amount=100, **today)
		report = self.report(class_id="TARGETS-A", target_for="Person", period="Year")
		self.assertEqual([row["target"] for row in report["result"]], [None, None])
		self.assertIn("there are deals only", report["message"])

	def test_impossible_filters_are_refused(self):
		for filters in ({"year": 99_999}, {"year": -3}, {"measure": "Weight"}, {"target_for": "Planet"}):
			with self.subTest(**filters), self.assertRaises(WrongInputError):
				self.report(**filters)


class TestSwitchedOff(SalesTargetsTestCase):
	def setUp(self):
		use_settings(self, use_sales_targets=1)
		super().setUp()
		self.addCleanup(stepped_back.update_workspaces)

	def offered(self) -> set[str]:
		boot = get_bootinfo()
		stepped_back.extend_bootinfo(boot)
		found = {"menus"} if "Sales Target" in boot.user.can_read else set()
		found |= {"reports"} if "Sales Targets" in boot.user.all_reports else set()
		for room in stepped_back.ROOMS:
			page = get_desktop_page(frappe.as_json({"name": room, "title": room, "public": 1}))
			found |= {room} if "Sales Targets" in frappe.as_json(page) else set()
		shown = {card.number_card_name for card in page["number_cards"]["items"]}
		return found | (shown & CARDS)

	def test_without_targets_they_are_offered_nowhere_and_are_back_when_wanted(self):
		everywhere = {"menus", "reports", *stepped_back.ROOMS, *CARDS}
		save_settings(use_sales_targets=1)
		self.assertEqual(self.offered(), everywhere)
		save_settings(use_sales_targets=0)
		self.assertEqual(self.offered(), set())
		save_settings(use_sales_targets=1)
		self.assertEqual(self.offered(), everywhere)

	def test_a_site_that_has_not_decided_has_them(self):
		frappe.db.delete("Singles", {"doctype": SETTINGS, "field": "use_sales_targets"})
		for hook in frappe.get_hooks("before_migrate", app_name="sales_opportunity"):
			frappe.get_attr(hook)()
		self.assertNotIn("Sales Target", features.switched_off())
		save_settings(use_sales_targets=0)
		features.store_defaults()
		self.assertIn("Sales Target", features.switched_off())
