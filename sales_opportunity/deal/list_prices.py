"""Prices of lines that come from a price list: another quantity brings another price, unless it was typed by hand."""

from typing import TYPE_CHECKING

from frappe.utils import flt

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote_item.quote_item import QuoteItem
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_item.sales_opportunity_item import (
		SalesOpportunityItem,
	)

	Line = SalesOpportunityItem | QuoteItem


def is_asked_anew(row: "Line", before: "Line | None") -> bool:
	"""Return whether a line's price is looked up again, since its quantity is another one than is stored."""
	if not row.price_source or row.deduction:
		return False
	return not before or any(
		flt(row.get(field)) != flt(before.get(field)) for field in ("quantity", "list_price")
	)


def take_list_price(row: "Line", price: float, source: str | None) -> None:
	"""Note what the list says of a line, and let a line that had the list's price have it."""
	if row.price_source and row.rate is not None and flt(row.rate) == flt(row.list_price):
		row.rate = price
	is_listed = bool(source) and not row.deduction
	row.list_price, row.price_source = (price, source) if is_listed else (0.0, None)
