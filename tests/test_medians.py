"""Medians are taken in one way, whatever of: of all that has ended the middle, of what goes on by Kaplan and Meier."""

import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.analysis.medians import censored_median, median


@pytest.mark.parametrize(
	("lengths", "expected"),
	[([], None), ([4], 4), ([1, 3], 2), ([5, 1, 3], 3), ([2, 2, 8, 9], 5), ([1, 1], 1)],
)
def test_the_median_of_known_lengths(lengths, expected):
	assert median(lengths) == expected


@given(st.lists(st.floats(0, 1000), min_size=1))
def test_without_open_stays_it_is_the_median_of_statistics(lengths):
	assert median(lengths) == pytest.approx(statistics.median(lengths))


def test_open_stays_draw_the_median_out():
	assert censored_median([1, 2, 3], []) == 2
	assert censored_median([1, 2, 3], [9, 9]) == 3
	assert censored_median([1], [9, 9]) is None


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=60))
def test_it_is_what_following_each_stay_gives(stays):
	ended = [length for length, has_ended in stays if has_ended]
	lasting = [length for length, has_ended in stays if not has_ended]
	assert censored_median(ended, lasting) == by_hand(stays)


def by_hand(stays) -> float | None:
	"""Return the same, moment by moment, in exact numbers."""
	surviving, half_way = Fraction(1), None
	for moment in sorted({length for length, has_ended in stays if has_ended}):
		if half_way is not None:
			return (half_way + moment) / 2
		observed = sum(length >= moment for length, _has_ended in stays)
		surviving *= 1 - Fraction(stays.count((moment, True)), observed)
		if surviving < Fraction(1, 2):
			return moment
		half_way = moment if surviving == Fraction(1, 2) else None
	return half_way


def test_after_half_have_ended_it_lies_before_the_next_end_or_at_the_last():
	assert censored_median([1, 2, 6], [9]) == 4
	assert censored_median([1, 2], [9, 9]) == 2
