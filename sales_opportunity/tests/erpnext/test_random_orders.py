"""Whatever a quote is made of, its order and its invoice have the same sums."""

import os

import frappe
from frappe.utils import getdate
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
)
from sales_opportunity.tests.erpnext.erp import (
	ERPNextTestCase,
	make_customer,
	make_deal,
	make_item,
	order_of,
	win,
)
from sales_opportunity.tests.factories import get_or_make

EXAMPLES = int(os.environ.get("SALES_OPPORTUNITY_EXAMPLES", 20))
PHASES = (Phase.reuse, Phase.generate)
"""Without shrinking, which takes a deal per try."""

LINES = st.lists(
	st.fixed_dictionaries(
		{
			"item": st.sampled_from(["ERP-OATS", "ERP-TEA"]),
			"quantity": st.one_of(st.integers(1, 200), st.sampled_from([0.5, 1.25, 2.333])),
			"rate": st.one_of(
				st.decimals("0.01", 5000, places=2).map(float), st.decimals(0, 9, places=6).map(float)
			),
			"discount_percentage": st.sampled_from([0, 0, 3, 12.5, 33.33, 100]),
		}
	),
	min_size=1,
	max_size=4,
).filter(lambda lines: any(line["rate"] and line["discount_percentage"] < 100 for line in lines))
CONDITIONS = st.fixed_dictionaries(
	{
		"discount_percentage": st.sampled_from([0, 0, 2, 7.5, 33.33]),
		"freight": st.sampled_from([0, 0, 4.99, 100]),
		"freight_tax_rate": st.sampled_from([None, "19 %", "7 %"]),
		"transaction_currency": st.sampled_from(["EUR", "EUR", "USD"]),
	}
)
PAPERS = st.sampled_from(
	[
		{},
		{"prices_include_tax": 1},
		{"prices_include_tax": 1},
		{"tax_treatment": "EU Supply"},
		{"tax_treatment": "Reverse Charge"},
		{"tax_treatment": "Export Supply"},
	]
)


class TestRandomOrders(ERPNextTestCase):
	def assert_same_sums(self, document, quote):
		taxes: dict[str, float] = {}
		for row in document.taxes:
			if row.description != "Freight":
				taxes[row.account_head] = (
					taxes.get(row.account_head, 0) + row.tax_amount_after_discount_amount
				)
		self.assertEqual(document.grand_total, quote.gross_total)
		self.assertEqual(
			sorted(round(tax, 2) for tax in taxes.values() if round(tax, 2)),
			sorted(row.tax_amount for row in quote.taxes if row.tax_amount),
		)

	def test_order_and_invoice_have_the_sums_of_any_quote(self):
		kilo = get_or_make("UOM", "ERP-Kilo", uom_name="ERP-Kilo").name
		make_item("ERP-OATS", stock_uom=kilo)
		make_item("ERP-TEA", 10, percent=7, stock_uom=kilo)
		rate = {"from_currency": "USD", "to_currency": "EUR", "exchange_rate": 0.87, "date": getdate()}
		frappe.get_doc({"doctype": "Currency Exchange", "for_selling": 1, **rate}).insert()
		frappe.db.set_single_value(
			"Accounts Settings", "allow_multi_currency_invoices_against_single_party_account", 1
		)
		customer = make_customer("Zufall KG", tax_id="ATU12345675").name

		@settings(
			max_examples=EXAMPLES, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck)
		)
		@given(LINES, CONDITIONS, PAPERS)
		def check(lines, conditions, paper):
			deal, quote = win(
				make_deal([dict(line) for line in lines], customer=customer, **conditions), **paper
			)
			order = order_of(create_fulfilment_request(deal.name, "Order"))
			self.assert_same_sums(order, quote)
			order.submit()
			self.assert_same_sums(order_of(create_fulfilment_request(deal.name, "Billing")), quote)

		check()
