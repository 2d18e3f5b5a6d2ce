"""Joining two opportunities that are the same deal."""

from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_opportunity.deal.origin import copy_origin
from sales_opportunity.deal.participants import other_participants
from sales_opportunity.deal.related import deals_above
from sales_opportunity.deal.shares import shares_of
from sales_opportunity.features import PARTICIPANTS, is_used
from sales_opportunity.sales_opportunity.doctype.sales_opportunity_change.history import delete_changes

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

OPPORTUNITY = "Sales Opportunity"
FILLED_FIELDS = (
	"expected_close_date",
	"contact",
	"address",
	"next_activity",
	"next_activity_date",
	"is_frame",
	"parent_opportunity",
)
CONDITIONS = ("discount_percentage", "fixed_discount", "freight", "freight_tax_rate")
"""What goes along with the lines."""


class MergeError(frappe.ValidationError):
	pass


def merge_into(opportunity: str, duplicate: str) -> "SalesOpportunity":
	"""Move quotes and activities of the duplicate to the opportunity, delete the duplicate, return the opportunity.

	What the opportunity lacks of lines, dates, contacts and colleagues' shares it takes from the duplicate, and what that is
	part of; its value stays its own.

	Raises `MergeError` unless both are open and of the same partner, if one is a part of the other, if colleagues
	have other shares of each, and if the duplicate's quote would get another value; `frappe.PermissionError`
	without write permission on both and delete permission on the duplicate.
	"""
	if opportunity == duplicate:
		frappe.throw(_("Choose another opportunity to merge with this one."), MergeError)
	locked = {
		name: frappe.get_doc(OPPORTUNITY, name, for_update=True) for name in sorted((opportunity, duplicate))
	}
	target, source = locked[opportunity], locked[duplicate]
	target.check_permission("write")
	source.check_permission("write")
	source.check_permission("delete")
	validate_mergeable(target, source)
	transfer_primary_quote(target, source)
	delete_changes(duplicate)
	frappe.rename_doc(
		OPPORTUNITY, duplicate, opportunity, force=True, merge=True, show_alert=False, rebuild_search=False
	)
	return fill_gaps(frappe.get_doc(OPPORTUNITY, opportunity, for_update=True), source)


def validate_mergeable(target: "SalesOpportunity", source: "SalesOpportunity") -> None:
	"""Raise `MergeError` unless these are two open deals of one partner, none of which is a part of the other."""
	if {target.status, source.status} != {"Open"}:
		frappe.throw(_("Only open opportunities can be merged."), MergeError)
	if (target.party_type, target.party) != (source.party_type, source.party):
		frappe.throw(
			_("{0} is an opportunity of {1}. Only opportunities of the same partner can be merged.").format(
				frappe.bold(source.name), frappe.bold(source.party_name)
			),
			MergeError,
		)
	for part, whole in ((target, source), (source, target)):
		if whole.name in deals_above(part.name):
			frappe.throw(
				_("{0} is a part of {1}, so they are two deals and cannot be merged.").format(
					frappe.bold(part.name), frappe.bold(whole.name)
				),
				MergeError,
			)
	if is_used(PARTICIPANTS) and source.shares and target.shares and shares_of(source) != shares_of(target):
		frappe.throw(
			_(
				"Colleagues have shares of both opportunities. Enter in {0} what each is to have, and remove the shares of {1}."
			).format(frappe.bold(target.name), frappe.bold(source.name)),
			MergeError,
		)
	if source.primary_quote and not target.primary_quote and not takes_lines(target, source):
		frappe.throw(
			_(
				"{0} has a quote, {1} has none but a value of its own. Merge {1} into {0}, so that the quote stays as it is."
			).format(frappe.bold(source.name), frappe.bold(target.name)),
			MergeError,
		)


def takes_lines(target: "SalesOpportunity", source: "SalesOpportunity") -> bool:
	"""Return whether the lines of the duplicate become those of the opportunity, which has none."""
	return not target.items and source.transaction_currency == target.transaction_currency


def transfer_primary_quote(target: "SalesOpportunity", source: "SalesOpportunity") -> None:
	"""Leave one primary quote: the opportunity's own, else the duplicate's."""
	keeps = {"primary_of": target.name} if not target.primary_quote else {"primary_of": None, "is_primary": 0}
	if source.primary_quote:
		frappe.db.set_value("Quote", source.primary_quote, keeps, update_modified=False)
		if not target.primary_quote:
			values = {
				fieldname: source.get(fieldname) for fieldname in ("primary_quote", "prices_include_tax")
			}
			target.db_set(values, update_modified=False)


def fill_gaps(target: "SalesOpportunity", source: "SalesOpportunity") -> "SalesOpportunity":
	"""Fill what the target lacks from the source, and return it saved; lines and their conditions go together."""
	for fieldname in FILLED_FIELDS:
		target.set(fieldname, target.get(fieldname) or source.get(fieldname))
	copy_origin(target, source)
	merge_people(target, source)
	if takes_lines(target, source):
		target.manual_amount = bool(target.amount)
		target.plan_source = None if target.instalments else source
		target.update({fieldname: source.get(fieldname) for fieldname in CONDITIONS})
		for fieldname in ("items", "instalments"):
			for row in source.get(fieldname) if not target.get(fieldname) else ():
				target.append(fieldname, frappe.copy_doc(row).as_dict())
	return target.save()


def merge_people(target: "SalesOpportunity", source: "SalesOpportunity") -> None:
	"""Let whoever takes part in the duplicate do so in the opportunity, and colleagues keep their shares.

	Who is responsible for the opportunity has the rest, and no share.
	"""
	for row in other_participants(target, source):
		target.append("participants", {**frappe.copy_doc(row).as_dict(), "is_primary": 0})
	for row in source.shares if not target.shares else ():
		if row.user != target.opportunity_owner:
			target.append("shares", {"user": row.user, "percentage": row.percentage})
