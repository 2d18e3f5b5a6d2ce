"""Clean the texts that were stored before all of them were cleaned, and write plain ones as they were typed.

Issued quotes stay as they were issued; they are cleaned wherever they are shown.
"""

from typing import TYPE_CHECKING

import frappe

from sales_opportunity.framework.ownership import own_doctypes
from sales_opportunity.sales_opportunity.doctype.business_partner.duplicates import store_keys
from sales_opportunity.sales_opportunity.doctype.quote_text.quote_text import render, sample_quote
from sales_opportunity.sales_opportunity.doctype.quote_text.sandbox import ERRORS
from sales_opportunity.texts.cleaning import RICH, TEMPLATES, text_fields
from sales_opportunity.texts.plain_text import disarmed
from sales_opportunity.texts.rich_text import clean, clean_template

if TYPE_CHECKING:
	from frappe.model.meta import Meta

KEPT = ("Quote", "Quote Item", "Quote Tax")
NOT_CLEANED = (
	"Its placeholders would not work any more. Open it, correct its HTML and save it; quotes get it cleaned."
)
"""For the log of errors, which is English."""


def execute() -> None:
	"""Clean all stored texts of this app. Runs twice without harm."""
	for doctype in own_doctypes():
		meta = frappe.get_meta(doctype)
		if meta.issingle:
			clean_row(doctype, meta, frappe.get_doc(doctype))
			continue
		filters = {"docstatus": 0} if doctype in KEPT else {}
		fields = [field.fieldname for field in text_fields(meta)]
		for row in frappe.get_all(doctype, filters, ["name", *fields]) if fields else []:
			clean_row(doctype, meta, row)


def still_renders(row: frappe._dict, changed: dict) -> bool:
	"""Return whether no placeholder of a standard text fails that did not fail before."""
	language = frappe.db.get_value("Quote Text", row.name, "language")
	return all(
		renders(text, language) or not renders(row[fieldname], language)
		for fieldname, text in changed.items()
	)


def renders(text: str, language: str) -> bool:
	"""Return whether a standard text can be filled in for a quote without content."""
	try:
		render(text, sample_quote(language))
	except ERRORS:
		return False
	return True


def clean_row(doctype: str, meta: "Meta", row: frappe._dict) -> None:
	"""Store what changes by cleaning, and by which keys a partner is found by its new name."""
	changed = {}
	for field in text_fields(meta):
		value = row.get(field.fieldname)
		if field.fieldtype not in RICH:
			cleaned = disarmed(value)
		else:
			cleaned = (clean_template if (doctype, field.fieldname) in TEMPLATES else clean)(value)
		if cleaned != value:
			changed[field.fieldname] = cleaned
	if changed and doctype == "Quote Text" and not still_renders(row, changed):
		frappe.log_error(f"Quote Text {row.name} was not cleaned", NOT_CLEANED)
		return
	if changed and meta.issingle:
		for fieldname, value in changed.items():
			frappe.db.set_single_value(doctype, fieldname, value)
	elif changed:
		frappe.db.set_value(doctype, row.name, changed, update_modified=False)
	if "partner_name" in changed:
		store_keys(frappe.get_doc(doctype, row.name))
