"""What a quote says about its tax treatment, on paper and on the customer's page, and what is noticed before issuing."""

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote.checker import QuoteCheckError, check
from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import render_quote
from sales_opportunity.sales_opportunity.doctype.sales_tax_sentence.tax_sentences import tax_sentence
from sales_opportunity.tests.factories import make_item, make_opportunity, make_partner, make_quote
from sales_opportunity.tests.settings import save_settings, use_settings


class TestTaxSentences(IntegrationTestCase):
	def setUp(self):
		frappe.local.lang = "de"
		self.addCleanup(setattr, frappe.local, "lang", "en")
		save_settings(country="Germany", tax_sentences=[], small_business=0)

	def quote(self, treatment: str, country: str, *items: str, vat_id: str | None = None):
		partner = make_partner("Ausland", tax_treatment=treatment, vat_id=vat_id)
		frappe.get_doc(
			{
				"doctype": "Address",
				"address_title": frappe.generate_hash(),
				"address_type": "Billing",
				"address_line1": "Weg 1",
				"city": "Ort",
				"country": country,
				"links": [{"link_doctype": "Business Partner", "link_name": partner.name}],
			}
		).insert()
		return make_quote(make_opportunity(party=partner.name, items=[{"item": item} for item in items]))

	def goods(self) -> str:
		return make_item().name

	def service(self) -> str:
		return make_item("TEST-SERVICE", kind="Service").name

	def test_services_used_abroad_are_said_not_to_be_taxable_here(self):
		quote = self.quote("Place of Supply Abroad", "Switzerland", self.service())
		self.assertEqual(
			tax_sentence(quote),
			"Nicht im Inland steuerbare Leistung: Der Leistungsort liegt im Ausland (§ 3a Abs. 2 UStG).",
		)
		self.assertEqual(quote.tax_total, 0)

	def test_goods_and_services_to_one_customer_each_get_their_sentence(self):
		quote = self.quote("EU Supply", "Austria", self.goods(), self.service(), vat_id="ATU99900009")
		self.assertEqual(
			tax_sentence(quote),
			"Waren: Steuerfreie innergemeinschaftliche Lieferung (§ 4 Nr. 1 Buchst. b UStG). "
			"Dienstleistungen: Steuerschuldnerschaft des Leistungsempfängers.",
		)
		self.assertNotIn("VAT ID of Another Member State", [found["rule"] for found in check(quote.name)])

	def test_services_alone_get_the_sentence_for_services(self):
		quote = self.quote("EU Supply", "Austria", self.service(), vat_id="ATU99900009")
		self.assertEqual(tax_sentence(quote), "Steuerschuldnerschaft des Leistungsempfängers.")

	def test_a_companys_own_sentence_takes_the_place_of_the_apps(self):
		own = {
			"tax_treatment": "Export Supply",
			"country": "Switzerland",
			"language": "de",
			"sentence": "Lieferung unverzollt, unversteuert in die Schweiz.",
		}
		save_settings(tax_sentences=[own])
		own = self.quote("Export Supply", "Switzerland", self.goods())
		self.assertEqual(tax_sentence(own), "Lieferung unverzollt, unversteuert in die Schweiz.")
		self.assertIn("unverzollt", pdf_text(own))
		other = self.quote("Export Supply", "Norway", self.goods())
		self.assertEqual(tax_sentence(other), "Steuerfreie Ausfuhrlieferung (§ 4 Nr. 1 Buchst. a UStG).")

	def test_untaxed_quotes_that_cannot_be_right_are_not_issued(self):
		for treatment, country, vat_id in (
			("EU Supply", "Switzerland", "ATU99900009"),
			("EU Supply", "Austria", "DE999900008"),
			("Export Supply", "Austria", None),
			("Export Supply", "Germany", None),
		):
			with self.subTest(treatment=treatment, country=country, vat_id=vat_id):
				quote = self.quote(treatment, country, self.goods(), vat_id=vat_id)
				with self.assertRaises(QuoteCheckError):
					quote.submit()

	def test_a_company_that_entered_no_country_is_at_home_where_its_site_is(self):
		frappe.db.set_single_value("System Settings", "country", "Germany")
		use_settings(self, country=None)
		quote = self.quote("Export Supply", "Germany", self.goods())
		self.assertIn("Untaxed at Home", [found["rule"] for found in check(quote.name)])
		quote = self.quote("Domestic", "Austria", self.goods())
		self.assertEqual(quote.address_display.splitlines()[-1], "ÖSTERREICH")

	def test_reverse_charge_with_an_id_of_ones_own_country_is_noticed(self):
		quote = self.quote("Reverse Charge", "Germany", self.service(), vat_id="DE999900008")
		self.assertIn("Reverse Charge at Home", [found["rule"] for found in check(quote.name)])


def pdf_text(quote) -> str:
	import io

	from pypdf import PdfReader

	reader = PdfReader(io.BytesIO(render_quote(quote.name)))
	return "".join(page.extract_text() for page in reader.pages)
