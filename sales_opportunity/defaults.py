"""The default stages, classes, tax rates, units, reasons and texts: created once, named in the site's language.

`defaults.json` has them in English. A site keeps the names that it has; only defaults that nobody has changed or used
yet are named anew when the setup wizard tells the language after the app was installed.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.model.rename_doc import get_link_fields

if TYPE_CHECKING:
	from frappe.model.document import Document

FOLDER = Path(__file__).parent
TRANSLATED_FIELDS = {
	"Qualification Stage": ("stage_name", "description"),
	"Class ID": ("class_id", "title"),
	"Sales Unit": ("unit_name",),
	"Closing Reason": ("reason",),
	"Opportunity Source": ("source_name",),
}
"""The fields whose texts are in the language of whoever creates the records; quote texts have a language each."""


NOT_BESIDE_OTHERS = ("Opportunity Source",)
"""Of these there are defaults only on a site that has none yet, its own or mirrored ones of other apps."""


def site_language() -> str:
	"""Return the language of the site, as the setup wizard was told."""
	return frappe.db.get_single_value("System Settings", "language") or "en"


def own_languages() -> list[str]:
	"""Return the languages in which this app has its texts."""
	return ["en", *sorted(path.stem for path in (FOLDER / "translations").glob("*.csv"))]


def read_defaults() -> list[dict]:
	"""Return the records of `defaults.json` in the order in which they can be created."""
	return json.loads((FOLDER / "defaults.json").read_text())


def in_language(record: dict, language: str) -> dict:
	"""Return the record with its texts in the language, in English those that are not translated."""
	fields = TRANSLATED_FIELDS.get(record["doctype"], ())
	# A context keeps short names such as NEW from changing what other apps say.
	return {
		key: _(value, language, context=record["doctype"]) if key in fields else value
		for key, value in record.items()
	}


def name_of_record(record: dict) -> str:
	"""Return the name that a document with these values gets."""
	return record[frappe.get_meta(record["doctype"]).autoname.removeprefix("field:")]


def existing_default(record: dict) -> str | None:
	"""Return the name of a default as this site has it, in whatever language, None if it has it not."""
	return next((name for name in default_names(record) if frappe.db.exists(record["doctype"], name)), None)


def default_names(record: dict) -> list[str]:
	"""Return what the record is called in each of the languages."""
	return [name_of_record(in_language(record, language)) for language in own_languages()]


def create_defaults(language: str | None = None, doctypes: tuple[str, ...] = ()) -> None:
	"""Create those that do not exist in any language, with their texts in this one, else in the site's.

	With `doctypes` only those of these DocTypes.
	"""
	others = [doctype for doctype in NOT_BESIDE_OTHERS if frappe.db.count(doctype)]
	for record in read_defaults():
		is_asked = record["doctype"] in doctypes if doctypes else True
		if is_asked and record["doctype"] not in others and not existing_default(record):
			frappe.get_doc(in_language(record, language or site_language())).insert()


def name_defaults(language: str | None = None) -> list[str]:
	"""Name those that nobody has changed or used in the language, else in the site's; return their new names."""
	named = []
	for record in read_defaults():
		old, wanted = existing_default(record), in_language(record, language or site_language())
		new = name_of_record(wanted)
		if old in (None, new) or not is_untouched(record, old) or is_linked(record["doctype"], old):
			continue
		frappe.rename_doc(record["doctype"], old, new, force=True, show_alert=False, rebuild_search=False)
		doc = frappe.get_doc(record["doctype"], new)
		doc.update({field: wanted[field] for field in TRANSLATED_FIELDS[doc.doctype] if field in wanted})
		doc.save()
		named.append(new)
	return named


def is_untouched(record: dict, name: str) -> bool:
	"""Return whether the document is as it was created in one of the languages."""
	stored = values_of(frappe.get_doc(record["doctype"], name))
	return any(
		stored == values_of(frappe.new_doc(record["doctype"]).update(in_language(record, language)))
		for language in own_languages()
	)


def values_of(doc: "Document") -> dict:
	"""Return what is filled in of a document's own fields; of its rows how many there are."""
	filled = {field.fieldname: doc.get(field.fieldname) for field in doc.meta.fields}
	return {
		fieldname: len(value) if isinstance(value, list) else value
		for fieldname, value in filled.items()
		if value
	}


def is_linked(doctype: str, name: str, apart_from: tuple[str, ...] = ()) -> bool:
	"""Return whether a link field of any document has this one, apart from documents of these DocTypes."""
	return any(
		frappe.db.get_single_value(field.parent, field.fieldname) == name
		if field.issingle
		else frappe.db.exists(field.parent, {field.fieldname: name})
		for field in get_link_fields(doctype)
		if field.parent not in apart_from
	)
