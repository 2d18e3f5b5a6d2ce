"""Which Authorization Rules hold for a quote, and who approves it then, as ERPNext decides it. Free of the framework."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

GRAND_TOTAL, AVERAGE, OF_CUSTOMER = "Grand Total", "Average Discount", "Customerwise Discount"
MEASURES = (GRAND_TOTAL, AVERAGE, OF_CUSTOMER)
"""What a quote has as a whole; discounts of single items are not asked for here."""


@dataclass(frozen=True)
class AuthorizationRule:
	"""A rule as ERPNext keeps it: for whom it is, from which value on it asks, and who approves; "" is any company."""

	name: str
	based_on: str
	value: Decimal
	company: str = ""
	customer: str = ""
	system_user: str = ""
	system_role: str = ""
	approving_user: str = ""
	approving_role: str = ""


@dataclass(frozen=True)
class Approval:
	"""What a rule asks for: one of the `approvers`, since the quote is at the rule's `value` or above it."""

	rule: AuthorizationRule
	approvers: tuple[str, ...]


def approvals(
	rules: Sequence[AuthorizationRule],
	measured: Mapping[str, Decimal],
	company: str,
	customer: str,
	people: Mapping[str, Collection[str]],
) -> list[Approval]:
	"""Return what a quote with these measures asks for if its `people`, each with their roles, are to issue it."""
	found = (
		approval(
			level_of(rules, based_on, company, customer, user, roles),
			measured[based_on],
			company,
			user,
			roles,
		)
		for user, roles in people.items()
		for based_on in MEASURES
	)
	return list(dict.fromkeys(filter(None, found)))


def level_of(
	rules: Iterable[AuthorizationRule],
	based_on: str,
	company: str,
	customer: str,
	user: str,
	roles: Collection[str],
) -> list[AuthorizationRule]:
	"""Return the rules that are for somebody: those for the user, else for one of the roles, else for all.

	Those of a customer's discount are for all, whomever they name.
	"""
	rules = [rule for rule in rules if rule.based_on == based_on and rule.company in ("", company)]
	if based_on == OF_CUSTOMER:
		return [rule for rule in rules if rule.customer == customer]
	return (
		[rule for rule in rules if rule.system_user == user]
		or [rule for rule in rules if rule.system_role in roles]
		or [rule for rule in rules if not (rule.system_user or rule.system_role)]
	)


def approval(
	level: Sequence[AuthorizationRule], value: Decimal, company: str, user: str, roles: Collection[str]
) -> Approval | None:
	"""Return what the rules of a level ask for at a value, None if nothing or if the user approves it.

	The highest value that is reached decides; whoever approves more approves this, too.
	"""
	reached = first_of_company(level, company, lambda rule: rule.value <= value)
	if not reached:
		return None
	deciding = max(reached, key=lambda rule: rule.value)
	approving = first_of_company(
		level, company, lambda rule: rule.value == deciding.value or rule.value > value
	)
	if any(rule.approving_user == user or rule.approving_role in roles for rule in approving):
		return None
	return Approval(deciding, tuple(sorted(set(approvers_of(approving)))))


def first_of_company(
	rules: Iterable[AuthorizationRule], company: str, is_meant: Callable[[AuthorizationRule], bool]
) -> list[AuthorizationRule]:
	"""Return the rules of the company that are meant, without any those that are for all companies."""
	meant = [rule for rule in rules if is_meant(rule)]
	return [rule for rule in meant if rule.company == company] or [rule for rule in meant if not rule.company]


def approvers_of(rules: Iterable[AuthorizationRule]) -> Iterator[str]:
	"""Yield the roles and the users who approve by one of the rules."""
	for rule in rules:
		yield from filter(None, (rule.approving_role, rule.approving_user))
