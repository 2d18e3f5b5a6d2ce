"""Which quotes need a release, by whom, and whether one that was given still holds. Free of the framework."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sales_opportunity.pricing.margin import Margin

NEEDED, REQUESTED, RELEASED, REFUSED = "Needed", "Requested", "Released", "Refused"
VOIDED, WORSENED = "Voided", "Worsened"
"""Of the log alone: a release became void, or somebody made a quote worse; it needs a release then."""

ALTERNATIVE = " <|> "
"""Between those of whom one is enough: roles, and people where another app's rule names them; no name has < or >."""

LOWEST_MARGIN = Decimal(-100_000)
"""The margin in % of what is given away though it costs something, below which none is told apart."""


@dataclass(frozen=True)
class QuoteFigures:
	"""What rules look at: discount and margin in % (None: no cost is known), net and gross total in the company's currency.

	`quoted_gross` is the gross total in the quote's own currency, not rounded; it is not logged.
	"""

	class_id: str = ""
	party: str = ""
	discount: Decimal = Decimal(0)
	margin: Decimal | None = None
	amount: Decimal = Decimal(0)
	gross: Decimal = Decimal(0)
	quoted_gross: Decimal = Decimal(0)


@dataclass(frozen=True)
class ReleaseRule:
	"""A quote that meets all that is asked needs a release by somebody with the role, or with one of several.

	0 is not asked, "" is any class or customer. What another app asks for is its `source`, in words; it may be any gross
	total from 0 on.
	"""

	role: str
	class_id: str = ""
	discount_from: Decimal = Decimal(0)
	margin_below: Decimal = Decimal(0)
	amount_above: Decimal = Decimal(0)
	gross_from: Decimal | None = None
	party: str = ""
	source: str = ""

	def is_met(self, figures: QuoteFigures) -> bool:
		"""Return whether a quote with these figures needs the release."""
		return (
			self.class_id in ("", figures.class_id)
			and figures.discount >= self.discount_from
			and (not self.margin_below or (figures.margin is not None and figures.margin < self.margin_below))
			and (not self.amount_above or figures.amount > self.amount_above)
			and (self.gross_from is None or figures.gross >= self.gross_from)
			and self.party in ("", figures.party)
		)

	def implies(self, other: "ReleaseRule") -> bool:
		"""Return whether whatever meets this rule meets the other one."""
		return (
			other.class_id in ("", self.class_id)
			and other.discount_from <= self.discount_from
			and (not other.margin_below or 0 < self.margin_below <= other.margin_below)
			and other.amount_above <= self.amount_above
		)

	def is_stricter_than(self, other: "ReleaseRule") -> bool:
		"""Return whether this rule asks what the other one asks, and more; those of other apps stand by themselves."""
		return not (self.source or other.source) and self.implies(other) and not other.implies(self)


@dataclass(frozen=True)
class LogEntry:
	"""What happened: somebody asked, released, refused, made the quote worse, or releases became void; for which roles, at which figures.

	`is_own` if it happened to this very quote and not to an earlier revision of it.
	"""

	action: str
	roles: frozenset[str]
	figures: QuoteFigures = QuoteFigures()
	is_own: bool = True
	person: str = ""


@dataclass(frozen=True)
class ReleaseStanding:
	"""How a quote stands: `status` ("" needs no release), the roles whose release is missing, and those whose is void now."""

	status: str = ""
	missing: tuple[str, ...] = ()
	void: tuple[str, ...] = ()
	met: tuple[ReleaseRule, ...] = field(default=())


def known_margin(margin: Margin) -> Decimal | None:
	"""Return the margin of all lines whose cost is known, in %; None if there are none."""
	if margin.cost <= 0:
		return None
	return max(margin.percentage, LOWEST_MARGIN) if margin.revenue > 0 else LOWEST_MARGIN


def met_rules(rules: Iterable[ReleaseRule], figures: QuoteFigures) -> list[ReleaseRule]:
	"""Return the rules that a quote with these figures meets."""
	return [rule for rule in rules if rule.is_met(figures)]


def needed_roles(met: Sequence[ReleaseRule]) -> list[str]:
	"""Return whose releases the rules that are met ask for: of two in the same respects the stricter one's alone."""
	deciding = [rule for rule in met if not any(other.is_stricter_than(rule) for other in met)]
	return list(dict.fromkeys(rule.role for rule in deciding))


def alternatives(role: str) -> list[str]:
	"""Return the role of a rule, or the several roles and people of whom one is enough."""
	return role.split(ALTERNATIVE)


def is_enough(given: str, needed: str) -> bool:
	"""Return whether a release by one of those `given` is one by those who are `needed`, whichever of them it was."""
	return set(alternatives(given)) <= set(alternatives(needed))


def is_worse(now: QuoteFigures, then: QuoteFigures, rules: Iterable[ReleaseRule]) -> bool:
	"""Return whether a quote that was released with the figures of `then` is a worse one by now, or is for somebody else.

	The margin matters where a rule for its class asks for it, so that nothing tells of costs elsewhere.
	"""
	met = met_rules(rules, now)
	is_margin_asked = any(rule.margin_below and rule.class_id in ("", now.class_id) for rule in rules)
	return (
		now.party != then.party
		or now.discount > then.discount
		or (
			is_margin_asked
			and now.margin is not None
			and then.margin is not None
			and now.margin < then.margin
		)
		or (now.amount > then.amount and any(rule.amount_above for rule in met))
		or (now.gross > then.gross and any(rule.gross_from is not None for rule in met))
		or not all(rule.is_met(then) for rule in met)
	)


def standing(
	entries: Iterable[LogEntry], figures: QuoteFigures, rules: Sequence[ReleaseRule]
) -> ReleaseStanding:
	"""Return how a quote with these figures stands after all that happened, in the order in which it did."""
	met = met_rules(rules, figures)
	needed = needed_roles(met)
	if not needed:
		return ReleaseStanding()
	given, last = given_and_last(entries)
	then = {role: [at for by, at in given.items() if is_enough(by, role)] for role in needed}
	missing = [role for role in needed if all(is_worse(figures, at, rules) for at in then[role])]
	void = [role for role in missing if then[role]]
	if not missing:
		status = RELEASED
	elif void or not last:
		status = NEEDED
	elif last.action == REFUSED:
		status = REFUSED
	else:
		status = REQUESTED if last.roles.issuperset(missing) else NEEDED
	return ReleaseStanding(status, tuple(missing), tuple(void), tuple(met))


def given_and_last(entries: Iterable[LogEntry]) -> tuple[dict[str, QuoteFigures], LogEntry | None]:
	"""Return at which figures each role has released what is not void, and what was asked or refused last of this very quote."""
	given: dict[str, QuoteFigures] = {}
	last = None
	for entry in entries:
		if entry.action == RELEASED:
			given.update(dict.fromkeys(entry.roles, entry.figures))
		elif entry.action == VOIDED:
			given = {
				role: then
				for role, then in given.items()
				if not any(is_enough(role, void) for void in entry.roles)
			}
			last = None
		elif entry.action == WORSENED:
			last = None
		elif entry.is_own:
			last = entry
	return given, last


def worsened_by(entries: Iterable[LogEntry], role: str) -> set[str]:
	"""Return who has made the quote worse since somebody with the role released it last."""
	people: set[str] = set()
	for entry in entries:
		if entry.action == RELEASED and any(is_enough(given, role) for given in entry.roles):
			people.clear()
		elif entry.action == WORSENED:
			people.add(entry.person)
	return people
