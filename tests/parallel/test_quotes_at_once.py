"""Impatient people: the same and different clicks on one opportunity and its quotes arriving at the same time."""

from collections import Counter

import pytest

DOCTYPES = "sales_opportunity.sales_opportunity.doctype"
CREATE = f"{DOCTYPES}.sales_opportunity.mapper.create_quote"
REVISE = f"{DOCTYPES}.quote.revisions.new_revision"
COPY = f"{DOCTYPES}.quote.revisions.copy_quote"
MAKE_PRIMARY = "sales_opportunity.deal.primary.make_primary"
CLICKS = 6
LATER = "2099-12-31"


@pytest.fixture
def opportunity(inside) -> str:
	"""An opportunity with one line, fresh for each test."""
	return inside("lonely_opportunity")


@pytest.fixture
def issued(inside) -> dict:
	"""An opportunity with an issued quote, fresh for each test."""
	return inside("scene", leave_out=["other", "draft", "revision"])


def quotes_of(inside, opportunity: str) -> list[dict]:
	return sorted(inside("rows", doctype="Quote", opportunity=opportunity), key=lambda quote: quote["name"])


def test_the_same_click_six_times_makes_one_quote(web, inside, opportunity):
	click = {"opportunity": opportunity, "valid_until": LATER, "request_key": f"same-{opportunity}"}
	names = web.click_at_once(CREATE, [click] * CLICKS)
	assert len(set(names)) == 1
	assert [quote["name"] for quote in quotes_of(inside, opportunity)] == names[:1]


def test_six_different_clicks_make_six_quotes_and_one_is_primary(web, inside, opportunity):
	clicks = [
		{"opportunity": opportunity, "valid_until": LATER, "request_key": f"{number}-{opportunity}"}
		for number in range(CLICKS)
	]
	names = web.click_at_once(CREATE, clicks)
	assert len(set(names)) == CLICKS
	quotes = quotes_of(inside, opportunity)
	assert sorted(quote["name"] for quote in quotes) == sorted(names)
	assert sum(quote["is_primary"] for quote in quotes) == 1


def test_whoever_is_made_primary_at_the_same_time_one_is(web, inside, opportunity):
	names = web.click_at_once(CREATE, [{"opportunity": opportunity, "valid_until": LATER}] * CLICKS)
	web.click_at_once(MAKE_PRIMARY, [{"quote": name} for name in names])
	assert sum(quote["is_primary"] for quote in quotes_of(inside, opportunity)) == 1


def test_six_people_revise_a_quote_and_find_the_same_draft(web, inside, issued):
	first = issued["primary"]
	names = web.click_at_once(REVISE, [{"quote": first, "valid_until": LATER}] * CLICKS)
	assert set(names) == {f"{first}-R2"}
	assert [quote["revision"] for quote in quotes_of(inside, issued["opportunity"])] == [1, 2]


def test_the_same_copy_six_times_is_one_copy(web, inside, issued):
	first = issued["primary"]
	click = {"quote": first, "valid_until": LATER, "request_key": f"copy-{first}"}
	names = web.click_at_once(COPY, [click] * CLICKS)
	assert len(set(names)) == 1
	assert len(quotes_of(inside, issued["opportunity"])) == 2


def test_a_revision_issued_twice_at_once_supersedes_once(web, inside):
	deal = inside("scene", leave_out=["other", "draft"])
	answers = web.at_once([("PUT", f"resource/Quote/{deal['revision']}", {"docstatus": 1})] * 3)
	assert any(answer.ok for answer in answers), [answer.text for answer in answers]
	quotes = quotes_of(inside, deal["opportunity"])
	assert [(quote["status"], quote["is_primary"]) for quote in quotes] == [("Superseded", 0), ("Issued", 1)]


def test_six_new_opportunities_at_once_go_round_evenly(web, inside):
	team = inside("team", owner_rule="Round Robin")
	party = inside("rows", doctype="Business Partner")[0]["name"]
	entries = {"party": party, "class_id": team["class_id"], "stage": "Inquiry"}
	answers = web.at_once([("POST", "resource/Sales Opportunity", entries)] * CLICKS)
	assert all(answer.ok for answer in answers), [answer.text for answer in answers]
	owners = Counter(answer.json()["data"]["opportunity_owner"] for answer in answers)
	assert owners == dict.fromkeys(team["tokens"], CLICKS / len(team["tokens"]))


def test_salespeople_who_close_at_once_leave_one_outcome_and_one_log_entry(web, inside):
	team = inside("team")
	name = inside("lonely_opportunity", class_id=team["class_id"])
	won = ("POST", "method/sales_opportunity.api.close_as_won", {"opportunity": name})
	lost = (
		"POST",
		"method/sales_opportunity.api.close_as_lost",
		{"opportunity": name, "closing_reason": "No Budget"},
	)
	answers = web.at_once([won, lost] * 3, [*team["tokens"].values()] * 2)
	assert [answer.ok for answer in answers].count(True) == 1, [answer.text for answer in answers]
	outcome = next(answer.json()["message"]["stage"] for answer in answers if answer.ok)
	(state,) = inside("state", opportunities=[name])
	assert [row["to_stage"] for row in state["opportunity"]["stage_log"]] == ["Inquiry", outcome]
	assert state["opportunity"]["stage"] == outcome
