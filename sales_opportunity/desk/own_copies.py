"""Copies of this app's reports and print formats that belong to an admin: not standard, editable, left alone by updates.

What the originals keep in files (scripts of reports, templates and style of papers) goes along in the copy's record.
"""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import frappe
from frappe import _, scrub

from sales_opportunity.access.permissions import require
from sales_opportunity.framework.ownership import MODULE
from sales_opportunity.inputs.arguments import whitelist

if TYPE_CHECKING:
	from frappe.core.doctype.report.report import Report
	from frappe.printing.doctype.print_format.print_format import PrintFormat

SCRIPT_MANAGER = "Script Manager"
"""The role that the framework asks of those who make reports with a query or a script."""

IMPORTED = re.compile(r"""\{%-?\s*from\s+["']([^"']+)["']\s+import\s[^%]*%\}""")
STYLE = re.compile(r"""<style>\s*\{%-?\s*include\s+["']([^"']+)["']\s*-?%\}\s*</style>\s*""")


class NotCopiedError(frappe.ValidationError):
	pass


@whitelist(methods=["POST"])
def copy_report(report: str, new_name: str, filters: dict | str | None = None) -> str:
	"""Make a report of the user's own from one of this app, and return its name.

	A Query Report comes with its query and script. The code of a Script Report stays in the app; the copy is a Custom
	Report on it, which has `filters` (values by name), columns and order of its own. Raises `NotCopiedError`, and
	`frappe.PermissionError` for those who may not create such reports.
	"""
	source = frappe.get_doc("Report", report)
	require_own_standard(source, source.is_standard)
	require_permission(source)
	new_name = free_name("Report", new_name)
	copy = frappe.copy_doc(source)
	copy.update({"report_name": new_name, "is_standard": "No"})
	if source.report_type == "Script Report":
		saved = {"columns": [], "filters": frappe.parse_json(filters or {})}
		copy.update({"report_type": "Custom Report", "reference_report": report, "json": json.dumps(saved)})
	elif source.report_type == "Query Report":
		copy.javascript = script_of(report).replace(
			f"frappe.query_reports[{json.dumps(report)}]", f"frappe.query_reports[{json.dumps(new_name)}]"
		)
	return copy.insert().name


@whitelist(methods=["POST"])
def copy_print_format(print_format: str, new_name: str) -> str:
	"""Make a print format of the user's own from one of this app, and return its name.

	All that it is made of stands in the copy: HTML with the macros, and CSS. Raises `NotCopiedError`, and
	`frappe.PermissionError` for those who may not create print formats.
	"""
	source = frappe.get_doc("Print Format", print_format)
	require_own_standard(source, source.standard)
	require("Print Format", "create")
	html, css = whole_template(template_of(print_format))
	copy = frappe.copy_doc(source)
	copy.update({"standard": "No", "custom_format": 1, "html": html, "css": css})
	return copy.insert(set_name=free_name("Print Format", new_name)).name


def require_own_standard(source: "Report | PrintFormat", is_standard: str) -> None:
	"""Raise `NotCopiedError` unless this is a standard record of this app: all others the framework duplicates whole."""
	if source.module != MODULE or is_standard != "Yes":
		frappe.throw(_("{0} does not come with this app: duplicate it.").format(source.name), NotCopiedError)


def require_permission(source: "Report") -> None:
	"""Raise `frappe.PermissionError` unless the user may see the report and create one like it."""
	require("Report", "create")
	if not source.is_permitted():
		frappe.throw(_("You may not see the report {0}.").format(_(source.name)), frappe.PermissionError)
	if source.report_type != "Report Builder" and SCRIPT_MANAGER not in frappe.get_roles():
		frappe.throw(
			_("Only users with the role {0} may make reports of their own from this one.").format(
				_(SCRIPT_MANAGER)
			),
			frappe.PermissionError,
		)


def free_name(doctype: str, new_name: str) -> str:
	"""Return the name without blanks around it; raise `NotCopiedError` if it is empty or taken.

	A standard record's files belong to all names that are written alike, so those are taken, too.
	"""
	new_name = new_name.strip()
	if not new_name:
		frappe.throw(_("Give the copy a name."), NotCopiedError)
	folder = Path(frappe.get_module_path(MODULE, scrub(doctype), scrub(new_name)))
	if folder.exists() or frappe.db.exists(doctype, new_name):
		frappe.throw(_("The name {0} is taken. Choose another one.").format(new_name), NotCopiedError)
	return new_name


def script_of(report: str) -> str:
	"""Return the script of a report of the app."""
	return Path(frappe.get_module_path(MODULE, "report", scrub(report), f"{scrub(report)}.js")).read_text()


def template_of(print_format: str) -> str:
	"""Return the HTML of a print format of the app."""
	name = scrub(print_format)
	return Path(frappe.get_module_path(MODULE, "print_format", name, f"{name}.html")).read_text()


def whole_template(html: str) -> tuple[str, str]:
	"""Return a template with the macros it imports in their places, and the style that it includes, as HTML and CSS."""
	css = "\n".join(template_source(path) for path in STYLE.findall(html))
	return IMPORTED.sub(lambda found: template_source(found[1]).strip(), STYLE.sub("", html)), css


def template_source(template: str) -> str:
	"""Return the text of a template as Jinja finds it in the apps."""
	env = frappe.get_jenv()
	return env.loader.get_source(env, template)[0]
