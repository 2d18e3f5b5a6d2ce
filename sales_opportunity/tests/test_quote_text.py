"""Standard texts: filled in for the quote, checked when they are written, and kept within bounds."""

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote_text.quote_text import (
	CUSTOMER_PAGE,
	TemplateTextError,
	preview_text,
	render,
)
from sales_opportunity.tests.factories import make_class, make_item, make_opportunity, make_quote, make_user


class TestQuoteText(IntegrationTestCase):
	def text(self, content: str, text_type: str = "Introduction", **values):
		frappe.set_user("Administrator")
		values.update({"title": frappe.generate_hash(), "text_type": text_type, "language": "de"})
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

	def test_conditions_on_amounts_and_lines_are_right(self):
		for content in (
			"{% if doc.freight > 0 %}Freight{% endif %}",
			"{% for row in doc['items'] %}{{ row.item_name }} {{ money(row.rate * 2) }}{% endfor %}",
			"{{ day(doc.valid_until) }} {{ doc.valid_until.year }}",
		):
			with self.subTest(content):
				self.text(content, enabled=0)

	def test_a_text_that_goes_wrong_later_says_which_one_it_is(self):
		make_class("TEST-WRONG-TEXT")
		text = self.text("<p>Fine</p>", class_id="TEST-WRONG-TEXT")
		text.db_set("content", "{{ doc.no_such_field }}")
		opportunity = make_opportunity(class_id="TEST-WRONG-TEXT", items=[{}])
		with self.assertRaisesRegex(TemplateTextError, text.title):
			make_quote(opportunity)

	def test_the_place_for_the_customers_page_is_in_e_mails_only(self):
		link = '<p><a href="{{ customer_page }}">Online ansehen</a></p>'
		text = self.text(link, "Email", enabled=0)
		text.reload()
		self.assertIn(f'href="{CUSTOMER_PAGE}"', render(text.content, make_quote().as_dict()))
		with self.assertRaises(TemplateTextError):
			self.text(link)
		with self.assertRaises(TemplateTextError):
			self.text("<p>Anbei</p>", "Email", subject="{{ customer_page }}")

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

	def test_a_text_is_previewed_with_a_quote_before_it_is_saved(self):
		frappe.set_user("Administrator")
		quote = make_quote()
		shown = preview_text("<p>{{ doc.party_name }}<script>alert(1)</script></p>", quote.name)
		self.assertEqual(shown["error"], "")
		self.assertIn("Radhaus Nord GmbH", shown["html"])
		self.assertNotIn("<script", shown["html"])
		for content, error in (
			("<p>{{ doc.no_such_field }}</p>", "no_such_field"),
			("<p>Ja</p>\n{% if %}", "Line 2"),
			("{{ frappe.db.sql('select 1') }}", "frappe"),
		):
			with self.subTest(content):
				shown = preview_text(content, quote.name)
				self.assertEqual(shown["html"], "")
				self.assertIn(error, shown["error"])

	def test_only_who_writes_texts_and_reads_the_quote_previews_them(self):
		frappe.set_user("Administrator")
		quote = make_quote()
		frappe.set_user(make_user("text-seller@example.com", "Sales User").name)
		self.addCleanup(frappe.set_user, "Administrator")
		with self.assertRaises(frappe.PermissionError):
			preview_text("<p>x</p>", quote.name)

	def test_rich_texts_are_cleaned_of_scripts(self):
		frappe.set_user("Administrator")
		bad = '<p onclick="alert(1)">Gut<script>alert(2)</script><a href="javascript:alert(3)">x</a></p>'
		item = make_item("TEST-SCRIPT", description=bad)
		quote = make_quote(make_opportunity(items=[{"item": item.name}]))
		quote.update(
			{
				"introduction": bad,
				"closing": "<!-- markdown --><p>Gut<img src=x onclick=alert(1)></p>",
				"terms": bad,
			}
		)
		quote.items[0].description = bad
		quote.save()
		quote.reload()
		for text in (
			quote.introduction,
			quote.closing,
			quote.terms,
			quote.items[0].description,
			item.description,
		):
			self.assertIn("Gut", text)
			for part in ("<script", "onclick", "javascript:"):
				self.assertNotIn(part, text)
