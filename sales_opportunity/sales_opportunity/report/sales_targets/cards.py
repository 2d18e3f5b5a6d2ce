"""Number cards about the targets of the running year: the total of the report Sales Targets."""

from frappe import _
from frappe.desk.query_report import run

from sales_opportunity.inputs.arguments import read_dict, whitelist
from sales_opportunity.inputs.values import refuse_value
from sales_opportunity.reporting.presentation import UNKNOWN, shown_number

MONEY = "Currency"
KINDS = {"gap": MONEY, "coverage": "Float", "pace": "Percent"}


@whitelist()
def figure_of_this_year(filters: str | dict) -> str | dict:
	"""Return what a card shows of the targets that the user may read, as the desk takes it for a card.

	`filters` says which `figure`. An amount comes as number with its type, which the desk shortens; all else as text, a dash for
	what is not known. Raises `WrongInputError` for another figure, `frappe.PermissionError` without the right to the report.
	"""
	figure = read_dict(filters, _("Filters")).get("figure")
	if figure not in KINDS:
		refuse_value(figure, _("Filters"))
	rows = run("Sales Targets", {"period": "Year"}, ignore_prepared_report=True)["result"]
	value = rows[-1][figure] if rows else None
	if value is None:
		return UNKNOWN
	return {"value": value, "fieldtype": MONEY} if figure == "gap" else shown_number(value, KINDS[figure])
