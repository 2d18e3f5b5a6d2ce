"""A salesperson shares a deal with a colleague, and both see in Chromium, in German and English, what is whose."""

import re

import pytest
from clicks import counted

pytestmark = pytest.mark.browser

PARTNERS = re.compile(r'(\\?"party\\?":\[)(\\?")')
"""Where the desk's start names the DocTypes of partners, in JSON or in a text of JSON."""


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
	assert "gruppiert nach „Zuständig“" in note.inner_text()
	seller.shoot("pipeline-by-owner-de")
	seller.open("sales-opportunity", "view", "list")
	seller.settle()
	assert seller.page.locator(".so-whole-deals:visible").count() == 0


def test_partners_of_other_apps_lead_to_the_deals_in_which_they_take_part(desk, world, api):
	"""Which DocTypes are partners the server says with the desk's start; here it names one more."""
	note = api("Note", title=f"Partner {world['bike']}", public=1)
	anna = desk(world["users"]["anna"])
	page = anna.page

	def with_one_more(route):
		answer = route.fetch()
		route.fulfill(response=answer, body=re.sub(PARTNERS, r"\1\2Note\2,\2", answer.text()))

	page.route("**/app/**", with_one_more)
	anna.open("Form", "Note", note)
	page.get_by_role("button", name="Ansicht").click()
	page.locator(".dropdown-item:visible", has_text="Wirkt mit bei").click()
	page.wait_for_function("() => window.cur_list?.doctype === 'Sales Opportunity'")
	anna.settle()
	[condition] = page.evaluate("() => cur_list.filter_area.get()")
	assert condition[:4] == ["Sales Opportunity Contact", "party", "=", note]
