"""Impatient people: the same and different clicks arriving at the server at the same time."""

import os
from concurrent.futures import ThreadPoolExecutor

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


def click(arguments: dict) -> requests.Response:
	"""Ask for a quote in a session and on a connection of its own."""
	session = requests.Session()
	session.post(f"{URL}/api/method/login", data={"usr": "Administrator", "pwd": PASSWORD}).raise_for_status()
	token = session.get(f"{URL}/app").text.split('frappe.csrf_token = "')[1].split('"')[0]
	return session.post(f"{URL}/api/method/{CREATE}", json=arguments, headers={"X-Frappe-CSRF-Token": token})


def click_at_once(arguments: list[dict]) -> list[str]:
	"""Return the names of the quotes that came of all requests sent at the same time."""
	with ThreadPoolExecutor(len(arguments)) as pool:
		responses = list(pool.map(click, arguments))
	for response in responses:
		assert response.ok, response.text
	return [response.json()["message"] for response in responses]


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
