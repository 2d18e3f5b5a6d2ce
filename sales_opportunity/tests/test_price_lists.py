"""Price lists of own items: the right price when a line is entered, said where it comes from, and never over one typed by hand."""

import frappe
from frappe.utils import add_days, nowdate

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote.amounts import item_details
from sales_opportunity.sales_opportunity.doctype.sales_item.sales_item import PriceListError
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import calculate
from sales_opportunity.tests.factories import (
	get_or_make,
	make_class,
	make_item,
	make_opportunity,
	make_partner,
	make_quote,
	set_exchange_rates,
)
from sales_opportunity.tests.settings import save_settings, use_settings

ITEM = "TEST-LISTED"
PRICES = (
	{"minimum_quantity": 10, "price": 90},
	{"minimum_quantity": 50, "price": 107.1, "includes_tax": 1, "partner_group": "Test Dealers"},
	{"partner_group": "Test Dealers", "price": 80},
	{"currency": "CHF", "price": 120},
	{"price": 1, "valid_to": "2020-12-31"},
	{"price": 2, "valid_from": "2098-01-01"},
)


class TestPriceLists(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		get_or_make("Business Partner Group", "Test Dealers", group_name="Test Dealers")
		item = make_item(ITEM, price=100)
		item.set("prices", [dict(row) for row in PRICES])
		item.save()
		make_class("TEST-LIST-CONSUMERS", prices_include_tax=1)
		self.dealer = make_partner("Händler", partner_group="Test Dealers").name

	def line(self, quantity: float, **values):
		doc = make_opportunity(
			items=[{"item": ITEM, "quantity": quantity, **values.pop("line", {})}], **values
		)
		return doc, doc.items[0]

	def test_the_price_follows_quantity_group_and_currency(self):
		set_exchange_rates(CHF=2)
		for quantity, values, expected in (
			(1, {}, 100),
			(10, {}, 90),
			(1, {"party": self.dealer}, 80),
			(50, {"party": self.dealer}, 90),
			(1, {"transaction_currency": "CHF"}, 120),
		):
			with self.subTest(quantity=quantity, **values):
				_doc, line = self.line(quantity, **values)
				self.assertEqual((line.rate, line.list_price), (expected, expected))

	def test_it_is_said_where_the_price_comes_from(self):
		self.assertEqual(self.line(1)[1].price_source, "Price of the item")
		self.assertEqual(self.line(10)[1].price_source, "Price list · from 10")
		self.assertEqual(self.line(1, party=self.dealer)[1].price_source, "Price list · Test Dealers")
		self.assertFalse(make_opportunity(items=[{}]).items[0].price_source)

	def test_more_pieces_bring_the_price_of_more_pieces(self):
		doc, line = self.line(1)
		line.quantity = 10
		doc.save()
		self.assertEqual((line.rate, doc.amount), (90, 900))
		line.quantity = 9
		doc.save()
		self.assertEqual((line.rate, doc.amount), (100, 900))

	def test_in_the_form_as_well_and_back_again_before_it_is_saved(self):
		doc, _line = self.line(1)
		for quantity, expected in ((10, 90), (1, 100), (12, 90)):
			sent = doc.as_dict()
			sent["items"][0]["quantity"] = quantity
			doc.update(calculate(sent))
			with self.subTest(quantity):
				self.assertEqual(doc.items[0].rate, expected)

	def test_a_price_that_was_typed_stays_and_the_new_one_stands_beside_it(self):
		doc, line = self.line(1, line={"rate": 97})
		self.assertEqual((line.rate, line.list_price), (97, 100))
		line.quantity = 10
		doc.save()
		self.assertEqual((line.rate, line.list_price, line.price_source), (97, 90, "Price list · from 10"))

	def test_a_deal_keeps_its_prices_when_the_list_changes(self):
		doc, line = self.line(10)
		item = frappe.get_doc("Sales Item", ITEM)
		item.prices[0].price = 91
		item.save()
		doc.title = "Changed"
		doc.save()
		self.assertEqual(line.rate, 90)

	def test_a_quote_follows_and_asks_for_itself(self):
		doc, _line = self.line(10)
		quote = make_quote(doc)
		self.assertEqual((quote.items[0].rate, quote.items[0].list_price), (90, 90))
		quote.items[0].quantity = 5
		quote.save()
		doc.reload()
		self.assertEqual((quote.items[0].rate, doc.items[0].rate, doc.amount), (100, 100, 500))
		quote.items[0].update({"quantity": 10, "rate": 95})
		quote.save()
		doc.reload()
		self.assertEqual((doc.items[0].rate, doc.items[0].list_price), (95, 90))

	def test_with_tax_in_the_prices_the_list_is_shown_with_tax(self):
		doc, _line = self.line(50, party=self.dealer, class_id="TEST-LIST-CONSUMERS")
		quote = make_quote(doc)
		self.assertEqual((quote.items[0].rate, quote.items[0].list_price), (107.1, 107.1))
		quote.items[0].quantity = 49
		quote.save()
		self.assertEqual(quote.items[0].rate, 95.2)

	def test_a_small_business_asks_for_the_whole_price_with_tax(self):
		use_settings(self, small_business=1)
		for values in ({}, {"class_id": "TEST-LIST-CONSUMERS"}):
			doc, line = self.line(50, party=self.dealer, **values)
			self.assertEqual((line.rate, line.list_price), (107.1, 107.1))
			quote = make_quote(doc)
			self.assertEqual((quote.items[0].rate, quote.tax_total), (107.1, 0))

	def test_a_line_that_is_added_to_a_quote(self):
		found = item_details("Sales Item", ITEM, "en", "EUR", quantity=10)
		self.assertEqual((found["rate"], found["price_source"]), (90, "Price list · from 10"))
		quote = make_quote(make_opportunity(items=[{}]))
		quote.append("items", {"row_type": "Priced", "item": ITEM, "quantity": 20})
		quote.save()
		self.assertEqual((quote.items[1].rate, quote.items[1].list_price), (90, 90))

	def test_another_item_has_another_price(self):
		doc, line = self.line(10)
		line.item = make_item().name
		doc.save()
		self.assertEqual((line.rate, line.list_price, line.price_source or ""), (1000, 0, ""))

	def test_another_customer_or_currency_has_another_price(self):
		set_exchange_rates(CHF=2)
		for values, expected in (
			({"party": self.dealer}, 80),
			({"transaction_currency": "CHF", "conversion_rate": None}, 120),
			({"party": self.dealer, "transaction_currency": "CHF", "conversion_rate": None}, 40),
		):
			for is_typed in (False, True):
				doc, _line = self.line(1, line={"rate": 97} if is_typed else {})
				prices_in = {"transaction_currency": "EUR", "conversion_rate": 1}
				doc.update(calculate({**doc.as_dict(), **values, "__prices_in": prices_in}))
				doc.update(values)
				doc.save()
				line = doc.items[0]
				with self.subTest(is_typed=is_typed, **values):
					self.assertEqual(line.list_price, expected)
					typed = 48.5 if "transaction_currency" in values else 97
					self.assertEqual(line.rate, typed if is_typed else expected)

	def test_the_quote_of_another_customer_or_day_has_another_price(self):
		item = frappe.get_doc("Sales Item", ITEM)
		item.append("prices", {"price": 70, "valid_from": add_days(nowdate(), 20)})
		item.save()
		doc, _line = self.line(1)
		quote = make_quote(doc)
		quote.append("items", {"row_type": "Optional", "item": ITEM, "quantity": 1})
		quote.append("items", {"row_type": "Optional", "item": ITEM, "quantity": 1, "rate": 97})
		quote.save()
		quote.update({"quote_date": add_days(nowdate(), 20), "valid_until": add_days(nowdate(), 40)})
		quote.save()
		self.assertEqual([row.rate for row in quote.items], [70, 70, 97])
		doc.reload()
		doc.party = self.dealer
		doc.save()
		quote.reload()
		self.assertEqual([row.rate for row in quote.items], [80, 80, 97])

	def test_what_cannot_be_meant_is_refused(self):
		for row in (
			{"price": -1},
			{"price": 1, "minimum_quantity": -1},
			{"price": 1, "valid_from": "2026-02-01", "valid_to": "2026-01-31"},
		):
			doc = frappe.get_doc("Sales Item", ITEM)
			doc.append("prices", row)
			with self.subTest(row), self.assertRaises(PriceListError):
				doc.save()

	def test_switched_off_there_is_the_price_of_the_item_only(self):
		self.addCleanup(save_settings, use_price_lists=1)
		save_settings(use_price_lists=0)
		line = self.line(10)[1]
		self.assertEqual((line.rate, line.price_source or ""), (100, ""))
		self.assertTrue(frappe.get_meta("Sales Item").get_field("prices").hidden)
