"""The plain Query Reports: each filter narrows them, empty ones let everything through, copies keep them."""

from importlib import import_module

import frappe
from frappe.desk.query_report import run
from frappe.utils import add_days, getdate

from sales_opportunity.desk.own_copies import copy_report
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.overrides.plain_reports import with_all_parameters
from sales_opportunity.tests.factories import make_class, make_opportunity, make_quote, make_user

ANNA, BEN = "plain.anna@example.com", "plain.ben@example.com"
CLASS = "PLAIN-REPORTS"
PLAIN = ("Weighted Pipeline", "Items in the Pipeline", "Lost Reasons", "Open Quotes")
DAY = "2031-05-20"
"""On which the deals of these tests are expected, and the quotes end; nothing else in the site is of that day."""


class TestPlainReports(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		for user in (ANNA, BEN):
			make_user(user, "Sales User")
		make_class(CLASS)
		for user in (ANNA, BEN):
			values = {"class_id": CLASS, "opportunity_owner": user, "expected_close_date": DAY}
			quoted = make_opportunity(items=[{"quantity": 2, "rate": 100}], **values)
			quote = make_quote(quoted, valid_until=DAY)
			quote.submit()
			quote.db_set("sales_person", user)
			lost = make_opportunity(
				class_id=CLASS, opportunity_owner=user, amount=30, stage="Lost", closing_reason="No Budget"
			)
			lost.db_set("closed_on", f"{DAY} 23:59:59")

	def setUp(self):
		frappe.db.savepoint("plain")
		self.addCleanup(frappe.db.rollback, save_point="plain")

	def size(self, report: str, **filters) -> int:
		"""Return how many documents the report is about."""
		rows = [row for row in run(report, filters=filters)["result"] if isinstance(row, dict)]
		return sum(row.get("opportunities", 1) for row in rows)

	def test_each_filter_narrows_the_report(self):
		for report in (*PLAIN, *(copy_report(name, f"Our {name}") for name in PLAIN)):
			person = "sales_person" if report.endswith("Open Quotes") else "opportunity_owner"
			before, after = str(add_days(getdate(DAY), -1)), str(add_days(getdate(DAY), 1))
			for filters, count in (
				({"class_id": CLASS}, 2),
				({"class_id": CLASS, person: ANNA}, 1),
				({"class_id": CLASS, person: "Administrator"}, 0),
				({"from_date": DAY, "to_date": DAY}, 2),
				({"from_date": DAY, "to_date": DAY, person: BEN}, 1),
				({"class_id": CLASS, "from_date": before}, 2),
				({"class_id": CLASS, "from_date": after}, 0),
				({"class_id": CLASS, "to_date": after}, 2),
				({"class_id": CLASS, "to_date": before}, 0),
			):
				with self.subTest(report=report, filters=filters):
					self.assertEqual(self.size(report, **filters), count)

	def test_empty_filters_let_everything_through(self):
		for report in PLAIN:
			whole = self.size(report)
			self.assertGreaterEqual(whole, 2)
			for filters in ({"class_id": ""}, {"class_id": None}, {"from_date": "", "to_date": None}):
				with self.subTest(report=report, filters=filters):
					self.assertEqual(self.size(report, **filters), whole)
			for nothing in (None, "", "{}", []):
				with self.subTest(report=report, filters=nothing):
					rows = run(report, filters=nothing)["result"]
					self.assertEqual(rows, run(report, filters={})["result"])

	def test_a_value_of_a_filter_is_no_part_of_the_query(self):
		for value in ("' or '1'='1", "%", "%(class_id)s", "x' union select 1 --"):
			with self.subTest(value):
				self.assertEqual(self.size("Weighted Pipeline", class_id=value), 0)

	def test_a_query_gets_what_it_asks_for_and_what_was_given(self):
		query = "select %(one)s, %(two)s, '100 %%'"
		self.assertEqual(
			with_all_parameters(query, {"one": 1, "more": 2}), {"one": 1, "two": None, "more": 2}
		)
		self.assertEqual(with_all_parameters(None, None), {})

	def test_each_report_has_a_module_for_releases_that_look_for_one(self):
		for name in PLAIN:
			path = "sales_opportunity.sales_opportunity.report"
			import_module(f"{path}.{frappe.scrub(name)}.{frappe.scrub(name)}")
