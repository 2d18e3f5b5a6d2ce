"""A case of ERPNext's documents as a deal with its quotes: begun, and perhaps closed, when it was."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils import now_datetime, strip_html

from sales_opportunity.defaults import site_language
from sales_opportunity.erpnext.masters.customers import LINKS
from sales_opportunity.erpnext.masters.partners import origin_of
from sales_opportunity.erpnext.takeover.cases import (
	CANCELLED,
	DRAFT,
	FRACTIONS,
	LOST,
	OPEN,
	WON,
	Case,
	OldQuotation,
	began_on,
	ended_on,
	open_stage,
	own_probability,
)
from sales_opportunity.erpnext.takeover.orders import link_orders
from sales_opportunity.erpnext.takeover.plans import set_agreed_plan
from sales_opportunity.erpnext.takeover.quoted_lines import Quoted
from sales_opportunity.erpnext.takeover.quotes import (
	existing_name,
	net_of,
	quoted_of,
	store_quote,
	throw_not_taken_over,
	typed_title,
)
from sales_opportunity.erpnext.takeover.reading import MARKS, closing_evidence
from sales_opportunity.erpnext.takeover.reasons import reasons_of
from sales_opportunity.erpnext.takeover.traces import copy_notes, copy_tasks, link_traces
from sales_opportunity.erpnext.takeover.worth import Worth, worth_of_opportunity, worth_of_quotation
from sales_opportunity.features import SOURCES, is_used
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import CloseOptions
from sales_opportunity.sales_opportunity.doctype.sales_opportunity_change.history import Backdating

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.class_id.class_id import ClassID
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

DEAL = "Sales Opportunity"

ORIGIN_FIELDS = {"source": ("utm_source", "source"), "campaign": ("utm_campaign", "campaign")}
"""Where a deal comes from: what the fields of Opportunity and Quotation are called in ERPNext since 16 and in 15."""


@dataclass
class Sum:
	"""What one document is worth before and after, by its kind and status, in its currency."""

	document: str
	status: str
	currency: str
	before: Decimal
	after: Decimal


@dataclass
class Differing:
	"""A document whose gross total is another one as a quote, in its currency."""

	doctype: str
	name: str
	currency: str
	before: float
	after: float


@dataclass
class TakenOver:
	"""What became of a case: sums of deal and quotes, drafts with other totals, and why some Quotations stay behind."""

	deal: str
	sums: list[Sum]
	differing: list[Differing]
	refused: list[tuple[str, str, str]]


class Takeover:
	"""Makes the deal of one case."""

	def __init__(self, case: Case, class_doc: "ClassID") -> None:
		self.case, self.class_doc = case, class_doc
		self.refused: list[tuple[str, str, str]] = []
		self.sums: list[Sum] = []
		self.differing: list[Differing] = []
		self.quotations: dict[str, Any] = {}

	def store(self) -> TakenOver:
		"""Store the deal with its quotes. Raises `NotTakenOverError`, and what saving raises."""
		self.check()
		self.read_quotations()
		deal = self.insert_deal()
		quotes = {
			old.name: self.store_quote(old, deal) for old in self.case.quotations if old.name in self.found
		}
		if self.case.outcome != OPEN:
			self.close(deal.name, quotes)
		self.link(deal.name, quotes)
		deal = frappe.get_doc(DEAL, deal.name)
		self.sums.append(
			Sum(
				"Opportunity",
				deal.status,
				deal.transaction_currency,
				self.worth.amount,
				to_decimal(deal.amount),
			)
		)
		return TakenOver(deal.name, self.sums, self.differing, self.refused)

	def check(self) -> None:
		"""Raise `NotTakenOverError` for what cannot become a deal at all."""
		if self.case.has_only_cancelled_quotations:
			throw_not_taken_over(_("it was cancelled, and nothing took its place"))
		party_type, party = self.party
		if not party or not frappe.db.exists(party_type, party):
			throw_not_taken_over(_("{0} {1} is gone").format(_(party_type), party or ""))

	@cached_property
	def document(self) -> Any:
		"""The Opportunity, else the leading Quotation."""
		if self.case.opportunity:
			return frappe.get_doc("Opportunity", self.case.name, for_update=True)
		return self.quotation(self.case.name)

	def quotation(self, name: str) -> Any:
		"""Return a Quotation, locked until the deal is stored."""
		if name not in self.quotations:
			self.quotations[name] = frappe.get_doc("Quotation", name, for_update=True)
		return self.quotations[name]

	@cached_property
	def leading(self) -> Any:
		"""The Quotation that the deal has its lines from, None if it has none, or that one stays behind."""
		old = self.case.leading
		if not old or old.name not in self.found or old.docstatus == CANCELLED:
			return None
		return self.quotation(old.name)

	@cached_property
	def party(self) -> tuple[str, str]:
		"""With whom the deal is: the customer of its Quotation, else the one that its lead has become, else the lead."""
		doc, old = self.document, self.case.leading
		found = (doc.get("opportunity_from") or doc.get("quotation_to"), doc.party_name)
		if found[0] != "Customer" and old:
			quotation = self.quotation(old.name)
			is_to_customer = quotation.quotation_to == "Customer"
			found = ("Customer", quotation.party_name) if is_to_customer else found
		if found[0] in LINKS:
			customer = frappe.db.get_value("Customer", {LINKS[found[0]]: found[1]})
			return ("Customer", customer) if customer else found
		return found

	def read_quotations(self) -> None:
		"""Find how each Quotation stands as a quote; those that cannot stay behind, and the deal is made without them."""
		self.found: dict[str, Quoted] = {}
		for old in self.case.quotations:
			try:
				if old.docstatus == DRAFT and self.case.outcome != OPEN:
					throw_not_taken_over(_("it is a draft of a deal that is closed"))
				self.found[old.name] = quoted_of(self.quotation(old.name))
			except frappe.ValidationError as error:
				if not self.case.opportunity and old is self.case.leading:
					raise
				self.refused.append(("Quotation", old.name, strip_html(str(error))))

	def insert_deal(self) -> "SalesOpportunity":
		"""Insert the deal as it was when it began, with the lines that it had last."""
		doc, began = self.document, began_on(self.case)
		deal = frappe.new_doc(DEAL)
		deal.update(
			{
				"company": doc.company,
				"party_type": self.party[0],
				"party": self.party[1],
				"title": self.title(),
				"class_id": self.class_doc.name,
				"stage": self.stage(),
				"opportunity_owner": self.owner(),
				"owner": doc.owner,
				"expected_close_date": self.expected_close_date(),
				**self.origin(),
				"contact": existing_name("Contact", doc.contact_person),
				"address": existing_name("Address", doc.customer_address),
				**self.worth.values,
			}
		)
		if self.leading:
			set_agreed_plan(deal, self.leading)
		if self.case.outcome == OPEN and self.case.opportunity:
			deal.probability = own_probability(to_decimal(doc.probability))
		deal.backdating = Backdating(began, has_own_rate=True, is_taken_over=True)
		name = self.case.name if not frappe.db.exists(DEAL, self.case.name) else None
		deal.insert(set_name=name)
		if self.worth.refusal:
			self.refused.append(("Opportunity", self.case.name, self.worth.refusal))
		if self.case.opportunity:
			mark = MARKS["Opportunity"]
			frappe.db.set_value("Opportunity", doc.name, mark, deal.name, update_modified=False)
		return deal

	def title(self) -> str | None:
		"""Return the title of the deal, else its customer's name."""
		doc = self.document
		return (doc.title if self.case.opportunity else typed_title(doc)) or doc.customer_name

	def owner(self) -> str:
		"""Return who is responsible: whom the Opportunity names, else who has made it."""
		doc = self.document
		found = existing_name("User", doc.get("opportunity_owner")) or existing_name("User", doc.owner)
		return found or frappe.session.user

	def origin(self) -> dict[str, str | None]:
		"""Return source and campaign, if the settings know them; without any the deal has those of its lead."""
		if not is_used(SOURCES):
			return {}
		return {name: origin_of(self.document, fields) for name, fields in ORIGIN_FIELDS.items()}

	def expected_close_date(self) -> Any:
		"""Return when the Opportunity was to be closed, or until when the Quotation was valid."""
		doc = self.document
		return doc.expected_closing if self.case.opportunity else doc.valid_till

	def stage(self) -> str:
		"""Return the stage in which the deal begins; a closed one goes on from the first."""
		if self.case.outcome != OPEN:
			return self.class_doc.first_stage("Open")
		stages = [
			stage
			for stage in self.class_doc.allowed_stages()
			if frappe.get_cached_value("Qualification Stage", stage, "stage_type") == "Open"
		]
		language = site_language()
		names = {stage.lower(): stage for stage in stages}
		names |= {_(stage, language, context="Qualification Stage").lower(): stage for stage in stages}
		return open_stage(self.case, stages, names, {_(name, language): name for name in FRACTIONS})

	@cached_property
	def worth(self) -> Worth:
		"""What the leading Quotation says, else the Opportunity."""
		if self.leading:
			return worth_of_quotation(self.leading, self.found[self.leading.name])
		return worth_of_opportunity(self.document, bool(self.case.opportunity))

	@cached_property
	def closed_on(self) -> datetime | None:
		"""When the deal was closed, None if it is open."""
		if self.case.outcome == OPEN:
			return None
		evidence, changed = closing_evidence(self.case)
		return ended_on(self.case, evidence, changed, now_datetime())

	def store_quote(self, old: OldQuotation, deal: "SalesOpportunity") -> str:
		"""Store the quote of a Quotation, note sums that differ, and return its name."""
		quotation, found = self.quotation(old.name), self.found[old.name]
		name = store_quote(self.case, old, quotation, deal, found, self.closed_on)
		fields = ("status", "transaction_currency", "net_total", "gross_total")
		stored = frappe.db.get_value("Quote", name, fields, as_dict=True)
		if to_decimal(quotation.grand_total) != to_decimal(stored.gross_total):
			totals = quotation.currency, quotation.grand_total, stored.gross_total
			self.differing.append(Differing("Quotation", old.name, *totals))
		net = net_of(quotation, found)
		self.sums.append(
			Sum("Quote", stored.status, stored.transaction_currency, net, to_decimal(stored.net_total))
		)
		return name

	def close(self, name: str, quotes: dict[str, str]) -> None:
		"""Close the deal on its day, won with the quote that was ordered or lost for the reason that was given."""
		deal = frappe.get_doc(DEAL, name)
		deal.backdating = replace(
			Backdating(began_on(self.case), has_own_rate=True, is_taken_over=True),
			happened_on=self.closed_on or now_datetime(),
		)
		won = self.case.leading if self.case.outcome == WON else None
		deal.close_options = CloseOptions(won_quote=quotes.get(won.name) if won and won.is_ordered else None)
		deal.stage = self.class_doc.first_stage(self.case.outcome)
		if self.case.outcome == LOST:
			deal.update(reasons_of([self.document, *([self.leading] if self.leading else [])]))
		deal.save()

	def link(self, deal: str, quotes: dict[str, str]) -> None:
		"""Tie what belongs to ERPNext's documents to the deal and its quotes."""
		if self.case.opportunity:
			link_traces(("Opportunity", self.case.name), (DEAL, deal))
			copy_notes(self.document, deal)
		if self.case.outcome == OPEN:
			copy_tasks((self.case.doctype, self.case.name), deal)
		for quotation, quote in quotes.items():
			link_traces(("Quotation", quotation), ("Quote", quote))
		old = self.case.leading
		if old and old.is_ordered and old.name in quotes:
			rows = [row.name for row in self.leading.items if not row.is_alternative]
			link_orders(old.name, frappe.get_doc(DEAL, deal), rows, quotes[old.name])
