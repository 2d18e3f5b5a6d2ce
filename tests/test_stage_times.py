"""How long a deal was in its stages: all visits together, the last until now."""

from datetime import datetime
from types import SimpleNamespace

from sales_opportunity.sales_opportunity.doctype.sales_opportunity.stage_times import seconds_in_stages

NOON = datetime(2026, 3, 2, 12)


def entry(to_stage: str, minute: int, seconds: int = 0):
	moment = NOON.replace(minute=minute)
	return SimpleNamespace(to_stage=to_stage, changed_on=moment, seconds_in_stage=seconds)


def test_each_stage_lasts_until_the_next_one_and_the_last_until_now():
	log = [entry("Inquiry", 0), entry("Proposal", 1, 60)]
	assert seconds_in_stages(log, NOON.replace(minute=11)) == {"Inquiry": 60, "Proposal": 600}


def test_a_stage_that_was_visited_twice_counts_both_visits():
	log = [entry("Inquiry", 0), entry("Proposal", 1, 60), entry("Inquiry", 3, 120)]
	assert seconds_in_stages(log, NOON.replace(minute=4)) == {"Inquiry": 120, "Proposal": 120}


def test_nothing_is_negative_and_nothing_comes_of_nothing():
	assert seconds_in_stages([], NOON) == {}
	assert seconds_in_stages([entry("Inquiry", 5)], NOON) == {"Inquiry": 0}
	assert seconds_in_stages([entry("Inquiry", 0), entry("Won", 1, None)], NOON) == {"Inquiry": 0, "Won": 0}
