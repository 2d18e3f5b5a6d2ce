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
			"fixed_share": st.sampled_from([0, 0, 0, 0.01, 0.1234]),
			"term": st.sampled_from(
				[{}, {}, {}, {"recurrence": "Monthly", "periods": 24}, {"recurrence": "Yearly"}]
			),
		}
	),
	min_size=1,
	max_size=4,
).filter(lambda lines: any(line["rate"] and line["discount_percentage"] < 100 for line in lines))
DEDUCTIONS = st.lists(
	st.fixed_dictionaries(
		{
			"deduction": st.sampled_from(["Trade-In", "Credit"]),
			"quantity": st.sampled_from([1, 1, 3, 1.25]),
			"tax_rate": st.sampled_from([None, "0 %", "7 %"]),
			"share": st.sampled_from([0.01, 0.1234, 0.2]),
		}
	),
	max_size=2,
)
FIXED_SHARE = st.sampled_from([0, 0, 0, 0.01, 0.1234])
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


def written(lines: list[dict], deductions: list[dict], fixed_share: float) -> tuple[list[dict], float]:
	"""Return lines of a deal and the fixed discount on the whole, all shares as amounts of what they are taken from."""
	rows, sold = [], 0.0
	for line in lines:
		row = {**line, **line["term"]}
		kept = row["quantity"] * row["rate"] * row.get("periods", 1) * (1 - row["discount_percentage"] / 100)
		row["discount_amount"] = round(row.pop("fixed_share") * kept, 2)
		del row["term"]
		rows.append(row)
		sold += kept - row["discount_amount"]
	for line in deductions:
		row = {"item": "ERP-OLD-MILL", **line}
		row["rate"] = round(row.pop("share") * sold / row["quantity"], 2)
		if row["rate"]:
			rows.append(row)
	return rows, round(fixed_share * sold, 2)


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
		make_item("ERP-OLD-MILL", None, stock_uom=kilo, is_stock_item=0, taxes=[])
		frappe.db.set_single_value("Selling Settings", "allow_negative_rates_for_items", 1)
		rate = {"from_currency": "USD", "to_currency": "EUR", "exchange_rate": 0.87, "date": getdate()}
		frappe.get_doc({"doctype": "Currency Exchange", "for_selling": 1, **rate}).insert()
		frappe.db.set_single_value(
			"Accounts Settings", "allow_multi_currency_invoices_against_single_party_account", 1
		)
		customer = make_customer("Zufall KG", tax_id="ATU12345675").name

		@settings(
			max_examples=EXAMPLES, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck)
		)
		@given(LINES, DEDUCTIONS, FIXED_SHARE, CONDITIONS, PAPERS)
		def check(lines, deductions, fixed_share, conditions, paper):
			rows, fixed_discount = written(lines, deductions, fixed_share)
			deal, quote = win(
				make_deal(rows, customer=customer, fixed_discount=fixed_discount, **conditions), **paper
			)
			order = order_of(create_fulfilment_request(deal.name, "Order"))
			self.assert_same_sums(order, quote)
			order.submit()
			self.assert_same_sums(order_of(create_fulfilment_request(deal.name, "Billing")), quote)

		check()
