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

OF_SALE = ("party_type", "party", "company", "transaction_currency", "quote_date")
"""What else than a line's own fields a price list goes by."""


def is_asked_anew(doc: "Deal", row: "Line", row_before: "Line | None") -> bool:
	"""Return whether a line's price is looked up again, since quantity, customer, currency or day are others than are stored."""
	if not row.price_source or row.deduction:
		return False
	before = doc.get_doc_before_save()
	if not (row_before and before):
		return True
	return any(
		flt(row.get(field)) != flt(row_before.get(field))
		for field in ("quantity", "list_price", "list_discount")
	) or any(str(doc.get(field) or "") != str(before.get(field) or "") for field in OF_SALE)


def set_list_price(row: "Line", price: float, discount_percentage: float, source: str | None) -> None:
	"""Note what the list says of a line, and let a line that had the list's price have it, unless its price is agreed.

	The discount in % belongs to that price: it follows where it, too, was the list's.
	"""
	is_followed = row.price_source and row.rate is not None and flt(row.rate) == flt(row.list_price)
	if is_followed and not row.is_price_agreed:
		row.rate = price
		if not row.deduction and flt(row.discount_percentage) == flt(row.list_discount):
			row.discount_percentage = discount_percentage
	is_listed = bool(source) and not row.deduction
	row.list_price, row.list_discount, row.price_source = (
		(price, discount_percentage, source) if is_listed else (0.0, 0.0, None)
	)
