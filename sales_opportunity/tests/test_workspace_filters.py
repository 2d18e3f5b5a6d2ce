"""The filters of workspaces, cards and charts: all releases read them, and the list that opens has what was counted."""

import json
from pathlib import Path

import frappe
from frappe.desk import reportview
from frappe.desk.doctype.number_card.number_card import get_result
from frappe.desk.query_report import run
from frappe.utils import add_days, add_months, cint, get_assets_json, get_first_day, get_last_day, nowdate

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.tests.factories import make_class, make_item, make_opportunity, make_quote, make_user

MODULE = Path(frappe.get_app_path("sales_opportunity")) / "sales_opportunity"
ME, COLLEAGUE = "workspace-me@example.com", "workspace-colleague@example.com"
MANAGER = "workspace-manager@example.com"


def records(doctype: str) -> list[dict]:
	return [json.loads(path.read_text()) for path in (MODULE / frappe.scrub(doctype)).glob("*/*.json")]


def cards_of_lists() -> list[dict]:
	"""Return the cards that add up a list; others have a function of their own."""
	return [card for card in records("Number Card") if card["type"] == "Document Type"]


def expressions() -> dict:
	"""Return what the expressions, which the framework evaluates in the browser, mean today."""
	today = nowdate()
	return {
		"frappe.session.user": frappe.session.user,
		"frappe.boot.sales_opportunity_currency": told_currency(),
		"frappe.datetime.get_today()": today,
		"frappe.datetime.month_start()": str(get_first_day(today)),
		"frappe.datetime.add_months(frappe.datetime.month_start(), -2)": str(
			add_months(get_first_day(today), -2)
		),
		"frappe.datetime.add_months(frappe.datetime.month_end(), 11)": str(
			add_months(get_last_day(today), 11)
		),
		'["2000-01-01", frappe.datetime.add_days(frappe.datetime.get_today(), -1)]': [
			"2000-01-01",
			add_days(today, -1),
		],
	}


def told_currency() -> str:
	"""Return the company's currency as the desk is told it when it starts."""
	bootinfo = frappe._dict(user=frappe._dict(), assets_json=get_assets_json())
	for hook in frappe.get_hooks("extend_bootinfo", app_name="sales_opportunity"):
		frappe.get_attr(hook)(bootinfo=bootinfo)
	return bootinfo.sales_opportunity_currency


def filters_of(card: dict) -> list[list]:
	"""Return all filters of a card, as the browser puts them together."""
	known = expressions()
	dynamic = json.loads(card["dynamic_filters_json"] or "[]")
	return json.loads(card["filters_json"]) + [[*row[:3], known[row[3]]] for row in dynamic]


def listed(doctype: str, filters: list | dict) -> list[dict]:
	"""Return all rows of the list that opens, as the desk asks for them."""
	rows = filters if isinstance(filters, list) else [[doctype, key, *rest] for key, rest in filters.items()]
	fields = ["name", "base_amount", "base_weighted_amount"] if doctype == "Sales Opportunity" else ["name"]
	frappe.local.form_dict = frappe._dict(
		doctype=doctype, fields=json.dumps(fields), filters=json.dumps(rows), page_length=100_000
	)
	answer = reportview.get()
	return [dict(zip(answer["keys"], row, strict=True)) for row in answer["values"]] if answer else []


def counted(doctype: str, filters: dict) -> int:
	"""Return what a shortcut shows."""
	frappe.local.form_dict = frappe._dict(
		doctype=doctype, filters=json.dumps(filters), fields="[]", distinct="false"
	)
	return reportview.get_count()


class TestWorkspaceFilters(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		for user in (ME, COLLEAGUE):
			make_user(user, "Sales User")
		make_user(MANAGER, "Sales Manager", "Sales User")
		make_class()
		make_item()
		late = {"next_activity": "Call", "next_activity_date": add_days(nowdate(), -2)}
		for owner in (ME, COLLEAGUE):
			make_opportunity([{}], opportunity_owner=owner)
			make_opportunity([{}], opportunity_owner=owner, **late)
			make_opportunity([{}], opportunity_owner=owner).db_set("forecast_category", "Omitted")
			make_opportunity([{}], opportunity_owner=owner, stage="Won")
			make_opportunity([{}], opportunity_owner=owner, stage="Lost", closing_reason="No Budget")
			make_quote(make_opportunity([{}], opportunity_owner=owner)).submit()
			make_quote(make_opportunity([{}], opportunity_owner=owner))

	def tearDown(self):
		frappe.set_user("Administrator")

	def test_each_shortcut_counts_what_its_list_shows(self):
		seen = 0
		for workspace in records("Workspace"):
			for shortcut in workspace["shortcuts"]:
				if not shortcut.get("stats_filter"):
					continue
				# An object: 15-dev hands it on to the list as it is, 15 and 16 read it as well.
				filters = json.loads(shortcut["stats_filter"])
				self.assertIsInstance(filters, dict, shortcut["label"])
				for user in (ME, MANAGER):
					frappe.set_user(user)
					count = counted(shortcut["link_to"], filters)
					self.assertGreater(count, 0, shortcut["label"])
					self.assertEqual(len(listed(shortcut["link_to"], filters)), count, shortcut["label"])
					self.assertLess(count, len(listed(shortcut["link_to"], [])), shortcut["label"])
					seen += 1
		self.assertGreater(seen, 3)

	def test_each_card_shows_what_its_list_adds_up_to(self):
		cards = cards_of_lists()
		self.assertGreater(len(cards), 7)
		for card in cards:
			for user in (ME, MANAGER):
				with self.subTest(card=card["name"], user=user):
					frappe.set_user(user)
					filters = filters_of(card)
					rows = listed(card["document_type"], filters)
					figure = len(rows)
					if card["function"] == "Sum":
						figure = sum(row[card["aggregate_function_based_on"]] for row in rows)
					shown = round(get_result(frappe._dict(card), filters), 2)
					self.assertIn(
						shown, (cint(figure), round(figure, 2)), "with cents or, before 15, without"
					)
					self.assertTrue(figure or (user == MANAGER and is_mine(card)))

	def test_cards_add_only_what_was_kept_in_the_companys_currency(self):
		other = make_opportunity([{}], opportunity_owner=ME)
		won = make_opportunity([{}], opportunity_owner=ME, stage="Won")
		for card in cards_of_lists():
			if card["function"] != "Sum":
				continue
			with self.subTest(card["name"]):
				frappe.set_user(ME)
				filters = filters_of(card)
				deal = won if "Won" in card["name"] else other
				deal.db_set("company_currency", "EUR")
				before = get_result(frappe._dict(card), filters)
				deal.db_set("company_currency", "USD")
				left = before - deal.get(card["aggregate_function_based_on"])
				self.assertAlmostEqual(get_result(frappe._dict(card), filters), left, delta=1)

	def test_filters_of_cards_are_rows_of_four_with_a_field_each(self):
		for card in cards_of_lists():
			filters = [*json.loads(card["filters_json"]), *json.loads(card["dynamic_filters_json"])]
			self.assertEqual({len(row) for row in filters}, {4}, card["name"])
			fields = [row[1] for row in filters]
			self.assertEqual(len(fields), len(set(fields)), "a list's address has one filter per field")
			for doctype, fieldname, *_rest in filters:
				self.assertTrue(frappe.get_meta(doctype).has_field(fieldname), (card["name"], fieldname))

	def test_cards_that_say_so_count_nothing_of_colleagues(self):
		mine = [card for card in cards_of_lists() if is_mine(card)]
		self.assertEqual(len(mine), 4)
		for card in mine:
			frappe.set_user(MANAGER)
			self.assertEqual(get_result(frappe._dict(card), filters_of(card)), 0, card["name"])
			self.assertRegex(card["label"], r"\b(My|Me)\b")

	def test_the_salespeoples_workspace_has_their_own_cards_and_the_managers_those_of_all(self):
		workspaces = {workspace["name"]: workspace for workspace in records("Workspace")}
		cards = {card["name"]: card for card in records("Number Card")}
		for name, own in (("Sales Opportunities", True), ("Sales Figures", False)):
			shown = [row["number_card_name"] for row in workspaces[name]["number_cards"]]
			self.assertEqual({is_mine(cards[card]) for card in shown}, {own}, name)

	def test_cards_with_a_function_are_answered(self):
		frappe.set_user(MANAGER)
		others = [card for card in records("Number Card") if card["type"] == "Custom"]
		self.assertEqual(len(others), 3)
		for card in others:
			self.assertTrue(frappe.get_attr(card["method"])(card["filters_json"]), card["name"])

	def test_charts_run_with_their_filters(self):
		frappe.set_user(MANAGER)
		for chart in records("Dashboard Chart"):
			filters = json.loads(chart["filters_json"])
			dynamic = json.loads(chart["dynamic_filters_json"])
			known = expressions()
			filters |= {key: known[expression] for key, expression in dynamic.items()}
			self.assertIn("chart", run(chart["report_name"], filters=filters), chart["name"])

	def test_quick_lists_if_there_are_any_are_objects_without_expressions(self):
		for workspace in records("Workspace"):
			for row in workspace["quick_lists"]:
				self.assertIsInstance(json.loads(row["quick_list_filter"]), dict)


def is_mine(card: dict) -> bool:
	return any(row[1] == "opportunity_owner" for row in json.loads(card["dynamic_filters_json"]))
