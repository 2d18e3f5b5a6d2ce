"""The deals behind a figure of the revenue forecast where no filter says them, looked for when somebody asks for them."""

from datetime import date

import frappe
from frappe import _

from sales_opportunity.analysis.spreading import AT_CLOSE, BASES
from sales_opportunity.inputs.arguments import read_dict, whitelist
from sales_opportunity.inputs.values import refuse_value
from sales_opportunity.reporting.drill_down import drill_to_list
from sales_opportunity.reporting.filters import PERIODS, checked_filters
from sales_opportunity.reporting.query import OPPORTUNITY
from sales_opportunity.reporting.revenue import GROUPS, RevenueOfSums
from sales_opportunity.reporting.revenue_values import CLOSE_DATES

KINDS = ("open", "won", "both")


def filters_of(filters: dict | str | None) -> frappe._dict:
	"""Return the report's filters with their defaults."""
	choices = {"period": PERIODS, "group_by": GROUPS, "basis": BASES, "dates": CLOSE_DATES, "kind": KINDS}
	return checked_filters(filters, choices, period="Month", basis=AT_CLOSE)


@whitelist()
def deals_behind(
	filters: str | dict, kind: str, start: str | None = None, group: str | None = None, dated: bool = False
) -> dict:
	"""Return the list of the first deals of a period by its first day and a group, without a day of the total.

	`kind` is open, won or both; `dated` leaves out of the total what lies beside the report's dates. It shows what the user
	may read. Raises `WrongInputError` for a kind or filters that there are not.
	"""
	wanted = filters_of({**read_dict(filters, _("Filters")), "kind": kind})
	source, kinds = RevenueOfSums(wanted), (wanted.kind,)
	if start:
		names = source.names((parsed_day(start), group), kinds)
	else:
		names = source.names_of_dated(kinds) if dated else source.names_of_whole(kinds)
	return drill_to_list(OPPORTUNITY, {"name": ["in", names[kind]]})


def parsed_day(text: str) -> date:
	"""Return the day, which may be one that only stands for a period (`OVERDUE`)."""
	try:
		return date.fromisoformat(text)
	except ValueError:
		refuse_value(text, _("Period"))
