"""What ERPNext's items cost, and what deals earn with them: seen by nobody but who may."""

import frappe
from frappe import client

from sales_opportunity.tests.erpnext.erp import (
	ERPNextTestCase,
	default_company,
	make_deal,
	make_item,
	second_company,
	unit,
	warehouse,
	win,
)
from sales_opportunity.tests.factories import get_or_make, make_user, set_exchange_rates

STOCKED, BOXED, LISTED, UNKNOWN = "ERP-COSTED", "ERP-COSTED-BOX", "ERP-COSTED-LIST", "ERP-COSTED-NOT"
SELLER, MANAGER = "erp.margin.seller@example.com", "erp.margin.manager@example.com"


def receive(item: str, quantity: float, rate: float, place: str) -> None:
	"""Let a warehouse receive so much of an item at a rate, by ERPNext's own document."""
	company = frappe.db.get_value("Warehouse", place, "company")
	row = {"item_code": item, "qty": quantity, "basic_rate": rate, "t_warehouse": place}
	entry = {"stock_entry_type": "Material Receipt", "company": company, "items": [row]}
	frappe.get_doc({"doctype": "Stock Entry", **entry}).insert().submit()


def make_dozen() -> str:
	"""Return a unit of which ERPNext knows in general that it is twelve of the stock unit."""
	dozen = get_or_make("UOM", "ERP-Dutzend", uom_name="ERP-Dutzend").name
	conversion = {"from_uom": dozen, "to_uom": unit()}
	if not frappe.db.exists("UOM Conversion Factor", conversion):
		category = frappe.db.get_value("UOM Category", {})
		frappe.get_doc(
			{"doctype": "UOM Conversion Factor", "category": category, "value": 12, **conversion}
		).insert()
	return dozen


def make_bundle(item: str, parts: dict[str, float], **values) -> None:
	"""Make an item that is a bundle of so much of each part."""
	make_item(item, 1000, is_stock_item=0, **values)
	rows = [{"item_code": part, "qty": quantity} for part, quantity in parts.items()]
	frappe.get_doc({"doctype": "Product Bundle", "new_item_code": item, "items": rows}).insert()


class TestItemCosts(ERPNextTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_user(SELLER, "Sales User")
		make_user(MANAGER, "Sales Manager", "Sales User")
		set_exchange_rates(CHF=1.05)
		box = get_or_make("UOM", "ERP-Kiste", uom_name="ERP-Kiste").name
		make_item(STOCKED, 1000, valuation_rate=1)
		make_item(BOXED, 10, sales_uom=box, uoms=[{"uom": box, "conversion_factor": 12}])
		make_item(LISTED, 1000, valuation_rate=617.43)
		make_item(UNKNOWN, 1000, is_stock_item=0)
		inside, outside = warehouse("ERP Kiel"), warehouse("ERP Ulm")
		swiss = warehouse("ERP Basel", company=second_company())
		receive(STOCKED, 10, 600, inside)
		receive(STOCKED, 10, 620, outside)
		receive(STOCKED, 10, 500, swiss)
		receive(BOXED, 24, 2.5, inside)

	def setUp(self):
		super().setUp()
		self.addCleanup(frappe.set_user, "Administrator")

	def test_the_cost_is_the_mean_of_the_companys_warehouses_else_the_items_own(self):
		for item, expected in ((STOCKED, 610), (BOXED, 30), (LISTED, 617.43), (UNKNOWN, 0)):
			with self.subTest(item):
				self.assertEqual(make_deal([{"item": item}]).items[0].unit_cost, expected)

	def test_a_unit_costs_by_the_general_conversion_where_the_item_has_none_of_its_own(self):
		dozen = make_dozen()
		make_item("ERP-COSTED-DOZEN", 20, sales_uom=dozen, valuation_rate=10)
		row = make_deal([{"item": "ERP-COSTED-DOZEN"}]).items[0]
		self.assertEqual((row.unit, row.unit_cost), (dozen, 120))

	def test_a_bundle_costs_what_its_parts_do(self):
		make_item("ERP-COSTED-BELL", None, valuation_rate=2.5)
		make_bundle("ERP-COSTED-SET", {STOCKED: 1, "ERP-COSTED-BELL": 2})
		make_bundle("ERP-COSTED-SETS", {"ERP-COSTED-BELL": 2}, sales_uom=make_dozen())
		make_bundle("ERP-COSTED-GUESS", {STOCKED: 1, UNKNOWN: 1})
		# 610 + 2 × 2.5; 12 × 2 × 2.5; one of the parts is not known
		for item, expected in (("ERP-COSTED-SET", 615), ("ERP-COSTED-SETS", 60), ("ERP-COSTED-GUESS", 0)):
			with self.subTest(item):
				self.assertEqual(make_deal([{"item": item}]).items[0].unit_cost, expected)
		_deal, quote = win(make_deal([{"item": "ERP-COSTED-SET", "quantity": 2}]))
		self.assertEqual((quote.margin_amount, quote.margin_percentage), (770, 38.5))

	def test_another_company_has_the_cost_of_its_own_warehouses_in_the_currency_of_deals(self):
		deal = make_deal([{"item": STOCKED, "rate": 1000}], company=second_company())
		self.assertEqual((deal.items[0].unit_cost, deal.margin_amount), (525, 475))

	def test_a_deal_and_its_quote_earn_what_is_left_of_the_price(self):
		# 3 × 1,000 − 10 % − 50 = 2,650; − 150 = 2,500; 3 × 610 = 1,830; unknown costs are left out
		lines = [{"item": STOCKED, "quantity": 3, "discount_percentage": 10, "discount_amount": 50}]
		deal, quote = win(make_deal(lines, fixed_discount=150, freight=20))
		for doc in (deal, quote):
			with self.subTest(doc.doctype):
				self.assertEqual((doc.margin_amount, doc.margin_percentage), (670, 26.8))

	def test_a_stored_deal_keeps_its_cost_when_stock_comes_at_another(self):
		deal = make_deal([{"item": STOCKED}])
		frappe.db.savepoint("received")
		self.addCleanup(frappe.db.rollback, save_point="received")
		# (10 × 600 + 100 × 900 + 10 × 620) ÷ 120
		receive(STOCKED, 100, 900, warehouse("ERP Kiel"))
		deal.save()
		self.assertEqual(deal.items[0].unit_cost, 610)
		self.assertEqual(make_deal([{"item": STOCKED}], customer=deal.party).items[0].unit_cost, 851.67)

	def test_nobody_without_the_level_finds_them(self):
		deal = make_deal(
			[{"item": LISTED, "quantity": 1}], opportunity_owner=SELLER, company=default_company()
		)
		for user, expected in ((MANAGER, (382.57, 617.43)), (SELLER, (0, 0))):
			with self.subTest(user):
				frappe.set_user(user)
				sent = client.get("Sales Opportunity", deal.name)
				figures = sent.get("margin_amount") or 0, sent["items"][0].get("unit_cost") or 0
				self.assertEqual(figures, expected)
				self.assertEqual("617.43" in frappe.as_json(sent), user == MANAGER)
