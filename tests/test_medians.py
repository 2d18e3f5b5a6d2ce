"""Medians are taken in one way, whatever of: of all that has ended the middle, of what goes on by Kaplan and Meier."""

import statistics

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
	ended = [(1.0, True), (2.0, True), (3.0, True)]
	assert censored_median(ended) == 2
	assert censored_median([*ended, (9.0, False), (9.0, False)]) == 3
	assert censored_median([(1.0, True), (9.0, False), (9.0, False)]) is None


def test_after_half_have_ended_it_lies_before_the_next_end_or_at_the_last():
	assert censored_median([(1.0, True), (2.0, True), (6.0, True), (9.0, False)]) == 4
	assert censored_median([(1.0, True), (2.0, True), (9.0, False), (9.0, False)]) == 2
