"""Unit prices in the desk: as many decimals as they have, and no zeros that nobody needs."""

import pytest
from clicks import counted
from grid_lines import insert_line

pytestmark = pytest.mark.browser


PRICES = (
	("0,0345", 0.0345, "0,0345"),
	("12,5", 12.5, "12,50"),
	("1000", 1000, "1.000,00"),
	("0,001", 0.001, "0,001"),
)
"""What is typed, what is stored, and what is shown."""

STAGES = {"anna": "Anfrage", "emma": "Inquiry"}


@pytest.mark.parametrize("person", ["anna", "emma"])
def test_a_price_is_shown_as_it_was_entered(desk, world, person):
	seller = desk(world["users"][person])
	seller.new("Sales Opportunity")
	seller.choose("party", world["partner"])
	seller.choose("class_id", "NEW")
	seller.choose("stage", STAGES[person])
	seller.tab("Details")
	for line, (entered, stored, shown) in enumerate(PRICES):
		insert_line(seller, world["bike"])
		row = seller.page.locator(f"[data-fieldname='items'] .grid-row[data-idx='{line + 1}']")
		row.locator(".btn-open-row").first.click()
		seller.settle()
		price = seller.page.locator(".grid-row-open [data-fieldname='rate'] input").first
		price.click()
		seller.settle()
		price.fill(entered)
		price.press("Tab")
		seller.settle()
		assert seller.page.evaluate("line => cur_frm.doc.items[line].rate", line) == stored
		assert price.input_value() == shown
		seller.page.locator(".grid-row-open .grid-collapse-row").first.click()
		seller.settle()
		assert shown in row.locator("[data-fieldname='rate'] .static-area").first.inner_text()


SHOWN = """() => Object.fromEntries(["rate", "discount_amount", "list_price", "unit_cost"].map((fieldname) => {
	const row = { ...cur_frm.doc.items[0], recurrence: "Monthly", periods: 12 };
	const df = frappe.meta.get_docfield("Sales Opportunity Item", fieldname);
	const shown = (values) => $("<div>").html(frappe.format(0.0345, df, {}, { ...row, ...values }))
		.text().replace(/[^0-9.,/a-zA-Z× ]/g, " ").trim().split(/ +/).join(" ");
	return [fieldname, [shown({}), shown({ periods: 0 })]];
}))"""
"""What a recurring line's prices read like, with a term and before it has one."""

WORDS = {
	"anna": ("/ Monat", "Summe der Positionen", "Inzahlungnahme", "Gutschrift"),
	"emma": ("/ month", "Sum of Lines", "Trade-In", "Credit"),
}
"""How a price per month ends, and what is summed up below the lines."""


@pytest.mark.parametrize("person", ["anna", "emma"])
def test_the_price_alone_says_how_often_it_is_charged(desk, world, open_deal, person):
	per_month, *kinds = WORDS[person]
	deal = open_deal(
		"Preise je Zeitraum",
		person,
		items=[
			{"item": world["bike"], "quantity": 1, "rate": 1000},
			{"item": world["bike"], "quantity": 2, "rate": 100},
			{"item": world["bike"], "quantity": 1, "rate": 300, "deduction": "Trade-In"},
			{"item": world["bike"], "quantity": 1, "rate": 50, "deduction": "Credit"},
		],
	)
	seller = desk(world["users"][person])
	seller.open("Form", "Sales Opportunity", deal)
	seller.tab("Details")
	seller.settle()
	sums = seller.page.locator(".so-lines-total").all_inner_texts()
	assert [" ".join(text.split()) for text in sums] == [
		f"{kind} € {amount}" for kind, amount in zip(kinds, ("1.200,00", "-300,00", "-50,00"), strict=True)
	]
	assert seller.page.evaluate(SHOWN) == {
		"rate": [f"0,0345{per_month} × 12", f"0,0345{per_month}"],
		"discount_amount": ["0,0345"] * 2,
		"list_price": ["0,0345"] * 2,
		"unit_cost": ["0,0345"] * 2,
	}


SOURCES = {"anna": "Preisliste · ab 10", "emma": "Price list · from 10"}
"""Where a price from ten pieces on comes from."""


@pytest.mark.parametrize("person", ["anna", "emma"])
def test_more_pieces_bring_their_price_from_the_list_in_one_click(desk, api, world, person):
	"""One click, into the quantity: 1 at 5,290, from 10 on at 4,990, and it is said where the price comes from."""
	listed = api(
		"Sales Item",
		item_code=f"PL-{person}-{world['bike']}",
		item_name="Lastenrad Staffel",
		unit="Piece",
		price=5290,
		prices=[{"minimum_quantity": 10, "price": 4990}],
	)
	deal = api(
		"Sales Opportunity",
		party=world["partner_id"],
		class_id="NEW",
		stage="Proposal",
		opportunity_owner=world["users"][person],
		items=[{"item": listed, "quantity": 1}],
	)
	seller = desk(world["users"][person])
	page = seller.page
	seller.open("Form", "Sales Opportunity", deal)
	seller.tab("Details")
	assert page.evaluate("() => cur_frm.doc.items[0].rate") == 5290
	with counted(seller.context) as clicks:
		quantity = page.locator(
			"[data-fieldname='items'] .grid-row[data-idx='1'] [data-fieldname='quantity']"
		)
		quantity.first.click()
		entry = quantity.locator("input").first
		entry.fill("10")
		entry.press("Tab")
		page.wait_for_function("() => cur_frm.doc.items[0].rate === 4990")
		assert clicks() == 1
	seller.save()
	line = page.evaluate("() => cur_frm.doc.items[0]")
	assert (line["amount"], line["price_source"]) == (49_900, SOURCES[person])
	seller.shoot(f"price-list-{person}")


ENTERED = {
	"anna": "Preisliste · ab 10 · bis 31.12.2099",
	"emma": "Price list · from 10 · until 31.12.2099",
}
"""Where the price comes from that a manager has entered; the site writes days like this."""


@pytest.mark.parametrize(("person", "language"), [("anna", "de"), ("emma", "en")])
def test_a_manager_enters_a_price_of_the_list_in_four_clicks(
	desk, api, world, make_manager, person, language
):
	"""A new row, its quantity, its price, and its last day; what a salesperson is told of ten pieces follows at once."""
	item = api(
		"Sales Item",
		item_code=f"PM-{person}-{world['bike']}",
		item_name="Lastenrad mit Liste",
		unit="Piece",
		price=5290,
	)
	manager = desk(make_manager(language))
	manager.open("Form", "Sales Item", item)
	prices = manager.field("prices")
	with counted(manager.context) as clicks:
		prices.locator(".grid-add-row").click()
		row = prices.locator(".grid-body .grid-row").last
		for fieldname, text in (("minimum_quantity", "10"), ("valid_to", "31.12.2099"), ("price", "4990")):
			row.locator(f"[data-fieldname='{fieldname}']").first.click()
			manager.settle()  # the framework selects a number's text a moment after the click
			row.locator(f"[data-fieldname='{fieldname}'] input").fill(text)
		manager.page.keyboard.press("Tab")
		manager.settle()
		assert clicks() == 4
	manager.shoot(f"price-row-{language}")
	manager.save()
	(price,) = api.read("Sales Item", item)["prices"]
	assert (price["minimum_quantity"], price["price"], price["valid_to"]) == (10, 4990, "2099-12-31")
	details = desk(world["users"][person]).call(
		"sales_opportunity.sales_opportunity.doctype.quote.amounts.item_details",
		item_type="Sales Item",
		item=item,
		language=language,
		currency="EUR",
		quantity=10,
	)
	assert (details["rate"], details["price_source"]) == (4990, ENTERED[person])
