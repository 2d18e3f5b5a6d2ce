"""Prices with tax, as consumers get them, while item, opportunity and forecast stay net."""

import frappe

from sales_opportunity import api
from sales_opportunity.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote.amounts import item_details
from sales_opportunity.sales_opportunity.doctype.quote.line_sync import are_equal
from sales_opportunity.tests.factories import (
	make_class,
	make_item,
	make_opportunity,
	make_partner,
	make_quote,
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

	def test_an_item_chosen_on_the_quote_has_its_price_with_tax(self):
		self.assertEqual(item_details("Sales Item", "TEST-BOOK", "de", "EUR", 1, True)["rate"], 10.7)
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
