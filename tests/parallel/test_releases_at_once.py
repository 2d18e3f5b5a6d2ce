"""A release and a change of the quote at the same time: what is issued was released as it is, whoever comes first."""

import pytest

DOCTYPES = "sales_opportunity.sales_opportunity.doctype"
RELEASE = f"method/{DOCTYPES}.quote_release.releases.release"
ROUNDS = 3


@pytest.fixture(scope="module", autouse=True)
def rule(inside):
	"""A rule while these tests run."""
	inside("set_release_rules", rules=[{"discount_from": 10, "role": "Sales Manager"}])
	yield
	inside("set_release_rules", rules=[])


@pytest.fixture
def waiting(inside) -> dict:
	"""A draft with a discount that is to be released, as `quote` and `modified`, fresh for each round."""
	return inside("discounted_draft", discount=15)


def stands(inside, quote: str) -> tuple:
	(row,) = inside("rows", doctype="Quote", name=quote)
	log = inside("rows", doctype="Quote Release", quote=quote)
	return row, sorted(entry["action"] for entry in log)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_release_and_a_higher_discount(web, inside, waiting, _round):
	quote = waiting["quote"]
	released, changed = web.at_once(
		[("POST", RELEASE, waiting), ("PUT", f"resource/Quote/{quote}", {"discount_percentage": 20})]
	)
	assert changed.ok, changed.text
	row, log = stands(inside, quote)
	assert (row["discount_percentage"], row["release_status"]) == (20, "Needed")
	assert log == [*(["Released", "Voided"] if released.ok else []), "Worsened"]
	assert not web.send(("PUT", f"resource/Quote/{quote}", {"docstatus": 1})).ok


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_release_and_issuing(web, inside, waiting, _round):
	quote = waiting["quote"]
	released, issued = web.at_once(
		[("POST", RELEASE, waiting), ("PUT", f"resource/Quote/{quote}", {"docstatus": 1})]
	)
	row, log = stands(inside, quote)
	assert released.ok, released.text
	assert (row["docstatus"], row["release_status"], log) == (int(issued.ok), "Released", ["Released"])


def test_a_release_six_times_at_once_is_one(web, inside, waiting):
	answers = web.at_once([("POST", RELEASE, waiting)] * 6)
	assert [answer.ok for answer in answers].count(True) == 1, [answer.text for answer in answers]
	assert stands(inside, waiting["quote"])[1] == ["Released"]
