"""Deals of several people: who has how much of what they bring. Free of the framework."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sales_opportunity.pricing.money import HUNDRED, allocate

Percentages = Mapping[str, Decimal]
"""By person what each has of a deal, 100 in all; the responsible one, "" for nobody, has what the colleagues leave."""


def percentages(owner: str | None, colleagues: Mapping[str, Decimal]) -> dict[str, Decimal]:
	"""Return by person what each has of a deal, the one who is responsible first."""
	rest = HUNDRED - sum(colleagues.values(), Decimal(0))
	return {owner or "": rest, **colleagues}


def divided(total: Decimal, people: Percentages, places: int = 2) -> dict[str, Decimal]:
	"""Return by person the part of an amount; the parts have `places` decimals and add up to it."""
	if not total:
		return dict.fromkeys(people, Decimal(0))
	return dict(zip(people, allocate(total, list(people.values()), places, list(people)), strict=True))


def divided_parts(
	amounts: Sequence[Decimal], people: Percentages, places: int = 2
) -> list[dict[str, Decimal]]:
	"""Return by person what each has of each of a deal's parts.

	It adds up both ways: everybody's parts to what they have of the whole, and all people's to each part.
	"""
	found = []
	whole, former = Decimal(0), dict.fromkeys(people, Decimal(0))
	for amount in amounts:
		whole += amount
		now = divided(whole, people, places)
		found.append({person: now[person] - former[person] for person in people})
		former = now
	return found
