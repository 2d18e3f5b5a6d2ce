"""What an opportunity is worth: lines, total, and the share of it that the probability lets one expect."""

from collections.abc import Iterable
from decimal import Decimal

from sales_opportunity.money import HUNDRED, Number, round_money, to_decimal

PRICE_PLACES = 6
"""Decimals that a unit price keeps; amounts are rounded to those of their currency."""


def line_amount(quantity: Number, rate: Number, discount_percentage: Number = 0, places: int = 2) -> Decimal:
	"""Return quantity × rate less the discount, rounded to `places` decimals of the rate's currency."""
	kept = 1 - to_decimal(discount_percentage) / HUNDRED
	return round_money(to_decimal(quantity) * to_decimal(rate) * kept, places)


def weighted(amount: Number, probability: Number, exchange_rate: Number = 1, places: int = 2) -> Decimal:
	"""Return amount × probability (0 to 100 %) × exchange rate, rounded once to `places` decimals."""
	return round_money(
		to_decimal(amount) * to_decimal(probability) / HUNDRED * to_decimal(exchange_rate), places
	)


def converted(amount: Number, exchange_rate: Number, places: int = 2) -> Decimal:
	"""Return `amount` in the company's currency: amount × exchange rate, rounded to `places` decimals."""
	return round_money(to_decimal(amount) * to_decimal(exchange_rate), places)


def total(amounts: Iterable[Number]) -> Decimal:
	"""Return the exact sum of amounts of one currency."""
	return sum(map(to_decimal, amounts), Decimal(0))


def unit_price(price: Number) -> Decimal:
	"""Return a unit price as it is kept."""
	return round_money(to_decimal(price), PRICE_PLACES)


def converted_price(
	price: Number, numerator: Number, denominator: Number, from_places: int = 2, to_places: int = 2
) -> Decimal:
	"""Return price × numerator ÷ denominator as a unit price, so that the way back gives the same price.

	A price in whole cents (`from_places` decimals) becomes one in whole cents if these lead back to it, else one with
	as many decimals more as the way back needs. Any other price keeps its decimals, at most `PRICE_PLACES`. Raises
	`ZeroDivisionError`.
	"""
	price, numerator, denominator = unit_price(price), to_decimal(numerator), to_decimal(denominator)
	there = (numerator, denominator, from_places, to_places)
	back = (denominator, numerator, to_places, from_places)
	if price == round_money(price, from_places):
		return _from_whole_cents(price, *there)
	whole = round_money(price * numerator / denominator, to_places)
	if _from_whole_cents(whole, *back) == price:
		return whole
	for places in range(to_places + 1, PRICE_PLACES):
		found = round_money(price * numerator / denominator, places)
		former = round_money(found * denominator / numerator, PRICE_PLACES)
		rival = round_money(former, from_places)
		if former == price and found != whole and _from_whole_cents(rival, *there) != found:
			return found
	return round_money(price * numerator / denominator, PRICE_PLACES)


def _from_whole_cents(
	price: Decimal, numerator: Decimal, denominator: Decimal, from_places: int, to_places: int
) -> Decimal:
	"""Return a price in whole cents as `converted_price` does."""
	for places in range(to_places, PRICE_PLACES):
		found = round_money(price * numerator / denominator, places)
		if round_money(found * denominator / numerator, from_places) == price:
			return found
	return round_money(price * numerator / denominator, PRICE_PLACES)


def exchanged(amount: Number, from_rate: Number, to_rate: Number, places: int = 2) -> Decimal:
	"""Return an amount in another currency, rounded once to its `places` decimals.

	Each rate says what one unit of the currency is worth in the company's. Raises `ZeroDivisionError` for a
	target rate of 0.
	"""
	return round_money(to_decimal(amount) * to_decimal(from_rate) / to_decimal(to_rate), places)
