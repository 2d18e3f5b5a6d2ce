"""What the customer chose on the page of a quote is what is ordered and invoiced."""

import frappe

from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
)
from sales_opportunity.tests.answering import OWNER, AnswerTestCase
from sales_opportunity.tests.erpnext.erp import ERPNextTestCase, make_deal, make_item, order_of, sums_of
from sales_opportunity.tests.factories import make_quote

BIKE, BOOK, FITTING = "ERP-BIKE", "ERP-BOOK", "ERP-FITTING"
LIFT, MANUALS = "2", "3"
"""The numbers of the lines that are chosen."""
SIGNED = {"person_name": "Sabine Hoffmann", "signature_type": "Typed", "consent": True}


class TestChosenOrders(AnswerTestCase, ERPNextTestCase):
	def offer(self):
		"""Return an issued quote: bike 1,000 or with lift 1,500; two to five manuals at 10; fitting 80; 10 % off, freight 50."""
		make_item(BOOK, 10, percent=7)
		make_item(FITTING, 80, is_stock_item=0)
		quote = make_quote(make_deal([{"item": make_item().name, "rate": 1000}], opportunity_owner=OWNER))
		for row in (
			{"item": BIKE, "row_type": "Alternative", "rate": 1500},
			{
				"item": BOOK,
				"row_type": "Optional",
				"rate": 10,
				"quantity": 2,
				"is_quantity_open": 1,
				"min_quantity": 2,
				"max_quantity": 5,
			},
			{"item": FITTING, "row_type": "Optional", "rate": 80},
		):
			quote.append("items", {"item_type": "Item", "quantity": 1, **row})
		quote.update({"discount_percentage": 10, "freight": 50, "freight_tax_rate": "19 %"})
		quote.save()
		quote.submit()
		return quote

	def test_an_order_and_its_invoice_have_the_chosen_lines_and_sums(self):
		quote = self.offer()
		answer = self.call(
			"accept", token=self.token(quote), choice={LIFT: None, MANUALS: "3"}, language="de", **SIGNED
		)
		self.assertEqual(answer.json.get("message"), "Accepted", answer.text)
		revision = frappe.get_doc("Quote", {"supersedes": quote.name})
		# 1,350 + 27 + 50 freight; 7 % of 27, 19 % of 1,400.
		expected = (1427.00, [1.89, 266.00], 1694.89)
		self.assertEqual((revision.net_total, revision.gross_total), (expected[0], expected[2]))
		deal = frappe.get_doc("Sales Opportunity", quote.opportunity)
		deal.stage = frappe.db.get_value("Qualification Stage", {"stage_type": "Won"})
		deal.save()
		order = order_of(create_fulfilment_request(deal.name, "Order"))
		self.assertEqual(order.sales_quote, revision.name)
		self.assert_chosen(order, expected)
		order.submit()
		invoice = order_of(create_fulfilment_request(deal.name, "Billing"))
		self.assert_chosen(invoice, expected)

	def assert_chosen(self, document, expected: tuple):
		rows = [(row.item_code, row.qty, round(row.net_amount, 2)) for row in document.items]
		self.assertEqual(rows, [(BIKE, 1, 1350), (BOOK, 3, 27)])
		self.assertEqual(sums_of(document), expected)
