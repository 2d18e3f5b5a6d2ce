"""What happened with a business partner: its quotes, and all that is known of its opportunities."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

import frappe
from frappe import _
from frappe.utils import formatdate, get_fullname, strip_html

from sales_opportunity.currency import format_amount
from sales_opportunity.deal.quote_status import ANSWERED
from sales_opportunity.reporting.query import OPPORTUNITY, readable_criterion
from sales_opportunity.sales_opportunity.doctype.sales_opportunity_change.history import stage_changes
from sales_opportunity.texts.plain_text import disarmed

TEXT_LENGTH = 140
QUOTE_MOMENTS = ("creation", "issued_on", "sent_on", "answered_on")


@dataclass(frozen=True)
class Event:
	"""What happened when, by whom, and what it was worth in the company's currency."""

	moment: datetime | date | str
	kind: str
	text: str
	person: str | None
	opportunity: str | None
	quote: str | None = None
	amount: float | None = None


def events_of(chosen: dict, titles: dict[str, str]) -> Iterator[Event]:
	"""Yield the events of the chosen partner's quotes and of these opportunities, given by name and title."""
	yield from quote_events(chosen)
	if titles:
		yield from stage_events(titles)
		sources = (change_events, communications, written_events, meeting_events, fulfilments)
		yield from chain.from_iterable(source(list(titles)) for source in sources)


def quote_events(chosen: dict) -> Iterator[Event]:
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
				yield Event(
					quote[field],
					_("Quote"),
					texts[field].format(quote.name, _(quote.status, context="Quote")),
					people.get(quote.name) if field == "answered_on" else get_fullname(quote.owner),
					quote.opportunity,
					quote.name,
					float(quote.base_net_total),
				)


def who_answered(quotes: list[str]) -> dict[str, str]:
	"""Return by quote who gave its last answer on the customer's side."""
	rows = frappe.get_all(
		"Quote Answer",
		{"quote": ("in", quotes or [""]), "answer": ("in", ANSWERED)},
		["quote", "person_name"],
		order_by="creation asc",
	)
	return {row.quote: row.person_name for row in rows}


def stage_events(titles: dict[str, str]) -> Iterator[Event]:
	"""Yield each stage change of the opportunities, with the amount and the exchange rate of that day."""
	for fact in stage_changes(list(titles)):
		title = titles[fact.opportunity]
		if fact.previous_stage:
			text = _("{0}: from {1} to {2}").format(
				title,
				_(fact.previous_stage, context="Qualification Stage"),
				_(fact.stage, context="Qualification Stage"),
			)
		else:
			text = _("{0}: begun in {1}").format(title, _(fact.stage, context="Qualification Stage"))
		person, amount = get_fullname(fact.changed_by), float(fact.base_amount)
		yield Event(fact.changed_on, _("Stage"), text, person, fact.opportunity, amount=amount)


def change_events(names: list[str]) -> Iterator[Event]:
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
		person, amount = get_fullname(row.changed_by), float(row.base_amount)
		for text in filter(None, (amount_change(row), date_change(row))):
			yield Event(row.changed_on, _("Deal Changed"), text, person, row.opportunity, amount=amount)


def amount_change(row: frappe._dict) -> str | None:
	before = row.previous_amount, row.previous_transaction_currency
	after = row.amount, row.transaction_currency
	if before == after:
		return None
	return _("Amount: from {0} to {1}").format(format_amount(*before), format_amount(*after))


def date_change(row: frappe._dict) -> str | None:
	days = row.previous_expected_close_date, row.expected_close_date
	if days[0] == days[1]:
		return None
	return _("Expected close: from {0} to {1}").format(*(formatdate(day) or "–" for day in days))


def communications(names: list[str]) -> Iterator[Event]:
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
		yield Event(
			row.communication_date or row.creation,
			_(row.communication_medium),
			row.subject,
			row.sender_full_name or get_fullname(row.owner),
			opportunity_of[row.name],
		)


def written_events(names: list[str]) -> Iterator[Event]:
	"""Yield the notes on these opportunities and their tasks, these on the day on which they were given."""
	for doctype, kind, about, text, person, filters in (
		(
			"Comment",
			_("Note", context="Activity"),
			"reference_doctype",
			"content",
			"owner",
			{"comment_type": "Comment"},
		),
		("ToDo", _("Task", context="Activity"), "reference_type", "description", "allocated_to", {}),
	):
		rows = frappe.get_all(
			doctype,
			{about: OPPORTUNITY, "reference_name": ("in", names), **filters},
			["creation", text, person, "reference_name"],
		)
		for row in rows:
			yield Event(
				row.creation, kind, plain_beginning(row[text]), get_fullname(row[person]), row.reference_name
			)


def meeting_events(names: list[str]) -> Iterator[Event]:
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
		person = get_fullname(event.owner)
		yield Event(
			event.starts_on, _("Meeting", context="Activity"), event.subject, person, row.reference_docname
		)


def fulfilments(names: list[str]) -> Iterator[Event]:
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
				text = texts[field].format(_(row.kind, context="Fulfilment Request"), row.name)
				yield Event(row[field], _("Follow-up"), text, get_fullname(user), row.opportunity)


def plain_beginning(html: str | None) -> str:
	"""Return the beginning of a rich text as plain text."""
	return (disarmed(strip_html(html or "").strip()) or "")[:TEXT_LENGTH]
