"""Which of ERPNext's Opportunities and Quotations become one deal, and what becomes of each. Free of the framework."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.deal.quote_status import QuoteStatus

OPEN, WON, LOST = OpportunityStatus.OPEN, OpportunityStatus.WON, OpportunityStatus.LOST
DRAFT, SUBMITTED, CANCELLED = range(3)
"""ERPNext's docstatus."""

ORDERED = frozenset({"Ordered", "Partially Ordered"})
OUTCOMES = {"Converted": WON, "Lost": LOST, "Closed": LOST}
"""Statuses of an Opportunity that are no longer open."""

FRACTIONS = {
	"Prospecting": Decimal(0),
	"Qualification": Decimal("0.25"),
	"Needs Analysis": Decimal("0.5"),
	"Value Proposition": Decimal("0.5"),
	"Identifying Decision Makers": Decimal("0.5"),
	"Perception Analysis": Decimal("0.5"),
	"Proposal/Price Quote": Decimal("0.75"),
	"Negotiation/Review": Decimal(1),
}
"""How far along the way to the decision the sales stages are that ERPNext's set-up makes."""

QUOTED = FRACTIONS["Proposal/Price Quote"]


@dataclass(frozen=True)
class OldQuotation:
	"""A Quotation of ERPNext; `dated` is its date, `created` when it was typed in."""

	name: str
	status: str
	docstatus: int
	created: datetime
	dated: date
	valid_until: date | None = None
	opportunity: str | None = None
	amended_from: str | None = None

	@property
	def is_ordered(self) -> bool:
		"""Return whether an order was made of the Quotation."""
		return self.docstatus == SUBMITTED and self.status in ORDERED


@dataclass(frozen=True)
class OldOpportunity:
	"""An Opportunity of ERPNext."""

	name: str
	status: str
	created: datetime
	dated: date
	sales_stage: str | None = None


@dataclass(frozen=True)
class Case:
	"""What becomes one deal: an Opportunity with its Quotations, or Quotations without one. The first one leads."""

	opportunity: OldOpportunity | None
	quotations: tuple[OldQuotation, ...] = ()

	@property
	def name(self) -> str:
		"""The document that the deal stands for."""
		return self.opportunity.name if self.opportunity else self.quotations[0].name

	@property
	def doctype(self) -> str:
		"""Return of which DocType the case is: its Opportunity, else its Quotation."""
		return "Opportunity" if self.opportunity else "Quotation"

	@property
	def leading(self) -> OldQuotation | None:
		"""The Quotation whose lines are the deal's: the ordered one, else one that is on the table, else the latest."""
		return self.quotations[0] if self.quotations else None

	@property
	def outcome(self) -> str:
		"""Whether the deal is open, won or lost."""
		if any(quotation.is_ordered for quotation in self.quotations):
			return WON
		if self.opportunity:
			return OUTCOMES.get(self.opportunity.status, OPEN)
		is_over = all(
			quotation.docstatus == CANCELLED or quotation.status in ("Lost", "Expired")
			for quotation in self.quotations
		)
		return LOST if is_over else OPEN

	@property
	def has_only_cancelled_quotations(self) -> bool:
		"""Whether there are only Quotations that were cancelled: no customer has them any more."""
		return not self.opportunity and all(each.docstatus == CANCELLED for each in self.quotations)


def cases(opportunities: Iterable[OldOpportunity], quotations: Iterable[OldQuotation]) -> list[Case]:
	"""Return what becomes a deal each, the earliest first.

	A deal is won with one quote: further ordered Quotations of an Opportunity are deals of their own. What was amended stays
	together with what it became.
	"""
	quotations = list(quotations)
	roots = root_names(quotations)
	of_opportunity, alone = defaultdict(list), defaultdict(list)
	known = {opportunity.name: opportunity for opportunity in opportunities}
	seen_ordered: set[str] = set()
	for quotation in sorted(quotations, key=lambda each: (each.created, each.name)):
		opportunity = quotation.opportunity
		if opportunity in known and not (quotation.is_ordered and opportunity in seen_ordered):
			of_opportunity[opportunity].append(quotation)
			if quotation.is_ordered:
				seen_ordered.add(opportunity)
		else:
			alone[quotation.name if opportunity in known else roots[quotation.name]].append(quotation)
	found = [Case(each, by_weight(of_opportunity[name])) for name, each in known.items()]
	found += [Case(None, by_weight(chain)) for chain in alone.values()]
	return sorted(found, key=lambda case: (began_on(case), case.name))


def root_names(quotations: Sequence[OldQuotation]) -> dict[str, str]:
	"""Return for each Quotation the first one of the chain that it amends."""
	former = {each.name: each.amended_from for each in quotations if each.amended_from}
	roots = {}
	for quotation in quotations:
		name, seen = quotation.name, set()
		while name in former and name not in seen:
			seen.add(name)
			name = former[name] or name
		roots[quotation.name] = name
	return roots


def by_weight(quotations: Iterable[OldQuotation]) -> tuple[OldQuotation, ...]:
	"""Return Quotations, the one that says most about the deal first, of equal ones the latest."""
	latest_first = sorted(quotations, key=lambda each: (each.created, each.name), reverse=True)
	return tuple(sorted(latest_first, key=weight))


def weight(quotation: OldQuotation) -> int:
	"""Return the rank of a Quotation among those of a case, the lowest first: ordered, submitted, draft, lost, cancelled."""
	if quotation.is_ordered:
		return 0
	if quotation.docstatus == SUBMITTED and quotation.status not in ("Lost", "Expired"):
		return 1
	return {DRAFT: 2, SUBMITTED: 3, CANCELLED: 4}[quotation.docstatus]


def began_on(case: Case) -> datetime:
	"""Return when a deal began: at its earliest document, which may be dated back."""
	documents = [*filter(None, [case.opportunity]), *case.quotations]
	return min(moment(each.created, each.dated) for each in documents)


def moment(created: datetime, dated: date | None) -> datetime:
	"""Return when a document came to be: when it was typed in, unless its date lies before that."""
	return created if not dated or dated >= created.date() else datetime.combine(dated, time())


def ended_on(case: Case, evidence: Iterable[datetime | None], changed: datetime, now: datetime) -> datetime:
	"""Return when a closed deal was closed.

	`evidence` are the moments that tell it, the best one first; without any it is when the last quote expired, else when
	the document was `changed` last. It lies after the beginning and not in the future.
	"""
	expired = [each.valid_until for each in case.quotations if each.status == "Expired" and each.valid_until]
	last_day = datetime.combine(max(expired), time(23, 59, 59)) if expired and not case.opportunity else None
	found = next((each for each in (*evidence, last_day) if each), changed)
	return max(min(found, now), began_on(case) + timedelta(seconds=1))


def quote_status(case: Case, quotation: OldQuotation, today: date) -> str:
	"""Return the status that a Quotation has as a quote."""
	if quotation.docstatus == CANCELLED:
		return QuoteStatus.CANCELLED
	if quotation.docstatus == DRAFT:
		return QuoteStatus.DRAFT
	if quotation.is_ordered:
		return QuoteStatus.ACCEPTED
	if quotation.status == "Lost":
		return QuoteStatus.DECLINED
	if quotation.status == "Expired":
		return QuoteStatus.EXPIRED
	if case.outcome != OPEN:
		return QuoteStatus.DECLINED
	is_late = bool(quotation.valid_until and quotation.valid_until < today)
	return QuoteStatus.EXPIRED if is_late else QuoteStatus.ISSUED


def open_stage(case: Case, stages: Sequence[str], names: dict[str, str], english: dict[str, str]) -> str:
	"""Return the stage of an open deal among the open `stages` of its class, in their order.

	`names` are the stages by what people call them, in lower case and any language, `english` the sales stages of ERPNext by
	their names on this site. One of the same name is taken, else one as far along the way; who has a quote is there.
	"""
	called = (case.opportunity and case.opportunity.sales_stage) or ""
	if names.get(called.lower()) in stages:
		return names[called.lower()]
	fraction = FRACTIONS.get(english.get(called, called), Decimal(0))
	is_quoted = any(each.docstatus == SUBMITTED for each in case.quotations)
	if is_quoted or (case.opportunity and case.opportunity.status == "Quotation"):
		fraction = max(fraction, QUOTED)
	return stages[int(fraction * (len(stages) - 1) + Decimal("0.5"))]


def own_probability(percent: Decimal) -> Decimal | None:
	"""Return a probability that somebody has entered, None for ERPNext's own: each Opportunity begins with 100."""
	return percent if 0 < percent < 100 else None


def first_of(names: Iterable[str | None]) -> tuple[str | None, tuple[str, ...]]:
	"""Return the first of several reasons or competitors, of which a deal has one, and the others."""
	found = tuple(dict.fromkeys(name for name in names if name))
	return (found[0], found[1:]) if found else (None, ())
