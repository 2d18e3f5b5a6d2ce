"""Several people requesting at the same time: never more than was sold, and nobody is turned away for no reason."""

import pytest

FOLLOW_UPS = "sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups"
REQUEST = "sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request"
CLICKS = 6


@pytest.fixture
def won(inside) -> str:
	"""An opportunity that was won with five bikes, fresh for each test."""
	return inside("won_opportunity", quantity=5)


def state(web, opportunity: str) -> dict:
	"""Return the quantities of the opportunity's only line, for billing."""
	answer = web.send(("GET", f"method/{FOLLOW_UPS}.follow_ups", {"opportunity": opportunity}))
	(line,) = answer.json()["message"]["Billing"]
	return line


def request_at_once(web, arguments: list[dict]) -> list:
	"""Return the answers to requests, for billing unless told, that were sent at the same time."""
	path = f"method/{FOLLOW_UPS}.create_fulfilment_request"
	return web.at_once([("POST", path, {"kind": "Billing", **values}) for values in arguments])


def test_six_requests_for_two_of_five_give_two(web, won):
	line = {"opportunity_item": state(web, won)["opportunity_item"], "quantity": 2}
	answers = request_at_once(web, [{"opportunity": won, "items": [line]}] * CLICKS)
	assert sum(answer.ok for answer in answers) == 2
	assert {answer.status_code for answer in answers if not answer.ok} == {417}
	assert all("ExceedsSoldError" in answer.text for answer in answers if not answer.ok)
	assert state(web, won)["requested"] == 4


def test_six_requests_for_everything_give_one(web, won):
	answers = request_at_once(web, [{"opportunity": won}] * CLICKS)
	assert sum(answer.ok for answer in answers) == 1
	assert all("NothingOpenError" in answer.text for answer in answers if not answer.ok)
	assert state(web, won)["open"] == 0


def test_the_same_click_six_times_makes_one_request(web, won):
	answers = request_at_once(web, [{"opportunity": won, "request_key": f"same-{won}"}] * CLICKS)
	assert all(answer.ok for answer in answers), [answer.text for answer in answers]
	assert len({answer.json()["message"] for answer in answers}) == 1
	assert state(web, won)["requested"] == 5


def test_six_people_with_six_opportunities_do_not_get_in_each_others_way(web, inside):
	opportunities = [inside("won_opportunity", quantity=5) for _ in range(CLICKS)]
	for _round in range(3):
		answers = request_at_once(
			web,
			[
				{"opportunity": opportunity, "kind": kind, "request_key": f"{kind}-{opportunity}"}
				for opportunity in opportunities
				for kind in ("Billing", "Shipping")
			],
		)
		assert all(answer.ok for answer in answers), [answer.text for answer in answers if not answer.ok]


def test_finished_and_cancelled_at_the_same_time_is_one_of_both(web, won):
	(answer,) = request_at_once(web, [{"opportunity": won}])
	name = answer.json()["message"]
	actions = ["mark_as_done", "cancel"] * (CLICKS // 2)
	answers = web.at_once([("POST", f"method/{REQUEST}.{action}", {"request": name}) for action in actions])
	assert sum(answer.ok for answer in answers) == 1
	line = state(web, won)
	assert (line["done"], line["open"]) in {(5, 0), (0, 5)}
