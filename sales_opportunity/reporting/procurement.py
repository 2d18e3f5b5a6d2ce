"""Documents of other apps by which the net need of items is procured, made of the Item Demand Forecast by one click.

An app names a function per DocType by the hook `sales_procurement`. It takes a list of `Need` and the place that was chosen in the
report, or None, and returns the names of the drafts that it made. It must not commit, and checks the permissions of its own.
"""

import frappe
from frappe import _

from sales_opportunity.analysis.demand import Need
from sales_opportunity.inputs.arguments import read_dict, whitelist
from sales_opportunity.permissions import require
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.registry import registered
from sales_opportunity.reporting.item_demand import get_demand
from sales_opportunity.reporting.planner import require_report


class NothingNeededError(frappe.ValidationError):
	pass


@whitelist(methods=["POST"])
def procure(doctype: str, filters: dict | str | None = None) -> list[str]:
	"""Have the net need that the report shows with these filters procured, and return the names of the drafts.

	Raises `frappe.PermissionError` for those who may not open the report or create the documents, `NothingNeededError` if
	nothing is needed, also where a part of the demand alone is shown, and what the app raises.
	"""
	require_report()
	path = registered("sales_procurement").get(doctype)
	if not path:
		frappe.throw(_("No installed app procures by {0}.").format(_(doctype)), NothingNeededError)
	require(doctype, "create")
	filters = read_dict(filters or {}, _("Filters"))
	rows, _has_stock = get_demand(filters)
	needs = [
		Need(row["item_type"], row["item"], row["unit_name"], to_decimal(row["net_need"]), row["needed_by"])
		for row in rows
		if row["net_need"]
	]
	if not needs:
		frappe.throw(
			_("Nothing is needed, or the report shows a part of the demand only."), NothingNeededError
		)
	return frappe.get_attr(path)(needs, filters.get("stock_place"))
