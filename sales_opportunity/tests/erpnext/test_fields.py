"""The fields that the adapters use are those of the installed ERPNext."""

import json

import frappe

from sales_opportunity.tests.erpnext.erp import ERPNextTestCase
from sales_opportunity.tests.translatable import APP

FIELDS = APP.parent / "tests" / "erpnext_fields.json"


class TestFields(ERPNextTestCase):
	def test_fields_are_as_they_are_written_down(self):
		for doctype, fields in json.loads(FIELDS.read_text()).items():
			meta = frappe.get_meta(doctype)
			for fieldname, fieldtype in fields.items():
				with self.subTest(doctype, field=fieldname):
					self.assertEqual(getattr(meta.get_field(fieldname), "fieldtype", None), fieldtype)

	def test_orders_are_found_by_their_deal_through_an_index(self):
		for doctype in ("Sales Order", "Delivery Note Item", "Sales Invoice Item"):
			with self.subTest(doctype):
				self.assertTrue(frappe.get_meta(doctype).get_field("sales_opportunity").search_index)
				if frappe.db.db_type == "mariadb":
					table = f"tab{doctype}"
					self.assertTrue(frappe.db.get_column_index(table, "sales_opportunity", unique=False))
