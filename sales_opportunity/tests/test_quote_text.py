"""Standard texts: filled in for the quote, checked when they are written, and kept within bounds."""

import frappe

from sales_opportunity.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote_text.quote_text import TemplateTextError
from sales_opportunity.tests.factories import make_class, make_opportunity, make_quote


class TestQuoteText(IntegrationTestCase):
	def text(self, content: str):
		frappe.set_user("Administrator")
		values = {"title": frappe.generate_hash(), "text_type": "Introduction", "language": "de"}
		return frappe.get_doc({"doctype": "Quote Text", "content": content, **values}).insert()

	def test_placeholders_are_filled_in_the_quotes_language_and_then_belong_to_the_quote(self):
		make_class("TEST-TEXTS")
		text = self.text(
			"<p>{{ doc.party_name }}, {{ day(doc.valid_until) }}, {{ money(doc.net_total) }}</p>"
		)
		text.update({"class_id": "TEST-TEXTS"})
		text.save()
		quote = make_quote(make_opportunity(class_id="TEST-TEXTS", items=[{}]))
		self.assertEqual(
			quote.introduction, "<p>Radhaus Nord GmbH, 31.12.2099, 1.000,00\N{NO-BREAK SPACE}€</p>"
		)
		text.content = "<p>Anders</p>"
		text.save()
		quote.introduction = "<p>Nur für Sie</p>"
		quote.save()
		quote.reload()
		self.assertEqual(quote.introduction, "<p>Nur für Sie</p>")

	def test_the_author_sees_what_is_wrong_with_a_text(self):
		for content in ("{{ doc.no_such_field }}", "{% if %}", "{{ doc.party_name", "{{ typo }}"):
			with self.subTest(content), self.assertRaises(TemplateTextError):
				self.text(content)

	def test_a_text_does_not_reach_beyond_the_quote(self):
		for content in (
			"{{ frappe.db.sql('select 1') }}",
			"{{ frappe.get_all('User') }}",
			"{{ doc.delete() }}",
			"{{ doc.__class__.__mro__ }}",
			"{{ day.__globals__ }}",
		):
			with self.subTest(content), self.assertRaises(TemplateTextError):
				self.text(content)
