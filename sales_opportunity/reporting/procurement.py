"""Documents of other apps by which the net need of items is procured, made of the Item Demand Forecast by one click.

An app names a function per DocType by the hook `sales_procurement`. It takes a list of `Need`, the place that was
chosen in the report, or None, and, if it has a third argument, the company whose needs these are, None for those of
all. It returns the names of the drafts that it made. What is on drafts must count as ordered in the app's stock, by
a locking read where it makes new ones: who clicks at the same time waits for the other. It must not commit, and
checks the permissions of its own.
"""

import frappe
from frappe import _

from sales_opportunity.access.permissions import require
from sales_opportunity.analysis.demand import Need
from sales_opportunity.framework.locking import lock_gate
from sales_opportunity.framework.registry import call_registered, registered
from sales_opportunity.inputs.arguments import read_dict, whitelist
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.reporting.item_demand import company_of_demand, get_demand, is_part
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
	lock_gate(doctype)
	rows, _has_stock = get_demand(filters)
	needs = [
		Need(row["item_type"], row["item"], row["unit_name"], to_decimal(row["net_need"]), row["needed_by"])
		for row in rows
		if row["net_need"]
	]
	if not needs:
		frappe.throw(
			_("Nothing is needed that is not on its way or on a draft already.")
			if not is_part(filters)
			else _(
				"The report shows a part of the demand only, so what has to be procured is not known. Remove the filters by class, stage, person, category and partner. If you may not read all opportunities, ask somebody who may."
			),
			NothingNeededError,
		)
	function, place = frappe.get_attr(path), filters.get("stock_place")
	return call_registered(function, 2, needs, place, company_of_demand(filters))
