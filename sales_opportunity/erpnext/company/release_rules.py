"""ERPNext's Authorization Rules for Quotations, which ask for the release of quotes, too."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _

from sales_opportunity.currency import decimal_places
from sales_opportunity.erpnext.company.authorization import (
	AVERAGE,
	GRAND_TOTAL,
	MEASURES,
	OF_CUSTOMER,
	Approval,
	AuthorizationRule,
	approvals,
)
from sales_opportunity.erpnext.company.companies import company_of
from sales_opportunity.erpnext.company.exchange import books_of, rate_in_books
from sales_opportunity.erpnext.hooks import is_installed
from sales_opportunity.features import hide_without_rules
from sales_opportunity.pricing.money import round_money, to_decimal
from sales_opportunity.sales_opportunity.doctype.quote_release.release_rules import (
	ALTERNATIVE,
	QuoteFigures,
	ReleaseRule,
)

if TYPE_CHECKING:
	from decimal import Decimal

	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote

AUTHORIZATION_RULE = "Authorization Rule"


def release_rules() -> "Callable[[Quote, QuoteFigures, Sequence[str]], list[ReleaseRule]] | None":
	"""Return what says which releases a quote with these figures needs of its people, None without rules (a hook)."""
	rules = authorization_rules()
	return partial(applicable_rules, rules) if rules else None


def authorization_rules() -> list[AuthorizationRule]:
	"""Return the rules for Quotations about what a quote has as a whole."""
	rows = frappe.get_all(
		AUTHORIZATION_RULE,
		{"transaction": "Quotation", "based_on": ("in", MEASURES), "docstatus": ("<", 2)},
		[
			"name",
			"based_on",
			"value",
			"company",
			"master_name",
			"system_user",
			"system_role",
			"approving_user",
			"approving_role",
		],
		order_by="name asc",
	)
	return [
		AuthorizationRule(
			row.name,
			row.based_on,
			to_decimal(row.value),
			row.company or "",
			row.master_name or "",
			row.system_user or "",
			row.system_role or "",
			row.approving_user or "",
			row.approving_role or "",
		)
		for row in rows
	]


def applicable_rules(
	rules: Sequence[AuthorizationRule], quote: "Quote", figures: QuoteFigures, people: Sequence[str]
) -> list[ReleaseRule]:
	"""Return what the rules ask for, in the currency of the quote's base amounts."""
	company, rate = company_of(quote.company), to_decimal(quote.conversion_rate or 1)
	worth = to_decimal(rate_in_books(quote.transaction_currency, float(rate), company))
	measured = {
		GRAND_TOTAL: round_money(figures.quoted_gross * worth, decimal_places(books_of(company))),
		AVERAGE: figures.discount,
		OF_CUSTOMER: figures.discount,
	}
	customer = quote.party if quote.party_type == "Customer" else ""
	roles = {person: frappe.get_roles(person) for person in people}
	found = approvals(rules, measured, company, customer or "", roles)
	places = decimal_places(quote.company_currency)
	return [as_rule(each, figures, rate / worth, places) for each in found]


def as_rule(approval: Approval, figures: QuoteFigures, factor: "Decimal", places: int) -> ReleaseRule:
	"""Return what an Authorization Rule asks for as a rule of releases, which the figures meet, in base amounts by the factor."""
	rule = approval.rule
	is_total = rule.based_on == GRAND_TOTAL
	return ReleaseRule(
		ALTERNATIVE.join(approval.approvers),
		discount_from=to_decimal(0) if is_total else rule.value,
		gross_from=min(round_money(rule.value * factor, places), figures.gross) if is_total else None,
		party=figures.party if rule.based_on == OF_CUSTOMER else "",
		source=f"{_(AUTHORIZATION_RULE)} {rule.name}",
	)


def on_rule(doc: Any, method: str | None = None) -> None:
	"""Hook of an Authorization Rule that is saved or deleted: the release shows on quotes once there is one, and no longer without."""
	if is_installed():
		hide_without_rules()
