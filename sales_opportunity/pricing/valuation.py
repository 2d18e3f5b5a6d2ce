"""What an opportunity is worth: lines, total, and the share of it that the probability lets one expect."""

from collections.abc import Iterable
from decimal import Decimal

from sales_opportunity.pricing.money import HUNDRED, Number, round_money, to_decimal

PRICE_PLACES = 6
"""Decimals that a unit price keeps; amounts are rounded to those of their currency."""


def line_amount(
	quantity: Number,
	rate: Number,
	discount_percentage: Number = 0,
	places: int = 2,
	discount_amount: Number = 0,
	is_deducted: bool = False,
	periods: Number = 1,
) -> Decimal:
	"""Return quantity × rate × periods less the discounts, rounded once to `places` decimals of the rate's currency.

	`periods` is how often a recurring line is charged over its term (`recurrence.charged_periods`), 1 for all others.
	The discount in % comes first, then the fixed one of the line, which leaves nothing where it is what the line came to
	before, as that is shown. What `is_deducted`, a trade-in or a credit, is negative.
	"""
	kept = 1 - to_decimal(discount_percentage) / HUNDRED
	whole = to_decimal(quantity) * to_decimal(rate) * to_decimal(periods) * kept
	discount = to_decimal(discount_amount)
	amount = Decimal(0) if whole < discount <= round_money(whole, places) else whole - discount
	return round_money(-amount if is_deducted else amount, places)


def weighted(amount: Number, probability: Number, exchange_rate: Number = 1, places: int = 2) -> Decimal:
	"""Return amount × probability (0 to 100 %) × exchange rate, rounded once to `places` decimals."""
	return round_money(
		to_decimal(amount) * to_decimal(probability) / HUNDRED * to_decimal(exchange_rate), places
	)


def converted(amount: Number, exchange_rate: Number, places: int = 2) -> Decimal:
	"""Return `amount` in the company's currency: amount × exchange rate, rounded to `places` decimals."""
	return round_money(to_decimal(amount) * to_decimal(exchange_rate), places)


def exact_sum(amounts: Iterable[Number]) -> Decimal:
	"""Return the exact sum of amounts of one currency."""
	return sum(map(to_decimal, amounts), Decimal(0))


def unit_price(price: Number) -> Decimal:
	"""Return a unit price as it is kept."""
	return round_money(to_decimal(price), PRICE_PLACES)


def converted_price(price: Number, from_rate: Number, to_rate: Number, places: int = 2) -> Decimal:
	"""Return a unit price in another currency, so that the way back gives the same price.

	It has the fewest decimals, at least `places`, from which exactly this price comes back, else `PRICE_PLACES`. Each
	rate says what one unit of the currency is worth in the company's. Raises `ZeroDivisionError` for a rate of 0.
	"""
	price, from_rate, to_rate = unit_price(price), to_decimal(from_rate), to_decimal(to_rate)
	exact = price * from_rate / to_rate
	for decimals in range(places, PRICE_PLACES):
		found = round_money(exact, decimals)
		if unit_price(found * to_rate / from_rate) == price:
			return found
	return unit_price(exact)


def exchanged(amount: Number, from_rate: Number, to_rate: Number, places: int = 2) -> Decimal:
	"""Return an amount in another currency, rounded once to its `places` decimals.

	Each rate says what one unit of the currency is worth in the company's. Raises `ZeroDivisionError` for a
	target rate of 0.
	"""
	return round_money(to_decimal(amount) * to_decimal(from_rate) / to_decimal(to_rate), places)
