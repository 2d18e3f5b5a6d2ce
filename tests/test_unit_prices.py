"""Unit prices keep up to six decimals, between currencies and between net and gross, there and back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.formatting import price
from sales_opportunity.sales_opportunity.doctype.quote.totals import (
	gross_for,
	net_behind,
	with_tax,
	without_tax,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.valuation import (
	converted_price,
	line_amount,
	unit_price,
)

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
	there = converted_price(entered, 1, rate, 2, places)
	assert converted_price(there, rate, 1, places, 2) == Decimal(entered)


@pytest.mark.parametrize(
	("entered", "rate", "there"),
	[
		("1000", "1.05", "952.38"),
		("0.0345", "0.95", "0.036316"),
		("1000", "0.0061", "163934"),
		("0.5", "0.95", "0.53"),
		("2490", "1.17", "2128.205"),
	],
)
def test_whole_cents_stay_whole_cents_and_others_keep_their_decimals(entered, rate, there):
	assert converted_price(entered, 1, rate, 2, 0 if there == "163934" else 2) == Decimal(there)


@given(st.decimals("0", "99999", places=2), st.sampled_from(CURRENCIES))
def test_any_price_in_cents_comes_back_from_any_currency(entered, currency):
	rate, places = currency
	there = converted_price(entered, 1, rate, 2, places)
	assert converted_price(there, rate, 1, places, 2) == entered


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
	assert price(amount, "EUR", "de").replace("\N{NO-BREAK SPACE}", " ") == shown
