"""Give frozen papers and signatures from former times names on the disk that nobody can guess; their bytes stay."""

import os
import re
import secrets
import shutil

import frappe

from sales_opportunity.files.kept_files import PREFIX, path_of

UNGUESSABLE = re.compile(r"[0-9a-f]{32}(\.\w+)?")


def execute() -> None:
	"""Move each kept file whose name can be guessed, and all records of it. What is missing is left; runs twice without harm."""
	papers = frappe.get_all("Quote", {"pdf_file": ("is", "set")}, pluck="pdf_file")
	signatures = frappe.get_all("Quote Answer", {"signature_file": ("is", "set")}, pluck="signature_file")
	for file in (*papers, *signatures):
		address = frappe.db.get_value("File", file, "file_url") or ""
		name = address.removeprefix(PREFIX)
		if address.startswith(PREFIX) and not UNGUESSABLE.fullmatch(name) and os.path.isfile(path_of(name)):
			move(address, name)


def move(address: str, name: str) -> None:
	"""Move a private file, and lead all that names its address to the new one."""
	new_name = secrets.token_hex(16) + os.path.splitext(name)[1]
	shutil.copy2(path_of(name), path_of(new_name))
	for doctype, fieldname in (("File", "file_url"), ("Quote Answer", "signature_url")):
		for row in frappe.get_all(doctype, {fieldname: address}, ["name", fieldname]):
			# Databases compare addresses without regard to case, disks with it.
			if row[fieldname] == address:
				values = {fieldname: PREFIX + new_name}
				frappe.db.set_value(doctype, row.name, values, update_modified=False)
	# A file that is moved cannot be rolled back: the new place is stored before the old one is given up.
	frappe.db.commit()
	os.unlink(path_of(name))
