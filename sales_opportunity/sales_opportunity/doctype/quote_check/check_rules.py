"""What is wrong with a quote before it is issued: one rule a line, each with what it does by default.

Free of the framework. A rule is known by its name; what people are told of it stands in `explanations.json`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sales_opportunity.sales_opportunity.doctype.sales_tax_sentence.tax_treatments import (
	GOODS,
	NORTHERN_IRELAND,
	OWED_BY_CUSTOMER,
	TO_OTHER_COUNTRIES,
	country_of_id,
	is_id_of_other_member,
	is_in_eu,
	treatments_by_kind,
)

WARN, BLOCK, OFF = "Warn", "Block", "Off"
REGISTERED = re.compile(r"\b(GmbH|UG|AG|SE|KG|KGaA|OHG|e\.\s?K\.)(?!\w)")
"""Legal forms whose business letters must name register court and number (§ 35a GmbHG, § 80 AktG, § 125a HGB)."""
WITH_DIRECTORS = re.compile(r"\b(GmbH|UG|AG|SE|KGaA)(?!\w)")
NOT_BINDING = re.compile(
	r"freibleibend|unverbindlich|non-binding|without (?:obligation|engagement)", re.IGNORECASE
)
VAT_SHOWN = re.compile(
	r"(?:zzgl\.|zuzüglich|inkl\.|plus|incl\.)[^.]{0,25}\b(?:MwSt|USt|Mehrwertsteuer|Umsatzsteuer|VAT)",
	re.IGNORECASE,
)


@dataclass(frozen=True)
class QuoteFacts:
	"""What the rules look at: the company, the customer, and the quote.

	Texts are without markup, countries are ISO codes in small letters, `kinds` those of the lines (GOODS, SERVICES).
	"""

	today: date
	company_name: str = ""
	company_address: tuple[str, ...] = ()
	register_court: str = ""
	register_number: str = ""
	managing_directors: str = ""
	company_vat_id: str = ""
	company_tax_number: str = ""
	company_country: str = ""
	is_small_business: bool = False
	customer_vat_id: str = ""
	customer_country: str = ""
	address_lines: int = 0
	valid_until: date | None = None
	quote_date: date | None = None
	tax_treatment: str = "Domestic"
	kinds: frozenset[str] = frozenset({GOODS})
	tax_total: Decimal = Decimal(0)
	prices: tuple[Decimal, ...] = ()
	texts: str = ""
	missing_texts: tuple[str, ...] = ()
	cut_figures: tuple[str, ...] = ()
	cut_texts: tuple[str, ...] = ()
	missing_pictures: tuple[str, ...] = ()
	missing_letters: str = ""

	@property
	def treatments(self) -> frozenset[str]:
		"""The tax treatments that the lines get, each kind its own."""
		by_kind = treatments_by_kind(
			self.tax_treatment, self.kinds, self.company_country, self.customer_country
		)
		return frozenset(by_kind.values())

	@property
	def is_customer_in_eu(self) -> bool:
		"""Whether goods to the customer are a supply within the EU, as those to Northern Ireland are."""
		return is_in_eu(self.customer_country) or country_of_id(self.customer_vat_id) == NORTHERN_IRELAND


@dataclass(frozen=True)
class Rule:
	"""What a rule does unless the settings say otherwise, and whether it finds something wrong."""

	default: str
	is_broken: Callable[[QuoteFacts], bool]


RULES: dict[str, Rule] = {
	"Company Address": Rule(WARN, lambda f: not (f.company_name and all(f.company_address))),
	"Register Data": Rule(
		WARN,
		lambda f: bool(REGISTERED.search(f.company_name)) and not (f.register_court and f.register_number),
	),
	"Managing Directors": Rule(
		WARN, lambda f: bool(WITH_DIRECTORS.search(f.company_name)) and not f.managing_directors
	),
	"Company Tax Number": Rule(WARN, lambda f: not (f.company_vat_id or f.company_tax_number)),
	"Customer Address": Rule(WARN, lambda f: f.address_lines < 2),
	"Validity Passed": Rule(BLOCK, lambda f: bool(f.valid_until) and f.valid_until < f.today),
	"Quote Dated Ahead": Rule(WARN, lambda f: bool(f.quote_date) and f.quote_date > f.today),
	"Binding and Not Binding": Rule(
		WARN, lambda f: bool(f.valid_until) and bool(NOT_BINDING.search(f.texts))
	),
	"Small Business with VAT": Rule(
		BLOCK,
		lambda f: (
			(f.is_small_business or f.tax_treatment == "Small Business")
			and (f.tax_treatment != "Small Business" or bool(f.tax_total) or bool(VAT_SHOWN.search(f.texts)))
		),
	),
	"Customer's VAT ID": Rule(
		BLOCK, lambda f: bool(f.treatments & OWED_BY_CUSTOMER) and not f.customer_vat_id
	),
	"VAT ID of Another Member State": Rule(
		BLOCK,
		lambda f: (
			"EU Supply" in f.treatments
			and bool(f.customer_vat_id)
			and not is_id_of_other_member(f.customer_vat_id, f.company_country)
		),
	),
	"Reverse Charge at Home": Rule(
		WARN,
		lambda f: (
			"Reverse Charge" in f.treatments
			and bool(f.company_country)
			and f.company_country in (f.customer_country, country_of_id(f.customer_vat_id))
		),
	),
	"Reverse Charge outside of the EU": Rule(
		BLOCK,
		lambda f: (
			"Reverse Charge" in f.treatments
			and (
				(bool(f.customer_country) and not is_in_eu(f.customer_country))
				or (bool(country_of_id(f.customer_vat_id)) and not is_in_eu(country_of_id(f.customer_vat_id)))
			)
		),
	),
	"Company's VAT ID": Rule(WARN, lambda f: bool(f.treatments & OWED_BY_CUSTOMER) and not f.company_vat_id),
	"Domestic Tax Abroad": Rule(
		WARN,
		lambda f: (
			f.tax_treatment == "Domestic"
			and bool(f.customer_country and f.company_country)
			and f.customer_country != f.company_country
			and bool(f.tax_total)
		),
	),
	"Untaxed at Home": Rule(
		BLOCK,
		lambda f: (
			f.tax_treatment in TO_OTHER_COUNTRIES
			and bool(f.customer_country)
			and f.customer_country == f.company_country
		),
	),
	"EU Supply outside of the EU": Rule(
		BLOCK,
		lambda f: "EU Supply" in f.treatments and bool(f.customer_country) and not f.is_customer_in_eu,
	),
	"Export into the EU": Rule(
		BLOCK,
		lambda f: (
			"Export Supply" in f.treatments
			and is_in_eu(f.customer_country)
			and f.customer_country != f.company_country
		),
	),
	"Services within the EU": Rule(
		WARN,
		lambda f: (
			"Place of Supply Abroad" in f.treatments
			and is_in_eu(f.customer_country)
			and f.customer_country != f.company_country
		),
	),
	"Standard Text Missing": Rule(WARN, lambda f: bool(f.missing_texts)),
	"Price of 0": Rule(WARN, lambda f: any(not price for price in f.prices)),
	"Figures Cut Off": Rule(BLOCK, lambda f: bool(f.cut_figures)),
	"Text Cut Off": Rule(WARN, lambda f: bool(f.cut_texts)),
	"Picture Missing": Rule(WARN, lambda f: bool(f.missing_pictures)),
	"Letters without Font": Rule(WARN, lambda f: bool(f.missing_letters)),
}

ON_THE_PAPER = ("Figures Cut Off", "Text Cut Off", "Picture Missing", "Letters without Font")
"""Rules that look at the finished paper, which takes a moment to lay out."""


def broken_rules(facts: QuoteFacts, actions: dict[str, str]) -> list[tuple[str, str]]:
	"""Return the name and the action (Block or Warn) of each broken rule, the blocking ones first.

	`actions` says what each rule does; rules that are not in it do what they do by default.
	"""
	found = [
		(name, action_of(name, actions))
		for name, rule in RULES.items()
		if action_of(name, actions) != OFF and rule.is_broken(facts)
	]
	return sorted(found, key=lambda rule: rule[1] != BLOCK)


def action_of(rule: str, actions: dict[str, str]) -> str:
	"""Return what a rule does: what `actions` say, else what it does by default."""
	return actions.get(rule) or RULES[rule].default


def looks_at_paper(actions: dict[str, str]) -> bool:
	"""Return whether any rule that looks at the finished paper is switched on."""
	return any(action_of(rule, actions) != OFF for rule in ON_THE_PAPER)
