"""A quote from the click that makes it to the paper that leaves the house."""

import hashlib
import io
import re

import frappe
from frappe.utils import add_days, nowdate
from pypdf import PdfReader

from sales_opportunity.deal.opportunity_value import LineError
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.inputs.values import ImpossibleNumberError
from sales_opportunity.sales_opportunity.doctype.quote.amounts import QuoteLineError
from sales_opportunity.sales_opportunity.doctype.quote.checker import QuoteCheckError
from sales_opportunity.sales_opportunity.doctype.quote.frozen_paper import frozen_pdf
from sales_opportunity.sales_opportunity.doctype.quote.quote import (
	TransitionError,
	ValidityError,
)
from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import render_quote
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import (
	OpportunityClosedError,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import (
	create_quote,
	default_validity,
)
from sales_opportunity.tests.factories import (
	make_class,
	make_item,
	make_opportunity,
	make_partner,
	make_quote,
)
from sales_opportunity.tests.papers import text_of


class TestMakingAQuote(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")

	def test_one_click_makes_a_complete_quote(self):
		partner = make_partner(payment_terms="14 Tage netto", vat_id="DE 136 695 976")
		opportunity = make_opportunity(
			party=partner.name,
			title="Lastenräder",
			items=[
				{"quantity": 3, "discount_percentage": 10},
				{"item": make_item("TEST-LOCK", price=50).name},
			],
		)
		quote = make_quote(opportunity)
		self.assertEqual(
			(quote.party_name, quote.subject, quote.language), ("Radhaus Nord GmbH", "Lastenräder", "de")
		)
		self.assertEqual(
			(quote.payment_terms, quote.salutation), ("14 Tage netto", "Sehr geehrte Damen und Herren,")
		)
		self.assertIn("vielen Dank", quote.introduction)
		self.assertIn("freuen", quote.closing)
		self.assertEqual([row.position for row in quote.items], ["1", "2"])
		self.assertEqual((quote.net_total, quote.tax_total, quote.gross_total), (2_750, 522.5, 3_272.5))
		self.assertEqual(
			frappe.db.get_value("Sales Opportunity", opportunity.name, "primary_quote"), quote.name
		)

	def test_lines_are_copied_exactly(self):
		line = {
			"quantity": 2.5,
			"rate": 99.99,
			"discount_percentage": 3.5,
			"unit": "Hour",
			"item_name": "By hand",
		}
		opportunity = make_opportunity(items=[line])
		row = make_quote(opportunity).items[0]
		self.assertEqual({key: row.get(key) for key in line}, line)
		self.assertEqual(row.amount, opportunity.items[0].amount)

	def test_a_foreign_quote_keeps_currency_and_rate(self):
		opportunity = make_opportunity(
			items=[{"rate": 100}], transaction_currency="CHF", conversion_rate=1.25
		)
		quote = make_quote(opportunity)
		self.assertEqual((quote.transaction_currency, quote.conversion_rate), ("CHF", 1.25))
		self.assertEqual((quote.net_total, quote.base_net_total), (100, 125))

	def test_the_currency_of_a_quote_is_that_of_its_prices_for_good(self):
		quote = make_quote()
		quote.transaction_currency = "CHF"
		with self.assertRaises(frappe.CannotChangeConstantError):
			quote.save()

	def test_items_are_described_in_the_partners_language(self):
		item = make_item(
			"TEST-TRANSLATED",
			translations=[{"language": "en", "item_name": "Cargo bike", "description": "Strong"}],
		)
		partner = make_partner("Thames Cycles Ltd", language="en")
		row = make_quote(make_opportunity(party=partner.name, items=[{"item": item.name}])).items[0]
		self.assertEqual((row.item_name, row.description), ("Cargo bike", "Strong"))

	def test_the_validity_is_prefilled_from_the_class(self):
		make_class("TEST-SHORT-VALID", validity_days=10)
		opportunity = make_opportunity(class_id="TEST-SHORT-VALID")
		self.assertEqual(default_validity(opportunity.name), add_days(nowdate(), 10))

	def test_a_double_click_makes_one_quote(self):
		opportunity = make_opportunity(items=[{}])
		first = create_quote(opportunity.name, "2099-12-31", "one-click")
		self.assertEqual(create_quote(opportunity.name, "2099-12-31", "one-click"), first)
		self.assertEqual(frappe.db.count("Quote", {"opportunity": opportunity.name}), 1)

	def test_without_complete_lines_there_is_a_clear_error_and_no_quote(self):
		cases = [
			([], "no line items"),
			([{"quantity": 0}], "Row #1.*quantity"),
			([{}, {"quantity": 0}], "Row #2.*quantity"),
		]
		for items, message in cases:
			with self.subTest(message):
				opportunity = make_opportunity(items=items)
				with self.assertRaisesRegex(LineError, message):
					create_quote(opportunity.name, "2099-12-31")
				self.assertFalse(frappe.db.exists("Quote", {"opportunity": opportunity.name}))

	def test_a_closed_opportunity_gets_no_more_quotes(self):
		opportunity = make_opportunity(items=[{}], stage="Won")
		with self.assertRaises(OpportunityClosedError):
			create_quote(opportunity.name, "2099-12-31")

	def test_any_number_of_quotes_and_one_of_them_primary(self):
		opportunity = make_opportunity(items=[{}])
		first, second = make_quote(opportunity), make_quote(opportunity)
		self.assertEqual((first.is_primary, second.is_primary), (1, 0))
		frappe.db.savepoint("second_primary")
		with self.assertRaises(Exception) as refused:
			second.db_set("primary_of", opportunity.name)
		self.assertTrue(frappe.db.is_unique_key_violation(refused.exception))
		frappe.db.rollback(save_point="second_primary")

	def test_the_class_may_have_its_own_number_series(self):
		make_class("TEST-SERIES", quote_naming_series="TS-.YYYY.-.####")
		quote = make_quote(make_opportunity(class_id="TEST-SERIES", items=[{}]))
		self.assertRegex(quote.name, r"^TS-\d{4}-\d{4}$")
		self.assertEqual((quote.quote_number, quote.revision), (quote.name, 1))

	def test_optional_and_alternative_lines_stay_out_of_the_total(self):
		quote = make_quote()
		for row_type in ("Optional", "Alternative"):
			quote.append("items", {"row_type": row_type, "item": "TEST-BIKE", "quantity": 1, "rate": 500})
		quote.append("items", {"row_type": "Subtotal"})
		quote.save()
		self.assertEqual([row.amount for row in quote.items], [1_000, 500, 500, 1_000])
		self.assertEqual((quote.line_total, quote.net_total), (1_000, 1_000))

	def test_no_vat_outside_domestic_quotes(self):
		for treatment in ("Reverse Charge", "EU Supply", "Export Supply", "Small Business"):
			with self.subTest(treatment):
				partner = make_partner(tax_treatment=treatment)
				quote = make_quote(make_opportunity(party=partner.name, items=[{}]))
				self.assertEqual((quote.tax_total, quote.gross_total), (0, 1_000))

	def test_impossible_quotes_are_refused(self):
		cases = [
			({"valid_until": "2020-01-01"}, ValidityError),
			({"discount_percentage": 101}, QuoteLineError),
			({"tax_treatment": "Reverse Charge", "prices_include_tax": 1}, frappe.ValidationError),
		]
		for values, error in cases:
			with self.subTest(values), self.assertRaises(error):
				make_quote(**values)


class TestIssuingAQuote(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")

	def issued(self, quote):
		quote.submit()
		quote.reload()
		return quote

	def test_impossible_rates_and_numbers_are_refused_or_put_right(self):
		quote = make_quote(conversion_rate=2)
		self.assertEqual((quote.conversion_rate, quote.base_net_total), (1, quote.net_total))
		quote.freight = "viel"
		with self.assertRaises(ImpossibleNumberError):
			quote.save()

	def test_freight_is_rounded_so_that_the_sums_add_up(self):
		quote = make_quote(freight=10.045)
		self.assertEqual(quote.freight, 10.05)
		self.assertAlmostEqual(quote.net_total + quote.tax_total, quote.gross_total, 9)

	def test_a_disabled_item_is_not_chosen_and_stays_where_it_was(self):
		item = make_item("TEST-PHASED-OUT")
		quote = make_quote()
		quote.append("items", {"row_type": "Optional", "item": item.name, "quantity": 1})
		quote.save()
		item.db_set("disabled", 1)
		frappe.clear_document_cache("Sales Item", item.name)
		quote.reload()
		quote.save()
		quote.append("items", {"row_type": "Optional", "item": item.name, "quantity": 1})
		with self.assertRaisesRegex(QuoteLineError, "disabled"):
			quote.save()

	def test_issuing_freezes_the_paper(self):
		quote = self.issued(make_quote())
		self.assertEqual((quote.status, quote.docstatus), ("Issued", 1))
		file = frappe.get_doc("File", quote.pdf_file)
		self.assertEqual((file.is_private, file.attached_to_name), (1, quote.name))
		self.assertEqual(hashlib.sha256(frozen_pdf(quote)).hexdigest(), quote.pdf_sha256)

	def test_an_issued_quote_can_not_change(self):
		quote = self.issued(make_quote())
		quote.items[0].rate = 1
		with self.assertRaises(frappe.UpdateAfterSubmitError):
			quote.save()

	def test_what_the_server_alone_sets_can_not_be_sent(self):
		sent = {
			"pdf_sha256": "0" * 64,
			"is_primary": 0,
			"quote_number": "X",
			"revision": 9,
			"sent_on": nowdate(),
		}
		draft = make_quote()
		draft.update(sent)
		draft.save()
		self.assertEqual(
			(draft.pdf_sha256, draft.is_primary, draft.revision, draft.sent_on), (None, 1, 1, None)
		)
		self.assertEqual(draft.quote_number, draft.name)
		issued = self.issued(draft)
		for fieldname, value in {**sent, "status": "Accepted", "pdf_file": None}.items():
			issued.reload()
			issued.set(fieldname, value)
			with self.subTest(fieldname), self.assertRaises(frappe.UpdateAfterSubmitError):
				issued.save()

	def test_the_status_follows_its_table_only(self):
		quote = make_quote()
		quote.status = "Accepted"
		quote.save()
		self.assertEqual(quote.status, "Draft")
		for status in ("Accepted", "Declined", "Sent"):
			with self.subTest(status), self.assertRaises(TransitionError):
				quote.move_to(status)

	def test_a_passed_validity_is_not_issued(self):
		quote = make_quote()
		quote.db_set({"quote_date": "2020-01-01", "valid_until": "2020-02-01"})
		quote.reload()
		with self.assertRaisesRegex(QuoteCheckError, "validity has passed"):
			quote.submit()

	def test_a_cancelled_primary_quote_makes_room_for_another(self):
		opportunity = make_opportunity(items=[{}])
		quote = self.issued(make_quote(opportunity))
		quote.cancel()
		self.assertEqual((quote.status, quote.primary_of), ("Cancelled", None))
		self.assertIsNone(frappe.db.get_value("Sales Opportunity", opportunity.name, "primary_quote"))
		self.assertEqual(make_quote(opportunity).is_primary, 1)

	def test_a_deleted_draft_leaves_no_trace_on_the_opportunity(self):
		opportunity = make_opportunity(items=[{}])
		make_quote(opportunity).delete()
		self.assertIsNone(frappe.db.get_value("Sales Opportunity", opportunity.name, "primary_quote"))

	def test_the_german_paper_says_everything(self):
		book = make_item("TEST-BOOK", price=20, tax_rate="7 %")
		opportunity = make_opportunity(
			items=[{"quantity": 2}, {"item": book.name, "quantity": 5, "rate": 20}]
		)
		quote = make_quote(opportunity, valid_until="2099-12-31")
		text = text_of(render_quote(quote.name))
		for expected in (
			f"Angebot {quote.name}",
			"Gültig bis 31.12.2099",
			"Sehr geehrte Damen und Herren,",
			"1 Test-Bike",
			"2 Test-Book",
			"2 Stück 1.000,00 € 2.000,00 €",
			"Nettobetrag 2.100,00 €",
			"zzgl. 19 % USt. auf 2.000,00 € 380,00 €",
			"zzgl. 7 % USt. auf 100,00 € 7,00 €",
			"Gesamtbetrag 2.487,00 €",
			"Dieses Angebot ist gültig bis 31.12.2099.",
			"Seite 1 von 1",
		):
			self.assertIn(expected, text)
		self.assertNotIn("{{", text)

	def test_the_english_paper_says_it_in_english(self):
		partner = make_partner("Thames Cycles Ltd", language="en", tax_treatment="Export Supply")
		quote = make_quote(make_opportunity(party=partner.name, items=[{}]), valid_until="2099-12-31")
		text = text_of(render_quote(quote.name))
		for expected in (
			f"Quote {quote.name}",
			"Valid Until 31 Dec 2099",
			"Dear Sir or Madam,",
			"Total Amount €1,000.00",
			"VAT-exempt export delivery.",
			"Page 1 of 1",
		):
			self.assertIn(expected, text)

	def test_500_positions_repeat_the_head_and_lose_nothing(self):
		item = make_item("TEST-LONG", description="<p>" + "Beschreibung der Ausstattung. " * 8 + "</p>")
		quote = make_quote(make_opportunity(items=[{"item": item.name}] * 500))
		pages = [page.extract_text() for page in PdfReader(io.BytesIO(render_quote(quote.name))).pages]
		self.assertGreater(len(pages), 20)
		for number, page in enumerate(pages, start=1):
			self.assertIn(f"Seite {number} von {len(pages)}", page)
		self.assertTrue(all("Einzelpreis" in page for page in pages[:-2]))
		found = [int(n) for page in pages for n in re.findall(r"^(\d{1,3})\s+Test-Long", page, re.MULTILINE)]
		self.assertEqual(found, list(range(1, 501)))

	def test_the_pdf_is_fit_for_archiving(self):
		reader = PdfReader(io.BytesIO(render_quote(make_quote().name)))
		self.assertIn("pdfaid", str(reader.trailer["/Root"]["/Metadata"].get_object().get_data()))
		self.assertEqual(reader.trailer["/Root"]["/Lang"], "de")
		fonts = [
			font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
			for page in reader.pages
			for font in page["/Resources"]["/Font"].values()
		]
		self.assertTrue(fonts)
		for font in fonts:
			self.assertIn("/FontFile", " ".join(font))
			self.assertIn("Quote-Sans", font["/FontName"])
