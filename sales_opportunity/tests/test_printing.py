"""What the paper shows, and what it may load: the site's own files that the user may read, and nothing else."""

import io
import json
import re
import socket
from unittest.mock import patch

import frappe
from pypdf import PdfReader

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.overrides.print_format import (
	download_multi_pdf,
	download_pdf,
	framework_download_pdf,
)
from sales_opportunity.printing.pdf import BASE_URL, ResourceRefusedError, fetch
from sales_opportunity.sales_opportunity.doctype.quote import print_context
from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import render_quote
from sales_opportunity.tests.factories import make_item, make_opportunity, make_partner, make_quote, make_user
from sales_opportunity.tests.letter_heads import LetterHeadTestCase
from sales_opportunity.tests.papers import text_of, without_spaces
from sales_opportunity.tests.settings import use_settings

FONT = "assets/sales_opportunity/fonts/IBMPlexSans-Regular.woff"


class TestResources(IntegrationTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")

	def file(self, is_private: int, **values) -> str:
		return (
			frappe.get_doc(
				{
					"doctype": "File",
					"file_name": f"logo-{is_private}.svg",
					"is_private": is_private,
					"content": "<svg/>",
					**values,
				}
			)
			.insert()
			.file_url
		)

	def test_the_apps_own_fonts_are_found(self):
		self.assertEqual(fetch(BASE_URL + FONT)["string"][:4], b"wOFF")

	def test_embedded_images_are_found(self):
		self.assertEqual(
			fetch("data:image/svg+xml;base64,PHN2Zy8+"), {"string": b"<svg/>", "mime_type": "image/svg+xml"}
		)

	def test_public_files_are_found(self):
		self.assertEqual(fetch(BASE_URL.rstrip("/") + self.file(is_private=0))["string"], b"<svg/>")

	def test_private_files_are_found_by_those_who_may_read_them(self):
		url = BASE_URL.rstrip("/") + self.file(is_private=1)
		self.assertEqual(fetch(url)["string"], b"<svg/>")
		frappe.set_user(make_user("files@example.com", "Sales User").name)
		with self.assertRaises(ResourceRefusedError):
			fetch(url)

	def test_the_logo_and_the_letter_heads_images_are_printed_for_everyone(self):
		urls = [
			self.file(
				is_private=1, attached_to_doctype=doctype, attached_to_name=doctype, file_name=f"{i}.svg"
			)
			for i, doctype in enumerate(("Sales Opportunity Settings", "Letter Head"))
		]
		frappe.set_user("Guest")
		for url in urls:
			with self.subTest(url):
				self.assertEqual(fetch(BASE_URL.rstrip("/") + url)["string"], b"<svg/>")

	def test_everything_else_is_refused(self):
		for url in (
			"http://127.0.0.1:6379/",
			"https://example.com/logo.png",
			"file:///etc/passwd",
			"ftp://example.com/x",
			BASE_URL + "assets/sales_opportunity/../hooks.py",
			BASE_URL + "assets/sales_opportunity/%2e%2e/hooks.py",
			BASE_URL + "assets/no_such_app/x.png",
			BASE_URL + "assets/sales_opportunity/fonts",
			BASE_URL + "private/files/no-such-file.png",
			BASE_URL + "files/../../site_config.json",
			BASE_URL + "private/files/../../site_config.json",
			BASE_URL + "site_config.json",
			BASE_URL,
		):
			with self.subTest(url), self.assertRaises(ResourceRefusedError):
				fetch(url)


class TestPdfButton(IntegrationTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")

	def download(self, quote, **values) -> bytes:
		frappe.local.response = frappe._dict()
		frappe.local.form_dict = frappe._dict(doctype="Quote", name=quote.name, **values)
		download_pdf(**frappe.local.form_dict)
		return frappe.local.response.filecontent

	def test_a_draft_is_rendered_and_an_issued_quote_comes_as_it_was_frozen(self):
		quote = make_quote()
		self.assertEqual(self.download(quote, format="Quote")[:5], b"%PDF-")
		quote.submit()
		quote.reload()
		file = frappe.get_doc("File", quote.pdf_file)
		with open(file.get_full_path(), "rb") as frozen:
			self.assertEqual(self.download(quote, format="Quote"), frozen.read())

	def test_quotes_are_not_printed_in_bulk_past_their_frozen_papers(self):
		for doctype in ("Quote", json.dumps({"Quote": ["QTN-1"], "ToDo": []})):
			with self.assertRaisesRegex(frappe.ValidationError, "frozen|eingefroren"):
				download_multi_pdf(doctype, "[]")

	def test_a_stranger_gets_nothing(self):
		quote = make_quote()
		for user in (make_user("pdf-stranger@example.com", "Sales User").name, "Guest"):
			frappe.set_user(user)
			with self.subTest(user), self.assertRaises(Exception) as refused:
				self.download(quote, format="Quote")
			self.assertIsInstance(refused.exception, frappe.PermissionError | frappe.DoesNotExistError)

	def test_a_cancelled_quote_is_printed_only_where_the_site_allows_it(self):
		quote = make_quote()
		quote.submit()
		quote.cancel()
		with self.assertRaises(frappe.PermissionError):
			self.download(quote, format="Quote")
		frappe.db.set_single_value("Print Settings", "allow_print_for_cancelled", 1)
		self.assertIn("Storniert", text_of(self.download(quote, format="Quote")))

	def test_other_formats_and_doctypes_go_to_the_framework_as_they_came(self):
		quote = make_quote()
		for doctype, name, print_format in (
			("Quote", quote.name, "Standard"),
			("Business Partner", quote.party, None),
		):
			values = {"doctype": doctype, "name": name, "format": print_format, "no_letterhead": "1"}
			frappe.local.form_dict = frappe._dict(values)
			with self.subTest(doctype, format=print_format), patch.object(frappe, "call") as call:
				download_pdf(**values)
				call.assert_called_once_with(framework_download_pdf, **values, doc=None)


def shown(amount: float, language: str) -> str:
	"""Return an amount without currency as a reader of the language writes it."""
	text = f"{amount:,.2f}"
	return text.translate(str.maketrans(",.", ".,")) if language == "de" else text


class TestPaper(LetterHeadTestCase):
	def setUp(self):
		super().setUp()
		frappe.set_user("Administrator")
		self.addCleanup(frappe.db.rollback)

	def text(self, quote, **values) -> str:
		text = text_of(render_quote(quote.name, **values))
		self.assertNotIn("{{", text)
		return text

	def own_format(self, **values):
		return frappe.get_doc(
			{
				"doctype": "Print Format",
				"name": frappe.generate_hash(length=10),
				"doc_type": "Quote",
				"module": "Sales Opportunity",
				"print_format_type": "Jinja",
				"standard": "No",
				"custom_format": 1,
				"html": "<p>{{ doc.name }}</p>",
				**values,
			}
		).insert()

	def test_every_kind_of_line_stands_on_the_paper_as_what_it_is(self):
		quote = make_quote()
		item, *_rest = quote.items
		item.update({"quantity": 2.5, "unit": "Hour", "rate": 0.0345, "discount_percentage": 10})
		for values in (
			{"row_type": "Subtotal"},
			{"row_type": "Heading", "item_name": "Werkstatt"},
			{"row_type": "Text", "description": "<p>Ab Lager Hamburg.</p>"},
			{"row_type": "Priced", "item_name": "Montage", "quantity": 1, "rate": 1000},
			{"row_type": "Alternative", "item_name": "Mit Lift", "quantity": 1, "rate": 1290},
			{"row_type": "Optional", "item_name": "Wartung", "quantity": 12, "rate": 39.9},
		):
			quote.append("items", {"item": item.item if "rate" in values else None, **values})
		quote.update({"discount_percentage": 5, "freight": 120})
		quote.save()
		text = self.text(quote)
		for expected in (
			"Pos. Bezeichnung Menge Einzelpreis Rabatt Betrag",
			"2,5 Stunde 0,0345 € 10 % 0,08 €",
			"Zwischensumme 0,08 €",
			"Werkstatt Ab Lager Hamburg.",
			"Montage",
			"Mit Lift alternativ",
			"(1.290,00 €)",
			"Wartung optional",
			"(478,80 €)",
			"Summe der Positionen 1.000,08 €",
			"Rabatt 5 % -50,00 €",
			"Fracht 120,00 €",
			"Nettobetrag 1.070,08 €",
			"zzgl. 19 % USt. auf 1.070,08 € 203,32 €",
			"Gesamtbetrag 1.273,40 €",
			"Beträge in Klammern sind im Gesamtbetrag nicht enthalten.",
		):
			self.assertIn(without_spaces(expected), without_spaces(text))

	def test_a_plain_quote_needs_no_word_on_discounts_and_brackets(self):
		text = self.text(make_quote())
		self.assertNotIn("Rabatt", text)
		self.assertNotIn("Klammern", text)

	def test_each_tax_treatment_says_its_sentence(self):
		for treatment, sentence, shows_tax in (
			("Reverse Charge", "Steuerschuldnerschaft des Leistungsempfängers.", False),
			("EU Supply", "Steuerfreie innergemeinschaftliche Lieferung (§ 4 Nr. 1 Buchst. b UStG).", False),
			("Export Supply", "Steuerfreie Ausfuhrlieferung (§ 4 Nr. 1 Buchst. a UStG).", False),
			("Small Business", "Gemäß § 19 UStG wird keine Umsatzsteuer berechnet.", False),
			("Domestic", "zzgl. 19 % USt.", True),
		):
			quote = make_quote(tax_treatment=treatment)
			with self.subTest(treatment):
				text = self.text(quote)
				self.assertIn(sentence, text)
				self.assertEqual("% USt." in text, shows_tax)

	def test_the_customers_vat_id_stands_where_the_customer_owes_the_vat(self):
		partner = make_partner(vat_id="ATU10003440", tax_treatment="Reverse Charge")
		quote = make_quote(make_opportunity(party=partner.name, items=[{}]))
		self.assertIn("ATU10003440", self.text(quote))
		quote.tax_treatment = "Domestic"
		quote.save()
		self.assertNotIn("ATU10003440", self.text(quote))

	def test_prices_that_include_tax_say_so(self):
		text = self.text(make_quote(prices_include_tax=1))
		self.assertIn("Gesamtbetrag inkl. USt. 1.190,00 €", text)
		self.assertIn(
			without_spaces("Darin enthalten 19 % USt. auf 1.000,00 € 190,00 €"), without_spaces(text)
		)

	def test_only_a_draft_is_marked_as_one(self):
		quote = make_quote()
		self.assertIn("Entwurf", self.text(quote))
		quote.submit()
		self.assertNotIn("Entwurf", self.text(quote))

	def test_30_positions_repeat_the_head_and_number_the_pages(self):
		quote = make_quote(make_opportunity(items=[{"description": "<p>Zeile</p>"}] * 30))
		pages = [page.extract_text() for page in PdfReader(io.BytesIO(render_quote(quote.name))).pages]
		self.assertGreater(len(pages), 2)
		for number, page in enumerate(pages, start=1):
			self.assertIn(f"Seite {number} von {len(pages)}", page)
			self.assertIn(quote.name, page)
			self.assertEqual("Einzelpreis" in page, "Test-Bike" in page)
		found = [int(n) for page in pages for n in re.findall(r"^(\d+)\s+Test-Bike", page, re.MULTILINE)]
		self.assertEqual(found, list(range(1, 31)))

	def test_five_pages_in_german_and_english_carry_the_sum_over(self):
		use_settings(self, company_name="Musterrad GmbH", bank_name="Musterbank")
		for language, words in (
			("de", ("Übertrag: {} €", "Übertrag: {} €", "Einzelpreis", "Seite {} von 5", "Angebot")),
			("en", ("Carried forward: €{}", "Brought forward: €{}", "Unit Price", "Page {} of 5", "Quote")),
		):
			carried, brought, head, page_number, title = words
			quote = self.quote_of_five_pages(language)
			reader = PdfReader(io.BytesIO(render_quote(quote.name)))
			pages = [page.extract_text().replace("\N{NO-BREAK SPACE}", " ") for page in reader.pages]
			self.assertEqual(len(pages), 5)
			total = 0
			for number, page in enumerate(pages, start=1):
				with self.subTest(language, page=number):
					self.assertIn(page_number.format(number), page)
					self.assertIn("Musterbank", page)
					self.assertIn(head, page)
					self.assertIn(f"{title} {quote.name}", page)
					if number > 1:
						self.assertIn(brought.format(shown(total, language)), page)
					total += sum(
						quote.items[int(found) - 1].amount
						for found in re.findall(r"(?m)^(\d+)\s+Test-Bike", page)
						if quote.items[int(found) - 1].row_type == "Priced"
					)
					if number < 5:
						self.assertIn(carried.format(shown(total, language)), page)
			self.assertEqual(total, quote.line_total)
			self.assertEqual(len(re.findall("Übertrag|forward:", pages[4])), 1)

	def quote_of_five_pages(self, language: str):
		partner = make_partner(f"Kunde {language}", language=language)
		lines = [{"description": "<p>Zeile</p>", "rate": 100 + number, "quantity": 1} for number in range(54)]
		quote = make_quote(make_opportunity(party=partner.name, items=lines))
		for index in (3, 20):
			quote.items[index].row_type = "Optional"
		quote.save()
		return quote

	def test_one_page_carries_nothing_over(self):
		for language in ("de", "en"):
			partner = make_partner(language=language)
			text = self.text(make_quote(make_opportunity(party=partner.name, items=[{}])))
			with self.subTest(language):
				self.assertNotIn("Übertrag", text)
				self.assertNotIn("forward:", text)

	def test_german_letters_have_a_window_and_fold_marks_and_others_do_not(self):
		for language, layout in (("de", "din"), ("de-AT", "din"), ("en", "plain"), ("fr", "plain")):
			with self.subTest(language):
				self.assertEqual(print_context.layout(language), layout)
		use_settings(self, company_name="Musterrad GmbH", street="Werkstr. 1", city="Neuenburg")
		sender = "Musterrad GmbH · Werkstr. 1"
		for language, is_din in (("de", True), ("en", False)):
			partner = make_partner(language=language)
			text = self.text(make_quote(make_opportunity(party=partner.name, items=[{}])))
			self.assertEqual(sender in text, is_din)

	def test_title_and_language_of_the_document_are_set(self):
		partner = make_partner("Thames Cycles Ltd", language="en")
		quote = make_quote(make_opportunity(party=partner.name, items=[{}]))
		reader = PdfReader(io.BytesIO(render_quote(quote.name)))
		self.assertEqual(reader.metadata.title, f"{quote.name} Thames Cycles Ltd")
		self.assertEqual(reader.trailer["/Root"]["/Lang"], "en")

	def test_there_is_a_field_for_the_customers_signature(self):
		text = self.text(make_quote())
		self.assertIn("Wir nehmen dieses Angebot an:", text)
		self.assertIn("Ort, Datum, Unterschrift", text)

	def test_the_totals_stay_with_the_last_line(self):
		for count in range(4, 10):
			quote = make_quote(make_opportunity(items=[{"description": "<p>Zeile</p>"}] * count))
			pages = [p.extract_text() for p in PdfReader(io.BytesIO(render_quote(quote.name))).pages]
			totals = next(page for page in pages if "Gesamtbetrag" in page)
			with self.subTest(count):
				self.assertRegex(totals, rf"(?m)^{count}\s+Test-Bike")
				self.assertIn("Nettobetrag", totals)

	def test_a_long_description_goes_on_overleaf_below_the_head(self):
		item = make_item("TEST-NOVEL", description="".join(f"<p>Satz {n} davon.</p>" for n in range(150)))
		quote = make_quote(make_opportunity(items=[{"item": item.name}]))
		pages = [page.extract_text() for page in PdfReader(io.BytesIO(render_quote(quote.name))).pages]
		self.assertGreater(len(pages), 2)
		found = []
		for page in pages:
			found += re.findall(r"Satz (\d+) davon", page)
			self.assertEqual("Einzelpreis" in page, "davon." in page)
		self.assertEqual(found, [str(n) for n in range(150)])
		self.assertIn("Satz 0 davon", pages[0])

	def test_texts_are_text(self):
		quote = make_quote()
		quote.db_set(
			{"subject": "Räder & <Teile>", "address_display": "Müller & Söhne <KG>\nAm Wall 1"},
		)
		text = self.text(quote)
		self.assertIn("Räder & <Teile>", text)
		self.assertIn("Müller & Söhne <KG> Am Wall 1", text)

	def test_a_letter_head_takes_the_place_of_head_and_footer(self):
		use_settings(self, company_name="Musterrad GmbH", bank_name="Musterbank")
		head = frappe.get_doc(
			{
				"doctype": "Letter Head",
				"letter_head_name": frappe.generate_hash(length=10),
				"source": "HTML",
				"content": "<p>Briefkopf {{ doc.party_name }}</p>",
				"footer_source": "HTML",
				"footer": "<p>Fußzeile</p>",
			}
		).insert()
		quote = make_quote(letter_head=head.name)
		text = self.text(quote)
		self.assertIn(f"Briefkopf {quote.party_name}", text)
		self.assertIn("Fußzeile", text)
		self.assertNotIn("Musterbank", text)
		self.assertIn("Musterbank", self.text(quote, no_letterhead=True))

	def test_an_own_format_brings_its_own_style(self):
		quote = make_quote()
		own = self.own_format(html="<p class='b'>A</p><p class='b'>B</p>", css=".b { break-after: page }")
		self.assertEqual(len(PdfReader(io.BytesIO(render_quote(quote.name, own.name))).pages), 2)

	def test_a_format_that_is_no_template_is_refused(self):
		quote = make_quote()
		builder = self.own_format(custom_format=0, print_format_builder_beta=1, format_data="{}")
		for name in (builder.name, "Standard"):
			with self.subTest(name), self.assertRaises(frappe.ValidationError):
				render_quote(quote.name, name)

	def test_what_is_refused_is_left_out_and_nothing_goes_over_a_network(self):
		own = self.own_format(
			html="""
			<link rel="stylesheet" href="http://127.0.0.1:9/a.css">
			<style>@import url("http://127.0.0.1:9/b.css"); p { background: url(//127.0.0.1:9/c.png) }</style>
			<img src="http://127.0.0.1:9/d.png"><img src="file:///etc/passwd"><img src="/private/files/no.png">
			<img src="data:image/svg+xml;base64,PHN2Zz48aW1hZ2UgaHJlZj0iaHR0cDovLzEyNy4wLjAuMTo5L2UucG5nIi8+PC9zdmc+">
			<p>Text bleibt</p>"""
		)
		quote = make_quote()
		contacted = []

		def refuse(_socket, address):
			if isinstance(address, tuple) and address[1] == 9:
				contacted.append(address)
				raise OSError("refused by the test")
			return connect(_socket, address)

		connect = socket.socket.connect
		with patch.object(socket.socket, "connect", refuse):
			self.assertIn("Text bleibt", self.text(quote, print_format=own.name))
		self.assertEqual(contacted, [])
