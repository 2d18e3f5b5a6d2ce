"""A trade-in on the form of an opportunity and of its quote, in German and English, by a salesperson, who finds no cost there."""

import pytest
from clicks import counted
from grid_lines import insert_line
from playwright.sync_api import Locator

pytestmark = pytest.mark.browser

CLICKS = 4
"""Open the line, its kind, its price, close it: what a line that is taken in payment asks for beside any other."""

WORDS = {"anna": ("Anfrage", "Positionen"), "emma": ("Inquiry", "Lines")}
"""The first stage, and the tab of a quote with its lines."""

LABELS = {
	"anna": ("Rabatt (%)", "Turnus", "Anzahl der Zeiträume", "Liefertermin", "Jährlich"),
	"emma": ("Discount (%)", "Recurrence", "Periods", "Delivery Date", "Yearly"),
}
"""What the stream calls the fields of a line that were changed, and one of the values."""

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


@pytest.mark.parametrize("person", ["anna", "emma"])
def test_what_is_taken_in_payment_reduces_the_deal(desk, world, person):
	stage, tab = WORDS[person]
	seller = desk(world["users"][person])
	seller.new("Sales Opportunity")
	seller.choose("party", world["partner"])
	seller.choose("class_id", "NEW")
	seller.choose("stage", stage)
	seller.tab("Details")
	for _line in range(2):
		insert_line(seller, world["bike"])
	line = open_line(seller, 1)
	enter(seller, line, "discount_amount", "290")
	assert seller.page.evaluate(LINE, 0)[-1] == 5000
	pick(seller, line, "recurrence", "Yearly")
	enter(seller, line, "periods", "3")
	assert seller.page.evaluate(LINE, 0)[-1] == 15580
	assert shown(line) == ["discount_percentage", "discount_amount", "recurrence", "periods"]
	close(seller, line)
	with counted(seller.page.context) as clicks:
		line = open_line(seller, 2)
		pick(seller, line, "deduction", "Trade-In")
		enter(seller, line, "rate", "100")
		assert shown(line) == []
		seller.shoot(f"trade-in-{person}")
		close(seller, line)
		assert clicks() == CLICKS
	assert seller.page.evaluate(LINE, 1) == ["Trade-In", 100, 0, 0, "", -100]
	assert seller.value("amount") == 15480
	line = open_line(seller, 1)
	pick(seller, line, "deduction", "Credit")
	assert seller.page.evaluate(LINE, 0) == ["Credit", 5290, 0, 0, "", -5290]
	pick(seller, line, "deduction", "")
	assert seller.value("amount") == 5190
	close(seller, line)
	seller.save()
	quote = seller.call(
		"sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper.create_quote",
		opportunity=seller.value("name"),
		valid_until="2099-12-31",
	)
	seller.open("Form", "Quote", quote)
	seller.tab(tab)
	seller.settle()
	line = open_line(seller, 1)
	enter(seller, line, "discount_percentage", "5")
	enter(seller, line, "discount_amount", "10")
	pick(seller, line, "deduction", "Credit")
	assert shown(line) == []
	assert seller.page.evaluate(LINE, 0)[:5] == ["Credit", 5290, 0, 0, ""]
	pick(seller, line, "deduction", "")
	enter(seller, line, "discount_amount", "90")
	seller.page.keyboard.press("Escape")
	seller.settle()
	seller.save()
	assert (seller.page.evaluate(LINE, 0)[-1], seller.value("net_total")) == (5200, 5100)


@pytest.mark.parametrize("person", ["anna", "emma"])
def test_the_stream_names_fields_of_lines_in_the_users_language(desk, world, open_deal, person):
	seller = desk(world["users"][person])
	name = open_deal("Im Verlauf", person)
	for values in (
		{"discount_percentage": 5},
		{"recurrence": "Yearly"},
		{"periods": 3},
		{"delivery_date": "2099-03-31"},
	):
		deal = seller.call("frappe.client.get", doctype="Sales Opportunity", name=name)
		deal["items"][0].update(values)
		seller.call("frappe.client.save", doc=deal)
	seller.open("Form", "Sales Opportunity", name)
	stream = seller.page.locator(".new-timeline").inner_text()
	seller.page.locator(".new-timeline").scroll_into_view_if_needed()
	seller.shoot(f"stream-of-lines-{person}")
	(others,) = (labels for one, labels in LABELS.items() if one != person)
	assert [label for label in LABELS[person] if label not in stream] == []
	assert [label for label in others if label in stream] == []
