"""The lines of a template as they come onto a deal or quote: with the items' names and prices for its customer."""

from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils import flt, strip_html

from sales_opportunity.currency import company_currency
from sales_opportunity.deal.copied_fields import copied_values
from sales_opportunity.deal.currency_conversion import price_in_currency
from sales_opportunity.deal.price_basis import included_tax_percentage, price_on_quote, shows_tax
from sales_opportunity.deal.switched_lines import is_switched_off
from sales_opportunity.features import CHOICE, TEMPLATES, is_used
from sales_opportunity.inputs.documents import Given
from sales_opportunity.masters.adapters import default_language, default_tax_rate, get_item
from sales_opportunity.sales_opportunity.doctype.quote_item.open_quantities import FIXED
from sales_opportunity.sales_opportunity.doctype.quote_item.positions import NUMBERED
from sales_opportunity.sales_opportunity.doctype.quote_template.quote_template import TEXTS

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.quote_template.quote_template import QuoteTemplate
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

LINE, QUOTE_LINE = "Quote Template Line", "Quote Item"


class TemplateTexts(frappe._dict):
	"""What a new quote has in place of standard texts: title and content with placeholders, by its fields."""


def require_templates() -> None:
	"""Raise `frappe.ValidationError` where the settings know neither templates nor lines from other quotes."""
	if not is_used(TEMPLATES):
		frappe.throw(_("Quote templates and lines from other quotes are switched off in the settings."))


def read_template(name: str) -> "QuoteTemplate":
	"""Return a template that the user may use. Raises `frappe.PermissionError`, and `frappe.ValidationError` for a disabled one and
	where there are none."""
	require_templates()
	template = frappe.get_doc("Quote Template", name)
	template.check_permission("read")
	if not template.enabled:
		frappe.throw(_("The template {0} is disabled. Choose another one.").format(frappe.bold(name)))
	return template


def rows_of(template: "QuoteTemplate", doc: "SalesOpportunity | Quote") -> list[dict[str, Any]]:
	"""Return the lines as rows of a document, without what their items say: that is filled in when they are saved.

	On an opportunity there are priced ones only. Fixed discounts are in the document's currency, with tax where it has prices so.
	"""
	target = doc.meta.get_field("items").options
	lines = [line for line in template.items if target == QUOTE_LINE or line.row_type == "Priced"]
	language = template.quote_language or default_language()
	rows = []
	for line in lines:
		row = copied_values(line, LINE, target)
		if line.row_type in NUMBERED:
			item = get_item(line.item_type, line.item, language)
			is_by_hand = line.item_name != item.title
			row["discount_amount"] = fixed_discount(line.discount_amount, item.tax_rate, doc)
			row["item_name"] = line.item_name if is_by_hand else None
			row["description"] = line.description if strip_html(line.description or "").strip() else None
		if target == QUOTE_LINE:
			row["asks_item"] = Given(line.row_type in NUMBERED)
			row.update({} if is_used(CHOICE) else FIXED)
		rows.append(row)
	return rows


def fixed_discount(amount: float, tax_rate: str | None, doc: "SalesOpportunity | Quote") -> float:
	"""Return a net amount in the company's currency as a document shows it; a quote that is being made adds the tax itself."""
	company = frappe._dict(transaction_currency=company_currency(), conversion_rate=1)
	net = price_in_currency(amount, company, doc)
	quote: Any = None if doc.doctype != "Quote" or doc.is_new() else doc
	if not quote or not shows_tax(quote):
		return net
	return flt(price_on_quote(quote, net, included_tax_percentage(quote, tax_rate or default_tax_rate())))


def sellable(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
	"""Return the rows without those whose item cannot be sold any more or that this site does not use, and tell the user of these."""
	kept, unsold, unused = [], [], []
	for row in rows:
		item = get_item(row["item_type"], row["item"]) if row.get("item") else None
		if item and (item.disabled or item.refusal):
			unsold.append(frappe.bold(item.title))
		elif item and is_switched_off(row):
			unused.append(frappe.bold(item.title))
		else:
			kept.append(row)
	for left_out, text in (
		(unsold, _("Left out, since they cannot be sold any more: {0}")),
		(unused, _("Left out, since such lines are switched off in the settings: {0}")),
	):
		if left_out:
			frappe.msgprint(text.format(", ".join(left_out)), indicator="orange")
	return kept


def merged_lines(lines: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
	"""Return a deal's lines and a template's rows together: a line stands where the template has its item, others come first."""
	waiting, together = list(lines), []
	for row in rows:
		found = next(
			(line for line in waiting if row["row_type"] == "Priced" and has_same_item(line, row)), None
		)
		if found:
			waiting.remove(found)
		together.append(found or row)
	return [*waiting, *together]


def has_same_item(line: dict[str, Any], row: dict[str, Any]) -> bool:
	"""Return whether both rows have the same item."""
	return (line["item_type"], line["item"]) == (row["item_type"], row["item"])


def texts_of(template: "QuoteTemplate") -> TemplateTexts:
	"""Return the texts of a template that are not empty."""
	return TemplateTexts(
		{
			fieldname: {"title": template.name or "", "content": template.get(fieldname)}
			for fieldname in TEXTS
			if strip_html(template.get(fieldname) or "").strip()
		}
	)
