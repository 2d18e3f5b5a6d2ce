"""Requests that need the same rows in different orders, and limits that hold for many requests at once."""

from datetime import date
from itertools import cycle, islice
from threading import Thread

import pytest

DOCTYPES = "sales_opportunity.sales_opportunity.doctype"
CREATE_QUOTE = f"method/{DOCTYPES}.sales_opportunity.mapper.create_quote"
COPY_QUOTE = f"method/{DOCTYPES}.quote.revisions.copy_quote"
QUESTIONS_A_DAY = 20
ROUNDS = 3


def test_the_server_answers_one_request_while_another_waits(web, inside):
	"""Without this the other tests would prove nothing."""
	deal = inside("scene")
	inside("lock", doctype="Sales Opportunity", name=deal["opportunity"])
	answers = []
	values = {"title": "Wartet"}
	waiting = Thread(
		target=lambda: answers.append(
			web.send(("PUT", f"resource/Sales Opportunity/{deal['opportunity']}", values), 1)
		)
	)
	waiting.start()
	assert web.send(("GET", f"resource/Quote/{deal['draft']}", {})).ok
	assert not answers
	inside("release")
	waiting.join()
	assert answers[0].ok


def edits(inside, deal: dict) -> list[tuple]:
	"""Return the same line changed three times in the opportunity and three times in its draft quote."""
	(state,) = inside("state", opportunities=[deal["opportunity"]])
	draft = next(quote for quote in state["quotes"] if quote["name"] == deal["draft"])
	requested = []
	for number, doc in enumerate(islice(cycle((state["opportunity"], draft)), 6)):
		rows = [{**row, "rate": 100 + number} for row in doc["items"]]
		requested.append(("PUT", f"resource/{doc['doctype']}/{doc['name']}", {"items": rows}))
	return requested


def test_an_opportunity_and_its_draft_quote_written_at_once(web, inside):
	for _round in range(ROUNDS):
		deal = inside("scene", kind="Draft")
		answers = web.at_once(edits(inside, deal))
		assert {answer.status_code for answer in answers} <= {200, 417}, [answer.text for answer in answers]
		assert any(answer.ok for answer in answers)
		(state,) = inside("state", opportunities=[deal["opportunity"]])
		draft = next(quote for quote in state["quotes"] if quote["name"] == deal["draft"])
		assert draft["is_primary"]
		assert draft["items"][0]["rate"] == state["opportunity"]["items"][0]["rate"]


@pytest.mark.parametrize("path", [CREATE_QUOTE, COPY_QUOTE], ids=["first quotes", "copies"])
def test_six_people_with_six_deals_do_not_get_in_each_others_way(web, inside, path):
	for _round in range(ROUNDS):
		deals = [inside("scene", leave_out=["revision"]) for _number in range(6)]
		answers = web.at_once(
			[
				(
					"POST",
					path,
					{
						"opportunity": deal["opportunity"],
						"quote": deal["primary"],
						"valid_until": "2099-12-31",
						"request_key": f"{path[-4:]}-{deal['opportunity']}",
					},
				)
				for deal in deals
			]
		)
		assert [answer.status_code for answer in answers] == [200] * 6, [answer.text for answer in answers]


def test_nobody_asks_more_questions_a_day_at_once_than_one_after_the_other(web, inside):
	token = inside("scene")["primary_token"]
	question = {"token": token, "person_name": "Sabine Hoffmann", "message": "Wann?"}
	requested = [("POST", "method/sales_opportunity.portal.quote_page.ask", question)] * (QUESTIONS_A_DAY + 5)
	answers = web.at_once(requested)
	assert sorted(answer.status_code for answer in answers) == [200] * QUESTIONS_A_DAY + [417] * 5


def test_a_quote_is_not_deleted_while_it_is_issued(web, inside):
	for _round in range(ROUNDS):
		deal = inside("scene")
		path = f"resource/Quote/{deal['draft']}"
		issuing, deleting = web.at_once([("PUT", path, {"docstatus": 1}), ("DELETE", path, {})])
		assert issuing.ok != deleting.ok, (issuing.text, deleting.text)
		assert max(issuing.status_code, deleting.status_code) < 500, (issuing.text, deleting.text)
		assert bool(inside("rows", doctype="Quote", name=deal["draft"])) == issuing.ok


def test_an_opportunity_is_not_deleted_while_a_quote_is_made(web, inside):
	for _round in range(ROUNDS):
		name = inside("lonely_opportunity")
		create = {"opportunity": name, "valid_until": str(date.max.replace(year=2099))}
		creating, deleting = web.at_once(
			[("POST", CREATE_QUOTE, create), ("DELETE", f"resource/Sales Opportunity/{name}", {})]
		)
		assert creating.ok != deleting.ok, (creating.text, deleting.text)
		assert max(creating.status_code, deleting.status_code) < 500, (creating.text, deleting.text)
		assert bool(inside("rows", doctype="Sales Opportunity", name=name)) == creating.ok
		assert len(inside("rows", doctype="Quote", opportunity=name)) == creating.ok
