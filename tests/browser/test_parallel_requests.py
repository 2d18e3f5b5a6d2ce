"""Impatient people: the same and different clicks arriving at the server at the same time."""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

pytestmark = pytest.mark.browser

URL = os.environ.get("SALES_OPPORTUNITY_TEST_URL")
PASSWORD = os.environ.get("SALES_OPPORTUNITY_ADMIN_PASSWORD", "admin")
DOCTYPES = "sales_opportunity.sales_opportunity.doctype"
CREATE = f"{DOCTYPES}.sales_opportunity.mapper.create_quote"
REVISE = f"{DOCTYPES}.quote.revisions.new_revision"
COPY = f"{DOCTYPES}.quote.revisions.copy_quote"
MAKE_PRIMARY = f"{DOCTYPES}.quote.primary.make_primary"
CLICKS = 6


@pytest.fixture
def opportunity(api, world) -> str:
	"""An opportunity with one line, fresh for each scene."""
	partner = api("Business Partner", partner_name=f"Parallel {world['bike']}")
	items = [{"item": world["bike"], "quantity": 1}]
	return api("Sales Opportunity", party=partner, class_id="NEW", stage="Inquiry", items=items)


def login(user: str = "Administrator", password: str = PASSWORD) -> requests.Session:
	"""Return a user's session on a connection of its own."""
	session = requests.Session()
	session.post(f"{URL}/api/method/login", data={"usr": user, "pwd": password}).raise_for_status()
	token = session.get(f"{URL}/app").text.split('frappe.csrf_token = "')[1].split('"')[0]
	session.headers["X-Frappe-CSRF-Token"] = token
	return session


def at_once(
	requested: list[tuple[str, str, dict]], sessions: list[requests.Session] | None = None
) -> list[requests.Response]:
	"""Send all requests (HTTP method, path, values) at the same time, each in a session of its own."""
	sessions = sessions or [login() for _request in requested]

	def send(session: requests.Session, request: tuple[str, str, dict]) -> requests.Response:
		method, path, values = request
		return session.request(method, f"{URL}/api/{path}", json=values)

	with ThreadPoolExecutor(len(requested)) as pool:
		return list(pool.map(send, sessions, requested))


def post_at_once(path: str, arguments: list[dict]) -> list[dict]:
	"""Return the answers to all requests sent at the same time."""
	responses = at_once([("POST", path, values) for values in arguments])
	for response in responses:
		assert response.ok, response.text
	return [response.json() for response in responses]


def click_at_once(arguments: list[dict], method: str = CREATE) -> list[str]:
	"""Return the answers to clicks on the same button at the same time."""
	return [answer.get("message") for answer in post_at_once(f"method/{method}", arguments)]


def quotes_of(opportunity: str) -> list[dict]:
	"""Return all quotes of an opportunity, in the order of their names."""
	return (
		login()
		.get(
			f"{URL}/api/resource/Quote",
			params={
				"filters": f'{{"opportunity": "{opportunity}"}}',
				"fields": '["name", "is_primary", "status", "quote_number", "revision"]',
				"order_by": "name asc",
			},
		)
		.json()["data"]
	)


def issue(quote: str) -> None:
	"""Submit a quote."""
	assert login().put(f"{URL}/api/resource/Quote/{quote}", json={"docstatus": 1}).ok


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
	quotes = quotes_of(opportunity)
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


def test_salespeople_who_close_at_once_leave_one_outcome_and_one_log_entry(api, world):
	people = list(world["users"].values())
	class_id = f"CLOSE-{world['bike']}"
	api("Class ID", class_id=class_id, title="Team", members=[{"user": user} for user in people])
	name = api("Sales Opportunity", party=world["partner_id"], class_id=class_id, stage="Inquiry", amount=1)
	lost = {"opportunity": name, "closing_reason": "No Budget"}
	requested = [
		("POST", "method/sales_opportunity.api.close_as_won", {"opportunity": name}),
		("POST", "method/sales_opportunity.api.close_as_lost", lost),
	] * 3
	answers = at_once(requested, [login(user, world["password"]) for user in people * 2])
	assert [answer.ok for answer in answers].count(True) == 1
	document = login().get(f"{URL}/api/resource/Sales Opportunity/{name}").json()["data"]
	outcome = next(answer.json()["message"]["stage"] for answer in answers if answer.ok)
	assert [row["to_stage"] for row in document["stage_log"]] == ["Inquiry", outcome]
	assert document["stage"] == outcome


def test_six_people_revise_a_quote_and_find_the_same_draft(opportunity):
	(first,) = click_at_once([{"opportunity": opportunity, "valid_until": "2099-12-31"}])
	issue(first)
	names = click_at_once([{"quote": first, "valid_until": "2099-12-31"}] * CLICKS, REVISE)
	assert set(names) == {f"{first}-R2"}
	assert [quote["revision"] for quote in quotes_of(opportunity)] == [1, 2]


def test_the_same_copy_six_times_is_one_copy(opportunity):
	(first,) = click_at_once([{"opportunity": opportunity, "valid_until": "2099-12-31"}])
	values = {"quote": first, "valid_until": "2099-12-31", "request_key": f"copy-{opportunity}"}
	assert len(set(click_at_once([values] * CLICKS, COPY))) == 1


def test_whoever_is_made_primary_at_the_same_time_one_is(opportunity):
	names = click_at_once([{"opportunity": opportunity, "valid_until": "2099-12-31"}] * CLICKS)
	click_at_once([{"quote": name} for name in names], MAKE_PRIMARY)
	assert sum(quote["is_primary"] for quote in quotes_of(opportunity)) == 1


def test_a_revision_issued_twice_at_once_supersedes_once(opportunity):
	(first,) = click_at_once([{"opportunity": opportunity, "valid_until": "2099-12-31"}])
	issue(first)
	(second,) = click_at_once([{"quote": first, "valid_until": "2099-12-31"}], REVISE)
	responses = at_once([("PUT", f"resource/Quote/{second}", {"docstatus": 1})] * 3)
	assert any(response.ok for response in responses)
	assert [(quote["status"], quote["is_primary"]) for quote in quotes_of(opportunity)] == [
		("Superseded", 0),
		("Issued", 1),
	]


def test_quote_and_opportunity_saved_at_once_end_equal(opportunity):
	(quote,) = click_at_once([{"opportunity": opportunity, "valid_until": "2099-12-31"}])
	session = login()

	def stored(doctype: str, name: str) -> dict:
		return session.get(f"{URL}/api/resource/{doctype}/{name}").json()["data"]

	edits = []
	for doctype, name, rate in (("Quote", quote, 11), ("Sales Opportunity", opportunity, 22)) * 3:
		row = stored(doctype, name)["items"][0]
		edits.append(("PUT", f"resource/{doctype}/{name}", {"items": [{**row, "rate": rate}]}))
	responses = at_once(edits)
	assert any(response.ok for response in responses)
	assert (
		stored("Quote", quote)["items"][0]["rate"]
		== stored("Sales Opportunity", opportunity)["items"][0]["rate"]
	)
