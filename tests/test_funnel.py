"""How opportunities pass through the stages, counted by hand."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.analysis.funnel import Course, funnel

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
	assert (contract.reached, contract.advanced) == (["A"], [])
	assert order.reached == ["B"]
	assert inquiry.advanced == ["A", "B"]


@pytest.mark.parametrize("status", ["Open", "Lost"])
def test_what_was_opened_again_after_it_was_won_is_not_won(status):
	steps = [("Inquiry", 1), ("Won", 3), ("Inquiry", 5)]
	courses = [course("A", *steps, *([("Lost", 6)] if status == "Lost" else []), status=status)]
	inquiry, _proposal, _negotiation, won = funnel(courses, ORDER, {"Won"}, NOW)
	assert (inquiry.advanced, won.reached) == ([], [])
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

	assert (inquiry.entered, inquiry.skipped) == (["A", "B", "C", "D"], ["E"])
	assert inquiry.advanced == ["A", "B", "C", "E"]
	assert inquiry.waiting == ["D"]
	assert inquiry.conversion == 1  # D has not decided yet
	assert sorted(inquiry.stays) == [(1, True), (2, True), (4, True), (6, True), (10, False)]
	assert inquiry.median_days == 4

	assert (proposal.entered, proposal.skipped) == (["A", "C", "E"], ["B"])
	assert (proposal.back, proposal.lost, proposal.waiting) == (["C"], ["E"], ["C"])
	assert proposal.conversion == pytest.approx(2 / 3)  # A and B of A, B and E

	assert (negotiation.reached, negotiation.lost) == (["A", "B"], ["B"])
	assert negotiation.conversion == 0.5
	assert (won.reached, won.stays, won.conversion) == (["A"], [], None)


def test_a_stage_that_nobody_reached_has_no_conversion():
	assert [stage.conversion for stage in funnel([], ORDER, {"Won"}, NOW)] == [None] * 4


def test_a_lost_opportunity_that_skipped_the_open_stages_does_not_count():
	(inquiry, *_rest) = funnel([course("A", ("Lost", 1), status="Lost")], ORDER, {"Won"}, NOW)
	assert inquiry.reached == []


def test_nobody_skips_a_stage_that_the_class_does_not_have():
	other = Course(
		"A", (("Inquiry", NOW), ("Negotiation", NOW)), available=frozenset({"Inquiry", "Negotiation"})
	)
	_inquiry, proposal, negotiation, _won = funnel([other], ORDER, {"Won"}, NOW)
	assert (proposal.reached, negotiation.reached) == ([], ["A"])


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
		assert sorted(stage.advanced) == sorted(following.reached)
		assert not set(stage.entered) & set(stage.skipped)
		assert stage.conversion is None or 0 <= stage.conversion <= 1
	assert sum(len(stage.lost) for stage in figures) == sum(lost for _stages, lost in paths)
