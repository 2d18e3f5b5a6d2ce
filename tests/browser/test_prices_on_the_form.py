"""Unit prices in the desk: as many decimals as they have, and no zeros that nobody needs."""

import pytest

pytestmark = pytest.mark.browser


PRICES = (
	("0,0345", 0.0345, "0,0345"),
	("12,5", 12.5, "12,50"),
	("1000", 1000, "1.000,00"),
	("0,001", 0.001, "0,001"),
)
"""What is typed, what is stored, and what is shown."""


def test_a_price_is_shown_as_it_was_entered(desk, world):
	anna = desk(world["users"]["anna"])
	anna.new("Sales Opportunity")
	anna.choose("party", world["partner"])
	anna.choose("class_id", "NEW")
	anna.choose("stage", "Anfrage")
	anna.tab("Details")
	for line, (entered, stored, shown) in enumerate(PRICES):
		add_line(anna, world["bike"])
		row = anna.page.locator(f"[data-fieldname='items'] .grid-row[data-idx='{line + 1}']")
		row.locator(".btn-open-row").first.click()
		anna.settle()
		price = anna.page.locator(".grid-row-open [data-fieldname='rate'] input").first
		price.click()
		anna.settle()
		price.fill(entered)
		price.press("Tab")
		anna.settle()
		assert anna.page.evaluate("line => cur_frm.doc.items[line].rate", line) == stored
		assert price.input_value() == shown
		anna.page.locator(".grid-row-open .grid-collapse-row").first.click()
		anna.settle()
		assert shown in row.locator("[data-fieldname='rate'] .static-area").first.inner_text()


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
