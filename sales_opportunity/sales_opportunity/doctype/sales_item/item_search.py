"""Finding an item for a line: by code, name or group, with what tells it from the others."""

from typing import Any

import frappe
from frappe.utils import escape_html

from sales_opportunity.currency import company_currency, format_amount
from sales_opportunity.inputs.arguments import whitelist

FIELDS = ("name", "item_name", "item_group", "price", "unit", "image")
NAMING = ("name", "item_name")
SEARCHED = (*NAMING, "item_group")
MOST = 100_000
"""How many items are skipped at most, and how many are offered at once."""


@whitelist()
@frappe.validate_and_sanitize_search_inputs
def item_query(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | None = None
) -> list[list]:
	"""Return (code, name, what it is as HTML) of the enabled items that match `txt` and that the user may read.

	The one with this code comes first, then those whose code or name begins with `txt`. What it is: group, net price for
	one unit, picture.
	"""
	found, skipped = [], min(max(start, 0), MOST)
	page_len = min(max(page_len, 1), MOST)
	for every, any_of in ranks(txt):
		if len(found) == page_len:
			break
		rows = items(every, any_of, limit_start=skipped, limit_page_length=page_len - len(found))
		if not rows and skipped:
			skipped -= len(items(every, any_of, limit_page_length=0))
		else:
			skipped = 0
		found += rows
	currency = company_currency()
	return [[item.name, item.item_name, item_summary(item, currency)] for item in found]


def ranks(txt: str) -> list[tuple[list, list]]:
	"""Return the filters and alternatives of each group of items that match, the nearest first, none in two of them."""
	if not txt:
		return [([], [])]
	exact, beginning, anywhere = txt, f"{txt}%", f"%{txt}%"
	return [
		([["name", "like", exact]], []),
		([["name", "not like", exact]], [[field, "like", beginning] for field in NAMING]),
		(
			[[field, "not like", beginning] for field in NAMING],
			[[field, "like", anywhere] for field in SEARCHED],
		),
	]


def items(filters: list, or_filters: list, **limits: Any) -> list:
	"""Return the items that the filters let through and that are not disabled, by name."""
	return frappe.get_list(
		"Sales Item",
		filters=[["disabled", "=", 0], *filters],
		or_filters=or_filters,
		fields=list(FIELDS),
		order_by="item_name asc, name asc",
		**limits,
	)


def item_summary(item: frappe._dict, currency: str) -> str:
	"""Return group, price and picture of an item as HTML."""
	parts = [escape_html(frappe._(item.item_group)) if item.item_group else ""]
	if item.get("price") is not None:
		unit = f" / {escape_html(frappe._(item.unit))}" if item.unit else ""
		parts.append(f"<b>{escape_html(format_amount(item.price, currency))}</b>{unit}")
	if (item.get("image") or "").startswith("/"):
		parts.append(f'<img class="so-item-picture" src="{escape_html(item.image)}" alt="">')
	return " · ".join(filter(None, parts[:2])) + "".join(parts[2:])
