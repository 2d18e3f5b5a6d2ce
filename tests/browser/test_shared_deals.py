"""A salesperson shares a deal with a colleague, and both see in Chromium, in German and English, what is whose."""

import pytest
from clicks import counted

pytestmark = pytest.mark.browser


def test_a_deal_is_shared_in_six_clicks_and_both_have_it(desk, world, open_deal):
	"""Six clicks: Colleagues, Add Row, into the row, its field, the suggested colleague, the share; then one types it and saves."""
	anna, emma = world["users"]["anna"], world["users"]["emma"]
	name = open_deal("Gemeinsam")
	seller = desk(anna)
	page = seller.page
	seller.open("sales-opportunity", name)
	with counted(seller.context) as clicks:
		page.locator(".section-head:visible", has_text="Kollegen").click()
		grid = page.locator(".frappe-control[data-fieldname='shares']")
		grid.locator(".grid-add-row").click()
		row = grid.locator(".grid-body .grid-row").last
		row.locator("[data-fieldname='user']").first.click()
		seller.choose("user", emma, within=row)
		share = row.locator("[data-fieldname='percentage']").first
		share.click()
		seller.settle()
		share.locator("input").fill("40")
		share.locator("input").press("Tab")
		seller.settle()
		assert clicks() == 6
	seller.save()
	seller.shoot("shared-deal-de")
	assert seller.value("shares")[0]["percentage"] == 40

	colleague = desk(emma)
	colleague.open("sales-opportunity", name)
	assert colleague.value("people") == f"|{anna}|{emma}|"
	colleague.shoot("shared-deal-en")
	colleague.open("sales-opportunity", "view", "list")
	colleague.settle()
	assert colleague.page.locator(".list-row", has_text="Gemeinsam").count() == 1
	colleague.shoot("own-list-with-shared-deal-en")


def test_a_view_by_person_says_that_it_counts_whole_deals(desk, world):
	seller = desk(world["users"]["anna"])
	seller.open("sales-opportunity", "view", "report", "Pipeline by Owner")
	seller.settle()
	note = seller.page.locator(".so-whole-deals")
	assert "gruppiert nach Zuständig" in note.inner_text()
	seller.shoot("pipeline-by-owner-de")
	seller.open("sales-opportunity", "view", "list")
	seller.settle()
	assert seller.page.locator(".so-whole-deals:visible").count() == 0
