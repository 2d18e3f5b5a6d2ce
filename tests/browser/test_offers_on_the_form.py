"""A trade-in on the form of an opportunity and of its quote, by a salesperson, who finds no cost there."""

import pytest
from clicks import counted
from grid_lines import insert_line
from playwright.sync_api import Locator

pytestmark = pytest.mark.browser

CLICKS = 4
"""Open the line, its kind, its price, close it: what a line that is taken in payment asks for beside any other."""

LINE = """(index) => ["deduction", "rate", "discount_percentage", "discount_amount", "recurrence", "amount"]
	.map((fieldname) => cur_frm.doc.items[index][fieldname] ?? "")"""

GONE = ("discount_percentage", "discount_amount", "recurrence", "periods", "unit_cost")
"""What a line that is taken in payment has not."""


def open_line(desk, number: int) -> Locator:
	row = desk.page.locator(f"[data-fieldname='items']:visible .grid-row[data-idx='{number}']").first
	row.locator(".btn-open-row").first.click()
	desk.settle()
	return desk.page.locator(".grid-row-open:visible")


def pick(desk, line: Locator, fieldname: str, option: str) -> None:
	control = line.locator(f"[data-fieldname='{fieldname}'] select").first
	control.click()
	control.select_option(option)
	desk.settle()


def enter(desk, line: Locator, fieldname: str, text: str) -> None:
	entry = line.locator(f"[data-fieldname='{fieldname}'] input").first
	entry.click()
	desk.settle()  # the framework selects a number's text a moment after the click
	entry.fill(text)
	entry.press("Tab")
	desk.settle()


def close(desk, line: Locator) -> None:
	line.locator(".grid-collapse-row").first.click()
	desk.settle()


def shown(line: Locator) -> list[str]:
	return [
		fieldname
		for fieldname in GONE
		if line.locator(f".frappe-control[data-fieldname='{fieldname}']").first.is_visible()
	]


def test_what_is_taken_in_payment_reduces_the_deal(desk, world):
	anna = desk(world["users"]["anna"])
	anna.new("Sales Opportunity")
	anna.choose("party", world["partner"])
	anna.choose("class_id", "NEW")
	anna.choose("stage", "Anfrage")
	anna.tab("Details")
	for _line in range(2):
		insert_line(anna, world["bike"])
	line = open_line(anna, 1)
	enter(anna, line, "discount_amount", "290")
	assert anna.page.evaluate(LINE, 0)[-1] == 5000
	pick(anna, line, "recurrence", "Yearly")
	enter(anna, line, "periods", "3")
	assert anna.page.evaluate(LINE, 0)[-1] == 15580
	assert shown(line) == ["discount_percentage", "discount_amount", "recurrence", "periods"]
	close(anna, line)
	with counted(anna.page.context) as clicks:
		line = open_line(anna, 2)
		pick(anna, line, "deduction", "Trade-In")
		enter(anna, line, "rate", "100")
		assert shown(line) == []
		anna.shoot("trade-in")
		close(anna, line)
		assert clicks() == CLICKS
	assert anna.page.evaluate(LINE, 1) == ["Trade-In", 100, 0, 0, "", -100]
	assert anna.value("amount") == 15480
	line = open_line(anna, 1)
	pick(anna, line, "deduction", "Credit")
	assert anna.page.evaluate(LINE, 0) == ["Credit", 5290, 0, 0, "", -5290]
	pick(anna, line, "deduction", "")
	assert anna.value("amount") == 5190
	close(anna, line)
	anna.save()
	quote = anna.call(
		"sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper.create_quote",
		opportunity=anna.value("name"),
		valid_until="2099-12-31",
	)
	anna.open("Form", "Quote", quote)
	anna.tab("Positionen")
	anna.settle()
	line = open_line(anna, 1)
	enter(anna, line, "discount_percentage", "5")
	enter(anna, line, "discount_amount", "10")
	pick(anna, line, "deduction", "Credit")
	assert shown(line) == []
	assert anna.page.evaluate(LINE, 0)[:5] == ["Credit", 5290, 0, 0, ""]
	pick(anna, line, "deduction", "")
	enter(anna, line, "discount_amount", "90")
	anna.page.keyboard.press("Escape")
	anna.settle()
	anna.save()
	assert (anna.page.evaluate(LINE, 0)[-1], anna.value("net_total")) == (5200, 5100)


def test_the_stream_names_fields_of_lines_in_the_users_language(desk, world, open_deal):
	anna = desk(world["users"]["anna"])
	name = open_deal("Im Verlauf")
	for values in (
		{"discount_percentage": 5},
		{"recurrence": "Yearly"},
		{"periods": 3},
		{"delivery_date": "2099-03-31"},
	):
		deal = anna.call("frappe.client.get", doctype="Sales Opportunity", name=name)
		deal["items"][0].update(values)
		anna.call("frappe.client.save", doc=deal)
	anna.open("Form", "Sales Opportunity", name)
	stream = anna.page.locator(".new-timeline").inner_text()
	anna.page.locator(".new-timeline").scroll_into_view_if_needed()
	anna.shoot("stream-of-lines")
	for label in ("Rabatt (%)", "Turnus", "Anzahl der Zeiträume", "Liefertermin", "Jährlich"):
		assert label in stream
	for label in ("Discount", "Recurrence", "Periods", "Delivery Date", "Amount"):
		assert label not in stream
