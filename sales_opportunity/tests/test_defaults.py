"""Default masters are in the site's language, and a file may call them by any of the app's languages."""

from unittest.mock import patch

import frappe
from frappe.model.rename_doc import get_link_fields

from sales_opportunity import defaults
from sales_opportunity.defaults import create_defaults, name_defaults, read_defaults
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.tests.factories import make_item

UNUSED = {"Month": "Monat", "Kilogram": "Kilogramm", "Flat Rate": "Pauschale"}


class TestDefaults(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(frappe.clear_cache)
		self.addCleanup(frappe.db.rollback)

	def make_unused(self):
		"""Let there be no defaults but these, which nobody uses: each new name makes the framework read all DocTypes anew."""
		records = [record for record in read_defaults() if record.get("unit_name") in UNUSED]
		only_these = patch.object(defaults, "read_defaults", return_value=records)
		only_these.start()
		self.addCleanup(only_these.stop)
		for field in get_link_fields("Sales Unit"):
			frappe.db.delete(field.parent, {field.fieldname: ("in", list(UNUSED))})

	def test_what_nobody_used_is_named_in_the_language_and_back(self):
		self.make_unused()
		named = name_defaults("de")
		self.assertLessEqual(set(UNUSED.values()), set(named))
		for english, german in UNUSED.items():
			self.assertFalse(frappe.db.exists("Sales Unit", english))
			self.assertEqual(frappe.db.get_value("Sales Unit", german, "unit_name"), german)
		name_defaults("en")
		for english, german in UNUSED.items():
			self.assertTrue(frappe.db.exists("Sales Unit", english))
			self.assertFalse(frappe.db.exists("Sales Unit", german))

	def test_what_was_used_or_changed_keeps_its_name(self):
		self.make_unused()
		make_item("TEST-BY-WEIGHT", unit="Kilogram")
		frappe.db.set_value("Sales Unit", "Month", "whole_numbers_only", 1)
		named = name_defaults("de")
		self.assertIn("Pauschale", named)
		for unit in ("Kilogram", "Month"):
			self.assertTrue(frappe.db.exists("Sales Unit", unit))

	def test_a_default_of_another_language_is_not_made_twice(self):
		doctypes = {record["doctype"] for record in read_defaults()}
		before = {doctype: frappe.db.count(doctype) for doctype in doctypes}
		create_defaults("de")
		self.assertEqual({doctype: frappe.db.count(doctype) for doctype in doctypes}, before)
