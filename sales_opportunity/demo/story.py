"""Tells the course of one opportunity: each step is a real save by the person who did it, moved into the past."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import frappe
from frappe.model.naming import make_autoname
from frappe.utils import add_days, get_fullname, getdate, now_datetime, nowdate

from sales_opportunity.activities.idle_time import set_idle_since
from sales_opportunity.demo.acting import acting
from sales_opportunity.demo.days import moment_on, workday
from sales_opportunity.demo.past import shift_times
from sales_opportunity.demo.source import recorded_stage_steps
from sales_opportunity.exchange_rates import exchange_rate
from sales_opportunity.framework.compat import place_field
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
)
from sales_opportunity.sales_opportunity.doctype.quote.amounts import item_details
from sales_opportunity.sales_opportunity.doctype.quote.together import offer_together, waiting_quotes
from sales_opportunity.sales_opportunity.doctype.quote_answer.answers import add_to_stream
from sales_opportunity.sales_opportunity.doctype.quote_answer.entry import PAGE, Entry
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import (
	create_link,
	find_link,
)
from sales_opportunity.sales_opportunity.doctype.quote_release.release_rules import RELEASED
from sales_opportunity.sales_opportunity.doctype.quote_release.releases import release, request_release
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

MANAGER = "katrin@lindental.example"
"""Enters the opportunities whose owner the class decides."""

LABELED_FIELDS = ("label", "discount_percentage", "fixed_discount", "freight", "delivery_terms")
CLOSING_FIELDS = ("closing_reason", "competitor", "competitor_price", "closing_notes")


class Story:
	"""The course of one opportunity.

	`row` is its line in `opportunities.csv`, `party` the partner's name, and `items`, `quotes`, `activities`,
	`dates`, `people`, `instalments` its lines in the other files; each quote carries its additional lines as `lines`. The date without
	a day was said when it began. `part_of` is the name of the opportunity that it belongs to.
	"""

	def __init__(
		self,
		row: dict,
		party: dict,
		items: list[dict],
		quotes: list[dict],
		activities: list[dict],
		dates: list[dict],
		people: list[dict],
		instalments: list[dict],
	) -> None:
		self.row = row
		self.party = party
		self.items = items
		self.quotes = quotes
		self.activities = activities
		self.dates = dates
		self.people = people
		self.instalments = instalments
		self.seed = int(row["key"].lstrip("O"))
		self.today = getdate(nowdate())
		self.started = now_datetime()
		self.steps = recorded_stage_steps(row)
		self.items_due = self.stage_of_items()
		self.name = ""
		self.owner = ""
		self.names: list[str] = []
		self.moment: Any = None
		self.entered: datetime | None = None

	def play(self) -> None:
		"""Do all steps in the order of their days; on one day stages come before quotes and activities."""
		for days_ago, do, argument in self.ordered_steps():
			day = workday(self.today, days_ago)
			self.moment = moment_on(day, self.seed + days_ago, after=self.moment)
			do(argument)
			shift_times(self.names, self.started, self.moment)
			set_idle_since(self.name, self.moment.date())
			if do == self.enter_stage:
				self.set_seconds_in_stage()

	def ordered_steps(self) -> list[tuple[int, Callable, object]]:
		"""Return days ago, method and its argument of every step, the earliest first."""
		steps = [
			*((days_ago, self.enter_stage, stage) for stage, days_ago in self.steps),
			*((int(date["days_ago"]), self.move_date, date) for date in self.dates if date["days_ago"]),
			*((int(quote["days_ago"]), self.make_quote, quote) for quote in self.quotes),
			*((int(activity["days_ago"]), self.add_activity, activity) for activity in self.activities),
		]
		return sorted(steps, key=lambda step: -step[0])

	def stage_of_items(self) -> str:
		"""Return the stage with which the lines are entered: the first that requires them, else the last one."""
		stages = [stage for stage, _ in self.steps]
		requiring = frappe.get_all(
			"Qualification Stage", {"name": ("in", stages), "requires_items": 1}, pluck="name"
		)
		return next((stage for stage in stages if stage in requiring), stages[-1])

	def enter_stage(self, stage: str) -> None:
		"""Create the opportunity in its first stage, or change it to a later one."""
		if not self.name:
			self.begin(stage)
			return
		doc = self.load()
		doc.stage = stage
		self.append_items(doc)
		if stage in ("Won", "Lost"):
			doc.update({fieldname: self.row[fieldname] or None for fieldname in CLOSING_FIELDS})
		with acting(self.owner):
			doc.save()

	def move_date(self, row: dict) -> None:
		"""Enter another close date."""
		doc = self.load()
		doc.expected_close_date = workday(self.today, -int(row["expected_close_in"]))
		with acting(self.owner):
			doc.save()

	def begin(self, stage: str) -> None:
		"""Store the opportunity in its first stage."""
		row = self.row
		said = next((date for date in self.dates if not date["days_ago"]), row)
		doc = frappe.get_doc(
			{
				"doctype": "Sales Opportunity",
				"party": self.party["name"],
				"class_id": row["class_id"],
				"stage": stage,
				"title": row["title"],
				"amount": float(row["amount"]),
				"opportunity_owner": row["owner"] or None,
				"source": row["source"] or None,
				"campaign": row["campaign"] or None,
				"parent_opportunity": row["part_of"],
				"is_frame": int(row["is_frame"] or 0),
				"expected_close_date": workday(self.today, -int(said["expected_close_in"])),
				"conversion_rate": exchange_rate(self.party["default_currency"], self.moment),
			}
		)
		if row["next_activity"]:
			doc.next_activity = row["next_activity"]
			doc.next_activity_date = workday(self.today, -int(row["next_activity_in"]))
		self.append_items(doc)
		self.append_people(doc)
		for part in self.instalments:
			instalment = {
				"due_date": workday(self.today, -int(part["due_in"])),
				"description": part["description"],
				"percentage": float(part["percentage"]),
			}
			doc.append("instalments", instalment)
		with acting(row["owner"] or MANAGER):
			doc.insert(set_name=make_autoname(f"OPP-{self.moment.year}-.#####"))
		self.name = doc.name
		self.owner = doc.opportunity_owner
		self.names.append(doc.name)

	def append_items(self, doc: "SalesOpportunity | Quote") -> None:
		"""Enter the lines if this is the stage for it."""
		if doc.get("stage") != self.items_due:
			return
		for item in self.items:
			doc.append(
				"items",
				{
					"item": item["item"],
					"quantity": float(item["quantity"]),
					"discount_percentage": float(item["discount_percentage"]),
				},
			)

	def append_people(self, doc: "SalesOpportunity") -> None:
		"""Enter colleagues with their shares, and who else takes part, known by e-mail address or by name only."""
		for person in self.people:
			if person["user"]:
				doc.append("shares", {"user": person["user"], "percentage": float(person["percentage"])})
				continue
			contact = frappe.db.get_value("Contact", {"email_id": person["email"]})
			known = {"contact": contact} if contact else {"person_name": person["person_name"]}
			doc.append("participants", {"role": person["role"], "email": person["email"], **known})

	def set_seconds_in_stage(self) -> None:
		"""Let the newest entry of the stage log say how long the stage before lasted in the story."""
		log = frappe.qb.DocType("Sales Opportunity Stage Log")
		seconds = (self.moment - self.entered).total_seconds() if self.entered else 0
		(
			frappe.qb.update(log)
			.set(log.seconds_in_stage, seconds)
			.where((log.parent == self.name) & (log.changed_on == self.moment))
		).run()
		self.entered = self.moment

	def make_quote(self, row: dict) -> None:
		"""Make a quote by the function of the button, then write into the draft what the row says; issue it, or have it released."""
		valid_until = add_days(self.today, int(row["valid_in"]))
		with acting(self.owner):
			proposed = str(max(valid_until, self.today))
			quote = frappe.get_doc(
				"Quote", create_quote(self.name, proposed, template=row["template"] or None)
			)
			self.names.append(quote.name)
			quote.update({fieldname: row[fieldname] or None for fieldname in LABELED_FIELDS})
			quote.prices_include_tax = int(row["prices_include_tax"] or 0)
			quote.quote_date = self.moment.date()
			quote.valid_until = valid_until
			for line in row["lines"]:
				quote.append("items", quote_line(quote, line))
			quote.save()
			if row["release"]:
				request_release(quote.name, row["release_note"])
		if row["release"] == RELEASED:
			with acting(MANAGER):
				release(quote.name, str(quote.modified))
		if row["issued"] == "1":
			with acting(self.owner):
				quote.reload()
				quote.submit()
				if row["offered_together"]:
					offer_together(quote.name, waiting_quotes(self.name))

	def add_activity(self, row: dict) -> None:
		"""Add a comment, call, e-mail, meeting, task or the customer's question, or request a bill.

		The bill is for the items in the subject, else for all.
		"""
		user = row["user"] or self.owner
		if row["kind"] == "comment":
			with acting(user):
				self.load().add_comment(
					"Comment", row["text"], comment_email=user, comment_by=get_fullname(user)
				)
		elif row["kind"] == "bill":
			with acting(self.owner):
				items = self.lines_of(row["subject"].split(", ")) if row["subject"] else None
				self.names.append(create_fulfilment_request(self.name, "Billing", items))
		elif row["kind"] == "meeting":
			with acting(self.owner):
				self.add_meeting(row)
		elif row["kind"] == "question":
			self.ask(row["text"])
		elif row["kind"] == "task":
			with acting(self.owner):
				self.add_task(row, user)
		else:
			self.add_communication(row, user)

	def lines_of(self, items: list[str]) -> list[dict]:
		"""Return the lines with these items, as a request takes them in whole."""
		return [
			{"opportunity_item": row.name, "quantity": row.quantity}
			for row in self.load().items
			if row.item in items
		]

	def add_meeting(self, row: dict) -> None:
		"""Plan a meeting about the opportunity."""
		doc, day = self.load(), workday(self.today, -int(row["due_in"]))
		meeting = frappe.get_doc(
			{
				"doctype": "Event",
				"subject": row["subject"],
				"description": row["text"],
				"event_category": "Meeting",
				"event_type": "Public",
				"status": "Open" if day >= self.today else "Closed",
				"starts_on": f"{day} 10:00:00",
				"ends_on": f"{day} 11:30:00",
				place_field(): frappe.db.get_value("Address", doc.address, "city"),
				"sales_guests": doc.contact_email,
				"event_participants": [
					{"reference_doctype": "Sales Opportunity", "reference_docname": self.name}
				],
			}
		).insert()
		self.names.append(meeting.name)

	def add_task(self, row: dict, user: str) -> None:
		"""Give a user a task about the opportunity."""
		frappe.get_doc(
			{
				"doctype": "ToDo",
				"description": row["text"],
				"date": workday(self.today, -int(row["due_in"])),
				"allocated_to": user,
				"assigned_by": self.owner,
				"reference_type": "Sales Opportunity",
				"reference_name": self.name,
			}
		).insert()

	def add_communication(self, row: dict, user: str) -> None:
		"""Log a call or an e-mail. Nothing is sent."""
		received = row["kind"] == "email_in"
		contact_email = frappe.db.get_value("Sales Opportunity", self.name, "contact_email")
		communication = frappe.get_doc(
			{
				"doctype": "Communication",
				"communication_type": "Communication",
				"communication_medium": "Phone" if row["kind"] == "call" else "Email",
				"sent_or_received": "Received" if received else "Sent",
				"sender": contact_email if received else user,
				"recipients": user if received else contact_email,
				"subject": row["subject"],
				"content": f"<p><strong>{row['subject']}</strong></p>{row['text']}"
				if row["kind"] == "call"
				else row["text"],
				"status": "Linked",
				"user": user,
				"reference_doctype": "Sales Opportunity",
				"reference_name": self.name,
			}
		).insert()
		communication.db_set({"owner": user, "communication_date": now_datetime()})

	def ask(self, text: str) -> None:
		"""Let the customer ask about the primary quote on its page."""
		quote = frappe.get_doc("Quote", self.load().primary_quote)
		with acting(self.owner):
			link = find_link(create_link(quote.name, quote.contact_email).rpartition("/")[2])
		add_to_stream(quote, Entry(PAGE, quote.contact_name, text, link=link.name))

	def load(self) -> "SalesOpportunity":
		"""Return the opportunity as it is stored."""
		return frappe.get_doc("Sales Opportunity", self.name)


def quote_line(quote: "Quote", line: dict) -> dict:
	"""Return an additional line of a quote with the item's texts in the quote's language and its price."""
	if not line["item"]:
		return {"row_type": line["row_type"], "description": line["description"]}
	details = item_details(
		"Sales Item",
		line["item"],
		quote.language,
		quote.transaction_currency,
		quote.conversion_rate,
		bool(quote.prices_include_tax),
		quote.party_type,
		quote.party,
		float(line["quantity"]),
	)
	return {
		**details,
		"row_type": line["row_type"],
		"item": line["item"],
		"description": line["description"] or details["description"],
		"quantity": float(line["quantity"]),
		"discount_amount": float(line["discount_amount"] or 0),
		"deduction": line["deduction"],
		"is_quantity_open": int(bool(line["open_from"])),
		"min_quantity": float(line["open_from"] or 0),
		"max_quantity": float(line["open_to"] or 0),
		"service_start": add_days(nowdate(), int(line["starts_in"])) if line["starts_in"] else None,
	}
