"""The cadence of a class, which came when the deals had begun, and the quotes that were sent and opened since."""

from datetime import date, datetime
from typing import TYPE_CHECKING

import frappe
from frappe.utils import getdate, now_datetime

from sales_opportunity.activities.cadence_rules import QUOTE_OPENED, QUOTE_SENT, due_day
from sales_opportunity.activities.cadences import EVENT, STEP
from sales_opportunity.deal.quote_status import QuoteStatus
from sales_opportunity.demo.acting import acting
from sales_opportunity.demo.days import moment_on, workday
from sales_opportunity.demo.past import shift_times
from sales_opportunity.demo.source import read_json
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import (
	create_link,
	find_link,
)

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote

SEED = 7


def follow_up() -> None:
	"""Give a class its cadence, in two languages, and let quotes go out that it follows."""
	cadence = read_json("cadence")
	for source_text, translated_text in cadence["english"].items():
		translation = {"language": "en", "source_text": source_text, "translated_text": translated_text}
		frappe.get_doc({"doctype": "Translation", **translation}).insert()
	class_doc = frappe.get_doc("Class ID", cadence["class_id"])
	class_doc.set("cadence", cadence["steps"])
	class_doc.save()
	for row in cadence["quotes"]:
		send(row)


def send(row: dict) -> None:
	"""Let the primary quote of a deal be sent and, if the row says so, opened, on days of the past."""
	started, deal = now_datetime(), frappe.get_doc("Sales Opportunity", {"title": row["title"]})
	quote = frappe.get_doc("Quote", deal.primary_quote)
	days = {QUOTE_SENT: workday(getdate(), row["sent_days_ago"])}
	sent_on = moment_on(days[QUOTE_SENT], SEED, after=quote.issued_on)
	with acting(deal.opportunity_owner):
		quote.change_status(QuoteStatus.SENT, sent_on=sent_on)
		if row.get("opened_days_ago"):
			days[QUOTE_OPENED] = workday(getdate(), row["opened_days_ago"])
			open_page(quote, sent_on, moment_on(days[QUOTE_OPENED], SEED, after=sent_on))
		move_tasks(deal.name, days)
	shift_times([deal.name, quote.name], started, sent_on)


def open_page(quote: "Quote", sent_on: datetime, moment: datetime) -> None:
	"""Let the customer have opened the page of a quote at a moment of the story."""
	link = find_link(create_link(quote.name, quote.contact_email).rpartition("/")[2])
	link.record_opening()
	link.db_set({"creation": sent_on, "modified": sent_on, "first_opened": moment, "last_opened": moment})
	quote.db_set("customer_opened_on", moment, update_modified=False)
	frappe.db.set_value(
		"Sales Opportunity", quote.opportunity, "quote_opened_on", moment, update_modified=False
	)


def move_tasks(deal: str, days: dict[str, date]) -> None:
	"""Let what is proposed be due as many days after what happened as the cadence says."""
	filters = {"reference_name": deal, "status": "Open", EVENT: ("in", sorted(days))}
	for name in frappe.get_all("ToDo", filters, pluck="name"):
		task = frappe.get_doc("ToDo", name)
		days_after = frappe.db.get_value("Class ID Cadence Step", task.get(STEP), "days_after")
		task.date = due_day(days[task.get(EVENT)], days_after, True)
		task.save()
