"""Any two things that people, customers and jobs do to one deal at the same moment: the deal stays sound."""

from collections.abc import Callable
from itertools import combinations_with_replacement

import pytest
from deal import faults

DOCTYPES = "sales_opportunity.sales_opportunity.doctype"
LATER = "2099-12-31"


def issue(deal: dict, side: int):
	return "PUT", f"resource/Quote/{deal['draft']}", {"docstatus": 1}


def supersede(deal: dict, side: int):
	return "PUT", f"resource/Quote/{deal['revision']}", {"docstatus": 1}


def send(deal: dict, side: int):
	values = {"recipients": "kunde@lindental.example", "subject": "Angebot", "content": "<p>Anbei</p>"}
	return "POST", f"method/{DOCTYPES}.quote.sending.send_quote", {"quote": quote_of(deal, side), **values}


def accept(deal: dict, side: int):
	values = {"person_name": "Sabine Hoffmann", "signature_type": "Typed", "consent": True}
	return (
		"POST",
		"method/sales_opportunity.portal.quote_page.accept",
		{"token": token_of(deal, side), **values},
	)


def decline(deal: dict, side: int):
	values = {"person_name": "Sabine Hoffmann", "message": "Zu teuer"}
	return (
		"POST",
		"method/sales_opportunity.portal.quote_page.decline",
		{"token": token_of(deal, side), **values},
	)


def revise(deal: dict, side: int):
	values = {"quote": quote_of(deal, side), "valid_until": LATER}
	return "POST", f"method/{DOCTYPES}.quote.revisions.new_revision", values


def cancel(deal: dict, side: int):
	return "PUT", f"resource/Quote/{quote_of(deal, side)}", {"docstatus": 2}


def won(deal: dict, side: int):
	values = {"opportunity": deal["opportunity"], "won_quote": deal["other"] if side else None}
	return "POST", "method/sales_opportunity.api.close_as_won", values


def lost(deal: dict, side: int):
	values = {"opportunity": deal["opportunity"], "closing_reason": "No Budget"}
	return "POST", "method/sales_opportunity.api.close_as_lost", values


def reopen(deal: dict, side: int):
	return "POST", "method/sales_opportunity.api.reopen", {"opportunity": deal["opportunity"]}


def merge(deal: dict, side: int):
	pair = (deal["opportunity"], deal["twin"])
	opportunity, duplicate = pair[::-1] if side else pair
	return "POST", "method/sales_opportunity.api.merge", {"opportunity": opportunity, "duplicate": duplicate}


def move(deal: dict, side: int):
	values = {"opportunity": deal["opportunity"], "stage": "Needs Analysis" if side else "Negotiation"}
	return "POST", f"method/{DOCTYPES}.sales_opportunity.stages.change_stage", values


def bill(deal: dict, side: int):
	values = {"opportunity": deal["opportunity"], "kind": "Billing"}
	return "POST", f"method/{DOCTYPES}.fulfilment_request.follow_ups.create_fulfilment_request", values


def expire(deal: dict, side: int):
	return None


ACTIONS: tuple[Callable, ...] = (
	issue,
	supersede,
	send,
	accept,
	decline,
	revise,
	cancel,
	won,
	lost,
	reopen,
	merge,
	expire,
)
CHOOSING = {send, accept, decline, revise, cancel, won, merge, move}
"""Those that have a choice."""

PAIRS = [*combinations_with_replacement(ACTIONS, 2), (won, bill), (reopen, bill), (bill, bill)]
"""Only what is won can be billed."""
PAIRS += [(move, move), (move, won), (move, lost)]


def sides_of(first: Callable, second: Callable) -> list[tuple[int, int]]:
	"""Return for each race which quote each of the two takes, where there is a choice: the same, or one each.

	Merging has its own choice, into which of the two opportunities.
	"""
	if first != second and merge in (first, second):
		return [(0, 0), (1, 1)]
	if first != second and first in CHOOSING:
		return [(0, 0), (1, 0), *([(0, 1)] if second in CHOOSING else [])]
	return [(0, 0), (0, 1)]


def quote_of(deal: dict, side: int) -> str:
	return deal["other" if side else "primary"]


def token_of(deal: dict, side: int) -> str:
	return deal["other_token" if side else "primary_token"]


def make_deal(inside, pair: tuple[Callable, Callable], sides: tuple[int, int]) -> dict:
	"""Return a deal to which both can happen: closed to be reopened, overdue to expire, twice to be merged."""
	kind = "Open"
	if bill in pair and won not in pair:
		kind = "Won"
	elif reopen in pair:
		kind = "Won" if any(sides) else "Lost"
	leave_out = [] if supersede in pair else ["revision"]
	deal = inside("scene", kind=kind, leave_out=leave_out, is_overdue=expire in pair)
	if merge in pair:
		deal["twin"] = inside("scene", kind=kind, leave_out=["revision", "draft"])["opportunity"]
	return deal


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: "-".join(action.__name__ for action in pair))
def test_of_two_at_once_each_happens_or_is_refused_and_the_deal_stays_sound(web, inside, second_inside, pair):
	jobs = [lambda: inside("expire"), lambda: second_inside("expire")]
	for sides in sides_of(*pair):
		deal = make_deal(inside, pair, sides)
		requested = [act(deal, side) or job for act, side, job in zip(pair, sides, jobs, strict=True)]
		answers = [answer for answer in web.at_once(requested) if answer is not None]
		for answer in answers:
			assert answer.ok or is_clear_refusal(answer), (sides, answer.status_code, answer.text)
		left = inside("state", opportunities=[deal["opportunity"], deal.get("twin")])
		assert left, "no opportunity is left"
		assert [faults(**found) for found in left] == [[]] * len(left), (
			sides,
			[a.text[:300] for a in answers],
		)


def is_clear_refusal(answer) -> bool:
	"""Return whether the answer is a sentence for a person, and not a fault."""
	said = answer.json()
	is_sentence = "_server_messages" in said or ": " in said.get("exception", "")
	return 400 <= answer.status_code < 500 and is_sentence
