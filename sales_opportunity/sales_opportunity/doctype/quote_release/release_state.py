"""How a quote stands with its release: by the rules of the settings, its own figures and the log of what happened."""

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import now_datetime

from sales_opportunity.features import RELEASES, SETTINGS, foreign_release_rules, is_used
from sales_opportunity.notifications import notify
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.sales_opportunity.doctype.quote_release.release_figures import (
	figures_of,
	offered_figures,
)
from sales_opportunity.sales_opportunity.doctype.quote_release.release_rules import (
	NEEDED,
	RELEASED,
	REQUESTED,
	VOIDED,
	WORSENED,
	LogEntry,
	QuoteFigures,
	ReleaseRule,
	ReleaseStanding,
	is_worse,
	standing,
	worsened_by,
)
from sales_opportunity.texts.formatting import format_money, format_percent

if TYPE_CHECKING:
	from collections.abc import Iterable, Sequence

	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.quote_release.quote_release import QuoteRelease

LOGGED = (
	"name",
	"quote",
	"action",
	"released_roles",
	"class_id",
	"party",
	"discount_percentage",
	"margin_known",
	"margin_percentage",
	"base_net_total",
	"base_gross_total",
	"person",
	"happened_on",
	"note",
	"tasks",
)


class ReleaseNeededError(frappe.ValidationError):
	"""The quote is not released, and a rule of the settings wants that it is."""


def set_release_status(quote: "Quote") -> None:
	"""Let a quote that is being saved say how it stands with its release."""
	found = standing_of(quote, for_update=True)
	quote.void_releases, quote.worsened_for = found.void, roles_worsened_for(quote, found)
	quote.set("release_status", NEEDED if quote.worsened_for else found.status or None)


def roles_worsened_for(quote: "Quote", found: ReleaseStanding) -> tuple[str, ...]:
	"""Return whose release the quote needs because the user, whose own it is not yet, makes it worse by what is being saved."""
	before, user = quote.get_doc_before_save(), frappe.session.user
	if not (before and found.missing):
		return ()
	now = figures_of(quote)
	if not is_worse(now, figures_of(before), rules_for(quote, now, for_update=True)):
		return ()
	rows = log_of(quote, for_update=True)
	if user in makers(quote, rows):
		return ()
	entries = [entry_of(row, quote) for row in rows]
	return tuple(role for role in found.missing if user not in worsened_by(entries, role))


def makers(quote: "Quote", rows: "Iterable[frappe._dict]") -> set[str]:
	"""Return whose own the quote stays, whatever becomes of it: who made it, and who asked for its release."""
	return {quote.owner, *askers(quote, rows)}


def askers(quote: "Quote", rows: "Iterable[frappe._dict]") -> set[str]:
	"""Return who has asked for the release of this very revision."""
	return {row.person for row in rows if row.quote == quote.name and row.action == REQUESTED}


def record_release_change(quote: "Quote") -> None:
	"""Log what the change of a quote that was saved has done to its release, and end the tasks of those who need not answer any more.

	It may have made releases void, or the quote worse, so that who changed it does not release it. The stream says so, and who
	has asked is told to ask again.
	"""
	before = quote.get_doc_before_save()
	is_lapsed = bool(before and before.release_status == REQUESTED and quote.release_status != REQUESTED)
	if quote.void_releases:
		log_release(quote, VOIDED, quote.void_releases)
		quote.add_comment("Info", _("has changed the quote: its release is void"))
	if quote.worsened_for:
		log_release(quote, WORSENED, quote.worsened_for)
		quote.add_comment("Info", _("has made the quote worse: somebody else has to release it"))
	quote.void_releases = quote.worsened_for = ()
	if is_lapsed:
		end_request(quote)


def end_request(quote: "Quote") -> None:
	"""End a request that a change of the quote has overtaken; whoever has asked is told if it is still needed."""
	end_tasks(quote)
	if quote.release_status != NEEDED:
		quote.add_comment("Info", _("has changed the quote: its release is asked for no longer"))
		return
	quote.add_comment("Info", _("has changed the quote: its release has to be asked for again"))
	others = askers(quote, log_of(quote, for_update=True)) - {frappe.session.user}
	notify(quote, "quote_release_lapsed", sorted(others))


def validate_released(quote: "Quote") -> None:
	"""Raise `ReleaseNeededError` if somebody has to release the quote before it is issued."""
	sentences = missing_release(quote, for_update=True)
	if sentences:
		frappe.throw(" ".join(sentences), ReleaseNeededError, title=_("Not released yet"))


def missing_release(quote: "Quote", for_update: bool = False) -> list[str]:
	"""Return in sentences that the quote needs a release and why, none if it needs none or has it."""
	found = standing_of(quote, for_update)
	if found.status in ("", RELEASED):
		return []
	needed = _("Quote {0} needs a release before it can be issued. Ask for it on its form.")
	return [needed.format(quote.name), *reasons(found, quote)]


def reasons(found: ReleaseStanding, quote: "Quote") -> list[str]:
	"""Return why the quote needs a release, as far as everybody may know: nothing of rules that look at the margin."""
	told, now, offered = [], figures_of(quote), offered_figures(quote)
	for rule in found.met:
		if rule.margin_below:
			continue
		texts = []
		if rule.discount_from or (rule.source and rule.gross_from is None):
			percent = format_percent(now.discount, frappe.local.lang)
			text = (
				_("The discount is {0} in all.")
				if now.discount == offered.discount
				else _("The customer can choose so that the discount is {0} in all.")
			)
			texts.append(text.format(percent))
		if rule.amount_above:
			limit = format_money(rule.amount_above, quote.company_currency or "", frappe.local.lang)
			text = (
				_("The net total is above {0}.")
				if offered.amount > rule.amount_above
				else _("The customer can choose so that the net total is above {0}.")
			)
			texts.append(text.format(limit))
		if rule.gross_from is not None:
			limit = format_money(rule.gross_from, quote.company_currency or "", frappe.local.lang)
			text = (
				_("The gross total is {0} or more.")
				if offered.gross >= rule.gross_from
				else _("The customer can choose so that the gross total is {0} or more.")
			)
			texts.append(text.format(limit))
		told += [f"{text} ({rule.source})" if rule.source else text for text in texts]
	return list(dict.fromkeys(told))


def standing_of(quote: "Quote", for_update: bool = False) -> ReleaseStanding:
	"""Return how the quote, as it is now, stands; with a lock of what has happened `for_update`."""
	if not is_used(RELEASES):
		return ReleaseStanding()
	figures = figures_of(quote)
	applied = rules_for(quote, figures, for_update)
	entries = log_of(quote, for_update) if any(rule.is_met(figures) for rule in applied) else []
	return standing([entry_of(row, quote) for row in entries], figures, applied)


def rules_for(quote: "Quote", figures: QuoteFigures, for_update: bool) -> list[ReleaseRule]:
	"""Return the rules of the settings and those of another app for the quote with these figures."""
	return [*own_rules(), *other_rules(quote, figures, for_update)]


def other_rules(quote: "Quote", figures: QuoteFigures, for_update: bool) -> "Sequence[ReleaseRule]":
	"""Return what another app asks for: of who made the quote, is responsible for it, had a hand in its release, or acts now."""
	rules_of = foreign_release_rules()
	if not rules_of:
		return ()
	log = log_of(quote, for_update)
	people = {quote.owner, quote.sales_person, frappe.session.user, *(row.person for row in log)}
	return rules_of(quote, figures, sorted(filter(None, people)))


def own_rules() -> list[ReleaseRule]:
	"""Return the rules of the settings."""
	return [
		ReleaseRule(
			row.role,
			row.class_id or "",
			to_decimal(row.discount_from),
			to_decimal(row.margin_below),
			to_decimal(row.amount_above),
		)
		for row in frappe.get_cached_doc(SETTINGS).release_rules
	]


def log_of(quote: "Quote", for_update: bool = False) -> list[frappe._dict]:
	"""Return what happened to the quote and to its earlier revisions, in the order in which it did."""
	if quote.is_new() and quote.revision <= 1:
		return []
	return frappe.db.get_values(
		"Quote Release",
		{"quote_number": quote.quote_number},
		LOGGED,
		order_by="creation asc",
		for_update=for_update,
		as_dict=True,
	)


def entry_of(row: frappe._dict, quote: "Quote") -> LogEntry:
	"""Return a row of the log as the rules read it."""
	figures = QuoteFigures(
		row.class_id or "",
		row.party or "",
		to_decimal(row.discount_percentage),
		to_decimal(row.margin_percentage) if row.margin_known else None,
		to_decimal(row.base_net_total),
		to_decimal(row.base_gross_total),
	)
	return LogEntry(
		row.action,
		frozenset((row.released_roles or "").split("\n")),
		figures,
		row.quote == quote.name,
		row.person,
	)


def log_release(
	quote: "Quote", action: str, roles: "Iterable[str]", note: str = "", tasks: "Iterable[str]" = ()
) -> "QuoteRelease":
	"""Keep what happened to a quote, with its figures of this moment."""
	figures = figures_of(quote)
	return frappe.get_doc(
		{
			"doctype": "Quote Release",
			"quote": quote.name,
			"quote_number": quote.quote_number,
			"action": action,
			"person": frappe.session.user,
			"happened_on": now_datetime(),
			"released_roles": "\n".join(roles),
			"class_id": figures.class_id,
			"party": figures.party,
			"discount_percentage": float(figures.discount),
			"margin_known": int(figures.margin is not None),
			"margin_percentage": float(figures.margin or 0),
			"base_net_total": float(figures.amount),
			"base_gross_total": float(figures.gross),
			"company_currency": quote.company_currency,
			"note": note,
			"tasks": "\n".join(tasks),
		}
		# Nobody writes the log by hand; whether one may do what is logged was checked.
	).insert(ignore_permissions=True)


def end_tasks(quote: "Quote", done_by: str | None = None) -> None:
	"""End what people were asked to do: of whoever has done it, it is closed, for all others it is cancelled."""
	entries = [row for row in log_of(quote, for_update=True) if row.quote == quote.name]
	names = sorted(name for row in entries for name in (row.tasks or "").split())
	open_ones = {"name": ("in", names), "status": "Open"}
	for task in frappe.db.get_values("ToDo", open_ones, for_update=True, pluck=True) if names else ():
		todo = frappe.get_doc("ToDo", task, for_update=True)
		todo.status = "Closed" if todo.allocated_to == done_by else "Cancelled"
		# The tasks are the server's own: what they were for is done, or is not to be done any more.
		todo.save(ignore_permissions=True)


def delete_releases(quote: "Quote") -> None:
	"""Drop the log of a draft that is deleted: the next quote may get its number, and must not be released by it.

	What a revision has made void stays void.
	"""
	end_tasks(quote)
	kept = {"action": ("!=", VOIDED)} if quote.revision > 1 else {}
	frappe.db.delete("Quote Release", {"quote": quote.name, **kept})
