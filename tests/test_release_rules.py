"""Which quotes need a release, whose, and when one that was given is void."""

from dataclasses import replace
from decimal import Decimal

import pytest

from sales_opportunity.pricing.margin import Margin
from sales_opportunity.sales_opportunity.doctype.quote_release.release_rules import (
	LOWEST_MARGIN,
	NEEDED,
	REFUSED,
	RELEASED,
	REQUESTED,
	VOIDED,
	WORSENED,
	LogEntry,
	QuoteFigures,
	ReleaseRule,
	is_worse,
	known_margin,
	met_rules,
	needed_roles,
	standing,
	worsened_by,
)

LEAD, HEAD = "Lead", "Head"
FROM_10 = ReleaseRule(LEAD, discount_from=Decimal(10))
FROM_25 = ReleaseRule(HEAD, discount_from=Decimal(25))
THIN = ReleaseRule(LEAD, margin_below=Decimal(20))
LARGE = ReleaseRule(HEAD, amount_above=Decimal(50_000))
RULES = [FROM_10, FROM_25, THIN, LARGE]
PLAIN = QuoteFigures("NEW", "BP-1", Decimal(0), Decimal(30), Decimal(1000))
CHEAP = replace(PLAIN, discount=Decimal(15))


def figures(**values) -> QuoteFigures:
	return replace(
		PLAIN, **{name: None if value is None else Decimal(str(value)) for name, value in values.items()}
	)


def roles(now: QuoteFigures, rules=RULES) -> list[str]:
	return needed_roles(met_rules(rules, now))


@pytest.mark.parametrize(
	("values", "expected"),
	[
		({}, []),
		({"discount": "9.99"}, []),
		({"discount": 10}, [LEAD]),
		({"discount": 25}, [HEAD]),  # the stricter rule in the same respect takes the place of the other one
		({"margin": 20}, []),
		({"margin": "19.99"}, [LEAD]),
		({"margin": None}, []),
		({"amount": 50_000}, []),
		({"amount": "50000.01"}, [HEAD]),
		({"discount": 10, "amount": 60_000}, [LEAD, HEAD]),
	],
)
def test_whose_release_is_needed(values, expected):
	assert roles(figures(**values)) == expected


def test_a_rule_asks_for_all_that_it_names():
	both = ReleaseRule(HEAD, discount_from=Decimal(10), amount_above=Decimal(500))
	assert roles(figures(discount=10, amount=500), [both]) == []
	assert roles(figures(discount=10, amount=501), [both]) == [HEAD]
	assert roles(figures(discount=10, amount=501), [both, FROM_10]) == [HEAD]


def test_a_rule_of_a_class_goes_before_the_same_one_for_all():
	own = ReleaseRule(HEAD, "NEW", Decimal(10))
	assert roles(CHEAP, [FROM_10, own]) == [HEAD]
	assert roles(replace(CHEAP, class_id="USED"), [FROM_10, own]) == [LEAD]


def test_rules_in_other_respects_do_not_replace_each_other():
	equal = ReleaseRule(HEAD, discount_from=Decimal(10))
	assert roles(CHEAP, [FROM_10, equal]) == [LEAD, HEAD]


@pytest.mark.parametrize(
	("values", "worse"),
	[
		({"discount": 15, "margin": 30}, False),
		({"discount": 14}, False),
		({"discount": "15.01"}, True),
		({"discount": 15, "margin": "29.99"}, True),
		({"discount": 15, "margin": 31}, False),
		({"discount": 15, "margin": None}, False),
		({"discount": 15, "amount": 50_000}, False),  # more of the same: no rule asks for the amount
		({"discount": 15, "amount": 50_001}, True),
	],
)
def test_what_is_worse_than_it_was_when_it_was_released(values, worse):
	assert is_worse(figures(**values), CHEAP, RULES) == worse


def test_a_larger_amount_is_worse_where_a_rule_asks_for_it():
	then = figures(amount=60_000)
	assert is_worse(figures(amount=60_001), then, RULES)
	assert not is_worse(figures(amount=59_000), then, RULES)


def test_a_release_is_for_one_customer_and_for_the_rules_of_its_class():
	assert is_worse(replace(CHEAP, party="BP-2"), CHEAP, RULES)
	of_class = [FROM_10, ReleaseRule(LEAD, "USED", Decimal(5))]
	assert is_worse(replace(CHEAP, class_id="USED"), CHEAP, of_class)


def test_a_lower_margin_is_not_worse_where_no_rule_asks_for_one():
	rules = [
		ReleaseRule(LEAD, discount_from=Decimal(10)),
		ReleaseRule(LEAD, "OTHER", margin_below=Decimal(20)),
	]
	then = figures(discount=15, margin=30)
	assert not is_worse(figures(discount=15, margin=5), then, rules)


def test_a_margin_that_is_known_only_now_is_worse_if_a_rule_asks_for_it():
	then = replace(CHEAP, margin=None)
	assert is_worse(figures(discount=15, margin=10), then, RULES)
	assert not is_worse(figures(discount=15, margin=30), then, RULES)


def test_the_course_of_a_release():
	asked, given = LogEntry(REQUESTED, frozenset([LEAD]), CHEAP), LogEntry(RELEASED, frozenset([LEAD]), CHEAP)
	refused = LogEntry(REFUSED, frozenset([LEAD]), CHEAP)
	assert standing([], PLAIN, RULES).status == ""
	assert standing([], CHEAP, RULES).status == NEEDED
	assert standing([asked], CHEAP, RULES).status == REQUESTED
	assert standing([asked, refused], CHEAP, RULES).status == REFUSED
	assert standing([asked, refused, asked], CHEAP, RULES).status == REQUESTED
	assert standing([asked, given], CHEAP, RULES).status == RELEASED
	assert standing([asked, given], figures(discount=12), RULES).status == RELEASED
	assert standing([asked, given], PLAIN, RULES).status == ""
	assert standing([given], CHEAP, RULES).status == RELEASED


def test_what_became_void_stays_void():
	given = LogEntry(RELEASED, frozenset([LEAD]), CHEAP)
	worse = standing([given], figures(discount=16), RULES)
	assert (worse.status, worse.missing, worse.void) == (NEEDED, (LEAD,), (LEAD,))
	voided = LogEntry(VOIDED, frozenset(worse.void))
	assert standing([given, voided], CHEAP, RULES).status == NEEDED
	assert standing([given, voided, given], CHEAP, RULES).status == RELEASED


def test_whom_nobody_asked_is_asked_again():
	asked = LogEntry(REQUESTED, frozenset([LEAD]), CHEAP)
	assert standing([asked], figures(discount=16), RULES).status == REQUESTED
	assert standing([asked], figures(discount=30), RULES).status == NEEDED


def test_two_roles_release_one_after_the_other():
	now = figures(discount=15, amount=60_000)
	asked = LogEntry(REQUESTED, frozenset([LEAD, HEAD]), now)
	first, second = (LogEntry(RELEASED, frozenset([role]), now) for role in (HEAD, LEAD))
	half = standing([asked, first], now, RULES)
	assert (half.status, half.missing) == (REQUESTED, (LEAD,))
	assert standing([asked, first, second], now, RULES).status == RELEASED


def test_a_release_holds_for_revisions_but_a_request_does_not():
	given = LogEntry(RELEASED, frozenset([LEAD]), CHEAP, is_own=False)
	asked = LogEntry(REQUESTED, frozenset([LEAD]), CHEAP, is_own=False)
	assert standing([given], CHEAP, RULES).status == RELEASED
	assert standing([asked], CHEAP, RULES).status == NEEDED


def test_a_margin_is_that_of_lines_with_a_cost():
	assert known_margin(Margin()) is None
	assert known_margin(Margin(Decimal(-5))) is None
	assert known_margin(Margin(Decimal(100), Decimal(80))) == 20
	assert known_margin(Margin(Decimal(0), Decimal(80))) == LOWEST_MARGIN
	assert known_margin(Margin(Decimal(-5), Decimal(80))) == LOWEST_MARGIN


def test_who_makes_it_worse_is_barred_until_somebody_with_the_role_has_released_it():
	entries = [
		LogEntry(WORSENED, frozenset({LEAD, HEAD}), person="a"),
		LogEntry(RELEASED, frozenset({HEAD}), person="b"),
		LogEntry(WORSENED, frozenset({HEAD}), person="c"),
	]
	assert worsened_by(entries, HEAD) == {"c"}
	assert worsened_by(entries, LEAD) == {"a", "c"}


def test_what_was_asked_for_is_asked_for_again_once_somebody_else_made_it_worse():
	asked = LogEntry(REQUESTED, frozenset({LEAD}))
	assert standing([asked], CHEAP, RULES).status == REQUESTED
	assert standing([asked, LogEntry(WORSENED, frozenset({LEAD}), person="a")], CHEAP, RULES).status == NEEDED
