"""The release of a discount, from the salesperson who asks to the quote that is issued."""

import pytest
from clicks import counted
from quotes import create_quote, read_quote

from sales_opportunity.tests.waiting import awaited

pytestmark = pytest.mark.browser

SETTINGS = "Sales Opportunity Settings"
WORDS = {
	"anna": ("Freigabe anfragen", "Freigeben", "Ausstellen"),
	"emma": ("Ask for Release", "Freigeben", "Issue"),
}


@pytest.fixture
def class_with_rule(api, world):
	"""A class whose quotes need a release from 10 % discount on, while a scene is played."""
	name = f"RELEASE-{world['bike']}"
	if not any(row["name"] == name for row in api.all("Class ID")):
		api("Class ID", class_id=name, title=name)
	rule = {"class_id": name, "discount_from": 10, "role": "Sales Manager"}
	api.update(SETTINGS, SETTINGS, release_rules=[rule])
	yield name
	api.update(SETTINGS, SETTINGS, release_rules=[])


def is_told(desk, quote: str) -> bool:
	"""Return whether a job has put it behind the bell."""
	return bool(
		desk.call("frappe.client.get_count", doctype="Notification Log", filters={"document_name": quote})
	)


@pytest.mark.parametrize("person", ["anna", "emma"])
def test_a_salesperson_asks_a_manager_releases_from_the_bell_and_the_quote_is_issued(
	desk, world, api, class_with_rule, person
):
	"""Two clicks to ask, three to release (bell, message, button), two to issue."""
	ask, release, issue = WORDS[person]
	deal = api(
		"Sales Opportunity",
		party=world["partner_id"],
		class_id=class_with_rule,
		stage="Proposal",
		title="Lastenräder",
		opportunity_owner=world["users"][person],
		items=[{"item": world["bike"], "quantity": 2}],
	)
	seller = desk(world["users"][person])
	quote = read_quote(seller, create_quote(seller, deal))
	seller.call("frappe.client.save", doc={**quote, "discount_percentage": 12})
	seller.open("Form", "Quote", quote["name"])
	dialog = seller.page.locator(".modal.show .modal-dialog")
	with counted(seller.context) as clicks:
		seller.button(ask).click()
		dialog.wait_for()
		dialog.locator("textarea").fill("Wie im Vorjahr")
		dialog.locator("button.btn-primary:visible").click()
		seller.page.wait_for_function("() => cur_frm.doc.release_status === 'Requested'")
		seller.settle()
		assert clicks() == 2
	assert not seller.page.get_by_role("button", name=issue, exact=True).locator("visible=true").count()
	seller.shoot(f"release-requested-{person}")

	katrin = desk(world["users"]["katrin"])
	awaited(lambda: is_told(katrin, quote["name"]))
	katrin.open("my-day")
	with counted(katrin.context) as clicks:
		katrin.page.locator(".notifications-icon:visible").first.click()
		katrin.page.locator(".recent-item", has_text=quote["name"]).first.click()
		katrin.page.wait_for_function("() => window.cur_frm && cur_frm.doc.doctype === 'Quote'")
		katrin.settle()
		assert (
			"Wie im Vorjahr"
			in katrin.page.locator(".form-message:visible, .form-dashboard:visible").first.inner_text()
		)
		katrin.shoot(f"release-asked-{person}")
		katrin.button(release).click()
		katrin.page.wait_for_function("() => cur_frm.doc.release_status === 'Released'")
		katrin.settle()
		assert clicks() == 3

	seller.page.reload()  # which a site with a live server does by itself
	seller.page.wait_for_function("() => window.cur_frm?.doc.release_status === 'Released'")
	seller.settle()
	with counted(seller.context) as clicks:
		seller.button(issue).click()
		dialog.wait_for()
		seller.settle()
		seller.shoot(f"release-issue-{person}")
		dialog.locator("button.btn-primary:visible").click()
		seller.page.wait_for_function("() => cur_frm.doc.docstatus === 1")
		seller.settle()
		assert clicks() == 2
