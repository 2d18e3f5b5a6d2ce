"""The companies that sell on this site: which one a deal is made in, and what its papers say of it.

An app registers the DocType of its companies by the hook `sales_companies`, with the dotted path of an adapter that takes
a name and returns a `Company`. The field *Company* of deals, quotes and classes is then a link to it. Without one the
site is one company, which the settings describe, and the field does not show.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import frappe
from frappe.core.doctype.user_permission.user_permission import get_user_permissions

from sales_opportunity.currency import SETTINGS
from sales_opportunity.framework.linked_fields import link_to, remaining
from sales_opportunity.framework.registry import last_path, last_type

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_settings.sales_opportunity_settings import (
		SalesOpportunitySettings,
	)

HISTORY = ("Sales Opportunity Change", "Sales Pipeline Snapshot")
"""What is told of deals; it is read like its deal, also where that was in another company then."""

MADE_IN = ("Sales Opportunity", "Quote", "Sales Target", *HISTORY)
"""The DocTypes with a field `company`, which is never empty where there are companies."""

LINKED_FIELDS = {**dict.fromkeys(MADE_IN, "company"), "Class ID": "fixed_company"}
"""By DocType the field that links to a company; the framework would fill one of the name `company` into each new class."""

TOGETHER = (
	("street", "postal_code", "city", "country"),
	("phone",),
	("email",),
	("website",),
	("logo",),
	("register_court", "register_number"),
	("managing_directors",),
	("vat_id",),
	("tax_number",),
	("bank_name", "iban", "bic"),
)
"""What the settings say of a company that says nothing of it itself; the fields of a group belong together."""


@dataclass(frozen=True)
class Company:
	"""What quotes say of the company that makes them, and in which currency it keeps its books.

	`is_main` is the one that the app's settings describe.
	"""

	company_name: str
	currency: str | None = None
	letter_head: str | None = None
	street: str | None = None
	postal_code: str | None = None
	city: str | None = None
	country: str | None = None
	phone: str | None = None
	email: str | None = None
	website: str | None = None
	logo: str | None = None
	register_court: str | None = None
	register_number: str | None = None
	managing_directors: str | None = None
	vat_id: str | None = None
	tax_number: str | None = None
	bank_name: str | None = None
	iban: str | None = None
	bic: str | None = None
	terms_template: str | None = None
	is_main: bool = False


def company_type() -> str | None:
	"""Return the DocType of the site's companies, that of the last installed app, None without one."""
	return last_type("sales_companies")


def get_company(name: str | None) -> Company | None:
	"""Return a company through the adapter of its DocType, None for none and on sites without companies."""
	path = name and last_path("sales_companies")
	return frappe.get_attr(path)(name) if path else None


def company_on_paper(name: str | None) -> "Company | SalesOpportunitySettings":
	"""Return what papers say of the company: what it says of itself, and of the main one what the settings add."""
	settings = frappe.get_cached_doc(SETTINGS)
	company = get_company(name)
	if not company:
		return settings
	return with_settings(company, settings) if company.is_main else company


def with_settings(company: Company, settings: "SalesOpportunitySettings") -> Company:
	"""Return the company with what the settings say where it is silent itself."""
	missing = [group for group in TOGETHER if not any(getattr(company, field) for field in group)]
	return replace(company, **{field: settings.get(field) for group in missing for field in group})


def default_company() -> str | None:
	"""Return the company that the user works for, else that of the site, None without companies.

	Who is limited to some by User Permissions works for one of these.
	"""
	doctype = company_type()
	if not doctype:
		return None
	permitted = permitted_companies(MADE_IN[0])
	chosen = frappe.defaults.get_user_default(doctype) or site_company()
	if not permitted or chosen in permitted:
		return chosen
	return permitted[0]


def site_company() -> str | None:
	"""Return the company that is the site's default, else the first one."""
	doctype = company_type()
	if not doctype:
		return None
	chosen = frappe.db.get_default(frappe.scrub(doctype))
	if chosen and frappe.db.exists(doctype, chosen):
		return chosen
	return frappe.db.get_value(doctype, {}, order_by="creation asc")


def permitted_companies(doctype: str) -> list[str]:
	"""Return the companies to which User Permissions limit the user's documents of a DocType, none for all."""
	entries = get_user_permissions().get(company_type() or "") or ()
	return [entry["doc"] for entry in entries if entry.get("applicable_for") in (None, "", doctype)]


def link_company_fields(leaving: str | None = None) -> None:
	"""Let the field of deals, quotes and classes link to the site's companies, or hide it where there are none.

	Those that have no company yet get that of the site. `leaving` is an app that is being removed. Runs twice without harm.
	"""
	doctype = remaining(company_type(), leaving)
	filtered = {"in_standard_filter": ("1", "Check")}
	followed = {"ignore_user_permissions": ("1", "Check")}
	more = {**dict.fromkeys(LINKED_FIELDS, filtered), **{each: {**filtered, **followed} for each in HISTORY}}
	link_to(doctype, LINKED_FIELDS, more)
	if doctype:
		fill_empty_companies()


def fill_empty_companies() -> None:
	"""Let deals and quotes without a company have that of the site, by one statement each."""
	company = site_company()
	for doctype in MADE_IN if company else ():
		table = frappe.qb.DocType(doctype)
		is_empty = table.company.isnull() | (table.company == "")
		frappe.qb.update(table).set(table.company, company).where(is_empty).run()


def extend_bootinfo(bootinfo: frappe._dict) -> None:
	"""Tell the desk the DocType of the site's companies, empty without any, when it starts (a hook)."""
	bootinfo.sales_opportunity_company = company_type() or ""
