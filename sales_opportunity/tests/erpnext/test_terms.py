"""ERPNext's Terms and Conditions and the parts of its Product Bundles on quotes and orders."""

import frappe

from sales_opportunity.masters.adapters import get_item
from sales_opportunity.masters.terms_templates import link_terms_fields
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
)
from sales_opportunity.sales_opportunity.doctype.quote.print_context import quote_paper
from sales_opportunity.sales_opportunity.doctype.quote_text.quote_text import TemplateTextError
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote
from sales_opportunity.tests.erpnext.erp import (
	ERPNextTestCase,
	default_company,
	make_customer,
	make_deal,
	make_item,
	order_of,
	second_company,
	unit,
	win,
)
from sales_opportunity.tests.factories import get_or_make, make_class, set_exchange_rates


def make_terms(title: str, **values):
	text = f"<p>{title} vom {{{{ transaction_date }}}} für {{{{ customer_name }}}}</p>"
	return get_or_make("Terms and Conditions", title, title=title, terms=text, selling=1, **values)


class TestTerms(ERPNextTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		link_terms_fields()

	def test_class_or_company_choose_the_terms_and_the_order_gets_them(self):
		make_terms("AGB der Firma")
		make_terms("AGB der Klasse")
		frappe.get_doc("Company", default_company()).update({"default_selling_terms": "AGB der Firma"}).save()
		make_class("ERP-TERMS", terms_template="AGB der Klasse")
		for class_id, title in (("ERP-TERMS", "AGB der Klasse"), ("ERP-CLASS", "AGB der Firma")):
			with self.subTest(class_id):
				deal, quote = win(make_deal(class_id=class_id))
				self.assertEqual(quote.terms_template, title)
				self.assertEqual(quote.terms, f"<p>{title} vom {quote.quote_date} für {deal.party_name}</p>")
				self.assertIn(title, quote_paper(quote).terms)
				order = order_of(create_fulfilment_request(deal.name, "Order"))
				self.assertEqual(order.tc_name, title)
				self.assertIn(quote.terms, order.terms)

	def test_a_draft_has_the_terms_of_the_company_that_its_deal_moves_to(self):
		german, swiss = default_company(), second_company()
		set_exchange_rates(CHF=1.05)
		for title in ("AGB der Firma", "AGB der Schweiz", "AGB von Hand"):
			make_terms(title)
		frappe.get_doc("Company", german).update({"default_selling_terms": "AGB der Firma"}).save()
		for by_hand, of_swiss, expected in (
			(None, "AGB der Schweiz", "AGB der Schweiz"),
			("AGB von Hand", "AGB der Schweiz", "AGB von Hand"),
			(None, None, None),
		):
			with self.subTest(by_hand, of_swiss=of_swiss):
				frappe.get_doc("Company", swiss).update({"default_selling_terms": of_swiss}).save()
				deal = make_deal(company=german, transaction_currency="EUR")
				quote = frappe.get_doc("Quote", create_quote(deal.name, "2099-12-31"))
				if by_hand:
					quote.update({"terms_template": by_hand}).save()
				deal.reload()
				deal.update({"company": swiss}).save()
				quote.reload()
				self.assertEqual(quote.company, swiss)
				self.assertEqual(quote.terms_template, expected)
				self.assertNotIn("AGB der Firma", quote.terms or "")
				self.assertIn(expected or "", quote.terms or "")

	def test_terms_reach_the_quote_and_nothing_beyond(self):
		make_customer("Geheim AG")
		terms = make_terms("Weit")
		for text in (
			"{{ frappe.get_all('Customer') }}",
			"{% for a in range(1000) %}{% for b in range(1000) %}{{ a }}{% endfor %}{% endfor %}",
			"{{ doc.get_doc_before_save() }}",
			"{% if %}",
			"{{ no_such_field }}",
		):
			with self.subTest(text):
				terms.db_set("terms", text)
				quote = frappe.get_doc("Quote", create_quote(make_deal().name, "2099-12-31"))
				with self.assertRaisesRegex(TemplateTextError, "Weit"):
					quote.update({"terms_template": "Weit"}).save()
				make_class("ERP-WEIT", terms_template="Weit")
				frappe.local.message_log = []
				made = frappe.get_doc(
					"Quote", create_quote(make_deal(class_id="ERP-WEIT").name, "2099-12-31")
				)
				self.assertFalse(made.terms_template)
				self.assertIn("Weit", str(frappe.local.message_log))

	def test_terms_name_fields_as_on_a_quotation_and_as_in_other_texts(self):
		terms = make_terms("Namen")
		terms.db_set("terms", "<p>{{ customer_name }}, {{ doc.party_name }}, {{ class_id }}</p>")
		make_class("ERP-NAMEN", terms_template="Namen")
		deal = make_deal(class_id="ERP-NAMEN")
		quote = frappe.get_doc("Quote", create_quote(deal.name, "2099-12-31"))
		self.assertEqual(quote.terms, f"<p>{deal.party_name}, {deal.party_name}, ERP-NAMEN</p>")

	def test_terms_for_buying_are_not_the_companys(self):
		make_terms("Einkauf").db_set("selling", 0)
		frappe.get_doc("Company", default_company()).update({"default_selling_terms": "Einkauf"}).save()
		_deal, quote = win(make_deal())
		self.assertFalse(quote.terms_template)

	def test_a_bundle_says_its_parts_on_the_quote(self):
		for name, title in (("ERP-FRAME", "Rahmen"), ("ERP-WHEEL", "Rad & Co")):
			make_item(name, item_name=title)
		item = make_item("ERP-KIT", is_stock_item=0, description="Everything for a bicycle")
		frappe.get_doc(
			{
				"doctype": "Product Bundle",
				"new_item_code": item.name,
				"items": [
					{"item_code": "ERP-FRAME", "qty": 1, "uom": unit()},
					{"item_code": "ERP-WHEEL", "qty": 1200, "uom": unit()},
				],
			}
		).insert()
		self.assertFalse(get_item("Item", item.name).is_service)
		deal, quote = win(make_deal([{"item": item.name}]))
		printed = quote_paper(quote).lines[0].description
		self.assertIn("Everything for a bicycle", printed)
		self.assertIn(f"<li>1 {unit()} Rahmen</li>", printed)
		self.assertIn(f"<li>1.200 {unit()} Rad &amp; Co</li>", printed)
		order = order_of(create_fulfilment_request(deal.name, "Order"))
		self.assertIn("Rahmen", order.items[0].description)
