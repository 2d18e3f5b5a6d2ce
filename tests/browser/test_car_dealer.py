"""A new trade by configuration only: a manager sets up a car dealer's selling, a salesperson sells a car."""

import secrets

import pytest
from playwright.sync_api import expect

from sales_opportunity.tests.waiting import PATIENCE

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def key() -> str:
	"""What makes the names of this run unlike those of others."""
	return secrets.token_hex(2).upper()


def add_row(desk, table: str, **values) -> None:
	"""Add a row to a table of the form and fill in its cells; the values of links are taken from the suggestions."""
	grid = desk.page.locator(f".frappe-control[data-fieldname='{table}']")
	grid.locator(".grid-add-row").click()
	row = grid.locator(".grid-body .grid-row").last
	for fieldname, text in values.items():
		cell = row.locator(f"[data-fieldname='{fieldname}']").first
		cell.click()
		desk.settle()
		if cell.locator(".link-field, .awesomplete").count():
			desk.choose(fieldname, text, within=row)
		elif cell.locator("select").count():
			cell.locator("select").select_option(text)
		else:
			cell.locator("input, textarea").first.fill(text)
		desk.settle()


def test_a_car_dealer_by_configuration_only(desk, world, key):
	katrin = desk(world["users"]["katrin"])
	stage, class_id, model = f"Probefahrt {key}", f"AUTO-{key}", f"Fahrzeugmodell {key}"
	model_field = f"attribute_fahrzeugmodell_{key.lower()}"

	katrin.new("Qualification Stage")
	katrin.type("stage_name", stage)
	katrin.type("position", "35")
	katrin.type("probability", "40")
	katrin.field("requires_expected_close_date").locator("input").first.check()
	katrin.shoot("car-1-stage")
	katrin.save()

	katrin.new("Class ID")
	katrin.type("class_id", class_id)
	katrin.type("title", f"Autohaus {key}")
	for name in ("Bedarfsanalyse", stage, "Angebotsphase", "Gewonnen", "Verloren"):
		add_row(katrin, "stages", stage=name)
	add_row(katrin, "attributes", label=model, mandatory_from=stage)
	katrin.shoot("car-2-class")
	katrin.save()

	anna = desk(world["users"]["anna"])
	anna.new("Sales Opportunity")
	anna.choose("party", world["partner"])
	anna.choose("class_id", class_id)
	anna.choose("stage", "Bedarfsanalyse")
	anna.type("amount", "45000")
	anna.save()
	anna.choose("stage", stage)
	anna.page.keyboard.press("Control+s")
	message = anna.page.locator(".modal.show .msgprint").last
	message.wait_for()
	anna.shoot("car-3-what-is-missing")
	assert "Abschluss" in message.inner_text() and model in message.inner_text()
	anna.page.locator(".modal.show .btn-modal-close").last.click()
	anna.page.locator(".modal.show").wait_for(state="hidden")
	anna.forgive("417", "Abschluss")

	anna.pick_date("expected_close_date", "31.12.2099")
	anna.type(model_field, "Kombi Elektro")
	anna.shoot("car-4-filled")
	anna.save()
	anna.shoot("car-4-saved")
	assert anna.shown("weighted_amount") == "€ 18.000,00"

	anna.open("List", "Sales Opportunity", "List")
	anna.page.evaluate(
		"field => cur_list.filter_area.add([['Sales Opportunity', field, '=', 'Kombi Elektro']])", model_field
	)
	anna.settle()
	anna.shoot("car-5-filter")
	rows = anna.page.locator(".list-row-container .list-row")
	expect(rows).to_have_count(1, timeout=PATIENCE * 1_000)

	katrin.open("pipeline")
	columns = katrin.page.locator(".so-pipeline-column h2")
	columns.first.wait_for()
	katrin.settle()
	katrin.shoot("car-6-board")
	titles = columns.all_inner_texts()
	assert titles.index("Bedarfsanalyse") < titles.index(stage) < titles.index("Angebotsphase")

	katrin.open("Form", "Class ID", class_id)
	katrin.page.evaluate("() => { cur_frm.clear_table('attributes'); cur_frm.dirty(); }")
	katrin.save()
	katrin.open("Form", "Qualification Stage", stage)
	katrin.field("enabled").locator("input").first.uncheck()
	katrin.save()
