"""A quote from a template, and more lines from another template and from another quote: with few clicks."""

import pytest
from clicks import counted
from quotes import create_quote

pytestmark = pytest.mark.browser


@pytest.fixture
def templates(api, world) -> dict[str, str]:
	"""A template with heading and optional line, and a short one that Anna likes, by what they are called here."""
	key = world["bike"]
	lines = {
		"fleet": [
			{"row_type": "Heading", "item_name": "Räder"},
			{"row_type": "Priced", "item": world["bike"], "quantity": 5},
			{"row_type": "Optional", "item": world["service"], "quantity": 5},
		],
		"service": [{"row_type": "Priced", "item": world["service"], "quantity": 2}],
	}
	return {
		name: api(
			"Quote Template",
			title=f"{name.title()} {key} {world['partner']}",
			quote_language="de",
			items=items,
		)
		for name, items in lines.items()
	}


@pytest.fixture
def deals(api, world) -> list[str]:
	"""Two open deals of Anna: one without lines, one with a line."""
	return [
		api(
			"Sales Opportunity",
			party=world["partner_id"],
			class_id="NEW",
			stage="Inquiry",
			opportunity_owner=world["users"]["anna"],
			items=items,
		)
		for items in ([], [{"item": world["bike"], "quantity": 7}])
	]


def choose_first(person, fieldname: str, text: str) -> None:
	"""Click into a link field, type, and take the first suggestion by the keyboard."""
	entry = person.page.locator(f".modal.show [data-fieldname='{fieldname}'] input")
	entry.click()
	entry.fill(text)
	person.settle()
	person.page.locator(f".modal.show [data-fieldname='{fieldname}'] li").filter(
		has_text=text
	).first.wait_for()
	person.page.keyboard.press("Enter")
	person.page.keyboard.press("Tab")
	person.settle()


def lines(person) -> list[list]:
	return person.page.evaluate("() => cur_frm.doc.items.map((row) => [row.row_type, row.quantity])")


def test_a_template_makes_a_quote_and_adds_lines_with_few_clicks(desk, world, templates, deals):
	empty, other = deals
	anna = desk(world["users"]["anna"])
	page = anna.page
	dialog = page.locator(".modal.show .modal-dialog")
	confirm = dialog.locator("button.btn-primary:visible")
	other_quote = create_quote(anna, other)

	anna.call("frappe.desk.like.toggle_like", doctype="Quote Template", name=templates["service"], add="Yes")
	anna.open("Form", "Sales Opportunity", empty)
	with counted(anna.context) as clicks:
		page.locator("[data-fact='quote']").get_by_role("button", name="Angebot erstellen").click()
		dialog.wait_for()
		anna.settle()
		choose_first(anna, "template", templates["fleet"])
		anna.shoot("quote-template-dialog")
		confirm.click()
		page.wait_for_function("() => cur_frm && cur_frm.doc.doctype === 'Quote' && !cur_frm.is_new()")
		anna.settle()
		assert clicks() == 3
	fleet = [["Heading", 0], ["Priced", 5], ["Optional", 5]]
	assert lines(anna) == fleet

	with counted(anna.context) as clicks:
		anna.tab("Positionen")
		page.get_by_role("button", name="Vorlage einfügen").click()
		dialog.wait_for()
		anna.settle()
		choose_first(anna, "template", templates["service"])
		confirm.click()
		dialog.wait_for(state="hidden")
		anna.settle()
		assert clicks() == 4
	assert lines(anna) == [*fleet, ["Priced", 2]]

	with counted(anna.context) as clicks:
		page.get_by_role("button", name="Positionen aus Angebot kopieren").click()
		dialog.wait_for()
		anna.settle()
		choose_first(anna, "quote", other_quote)
		anna.shoot("quote-copy-lines-dialog")
		confirm.click()
		dialog.wait_for(state="hidden")
		anna.settle()
		assert clicks() == 3
	assert lines(anna) == [*fleet, ["Priced", 2], ["Priced", 7]]
	anna.shoot("quote-from-template")
	anna.open("Form", "Sales Opportunity", empty)
	assert [quantity for _type, quantity in lines(anna)] == [5, 2, 7]
