"""The tables of lines on opportunity and quote, in German and English: headings above their figures, and no zeros."""

import pytest
from quotes import create_quote, read_quote

pytestmark = pytest.mark.browser

TABS = {"anna": ("Details", "Positionen"), "emma": ("Details", "Lines")}
FIXED, BOTH = "€ 80,00", "10%\n€ 12,50"
"""Discounts as a cell shows them: a fixed one, and one in % with a fixed one below; the desk writes euro like this."""
TAKEN_OFF = {"anna": "Inzahlungnahme", "emma": "Trade-In"}

CUT = """(table) => [...document.querySelectorAll(`[data-fieldname='${table}'] .grid-static-col .static-area`)]
	.filter((cell) => cell.offsetParent && cell.scrollWidth > cell.clientWidth)
	.map((cell) => cell.innerText)"""
ASTRAY = """(table) => {
	const cells = (row) => [...document.querySelectorAll(`[data-fieldname='${table}'] ${row} .grid-static-col[data-fieldname]`)]
		.filter((cell) => cell.offsetParent)
		.map((cell) => [cell.dataset.fieldname, Math.round(cell.getBoundingClientRect().right)]);
	const headings = Object.fromEntries(cells(".grid-heading-row"));
	return cells(".grid-body")
		.map(([name, right]) => [name, right - headings[name]])
		.filter(([_name, astray]) => astray);
}"""
FIGURES = """() => cur_frm.fields_dict.items.grid.grid_rows.map((row) =>
	["quantity", "rate", "discount_percentage", "amount"].map((name) => row.columns[name].static_area[0].innerText.trim())
)"""

DISCOUNTS = """() => cur_frm.fields_dict.items.grid.grid_rows.map((row) =>
	row.columns.discount_percentage.static_area[0].innerText.trim()
)"""


@pytest.mark.parametrize("person", ["anna", "emma"])
def test_headings_stand_whole_above_their_figures_and_no_zero_is_shown(desk, world, open_deal, person):
	seller = desk(world["users"][person])
	discounted = {"item": world["bike"], "quantity": 2, "discount_percentage": 5}
	trade_in = {"item": world["bike"], "quantity": 1, "rate": 500, "deduction": "Trade-In"}
	contract = {"item": world["service"], "quantity": 1, "recurrence": "Monthly", "periods": 12}
	reduced = {"item": world["bike"], "quantity": 1, "discount_amount": 80}
	both = {"item": world["bike"], "quantity": 3, "discount_percentage": 10, "discount_amount": 12.5}
	items = [reduced, both, discounted, trade_in, contract]
	name = open_deal("Räder gegen Räder", person, items=items)
	on_deal, on_quote = TABS[person]
	quote = read_quote(seller, create_quote(seller, name))
	lines = quote["items"]
	heading = {"row_type": "Heading", "item_name": "Fahrzeuge"}
	optional = {"row_type": "Optional", "item": world["service"], "item_name": "Einweisung", "quantity": 1}
	quote["items"] = [heading, *lines, {**optional, "unit": lines[0]["unit"], "rate": 490}]
	for place, line in enumerate(quote["items"], 1):
		line.update(doctype="Quote Item", idx=place)
	seller.call("frappe.client.save", doc=quote)
	for doctype, document, tab, tables in (
		("Sales Opportunity", name, on_deal, ["items"]),
		("Quote", quote["name"], on_quote, ["items", "taxes"]),
	):
		seller.open("Form", doctype, document)
		seller.page.wait_for_function("doctype => window.cur_frm?.doctype === doctype", arg=doctype)
		seller.settle()
		seller.tab(tab)
		seller.shoot(f"lines-{doctype.split()[0].lower()}-{person}")
		for table in tables:
			assert seller.page.evaluate(CUT, table) == []
			assert seller.page.evaluate(ASTRAY, table) == []
		figures = seller.page.evaluate(FIGURES)
		assert TAKEN_OFF[person] in figures[-3 if doctype == "Quote" else -2][1]
		assert [row[2] for row in figures if row[2]] == [FIXED, BOTH, "5%"]
		assert not any(row[2].startswith("0") for row in figures)
	assert figures[0] == ["", "", "", ""]


@pytest.fixture
def template(api, world, person):
	"""A template with discounts; while there is one, the dialog of new quotes offers it."""
	bike = {"row_type": "Priced", "item": world["bike"], "quantity": 1}
	items = [
		{**bike, "discount_amount": 80},
		{**bike, "discount_percentage": 10, "discount_amount": 12.5},
		bike,
	]
	title = f"Rabatt {person} {world['bike']}"
	name = api("Quote Template", title=title, quote_language="de", items=items)
	yield name
	api.delete("Quote Template", name)


@pytest.mark.parametrize("person", ["anna", "emma"])
def test_a_template_shows_the_fixed_discounts_of_its_lines(desk, world, template, person):
	seller = desk(world["users"][person])
	seller.open("Form", "Quote Template", template)
	seller.page.wait_for_function("() => window.cur_frm?.doctype === 'Quote Template'")
	seller.settle()
	seller.shoot(f"lines-template-{person}")
	assert seller.page.evaluate(CUT, "items") == []
	assert seller.page.evaluate(DISCOUNTS) == [FIXED, BOTH, ""]
