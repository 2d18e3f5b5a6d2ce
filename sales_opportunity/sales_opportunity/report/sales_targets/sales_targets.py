"""Targets of a year, and what was won and may still come of them, by person, class or company. See docs/metrics.md."""

from datetime import date

import frappe
from frappe import _
from frappe.utils import cint, getdate

from sales_opportunity.analysis.periods import end_of
from sales_opportunity.analysis.targets import Standing, days_to_come, last_years_days
from sales_opportunity.currency import company_currency
from sales_opportunity.deal.forecast_categories import COMMIT
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.inputs.values import is_near, refuse_value
from sales_opportunity.masters.companies import company_on_paper, company_type
from sales_opportunity.reporting.drill_down import (
	between_days,
	drill_to_deals,
	drill_to_list,
	equal_to,
	in_group,
	only_in_forecast,
)
from sales_opportunity.reporting.filters import PERIODS, checked_filters
from sales_opportunity.reporting.groups import group_label, record_namer, sorted_groups
from sales_opportunity.reporting.meanings import explained
from sales_opportunity.reporting.presentation import (
	BLUE,
	GRAY,
	GREEN,
	bar_chart,
	card,
	column,
	currency_column,
	currency_note,
	joined_notes,
	money_card,
	money_column,
	period_name,
	sharing_note,
)
from sales_opportunity.reporting.sharing import with_sharing
from sales_opportunity.reporting.targets import (
	DEAL_FIELDS,
	MEASURES,
	TARGET,
	TARGET_FIELDS,
	Cell,
	TargetsOfYear,
	widest_target,
)

PARTS_OF_DEALS = ("weighted", "gap")
"""Figures that are not whole in numbers of deals."""

Bar = tuple[str | None, date]
"""A bar of the chart: of one person, class or company, or of all; and of which period."""


@frappe.read_only()
def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows, note, chart and summary of the report."""
	filters = target_filters(filters)
	source = TargetsOfYear(filters)
	cells = source.cells()
	data = get_data(filters, cells)
	columns = explained("Sales Targets", get_columns(filters))
	return columns, data, get_note(source, cells), get_chart(filters, cells), get_summary(filters, data), True


def target_filters(filters: dict | None) -> frappe._dict:
	"""Return the filters with their defaults. Raises `WrongInputError` for values that cannot be meant."""
	filters = checked_filters(
		filters,
		{"period": PERIODS, "target_for": DEAL_FIELDS, "measure": MEASURES},
		period="Quarter",
		measure="Amount",
		year=getdate().year,
	)
	year = cint(filters.year)
	if not 1 < year < 9999 or not is_near(date(year, 1, 1)):
		refuse_value(filters.year, _("Year"))
	filters.year = year
	filters.target_for = filters.target_for or widest_target(year)
	return filters if filters.measure == "Number" else with_sharing(filters, DEAL_FIELDS[filters.target_for])


def get_columns(filters: frappe._dict) -> list[dict]:
	def figure(fieldname: str, label: str, width: int = 140, **more: str) -> dict:
		if filters.measure == "Amount":
			return money_column(fieldname, label, width, **more)
		if fieldname in PARTS_OF_DEALS:
			return column(fieldname, label, "Float", width, precision=1, **more)
		return column(fieldname, label, "Int", width, **more)

	currency = [currency_column()] if filters.measure == "Amount" else []
	return [
		column("subject", group_label(DEAL_FIELDS[filters.target_for]), width=180),
		column("period", _("Period"), width=110),
		figure("target", _("Target", context="Sales Targets"), drill="targets"),
		figure("won", _("Won"), drill="won"),
		column("reached", _("Reached"), "Percent", 110, precision=1),
		figure("weighted", _("Weighted"), drill="open"),
		figure("committed", _("Commit", context="Sales Targets"), drill="committed"),
		figure("left", _("Left to Win")),
		figure("gap", _("Gap")),
		figure("open", _("Open Pipeline"), 150, drill="open"),
		column("coverage", _("Coverage"), "Float", 120, precision=1),
		figure("last_year", _("Won by This Day Last Year"), 210, drill="last_year"),
		column("pace", _("Pace"), "Percent", 110, precision=1),
		*currency,
	]


def get_data(filters: frappe._dict, cells: dict[Cell, Standing]) -> list[dict]:
	"""Return one row per person, class or company and period, then the total."""
	if not cells:
		return []
	subjects = sorted_groups(DEAL_FIELDS[filters.target_for], {subject for subject, _start in cells})
	rows = [
		{
			"subject": subject_name(filters, subject),
			"period": period_name(start, filters.period),
			**target_figures(filters, standing),
			"drill": lists_of(filters, start, subject),
		}
		for subject in subjects
		for (who, start), standing in sorted(cells.items(), key=lambda entry: entry[0])
		if who == subject
	]
	whole = target_figures(filters, Standing.together(cells.values()))
	return [*rows, {"subject": _("Total"), "is_total": 1, **whole, "drill": {}}]


def subject_name(filters: frappe._dict, subject: str) -> str:
	"""Return what a person, class or company is called; of a site without companies that of its settings."""
	if subject:
		return record_namer(DEAL_FIELDS[filters.target_for])(subject)
	if filters.target_for == "Company" and not company_type():
		return company_on_paper(None).company_name or _("Company")
	return _("Not Set")


def target_figures(filters: frappe._dict, standing: Standing) -> dict:
	"""Return the figures of a row, numbers or empty."""
	values = {
		fieldname: None if value is None else float(value)
		for fieldname, value in (
			("target", standing.target),
			("won", standing.won),
			("reached", standing.reached),
			("weighted", standing.weighted),
			("committed", standing.committed),
			("left", standing.left),
			("gap", standing.gap),
			("open", standing.open),
			("coverage", standing.coverage),
			("last_year", standing.last_year),
			("pace", standing.pace),
		)
	}
	return {**values, "currency": company_currency()} if filters.measure == "Amount" else values


def lists_of(filters: frappe._dict, start: date, subject: str | None) -> dict:
	"""Return the lists that the figures of a period lead to; without a subject, those of all together."""
	deals, targets = {}, {"year": filters.year, "target_for": filters.target_for}
	if subject is not None and (subject or filters.target_for != "Company" or company_type()):
		deals |= in_group(filters, DEAL_FIELDS[filters.target_for], subject)
		targets[TARGET_FIELDS[filters.target_for]] = equal_to(subject)
	found = {
		"targets": drill_to_list(TARGET, targets),
		"won": drill_to_won(filters, deals, start, end_of(start, filters.period)),
	}
	if former := last_years_days(start, filters.period, getdate()):
		found["last_year"] = drill_to_won(filters, deals, *former)
	if coming := days_to_come(start, filters.period, getdate()):
		is_open = {"status": "Open", "expected_close_date": between_days(*coming), **deals}
		found["open"] = drill_to_deals(filters, **only_in_forecast(filters), **is_open)
		found["committed"] = drill_to_deals(filters, forecast_category=COMMIT, **is_open)
	return found


def drill_to_won(filters: frappe._dict, named: dict, first: date, last: date) -> dict:
	"""Return the link to the deals that were won between two days."""
	return drill_to_deals(
		filters, **{"status": OpportunityStatus.WON, "closed_on": between_days(first, last), **named}
	)


def get_chart(filters: frappe._dict, cells: dict[Cell, Standing]) -> dict | None:
	"""Return target, won and weighted by period, of a whole year by person, class or company."""
	bars: dict[Bar, list[Standing]] = {}
	for (subject, start), standing in cells.items():
		bars.setdefault((subject, start) if filters.period == "Year" else (None, start), []).append(standing)
	named = sorted_groups(DEAL_FIELDS[filters.target_for], {subject for subject, _start in cells})
	order = sorted(bars, key=lambda bar: (bar[1], named.index(bar[0]) if bar[0] in named else 0))
	wholes = [Standing.together(bars[bar]) for bar in order]
	lists = [lists_of(filters, start, subject) for subject, start in order]
	return bar_chart(
		[
			period_name(start, filters.period) if subject is None else subject_name(filters, subject)
			for subject, start in order
		],
		{
			_("Target", context="Sales Targets"): [whole.target or 0 for whole in wholes],
			_("Won"): [whole.won for whole in wholes],
			_("Weighted"): [whole.weighted for whole in wholes],
		},
		(GRAY, GREEN, BLUE),
		money=filters.measure == "Amount",
		targets=[[found.get(key) for found in lists] for key in ("targets", "won", "open")],
	)


def get_summary(filters: frappe._dict, data: list[dict]) -> list[dict] | None:
	if not data:
		return None
	whole = data[-1]
	labels = {
		"target": (_("Target", context="Sales Targets"), "Grey"),
		"won": (_("Won"), "Green"),
		"weighted": (_("Weighted"), "Blue"),
		"committed": (_("Commit", context="Sales Targets"), "Green"),
		"gap": (_("Gap"), "Orange"),
	}
	cards = [
		money_card(label, whole[key], colour)
		if filters.measure == "Amount" and whole[key] is not None
		else card(label, whole[key], "Float" if key in PARTS_OF_DEALS else "Int", colour)
		for key, (label, colour) in labels.items()
	]
	return [
		*cards,
		card(_("Coverage"), whole["coverage"], "Float"),
		card(_("Pace"), whole["pace"], "Percent"),
	]


def get_note(source: TargetsOfYear, cells: dict[Cell, Standing]) -> str | None:
	"""Return what is left out: deals in other currencies, those without a day to come or a target, and targets that do not divide."""
	count = source.undated()
	is_mixed = len({standing.target is None for standing in cells.values()}) == 2
	return joined_notes(
		currency_note(),
		sharing_note(source.filters),
		_("Open opportunities that are overdue or without a close date, and in no period: {0}").format(count)
		if count
		else None,
		_("In the total, gap and coverage are those of the rows with a target.") if is_mixed else None,
		None
		if source.has_targets
		else _("With this filter there are deals only: targets are not divided by it."),
	)
