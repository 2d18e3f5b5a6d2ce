"""Unit prices keep up to six decimals, between currencies and between net and gross, there and back."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sales_opportunity.pricing.totals import (
	gross_for,
	net_behind,
	with_tax,
	without_tax,
)
from sales_opportunity.pricing.valuation import (
	converted_price,
	line_amount,
	unit_price,
)
from sales_opportunity.texts.formatting import format_price

CURRENCIES = [("0.95", 2), ("1.0431", 2), ("0.8999", 2), ("0.00613", 0), ("3.01", 3)]
"""What one unit is worth in the company's currency, and decimals of its amounts."""

TAX_RATES = ["7", "19", "20", "8.1", "5.5"]


def test_12345_screws_at_3_45_cents_are_worth_what_they_cost():
	assert line_amount("12345.678", "0.0345") == Decimal("425.93")
	assert line_amount(1000, "0.0345") == Decimal("34.50")


@pytest.mark.parametrize(
	"entered", ["0.0345", "0.001", "0.0125", "1.2345", "0.5", "12.5", "1000", "2490", "99.99", "0"]
)
@pytest.mark.parametrize(("rate", "places"), CURRENCIES)
def test_a_price_comes_back_from_another_currency(entered, rate, places):
	there = converted_price(entered, 1, rate, places)
	assert converted_price(there, rate, 1, 2) == Decimal(entered)


@pytest.mark.parametrize(
	("entered", "rate", "there"),
	[
		("1000", "1.05", "952.380952"),
		("0.0345", "0.95", "0.036316"),
		("1000", "1.25", "800.00"),
		("0.5", "0.95", "0.526316"),
		("2490", "1.17", "2128.205128"),
		("0.117", "1.17", "0.10"),
		("0.12", "1.17", "0.102564"),
	],
)
def test_a_price_has_whole_cents_if_exactly_it_comes_back_from_them(entered, rate, there):
	assert converted_price(entered, 1, rate) == Decimal(there)


rates = st.one_of(
	st.sampled_from(CURRENCIES),
	st.tuples(st.decimals("0.005", "200", places=6), st.sampled_from([0, 2, 3])),
)


def comes_back(entered: Decimal, there_rate, back_rate, there_places: int, places: int) -> bool:
	there = converted_price(entered, there_rate, back_rate, there_places)
	return converted_price(there, back_rate, there_rate, places) == entered


@given(st.decimals("0", "99999", places=2), rates, rates)
@example(Decimal("0.02"), (Decimal("0.148520"), 2), (Decimal("190.291796"), 0))
def test_any_price_in_cents_comes_back_from_any_currency(entered, here, there):
	"""Of two rates a factor of 40,000 apart, one of the two directions has no room for cents of the other, for mills sooner."""
	(rate, places), (other_rate, other_places) = here, there
	if Decimal(rate) / Decimal(other_rate) > Decimal("0.000005").scaleb(max(places, 2)):
		assert comes_back(entered, rate, other_rate, other_places, places)


@given(st.decimals("0", "999", places=4), rates)
def test_any_price_of_four_decimals_comes_back_from_any_currency(entered, currency):
	rate, places = currency
	if Decimal(rate) < 50:
		assert comes_back(entered, 1, rate, places, 2)


@pytest.mark.parametrize("cents", [Decimal(n).scaleb(-3) for n in range(1, 1500, 13)])
@pytest.mark.parametrize(("rate", "places"), [("1.17", 2), ("0.00613", 0)])
def test_no_two_prices_become_the_same_one(cents, rate, places):
	assert comes_back(cents, 1, rate, places, 2)


@given(st.decimals("0", "99", places=5), st.sampled_from(TAX_RATES))
def test_any_gross_price_comes_back_from_the_net_price_that_the_opportunity_keeps(gross, rate):
	assert gross_for(net_behind(gross, rate), rate) == gross


@given(st.decimals("0", "9999", places=2), st.sampled_from(TAX_RATES))
def test_any_price_in_cents_comes_back_from_its_gross_price(net, rate):
	assert without_tax(with_tax(net, rate), rate) == net


@pytest.mark.parametrize(
	("net", "gross"), [("84.03", "100.00"), ("0.0345", "0.041055"), ("1000", "1190"), ("84.02521", "99.99")]
)
def test_net_and_gross_of_a_price(net, gross):
	assert with_tax(net, 19) == Decimal(gross)
	assert without_tax(gross, 19) == Decimal(net)


def test_a_price_keeps_six_decimals():
	assert unit_price("0.12345678") == Decimal("0.123457")
	assert unit_price(0.0345) == Decimal("0.0345")


@pytest.mark.parametrize(
	("amount", "shown"),
	[
		("0.0345", "0,0345 €"),
		("12.5", "12,50 €"),
		("12", "12,00 €"),
		("1000.000000", "1.000,00 €"),
		(1000, "1.000,00 €"),
	],
)
def test_the_paper_shows_a_price_as_it_is(amount, shown):
	assert format_price(amount, "EUR", "de").replace("\N{NO-BREAK SPACE}", " ") == shown
