"""What a site gets where this app and ERPNext are both installed, whichever came first."""

import json
from pathlib import Path

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from sales_opportunity.erpnext.hooks import is_installed
from sales_opportunity.erpnext.masters.customer_checks import fill_keys
from sales_opportunity.erpnext.masters.customers import LINKS
from sales_opportunity.erpnext.masters.mirrors import ensure_all
from sales_opportunity.erpnext.masters.targets import sync_all_targets
from sales_opportunity.erpnext.takeover.masters import MARKS as OWN_MARKS

MODULE = "Sales Opportunity"

SERVER_FIELD = {"read_only": 1, "no_copy": 1, "print_hide": 1, "module": MODULE}

PRICES = ("price_list_rate", "rate", "net_rate", "base_price_list_rate", "base_rate", "base_net_rate")
PRICED = {
	**dict.fromkeys(("Sales Order Item", "Delivery Note Item", "Sales Invoice Item"), PRICES),
	"Blanket Order Item": ("rate",),
}
PRICE_DECIMALS = "6"
"""As unit prices of quotes have them: with fewer, orders could not come to the same sums."""

LOOKED_FOR = (*LINKS.values(), "tax_id")
"""What else customers are found by; their DocType says so, since the framework drops an index that it does not know of."""

COUNTED_BY = ["blanket_order", "docstatus"]
"""What rows of orders are counted by, with a lock: by the Blanket Order alone, those who submit others would wait in a circle."""


def fields() -> dict[str, list[dict]]:
	"""Return the fields on ERPNext's DocTypes, as `fields.json` has them; their labels are in English, as all are stored."""
	return json.loads((Path(__file__).parent / "fields.json").read_text())


def set_up(*args: str) -> None:
	"""Create the fields that tie orders to deals, decimals of prices, an index, units, tax rates and targets. Runs twice without harm.

	Hook of each installed app and each migration: ERPNext may come before or after this app.
	"""
	if not (is_installed() and frappe.db.exists("DocType", "Sales Opportunity")):
		return
	for doctype, fieldnames in PRICED.items():
		for fieldname in fieldnames:
			set_property(doctype, fieldname, "precision", PRICE_DECIMALS, "Select")
	for fieldname in LOOKED_FOR:
		set_property("Customer", fieldname, "search_index", "1", "Check")
	create_custom_fields(
		{
			doctype: [
				{**(SERVER_FIELD if doctype != "Company" else {"module": MODULE}), **field} for field in rows
			]
			for doctype, rows in fields().items()
		}
	)
	frappe.db.add_index("Sales Order Item", COUNTED_BY)
	fill_keys()
	ensure_all()
	sync_all_targets()


def set_property(doctype: str, fieldname: str, name: str, value: str, fieldtype: str) -> None:
	"""Change what ERPNext says of one of its fields, unless an admin has done so."""
	if frappe.db.exists("Property Setter", {"doc_type": doctype, "field_name": fieldname, "property": name}):
		return
	setter = make_property_setter(doctype, fieldname, name, value, fieldtype)
	setter.db_set("module", MODULE)


def remove_fields_with_erpnext(app: str) -> None:
	"""Hook before an app is removed: with ERPNext go the fields on its DocTypes and those that say what has become what there."""
	if app == "erpnext":
		remove_fields()
		for doctype, fieldname in OWN_MARKS.items():
			name = frappe.db.get_value("Custom Field", {"dt": doctype, "fieldname": fieldname})
			if name:
				frappe.delete_doc("Custom Field", name, force=True)


def remove_fields() -> None:
	"""Remove what `set_up` has made from ERPNext's DocTypes; units and tax rates go with this app."""
	for doctype in fields():
		for name in frappe.get_all("Custom Field", {"dt": doctype, "module": MODULE}, pluck="name"):
			frappe.delete_doc("Custom Field", name, force=True)
	changed = {"doc_type": ("in", (*PRICED, "Customer")), "module": MODULE}
	for name in frappe.get_all("Property Setter", changed, pluck="name"):
		frappe.delete_doc("Property Setter", name, force=True)
