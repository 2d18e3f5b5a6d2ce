"""German is complete: every text of the app is translated, by the app or by the framework."""

import csv

import frappe
from frappe.translate import get_all_translations

from sales_opportunity.compat import IntegrationTestCase
from sales_opportunity.tests.translatable import APP, translatable_texts

PLACEHOLDERS = ("{0}", "{1}", "{2}", "{3}", "{}")


class TestTranslations(IntegrationTestCase):
	def rows(self):
		with open(APP / "translations" / "de.csv", newline="") as file:
			return list(csv.reader(file))

	def test_every_text_has_a_german_translation(self):
		known = {text.split(":")[0] for text in get_all_translations("de")} | set(get_all_translations("de"))
		self.assertEqual(sorted(translatable_texts() - known), [])

	def test_no_translation_is_left_over(self):
		texts = translatable_texts()
		self.assertEqual([source for source, *_rest in self.rows() if source not in texts], [])

	def test_placeholders_survive(self):
		for source, translation, _context in self.rows():
			for placeholder in PLACEHOLDERS:
				self.assertEqual(source.count(placeholder), translation.count(placeholder), source)

	def test_a_german_user_reads_german(self):
		self.assertEqual(frappe._("Qualification Stage", "de"), "Qualifikationsstufe")
