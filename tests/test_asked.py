"""What requests ask by and for, in whatever way it is written."""

import json

import pytest

from sales_opportunity.overrides.asked import Asked, asked_of, texts

COST = {"filters": [["cost", ">", 5]]}
WITH_ESCAPES = '{"\\u0066ilters":[["\\u0063ost",">",5]]}'


@pytest.mark.parametrize(
	"values",
	[
		COST,
		{"filters": json.dumps(json.dumps([["cost", ">", 5]]))},
		{"filters": '{"\\u0063ost": 5}'},
		{"filters": ["x = 1", "y = 2", "COST > 5"]},
		{"or_filters": [[["Item", "cost", "between", [1, 2]]]]},
		{"filters": [["c\u014fst", ">", 5], ["\u212a", "=", 1]]},
		{"doc": WITH_ESCAPES},
		{"doc": json.dumps({"data": WITH_ESCAPES})},
		{"docs": [WITH_ESCAPES]},
		{"order_by": "`tabItem`.`cost` desc"},
		{"stats": '["\\u0063ost"]'},
		{"field_map": '{"start":"\\u0063ost"}'},
		{"fields": ["cost name -- distinct"]},
		{"fields": "name, abs(cost)"},
		{"fields": [{"SUM": "cost"}]},
		{"fields": ["cost as distinct"]},
		{"filter_fields": ["name as x, cost"]},
	],
)
def test_names_by_which_is_asked(values):
	assert "cost" in asked_of(values).names


@pytest.mark.parametrize(
	"values",
	[
		{"filters": [["name", "=", "cost"]]},
		{"filters": {"name": "cost"}},
		{"fields": ["cost", "`tabItem`.`cost` as x", "campaign.cost as x", "*"]},
		{"fields": "name, cost"},
		{"fieldname": {"description": "cost of (all)"}},
		{"doc": {"description": "cost", "items": [{"fields_of_work": "cost"}]}},
	],
)
def test_values_and_columns_that_the_framework_checks_are_no_questions(values):
	assert "cost" not in asked_of(values).names


@pytest.mark.parametrize(
	("values", "links"),
	[
		({"fields": ["name", "deal.title", "deal.`title` as x"]}, {"deal"}),
		({"fields": ["`tab", "deal.title", "`.x"]}, {"deal"}),
		({"filters": {"Deal.title": "x"}, "group_by": "quote . title"}, {"deal", "quote"}),
		({"fields": ["`tabSales Quote`.`title`"], "order_by": "`tabSales Quote`.`title` desc"}, set()),
	],
)
def test_links_whose_fields_are_asked_for(values, links):
	assert asked_of(values).links == links


def test_nothing_is_asked_by_other_parameters():
	assert asked_of(
		{"doctype": "Quote", "txt": "cost", "filters": None, "doc": "[1, 2", "fields": ""}
	) == Asked(columns=[""])


def test_all_texts_of_a_value():
	assert list(texts({"a": ["b", '{"c": "\\u0064"}'], "e": 1})) == ["a", "b", "c", "d", "e"]
