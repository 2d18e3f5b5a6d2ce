"""From the first call to the closing, by clicks."""

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def opportunity(open_deal) -> str:
	"""An open opportunity of the salesperson Anna, with lines."""
	return open_deal("Lastenräder für den Bauhof")


def log(desk, kind: str, **texts) -> None:
	"""Log an activity in two clicks, and fill in what is not prefilled in between."""
	desk.page.locator(f"[data-activity='{kind}']").click()
	dialog = desk.page.locator(".modal.show")
	dialog.wait_for()
	desk.settle()
	desk.fill(dialog, **texts)
	desk.shoot(f"life-{kind.lower()}")
	dialog.locator("button.btn-primary:visible").click()
	dialog.wait_for(state="hidden")
	desk.settle()


def test_activities_take_two_clicks_and_stand_in_one_stream(desk, world, opportunity):
	anna = desk(world["users"]["anna"])
	anna.open("Form", "Sales Opportunity", opportunity)
	log(anna, "Call")
	log(anna, "Meeting")
	log(anna, "Task", subject="Prospekt schicken")
	log(anna, "Note", subject="Will rote Räder")
	stream = anna.page.locator(".form-footer:visible").inner_text()
	anna.shoot("life-stream")
	for expected in ("Angebotsphase", "Will rote Räder", "Prospekt schicken", world["partner"]):
		assert expected in stream
	assert anna.value("next_activity") == f"Termin mit {world['partner']}"


def test_what_is_overdue_or_stalled_is_seen_on_form_and_list(desk, world, api, opportunity):
	api(
		"ToDo",
		description="Nachfassen",
		date="2026-01-07",
		allocated_to=world["users"]["anna"],
		reference_type="Sales Opportunity",
		reference_name=opportunity,
	)
	anna = desk(world["users"]["anna"])
	anna.open("Form", "Sales Opportunity", opportunity)
	anna.shoot("life-overdue")
	overdue = anna.page.locator("[data-fact='next'] [data-state='overdue']").inner_text()
	assert overdue.startswith("07.01.2026 · ") and overdue.endswith(" Tage überfällig")
	anna.open("List", "Sales Opportunity", "List")
	anna.button("Nächste Aktivität überfällig").click()
	anna.settle()
	anna.shoot("life-list-overdue")
	row = anna.page.locator(f".list-row-container:has([data-name='{opportunity}'])")
	assert (
		row.locator(".so-activity-dot[data-activity='overdue']").get_attribute("title")
		== "Überfällig: Nachfassen"
	)
	assert "07.01.2026" in row.inner_text()


def test_losing_asks_for_the_reason_and_a_manager_reopens(desk, world, opportunity):
	anna = desk(world["users"]["anna"])
	anna.open("Form", "Sales Opportunity", opportunity)
	anna.button("Abschließen").click()
	anna.page.locator(".dropdown-item:visible", has_text="Als verloren abschließen").click()
	dialog = anna.page.locator(".modal.show")
	dialog.wait_for()
	anna.choose("closing_reason", "Zu teuer", within=dialog)
	anna.shoot("life-lost-dialog")
	dialog.locator("button.btn-primary:visible").click()
	anna.page.wait_for_function("() => cur_frm.doc.status === 'Lost'")
	anna.settle()
	anna.shoot("life-lost")
	assert anna.value("closing_reason") == "Too Expensive"
	assert not anna.button("Wieder öffnen").is_visible()

	katrin = desk(world["users"]["katrin"])
	katrin.open("Form", "Sales Opportunity", opportunity)
	katrin.button("Wieder öffnen").click()
	dialog = katrin.page.locator(".modal.show")
	dialog.wait_for()
	dialog.locator("button.btn-primary:visible").click()
	katrin.page.wait_for_function("() => cur_frm.doc.status === 'Open'")
	katrin.settle()
	assert katrin.value("stage") == "Proposal"


def test_winning_in_english(desk, world, api, opportunity):
	emma = desk(world["users"]["emma"])
	name = api(
		"Sales Opportunity",
		party=world["partner_id"],
		class_id="NEW",
		stage="Proposal",
		opportunity_owner=world["users"]["emma"],
		items=[{"item": world["bike"], "quantity": 1}],
	)
	emma.open("Form", "Sales Opportunity", name)
	emma.button("Close Deal").click()
	emma.page.locator(".dropdown-item:visible", has_text="Close as Won").click()
	dialog = emma.page.locator(".modal.show")
	dialog.wait_for()
	emma.shoot("life-won-dialog")
	dialog.locator("button.btn-primary:visible").click()
	emma.page.wait_for_function("() => cur_frm.doc.status === 'Won'")
	emma.settle()
	emma.shoot("life-won")
	assert emma.value("probability") == 100


def test_a_changed_probability_asks_whether_open_opportunities_follow(desk, world, api, opportunity):
	katrin = desk(world["users"]["katrin"])
	stage = api("Qualification Stage", stage_name=f"Folgen {opportunity}", position=36, probability=30)
	name = api("Sales Opportunity", party=world["partner_id"], class_id="NEW", stage=stage, amount=1000)
	katrin.open("Form", "Qualification Stage", stage)
	katrin.type("probability", "45")
	katrin.page.keyboard.press("Control+s")
	dialog = katrin.page.locator(".modal.show")
	dialog.wait_for()
	katrin.settle()
	katrin.shoot("life-follow")
	assert "1 offene" in dialog.inner_text()
	dialog.locator("button.btn-primary:visible").click()
	katrin.settle()
	katrin.open("Form", "Sales Opportunity", name)
	assert katrin.value("weighted_amount") == 450
