"""Filters of reports come from outside: a choice is one of those that the desk offers, all else is one plain value."""

import re
from collections.abc import Iterator

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.inputs.values import ImpossibleNumberError, WrongInputError
from sales_opportunity.reporting.planner import download
from sales_opportunity.tests.reports import REPORTS, report_names, run_report

SHARED = {
	"period": '"period"',
	"status": '"status"',
	"forecast_category": "DEAL_FILTERS",
	"group_by": "group_by_filter",
}
"""Selects that several reports have, each with the word by which their scripts ask for it."""
OWN_SELECT = re.compile(r'fieldname: "(\w+)",\s+label: [^\n]+\s+fieldtype: "Select",\s+options: ([^\]]+)\]')
GROUPS = re.compile(r"group_by_filter\(\s*\[([^\]]+)\]")
OFFERED = re.compile(r'(?:value: |^\s*)"([^"]+)"', re.MULTILINE)
ODD = (
	"`",
	"name`) from `tabUser` -- ",
	"x`,(select group_concat(name) from `tabUser`),`name",
	"'",
	'"',
	"\\",
	"foo",
	"name",
	"month",
	5,
	True,
	["foo"],
	["Month", "stage"],
	{"foo": "Month"},
	{"name": "stage"},
)
NEEDED = {"from_date": "2026-01-01", "to_date": "2026-01-31"}


def script_of(report: str) -> str:
	return (REPORTS / frappe.scrub(report) / f"{frappe.scrub(report)}.js").read_text()


def selects() -> Iterator[tuple[str, str]]:
	"""Yield each report with each of its Select filters."""
	for report in report_names("Script Report"):
		script = script_of(report)
		yield from ((report, name) for name, word in SHARED.items() if word in script)
		yield from ((report, name) for name, _options in OWN_SELECT.findall(script))


def offered() -> Iterator[tuple[str, str, str]]:
	"""Yield each choice that the script of a report offers."""
	for report in report_names("Script Report"):
		script = script_of(report)
		for name, options in [
			*OWN_SELECT.findall(script),
			*(("group_by", row) for row in GROUPS.findall(script)),
		]:
			found = re.findall(r'"([^"]+)"', options) if name == "group_by" else OFFERED.findall(options)
			yield from ((report, name, value) for value in found)
		if SHARED["period"] in script or "periods()" in script:
			name = "period" if SHARED["period"] in script else "cohort"
			yield from ((report, name, value) for value in ("Month", "Quarter", "Year"))


def found(report: str, **filters) -> dict:
	return run_report(report, **{**NEEDED, **filters})


class TestReportFilters(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(setattr, frappe.local, "lang", frappe.local.lang)

	def refused(self, report: str, name: str, value) -> bool:
		try:
			found(report, **{name: value})
		except (WrongInputError, ImpossibleNumberError):
			return True
		except Exception:
			return False
		return False

	def test_a_choice_that_is_not_offered_is_refused(self):
		chosen = list(selects())
		self.assertGreater(len(chosen), 13, chosen)
		self.assertEqual(len({report for report, _name in chosen}), len(report_names("Script Report")) - 1)
		taken = [
			(report, name, value)
			for report, name in chosen
			for value in ODD
			if not self.refused(report, name, value)
		]
		self.assertEqual(taken, [])

	def test_what_is_no_plain_value_is_refused(self):
		names = ("class_id", "opportunity_owner", "party", "item_group", "from_date", "sales_person", "since")
		taken = [
			(report, name, value)
			for kind in ("Script Report", "Query Report")
			for report in report_names(kind)
			for name in names
			for value in (["foo"], {"foo": 1}, [["foo"]], "a\0b", float("nan"))
			if not self.refused(report, name, value)
		]
		self.assertEqual(taken, [])

	def test_what_the_desk_offers_is_taken(self):
		choices = list(offered())
		self.assertGreater(len(choices), 35, choices)
		for report, name, value in choices:
			with self.subTest((report, name, value)):
				self.assertIn("columns", found(report, **{name: value}))

	def test_an_empty_choice_is_none(self):
		for report, name in selects():
			for value in (None, ""):
				with self.subTest((report, name, value)):
					self.assertIn("columns", found(report, **{name: value}))

	def test_the_file_for_the_planner_takes_no_other_choices(self):
		for value in ODD:
			with self.subTest(value), self.assertRaises(WrongInputError):
				download({"period": value})

	def test_a_german_reads_which_choice_is_meant(self):
		frappe.local.lang = "de"
		with self.assertRaisesRegex(WrongInputError, "foo`.*kein möglicher Wert für Gruppiere nach"):
			found("Revenue Forecast", group_by="foo`")
