"""A set with its parts and its picture, in German and English: on the form of the quote, and on paper."""

import base64
import secrets

import pytest
from clicks import counted
from quotes import create_quote

from sales_opportunity.demo.source import pictures

pytestmark = pytest.mark.browser

WORDS = {
	"anna": ("de", "Positionen", ["1 Stück Lastenrad Packesel", "2 Pauschale Einweisung vor Ort"]),
	"emma": ("en", "Lines", ["1 Piece Lastenrad Packesel", "2 Flat Rate Einweisung vor Ort"]),
}
"""The language of the salesperson and the customer, the tab of a quote with its lines, and how the parts of the set read."""


@pytest.fixture
def pictured_set(api, world) -> str:
	"""An item with a picture that consists of a bike and two services."""
	_name, content = pictures("items")[0]
	file = api(
		"File",
		file_name=f"set-{secrets.token_hex(3)}.png",
		content=base64.b64encode(content).decode(),
		decode=1,
		is_private=0,
	)
	return api(
		"Sales Item",
		item_code=f"SET-{secrets.token_hex(3)}",
		item_name="Lastenrad-Set",
		unit="Piece",
		price=5900,
		image=api.read("File", file)["file_url"],
		parts=[{"item": world["bike"], "quantity": 1}, {"item": world["service"], "quantity": 2}],
	)


@pytest.mark.parametrize("person", WORDS)
def test_a_set_is_added_in_five_clicks_and_its_parts_and_picture_are_printed(
	desk, world, api, open_deal, pictured_set, person
):
	"""A new line, its form, the item, its suggestion and the quantity; the picture is on paper since the class says so."""
	language, tab, parts = WORDS[person]
	class_id = f"BILD-{secrets.token_hex(3)}".upper()
	api("Class ID", class_id=class_id, title="Mit Bildern", show_item_pictures=1)
	partner = api("Business Partner", partner_name=f"Kundin {class_id}", language=language)
	seller = desk(world["users"][person])
	quote = create_quote(seller, open_deal("Mit Set", person, party=partner, class_id=class_id))
	seller.open("Form", "Quote", quote)
	seller.tab(tab)
	with counted(seller.context) as clicks:
		lines = seller.field("items")
		lines.locator(".grid-add-row").click()
		lines.locator(".grid-row[data-idx='2'] .btn-open-row").first.click()
		seller.settle()
		seller.choose("item", pictured_set, within=seller.page.locator(".grid-row-open:visible"))
		seller.type("quantity", "3")
		assert clicks() == 5
	description = seller.page.locator(
		".grid-row-open:visible [data-fieldname='description'] .ql-editor[contenteditable='true']:visible"
	)
	assert description.locator("li").all_inner_texts() == parts
	description.scroll_into_view_if_needed()
	seller.shoot(f"set-on-the-form-{language}")
	seller.page.locator(".grid-row-open .grid-collapse-row").first.click()
	seller.save()

	paper = seller.context.new_page()
	paper.goto(f"{seller.url}/printview?doctype=Quote&name={quote}&format=Quote")
	rows = paper.locator("tr", has=paper.locator("img.picture"))
	assert rows.count() == 1
	assert rows.locator("li").all_inner_texts() == parts
	assert rows.locator("img.picture").evaluate("image => image.complete && image.naturalWidth") > 0
	paper.screenshot(path=seller.screenshots / f"set-on-paper-{language}.png")
	paper.close()
