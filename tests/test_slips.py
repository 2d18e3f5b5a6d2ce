"""How late deals close compared with the date that the seller said: by hand, and against the medians of other reports."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.analysis.medians import censored_median
from sales_opportunity.analysis.slips import SlipCurve, Slips

SAID = date(2026, 6, 30)
BY_HAND = [(-5, True), (0, True), (10, True), (10, False), (20, True), (30, False), (40, True)]
"""Seven deals: closed 5 days early, on the day, 10, 20 and 40 days late; two are open and 10 and 30 days late by now."""


def test_the_curve_by_hand():
	"""At −5: 6/7; at 0: × 5/6 = 5/7; at 10: × 4/5 = 4/7; at 20 of three left: × 2/3 = 8/21; at 40 of one: 0."""
	curve = SlipCurve.of(Counter(BY_HAND))
	assert curve.days == (-5, 0, 10, 20, 40)
	assert curve.shares == pytest.approx((6 / 7, 5 / 7, 4 / 7, 8 / 21, 0))
	assert curve.closed == 5


@pytest.mark.parametrize(
	("passed", "slip"),
	[
		(-100, 20),  # long before its date: 8/21 is the first share that is no more than 1/2
		(-5, 20),  # of 6/7 the half is 3/7
		(0, 40),  # of 5/7 it is 5/14, and 8/21 is more
		(10, 40),  # of 4/7 it is 2/7
		(25, 40),  # of 8/21 it is 4/21
		(40, None),  # nobody was ever later
	],
)
def test_who_is_late_already_will_be_later(passed, slip):
	assert SlipCurve.of(Counter(BY_HAND)).slip(passed) == slip


def test_if_just_the_half_has_closed_it_is_the_middle_to_the_next():
	curve = SlipCurve.of(dict.fromkeys([(0, True), (10, True), (21, True), (40, True)], 1))
	assert curve.slip(-1) == 15.5
	assert curve.slip(10) == 30.5


def test_while_most_are_open_nobody_knows():
	assert SlipCurve.of({(0, True): 1, (5, False): 2}).slip(-1) is None
	assert SlipCurve.of({}).slip(0) is None


slips = st.lists(st.tuples(st.integers(-60, 200), st.booleans()), max_size=40)


@given(slips, st.integers(-80, 220))
def test_it_is_the_median_of_those_that_were_as_late(observed, passed):
	later = [(days, closed) for days, closed in observed if days > passed]
	over, lasting = ([days for days, closed in later if closed is is_over] for is_over in (True, False))
	assert SlipCurve.of(Counter(observed)).slip(passed) == censored_median(over, lasting)


def history(class_id: str, stage: str, *days: int):
	return [(class_id, stage, (each, True), 1) for each in days]


def test_the_class_counts_then_all_classes_then_the_seller():
	observed = [
		*history("DEALER", "Proposal", 10, 10, 10),
		*history("FLEET", "Proposal", 40, 40),
		*history("FLEET", "Negotiation", 5, 5),
	]
	known = Slips.of(observed, smallest=3)
	today = date(2026, 6, 1)
	assert known.adjusted("DEALER", "Proposal", SAID, today) == date(2026, 7, 10)
	assert known.adjusted("FLEET", "Proposal", SAID, today) == date(
		2026, 7, 10
	)  # three of all five are at 10
	assert known.adjusted("FLEET", "Negotiation", SAID, today) == SAID
	assert known.adjusted("DEALER", "Proposal", SAID, date(2026, 7, 15)) == date(
		2026, 8, 9
	)  # 15 days late: 40
	assert known.adjusted("DEALER", "Proposal", SAID, date(2026, 9, 1)) == SAID


def test_half_days_are_rounded_up():
	known = Slips.of(history("A", "Proposal", 0, 10, 21, 40), smallest=1)
	assert known.adjusted("A", "Proposal", SAID, date(2026, 6, 1)) == date(2026, 7, 16)
