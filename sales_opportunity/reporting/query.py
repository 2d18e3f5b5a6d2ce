"""The one query over opportunities that all reports specialise: filters, permissions, the company's currency."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import frappe
from frappe.desk.reportview import build_match_conditions
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Coalesce, Count
from frappe.utils import get_datetime, getdate
from pypika import CustomFunction
from pypika.analytics import Count as CountOver
from pypika.analytics import RowNumber
from pypika.functions import Extract
from pypika.terms import PseudoColumn

from sales_opportunity.currency import company_currency
from sales_opportunity.deal.forecast_categories import OMITTED
from sales_opportunity.reporting.item_groups import in_item_group
from sales_opportunity.reporting.sharing import PERSON, of_people

if TYPE_CHECKING:
	from pypika import Table
	from pypika.queries import QueryBuilder
	from pypika.terms import Field, Term

OPPORTUNITY = "Sales Opportunity"
EQUAL_FILTERS = (
	"company",
	"class_id",
	"stage",
	"opportunity_owner",
	"forecast_category",
	"party_type",
	"party",
	"source",
	"campaign",
	"status",
)
"""Filters of reports that have the name of a field and are compared with it."""

FRAMES = {"is_frame": 1, "is_counted": 0}
"""What frame contracts are known by: the first is indexed, and the second says that the settings know any."""

JulianDay = CustomFunction("JULIANDAY", ["moment"])
Power = CustomFunction("POW", ["value", "exponent"])
TimestampDiff = CustomFunction("TIMESTAMPDIFF", ["unit", "earlier", "later"])


class Condition(Criterion):
	"""A condition that stands ready as SQL."""

	def __init__(self, sql: str) -> None:
		super().__init__()
		self.sql = sql

	def get_sql(self, **kwargs: Any) -> str:
		"""Return the condition in parentheses."""
		return f"({self.sql})"


NO_RESTRICTION = Condition("1 = 1")
"""Lets everything through; unlike the builder's own empty criterion it can stand in any place."""


class FloatOne(PseudoColumn):
	"""The number one as a float: PostgreSQL takes `1E0` for a decimal, and for MariaDB a cast is more work in each row."""

	def get_sql(self, **kwargs: Any) -> str:
		"""Return a 1 that makes a division one of fractions."""
		return "CAST(1 AS FLOAT)" if frappe.db.db_type == "postgres" else self.name


FLOAT = FloatOne("1E0")
"""Times this, a number is reckoned with as a float, which is faster than decimals and never too long."""


def power(value: "Term", exponent: int) -> "Term":
	"""Return the term of a power as a float; of a product MariaDB makes each factor a float by itself."""
	if frappe.db.db_type == "mariadb":
		return Power(value, exponent)
	product = FLOAT * value
	for _factor in range(1, exponent):
		product *= value
	return product


def readable_criterion(doctype: str) -> Criterion:
	"""Return the criterion on the DocType's table for what the user may read.

	It is what the framework says for lists: roles, user permissions, this app's conditions, shares. It holds for a
	query in which the table has no alias. Raises `frappe.PermissionError` for users who may read nothing.
	"""
	conditions = build_match_conditions(doctype)
	return Condition(conditions) if conditions else NO_RESTRICTION


def readable_names_criterion(column: "Term") -> Criterion:
	"""Return the criterion that a column names an opportunity that the user may read, and no frame contract.

	Who may read all, also reads what tells of deleted ones.
	"""
	conditions = build_match_conditions(OPPORTUNITY)
	table = frappe.qb.DocType(OPPORTUNITY)
	names = frappe.qb.from_(table).select(table.name)
	is_readable = column.isin(names.where(Condition(conditions))) if conditions else NO_RESTRICTION
	if frappe.db.exists(OPPORTUNITY, FRAMES):
		is_frame = Criterion.all(table[field] == value for field, value in FRAMES.items())
		is_readable &= column.notin(names.where(is_frame))
	return is_readable


def opportunities(filters: frappe._dict, *conditions: Criterion) -> "QueryBuilder":
	"""Return the query over the opportunities that the user may read and the filters let through, to select from."""
	table = frappe.qb.DocType(OPPORTUNITY)
	return frappe.qb.from_(table).where(Criterion.all([*criteria(table, filters), *conditions]))


def joined_with_rows(child_doctype: str, filters: frappe._dict, *conditions: Criterion) -> "QueryBuilder":
	"""Return the same query, joined with the rows of a child table."""
	table, child = frappe.qb.DocType(OPPORTUNITY), frappe.qb.DocType(child_doctype)
	belongs = (child.parent == table.name) & (child.parenttype == OPPORTUNITY)
	return opportunities(filters, *conditions).join(child).on(belongs)


def criteria(table: "Table", filters: frappe._dict) -> list[Criterion]:
	"""Return what restricts opportunities: permissions, the company's currency, and the filters that are set.

	What is called off from frame contracts counts, and not these themselves.
	"""
	found = [readable_criterion(OPPORTUNITY), *without_exceptions(table)]
	found += of_people(table, filters)
	for field in EQUAL_FILTERS:
		if field != PERSON and is_set(filters, field):
			term = scanned(table.status) if field == "status" else table[field]
			found.append(term == filters[field])
	if filters.get("item_group"):
		found.append(table.name.isin(with_item_group(filters["item_group"])))
	if filters.get("recurring"):
		found.append(table.contract_value > 0)
	return found


def without_exceptions(table: "Table") -> list[Criterion]:
	"""Return the criteria that leave out deals in another company currency and frame contracts, if there are any at all.

	Indexes say it at once; to look at both fields of each row takes as long as to read the row.
	"""
	found = []
	if frappe.qb.from_(table).where(is_in_other_currency(table)).select(table.name).limit(1).run():
		found.append(in_company_currency(table))
	if frappe.db.exists(OPPORTUNITY, FRAMES):
		found.append(is_counted(table))
	return found


def is_in_other_currency(table: "Table") -> Criterion:
	"""Return the criterion that an opportunity was kept in another company currency than today's, as ranges of the index."""
	field, currency = table.company_currency, company_currency()
	return field.isnull() | (field < currency) | (field > currency)


def is_counted(table: "Table") -> Criterion:
	"""Return the criterion that a deal is no frame contract: of these the call-offs count."""
	return table.is_counted == 1


def scanned(field: "Term") -> "Term":
	"""Return a text field so that no index is looked into for it: of most rows each would be fetched by itself."""
	return Coalesce(field, "")


def in_company_currency(table: "Table") -> Criterion:
	"""Return the criterion that an opportunity was kept in today's company currency, as nearly all are."""
	return scanned(table.company_currency) == company_currency()


def in_forecast(table: "Table", filters: frappe._dict) -> Criterion:
	"""Return the criterion that forecasts count the opportunity: its category is not omitted, or was asked for."""
	return NO_RESTRICTION if is_set(filters, "forecast_category") else table.forecast_category != OMITTED


def is_set(filters: dict, field: str) -> bool:
	"""Return whether the filter restricts; a partner's type alone does not."""
	return bool(filters.get(field)) and (field != "party_type" or bool(filters.get("party")))


def with_item_group(item_group: str) -> "QueryBuilder":
	"""Return the query of the names of opportunities with at least one item of the group, or of one below it."""
	line = frappe.qb.DocType("Sales Opportunity Item")
	is_in = in_item_group(line, item_group) & (line.parenttype == OPPORTUNITY)
	return frappe.qb.from_(line).where(is_in).select(line.parent)


def is_sold(line: "Table") -> Criterion:
	"""Return the criterion that a line is sold, and no trade-in or credit."""
	return Coalesce(line.deduction, "") == ""


def is_within_dates(field: "Field", filters: frappe._dict, or_empty: bool = False) -> Criterion:
	"""Return the criterion that a date or a moment lies from `from_date` to `to_date`, both included, if they are set.

	`or_empty` lets empty dates through as well.
	"""
	found = []
	if filters.get("from_date"):
		found.append(field >= getdate(filters["from_date"]))
	if filters.get("to_date"):
		found.append(field < getdate(filters["to_date"]) + timedelta(days=1))
	if not found:
		return NO_RESTRICTION
	return Criterion.all(found) | field.isnull() if or_empty else Criterion.all(found)


def seconds_between(earlier: "Term", later: "Term") -> "Term":
	"""Return the term of the time between two moments in seconds, in what the site's database calls it."""
	if frappe.db.db_type == "postgres":
		return Extract("EPOCH", later - earlier)
	if frappe.db.db_type == "sqlite":
		return (JulianDay(later) - JulianDay(earlier)) * 86_400
	return TimestampDiff(PseudoColumn("MICROSECOND"), earlier, later) * Decimal("0.000001")


def order_terms(length: "Term", counted: "Term", *keys: "Term") -> list["Term"]:
	"""Return the terms of a length of time, of its place among those with the same keys, and of how many `counted` there are."""
	return [
		length.as_("length"),
		RowNumber().over(*keys).orderby(length).as_("position"),
		CountOver(counted).over(*keys).as_("number"),
	]


def is_middle_row(rows: "QueryBuilder") -> Criterion:
	"""Return the criterion of the one or two rows in the middle, of whose lengths the median is made, over terms of `order_terms`."""
	return (2 * rows.position >= rows.number) & (2 * rows.position <= rows.number + 2)


def count_in_other_currencies() -> int:
	"""Return how many readable opportunities were kept in another company currency than today's: no report adds them."""
	table = frappe.qb.DocType(OPPORTUNITY)
	is_other = is_in_other_currency(table)
	query = frappe.qb.from_(table).where(readable_criterion(OPPORTUNITY) & is_counted(table) & is_other)
	return query.select(Count(table.name)).run()[0][0]


def as_date(value: Any) -> date | None:
	"""Return the day of a date or moment from the database, None for an empty one."""
	return getdate(value) if value else None


def as_moment(value: Any) -> datetime | None:
	"""Return a moment from the database, which some databases give as text; None for an empty one."""
	return get_datetime(value) if value else None
