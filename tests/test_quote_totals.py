"""Totals of a quote: to the cent, for any lines."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.deal.quote_status import (
	ACCEPTABLE,
	ISSUED,
	LIVE,
	REVISABLE,
	TRANSITIONS,
	is_allowed,
)
from sales_opportunity.pricing.totals import (
	TaxedAmount,
	blended_rate,
	compute_totals,
	with_tax,
	without_tax,
)
from sales_opportunity.sales_opportunity.doctype.quote_item.positions import number_positions
from sales_opportunity.sales_opportunity.doctype.quote_text.selection import best_text

RATES = [("19 %", Decimal(19)), ("7 %", Decimal(7)), ("0 %", Decimal(0)), ("7.7 %", Decimal("7.7"))]
taxed = st.builds(
	lambda amount, rate: TaxedAmount(amount, *rate),
	st.decimals("0", "999999.99", places=2),
	st.sampled_from(RATES),
)
lines = st.lists(taxed, min_size=1, max_size=12)
percentages = st.decimals("0", "100", places=2)


def amount(value: str, rate: int = 19) -> TaxedAmount:
	return TaxedAmount(Decimal(value), f"{rate} %", Decimal(rate))


def half_up(value: Fraction) -> Decimal:
	"""Round to cents by whole-number arithmetic, independently of the code under test."""
	cents = value * 100
	whole = (2 * cents.numerator + cents.denominator) // (2 * cents.denominator)
	return Decimal(whole) / 100


def test_two_rates_are_summed_apart_and_put_on_top():
	totals = compute_totals([amount("100.00"), amount("50.00"), amount("20.00", 7)])
	assert (totals.net, totals.tax, totals.gross) == (Decimal("170.00"), Decimal("29.90"), Decimal("199.90"))
	assert [(t.tax_name, t.taxable_amount, t.tax_amount) for t in totals.taxes] == [
		("19 %", Decimal("150.00"), Decimal("28.50")),
		("7 %", Decimal("20.00"), Decimal("1.40")),
	]


def test_a_discount_on_the_whole_is_spread_over_the_rates():
	totals = compute_totals([amount("100.00"), amount("100.00", 7)], discount_percentage=10)
	assert totals.discount_amount == Decimal("20.00")
	assert [t.taxable_amount for t in totals.taxes] == [Decimal("90.00"), Decimal("90.00")]


def test_freight_is_taxed_but_not_discounted():
	totals = compute_totals([amount("100.00")], 10, amount("10.00"))
	assert totals.net == Decimal("100.00")
	assert totals.gross == Decimal("119.00")


def test_freight_without_a_tax_of_its_own_takes_that_of_the_lines():
	totals = compute_totals([amount("100.00", 7)], 0, TaxedAmount(Decimal("10.00")))
	assert [(tax.tax_name, tax.taxable_amount) for tax in totals.taxes] == [("7 %", Decimal("110.00"))]
	assert totals.gross == Decimal("117.70")


def test_freight_of_lines_with_several_taxes_is_shared_in_proportion():
	lines = [amount("300.00"), amount("50.00", 7), amount("50.00", 7)]
	totals = compute_totals(lines, 0, TaxedAmount(Decimal("10.00")))
	assert [(tax.tax_name, tax.taxable_amount, tax.tax_amount) for tax in totals.taxes] == [
		("19 %", Decimal("307.50"), Decimal("58.43")),
		("7 %", Decimal("102.50"), Decimal("7.18")),
	]


def test_the_taxes_of_lines_taken_together_weigh_as_their_net_amounts_do():
	assert blended_rate([amount("357.00"), amount("107.00", 7)]) == 16
	assert blended_rate([amount("1190.00"), amount("1000.00", 0)]) == Decimal("9.5")
	assert blended_rate([amount("0"), amount("0", 7)]) == 19
	assert blended_rate([]) == 0


def test_prices_that_include_tax_keep_their_sum_to_the_cent():
	totals = compute_totals([amount("9.99")] * 3, prices_include_tax=True)
	assert totals.gross == Decimal("29.97")
	assert totals.tax == Decimal("4.79")
	assert totals.net == Decimal("25.18")


@given(lines, percentages, st.one_of(st.none(), taxed), st.booleans())
def test_net_plus_tax_is_gross_and_the_taxes_add_up(lines, discount, freight, included):
	totals = compute_totals(lines, discount, freight, included)
	assert totals.net + totals.tax == totals.gross
	assert sum(t.taxable_amount for t in totals.taxes) == totals.net
	assert sum(t.tax_amount for t in totals.taxes) == totals.tax
	before_tax = totals.gross if included else totals.net
	freight_amount = freight.amount if freight else 0
	assert before_tax == totals.line_total - totals.discount_amount + freight_amount


@given(lines)
def test_the_tax_of_each_rate_equals_an_independent_calculation(lines):
	for tax in compute_totals(lines).taxes:
		base = sum(Fraction(line.amount) for line in lines if line.tax_name == tax.tax_name)
		assert Fraction(tax.taxable_amount) == base
		assert tax.tax_amount == half_up(base * Fraction(tax.tax_rate) / 100)


@given(lines, percentages, st.booleans(), st.one_of(st.none(), taxed))
def test_a_whole_quote_equals_an_independent_calculation(lines, discount, included, freight):
	totals = compute_totals(lines, discount, freight, included)
	entered = {}
	for line in lines:
		entered[line.tax_name] = entered.get(line.tax_name, 0) + Fraction(line.amount)
	reduced = half_up(sum(entered.values()) * Fraction(discount) / 100)
	assert totals.discount_amount == reduced
	rates = {line.tax_name: Fraction(line.tax_rate) for line in [*lines, *([freight] if freight else [])]}
	for tax in totals.taxes:
		sum_of_rate = Fraction(tax.taxable_amount) + (Fraction(tax.tax_amount) if included else 0)
		extra = Fraction(freight.amount) if freight and freight.tax_name == tax.tax_name else 0
		share = entered.get(tax.tax_name, Fraction(0)) * (1 - Fraction(discount) / 100)
		assert abs(sum_of_rate - extra - share) < Fraction(2, 100)
		rate = rates[tax.tax_name]
		divisor = 100 + rate if included else 100
		assert tax.tax_amount == half_up(sum_of_rate * rate / divisor)
	entered_total = sum(entered.values()) - Fraction(reduced) + (Fraction(freight.amount) if freight else 0)
	assert Fraction(totals.gross if included else totals.net) == entered_total
	assert totals.net + totals.tax == totals.gross


@given(lines, percentages)
def test_the_discount_equals_an_independent_calculation(lines, discount):
	total = sum(Fraction(line.amount) for line in lines)
	assert compute_totals(lines, discount).discount_amount == half_up(total * Fraction(discount) / 100)


def test_lines_are_numbered_below_their_heading():
	rows = ["Priced", "Heading", "Priced", "Text", "Optional", "Subtotal", "Heading", "Alternative"]
	assert number_positions(rows) == ["1", "2", "2.1", "", "2.2", "", "3", "3.1"]


def test_every_status_is_in_the_table_and_only_known_ones_follow():
	for following in TRANSITIONS.values():
		assert following <= TRANSITIONS.keys()
	assert ISSUED < LIVE < TRANSITIONS.keys()


def test_what_a_status_allows():
	assert LIVE == {"Draft", "Issued", "Sent", "Accepted"}
	assert ISSUED == {"Issued", "Sent", "Accepted"}
	assert REVISABLE == {"Issued", "Sent", "Accepted", "Declined", "Expired"}
	assert ACCEPTABLE == ("Issued", "Sent", "Accepted", "Expired")


def test_a_cancelled_quote_stays_cancelled_and_a_draft_is_not_accepted():
	assert not any(is_allowed("Cancelled", status) for status in TRANSITIONS if status != "Cancelled")
	assert not is_allowed("Draft", "Accepted")
	assert is_allowed("Issued", "Sent")


def test_the_text_of_the_class_comes_before_the_general_one_in_the_same_language():
	texts = [
		{"content": "en", "language": "en", "class_id": None},
		{"content": "allgemein", "language": "de", "class_id": None},
		{"content": "Händler", "language": "de", "class_id": "DEALER"},
	]
	assert best_text(texts, "DEALER", "de")["content"] == "Händler"
	assert best_text(texts, "FLEET", "de-AT")["content"] == "allgemein"
	assert best_text(texts, "DEALER", "en")["content"] == "en"
	assert best_text(texts, "DEALER", "fr") is None


@given(
	st.integers(1, 10**9),
	st.sampled_from([Decimal(0), Decimal(7), Decimal(19), Decimal("8.1")]),
	st.integers(0, 3),
)
def test_a_gross_price_comes_back_from_its_net_price(cents, rate, places):
	gross = Decimal(cents).scaleb(-places)
	assert with_tax(without_tax(gross, rate, places), rate, places) == gross


@given(
	lines,
	st.decimals("0", "9999.999999", places=6),
	st.sampled_from(RATES),
	st.sampled_from([0, 2, 3]),
	st.booleans(),
)
def test_freight_of_any_precision_gives_sums_that_can_be_paid(lines, freight, rate, places, included):
	rounded = [TaxedAmount(line.amount.quantize(Decimal(1)), line.tax_name, line.tax_rate) for line in lines]
	totals = compute_totals(rounded, 0, TaxedAmount(freight, *rate), included, places)
	for amount in (totals.net, totals.tax, totals.gross):
		assert amount == amount.quantize(Decimal(1).scaleb(-places))
	assert totals.net + totals.tax == totals.gross
