"""Numbers, dates and names as they stand on paper, by language."""

from datetime import date

import pytest

from sales_opportunity.texts.formatting import (
	country_name,
	format_date,
	format_money,
	format_number,
	format_percent,
	format_price,
)

SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
	("amount", "currency", "language", "expected"),
	[
		(1234.56, "EUR", "de", f"1.234,56{SPACE}€"),
		(1234.56, "EUR", "en", "€1,234.56"),
		(-218.73, "EUR", "de", f"-218,73{SPACE}€"),
		(0, "EUR", "de", f"0,00{SPACE}€"),
		(None, "EUR", "de", f"0,00{SPACE}€"),
		(1234567, "JPY", "de", f"1.234.567{SPACE}¥"),
	],
)
def test_money_has_the_decimals_of_its_currency(amount, currency, language, expected):
	assert format_money(amount, currency, language) == expected


@pytest.mark.parametrize(
	("amount", "expected"),
	[(0.0345, "0,0345"), (850.5, "850,50"), (1000, "1.000,00"), ("12.3450", "12,345"), (0, "0,00")],
)
def test_a_price_loses_no_decimals(amount, expected):
	assert format_price(amount, "EUR", "de") == f"{expected}{SPACE}€"


def test_dates_are_those_of_the_language():
	assert format_date("2026-03-15", "de") == "15.03.2026"
	assert format_date(date(2026, 3, 15), "en") == "15 Mar 2026"


@pytest.mark.parametrize(("value", "expected"), [(2.5, "2,5"), (2.0, "2"), (1500, "1.500"), (0.125, "0,125")])
def test_quantities_have_no_needless_zeros(value, expected):
	assert format_number(value, "de") == expected


def test_percentages_keep_their_sign_beside_them():
	assert format_percent(19, "de") == f"19{SPACE}%"
	assert format_percent(7.5, "en") == f"7.5{SPACE}%"


def test_countries_are_named_in_the_language():
	assert country_name("at", "de") == "Österreich"
	assert country_name("AT", "en") == "Austria"


@pytest.mark.parametrize("language", ["zz", "house-language", "x"])
def test_a_language_without_a_locale_is_written_as_english(language):
	assert format_money(1234.56, "EUR", language) == "€1,234.56"
	assert format_date("2026-03-15", language) == "15 Mar 2026"
