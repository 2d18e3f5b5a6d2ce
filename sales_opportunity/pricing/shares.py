"""Deals of several people: who has how much of what they bring. Free of the framework."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import accumulate, pairwise

from sales_opportunity.pricing.money import HUNDRED, allocate

Percentages = Mapping[str, Decimal]
"""By person what each has of a deal, 100 in all; the responsible one, "" for nobody, has what the colleagues leave."""

Parts = Mapping[str, Decimal]
"""By person what each has of an amount."""


def percentages(owner: str | None, colleagues: Mapping[str, Decimal]) -> dict[str, Decimal]:
	"""Return by person what each has of a deal, the one who is responsible first."""
	rest = HUNDRED - sum(colleagues.values(), Decimal(0))
	return {owner or "": rest, **colleagues}


def divided(total: Decimal, people: Percentages, places: int = 2) -> dict[str, Decimal]:
	"""Return by person the part of an amount; the parts have `places` decimals and add up to it."""
	if not total:
		return dict.fromkeys(people, Decimal(0))
	return dict(zip(people, allocate(total, list(people.values()), places, list(people)), strict=True))


def divided_parts(days: Sequence[Sequence[Decimal]], people: Percentages, places: int = 2) -> list[Parts]:
	"""Return by person what each has of each of a deal's parts, one after the other; they are given by day.

	It adds up both ways: everybody's parts to what they have of the whole, and all people's to each part. Nobody's part has
	the other sign than the part has, nor than the day, whatever the signs. What somebody has until a day is `divided`, but
	for a unit that would be taken back later; how a day is cut into parts changes nothing of it.
	"""
	of_days = [sum(parts, Decimal(0)) for parts in days]
	ends = list(accumulate(of_days, initial=Decimal(0)))
	reached = _running(
		ends, divided(ends[0], people, places), divided(ends[-1], people, places), people, places
	)
	found = []
	for parts, start, (before, after) in zip(days, ends, pairwise(reached), strict=False):
		of_parts = _running(list(accumulate(parts, initial=start)), before, after, people, places)
		found += [
			{person: now[person] - former[person] for person in people} for former, now in pairwise(of_parts)
		]
	return found


def _running(
	totals: Sequence[Decimal], before: Parts, after: Parts, people: Percentages, places: int
) -> list[Parts]:
	"""Return what people have of each of the running totals, of the first `before`, of the last `after`.

	Of a larger total somebody can have less, by largest remainders. So they are found from the end, none above what comes
	later where the total rises, none below where it falls; all stay on their side of `before`, so that it can be reached.
	"""
	found = [after]
	for total, next_total in reversed(list(pairwise(totals))[1:]):
		floors = [before] * (total >= totals[0]) + [found[-1]] * (next_total < total)
		ceilings = [before] * (total < totals[0]) + [found[-1]] * (next_total >= total)
		found.append(_between(floors, ceilings, total, people, places))
	return [before, *reversed(found)]


def _between(
	floors: Sequence[Parts], ceilings: Sequence[Parts], total: Decimal, people: Percentages, places: int
) -> Parts:
	"""Return the parts of a total as they are `divided`, raised to the floors and lowered to the ceilings.

	What this leaves over goes unit by unit to who is farthest from the exact share, among equal ones to the lower name.
	"""
	parts = divided(total, people, places)
	found = {
		person: min([max([part, *(each[person] for each in floors)]), *(each[person] for each in ceilings)])
		for person, part in parts.items()
	}
	while left := sum(parts.values()) - sum(found.values()):
		unit = Decimal(1).scaleb(-places).copy_sign(left)
		open_to = [
			person
			for person, part in sorted(found.items())
			if all(part + unit >= each[person] for each in floors)
			and all(part + unit <= each[person] for each in ceilings)
		]
		nearest = max(open_to, key=lambda person: (total * people[person] / HUNDRED - found[person]) * unit)
		found[nearest] += unit
	return found
