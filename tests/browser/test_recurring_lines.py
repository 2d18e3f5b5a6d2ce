"""A salesperson sells a contract: how many clicks it takes, and what then stands on form, report and switched-off desk."""

import pytest
from clicks import counted

pytestmark = pytest.mark.browser

CLICKS = 3
"""The tab with the lines, the line, and its recurrence; the keyboard saves."""


def test_a_line_becomes_a_contract_in_three_clicks(desk, world, open_deal):
	anna = desk(world["users"]["anna"])
	anna.open("Form", "Sales Opportunity", open_deal("Wartung der Flotte"))
	anna.settle()
	once = anna.page.evaluate("() => cur_frm.doc.items[0].amount")
	with counted(anna.context) as clicks:
		anna.tab("Details")
		row = anna.page.locator("[data-fieldname='items'] .grid-row[data-idx='1']")
		row.locator(".btn-open-row").first.click()
		anna.settle()
		recurrence = anna.page.locator(".grid-row-open [data-fieldname='recurrence'] select").first
		recurrence.click()
		recurrence.select_option("Monthly")
		anna.settle()
		assert (
			anna.page.locator(".grid-row-open [data-fieldname='periods'] input").first.input_value() == "12"
		)
		anna.shoot("recurring-line")
		anna.page.keyboard.press("Escape")
		anna.settle()
		anna.save()
		assert clicks() == CLICKS
	line = anna.page.evaluate("() => cur_frm.doc.items[0]")
	assert (line["recurrence"], line["periods"], line["amount"]) == ("Monthly", 12, round(12 * once, 2))
	assert anna.value("monthly_amount") == once
	assert "/ Monat × 12" in row.locator("[data-fieldname='rate'] .static-area").first.inner_text()
	assert anna.field("yearly_amount").is_visible()
	anna.shoot("recurring-deal")


def test_another_recurrence_keeps_the_length_of_the_term(desk, world, open_deal):
	anna = desk(world["users"]["anna"])
	anna.open("Form", "Sales Opportunity", open_deal("Lizenz"))
	anna.tab("Details")
	anna.page.locator("[data-fieldname='items'] .grid-row[data-idx='1'] .btn-open-row").first.click()
	anna.settle()
	recurrence = anna.page.locator(".grid-row-open [data-fieldname='recurrence'] select").first
	periods = anna.page.locator(".grid-row-open [data-fieldname='periods'] input").first
	for chosen, expected in (("Monthly", "12"), ("Quarterly", "4"), ("Yearly", "1")):
		recurrence.select_option(chosen)
		anna.settle()
		assert periods.input_value() == expected
	recurrence.select_option("")
	anna.settle()
	assert anna.page.evaluate("() => cur_frm.doc.items[0].periods") == 0
	assert not periods.is_visible()
