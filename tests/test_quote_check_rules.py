"""What the checks before issuing find, and what they leave alone."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from sales_opportunity.sales_opportunity.doctype.quote_check.check_rules import (
	RULES,
	QuoteFacts,
	broken_rules,
)
from sales_opportunity.sales_opportunity.doctype.sales_tax_sentence.tax_treatments import GOODS, SERVICES

GOOD = QuoteFacts(
	today=date(2026, 3, 15),
	company_name="Lindental Fahrradwerke GmbH",
	company_address=("Mühlbachweg 14", "79199", "Lindental"),
	register_court="Amtsgericht Lindental",
	register_number="HRB 999912",
	managing_directors="Dr. Marlene Hagedorn",
	company_vat_id="DE999000412",
	company_country="de",
	customer_country="de",
	address_lines=3,
	valid_until=date(2026, 4, 15),
	quote_date=date(2026, 3, 15),
	tax_total=Decimal("19.00"),
	prices=(Decimal(100),),
	texts="Wir bieten Ihnen wie folgt an. Lieferung frei Haus.",
)
REVERSE = {"tax_treatment": "Reverse Charge", "tax_total": Decimal(0), "customer_country": "at"}
EU_SUPPLY = {**REVERSE, "tax_treatment": "EU Supply", "customer_vat_id": "ATU99900009"}
EXPORT = {**REVERSE, "tax_treatment": "Export Supply", "customer_country": "ch"}
ABROAD = {**EXPORT, "tax_treatment": "Place of Supply Abroad"}
SWISS = {"customer_country": "ch", "customer_vat_id": "CHE999999996MWST"}
BOTH = frozenset({GOODS, SERVICES})
ONLY_SERVICES = frozenset({SERVICES})
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
	("Domestic Tax Abroad", {"customer_country": "at"}),
	("Untaxed at Home", {**EXPORT, "customer_country": "de"}),
	("Untaxed at Home", {**ABROAD, "kinds": ONLY_SERVICES, "customer_country": "de"}),
	("EU Supply outside of the EU", {**EU_SUPPLY, "customer_country": "ch"}),
	("EU Supply outside of the EU", {**EU_SUPPLY, "customer_country": "gb"}),
	("EU Supply outside of the EU", {**EU_SUPPLY, "customer_country": "no", "kinds": BOTH}),
	("Export into the EU", {**EXPORT, "customer_country": "at"}),
	("Export into the EU", {**EXPORT, "customer_country": "fr", "kinds": BOTH}),
	("Services within the EU", {**ABROAD, "kinds": ONLY_SERVICES, "customer_country": "at"}),
	("Services within the EU", {**EXPORT, "kinds": ONLY_SERVICES, "customer_country": "gr"}),
	("VAT ID of Another Member State", {**EU_SUPPLY, "customer_vat_id": "DE999900008"}),
	("VAT ID of Another Member State", {**EU_SUPPLY, "customer_vat_id": "CHE999999996MWST"}),
	("VAT ID of Another Member State", {**EU_SUPPLY, "customer_vat_id": "12345"}),
	("Reverse Charge at Home", {**REVERSE, "kinds": ONLY_SERVICES, "customer_vat_id": "DE999900008"}),
	("Reverse Charge at Home", {**REVERSE, "customer_country": "de", "customer_vat_id": "ATU99900009"}),
	("Reverse Charge at Home", {**EU_SUPPLY, "kinds": ONLY_SERVICES, "customer_vat_id": "DE999900008"}),
	("Reverse Charge outside of the EU", {**REVERSE, "kinds": ONLY_SERVICES, **SWISS}),
	("Reverse Charge outside of the EU", {**EU_SUPPLY, "kinds": ONLY_SERVICES, **SWISS}),
	(
		"Reverse Charge outside of the EU",
		{**REVERSE, "kinds": ONLY_SERVICES, "customer_vat_id": SWISS["customer_vat_id"]},
	),
	("Customer's VAT ID", {**EU_SUPPLY, "customer_vat_id": "", "kinds": ONLY_SERVICES}),
	("Standard Text Missing", {"missing_texts": ("Terms",)}),
	("Price of 0", {"prices": (Decimal(1), Decimal(0))}),
	("Figures Cut Off", {"cut_figures": ("1.000,00 €",)}),
	("Text Cut Off", {"cut_texts": ("Beschreibung",)}),
	("Picture Missing", {"missing_pictures": ("/files/a.png",)}),
	("Letters without Font", {"missing_letters": "车"}),
]
FINE = [
	{},
	{"valid_until": date(2026, 3, 15)},
	{"company_name": "Fahrradladen Anna Weber", "register_court": "", "managing_directors": ""},
	{"company_name": "Weber OHG", "managing_directors": ""},
	{**REVERSE, "customer_vat_id": "ATU12345678", "kinds": ONLY_SERVICES},
	{**REVERSE, "customer_vat_id": "ATU12345678", "kinds": BOTH},
	EU_SUPPLY,
	{**EU_SUPPLY, "kinds": BOTH},
	{**EU_SUPPLY, "customer_country": "gr", "customer_vat_id": "EL999999993"},
	{**EU_SUPPLY, "customer_country": "gb", "customer_vat_id": "XI999999973"},
	{**EU_SUPPLY, "customer_country": ""},
	{**EXPORT, "kinds": BOTH},
	{**EXPORT, "customer_country": "gb"},
	{**ABROAD, "kinds": ONLY_SERVICES},
	SMALL,
	{**SMALL, "texts": "Gemäß § 19 UStG wird keine Umsatzsteuer berechnet."},
	{"tax_treatment": "Export Supply", "customer_country": "ch", "tax_total": Decimal(0)},
]


def names(facts: QuoteFacts, **actions: str) -> list[str]:
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
