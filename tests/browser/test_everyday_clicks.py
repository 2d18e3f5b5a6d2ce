"""What is done every day takes few clicks, at the desk and on the phone: from the quote to the end of a deal."""

import pytest
from accessibility import faults
from clicks import counted

pytestmark = pytest.mark.browser

CALL = {
	"subject": "Preise besprochen",
	"next_activity": "Nachfassen",
	"next_activity_date": "05.01.2099",
}
SIZES = {"desk": {"width": 1400, "height": 950}, "phone": {"width": 390, "height": 844}}


@pytest.fixture
def deals(api, world) -> list[str]:
	"""Two open deals of the salesperson Anna, with lines and a contact who has an e-mail address."""
	partner = api("Business Partner", partner_name=f"Täglich {world['bike']}", language="de")
	contact = api(
		"Contact",
		first_name="Petra",
		last_name="Probe",
		gender="Female",
		email_ids=[{"email_id": "petra@kunde.example", "is_primary": 1}],
		links=[{"link_doctype": "Business Partner", "link_name": partner}],
	)
	return [
		api(
			"Sales Opportunity",
			party=partner,
			contact=contact,
			class_id="NEW",
			stage="Proposal",
			title="Lastenräder",
			opportunity_owner=world["users"]["anna"],
			items=[{"item": world["bike"], "quantity": 3}],
		)
		for _ in range(2)
	]


@pytest.mark.parametrize("size", SIZES)
def test_quote_stage_call_tick_and_closing_take_few_clicks(desk, world, deals, inbox, size):
	won, lost = deals
	anna = desk(world["users"]["anna"])
	page = anna.page
	page.set_viewport_size(SIZES[size])
	dialog = page.locator(".modal.show .modal-dialog")
	confirm = dialog.locator("button.btn-primary:visible")

	anna.open("Form", "Sales Opportunity", won)
	assert faults(page, ".so-deal-top") == []
	with counted(anna.context) as clicks:
		page.locator("[data-fact='quote']").get_by_role("button", name="Angebot erstellen").click()
		dialog.wait_for()
		confirm.click()
		page.wait_for_function("() => cur_frm && cur_frm.doc.doctype === 'Quote' && !cur_frm.is_new()")
		anna.settle()
		anna.button("Ausstellen und senden").click()
		dialog.locator(".ql-editor[contenteditable]").wait_for()
		anna.settle()
		confirm.click()
		page.wait_for_function("() => cur_frm.doc.docstatus === 1")
		anna.settle()
		assert clicks() == 4
	is_wider = "() => document.documentElement.scrollWidth > innerWidth"
	assert not page.evaluate(is_wider)
	assert not page.locator(".form-dashboard .section-head:visible").count()
	assert "Anna" in anna.field("sales_person").inner_text().split("\n")
	anna.shoot(f"everyday-quote-{size}")

	anna.open("Form", "Sales Opportunity", won)
	assert not page.evaluate(is_wider)
	with counted(anna.context) as clicks:
		page.locator(".so-stage-bar [data-stage='Negotiation']").click()
		page.wait_for_function("() => cur_frm.doc.stage === 'Negotiation'")
		anna.settle()
		assert clicks() == 1

	with counted(anna.context) as clicks:
		page.locator("[data-activity='Call']").click()
		dialog.wait_for()
		anna.settle()
		anna.fill(dialog, **CALL)
		confirm.click()
		dialog.wait_for(state="hidden")
		anna.settle()
		assert clicks() == 2

	with counted(anna.context) as clicks:
		page.locator(".so-open-activities:visible").get_by_role("button", name="Erledigt: Nachfassen").click()
		dialog.wait_for()
		anna.settle()
		dialog.locator("button.btn-modal-secondary:visible").click()
		dialog.wait_for(state="hidden")
		anna.settle()
		assert clicks() == 2
	assert not page.evaluate(is_wider)

	with counted(anna.context) as clicks:
		page.locator(".so-deal-stages").get_by_role("button", name="Gewonnen").click()
		dialog.wait_for()
		anna.settle()
		confirm.click()
		page.wait_for_function("() => cur_frm.doc.status === 'Won'")
		assert clicks() == 2

	anna.open("Form", "Sales Opportunity", lost)
	with counted(anna.context) as clicks:
		page.locator(".so-deal-stages").get_by_role("button", name="Verloren").click()
		dialog.wait_for()
		anna.settle()
		dialog.locator("[data-fieldname='closing_reason'] input").click()
		dialog.locator("[data-fieldname='closing_reason'] li").first.wait_for()
		page.keyboard.press("Enter")
		page.keyboard.press("Tab")
		anna.settle()
		confirm.click()
		page.wait_for_function("() => cur_frm.doc.status === 'Lost'")
		assert clicks() == 3
	anna.shoot(f"everyday-lost-{size}")
