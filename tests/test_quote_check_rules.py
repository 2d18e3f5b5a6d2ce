"""What the checks before issuing find, and what they leave alone."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from sales_opportunity.sales_opportunity.doctype.quote.check_rules import RULES, Facts, broken_rules

GOOD = Facts(
	today=date(2026, 3, 15),
	company_name="Lindental Fahrradwerke GmbH",
	company_address=("Mühlbachweg 14", "79199", "Lindental"),
	register_court="Amtsgericht Lindental",
	register_number="HRB 999912",
	managing_directors="Dr. Marlene Hagedorn",
	company_vat_id="DE999000412",
	company_country="Germany",
	customer_country="Germany",
	address_lines=3,
	valid_until=date(2026, 4, 15),
	quote_date=date(2026, 3, 15),
	tax_total=Decimal("19.00"),
	prices=(Decimal(100),),
	texts="Wir bieten Ihnen wie folgt an. Lieferung frei Haus.",
)
REVERSE = {"tax_treatment": "Reverse Charge", "tax_total": Decimal(0)}
SMALL = {"is_small_business": True, "tax_treatment": "Small Business", "tax_total": Decimal(0)}

BROKEN = [
	("Company Address", {"company_address": ("Mühlbachweg 14", "", "Lindental")}),
	("Register Data", {"register_number": ""}),
	("Managing Directors", {"managing_directors": ""}),
	("Company Tax Number", {"company_vat_id": ""}),
	("Customer Address", {"address_lines": 1}),
	("Validity Passed", {"valid_until": date(2026, 3, 14)}),
	("Quote Dated Ahead", {"quote_date": date(2026, 3, 16)}),
	("Binding and Not Binding", {"texts": "Unser Angebot ist freibleibend."}),
	("Small Business with VAT", {**SMALL, "tax_treatment": "Domestic"}),
	("Small Business with VAT", {**SMALL, "tax_total": Decimal(1)}),
	("Small Business with VAT", {**SMALL, "texts": "Alle Preise zzgl. 19 % MwSt."}),
	("Customer's VAT ID", REVERSE),
	("Customer's VAT ID", {**REVERSE, "tax_treatment": "EU Supply"}),
	("Company's VAT ID", {**REVERSE, "customer_vat_id": "ATU12345678", "company_vat_id": ""}),
	("Domestic Tax Abroad", {"customer_country": "Austria"}),
	("Untaxed at Home", {"tax_treatment": "Export Supply", "tax_total": Decimal(0)}),
	("Price of 0", {"prices": (Decimal(1), Decimal(0))}),
]
FINE = [
	{},
	{"valid_until": date(2026, 3, 15)},
	{"company_name": "Fahrradladen Anna Weber", "register_court": "", "managing_directors": ""},
	{"company_name": "Weber OHG", "managing_directors": ""},
	{**REVERSE, "customer_vat_id": "ATU12345678", "customer_country": "Austria"},
	SMALL,
	{**SMALL, "texts": "Gemäß § 19 UStG wird keine Umsatzsteuer berechnet."},
	{"tax_treatment": "Export Supply", "customer_country": "Switzerland", "tax_total": Decimal(0)},
]


def names(facts: Facts, **actions: str) -> list[str]:
	return [name for name, _action in broken_rules(facts, actions)]


@pytest.mark.parametrize(("rule", "values"), BROKEN)
def test_a_broken_rule_is_found(rule, values):
	assert rule in names(replace(GOOD, **values))


@pytest.mark.parametrize("values", FINE)
def test_what_is_right_is_left_alone(values):
	assert names(replace(GOOD, **values)) == []


def test_every_rule_is_tried():
	assert {rule for rule, _values in BROKEN} == RULES.keys()


def test_the_settings_decide_what_a_rule_does_and_what_blocks_comes_first():
	facts = replace(GOOD, address_lines=0, prices=(Decimal(0),), valid_until=date(2026, 1, 1))
	assert broken_rules(facts, {}) == [
		("Validity Passed", "Block"),
		("Customer Address", "Warn"),
		("Price of 0", "Warn"),
	]
	actions = {"Validity Passed": "Off", "Price of 0": "Block"}
	assert broken_rules(facts, actions) == [("Price of 0", "Block"), ("Customer Address", "Warn")]
