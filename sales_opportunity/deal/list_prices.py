"""Prices of lines that come from a price list, with its discounts: another sale brings others, unless they were typed by hand or agreed."""

from typing import TYPE_CHECKING

from frappe.utils import flt

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.quote_item.quote_item import QuoteItem
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_item.sales_opportunity_item import (
		SalesOpportunityItem,
	)

	Deal = SalesOpportunity | Quote
	Line = SalesOpportunityItem | QuoteItem

FIGURES = ("quantity", "list_price", "list_discount")
LISTED = ("list_price", "list_discount", "price_source")
"""What the list says of a line, in the order in which `set_list_price` takes it."""
OF_ITEM = ("item_type", "item", "deduction", *LISTED)
"""What of a line has another price on the list, or is what only the list says."""
OF_SALE = ("party_type", "party", "company", "transaction_currency", "quote_date")
"""What else than a line's own fields a price list goes by."""


def is_asked_anew(doc: "Deal", row: "Line", row_before: "Line | None") -> bool:
	"""Return whether a line's price is looked up: for a new line that no other document has brought, and when item, quantity,
	customer, company, currency or day are others than are stored.

	What a list says is nobody's to enter: where something else is sent than is stored, it is asked, too.
	"""
	if row.deduction:
		return False
	before = doc.get_doc_before_save()
	if not before:
		return not row.is_carried
	if not row_before:
		return bool(row.price_source) or not row.is_carried
	return differs(row, row_before, OF_ITEM) or (
		bool(row.price_source) and (differs(row, row_before, ("quantity",)) or differs(doc, before, OF_SALE))
	)


def differs(doc: "Deal | Line", before: "Deal | Line", fieldnames: tuple[str, ...]) -> bool:
	"""Return whether a document or line has another value than before in one of the fields."""
	return any(
		flt(doc.get(field)) != flt(before.get(field))
		if field in FIGURES
		else str(doc.get(field) or "") != str(before.get(field) or "")
		for field in fieldnames
	)


def keep_agreement(row: "Line", row_before: "Line | None") -> None:
	"""Let the price of a stored line be agreed as it is stored while it is of the same item, whatever was sent.

	New ones say it themselves, since amended quotes, duplicates and call-offs come out of a form: it keeps the price from
	following the list, as one typed by hand does, and hides nothing.
	"""
	if row_before and not row.is_carried:
		is_same = not differs(row, row_before, ("item_type", "item"))
		row.is_price_agreed = row_before.is_price_agreed if is_same else 0


def set_list_price(
	row: "Line", price: float, discount_percentage: float, source: str | None, keeps_rate: bool = False
) -> None:
	"""Note what the list says of a line, and let a line that had the list's price have it, unless its price is agreed or it `keeps_rate`.

	The discount in % belongs to that price: it follows where it, too, was the list's.
	"""
	is_followed = row.price_source and row.rate is not None and flt(row.rate) == flt(row.list_price)
	if is_followed and not (row.is_price_agreed or keeps_rate):
		row.rate = price
		if not row.deduction and flt(row.discount_percentage) == flt(row.list_discount):
			row.discount_percentage = discount_percentage
	is_listed = bool(source) and not row.deduction
	row.list_price, row.list_discount, row.price_source = (
		(price, discount_percentage, source) if is_listed else (0.0, 0.0, None)
	)
