"""My Day: the user's own work of today, loaded by one call and in as many queries for five deals as for five thousand."""

from datetime import date, timedelta
from typing import Any

import frappe
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Coalesce, Count, Max, Sum
from frappe.utils import get_first_day, getdate, now_datetime
from pypika import Case
from pypika.terms import ExistsCriterion

from sales_opportunity.activities.activity_log import OPPORTUNITY, first_line
from sales_opportunity.activities.activity_rules import activity_state
from sales_opportunity.activities.open_activities import permitted
from sales_opportunity.activities.planned_documents import planned_documents
from sales_opportunity.currency import company_currency
from sales_opportunity.deal.quote_status import WAITING
from sales_opportunity.inputs import whitelist
from sales_opportunity.people import contact_name
from sales_opportunity.permissions import may_read_field, require
from sales_opportunity.reporting.query import readable_criterion
from sales_opportunity.sales_opportunity.doctype.quote_answer.questions import as_plain, questions_query

SHOWN = 20
"""How many rows of each kind are loaded; the others are counted."""

MEETING_DAYS = 7
ENDING_DAYS = 14
READING_DAYS = 7


@whitelist()
def load() -> dict[str, Any]:
	"""Return the user's open work: `figures`, and by kind (`activities`, `meetings`, `quotes`, `customers`, `stalled`)
	`count`, the first `rows`, and the `filters` of the list that shows as many where there is one.

	A user's are the deals that they are responsible for, the tasks that are theirs and the meetings that they planned;
	of those what lists show them. Amounts are in the company's currency but for those of quotes. Raises
	`frappe.PermissionError` for users who may read no opportunity.
	"""
	require(OPPORTUNITY)
	today = getdate()
	tasks, plans, meetings = own_tasks(today), planned_activities(today), own_meetings(today)
	quotes, customers, stalled = ending_quotes(today), busy_customers(), stalled_deals(today)
	deals = described_deals(
		row["opportunity"] for kind in (tasks, plans, meetings, stalled) for row in kind["rows"]
	)
	for kind in (tasks, plans, meetings, stalled):
		for row in kind["rows"]:
			row["deal"] = deals.get(row["opportunity"])
	return {
		"today": today,
		"figures": figures(today),
		"activities": merged(tasks, plans, today),
		"meetings": meetings,
		"quotes": quotes,
		"customers": customers,
		"stalled": stalled,
	}


def own_deals(deal) -> Criterion:
	"""Return the criterion for the open deals that the user is responsible for and may read."""
	mine = (deal.opportunity_owner == frappe.session.user) & (deal.status == "Open")
	return mine & readable_criterion(OPPORTUNITY)


def figures(today: date) -> dict:
	"""Return how many deals of the user are open, in the forecast, overdue and won this month, what they are worth, and
	with which filters a list shows them.

	Deals kept in another company currency are counted, and not added; `in_other_currencies` says how many they are.
	"""
	deal = frappe.qb.DocType(OPPORTUNITY)
	is_open = deal.status == "Open"
	is_forecast = is_open & (deal.forecast_category != "Omitted")
	is_late = is_open & (deal.next_activity_date < today)
	is_won = (deal.status == "Won") & (deal.closed_on >= get_first_day(today))
	found = {
		"open": figure(is_open, "base_amount", status="Open"),
		"weighted": figure(
			is_forecast, "base_weighted_amount", status="Open", forecast_category=["!=", "Omitted"]
		),
		"overdue": figure(
			is_late,
			"base_amount",
			status="Open",
			next_activity_date=["between", ["2000-01-01", str(today - timedelta(days=1))]],
		),
		"won": figure(is_won, "base_amount", status="Won", closed_on=["Timespan", "this month"]),
	}
	others = found["open"]["in_other_currencies"] + found["won"]["in_other_currencies"]
	return {"currency": company_currency(), "in_other_currencies": others, **found}


def figure(condition: Criterion, fieldname: str, **filters) -> dict:
	"""Return `count`, `amount` (None for users who may not read the field), `in_other_currencies` and `filters`."""
	deal, me = frappe.qb.DocType(OPPORTUNITY), frappe.session.user
	is_added = deal.company_currency == company_currency()
	count, amount, added = (
		frappe.qb.from_(deal)
		.where((deal.opportunity_owner == me) & condition & readable_criterion(OPPORTUNITY))
		.select(
			Count("*"),
			Coalesce(Sum(Case().when(is_added, deal[fieldname]).else_(0)), 0),
			Coalesce(Sum(Case().when(is_added, 1).else_(0)), 0),
		)
		.run()[0]
	)
	return {
		"count": count,
		"amount": amount if may_read_field(OPPORTUNITY, fieldname) else None,
		"in_other_currencies": count - int(added),
		"filters": {"opportunity_owner": me, **filters},
	}


def own_tasks(today: date) -> dict:
	"""Return the user's open tasks that are due."""
	todo = frappe.qb.DocType("ToDo")
	mine = (todo.allocated_to == frappe.session.user) & (todo.status == "Open") & (todo.date <= today)
	fields = (todo.name, todo.description, todo.date, todo.reference_type, todo.reference_name)
	found = page_of(
		frappe.qb.from_(todo).where(mine & readable_criterion("ToDo")), fields, todo.date, todo.name
	)
	found["rows"] = [
		{
			"kind": "ToDo",
			"name": row.name,
			"subject": first_line(row.description),
			"day": getdate(row.date),
			"may_tick": True,
			"opportunity": row.reference_name if row.reference_type == OPPORTUNITY else None,
			"reference": [row.reference_type, row.reference_name] if row.reference_name else None,
		}
		for row in found["rows"]
	]
	return found


def planned_activities(today: date) -> dict:
	"""Return the user's deals whose next activity is due and neither a task of the user nor a meeting of today.

	What stands for another open task or meeting, as of a colleague or of a day before, has that one's kind and name.
	"""
	deal, todo = frappe.qb.DocType(OPPORTUNITY), frappe.qb.DocType("ToDo")
	event, participant = frappe.qb.DocType("Event"), frappe.qb.DocType("Event Participants")
	is_task = ExistsCriterion(
		frappe.qb.from_(todo)
		.select(todo.name)
		.where((todo.reference_type == OPPORTUNITY) & (todo.reference_name == deal.name))
		.where((todo.allocated_to == frappe.session.user) & (todo.status == "Open"))
		.where(todo.date == deal.next_activity_date)
	)
	is_todays_meeting = ExistsCriterion(
		frappe.qb.from_(participant)
		.join(event)
		.on(participant.parent == event.name)
		.select(event.name)
		.where((participant.reference_doctype == OPPORTUNITY) & (participant.reference_docname == deal.name))
		.where((event.owner == frappe.session.user) & (event.status == "Open"))
		.where((event.starts_on >= today) & (event.starts_on < today + timedelta(days=1)))
		.where(deal.next_activity_date == today)
	)
	due = own_deals(deal) & (deal.next_activity_date <= today) & is_task.negate() & is_todays_meeting.negate()
	fields = (deal.name, deal.next_activity, deal.next_activity_date)
	found = page_of(frappe.qb.from_(deal).where(due), fields, deal.next_activity_date, deal.name)
	plans = {row.name: (getdate(row.next_activity_date), row.next_activity) for row in found["rows"]}
	documents = planned_documents(plans)
	own = {
		(doctype, name)
		for doctype in ("ToDo", "Event")
		for name in permitted(
			doctype, [frappe._dict(name=name) for kind, name in documents.values() if kind == doctype]
		)
	}
	found["rows"] = []
	for deal_name, (day, subject) in plans.items():
		document = documents.get(deal_name)
		kind, name = document or ("Plan", deal_name)
		found["rows"].append(
			{
				"kind": kind,
				"name": name,
				"subject": subject,
				"day": day,
				"opportunity": deal_name,
				"may_tick": not document or document in own,
			}
		)
	return found


def merged(tasks: dict, plans: dict, today: date) -> dict:
	"""Return tasks and other due activities as one kind, the oldest first."""
	rows = sorted([*tasks["rows"], *plans["rows"]], key=lambda row: row["day"])[:SHOWN]
	for row in rows:
		row["state"] = activity_state(row["day"], today)
	return {"count": tasks["count"] + plans["count"], "rows": rows}


def own_meetings(today: date) -> dict:
	"""Return the open meetings that the user planned or is assigned to, from today on for a week."""
	event, participant = frappe.qb.DocType("Event"), frappe.qb.DocType("Event Participants")
	me = frappe.session.user
	mine = (event.owner == me) | event["_assign"].like(f'%"{me}"%')
	week = (event.starts_on >= today) & (event.starts_on < today + timedelta(days=MEETING_DAYS))
	query = frappe.qb.from_(event).where(mine & week & (event.status == "Open") & readable_criterion("Event"))
	found = page_of(query, (event.name, event.subject, event.starts_on), event.starts_on, event.name)
	opportunities = dict(
		frappe.qb.from_(participant)
		.select(participant.parent, participant.reference_docname)
		.where(participant.reference_doctype == OPPORTUNITY)
		.where(participant.parent.isin([row.name for row in found["rows"]] or [""]))
		.run()
	)
	for row in found["rows"]:
		row.update(kind="Event", opportunity=opportunities.get(row.name))
	return found


def own_quotes(quote, deal):
	"""Return the query over the quotes on the table that belong to the user's open deals."""
	return (
		frappe.qb.from_(quote)
		.join(deal)
		.on(quote.opportunity == deal.name)
		.where(quote.status.isin(WAITING) & own_deals(deal) & readable_criterion("Quote"))
	)


def ending_quotes(today: date) -> dict:
	"""Return the quotes on the table whose validity ends within two weeks."""
	quote, deal = frappe.qb.DocType("Quote"), frappe.qb.DocType(OPPORTUNITY)
	last_day = today + timedelta(days=ENDING_DAYS)
	ending = (quote.valid_until >= today) & (quote.valid_until <= last_day)
	fields = (
		quote.name,
		quote.party_name,
		quote.opportunity,
		quote.valid_until,
		quote.gross_total,
		quote.transaction_currency,
	)
	return page_of(own_quotes(quote, deal).where(ending), fields, quote.valid_until, quote.name)


def busy_customers() -> dict:
	"""Return the quotes that their customers opened in these days or asked about without an answer yet."""
	asked = {}
	for row in open_questions():
		asked.setdefault(row.name, row)
	opened = opened_quotes(without=list(asked))
	rows = [*asked.values(), *opened["rows"]]
	return {"count": len(asked) + opened["count"], "rows": rows[:SHOWN]}


def opened_quotes(without: list[str]) -> dict:
	"""Return the other quotes that their customers' page showed in these days, the latest first."""
	link, quote, deal = (frappe.qb.DocType(name) for name in ("Quote Customer Link", "Quote", OPPORTUNITY))
	since = now_datetime() - timedelta(days=READING_DAYS)
	opened = (
		own_quotes(quote, deal)
		.join(link)
		.on(link.quote == quote.name)
		.where((link.revoked == 0) & (link.last_opened >= since))
	)
	if without:
		opened = opened.where(quote.name.notin(without))
	fields = (quote.name, quote.party_name, quote.opportunity)
	rows = (
		opened.groupby(*fields)
		.select(*fields, Max(link.last_opened).as_("last_opened"))
		.orderby(Max(link.last_opened), order=frappe.qb.desc)
		.limit(SHOWN)
		.run(as_dict=True)
	)
	return {"count": opened.select(Count(quote.name).distinct()).run()[0][0], "rows": rows}


def open_questions() -> list[dict]:
	"""Return the customers' questions about quotes of the user's deals that nobody answered yet, the latest first;
	those of closed deals too. Texts are plain."""
	message, quote, deal = (frappe.qb.DocType(name) for name in ("Communication", "Quote", OPPORTUNITY))
	rows = (
		questions_query(message, quote)
		.join(deal)
		.on(quote.opportunity == deal.name)
		.where(
			(deal.opportunity_owner == frappe.session.user)
			& readable_criterion(OPPORTUNITY)
			& readable_criterion("Quote")
		)
		.select(quote.name, quote.party_name, quote.opportunity, message.name.as_("message"))
		.orderby(message.communication_date, order=frappe.qb.desc)
		.run(as_dict=True)
	)
	for row in rows:
		row.question = as_plain(row.pop("content"))
	return rows


def stalled_deals(today: date) -> dict:
	"""Return the user's deals on which nothing has happened for too long, the longest first."""
	deal = frappe.qb.DocType(OPPORTUNITY)
	query = frappe.qb.from_(deal).where(own_deals(deal) & (deal.stalled_from <= today))
	found = page_of(query, (deal.name, deal.stalled_from, deal.idle_since), deal.stalled_from, deal.name)
	for row in found["rows"]:
		row["opportunity"] = row.name
	return {
		**found,
		"filters": {
			"status": "Open",
			"opportunity_owner": frappe.session.user,
			"stalled_from": ["between", ["2000-01-01", str(today)]],
		},
	}


def page_of(query, fields: tuple, *order) -> dict:
	"""Return how many rows a query has, and its first ones."""
	count = query.select(Count("*")).run()[0][0]
	ordered = query.select(*fields)
	for column in order:
		ordered = ordered.orderby(column)
	return {"count": count, "rows": ordered.limit(SHOWN).run(as_dict=True)}


def described_deals(names) -> dict[str, dict]:
	"""Return by name what the page tells of these opportunities, those that the user may read, with the contact's
	phone number and e-mail address."""
	fields = [
		"name",
		"title",
		"party_name",
		"stage",
		"opportunity_owner",
		"contact",
		"contact_email",
		"base_amount",
		"company_currency",
		"expected_close_date",
	]
	deals = frappe.get_list(OPPORTUNITY, {"name": ("in", sorted(set(names) - {None}))}, fields, limit=0)
	contacts = reachable({deal.contact for deal in deals} - {None, ""})
	for deal in deals:
		contact = contacts.get(deal.contact) or frappe._dict()
		deal.update(
			contact_name=contact.full_name,
			phone=contact.mobile_no or contact.phone,
			email=contact.email_id or deal.contact_email,
		)
	return {deal.name: deal for deal in deals}


def reachable(contacts: set[str]) -> dict[str, dict]:
	"""Return by name how these contacts are reached, those that the user may read."""
	if not frappe.has_permission("Contact", "read"):
		return {}
	fields = ["name", "first_name", "last_name", "mobile_no", "phone", "email_id"]
	rows = frappe.get_list("Contact", {"name": ("in", sorted(contacts))}, fields, limit=0)
	for row in rows:
		row.full_name = contact_name(row)
	return {row.name: row for row in rows}
