"""Where a deal comes from: what it takes over from its partner and its campaign, and what may be chosen."""

from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_opportunity.features import SOURCES, is_used
from sales_opportunity.masters.adapters import Party
from sales_opportunity.masters.origins import ORIGINS, is_offered

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.business_partner.business_partner import BusinessPartner
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)


class OriginError(frappe.ValidationError):
	pass


def set_origin(doc: "SalesOpportunity", party: Party) -> None:
	"""Let a deal that says nothing of it come from where its new partner does, and one of a campaign from the campaign's source."""
	if not is_used(SOURCES):
		return
	if doc.has_changed("party"):
		copy_origin(doc, party)
	if doc.campaign and not doc.source and doc.has_changed("campaign"):
		source = frappe.db.get_value("Sales Campaign", doc.campaign, "source")
		doc.source = source if is_offered("Opportunity Source", source) else None


def copy_origin(doc: "SalesOpportunity", other: "Party | SalesOpportunity") -> None:
	"""Let a deal that has neither source nor campaign take both over, but for what is no longer used or switched off."""
	if doc.source or doc.campaign or not is_used(SOURCES):
		return
	for fieldname, doctype in ORIGINS.items():
		name = getattr(other, fieldname)
		doc.set(fieldname, name if is_offered(doctype, name) else None)


def validate_origin(doc: "SalesOpportunity | BusinessPartner", is_past: bool = False) -> None:
	"""Raise `OriginError` for a newly chosen source or campaign that is disabled.

	Deals of the past may come from what is not in use any more.
	"""
	for fieldname, doctype in ORIGINS.items():
		name = doc.get(fieldname)
		if not name or not doc.has_value_changed(fieldname):
			continue
		label = frappe.bold(_(doc.meta.get_label(fieldname), context=doc.doctype))
		if not is_past and not is_offered(doctype, name):
			shown = frappe.bold(_(name, context=doctype))
			frappe.throw(_("{0} {1} is disabled. Choose another one.").format(label, shown), OriginError)
