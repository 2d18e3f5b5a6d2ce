"""What a deal is worth: lines, conditions and amount of its Quotation, else of its Opportunity."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from sales_opportunity.currency import decimal_places
from sales_opportunity.erpnext.masters.mirrors import ensure_unit
from sales_opportunity.erpnext.takeover.quoted_lines import Quoted
from sales_opportunity.erpnext.takeover.quotes import conditions_of, lines_of, net_of, require_line
from sales_opportunity.erpnext.takeover.rates import base_rate, currency_of
from sales_opportunity.pricing.money import round_money, to_decimal


@dataclass(frozen=True)
class Worth:
	"""Values of the deal, its net amount in ERPNext in its currency, and why its lines stay behind, if they do."""

	values: dict[str, Any]
	amount: Decimal
	refusal: str | None = None


def worth_of_quotation(quotation: Any, found: Quoted) -> Worth:
	"""Return the worth of a deal that has the lines of a Quotation."""
	rows = [row for row in lines_of(quotation, found) if row.pop("row_type") == "Priced"]
	return Worth({"items": rows, **conditions_of(quotation, found)}, net_of(quotation, found))


def worth_of_opportunity(document: Any, has_lines: bool) -> Worth:
	"""Return the worth of a deal by the amount that somebody has typed in, else by the sum of its lines."""
	currency = currency_of(document)
	typed, total = to_decimal(document.get("opportunity_amount")), to_decimal(document.get("total"))
	amount = round_money(typed or total, decimal_places(currency))
	lines, refusal = opportunity_lines(document) if has_lines else ([], None)
	values = {
		"items": lines,
		"amount": float(amount),
		"manual_amount": int(bool(lines) and amount != total),
		"transaction_currency": currency,
		"conversion_rate": base_rate(document),
	}
	return Worth(values, amount, refusal)


def opportunity_lines(document: Any) -> tuple[list[dict], str | None]:
	"""Return the lines of an Opportunity; none and why if one of them cannot be a line here, as the amount says it all."""
	try:
		for row in document.items:
			require_line(row, row.qty, row.rate)
	except frappe.ValidationError as error:
		return [], _("taken over without its lines: {0}").format(error)
	for unit in {row.uom for row in document.items if row.uom}:
		ensure_unit(unit, 0)
	lines = [
		{
			"item_type": "Item",
			"item": row.item_code,
			"item_name": row.item_name or row.item_code,
			"description": row.description,
			"quantity": row.qty,
			"unit": row.uom,
			"rate": row.rate,
		}
		for row in document.items
	]
	return lines, None
