"""German is complete, of the app's own, and leaves all other words of the site as they are."""

import csv
import json
from decimal import Decimal
from pathlib import Path

import frappe
from frappe.translate import get_translations_from_apps

from sales_opportunity.desk import words
from sales_opportunity.desk.search import find
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.overrides.timeline import stage_entries
from sales_opportunity.reporting.groups import namer
from sales_opportunity.sales_opportunity.report.customer_journey.events import fact_events
from sales_opportunity.sales_opportunity.report.quote_register.quote_register import get_chart
from sales_opportunity.tests.factories import make_opportunity
from sales_opportunity.tests.translatable import APP, CALL_IN_SCRIPT, called_texts, translatable_texts

OTHERS = Path(__file__).parent / "data" / "german_of_others.csv"
"""What releases of the framework and of ERPNext say in German, where they have texts that this app has as well."""

PLACEHOLDERS = ("{0}", "{1}", "{2}", "{3}", "{}")


class TestTranslations(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		with open(APP / "translations" / "de.csv", newline="") as file:
			cls.rows = list(csv.reader(file))
		cls.german = {(source, context): translation for source, translation, context in cls.rows}

	def test_every_text_has_german_of_the_apps_own(self):
		lacking = [
			text for text in translatable_texts() if not {text, (text.source, "")} & self.german.keys()
		]
		self.assertEqual(sorted(lacking), [])

	def test_no_word_without_a_context_changes_what_the_framework_says(self):
		said = get_translations_from_apps("de", apps=["frappe"])
		self.assertGreater(len(said), 3000)
		self.assertEqual(self.changed(said), [])

	def test_no_word_without_a_context_changes_what_released_frappe_and_erpnext_say(self):
		with OTHERS.open(newline="") as file:
			rows = list(csv.reader(file))[1:]
		for number in (1, 2, 3):
			said = {row[0]: row[number] for row in rows if row[number]}
			self.assertGreater(len(said), 80)
			self.assertEqual(self.changed(said), [])

	def changed(self, said: dict) -> list[tuple]:
		return [
			(source, translation, said[source])
			for source, translation, context in self.rows
			if not context and said.get(source, translation).strip() != translation
		]

	def test_no_translation_is_left_over(self):
		texts = translatable_texts()
		sources = {text.source for text in texts}
		left_over = [key for key in self.german if key not in texts and (key[1] or key[0] not in sources)]
		self.assertEqual(left_over, [])

	def test_no_row_says_the_same_twice(self):
		self.assertEqual(len(self.rows), len(self.german))

	def test_moments_have_no_description(self):
		"""The desk adds the time zone to it before it looks for its German, and finds none."""
		told = [
			(path.stem, field["fieldname"])
			for path in APP.glob("sales_opportunity/doctype/*/*.json")
			for field in json.loads(path.read_text()).get("fields", ())
			if field["fieldtype"] == "Datetime" and field.get("description")
		]
		self.assertEqual(told, [])

	def test_placeholders_survive(self):
		for source, translation, _context in self.rows:
			for placeholder in PLACEHOLDERS:
				self.assertEqual(source.count(placeholder), translation.count(placeholder), source)

	def test_a_german_user_reads_german(self):
		self.assertEqual(frappe._("Qualification Stage", "de"), "Qualifikationsstufe")
		self.assertEqual(frappe._("Net Total", "de", context="Quote"), "Nettobetrag")

	def test_charts_and_groups_say_states_and_stages_as_their_forms_do(self):
		frappe.local.lang = "de"
		self.addCleanup(setattr, frappe.local, "lang", "en")
		chart = get_chart(frappe._dict(), {"Accepted": (1, Decimal(0))})
		self.assertEqual(chart["data"]["labels"], ["Angenommen"])
		for group_by, key, name in (
			("stage", "Needs Analysis", "Bedarfsanalyse"),
			("forecast_category", "Commit", "Zugesagt"),
		):
			self.assertEqual(namer(group_by, frappe._dict())(key), name)

	def test_stream_journey_and_search_say_stages_as_the_form_does(self):
		deal = make_opportunity(stage="Needs Analysis", title="Stages in German")
		frappe.local.lang = "de"
		self.addCleanup(setattr, frappe.local, "lang", "en")
		said = [entry["content"] for entry in stage_entries(deal.name)]
		said += [event.text for event in fact_events({deal.name: deal.title})]
		said += [row["detail"] for row in find(deal.title, "Sales Opportunity")]
		self.assertEqual(len(said), 3)
		for text in said:
			self.assertIn("Bedarfsanalyse", text)

	def test_the_desk_says_words_of_a_context_where_nobody_else_has_one_for_them(self):
		frappe.local.lang = "de"
		self.addCleanup(setattr, frappe.local, "lang", "en")
		bootinfo = frappe._dict(__messages={"Optional": "Optional"})
		words.extend_bootinfo(bootinfo)
		self.assertEqual(bootinfo["__messages"]["Optional"], "Optional")
		self.assertEqual(bootinfo["__messages"]["Unit Price"], "Einzelpreis")

	def test_the_desk_of_an_english_user_gets_no_german_words(self):
		frappe.local.lang = "en"
		bootinfo = frappe._dict(__messages={"Save": "Save"})
		words.extend_bootinfo(bootinfo)
		self.assertEqual(bootinfo["__messages"], {"Save": "Save"})

	def test_contexts_are_found_behind_all_arguments(self):
		code = """__("One") + __('Two, {0} ("2")', [say(")", x)], "Form") + __("Three", null, 'List')"""
		self.assertEqual(
			list(called_texts(code, CALL_IN_SCRIPT)),
			[("One", ""), ('Two, {0} ("2")', "Form"), ("Three", "List")],
		)
