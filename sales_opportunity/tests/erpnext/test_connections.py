"""Forms show what belongs to their document on the other side."""

import frappe

from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
)
from sales_opportunity.tests.erpnext.erp import (
	ERPNextTestCase,
	counts,
	make_deal,
	make_lead,
	order_of,
	win,
)


class TestConnections(ERPNextTestCase):
	def test_a_customer_and_a_lead_show_their_deals(self):
		for party_type, party in (("Lead", make_lead().name), ("Customer", make_deal().party)):
			make_deal(party_type=party_type, party=party)
			with self.subTest(party_type):
				shown = counts(frappe.get_doc(party_type, party))
				self.assertEqual(shown["Sales Opportunity"], 2 if party_type == "Customer" else 1)

	def test_deal_and_order_show_each_other(self):
		deal, quote = win(make_deal())
		order = order_of(create_fulfilment_request(deal.name, "Order"))
		shown = counts(order)
		self.assertEqual(
			[shown[name] for name in ("Sales Opportunity", "Quote", "Fulfilment Request")], [1, 1, 1]
		)
		self.assertEqual(counts(deal)["Sales Order"], 1)
		self.assertEqual(order.sales_quote, quote.name)
		order.submit()
		for kind, doctype in (("Shipping", "Delivery Note"), ("Billing", "Sales Invoice")):
			shown = counts(order_of(create_fulfilment_request(deal.name, kind)))
			self.assertEqual([shown[name] for name in ("Sales Opportunity", "Fulfilment Request")], [1, 1])
			self.assertEqual(counts(deal)[doctype], 1)
