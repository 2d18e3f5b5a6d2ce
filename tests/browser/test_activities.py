"""A salesperson's day on a deal: a call with its next step, ticking off, a meeting with guests, a customer's question."""

import pytest
from accessibility import faults
from clicks import counted
from quotes import create_quote, issue, make_link, read_quote

pytestmark = pytest.mark.browser

PAGE = "sales_opportunity.portal.quote_page"
BLOCK = ".so-open-activities:visible"


@pytest.fixture
def opportunity(open_deal) -> str:
	"""An open opportunity of the salesperson Anna, with lines."""
	return open_deal("Lastenräder für die Hauspost")


def dialog_of(desk):
	dialog = desk.page.locator(".modal.show")
	dialog.wait_for()
	desk.settle()
	return dialog


def finish(desk, dialog, button: str = "button.btn-primary:visible") -> None:
	desk.settle()
	dialog.locator(button).click()
	dialog.wait_for(state="hidden")
	desk.settle()


def test_a_call_with_its_next_step_takes_two_clicks_and_ticking_asks_what_next(desk, world, opportunity):
	anna = desk(world["users"]["anna"])
	anna.open("Form", "Sales Opportunity", opportunity)
	with counted(anna.context) as clicks:
		anna.page.locator("[data-activity='Call']").click()
		dialog = dialog_of(anna)
		anna.fill(
			dialog,
			subject="Preise besprochen",
			next_activity="Probefahrt anbieten",
			next_activity_date="05.01.2099",
		)
		finish(anna, dialog)
		assert clicks() == 2
	assert "Preise besprochen" in anna.page.locator(".form-footer:visible").inner_text()
	block = anna.page.locator(BLOCK)
	assert "Probefahrt anbieten" in block.inner_text()
	assert "Anna" in block.inner_text()
	with counted(anna.context) as clicks:
		block.get_by_role("button", name="Erledigt: Probefahrt anbieten").click()
		dialog = dialog_of(anna)
		anna.shoot("activities-what-next")
		finish(anna, dialog)
		assert clicks() == 2
	assert f"Bei {world['partner']} nachfassen" in block.inner_text()
	block.get_by_role("button").first.click()
	dialog = dialog_of(anna)
	finish(anna, dialog, "button.btn-modal-secondary:visible")
	assert not anna.page.locator(BLOCK).count()
	assert anna.value("next_activity") in (None, "")


def test_a_planned_meeting_says_when_where_and_with_whom_and_closing_asks_about_it(desk, world, opportunity):
	anna = desk(world["users"]["anna"])
	anna.open("Form", "Sales Opportunity", opportunity)
	with counted(anna.context) as clicks:
		anna.page.locator("[data-activity='Meeting']").click()
		dialog = dialog_of(anna)
		anna.fill(dialog, place="Rathaus, Raum 3", guests="max@kunde.example")
		anna.shoot("activities-meeting")
		finish(anna, dialog)
		assert clicks() == 2
	block = anna.page.locator(BLOCK)
	for expected in ("10:00–11:00", "Rathaus, Raum 3", "max@kunde.example", "Anna"):
		assert expected in block.inner_text()
	anna.page.reload()
	anna.page.locator(".timeline-message-box:visible", has_text="Rathaus").wait_for()
	anna.settle()
	entry = anna.page.locator(".timeline-message-box:visible", has_text="Rathaus").first.inner_text()
	assert "10:00" in entry
	assert "gerade" not in entry
	assert faults(anna.page, ".so-open-activities") == []
	anna.shoot("activities-block")
	anna.button("Abschließen").click()
	anna.page.locator(".dropdown-item:visible", has_text="Als gewonnen abschließen").click()
	dialog = dialog_of(anna)
	assert f"Termin mit {world['partner']}" in dialog.inner_text()
	anna.shoot("activities-closing")
	finish(anna, dialog)
	assert anna.page.locator(BLOCK).count() == 0


def test_a_customers_question_stands_on_deal_and_quote_and_is_answered_there(desk, world, opportunity):
	anna = desk(world["users"]["anna"])
	quote = create_quote(anna, opportunity)
	issue(anna, read_quote(anna, quote))
	token = make_link(anna, quote).rpartition("/")[2]
	question = "Passt der Korb?\nUnd ab wann?"
	anna.call(f"{PAGE}.ask", token=token, person_name="Sabine Hoffmann &lt;AG&gt;", message=question)
	anna.open("Form", "Sales Opportunity", opportunity)
	banner = anna.page.locator(".so-customer-question:visible")
	assert "Sabine Hoffmann &lt;AG&gt; fragt zum Angebot" in banner.inner_text()
	anna.shoot("questions-deal")
	anna.open("Form", "Quote", quote)
	banner = anna.page.locator(".so-customer-question:visible")
	assert question in banner.inner_text()
	assert faults(anna.page, ".so-customer-question") == []
	anna.shoot("questions-quote")
	with counted(anna.context) as clicks:
		banner.get_by_role("button").click()
		dialog = dialog_of(anna)
		assert "Sabine Hoffmann &lt;AG&gt;" in dialog.locator(".modal-title").inner_text()
		assert "Ihre Frage zum Angebot" in dialog.locator("[data-fieldname='subject'] input").input_value()
		anna.shoot("questions-answer")
		dialog.locator("input[data-fieldname='is_answered']").check()
		anna.fill(dialog, note="Am Telefon gesagt: ja")
		finish(anna, dialog)
		assert clicks() == 3
	assert not anna.page.locator(".so-customer-question:visible").count()
	assert "Am Telefon gesagt" in anna.page.locator(".form-footer:visible").inner_text()
