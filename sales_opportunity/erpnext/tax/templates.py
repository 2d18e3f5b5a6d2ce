"""ERPNext's tax templates, categories and rules, read as what quotes call tax treatments and tax rates."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import frappe
from frappe.utils import getdate

from sales_opportunity.erpnext.tax.rules import (
	DOMESTIC,
	ItemTaxTemplate,
	TaxTemplate,
	TemplateRow,
	percent_of_item,
	standard_percent,
	template_for,
)
from sales_opportunity.pricing.money import to_decimal

if TYPE_CHECKING:
	from decimal import Decimal

SALES_TEMPLATE = "Sales Taxes and Charges Template"


def tax_templates(company: str) -> list[TaxTemplate]:
	"""Return the templates of taxes on sales of a company, the default one first."""
	names = frappe.get_all(
		SALES_TEMPLATE,
		{"company": company, "disabled": 0},
		pluck="name",
		order_by="is_default desc, name asc",
	)
	return [as_template(frappe.get_cached_doc(SALES_TEMPLATE, name)) for name in names]


def as_template(doc: Any) -> TaxTemplate:
	"""Return a Sales Taxes and Charges Template as the rules read it."""
	return TaxTemplate(
		name=doc.name,
		title=doc.title,
		is_default=bool(doc.is_default),
		tax_category=doc.tax_category,
		rows=tuple(
			TemplateRow(
				row.account_head,
				to_decimal(row.rate),
				to_decimal(frappe.get_cached_value("Account", row.account_head, "tax_rate")),
			)
			for row in doc.taxes
			if row.charge_type == "On Net Total"
		),
	)


def item_tax_templates(company: str) -> list[ItemTaxTemplate]:
	"""Return the templates of items' taxes of a company."""
	names = frappe.get_all(
		"Item Tax Template", {"company": company, "disabled": 0}, pluck="name", order_by="name asc"
	)
	return [item_tax_template(name) for name in names]


def item_tax_template(name: str) -> ItemTaxTemplate:
	"""Return an Item Tax Template with its rates by account, in %."""
	doc = frappe.get_cached_doc("Item Tax Template", name)
	return ItemTaxTemplate(name, {row.tax_type: to_decimal(row.tax_rate) for row in doc.taxes})


def customer_template(doc: Any, company: str) -> str | None:
	"""Return the template that ERPNext's tax rules choose for a customer, else that of its tax category."""
	from erpnext.accounts.party import set_taxes

	chosen = None
	if frappe.db.exists("Tax Rule", {"tax_type": "Sales"}):
		chosen = set_taxes(
			doc.name,
			"Customer",
			getdate(),
			company,
			customer_group=doc.customer_group,
			tax_category=doc.tax_category,
		)
	if not chosen and doc.tax_category:
		chosen = frappe.db.get_value(
			SALES_TEMPLATE, {"company": company, "tax_category": doc.tax_category, "disabled": 0}
		)
	return chosen


def treatment_of_customer(doc: Any, company: str | None) -> str:
	"""Return the tax treatment of a company's quotes for a customer."""
	chosen = company and customer_template(doc, company)
	return as_template(frappe.get_cached_doc(SALES_TEMPLATE, chosen)).treatment if chosen else DOMESTIC


def tax_rate_of_item(doc: Any, company: str | None) -> str | None:
	"""Return the name of the tax rate at which a company sells an item, None if only the default of quotes applies."""
	template = company and template_for(DOMESTIC, tax_templates(company))
	if not company or not template:
		return None
	accounts = [row.account for row in template.rows]
	for name in item_templates_of(doc, company):
		percent = percent_of_item(item_tax_template(name), accounts)
		if percent is not None:
			return sales_tax_rate(percent)
	percent = standard_percent(template)
	return sales_tax_rate(percent) if percent else None


def item_templates_of(doc: Any, company: str) -> Iterator[str]:
	"""Yield the tax templates of an item, then those of its groups, that are valid today, the latest first."""
	tables = [doc.taxes]
	group = doc.item_group
	while group:
		group_doc = frappe.get_cached_doc("Item Group", group)
		tables.append(group_doc.taxes)
		group = group_doc.parent_item_group
	for table in tables:
		valid = [row for row in table if not row.valid_from or getdate(row.valid_from) <= getdate()]
		for row in sorted(valid, key=lambda row: str(row.valid_from or ""), reverse=True):
			if (
				not row.tax_category
				and frappe.get_cached_value("Item Tax Template", row.item_tax_template, "company") == company
			):
				yield row.item_tax_template


def sales_tax_rate(percent: "Decimal") -> str | None:
	"""Return the name of this app's tax rate of `percent`, the default one before others."""
	return frappe.db.get_value(
		"Sales Tax Rate", {"rate": float(percent), "disabled": 0}, order_by="is_default desc, name asc"
	)
