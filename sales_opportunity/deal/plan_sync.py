"""Keeps the plans of instalments of an opportunity and of its primary quote equal: net on the one, with tax on the other.

A quote without a plan says nothing of it: the opportunity keeps its own, for the forecast alone.
"""

from decimal import Decimal
from typing import TYPE_CHECKING

from sales_opportunity.currency import decimal_places
from sales_opportunity.pricing.instalments import are_alike
from sales_opportunity.pricing.money import to_decimal

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

	Planned = SalesOpportunity | Quote


def is_same_plan(first: "Planned", second: "Planned") -> bool:
	"""Return whether two documents have the same plan, each of its own total."""
	shares = figures(first, "percentage")
	if days_and_texts(first) != days_and_texts(second) or shares != figures(second, "percentage"):
		return False
	places = decimal_places(first.transaction_currency)
	return any(shares) or are_alike(figures(first, "amount"), figures(second, "amount"), places)


def figures(doc: "Planned", fieldname: str) -> list[Decimal]:
	"""Return a figure of each instalment."""
	return [to_decimal(row.get(fieldname)) for row in doc.instalments]


def days_and_texts(doc: "Planned") -> list[tuple[str, str]]:
	"""Return by instalment when it is due and what it is called."""
	return [(str(row.due_date or ""), row.description or "") for row in doc.instalments]


def is_plan_of(quote: "Quote", opportunity: "SalesOpportunity") -> bool:
	"""Return whether an opportunity has nothing to take over of its quote's plan."""
	return not quote.instalments or is_same_plan(quote, opportunity)


def is_replanned(opportunity: "SalesOpportunity", quote: "Quote") -> bool:
	"""Return whether a plan that was changed on an opportunity is for its quote, too: not if the quote is to be without one."""
	before = opportunity.get_doc_before_save()
	is_for_quote = quote.instalments or not before.instalments
	return (
		bool(is_for_quote) and not is_same_plan(before, opportunity) and not is_same_plan(quote, opportunity)
	)


def take_plan(target: "Planned", source: "Planned") -> None:
	"""Put the plan of one document into another, which fits the amounts to its own total when its sums are set."""
	target.plan_source = source
	target.set("instalments", [])
	for row in source.instalments:
		values = ("due_date", "description", "percentage", "amount")
		target.append("instalments", {fieldname: row.get(fieldname) for fieldname in values})
