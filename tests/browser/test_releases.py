"""The release of a discount, from the salesperson who asks to the quote that is issued."""

import re

import pytest
from bell import open_from_bell
from clicks import counted
from desk import URL, USER_PASSWORD
from quotes import create_quote, read_quote

from sales_opportunity.tests.waiting import awaited

pytestmark = pytest.mark.browser

SETTINGS = "Sales Opportunity Settings"
REQUEST = "sales_opportunity.sales_opportunity.doctype.quote_release.releases.request_release"
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


@pytest.fixture
def asked(desk, world, api, class_with_rule):
	"""Return a function that makes a quote with a discount whose release Anna has asked for, and returns its name."""

	def ask() -> str:
		deal = api(
			"Sales Opportunity",
			party=world["partner_id"],
			class_id=class_with_rule,
			stage="Proposal",
			title="Lastenräder",
			opportunity_owner=world["users"]["anna"],
			items=[{"item": world["bike"], "quantity": 2}],
		)
		anna = desk(world["users"]["anna"])
		quote = read_quote(anna, create_quote(anna, deal))
		anna.call("frappe.client.save", doc={**quote, "discount_percentage": 12})
		anna.call(REQUEST, quote=quote["name"], note="Wie im Vorjahr")
		return quote["name"]

	return ask


@pytest.fixture
def mail_of(api, world, inbox):
	"""Return a function that waits for the e-mail to Katrin about a quote, and returns it as HTML."""

	def waiting(quote: str) -> list[str]:
		return [
			row["name"]
			for row in api.all("Email Queue")
			if quote in row["message"] and row["recipients"][0]["recipient"] == world["users"]["katrin"]
		]

	def read(quote: str) -> str:
		awaited(lambda: waiting(quote))
		for name in waiting(quote):
			api.call("frappe.email.doctype.email_queue.email_queue.send_now", name=name)
		awaited(lambda: inbox.received)
		return inbox.received.pop().get_body(("html",)).get_content()

	return read


def open_mail(someone, html: str) -> None:
	"""Show an e-mail as a mail program on the web does."""
	someone.page.route("**/the-mail", lambda route: route.fulfill(body=html, content_type="text/html"))
	someone.page.goto(f"{URL}/the-mail")


@pytest.mark.parametrize(
	("label", "reason", "status"), [("Freigeben", "", "Released"), ("Ablehnen", "Höchstens 11 %", "Refused")]
)
def test_a_manager_answers_from_the_e_mail_in_two_clicks(desk, world, asked, mail_of, label, reason, status):
	"""The button of the e-mail, and that of the dialog which it opens; in between nothing has happened."""
	quote = asked()
	katrin = desk(world["users"]["katrin"])
	page = katrin.page
	open_mail(katrin, mail_of(quote))
	katrin.shoot("release-mail")
	with counted(katrin.context) as clicks:
		page.get_by_role("link", name=label, exact=True).click()
		dialog = page.locator(".modal.show .modal-dialog")
		dialog.wait_for()
		katrin.settle()
		katrin.shoot(f"release-mail-{status}")
		assert read_quote(katrin, quote)["release_status"] == "Requested"
		if reason:
			dialog.locator("textarea").fill(reason)
		dialog.locator("button.btn-primary:visible").click()
		page.wait_for_function("status => cur_frm.doc.release_status === status", arg=status)
		katrin.settle()
		assert clicks() == 2
	assert "answer" not in page.url
	katrin.open("List", "Quote")
	assert "answer" not in str(page.evaluate("() => cur_list.get_filters_for_args()"))


def test_whoever_is_not_logged_in_logs_in_before_the_answer(stranger, world, asked, mail_of, desk):
	quote = asked()
	page = stranger.page
	open_mail(stranger, mail_of(quote))
	page.get_by_role("link", name="Freigeben", exact=True).click()
	page.fill("#login_email", world["users"]["katrin"])
	page.fill("#login_password", USER_PASSWORD)
	page.click(".btn-login")
	dialog = page.locator(".modal.show .modal-dialog")
	dialog.wait_for()
	stranger.settle()
	assert quote in page.url and re.search("Wie im Vorjahr", dialog.inner_text())
	dialog.locator("button.btn-primary:visible").click()
	page.wait_for_function("() => cur_frm.doc.release_status === 'Released'")
	stranger.settle()


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
	with counted(katrin.context) as clicks:
		open_from_bell(katrin, quote["name"])
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


@pytest.mark.parametrize(
	("language", "told", "release"),
	[
		("de", "Jemand anders muss es freigeben, weil Katrin es verschlechtert hat", "Freigeben"),
		("en", "Somebody else has to release it, since it was made worse by Katrin", "Release"),
	],
)
def test_whoever_made_a_quote_worse_reads_so_and_another_manager_releases_it_in_one_click(
	desk, world, asked, make_manager, language, told, release
):
	"""One click on the form; the button stands only where it may be pressed."""
	quote = asked()
	katrin = desk(world["users"]["katrin"])
	katrin.call("frappe.client.save", doc={**read_quote(katrin, quote), "discount_percentage": 14})
	katrin.call(REQUEST, quote=quote, note="Der Wettbewerb ist günstiger")
	katrin.open("Form", "Quote", quote)
	headline = katrin.page.locator(".form-message:visible").first
	assert "Jemand anders muss es freigeben" in headline.inner_text()
	assert not katrin.page.get_by_role("button", name="Freigeben", exact=True).locator("visible=true").count()
	katrin.shoot(f"release-worsened-own-{language}")

	other = desk(make_manager(language))
	other.open("Form", "Quote", quote)
	assert told in other.page.locator(".form-message:visible").first.inner_text()
	other.shoot(f"release-worsened-{language}")
	with counted(other.context) as clicks:
		other.button(release).click()
		other.page.wait_for_function("() => cur_frm.doc.release_status === 'Released'")
		other.settle()
		assert clicks() == 1


@pytest.mark.parametrize(
	("person", "language", "reason"),
	[
		("anna", "de", "Die Marge beträgt 24,39\xa0% und liegt unter 30\xa0%."),
		("emma", "en", "The margin is 24.39\xa0%, below 30\xa0%."),
	],
)
def test_a_rule_by_margin_is_entered_in_four_clicks_and_holds_at_once(
	desk, world, api, open_deal, make_admin, class_with_rule, person, language, reason
):
	"""A new row, its margin, who releases, and that role; then a quote with 24.39 % needs a release, and says so."""
	admin = make_admin("Sales Manager", "Sales User")
	api.update("User", admin, language=language)
	ada = desk(admin)
	ada.open("Form", SETTINGS, SETTINGS)
	rules = ada.field("release_rules")
	rules.scroll_into_view_if_needed()
	with counted(ada.context) as clicks:
		rules.locator(".grid-add-row").click()
		row = rules.locator(".grid-body .grid-row").last
		row.locator("[data-fieldname='margin_below']").first.click()
		ada.settle()  # the framework selects a number's text a moment after the click
		row.locator("[data-fieldname='margin_below'] input").fill("30")
		row.locator("[data-fieldname='role']").first.click()
		row.locator("[data-fieldname='role'] input").fill("Sales Manager")
		row.locator("[data-fieldname='role'] li").first.click()
		ada.settle()
		assert clicks() == 4
	ada.shoot(f"release-rule-{language}")
	ada.save()
	rule = api.read(SETTINGS, SETTINGS)["release_rules"][-1]
	assert (rule.get("class_id"), rule["margin_below"], rule["role"]) == (None, 30, "Sales Manager")

	deal = open_deal("Zu knapp", person)
	lines = [{**row, "unit_cost": 4000} for row in api.read("Sales Opportunity", deal)["items"]]
	api.update("Sales Opportunity", deal, items=lines)
	quote = create_quote(desk(world["users"][person]), deal)
	ada.open("Form", "Quote", quote)
	assert reason in ada.page.locator(".form-message:visible").first.inner_text()
	assert ada.value("release_status") == "Needed"
	ada.shoot(f"release-needed-by-margin-{language}")
