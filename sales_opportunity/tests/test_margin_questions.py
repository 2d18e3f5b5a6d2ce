"""Nobody finds out costs and margins by asking for what is above or below a value; through real requests."""

import json

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from sales_opportunity.access.concealed import DOCTYPES, LEVEL
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.overrides.questions import refuse_hidden
from sales_opportunity.tests.factories import make_user
from sales_opportunity.tests.web import ask, key_of

SELLER, MANAGER = "asking.seller@example.com", "asking.manager@example.com"
REFUSAL = "costs and margins"
CARD = {"document_type": "Quote", "function": "Count", "filters_json": "[]", "name": "Asked"}
CHART = {"document_type": "Quote", "chart_type": "Group By", "group_by_based_on": "margin_percentage"}
QUESTIONS = (
	("/api/resource/Sales Item", {"filters": [["cost", ">", 50]]}),
	("/api/resource/Sales Item", {"filters": [["Sales Item", "cost", "between", [1, 2]]]}),
	("/api/resource/Sales Item", {"or_filters": {"cost": [">", 50]}}),
	("/api/resource/Sales Item", {"filters": ["x = 1", "y = 1", "cost > 50"]}),
	("/api/resource/Quote", {"filters": [["Quote Item", "unit_cost", ">", 50]]}),
	("/api/resource/Quote", {"order_by": "`tabQuote`.`margin_percentage` desc"}),
	("/api/resource/Quote", {"group_by": "margin_amount"}),
	("/api/resource/Quote", {"fields": ["abs(margin_amount + '0') as x"]}),
	("/api/resource/Sales Campaign", {"filters": [["cost", ">", 50]]}),
	("/api/resource/Sales Opportunity", {"filters": {"campaign.cost": [">", 50]}}),
	("frappe.client.get_list", {"doctype": "Sales Item", "filters": {"cost": [">", 50]}}),
	("frappe.client.get_value", {"doctype": "Quote", "fieldname": "name", "filters": {"margin_amount": 1}}),
	("frappe.client.get_count", {"doctype": "Sales Opportunity", "filters": {"margin_amount": [">", 1]}}),
	("frappe.desk.reportview.get", {"doctype": "Quote", "filters": [["Quote", "margin_amount", ">", 1]]}),
	("frappe.desk.reportview.get_count", {"doctype": "Quote", "filters": [["margin_amount", ">", 1, False]]}),
	("frappe.desk.reportview.get_stats", {"doctype": "Quote", "stats": ["margin_amount"]}),
	("frappe.desk.search.search_link", {"doctype": "Sales Item", "txt": "", "filters": {"cost": 1}}),
	("frappe.desk.search.search_widget", {"doctype": "Sales Item", "txt": "6", "searchfield": "cost"}),
	(
		"frappe.desk.listview.get_group_by_count",
		{"doctype": "Quote", "current_filters": "[]", "field": "margin_amount"},
	),
	(
		"frappe.desk.doctype.number_card.number_card.get_result",
		{"doc": CARD, "filters": [["Quote", "margin_amount", ">", 1]]},
	),
	("frappe.desk.doctype.dashboard_chart.dashboard_chart.get", {"chart": CHART}),
	("frappe.desk.form.save.savedocs", {"doc": {"doctype": "Dashboard Chart", **CHART}, "action": "Save"}),
	# The framework finds the field of a row by its name alone.
	("frappe.client.get_count", {"doctype": "Quote", "filters": {"item": "X1", "unit_cost": [">", 50]}}),
	("frappe.desk.search.search_link", {"doctype": "Quote", "txt": "", "filters": {"unit_cost": [">", 50]}}),
	("/api/resource/Sales Opportunity", {"filters": [["unit_cost", ">", 50]]}),
	(
		"frappe.desk.doctype.number_card.number_card.get_result",
		{"doc": {**CARD, "document_type": "Sales Opportunity"}, "filters": [["unit_cost", ">", 1]]},
	),
	# JSON with escapes, in strings of JSON, and letters that databases take for others.
	(
		"frappe.desk.doctype.number_card.number_card.get_result",
		{"doc": '{"document_type":"Sales \\u0049tem","function":"Count"}', "filters": [["cost", ">", 50]]},
	),
	(
		"frappe.desk.doctype.number_card.number_card.get_result",
		{"doc": '{"document_type":"\\u0051uote"}', "filters": '[["margin_\\u0061mount",">",50]]'},
	),
	(
		"frappe.desk.doctype.number_card.number_card.get_result",
		{
			"doc": '{"document_type":"Sales Item","\\u0066ilters_json":"[[\\"cost\\",\\">\\",5]]"}',
			"filters": [],
		},
	),
	(
		"frappe.desk.doctype.dashboard_chart.dashboard_chart.get",
		{
			"chart": '{"document_type":"\\u0051uote","chart_type":"Group By","group_by_based_on":"margin_\\u0061mount"}'
		},
	),
	(
		"frappe.client.get_count",
		{"doctype": "Quote", "filters": json.dumps('[["margin_\\u0061mount",">",1]]')},
	),
	("frappe.desk.reportview.get_stats", {"doctype": "Quote", "stats": '["margin_\\u0061mount"]'}),
	("/api/resource/Quote", {"filters": [["MARG\u0130N_AMOUNT", ">", 50]]}),
	(
		"frappe.desk.calendar.get_events",
		{
			"doctype": "Sales Item",
			"start": "2000-01-01",
			"end": "2100-01-01",
			"field_map": '{"start":"\\u0063ost","end":"creation"}',
		},
	),
	# Columns of which the framework does not see all.
	*(
		(
			"frappe.desk.calendar.get_events",
			{
				"doctype": "Sales Item",
				"start": "2000-01-01",
				"end": "2100-01-01",
				"field_map": {"start": "creation", "end": "creation"},
				"fields": [column],
			},
		)
		for column in ("cost name -- distinct", "cost name # distinct", "`cost` name /* distinct */")
	),
	(
		"frappe.desk.search.search_widget",
		{"doctype": "Sales Item", "txt": "", "filter_fields": ["cost name -- distinct"]},
	),
	(
		"frappe.client.get_value",
		{"doctype": "Sales Item", "fieldname": ["cost name -- distinct"], "filters": {}},
	),
	("/api/resource/Sales Item", {"fields": ["cost name -- distinct"]}),
)
HARMLESS = (
	("/api/resource/Sales Item", {"filters": [["name", "like", "cost"]]}),
	("/api/resource/Sales Item", {"filters": {"name": ["in", ["cost", "unit_cost"]]}}),
	("/api/resource/Quote", {"filters": [["Quote", "name", "=", "margin_amount", False]]}),
	("/api/resource/Quote", {"fields": ["name", "margin_amount"], "order_by": "name"}),
	(
		"/api/resource/Quote",
		{"fields": ["name as margin", "`tabQuote`.`margin_amount`", "opportunity.margin_amount"]},
	),
	("/api/resource/Sales Opportunity", {"fields": ["name", "campaign.cost", "campaign.cost as costs"]}),
	(
		"frappe.client.get_count",
		{"doctype": "ToDo", "filters": {"description": ["like", "%unit_cost of Quote%"]}},
	),
)


class TestMarginQuestions(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		roles = ((SELLER, "Sales User"), (MANAGER, "Sales Manager"))
		cls.keys = {user: key_of(make_user(user, role).name) for user, role in roles}
		frappe.db.commit()

	def test_who_may_not_see_them_may_not_ask_by_them(self):
		for place, asked in QUESTIONS:
			with self.subTest(place, asked=asked):
				answer = ask(self.keys[SELLER], place, asked)
				self.assertEqual(answer.status_code, 403, answer.text)
				self.assertIn(REFUSAL, answer.text)

	def test_a_manager_may_ask(self):
		for place, asked in QUESTIONS:
			with self.subTest(place, asked=asked):
				self.assertNotIn(REFUSAL, ask(self.keys[MANAGER], place, asked).text)

	def test_all_other_questions_are_answered(self):
		for place, asked in HARMLESS:
			with self.subTest(place, asked=asked):
				answer = ask(self.keys[SELLER], place, asked)
				self.assertEqual(answer.status_code, 200, answer.text)
				self.assertNotIn('"margin_amount":', answer.text)
				self.assertNotIn('"cost', answer.text)

	def test_fields_of_an_admin_are_confidential_in_tables_of_an_admin_too(self):
		table = frappe.get_doc(
			{
				"doctype": "DocType",
				"name": "Test Bonus",
				"module": "Custom",
				"custom": 1,
				"istable": 1,
				"fields": [
					{
						"fieldname": "bonus_paid",
						"label": "Bonus Paid",
						"fieldtype": "Float",
						"permlevel": LEVEL,
					}
				],
			}
		).insert()
		self.addCleanup(frappe.db.commit)
		self.addCleanup(table.delete)
		for dt, name, values in (
			("Quote", "test_bonuses", {"fieldtype": "Table", "options": table.name}),
			("Sales Item", "test_rebate", {"fieldtype": "Float", "permlevel": LEVEL}),
			("Sales Item", "test_bonus", {"fieldtype": "Float"}),
		):
			doc = frappe.get_doc(
				{"doctype": "Custom Field", "dt": dt, "fieldname": name, "label": name, **values}
			)
			self.addCleanup(doc.insert().delete)
		make_property_setter("Sales Item", "test_bonus", "permlevel", LEVEL, "Int")
		self.addCleanup(frappe.db.delete, "Property Setter", {"field_name": "test_bonus"})
		frappe.db.commit()
		for place, asked in (
			("frappe.client.get_count", {"doctype": "Quote", "filters": {"bonus_paid": [">", 50]}}),
			("frappe.client.get_count", {"doctype": "Test Bonus", "filters": {"bonus_paid": [">", 50]}}),
			("/api/resource/Sales Item", {"order_by": "test_rebate"}),
			("/api/resource/Sales Item", {"filters": {"test_bonus": 1}}),
		):
			with self.subTest(place, asked=asked):
				answer = ask(self.keys[SELLER], place, asked)
				self.assertIn(REFUSAL, answer.text)
				self.assertNotIn(REFUSAL, ask(self.keys[MANAGER], place, asked).text)

	def test_questions_about_other_things_ask_for_no_meta_data_and_what_asks_nothing_for_nothing(self):
		self.addCleanup(frappe.set_user, "Administrator")
		frappe.set_user(SELLER)
		for doctype in DOCTYPES:
			frappe.clear_cache(doctype=doctype)
		todo = frappe.as_json({"doctype": "ToDo", "description": '"filters": cost of Sales Item'})
		for most, values in (
			(1, {"doctype": "ToDo", "filters": '[["status","=","Open"]]', "fields": '["`tabToDo`.`name`"]'}),
			(0, {"doctype": "ToDo", "fields": '["`tabToDo`.`name`", "status"]'}),
			(0, {"doc": todo, "action": "Save"}),
		):
			with self.subTest(values), self.assertQueryCount(most):
				refuse_hidden(values, "/api/method/frappe.desk.reportview.get")
