"""Unit prices in the desk: as many decimals as they have, and no zeros that nobody needs."""

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
	("entered", "stored", "shown"),
	[
		("0,0345", 0.0345, "0,0345"),
		("12,5", 12.5, "12,50"),
		("1000", 1000, "1.000,00"),
		("0,001", 0.001, "0,001"),
	],
)
def test_a_price_is_shown_as_it_was_entered(desk, world, entered, stored, shown):
	anna = desk(world["users"]["anna"])
	anna.new("Sales Opportunity")
	anna.choose("party", world["partner"])
	anna.choose("class_id", "NEW")
	anna.choose("stage", "Anfrage")
	anna.tab("Details")
	add_line(anna, world["bike"])
	anna.page.locator("[data-fieldname='items'] .grid-row[data-idx='1'] .btn-open-row").first.click()
	anna.settle()
	price = anna.page.locator(".grid-row-open [data-fieldname='rate'] input").first
	price.click()
	anna.settle()
	price.fill(entered)
	price.press("Tab")
	anna.settle()
	assert anna.page.evaluate("() => cur_frm.doc.items[0].rate") == stored
	assert price.input_value() == shown
	anna.page.locator(".grid-row-open .grid-collapse-row").first.click()
	anna.settle()
	cell = anna.page.locator(
		"[data-fieldname='items'] .grid-row[data-idx='1'] [data-fieldname='rate'] .static-area"
	)
	assert shown in cell.first.inner_text()


def add_line(anna, code: str):
	anna.page.evaluate(
		"""async (code) => {
			const row = cur_frm.add_child("items");
			cur_frm.refresh_field("items");
			await frappe.model.set_value(row.doctype, row.name, "item", code);
		}""",
		code,
	)
	anna.settle()
