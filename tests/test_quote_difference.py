"""What differs between two quotes, for any lines."""

from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.sales_opportunity.doctype.quote.difference import (
	LineDifference,
	changed_fields,
	line_differences,
)

FIELDS = ("item_name", "quantity", "rate")
row = st.fixed_dictionaries(
	{
		"row_type": st.sampled_from(["Priced", "Optional", "Heading"]),
		"item": st.sampled_from(["BIKE", "LOCK", None]),
		"item_name": st.sampled_from(["Bike", "Lock", None]),
		"quantity": st.integers(0, 3),
		"rate": st.integers(0, 3),
		"opportunity_item": st.sampled_from(["a", "b", None]),
	}
)
rows = st.lists(row, max_size=8)


def line(item: str, **values) -> dict:
	return {
		"row_type": "Priced",
		"item": item,
		"item_name": item.title(),
		"quantity": 1,
		"rate": 10,
		**values,
	}


def test_equal_quotes_do_not_differ():
	assert line_differences([line("BIKE")], [line("BIKE")], FIELDS) == []


def test_a_changed_price_an_added_and_a_removed_line():
	before = [line("BIKE"), line("LOCK")]
	after = [line("BIKE", rate=9), line("HELMET")]
	assert line_differences(before, after, FIELDS) == [
		LineDifference("changed", 0, 0, ("rate",)),
		LineDifference("removed", 1, None),
		LineDifference("added", None, 1),
	]


def test_a_line_that_only_moved_does_not_differ():
	assert line_differences([line("BIKE"), line("LOCK")], [line("LOCK"), line("BIKE")], FIELDS) == []


def test_a_renamed_line_is_recognised_by_the_opportunitys_line_or_its_item():
	for link in ({"opportunity_item": "x"}, {}):
		before, after = line("BIKE", **link), line("BIKE", item_name="Cargo bike", **link)
		assert line_differences([before], [after], FIELDS) == [
			LineDifference("changed", 0, 0, ("item_name",))
		]


def test_of_equal_lines_the_first_goes_with_the_first():
	before = [line("BIKE", rate=1), line("BIKE", rate=2)]
	assert line_differences(before, [line("BIKE", rate=1)], FIELDS) == [LineDifference("removed", 1, None)]


def test_nothing_zero_and_an_empty_text_are_the_same():
	assert changed_fields({"a": None, "b": 0}, {"a": "", "b": None}, ("a", "b")) == ()


@given(rows)
def test_a_quote_does_not_differ_from_itself(rows):
	assert line_differences(rows, rows, FIELDS) == []


@given(rows, rows)
def test_every_line_is_accounted_for_once(before, after):
	found = line_differences(before, after, FIELDS)
	earlier = [difference.before for difference in found if difference.before is not None]
	later = [difference.after for difference in found if difference.after is not None]
	assert len(earlier) == len(set(earlier)) and len(later) == len(set(later))
	added = sum(difference.kind == "added" for difference in found)
	removed = sum(difference.kind == "removed" for difference in found)
	assert len(after) - len(before) == added - removed


@given(rows, rows)
def test_the_way_back_is_as_long(before, after):
	kinds = sorted(difference.kind for difference in line_differences(before, after, FIELDS))
	back = sorted(difference.kind for difference in line_differences(after, before, FIELDS))
	swapped = {"added": "removed", "removed": "added", "changed": "changed"}
	assert kinds.count("added") == back.count("removed")
	assert len([kind for kind in kinds if kind != "changed"]) == len(
		[swapped[kind] for kind in back if kind != "changed"]
	)
