"""Which of ERPNext's tax templates and accounts stand for a deal's taxes. Free of the framework."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

DOMESTIC = "Domestic"

TREATMENTS: tuple[tuple[str, frozenset[str]], ...] = (
	("Reverse Charge", frozenset({"13b"})),
	("EU Supply", frozenset({"lieferung", "eu"})),
	("Reverse Charge", frozenset({"leistung", "eu"})),
	("Export Supply", frozenset({"lieferung", "drittland"})),
	("Place of Supply Abroad", frozenset({"leistung", "drittland"})),
	("Reverse Charge", frozenset({"reverse", "charge"})),
	("EU Supply", frozenset({"intra", "community"})),
	("EU Supply", frozenset({"eu"})),
	("Export Supply", frozenset({"export"})),
	("Export Supply", frozenset({"drittland"})),
)
"""What a template without tax stands for, by words of its title: those of ERPNext's German set-up, and usual ones."""


@dataclass(frozen=True)
class TemplateRow:
	"""A row of a template of taxes: its account, its own rate in %, and the rate that the account is for."""

	account: str
	rate: Decimal
	account_rate: Decimal = Decimal(0)

	@property
	def percent(self) -> Decimal:
		"""The rate that the row is for, also where items' templates switch it on."""
		return self.rate or self.account_rate


@dataclass(frozen=True)
class TaxTemplate:
	"""A template of taxes of one company."""

	name: str
	title: str
	is_default: bool = False
	tax_category: str | None = None
	rows: tuple[TemplateRow, ...] = ()

	@property
	def treatment(self) -> str:
		"""The tax treatment that quotes call it."""
		if any(row.percent for row in self.rows):
			return DOMESTIC
		words = set(re.findall(r"\w+", self.title.lower()))
		return next((treatment for treatment, needed in TREATMENTS if needed <= words), DOMESTIC)


@dataclass(frozen=True)
class ItemTaxTemplate:
	"""A template of an item's taxes: the rate in % of each account."""

	name: str
	rates: dict[str, Decimal]


def template_for(
	treatment: str, templates: Iterable[TaxTemplate], preferred: str | None = None
) -> TaxTemplate | None:
	"""Return the template that stands for a treatment: the customer's own, else the default, else the first."""
	fitting = [template for template in templates if template.treatment == treatment]
	fitting.sort(
		key=lambda template: (template.name != preferred, not template.is_default, not template.rows)
	)
	return fitting[0] if fitting else None


def standard_percent(template: TaxTemplate) -> Decimal | None:
	"""Return the rate in % that a template puts on every item, None if it has none of its own or several."""
	rates = {row.rate for row in template.rows if row.rate}
	return rates.pop() if len(rates) == 1 else None


def account_for(percent: Decimal, rows: Iterable[TemplateRow]) -> str | None:
	"""Return the account of a template on which a rate is booked."""
	return next((row.account for row in rows if row.percent == percent), None)


def item_template_for(
	percent: Decimal, accounts: Iterable[str], templates: Iterable[ItemTaxTemplate]
) -> str | None:
	"""Return the item's template that has a line taxed at `percent` by the used accounts together, None if none does."""
	accounts = tuple(accounts)
	for template in templates:
		known = [template.rates[account] for account in accounts if account in template.rates]
		if len(known) == len(accounts) and sum(known, Decimal(0)) == percent:
			return template.name
	return None


def percent_of_item(template: ItemTaxTemplate, accounts: Iterable[str]) -> Decimal | None:
	"""Return the rate in % at which an item's template taxes it by these accounts, None if it names none of them."""
	rates = [template.rates[account] for account in accounts if account in template.rates]
	return sum(rates, Decimal(0)) if rates else None
