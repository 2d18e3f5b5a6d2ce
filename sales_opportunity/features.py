"""What of an offer a site uses, as the settings say: what is switched off is on no form, list or paper."""

from typing import TYPE_CHECKING

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

if TYPE_CHECKING:
	from frappe.model.document import Document

SETTINGS = "Sales Opportunity Settings"

PRICE_LISTS = "use_price_lists"
FEATURES: dict[str, dict[str, tuple[str, ...]]] = {
	"use_trade_ins": {
		"Sales Opportunity Item": ("deduction",),
		"Quote Item": ("deduction",),
		"Fulfilment Request Item": ("deduction",),
	},
	PRICE_LISTS: {
		"Sales Item": ("section_prices", "prices"),
		"Business Partner": ("partner_group",),
		"Sales Opportunity Item": ("list_price", "price_source"),
		"Quote Item": ("list_price", "price_source"),
	},
}
"""For each switch of the settings the fields, by DocType, that are seen only while it is on."""


def is_used(feature: str) -> bool:
	"""Return whether a switch of the settings is on."""
	return bool(frappe.get_cached_doc(SETTINGS).get(feature))


def store_defaults() -> None:
	"""Switch on what was never switched: a single document has no defaults any more once anything of it is stored."""
	stored = frappe.db.get_singles_dict(SETTINGS)
	for feature in FEATURES:
		if stored.get(feature) is None:
			frappe.db.set_single_value(SETTINGS, feature, 1)
	frappe.clear_document_cache(SETTINGS, SETTINGS)


def show_features(settings: "Document") -> None:
	"""Hide the fields of what is switched off, and show those of what is switched on again."""
	before = settings.get_doc_before_save()
	for feature, fields in FEATURES.items():
		if before and bool(before.get(feature)) == bool(settings.get(feature)):
			continue
		for doctype, fieldnames in fields.items():
			for fieldname in fieldnames:
				show_field(doctype, fieldname, bool(settings.get(feature)))
			frappe.clear_cache(doctype=doctype)


def show_field(doctype: str, fieldname: str, is_shown: bool) -> None:
	"""Show or hide a field everywhere: in forms, tables, lists, and what can be chosen for reports and exports."""
	frappe.db.delete(
		"Property Setter", {"doc_type": doctype, "field_name": fieldname, "property": "hidden", "value": "1"}
	)
	if not is_shown:
		make_property_setter(doctype, fieldname, "hidden", 1, "Check", validate_fields_for_doctype=False)
