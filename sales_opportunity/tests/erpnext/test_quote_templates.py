"""Templates and copied lines with ERPNext's items: at the prices that these have for the customer."""

import frappe

from sales_opportunity.sales_opportunity.doctype.quote.line_sources import add_from_quote, add_from_template
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote
from sales_opportunity.tests.erpnext.erp import (
	ERPNextTestCase,
	make_customer,
	make_deal,
	make_item,
	make_price,
)
from sales_opportunity.tests.factories import get_or_make, make_quote_template


class TestTemplatesOfItems(ERPNextTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_item("ERP-TPL-BIKE", 1000)
		make_item("ERP-TPL-BOOK", 20, percent=7)
		price_list = get_or_make(
			"Price List", "Händler", price_list_name="Händler", currency="EUR", selling=1, enabled=1
		)
		for item, price in (("ERP-TPL-BIKE", 800), ("ERP-TPL-BOOK", 20)):
			if not frappe.db.exists("Item Price", {"item_code": item, "price_list": price_list.name}):
				make_price(item, price, price_list=price_list.name)
		cls.dealer = make_customer("Fahrrad Händler GmbH", default_price_list=price_list.name).name
		lines = [
			{"row_type": "Heading", "item_name": "Räder"},
			{"item_type": "Item", "item": "ERP-TPL-BIKE", "quantity": 2},
			{"row_type": "Optional", "item_type": "Item", "item": "ERP-TPL-BOOK", "quantity": 1},
		]
		cls.template = make_quote_template("Vorlage mit Artikeln aus ERPNext", lines).name

	def rows(self, doc) -> list[tuple]:
		return [(row.item, row.quantity, row.rate, row.tax_rate) for row in doc.items if row.item]

	def test_a_quote_has_the_customers_prices_and_the_items_taxes(self):
		for customer, price in ((self.dealer, 800), (make_customer().name, 1000)):
			with self.subTest(price=price):
				deal = make_deal([], customer)
				quote = frappe.get_doc("Quote", create_quote(deal.name, "2099-12-31", template=self.template))
				bike, book = self.rows(quote)
				self.assertEqual(bike[:3], ("ERP-TPL-BIKE", 2, price))
				self.assertEqual(book[:3], ("ERP-TPL-BOOK", 1, 20))
				self.assertEqual([quote.items[1].tax_percentage, quote.items[2].tax_percentage], [19, 7])
				self.assertEqual(quote.gross_total, price * 2 * 1.19)

	def test_lines_of_another_customer_come_at_its_prices_or_anew(self):
		first = make_deal([], self.dealer)
		source = create_quote(first.name, "2099-12-31", template=self.template)
		for keep_prices, price in ((True, 800), (False, 1000)):
			deal = make_deal([])
			add_from_quote("Sales Opportunity", deal.name, source, keep_prices)
			deal.reload()
			with self.subTest(keep_prices=keep_prices):
				self.assertEqual([row[:3] for row in self.rows(deal)], [("ERP-TPL-BIKE", 2, price)])

	def test_what_is_no_longer_for_sale_is_left_out(self):
		frappe.db.savepoint("ended")
		self.addCleanup(frappe.db.rollback, save_point="ended")
		frappe.get_doc("Item", "ERP-TPL-BOOK").update({"is_sales_item": 0}).save()
		deal = make_deal([{"item": make_item().name}])
		quote = create_quote(deal.name, "2099-12-31")
		add_from_template("Quote", quote, self.template)
		items = [row[0] for row in self.rows(frappe.get_doc("Quote", quote))]
		self.assertEqual(items, [make_item().name, "ERP-TPL-BIKE"])
