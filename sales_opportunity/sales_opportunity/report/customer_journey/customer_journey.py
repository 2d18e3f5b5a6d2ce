"""Everything that happened with one business partner, in order. See docs/metrics.md."""

from collections.abc import Iterator

import frappe
from frappe import _
from frappe.utils import formatdate, get_datetime, get_fullname, strip_html

from sales_opportunity.currency import company_currency, format_amount
from sales_opportunity.deal.quote_status import ANSWERED
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.presentation import (
	bar_chart,
	card,
	column,
	currency_column,
	money_card,
	money_column,
)
from sales_opportunity.reporting.query import OPPORTUNITY, opportunities, readable_criterion
from sales_opportunity.sales_opportunity.doctype.sales_opportunity_change.history import stage_changes
from sales_opportunity.texts.plain_text import disarmed

TEXT_LENGTH = 140
QUOTE_MOMENTS = ("creation", "issued_on", "sent_on", "answered_on")


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, note, chart and summary of the report; nothing until a partner is chosen."""
	filters = frappe._dict({"party_type": "Business Partner", **(filters or {})})
	if not filters.party:
		return get_columns(), [], _("Choose a business partner."), None, None, True
	chosen = {"party_type": filters.party_type, "party": filters.party}
	deals = get_deals(chosen)
	data = get_data(chosen, deals)
	columns = explained("Customer Journey", get_columns())
	return columns, data, None, get_chart(data), get_summary(deals), True


def get_columns() -> list[dict]:
	return [
		column("moment", _("Date and Time"), "Datetime", 160),
		column("kind", _("Event"), width=150),
		column("text", _("What Happened"), width=420),
		column("opportunity", _("Sales Opportunity"), "Link", 160, options="Sales Opportunity"),
		column("quote", _("Quote"), "Link", 160, options="Quote"),
		money_column("amount", _("Amount")),
		column("person", _("By Whom"), width=150),
		currency_column(),
	]


def get_deals(chosen: dict) -> list[dict]:
	"""Return the partner's opportunities that the user may read."""
	table = frappe.qb.DocType(OPPORTUNITY)
	return (
		opportunities(chosen)
		.select(table.name, table.title, table.status, table.base_amount, table.base_weighted_amount)
		.run(as_dict=True)
	)


def get_data(chosen: dict, deals: list[dict]) -> list[dict]:
	"""Return what happened, the earliest first; what belongs to opportunities that the user may not read is left out."""
	events = list(quote_events(chosen))
	names = [deal.name for deal in deals]
	if names:
		events += stage_events(deals)
		sources = (changes, communications, comments, tasks, meetings, fulfilments)
		events += [event for source in sources for event in source(names)]
	rows = [
		{
			"moment": get_datetime(moment),
			"kind": kind,
			"text": text,
			"person": person,
			"currency": company_currency(),
			**more,
		}
		for moment, kind, text, person, more in events
	]
	return sorted(rows, key=lambda row: (row["moment"], row.get("opportunity") or "", row["kind"]))


def stage_events(deals: list[dict]) -> Iterator[tuple]:
	"""Yield each stage change of the opportunities, with the amount and the exchange rate of that day."""
	titles = {deal.name: deal.title for deal in deals}
	for fact in stage_changes(list(titles)):
		title = titles[fact.opportunity]
		if fact.previous_stage:
			text = _("{0}: from {1} to {2}").format(title, _(fact.previous_stage), _(fact.stage))
		else:
			text = _("{0}: begun in {1}").format(title, _(fact.stage))
		more = {"opportunity": fact.opportunity, "amount": float(fact.base_amount)}
		yield fact.changed_on, _("Stage"), text, get_fullname(fact.changed_by), more


def quote_events(chosen: dict) -> Iterator[tuple]:
	"""Yield for each quote when it was made, issued, sent and answered."""
	table = frappe.qb.DocType("Quote")
	quotes = (
		frappe.qb.from_(table)
		.where(
			readable_criterion("Quote")
			& (table.party_type == chosen["party_type"])
			& (table.party == chosen["party"])
		)
		.select(
			table.name,
			table.opportunity,
			table.status,
			table.owner,
			table.base_net_total,
			table.label,
			*(table[field] for field in QUOTE_MOMENTS),
		)
		.run(as_dict=True)
	)
	texts = {
		"creation": _("Quote {0} made"),
		"issued_on": _("Quote {0} issued"),
		"sent_on": _("Quote {0} sent"),
		"answered_on": _("Quote {0} answered: {1}"),
	}
	people = who_answered([quote.name for quote in quotes])
	for quote in quotes:
		for field in QUOTE_MOMENTS:
			if quote[field]:
				person = people.get(quote.name) if field == "answered_on" else get_fullname(quote.owner)
				text = texts[field].format(quote.name, _(quote.status))
				more = {
					"opportunity": quote.opportunity,
					"quote": quote.name,
					"amount": float(quote.base_net_total),
				}
				yield quote[field], _("Quote"), text, person, more


def who_answered(quotes: list[str]) -> dict[str, str]:
	"""Return by quote who gave its last answer on the customer's side."""
	rows = frappe.get_all(
		"Quote Answer",
		{"quote": ("in", quotes or [""]), "answer": ("in", ANSWERED)},
		["quote", "person_name"],
		order_by="creation asc",
	)
	return {row.quote: row.person_name for row in rows}


def changes(names: list[str]) -> Iterator[tuple]:
	"""Yield each change of amount and expected close date."""
	rows = frappe.get_all(
		"Sales Opportunity Change",
		{"opportunity": ("in", names), "is_first": 0},
		[
			"changed_on",
			"changed_by",
			"opportunity",
			"amount",
			"previous_amount",
			"previous_transaction_currency",
			"expected_close_date",
			"previous_expected_close_date",
			"base_amount",
			"transaction_currency",
		],
	)
	for row in rows:
		more = {"opportunity": row.opportunity, "amount": float(row.base_amount)}
		before, after = (
			(row.previous_amount, row.previous_transaction_currency),
			(row.amount, row.transaction_currency),
		)
		if before != after:
			text = _("Amount: from {0} to {1}").format(format_amount(*before), format_amount(*after))
			yield row.changed_on, _("Deal Changed"), text, get_fullname(row.changed_by), more
		if row.expected_close_date != row.previous_expected_close_date:
			text = _("Expected close: from {0} to {1}").format(
				formatdate(row.previous_expected_close_date) or "–",
				formatdate(row.expected_close_date) or "–",
			)
			yield row.changed_on, _("Deal Changed"), text, get_fullname(row.changed_by), more


def communications(names: list[str]) -> Iterator[tuple]:
	"""Yield the mails, calls and questions of opportunities that the user may read, as their own page shows them.

	Those about a quote belong to the opportunity by a link.
	"""
	links = frappe.get_all(
		"Communication Link",
		{"link_doctype": OPPORTUNITY, "link_name": ("in", names)},
		["parent", "link_name"],
	)
	opportunity_of = {row.parent: row.link_name for row in links}
	about = {"reference_doctype": OPPORTUNITY, "reference_name": ("in", names)}
	opportunity_of |= dict(frappe.get_all("Communication", about, ["name", "reference_name"], as_list=True))
	rows = frappe.get_all(
		"Communication",
		{"name": ("in", list(opportunity_of)), "communication_type": "Communication"},
		[
			"name",
			"communication_date",
			"creation",
			"communication_medium",
			"subject",
			"sender_full_name",
			"owner",
		],
	)
	for row in rows:
		person = row.sender_full_name or get_fullname(row.owner)
		more = {"opportunity": opportunity_of[row.name]}
		yield row.communication_date or row.creation, _(row.communication_medium), row.subject, person, more


def comments(names: list[str]) -> Iterator[tuple]:
	"""Yield the notes on these opportunities."""
	rows = frappe.get_all(
		"Comment",
		{"reference_doctype": OPPORTUNITY, "reference_name": ("in", names), "comment_type": "Comment"},
		["creation", "content", "owner", "reference_name"],
	)
	for row in rows:
		more = {"opportunity": row.reference_name}
		yield row.creation, _("Note"), plain_beginning(row.content), get_fullname(row.owner), more


def tasks(names: list[str]) -> Iterator[tuple]:
	"""Yield the tasks of these opportunities, on the day on which they were given."""
	rows = frappe.get_all(
		"ToDo",
		{"reference_type": OPPORTUNITY, "reference_name": ("in", names)},
		["creation", "description", "allocated_to", "reference_name"],
	)
	for row in rows:
		yield (
			row.creation,
			_("Task"),
			plain_beginning(row.description),
			get_fullname(row.allocated_to),
			{"opportunity": row.reference_name},
		)


def meetings(names: list[str]) -> Iterator[tuple]:
	"""Yield the meetings with which these opportunities are linked, those to come too."""
	participants = frappe.get_all(
		"Event Participants",
		{"reference_doctype": OPPORTUNITY, "reference_docname": ("in", names)},
		["parent", "reference_docname"],
	)
	events = frappe.get_all(
		"Event",
		{"name": ("in", [row.parent for row in participants])},
		["name", "starts_on", "subject", "owner"],
	)
	by_name = {event.name: event for event in events}
	for row in participants:
		event = by_name[row.parent]
		yield (
			event.starts_on,
			_("Meeting"),
			event.subject,
			get_fullname(event.owner),
			{"opportunity": row.reference_docname},
		)


def fulfilments(names: list[str]) -> Iterator[tuple]:
	"""Yield when billing or shipping was requested, and when that was done."""
	rows = frappe.get_all(
		"Fulfilment Request",
		{"opportunity": ("in", names)},
		["name", "kind", "creation", "owner", "done_on", "done_by", "opportunity"],
	)
	texts = {"creation": _("{0} requested: {1}"), "done_on": _("{0} done: {1}")}
	for row in rows:
		for field, user in (("creation", row.owner), ("done_on", row.done_by)):
			if row[field]:
				text = texts[field].format(_(row.kind), row.name)
				yield row[field], _("Follow-up"), text, get_fullname(user), {"opportunity": row.opportunity}


def plain_beginning(html: str | None) -> str:
	"""Return the beginning of a rich text as plain text."""
	return disarmed(strip_html(html or "").strip())[:TEXT_LENGTH]


def get_chart(data: list[dict]) -> dict | None:
	"""Return how many events of each kind there were."""
	kinds = list(dict.fromkeys(row["kind"] for row in data))
	return bar_chart(
		kinds, {_("Number of Events"): [sum(row["kind"] == kind for row in data) for kind in kinds]}
	)


def get_summary(deals: list[dict]) -> list[dict] | None:
	if not deals:
		return None
	won = sum((to_decimal(deal.base_amount) for deal in deals if deal.status == "Won"), to_decimal(0))
	weighted = sum(
		(to_decimal(deal.base_weighted_amount) for deal in deals if deal.status == "Open"), to_decimal(0)
	)
	return [
		card(_("Opportunities"), len(deals)),
		card(_("Open"), sum(deal.status == "Open" for deal in deals)),
		money_card(_("Weighted"), weighted),
		money_card(_("Won"), won, "Green"),
	]
