from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.naming import make_autoname
from frappe.utils import getdate, now_datetime

from sales_opportunity.currency import company_currency
from sales_opportunity.deal.price_basis import set_price_basis
from sales_opportunity.deal.primary import set_primary_mark, update_primary_quote
from sales_opportunity.deal.quote_cadence import follow_status
from sales_opportunity.deal.quote_status import QuoteStatus, is_allowed
from sales_opportunity.exchange_rates import exchange_rate
from sales_opportunity.framework.locking import RetriedDocument, lock_opportunity, lock_opportunity_of
from sales_opportunity.inputs.documents import CheckedDocument, ServerAttribute, require_near
from sales_opportunity.masters.adapters import PROSPECT, AskedItems, advance_party, get_party
from sales_opportunity.masters.companies import get_company
from sales_opportunity.sales_opportunity.doctype.quote.addressee import set_addressee, set_terms, set_texts
from sales_opportunity.sales_opportunity.doctype.quote.amounts import (
	compute_lines_of_quote,
	compute_totals_of_quote,
	fill_in_items,
	validate_lines,
	validate_sums,
)
from sales_opportunity.sales_opportunity.doctype.quote.checker import validate_checks
from sales_opportunity.sales_opportunity.doctype.quote.documents import freeze_documents
from sales_opportunity.sales_opportunity.doctype.quote.frozen_paper import attach_pdf, validate_deletable
from sales_opportunity.sales_opportunity.doctype.quote.instalments import (
	set_plan,
	validate_plan_of_quote,
)
from sales_opportunity.sales_opportunity.doctype.quote.pictures import freeze_pictures
from sales_opportunity.sales_opportunity.doctype.quote.revisions import (
	CopySource,
	release_draft,
	revision_name,
	set_place_in_chain,
	supersede_earlier,
	validate_not_accepted,
)
from sales_opportunity.sales_opportunity.doctype.quote_document.kept_rows import KEPT_TABLES
from sales_opportunity.sales_opportunity.doctype.quote_release.release_state import (
	delete_releases,
	end_tasks,
	record_release_change,
	set_release_status,
	validate_released,
)
from sales_opportunity.sales_opportunity.doctype.quote_template.lines import TemplateTexts
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import WonQuoteError, validate_open

SERVER_FIELDS = (
	"status",
	"release_status",
	"quote_number",
	"revision",
	"is_primary",
	"offered_together",
	"supersedes",
	"superseded_by",
	"issued_on",
	"sent_on",
	"customer_choice",
	"customer_opened_on",
	"answered_on",
	"answer_note",
	"email_status",
	"last_email",
	"expiry_notified",
	"pdf_file",
	"pdf_sha256",
)


OPPORTUNITY_FIELDS = (
	"name",
	"status",
	"won_quote",
	"primary_quote",
	"party_type",
	"party",
	"class_id",
	"company",
	"transaction_currency",
	"conversion_rate",
	"opportunity_owner",
	"contact",
	"address",
)

WITHOUT_END = date.max
"""What people enter for a validity that does not end: 31.12.9999."""


class LockedOpportunity(frappe._dict):
	"""What a locked opportunity says."""


CHAIN_FIELDS = ("quote_number", "revision", "offered_together", "supersedes", "superseded_by")


class ValidityError(frappe.ValidationError):
	pass


class TransitionError(frappe.ValidationError):
	pass


class Quote(RetriedDocument, CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from sales_opportunity.sales_opportunity.doctype.quote_document.quote_document import QuoteDocument
		from sales_opportunity.sales_opportunity.doctype.quote_instalment.quote_instalment import (
			QuoteInstalment,
		)
		from sales_opportunity.sales_opportunity.doctype.quote_item.quote_item import QuoteItem
		from sales_opportunity.sales_opportunity.doctype.quote_tax.quote_tax import QuoteTax

		address: DF.Link | None
		address_display: DF.SmallText | None
		amended_from: DF.Link | None
		answer_note: DF.SmallText | None
		answered_on: DF.Datetime | None
		base_contract_value: DF.Currency
		base_gross_total: DF.Currency
		base_monthly_amount: DF.Currency
		base_net_total: DF.Currency
		base_one_off_amount: DF.Currency
		base_yearly_amount: DF.Currency
		class_id: DF.Link | None
		closing: DF.TextEditor | None
		company: DF.Data | None
		company_currency: DF.Link | None
		contact: DF.Link | None
		contact_email: DF.Data | None
		contact_name: DF.Data | None
		contract_value: DF.Currency
		conversion_rate: DF.Float
		customer_choice: DF.JSON | None
		customer_opened_on: DF.Datetime | None
		deduction_total: DF.Currency
		delivery_terms: DF.SmallText | None
		discount_amount: DF.Currency
		discount_percentage: DF.Percent
		documents: DF.Table[QuoteDocument]
		email_status: DF.Literal["", "On Its Way", "Handed Over", "Failed", "Unclear"]
		expiry_notified: DF.Check
		fixed_discount: DF.Currency
		freight: DF.Currency
		freight_tax_rate: DF.Link | None
		from_masters: DF.JSON | None
		gross_total: DF.Currency
		instalments: DF.Table[QuoteInstalment]
		introduction: DF.TextEditor | None
		is_primary: DF.Check
		issued_on: DF.Datetime | None
		items: DF.Table[QuoteItem]
		label: DF.Data | None
		language: DF.Link
		last_email: DF.Link | None
		letter_head: DF.Link | None
		line_total: DF.Currency
		margin_amount: DF.Currency
		margin_percentage: DF.Percent
		monthly_amount: DF.Currency
		naming_series: DF.Literal["QTN-.YYYY.-.#####"]
		net_total: DF.Currency
		offered_together: DF.Check
		one_off_amount: DF.Currency
		opportunity: DF.Link
		party: DF.DynamicLink | None
		party_name: DF.Data | None
		party_type: DF.Link | None
		payment_terms: DF.SmallText | None
		pdf_file: DF.Link | None
		pdf_sha256: DF.Data | None
		pictures: DF.Table[QuoteDocument]
		prices_include_tax: DF.Check
		primary_of: DF.Data | None
		print_format: DF.Link | None
		quote_date: DF.Date
		quote_number: DF.Data | None
		release_status: DF.Literal["", "Needed", "Requested", "Released", "Refused"]
		request_key: DF.Data | None
		revision: DF.Int
		sales_person: DF.Link | None
		salutation: DF.Data | None
		sent_on: DF.Datetime | None
		status: DF.Literal[
			"Draft", "Issued", "Sent", "Accepted", "Declined", "Expired", "Superseded", "Cancelled"
		]
		subject: DF.Data | None
		superseded_by: DF.Link | None
		supersedes: DF.Link | None
		tax_total: DF.Currency
		tax_treatment: DF.Literal[
			"Domestic",
			"Reverse Charge",
			"EU Supply",
			"Export Supply",
			"Place of Supply Abroad",
			"Small Business",
		]
		taxes: DF.Table[QuoteTax]
		terms: DF.TextEditor | None
		terms_template: DF.Data | None
		transaction_currency: DF.Link
		valid_until: DF.Date
		yearly_amount: DF.Currency
	# end: auto-generated types

	copy_source = ServerAttribute(CopySource)
	plan_source = ServerAttribute(Document)
	is_chosen = ServerAttribute(bool, default=False)
	"""Whether this is what a customer chose of an issued quote: the same conditions and texts, on fewer or more lines."""
	former_company = ServerAttribute(str)
	former_party = ServerAttribute(tuple)
	sample_company = ServerAttribute(Document)
	made_of = ServerAttribute(Document)
	locked = ServerAttribute(LockedOpportunity)
	items_at_once = ServerAttribute(AskedItems)
	template_texts = ServerAttribute(TemplateTexts)
	void_releases = ServerAttribute(tuple, ())
	worsened_for = ServerAttribute(tuple, ())

	def load_from_db(self) -> Any:
		"""Lock the opportunity before a quote that is loaded for an update."""
		if self.flags.for_update and isinstance(self.name, str):
			lock_opportunity_of("Quote", self.name)
		return super().load_from_db()

	def check_if_latest(self) -> None:
		"""Lock the opportunity before the framework locks the quote; what it says then holds for this save."""
		self.locked = None
		if not self.is_new():
			self.made_of = self.items_at_once = None
		self.locked_opportunity()
		super().check_if_latest()

	def before_insert(self) -> None:
		if self.opportunity:
			validate_open(self.locked_opportunity())
		set_place_in_chain(self)

	def set_new_name(
		self, force: bool = False, set_name: str | None = None, set_child_names: bool = True
	) -> None:
		"""Name a revision after its quote; the framework would number amendments in a way of its own."""
		if self.revision > 1:
			set_name = revision_name(self.quote_number, self.revision)
		super().set_new_name(force, set_name, set_child_names)

	def autoname(self) -> None:
		series = self.class_id and frappe.get_cached_value("Class ID", self.class_id, "quote_naming_series")
		if series:
			self.name = make_autoname(series, doc=self)

	def validate(self) -> None:
		self.keep_server_fields()
		self.set_from_opportunity()
		if not self.is_chosen:
			set_addressee(self)
			self.set_paper()
		set_price_basis(self)
		self.validate_validity()
		fill_in_items(self)
		validate_lines(self)
		compute_lines_of_quote(self)
		compute_totals_of_quote(self)
		validate_sums(self)
		set_plan(self)
		validate_plan_of_quote(self)
		self.plan_source = None
		if not self.is_chosen:
			set_terms(self)
			set_texts(self)
			set_release_status(self)
		set_primary_mark(self)

	def on_update(self) -> None:
		record_release_change(self)
		update_primary_quote(self, opportunity=self.locked_opportunity())

	def before_submit(self) -> None:
		self.validate_issuable()
		validate_not_accepted(self)
		self.move_to(QuoteStatus.ISSUED)
		if not self.is_chosen:
			freeze_documents(self)
			freeze_pictures(self)
		self.issued_on = now_datetime()

	def on_submit(self) -> None:
		attach_pdf(self)
		supersede_earlier(self)
		advance_party(self.party_type, self.party, PROSPECT)

	def before_cancel(self) -> None:
		self.restore_stored_values()
		self.validate_not_won()
		self.move_to(QuoteStatus.CANCELLED)
		set_primary_mark(self)
		self.ignore_linked_doctypes = ("Quote",)

	def on_cancel(self) -> None:
		release_draft(self)
		update_primary_quote(self)
		follow_status(self)

	def before_discard(self) -> None:
		lock_opportunity(self.opportunity)
		self.move_to(QuoteStatus.CANCELLED)
		set_primary_mark(self)
		values = {"status": self.status, "is_primary": self.is_primary, "primary_of": self.primary_of}
		self.db_set(values, update_modified=False)

	def on_discard(self) -> None:
		end_tasks(self)
		update_primary_quote(self)

	def on_trash(self) -> None:
		# What was loaded to be deleted may have been issued since.
		validate_deletable(frappe.get_doc("Quote", self.name, for_update=True))
		delete_releases(self)
		self.db_set({"primary_of": None, "is_primary": 0}, update_modified=False)
		update_primary_quote(self)

	def keep_server_fields(self) -> None:
		"""Drop what a client sent for fields of the server; a new quote has its place in the chain already."""
		before = self.get_doc_before_save()
		for fieldname in SERVER_FIELDS:
			if before or fieldname not in CHAIN_FIELDS:
				self.set(fieldname, before.get(fieldname) if before else None)
		if before or not self.is_chosen:
			for table in KEPT_TABLES:
				self.set(table, before.get(table) if before else [])
		if not before:
			self.status, self.quote_number = QuoteStatus.DRAFT, self.quote_number or self.name

	def restore_stored_values(self) -> None:
		"""Keep the issued quote as it is stored: the framework checks no fields of a document that is cancelled."""
		before = self.get_doc_before_save()
		self.update({field.fieldname: before.get(field.fieldname) for field in self.meta.fields})
		for row in self.get_all_children():
			row.docstatus = self.docstatus

	def validate_not_won(self) -> None:
		"""Raise `WonQuoteError` if an opportunity was won with this quote."""
		opportunity = self.locked_opportunity()
		if opportunity.won_quote == self.name:
			frappe.throw(
				_("{0} was won with this quote. Reopen the opportunity before you cancel the quote.").format(
					frappe.bold(opportunity.name)
				),
				WonQuoteError,
			)

	def locked_opportunity(self) -> frappe._dict:
		"""Return the fields of the opportunity as they are until the transaction ends, read once in a save.

		The one that a new quote is made of is locked already.
		"""
		if not self.locked or self.locked.name != self.opportunity:
			if self.made_of and self.made_of.name == self.opportunity:
				values = {fieldname: self.made_of.get(fieldname) for fieldname in OPPORTUNITY_FIELDS}
			else:
				values = frappe.db.get_value(
					"Sales Opportunity", self.opportunity, OPPORTUNITY_FIELDS, for_update=True, as_dict=True
				)
			self.locked = LockedOpportunity(values or {})
		return self.locked

	@property
	def asked_items(self) -> AskedItems:
		"""The items as they are in this save; a new quote's are those that its lines were made with."""
		self.items_at_once = self.items_at_once or AskedItems()
		return self.items_at_once

	def set_from_opportunity(self) -> None:
		"""Take partner, class, company, currency and salesperson from the locked opportunity."""
		opportunity = self.locked_opportunity()
		self.former_party, self.former_company = (self.party_type, self.party), self.company
		for fieldname in ("party_type", "party", "class_id", "company"):
			self.set(fieldname, opportunity.get(fieldname))
		self.company_currency = company_currency()
		self.transaction_currency = self.transaction_currency or opportunity.transaction_currency
		self.conversion_rate = self.rate_of_exchange(opportunity)
		self.sales_person = self.sales_person or opportunity.opportunity_owner

	def rate_of_exchange(self, opportunity: frappe._dict) -> float:
		"""Return the rate: 1 for the company's currency, else what was entered, the opportunity's, or today's."""
		if self.transaction_currency == self.company_currency:
			return 1
		if self.conversion_rate:
			return self.conversion_rate
		if self.transaction_currency == opportunity.transaction_currency:
			return opportunity.conversion_rate
		return exchange_rate(self.transaction_currency)

	def set_paper(self) -> None:
		"""Choose print format and letter head: the quote's, else the class's, else the company's."""
		class_doc = frappe.get_cached_doc("Class ID", self.class_id)
		self.print_format = self.print_format or class_doc.print_format or "Quote"
		if self.has_letter_head_by_default():
			self.letter_head = None
		own = class_doc.letter_head or letter_head_of(self.company)
		self.letter_head = self.letter_head or own or frappe.defaults.get_user_default("letter_head")

	def has_letter_head_by_default(self) -> bool:
		"""Return whether the letter head is the former company's, or the site's that the framework puts into new documents."""
		if self.is_moved:
			return self.letter_head == letter_head_of(self.former_company)
		is_first = self.is_new() and not self.is_copy
		return is_first and self.letter_head == frappe.defaults.get_user_default("letter_head")

	def validate_validity(self) -> None:
		"""Raise `frappe.ValidationError` for a validity that ends before the quote's date, `ImpossibleDateError` for another century."""
		require_near(self, "quote_date")
		if getdate(self.valid_until) != WITHOUT_END:
			require_near(self, "valid_until")
		for row in self.items:
			require_near(row, "delivery_date", "service_start")
		for row in self.instalments:
			require_near(row, "due_date")
		if getdate(self.valid_until) < getdate(self.quote_date):
			frappe.throw(
				_("The quote must be valid until its date or later. Enter a later date in {0}.").format(
					frappe.bold(_("Valid Until"))
				),
				ValidityError,
			)

	def validate_party(self) -> None:
		"""Raise `frappe.ValidationError` if the partner gets no quote now."""
		refusal = get_party(self.party_type, self.party, self.company).refusal
		if refusal:
			frappe.throw(refusal)

	@property
	def is_moved(self) -> bool:
		"""Return whether the deal has another company than this quote, or the one that it was copied from, had."""
		is_first = self.is_new() and not self.is_copy
		return not is_first and (self.former_company or None) != (self.company or None)

	@property
	def is_copy(self) -> bool:
		"""Return whether this is a new quote whose content comes from a former one."""
		return bool(self.is_new() and self.copied_from)

	@property
	def copied_from(self) -> str | None:
		"""Return the quote whose content a new one has taken over."""
		return self.copy_source.quote if self.copy_source else self.amended_from

	def validate_issuable(self) -> None:
		"""Raise `frappe.ValidationError` if the quote may not go out; what a customer chose of an issued one has gone out."""
		validate_open(self.locked_opportunity())
		if not self.is_chosen:
			validate_released(self)
			validate_checks(self)
			self.validate_party()

	def move_to(self, status: str) -> None:
		"""Give the quote another status. Raises `TransitionError` if it may not follow the stored one."""
		current = frappe.db.get_value("Quote", self.name, "status", for_update=True) or QuoteStatus.DRAFT
		if not is_allowed(current, status):
			self.refuse_transition(current, status)
		self.set("status", status)

	def refuse_transition(self, current: str, status: str) -> None:
		"""Raise `TransitionError`."""
		frappe.throw(
			_("A quote cannot go from {0} to {1}.").format(
				_(current, context="Quote"), _(status, context="Quote")
			),
			TransitionError,
		)

	def change_status(self, status: str, successor: "Quote | None" = None, **values: Any) -> None:
		"""Store another status of an issued quote, and `values` that belong to it. Raises `TransitionError`.

		Drafts are issued by submitting, issued quotes cancelled by cancelling them; this does neither. If the
		opportunity loses its primary quote by that, the quote `successor` becomes it, else the strongest one.
		"""
		lock_opportunity(self.opportunity)
		if self.docstatus != 1 or status == QuoteStatus.CANCELLED:
			self.refuse_transition(self.status, status)
		self.move_to(status)
		self.is_primary = frappe.db.get_value("Quote", self.name, "is_primary", for_update=True)
		set_primary_mark(self)
		self.db_set(
			{"status": status, "is_primary": self.is_primary, "primary_of": self.primary_of, **values}
		)
		self.add_comment("Info", _("set the status to {0}").format(_(status, context="Quote")))
		update_primary_quote(self, successor)
		follow_status(self)

	def copy_attachments_from_amended_from(self) -> None:
		"""Take over what was attached to the cancelled quote, but for its paper and the customer's signature."""
		super().copy_attachments_from_amended_from()
		kept = [
			frappe.db.get_value("Quote", self.amended_from, "pdf_file"),
			*frappe.get_all("Quote Answer", {"quote": self.amended_from}, pluck="signature_file"),
		]
		urls = frappe.get_all("File", {"name": ("in", list(filter(None, kept)))}, pluck="file_url")
		for name in frappe.get_all(
			"File",
			{"attached_to_doctype": "Quote", "attached_to_name": self.name, "file_url": ("in", urls or [""])},
			pluck="name",
		):
			frappe.delete_doc("File", name)


def letter_head_of(company: str | None) -> str | None:
	"""Return the letter head of a company, None if it has none."""
	found = get_company(company)
	return found.letter_head if found else None


def on_doctype_update() -> None:
	"""Let a number have one quote of each revision, and index what lists, My Day and the nightly expiry ask for."""
	frappe.db.add_unique("Quote", ["quote_number", "revision"])
	frappe.db.add_index("Quote", ["status", "valid_until"])
