"""What the database counts of obstacles is what each opportunity has by itself, also where not all are listed."""

from collections import Counter
from random import Random
from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate

from sales_opportunity.analysis import obstacles as reasons
from sales_opportunity.analysis.obstacles import OBSTACLES
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.report.stalled_and_not_forecastable import (
	stalled_and_not_forecastable,
)
from sales_opportunity.tests.factories import make_class, make_opportunity, make_quote
from sales_opportunity.tests.reports import listed, run_report

CLASS = "STALLED-DEALS"


class TestStalled(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_class(CLASS)
		random = Random(5)
		days = (None, -1, 0, 1)
		for _deal in range(40):
			doc = make_opportunity(class_id=CLASS, items=random.choice([[], [{}, {}]]))
			values = {
				field: ((day := random.choice(days)) is not None and add_days(None, day)) or None
				for field in ("expected_close_date", "next_activity_date", "stalled_from")
			}
			manual = random.choice([{}, {"manual_amount": 1}, {"manual_amount": 1, "amount": 777}])
			doc.db_set({**values, **manual, "base_weighted_amount": random.randrange(10_000)})
			for _quote in range(random.randrange(3) if doc.items else 0):
				quote = make_quote(doc)
				status = random.choice(["Draft", "Issued", "Sent", "Expired", "Declined", "Accepted"])
				quote.db_set({"status": status, "valid_until": add_days(None, random.choice([-1, 0, 1]))})

	def report(self, **filters) -> dict:
		filters = {"class_id": CLASS, **filters}
		return run_report("Stalled and Not Forecastable", **filters)

	def bars(self, report: dict) -> dict[str, tuple[int, dict]]:
		"""Return number and target of each bar."""
		chart, label = report["chart"], stalled_and_not_forecastable.obstacle_labels()
		names = {text: obstacle for obstacle, text in label.items()}
		(values,), (targets,) = [entry["values"] for entry in chart["data"]["datasets"]], chart["targets"]
		found = zip(chart["data"]["labels"], values, targets, strict=True)
		return {names[text]: (int(value), target) for text, value, target in found}

	def test_bars_count_the_obstacles_of_the_rows(self):
		for reason in (None, *OBSTACLES):
			report = self.report(reason=reason)
			*rows, total = report["result"]
			counts = Counter(obstacle for row in rows for obstacle in row["obstacles"])
			bars = self.bars(report)
			self.assertEqual({obstacle: count for obstacle, (count, _to) in bars.items()}, counts)
			self.assertTrue(
				all(row["obstacles"] and (not reason or reason in row["obstacles"]) for row in rows)
			)
			self.assertAlmostEqual(total["weighted"], sum(row["weighted"] for row in rows), 2)
			self.assertAlmostEqual(total["nominal"], sum(row["nominal"] for row in rows), 2)

	def test_each_deal_is_listed_with_what_stands_against_it_by_its_fields_lines_and_quotes(self):
		listed_with = {row["opportunity"]: row["obstacles"] for row in self.report()["result"][:-1]}
		for name in frappe.get_all("Sales Opportunity", {"class_id": CLASS}, pluck="name"):
			self.assertEqual(listed_with.get(name, []), obstacles_by_hand(name), name)

	def test_all_obstacles_occur_and_those_without_any_are_left_out(self):
		report = self.report()
		self.assertEqual(set(self.bars(report)), set(OBSTACLES))
		named = {row["opportunity"] for row in report["result"][:-1]}
		for name in frappe.get_all("Sales Opportunity", {"class_id": CLASS}, pluck="name"):
			doc = frappe.get_doc("Sales Opportunity", name)
			if not doc.expected_close_date or not doc.next_activity_date:
				self.assertIn(name, named)

	def test_bars_lead_to_the_rows_with_the_obstacle(self):
		for reason in (None, *OBSTACLES):
			report = self.report(reason=reason)
			for obstacle, (count, target) in self.bars(report).items():
				rows = {row["opportunity"] for row in report["result"][:-1] if obstacle in row["obstacles"]}
				self.assertEqual({deal.name for deal in listed(target)}, rows, (reason, obstacle))
				self.assertEqual(count, len(rows))

	def test_no_statement_names_deals(self):
		self.addCleanup(setattr, frappe.db, "sql", frappe.db.sql)
		sent, run_statement = [], frappe.db.sql

		def noted(*args, **kwargs):
			rows = run_statement(*args, **kwargs)
			sent.append(str(frappe.db.last_query))
			return rows

		frappe.db.sql = noted
		for reason in (None, *OBSTACLES):
			self.report(reason=reason)
		names = frappe.get_all("Sales Opportunity", {"class_id": CLASS}, pluck="name")
		named = [sum(f"'{name}'" in statement for name in names) for statement in sent]
		self.assertGreater(len(names), 20)
		self.assertEqual(max(named), 0)

	def test_of_very_many_the_most_valuable_are_listed_and_the_others_added_up(self):
		whole = self.report()
		with patch.object(stalled_and_not_forecastable, "LISTED_ROWS", 3):
			some = self.report()
		self.assertEqual(some["result"][:3], whole["result"][:3])
		self.assertEqual(some["result"][-1], whole["result"][-1])
		(others,) = some["result"][3:-1]
		self.assertEqual(others["party_name"], "Smaller Ones, Not Listed")
		self.assertEqual(others["reasons"], f"{len(whole['result']) - 4} deals")
		for field in ("nominal", "weighted"):
			self.assertAlmostEqual(
				sum(row[field] for row in some["result"][:-1]), whole["result"][-1][field], 2
			)
		self.assertEqual(some["report_summary"], whole["report_summary"])
		numbers = {obstacle: count for obstacle, (count, _target) in self.bars(some).items()}
		self.assertEqual(numbers, {obstacle: count for obstacle, (count, _to) in self.bars(whole).items()})


def obstacles_by_hand(name: str) -> list[str]:
	"""Return the obstacles of an opportunity, from its document and those of its quotes."""
	doc, today = frappe.get_doc("Sales Opportunity", name), getdate()
	fields = {"opportunity": name, "status": ("in", ("Issued", "Sent", "Expired", "Accepted"))}
	quotes = frappe.get_all("Quote", fields, ["status", "valid_until"])
	is_over = all(quote.status != "Accepted" and quote.valid_until < today for quote in quotes)
	lines = sum(row.net_amount for row in doc.items) + (doc.net_freight or 0)
	found = {
		reasons.NO_DATE: not doc.expected_close_date,
		reasons.DATE_PAST: doc.expected_close_date and doc.expected_close_date < today,
		reasons.QUOTE_EXPIRED: quotes and is_over,
		reasons.AMOUNT_DIFFERS: doc.manual_amount and doc.items and round(lines - doc.amount, 2),
		reasons.NO_ACTIVITY: not doc.next_activity_date,
		reasons.ACTIVITY_OVERDUE: doc.next_activity_date and doc.next_activity_date < today,
		reasons.STALLED: doc.stalled_from and doc.stalled_from <= today,
	}
	return [reason for reason in OBSTACLES if found[reason]]
