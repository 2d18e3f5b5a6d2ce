"""Which tax treatment goods and services get, and which sentence of its own a company says about it."""

import pytest

from sales_opportunity.sales_opportunity.doctype.sales_tax_sentence.tax_treatments import (
	GOODS,
	SERVICES,
	best_sentence,
	country_of_id,
	is_id_of_other_member,
	is_in_eu,
	treatments_by_kind,
)

BOTH = frozenset({GOODS, SERVICES})


@pytest.mark.parametrize(
	("treatment", "customer", "goods", "services"),
	[
		("EU Supply", "at", "EU Supply", "Reverse Charge"),
		("Reverse Charge", "at", "EU Supply", "Reverse Charge"),
		("Export Supply", "ch", "Export Supply", "Place of Supply Abroad"),
		("Place of Supply Abroad", "ch", "Export Supply", "Place of Supply Abroad"),
		("Reverse Charge", "de", "Reverse Charge", "Reverse Charge"),
		("Reverse Charge", "", "Reverse Charge", "Reverse Charge"),
		("Domestic", "at", "Domestic", "Domestic"),
		("Small Business", "ch", "Small Business", "Small Business"),
	],
)
def test_goods_and_services_each_get_their_treatment(treatment, customer, goods, services):
	assert treatments_by_kind(treatment, BOTH, "de", customer) == {GOODS: goods, SERVICES: services}


@pytest.mark.parametrize(
	("vat_id", "country"),
	[
		("ATU99900009", "at"),
		("EL999999993", "gr"),
		("XI999999973", "xi"),
		("GB999999973", "gb"),
		("12345", ""),
		("", ""),
	],
)
def test_the_country_of_an_id_is_known_by_its_prefix(vat_id, country):
	assert country_of_id(vat_id) == country


def test_only_ids_of_other_member_states_let_goods_go_untaxed():
	assert is_id_of_other_member("ATU99900009", "de")
	assert is_id_of_other_member("XI999999973", "de")
	assert not is_id_of_other_member("DE999900008", "de")
	assert not is_id_of_other_member("CHE999999996MWST", "de")
	assert not is_id_of_other_member("", "de")


def test_northern_ireland_is_no_member_state():
	assert is_in_eu("ie")
	assert not any(map(is_in_eu, ("xi", "gb", "ch", "no", "us", "")))


def row(treatment: str, country: str | None, language: str, sentence: str) -> dict:
	return {"tax_treatment": treatment, "country": country, "language": language, "sentence": sentence}


SENTENCES = [
	row("Export Supply", None, "de", "für alle"),
	row("Export Supply", "Switzerland", "de", "für die Schweiz"),
	row("Export Supply", None, "en", "for all"),
]


@pytest.mark.parametrize(
	("treatment", "customer", "language", "sentence"),
	[
		("Export Supply", "Switzerland", "de", "für die Schweiz"),
		("Export Supply", "Switzerland", "de-CH", "für die Schweiz"),
		("Export Supply", "Norway", "de", "für alle"),
		("Export Supply", "", "de", "für alle"),
		("Export Supply", "Switzerland", "en", "for all"),
		("Export Supply", "Switzerland", "fr", None),
		("EU Supply", "Switzerland", "de", None),
	],
)
def test_the_sentence_for_the_customers_country_goes_first(treatment, customer, language, sentence):
	assert best_sentence(SENTENCES, treatment, customer, language) == sentence
