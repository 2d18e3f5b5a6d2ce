"""A salesperson enters a stage or sends a quote, sees what is proposed next, and does it by one click in My Day."""

import secrets

import pytest
from clicks import counted
from desk import new_context
from quotes import create_quote, make_link

from sales_opportunity.tests.waiting import awaited

pytestmark = pytest.mark.browser

STEPS = (
	{"event": "Quote Sent", "days_after": 0, "activity": "Call", "subject": "Ist das Angebot angekommen?"},
	{"event": "Quote Sent", "days_after": 0, "activity": "Task", "subject": "Referenzen heraussuchen"},
	{"event": "Quote Sent", "days_after": 5, "activity": "Call"},
	{"event": "Quote Opened", "days_after": 1, "activity": "Meeting", "subject": "Probefahrt vereinbaren"},
	{"event": "Stage Entered", "stage": "Needs Analysis", "days_after": 2, "activity": "Call"},
)


WORDS = {
	"anna": {
		"send": "Ausstellen und senden",
		"call": "Anruf: Bei {partner} nachfassen",
		"proposed": "vorgeschlagen: {quote} gesendet",
		"later": "+ 1 Woche",
		"done": "Als erledigt markieren: Anruf: Ist das Angebot angekommen?",
		"skip": "Überspringen: Referenzen heraussuchen",
		"opened": "Geöffnet",
		"told": (
			"hat erledigt: Anruf: Ist das Angebot angekommen?",
			"hat übersprungen: Referenzen heraussuchen",
			"hat Angebot {quote} geöffnet",
		),
		"meeting": "Termin: Probefahrt vereinbaren",
		"entered": "vorgeschlagen für diese Stufe",
	},
	"emma": {
		"send": "Issue and Send",
		"call": "Call: Follow up with {partner}",
		"proposed": "proposed: {quote} sent",
		"later": "+ 1 Week",
		"done": "Mark as Done: Call: Ist das Angebot angekommen?",
		"skip": "Skip: Referenzen heraussuchen",
		"opened": "Opened",
		"told": (
			"has done: Call: Ist das Angebot angekommen?",
			"has skipped: Referenzen heraussuchen",
			"has opened quote {quote}",
		),
		"meeting": "Meeting: Probefahrt vereinbaren",
		"entered": "proposed for this stage",
	},
}
"""What each of them reads; what is to be done is said as the class says it."""


@pytest.fixture(params=WORDS)
def person(request) -> str:
	return request.param


@pytest.fixture
def deal(api, world, person) -> str:
	"""A deal of a salesperson's in a class with a cadence."""
	class_id = f"PLAN-{secrets.token_hex(3)}".upper()
	api("Class ID", class_id=class_id, title="Nachfassen", cadence_skips_weekends=0, cadence=list(STEPS))
	partner = api("Business Partner", partner_name=f"Nachfass {class_id}", language="de")
	contact = api(
		"Contact",
		first_name="Sabine",
		email_ids=[{"email_id": "sabine@nachfass.example", "is_primary": 1}],
		links=[{"link_doctype": "Business Partner", "link_name": partner}],
	)
	return api(
		"Sales Opportunity",
		**{"party": partner, "contact": contact, "class_id": class_id, "stage": "Inquiry"},
		opportunity_owner=world["users"][person],
		items=[{"item": world["bike"], "quantity": 3}],
	)


def test_after_sending_a_quote_a_call_is_proposed_and_done_in_one_click(
	desk, world, api, inbox, browser, deal, person
):
	"""Two clicks send the quote, one each does or skips what is proposed."""
	words, partner = WORDS[person], api.read("Sales Opportunity", deal)["party_name"]
	anna = desk(world["users"][person])
	page = anna.page
	quote = create_quote(anna, deal)
	anna.open("Form", "Quote", quote)
	with counted(anna.context) as clicks:
		anna.button(words["send"]).click()
		page.locator(".modal.show .ql-editor[contenteditable]").wait_for()
		anna.settle()
		page.locator(".modal.show .modal-dialog button.btn-primary:visible").click()
		page.wait_for_function("() => cur_frm.doc.docstatus === 1")
		assert clicks() == 2

	def is_sent() -> bool:
		page.evaluate("() => cur_frm.reload_doc()")
		anna.settle()
		return anna.value("status") == "Sent"

	awaited(is_sent)
	anna.open("Form", "Sales Opportunity", deal)
	proposed = page.locator(".so-open-activity")
	assert proposed.count() == 3
	later = proposed.filter(has_text=words["call"].format(partner=partner))
	assert words["proposed"].format(quote=quote) in later.inner_text()
	later.scroll_into_view_if_needed()
	anna.shoot(f"cadence-1-form-{person}")
	before = later.locator(".small").inner_text()
	later.get_by_role("button", name=words["later"]).click()
	page.wait_for_function(
		"before => ![...document.querySelectorAll('.so-open-activity .small')].some((each) => each.innerText === before)",
		arg=before,
	)
	anna.settle()

	anna.open("my-day")
	rows = page.locator(".so-my-day-kind[data-kind='activities'] .so-my-day-row")
	anna.shoot(f"cadence-2-my-day-{person}")
	with counted(anna.context) as clicks:
		page.get_by_role("button", name=words["done"]).click()
		rows.filter(has_text="angekommen").wait_for(state="detached")
		assert clicks() == 1
	anna.settle()
	assert not page.locator(".modal.show").count()
	with counted(anna.context) as clicks:
		page.get_by_role("button", name=words["skip"]).click()
		rows.filter(has_text="Referenzen").wait_for(state="detached")
		assert clicks() == 1
	anna.settle()

	customer = new_context(browser)
	with customer.new_page() as visit:
		with visit.expect_response(lambda answer: answer.url.endswith("quote_page.opened")):
			visit.goto(make_link(anna, quote))
	customer.close()
	anna.open("List", "Quote", "List")
	row = page.locator(".list-row", has_text=quote)
	row.locator(".indicator-pill", has_text=words["opened"]).wait_for()
	anna.settle()
	anna.shoot(f"cadence-3-list-{person}")
	anna.open("Form", "Sales Opportunity", deal)
	page.evaluate("() => cur_frm.reload_doc()")
	stream = page.locator(".new-timeline")
	for told in words["told"]:
		stream.get_by_text(told.format(quote=quote)).first.wait_for()
	page.locator(".so-open-activity", has_text=words["meeting"]).scroll_into_view_if_needed()
	anna.shoot(f"cadence-4-stream-{person}")


def test_entering_a_stage_proposes_the_next_activity_in_one_click(desk, world, api, deal, person):
	"""One click on the stage: a call is proposed and is the next activity; going on to another stage takes it back."""
	words = WORDS[person]
	call = words["call"].format(partner=api.read("Sales Opportunity", deal)["party_name"])
	seller = desk(world["users"][person])
	page = seller.page
	seller.open("Form", "Sales Opportunity", deal)
	proposed = page.locator(".so-open-activity", has_text=call)
	assert not proposed.count()
	with counted(seller.context) as clicks:
		page.locator(".so-stage-bar [data-stage='Needs Analysis']").click()
		proposed.wait_for()
		seller.settle()
		assert clicks() == 1
	assert words["entered"] in proposed.inner_text()
	assert seller.value("next_activity") == call
	proposed.scroll_into_view_if_needed()
	seller.shoot(f"cadence-stage-{person}")
	page.locator(".so-stage-bar [data-stage='Proposal']").click()
	proposed.wait_for(state="detached")
	seller.settle()
	assert not seller.value("next_activity")
