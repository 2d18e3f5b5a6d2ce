"""Nobody finds out costs and margins by asking for what is above or below a value; through real requests."""

import json

import frappe

from sales_opportunity.compat import IntegrationTestCase
from sales_opportunity.tests.factories import make_user
from sales_opportunity.tests.web import request

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
)
HARMLESS = (
	("/api/resource/Sales Item", {"filters": [["name", "like", "cost"]]}),
	("/api/resource/Sales Item", {"filters": {"name": ["in", ["cost", "unit_cost"]]}}),
	("/api/resource/Quote", {"filters": [["Quote", "name", "=", "margin_amount", False]]}),
	("/api/resource/Quote", {"fields": ["name", "margin_amount"], "order_by": "name"}),
)


class TestMarginQuestions(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.keys = {}
		for user, role in ((SELLER, "Sales User"), (MANAGER, "Sales Manager")):
			doc = make_user(user, role)
			doc.api_key, doc.api_secret = frappe.generate_hash(length=15), frappe.generate_hash(length=15)
			cls.keys[user] = f"token {doc.api_key}:{doc.api_secret}"
			doc.save()
		frappe.db.commit()

	def ask(self, user: str, place: str, asked: dict):
		path = place if place.startswith("/") else f"/api/method/{place}"
		values = {key: value if isinstance(value, str) else json.dumps(value) for key, value in asked.items()}
		method, where = ("GET", "query_string") if place.startswith("/") else ("POST", "data")
		return request(path, method, headers={"Authorization": self.keys[user]}, **{where: values})

	def test_who_may_not_see_them_may_not_ask_by_them(self):
		for place, asked in QUESTIONS:
			with self.subTest(place, asked=asked):
				answer = self.ask(SELLER, place, asked)
				self.assertEqual(answer.status_code, 403, answer.text)
				self.assertIn(REFUSAL, answer.text)

	def test_a_manager_may_ask(self):
		for place, asked in QUESTIONS:
			with self.subTest(place, asked=asked):
				self.assertNotIn(REFUSAL, self.ask(MANAGER, place, asked).text)

	def test_all_other_questions_are_answered(self):
		for place, asked in HARMLESS:
			with self.subTest(place, asked=asked):
				answer = self.ask(SELLER, place, asked)
				self.assertEqual(answer.status_code, 200, answer.text)
				self.assertNotIn('"margin_amount":', answer.text)
