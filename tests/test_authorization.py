"""Whose approval ERPNext's Authorization Rules ask for, decided as ERPNext does."""

from decimal import Decimal

import pytest

from sales_opportunity.erpnext.company.authorization import (
	AVERAGE,
	GRAND_TOTAL,
	OF_CUSTOMER,
	AuthorizationRule,
	approvals,
)

SELLER = {"seller@x.de": ["Sales User"]}


def rule(value, based_on=GRAND_TOTAL, role="Head", **values):
	return AuthorizationRule(f"{value}", based_on, Decimal(value), approving_role=role, **values)


def asked(*rules, gross=0, discount=0, company="Lindental", customer="C-1", people=SELLER):
	"""Return for each approval that is asked for the value of its rule, and who gives it."""
	measured = {GRAND_TOTAL: Decimal(gross), AVERAGE: Decimal(discount), OF_CUSTOMER: Decimal(discount)}
	return [
		(int(each.rule.value), each.approvers)
		for each in approvals(rules, measured, company, customer, people)
	]


HEAD, BOARD = rule(10_000), rule(50_000, role="Board")


@pytest.mark.parametrize(
	("gross", "expected"),
	[
		("9999.99", []),
		("10000", [(10_000, ("Board", "Head"))]),  # who approves more approves this, too
		("50000", [(50_000, ("Board",))]),
		("99999", [(50_000, ("Board",))]),
	],
)
def test_the_highest_value_that_is_reached_decides(gross, expected):
	assert asked(HEAD, BOARD, gross=gross) == expected


def test_rules_of_one_value_have_several_approvers():
	assert asked(HEAD, rule(10_000, role="", approving_user="anna@x.de"), gross=20_000) == [
		(10_000, ("Head", "anna@x.de"))
	]


def test_a_rule_of_0_always_asks():
	assert asked(rule(0, AVERAGE)) == [(0, ("Head",))]


def test_who_approves_needs_nobody():
	assert asked(HEAD, gross=20_000, people={"boss@x.de": ["Head"]}) == []
	by_name = rule(10_000, role="", approving_user="boss@x.de")
	assert asked(by_name, gross=20_000, people={"boss@x.de": []}) == []


def test_a_rule_for_the_user_goes_before_one_for_a_role_and_that_before_one_for_all():
	for_all, for_role = rule(1000), rule(5000, system_role="Sales User")
	for_user = rule(9000, system_user="seller@x.de")
	assert asked(for_all, gross=2000) == [(1000, ("Head",))]
	assert asked(for_all, for_role, gross=2000) == []
	assert asked(for_all, for_role, gross=6000) == [(5000, ("Head",))]
	assert asked(for_all, for_role, for_user, gross=6000) == []
	assert asked(rule(1000, system_role="Trainee"), gross=6000) == []


def test_a_rule_for_the_user_leaves_other_measures_alone():
	assert asked(rule(9000, system_user="seller@x.de"), rule(5, AVERAGE), gross=1, discount=5) == [
		(5, ("Head",))
	]


def test_a_rule_of_the_company_goes_before_one_for_all_companies_once_it_is_reached():
	for_all, own = rule(1000), rule(5000, role="Board", company="Lindental")
	other = rule(1, role="Other", company="Helvetia")
	assert asked(for_all, own, other, gross=6000) == [(5000, ("Board",))]
	assert asked(for_all, other, gross=6000) == [(1000, ("Head",))]


def test_the_discount_of_one_customer_is_asked_of_everybody():
	of_customer = rule(10, OF_CUSTOMER, customer="C-1", system_user="other@x.de")
	assert asked(of_customer, discount=10) == [(10, ("Head",))]
	assert asked(of_customer, discount=10, customer="C-2") == []


def test_several_people_need_what_each_of_them_needs_once():
	people = {"seller@x.de": ["Sales User"], "trainee@x.de": ["Trainee"], "boss@x.de": ["Head"]}
	for_trainee = rule(100, role="Coach", system_role="Trainee")
	assert asked(HEAD, for_trainee, gross=20_000, people=people) == [(10_000, ("Head",)), (100, ("Coach",))]
