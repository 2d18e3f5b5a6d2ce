"""Whatever is in a text, nothing leaves the paper; what would be missing on it is told before the quote is issued."""

import base64
import io
import re
import subprocess
import tempfile
from html import unescape
from unittest.mock import patch

import frappe
import pikepdf
from PIL import Image

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.portal import quote_page
from sales_opportunity.sales_opportunity.doctype.quote import quote_pdf
from sales_opportunity.sales_opportunity.doctype.quote.checker import QuoteCheckError, check
from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import issued_pages, quote_html, render_quote
from sales_opportunity.sales_opportunity.doctype.quote_check.check_rules import ON_THE_PAPER
from sales_opportunity.tests.factories import make_item, make_opportunity, make_partner, make_quote, make_user
from sales_opportunity.tests.papers import boxes
from sales_opportunity.tests.settings import save_settings

MM = 72 / 25.4
NBSP = "\N{NO-BREAK SPACE}"
LEFT, RIGHT = 24, 201
"""Between which all words of a letter stand, in mm from the left edge of the page."""


def image(width: int = 600, height: int = 420, mode: str = "RGB", format_name: str = "PNG") -> bytes:
	content = io.BytesIO()
	Image.new(mode, (width, height)).save(content, format_name)
	return content.getvalue()


def embedded(content: bytes, mime_type: str = "image/png") -> str:
	return f"data:{mime_type};base64,{base64.b64encode(content).decode()}"


PHOTO = embedded(image())
WORDS = "Dieser Satz kommt aus Word und hat nur geschützte Leerzeichen zwischen all seinen Wörtern"
PASTED = {
	"a photo": f'<p><img src="{PHOTO}"></p>',
	"a huge photo with a fixed size": f'<img src="{PHOTO}" style="width: 3000px !important; max-width: none !important">',
	"a picture taller than the page": f'<p><img src="{embedded(image(300, 6000))}"></p>',
	"a photo in a table": f'<table><tr><td><img src="{PHOTO}"></td><td><img src="{PHOTO}"></td></tr></table>',
	"a text from Word": "<p>" + NBSP.join(WORDS.split()) + "</p>",
	"serial numbers": "<p>" + ",".join(f"SN{100000 + n}" for n in range(40)) + "</p>",
	"a signed link": "<p>https://x.example/:b:/s/" + "EeX0a7wq1mRJpY3kTn5uVtcBqZ0xWb9dLr8" * 4 + "</p>",
	"code": "<pre>" + "x" * 300 + "</pre>",
	"a table of 16 columns": "<table><tr>"
	+ "".join(f"<td>Spalte{n}</td>" for n in range(16))
	+ "</tr></table>",
	"a table of 60 columns": "<table><tr>"
	+ "".join(f"<td>Spalte{n}</td>" for n in range(60))
	+ "</tr></table>",
	"tables in tables": "<table width='1500'><tr><td>" * 8 + "innen" + "</td><td>außen</td></tr></table>" * 8,
	"fixed widths": "<div style='width: 1400px !important; min-width: 1400px'>Ein Absatz</div>",
	"text that must not break": f"<p style='white-space: nowrap !important'>{WORDS * 3}</p><nobr>{WORDS * 3}</nobr>",
	"a place of its own": "<div style='position: absolute; left: 900px'>weg</div><p style='margin-left: -900px'>weg</p>",
	"huge letters": "<p style='font-size: 400pt'>GROSS</p><font size='7'><big><big>GROSS</big></big></font>",
	"deep lists": "<ul><li>Punkt" * 25 + "</li></ul>" * 25,
	"quotations": "<blockquote>" * 30 + "Zitat" + "</blockquote>" * 30,
	"a drawing": "<svg width='4000' height='900'><rect width='4000' height='900'/></svg>",
	"Arabic": "<p dir='rtl'>عرض سعر للدراجات " + "ب" * 200 + "</p>",
	"style for the whole page": "<style>td { white-space: nowrap !important; padding: 9cm !important }</style>Text",
	"the paper's own classes": "<div class='mark'>weg</div><div class='address-field'><address>weg</address></div>",
	"stray ends of tags": "Text</div></td></tr></table></div><td>Zelle</td>",
}


class PaperCase(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(frappe.db.rollback)
		self.addCleanup(frappe.set_user, "Administrator")

	def quote(self, *descriptions: str, **values):
		"""Return a draft whose lines have these descriptions as they are, as old quotes may have them."""
		quote = make_quote(make_opportunity(items=[{} for _description in descriptions]), **values)
		for row, description in zip(quote.items, descriptions, strict=True):
			row.db_set("description", description)
		return frappe.get_doc("Quote", quote.name)

	def own_format(self, html: str, css: str = "") -> str:
		values = {
			"doc_type": "Quote",
			"module": "Sales Opportunity",
			"print_format_type": "Jinja",
			"html": html,
		}
		values |= {"standard": "No", "custom_format": 1, "css": css}
		return (
			frappe.get_doc({"doctype": "Print Format", "name": frappe.generate_hash(), **values})
			.insert()
			.name
		)

	def found(self, quote) -> dict[str, tuple[str, str]]:
		return {finding["rule"]: (finding["action"], finding["message"]) for finding in check(quote.name)}

	def file(self, name: str, content: bytes | None = None, is_private: int = 1, **values) -> str:
		values = {"file_name": name, "is_private": is_private, "content": content or image(30, 20), **values}
		return frappe.get_doc({"doctype": "File", **values}).insert().file_url


def places(pdf: bytes) -> list[tuple[str, float, float]]:
	"""Return each word of a PDF and where it begins and ends, in mm from the left edge of the page."""
	with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
		file.write(pdf)
		file.flush()
		boxes = subprocess.run(
			["pdftotext", "-bbox", file.name, "-"], capture_output=True, check=True, text=True
		)
	words = re.findall(
		r'xMin="([-\d.]+)" yMin="[^"]+" xMax="([-\d.]+)" yMax="[^"]+">(.*?)</word>', boxes.stdout
	)
	return [(unescape(word), float(left) / MM, float(right) / MM) for left, right, word in words]


class TestNothingLeavesThePaper(PaperCase):
	def test_whatever_is_in_a_description_the_prices_stay_on_the_paper(self):
		for kind, description in PASTED.items():
			with self.subTest(kind):
				pages = issued_pages(self.quote(description, ""))
				self.assertEqual((pages.unseen().figures, pages.unseen().texts), ((), ()))
				found = places(pages.pdf())
				words = [word for word, _left, _right in found]
				for word in ("Menge", "Einzelpreis", "Betrag"):
					self.assertIn(word, words)
				self.assertGreaterEqual(words.count("1.000,00"), 4)
				self.assertEqual([place for place in found if place[1] < LEFT or place[2] > RIGHT], [])

	def test_the_same_holds_for_every_other_text(self):
		word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
		for kind, text in PASTED.items():
			quote = self.quote("")
			quote.db_set({"introduction": text, "terms": text, "closing": text})
			quote.db_set(
				{"subject": word, "address_display": f"{word}\n{word}", "label": word, "salutation": word}
			)
			row = quote.items[0]
			row.db_set({"item_name": word, "unit": word})
			quote.append("items", {"row_type": "Heading", "item_name": word})
			quote.append("items", {"row_type": "Text", "item_name": word, "description": text})
			with self.subTest(kind):
				unseen = issued_pages(quote).unseen()
				self.assertEqual((unseen.figures, unseen.texts), ((), ()))

	def test_amounts_of_twelve_digits_in_any_currency_stay_whole(self):
		for currency, language in (("EUR", "de"), ("CHF", "de"), ("XOF", "fr"), ("INR", "en"), ("CZK", "cs")):
			quote = self.quote("", "", "")
			quote.update({"transaction_currency": currency, "language": language})
			for row in quote.items:
				row.update(
					{"quantity": 123456789.123456789, "rate": 999999999999.123456, "amount": 999999999999.99}
				)
				row.update({"discount_percentage": 12.345, "unit": "Quadratzentimeter"})
			quote.items[1].row_type = "Optional"
			with self.subTest(currency):
				pages = issued_pages(quote)
				self.assertEqual((pages.unseen().figures, pages.unseen().texts), ((), ()))
				paper = quote_html(quote)
				self.assertIn("figures-6", paper)
				words = "".join(word for word, _left, _right in places(pages.pdf()))
				self.assertEqual("".join(filter(str.isdecimal, words)).count("12345678912345679"), 3)

	def test_a_picture_has_the_width_that_the_editor_gave_it_and_never_more_than_its_column(self):
		for attribute, expected in (
			('width="200"', 200),
			('style="width: 100px"', 100),
			('width="3000"', None),
		):
			pages = issued_pages(self.quote(f'<img src="{PHOTO}" {attribute}>'))
			(picture,) = [box for box in boxes(pages) if box.element_tag == "img"]
			with self.subTest(attribute):
				if expected:
					self.assertAlmostEqual(picture.width, expected, places=1)
				self.assertLess(picture.width, 95 * 96 / 25.4)
				self.assertAlmostEqual(picture.height / picture.width, 0.7, places=2)

	def test_a_quote_of_one_line_fits_one_page(self):
		for language in ("de", "en"):
			partner = make_partner(language=language)
			quote = make_quote(
				make_opportunity(party=partner.name, items=[{"description": "<p>Zeile</p>" * 5}])
			)
			self.assertEqual(len(issued_pages(quote).document.pages), 1)

	def test_a_long_address_pushes_the_text_down_and_does_not_cover_it(self):
		quote = self.quote("")
		quote.db_set("address_display", "\n".join(f"Zeile {n}" for n in range(1, 13)))
		pages = issued_pages(frappe.get_doc("Quote", quote.name))
		tops = {box.text: box.position_y for box in boxes(pages) if hasattr(box, "text")}
		self.assertGreater(tops[f"Angebot {quote.name}"], tops["Zeile 12"] + 15)

	def test_the_information_block_stands_at_125_mm_and_is_75_mm_wide(self):
		pages = issued_pages(self.quote(""))
		labels = {
			word: left
			for word, left, _right in places(pages.pdf())
			if word in ("Angebots-Nr.", "Datum", "Kunden-Nr.")
		}
		self.assertEqual(len(labels), 3)
		for left in labels.values():
			self.assertAlmostEqual(left, 125, delta=0.2)
		(block,) = [
			box
			for box in boxes(pages)
			if (box.element is not None and box.element.get("class") == "information")
			and box.element_tag == "table"
			and type(box).__name__ == "BlockBox"
		]
		self.assertAlmostEqual(block.width * 25.4 / 96, 75, delta=0.2)


class TestLookAtThePaper(PaperCase):
	CUTTING = """<div style="{0}"><table><tr><td>{{{{ "x" * 200 }}}}</td>
		{{% for row in doc.items %}}<td>{{{{ row.quantity }}}}</td><td>{{{{ row.amount }}}}</td>{{% endfor %}}
		</tr></table></div>"""

	def test_a_format_that_cuts_prices_is_not_issued(self):
		for style in (
			"",
			"width: 5cm; overflow: hidden; white-space: nowrap",
			"margin-left: 60cm",
			"margin-top: -9cm",
		):
			quote = self.quote("")
			quote.db_set("print_format", self.own_format(self.CUTTING.format(style)))
			quote.reload()
			with self.subTest(style):
				action, message = self.found(quote)["Figures Cut Off"]
				self.assertEqual(action, "Block")
				self.assertIn("1000.0", message)
				with self.assertRaisesRegex(QuoteCheckError, "not all on the paper"):
					quote.submit()
				self.assertEqual(
					frappe.db.get_value("Quote", quote.name, ("status", "docstatus")), ("Draft", 0)
				)

	def test_the_look_at_the_paper_can_be_switched_off(self):
		save_settings(quote_checks=[{"rule": rule, "action": "Off"} for rule in ON_THE_PAPER])
		quote = self.quote("")
		quote.db_set("print_format", self.own_format(self.CUTTING.format("")))
		quote.reload()
		with patch.object(quote_pdf, "lay_out", wraps=quote_pdf.lay_out) as lay_out:
			self.assertNotIn("Figures Cut Off", self.found(quote))
			lay_out.assert_not_called()
		quote.submit()

	def test_formats_that_show_less_are_none_of_its_business(self):
		quote = self.quote("")
		quote.db_set("print_format", self.own_format("<p>Pauschalangebot {{ doc.name }}</p>"))
		quote.reload()
		quote.submit()
		self.assertEqual(quote.status, "Issued")

	def test_issuing_lays_the_paper_out_once(self):
		quote = make_quote()
		with patch.object(quote_pdf, "lay_out", wraps=quote_pdf.lay_out) as lay_out:
			quote.submit()
		self.assertEqual(lay_out.call_count, 1)

	def test_what_changed_after_the_look_is_on_the_frozen_paper(self):
		quote = make_quote()
		quote.subject = "Vor der Prüfung"
		self.assertIs(issued_pages(quote), issued_pages(quote))
		quote.subject = "Nach der Prüfung"
		self.assertIn("Nach der Prüfung", issued_pages(quote).html)

	def test_letters_without_a_font_are_named(self):
		for text in ("自行车", "Rad 🚲", "𒀀𓀀", "Größe 5 μm ≤ ½", "Łódź, Ελλάδα, Україна"):
			quote = self.quote(f"<p>{text}</p>")
			with self.subTest(text):
				found = self.found(quote).get("Letters without Font", ("", "…: "))[1]
				self.assertEqual(set(found.partition(": ")[2]), set(filter(is_without_font, text)))

	def test_pictures_that_cannot_be_printed_are_named(self):
		stranger = make_user("stranger-pictures@example.com", "Sales User").name
		frappe.set_user(stranger)
		private = self.file("geheim.png")
		frappe.set_user("Administrator")
		seller = make_user("seller-pictures@example.com", "Sales User").name
		for source, name in (
			("/files/no-such-picture.png", "no-such-picture"),
			("/private/files/no-such-picture.png", "no-such-picture"),
			("https://www.example.com/logo.png", "https://www.example.com/logo.png"),
			(embedded(b"no picture", "image/heic"), "pasted picture"),
			("blob:https://example.com/1-2", "blob:"),
			("cid:image001.png@01D", "cid:image001.png"),
			(private, "geheim"),
		):
			opportunity = make_opportunity(items=[{}], opportunity_owner=seller)
			opportunity.db_set("owner", seller)
			quote = make_quote(opportunity)
			quote.db_set("owner", seller)
			quote.items[0].db_set("description", f'<p><img src="{source}"></p>')
			frappe.set_user(seller)
			with self.subTest(source[:40]):
				action, message = self.found(quote)["Picture Missing"]
				self.assertEqual(action, "Warn")
				self.assertIn(name, message)
			frappe.set_user("Administrator")

	def test_nobody_shows_a_private_file_by_naming_it_in_a_text(self):
		"""Not even if whoever issues the quote could read the file."""
		private = self.file("gehaelter.png")
		author = make_user("author-pictures@example.com", "Sales User").name
		quote = self.quote(f'<img src="{private}">')
		quote.db_set("owner", author)
		self.assertIn("gehaelter", self.found(frappe.get_doc("Quote", quote.name))["Picture Missing"][1])

	def test_pictures_of_the_quote_its_opportunity_and_its_items_are_printed_for_everyone_who_may(self):
		seller = make_user("holder-pictures@example.com", "Sales User").name
		quote = self.quote("")
		quote.db_set("owner", seller)
		item = make_item()
		for doctype, name in (
			("Quote", quote.name),
			("Sales Opportunity", quote.opportunity),
			("Sales Item", item.name),
		):
			url = self.file(
				f"{frappe.generate_hash()}.png", attached_to_doctype=doctype, attached_to_name=name
			)
			quote.items[0].db_set("description", f'<img src="{url}">')
			with self.subTest(doctype):
				self.assertEqual(issued_pages(frappe.get_doc("Quote", quote.name)).not_loaded, ())

	def test_a_files_name_may_have_anything_in_it(self):
		for number, name in enumerate(
			("Logo #1.png", "Logo?.png", "Logo groß ü.png", "Logo 100%.png", "a&b.png")
		):
			url = self.file(name, image(30 + number, 20), is_private=0)
			save_settings(logo=url)
			quote = self.quote(f'<img src="{url}">')
			with self.subTest(url):
				pages = issued_pages(quote)
				self.assertEqual(pages.not_loaded, ())
				self.assertEqual(len([box for box in boxes(pages) if box.element_tag == "img"]), 2)


def is_without_font(letter: str) -> bool:
	"""Return whether this machine has no font with a letter, as far as fontconfig knows."""
	fonts = subprocess.run(
		["fc-list", f":charset={ord(letter):x}"], capture_output=True, check=True, text=True
	)
	return not fonts.stdout.strip() and not letter.isspace()


class TestPicturesOnThePage(PaperCase):
	"""The customer has neither a login nor, by the page's policy, a way to other servers."""

	def page(self, quote) -> str:
		quote.db_set({"docstatus": 1, "status": "Issued"})
		frappe.set_user("Guest")
		self.addCleanup(frappe.set_user, "Administrator")
		page = quote_page.page_of(frappe.get_doc("Quote", quote.name), "x").get_data(as_text=True)
		frappe.set_user("Administrator")
		return page

	def test_private_pictures_of_the_quote_are_embedded_wherever_they_stand(self):
		quote = self.quote("", "")
		url = self.file("bild.png", attached_to_doctype="Quote", attached_to_name=quote.name)
		text = f'<p><img src="{url}?fid=1" width="120"></p>'
		quote.db_set({"introduction": text, "terms": text, "closing": text})
		quote.items[0].db_set("description", text)
		page = self.page(quote)
		self.assertEqual(page.count('<img src="data:image/png;base64,'), 4)
		self.assertEqual(page.count('style="width: 120px"'), 4)
		self.assertNotIn("/private/files", page)

	def test_pictures_that_the_paper_would_not_show_are_not_shown_here(self):
		stranger = make_user("stranger-page@example.com", "Sales User").name
		author = make_user("author-page@example.com", "Sales User").name
		frappe.set_user(stranger)
		private = self.file("gehaelter-seite.png")
		frappe.set_user("Administrator")
		for source in (
			private,
			"https://www.example.com/track.png",
			"/files/no-such.png",
			"/private/files/../x",
		):
			quote = self.quote(f'<p>Text <img src="{source}" alt="Bild &lt;1&gt;"></p>')
			quote.db_set("owner", author)
			with self.subTest(source):
				page = self.page(quote)
				self.assertNotIn(source, page)
				self.assertIn("Text Bild &lt;1&gt;", page)

	def test_a_file_that_is_no_picture_is_not_given_away(self):
		quote = self.quote("")
		url = self.file(
			"brief.html", b"<h1>geheim</h1>", attached_to_doctype="Quote", attached_to_name=quote.name
		)
		quote.items[0].db_set("description", f'<img src="{url}">')
		self.assertNotIn(base64.b64encode(b"<h1>geheim</h1>").decode(), self.page(quote))

	def test_large_pictures_are_made_smaller(self):
		content = io.BytesIO()
		Image.effect_noise((4000, 3000), 90).save(content, "JPEG", quality=95)
		self.assertGreater(len(content.getvalue()), 5_000_000)
		quote = self.quote(f'<img src="{embedded(content.getvalue(), "image/jpeg")}">')
		self.assertLess(len(self.page(quote)), 2_000_000)

	def test_texts_stay_where_they_belong_on_the_page(self):
		for kind, description in PASTED.items():
			with self.subTest(kind):
				page = self.page(self.quote(description)).partition("</style>")[2]
				for outbreak in (
					"nowrap !important",
					"position: absolute",
					"1400px",
					'class="address-field"',
				):
					self.assertNotIn(outbreak, page)


class TestArchiving(PaperCase):
	"""What PDF/A-3b asks for, looked up in the file itself."""

	def pdf(self, *descriptions: str) -> pikepdf.Pdf:
		return pikepdf.open(io.BytesIO(render_quote(self.quote(*descriptions).name)))

	def objects(self, pdf) -> list[pikepdf.Object]:
		return [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary | pikepdf.Stream)]

	def setUp(self):
		super().setUp()
		self.paper = self.pdf(
			f'<p><img src="{PHOTO}"><img src="{embedded(image(60, 60, "RGBA"))}"></p>',
			f'<p><img src="{embedded(image(60, 60, "CMYK", "JPEG"), "image/jpeg")}"></p>',
			f'<p><img src="{embedded(image(60, 60, "LA"))}"> <a href="https://example.com">Verweis</a></p>',
			"<pre>Code, <b>fett</b></pre><p><em>schräg</em></p>",
		)

	def test_each_file_has_its_own_id(self):
		first, second = self.paper.trailer.ID[0], self.pdf("<p>anders</p>").trailer.ID[0]
		self.assertTrue(bytes(first))
		self.assertNotEqual(bytes(first), bytes(second))

	def test_it_says_what_it_is_and_what_its_colours_mean(self):
		metadata = self.paper.Root.Metadata.read_bytes().decode()
		self.assertRegex(metadata, r'pdfaid:part="3"|<pdfaid:part>3<')
		self.assertRegex(metadata, r'pdfaid:conformance="B"|<pdfaid:conformance>B<')
		self.assertIn(str(self.paper.docinfo["/Title"]), metadata)
		(intent,) = self.paper.Root.OutputIntents
		self.assertEqual(str(intent.S), "/GTS_PDFA1")
		self.assertEqual(int(intent.DestOutputProfile.N), 3)
		self.assertTrue(intent.DestOutputProfile.read_bytes())

	def test_pictures_are_not_interpolated_and_have_known_colours(self):
		pictures = [item for item in self.objects(self.paper) if item.get("/Subtype") == "/Image"]
		self.assertGreaterEqual(len(pictures), 4)
		for picture in pictures:
			self.assertFalse(bool(picture.get("/Interpolate", False)))
			self.assertIn(str(picture.ColorSpace), ("/DeviceRGB", "/DeviceGray"))

	def test_what_is_transparent_is_so_in_a_way_that_archives_know(self):
		for item in self.objects(self.paper):
			self.assertIn(str(item.get("/BM", "/Normal")), ("/Normal", "/Compatible", "/Multiply"))
			if item.get("/Type") == "/ExtGState":
				self.assertNotIn("/TR", item)
			self.assertNotIn("/Alternates", item)
			self.assertNotIn("/OPI", item)

	def test_every_font_is_embedded(self):
		descriptors = [item for item in self.objects(self.paper) if item.get("/Type") == "/FontDescriptor"]
		self.assertGreaterEqual(len(descriptors), 2)
		for descriptor in descriptors:
			self.assertTrue({"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys()))
		for font in self.objects(self.paper):
			if font.get("/Type") == "/Font" and font.get("/Subtype") == "/Type0":
				self.assertIn("/ToUnicode", font)

	def test_nothing_moves_runs_or_hides(self):
		self.assertNotIn("/Encrypt", self.paper.trailer)
		for item in self.objects(self.paper):
			self.assertNotIn(str(item.get("/S", "")), ("/JavaScript", "/Launch", "/Movie", "/Sound"))
			if item.get("/Type") == "/Annot":
				self.assertEqual(int(item.F) & 0b111, 0b100)
