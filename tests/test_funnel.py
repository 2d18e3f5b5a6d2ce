"""How opportunities pass through the stages, counted by hand."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
import slow_funnel
from hypothesis import given
from hypothesis import strategies as st
from slow_funnel import Course

from sales_opportunity.analysis.funnel import BEGIN, NAMED, Funnel, StageFigures, StageHistories

ORDER = ["Inquiry", "Proposal", "Negotiation", "Won"]
NOW = datetime(2026, 6, 30)


def funnel(courses: Iterable[Course], order: list[str], final: set[str], now: datetime) -> list[StageFigures]:
	"""Return the figures of all these courses, in columns."""
	given = list(courses)
	steps = [
		(each.name, stage, (moment - BEGIN).total_seconds(), number, each.status, each.name)
		for each in given
		for number, (stage, moment) in enumerate(each.steps)
	]
	stages_of = {each.name: order if each.available is None else each.available for each in given}
	found = Funnel(order, final, now)
	if steps:
		in_columns = StageHistories(reversed(steps), order, final, stages_of.__getitem__)
		found.add(in_columns, np.ones(len(given), bool))
	return found.figures


def course(name: str, *steps: tuple[str, int], status: str = "Open") -> Course:
	"""Return a course whose steps say stage and day of June."""
	return Course(name, tuple((stage, datetime(2026, 6, day)) for stage, day in steps), status)


def test_of_two_won_stages_none_comes_after_the_other():
	courses = [
		course("A", ("Inquiry", 1), ("Contract", 3), status="Won"),
		course("B", ("Inquiry", 1), ("Order", 4), status="Won"),
	]
	inquiry, contract, order = funnel(courses, ["Inquiry", "Contract", "Order"], {"Contract", "Order"}, NOW)
	assert (contract.reached.names, contract.advanced.names) == (["A"], [])
	assert order.reached.names == ["B"]
	assert inquiry.advanced.names == ["A", "B"]


@pytest.mark.parametrize("status", ["Open", "Lost"])
def test_what_was_opened_again_after_it_was_won_is_not_won(status):
	steps = [("Inquiry", 1), ("Won", 3), ("Inquiry", 5)]
	courses = [course("A", *steps, *([("Lost", 6)] if status == "Lost" else []), status=status)]
	inquiry, _proposal, _negotiation, won = funnel(courses, ORDER, {"Won"}, NOW)
	assert (inquiry.advanced.names, won.reached.names) == ([], [])
	assert inquiry.conversion == (0 if status == "Lost" else None)


def test_five_opportunities_by_hand():
	courses = [
		course("A", ("Inquiry", 1), ("Proposal", 3), ("Negotiation", 9), ("Won", 10), status="Won"),
		course("B", ("Inquiry", 1), ("Negotiation", 5), ("Lost", 8), status="Lost"),
		course("C", ("Inquiry", 2), ("Proposal", 8), ("Inquiry", 10), ("Proposal", 11)),
		course("D", ("Inquiry", 20)),
		course("E", ("Proposal", 4), ("Lost", 6), status="Lost"),
	]
	inquiry, proposal, negotiation, won = funnel(courses, ORDER, {"Won"}, NOW)

	assert (inquiry.entered.names, inquiry.skipped.names) == (["A", "B", "C", "D"], ["E"])
	assert inquiry.advanced.names == ["A", "B", "C", "E"]
	assert inquiry.waiting.names == ["D"]
	assert inquiry.conversion == 1  # D has not decided yet
	assert (sorted(inquiry.ended), list(inquiry.lasting)) == ([1, 2, 4, 6], [10])
	assert inquiry.median_days == 4

	assert (proposal.entered.names, proposal.skipped.names) == (["A", "C", "E"], ["B"])
	assert (proposal.back.names, proposal.lost.names, proposal.waiting.names) == (["C"], ["E"], ["C"])
	assert proposal.conversion == pytest.approx(2 / 3)  # A and B of A, B and E

	assert (negotiation.reached.names, negotiation.lost.names) == (["A", "B"], ["B"])
	assert negotiation.conversion == 0.5
	assert (won.reached.names, list(won.ended), won.conversion) == (["A"], [], None)


def test_of_very_many_all_are_counted_and_the_first_are_named():
	courses = (course(str(number), ("Inquiry", 1), ("Proposal", 2)) for number in range(NAMED + 2))
	inquiry, proposal, _negotiation, _won = funnel(courses, ORDER, {"Won"}, NOW)
	for group in (inquiry.advanced, inquiry.reached, proposal.undecided):
		assert (group.count, len(group.names)) == (NAMED + 2, NAMED)
	assert (inquiry.conversion, proposal.conversion) == (1, None)


def test_a_stage_that_nobody_reached_has_no_conversion():
	assert [stage.conversion for stage in funnel([], ORDER, {"Won"}, NOW)] == [None] * 4


def test_a_lost_opportunity_that_skipped_the_open_stages_does_not_count():
	(inquiry, *_rest) = funnel([course("A", ("Lost", 1), status="Lost")], ORDER, {"Won"}, NOW)
	assert inquiry.reached.names == []


def test_nobody_skips_a_stage_that_the_class_does_not_have():
	other = Course(
		"A", (("Inquiry", NOW), ("Negotiation", NOW)), available=frozenset({"Inquiry", "Negotiation"})
	)
	_inquiry, proposal, negotiation, _won = funnel([other], ORDER, {"Won"}, NOW)
	assert (proposal.reached.names, negotiation.reached.names) == ([], ["A"])


STEPS = st.lists(st.tuples(st.sampled_from([*ORDER, "Lost"]), st.integers(0, 5)), min_size=1, max_size=8)
STATUS = st.sampled_from(["Open", "Won", "Lost"])
AVAILABLE = st.none() | st.frozensets(st.sampled_from(ORDER))


@given(
	st.lists(st.tuples(STEPS, STATUS, AVAILABLE), max_size=20),
	st.sampled_from([{"Won"}, {"Negotiation", "Won"}]),
)
def test_all_at_once_are_as_one_by_one(courses, final):
	given = []
	for number, (steps, status, available) in enumerate(courses):
		moment, path = BEGIN, []
		for stage, days in steps:
			moment += timedelta(days=days, microseconds=number)
			path.append((stage, moment))
		given.append(Course(f"{number:02}", tuple(path), status, available))
	found, expected = (each(given, ORDER, final, NOW) for each in (funnel, slow_funnel.funnel))
	for one, other in zip(found, expected, strict=True):
		assert sorted(one.ended) == pytest.approx(sorted(other.ended))
		assert sorted(one.lasting) == pytest.approx(sorted(other.lasting))
		one.ended, one.lasting = other.ended, other.lasting
	assert found == expected


@given(
	st.lists(st.tuples(st.lists(st.sampled_from(ORDER), min_size=1, max_size=8), st.booleans()), max_size=20)
)
def test_each_figure_fits_the_others(paths):
	courses = []
	for number, (stages, lost) in enumerate(paths):
		ending = ["Lost"] if lost else []
		moments = [NOW - timedelta(days=100 - day) for day in range(len(stages) + 1)]
		status = "Lost" if lost else "Won" if stages[-1] == "Won" else "Open"
		steps = tuple(zip([*stages, *ending], moments, strict=False))
		courses.append(Course(str(number), steps, status))
	figures = funnel(courses, ORDER, {"Won"}, NOW)
	for stage, following in pairwise(figures):
		assert sorted(stage.advanced.names) == sorted(following.reached.names)
		assert not set(stage.entered.names) & set(stage.skipped.names)
		assert stage.conversion is None or 0 <= stage.conversion <= 1
	assert sum(stage.lost.count for stage in figures) == sum(lost for _stages, lost in paths)
