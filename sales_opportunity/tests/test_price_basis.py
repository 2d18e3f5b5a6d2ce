"""Prices with tax, as consumers get them, while item, opportunity and forecast stay net."""

import frappe

from sales_opportunity import api
from sales_opportunity.deal.line_sync import are_equal
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
)
from sales_opportunity.sales_opportunity.doctype.quote.amounts import item_details
from sales_opportunity.sales_opportunity.doctype.sales_tax_rate.sales_tax_rate import UsedTaxRateError
from sales_opportunity.tests.factories import (
	get_or_make,
	make_class,
	make_item,
	make_opportunity,
	make_partner,
	make_quote,
	registered,
)


class TestPriceBasis(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		make_class("TEST-CONSUMERS", prices_include_tax=1)
		make_item("TEST-BOOK", price=10, tax_rate="7 %")
		self.opportunity = make_opportunity(
			class_id="TEST-CONSUMERS", items=[{"quantity": 3, "rate": 84.03}, {"item": "TEST-BOOK"}]
		)
		self.quote = make_quote(self.opportunity)

	def reload(self):
		self.opportunity.reload()
		self.quote.reload()

	def rates(self, doc) -> list[float]:
		return [row.rate for row in doc.items]

	def test_a_class_for_consumers_quotes_with_tax_and_forecasts_without(self):
		self.assertEqual(self.rates(self.quote), [100, 10.7])
		self.assertEqual((self.quote.gross_total, self.quote.net_total), (310.7, 262.1))
		self.reload()
		self.assertEqual(self.opportunity.primary_quote, self.quote.name)
		self.assertEqual(self.rates(self.opportunity), [84.033613, 10])
		self.assertEqual(self.opportunity.amount, 262.1)
		self.assertTrue(are_equal(self.quote, self.opportunity))

	def test_a_gross_price_typed_into_the_quote_is_kept_to_the_cent(self):
		self.quote.items[0].rate = 99.99
		self.quote.save()
		self.reload()
		self.assertEqual(self.quote.items[0].rate, 99.99)
		self.assertAlmostEqual(self.opportunity.items[0].rate, 84.02521, 6)
		self.opportunity.items[0].quantity = 4
		self.opportunity.save()
		self.reload()
		self.assertEqual((self.quote.items[0].rate, self.quote.items[0].quantity), (99.99, 4))
		self.assertTrue(are_equal(self.quote, self.opportunity))

	def test_another_choice_converts_the_prices_and_back(self):
		self.quote.prices_include_tax = 0
		self.quote.save()
		self.assertEqual(self.rates(self.quote), [84.03, 10])
		self.reload()
		self.assertEqual(self.rates(self.opportunity), [84.03, 10])
		self.quote.prices_include_tax = 1
		self.quote.freight = 10
		self.quote.save()
		self.assertEqual((self.rates(self.quote), self.quote.freight), ([100, 10.7], 10))

	def test_net_freight_without_a_rate_is_worth_the_same_with_gross_prices(self):
		make_item("TEST-UNTAXED", tax_rate="0 %")
		for second, price, freight, gross, amount in (
			("TEST-BOOK", 100, 100, 113, 300),
			("TEST-UNTAXED", 1000, 500, 547.5, 2500),
			("TEST-BIKE", 1000, 25, 29.75, 2025),
		):
			with self.subTest(second):
				opportunity = make_opportunity(
					class_id="TEST-CONSUMERS",
					items=[{"rate": price}, {"item": second, "rate": price}],
					freight=freight,
				)
				self.assertEqual(opportunity.amount, amount)
				quote = make_quote(opportunity)
				for is_gross, shown in ((1, gross), (0, freight), (1, gross)):
					quote.prices_include_tax = is_gross
					quote.save()
					opportunity.reload()
					self.assertEqual((quote.freight, quote.net_total), (shown, amount))
					self.assertEqual(
						(opportunity.freight, opportunity.net_freight, opportunity.amount),
						(freight, freight, amount),
					)
				self.assertTrue(are_equal(quote, opportunity))
				opportunity.update({"freight": 2 * freight})
				opportunity.save()
				quote.reload()
				self.assertEqual((quote.freight, opportunity.net_freight), (2 * gross, 2 * freight))

	def test_an_item_chosen_on_the_quote_has_its_price_with_tax(self):
		self.assertEqual(item_details("Sales Item", "TEST-BOOK", "de", "EUR", 1, True)["rate"], 10.7)

	def test_a_row_has_its_price_also_when_the_app_with_the_companies_is_gone(self):
		with registered(sales_companies={}):
			details = item_details("Sales Item", "TEST-BOOK", "de", "EUR", 1, company="Former Ltd")
		self.assertEqual(details["rate"], 10)
		self.quote.append("items", {"row_type": "Optional", "item": "TEST-BOOK", "quantity": 1})
		self.quote.save()
		self.assertEqual(self.rates(self.quote), [100, 10.7, 10.7])

	def test_a_partner_abroad_gets_net_prices(self):
		self.opportunity.reload()
		self.opportunity.party = make_partner("Ausland AG", tax_treatment="Export Supply").name
		self.opportunity.save()
		self.reload()
		self.assertEqual((self.quote.prices_include_tax, self.rates(self.quote)), (0, [84.03, 10]))

	def test_what_was_won_is_the_net_value(self):
		self.quote.items[0].rate = 119
		self.quote.save()
		self.quote.submit()
		self.assertEqual(api.close_as_won(self.opportunity.name)["amount"], 310)

	def test_the_percentage_of_a_tax_of_an_issued_quote_cannot_change(self):
		for name, values in (("Test 9 %", {"freight_tax_rate": "Test 9 %"}), ("Test 11 %", {})):
			tax = get_or_make("Sales Tax Rate", name, tax_rate_name=name, rate=9)
			quote = make_quote(make_opportunity(items=[{"tax_rate": None if values else name}]), **values)
			tax.rate = 10
			tax.save()
			quote.submit()
			tax.disabled = 1
			tax.save()
			for rate in (9, 11.5):
				tax.reload()
				tax.rate = rate
				with self.subTest((name, rate)), self.assertRaisesRegex(UsedTaxRateError, quote.name):
					tax.save()

	def test_an_issued_gross_quote_is_won_and_billed_with_the_taxes_of_its_day(self):
		"""The percentage is another one meanwhile: 1,190.00 with 19 % tax stay 1,000.00 net."""
		name = "Test 19 %"
		tax = get_or_make("Sales Tax Rate", name, tax_rate_name=name, rate=19)
		for freight_tax_rate in (None, name):
			tax.db_set("rate", 19)
			line = {"rate": 900, "tax_rate": name}
			opportunity = make_opportunity(class_id="TEST-CONSUMERS", items=[line])
			quote = make_quote(opportunity, freight=119, freight_tax_rate=freight_tax_rate)
			quote.submit()
			tax.db_set("rate", 16)
			frappe.clear_document_cache("Sales Tax Rate", name)
			opportunity.reload()
			opportunity.items[0].rate = 850
			opportunity.save()
			api.close_as_won(opportunity.name)
			opportunity.reload()
			bill = frappe.get_doc(
				"Fulfilment Request", create_fulfilment_request(opportunity.name, "Billing", None)
			)
			with self.subTest(freight_tax_rate=freight_tax_rate):
				self.assertEqual((quote.gross_total, quote.net_total), (1190, 1000))
				self.assertEqual((opportunity.items[0].rate, opportunity.freight), (900, 100))
				self.assertEqual((opportunity.items[0].net_amount, opportunity.net_freight), (900, 100))
				self.assertEqual((opportunity.amount, bill.net_total), (1000, 1000))
