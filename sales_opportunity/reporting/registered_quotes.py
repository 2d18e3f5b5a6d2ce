"""The quotes of the register: numbers, sums, outcomes and the median by the database, and the latest of them one by one."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import frappe
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Coalesce, Count, Max, Sum
from pypika import Case, Order
from pypika.analytics import RowNumber

from sales_opportunity.analysis.medians import median
from sales_opportunity.currency import company_currency
from sales_opportunity.deal.quote_status import ANSWERED, DECIDED, WAITING, QuoteStatus
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.reporting.query import (
	is_middle_row,
	is_within_dates,
	order_terms,
	readable_criterion,
	scanned,
	seconds_between,
)

if TYPE_CHECKING:
	from pypika.queries import QueryBuilder

QUOTE = "Quote"
EQUAL_FILTERS = ("class_id", "company", "status", "sales_person", "opportunity", "party")
OPENED = {"Yes": "any", "No": "none"}
"""By whether the customer has opened the quote, which moments are meant, as `compat.moment_filters` calls them."""

DAY = 86_400


@dataclass(frozen=True)
class Outcomes:
	"""Of how many opportunities a quote was accepted, and of how many none was and none is waited for."""

	accepted: int
	declined: int

	@property
	def acceptance_rate(self) -> float | None:
		"""The share of accepted ones in %, None without any."""
		count = self.accepted + self.declined
		return round(100 * self.accepted / count, 1) if count else None


class RegisteredQuotes:
	"""The quotes that the user may read and the filters let through, in today's company currency."""

	def __init__(self, filters: frappe._dict) -> None:
		self.filters = filters
		self.table = frappe.qb.DocType(QUOTE)

	def quotes(self) -> "QueryBuilder":
		"""Return the query over the quotes, to select from."""
		table, filters = self.table, self.filters
		conditions = [
			readable_criterion(QUOTE),
			is_within_dates(table.quote_date, filters),
			table.company_currency == company_currency(),
		]
		conditions += [table[field] == filters[field] for field in EQUAL_FILTERS if filters.get(field)]
		if filters.get("recurring"):
			conditions.append(table.contract_value > 0)
		if filters.get("opened"):
			opened_on = table.customer_opened_on
			conditions.append(opened_on.isnull() if filters["opened"] == "No" else opened_on.notnull())
		return frappe.qb.from_(table).where(Criterion.all(conditions))

	def by_status(self) -> dict[str, tuple[int, Decimal]]:
		"""Return by status how many quotes there are, and their net total."""
		status = scanned(self.table.status)
		query = self.quotes().groupby(status)
		rows = query.select(status, Count("*"), Sum(self.table.base_net_total)).run()
		return {name: (count, to_decimal(net)) for name, count, net in rows}

	def per_month_and_year(self) -> tuple[Decimal, Decimal]:
		"""Return what the recurring lines of the quotes bring per month and per year."""
		table = self.table
		((monthly, yearly),) = (
			self.quotes().select(Sum(table.base_monthly_amount), Sum(table.base_yearly_amount)).run()
		)
		return to_decimal(monthly), to_decimal(yearly)

	def latest(self, limit: int) -> list[frappe._dict]:
		"""Return the quotes, the newest first, each with whether the customer has answered it."""
		table = self.table
		rows = (
			self.quotes()
			.select(
				table.name,
				table.quote_date,
				table.party_name,
				table.status,
				table.is_primary,
				table.base_net_total,
				table.base_monthly_amount,
				table.base_yearly_amount,
				table.valid_until,
				table.issued_on,
				table.sent_on,
				table.customer_opened_on,
				table.answered_on,
				table.class_id,
				table.opportunity,
				table.pdf_sha256,
			)
			.orderby(table.quote_date, order=Order.desc)
			.orderby(table.name, order=Order.desc)
			.limit(limit)
			.run(as_dict=True)
		)
		answered = set(answers([row.name for row in rows]))
		for row in rows:
			row.has_answer = row.name in answered
		return rows

	def value_on_the_table(self) -> Decimal:
		"""Return the value of the pending quotes: of each opportunity the primary one, else the latest, since one is bought."""
		table = self.table
		place = RowNumber().over(table.opportunity)
		for field in (table.is_primary, table.quote_date, table.name):
			place = place.orderby(field, order=Order.desc)
		pending = self.quotes().where(table.status.isin(WAITING))
		pending = pending.select(table.base_net_total, place.as_("place"))
		query = frappe.qb.from_(pending).where(pending.place == 1).select(Sum(pending.base_net_total))
		return to_decimal(query.run()[0][0])

	def outcomes(self) -> Outcomes:
		"""Return what came of the opportunities that have quotes; one with a pending quote has no outcome yet."""
		table = self.table

		def has(*statuses: str) -> Max:
			return Max(Case().when(table.status.isin(statuses), 1).else_(0))

		found = (
			self.quotes()
			.groupby(table.opportunity)
			.select(
				has(QuoteStatus.ACCEPTED).as_("accepted"),
				has(*DECIDED).as_("decided"),
				has(*WAITING).as_("waiting"),
			)
		)
		is_declined = (found.accepted == 0) & (found.decided == 1) & (found.waiting == 0)
		query = frappe.qb.from_(found).select(Sum(found.accepted), Sum(Case().when(is_declined, 1).else_(0)))
		((accepted, declined),) = query.run()
		return Outcomes(int(accepted or 0), int(declined or 0))

	def median_days_to_answer(self) -> float | None:
		"""Return how many days customers took to answer, None if none has; closing an opportunity is no answer."""
		table = self.table
		length = seconds_between(Coalesce(table.sent_on, table.issued_on), table.answered_on)
		known = self.quotes().where(
			table.status.isin(ANSWERED)
			& table.name.isin(answered_quotes())
			& table.answered_on.notnull()
			& Coalesce(table.sent_on, table.issued_on).notnull()
		)
		inner = known.select(*order_terms(length, table.name))
		middle = frappe.qb.from_(inner).where(is_middle_row(inner)).select(inner.length).run(pluck=True)
		return median(in_days(float(seconds)) for seconds in middle)


def in_days(seconds: float) -> float:
	"""Return a length of time in days, as the register shows it."""
	return round(seconds / DAY, 1)


def answered_quotes() -> "QueryBuilder":
	"""Return the query of the quotes that customers accepted or declined; closing an opportunity declines others without."""
	answer = frappe.qb.DocType("Quote Answer")
	return frappe.qb.from_(answer).where(answer.answer.isin(ANSWERED)).select(answer.quote)


def answers(quotes: list[str]) -> list[str]:
	"""Return those of the quotes that customers accepted or declined."""
	if not quotes:
		return []
	return answered_quotes().where(frappe.qb.DocType("Quote Answer").quote.isin(quotes)).run(pluck=True)
