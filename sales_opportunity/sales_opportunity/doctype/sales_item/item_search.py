"""Finding an item for a line: by code, name or group, with what tells it from the others."""

import frappe
from frappe.utils import escape_html

from sales_opportunity.currency import company_currency, format_amount
from sales_opportunity.inputs import whitelist

FIELDS = ("name", "item_name", "item_group", "price", "unit", "image")
SEARCHED = ("name", "item_name", "item_group")


@whitelist()
@frappe.validate_and_sanitize_search_inputs
def item_query(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | None = None
) -> list[list]:
	"""Return (code, name, what it is as HTML) of the enabled items that match `txt` and that the user may read.

	Those whose code or name begins with `txt` come first. What it is: group, net price for one unit, picture.
	"""
	found = frappe.get_list(
		"Sales Item",
		filters={"disabled": 0},
		or_filters=[["Sales Item", fieldname, "like", f"%{txt}%"] for fieldname in SEARCHED] if txt else None,
		fields=list(FIELDS),
		order_by="item_name asc, name asc",
		limit_start=start,
		limit_page_length=page_len,
	)
	needle = (txt or "").casefold()
	found.sort(key=lambda item: not any(str(item[key]).casefold().startswith(needle) for key in SEARCHED[:2]))
	currency = company_currency()
	return [[item.name, item.item_name, described(item, currency)] for item in found]


def described(item, currency: str) -> str:
	"""Return group, price and picture of an item as HTML."""
	parts = [escape_html(frappe._(item.item_group)) if item.item_group else None]
	if item.get("price") is not None:
		unit = f" / {escape_html(frappe._(item.unit))}" if item.unit else ""
		parts.append(f"<b>{escape_html(format_amount(item.price, currency))}</b>{unit}")
	if (item.get("image") or "").startswith("/"):
		parts.append(f'<img class="item-picture" src="{escape_html(item.image)}" alt="">')
	return " · ".join(filter(None, parts[:2])) + "".join(parts[2:])
