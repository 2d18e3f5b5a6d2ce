"""Fixed discounts and deductions: nothing gained, nothing lost, in any currency, on the quote as in the deal."""

from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sales_opportunity.erpnext.orders.layouts import SoldPart, layouts
from sales_opportunity.pricing.deal_value import DealLine, deal_value
from sales_opportunity.pricing.money import in_whole_units
from sales_opportunity.pricing.totals import TaxedAmount, compute_totals, net_behind, net_shares
from sales_opportunity.pricing.valuation import exact_sum, line_amount
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.quantities import part_amount

RATES = {"19 %": Decimal(19), "7 %": Decimal(7), "0 %": Decimal(0), "8.1 %": Decimal("8.1")}
CURRENCIES = [(2, 1, 2), (0, "0.00613", 2), (3, "2.95", 2), (2, "1.0431", 0)]
percentages = st.one_of(st.just(Decimal(0)), st.decimals("0", "100", places=2))
shares = st.decimals("0", "1", places=4)
"""How much of what is left a fixed discount takes."""


def amount(value: str, rate: int = 19, is_deducted: bool = False) -> TaxedAmount:
	return TaxedAmount(Decimal(value), f"{rate} %", Decimal(rate), is_deducted)


@pytest.mark.parametrize(
	("quantity", "rate", "percent", "fixed", "expected"),
	[
		(3, 100, 0, 10, "290.00"),
		(3, 100, 10, 10, "260.00"),
		(1, "99.99", "33.33", "0.01", "66.65"),
		(7, "0.0345", 0, "0.005", "0.24"),
		(1, 50, 0, 50, "0.00"),
	],
)
def test_the_discount_in_percent_comes_before_the_fixed_one(quantity, rate, percent, fixed, expected):
	assert line_amount(quantity, rate, percent, discount_amount=fixed) == Decimal(expected)


def test_both_discounts_are_rounded_once():
	assert line_amount(1, "0.005", 0, discount_amount="0.001") == Decimal("0.00")
	assert line_amount(1, "10.004", 0, discount_amount="0.009") == Decimal("10.00")


def test_a_trade_in_reduces_the_total_by_its_own_tax_and_is_not_discounted():
	lines = [amount("30000"), amount("-5000", 0, is_deducted=True)]
	totals = compute_totals(lines, discount_percentage=5, fixed_discount=500)
	assert (totals.line_total, totals.discount_amount, totals.deduction_total) == (30000, 2000, -5000)
	assert (totals.net, totals.tax, totals.gross) == (23000, 5320, 28320)
	assert [(tax.tax_rate, tax.taxable_amount) for tax in totals.taxes] == [(19, 28000), (0, -5000)]


def test_freight_without_a_tax_of_its_own_does_not_share_that_of_a_trade_in():
	lines = [amount("100"), amount("-60", 0, is_deducted=True)]
	totals = compute_totals(lines, freight=TaxedAmount(Decimal(10)))
	assert [(tax.tax_rate, tax.taxable_amount) for tax in totals.taxes] == [(19, 110), (0, -60)]


def test_a_fixed_discount_on_the_whole_is_spread_over_the_rates():
	totals = compute_totals([amount("100"), amount("50", 7)], fixed_discount=30)
	assert [tax.taxable_amount for tax in totals.taxes] == [80, 40]


@st.composite
def deals(draw):
	"""Return lines of quantity, price, discounts and tax, of which some are deducted, and conditions on the whole."""
	places, exchange_rate, base_places = draw(st.sampled_from(CURRENCIES))
	lines = []
	for _number in range(draw(st.integers(1, 6))):
		quantity, rate = (
			draw(st.decimals("0.001", "5000", places=3)),
			draw(st.decimals("0", "9999", places=4)),
		)
		tax, is_deducted = draw(st.sampled_from(sorted(RATES))), draw(st.booleans())
		percent = Decimal(0) if is_deducted else draw(percentages)
		left = quantity * rate * (1 - percent / 100)
		fixed = Decimal(0) if is_deducted else round(left * draw(shares), 4)
		lines.append((quantity, rate, percent, min(fixed, left), tax, is_deducted))
	return lines, draw(percentages), draw(shares), draw(st.booleans()), places, exchange_rate, base_places


@given(deals())
def test_a_deal_is_worth_what_its_quote_says_and_its_parts_add_up(deal):
	rows, percent, share, included, places, exchange_rate, base_places = deal
	amounts = [
		TaxedAmount(line_amount(*row[:3], places, row[3], row[5]), row[4], RATES[row[4]], row[5])
		for row in rows
	]
	sold = exact_sum(each.amount for each in amounts if not each.is_deducted)
	left = sold - round(sold * percent / 100, places)
	fixed = Decimal(0) if included else round(max(left, Decimal(0)) * share, places)
	totals = compute_totals(amounts, percent, None, included, places, fixed)
	assert totals.net + totals.tax == totals.gross
	assert totals.line_total + totals.deduction_total == exact_sum(each.amount for each in amounts)
	assert exact_sum(tax.taxable_amount for tax in totals.taxes) == totals.net
	if included:
		assert totals.gross == totals.line_total - totals.discount_amount + totals.deduction_total

	def net(price, tax):
		return net_behind(price, RATES[tax]) if included else price

	lines = [
		DealLine(quantity, net(rate, tax), own, tax, RATES[tax], str(index), net(off, tax), is_deducted)
		for index, (quantity, rate, own, off, tax, is_deducted) in enumerate(rows)
	]
	value = deal_value(lines, percent, None, included, places, exchange_rate, base_places, fixed)
	assert exact_sum(value.lines) + value.freight == value.net
	assert exact_sum(value.base_lines) + value.base_freight == value.base_net
	if not included:
		assert value.net == totals.net
	step = Decimal(1).scaleb(-base_places)
	if any(line.is_deducted for line in lines):
		for part, base in zip(value.lines, value.base_lines, strict=True):
			assert abs(part * Decimal(str(exchange_rate)) - base) <= step


@given(deals(), st.randoms(use_true_random=False))
def test_no_cent_of_a_deal_with_deductions_depends_on_the_order_of_its_lines(deal, random):
	rows, percent, _share, _included, places, exchange_rate, base_places = deal
	lines = [
		DealLine(quantity, rate, own, tax, RATES[tax], str(index), off, is_deducted)
		for index, (quantity, rate, own, off, tax, is_deducted) in enumerate(rows)
	]
	order = list(range(len(lines)))
	random.shuffle(order)
	conditions = (percent, None, False, places, exchange_rate, base_places)
	straight, shuffled = (deal_value(each, *conditions) for each in (lines, [lines[i] for i in order]))
	assert straight.net == shuffled.net
	assert [straight.lines[i] for i in order] == list(shuffled.lines)
	assert [straight.base_lines[i] for i in order] == list(shuffled.base_lines)


def test_a_small_rest_of_large_amounts_does_not_magnify_what_was_rounded():
	lines = [
		DealLine(1, 30000, tax_name="19 %"),
		DealLine(1, "29999.99", tax_name="0 %", is_deducted=True),
	]
	value = deal_value(lines, exchange_rate="1.0857")
	assert value.net == Decimal("0.01")
	assert value.base_lines == (Decimal("32571.00"), Decimal("-32570.99"))


@given(st.lists(st.decimals("-9999", "9999", places=5), min_size=1, max_size=9), st.sampled_from([0, 2, 3]))
def test_whole_units_add_up_and_lie_next_to_the_exact_shares(exact, places):
	total = round(exact_sum(exact), places)
	found = in_whole_units(total, exact, places)
	assert exact_sum(found) == total
	assert all(abs(a - b) <= Decimal(1).scaleb(-places) for a, b in zip(found, exact, strict=True))


@pytest.mark.parametrize("order", list(permutations([1, 2, 4])))
def test_the_parts_of_a_trade_in_add_up_in_any_order(order):
	taken, requested = Decimal(0), Decimal(0)
	for quantity in order:
		taken += part_amount("-100.00", 7, requested, taken, quantity)
		requested += quantity
	assert taken == Decimal("-100.00")


def part(quantity, rate, percent=0, fixed=0, amount=None):
	sold = line_amount(quantity, rate, percent, discount_amount=fixed) if amount is None else Decimal(amount)
	return SoldPart(Decimal(quantity), Decimal(rate), Decimal(percent), sold, discount_amount=Decimal(fixed))


def test_a_fixed_discount_of_a_line_stands_on_the_order_per_unit():
	first = next(layouts([part(4, 100, 10, 20)]))
	(price,) = first.prices
	assert (price.list_rate, price.discount_percentage, price.discount_amount, price.rate) == (100, 0, 15, 85)


def test_a_fixed_discount_stays_in_its_line_on_the_order_whatever_it_is_per_unit():
	first = next(layouts([part(3, 100, 0, 10), part(1, 50, 0, 0)]))
	assert (first.discount_percentage, first.discount_amount) == (0, 0)
	assert [(price.list_rate, price.discount_amount) for price in first.prices] == [
		(100, Decimal("3.333333")),
		(50, 0),
	]


def test_the_fixed_discount_on_the_whole_is_an_amount_on_the_order():
	found = list(layouts([part(1, 100, amount="75")], discount_percentage=20, fixed_discount=5))
	assert (found[0].discount_percentage, found[0].discount_amount) == (0, 25)


def test_a_trade_in_has_a_negative_price_on_the_order():
	found = list(layouts([part(1, 30000), part(1, -5000)]))
	assert [price.rate for price in found[0].prices] == [30000, -5000]


@st.composite
def cheap_deals(draw):
	"""Return few small amounts, some for free, some deducted, and a discount that may take all that is sold."""
	places = draw(st.sampled_from((0, 2, 3)))
	unit = Decimal(1).scaleb(-places)
	amounts, rates = [], draw(st.lists(st.sampled_from(sorted(RATES)), min_size=1, max_size=2))
	for _number in range(draw(st.integers(1, 5))):
		value, is_deducted = draw(st.sampled_from((0, 3, 4, 10, 25))) * unit, draw(st.booleans())
		tax = draw(st.sampled_from(rates))
		amounts.append(TaxedAmount(-value if is_deducted else value, tax, RATES[tax], is_deducted))
	freight = draw(st.none() | st.builds(TaxedAmount, st.integers(0, 20).map(lambda value: value * unit)))
	return amounts, draw(st.sampled_from((Decimal(0), Decimal(50), Decimal(100)))), freight, places


@given(cheap_deals(), st.booleans())
def test_no_part_of_a_deal_has_the_wrong_sign(deal, included):
	amounts, percent, freight, places = deal
	totals = compute_totals(amounts, percent, freight, included, places)
	shares, net_freight = net_shares(amounts, totals, freight, included, places)
	assert exact_sum(shares) + exact_sum(net_freight.values()) == totals.net
	assert all(part >= 0 for part in net_freight.values())
	for line, share in zip(amounts, shares, strict=True):
		assert share <= 0 if line.is_deducted else share >= 0
		assert line.amount or not share


def test_what_is_for_free_beside_credits_in_yen_stays_for_free():
	free, credit = amount("0", 10), [amount(f"-{value}", 10, is_deducted=True) for value in (6, 6)]
	lines = [free, *credit]
	totals = compute_totals(lines, prices_include_tax=True, places=0)
	shares, _freight = net_shares(lines, totals, None, True, 0)
	assert shares[0] == 0
	assert exact_sum(shares) == totals.net


@given(cheap_deals())
@example(([amount("3", 0), amount("3", 19)], Decimal(50), None, 0))
@example(([amount("10"), amount("10", 0)], Decimal(0), TaxedAmount(Decimal(3)), 0))
def test_what_a_line_brings_net_does_not_depend_on_how_high_its_tax_is(deal):
	amounts, percent, freight, places = deal
	untaxed = [TaxedAmount(line.amount, line.tax_name, is_deducted=line.is_deducted) for line in amounts]
	found = [
		net_shares(lines, compute_totals(lines, percent, freight, False, places), freight, False, places)
		for lines in (amounts, untaxed)
	]
	assert found[0] == found[1]
