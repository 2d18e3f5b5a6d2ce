"""A quote from a template, and more lines from another template and from another quote: with few clicks, in German and English."""

import pytest
from clicks import counted
from quotes import create_quote

pytestmark = pytest.mark.browser

WORDS = {
	"anna": (
		"Angebot erstellen",
		"Positionen",
		"Vorlage einfügen",
		"Positionen aus Angebot kopieren",
		"Favorit",
	),
	"emma": ("Create Quote", "Lines", "Insert Template", "Copy Lines from a Quote", "Favourite"),
}
"""Three buttons, behind the first one the tab of a quote with its lines, and what a template is called that somebody likes."""


@pytest.fixture
def templates(api, world, person):
	"""A template with heading and optional line, and a short one that its salesperson likes, by what they are called here."""
	key = f"{person} {world['bike']}"
	lines = {
		"fleet": [
			{"row_type": "Heading", "item_name": "Räder"},
			{"row_type": "Priced", "item": world["bike"], "quantity": 5},
			{"row_type": "Optional", "item": world["service"], "quantity": 5},
		],
		"service": [{"row_type": "Priced", "item": world["service"], "quantity": 2}],
	}
	names = {
		name: api(
			"Quote Template",
			title=f"{name.title()} {key} {world['partner']}",
			quote_language="de",
			items=items,
		)
		for name, items in lines.items()
	}
	yield names
	for name in names.values():
		api.delete("Quote Template", name)


@pytest.fixture
def deals(world, open_deal, person) -> list[str]:
	"""Two open deals of the salesperson: one without lines, one with a line."""
	return [
		open_deal(f"Aus Vorlage {person}", person, stage="Inquiry", items=items)
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


def offered(person, fieldname: str, text: str) -> list[list[str]]:
	"""Return what a link field of the dialog offers for a text that is typed, by its lines."""
	entry = person.page.locator(f".modal.show [data-fieldname='{fieldname}'] input")
	entry.fill(text)
	person.settle()
	suggestions = person.page.locator(f".modal.show [data-fieldname='{fieldname}'] li", has_text=text)
	suggestions.first.wait_for()
	return [suggestion.split("\n") for suggestion in suggestions.all_inner_texts()]


def lines(person) -> list[list]:
	return person.page.evaluate("() => cur_frm.doc.items.map((row) => [row.row_type, row.quantity])")


@pytest.mark.parametrize("person", ["anna", "emma"])
def test_a_template_makes_a_quote_and_adds_lines_with_few_clicks(desk, world, templates, deals, person):
	create, tab, insert, copy, favourite = WORDS[person]
	empty, other = deals
	seller = desk(world["users"][person])
	page = seller.page
	dialog = page.locator(".modal.show .modal-dialog")
	confirm = dialog.locator("button.btn-primary:visible")
	other_quote = create_quote(seller, other)

	seller.call(
		"frappe.desk.like.toggle_like", doctype="Quote Template", name=templates["service"], add="Yes"
	)
	seller.open("Form", "Sales Opportunity", empty)
	with counted(seller.context) as clicks:
		page.locator("[data-fact='quote']").get_by_role("button", name=create).click()
		dialog.wait_for()
		seller.settle()
		assert offered(seller, "template", f"{person} {world['bike']}") == [
			[templates["service"], favourite],
			[templates["fleet"]],
		]
		seller.shoot(f"quote-template-favourite-{person}")
		choose_first(seller, "template", templates["fleet"])
		seller.shoot(f"quote-template-dialog-{person}")
		confirm.click()
		page.wait_for_function("() => cur_frm && cur_frm.doc.doctype === 'Quote' && !cur_frm.is_new()")
		seller.settle()
		assert clicks() == 3
	fleet = [["Heading", 0], ["Priced", 5], ["Optional", 5]]
	assert lines(seller) == fleet

	with counted(seller.context) as clicks:
		seller.tab(tab)
		page.get_by_role("button", name=insert).click()
		dialog.wait_for()
		seller.settle()
		choose_first(seller, "template", templates["service"])
		confirm.click()
		dialog.wait_for(state="hidden")
		seller.settle()
		assert clicks() == 4
	assert lines(seller) == [*fleet, ["Priced", 2]]

	with counted(seller.context) as clicks:
		page.get_by_role("button", name=copy).click()
		dialog.wait_for()
		seller.settle()
		choose_first(seller, "quote", other_quote)
		seller.shoot(f"quote-copy-lines-dialog-{person}")
		confirm.click()
		dialog.wait_for(state="hidden")
		seller.settle()
		assert clicks() == 3
	assert lines(seller) == [*fleet, ["Priced", 2], ["Priced", 7]]
	seller.shoot(f"quote-from-template-{person}")
	seller.open("Form", "Sales Opportunity", empty)
	assert [quantity for _type, quantity in lines(seller)] == [5, 2, 7]
