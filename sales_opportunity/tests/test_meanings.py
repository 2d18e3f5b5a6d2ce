"""Each figure of each report says what it means, and each bar of its chart leads to its rows."""

import json
from pathlib import Path

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.reporting.meanings import MEANINGS
from sales_opportunity.sales_opportunity.report.forecast_accuracy import forecast_accuracy

REPORTS = Path(__file__).parent.parent / "sales_opportunity" / "report"
FIGURES = ("Currency", "Float", "Int", "Percent")


def records(kind: str) -> list[dict]:
	found = [json.loads(path.read_text()) for path in REPORTS.glob("*/*.json")]
	return [record for record in found if record["report_type"] == kind]


class TestMeanings(IntegrationTestCase):
	def test_each_figure_of_a_script_report_has_a_meaning(self):
		views = [(record["name"], {}) for record in records("Script Report")]
		views += [("Forecast Accuracy", {"view": view}) for view in forecast_accuracy.VIEWS]
		for name, filters in views:
			with self.subTest(name, **filters):
				dates = {"from_date": "2026-01-01", "to_date": "2026-12-31", "party": "BP-NONE"}
				path = f"sales_opportunity.sales_opportunity.report.{frappe.scrub(name).replace('-', '_')}"
				execute = frappe.get_attr(f"{path}.{frappe.scrub(name)}.execute")
				columns = execute({**dates, **filters})[0]
				mute = [
					column["fieldname"]
					for column in columns
					if column["fieldtype"] in FIGURES and not column.get("meaning")
				]
				self.assertEqual(mute, ["periods"] if filters.get("view") == "Measures" else [])

	def test_each_figure_of_a_plain_report_has_a_meaning(self):
		for record in records("Query Report"):
			script = (
				REPORTS / frappe.scrub(record["name"]) / f"{frappe.scrub(record['name'])}.js"
			).read_text()
			meanings = script[script.index("meanings: {") :]
			for column in record["columns"]:
				if column["fieldtype"] in FIGURES:
					with self.subTest(record["name"], column=column["fieldname"]):
						self.assertIn(f"\t{column['fieldname']}: __(", meanings)

	def test_no_meaning_is_told_of_a_column_that_is_not_there(self):
		names = {record["name"] for record in records("Script Report")}
		self.assertEqual(set(MEANINGS), names)
