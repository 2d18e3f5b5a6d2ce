"""The fields that the adapters use are those of the installed ERPNext."""

import json
from inspect import signature

import frappe

from sales_opportunity.erpnext import setting_up
from sales_opportunity.tests.erpnext.erp import ERPNextTestCase
from sales_opportunity.tests.translatable import APP

FIELDS = APP.parent / "tests" / "erpnext_fields.json"
SINCE_16 = FIELDS.with_name("erpnext_fields_16.json")
FUNCTIONS = FIELDS.with_name("erpnext_functions.json")


def release() -> int:
	return int(frappe.get_attr("erpnext.__version__").split(".")[0])


def written_down() -> dict[str, dict[str, str | None]]:
	"""Return the fields of the installed release as they are written down, by DocType; None is one that it must not have."""
	fields = json.loads(FIELDS.read_text())
	if release() >= 16:
		for doctype, others in json.loads(SINCE_16.read_text()).items():
			fields[doctype].update(others)
	return fields


class TestFields(ERPNextTestCase):
	def test_fields_are_as_they_are_written_down(self):
		for doctype, fields in written_down().items():
			meta = frappe.get_meta(doctype)
			for fieldname, fieldtype in fields.items():
				with self.subTest(doctype, field=fieldname):
					self.assertEqual(getattr(meta.get_field(fieldname), "fieldtype", None), fieldtype)

	def test_functions_are_as_they_are_written_down(self):
		for path, arguments in json.loads(FUNCTIONS.read_text()).items():
			with self.subTest(path):
				found = list(signature(frappe.get_attr(path)).parameters)
				self.assertEqual(found, arguments[str(min(release(), 16))])

	def test_orders_are_found_by_their_deal_and_blanket_order_through_an_index(self):
		for doctype in ("Sales Order", "Delivery Note Item", "Sales Invoice Item"):
			with self.subTest(doctype):
				self.assertTrue(frappe.get_meta(doctype).get_field("sales_opportunity").search_index)
				if frappe.db.db_type == "mariadb":
					table = f"tab{doctype}"
					self.assertTrue(frappe.db.get_column_index(table, "sales_opportunity", unique=False))
		index = frappe.db.get_index_name(setting_up.COUNTED_BY)
		self.assertTrue(frappe.db.has_index("tabSales Order Item", index))
