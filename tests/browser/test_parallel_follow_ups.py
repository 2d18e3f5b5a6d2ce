"""Several people requesting at the same time: never more than was sold, and nobody is turned away for no reason."""

import pytest
import requests
from test_parallel_requests import CLICKS, URL, at_once, login

pytestmark = pytest.mark.browser

FOLLOW_UPS = "sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups"
REQUEST = "sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request"


@pytest.fixture
def won(api, world):
	"""Return a function that makes a won opportunity over a number of bikes."""
	partner = api("Business Partner", partner_name=f"Parallel {world['bike']}")

	def make(quantity: float) -> str:
		items = [{"item": world["bike"], "quantity": quantity}]
		return api("Sales Opportunity", party=partner, class_id="NEW", stage="Won", items=items)

	return make


@pytest.fixture(scope="module")
def administrator() -> requests.Session:
	return login()


def state(administrator: requests.Session, opportunity: str) -> dict:
	"""Return the quantities of the opportunity's only line, for billing."""
	answer = administrator.get(
		f"{URL}/api/method/{FOLLOW_UPS}.follow_ups", params={"opportunity": opportunity}
	)
	(line,) = answer.json()["message"]["Billing"]
	return line


def request_at_once(arguments: list[dict]) -> list[requests.Response]:
	"""Return the answers to requests, for billing unless told, that were sent at the same time."""
	path = f"method/{FOLLOW_UPS}.create_fulfilment_request"
	return at_once([("POST", path, {"kind": "Billing", **values}) for values in arguments])


def test_six_requests_for_two_of_five_give_two(won, administrator):
	opportunity = won(5)
	line = {"opportunity_item": state(administrator, opportunity)["opportunity_item"], "quantity": 2}
	answers = request_at_once([{"opportunity": opportunity, "items": [line]}] * CLICKS)
	assert sum(answer.ok for answer in answers) == 2
	assert {answer.status_code for answer in answers if not answer.ok} == {417}
	assert all("ExceedsSoldError" in answer.text for answer in answers if not answer.ok)
	assert state(administrator, opportunity)["requested"] == 4


def test_six_requests_for_everything_give_one(won, administrator):
	opportunity = won(5)
	answers = request_at_once([{"opportunity": opportunity}] * CLICKS)
	assert sum(answer.ok for answer in answers) == 1
	assert all("NothingOpenError" in answer.text for answer in answers if not answer.ok)
	assert state(administrator, opportunity)["open"] == 0


def test_the_same_click_six_times_makes_one_request(won, administrator):
	opportunity = won(5)
	answers = request_at_once([{"opportunity": opportunity, "request_key": f"same-{opportunity}"}] * CLICKS)
	assert all(answer.ok for answer in answers), [answer.text for answer in answers]
	assert len({answer.json()["message"] for answer in answers}) == 1
	assert state(administrator, opportunity)["requested"] == 5


def test_six_people_with_six_opportunities_do_not_get_in_each_others_way(won):
	opportunities = [won(5) for _ in range(CLICKS)]
	for _round in range(3):
		answers = request_at_once(
			[
				{"opportunity": opportunity, "kind": kind, "request_key": f"{kind}-{opportunity}"}
				for opportunity in opportunities
				for kind in ("Billing", "Shipping")
			]
		)
		assert all(answer.ok for answer in answers), [answer.text for answer in answers if not answer.ok]


def test_finished_and_cancelled_at_the_same_time_is_one_of_both(won, administrator):
	opportunity = won(5)
	(answer,) = request_at_once([{"opportunity": opportunity}])
	name = answer.json()["message"]
	actions = ["mark_as_done", "cancel"] * (CLICKS // 2)
	answers = at_once([("POST", f"method/{REQUEST}.{action}", {"request": name}) for action in actions])
	assert sum(answer.ok for answer in answers) == 1
	line = state(administrator, opportunity)
	assert (line["done"], line["open"]) in {(5, 0), (0, 5)}
