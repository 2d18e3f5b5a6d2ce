"""Attributes of a class: each is a Custom Field of the opportunity, so that forms, filters and reports know it.

Classes that define the same attribute share its field. A field that no class defines any more goes, its values
stay in the database and come back with the attribute.
"""

import json
import re
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.custom.doctype.customize_form.customize_form import CustomizeForm
from frappe.utils import cint

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.class_id.class_id import ClassID
	from sales_opportunity.sales_opportunity.doctype.class_id_attribute.class_id_attribute import (
		ClassIDAttribute,
	)

OPPORTUNITY = "Sales Opportunity"
PREFIX = "attribute_"
SECTION = "section_attributes"
FIELDTYPES = {"Text": "Data", "Number": "Float", "Date": "Date", "Choice": "Select"}
MANAGED = ("label", "fieldtype", "options", "depends_on", "in_standard_filter", "insert_after")


class ClassAttributeError(frappe.ValidationError):
	pass


def prepare_attributes(class_doc: "ClassID") -> None:
	"""Give new attributes a field name and check all. Raises `ClassAttributeError` with the row's number."""
	seen = set()
	for row in class_doc.attributes:
		row.fieldname = row.fieldname or fieldname_for(row.label)
		row.choices = "\n".join(split_choices(row.choices)) if row.attribute_type == "Choice" else None
		if row.fieldname in seen:
			frappe.throw(
				_("Row #{0}: The class has an attribute {1} already.").format(
					row.idx, frappe.bold(row.label)
				),
				ClassAttributeError,
			)
		if row.attribute_type == "Choice" and not row.choices:
			frappe.throw(
				_("Row #{0}: Enter the choices of {1}, one per line.").format(
					row.idx, frappe.bold(row.label)
				),
				ClassAttributeError,
			)
		validate_shared_type(class_doc, row)
		validate_new_type(row)
		seen.add(row.fieldname)


def validate_shared_type(class_doc: "ClassID", row: "ClassIDAttribute") -> None:
	"""Raise `ClassAttributeError` for an attribute whose field is of another type in another class."""
	other = frappe.db.get_value(
		"Class ID Attribute",
		{
			"fieldname": row.fieldname,
			"attribute_type": ("!=", row.attribute_type),
			"parent": ("!=", class_doc.name or ""),
		},
		("parent", "attribute_type"),
	)
	if other:
		frappe.throw(
			_("Row #{0}: {1} is of type {2} in class {3}. Choose the same type or another label.").format(
				row.idx, frappe.bold(row.label), _(other[1]), other[0]
			),
			ClassAttributeError,
		)


def validate_new_type(row: "ClassIDAttribute") -> None:
	"""Refuse a type that is none, and a change that the database cannot make, before anything of the class is written."""
	row._validate_selects()
	fieldtype = frappe.db.get_value(
		"Custom Field", {"dt": OPPORTUNITY, "fieldname": row.fieldname}, "fieldtype"
	)
	wanted = FIELDTYPES[row.attribute_type]
	if fieldtype not in (None, wanted) and not CustomizeForm.allow_fieldtype_change(fieldtype, wanted):
		frappe.throw(
			_("Row #{0}: {1} has values of another type. Choose the former type or another label.").format(
				row.idx, frappe.bold(row.label)
			),
			ClassAttributeError,
		)


def fieldname_for(label: str) -> str:
	"""Return the name of the opportunity's field for an attribute, in lower case ASCII."""
	words = re.findall(r"[a-z0-9]+", replace_umlauts(label.casefold()))
	if not words:
		frappe.throw(
			_("{0} needs a letter or a digit to become a field.").format(frappe.bold(label)),
			ClassAttributeError,
		)
	return (PREFIX + "_".join(words))[:60]


def replace_umlauts(text: str) -> str:
	"""Return a lower-case text with two letters for each umlaut."""
	return text.translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"}))


def split_choices(choices: str | None) -> list[str]:
	"""Return the choices of an attribute in their order, each once."""
	lines = (line.strip() for line in (choices or "").splitlines())
	return list(dict.fromkeys(filter(None, lines)))


def sync_fields(class_doc: "ClassID") -> None:
	"""Create, change and remove the opportunity's fields, so that they are those that all classes define."""
	before = class_doc.get_doc_before_save()
	if definitions(class_doc) == (definitions(before) if before else []):
		return
	sync_all_fields()


def sync_all_fields() -> None:
	"""Bring the opportunity's attribute fields in line with the classes."""
	wanted = wanted_fields()
	existing = frappe.get_all(
		"Custom Field", {"dt": OPPORTUNITY, "fieldname": ("like", f"{PREFIX}%")}, ["name", "fieldname"]
	)
	names = {field.fieldname: field.name for field in existing}
	for fieldname in names.keys() - wanted.keys():
		# Whoever may write classes may define attributes; Custom Field itself is for System Managers, and only
		# fields with the prefix of attributes are touched here.
		frappe.delete_doc("Custom Field", names[fieldname], ignore_permissions=True)
	for fieldname, values in wanted.items():
		if fieldname in names:
			field = frappe.get_doc("Custom Field", names[fieldname])
			if any(str(field.get(key) or "") != str(values[key] or "") for key in MANAGED):
				field.update(values)
				# As above: only fields with the prefix.
				field.save(ignore_permissions=True)
		else:
			frappe.get_doc(
				{"doctype": "Custom Field", "dt": OPPORTUNITY, "fieldname": fieldname, **values}
				# As above: only fields with the prefix.
			).insert(ignore_permissions=True)


def definitions(class_doc: "ClassID") -> list[tuple]:
	"""Return what of a class's attributes the fields depend on."""
	return [
		(class_doc.name, row.fieldname, row.label, row.attribute_type, row.choices, cint(row.not_in_filters))
		for row in class_doc.attributes
	]


def wanted_fields() -> dict[str, dict]:
	"""Return the Custom Fields' values by field name, in the order of classes and rows."""
	rows = frappe.get_all(
		"Class ID Attribute",
		fields=["parent", "fieldname", "label", "attribute_type", "choices", "not_in_filters"],
		order_by="parent asc, idx asc",
	)
	fields, after = {}, SECTION
	for fieldname in dict.fromkeys(row.fieldname for row in rows):
		shared = [row for row in rows if row.fieldname == fieldname]
		choices = dict.fromkeys(choice for row in shared for choice in split_choices(row.choices))
		fields[fieldname] = {
			"label": shared[0].label,
			"fieldtype": FIELDTYPES[shared[0].attribute_type],
			"options": "\n".join(["", *choices]) if choices else None,
			"depends_on": f"eval:{json.dumps([row.parent for row in shared])}.includes(doc.class_id)",
			"in_standard_filter": int(not all(row.not_in_filters for row in shared)),
			"insert_after": after,
		}
		after = fieldname
	return fields
