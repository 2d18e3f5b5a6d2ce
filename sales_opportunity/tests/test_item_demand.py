"""Demand of very many lines: the database adds up what each line asks for, and lists go by filters instead of by names."""

from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate

from sales_opportunity.analysis.periods import start_of
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.reporting import item_lines
from sales_opportunity.tests.factories import make_class, make_item, make_opportunity
from sales_opportunity.tests.reports import listed, run_report

CLASS = "ITEM-DEMAND"


class TestItemDemand(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_class(CLASS)
		cls.items = [make_item(item_code=code).name for code in ("DEMAND-1", "DEMAND-2")]
		for number, days in enumerate((None, -3, 0, 10, 40, 40, 75, 400)):
			close = None if days is None else add_days(None, days)
			lines = [{"item": item, "quantity": number + 1} for item in cls.items[: 1 + number % 2]]
			make_opportunity(class_id=CLASS, items=[*lines, lines[0]], expected_close_date=close)
		frappe.db.set_value("Sales Item", cls.items[0], "lead_time_days", 20)

	def setUp(self):
		frappe.db.savepoint("demand")
		self.addCleanup(frappe.db.rollback, save_point="demand")

	def report(self, **filters) -> dict:
		filters = {"class_id": CLASS, **filters}
		return run_report("Item Demand Forecast", **filters)

	def lists(self, report: dict) -> dict:
		"""Return the names behind each row, and the first bar's of each period."""
		rows = {(row["item"], row["period"]): row["drill"]["lines"] for row in report["result"]}
		bars = dict(zip(report["chart"]["data"]["labels"], report["chart"]["targets"][0], strict=True))
		return {
			key: target and {deal.name for deal in listed(target)} for key, target in {**rows, **bars}.items()
		}

	def test_quantities_are_those_of_the_lines(self):
		for filters in ({}, {"item": self.items[1]}, {"with_won": 1}):
			quantities: dict = {}
			for name in frappe.get_all("Sales Opportunity", {"class_id": CLASS}, pluck="name"):
				for line in frappe.get_doc("Sales Opportunity", name).items:
					quantities[line.item] = quantities.get(line.item, 0) + line.quantity
			for item in [filters["item"]] if "item" in filters else self.items:
				rows = [row for row in self.report(**filters)["result"] if row["item"] == item]
				self.assertEqual(sum(row["nominal"] for row in rows), quantities[item], filters)

	def test_a_recurring_line_is_supplied_once_however_often_it_is_charged(self):
		machine = make_item(item_code="DEMAND-RENTED").name
		care = make_item(item_code="DEMAND-CARE", kind="Service").name
		term = {"recurrence": "Monthly", "periods": 36}
		make_opportunity(
			class_id=CLASS,
			items=[{"item": machine, "quantity": 2, **term}, {"item": care, "quantity": 5, **term}],
			probability=50,
			override_probability=1,
		)
		for filters, expected in (
			({}, {machine: (2, 1)}),
			({"with_services": 1}, {machine: (2, 1), care: (5, 2.5)}),
		):
			rows = [row for row in self.report(**filters)["result"] if row["item"] in (machine, care)]
			self.assertEqual({row["item"]: (row["nominal"], row["weighted"]) for row in rows}, expected)

	def test_filters_list_the_same_as_names(self):
		by_names = self.lists(self.report(item=self.items[0]))
		with patch.object(item_lines, "LISTED_ROWS", 1):
			report = self.report(item=self.items[0])
		self.assertNotIn("name", report["result"][0]["drill"]["lines"]["filters"])
		self.assertEqual(self.lists(report), by_names)

	def test_filters_know_the_lead_time(self):
		by_names = self.lists(self.report())
		with patch.object(item_lines, "LISTED_ROWS", 1):
			by_filters = self.lists(self.report())
		for key, names in by_filters.items():
			if isinstance(key, tuple) or names is not None:
				self.assertEqual(names, by_names[key], key)

	def test_where_filters_do_not_say_it_the_first_names_do(self):
		name = frappe.db.get_value("Sales Opportunity", {"class_id": CLASS}, "name")
		line = frappe.get_doc("Sales Opportunity", name).items[0]
		line.db_set("delivery_date", add_days(None, 200))
		whole = self.report()
		with patch.object(item_lines, "LISTED_ROWS", 1):
			some = self.report()
		for row, other in zip(whole["result"], some["result"], strict=True):
			self.assertEqual(row["nominal"], other["nominal"])
			names = row["drill"]["lines"]["filters"]["name"][1]
			self.assertLessEqual(set(other["drill"]["lines"]["filters"]["name"][1]), set(names))
			self.assertGreaterEqual(other["drill"]["lines"]["count"], len(names))
		starts = {row["start"] for row in whole["result"] if row["start"]}
		self.assertIn(start_of(getdate(add_days(None, 200)), "Month"), starts)
