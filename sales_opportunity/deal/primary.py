"""The primary quote of an opportunity: exactly one live one, guarded by the unique column `primary_of`.

Whoever changes the mark locks the opportunity first and reads with a lock, so that parallel changes come one
after the other and none misses what another has just committed.
"""

from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_opportunity.deal.line_sync import copy_lines_to_opportunity
from sales_opportunity.deal.quote_status import BY_STRENGTH, LIVE
from sales_opportunity.framework.locking import retried
from sales_opportunity.inputs.arguments import whitelist

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote


class PrimaryQuoteError(frappe.ValidationError):
	pass


def set_primary_mark(quote: "Quote") -> None:
	"""Take the mark from a quote that is off the table, and give it to one whose opportunity has no other."""
	if quote.status not in LIVE:
		quote.is_primary = 0
	elif not quote.is_primary:
		quote.is_primary = int(not other_primary(quote))
	quote.primary_of = quote.opportunity if quote.is_primary else None


def other_primary(quote: "Quote") -> str | None:
	"""Return the primary quote of the locked opportunity if it is another one, as the latest transaction left it."""
	filters = {"primary_of": quote.opportunity, "name": ("!=", quote.name or "")}
	return frappe.db.get_value("Quote", filters, for_update=True)


def update_primary_quote(
	quote: "Quote", successor: "Quote | None" = None, opportunity: frappe._dict | None = None
) -> None:
	"""Let the opportunity point to its primary quote, after `quote` was changed or left the table.

	`opportunity` is what a save has read of it under its lock, else that is read now.

	If an open opportunity has none any more, `successor` becomes it, else the strongest live quote; the
	opportunity's lines become those of the new primary quote, or of a draft. Once a quote is issued, what is
	changed in the opportunity since stays, whatever becomes of the quote.
	"""
	now = opportunity or frappe.db.get_value(
		"Sales Opportunity", quote.opportunity, ("status", "primary_quote"), for_update=True, as_dict=True
	)
	# The column is unique: whoever has the mark is the one.
	primary = (
		quote.name
		if quote.primary_of == quote.opportunity
		else frappe.db.get_value("Quote", {"primary_of": quote.opportunity}, for_update=True)
	)
	if primary == quote.name:
		link_primary_quote(quote)
		if was_draft(quote) or now.primary_quote != primary:
			copy_lines_to_opportunity(quote)
	elif not primary and now.status == "Open":
		set_primary_quote(
			successor or strongest_quote(quote.opportunity, without=quote.name), quote.opportunity
		)
	elif not primary:
		frappe.db.set_value(
			"Sales Opportunity", quote.opportunity, "primary_quote", None, update_modified=False
		)


def was_draft(quote: "Quote") -> bool:
	"""Return whether the quote could be edited until now: it is a draft, or is just being issued."""
	before = quote.get_doc_before_save()
	return quote.docstatus == 0 or bool(before and before.docstatus == 0)


def set_primary_quote(quote: "Quote | None", opportunity: str) -> None:
	"""Mark a quote, or none, as the primary one of an opportunity that has no other."""
	if quote:
		mark_as_primary(quote)
		link_primary_quote(quote)
		copy_lines_to_opportunity(quote)
	else:
		frappe.db.set_value("Sales Opportunity", opportunity, "primary_quote", None, update_modified=False)


def mark_as_primary(quote: "Quote") -> None:
	"""Mark a quote as the primary one of its opportunity."""
	quote.db_set({"is_primary": 1, "primary_of": quote.opportunity}, update_modified=False)


def link_primary_quote(quote: "Quote") -> None:
	"""Let the opportunity lead to its primary quote; who edits it goes on undisturbed."""
	frappe.db.set_value(
		"Sales Opportunity", quote.opportunity, "primary_quote", quote.name, update_modified=False
	)


def strongest_quote(opportunity: str, without: str = "") -> "Quote | None":
	"""Return the live quote of the opportunity that is furthest, of several the latest, never `without`; None if there is none."""
	rows = frappe.db.get_values(
		"Quote",
		{"opportunity": opportunity, "status": ("in", BY_STRENGTH), "name": ("!=", without)},
		("name", "status", "creation"),
		order_by="creation desc",
		for_update=True,
		as_dict=True,
	)
	if not rows:
		return None
	return frappe.get_doc(
		"Quote", min(rows, key=lambda row: BY_STRENGTH.index(row.status)).name, for_update=True
	)


def unmark_other_primary(successor: "Quote") -> None:
	"""Take the mark from the opportunity's primary quote, if that is another one, so that `successor` can have it."""
	former = other_primary(successor)
	if former:
		frappe.db.set_value("Quote", former, {"is_primary": 0, "primary_of": None})


def promote_live_quote(quote: "Quote") -> None:
	"""Make a live quote of a locked, open opportunity the primary one."""
	unmark_other_primary(quote)
	set_primary_quote(quote, quote.opportunity)


@whitelist(methods=["POST"])
@retried
def make_primary(quote: str) -> None:
	"""Make a live quote the primary one of its open opportunity, whose lines become those of the quote.

	Raises `frappe.PermissionError` without write permission on the opportunity, `PrimaryQuoteError` if the
	quote is off the table or the opportunity closed.
	"""
	doc = frappe.get_doc("Quote", quote, for_update=True)
	opportunity = frappe.get_doc("Sales Opportunity", doc.opportunity, for_update=True)
	opportunity.check_permission("write")
	if doc.status not in LIVE or opportunity.status != "Open":
		frappe.throw(
			_(
				"Only a quote that is still open can be the primary one, and only while its opportunity is open."
			),
			PrimaryQuoteError,
		)
	promote_live_quote(doc)
	doc.add_comment("Info", _("made this the primary quote"))
