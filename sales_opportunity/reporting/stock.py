"""What other apps know of the stock of items, asked through hooks."""

from collections.abc import Callable, Iterable
from inspect import signature

import frappe

from sales_opportunity.analysis.demand import Stock
from sales_opportunity.registry import last_registered


def stock_of(
	items: Iterable[tuple[str, str]], place: str | None = None
) -> dict[tuple[str, str], Stock] | None:
	"""Return what there is of each item (its DocType and name), None without a provider or if it fails.

	Apps register one by the hook `sales_stock_provider`: a function that takes a list of (DocType, name) and returns
	a dict by the same pairs; each value is a dict of `on_hand`, `on_order` and `reserved` in the item's own unit.
	Items that it does not name have no known stock. The last installed app's is asked; a failure is logged.

	One that takes a second argument gets the `place` that was chosen, a record of the DocType of the hook
	`sales_stock_places`, or None.
	"""
	path = last_registered("sales_stock_provider")
	if not path:
		return None
	try:
		provider = frappe.get_attr(path)
		found = provider(sorted(items), place) if takes_place(provider) else provider(sorted(items))
		return {item: Stock(**values) for item, values in found.items()}
	except Exception:
		frappe.log_error(title="The stock of items could not be fetched")
		return None


def takes_place(provider: Callable) -> bool:
	return len(signature(provider).parameters) > 1
