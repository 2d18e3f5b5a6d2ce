"""Link fields find the app's masters by the names that a German reads, whichever context these stand in."""

import frappe
from frappe.translate import get_translated_doctypes

from sales_opportunity.defaults import existing_default, in_language, name_of_record, read_defaults
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.page.set_up_sales import ready_sets
from sales_opportunity.tests.factories import make_user
from sales_opportunity.tests.web import keep_request

SELLER = "read-names@example.com"
STAGE = "Qualification Stage"


def call(function: str, **values) -> list:
	"""Return what the desk is answered to a search, on releases that answer by the response or by returning."""
	path = frappe.get_hooks("override_whitelisted_methods")[f"frappe.desk.search.{function}"][-1]
	frappe.local.response = frappe._dict(docs=[])
	returned = frappe.call(path, **values)
	return returned or frappe.local.response.get("results") or frappe.local.response.get("values") or []


def found(doctype: str, text: str, **options) -> list[str]:
	return [row["value"] for row in call("search_link", doctype=doctype, txt=text, page_length=10, **options)]


class TestReadNames(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_user(SELLER, "Sales User")
		records = [*read_defaults(), *ready_sets.known_records()]
		cls.masters = [record for record in records if record["doctype"] in get_translated_doctypes()]
		for record in cls.masters:
			if not existing_default(record):
				frappe.get_doc(in_language(record, "en")).insert()
			if frappe.get_meta(record["doctype"]).has_field("enabled"):
				frappe.db.set_value(record["doctype"], existing_default(record), "enabled", 1)

	def setUp(self):
		keep_request(self)
		self.addCleanup(frappe.set_user, "Administrator")
		frappe.set_user(SELLER)
		self.addCleanup(setattr, frappe.local, "lang", frappe.local.lang)
		frappe.local.lang = "de"

	def test_each_is_found_by_its_german_name_and_by_the_one_that_it_is_stored_by(self):
		self.assertEqual(
			{record["doctype"] for record in self.masters},
			{STAGE, "Closing Reason", "Sales Unit", "Opportunity Source"},
		)
		for record in self.masters:
			stored, german = existing_default(record), name_of_record(in_language(record, "de"))
			for text in (german, german.upper(), f" {german[:-1]}", stored):
				with self.subTest(record["doctype"], text=text):
					self.assertIn(stored, found(record["doctype"], text))

	def test_what_is_not_read_so_is_not_found(self):
		self.assertEqual(found(STAGE, "Bedarfsanalyse"), ["Needs Analysis"])
		self.assertEqual(found(STAGE, "Bedarfsanalyse?"), [])

	def test_filters_are_kept(self):
		for filters in (
			{"stage_type": "Open"},
			'{"stage_type": "Open"}',
			[[STAGE, "stage_type", "=", "Open"]],
		):
			self.assertEqual(found(STAGE, "Bedarfsanalyse", filters=filters), ["Needs Analysis"])
			self.assertEqual(found(STAGE, "Gewonnen", filters=filters), [])
		self.assertEqual(found(STAGE, "Bedarfs", filters={"name": ("!=", "Needs Analysis")}), [])

	def test_the_search_dialog_finds_them_too(self):
		rows = call("search_widget", doctype=STAGE, txt="Bedarfsanalyse", page_length=10)
		self.assertEqual([row[0] for row in rows], ["Needs Analysis"])
