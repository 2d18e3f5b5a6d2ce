"""The stages on top of an opportunity's form: one click, or the keyboard alone, moves the deal."""

import pytest
from accessibility import faults
from clicks import counted
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def contact(api, world) -> str:
	"""A contact of the partner with phone and e-mail."""
	return api(
		"Contact",
		first_name="Jürgen",
		last_name="Maßmann",
		email_ids=[{"email_id": "massmann@stadtwerke.example", "is_primary": 1}],
		phone_nos=[{"phone": "+49 (7631) 100-20", "is_primary_phone": 1}],
		links=[{"link_doctype": "Business Partner", "link_name": world["partner_id"]}],
	)


@pytest.fixture
def opportunity(api, world, contact) -> str:
	"""An open opportunity of the salesperson Anna, without lines."""
	return api(
		"Sales Opportunity",
		party=world["partner_id"],
		contact=contact,
		class_id="NEW",
		stage="Inquiry",
		amount=100_000,
		title="Lastenräder für den Bauhof",
		opportunity_owner=world["users"]["anna"],
	)


def step(desk, stage: str):
	return desk.page.locator(f".so-stage-bar [data-stage='{stage}']")


def fact(desk, name: str) -> list[str]:
	return desk.page.locator(f"[data-fact='{name}'] dd").all_inner_texts()


def test_one_click_moves_the_deal_and_saves_what_was_typed(desk, world, opportunity):
	anna = desk(world["users"]["anna"])
	anna.open("Form", "Sales Opportunity", opportunity)
	assert step(anna, "Inquiry").get_attribute("aria-current") == "step"
	assert fact(anna, "weighted") == ["€ 5.000,00", "5 %"]
	assert anna.page.locator("[data-fact='owner'] .so-deal-strong").inner_text() == "Anna"
	assert fact(anna, "contact")[0] == "Jürgen Maßmann"
	links = anna.page.locator("[data-fact='contact'] a").evaluate_all("links => links.map(link => link.href)")
	assert links[1:] == ["tel:+49763110020", "mailto:massmann@stadtwerke.example"]
	anna.type("title", "Lastenräder für Bauhof und Gärtnerei")
	with counted(anna.context) as clicks:
		step(anna, "Needs Analysis").click()
		expect(step(anna, "Needs Analysis")).to_have_attribute("aria-current", "step")
		anna.settle()
		assert clicks() == 1
	assert (anna.value("stage"), anna.value("title")) == (
		"Needs Analysis",
		"Lastenräder für Bauhof und Gärtnerei",
	)
	assert not anna.page.evaluate("() => cur_frm.is_dirty()")
	assert fact(anna, "weighted") == ["€ 25.000,00", "25 %"]
	assert "< 1 Tag" in step(anna, "Inquiry").inner_text()
	anna.shoot("stage-bar-de")
	for selector in (".so-deal-top", "[data-fieldname='activity_bar']"):
		assert faults(anna.page, selector) == []


def test_what_a_stage_requires_is_said_before_and_asked_for_in_a_dialog(desk, world, opportunity):
	katrin = desk(world["users"]["katrin"])
	katrin.open("Form", "Sales Opportunity", opportunity)
	assert "erfordert noch: mindestens eine Position" in step(katrin, "Proposal").get_attribute("aria-label")
	said = katrin.page.locator(".so-stage-missing")
	assert "erfordert noch: " in said.inner_text()
	for stage, missing in (
		("Proposal", "mindestens eine Position"),
		("Lost", "Abschlussgrund"),
	):
		step(katrin, stage).focus()
		name = step(katrin, stage).locator(".so-stage-name").inner_text()
		assert said.inner_text() == f"{name} erfordert noch: {missing}"
	step(katrin, "Proposal").click()
	dialog = katrin.page.locator(".modal.show")
	dialog.wait_for()
	katrin.settle()
	katrin.shoot("stage-bar-asks")
	katrin.choose("item", "Packesel", within=dialog)
	dialog.locator("button.btn-primary:visible").click()
	expect(step(katrin, "Proposal")).to_have_attribute("aria-current", "step")
	katrin.settle()
	assert katrin.page.evaluate("() => cur_frm.doc.items.length") == 1
	step(katrin, "Lost").click()
	dialog.wait_for()
	katrin.settle()
	katrin.page.keyboard.press("Escape")
	dialog.wait_for(state="hidden")
	assert katrin.value("stage") == "Proposal"
	step(katrin, "Won").click()
	dialog.wait_for()
	katrin.settle()
	dialog.locator("button.btn-primary:visible").click()
	expect(step(katrin, "Won")).to_have_attribute("aria-current", "step")
	katrin.settle()
	katrin.shoot("stage-bar-won")


def test_the_keyboard_alone_moves_a_deal_on_the_phone_and_a_new_one_gets_its_stage(desk, world, opportunity):
	anna = desk(world["users"]["anna"])
	anna.page.set_viewport_size({"width": 390, "height": 844})
	anna.open("Form", "Sales Opportunity", opportunity)
	anna.page.evaluate("() => document.activeElement.blur()")
	anna.tab_to(lambda: anna.page.evaluate("() => document.activeElement.dataset.stage") == "Inquiry")
	anna.page.keyboard.press("ArrowRight")
	anna.page.keyboard.press("Enter")
	expect(step(anna, "First Meeting")).to_have_attribute("aria-current", "step")
	anna.settle()
	assert anna.page.evaluate("() => document.activeElement.dataset.stage") == "First Meeting"
	assert anna.page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
	anna.shoot("stage-bar-phone")
	for fieldname in ("opportunity_owner", "expected_close_date", "probability"):
		assert anna.field(fieldname).count() == 1
	for fact in ("owner", "close", "next"):
		assert not anna.page.locator(f"[data-fact='{fact}']:visible").count()
	for fieldname in ("status", "weighted_amount", "override_probability", "manual_amount", "idle_since"):
		assert not anna.field(fieldname).count()
	assert anna.field("opportunity_owner").locator("input").input_value() == "Anna"

	anna.new("Sales Opportunity")
	assert not anna.page.locator(".so-stage-bar").count()
	assert not anna.page.locator(".section-head:visible", has_text="Aktivitäten").count()
	anna.choose("party", world["partner"])
	anna.choose("class_id", "NEW")
	step(anna, "First Meeting").click()
	anna.settle()
	assert (anna.value("stage"), anna.page.evaluate("() => cur_frm.is_new()")) == ("First Meeting", 1)
	expect(step(anna, "First Meeting")).to_have_attribute("aria-current", "step")
	anna.save()
	assert anna.value("stage") == "First Meeting"
