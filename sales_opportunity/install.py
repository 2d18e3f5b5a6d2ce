"""What a site gets once, when the app is installed: roles and defaults that an admin may change afterwards."""

import json
from pathlib import Path

import frappe

ROLES = ("Sales User", "Sales Manager")
"""Roles that other apps have too: created where missing, never changed. Sales Viewer is a fixture."""


def after_install():
	"""Create the shared roles and the default records. Runs twice without harm."""
	create_roles()
	create_defaults()


def create_roles():
	"""Create the roles that are missing on the site."""
	for role in ROLES:
		if not frappe.db.exists("Role", role):
			frappe.get_doc({"doctype": "Role", "role_name": role, "desk_access": 1}).insert()


def create_defaults():
	"""Create the default stages, classes, tax rates, units, reasons and texts that do not exist yet."""
	for record in read_defaults():
		doc = frappe.get_doc(record)
		if not frappe.db.exists(doc.doctype, doc.get(doc.meta.autoname.removeprefix("field:"))):
			doc.insert()


def read_defaults() -> list[dict]:
	"""Return the records of `defaults.json` in the order in which they can be created."""
	return json.loads((Path(__file__).parent / "defaults.json").read_text())
