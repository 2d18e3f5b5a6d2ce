"""A customer who clicks twice, and people who answer differently, at the same time and on connections of their own."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from test_parallel_requests import CLICKS, CREATE, DOCTYPES, URL, at_once, click_at_once, issue, login

pytestmark = pytest.mark.browser

MAKE_LINK = f"{DOCTYPES}.quote_customer_link.quote_customer_link.make_link"
REVOKE = f"{DOCTYPES}.quote_customer_link.quote_customer_link.revoke_links"
ACCEPT, DECLINE = "accept", "decline"
VALUES = {
	ACCEPT: {"person_name": "Sabine", "signature_type": "Typed", "consent": True},
	DECLINE: {"person_name": "Tom", "message": "Zu teuer"},
}


@pytest.fixture
def quote(api, world) -> str:
	"""An issued quote, fresh for each scene."""
	partner = api("Business Partner", partner_name=f"Parallele Antwort {world['bike']}")
	items = [{"item": world["bike"], "quantity": 1}]
	opportunity = api("Sales Opportunity", party=partner, class_id="NEW", stage="Inquiry", items=items)
	(name,) = click_at_once([{"opportunity": opportunity, "valid_until": "2099-12-31"}], CREATE)
	issue(name)
	return name


def token_of(quote: str) -> str:
	(url,) = click_at_once([{"quote": quote}], MAKE_LINK)
	return url.rpartition("/")[2]


def answer_at_once(token: str, methods: list[str]) -> list[requests.Response]:
	"""Send all answers at the same time, as the page does: without a session."""

	def send(numbered: tuple[int, str]) -> requests.Response:
		number, method = numbered
		return requests.post(
			f"{URL}/api/method/sales_opportunity.portal.quote_page.{method}",
			json={"token": token, **VALUES[method]},
			headers={"X-Forwarded-For": f"198.51.100.{number}-{token[:8]}"},
		)

	with ThreadPoolExecutor(len(methods)) as pool:
		return list(pool.map(send, enumerate(methods)))


def stored(quote: str) -> tuple[str, Counter]:
	"""Return the quote's status, and how often it was answered how."""
	session = login()
	document = session.get(f"{URL}/api/resource/Quote/{quote}").json()["data"]
	rows = session.get(
		f"{URL}/api/resource/Quote Answer",
		params={"filters": f'{{"quote": "{quote}"}}', "fields": '["answer"]'},
	).json()["data"]
	return document["status"], Counter(row["answer"] for row in rows)


def test_six_clicks_on_accept_are_one_acceptance(quote):
	responses = answer_at_once(token_of(quote), [ACCEPT] * CLICKS)
	assert [response.json().get("message") for response in responses] == ["Accepted"] * CLICKS
	assert stored(quote) == ("Accepted", Counter(Accepted=1))


def test_of_accepting_and_declining_at_once_one_happens_and_the_other_is_refused(quote):
	methods = [ACCEPT, DECLINE] * 3
	responses = answer_at_once(token_of(quote), methods)
	status, answers = stored(quote)
	assert status in ("Accepted", "Declined")
	assert answers == Counter({status: 1})
	winner = {"Accepted": ACCEPT, "Declined": DECLINE}[status]
	for method, response in zip(methods, responses, strict=True):
		assert response.ok == (method == winner), response.text


def test_an_answer_and_a_new_revision_at_once_leave_one_of_both(quote):
	token = token_of(quote)
	(revision,) = click_at_once(
		[{"quote": quote, "valid_until": "2099-12-31"}], f"{DOCTYPES}.quote.revisions.new_revision"
	)
	with ThreadPoolExecutor(2) as pool:
		issuing = pool.submit(at_once, [("PUT", f"resource/Quote/{revision}", {"docstatus": 1})])
		(accepting,) = pool.submit(answer_at_once, token, [ACCEPT]).result()
		(issuing,) = issuing.result()
	assert accepting.ok != issuing.ok
	status, answers = stored(quote)
	assert status == ("Accepted" if accepting.ok else "Superseded")
	assert answers == (Counter(Accepted=1) if accepting.ok else Counter())


def test_an_answer_and_the_revocation_of_its_link_at_once_leave_no_half_answer(quote):
	token = token_of(quote)
	with ThreadPoolExecutor(2) as pool:
		revoked = pool.submit(click_at_once, [{"quote": quote}], REVOKE)
		(response,) = pool.submit(answer_at_once, token, [ACCEPT]).result()
		assert revoked.result() == [1]
	assert response.status_code in (200, 404), response.text
	assert stored(quote) == (("Accepted", Counter(Accepted=1)) if response.ok else ("Issued", Counter()))
