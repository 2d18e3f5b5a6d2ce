"""Targets of ERPNext's Sales Persons: each year of one is a Sales Target here, which says what is said there."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import frappe
from frappe import _
from frappe.utils import cint, get_link_to_form, getdate

from sales_opportunity.analysis.targets import MONTH_NAMES, row_name, spread_over_months
from sales_opportunity.currency import decimal_places
from sales_opportunity.erpnext.company.exchange import books_of
from sales_opportunity.erpnext.errors import KeptInERPNextError
from sales_opportunity.features import TARGETS, changed, is_used_as_stored
from sales_opportunity.inputs.values import is_near
from sales_opportunity.pricing.money import round_money, to_decimal

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_target.sales_target import SalesTarget

TARGET, PERSON = "Sales Target", "Sales Person"
MARK = "sales_person"
"""The field of a target that names the Sales Person whose it is."""


class Subject(NamedTuple):
	"""Whose target it is, in which company, and of which calendar year."""

	user: str
	company: str
	year: int


def on_sales_person(person: Any, method: str | None = None, *args: object) -> None:
	"""Hook of saved and renamed Sales Persons: let their targets here be as they are there."""
	if is_ready():
		sync_all_targets({"name": person.name})


def on_sales_person_deleted(person: Any, method: str | None = None) -> None:
	"""Hook of Sales Persons who are deleted: their targets go."""
	if is_ready():
		for name in frappe.get_all(TARGET, {MARK: person.name}, pluck="name"):
			# Whoever keeps Sales Persons need not be one who keeps targets here; that it is kept there does not matter any more.
			frappe.delete_doc(TARGET, name, ignore_permissions=True, ignore_on_trash=True, force=True)


def on_employee(employee: Any, method: str | None = None) -> None:
	"""Hook of saved employees: their login and company are those of the targets."""
	if is_ready():
		sync_all_targets({"employee": employee.name})


def on_distribution(distribution: Any, method: str | None = None) -> None:
	"""Hook of saved Monthly Distributions: let the months have what they say now."""
	if is_ready():
		rows = {"distribution_id": distribution.name, "parenttype": PERSON}
		sync_all_targets(
			{"name": ("in", frappe.get_all("Target Detail", rows, pluck="parent", distinct=True))}
		)


def on_settings(settings: Any, method: str | None = None) -> None:
	"""Hook of saved settings: once targets are switched on, find what has changed in ERPNext while they were not."""
	if is_ready() and TARGETS in changed(settings):
		sync_all_targets()


def on_target(target: "SalesTarget", method: str | None = None) -> None:
	"""Hook of targets that are saved: raise `KeptInERPNextError` for one that says otherwise than its Sales Person.

	The number of won deals, which ERPNext does not have, can be entered here.
	"""
	if not is_ready():
		return
	if before := target.get_doc_before_save():
		target.set(MARK, before.get(MARK))
	if target.get(MARK) and not is_as_kept(target, monthly_targets(target.get(MARK))):
		refuse_change_here(target)


def on_target_deleted(target: "SalesTarget", method: str | None = None) -> None:
	"""Hook of targets that are being deleted: refuse it as long as ERPNext has it."""
	person = target.get(MARK)
	if is_ready() and person and subject_of(target) in monthly_targets(person):
		refuse_change_here(target)


def on_target_gone(target: "SalesTarget", method: str | None = None) -> None:
	"""Hook of targets that were saved or deleted: where one by hand was and is no longer, that of ERPNext counts."""
	former = target if method == "after_delete" else target.get_doc_before_save()
	if not (is_ready() and former and former.user) or former.get(MARK):
		return
	if method == "after_delete" or subject_of(former) != subject_of(target):
		sync_all_targets(
			{"employee": ("in", frappe.get_all("Employee", {"user_id": former.user}, pluck="name"))}
		)


def refuse_change_here(target: "SalesTarget") -> None:
	"""Raise `KeptInERPNextError`, which says where a target can be changed."""
	frappe.throw(
		_("This target is kept on the Sales Person {0}. Change it there.").format(
			get_link_to_form(PERSON, target.get(MARK))
		),
		KeptInERPNextError,
	)


def is_ready() -> bool:
	"""Return whether targets can say whose they are: other apps are installed and migrated before this one."""
	return bool(frappe.db.exists("DocType", TARGET)) and frappe.get_meta(TARGET).has_field(MARK)


def sync_all_targets(filters: dict | None = None) -> None:
	"""Let the targets of these Sales Persons be as they are in ERPNext, of all of them without filters. Runs twice without harm.

	Without *Sales Targets* in the settings they stay as they are.
	"""
	if not is_used_as_stored(TARGETS):
		return
	for name in frappe.get_all(PERSON, filters, pluck="name", order_by="creation asc, name asc"):
		sync_targets_of(name)


def sync_targets_of(person: str) -> None:
	"""Make, change and delete the targets of a Sales Person; one that was made by hand for the same stays, and counts.

	With another login or company the target of a year moves there, since the number of won deals is known here alone.
	"""
	mine = {
		Subject(row.user, row.company, row.year): row.name
		for row in frappe.get_all(TARGET, {MARK: person}, ["name", "user", "company", "year"])
	}
	for subject, amounts in monthly_targets(person).items():
		of_year = (each for each in (subject, *mine) if each in mine and each.year == subject.year)
		former = next(of_year, subject)
		name = mine.get(former)
		is_another = {"target_for": "Person", **subject._asdict(), "name": ("!=", name or "")}
		if not frappe.db.exists(TARGET, is_another):
			store_target(person, subject, amounts, name)
			mine.pop(former, None)
	for name in mine.values():
		# Whoever keeps Sales Persons need not be one who keeps targets here; beside one by hand it goes although it is kept there.
		frappe.delete_doc(TARGET, name, ignore_permissions=True, ignore_on_trash=True, force=True)


def store_target(person: str, subject: Subject, amounts: Mapping[str, Decimal], name: str | None) -> None:
	"""Store what the months of a year have, in a new target without a `name`."""
	target = frappe.get_doc(TARGET, name, for_update=True) if name else frappe.new_doc(TARGET)
	if name and is_as_kept(target, {subject: amounts}):
		return
	if not name:
		target.update({"target_for": "Person", "entered_by": "Month", MARK: person})
		target.set("periods", [{"period": month} for month in MONTH_NAMES])
	target.update({**subject._asdict(), "company_currency": books_of(subject.company)})
	for row in target.periods:
		row.amount = float(amounts[row.period])
	target.yearly_amount = float(sum(amounts.values()))
	# Whoever keeps Sales Persons need not be one who keeps targets here.
	target.save(ignore_permissions=True)


def is_as_kept(target: "SalesTarget", wanted: Mapping[Subject, Mapping[str, Decimal]]) -> bool:
	"""Return whether a target says what is `wanted` of its year, in the currency of its company."""
	subject = subject_of(target)
	return (
		subject in wanted
		and target.company_currency == books_of(subject.company)
		and monthly_amounts(target) == wanted[subject]
	)


def monthly_targets(person: str) -> dict[Subject, dict[str, Decimal]]:
	"""Return by calendar year what each month has of a Sales Person's targets, in the currency of the employee's company.

	The rows of all item groups add up. Who has no login has none, and so does a year without an amount.
	"""
	employee = frappe.db.get_value(PERSON, person, "employee")
	login = employee and frappe.db.get_value("Employee", employee, ["user_id", "company"], as_dict=True)
	if not (login and login.user_id):
		return {}
	places = decimal_places(books_of(login.company))
	found: dict[int, dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(MONTH_NAMES, Decimal(0)))
	for row in frappe.get_all(
		"Target Detail",
		{"parent": person, "parenttype": PERSON, "target_amount": (">", 0)},
		["fiscal_year", "target_amount", "distribution_id"],
		order_by="idx asc",
	):
		amount = round_money(to_decimal(row.target_amount), places)
		days = days_of_fiscal_year(row.fiscal_year)
		for month, part in spread_over_months(
			amount, monthly_percentages(row.distribution_id), *days, places
		).items():
			found[month.year][row_name(month, "Month")] += part
	return {
		Subject(login.user_id, login.company, year): amounts
		for year, amounts in sorted(found.items())
		if any(amounts.values()) and is_near(date(year, 1, 1))
	}


def days_of_fiscal_year(fiscal_year: str) -> tuple[date, date]:
	"""Return the first and the last day of a Fiscal Year."""
	fields = ["year_start_date", "year_end_date"]
	first, last = frappe.db.get_value("Fiscal Year", fiscal_year, fields)
	return getdate(first), getdate(last)


def monthly_percentages(distribution: str | None) -> dict[str, Decimal]:
	"""Return what a Monthly Distribution gives to each month, by its name, in percent; nothing without one."""
	rows = frappe.get_all(
		"Monthly Distribution Percentage", {"parent": distribution or ""}, ["month", "percentage_allocation"]
	)
	return {row.month: to_decimal(row.percentage_allocation) for row in rows}


def subject_of(target: "SalesTarget") -> Subject:
	"""Return whose target it is."""
	return Subject(target.user or "", target.company or "", cint(target.year))


def monthly_amounts(target: "SalesTarget") -> dict[str, Decimal]:
	"""Return what the months of a target have."""
	places = decimal_places(target.company_currency)
	return {row.period: round_money(to_decimal(row.amount), places) for row in target.periods}
