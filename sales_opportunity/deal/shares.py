"""The people of a deal: who is responsible for it, and colleagues who have a share of it."""

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.model.document import Document
from pypika import CustomFunction

from sales_opportunity.access.permissions import may_reopen
from sales_opportunity.pricing.money import HUNDRED, to_decimal
from sales_opportunity.pricing.shares import percentages
from sales_opportunity.pricing.valuation import exact_sum
from sales_opportunity.texts.formatting import format_number

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

OPPORTUNITY = "Sales Opportunity"

PATTERN_CHARACTERS = re.compile(r"[=%_|\\]")
"""Characters with a meaning in a pattern of `like`, or in the text of a deal's people."""

Replace = CustomFunction("REPLACE", ["text", "old", "new"])


class ShareError(frappe.ValidationError):
	pass


def set_people(doc: "SalesOpportunity") -> None:
	"""Name all people of a deal in one field, by which lists find them. Who becomes responsible has no row any more.

	Raises `ShareError` for a row of who was responsible before.
	"""
	if not doc.has_changed("opportunity_owner") and doc.opportunity_owner in {row.user for row in doc.shares}:
		frappe.throw(_("Who is responsible has the rest, and needs no share."), ShareError)
	doc.shares = [row for row in doc.shares if not row.user or row.user != doc.opportunity_owner]
	for place, row in enumerate(doc.shares, 1):
		row.idx = place
	users = dict.fromkeys(filter(None, (doc.opportunity_owner, *(row.user for row in doc.shares))))
	doc.people = people_text(list(users))


def people_text(users: list[str]) -> str:
	"""Return what the field says of these users: each login between strokes, as a pattern of `like` finds it and no other.

	What means something in a pattern or in the text is its code, as `deals_of.js` writes it too: `_` is `=5F`.
	"""
	logins = [PATTERN_CHARACTERS.sub(lambda found: f"={ord(found[0]):02X}", user) for user in users]
	return f"|{'|'.join(logins)}|" if logins else ""


def on_user_rename(user: Document, method: str, old: str, new: str, merge: bool = False) -> None:
	"""Let deals name a user as the login is now (a hook)."""
	table = frappe.qb.DocType(OPPORTUNITY)
	renamed = Replace(table.people, people_text([old]), people_text([new]))
	frappe.qb.update(table).set(table.people, renamed).where(
		table.people.like(f"%{people_text([old])}%")
	).run()


def validate_shares(doc: "SalesOpportunity") -> None:
	"""Raise `ShareError` unless all shares are above 0, come to at most 100 %, and are of different enabled users."""
	before = doc.get_doc_before_save()
	stored, wanted = shares_of(before) if before else {}, shares_of(doc)
	if before:
		validate_who_shares(doc, before)
	if len(wanted) < len(doc.shares):
		frappe.throw(_("Each colleague has one share: add it up in one row."), ShareError)
	for row in doc.shares:
		if not 0 < to_decimal(row.percentage) <= HUNDRED:
			frappe.throw(
				_("Row #{0}: The share must be above 0 and at most 100 %.").format(row.idx), ShareError
			)
		if row.user and row.user not in stored and not frappe.db.get_value("User", row.user, "enabled"):
			frappe.throw(
				_("Row #{0}: {1} is disabled and cannot have a share.").format(
					row.idx, frappe.bold(row.full_name or row.user)
				),
				ShareError,
			)
	if exact_sum(list(wanted.values())) > HUNDRED:
		frappe.throw(
			_("The shares of colleagues come to {0} %, at most 100 % can be shared.").format(
				format_number(exact_sum(list(wanted.values())), frappe.local.lang)
			),
			ShareError,
		)


def validate_who_shares(doc: "SalesOpportunity", before: "SalesOpportunity") -> None:
	"""Raise `ShareError` unless the user may change whose a stored deal is, if that was changed.

	Who is responsible changes the shares while the deal is open; Sales Managers do always. Nobody else changes who is
	responsible once it is closed, since that is another way to the same figures.
	"""
	if may_reopen():
		return
	if before.status != "Open":
		if doc.has_changed("opportunity_owner") or shares_of(doc) != shares_of(before):
			frappe.throw(
				_(
					"The opportunity is closed: ask a Sales Manager to change who is responsible and who has a share."
				),
				ShareError,
			)
		return
	kept = {user: share for user, share in shares_of(before).items() if user != doc.opportunity_owner}
	if before.opportunity_owner != frappe.session.user and shares_of(doc) != kept:
		frappe.throw(
			_("Only who is responsible and Sales Managers change the shares of colleagues."), ShareError
		)


def shares_of(doc: "SalesOpportunity") -> dict[str, Decimal]:
	"""Return the percentage that each colleague has of a deal."""
	return {row.user: to_decimal(row.percentage) for row in doc.shares}


def new_colleagues(doc: "SalesOpportunity") -> list[str]:
	"""Return who has got a share of a deal by this save."""
	before = doc.get_doc_before_save()
	former = {row.user for row in before.shares} if before else set()
	return [row.user for row in doc.shares if row.user not in former]


def reduced_colleagues(doc: "SalesOpportunity") -> list[str]:
	"""Return who has less of a shared deal by this save."""
	before = doc.get_doc_before_save()
	if not before or not (before.shares or doc.shares):
		return []
	was, now = (percentages(each.opportunity_owner, shares_of(each)) for each in (before, doc))
	return [user for user, share in was.items() if share > now.get(user, 0)]
