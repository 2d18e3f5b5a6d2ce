"""Ready sets of stages and classes for a line of business, one JSON file each in `sets/`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_opportunity import defaults
from sales_opportunity.defaults import (
	default_names,
	existing_default,
	in_language,
	is_untouched,
	read_defaults,
	site_language,
)

if TYPE_CHECKING:
	from frappe.model.document import Document

	from sales_opportunity.sales_opportunity.doctype.class_id.class_id import ClassID

FOLDER = Path(__file__).parent / "sets"
STAGE, CLASS = "Qualification Stage", "Class ID"
CHOSEN = "sales_opportunity_ready_set"
"""The site's default that says which set was taken."""


class UnknownSetError(frappe.ValidationError):
	pass


def names() -> list[str]:
	"""Return what the sets are called in code."""
	return sorted(path.stem for path in FOLDER.glob("*.json"))


def read(name: str) -> dict:
	"""Return a set: title, description, and its stages and classes as records in English.

	A stage that is among the defaults has their description; a class lists all stages of the set.
	"""
	content = json.loads((FOLDER / f"{name}.json").read_text())
	described = {
		record["stage_name"]: {"description": record["description"]}
		for record in read_defaults()
		if record["doctype"] == STAGE
	}
	content["stages"] = [
		{"doctype": STAGE, **described.get(stage["stage_name"], {}), **stage} for stage in content["stages"]
	]
	rows = [{"stage": stage["stage_name"]} for stage in content["stages"]]
	content["classes"] = [{"doctype": CLASS, "stages": rows, **row} for row in content["classes"]]
	return content


def offered_sets() -> list[dict]:
	"""Return the sets as a person reads them: name, title, description, stages with probability, classes."""
	return [
		{
			"name": name,
			"title": _(content["title"]),
			"description": _(content["description"]),
			"stages": [
				{"title": _(stage["stage_name"], context=STAGE), "probability": stage["probability"]}
				for stage in content["stages"]
			],
			"classes": [_(row["title"]) for row in content["classes"]],
		}
		for name in names()
		for content in [read(name)]
	]


def store_set(name: str) -> None:
	"""Make a set's stages and classes those of the site, in the site's language.

	What is used stays as it is, and so does all that the company made or changed itself, but what belongs to the set is
	enabled; defaults and parts of other sets that are as they were created are disabled. Raises `UnknownSetError`.
	"""
	if name not in names():
		shown = frappe.bold(frappe.utils.escape_html(name))
		frappe.throw(_("There is no set {0}.").format(shown), UnknownSetError)
	content = read(name)
	stages = [create_or_update(record) for record in content["stages"]]
	rows = [{"stage": stage} for stage in stages]
	classes = [create_or_update({**record, "stages": rows}) for record in content["classes"]]
	for record in known_records():
		other = existing_default(record)
		if other and other not in (stages if record["doctype"] == STAGE else classes):
			disable(record["doctype"], other)
	frappe.db.set_default(CHOSEN, name)


def create_or_update(record: dict) -> str:
	"""Return the name of a record of a set: made if the site has it not, brought into line if it is idle, else enabled."""
	wanted, name = in_language(record, site_language()), existing_default(record)
	if not name:
		return frappe.get_doc(wanted).insert().name
	doc = frappe.get_doc(record["doctype"], name)
	if not is_idle(doc.doctype, name):
		wanted = {"enabled": 1}
	doc.update({key: value for key, value in wanted.items() if key not in ("doctype", *named_by(doc))})
	doc.save()
	return name


def named_by(doc: "Document") -> tuple[str, ...]:
	"""Return the field that names the documents of this DocType."""
	return (doc.meta.autoname.removeprefix("field:"),)


def disable(doctype: str, name: str) -> None:
	"""Disable a stage or class that is idle."""
	doc = frappe.get_doc(doctype, name)
	if doc.enabled and is_idle(doctype, name):
		doc.enabled = 0
		doc.save()


def is_idle(doctype: str, name: str) -> bool:
	"""Return whether a stage or class is as the defaults or a set created it, and nobody uses it."""
	return is_as_created(doctype, name) and not is_linked_anywhere(doctype, name)


def is_as_created(doctype: str, name: str) -> bool:
	"""Return whether a stage or class is as the defaults or a set created it, enabled or not."""
	doc = frappe.get_doc(doctype, name)
	return any(
		is_untouched({**record, "enabled": doc.enabled}, name)
		and (doctype == STAGE or lists_stages(doc, record))
		for record in known_records()
		if record["doctype"] == doctype and name in default_names(record)
	)


def lists_stages(doc: "ClassID", record: dict) -> bool:
	"""Return whether a class lists the same stages as the record, with their own probabilities."""
	wanted = [
		existing_default({"doctype": STAGE, "stage_name": row["stage"]}) for row in record.get("stages", [])
	]
	return [(row.stage, row.has_own_probability) for row in doc.stages] == [(stage, 0) for stage in wanted]


def is_linked_anywhere(doctype: str, name: str) -> bool:
	"""Return whether a link of any document has this stage or class; for a stage, classes count that are not idle."""
	if defaults.is_linked(doctype, name, apart_from=("Class ID Stage",)):
		return True
	if doctype == CLASS:
		return False
	listing = frappe.get_all("Class ID Stage", {"stage": name}, pluck="parent", distinct=True)
	return not all(is_idle(CLASS, parent) for parent in listing)


def known_records() -> list[dict]:
	"""Return the stages and classes of the defaults and of all sets."""
	found = [record for record in read_defaults() if record["doctype"] in (STAGE, CLASS)]
	for name in names():
		content = read(name)
		found += content["stages"] + content["classes"]
	return found
