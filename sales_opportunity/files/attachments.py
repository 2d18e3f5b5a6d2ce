"""Who may read, make and change Files: those that stand for a kept file, and those attached to this app's documents."""

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.core.api import file as file_api
from frappe.utils import cint
from werkzeug.exceptions import Forbidden

from sales_opportunity.access.permissions import CARRIERS, escape, readable
from sales_opportunity.files.kept_files import (
	PREFIX,
	address,
	kept_files_at,
	may_read,
	require_read_of_quotes,
)
from sales_opportunity.framework.compat import NO_OBJECTION
from sales_opportunity.framework.ownership import is_own
from sales_opportunity.inputs.arguments import read_list

if TYPE_CHECKING:
	from frappe.core.doctype.file.file import File

ZIP, FORMER_ZIP = "frappe.core.api.file.zip_files", "frappe.core.doctype.file.file.zip_files"
"""The framework leads the former name to the other; where the first app's hook wins, this app's is not asked."""

CHANGES = frozenset({"create", "write", "delete"})


def has_permission(doc: "File", ptype: str | None = None, user: str | None = None) -> bool | None:
	"""Hook of Files: deny what the user may not do with the quote or document behind it; the framework does the rest.

	A record that stands for a kept file is read like its quote. A file of one of this app's documents is attached,
	changed and removed by who may write that; a private one is read by who may read that.
	"""
	if not may_read(kept_files_at(address(doc)), user):
		return False
	needed = "write" if ptype in CHANGES else "read"
	if needed == "read" and not cint(doc.is_private):
		return NO_OBJECTION
	if all(may_use(doctype, name, needed, user) for doctype, name in attached_to(doc)):
		return NO_OBJECTION
	return False


def attached_to(file: "File") -> set[tuple[str, str]]:
	"""Return the documents of this app to which a File is attached: as it is stored, and as it is to be."""
	fields = ("attached_to_doctype", "attached_to_name")
	stored = frappe.db.get_value("File", file.name, fields) if file.name else None
	return {
		(doctype, name)
		for doctype, name in (stored or (None, None), (file.get(fields[0]), file.get(fields[1])))
		if doctype and name and is_own(doctype)
	}


def may_use(doctype: str, name: str, ptype: str, user: str | None) -> bool:
	"""Return whether the user may read or write the document; one that is not saved yet, whether they may make one."""
	if frappe.db.exists(doctype, name):
		return frappe.has_permission(doctype, ptype, doc=name, user=user)
	return frappe.has_permission(doctype, "create", user=user)


def file_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on `tabFile` for this app's documents and kept files, empty for everything."""
	queries = {doctype: readable(doctype, user) for doctype in CARRIERS}
	parts = [_on_readable(doctype, names) for doctype, names in queries.items() if names]
	if queries["Quote"]:
		parts.append(_not_of_other_quotes(queries["Quote"]))
	return f"({' and '.join(parts)})" if parts else ""


def _on_readable(doctype: str, names: str) -> str:
	"""Return the condition that a file is not attached to a document of the DocType, or to one that can be read."""
	return f"""(
		coalesce(`tabFile`.`attached_to_doctype`, '') != {escape(doctype)}
		or `tabFile`.`attached_to_name` in ({names})
	)"""


def _not_of_other_quotes(names: str) -> str:
	"""Return the condition that a record does not stand for the frozen paper of a quote that cannot be read."""
	return f"""(
		`tabFile`.`file_url` is null
		or `tabFile`.`file_url` not in (
			select paper.`file_url` from `tabFile` paper, `tabQuote`
			where paper.`name` = `tabQuote`.`pdf_file` and paper.`file_url` is not null
				and `tabQuote`.`name` not in ({names})
		)
	)"""


def refuse_unreadable_files() -> None:
	"""Hook of requests, once the user is known: what leads to a file is answered to who may read that.

	The framework sends a private file to whoever owns any record of it, makes a new record of it for whoever knows its
	address. Raises `Forbidden` or `frappe.PermissionError` for a kept file of a quote that the user may not read.
	"""
	path, values = frappe.request.path, frappe.form_dict
	if path.startswith(PREFIX) and not may_read(kept_files_at(path)):
		raise Forbidden
	if isinstance(values.get("file_url"), str):
		require_read_of_quotes(kept_files_at(values.file_url))
	if FORMER_ZIP in (values.get("cmd"), *path.split("/")):
		values.cmd = ZIP


@frappe.whitelist()
def zip_files(files: str | list) -> None:
	"""Answer with an archive of those of the named Files that the user may read. Raises `WrongInputError`."""
	file_api.zip_files(frappe.as_json(readable_files(read_list(files, _("Files")))))


def readable_files(files: list) -> list[str]:
	"""Return those of the named Files that the user may read."""
	return [
		file
		for file in files
		if isinstance(file, str)
		and frappe.db.exists("File", file)
		and frappe.has_permission("File", "read", doc=file)
	]
