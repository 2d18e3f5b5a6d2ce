"""Which price of a list applies, and that none is hidden by the order in which they were entered."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.pricing.price_list import ListPrice, best_price

DAY = date(2026, 6, 15)


def price(value, **conditions) -> ListPrice:
	numbers = {"minimum_quantity": Decimal(conditions.pop("minimum_quantity", 0))}
	return ListPrice(Decimal(value), **numbers, **conditions)


PRICES = [
	price(100),
	price(90, minimum_quantity=10),
	price(80, minimum_quantity=100),
	price(95, group="Dealers"),
	price(85, group="Dealers", minimum_quantity=10),
	price(70, group="Dealers", valid_from=date(2026, 7, 1)),
	price(110, currency="CHF"),
	price(60, valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 14)),
]


@pytest.mark.parametrize(
	("quantity", "group", "currency", "day", "expected"),
	[
		(1, "", "EUR", DAY, 100),
		(9.999, "", "EUR", DAY, 100),
		(10, "", "EUR", DAY, 90),
		(100, "", "EUR", DAY, 80),
		(1, "Dealers", "EUR", DAY, 95),
		(100, "Dealers", "EUR", DAY, 85),
		(1, "Dealers", "EUR", date(2026, 7, 1), 70),
		(1, "Others", "EUR", DAY, 100),
		(1, "", "CHF", DAY, 110),
		(500, "", "CHF", DAY, 110),
		(1, "", "USD", DAY, 100),
		(1, "", "EUR", date(2026, 6, 14), 60),
	],
)
def test_the_price_that_is_meant_for_the_sale(quantity, group, currency, day, expected):
	found = best_price(PRICES, Decimal(str(quantity)), group, currency, "EUR", day)
	assert found and found.price == expected


def test_no_price_applies():
	assert best_price([price(90, minimum_quantity=10)], Decimal(9), "", "EUR", "EUR", DAY) is None
	assert best_price([], Decimal(1), "", "EUR", "EUR", DAY) is None


@given(st.permutations(PRICES), st.decimals("0", "200", places=2), st.sampled_from(["", "Dealers"]))
def test_the_order_of_the_rows_does_not_matter(rows, quantity, group):
	conditions = (quantity, group, "EUR", "EUR", DAY)
	assert best_price(rows, *conditions) == best_price(PRICES, *conditions)
