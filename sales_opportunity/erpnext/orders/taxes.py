"""The rows of taxes on an order: which template and accounts of the company a deal's taxes stand for."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_opportunity.erpnext.errors import TaxAccountError
from sales_opportunity.erpnext.tax.rules import (
	DOMESTIC,
	TaxTemplate,
	account_for,
	item_template_for,
	template_for,
)
from sales_opportunity.erpnext.tax.templates import customer_template, item_tax_templates, tax_templates
from sales_opportunity.masters.adapters import default_tax_rate
from sales_opportunity.texts.formatting import format_number

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.fulfilment_request.provider import Fulfilment

NO_TEMPLATE = ""
"""Not None: ERPNext would fill in the item's own."""


@dataclass(frozen=True)
class OrderTaxes:
	"""The template, the rows for the lines, and the accounts of a deal's taxes.

	`accounts` are by rate in %, `item_templates` by the name of the tax rate; `common` is what all rows share.
	"""

	template: str | None
	rows: tuple[dict, ...]
	accounts: dict[Decimal, str]
	item_templates: dict[str, str]
	freight_account: str | None = None
	common: dict = field(default_factory=dict)

	def account_of(self, percent: Decimal) -> str:
		"""Return the account on which a rate is booked."""
		return self.accounts[percent]

	def item_template_of(self, tax_rate: str | None) -> str:
		"""Return the item's template that has a line taxed as the deal's."""
		return self.item_templates.get(tax_rate or default_tax_rate() or "", NO_TEMPLATE)


def order_taxes(fulfilment: "Fulfilment", company: str, customer: str) -> OrderTaxes:
	"""Return the taxes of a deal in the words of the company's books. Raises `TaxAccountError` for one without account."""
	templates = tax_templates(company)
	preferred = customer_template(frappe.get_cached_doc("Customer", customer), company)
	template = template_for(fulfilment.tax_treatment, templates, preferred)
	accounts = rate_accounts(fulfilment, company, template)
	item_templates = {}
	for tax in fulfilment.taxes:
		found = (
			item_template_for(tax.rate, accounts.values(), item_tax_templates(company)) if accounts else None
		)
		item_templates[tax.name] = found or NO_TEMPLATE
	return OrderTaxes(
		template=template.name if template else None,
		rows=tuple(line_rows(fulfilment, accounts)) or zero_rows(fulfilment, templates),
		accounts=accounts,
		item_templates=item_templates,
		freight_account=freight_account(company) if fulfilment.freight else None,
		common={"cost_center": frappe.get_cached_value("Company", company, "cost_center")},
	)


def rate_accounts(fulfilment: "Fulfilment", company: str, template: TaxTemplate | None) -> dict[Decimal, str]:
	"""Return the account of each rate that the deal is taxed with."""
	accounts = {}
	for percent in sorted({tax.rate for tax in fulfilment.taxes if tax.rate}):
		account = account_for(percent, template.rows) if template else None
		if not account:
			shown = format_number(percent, frappe.local.lang)
			frappe.throw(
				_("The company {0} has no account for sales at {1} % in its taxes template {2}.").format(
					frappe.bold(company),
					shown,
					frappe.bold(
						template.title
						if template
						else _(fulfilment.tax_treatment, context="Fulfilment Request")
					),
				),
				TaxAccountError,
			)
		accounts[percent] = account
	return accounts


def line_rows(fulfilment: "Fulfilment", accounts: dict[Decimal, str]) -> list[dict]:
	"""Return a row per rate; one that all lines share says its rate itself, others are switched on by items' templates."""
	is_shared = len({tax.rate for tax in fulfilment.taxes}) == 1
	names = {tax.rate: tax.name for tax in fulfilment.taxes}
	return [
		{
			"charge_type": "On Net Total",
			"account_head": account,
			"rate": float(percent) if is_shared else 0.0,
			"description": names[percent],
		}
		for percent, account in accounts.items()
	]


def zero_rows(fulfilment: "Fulfilment", templates: list[TaxTemplate]) -> tuple[dict, ...]:
	"""Return a row without tax for a deal without: ERPNext would fill an empty table with its own."""
	domestic = template_for(DOMESTIC, templates)
	if not domestic or not domestic.rows:
		return ()
	return (
		{
			"charge_type": "On Net Total",
			"account_head": domestic.rows[0].account,
			"rate": 0.0,
			"description": _(fulfilment.tax_treatment, context="Fulfilment Request"),
		},
	)


def freight_account(company: str) -> str:
	"""Return the account on which a company books freight. Raises `TaxAccountError` if there is none."""
	account = freight_account_of(company)
	if not account:
		frappe.throw(
			_("Choose the account for freight in the company {0}.").format(frappe.bold(company)),
			TaxAccountError,
		)
	return account


def freight_account_of(company: str) -> str | None:
	"""Return the account on which a company books freight, None if there is none."""
	own, default = frappe.get_cached_value(
		"Company", company, ["sales_freight_account", "default_income_account"]
	)
	return own or default
