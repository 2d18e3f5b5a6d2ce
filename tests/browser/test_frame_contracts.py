"""A frame contract on the desk: another call-off from it, and what was called off, in German and English."""

import pytest
from clicks import counted

pytestmark = pytest.mark.browser

WORDS = {
	"anna": (
		"Ebenfalls Teil davon",
		"Erstellen",
		"Abruf",
		"Details",
		"Abgerufen, offen",
		"€ 20.000,00",
		"€ 80.000,00",
	),
	"emma": (
		"Also part of it",
		"Create",
		"Call-Off",
		"Details",
		"Called Off, Open",
		"€ 20.000,00",
		"€ 80.000,00",
	),
}
OVERVIEW = {"anna": "Übersicht", "emma": "Overview"}
TAKEN_OVER = ("party_type", "party", "class_id", "company", "transaction_currency")


@pytest.fixture
def frame(open_deal, world):
	"""Return a function that makes a salesperson's frame contract about a hundred bikes at an agreed price, and returns its name."""

	def make(person: str, line: dict | None = None, **values) -> str:
		lines = [{"item": world["bike"], "quantity": 100, "rate": 1_000, **(line or {})}]
		return open_deal("Rahmenvertrag", person, stage="Inquiry", is_frame=1, items=lines, **values)

	return make


@pytest.mark.parametrize("person", ["anna", "emma"])
def test_a_call_off_is_made_in_five_clicks_from_its_frame(desk, world, api, open_deal, frame, person):
	"""Create, Call-Off, the stage, the tab with the lines, the quantity; the keyboard types how much and saves."""
	beside, create, call_off, details, *figures = WORDS[person]
	seller = desk(world["users"][person])
	page = seller.page
	name = frame(person)
	other = open_deal("Vorjahr", person, parent_opportunity=name, stage="Lost", closing_reason="No Budget")
	seller.open("Form", "Sales Opportunity", name)
	with counted(seller.context) as clicks:
		seller.button(create).click()
		page.locator(".dropdown-item:visible", has_text=call_off).click()
		page.wait_for_function("() => cur_frm.is_new()")
		seller.settle()
		seller.shoot(f"call-off-{person}")
		page.locator(".so-stage-bar [data-stage='Inquiry']").click()
		seller.settle()
		seller.tab(details)
		page.locator(".grid-body .grid-row:visible [data-fieldname='quantity']").first.click()
		seller.settle()  # the framework selects a number's text a moment after the click
		entry = page.locator(".grid-body .grid-row:visible [data-fieldname='quantity'] input").first
		assert entry.input_value().startswith("100")
		entry.fill("20")
		entry.press("Tab")
		seller.settle()
		seller.shoot(f"call-off-lines-{person}")
		seller.save()
		assert clicks() == 5
	told = seller.field("parent_opportunity").locator(".help-box")
	seller.tab(OVERVIEW[person])
	assert told.inner_text().startswith(f"{beside}: Vorjahr ({other}, ")
	told.scroll_into_view_if_needed()
	seller.shoot(f"call-off-siblings-{person}")
	made = api.read("Sales Opportunity", seller.value("name"))
	kept = api.read("Sales Opportunity", name)
	(line,) = made["items"]
	assert (line["item"], line["quantity"], line["rate"]) == (world["bike"], 20, 1_000)
	assert [made["parent_opportunity"], *map(made.get, TAKEN_OVER)] == [name, *map(kept.get, TAKEN_OVER)]
	seller.open("Form", "Sales Opportunity", name)
	page.wait_for_function("name => cur_frm.doc.name === name", arg=name)
	page.evaluate(
		"() => cur_frm.reload_doc()"
	)  # which the desk does by itself five seconds after the last time
	seller.settle()
	shown = page.locator("[data-fieldname='call_offs']:visible").inner_text()
	assert all(figure in shown for figure in figures), shown
	seller.shoot(f"frame-with-call-off-{person}")


def test_the_connections_make_a_call_off_and_not_a_copy(desk, world, frame):
	anna = desk(world["users"]["anna"])
	name = frame("anna", transaction_currency="CHF", conversion_rate=1.05)
	anna.open("Form", "Sales Opportunity", name)
	anna.page.locator(".document-link[data-doctype='Sales Opportunity'] .btn-new").click()
	anna.page.wait_for_function("() => cur_frm.is_new()")
	anna.settle()
	assert (anna.value("parent_opportunity"), anna.value("transaction_currency")) == (name, "CHF")
	assert not anna.value("stage")


def test_the_fixed_discount_of_a_line_goes_along_with_the_quantity_that_is_called_off(desk, world, frame):
	emma = desk(world["users"]["emma"])
	emma.open("Form", "Sales Opportunity", frame("emma", {"quantity": 3, "rate": 100, "discount_amount": 10}))
	emma.button("Create").click()
	emma.page.locator(".dropdown-item:visible", has_text="Call-Off").click()
	emma.page.wait_for_function("() => cur_frm.is_new()")
	emma.settle()
	emma.page.locator(".so-stage-bar [data-stage='Inquiry']").click()
	emma.settle()
	emma.tab("Details")
	for quantity, discount, amount in ((2, 6.67, 193.33), (0, 0, 0), (1, 3.33, 96.67)):
		emma.page.locator(".grid-body .grid-row:visible [data-fieldname='quantity']").first.click()
		emma.settle()
		entry = emma.page.locator(".grid-body .grid-row:visible [data-fieldname='quantity'] input").first
		entry.fill(str(quantity))
		entry.press("Tab")
		emma.settle()
		(line,) = emma.page.evaluate("() => cur_frm.doc.items")
		assert (line["quantity"], line["discount_amount"], line["amount"]) == (quantity, discount, amount)
	emma.shoot("call-off-shared-discount")
	emma.save()
	(line,) = emma.page.evaluate("() => cur_frm.doc.items")
	assert (line["rate"], line["discount_amount"], line["amount"]) == (100, 3.33, 96.67)
