"""What happened with a business partner: its quotes, and all that is known of its opportunities."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce
from frappe.utils import formatdate, strip_html
from pypika.terms import ValueWrapper

from sales_opportunity.currency import format_amount
from sales_opportunity.deal.documents import documents_of
from sales_opportunity.deal.quote_status import ANSWERED
from sales_opportunity.framework.compat import united
from sales_opportunity.reporting.query import OPPORTUNITY, readable_criterion
from sales_opportunity.texts.plain_text import disarmed

if TYPE_CHECKING:
	from pypika.queries import QueryBuilder

TEXT_LENGTH = 140
QUOTE_MOMENTS = ("creation", "issued_on", "sent_on", "answered_on")


@dataclass(frozen=True)
class Event:
	"""What happened when, by whom, and what it was worth in the company's currency.

	`person` is a user, or somebody else by name.
	"""

	moment: datetime | date | str
	kind: str
	text: str
	person: str | None
	opportunity: str | None
	quote: str | None = None
	amount: float | None = None


def events_of(chosen: dict, titles: dict[str, str]) -> Iterator[Event]:
	"""Yield the events of the chosen partner's quotes and documents and of these opportunities, given by name and title."""
	yield from quote_events(chosen)
	yield from document_events(chosen, titles)
	if titles:
		yield from fact_events(titles)
		sources = (communications, written_events, fulfilments)
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
	kind, status_name = _("Quote"), status_namer("Quote")
	people = who_answered([quote.name for quote in quotes])
	for quote in quotes:
		for field in QUOTE_MOMENTS:
			if quote[field]:
				yield Event(
					quote[field],
					kind,
					texts[field].format(quote.name, status_name(quote.status)),
					people.get(quote.name) if field == "answered_on" else quote.owner,
					quote.opportunity,
					quote.name,
					float(quote.base_net_total),
				)


def document_events(chosen: dict, titles: dict[str, str]) -> Iterator[Event]:
	"""Yield the documents of other apps that belong to the partner, or to one of these opportunities."""
	for document in documents_of(titles, chosen["party_type"], chosen["party"]):
		yield Event(
			document.moment,
			_(document.doctype),
			f"{document.name}: {document.status}",
			document.person,
			document.opportunity if document.opportunity in titles else None,
			amount=document.base_amount,
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


def fact_events(titles: dict[str, str]) -> Iterator[Event]:
	"""Yield each change of stage, amount and expected close date, with the amount and the exchange rate of that day."""
	stage_kind, change_kind = _("Stage"), _("Deal Changed")
	moved, begun = _("{0}: from {1} to {2}"), _("{0}: begun in {1}")
	stage_name, amount_text = status_namer("Qualification Stage"), cache(format_amount)
	day_text = cache(lambda day: formatdate(day) or "–")
	for fact in facts(list(titles)):
		title, amount = titles[fact.opportunity], float(fact.base_amount)
		more = {"person": fact.changed_by, "opportunity": fact.opportunity, "amount": amount}
		if fact.is_first or not fact.previous_stage:
			yield Event(fact.changed_on, stage_kind, begun.format(title, stage_name(fact.stage)), **more)
		elif fact.stage != fact.previous_stage:
			text = moved.format(title, stage_name(fact.previous_stage), stage_name(fact.stage))
			yield Event(fact.changed_on, stage_kind, text, **more)
		if not fact.is_first:
			for text in filter(None, (amount_change(fact, amount_text), date_change(fact, day_text))):
				yield Event(fact.changed_on, change_kind, text, **more)


def facts(opportunities: list[str]) -> list[frappe._dict]:
	"""Return the facts of change of opportunities that the user may read, the earliest first."""
	fact = frappe.qb.DocType("Sales Opportunity Change")
	return (
		frappe.qb.from_(fact)
		.where(fact.opportunity.isin(opportunities))
		.select(
			fact.opportunity,
			fact.changed_on,
			fact.changed_by,
			fact.is_first,
			fact.stage,
			fact.previous_stage,
			fact.amount,
			fact.previous_amount,
			fact.transaction_currency,
			fact.previous_transaction_currency,
			fact.expected_close_date,
			fact.previous_expected_close_date,
			fact.base_amount,
		)
		.orderby(fact.changed_on, fact.creation)
		.run(as_dict=True)
	)


def status_namer(doctype: str) -> Callable[[str], str]:
	"""Return a function that says a status or stage in the user's language, each asked for once."""
	return cache(lambda name: _(name, context=doctype))


def amount_change(row: frappe._dict, text_of: Callable[..., str]) -> str | None:
	"""Return in a sentence how the amount has changed, None if it has not."""
	before = row.previous_amount, row.previous_transaction_currency
	after = row.amount, row.transaction_currency
	if before == after:
		return None
	return _("Amount: from {0} to {1}").format(text_of(*before), text_of(*after))


def date_change(row: frappe._dict, text_of: Callable[..., str]) -> str | None:
	"""Return in a sentence how the close date has changed, None if it has not."""
	days = row.previous_expected_close_date, row.expected_close_date
	if days[0] == days[1]:
		return None
	return _("Expected close: from {0} to {1}").format(*map(text_of, days))


def communications(names: list[str]) -> Iterator[Event]:
	"""Yield the mails, calls and questions of opportunities that the user may read, as their own page shows them.

	Those about a quote belong to the opportunity by a link.
	"""
	table, link = frappe.qb.DocType("Communication"), frappe.qb.DocType("Communication Link")
	is_linked = (link.link_doctype == OPPORTUNITY) & link.link_name.isin(names)
	is_about = (table.reference_doctype == OPPORTUNITY) & table.reference_name.isin(names)
	wanted = frappe.qb.from_(table).where(table.communication_type == "Communication")
	queries = (
		query.select(
			table.name,
			Coalesce(table.communication_date, table.creation).as_("moment"),
			table.communication_medium,
			table.subject,
			table.sender_full_name,
			table.owner,
			opportunity,
		)
		for query, opportunity in (
			(wanted.join(link).on(link.parent == table.name).where(is_linked), link.link_name),
			(wanted.where(is_about), table.reference_name),
		)
	)
	medium_name = cache(lambda medium: _(medium))
	found = {name: row for name, *row in united_rows(*queries)}
	for moment, medium, subject, sender, owner, opportunity in found.values():
		yield Event(moment, medium_name(medium), subject, sender or owner, opportunity)


def written_events(names: list[str]) -> Iterator[Event]:
	"""Yield the notes on these opportunities, their tasks, on the day on which they were given, and their meetings, also those to come."""
	note, task, meeting = (frappe.qb.DocType(doctype) for doctype in ("Comment", "ToDo", "Event"))
	guest = frappe.qb.DocType("Event Participants")
	queries = (
		frappe.qb.from_(note)
		.where((note.reference_doctype == OPPORTUNITY) & note.reference_name.isin(names))
		.where(note.comment_type == "Comment")
		.select(
			ValueWrapper("Comment", "doctype"), note.creation, note.content, note.owner, note.reference_name
		),
		frappe.qb.from_(task)
		.where((task.reference_type == OPPORTUNITY) & task.reference_name.isin(names))
		.select(
			ValueWrapper("ToDo"), task.creation, task.description, task.allocated_to, task.reference_name
		),
		frappe.qb.from_(guest)
		.join(meeting)
		.on(meeting.name == guest.parent)
		.where((guest.reference_doctype == OPPORTUNITY) & guest.reference_docname.isin(names))
		.select(
			ValueWrapper("Event"), meeting.starts_on, meeting.subject, meeting.owner, guest.reference_docname
		),
	)
	kinds = {
		"Comment": _("Note", context="Activity"),
		"ToDo": _("Task", context="Activity"),
		"Event": _("Meeting", context="Activity"),
	}
	for doctype, moment, text, person, opportunity in united_rows(*queries):
		shown = text if doctype == "Event" else plain_beginning(text)
		yield Event(moment, kinds[doctype], shown, person, opportunity)


def united_rows(*queries: "QueryBuilder") -> tuple[tuple, ...]:
	"""Return the rows of these queries, asked for by one statement."""
	return frappe.qb.from_(united(*queries).as_("found")).select("*").run()


def fulfilments(names: list[str]) -> Iterator[Event]:
	"""Yield when billing or shipping was requested, and when that was done."""
	rows = frappe.get_all(
		"Fulfilment Request",
		{"opportunity": ("in", names)},
		["name", "kind", "creation", "owner", "done_on", "done_by", "opportunity"],
	)
	texts = {"creation": _("{0} requested: {1}"), "done_on": _("{0} done: {1}")}
	kind, kind_name = _("Follow-up"), status_namer("Fulfilment Request")
	for row in rows:
		for field, user in (("creation", row.owner), ("done_on", row.done_by)):
			if row[field]:
				text = texts[field].format(kind_name(row.kind), row.name)
				yield Event(row[field], kind, text, user, row.opportunity)


def plain_beginning(html: str | None) -> str:
	"""Return the beginning of a rich text as plain text."""
	return (disarmed(strip_html(html or "").strip()) or "")[:TEXT_LENGTH]
