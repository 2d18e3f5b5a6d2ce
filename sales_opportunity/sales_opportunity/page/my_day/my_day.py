"""My Day: the user's own work of today, loaded by one call and in as many queries for five deals as for five thousand."""

from typing import Any

from frappe.utils import getdate

from sales_opportunity.access.permissions import require
from sales_opportunity.activities.linked_opportunities import OPPORTUNITY
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.sales_opportunity.page.my_day.deals import described_deals, stalled_deals
from sales_opportunity.sales_opportunity.page.my_day.due_activities import (
	merged_activities,
	own_meetings,
	own_tasks,
	planned_activities,
)
from sales_opportunity.sales_opportunity.page.my_day.figures import open_deal_figures
from sales_opportunity.sales_opportunity.page.my_day.quotes import busy_customers, ending_quotes


@whitelist()
def get_open_work() -> dict[str, Any]:
	"""Return the user's open work: `figures`, and by kind (`activities`, `meetings`, `quotes`, `customers`, `stalled`)
	`count`, the first `rows`, and the `filters` of the list that shows as many where there is one.

	A user's are the deals that they are responsible for, the tasks that are theirs and the meetings that they planned;
	of those what lists show them. Amounts are in the company's currency but for those of quotes. Raises
	`frappe.PermissionError` for users who may read no opportunity.
	"""
	require(OPPORTUNITY)
	today = getdate()
	tasks, plans, meetings = own_tasks(today), planned_activities(today), own_meetings(today)
	quotes, customers, stalled = ending_quotes(today), busy_customers(), stalled_deals(today)
	deals = described_deals(
		row["opportunity"] for kind in (tasks, plans, meetings, stalled) for row in kind["rows"]
	)
	for kind in (tasks, plans, meetings, stalled):
		for row in kind["rows"]:
			row["deal"] = deals.get(row["opportunity"])
			if row["opportunity"] and not row["deal"]:
				# One's own task or meeting of a deal that one may not read: the deal is not named.
				row.update(opportunity=None, reference=None, proposed="")
	return {
		"today": today,
		"figures": open_deal_figures(today),
		"activities": merged_activities(tasks, plans, today),
		"meetings": meetings,
		"quotes": quotes,
		"customers": customers,
		"stalled": stalled,
	}
