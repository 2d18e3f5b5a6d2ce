"""The lines of opportunity and quote as one reads and enters them."""

import pytest

pytestmark = pytest.mark.browser

CUT = """() => ["quantity", "rate", "discount_percentage", "amount"]
	.flatMap((name) => [...document.querySelectorAll(`.grid-body [data-fieldname='${name}'] .static-area`)])
	.filter((area) => area.offsetParent && area.scrollWidth > area.clientWidth)
	.map((area) => area.innerText)"""
"""The figures in lines that do not fit their column."""


CALCULATION = "sales_opportunity.calculate"


@pytest.fixture(scope="module")
def hour(api, world) -> str:
	return api("Sales Unit", unit_name=f"Stunde {world['partner']}")


@pytest.fixture
def opportunity(api, world, hour) -> str:
	"""An opportunity with the largest amounts, and a quantity that has decimals."""
	return api(
		"Sales Opportunity",
		party=world["partner_id"],
		class_id="NEW",
		stage="Proposal",
		opportunity_owner=world["users"]["anna"],
		items=[
			{"item": world["bike"], "quantity": 1, "rate": 9_999_999.99},
			{"item": world["bike"], "quantity": 3},
			{"item": world["service"], "quantity": 2.5, "unit": hour, "rate": 100},
		],
	)


def quantities(desk) -> list[str]:
	return desk.page.locator(
		".grid-body .rows [data-fieldname='quantity'] .static-area:visible"
	).all_inner_texts()


def test_quantities_amounts_and_items_read_as_people_write_them(desk, world, opportunity):
	anna = desk(world["users"]["anna"])
	anna.open("Form", "Sales Opportunity", opportunity)
	anna.tab("Details")
	anna.settle()
	assert quantities(anna) == ["1", "3", "2,5"]
	assert anna.page.evaluate(CUT) == []
	assert anna.page.locator(".so-lines-total strong").inner_text() == "€ 10.016.119,99"
	row = anna.page.locator(".grid-body .grid-row[data-idx='3']")
	row.locator("[data-fieldname='quantity'] .static-area").click()
	quantity = row.locator("[data-fieldname='quantity'] input")
	quantity.wait_for()
	anna.settle()
	quantity.press("Tab")  # some releases show a plain number as long as one is in the field
	anna.settle()
	assert quantity.input_value() == "2,5"
	item = row.locator("[data-fieldname='item'] input").first
	item.click()
	anna.settle()
	item.fill(world["bike"])
	suggestion = row.locator("[data-fieldname='item'] [role='option'], [data-fieldname='item'] li").first
	suggestion.get_by_text("5.290,00").wait_for()
	assert "Lastenrad Packesel" in suggestion.inner_text()
	anna.shoot("lines-suggestion")
	anna.page.keyboard.press("Escape")
	anna.settle()
	quote = anna.page.evaluate(
		"""opportunity => frappe.xcall(
			"sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper.create_quote",
			{ opportunity, valid_until: "2099-12-31" }
		)""",
		opportunity,
	)
	anna.open("Form", "Quote", quote)
	anna.tab("Positionen")
	anna.settle()
	assert quantities(anna) == ["1", "3", "2,5"]
	assert anna.page.evaluate(CUT) == []
	anna.shoot("lines-of-quote")


def test_contact_and_address_can_be_looked_for_before_there_is_a_partner(desk, world):
	anna = desk(world["users"]["anna"])
	anna.new("Sales Opportunity")
	anna.tab("Kontakt")
	for fieldname, text in (("contact", "Hoffmann"), ("address", world["partner"])):
		entry = anna.field(fieldname).locator("input").first
		entry.click()
		anna.settle()
		entry.fill(text)
		anna.field(fieldname).locator("li, [role='option']", has_text=text).first.wait_for()
		anna.page.keyboard.press("Escape")
		anna.settle()
	assert not anna.page.locator(".modal.show").count()


def quantity_of_line(desk, index: int, quantity: float) -> None:
	"""Enter a line's quantity, without waiting for what follows from it."""
	desk.page.evaluate(
		"""([index, quantity]) => {
			const row = cur_frm.doc.items[index];
			frappe.model.set_value(row.doctype, row.name, "quantity", quantity);
		}""",
		[index, quantity],
	)


def amounts(desk) -> list[float]:
	return desk.page.evaluate("() => cur_frm.doc.items.map((row) => row.amount)")


def test_what_is_typed_at_a_stretch_asks_once_and_sends_what_changed(desk, world, opportunity):
	anna = desk(world["users"]["anna"])
	anna.open("Form", "Sales Opportunity", opportunity)
	anna.tab("Details")
	anna.settle()
	sent = []
	anna.page.on("request", lambda asked: sent.append(asked) if CALCULATION in asked.url else None)
	before = amounts(anna)
	for index in (0, 1, 2):
		quantity_of_line(anna, index, 2)
	anna.settle()
	assert len(sent) == 1
	assert len(sent[0].post_data) < 1_000
	assert len(sent[0].response().text()) < 3_000
	assert amounts(anna) == [before[0] * 2, before[1] / 3 * 2, 200]
	assert anna.page.locator(".so-lines-total strong").inner_text() == "€ 20.010.779,98"
	anna.save()
	assert amounts(anna) == [before[0] * 2, before[1] / 3 * 2, 200]
	assert len(sent) == 1


def test_an_answer_that_comes_late_does_not_overtake_the_next_one(desk, world, opportunity):
	anna = desk(world["users"]["anna"])
	anna.open("Form", "Sales Opportunity", opportunity)
	anna.tab("Details")
	anna.settle()
	kept = []

	def keep_the_first(route):
		if kept:
			route.continue_()
		else:
			kept.append(route)

	anna.page.route(f"**/*{CALCULATION}*", keep_the_first)
	with anna.page.expect_request(f"**/*{CALCULATION}*"):
		quantity_of_line(anna, 2, 7)
	with anna.page.expect_response(f"**/*{CALCULATION}*"):
		quantity_of_line(anna, 2, 9)
	anna.page.wait_for_function("() => cur_frm.doc.items[2].amount === 900")
	(first,) = kept
	with anna.page.expect_response(lambda answer: answer.request == first.request):
		first.continue_()
	anna.settle()
	assert amounts(anna)[2] == 900
	anna.page.unroute(f"**/*{CALCULATION}*")
