"""Where the desk begins for salespeople and for managers, as the settings say."""

import frappe

ROUTES = {
	"My Day": "my-day",
	"Pipeline": "pipeline",
	"Sales Figures": "sales-figures",
	"Sales Opportunities": "sales-opportunities",
}
"""Of what can be chosen in the settings, the address below the desk's."""

FIELDS = (
	("Sales Manager", "managers_start_with"),
	("Sales User", "salespeople_start_with"),
	("Sales Viewer", "managers_start_with"),
)
"""For each role the setting that holds for it; the first role of a user decides."""


def extend_bootinfo(bootinfo: frappe._dict) -> None:
	"""Tell the desk where it begins, when it starts (a hook)."""
	bootinfo.sales_opportunity_start = start_address(frappe.session.user)


def start_address(user: str) -> str | None:
	"""Return the address below the desk's where it begins for the user, None where the framework decides.

	Who has a workspace of one's own choice (*Default Workspace* of the user, since 15) begins there.
	"""
	if user in frappe.STANDARD_USERS or default_workspace(user):
		return None
	roles = set(frappe.get_roles(user))
	settings = frappe.get_cached_doc("Sales Opportunity Settings")
	return next((ROUTES.get(settings.get(field)) for role, field in FIELDS if role in roles), None)


def default_workspace(user: str) -> str | None:
	"""Return the workspace that the user has chosen; older releases know no such choice."""
	if frappe.get_meta("User").has_field("default_workspace"):
		return frappe.get_cached_value("User", user, "default_workspace")


def choose_defaults() -> None:
	"""Store the settings' defaults where nothing was chosen yet; nothing is chosen for people who never used this app.

	Sales User and Sales Manager are roles of ERPNext, too: beside it the desk begins as before, unless there are
	opportunities.
	"""
	settings = frappe.get_meta("Sales Opportunity Settings")
	is_used = "erpnext" not in frappe.get_installed_apps() or bool(frappe.db.count("Sales Opportunity"))
	for _role, fieldname in FIELDS:
		if not frappe.db.get_single_value(settings.name, fieldname):
			# Stored as well if empty: a single document without any stored value has the defaults of its fields.
			value = settings.get_field(fieldname).default if is_used else ""
			frappe.db.set_single_value(settings.name, fieldname, value)
	frappe.clear_document_cache(settings.name, settings.name)
