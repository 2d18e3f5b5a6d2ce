"""What is earned: revenue less cost, nothing gained and nothing lost, and no profit where no cost is known."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.pricing.margin import CREDIT, TRADE_IN, Margin, line_margin

amounts = st.decimals("-99999", "99999", places=2)
margins = st.builds(Margin, amounts, amounts)


@pytest.mark.parametrize(
	("revenue", "quantity", "cost", "deduction", "amount", "percentage"),
	[
		("290.00", 3, "60", "", "110.00", "37.93"),
		("100.00", "0.333", "33.333333", "", "88.90", "88.90"),
		("50.00", 1, "80", "", "-30.00", "-60.00"),
		("0.00", 2, "10", "", "-20.00", "0.00"),
		("100.00", 1, 0, "", "0", "0"),
		("-5000.00", 1, 0, TRADE_IN, "0", "0"),
		("-5000.00", 1, 4000, TRADE_IN, "0", "0"),
		("-100.00", 1, 0, CREDIT, "-100.00", "100.00"),
	],
)
def test_a_line_earns(revenue, quantity, cost, deduction, amount, percentage):
	margin = line_margin(revenue, quantity, cost, deduction)
	assert (margin.amount, margin.percentage) == (Decimal(amount), Decimal(percentage))


@given(st.lists(margins, max_size=9))
def test_together_lines_earn_what_each_does(parts):
	whole = Margin.together(parts)
	assert whole.amount == sum((part.amount for part in parts), Decimal(0))
	assert whole.revenue - whole.cost == whole.amount


@given(amounts, st.decimals("0.001", "999", places=3), st.decimals("0.01", "999", places=6))
def test_the_cost_is_rounded_once_to_the_currency(revenue, quantity, cost):
	for places in (0, 2, 3):
		margin = line_margin(revenue, quantity, cost, places=places)
		assert abs(margin.cost - quantity * cost) <= Decimal(1).scaleb(-places) / 2
