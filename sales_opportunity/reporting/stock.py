"""What other apps know of the stock of items, asked through a hook."""

from collections.abc import Iterable

import frappe

from sales_opportunity.analysis.demand import Stock
from sales_opportunity.registry import last_registered


def stock_of(items: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Stock] | None:
	"""Return what there is of each item (its DocType and name), None without a provider or if it fails.

	Apps register one by the hook `sales_stock_provider`: a function that takes a list of (DocType, name) and returns
	a dict by the same pairs; each value is a dict of `on_hand`, `on_order` and `reserved` in the item's own unit.
	Items that it does not name have no known stock. The last installed app's is asked; a failure is logged.
	"""
	provider = last_registered("sales_stock_provider")
	if not provider:
		return None
	try:
		found = frappe.get_attr(provider)(sorted(items))
		return {item: Stock(**values) for item, values in found.items()}
	except Exception:
		frappe.log_error(title="The stock of items could not be fetched")
		return None
