"""Recurring lines of deals and quotes: whether there are any here, what is filled in, what they bring per month and year."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import cint

from sales_opportunity.currency import decimal_places
from sales_opportunity.features import RECURRING_LINES, RECURRING_SUMS, SETTINGS, USUAL_TERM, is_used
from sales_opportunity.inputs.values import refuse_value
from sales_opportunity.pricing.recurrence import (
	MONTHS,
	MOST_PERIODS,
	TermShare,
	charged_periods,
	recurring_sums,
	usual_periods,
)

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.quote_item.quote_item import QuoteItem
	from sales_opportunity.sales_opportunity.doctype.quote_template_line.quote_template_line import (
		QuoteTemplateLine,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_item.sales_opportunity_item import (
		SalesOpportunityItem,
	)

SUM_FIELDS = dict(zip(("one_off", "monthly", "yearly", "contract_value"), RECURRING_SUMS, strict=True))
"""What each of the sums is called on opportunities and quotes; with `base_` before it in the company's currency."""


class RecurrenceError(frappe.ValidationError):
	pass


def usual_term() -> int:
	"""Return for how many months a recurring line is charged unless it says otherwise."""
	return frappe.get_cached_doc(SETTINGS).usual_term_months or USUAL_TERM


def extend_bootinfo(bootinfo: frappe._dict) -> None:
	"""Tell the desk for how many months lines usually recur (a hook)."""
	bootinfo.sales_opportunity_usual_term = usual_term()


def set_recurrence(
	row: "SalesOpportunityItem | QuoteItem | QuoteTemplateLine",
	row_before: "SalesOpportunityItem | QuoteItem | QuoteTemplateLine | None",
) -> None:
	"""Let a recurring line have a number of periods, and any other none; what is taken in payment never recurs.

	Raises `RecurrenceError`, with the row's number, for an impossible number, and where lines may not recur, `WrongInputError`
	for a recurrence that is none.
	"""
	if not row.recurrence or row.deduction:
		row.update({"recurrence": "", "periods": 0, "service_start": None})
		return
	if row.recurrence not in MONTHS:
		refuse_value(row.recurrence, _(row.meta.get_label("recurrence"), context=row.doctype))
	if not is_used(RECURRING_LINES) and not (row_before and row_before.recurrence):
		frappe.throw(
			_("Row #{0}: Lines may not recur on this site. Leave the recurrence empty.").format(row.idx),
			RecurrenceError,
		)
	row.periods = cint(row.periods) or usual_periods(row.recurrence, usual_term())
	if not 1 <= row.periods <= MOST_PERIODS:
		frappe.throw(
			_("Row #{0}: Enter a number of periods from 1 to {1}.").format(row.idx, MOST_PERIODS),
			RecurrenceError,
		)


def item_term(recurrence: str | None, periods: int) -> dict:
	"""Return how an item is charged as fields of a line; without a number of periods it has the usual term."""
	if not recurrence or not is_used(RECURRING_LINES):
		return {"recurrence": None, "periods": 0}
	return {"recurrence": recurrence, "periods": periods or usual_periods(recurrence, usual_term())}


def term_shares(
	rows: Iterable["SalesOpportunityItem | QuoteItem"], amounts: Iterable[Decimal]
) -> list[TermShare]:
	"""Return what each of the rows brings over its term."""
	return [
		TermShare(amount, row.recurrence or "", charged_periods(row))
		for row, amount in zip(rows, amounts, strict=True)
	]


def set_recurring_sums(
	doc: "SalesOpportunity | Quote",
	rows: Iterable["SalesOpportunityItem | QuoteItem"],
	amounts: Iterable[Decimal],
	base_amounts: Iterable[Decimal],
	freight: tuple[Decimal, Decimal],
) -> None:
	"""Set what lines bring once, per month, per year and in all, of their net amounts in both currencies."""
	rows = list(rows)
	in_both = (
		("", amounts, freight[0], doc.transaction_currency),
		("base_", base_amounts, freight[1], doc.company_currency),
	)
	for prefix, found, its_freight, currency in in_both:
		sums = recurring_sums(term_shares(rows, found), its_freight, decimal_places(currency))
		for name, fieldname in SUM_FIELDS.items():
			doc.set(f"{prefix}{fieldname}", float(getattr(sums, name)))
