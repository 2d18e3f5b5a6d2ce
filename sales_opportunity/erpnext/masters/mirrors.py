"""Units and tax rates of quotes that stand for ERPNext's: made where they are missing, so that nobody types them again."""

from typing import TYPE_CHECKING, Any

import frappe
from frappe.utils import cint

from sales_opportunity.erpnext.hooks import is_installed
from sales_opportunity.erpnext.tax.templates import as_template, item_tax_template, sales_tax_rate
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.texts.formatting import format_number

if TYPE_CHECKING:
	from decimal import Decimal


def on_uom(doc: Any, method: str | None = None, *args: object) -> None:
	"""Hook of saved and renamed units of ERPNext: let quotes have them, too."""
	if is_installed():
		ensure_unit(doc.name, cint(doc.must_be_whole_number))


def on_tax_template(doc: Any, method: str | None = None) -> None:
	"""Hook of saved tax templates: let quotes have their rates."""
	if not is_installed():
		return
	if doc.doctype == "Item Tax Template":
		rates = {to_decimal(row.tax_rate) for row in doc.taxes}
	else:
		rates = {row.percent for row in as_template(doc).rows}
	for rate in sorted(rates):
		ensure_rate(rate)


def ensure_all() -> None:
	"""Make all units and tax rates that ERPNext has and quotes have not. Runs twice without harm."""
	for unit in frappe.get_all("UOM", {"enabled": 1}, ["name", "must_be_whole_number"], order_by="name asc"):
		ensure_unit(unit.name, unit.must_be_whole_number)
	rates = set()
	for name in frappe.get_all("Sales Taxes and Charges Template", {"disabled": 0}, pluck="name"):
		rates.update(
			row.percent for row in as_template(frappe.get_doc("Sales Taxes and Charges Template", name)).rows
		)
	for name in frappe.get_all("Item Tax Template", {"disabled": 0}, pluck="name"):
		rates.update(rate for rate in item_tax_template(name).rates.values() if rate >= 0)
	for rate in sorted(rates):
		ensure_rate(rate)


def ensure_unit(name: str, whole_numbers_only: int) -> None:
	"""Make the unit of this name if there is none."""
	if not frappe.db.exists("Sales Unit", name):
		unit = {"doctype": "Sales Unit", "unit_name": name, "whole_numbers_only": whole_numbers_only}
		# Whoever keeps ERPNext's units need not be one who keeps those of quotes.
		frappe.get_doc(unit).insert(ignore_permissions=True)


def ensure_rate(percent: "Decimal") -> None:
	"""Make a tax rate of `percent` if there is none."""
	if percent < 0 or sales_tax_rate(percent):
		return
	language = frappe.db.get_single_value("System Settings", "language") or "en"
	name = f"{format_number(percent, language)} %"
	if not frappe.db.exists("Sales Tax Rate", name):
		rate = {"doctype": "Sales Tax Rate", "tax_rate_name": name, "rate": float(percent)}
		# Whoever keeps ERPNext's templates need not be one who keeps the rates of quotes.
		frappe.get_doc(rate).insert(ignore_permissions=True)
