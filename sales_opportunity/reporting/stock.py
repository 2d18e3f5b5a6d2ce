"""What other apps know of the stock of items, asked through hooks."""

from collections.abc import Iterable

import frappe

from sales_opportunity.analysis.demand import Stock
from sales_opportunity.framework.registry import call_registered, last_registered


def stock_of(
	items: Iterable[tuple[str, str]], place: str | None = None, company: str | None = None
) -> dict[tuple[str, str], Stock] | None:
	"""Return what there is of each item (its DocType and name), None without a provider or if it fails.

	Apps register one by the hook `sales_stock_provider`: a function that takes a list of (DocType, name) and returns
	a dict by the same pairs; each value is a dict of `on_hand`, `on_order` and `reserved` in the item's own unit.
	Items that it does not name have no known stock. The last installed app's is asked; a failure is logged.

	One that takes a second argument gets the `place` that was chosen, a record of the DocType of the hook
	`sales_stock_places`, or None; one that takes a third the `company` whose demand it is, None for that of all.
	"""
	path = last_registered("sales_stock_provider")
	if not path:
		return None
	try:
		found = call_registered(frappe.get_attr(path), 1, sorted(items), place, company)
		return {item: Stock(**values) for item, values in found.items()}
	except Exception:
		frappe.log_error(title="The stock of items could not be fetched")
		return None
