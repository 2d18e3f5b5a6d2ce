"""Nobody stores a script: rich text is cleaned whatever way it comes in, plain text stays as typed or is refused."""

import json
import re
from html import unescape

import frappe
from frappe.client import insert, save, set_value
from frappe.desk.form.load import getdoc
from frappe.desk.form.save import savedocs
from frappe.model.rename_doc import rename_doc

from sales_opportunity.api import close_as_won
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.framework.ownership import own_doctypes
from sales_opportunity.patches import clean_texts
from sales_opportunity.portal.quote_page import page_of
from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import render_quote
from sales_opportunity.sales_opportunity.doctype.quote.revisions import copy_quote, new_revision
from sales_opportunity.sales_opportunity.doctype.quote.sending import email_text
from sales_opportunity.sales_opportunity.doctype.quote_text.quote_text import preview_text
from sales_opportunity.tests.factories import (
	make_class,
	make_fulfilment_request,
	make_item,
	make_opportunity,
	make_partner,
	make_quote,
)
from sales_opportunity.tests.settings import use_settings
from sales_opportunity.texts.cleaning import PLAIN, RICH, text_fields
from sales_opportunity.texts.plain_text import is_live

LIVE = re.compile(r"<(script|meta|link|style|base|form|iframe)|on\w+\s*=\s*[\"'a]|javascript:|position", re.I)

RICH_ATTACKS = (
	"<p>Gut</p><img src=x onerror=alert(1)>",
	'["Gut<img src=x onerror=alert(1)>"]',
	'<meta http-equiv="refresh" content="0;url=https://evil.example">Gut',
	"<!-- markdown -->Gut<script>alert(1)</script>",
	'<p style="position: fixed">Gut</p><link rel="stylesheet" href="//evil.example"><style>p {}</style>',
	'<a href="javascript:alert(1)">Gut</a><base href="//evil.example">',
)
PLAIN_ATTACKS = (
	"<img src=x onerror=alert(1)>",
	'["<img src=x onerror=alert(1)>"]',
	"<script>alert(1)</script>",
	'x" onmouseover="alert(1)',
	"&lt;img src=x onerror=alert(1)&gt;",
)
NAMES = ("A <B> & C", "O'Reilly <Tools> Ltd.", 'Rohr 3/4" <DN 20>', "5 < 6 & 7 > 6", '["<Tools>"]')


def fresh(doc):
	"""Return a document as it is stored."""
	return frappe.get_doc(doc.doctype, doc.name)


class TestStoredScripts(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(frappe.set_user, "Administrator")

		self.addCleanup(setattr, frappe.local, "response", frappe.local.response)
		frappe.local.response = frappe._dict(docs=[])

	def assert_clean(self, *texts: str):
		for text in texts:
			self.assertIn("Gut", text)
			self.assertNotRegex(text, LIVE)

	def test_rich_text_that_comes_with_the_submit_is_clean(self):
		for attack in RICH_ATTACKS:
			with self.subTest(attack):
				quote = make_quote()
				sent = quote.as_dict()
				sent.update({"introduction": attack, "terms": attack, "closing": attack})
				sent["items"][0].description = attack
				savedocs(frappe.as_json(sent), "Submit")
				quote.reload()
				self.assertEqual(quote.docstatus, 1)
				self.assert_clean(quote.introduction, quote.terms, quote.closing, quote.items[0].description)

	def test_rich_text_is_clean_in_every_document_and_row(self):
		partner = make_partner()
		for attack in RICH_ATTACKS:
			with self.subTest(attack):
				item = frappe.get_doc(
					{
						"doctype": "Sales Item",
						"item_code": frappe.generate_hash(),
						"item_name": "Rad",
						"unit": "Piece",
						"description": attack,
						"translations": [{"language": "en", "item_name": "Bike", "description": attack}],
					}
				).insert()
				item = fresh(item)
				self.assert_clean(item.description, item.translations[0].description)
				set_value("Business Partner", partner.name, "notes", attack)
				self.assert_clean(fresh(partner).notes)
				competitor = insert(
					{
						"doctype": "Sales Competitor",
						"competitor_name": frappe.generate_hash(),
						"notes": attack,
					}
				)
				self.assert_clean(frappe.db.get_value("Sales Competitor", competitor.name, "notes"))
				deal = make_opportunity(items=[{"description": attack}])
				self.assert_clean(fresh(deal).items[0].description)
				save(frappe.as_json({**deal.as_dict(), "stage": "Won"}))
				request = make_fulfilment_request(fresh(deal))
				self.assert_clean(fresh(request).items[0].description)

	def test_a_text_with_placeholders_keeps_them_and_its_result_is_clean(self):
		make_class("TEST-STORED")
		text = frappe.get_doc(
			{
				"doctype": "Quote Text",
				"title": frappe.generate_hash(),
				"text_type": "Introduction",
				"language": "de",
				"class_id": "TEST-STORED",
				"content": "<p>Gut {% if doc.net_total &gt; 0 %}{{ doc.label }}{% endif %}</p><script>alert(1)</script>"
				"{{ '<img src=x onerror=alert(1)>' }}{{ '<img src=x onerror=alert(2)>' | safe }}",
			}
		).insert()
		stored = fresh(text).content
		self.assertIn("{% if doc.net_total &gt; 0 %}{{ doc.label }}{% endif %}", stored)
		self.assertNotRegex(stored, "<(img|script)")
		quote = make_quote(make_opportunity(class_id="TEST-STORED", items=[{}]))
		self.assertNotIn("<img src=x", quote.introduction)
		self.assertNotRegex(quote.introduction.replace("&lt;img src=x onerror=alert(1)&gt;", ""), LIVE)
		shown = preview_text("<p>Gut</p>{{ '<img src=x onerror=alert(2)>' | safe }}", quote.name)
		self.assert_clean(shown["html"])

	def test_what_an_issued_quote_holds_since_long_is_clean_on_its_way_out(self):
		attack = '<meta http-equiv="refresh" content="0;url=//evil.example">Gut<img src=x onerror=alert(1)>'
		quote = make_quote()
		quote.submit()
		quote.db_set({"introduction": attack, "terms": attack, "closing": attack})
		quote.items[0].db_set("description", attack)
		quote = frappe.get_doc("Quote", quote.name)
		page = page_of(quote, "token").get_data(as_text=True)
		printed = frappe.get_print("Quote", quote.name)
		getdoc("Quote", quote.name)
		shown = frappe.response.docs[-1]
		for html in (page, printed):
			self.assertIn("Gut", html)
			self.assertNotIn("http-equiv", html)
			self.assertNotIn("onerror", html)
		self.assert_clean(shown.introduction, shown.terms, shown.closing, shown.items[0].description)
		self.assertTrue(render_quote(quote.name).startswith(b"%PDF"))
		clean_texts.execute()
		self.assertEqual(frappe.db.get_value("Quote", quote.name, "terms"), attack)

	def test_plain_text_that_would_run_is_refused_with_a_sentence(self):
		quote = make_quote()
		item = make_item("TEST-STORED-PLAIN")
		ways = (
			lambda text: make_partner(text),
			lambda text: set_value("Business Partner", make_partner().name, "payment_terms", text),
			lambda text: make_opportunity(title=text),
			lambda text: make_opportunity(items=[{"item_name": text}]),
			lambda text: set_value("Quote", quote.name, "subject", text),
			lambda text: savedocs(frappe.as_json({**quote.as_dict(), "label": text}), "Submit"),
			lambda text: set_value("Sales Opportunity Settings", "Sales Opportunity Settings", "city", text),
			lambda text: frappe.get_doc(
				{"doctype": "Class ID", "class_id": frappe.generate_hash(), "title": text}
			).insert(),
			lambda text: rename_doc("Sales Item", item.name, text),
		)
		for number, enter in enumerate(ways):
			for text in PLAIN_ATTACKS:
				with self.subTest(way=number, text=text), self.assertRaises(frappe.ValidationError):
					quote.reload()
					enter(text)

	def test_a_name_in_angle_brackets_stays_as_it_was_typed(self):
		for name in NAMES:
			with self.subTest(name):
				partner = make_partner(name)
				deal = make_opportunity(party=partner.name, items=[{"item_name": name}])
				quote = make_quote(deal)
				quote.update({"subject": name, "payment_terms": name})
				quote.submit()
				quote.reload()
				self.assertEqual(fresh(partner).partner_name, name)
				self.assertEqual((fresh(deal).title, deal.party_name, deal.items[0].item_name), (name,) * 3)
				self.assertEqual(
					(quote.party_name, quote.subject, quote.payment_terms, quote.items[0].item_name),
					(name,) * 4,
				)
				self.assertEqual(quote.address_display.split("\n")[0], name)
				page = page_of(quote, "token").get_data(as_text=True)
				for html in (page, frappe.get_print("Quote", quote.name)):
					self.assertNotIn("&amp;lt;", html)
				text = unescape(re.sub(r"<(?=[a-z/!])[^>]*>", "", page))
				self.assertGreaterEqual(text.count(name), 4)

	def test_an_address_that_the_framework_has_escaped_reads_as_it_was_typed(self):
		partner = make_partner()
		frappe.get_doc(
			{
				"doctype": "Address",
				"address_title": partner.name,
				"address_type": "Billing",
				"address_line1": "Halle <Nord> & C",
				"city": "Ulm",
				"country": "Germany",
				"links": [{"link_doctype": "Business Partner", "link_name": partner.name}],
			}
		).insert()
		quote = make_quote(make_opportunity(party=partner.name, items=[{}]))
		self.assertIn("Halle <Nord> & C", quote.address_display.split("\n"))

	def test_tasks_of_others_do_not_bring_in_what_would_run(self):
		deal = make_opportunity()
		frappe.get_doc(
			{
				"doctype": "ToDo",
				"description": "<p>Anruf &lt;img src=x onerror=alert(1)&gt;</p>",
				"date": "2099-01-01",
				"reference_type": "Sales Opportunity",
				"reference_name": deal.name,
			}
		).insert()
		deal.reload()
		self.assertEqual(deal.next_activity, "Anruf")
		deal.save()

	def test_what_was_stored_before_is_cleaned_by_the_patch(self):
		item, partner, quote = make_item("TEST-STORED-OLD"), make_partner(), make_quote()
		item.db_set("description", '["Gut<img src=x onerror=alert(1)>"]')
		partner.db_set(
			{"partner_name": "O'Reilly &lt;Tools&gt; Ltd. &amp; Co", "notes": "Gut<script>a()</script>"}
		)
		quote.db_set("subject", '["<img src=x onerror=alert(1)>"]')
		quote.items[0].db_set("description", "Gut<meta http-equiv=refresh content=0>")
		use_settings(self, managing_directors="A &lt;B&gt;")
		for _time in range(2):
			clean_texts.execute()
			self.assert_clean(fresh(item).description, fresh(partner).notes)
			self.assertEqual(fresh(partner).partner_name, "O'Reilly <Tools> Ltd. & Co")
			self.assertFalse(is_live(fresh(quote).subject))
			self.assert_clean(fresh(quote).items[0].description)
			self.assertEqual(
				frappe.db.get_single_value("Sales Opportunity Settings", "managing_directors"), "A <B>"
			)

	def test_the_patch_leaves_a_standard_text_that_would_not_work_any_more(self):
		loop = "{% for i in doc['items'] %}BODY{{ i.item_name }}{% endfor %}"
		rows = f"<table><tbody>{loop.replace('BODY', '<tr><td>Gut')}</td></tr></tbody></table>"
		rows = rows.replace("{% endfor %}</td></tr>", "</td></tr>{% endfor %}") + "<script>alert(1)</script>"
		torn = "<select>{% for i in doc['items'] %}</select>Gut{{ i.item_name }}{% endfor %}<script>alert(1)</script>"
		texts = {}
		for content in (rows, torn):
			text = frappe.get_doc(
				{
					"doctype": "Quote Text",
					"title": frappe.generate_hash(),
					"text_type": "Introduction",
					"language": "de",
					"content": "<p>Gut</p>",
					"enabled": 0,
				}
			).insert()
			text.db_set("content", content)
			texts[content] = text
		for _time in range(2):
			clean_texts.execute()
		self.assertNotIn("<script", fresh(texts[rows]).content)
		self.assertIn("<tbody>{% for", fresh(texts[rows]).content)
		self.assertIn("</tr>{% endfor %}</tbody>", fresh(texts[rows]).content)
		fresh(texts[rows]).save()
		self.assertEqual(fresh(texts[torn]).content, torn)
		self.assertTrue(frappe.db.exists("Error Log", {"method": ("like", f"%{texts[torn].name}%")}))

	def test_lists_and_report_views_get_harmless_texts(self):
		rich, plain = RICH_ATTACKS[0], PLAIN_ATTACKS[0]
		quote = make_quote()
		quote.submit()
		quote.db_set({"terms": rich, "subject": plain})
		quote.items[0].db_set({"description": rich, "item_name": plain})
		fields = ["`tabQuote`.`name`", "`tabQuote`.`terms`", "`tabQuote`.`subject`"]
		rows = [
			"`tabQuote Item`.`description` as 'Quote Item:description'",
			"`tabQuote Item`.`item_name` as 'Quote Item:item_name'",
		]
		for method in ("frappe.desk.reportview.get", "frappe.desk.reportview.get_list"):
			with self.subTest(method):
				answer = self.answered(
					method, doctype="Quote", fields=fields + rows, filters={"name": quote.name}, view="Report"
				)
				if isinstance(answer, dict):
					answer = [dict(zip(answer["keys"], row, strict=True)) for row in answer["values"]]
				self.assertEqual(answer[0]["name"], quote.name)
				self.assert_clean(answer[0]["terms"], answer[0]["Quote Item:description"])
				self.assertFalse(is_live(answer[0]["subject"]) or is_live(answer[0]["Quote Item:item_name"]))

	def answered(self, method: str, **values):
		frappe.local.form_dict = frappe._dict(
			{key: value if isinstance(value, str) else frappe.as_json(value) for key, value in values.items()}
		)
		self.addCleanup(frappe.local.form_dict.clear)
		frappe.local.form_dict.cmd = method
		method = frappe.get_hooks("override_whitelisted_methods").get(method, [method])[-1]
		return frappe.call(frappe.get_attr(method))

	def test_names_and_addresses_of_contacts_are_shown_harmlessly_however_the_framework_has_stored_them(self):
		partner = make_partner()
		links = [{"link_doctype": "Business Partner", "link_name": partner.name}]
		contact = frappe.get_doc({"doctype": "Contact", "first_name": "Anna", "links": links}).insert()
		address = frappe.get_doc(
			{
				"doctype": "Address",
				"address_title": partner.name,
				"address_type": "Billing",
				"address_line1": "Halle <B> Nord",
				"city": "Ulm",
				"country": "Germany",
				"links": links,
			}
		).insert()
		self.assertIn("Nord", make_quote(make_opportunity(party=partner.name, items=[{}])).address_display)
		for stored in ("Anna <B> Nord", "Anna <b> Nord</b>", "Anna &lt;B&gt; Nord", *PLAIN_ATTACKS):
			with self.subTest(stored):
				contact.db_set({"first_name": stored, "last_name": stored})
				address.db_set({"address_line1": stored, "address_line2": stored})
				frappe.clear_document_cache("Contact", contact.name)
				frappe.clear_document_cache("Address", address.name)
				quote = make_quote(make_opportunity(party=partner.name, items=[{}]))
				quote.submit()
				for text in (quote.contact_name, quote.salutation, quote.address_display):
					self.assertFalse(is_live(text or ""))
				if "Anna" in stored:
					self.assertIn("Nord", quote.contact_name)
					self.assertIn("Nord", quote.address_display)
				page = page_of(quote, "token").get_data(as_text=True)
				for html in (page, frappe.get_print("Quote", quote.name), email_text(quote)[1]):
					self.assertNotRegex(html, r"<img src=x|<[bB]> Nord|<script>alert|\" onmouseover=\"alert")
					self.assertNotIn("&amp;lt;", html)

	def issued_long_ago(self, text: str):
		quote = make_quote()
		quote.submit()
		quote.db_set({"subject": text, "payment_terms": text, "label": text})
		quote.items[0].db_set("item_name", text)
		frappe.get_doc("Sales Opportunity", quote.opportunity).items[0].db_set("item_name", "Rad")
		return fresh(quote)

	def test_a_deal_is_won_with_a_quote_that_was_issued_before_all_was_checked(self):
		for attack in PLAIN_ATTACKS:
			with self.subTest(attack):
				quote = self.issued_long_ago(attack)
				close_as_won(quote.opportunity, won_quote=quote.name)
				deal = frappe.get_doc("Sales Opportunity", quote.opportunity)
				self.assertEqual(deal.status, "Won")
				self.assertFalse(is_live(deal.items[0].item_name or ""))
				deal.closing_notes = "Danke"
				deal.save()
				self.assertEqual(fresh(quote).status, "Accepted")
				self.assertEqual(fresh(quote).items[0].item_name, attack)

	def test_a_quote_that_was_issued_before_all_was_checked_is_revised_and_copied(self):
		for attack in PLAIN_ATTACKS:
			with self.subTest(attack):
				quote = self.issued_long_ago(attack)
				for name in (
					new_revision(quote.name, "2099-12-31"),
					copy_quote(quote.name, "2099-12-31"),
				):
					draft = frappe.get_doc("Quote", name)
					for text in (draft.subject, draft.payment_terms, draft.items[0].item_name):
						self.assertFalse(is_live(text or ""))
				draft.items[0].item_name = "Rad"
				draft.submit()

	def test_every_text_field_goes_through_this_and_not_through_the_frameworks_filter(self):
		doctypes = own_doctypes()
		self.assertGreater(len(doctypes), 25)
		found = set()
		for doctype in doctypes:
			for field in text_fields(frappe.get_meta(doctype)):
				if not field.get("is_custom_field"):
					self.assertTrue(field.ignore_xss_filter, f"{doctype}: {field.fieldname}")
				found.add(field.fieldtype)
		self.assertTrue(found <= {*RICH, *PLAIN})
		kept = json.loads(frappe.as_json(frappe.get_hooks("doc_events")["*"]))
		self.assertIn("sales_opportunity.texts.cleaning.clean_document", str(kept))
