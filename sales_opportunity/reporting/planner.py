"""The item demand as a file for a planning system: the same names, dates and numbers in every language."""

import csv
import io

import frappe
from frappe import _

from sales_opportunity.access.permissions import require
from sales_opportunity.inputs.arguments import read_dict, whitelist
from sales_opportunity.reporting.item_demand import get_demand
from sales_opportunity.reporting.query import OPPORTUNITY
from sales_opportunity.texts.formulas import as_text

REPORT = "Item Demand Forecast"
COLUMNS = {
	"item_type": "item_type",
	"item": "item",
	"unit": "unit_name",
	"period_start": "start",
	"needed_by": "needed_by",
	"order_by": "order_by",
	"nominal": "nominal",
	"weighted": "weighted",
	"on_hand": "on_hand",
	"on_order": "on_order",
	"reserved": "reserved",
	"net_need": "net_need",
}
"""The columns of the file, each with the field of the report's rows that it takes."""


@whitelist()
def download(filters: dict | str | None = None) -> None:
	"""Answer with the rows of the Item Demand Forecast as CSV: field names as head, ISO dates, decimal points.

	`filters` are those of the report. Raises `frappe.PermissionError` for those who may not export opportunities or
	not open the report.
	"""
	require(OPPORTUNITY, "export")
	require_report()
	rows, _has_stock = get_demand(read_dict(filters or {}, _("Filters")))
	frappe.response.update(filename="item-demand.csv", filecontent=as_csv(rows), type="download")


def require_report() -> None:
	"""Raise `frappe.PermissionError` for those who may not open the report."""
	if not frappe.get_doc("Report", REPORT).is_permitted():
		frappe.throw(_("No permission for {0}").format(_(REPORT)), frappe.PermissionError)


def as_csv(rows: list[dict]) -> str:
	"""Return the rows as CSV; what is not known is empty, and no text is a formula."""
	file = io.StringIO()
	writer = csv.writer(file, lineterminator="\n")
	writer.writerow(COLUMNS)
	writer.writerows([as_text(row[field]) for field in COLUMNS.values()] for row in rows)
	return file.getvalue()
