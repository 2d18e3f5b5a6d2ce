"""The lines of a fulfilment request, step by step on the document: which, how much, and what they are worth."""

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_opportunity.currency import decimal_places
from sales_opportunity.deal.copied_fields import (
	copied_values,
	own_fields,
)
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.pricing.valuation import exact_sum, unit_price
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.ledger import (
	SoldLine,
	is_requestable,
	open_freight,
	sold_lines,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.quantities import (
	is_available,
	part_amount,
	to_quantity,
)
from sales_opportunity.texts.formatting import format_number

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request import (
		FulfilmentRequest,
	)
	from sales_opportunity.sales_opportunity.doctype.fulfilment_request_item.fulfilment_request_item import (
		FulfilmentRequestItem,
	)

OPPORTUNITY_LINE = "Sales Opportunity Item"


class NothingOpenError(frappe.ValidationError):
	pass


class ForeignLineError(frappe.ValidationError):
	pass


class RepeatedLineError(frappe.ValidationError):
	pass


class NotShippableError(frappe.ValidationError):
	pass


class QuantityError(frappe.ValidationError):
	pass


class ExceedsSoldError(frappe.ValidationError):
	pass


def fill_in_lines(doc: "FulfilmentRequest") -> None:
	"""Check every line against what is still open, and fill in what the opportunity says about it.

	A new request without lines takes everything that is open. Raises `NothingOpenError`, or with the row's
	number `ForeignLineError`, `RepeatedLineError`, `NotShippableError`, `QuantityError`, `ExceedsSoldError`.
	"""
	sold = sold_lines(doc.opportunity, doc.kind, without=doc.name, for_update=True)
	if doc.is_new() and not doc.items:
		append_open_lines(doc, sold)
	before = doc.get_doc_before_save()
	stored = {row.opportunity_item: row for row in before.items} if before else {}
	seen = set()
	for row in doc.items:
		validate_requested_line(doc, row, sold, seen)
		name = row.opportunity_item or ""
		seen.add(name)
		set_line(doc, row, sold[name], stored.get(name))


def append_open_lines(doc: "FulfilmentRequest", sold: dict[str, SoldLine]) -> None:
	"""Append all that is open of the request's kind. Raises `NothingOpenError`."""
	for name, line in sold.items():
		if is_requestable(line, doc.kind) and line.open:
			doc.append("items", {"opportunity_item": name, "quantity": float(line.open)})
	if doc.items:
		return
	if any(line.requested for line in sold.values()):
		message = _("Nothing is left to request: of {0}, everything has been requested for {1}.")
	else:
		message = _("Nothing can be requested for {1}: {0} has no line items for it.")
	frappe.throw(
		message.format(frappe.bold(doc.opportunity), _(doc.kind, context=doc.doctype)), NothingOpenError
	)


def validate_requested_line(
	doc: "FulfilmentRequest", row: "FulfilmentRequestItem", sold: dict[str, SoldLine], seen: set[str]
) -> None:
	"""Raise the error that fits if a line cannot be requested."""
	line = sold.get(row.opportunity_item or "")
	if not line:
		frappe.throw(
			_("Row #{0}: The line does not belong to opportunity {1}.").format(
				row.idx, frappe.bold(doc.opportunity)
			),
			ForeignLineError,
		)
	title = frappe.bold(line.row.item_name)
	if row.opportunity_item in seen:
		frappe.throw(
			_("Row #{0}: {1} is in the request already. Change the quantity there.").format(row.idx, title),
			RepeatedLineError,
		)
	if not is_requestable(line, doc.kind):
		if line.row.deduction:
			message = _("Row #{0}: {1} is a trade-in or credit. It can be billed, but not shipped.")
		else:
			message = _("Row #{0}: {1} is a service. It can be billed, but not shipped.")
		frappe.throw(message.format(row.idx, title), NotShippableError)
	quantity = valid_quantity(row)
	if not is_available(quantity, line.row.quantity, line.requested):
		language = frappe.local.lang
		frappe.throw(
			_("Row #{0}: {1} of {2} sold are still open for {3}, so {4} cannot be requested: {5}").format(
				row.idx,
				format_number(line.open, language),
				format_number(line.row.quantity, language),
				_(doc.kind, context=doc.doctype),
				format_number(quantity, language),
				title,
			),
			ExceedsSoldError,
		)


def valid_quantity(row: "FulfilmentRequestItem") -> Decimal:
	"""Return the line's quantity as the database keeps it. Raises `QuantityError` if it is not more than 0."""
	try:
		quantity = to_quantity(row.quantity)
	except InvalidOperation:
		quantity = Decimal(0)
	if quantity <= 0:
		frappe.throw(_("Row #{0}: The quantity must be more than 0.").format(row.idx), QuantityError)
	return quantity


def set_line(
	doc: "FulfilmentRequest",
	row: "FulfilmentRequestItem",
	line: SoldLine,
	stored: "FulfilmentRequestItem | None",
) -> None:
	"""Fill in what the opportunity's line says; a line whose quantity stays keeps its amounts.

	Fields of an admin's own are filled in once: the department may go on from there.
	"""
	values = copied_values(line.row, OPPORTUNITY_LINE, row.doctype)
	kept = own_fields(row.doctype) if stored else ()
	row.update({fieldname: value for fieldname, value in values.items() if fieldname not in kept})
	row.sold_quantity = line.row.quantity
	row.quantity = float(to_quantity(row.quantity))
	part = to_quantity(row.quantity) / to_quantity(line.row.quantity)
	row.discount_amount = float(unit_price(to_decimal(line.row.discount_amount) * part))
	if stored and to_quantity(stored.quantity) == to_quantity(row.quantity):
		row.amount, row.base_amount = stored.amount, stored.base_amount
		return
	taken = line.row.quantity, line.requested
	row.amount = float(
		part_amount(
			line.row.net_amount,
			*taken,
			line.requested_amount,
			row.quantity,
			decimal_places(doc.transaction_currency),
		)
	)
	row.base_amount = float(
		part_amount(
			line.row.base_net_amount,
			*taken,
			line.requested_base_amount,
			row.quantity,
			decimal_places(doc.company_currency),
		)
	)


def set_freight(doc: "FulfilmentRequest") -> None:
	"""Put on a new bill or order what no other one has taken of the freight: the first one has all of it."""
	if not doc.is_new():
		return
	is_carried = doc.kind != "Shipping"
	freight, base_freight, tax_rate = open_freight(doc.opportunity, doc.kind) if is_carried else (0, 0, None)
	doc.freight, doc.base_freight = float(freight), float(base_freight)
	doc.freight_tax_rate = tax_rate if doc.freight else None


def sum_lines(doc: "FulfilmentRequest") -> None:
	"""Set the sums of lines and freight in both currencies."""
	doc.net_total = float(exact_sum([doc.freight, *(row.amount for row in doc.items)]))
	doc.base_net_total = float(exact_sum([doc.base_freight, *(row.base_amount for row in doc.items)]))


def same_lines(doc: "FulfilmentRequest", other: "FulfilmentRequest") -> bool:
	"""Return whether two states of a request ask for the same quantities of the same lines."""
	return requested_quantities(doc) == requested_quantities(other)


def requested_quantities(doc: "FulfilmentRequest") -> dict[str, Decimal]:
	"""Return the quantities that a request asks for, by the opportunity's row."""
	return {row.opportunity_item or "": to_decimal(row.quantity) for row in doc.items}
