"""Impatient people: the same and different clicks arriving at the server at the same time."""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise

import pytest
import requests

pytestmark = pytest.mark.browser

URL = os.environ.get("SALES_OPPORTUNITY_TEST_URL")
PASSWORD = os.environ.get("SALES_OPPORTUNITY_ADMIN_PASSWORD", "admin")
CREATE = "sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper.create_quote"
CLICKS = 6


@pytest.fixture
def opportunity(api, world) -> str:
	"""An opportunity with one line, fresh for each scene."""
	partner = api("Business Partner", partner_name=f"Parallel {world['bike']}")
	items = [{"item": world["bike"], "quantity": 1}]
	return api("Sales Opportunity", party=partner, class_id="NEW", stage="Inquiry", items=items)


def post(path: str, arguments: dict) -> requests.Response:
	"""Send a request in a session and on a connection of its own."""
	session = requests.Session()
	session.post(f"{URL}/api/method/login", data={"usr": "Administrator", "pwd": PASSWORD}).raise_for_status()
	token = session.get(f"{URL}/app").text.split('frappe.csrf_token = "')[1].split('"')[0]
	return session.post(f"{URL}/api/{path}", json=arguments, headers={"X-Frappe-CSRF-Token": token})


def post_at_once(path: str, arguments: list[dict]) -> list[dict]:
	"""Return the answers to all requests sent at the same time."""
	with ThreadPoolExecutor(len(arguments)) as pool:
		responses = list(pool.map(partial(post, path), arguments))
	for response in responses:
		assert response.ok, response.text
	return [response.json() for response in responses]


def click_at_once(arguments: list[dict]) -> list[str]:
	"""Return the names of the quotes that came of all clicks made at the same time."""
	return [answer["message"] for answer in post_at_once(f"method/{CREATE}", arguments)]


def test_the_same_click_six_times_makes_one_quote(opportunity):
	arguments = {
		"opportunity": opportunity,
		"valid_until": "2099-12-31",
		"request_key": f"same-{opportunity}",
	}
	assert len(set(click_at_once([arguments] * CLICKS))) == 1


def test_six_different_clicks_make_six_quotes_and_one_is_primary(opportunity):
	arguments = [
		{"opportunity": opportunity, "valid_until": "2099-12-31", "request_key": f"{number}-{opportunity}"}
		for number in range(CLICKS)
	]
	names = click_at_once(arguments)
	assert len(set(names)) == CLICKS
	session = requests.Session()
	session.post(f"{URL}/api/method/login", data={"usr": "Administrator", "pwd": PASSWORD})
	quotes = session.get(
		f"{URL}/api/resource/Quote",
		params={"filters": f'{{"opportunity": "{opportunity}"}}', "fields": '["name", "is_primary"]'},
	).json()["data"]
	assert sorted(quote["name"] for quote in quotes) == sorted(names)
	assert sum(quote["is_primary"] for quote in quotes) == 1


def test_six_new_opportunities_at_once_go_round_evenly(api, world):
	people = list(world["users"].values())
	class_id = f"RR-{world['bike']}"
	api(
		"Class ID",
		class_id=class_id,
		title="Reihum",
		owner_rule="Round Robin",
		members=[{"user": user} for user in people],
	)
	entries = {"party": world["partner_id"], "class_id": class_id, "stage": "Inquiry"}
	answers = post_at_once("resource/Sales Opportunity", [entries] * CLICKS)
	owners = Counter(answer["data"]["opportunity_owner"] for answer in answers)
	assert owners == dict.fromkeys(people, CLICKS / len(people))


def test_closing_as_won_and_as_lost_at_once_leaves_one_outcome_and_one_log_entry(opportunity):
	won = ("won", {"opportunity": opportunity})
	lost = ("lost", {"opportunity": opportunity, "closing_reason": "No Budget"})
	with ThreadPoolExecutor(CLICKS) as pool:
		answers = list(
			pool.map(
				lambda job: post(f"method/sales_opportunity.api.close_as_{job[0]}", job[1]), [won, lost] * 3
			)
		)
	assert any(answer.ok for answer in answers)
	session = requests.Session()
	session.post(f"{URL}/api/method/login", data={"usr": "Administrator", "pwd": PASSWORD})
	document = session.get(f"{URL}/api/resource/Sales Opportunity/{opportunity}").json()["data"]
	stages = [row["to_stage"] for row in document["stage_log"]]
	assert stages[-1] == document["stage"]
	assert all(one != other for one, other in pairwise(stages))
