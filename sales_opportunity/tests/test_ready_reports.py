"""The ready Report Builder reports: their sums, and that everybody gets those of their own deals only."""

import json

import frappe
from frappe.desk.reportview import get as get_view
from frappe.utils import add_months, get_first_day, getdate, now_datetime

from sales_opportunity.api import close_as_won
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import month_of, store_months
from sales_opportunity.tests.factories import (
	make_class,
	make_item,
	make_opportunity,
	make_partner,
	make_quote,
	make_user,
)

ANNA, BEN = "ready.anna@example.com", "ready.ben@example.com"
MANAGER, VIEWER = "ready.manager@example.com", "ready.viewer@example.com"
CLASSES = ("READY-A", "READY-B")
READY = ("Pipeline by Owner", "Won by Month", "Quotes by Class", "Lost by Reason", "Items Sold")


class TestReadyReports(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		for user in (ANNA, BEN):
			make_user(user, "Sales User")
		make_user(MANAGER, "Sales Manager")
		make_user(VIEWER, "Sales Viewer")
		for class_id in CLASSES:
			make_class(class_id)
		make_item("READY-BIKE", item_name="Fertigrad")
		make_item("READY-HELM", item_name="Fertighelm")

	def setUp(self):
		frappe.db.savepoint("ready")
		self.addCleanup(frappe.db.rollback, save_point="ready")
		self.addCleanup(frappe.set_user, "Administrator")
		self.partner = make_partner("Fertigbericht GmbH").name
		self.deals()

	def make(self, owner: str, class_id: str = CLASSES[0], **values):
		return make_opportunity(party=self.partner, opportunity_owner=owner, class_id=class_id, **values)

	def deals(self):
		"""Open, won and lost ones of both, some in dollars; what they are worth stands in the tests."""
		self.make(ANNA, amount=1000, override_probability=1, probability=50)
		self.make(BEN, amount=200, override_probability=1, probability=10)
		lines = [{"item": "READY-BIKE", "quantity": 2, "rate": 100}, {"item": "READY-HELM", "rate": 30}]
		won = self.make(ANNA, items=lines)
		close_as_won(won.name, closing_reason="Best Product")
		late = self.make(BEN, class_id=CLASSES[1], items=[{**lines[0], "quantity": 1}])
		close_as_won(late.name, closing_reason="Best Product")
		self.last_month = add_months(get_first_day(getdate()), -1)
		frappe.db.set_value("Sales Opportunity", late.name, "closed_on", self.last_month)
		store_months()
		for owner, amount, reason in (
			(ANNA, 70, "No Budget"),
			(ANNA, 30, "Too Expensive"),
			(BEN, 500, "Too Expensive"),
		):
			self.make(owner, amount=amount, stage="Lost", closing_reason=reason)
		for owner, class_id in ((ANNA, CLASSES[0]), (BEN, CLASSES[1])):
			quote = make_quote(self.make(owner, class_id=class_id, items=[{**lines[0], "quantity": 4}]))
			quote.submit()
		make_quote(self.make(ANNA, items=lines))  # a draft is no quote yet

	def view(self, name: str, user: str) -> dict:
		"""Return what the report's page shows a user of this test's partner: group and sum."""
		report = frappe.get_doc("Report", name)
		saved = json.loads(report.json)
		(fieldname, group_doctype), _sum = saved["fields"]
		on_doctype, on_field = parts(saved["group_by"]["aggregate_on"])
		frappe.set_user(user)
		frappe.local.form_dict = frappe._dict(
			doctype=report.ref_doctype,
			fields=json.dumps([f"`tab{group_doctype}`.`{fieldname}`"]),
			filters=json.dumps([*saved["filters"], [report.ref_doctype, "party", "=", self.partner]]),
			group_by=saved["group_by"]["group_by"],
			aggregate_function=saved["group_by"]["aggregate_function"],
			aggregate_on_doctype=on_doctype,
			aggregate_on_field=on_field,
			order_by="_aggregate_column desc",
			start=0,
			page_length=100,
			view="Report",
		)
		found = get_view()
		return dict(found["values"]) if found else {}

	def test_what_a_manager_sees(self):
		this_month = month_of(now_datetime())
		expected = {
			"Pipeline by Owner": {ANNA: 500, BEN: 20},
			"Won by Month": {this_month: 230, month_of(self.last_month): 100},
			"Quotes by Class": {CLASSES[0]: 400, CLASSES[1]: 400},
			"Lost by Reason": {"Too Expensive": 530, "No Budget": 70},
			"Items Sold": {"Fertigrad": 300, "Fertighelm": 30},
		}
		frappe.db.set_value(
			"Sales Opportunity",
			{"party": self.partner, "status": "Open", "amount": ("not in", (1000, 200))},
			"base_weighted_amount",
			0,
		)
		for user in (MANAGER, VIEWER):
			for name in READY:
				with self.subTest(report=name, user=user):
					self.assertEqual(self.view(name, user), expected[name])

	def test_a_salesperson_sees_the_sums_of_their_own_deals(self):
		this_month = month_of(now_datetime())
		self.assertEqual(list(self.view("Pipeline by Owner", ANNA)), [ANNA])
		self.assertEqual(self.view("Won by Month", ANNA), {this_month: 230})
		self.assertEqual(self.view("Quotes by Class", ANNA), {CLASSES[0]: 400})
		self.assertEqual(self.view("Lost by Reason", BEN), {"Too Expensive": 500})
		self.assertEqual(self.view("Items Sold", BEN), {"Fertigrad": 100})

	def test_the_server_that_sends_reports_by_mail_comes_to_the_same_sums(self):
		for name in READY:
			with self.subTest(name):
				shown = self.view(name, MANAGER)
				_columns, rows = frappe.get_doc("Report", name).get_data(
					filters={"party": self.partner}, limit=100
				)
				self.assertEqual({row[0]: row[1] for row in rows if row[0] in shown}, shown)

	def test_sums_are_in_the_company_s_currency_at_the_deal_s_rate(self):
		foreign = {"transaction_currency": "USD", "conversion_rate": 0.5, "amount": 1000}
		self.make(BEN, stage="Lost", closing_reason="Too Expensive", **foreign)
		self.assertEqual(self.view("Lost by Reason", MANAGER)["Too Expensive"], 530 + 500)

	def test_the_month_goes_when_a_deal_is_reopened_and_comes_when_it_is_closed_again(self):
		deal = self.make(ANNA, amount=10, stage="Lost", closing_reason="Too Expensive")
		self.assertEqual(deal.closed_month, month_of(now_datetime()))
		deal.stage = "Inquiry"
		deal.save()
		self.assertFalse(deal.closed_month)
		deal.update({"stage": "Lost", "closing_reason": "Too Expensive"})
		deal.save()
		self.assertEqual(deal.closed_month, month_of(deal.closed_on))

	def test_no_one_enters_a_month_that_is_not_that_of_closing(self):
		deal = self.make(
			ANNA, amount=10, stage="Lost", closing_reason="Too Expensive", closed_month="1999-01"
		)
		self.assertEqual(deal.closed_month, month_of(deal.closed_on))
		opened = self.make(ANNA, amount=10, closed_month="1999-01")
		self.assertFalse(opened.closed_month)


def parts(column: str) -> list[str]:
	"""Return DocType and field of a column as saved reports write it."""
	table, field = column.replace("`", "").split(".")
	return [table.removeprefix("tab"), field]
