"""ERPNext's items on lines: texts, units, tax, and the price that the customer has."""

import frappe
from frappe.desk.query_report import run
from frappe.utils import add_days, getdate

from sales_opportunity.exchange_rates import currencies_in_use, exchange_rate
from sales_opportunity.masters.adapters import Sale, get_item
from sales_opportunity.reporting.item_groups import group_doctype
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
)
from sales_opportunity.sales_opportunity.doctype.quote.amounts import item_details
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import calculate
from sales_opportunity.tests.erpnext.erp import (
	ERPNextTestCase,
	default_company,
	make_customer,
	make_deal,
	make_item,
	make_price,
	order_of,
	unit,
	win,
)
from sales_opportunity.tests.factories import get_or_make

TWELVE_AND_A_HALF = {"rate_or_discount": "Discount Percentage", "discount_percentage": 12.5}


def make_exchange(currency: str, rate: float, day=None):
	return frappe.get_doc(
		{
			"doctype": "Currency Exchange",
			"date": day or getdate(),
			"from_currency": currency,
			"to_currency": "EUR",
			"exchange_rate": rate,
			"for_selling": 1,
			"for_buying": 0,
		}
	).insert()


def make_rule(title: str, item: str, min_qty: float, **values):
	"""Return a Pricing Rule for an item from a quantity on."""
	rule = {"title": title, "apply_on": "Item Code", "items": [{"item_code": item}], "min_qty": min_qty}
	return frappe.get_doc(
		{"doctype": "Pricing Rule", "selling": 1, "currency": "EUR", **rule, **values}
	).insert()


def price_of(row) -> tuple[float, float]:
	"""Return the price of a line and its discount in %."""
	return row.rate, row.discount_percentage


class TestItems(ERPNextTestCase):
	def test_an_item_says_what_lines_need(self):
		make_item("ERP-LAMP", 20, percent=7, description="<p>Bright</p>", lead_time_days=9)
		item = get_item("Item", "ERP-LAMP", sale=Sale(None, None, "EUR", 1))
		self.assertEqual((item.title, item.description, item.unit), ("Erp-Lamp", "<p>Bright</p>", unit()))
		self.assertEqual((item.tax_rate, item.is_service, item.lead_time_days), ("7 %", False, 9))
		self.assertTrue(get_item("Item", make_item("ERP-HOUR", is_stock_item=0).name).is_service)

	def test_a_report_by_an_item_group_takes_in_the_groups_below(self):
		above = get_or_make("Item Group", "Fahrzeuge", item_group_name="Fahrzeuge", is_group=1)
		for name, parent in (("Lastenräder", above.name), ("Zubehör", None)):
			group = get_or_make("Item Group", name, item_group_name=name, parent_item_group=parent)
			make_deal([{"item": make_item(f"ERP-{name}", item_group=group.name).name}])
		for group, deals in (("Fahrzeuge", 1), ("Lastenräder", 1), ("Zubehör", 1)):
			filters = {"item_group": group, "period": "Year"}
			rows = run("Revenue Forecast", filters)["result"]
			self.assertEqual([row["deals"] for row in rows if row.get("is_total")], [deals], group)
		self.assertEqual(group_doctype(), "Item Group")

	def test_no_tax_is_looked_up_where_nothing_is_sold(self):
		make_item("ERP-LAMP", 20, percent=7)
		get_item("Item", "ERP-LAMP")
		with self.assertQueryCount(0):
			self.assertFalse(get_item("Item", "ERP-LAMP").is_service)

	def test_a_line_has_the_customers_price(self):
		make_item("ERP-PRICED", 100)
		own = frappe.get_doc(
			{
				"doctype": "Price List",
				"price_list_name": "Händler",
				"currency": "EUR",
				"selling": 1,
				"enabled": 1,
			}
		).insert()
		make_price("ERP-PRICED", 80, price_list=own.name)
		make_price("ERP-PRICED", 70, price_list=own.name, valid_from=add_days(getdate(), 30))
		dealer = make_customer("Händler Huber", default_price_list=own.name)
		special = make_customer("Sonder Huber")
		make_price("ERP-PRICED", 60, customer=special.name)
		for customer, price in ((make_customer().name, 100), (dealer.name, 80), (special.name, 60)):
			with self.subTest(customer):
				deal = make_deal([{"item": "ERP-PRICED"}], customer=customer)
				self.assertEqual(deal.items[0].rate, price)
				details = item_details(
					"Item", "ERP-PRICED", "de", "EUR", 1, party_type="Customer", party=customer, quantity=1
				)
				self.assertEqual(details["rate"], price)

	def test_a_pricing_rule_counts_from_its_quantity_on(self):
		make_item("ERP-RULED", 100)
		make_rule("Ten and more", "ERP-RULED", 10, **TWELVE_AND_A_HALF)
		deal = make_deal([{"item": "ERP-RULED", "quantity": quantity} for quantity in (9, 10)])
		self.assertEqual([(row.rate, row.discount_percentage) for row in deal.items], [(100, 0), (100, 12.5)])
		deal, quote = win(deal)
		order = order_of(create_fulfilment_request(deal.name, "Order"))
		self.assertEqual(order.grand_total, quote.gross_total)
		for agreed, expected in (
			({}, (100, 12.5)),
			({"rate": 80}, (80, 0)),
			({"rate": 80, "discount_percentage": 5}, (80, 5)),
			({"discount_percentage": 5}, (100, 5)),
		):
			with self.subTest(agreed):
				quote = frappe.get_doc("Quote", create_quote(make_deal().name, "2099-12-31"))
				line = {"item_type": "Item", "item": "ERP-RULED", "quantity": 10, **agreed}
				quote.append("items", {"row_type": "Priced", **line})
				quote.save()
				quote.reload()
				row = quote.items[-1]
				self.assertEqual((row.rate, row.discount_percentage), expected)

	def test_another_quantity_has_the_price_of_its_rule(self):
		make_item("ERP-SCALED", 100)
		make_rule("Hundred and more", "ERP-SCALED", 100, rate_or_discount="Rate", rate=80)
		deal = make_deal([{"item": "ERP-SCALED", "quantity": 1}])
		row = deal.items[0]
		self.assertEqual(row.rate, 100)
		row.quantity = 100
		deal.save()
		row = deal.reload().items[0]
		self.assertEqual(row.rate, 80)
		self.assertIn("Hundred and more", row.price_source)
		row.update({"quantity": 1, "rate": 75})
		deal.save()
		self.assertEqual(deal.reload().items[0].rate, 75)

	def test_another_quantity_has_the_discount_of_its_rule_in_both_directions(self):
		make_item("ERP-BREAK", 100)
		make_rule("Ten and more off", "ERP-BREAK", 10, **TWELVE_AND_A_HALF)
		deal = make_deal([{"item": "ERP-BREAK", "quantity": 9}])
		quote = frappe.get_doc("Quote", create_quote(deal.name, "2099-12-31"))
		for doc in (deal, quote):
			doc.reload()
			for quantity, expected in ((10, (100, 12.5)), (9, (100, 0)), (12, (100, 12.5)), (9, (100, 0))):
				with self.subTest(doc.doctype, quantity=quantity):
					doc.items[0].quantity = quantity
					doc.save()
					self.assertEqual(price_of(doc.reload().items[0]), expected)
		self.assertEqual(price_of(deal.reload().items[0]), (100, 0))

	def test_a_discount_that_was_typed_or_whose_price_was_stays_with_another_quantity(self):
		make_item("ERP-TYPED", 100)
		make_rule("Ten and more typed", "ERP-TYPED", 10, **TWELVE_AND_A_HALF)
		for typed, quantities in (
			({"discount_percentage": 5}, (9, 10, 9)),
			({"discount_percentage": 5}, (10, 9, 10)),
			({"rate": 90}, (9, 10, 9)),
			({"rate": 90, "discount_percentage": 12.5}, (10, 9)),
		):
			deal = make_deal([{"item": "ERP-TYPED", "quantity": quantities[0], **typed}])
			agreed = price_of(deal.items[0])
			for quantity in quantities[1:]:
				with self.subTest(typed, quantity=quantity):
					deal.items[0].quantity = quantity
					deal.save()
					self.assertEqual(price_of(deal.items[0]), agreed)

	def test_the_forms_bring_the_discount_of_the_quantity_before_they_are_saved(self):
		make_item("ERP-FORM", 100)
		make_rule("Ten and more in the form", "ERP-FORM", 10, **TWELVE_AND_A_HALF)
		deal = make_deal([{"item": "ERP-FORM", "quantity": 9}])
		for quantity, expected in ((10, 12.5), (9, 0), (10, 12.5)):
			sent = deal.as_dict()
			sent["items"][0]["quantity"] = quantity
			deal.update(calculate(sent))
			self.assertEqual(price_of(deal.items[0]), (100, expected))
			asked = item_details("Item", "ERP-FORM", "de", "EUR", 1, quantity=quantity)
			self.assertEqual((asked["discount_percentage"], asked["list_discount"]), (expected, expected))
		deal.save()
		self.assertEqual(price_of(deal.reload().items[0]), (100, 12.5))

	def test_another_item_has_no_discount_of_the_rule_of_the_former_one(self):
		make_item("ERP-FORMER", 100)
		make_item("ERP-LATTER", 50)
		make_rule("Ten and more formerly", "ERP-FORMER", 10, **TWELVE_AND_A_HALF)
		for typed, expected in (({}, (50, 0)), ({"discount_percentage": 5}, (50, 5))):
			deal = make_deal([{"item": "ERP-FORMER", "quantity": 10, **typed}])
			with self.subTest(typed):
				deal.items[0].item = "ERP-LATTER"
				deal.save()
				self.assertEqual(price_of(deal.items[0]), expected)

	def test_a_unit_has_its_price_by_its_conversion(self):
		box = get_or_make("UOM", "ERP-Karton", uom_name="ERP-Karton").name
		make_item("ERP-BOXED", 3, sales_uom=box, uoms=[{"uom": box, "conversion_factor": 12}])
		deal, _quote = win(make_deal([{"item": "ERP-BOXED", "quantity": 2}]))
		self.assertEqual((deal.items[0].unit, deal.items[0].rate), (box, 36))
		(row,) = order_of(create_fulfilment_request(deal.name, "Order")).items
		self.assertEqual((row.uom, row.conversion_factor, row.stock_qty), (box, 12, 24))

	def test_what_cannot_be_sold_is_refused_with_the_reason(self):
		attribute = get_or_make(
			"Item Attribute",
			"ERP-Farbe",
			attribute_name="ERP-Farbe",
			item_attribute_values=[{"attribute_value": "Rot", "abbr": "R"}],
		)
		make_item("ERP-TEMPLATE", None, has_variants=1, attributes=[{"attribute": attribute.name}])
		make_item(
			"ERP-TEMPLATE-R",
			None,
			variant_of="ERP-TEMPLATE",
			attributes=[{"attribute": attribute.name, "attribute_value": "Rot"}],
		)
		make_item("ERP-OLD", end_of_life=add_days(getdate(), -1))
		make_item("ERP-OWN", is_sales_item=0)
		make_item("ERP-OFF", disabled=1)
		for item, reason in (
			("ERP-TEMPLATE", "ERP-TEMPLATE-R"),
			("ERP-OLD", "end of its life"),
			("ERP-OWN", "not for sale"),
			("ERP-OFF", "disabled"),
		):
			with self.subTest(item), self.assertRaisesRegex(frappe.ValidationError, reason):
				make_deal([{"item": item}])

	def test_units_and_tax_rates_of_erpnext_are_there_for_lines(self):
		unit_name = frappe.get_doc(
			{"doctype": "UOM", "uom_name": "ERP-Fuder", "must_be_whole_number": 1}
		).insert()
		self.assertTrue(frappe.db.get_value("Sales Unit", unit_name.name, "whole_numbers_only"))
		account = frappe.db.get_value("Account", {"tax_rate": 19, "account_type": "Tax", "is_group": 0})
		template = {"title": "ERP-Erzeuger", "company": default_company()}
		rows = [{"tax_type": account, "tax_rate": 5.5}]
		frappe.get_doc({"doctype": "Item Tax Template", **template, "taxes": rows}).insert()
		self.assertTrue(frappe.db.exists("Sales Tax Rate", {"rate": 5.5}))


class TestRates(ERPNextTestCase):
	def test_a_deal_is_valued_at_erpnexts_rate_of_the_day(self):
		make_exchange("USD", 0.8, add_days(getdate(), -3))
		make_exchange("USD", 0.9, add_days(getdate(), -1))
		self.assertEqual(exchange_rate("USD"), 0.9)
		self.assertEqual(exchange_rate("USD", add_days(getdate(), -2)), 0.8)

	def test_currencies_of_customers_are_in_use(self):
		make_customer(default_currency="SEK")
		self.assertIn("SEK", currencies_in_use(frappe.get_doc("Sales Opportunity Settings")))

	def test_a_foreign_customer_has_prices_and_an_order_in_its_currency(self):
		make_exchange("USD", 0.8)
		make_item("ERP-ABROAD", 100)
		customer = make_customer("Bike Inc", default_currency="USD", language="en")
		deal, quote = win(make_deal([{"item": "ERP-ABROAD", "quantity": 3}], customer=customer.name))
		self.assertEqual((deal.transaction_currency, deal.items[0].rate), ("USD", 125))
		order = order_of(create_fulfilment_request(deal.name, "Order"))
		self.assertEqual((order.currency, order.conversion_rate), ("USD", 0.8))
		self.assertEqual((order.grand_total, order.base_net_total), (quote.gross_total, quote.base_net_total))
