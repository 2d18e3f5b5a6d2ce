import hashlib

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.naming import make_autoname
from frappe.utils import flt, getdate, now_datetime, nowdate

from sales_opportunity.currency import company_currency, places
from sales_opportunity.masters import default_language, get_party
from sales_opportunity.money import to_decimal
from sales_opportunity.postal import address_lines, contact_name, salutation
from sales_opportunity.printing import render_pdf
from sales_opportunity.sales_opportunity.doctype.quote import transitions
from sales_opportunity.sales_opportunity.doctype.quote.positions import number_positions
from sales_opportunity.sales_opportunity.doctype.quote.totals import TaxedAmount, compute_totals
from sales_opportunity.sales_opportunity.doctype.quote_text.quote_text import rendered_text
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.valuation import converted, line_amount
from sales_opportunity.sales_opportunity.doctype.sales_tax_rate.sales_tax_rate import default_tax_rate

CALCULATED = ("Priced", "Optional", "Alternative")
TAXED = ("Domestic",)


class QuoteLineError(frappe.ValidationError):
	pass


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

	def before_insert(self):
		self.status = "Draft"
		self.revision = self.revision or 1
		self.is_primary = not self.other_primary()

	def validate(self):
		self.quote_number = self.quote_number or self.name
		self.set_from_opportunity()
		self.set_party_details()
		self.set_paper()
		self.validate_validity()
		self.validate_lines()
		self.set_lines()
		self.set_totals()
		self.set_texts()
		self.set_primary()
		self.validate_transition()

	def after_insert(self):
		self.update_opportunity()

	def before_submit(self):
		self.validate_issuable()
		self.status = "Issued"
		self.issued_on = now_datetime()

	def on_submit(self):
		self.attach_pdf()

	def before_update_after_submit(self):
		self.validate_transition()

	def before_cancel(self):
		self.status = "Cancelled"
		self.primary_of = None
		self.is_primary = 0

	def on_cancel(self):
		self.update_opportunity()

	def on_trash(self):
		self.primary_of = None
		self.update_opportunity()

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

	def validate_lines(self):
		for row in self.items:
			if row.row_type not in CALCULATED:
				continue
			if not row.item or flt(row.quantity) <= 0:
				frappe.throw(_("Row #{0}: Enter an item and a quantity.").format(row.idx), QuoteLineError)
			if flt(row.rate) < 0:
				frappe.throw(_("Row #{0}: The rate must not be negative.").format(row.idx), QuoteLineError)
			if not 0 <= flt(row.discount_percentage) <= 100:
				frappe.throw(
					_("Row #{0}: The discount must lie between 0 and 100 %.").format(row.idx), QuoteLineError
				)
		if not any(row.row_type == "Priced" for row in self.items):
			frappe.throw(_("A quote needs at least one priced line."), QuoteLineError)
		if not 0 <= flt(self.discount_percentage) <= 100:
			frappe.throw(_("The discount must lie between 0 and 100 %."), QuoteLineError)
		if self.prices_include_tax and self.tax_treatment not in (*TAXED, "Small Business"):
			frappe.throw(
				_("Prices that include tax are for domestic quotes only. The tax treatment is {0}.").format(
					_(self.tax_treatment)
				)
			)

	def set_lines(self):
		positions = number_positions([row.row_type for row in self.items])
		subtotal = 0.0
		for row, position in zip(self.items, positions, strict=True):
			row.position = position
			row.amount = row.base_amount = row.tax_percentage = 0.0
			if row.row_type in CALCULATED:
				self.set_line_amounts(row)
			if row.row_type == "Priced":
				subtotal += row.amount
			elif row.row_type == "Subtotal":
				row.amount, subtotal = subtotal, 0.0

	def set_line_amounts(self, row):
		row.tax_rate = row.tax_rate or default_tax_rate()
		row.tax_percentage = self.tax_percentage(row.tax_rate)
		row.amount = float(
			line_amount(row.quantity, row.rate, row.discount_percentage, places(self.transaction_currency))
		)
		row.base_amount = float(converted(row.amount, self.conversion_rate, places(self.company_currency)))

	def tax_percentage(self, tax_rate: str | None) -> float:
		"""Return the rate in % that applies under the quote's tax treatment: 0 for all but domestic quotes."""
		if not tax_rate or self.tax_treatment not in TAXED:
			return 0.0
		return frappe.get_cached_value("Sales Tax Rate", tax_rate, "rate")

	def set_totals(self):
		if self.freight and not self.freight_tax_rate:
			self.freight_tax_rate = default_tax_rate()
		totals = compute_totals(
			[
				TaxedAmount(to_decimal(row.amount), row.tax_rate or "", to_decimal(row.tax_percentage))
				for row in self.items
				if row.row_type == "Priced"
			],
			self.discount_percentage,
			TaxedAmount(
				to_decimal(self.freight),
				self.freight_tax_rate or "",
				to_decimal(self.tax_percentage(self.freight_tax_rate)),
			),
			bool(self.prices_include_tax),
			places(self.transaction_currency),
		)
		self.line_total = float(totals.line_total)
		self.discount_amount = float(totals.discount_amount)
		self.net_total = float(totals.net)
		self.tax_total = float(totals.tax)
		self.gross_total = float(totals.gross)
		base_places = places(self.company_currency)
		self.base_net_total = float(converted(totals.net, self.conversion_rate, base_places))
		self.base_gross_total = float(converted(totals.gross, self.conversion_rate, base_places))
		self.set("taxes", [])
		for tax in totals.taxes:
			self.append(
				"taxes",
				{
					"tax_rate": tax.tax_name,
					"rate": float(tax.tax_rate),
					"taxable_amount": float(tax.taxable_amount),
					"tax_amount": float(tax.tax_amount),
				},
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

	def validate_transition(self):
		before = self.get_doc_before_save()
		current = before.status if before else "Draft"
		if not transitions.is_allowed(current, self.status):
			frappe.throw(
				_("A quote cannot go from {0} to {1}.").format(_(current), _(self.status)), TransitionError
			)

	def validate_issuable(self):
		if getdate(self.valid_until) < getdate(nowdate()):
			frappe.throw(
				_("The validity has passed. Enter a later date in {0} before you issue the quote.").format(
					frappe.bold(_("Valid Until"))
				),
				ValidityError,
			)

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
