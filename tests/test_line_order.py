"""Where an opportunity's lines stand among the rows of its quote, for any rows and lines."""

from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.deal.line_order import merged_order

KEYS = list("abcdefgh")
rows = st.lists(st.sampled_from([None, "", *KEYS]), max_size=12)
lines = st.lists(st.sampled_from(KEYS), unique=True, max_size=8)


def applied(rows: list, lines: list) -> list:
	"""Return the rows as they are after the merge, by their keys; rows that are no lines by their index."""
	return [lines[line] if line is not None else row for row, line in merged_order(rows, lines)]


def test_headings_stay_where_they_are():
	assert applied([None, "a", None, "b"], ["a", "b"]) == [0, "a", 2, "b"]


def test_a_new_line_stands_behind_the_one_before_it():
	assert applied([None, "a", None, "b"], ["a", "x", "b"]) == [0, "a", "x", 2, "b"]
	assert applied([None, "a"], ["x", "a"]) == [0, "x", "a"]
	assert applied([None], ["x", "y"]) == [0, "x", "y"]


def test_a_deleted_line_leaves_and_swapped_ones_change_places():
	assert applied(["a", None, "b"], ["b"]) == [1, "b"]
	assert applied(["a", None, "b"], ["b", "a"]) == ["b", 1, "a"]


def test_rows_linked_with_nothing_or_twice_leave():
	assert applied(["", "a", "a"], ["a"]) == ["a"]


@given(rows, lines)
def test_the_lines_come_in_order_and_all_other_rows_stay(rows, lines):
	order = merged_order(rows, lines)
	assert [line for _row, line in order if line is not None] == list(range(len(lines)))
	others = [row for row, line in order if line is None]
	assert others == [index for index, key in enumerate(rows) if key is None]
	used = [row for row, _line in order if row is not None]
	assert len(used) == len(set(used))


@given(rows, lines)
def test_a_line_keeps_its_row(rows, lines):
	for row, line in merged_order(rows, lines):
		if line is not None:
			assert row == (rows.index(lines[line]) if lines[line] in rows else None)


@given(rows, lines)
def test_merging_again_changes_nothing(rows, lines):
	once = [lines[line] if line is not None else None for _row, line in merged_order(rows, lines)]
	assert merged_order(once, lines) == [
		(index, lines.index(key) if key is not None else None) for index, key in enumerate(once)
	]
