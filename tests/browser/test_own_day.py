"""A salesperson's day: where it begins, ticking off, finding a customer, changing many deals, and what cards count."""

import re

import pytest
from accessibility import faults
from clicks import counted
from days import site_date

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def deals(world, api) -> list[str]:
	"""Three open deals of Emma's, the first with an overdue call, and one of Anna's."""
	late = {
		"next_activity": "Call about the delivery",
		"next_activity_date": str(site_date(-2)),
	}
	common = {"party": world["partner_id"], "class_id": "NEW", "stage": "Inquiry", "amount": 12_000}
	people = world["users"]
	late["contact"] = api(
		"Contact",
		first_name="Frida",
		email_ids=[{"email_id": "frida@neuenburg.example", "is_primary": 1}],
		phone_nos=[{"phone": "+49 7631 4711", "is_primary_phone": 1}],
		links=[{"link_doctype": "Business Partner", "link_name": world["partner_id"]}],
	)
	names = [
		api("Sales Opportunity", **common, opportunity_owner=people["emma"], title=f"Fleet {number}", **extra)
		for number, extra in enumerate((late, {}, {}))
	]
	api("Sales Opportunity", **common, opportunity_owner=people["anna"], title="Not Emma's", **late)
	return names


def test_the_day_begins_with_ones_own_work_and_a_click_ticks_it_off(stranger, world, deals):
	emma = stranger
	emma.login(world["users"]["emma"], world["password"])
	page = emma.page
	assert page.url.endswith("/my-day")
	activities = page.locator(".so-my-day-kind[data-kind='activities']")
	assert activities.locator(".so-my-day-row").count() == 1
	assert "Call about the delivery" in activities.inner_text()
	assert "Not Emma's" not in page.locator(".so-my-day").inner_text()
	assert faults(page, ".so-my-day") == []
	emma.shoot("own-day-1")
	assert (
		activities.get_by_role("link", name="Call Frida, +49 7631 4711").get_attribute("href")
		== "tel:+4976314711"
	)
	activities.get_by_role("button", name="Write an E-mail: Frida").click()
	page.locator(".modal.show .frappe-control[data-fieldname='content'] .ql-editor").first.wait_for()
	emma.settle()
	assert "frida@neuenburg.example" in page.locator(".modal.show").inner_text() + page.evaluate(
		"() => cur_dialog.get_value('recipients')"
	)
	assert not page.locator(".msgprint:visible").count()
	page.evaluate("() => cur_dialog.hide()")
	page.wait_for_function("() => !document.querySelector('.modal.show')")

	with counted(emma.context) as clicks:
		activities.get_by_role("button", name="Mark as Done: Call about the delivery").click()
		activities.locator(".so-my-day-nothing").wait_for()
		assert clicks() == 1
	question = page.locator(".modal.show", has_text="What next?")
	question.wait_for()
	assert page.locator(".so-my-day [role='status']").inner_text() == "Done: Call about the delivery"
	emma.settle()
	question.get_by_role("button", name="Nothing for Now").click()
	page.wait_for_function("() => document.activeElement.id === 'so-my-day-activities'")
	left_over = ["tick", "button", "item", "figure", "PAGE", "MODULE", "ACTIONS"]
	assert (
		page.evaluate(
			"names => names.filter((name) => window.eval(`typeof ${name}`) !== 'undefined')", left_over
		)
		== []
	)
	assert page.locator(".so-my-day-figure[data-kind='overdue'] strong").inner_text() == "0"

	page.set_viewport_size({"width": 390, "height": 844})
	emma.settle()
	assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
	emma.shoot("own-day-2-phone")


def test_in_the_dark_theme_all_that_is_ours_can_be_read(desk, world, deals):
	emma = desk(world["users"]["emma"])
	page = emma.page
	emma.start()
	page.evaluate("() => document.documentElement.setAttribute('data-theme', 'dark')")
	deal = ("Form", "Sales Opportunity", deals[1])
	for route, selectors in (
		(("my-day",), [".so-my-day"]),
		(deal, [".so-deal-top", "[data-fieldname='activity_bar']"]),
		(("List", "Sales Opportunity", "List"), [".so-list-bar"]),
		(("pipeline",), [".so-pipeline"]),
	):
		emma.open(*route)
		for selector in selectors:
			page.locator(selector).first.wait_for()
			emma.settle()
			assert faults(page, selector) == [], route
		emma.shoot(f"dark-{route[0].lower()}")


def test_a_figure_of_the_day_opens_the_list_that_has_as_many(desk, world, deals):
	emma = desk(world["users"]["emma"])
	page = emma.page
	emma.start()
	figure = page.locator(".so-my-day-figure[data-kind='open']")
	count = int(figure.locator("strong").inner_text())
	assert count >= len(deals)
	figure.click()
	page.locator(".so-list-sums", has_text=f"{count} in All").wait_for()
	assert page.locator(".so-list-views [aria-pressed='true']").inner_text() == "My Open Ones"


def test_a_customer_is_found_by_typing_and_one_click(desk, world, deals):
	emma = desk(world["users"]["emma"])
	page = emma.page
	emma.start()
	with counted(emma.context) as clicks:
		page.keyboard.press("Control+g")
		page.keyboard.type(world["partner"])
		found = re.compile(rf"^\s*{re.escape(world['partner'])}\s+Business Partner")
		hit = page.locator(".awesomplete li", has_text=found).first
		hit.wait_for()
		emma.settle()
		emma.shoot("own-day-3-search")
		hit.click()
		page.wait_for_function("name => window.cur_frm?.docname === name", arg=world["partner_id"])
		assert clicks() == 1
	emma.settle()


def select_in_list(someone, names: list[str]) -> None:
	"""Open the list of deals and tick some of them."""
	someone.open("List", "Sales Opportunity", "List")
	someone.page.locator(".so-list-sums", has_text="in All").wait_for()
	for name in names:
		someone.page.locator(f".list-row-checkbox[data-name='{name}']").click()
	someone.page.locator(".so-list-sums", has_text=f"{len(names)} selected").wait_for()


def test_many_deals_change_their_stage_at_once_and_the_refused_ones_are_told(desk, world, deals):
	emma = desk(world["users"]["emma"])
	page = emma.page
	select_in_list(emma, deals[1:])
	emma.shoot("own-day-4-list")
	for stage, told in (("First Meeting", "2 of 2"), ("Proposal", "0 of 2")):
		if stage == "Proposal":
			for name in deals[1:]:
				page.locator(f".list-row-checkbox[data-name='{name}']").click()
		page.locator(".actions-btn-group button:visible").first.click()
		page.locator(".actions-btn-group .dropdown-item:visible", has_text="Change Stage").click()
		page.locator(".modal.show .frappe-control[data-fieldname='stage'] input").wait_for()
		emma.choose("stage", stage, within=page.locator(".modal.show"))
		page.locator(".modal.show .btn-primary:visible").click()
		page.locator(".desk-alert", has_text=told).wait_for()
		emma.settle()
	emma.shoot("own-day-5-refused")
	message = page.locator(".msgprint")
	for name in deals[1:]:
		assert f"{name}: Stage Proposal requires" in message.inner_text()


def test_a_change_of_many_that_is_interrupted_tells_which_deals_it_did_not_reach(desk, world, deals):
	emma = desk(world["users"]["emma"])
	page = emma.page
	select_in_list(emma, deals[1:])

	def interrupted(route):
		is_first = deals[1] in (route.request.post_data or "")
		route.abort() if is_first else route.continue_()

	page.route("**/*list_changes.change", interrupted)
	page.locator(".actions-btn-group button:visible").first.click()
	page.locator(".actions-btn-group .dropdown-item:visible", has_text="Change Close Date").click()
	page.locator(".modal.show .frappe-control[data-fieldname='expected_close_date'] input").wait_for()
	emma.settle()
	page.evaluate("() => cur_dialog.set_value('expected_close_date', '2027-12-31')")
	page.locator(".modal.show .btn-primary:visible").click()
	page.locator(".desk-alert", has_text="1 of 2").wait_for()
	page.locator(".msgprint", has_text=deals[1]).wait_for()
	assert deals[2] not in page.locator(".msgprint").inner_text()
	page.locator(".modal.show .progress").wait_for(state="hidden")
	emma.forgive("ERR_FAILED", "Failed to load resource")


def test_a_shortcut_opens_the_list_with_what_it_counts(desk, world, deals):
	emma = desk(world["users"]["emma"])
	page = emma.page
	emma.open("sales-opportunities")
	shortcut = page.locator(".shortcut-widget-box", has_text="Open Opportunities")
	count = int(shortcut.locator(".indicator-pill").inner_text().split()[0])
	shortcut.click()
	page.locator(".so-list-sums", has_text=f"{count} in All").wait_for()
	assert page.locator(".so-list-views [aria-pressed='true']").inner_text() == "All Open Ones"


def test_a_manager_begins_with_the_figures(stranger, world):
	katrin = stranger
	katrin.login(world["users"]["katrin"], world["password"])
	assert katrin.page.url.endswith("/sales-figures")
