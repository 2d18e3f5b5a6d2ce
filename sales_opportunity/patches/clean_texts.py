"""Clean the texts that were stored before all of them were cleaned, and write plain ones as they were typed.

Issued quotes stay as they were issued; they are cleaned wherever they are shown.
"""

import frappe

from sales_opportunity.plain_text import disarmed
from sales_opportunity.rich_text import clean, clean_template
from sales_opportunity.texts import RICH, TEMPLATES, own_doctypes, text_fields

KEPT = ("Quote", "Quote Item", "Quote Tax")


def execute():
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


def clean_row(doctype: str, meta, row) -> None:
	"""Store what changes by cleaning, and nothing else."""
	changed = {}
	for field in text_fields(meta):
		value = row.get(field.fieldname)
		if field.fieldtype not in RICH:
			cleaned = disarmed(value)
		else:
			cleaned = (clean_template if (doctype, field.fieldname) in TEMPLATES else clean)(value)
		if cleaned != value:
			changed[field.fieldname] = cleaned
	if changed and meta.issingle:
		for fieldname, value in changed.items():
			frappe.db.set_single_value(doctype, fieldname, value)
	elif changed:
		frappe.db.set_value(doctype, row.name, changed, update_modified=False)
