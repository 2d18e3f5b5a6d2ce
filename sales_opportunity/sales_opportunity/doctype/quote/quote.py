import hashlib

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.naming import make_autoname
from frappe.utils import getdate, now_datetime, nowdate

from sales_opportunity.currency import company_currency
from sales_opportunity.masters import PROSPECT, advance_party, default_language, get_party
from sales_opportunity.postal import address_lines, contact_name, salutation
from sales_opportunity.printing import render_pdf
from sales_opportunity.sales_opportunity.doctype.quote import transitions
from sales_opportunity.sales_opportunity.doctype.quote.amounts import set_lines, set_totals, validate_lines
from sales_opportunity.sales_opportunity.doctype.quote_text.quote_text import rendered_text

SERVER_FIELDS = (
	"status",
	"quote_number",
	"revision",
	"is_primary",
	"supersedes",
	"superseded_by",
	"issued_on",
	"sent_on",
	"answered_on",
	"answer_note",
	"pdf_file",
	"pdf_sha256",
)


class ValidityError(frappe.ValidationError):
	pass


class TransitionError(frappe.ValidationError):
	pass


class Quote(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from sales_opportunity.sales_opportunity.doctype.quote_item.quote_item import QuoteItem
		from sales_opportunity.sales_opportunity.doctype.quote_tax.quote_tax import QuoteTax

		address: DF.Link | None
		address_display: DF.SmallText | None
		amended_from: DF.Link | None
		answer_note: DF.SmallText | None
		answered_on: DF.Datetime | None
		base_gross_total: DF.Currency
		base_net_total: DF.Currency
		class_id: DF.Link | None
		closing: DF.TextEditor | None
		company_currency: DF.Link | None
		contact: DF.Link | None
		contact_email: DF.Data | None
		contact_name: DF.Data | None
		conversion_rate: DF.Float
		delivery_terms: DF.SmallText | None
		discount_amount: DF.Currency
		discount_percentage: DF.Percent
		freight: DF.Currency
		freight_tax_rate: DF.Link | None
		gross_total: DF.Currency
		introduction: DF.TextEditor | None
		is_primary: DF.Check
		issued_on: DF.Datetime | None
		items: DF.Table[QuoteItem]
		label: DF.Data | None
		language: DF.Link
		letter_head: DF.Link | None
		line_total: DF.Currency
		naming_series: DF.Literal["QTN-.YYYY.-.#####"]
		net_total: DF.Currency
		opportunity: DF.Link
		party: DF.DynamicLink | None
		party_name: DF.Data | None
		party_type: DF.Link | None
		payment_terms: DF.SmallText | None
		pdf_file: DF.Link | None
		pdf_sha256: DF.Data | None
		prices_include_tax: DF.Check
		primary_of: DF.Data | None
		print_format: DF.Link | None
		quote_date: DF.Date
		quote_number: DF.Data | None
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
			"Domestic", "Reverse Charge", "EU Supply", "Export Supply", "Small Business"
		]
		taxes: DF.Table[QuoteTax]
		terms: DF.TextEditor | None
		transaction_currency: DF.Link
		valid_until: DF.Date
	# end: auto-generated types

	def autoname(self):
		series = self.class_id and frappe.get_cached_value("Class ID", self.class_id, "quote_naming_series")
		if series:
			self.name = make_autoname(series, doc=self)

	def validate(self):
		self.keep_server_fields()
		self.set_from_opportunity()
		self.set_party_details()
		self.set_paper()
		self.validate_validity()
		validate_lines(self)
		set_lines(self)
		set_totals(self)
		self.set_texts()
		self.set_primary()

	def after_insert(self):
		self.update_opportunity()

	def before_submit(self):
		self.validate_issuable()
		self.move_to("Issued")
		self.issued_on = now_datetime()

	def on_submit(self):
		self.attach_pdf()
		advance_party(self.party_type, self.party, PROSPECT)

	def before_cancel(self):
		self.move_to("Cancelled")
		self.primary_of = None
		self.is_primary = 0

	def on_cancel(self):
		self.update_opportunity()

	def on_trash(self):
		self.primary_of = None
		self.update_opportunity()

	def keep_server_fields(self):
		"""Set status, number and primary mark of a new quote; drop what a client sent for fields of the server."""
		before = self.get_doc_before_save()
		for fieldname in SERVER_FIELDS:
			self.set(fieldname, before.get(fieldname) if before else None)
		if not before:
			self.status, self.quote_number, self.revision = "Draft", self.name, 1
			self.is_primary = not self.other_primary()

	def set_from_opportunity(self):
		opportunity = frappe.get_doc("Sales Opportunity", self.opportunity)
		for fieldname in ("party_type", "party", "class_id"):
			self.set(fieldname, opportunity.get(fieldname))
		self.company_currency = company_currency()
		self.transaction_currency = self.transaction_currency or opportunity.transaction_currency
		self.conversion_rate = self.conversion_rate or opportunity.conversion_rate
		self.sales_person = self.sales_person or opportunity.opportunity_owner

	def set_party_details(self):
		party = get_party(self.party_type, self.party)
		settings = frappe.get_cached_doc("Sales Opportunity Settings")
		if self.is_new():
			self.party_name = party.title
			self.language = self.language or party.language or default_language()
			self.payment_terms = self.payment_terms or party.payment_terms
			self.contact = self.contact or party.contact
			self.address = self.address or party.address
			self.tax_treatment = "Small Business" if settings.small_business else party.tax_treatment
		if self.is_new() or self.has_value_changed("contact"):
			self.contact_name = contact_name(self.contact)
			self.contact_email = self.contact and frappe.get_cached_value("Contact", self.contact, "email_id")
			self.salutation = salutation(self.contact, self.language)
			self.address_display = None
		if not self.address_display or self.has_value_changed("address"):
			self.address_display = "\n".join(address_lines(self.address, self.party_name, self.contact_name))

	def set_paper(self):
		class_doc = frappe.get_cached_doc("Class ID", self.class_id)
		self.print_format = self.print_format or class_doc.print_format or "Quote"
		self.letter_head = self.letter_head or class_doc.letter_head

	def validate_validity(self):
		if getdate(self.valid_until) < getdate(self.quote_date):
			frappe.throw(
				_("The quote must be valid until its date or later. Enter a later date in {0}.").format(
					frappe.bold(_("Valid Until"))
				),
				ValidityError,
			)

	def set_texts(self):
		"""Write the standard texts into a new quote, where the user may then change them for this customer."""
		if not self.is_new():
			return
		for fieldname, text_type in (
			("introduction", "Introduction"),
			("closing", "Closing Text"),
			("terms", "Terms"),
		):
			if self.get(fieldname) is None:
				self.set(fieldname, rendered_text(self, text_type))

	def set_primary(self):
		is_live = self.status in transitions.LIVE
		self.primary_of = self.opportunity if self.is_primary and is_live else None

	def validate_issuable(self):
		if getdate(self.valid_until) < getdate(nowdate()):
			frappe.throw(
				_("The validity has passed. Enter a later date in {0} before you issue the quote.").format(
					frappe.bold(_("Valid Until"))
				),
				ValidityError,
			)

	def move_to(self, status: str):
		"""Give the quote another status. Raises `TransitionError` if it may not follow the stored one."""
		before = self.get_doc_before_save()
		current = before.status if before else self.status
		if not transitions.is_allowed(current, status):
			frappe.throw(
				_("A quote cannot go from {0} to {1}.").format(_(current), _(status)), TransitionError
			)
		self.status = status

	def change_status(self, status: str, **values):
		"""Store another status of an issued quote, and `values` that belong to it. Raises `TransitionError`."""
		self.move_to(status)
		self.set_primary()
		self.db_set({"status": status, "primary_of": self.primary_of, **values})
		self.update_opportunity()

	def attach_pdf(self):
		"""Render the paper once, keep it as a private file and remember its checksum."""
		content = render_pdf("Quote", self.name)
		file = frappe.get_doc(
			{
				"doctype": "File",
				"file_name": f"{self.name}.pdf",
				"attached_to_doctype": "Quote",
				"attached_to_name": self.name,
				"is_private": 1,
				"content": content,
			}
		).insert()
		self.db_set({"pdf_file": file.name, "pdf_sha256": hashlib.sha256(content).hexdigest()})

	def update_opportunity(self):
		"""Let the opportunity point to its live primary quote."""
		primary = self.name if self.primary_of else self.other_primary()
		frappe.db.set_value(
			"Sales Opportunity", self.opportunity, "primary_quote", primary, update_modified=False
		)

	def other_primary(self) -> str | None:
		"""Return the live primary quote of the opportunity, as the latest committed transaction left it.

		The opportunity's row is locked first, so that parallel quotes of it come one after the other.
		"""
		frappe.db.get_value("Sales Opportunity", self.opportunity, "name", for_update=True)
		filters = {"primary_of": self.opportunity, "name": ("!=", self.name or "")}
		return frappe.db.get_value("Quote", filters, for_update=True)


def on_doctype_update():
	frappe.db.add_unique("Quote", ["quote_number", "revision"])
