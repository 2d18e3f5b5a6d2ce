"""Another app's DocTypes as partner and item: the example of docs/data-model.md, on real DocTypes."""

import importlib

import frappe

from sales_opportunity.api import close_as_won
from sales_opportunity.masters.adapters import UnknownMasterError, extend_bootinfo, registered_types
from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import render_quote
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import calculate
from sales_opportunity.sales_opportunity.report.customer_journey import customer_journey
from sales_opportunity.tests.factories import make_class, make_item, make_partner, make_quote, make_user
from sales_opportunity.tests.foreign_doctypes import ForeignDocTypesTestCase
from sales_opportunity.tests.papers import text_of
from sales_opportunity.tests.shop import (
	ARTICLE_FIELDS,
	CUSTOMER_FIELDS,
	documented,
	executed,
	make_article,
	make_customer,
	make_opportunity,
	shop_installed,
)


class TestForeignMasters(ForeignDocTypesTestCase):
	doctypes = (("Shop Customer", CUSTOMER_FIELDS, "full_name"), ("Shop Article", ARTICLE_FIELDS, "title"))

	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(frappe.set_user, "Administrator")

	def test_from_a_foreign_partner_and_items_to_the_paper(self):
		customer = make_customer(abroad=1, tax_number="FR74999482136", default_currency="EUR")
		links = [{"link_doctype": "Shop Customer", "link_name": customer.name}]
		address = frappe.get_doc(
			{
				"doctype": "Address",
				"address_title": "Nord",
				"address_line1": "12 rue du Moulin",
				"pincode": "59000",
				"city": "Lille",
				"country": "France",
				"links": links,
			}
		).insert()
		contact = frappe.get_doc(
			{"doctype": "Contact", "first_name": "Claire", "last_name": "Martin", "links": links}
		).insert()
		with shop_installed():
			opportunity = make_opportunity(customer, make_article())
			quote = make_quote(opportunity)
			quote.submit()
			text = text_of(render_quote(quote.name))

		(line,) = opportunity.items
		self.assertEqual(
			(line.item_name, line.unit, line.rate, line.amount), ("Fahrradklingel", "Piece", 20, 200)
		)
		self.assertEqual((opportunity.party_name, opportunity.amount), ("Cycles du Nord SARL", 200))
		self.assertEqual((quote.address, quote.contact), (address.name, contact.name))
		self.assertEqual((quote.language, quote.tax_treatment, quote.tax_total), ("en", "Reverse Charge", 0))
		for words in (
			"Cycles du Nord SARL",
			"Claire Martin",
			"12 rue du Moulin",
			"Bicycle Bell",
			"FR74999482136",
			"30 days net",
			"VAT-exempt intra-Community supply of goods.",
			"€200.00",
		):
			self.assertIn(words, text)

	def test_price_tax_and_currency_follow_the_adapters(self):
		customer = make_customer(default_currency="CHF", language="de")
		articles = make_article(), make_article(net_price=100, reduced_tax=1)
		with shop_installed():
			opportunity = make_opportunity(customer, *articles, conversion_rate=0.5)
			quote = make_quote(opportunity)
		self.assertEqual(opportunity.transaction_currency, "CHF")
		self.assertEqual([row.rate for row in opportunity.items], [40, 200])
		self.assertEqual((opportunity.amount, opportunity.base_amount), (2400, 1200))
		self.assertEqual([row.item_name for row in quote.items], ["Fahrradklingel", "Fahrradklingel"])
		self.assertEqual(
			sorted((tax.tax_rate, tax.tax_amount) for tax in quote.taxes), [("19 %", 76), ("7 %", 140)]
		)

	def test_a_sold_out_article_is_not_offered(self):
		with shop_installed(), self.assertRaises(frappe.ValidationError):
			make_opportunity(make_customer(), make_article(sold_out=1))

	def test_the_role_is_told_by_the_apps_own_function(self):
		customer = make_customer()
		with shop_installed():
			opportunity = make_opportunity(customer, make_article())
			make_quote(opportunity).submit()
			self.assertFalse(frappe.db.get_value("Shop Customer", customer.name, "has_bought"))
			close_as_won(opportunity.name)
		self.assertTrue(frappe.db.get_value("Shop Customer", customer.name, "has_bought"))

	def test_a_salesperson_works_with_them_like_with_the_built_in_ones(self):
		make_class()
		customer, article = make_customer(), make_article()
		seller = make_user("shop-seller@example.com", "Sales User").name
		frappe.set_user(seller)
		with shop_installed():
			quote = make_quote(make_opportunity(customer, article))
			quote.submit()
		self.assertEqual(quote.status, "Issued")

	def test_both_kinds_stand_side_by_side(self):
		with shop_installed():
			self.assertEqual(
				registered_types(),
				{"party": ["Shop Customer", "Business Partner"], "item": ["Shop Article", "Sales Item"]},
			)
			opportunity = make_opportunity(make_customer(), make_article())
			opportunity.append("items", {"item": make_item().name, "quantity": 1})
			opportunity.save()
			self.assertEqual([row.item_type for row in opportunity.items], ["Shop Article", "Sales Item"])
			self.assertEqual(len(make_quote(opportunity).items), 2)

	def test_nothing_breaks_without_the_built_in_ones(self):
		customer, article, partner = make_customer(), make_article(), make_partner()
		with shop_installed(without_built_ins=True):
			self.assertEqual(registered_types(), {"party": ["Shop Customer"], "item": ["Shop Article"]})
			opportunity = make_opportunity(customer)
			computed = calculate({**opportunity.as_dict(), "items": [{"item": article.name, "quantity": 2}]})
			self.assertEqual((computed["items"][0]["item_type"], computed["amount"]), ("Shop Article", 40))
			opportunity.append("items", {"item": article.name, "quantity": 2})
			opportunity.save()
			make_quote(opportunity).submit()
			with self.assertRaises(UnknownMasterError):
				make_opportunity(partner, party_type="Business Partner")

	def test_reports_ask_for_the_masters_that_are_there(self):
		customer, article = make_customer(), make_article()
		for without_built_ins, party, item in (
			(False, "Business Partner", "Sales Item"),
			(True, "Shop Customer", "Shop Article"),
		):
			with self.subTest(party), shop_installed(without_built_ins=without_built_ins):
				bootinfo = frappe._dict()
				extend_bootinfo(bootinfo)
				self.assertEqual(bootinfo.sales_opportunity_default_masters, {"party": party, "item": item})
		with shop_installed(without_built_ins=True):
			opportunity = make_opportunity(customer, article)
			_columns, rows, *_more = customer_journey.execute({"party": customer.name})
			self.assertIn(opportunity.name, [row["opportunity"] for row in rows])

	def test_an_adapter_that_names_what_does_not_exist_is_told_so(self):
		customer = make_customer()
		with shop_installed():
			shop = importlib.import_module("shop.selling")
			article_as_item = shop.article_as_item

			def with_other_unit(name, language):
				item = article_as_item(name, language)
				return type(item)(**{**vars(item), "unit": "Dutzend"})

			shop.article_as_item = with_other_unit
			with self.assertRaises(UnknownMasterError) as raised:
				make_opportunity(customer, make_article())
		self.assertIn("Dutzend", str(raised.exception))

	def test_the_documented_dashboard_is_like_the_one_of_business_partners(self):
		from sales_opportunity.sales_opportunity.doctype.business_partner import business_partner_dashboard

		own = business_partner_dashboard.get_data()
		documented_one = executed(documented()[2])["get_data"]()
		own["dynamic_links"]["party"][0] = "Shop Customer"
		self.assertEqual(documented_one, own)
