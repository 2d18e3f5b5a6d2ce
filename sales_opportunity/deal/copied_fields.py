"""Which fields go along when one document follows from another: all that both have, an admin's own among them."""

from typing import TYPE_CHECKING

import frappe
from frappe.model import no_value_fields, table_fields

from sales_opportunity.features import SUMS_IN_BOTH_CURRENCIES

if TYPE_CHECKING:
	from frappe.core.doctype.docfield.docfield import DocField
	from frappe.model.document import Document

MARGINS = {"margin_amount", "margin_percentage"}
MARGINS_OF_ROWS = {"unit_cost", *MARGINS}
"""What is seen by few, and what each document finds for itself."""

LEFT_OUT = {
	"Quote": {
		"address_display",
		"company_currency",
		"contact_email",
		"discount_amount",
		"party_name",
		"prices_include_tax",
		*MARGINS,
		*SUMS_IN_BOTH_CURRENCIES,
	},
	"Quote Item": {"amount", "base_amount", *MARGINS_OF_ROWS},
	"Sales Opportunity Item": {"amount", "base_amount", "net_amount", "base_net_amount", *MARGINS_OF_ROWS},
	"Fulfilment Request": {"company_currency", "freight", "freight_tax_rate"},
	"Fulfilment Request Item": {"quantity", "amount", "base_amount", "discount_amount"},
}
"""By the DocType that is written: what it computes itself, or what means something else there."""

NOT_OF_A_DUPLICATE = {"conversion_rate", "delivery_date", "service_start", "won_quote"}
"""Fields with No Copy, which duplicates of a document shall not have, but what follows from it shall."""

OF_CUSTOMER = {"delivery_date": None, "service_start": None, "unit_cost": None}
"""What was planned and reckoned for the other deal, in rows that another one takes over."""

AGREED_PRICE = {"is_price_agreed": 1}
"""An agreed price is changed by no price list, even where it is the same as a list's by chance."""

SAME_OPTIONS = ("Link", "Dynamic Link", "Select")


def copied_fields(source: str, target: str) -> list[str]:
	"""Return the names of the fields that a document of the DocType `target` takes over from one of `source`.

	They have the same name and type in both, and No Copy in neither.
	"""
	source_meta = frappe.get_meta(source)
	return [
		field.fieldname
		for field in frappe.get_meta(target).fields
		if (former := source_meta.get_field(field.fieldname))
		and field.fieldname not in LEFT_OUT[target]
		and is_alike(field, former)
	]


def is_alike(field: "DocField", former: "DocField") -> bool:
	"""Return whether two fields of one name hold the same kind of value that may be copied."""
	if former.fieldtype != field.fieldtype or field.fieldtype in (*no_value_fields, *table_fields):
		return False
	if field.fieldtype in SAME_OPTIONS and former.options != field.options:
		return False
	is_kept = field.fieldname in NOT_OF_A_DUPLICATE or not (field.no_copy or former.no_copy)
	return bool(is_kept and not field.get("is_virtual") and not former.get("is_virtual"))


def own_fields(doctype: str) -> set[str]:
	"""Return the names of the fields that an admin has added to a DocType."""
	return {field.fieldname for field in frappe.get_meta(doctype).get_custom_fields()}


def copied_values(source: "Document | frappe._dict", doctype: str, target: str) -> dict:
	"""Return what a document of the DocType `target` takes over from `source`, a document or row of `doctype`."""
	return {fieldname: source.get(fieldname) for fieldname in copied_fields(doctype, target)}
