from decimal import Decimal
from hashlib import sha256
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_fullname, get_link_to_form, getdate

from sales_opportunity.access.permissions import require
from sales_opportunity.analysis.targets import (
	KINDS,
	NAMES,
	balance_year_and_rows,
	by_kind,
	first_day_of_row,
	spread_over_year,
)
from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.inputs.arguments import read_list, whitelist
from sales_opportunity.inputs.documents import CheckedDocument
from sales_opportunity.inputs.values import FieldLabel, is_near, possible_number, refuse_value
from sales_opportunity.masters.companies import company_on_paper, company_type, default_company
from sales_opportunity.pricing.money import round_money, to_decimal

SUBJECTS = {"Person": "user", "Class": "class_id", "Company": "company"}
"""By whom a target is for, the field that names them."""

FIGURES = {"amount": "yearly_amount", "deals": "yearly_deals"}
"""Fields of the rows, and those of their sums."""


class MissingSubjectError(frappe.ValidationError):
	pass


class SecondTargetError(frappe.ValidationError):
	pass


class SalesTarget(CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from sales_opportunity.sales_opportunity.doctype.sales_target_period.sales_target_period import (
			SalesTargetPeriod,
		)

		class_id: DF.Link | None
		company: DF.Data | None
		company_currency: DF.Link | None
		entered_by: DF.Literal["Month", "Quarter"]
		identity: DF.Data | None
		periods: DF.Table[SalesTargetPeriod]
		target_for: DF.Literal["Person", "Class", "Company"]
		title: DF.Data | None
		user: DF.Link | None
		year: DF.Int
		yearly_amount: DF.Currency
		yearly_deals: DF.Int
	# end: auto-generated types

	def validate(self) -> None:
		self.validate_choices()
		self.set_subject()
		self.validate_subject()
		self.validate_year()
		self.set_currency()
		self.validate_periods()
		self.set_periods()
		self.set_title()
		self.set_identity()
		self.validate_only_one()

	def validate_choices(self) -> None:
		"""Refuse what the lists of choices do not have before it is looked up."""
		for part in (self, *self.periods):
			part._validate_selects()

	def set_subject(self) -> None:
		"""Forget who else was chosen before; where there are companies, a target is one of them, as a deal is."""
		for target_for, fieldname in SUBJECTS.items():
			if target_for not in (self.target_for, "Company"):
				self.set(fieldname, None)
		self.company = (self.company or default_company()) if company_type() else None

	def validate_subject(self) -> None:
		"""Raise `MissingSubjectError` if it is not said for whom the target is."""
		fieldname = SUBJECTS[self.target_for]
		if (fieldname != "company" or company_type()) and not self.get(fieldname):
			label = FieldLabel(self.meta.get_field(fieldname))
			frappe.throw(_("Choose for whom the target is: {0}.").format(label), MissingSubjectError)

	def validate_year(self) -> None:
		"""Set this year if there is none. Raises `WrongInputError` for one of another century."""
		year = self.year or getdate().year
		if not 1 < year < 9999 or not is_near(getdate().replace(year=year, month=1, day=1)):
			refuse_value(year, FieldLabel(self.meta.get_field("year")))
		self.year = year

	def set_currency(self) -> None:
		"""A target keeps the currency in which it was set."""
		self.company_currency = self.company_currency or company_currency()

	def validate_periods(self) -> None:
		"""Raise `frappe.ValidationError` for a period that is there twice."""
		names = set()
		for row in self.periods:
			name = _(row.period, context=row.doctype)
			if row.period in names:
				frappe.throw(_("Row #{0}: {1} is there twice.").format(row.idx, name))
			names.add(row.period)

	def set_periods(self) -> None:
		"""Have one row for each month or quarter, and sums that are those of the rows."""
		places = decimal_places(self.company_currency)
		before = self.get_doc_before_save()
		rows: dict[str, dict] = {name: {} for name in NAMES[self.entered_by]}
		for fieldname, sum_field in FIGURES.items():
			digits = places if fieldname == "amount" else 0
			entered = {
				row.period: round_money(to_decimal(row.get(fieldname)), digits) for row in self.periods
			}
			lying = list(by_kind(entered, self.entered_by, digits).values())
			total = round_money(to_decimal(self.get(sum_field)), digits)
			former = to_decimal(before.get(sum_field)) if before else Decimal(0)
			total, lying = balance_year_and_rows(total, former, lying, digits)
			self.set(sum_field, stored_figure(fieldname, total))
			for name, value in zip(rows, lying, strict=True):
				rows[name][fieldname] = stored_figure(fieldname, value)
		if [row.period for row in self.periods] != list(rows):
			self.set("periods", [{"period": name} for name in rows])
		for row in self.periods:
			start = first_day_of_row(row.period, self.year)
			row.update({**rows[row.period], "period_start": start, "company_currency": self.company_currency})

	def set_title(self) -> None:
		"""Set the title: for whom, and which year."""
		self.title = f"{self.subject_name()} {self.year}"

	def subject_name(self) -> str:
		"""Return what the person, class or company is called."""
		if self.target_for == "Person":
			return get_fullname(self.user)
		if self.target_for == "Class":
			return frappe.get_cached_value("Class ID", self.class_id, "title")
		return self.company or company_on_paper(None).company_name or _("Company")

	def set_identity(self) -> None:
		"""Store what there is one target of only; the database lets no second one in."""
		parts = [self.year, self.target_for, self.user, self.class_id, self.company]
		self.identity = sha256(frappe.as_json(parts, indent=None).encode()).hexdigest()

	def validate_only_one(self) -> None:
		"""Raise `SecondTargetError` if there is a target for the same subject and year."""
		other = self.other_of_the_same()
		if other:
			frappe.throw(
				_("There is a target for {0} already: {1}.").format(
					frappe.bold(self.title), get_link_to_form("Sales Target", other)
				),
				SecondTargetError,
			)

	def other_of_the_same(self) -> str | None:
		"""Return another target for the same subject and year."""
		return frappe.db.get_value("Sales Target", {"identity": self.identity, "name": ("!=", self.name)})


def on_rename(subject: Document, method: str, old: str, new: str, merge: bool = False) -> None:
	"""Let targets name a person, class or company as it is now, so that there still is one of each (a hook).

	Of two subjects that have become one, the target of the former one can be read and deleted, and not be saved.
	"""
	meta = frappe.get_meta("Sales Target")
	for fieldname in SUBJECTS.values():
		if meta.get_field(fieldname).options != subject.doctype:
			continue
		for name in frappe.get_all("Sales Target", {fieldname: new}, pluck="name"):
			target = frappe.get_doc("Sales Target", name, for_update=True)
			target.set_title()
			target.set_identity()
			if not target.other_of_the_same():
				target.db_set({"title": target.title, "identity": target.identity}, update_modified=False)


def stored_figure(fieldname: str, value: Decimal) -> float | int:
	"""Return a figure as its field stores it: amounts as a float, numbers of deals whole."""
	return float(value) if fieldname == "amount" else int(value)


@whitelist()
def spread_year(entered_by: str, amount: float, deals: float, rows: str | list) -> list[dict]:
	"""Return the rows of a target among which the figures of its year are divided, in the proportion of `rows`.

	Amounts are in the company's currency. Raises `WrongInputError` for rows that no target has.
	"""
	require("Sales Target")
	if entered_by not in NAMES:
		refuse_value(entered_by, _("Entered By", context="Sales Target"))
	entered = [possible_row(row) for row in read_list(rows, _("Periods", context="Sales Target"))]
	places = {"amount": decimal_places(company_currency()), "deals": 0}
	found: list[dict] = [{"period": name} for name in NAMES[entered_by]]
	for fieldname, total in (("amount", amount), ("deals", deals)):
		values = {row["period"]: to_decimal(row.get(fieldname)) for row in entered}
		weights = by_kind(values, entered_by, places[fieldname]).values()
		whole = round_money(to_decimal(total), places[fieldname])
		for row, value in zip(found, spread_over_year(whole, weights, places[fieldname]), strict=True):
			row[fieldname] = stored_figure(fieldname, value)
	return found


def possible_row(row: Any) -> dict:
	"""Return a row as it was sent. Raises `WrongInputError` or `ImpossibleNumberError` for one that no target has."""
	if not isinstance(row, dict) or row.get("period") not in KINDS:
		refuse_value(row, _("Periods", context="Sales Target"))
	for fieldname, label in (
		("amount", _("Amount")),
		("deals", _("Won Deals", context="Sales Target Period")),
	):
		if possible_number(row.get(fieldname), label) and to_decimal(row[fieldname]) < 0:
			refuse_value(row[fieldname], label)
	return row
