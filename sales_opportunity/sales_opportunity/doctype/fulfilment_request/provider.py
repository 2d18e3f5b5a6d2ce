"""Other apps' own documents in place of the department's work on a request.

An app registers a function per kind by the hook `sales_fulfilment_providers`. It is called once, when a request
is made and within the same transaction, takes a `Fulfilment` and returns the DocType and the name of the
document that it made, or its `DocumentState`. It must not commit; an error that it raises undoes the request, too.

By the hook `sales_fulfilment_documents` an app says, per kind, which DocType its function makes. Whoever may not create
one only asks for it: the request is assigned, and the document is made by who has the right (`make_document_of`).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils import getdate

from sales_opportunity.currency import decimal_places
from sales_opportunity.deal.opportunity_value import value_of
from sales_opportunity.framework.registry import registered
from sales_opportunity.masters.adapters import default_tax_rate
from sales_opportunity.pricing.money import HUNDRED, allocate, round_money, to_decimal
from sales_opportunity.pricing.recurrence import charged_periods

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request import (
		FulfilmentRequest,
	)
	from sales_opportunity.sales_opportunity.doctype.fulfilment_request_item.fulfilment_request_item import (
		FulfilmentRequestItem,
	)


class ProviderError(frappe.ValidationError):
	pass


@dataclass(frozen=True)
class FulfilmentLine:
	"""A requested part of a sold line; `rate`, `discount_amount` and `amount` are net, in the currency of the deal.

	`amount` is what it brings after the line's discounts, of which `discount_amount` is the fixed one's share, and those
	on the whole. It is negative for a `deduction`, a trade-in or credit. The `rate` of a recurring line (Monthly, Quarterly,
	Yearly) is that of one of its `periods`; its amount is that of all.
	"""

	opportunity_item: str
	item_type: str
	item: str
	item_name: str
	description: str | None
	quantity: Decimal
	unit: str | None
	delivery_date: date | None
	rate: Decimal
	discount_percentage: Decimal
	amount: Decimal
	base_amount: Decimal
	tax_rate: str | None
	discount_amount: Decimal = Decimal(0)
	deduction: str | None = None
	recurrence: str = ""
	periods: int = 1
	service_start: date | None = None


@dataclass(frozen=True)
class FulfilmentTax:
	"""The tax of one rate, in the currency of the deal: its name, its rate in %, on how much (net), and how much it is."""

	name: str
	rate: Decimal
	taxable_amount: Decimal
	tax_amount: Decimal


@dataclass(frozen=True)
class FulfilmentInstalment:
	"""When a part of what is sold once is to be paid, of which `amount` is the weight among the others, and what it is called."""

	due_date: date
	amount: Decimal
	description: str = ""


@dataclass(frozen=True)
class Fulfilment:
	"""What a request asks for; `conversion_rate` is what one unit of `currency` is worth in the company's.

	`net_total` is what the lines amount to plus the net `freight`, which the first bill of a deal has. `freight_taxes`
	are its parts, each with the name of its tax rate: freight without a `freight_tax_rate` shares those of the lines.
	`taxes` are what lines and freight are taxed with: of all that was sold, as the won quote says. Prices and amounts
	here are net also where the quote's include tax (`prices_include_tax`). `instalments` are those of the won quote, with
	tax, else the deal's, net: of all that is sold once, whatever part of it is asked for. `company` is the one that sells, on sites with
	several; `company_currency` is the one in which deals are valued.
	"""

	request: str
	kind: str
	opportunity: str
	won_quote: str | None
	party_type: str
	party: str
	contact: str | None
	address: str | None
	currency: str
	conversion_rate: Decimal
	net_total: Decimal
	base_net_total: Decimal
	payment_terms: str | None
	tax_treatment: str
	vat_id: str | None
	lines: tuple[FulfilmentLine, ...]
	freight: Decimal = Decimal(0)
	base_freight: Decimal = Decimal(0)
	freight_tax_rate: str | None = None
	freight_taxes: tuple[tuple[str, Decimal], ...] = ()
	taxes: tuple[FulfilmentTax, ...] = ()
	prices_include_tax: bool = False
	company_currency: str = ""
	company: str | None = None
	instalments: tuple[FulfilmentInstalment, ...] = ()


@dataclass(frozen=True)
class DocumentState:
	"""What another app's document has of a deal, less what came back of it.

	`parts` are quantities in the lines' units by the names of the opportunity's rows. The totals are net with freight, in the
	currency of the deal and in the company's. A document that `is_final` has its request done.
	"""

	doctype: str
	name: str
	parts: dict[str, Decimal]
	net_total: Decimal
	base_net_total: Decimal
	is_final: bool = False

	@property
	def values(self) -> dict[str, Any]:
		"""The fields of a request that say it."""
		return {
			"reference_doctype": self.doctype,
			"reference_name": self.name,
			"document_total": float(self.net_total),
			"base_document_total": float(self.base_net_total),
		}


def provided_doctype(kind: str) -> str | None:
	"""Return the DocType that a kind's provider says it makes."""
	return registered("sales_fulfilment_documents").get(kind)


def may_make(kind: str) -> bool:
	"""Return whether the user may have a kind's document made, as far as its provider says what it makes."""
	doctype = provided_doctype(kind)
	return not doctype or bool(frappe.has_permission(doctype, "create"))


def make_document(doc: "FulfilmentRequest") -> "tuple[str, str] | DocumentState | None":
	"""Return DocType and name, or the state, of what the kind's provider made of the request, or None if there is no provider.

	None also for a user who may not have it made. Raises what the provider raises, and `ProviderError` if it returns
	something else than an existing document.
	"""
	path = registered("sales_fulfilment_providers").get(doc.kind)
	if not path or not may_make(doc.kind):
		return None
	reference = frappe.get_attr(path)(as_fulfilment(doc))
	is_state = isinstance(reference, DocumentState)
	if not is_document((reference.doctype, reference.name) if is_state else reference):
		frappe.throw(
			_("{0} did not return the document that it made for {1}.").format(
				path, _(doc.kind, context=doc.doctype)
			),
			ProviderError,
		)
	return reference


def is_document(reference: Any) -> bool:
	"""Return whether `reference` is the DocType and the name of a stored document."""
	return isinstance(reference, tuple) and len(reference) == 2 and bool(frappe.db.exists(*reference))


def as_fulfilment(doc: "FulfilmentRequest") -> Fulfilment:
	"""Return the request as providers get it."""
	freight_parts = freight_taxes(doc)
	opportunity = frappe.db.get_value(
		"Sales Opportunity", doc.opportunity, ["prices_include_tax", "company"], as_dict=True
	)
	return Fulfilment(
		request=doc.name,
		kind=doc.kind,
		opportunity=doc.opportunity,
		won_quote=doc.won_quote,
		party_type=doc.party_type or "",
		party=doc.party or "",
		contact=doc.contact,
		address=doc.address,
		currency=doc.transaction_currency or "",
		conversion_rate=to_decimal(doc.conversion_rate),
		net_total=to_decimal(doc.net_total),
		base_net_total=to_decimal(doc.base_net_total),
		payment_terms=doc.payment_terms,
		tax_treatment=doc.tax_treatment,
		vat_id=doc.vat_id,
		lines=tuple(map(as_line, doc.items)),
		freight=to_decimal(doc.freight),
		base_freight=to_decimal(doc.base_freight),
		freight_tax_rate=doc.freight_tax_rate,
		freight_taxes=freight_parts,
		taxes=request_taxes(doc, freight_parts),
		prices_include_tax=bool(opportunity.prices_include_tax),
		company_currency=doc.company_currency or "",
		company=opportunity.company,
		instalments=planned_instalments(doc),
	)


def planned_instalments(doc: "FulfilmentRequest") -> tuple[FulfilmentInstalment, ...]:
	"""Return the plan that was agreed by the won quote, else the one of the opportunity."""
	places = [("Sales Opportunity Instalment", doc.opportunity)]
	if doc.won_quote:
		places.insert(0, ("Quote Instalment", doc.won_quote))
	fields = ["due_date", "amount", "description"]
	for doctype, parent in places:
		if rows := frappe.get_all(doctype, {"parent": parent}, fields, order_by="idx asc"):
			return tuple(
				FulfilmentInstalment(getdate(row.due_date), to_decimal(row.amount), row.description or "")
				for row in rows
			)
	return ()


def request_taxes(
	doc: "FulfilmentRequest", freight_parts: tuple[tuple[str, Decimal], ...]
) -> tuple[FulfilmentTax, ...]:
	"""Return the taxes of a request's lines and freight: those of the won quote where the same is taxed."""
	sums: dict[str, Decimal] = {}
	for name, amount in (
		*((row.tax_rate or "", to_decimal(row.amount)) for row in doc.items),
		*freight_parts,
	):
		name = name or default_tax_rate() or ""
		sums[name] = sums.get(name, Decimal(0)) + amount
	quote = frappe.get_doc("Quote", doc.won_quote) if doc.won_quote else None
	quoted = {row.tax_rate or "": row for row in quote.taxes} if quote else {}
	found = []
	for name, taxable in sums.items():
		row = quoted.get(name)
		rate = to_decimal(row.rate if row else stored_rate(doc, name))
		if row and to_decimal(row.taxable_amount) == taxable:
			tax = to_decimal(row.tax_amount)
		else:
			tax = round_money(taxable * rate / HUNDRED, decimal_places(doc.transaction_currency))
		found.append(FulfilmentTax(name, rate, taxable, tax))
	return tuple(found)


def stored_rate(doc: "FulfilmentRequest", name: str) -> float:
	"""Return the rate in % of a tax as it is today: 0 for all but domestic deals."""
	is_taxed = doc.tax_treatment == "Domestic" and name
	return frappe.get_cached_value("Sales Tax Rate", name, "rate") if is_taxed else 0.0


def freight_taxes(doc: "FulfilmentRequest") -> tuple[tuple[str, Decimal], ...]:
	"""Return the net parts of a request's freight, each with the name of its tax rate."""
	if not doc.freight:
		return ()
	opportunity = frappe.get_doc("Sales Opportunity", doc.opportunity)
	quote = frappe.get_doc("Quote", doc.won_quote) if doc.won_quote else None
	parts = value_of(opportunity, quote).freight_taxes
	names, amounts = [name for name, _amount in parts], [amount for _name, amount in parts]
	shares = allocate(to_decimal(doc.freight), amounts, decimal_places(doc.transaction_currency), names)
	return tuple(zip(names, shares, strict=True))


def as_line(row: "FulfilmentRequestItem") -> FulfilmentLine:
	"""Return a line of a request as providers get it."""
	return FulfilmentLine(
		opportunity_item=row.opportunity_item or "",
		item_type=row.item_type or "",
		item=row.item or "",
		item_name=row.item_name or "",
		description=row.description,
		quantity=to_decimal(row.quantity),
		unit=row.unit,
		delivery_date=getdate(row.delivery_date) if row.delivery_date else None,
		rate=to_decimal(row.rate),
		discount_percentage=to_decimal(row.discount_percentage),
		amount=to_decimal(row.amount),
		base_amount=to_decimal(row.base_amount),
		tax_rate=row.tax_rate,
		discount_amount=to_decimal(row.discount_amount),
		deduction=row.deduction or None,
		recurrence=row.recurrence or "",
		periods=charged_periods(row),
		service_start=getdate(row.service_start) if row.service_start else None,
	)
