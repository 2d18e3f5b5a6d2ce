"""What texts in files for Data Import stand for: records by title or translated name, choices in any language."""

import frappe
from frappe import _

from sales_opportunity.defaults import own_languages, site_language
from sales_opportunity.framework.ownership import is_own
from sales_opportunity.inputs.values import WrongInputError, shortened

OPPORTUNITY = "Sales Opportunity"

ALSO = ("Contact", "Address")
"""The framework's own DocTypes that belong to partners, whom a file may call by their names."""

FEW = 500
"""Of so many records the translated names are compared."""


def is_read_here(doctype: str) -> bool:
	"""Return whether files for the DocType are read here."""
	return doctype in ALSO or is_own(doctype)


def matching_records(doctype: str, texts: set[str]) -> dict[str, set[str]]:
	"""Return by text the names of the records that are meant: the one of this name, else those of this title or translated name."""
	found = {name: {name} for name in frappe.get_all(doctype, {"name": ("in", list(texts))}, pluck="name")}
	others = texts - set(found)
	if not others:
		return found
	title = frappe.get_meta(doctype).title_field
	if title and title != "name":
		for name, text in frappe.get_all(
			doctype, {title: ("in", list(others))}, ["name", title], as_list=True
		):
			found.setdefault(text, set()).add(name)
	for language in languages():
		originals = {_(text, language, context=doctype): text for text in others}
		for name in frappe.get_all(doctype, {"name": ("in", list(originals))}, pluck="name"):
			found.setdefault(originals.get(name, name), set()).add(name)
	if frappe.db.count(doctype) <= FEW:
		for name in frappe.get_all(doctype, pluck="name"):
			for language in languages():
				found.setdefault(_(name, language, context=doctype), set()).add(name)
	return found


def languages() -> list[str]:
	"""Return the languages in which a file may call things: the user's, the site's, and all others of this app."""
	return list(dict.fromkeys([frappe.local.lang, site_language(), *own_languages()]))


def meanings(options: list[str], doctype: str) -> dict[str, str]:
	"""Return the options of a DocType's choice by what they are called in lower case.

	The user's language decides before others, and what the form calls them before what other forms do.
	"""
	found = {option.lower(): option for option in options}
	for language in languages():
		for option in options:
			found.setdefault(_(option, language, context=doctype).lower(), option)
	for language in languages():
		for option in options:
			found.setdefault(_(option, language).lower(), option)
	return found


def record_name(names: dict[str, set[str]], text: str) -> str:
	"""Return the name of the record that a text means, the text itself if there is none: the framework says so.

	Raises `WrongInputError` if it means several.
	"""
	meant = names.get(text) or {text}
	if len(meant) > 1:
		message = _("{0} is the name of several records: {1}. Write the ID of the one that is meant.")
		frappe.throw(message.format(shortened(text), ", ".join(sorted(meant))), WrongInputError)
	return next(iter(meant))
