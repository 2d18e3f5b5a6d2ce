"""Where deals come from: this app's sources and campaigns, and those of other apps, each of which has one of its name here.

An app says by the hooks `sales_sources` and `sales_campaigns` in which field its DocType has what people call a record. Its
`doc_events` name `on_saved` and `on_renamed` for that DocType.
"""

from typing import Any

import frappe
from frappe.model.rename_doc import rename_doc

from sales_opportunity.features import SOURCES, is_used, is_used_as_stored
from sales_opportunity.framework.registry import registered

ORIGINS = {"source": "Opportunity Source", "campaign": "Sales Campaign"}
"""By the field of deals and partners, what it links to."""

NAMED_BY = {"Opportunity Source": "source_name", "Sales Campaign": "campaign_name"}

HOOKS = {"sales_sources": "Opportunity Source", "sales_campaigns": "Sales Campaign"}

NOT_IN_NAMES = str.maketrans("<>", "  ")
"""What the framework lets into no name."""


def mirrored(doctype: str) -> tuple[str, str] | None:
	"""Return which DocType here has the records of another app's, and in which field they are called so; None if none has."""
	for hook, own in HOOKS.items():
		if fieldname := registered(hook).get(doctype):
			return own, fieldname
	return None


def mirror_all(*args: str) -> None:
	"""Make what other apps have and this one has not, if it is used: a hook of migrations and installed apps, and when it is switched on.

	Runs twice without harm.
	"""
	if not frappe.db.exists("DocType", "Sales Campaign") or not is_used_as_stored(SOURCES):
		return
	for hook, own in HOOKS.items():
		for doctype, fieldname in registered(hook).items():
			if frappe.db.exists("DocType", doctype):
				for title in frappe.get_all(doctype, pluck=fieldname, order_by="creation asc"):
					ensure_origin(own, title)


def on_saved(doc: Any, method: str) -> None:
	"""Hook of another app's saved sources and campaigns: let deals have them, by the name that they have now."""
	found = mirrored(doc.doctype)
	if not found or is_coming(found[0]):
		return
	own, fieldname = found
	before = doc.get_doc_before_save()
	if before and not frappe.db.exists(doc.doctype, {fieldname: before.get(fieldname)}):
		rename_origin(own, before.get(fieldname), doc.get(fieldname))
	if is_used(SOURCES):
		ensure_origin(own, doc.get(fieldname))


def on_renamed(doc: Any, method: str, old: str, new: str, merge: bool = False) -> None:
	"""Hook of another app's renamed and merged sources and campaigns: what deals have goes along."""
	found = mirrored(doc.doctype)
	if found and found[1] == "name" and not is_coming(found[0]):
		rename_origin(found[0], old, new)
		if is_used(SOURCES):
			ensure_origin(found[0], new)


def is_coming(own: str) -> bool:
	"""Return whether the site has not got this DocType yet: other apps are migrated before this one."""
	return not frappe.db.exists("DocType", own)


def rename_origin(own: str, old: str | None, new: str | None) -> None:
	"""Rename what is called as a record of another app was; if there is one of the new name, they become one."""
	old_name, new_name = name_of_origin(old), name_of_origin(new)
	if new_name and old_name != new_name and frappe.db.exists(own, old_name):
		is_there = bool(frappe.db.exists(own, new_name))
		rename_doc(
			own,
			old_name,
			new_name,
			force=True,
			merge=is_there,
			# Whoever keeps another app's sources need not be one who keeps those of deals.
			ignore_permissions=True,
			show_alert=False,
		)


def ensure_origin(own: str, title: str | None) -> None:
	"""Make the source or campaign of this title if there is none."""
	name = name_of_origin(title)
	if name and not frappe.db.exists(own, name):
		# Whoever keeps another app's sources need not be one who keeps those of deals.
		frappe.get_doc({"doctype": own, NAMED_BY[own]: name}).insert(ignore_permissions=True)


def own_name(doctype: str, name: str | None) -> str | None:
	"""Return what a source or campaign of another app is here, None if there is none."""
	found = mirrored(doctype)
	if not name or not found:
		return None
	own, fieldname = found
	title = name if fieldname == "name" else frappe.get_cached_value(doctype, name, fieldname)
	return frappe.db.exists(own, name_of_origin(title)) or None


def name_of_origin(title: str | None) -> str:
	"""Return the name that something of this title has here."""
	return " ".join((title or "").translate(NOT_IN_NAMES).split())


def is_offered(doctype: str, name: str | None) -> bool:
	"""Return whether a source or campaign is there and can be chosen for something new."""
	return bool(name and frappe.db.exists(doctype, {"name": name, "enabled": 1}))
