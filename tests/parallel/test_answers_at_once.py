"""A customer who clicks twice, and people who answer differently, at the same time and on connections of their own."""

from collections import Counter

import pytest

DOCTYPES = "sales_opportunity.sales_opportunity.doctype"
REVISE = f"{DOCTYPES}.quote.revisions.new_revision"
REVOKE = f"{DOCTYPES}.quote_customer_link.quote_customer_link.revoke_links"
ACCEPT, DECLINE = "accept", "decline"
VALUES = {
	ACCEPT: {"person_name": "Sabine", "signature_type": "Typed", "consent": True},
	DECLINE: {"person_name": "Tom", "message": "Zu teuer"},
}
CLICKS = 6


@pytest.fixture
def deal(inside) -> dict:
	"""A deal with an issued quote, fresh for each test."""
	return inside("scene", leave_out=["other", "draft", "revision"])


def answering(deal: dict, methods: list[str]) -> list[tuple]:
	"""Return the requests of the customer's page."""
	return [request(deal, method) for method in methods]


def request(deal: dict, method: str, **values) -> tuple:
	"""Return a request of the customer's page."""
	return (
		"POST",
		f"method/sales_opportunity.portal.quote_page.{method}",
		{"token": deal["primary_token"], **VALUES[method], **values},
	)


def stored(inside, deal: dict) -> tuple[str, Counter]:
	"""Return the quote's status, and how often it was answered how."""
	(quote,) = inside("rows", doctype="Quote", name=deal["primary"])
	answers = inside("rows", doctype="Quote Answer", quote=deal["primary"])
	return quote["status"], Counter(answer["answer"] for answer in answers)


def test_six_clicks_on_accept_are_one_acceptance(web, inside, deal):
	answers = web.at_once(answering(deal, [ACCEPT] * CLICKS))
	assert [answer.json().get("message") for answer in answers] == ["Accepted"] * CLICKS
	assert stored(inside, deal) == ("Accepted", Counter(Accepted=1))


def test_of_accepting_and_declining_at_once_one_happens_and_the_other_is_refused(web, inside, deal):
	methods = [ACCEPT, DECLINE] * 3
	answers = web.at_once(answering(deal, methods))
	status, stored_answers = stored(inside, deal)
	assert status in ("Accepted", "Declined")
	assert stored_answers == Counter({status: 1})
	winner = {"Accepted": ACCEPT, "Declined": DECLINE}[status]
	for method, answer in zip(methods, answers, strict=True):
		assert answer.ok == (method == winner), answer.text


def test_an_answer_and_a_new_revision_at_once_leave_one_of_both(web, inside, deal):
	revision = web.call(REVISE, quote=deal["primary"], valid_until="2099-12-31")
	issue = ("PUT", f"resource/Quote/{revision}", {"docstatus": 1})
	accepting, issuing = web.at_once([*answering(deal, [ACCEPT]), issue])
	assert accepting.ok != issuing.ok, (accepting.text, issuing.text)
	assert stored(inside, deal) == (
		("Accepted", Counter(Accepted=1)) if accepting.ok else ("Superseded", Counter())
	)


def test_an_answer_and_the_revocation_of_its_link_at_once_leave_no_half_answer(web, inside, deal):
	revoke = ("POST", f"method/{REVOKE}", {"quote": deal["primary"]})
	answer, revocation = web.at_once([*answering(deal, [ACCEPT]), revoke])
	assert revocation.json()["message"] == 1, revocation.text
	assert answer.status_code in (200, 404), answer.text
	assert stored(inside, deal) == (("Accepted", Counter(Accepted=1)) if answer.ok else ("Issued", Counter()))


def test_of_two_choices_at_once_one_is_accepted_however_often_it_is_clicked(web, inside, deal):
	inside("open_quantities", quote=deal["primary"])
	wishes = ["3", "4"] * 3
	answers = web.at_once([request(deal, ACCEPT, choice={"1": wish}) for wish in wishes])
	(accepted,) = inside("rows", doctype="Quote", opportunity=deal["opportunity"], status="Accepted")
	(line,) = inside("rows", doctype="Quote Item", parent=accepted["name"], idx=1)
	for wish, answer in zip(wishes, answers, strict=True):
		assert answer.ok == (line["quantity"] == float(wish)), answer.text
	assert [accepted["revision"], accepted["supersedes"]] == [2, deal["primary"]]
	assert len(inside("rows", doctype="Quote Answer", quote=accepted["name"])) == 1
	assert stored(inside, deal) == ("Superseded", Counter())


def test_a_choice_and_a_new_revision_at_once_leave_one_of_both(web, inside, deal):
	inside("open_quantities", quote=deal["primary"])
	revision = web.call(REVISE, quote=deal["primary"], valid_until="2099-12-31")
	issue = ("PUT", f"resource/Quote/{revision}", {"docstatus": 1})
	choosing, issuing = web.at_once([request(deal, ACCEPT, choice={"1": "3"}), issue])
	assert choosing.ok != issuing.ok, (choosing.text, issuing.text)
	issued = inside("rows", doctype="Quote", opportunity=deal["opportunity"], docstatus=1)
	statuses = sorted(row["status"] for row in issued)
	assert statuses == (["Accepted", "Superseded"] if choosing.ok else ["Issued", "Superseded"])
