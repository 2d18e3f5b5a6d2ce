"""A salesperson sends a quote, sees what is proposed next, and does it by one click in My Day; the customer reads the quote."""

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
)


@pytest.fixture
def deal(api, world) -> str:
	"""A deal of Anna's in a class with a cadence."""
	class_id = f"PLAN-{world['partner'][-6:]}".upper()
	api("Class ID", class_id=class_id, title="Nachfassen", cadence_skips_weekends=0, cadence=list(STEPS))
	partner = api("Business Partner", partner_name=f"Nachfass {world['bike']}", language="de")
	contact = api(
		"Contact",
		first_name="Sabine",
		email_ids=[{"email_id": "sabine@nachfass.example", "is_primary": 1}],
		links=[{"link_doctype": "Business Partner", "link_name": partner}],
	)
	return api(
		"Sales Opportunity",
		**{"party": partner, "contact": contact, "class_id": class_id, "stage": "Inquiry"},
		opportunity_owner=world["users"]["anna"],
		items=[{"item": world["bike"], "quantity": 3}],
	)


def test_after_sending_a_quote_a_call_is_proposed_and_done_in_one_click(desk, world, inbox, browser, deal):
	"""Two clicks send the quote, one each does or skips what is proposed."""
	anna = desk(world["users"]["anna"])
	page = anna.page
	quote = create_quote(anna, deal)
	anna.open("Form", "Quote", quote)
	with counted(anna.context) as clicks:
		anna.button("Ausstellen und senden").click()
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
	later = proposed.filter(has_text=f"Anruf: Bei Nachfass {world['bike']} nachfassen")
	assert f"vorgeschlagen: {quote} gesendet" in later.inner_text()
	later.scroll_into_view_if_needed()
	anna.shoot("cadence-1-form")
	before = later.locator(".small").inner_text()
	later.get_by_role("button", name="+ 1 Woche").click()
	page.wait_for_function(
		"before => ![...document.querySelectorAll('.so-open-activity .small')].some((each) => each.innerText === before)",
		arg=before,
	)
	anna.settle()

	anna.open("my-day")
	rows = page.locator(".so-my-day-kind[data-kind='activities'] .so-my-day-row")
	anna.shoot("cadence-2-my-day")
	with counted(anna.context) as clicks:
		page.get_by_role("button", name="Als erledigt markieren: Anruf: Ist das Angebot angekommen?").click()
		rows.filter(has_text="angekommen").wait_for(state="detached")
		assert clicks() == 1
	anna.settle()
	assert not page.locator(".modal.show").count()
	with counted(anna.context) as clicks:
		page.get_by_role("button", name="Überspringen: Referenzen heraussuchen").click()
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
	row.locator(".indicator-pill", has_text="Geöffnet").wait_for()
	anna.settle()
	anna.shoot("cadence-3-list")
	anna.open("Form", "Sales Opportunity", deal)
	page.evaluate("() => cur_frm.reload_doc()")
	stream = page.locator(".new-timeline")
	for told in (
		"hat erledigt: Anruf: Ist das Angebot angekommen?",
		"hat übersprungen: Referenzen heraussuchen",
		f"hat Angebot {quote} geöffnet",
	):
		stream.get_by_text(told).first.wait_for()
	page.locator(".so-open-activity", has_text="Termin: Probefahrt vereinbaren").scroll_into_view_if_needed()
	anna.shoot("cadence-4-stream")
