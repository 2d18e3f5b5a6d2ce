"""DocTypes as another app brings them, made for a test and taken away after it."""

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase


class ForeignDocTypesTestCase(IntegrationTestCase):
	"""A test with DocTypes of another app: of each its name, fields and title field, see `make_doctype`."""

	doctypes: tuple[tuple[str, tuple, str], ...] = ()

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		cls.remove_doctypes()
		for doctype in cls.doctypes:
			make_doctype(*doctype)

	@classmethod
	def tearDownClass(cls):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		cls.remove_doctypes()
		super().tearDownClass()

	@classmethod
	def remove_doctypes(cls):
		for doctype, _fields, _title_field in cls.doctypes:
			if frappe.db.exists("DocType", doctype):
				frappe.delete_doc("DocType", doctype, force=True)
			frappe.db.sql_ddl(f"drop table if exists `tab{doctype}`")


def make_doctype(name: str, fields: tuple[tuple[str, str, str], ...], title_field: str) -> None:
	"""Make a DocType of these fields (name, type, options), which salespeople may read."""
	frappe.get_doc(
		{
			"doctype": "DocType",
			"name": name,
			"module": "Custom",
			"custom": 1,
			"title_field": title_field,
			"fields": [
				{
					"fieldname": fieldname,
					"fieldtype": fieldtype,
					"options": options,
					"label": fieldname.replace("_", " ").title(),
				}
				for fieldname, fieldtype, options in fields
			],
			"permissions": [{"role": role, "read": 1} for role in ("Sales User", "Sales Viewer")],
		}
	).insert()
