"""How opportunities pass through the stages, counted by hand."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.analysis.funnel import NAMED, Course, funnel

ORDER = ["Inquiry", "Proposal", "Negotiation", "Won"]
NOW = datetime(2026, 6, 30)


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
