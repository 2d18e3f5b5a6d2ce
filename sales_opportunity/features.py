"""What of the app a site uses, as the settings say: what is switched off is on no form, list, report, paper or workspace."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_opportunity.framework.linked_fields import set_properties
from sales_opportunity.framework.registry import last_registered

if TYPE_CHECKING:
	from collections.abc import Callable, Iterable
	from typing import Any

	from frappe.model.document import Document

SETTINGS = "Sales Opportunity Settings"

DEDUCTIONS, PRICE_LISTS, MARGINS = "use_trade_ins", "use_price_lists", "use_margins"
RECURRING_LINES, TEMPLATES = "use_recurring_lines", "use_quote_templates"
FIXED_DISCOUNTS, BUNDLES = "use_fixed_discounts", "use_bundles"
TARGETS, LIKELY_DATES, SOURCES = "use_sales_targets", "use_likely_dates", "use_sources"
PARTICIPANTS, RELATED_DEALS = "use_participants", "use_related_deals"
RELEASES, CADENCES = "use_releases", "use_cadences"
DATA_SHEETS, CHOICE = "use_data_sheets", "use_customer_choice"

OPEN_QUANTITY = ("is_quantity_open", "min_quantity", "max_quantity")
MARGIN_FIELDS = ("section_margin", "margin_amount", "margin_percentage")
TERM_FIELDS = ("recurrence", "periods", "service_start")
RECURRING_SUMS = ("one_off_amount", "monthly_amount", "yearly_amount", "contract_value")
SUMS_IN_BOTH_CURRENCIES = (*RECURRING_SUMS, *(f"base_{fieldname}" for fieldname in RECURRING_SUMS))
RECURRING_FIELDS = ("section_recurring", *SUMS_IN_BOTH_CURRENCIES, "section_instalments", "instalments")
USUAL_TERM = 12
"""Months for which a recurring line is charged, where the settings say none."""
DOCUMENTS_LIMIT = 10
"""Megabytes of documents that go with one e-mail, where the settings say nothing."""

REFUSED = {"instalments", "fixed_discount"}
"""Fields of documents that are refused by a rule of their own while they are switched off."""

BREAKS = ("Section Break", "Column Break", "Tab Break", "HTML")


class SwitchedOffError(frappe.ValidationError):
	pass


@dataclass(frozen=True)
class Feature:
	"""What is there only while it is used: fields by DocType, and DocTypes, reports, charts and cards that are offered.

	`rules` is the table of the settings without whose rows it is not used either.
	"""

	fields: dict[str, tuple[str, ...]] = field(default_factory=dict)
	offers: tuple[str, ...] = ()
	rules: str = ""


FEATURES = {
	DEDUCTIONS: Feature(
		{
			"Sales Opportunity Item": ("deduction",),
			"Quote": ("deduction_total",),
			"Quote Item": ("deduction",),
			"Quote Template Line": ("deduction",),
			"Fulfilment Request Item": ("deduction",),
		}
	),
	FIXED_DISCOUNTS: Feature(
		{
			"Sales Opportunity": ("fixed_discount",),
			"Sales Opportunity Item": ("discount_amount",),
			"Quote": ("fixed_discount",),
			"Quote Item": ("discount_amount",),
			"Quote Template Line": ("discount_amount",),
			"Fulfilment Request Item": ("discount_amount",),
		}
	),
	PRICE_LISTS: Feature(
		{
			"Sales Item": ("section_prices", "prices"),
			"Business Partner": ("partner_group",),
			"Sales Opportunity Item": ("list_price", "price_source"),
			"Quote Item": ("list_price", "price_source"),
		},
		("Business Partner Group",),
	),
	MARGINS: Feature(
		{
			"Sales Item": ("cost",),
			"Sales Opportunity": MARGIN_FIELDS,
			"Sales Opportunity Item": ("unit_cost", *MARGIN_FIELDS),
			"Quote": MARGIN_FIELDS,
			"Quote Item": ("unit_cost", *MARGIN_FIELDS),
		},
		("Margin",),
	),
	RECURRING_LINES: Feature(
		{
			"Sales Opportunity Item": ("section_recurrence", *TERM_FIELDS),
			"Quote Item": ("section_recurrence", *TERM_FIELDS),
			"Quote Template Line": ("recurrence", "periods"),
			"Fulfilment Request Item": TERM_FIELDS,
			"Sales Item": ("recurrence", "periods"),
			"Sales Opportunity": RECURRING_FIELDS,
			"Quote": RECURRING_FIELDS,
		}
	),
	BUNDLES: Feature({"Sales Item": ("section_parts", "parts")}),
	TEMPLATES: Feature(offers=("Quote Template",)),
	CHOICE: Feature(
		{
			"Quote": ("offered_together",),
			"Quote Item": ("section_choice", *OPEN_QUANTITY),
			"Quote Template Line": ("section_choice", *OPEN_QUANTITY),
		}
	),
	TARGETS: Feature(
		offers=(
			"Sales Target",
			"Sales Targets",
			"Sales Targets by Quarter",
			"Target Gap This Year",
			"Target Coverage This Year",
			"Pace against Last Year",
		)
	),
	DATA_SHEETS: Feature(
		{
			"Sales Item": ("section_documents", "documents"),
			"Item": ("sales_documents",),
			"Class ID": ("show_item_pictures", "section_documents", "documents"),
			"Quote": ("section_documents",),
		}
	),
	LIKELY_DATES: Feature({"Sales Opportunity": ("likely_close_date",)}, ("Moved Close Dates",)),
	SOURCES: Feature(
		{
			"Sales Opportunity": ("source", "campaign"),
			"Business Partner": ("source", "campaign"),
			"Qualification Stage": ("requires_source",),
		},
		("Opportunity Source", "Sales Campaign", "Won and Lost by Source"),
	),
	PARTICIPANTS: Feature(
		{"Sales Opportunity": ("section_shares", "shares", "section_participants", "participants")}
	),
	RELATED_DEALS: Feature(
		{
			"Sales Opportunity": (
				"section_related",
				"parent_opportunity",
				"is_frame",
				"section_call_offs",
				"call_offs",
			)
		}
	),
	RELEASES: Feature({"Quote": ("release_status",)}, ("Quote Release",), "release_rules"),
	CADENCES: Feature({"Class ID": ("section_cadence", "cadence", "cadence_skips_weekends")}),
}
"""By the switch in the settings."""

DEFAULTS = {**dict.fromkeys(FEATURES, 1), "usual_term_months": USUAL_TERM, "documents_limit": DOCUMENTS_LIMIT}


def is_used(feature: str) -> bool:
	"""Return whether a switch of the settings is on, and has rules if it needs any."""
	return is_on(frappe.get_cached_doc(SETTINGS), feature)


def is_used_as_stored(feature: str) -> bool:
	"""Return what `is_used` says by the settings as they are stored, for what follows while they are saved.

	Other requests cache what they were until then.
	"""
	return is_on(frappe.get_doc(SETTINGS), feature)


def is_on(settings: "Document", feature: str) -> bool:
	"""Return what `is_used` says by these settings."""
	rules = FEATURES[feature].rules
	return bool(
		settings.get(feature)
		and (not rules or settings.get(rules) or (feature == RELEASES and foreign_release_rules()))
	)


def foreign_release_rules() -> "Callable[[Document, Any, list[str]], list] | None":
	"""Return what another app asks for of a quote, its figures and the people whose it is; None where it has no rules."""
	path = last_registered("sales_release_rules")
	return frappe.get_attr(path)() if path else None


def unused(settings: "Document | None" = None) -> list[Feature]:
	"""Return what the settings switch off; `settings` are others than those that are cached."""
	asked = settings or frappe.get_cached_doc(SETTINGS)
	return [feature for switch, feature in FEATURES.items() if not is_on(asked, switch)]


def switched_off(settings: "Document | None" = None) -> list[str]:
	"""Return the DocTypes, reports, charts and cards that the settings switch off; `settings` as of `unused`."""
	return [name for feature in unused(settings) for name in feature.offers]


def unused_fields(doctype: str) -> set[str]:
	"""Return the fields of a DocType that the settings switch off."""
	return {fieldname for feature in unused() for fieldname in feature.fields.get(doctype, ())}


def keep_unused(doc: "Document") -> None:
	"""Let a document that is saved keep what it has in fields that are switched off, whatever was sent for them.

	Lines, instalments and the discount on the whole are not changed unseen, since a deal's worth hangs on them:
	their own rules refuse them. What only the server writes is left to it. Raises `SwitchedOffError` for a new
	document of a DocType that is switched off.
	"""
	off = unused()
	names = {name for feature in off for name in feature.fields.get(doc.doctype, ())}
	fields = [doc.meta.get_field(name) for name in names - REFUSED]
	entered = [each for each in fields if each and not each.read_only and each.fieldtype not in BREAKS]
	is_off = any(doc.doctype in feature.offers for feature in off)
	if not (is_off or entered):
		return
	is_stored = bool(doc.name and frappe.db.exists(doc.doctype, doc.name))
	if is_off and not is_stored and doc.doctype in switched_off(frappe.get_doc(SETTINGS)):
		frappe.throw(
			_("{0} is switched off in the settings.").format(frappe.bold(_(doc.doctype))), SwitchedOffError
		)
	stored = frappe.get_doc(doc.doctype, doc.name) if is_stored and entered else None
	for each in entered:
		nothing = [] if each.fieldtype == "Table" else None
		doc.set(each.fieldname, stored.get(each.fieldname) if stored else nothing)


def changed(settings: "Document") -> list[str]:
	"""Return what is used and was not before in settings that are being saved, or the other way round."""
	before = settings.get_doc_before_save()
	return [switch for switch in FEATURES if before and is_on(before, switch) != is_on(settings, switch)]


def store_defaults() -> None:
	"""Switch on what was never switched: a single document has no defaults once it is stored.

	A hook of each migration, before patches run that ask what is used.
	"""
	stored = frappe.db.get_singles_dict(SETTINGS)
	for fieldname, value in DEFAULTS.items():
		if stored.get(fieldname) is None:
			frappe.db.set_single_value(SETTINGS, fieldname, value)
	frappe.clear_document_cache(SETTINGS, SETTINGS)


def show_fields(settings: "Document", switches: "Iterable[str]") -> None:
	"""Hide the fields of what is not used, and show those of what is: in forms, lists and reports. Runs twice without harm."""
	for switch in switches:
		hidden = {} if is_on(settings, switch) else {"hidden": ("1", "Check")}
		for doctype, fieldnames in FEATURES[switch].fields.items():
			for fieldname in fieldnames if frappe.db.exists("DocType", doctype) else ():
				set_properties(doctype, fieldname, hidden)


def hide_without_rules(*args: str) -> None:
	"""Hide what has no rules yet, and show what has some now: those of another app come and go with it. Runs twice without harm."""
	show_fields(frappe.get_doc(SETTINGS), [switch for switch, feature in FEATURES.items() if feature.rules])


def extend_bootinfo(bootinfo: frappe._dict) -> None:
	"""Tell the desk what is used (a hook)."""
	bootinfo.sales_opportunity_features = {switch: is_used(switch) for switch in FEATURES}
