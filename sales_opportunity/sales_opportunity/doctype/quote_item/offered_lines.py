"""What the lines of a quote offer its customer to choose."""

from typing import TYPE_CHECKING

from sales_opportunity.features import CHOICE, is_used
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.sales_opportunity.doctype.quote_item.choice_rules import OfferedLine, choosable

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote


def offered_lines(quote: "Quote") -> list[OfferedLine]:
	"""Return the quote's rows as what they offer; where nothing is chosen, none is open."""
	return [
		OfferedLine(
			row.row_type,
			to_decimal(row.quantity),
			bool(row.is_quantity_open) and not row.deduction,
			to_decimal(row.min_quantity),
			to_decimal(row.max_quantity),
		)
		for row in quote.items
	]


def offers_choice(quote: "Quote") -> bool:
	"""Return whether there is something to choose on the quote."""
	return is_used(CHOICE) and bool(choosable(offered_lines(quote)))
