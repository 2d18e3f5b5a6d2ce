"""What was asked for of quotes, sentence by sentence: one test per sentence, in their order."""

import hashlib
import io
import re
from pathlib import Path

import frappe
from pypdf import PdfReader

from sales_opportunity.sales_opportunity.doctype.quote.frozen_paper import frozen_pdf
from sales_opportunity.sales_opportunity.doctype.quote.revisions import copy_quote, new_revision
from sales_opportunity.sales_opportunity.doctype.quote.sending import email_draft, send_quote
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import (
	create_quote,
	default_validity,
)
from sales_opportunity.tests.factories import make_class, make_item, make_opportunity, make_partner, make_user
from sales_opportunity.tests.mailing import MailingTestCase

SELLER = "seller@acceptance.example"
CLASS = "ACCEPT-QUOTES"
TEXTS = (
	("de", "Introduction", "Einleitung Abnahme", "<p>Gerne bieten wir {{ doc.party_name }} an:</p>"),
	("en", "Introduction", "Introduction Acceptance", "<p>We offer to {{ doc.party_name }}:</p>"),
	("de", "Terms", "Bedingungen Abnahme", "<p>Es gelten unsere AGB.</p>"),
	("en", "Terms", "Terms Acceptance", "<p>Our general terms apply.</p>"),
)


class TestMakingAQuote(MailingTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_user(SELLER, "Sales User")
		make_class(CLASS, validity_days=21)
		make_item(
			"ACCEPT-CARGO",
			item_name="Lastenrad",
			description="<p>Mit zwei Akkus</p>",
			price=4_000,
			translations=[
				{"language": "en", "item_name": "Cargo bike", "description": "<p>With two batteries</p>"}
			],
		)
		for language, text_type, title, content in TEXTS:
			if not frappe.db.exists("Quote Text", title):
				values = {"title": title, "text_type": text_type, "language": language, "content": content}
				frappe.get_doc({"doctype": "Quote Text", "class_id": CLASS, **values}).insert()

	def opportunity(self, language: str = "de"):
		"""Return an opportunity over two cargo bikes of the seller, who is now at the desk."""
		frappe.set_user("Administrator")
		opportunity = make_opportunity(
			party=make_partner(language=language).name,
			class_id=CLASS,
			opportunity_owner=SELLER,
			items=[{"item": "ACCEPT-CARGO", "quantity": 2}],
		)
		frappe.set_user(SELLER)
		return opportunity

	def quote(self, language: str = "de"):
		return frappe.get_doc("Quote", create_quote(self.opportunity(language).name, "2099-12-31"))

	def paper(self, quote) -> str:
		"""Return the text of the frozen PDF, with single spaces."""
		pages = PdfReader(io.BytesIO(frozen_pdf(quote))).pages
		return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))

	def test_one_click_makes_a_complete_quote_with_the_details_of_the_order(self):
		quote = self.quote()
		self.assertEqual(
			[(row.item, row.quantity, row.rate) for row in quote.items], [("ACCEPT-CARGO", 2, 4_000)]
		)
		self.assertEqual((quote.net_total, quote.tax_total, quote.gross_total), (8_000, 1_520, 9_520))
		self.assertTrue(quote.address_display and quote.introduction and quote.terms)

	def test_only_the_validity_is_entered_and_even_that_is_proposed(self):
		proposed = default_validity(self.opportunity().name)
		self.assertEqual(proposed, frappe.utils.add_days(frappe.utils.nowdate(), 21))

	def test_the_quote_is_made_as_a_pdf_file_in_the_customers_language(self):
		for language, texts in (
			(
				"de",
				(
					"Angebot",
					"Gültig bis 31.12.2099",
					"Lastenrad",
					"Mit zwei Akkus",
					"Gerne bieten wir",
					"9.520,00 €",
				),
			),
			(
				"en",
				(
					"Quote",
					"Valid Until 31 Dec 2099",
					"Cargo bike",
					"With two batteries",
					"We offer",
					"€9,520.00",
				),
			),
		):
			quote = self.quote(language)
			quote.submit()
			paper = self.paper(quote)
			for text in (quote.name, *texts):
				with self.subTest(language, text=text):
					self.assertIn(text, paper)
			self.assertTrue(Path(frappe.get_doc("File", quote.pdf_file).get_full_path()).suffix == ".pdf")

	def test_it_is_sent_straight_from_the_system(self):
		quote = self.quote()
		draft = email_draft(quote.name)
		self.deliver(send_quote(quote.name, "einkauf@kunde.example", draft["subject"], draft["content"]))
		quote.reload()
		[message] = self.inbox.received
		[attachment] = message.iter_attachments()
		sent = hashlib.sha256(attachment.get_payload(decode=True)).hexdigest()
		self.assertEqual((quote.status, sent), ("Sent", quote.pdf_sha256))

	def test_standard_texts_and_descriptions_of_items_are_used(self):
		quote = self.quote()
		self.assertEqual(quote.introduction, "<p>Gerne bieten wir Radhaus Nord GmbH an:</p>")
		self.assertEqual(quote.terms, "<p>Es gelten unsere AGB.</p>")
		self.assertEqual(quote.items[0].description, "<p>Mit zwei Akkus</p>")

	def test_texts_are_made_individual_for_this_customer_where_needed(self):
		quote = self.quote()
		quote.introduction = "<p>Wie am Telefon besprochen, mit kostenloser Einweisung:</p>"
		quote.items[0].description = "<p>In Ihrer Hausfarbe</p>"
		quote.save()
		quote.submit()
		paper = self.paper(quote)
		self.assertIn("Wie am Telefon besprochen", paper)
		self.assertIn("In Ihrer Hausfarbe", paper)
		self.assertNotIn("Gerne bieten wir", paper)

	def test_quantities_and_items_are_adjusted_in_the_primary_quote_itself(self):
		quote = self.quote()
		quote.items[0].quantity = 3
		quote.append("items", {"row_type": "Priced", "item": "ACCEPT-CARGO", "quantity": 1, "rate": 3_500})
		quote.save()
		opportunity = frappe.get_doc("Sales Opportunity", quote.opportunity)
		self.assertEqual([(row.quantity, row.rate) for row in opportunity.items], [(3, 4_000), (1, 3_500)])
		self.assertEqual(opportunity.amount, 15_500)

	def test_any_number_of_quotes_makes_a_history_with_alternatives_and_extensions(self):
		first = self.quote()
		first.submit()
		alternative = frappe.get_doc("Quote", copy_quote(first.name, "2099-12-31"))
		alternative.update({"label": "mit Leasing"})
		alternative.save()
		extended = frappe.get_doc("Quote", new_revision(first.name, "2099-12-31"))
		extended.append("items", {"row_type": "Priced", "item": "ACCEPT-CARGO", "quantity": 1, "rate": 100})
		extended.save()
		extended.submit()
		history = {
			quote.name: (quote.status, quote.is_primary)
			for quote in frappe.get_list(
				"Quote", {"opportunity": first.opportunity}, ["name", "status", "is_primary"]
			)
		}
		self.assertEqual(
			history,
			{
				first.name: ("Superseded", 0),
				alternative.name: ("Draft", 0),
				extended.name: ("Issued", 1),
			},
		)
