"""What of a deal will be invoiced: the same for opportunity and quote, and nothing gets lost when it is spread."""

from decimal import ROUND_FLOOR, Decimal
from itertools import permutations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sales_opportunity.pricing.deal_value import DealLine, amount_in_sums, deal_value
from sales_opportunity.pricing.money import allocate, round_money
from sales_opportunity.pricing.totals import (
	TaxedAmount,
	blended_rate,
	compute_totals,
	net_behind,
)
from sales_opportunity.pricing.valuation import line_amount

RATES = {"19 %": Decimal(19), "7 %": Decimal(7), "0 %": Decimal(0), "8.1 %": Decimal("8.1")}
percentages = st.decimals("0", "100", places=2)
lines = st.lists(
	st.tuples(
		st.decimals("0", "5000", places=3),
		st.decimals("0", "9999", places=4),
		st.one_of(st.just(Decimal(0)), percentages),
		st.sampled_from(sorted(RATES)),
	),
	min_size=1,
	max_size=8,
)
freights = st.tuples(st.decimals("0", "500", places=2), st.sampled_from(["", *sorted(RATES)]))
"""Freight without a tax of its own shares those of the lines."""


def deal_line(quantity, rate, discount, tax, name=""):
	return DealLine(quantity, rate, discount, tax, RATES[tax], name)


def quoted(rows, discount, freight, included, places):
	"""Return the totals of a quote with these lines, as it shows them."""
	amounts = [
		TaxedAmount(line_amount(quantity, rate, own, places), tax, RATES[tax])
		for quantity, rate, own, tax in rows
	]
	return compute_totals(amounts, discount, taxed(*freight), included, places)


def taxed(amount, tax):
	return TaxedAmount(amount, tax, RATES.get(tax, Decimal(0)))


@given(
	lines,
	percentages,
	freights,
	st.booleans(),
	st.sampled_from([(2, 1, 2), (0, "0.00613", 2), (3, "2.95", 2)]),
)
def test_a_deal_is_worth_what_its_quote_says_net_and_its_parts_add_up(
	rows, discount, freight, included, currency
):
	places, exchange_rate, base_places = currency
	freight = (round(freight[0], places), freight[1])
	totals = quoted(rows, discount, freight, included, places)

	lines_together = blended_rate(
		[taxed(line_amount(quantity, rate, own, places), tax) for quantity, rate, own, tax in rows]
	)

	def net(price, tax):
		return net_behind(price, RATES.get(tax, lines_together)) if included else price

	value = deal_value(
		[deal_line(quantity, net(rate, tax), own, tax) for quantity, rate, own, tax in rows],
		discount,
		taxed(net(*freight), freight[1]),
		included,
		places,
		exchange_rate,
		base_places,
	)
	assert value.net == totals.net
	assert sum(value.lines) + value.freight == value.net
	assert sum(value.base_lines) + value.base_freight == value.base_net
	assert all(share >= 0 for share in (*value.lines, value.freight, *value.base_lines, value.base_freight))


@given(
	st.lists(
		st.tuples(
			st.sampled_from([Decimal(1), Decimal(3), Decimal(100_000)]),
			st.decimals("0", "999", places=2),
			st.one_of(st.just(Decimal(0)), percentages),
			st.sampled_from(sorted(RATES)),
			st.decimals("0", "1", places=2),
		),
		min_size=1,
		max_size=20,
	),
	percentages,
	st.integers(0, 5),
	st.sampled_from([2, 0]),
)
@example(
	rows=[(Decimal(100_000), Decimal("61.95"), Decimal("0.01"), "0 %", Decimal(1))],
	discount=Decimal(0),
	cents_left=0,
	places=0,
)
def test_whatever_a_gross_quote_may_take_off_its_deal_may_too(rows, discount, cents_left, places):
	rows = [
		(quantity, rate, own, tax, round_money(line_amount(quantity, rate, own, places) * part, places))
		for quantity, rate, own, tax, part in rows
	]
	amounts = [
		taxed(line_amount(quantity, rate, own, places, fixed), tax)
		for quantity, rate, own, tax, fixed in rows
	]
	left = sum(amount.amount for amount in amounts) * (100 - discount) / 100
	whole = max(left.quantize(Decimal(1).scaleb(-places), ROUND_FLOOR) - cents_left, Decimal(0))
	deal_lines = [
		DealLine(
			*(quantity, net_behind(rate, RATES[tax]), own, tax, RATES[tax]),
			discount_amount=net_behind(fixed, RATES[tax]),
		)
		for quantity, rate, own, tax, fixed in rows
	]
	for line, amount in zip(deal_lines, amounts, strict=True):
		assert amount_in_sums(line, True, places) == amount
	net_whole = net_behind(whole, blended_rate(amounts))
	value = deal_value(deal_lines, discount, None, True, places, fixed_discount=net_whole)
	assert not value.is_overdrawn
	assert value.net == compute_totals(amounts, discount, None, True, places, whole).net


def test_10_pieces_at_1000_less_10_percent_are_worth_9000_and_freight_comes_on_top():
	line = deal_line(10, 1000, 0, "19 %")
	assert deal_value([line], 10).net == 9000
	assert deal_value([line], 10).discount == 1000
	value = deal_value([line], 10, TaxedAmount(Decimal(100), "19 %", Decimal(19)))
	assert (value.net, value.lines, value.freight) == (9100, (9000,), 100)


@pytest.mark.parametrize(
	("rows", "freight"),
	[
		([(1, 100, 0, "19 %"), (1, 100, 0, "7 %")], 100),
		([(1, 1000, 0, "19 %"), (1, 1000, 0, "0 %")], 500),
		([(3, 300, 0, "19 %"), (1, 100, 0, "7 %"), (2, 500, 0, "0 %")], "19.99"),
		([(1, 100, 0, "8.1 %"), (1, 100, 0, "8.1 %")], 10),
	],
)
@pytest.mark.parametrize("included", [False, True])
def test_net_freight_without_a_tax_is_worth_what_it_is_in_net_and_gross_prices(rows, freight, included):
	freight = Decimal(freight)
	value = deal_value([deal_line(*row) for row in rows], 0, TaxedAmount(freight), included)
	assert value.freight == freight
	assert value.net == sum(Decimal(row[0] * row[1]) for row in rows) + freight
	assert sum(part for _name, part in value.freight_taxes) == freight


@pytest.mark.parametrize("included", [False, True])
def test_freight_is_known_by_the_taxes_that_it_shares(included):
	rows = [(3, 100, 0, "19 %"), (1, 100, 0, "7 %")]
	lines = [deal_line(*row) for row in rows]
	shared = deal_value(lines, 10, TaxedAmount(Decimal(40)), included)
	assert shared.freight_taxes == (("19 %", Decimal(30)), ("7 %", Decimal(10)))
	own = deal_value(lines, 10, TaxedAmount(Decimal(40), "7 %", Decimal(7)), included)
	assert own.freight_taxes == (("7 %", Decimal(40)),)
	assert deal_value(lines, 10, None, included).freight_taxes == ()


def test_a_discount_and_gross_prices():
	"""119.00 gross with 10 % off is 107.10, of which 17.10 is tax; freight 11.90 has 1.90."""
	freight = TaxedAmount(Decimal(10), "19 %", Decimal(19))
	value = deal_value([deal_line(1, 100, 0, "19 %")], 10, freight, True)
	assert (value.net, value.lines, value.freight) == (Decimal(100), (Decimal(90),), Decimal(10))


@given(
	st.lists(
		st.tuples(
			st.sampled_from([Decimal(1), Decimal(3)]),
			st.sampled_from([Decimal("0.05"), Decimal("33.33"), Decimal("0.0345")]),
			st.just(Decimal(0)),
			st.sampled_from(sorted(RATES)),
		),
		min_size=2,
		max_size=4,
	),
	percentages,
	st.booleans(),
)
def test_the_order_of_lines_does_not_change_a_cent(rows, discount, included):
	def parts(order):
		value = deal_value(
			[deal_line(*row, name=f"{row[0]} {row[1]}") for row in order],
			discount,
			prices_include_tax=included,
		)
		return value.net, sorted(zip(order, value.lines, strict=True))

	def tax(order):
		return quoted(order, discount, (Decimal(0), "0 %"), included, 2).taxes

	assert len({str((parts(order), tax(order))) for order in permutations(rows)}) == 1


def test_an_odd_cent_of_the_discount_goes_to_the_highest_rate_of_equal_sums():
	"""0.05 at each rate, 10 % off of 0.10: the cent is taken from the 19 %, whichever line comes first."""
	for rows in permutations([(1, "0.05", 0, "19 %"), (1, "0.05", 0, "7 %")]):
		totals = quoted(rows, 10, (Decimal(0), "0 %"), False, 2)
		assert [(tax.tax_name, tax.taxable_amount) for tax in totals.taxes] == [
			("19 %", Decimal("0.04")),
			("7 %", Decimal("0.05")),
		]


@pytest.mark.parametrize("names", [("b", "a"), ("a", "b")])
def test_what_is_left_over_of_equal_weights_goes_by_name(names):
	shares = dict(zip(names, allocate(Decimal("0.01"), [Decimal(1), Decimal(1)], 2, names), strict=True))
	assert shares == {"a": Decimal("0.01"), "b": Decimal(0)}
