"""Labels, texts and numbers of a quote come from one language, and none of its texts is missing unnoticed."""

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote.addressee import LanguageError
from sales_opportunity.sales_opportunity.doctype.quote.checker import check
from sales_opportunity.sales_opportunity.doctype.quote_text.languages import LABELS
from sales_opportunity.tests.factories import make_opportunity, make_partner, make_quote


class TestLanguagesOfQuotes(IntegrationTestCase):
	def quote(self, language: str | None):
		partner = make_partner("Dupont SARL", language=language)
		return make_quote(make_opportunity(party=partner.name, items=[{}]))

	def test_a_partner_whose_language_the_app_lacks_gets_a_whole_letter_in_the_sites_language(self):
		for language in ("fr", "ar", "zh", "pt-BR"):
			with self.subTest(language):
				quote = self.quote(language)
				self.assertIn(quote.language, ("de", "en"))
				self.assertTrue(quote.introduction and quote.closing and quote.terms)
				self.assertIn(quote.salutation, ("Sehr geehrte Damen und Herren,", "Dear Sir or Madam,"))
				self.assertNotIn("Standard Text Missing", [found["rule"] for found in check(quote.name)])

	def test_variants_of_a_language_are_that_language(self):
		quote = self.quote("de-AT") if frappe.db.exists("Language", "de-AT") else self.quote("de")
		self.assertEqual(quote.language.split("-")[0], "de")
		self.assertTrue(quote.terms)

	def test_texts_alone_do_not_make_a_letter_of_two_languages(self):
		self.write_introduction()
		quote = self.quote("fr")
		self.assertIn(quote.language, ("de", "en"))
		self.assertNotIn("Nous vous remercions", quote.introduction)

	def test_a_company_that_translates_the_labels_writes_in_that_language_and_hears_of_missing_texts(self):
		self.write_introduction()
		for label in LABELS:
			translation = frappe.get_doc(
				{
					"doctype": "Translation",
					"language": "fr",
					"source_text": label,
					"translated_text": f"{label} (fr)",
				}
			).insert()
			self.addCleanup(translation.delete)
		quote = self.quote("fr")
		self.assertEqual(quote.language, "fr")
		self.assertIn("Nous vous remercions", quote.introduction)
		self.assertIn("Standard Text Missing", [found["rule"] for found in check(quote.name)])

	def write_introduction(self):
		frappe.get_doc(
			{
				"doctype": "Quote Text",
				"title": frappe.generate_hash(),
				"text_type": "Introduction",
				"language": "fr",
				"content": "<p>Nous vous remercions de votre demande.</p>",
			}
		).insert()

	def test_a_language_without_labels_cannot_be_chosen_by_hand(self):
		quote = self.quote("de")
		quote.language = "fr"
		with self.assertRaises(LanguageError):
			quote.save()

	def test_texts_that_were_taken_out_on_purpose_are_not_missed(self):
		quote = self.quote("de")
		quote.introduction = ""
		quote.save()
		self.assertNotIn("Standard Text Missing", [found["rule"] for found in check(quote.name)])
