"""What a process keeps for the next paper, styles with their fonts and compiled templates, never shows on it."""

import gc
import io
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import frappe
from frappe.utils.background_jobs import execute_job
from jinja2 import DictLoader, Environment
from pypdf import PdfReader

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.printing import pdf
from sales_opportunity.printing.pdf import lay_out
from sales_opportunity.printing.templates import CompiledTemplates

FONT = "/assets/sales_opportunity/fonts/IBMPlexSans-Regular.woff"
A4, A5 = (210, 297), (148, 210)


def page(style: str, text: str = "Angebot") -> str:
	return f'<html lang="de"><head><title>Papier</title>{style}</head><body><p>{text}</p></body></html>'


def with_font(address: str) -> str:
	"""Return a style that nobody had before, for it has a name of its own."""
	family = f"Kept Sans {frappe.generate_hash(length=10)}"
	return f'<style>@font-face {{ font-family: "{family}"; src: url("{address}") }} p {{ font-family: "{family}" }}</style>'


def millimetres(pages) -> tuple[int, int]:
	box = PdfReader(io.BytesIO(pages.pdf())).pages[0].mediabox
	return round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)


class TestKeptStyles(IntegrationTestCase):
	def test_the_fonts_of_a_style_are_read_once(self):
		style = with_font(FONT)
		with patch.object(pdf, "fetch", wraps=pdf.fetch) as fetch:
			first, second = lay_out(page(style, "Eins")), lay_out(page(style, "Zwei"))
		self.assertEqual(len(fetch.mock_calls), 1)
		for pages, text in ((first, "Eins"), (second, "Zwei")):
			reader = PdfReader(io.BytesIO(pages.pdf()))
			self.assertEqual(reader.pages[0].extract_text().strip(), text)
			fonts = [
				font.get_object()["/BaseFont"] for font in reader.pages[0]["/Resources"]["/Font"].values()
			]
			self.assertTrue(all("Kept-Sans" in font for font in fonts), fonts)

	def test_a_style_that_was_changed_shows_at_once(self):
		for size, expected in (("A4", A4), ("A5", A5), ("A4", A4)):
			with self.subTest(size):
				self.assertEqual(
					millimetres(lay_out(page(f"<style>@page {{ size: {size} }}</style>"))), expected
				)

	def test_of_several_styles_the_last_one_counts_whatever_they_are_for(self):
		first, last = "@page { size: A4 }", "@page { size: A5 }"
		for style in (
			f"<style>{first}</style><style>{last}</style>",
			f"<style media='print'>{first}</style><style>{last}</style>",
			f"<style>{first}</style><style media='print'>{last}</style>",
			f"<style>{first}</style><link rel='stylesheet' href='data:text/css,@page%7Bsize:A5%7D'>",
		):
			with self.subTest(style):
				self.assertEqual(millimetres(lay_out(page(style))), A5)

	def test_what_an_element_says_of_itself_counts_more_than_the_style(self):
		text = "<span style='display: none'>Geheim</span>Sichtbar"
		shown = PdfReader(io.BytesIO(lay_out(page("<style>span { display: block }</style>", text)).pdf()))
		self.assertEqual(shown.pages[0].extract_text().strip(), "Sichtbar")

	def test_a_private_font_is_left_out_each_time_whoever_printed_first(self):
		file = frappe.get_doc(
			{"doctype": "File", "file_name": "geheim.woff", "is_private": 1, "content": "wOFF"}
		).insert()
		style = with_font(file.file_url)
		for _time in range(2):
			self.assertEqual(
				[url.rpartition("/")[2] for url in lay_out(page(style)).not_loaded], ["geheim.woff"]
			)

	def test_a_font_that_comes_later_shows_on_the_next_paper(self):
		name = f"{frappe.generate_hash(length=10)}.woff"
		style = with_font(f"/files/{name}")
		self.assertEqual(len(lay_out(page(style)).not_loaded), 1)
		content = (
			pdf.fetch(pdf.BASE_URL.rstrip("/") + FONT)["string"] + name.encode()
		)  # no other file is the same
		frappe.get_doc({"doctype": "File", "file_name": name, "content": content}).insert()
		self.assertEqual(lay_out(page(style)).not_loaded, ())

	def test_a_job_leaves_no_fonts_behind(self):
		frappe.db.rollback()  # a job stores what was entered before
		with tempfile.TemporaryDirectory() as folder, patch.object(tempfile, "tempdir", folder):
			lay_out(page(with_font(FONT)))
			self.assertEqual(len(list(Path(folder).iterdir())), 1)
			execute_job(frappe.local.site, "frappe.ping", None, "test", {}, is_async=False)
			gc.collect()
			self.assertEqual(list(Path(folder).iterdir()), [])

	def test_several_threads_lay_out_the_same_style_at_once(self):
		style, site = with_font(FONT), frappe.local.site

		def make(number: int) -> str:
			frappe.init(site, sites_path=".")
			reader = PdfReader(io.BytesIO(lay_out(page(style, f"Seite {number}")).pdf()))
			return reader.pages[0].extract_text().strip()

		with ThreadPoolExecutor(4) as threads:
			self.assertEqual(list(threads.map(make, range(8))), [f"Seite {number}" for number in range(8)])


class TestCompiledTemplates(IntegrationTestCase):
	def environment(self, source: str, compiled: CompiledTemplates) -> Environment:
		return Environment(loader=DictLoader({"paper.html": source}), bytecode_cache=compiled)

	def test_another_environment_need_not_compile_the_same_template(self):
		compiled = CompiledTemplates()
		self.environment("{{ 1 + 1 }}", compiled).get_template("paper.html")
		with patch.object(Environment, "compile", side_effect=AssertionError):
			self.assertEqual(
				self.environment("{{ 1 + 1 }}", compiled).get_template("paper.html").render(), "2"
			)

	def test_a_template_that_was_changed_is_compiled_anew(self):
		compiled = CompiledTemplates()
		for source, text in (("{{ 1 }}", "1"), ("{{ 2 }}", "2"), ("{{ 1 }}", "1")):
			self.assertEqual(self.environment(source, compiled).get_template("paper.html").render(), text)
