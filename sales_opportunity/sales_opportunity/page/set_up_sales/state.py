"""How far a site is set up: what each step shows, computed from what the site really has."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_opportunity.currency import SETTINGS, site_currency
from sales_opportunity.masters.adapters import registered_types
from sales_opportunity.sales_opportunity.page.set_up_sales import ready_sets

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_settings.sales_opportunity_settings import (
		SalesOpportunitySettings,
	)

STEPS = ("company", "currency", "people", "stages", "data", "mail", "quote")
SKIPPED = "sales_opportunity_setup_skipped"
"""The site's default with the steps that somebody chose to skip: the company is set up once, not by each user."""
NEEDED = ("company_name", "street", "postal_code", "city")
OWN_MASTERS = {"item": "Sales Item", "party": "Business Partner"}
SALES_ROLES = ("Sales User", "Sales Manager", "Sales Viewer", "Sales Fulfilment")


def setup_steps() -> list[dict]:
	"""Return all steps: key, whether it is done or skipped, what there is in words, and whether the user may do it."""
	left_out = skipped()
	found = []
	for key in STEPS if own_masters() else [key for key in STEPS if key != "data"]:
		done, text = STATE[key]()
		found.append(
			{
				"key": key,
				"done": done,
				"text": text,
				"skipped": key in left_out and not done,
				"allowed": MAY[key](),
			}
		)
	return found


def skipped() -> list[str]:
	"""Return the keys of the steps that were skipped."""
	return json.loads(frappe.db.get_default(SKIPPED) or "[]")


def set_skipped(key: str, is_skipped: bool) -> None:
	"""Note that a step is skipped, or no longer."""
	others = [other for other in skipped() if other != key]
	frappe.db.set_default(SKIPPED, json.dumps([*others, key] if is_skipped else others))


def stored_settings() -> "SalesOpportunitySettings":
	"""Return the settings as they are stored: another request may have cached them while they were saved by this one."""
	return frappe.get_doc(SETTINGS)


def company_step() -> tuple[bool, str]:
	"""Return whether the company's data for papers are complete, and which are missing."""
	settings = stored_settings()
	missing = [
		_(settings.meta.get_label(field), context=settings.doctype)
		for field in NEEDED
		if not settings.get(field)
	]
	if not (settings.vat_id or settings.tax_number):
		missing.append(_("VAT ID or tax number"))
	if missing:
		return False, _("Missing: {0}").format(", ".join(missing))
	return True, f"{settings.company_name}, {settings.city}"


def currency() -> tuple[bool, str]:
	"""Return whether a currency was chosen, and which one counts."""
	chosen = stored_settings().company_currency
	found = chosen or site_currency()
	if chosen or not found:
		return bool(chosen), found or _("None yet")
	return False, _("{0}, as the site has it").format(found)


def get_salespeople() -> tuple[bool, str]:
	"""Return whether somebody else sells, and who."""
	others = [person for person in salespeople() if person["name"] != frappe.session.user]
	if not others:
		return False, _("Nobody but you yet")
	names = ", ".join(person["full_name"] for person in others[:3])
	more = len(others) - 3
	return True, _("{0} and {1} more").format(names, more) if more > 0 else names


def salespeople() -> list[dict]:
	"""Return the enabled users with a role in sales: name, full_name, user_image, roles."""
	rows = frappe.get_all(
		"Has Role",
		{"parenttype": "User", "role": ("in", SALES_ROLES)},
		["parent", "role"],
		order_by="parent asc",
	)
	roles: dict[str, list[str]] = {}
	for row in rows:
		roles.setdefault(row.parent, []).append(row.role)
	users = frappe.get_all(
		"User",
		{"name": ("in", list(roles)), "enabled": 1, "user_type": "System User"},
		["name", "full_name", "user_image"],
		order_by="full_name asc",
	)
	return [{**user, "roles": roles[user.name]} for user in users if user.name != "Administrator"]


def stages() -> tuple[bool, str]:
	"""Return whether stages were chosen, and which there are."""
	name = frappe.db.get_default(ready_sets.CHOSEN)
	count = frappe.db.count("Qualification Stage", {"enabled": 1})
	classes = frappe.db.count("Class ID", {"enabled": 1})
	text = _("{0} stages, {1} classes").format(count, classes)
	if name in ready_sets.names():
		return True, f"{_(ready_sets.read(name)['title'])}: {text}"
	return bool(frappe.db.count("Sales Opportunity")), text


def data() -> tuple[bool, str]:
	"""Return whether there are items and partners, and how many."""
	types = registered_types()
	items, partners = (sum(map(frappe.db.count, types[kind])) for kind in ("item", "party"))
	return bool(items and partners), _("{0} items, {1} partners").format(items, partners)


def own_masters() -> list[str]:
	"""Return this app's own masters of items and partners that are offered here, none where other apps' stand in."""
	types = registered_types()
	return [own for kind, own in OWN_MASTERS.items() if own in types[kind]]


def mail() -> tuple[bool, str]:
	"""Return whether e-mails can be sent, and by which account."""
	account = outgoing_account()
	return bool(account), account or _("No account for outgoing e-mails")


def outgoing_account() -> str | None:
	"""Return the address from which the site sends, None if it cannot."""
	account = frappe.db.get_value("Email Account", {"enable_outgoing": 1, "default_outgoing": 1}, "email_id")
	return account or (frappe.conf.auto_email_id if frappe.conf.mail_server else None)


def quote() -> tuple[bool, str]:
	"""Return whether a quote was issued, and how many were."""
	count = frappe.db.count("Quote", {"docstatus": 1})
	return bool(count), _("{0} quotes issued").format(count) if count else _("No quote issued yet")


STATE = {
	"company": company_step,
	"currency": currency,
	"people": get_salespeople,
	"stages": stages,
	"data": data,
	"mail": mail,
	"quote": quote,
}


def may(*permissions: tuple[str, str]) -> Callable[[], bool]:
	"""Return a function that says whether the user has all the permissions, each a DocType and what to do with it."""
	return lambda: all(frappe.has_permission(doctype, ptype) for doctype, ptype in permissions)


def may_import() -> bool:
	"""Return whether the user may import those masters that are offered here."""
	return may(("Data Import", "create"), *((doctype, "import") for doctype in own_masters()))()


MAY = {
	"company": may((SETTINGS, "write")),
	"currency": may((SETTINGS, "write")),
	"people": may(("User", "create"), ("User", "write")),
	"stages": may(("Qualification Stage", "create"), ("Class ID", "create")),
	"data": may_import,
	"mail": may(("Email Account", "create")),
	"quote": may(("Sales Opportunity", "create"), ("Quote", "create")),
}
