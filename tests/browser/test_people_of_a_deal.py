"""Who takes part in a deal, on the desk in German and English: a planner beside the customer's people."""

import pytest
from clicks import counted
from quotes import create_quote

pytestmark = pytest.mark.browser

WORDS = {
	"anna": ("Übersicht", "Kontakt", "Wer mitwirkt", "Beeinflusst", "Ausstellen und senden"),
	"emma": ("Overview", "Contact", "Who Takes Part", "Influences", "Issue and Send"),
}

HAS_FOCUS = """(fieldname) =>
	document.activeElement.tagName === "SELECT" &&
	Boolean(document.activeElement.closest(`[data-fieldname='${fieldname}']`))"""


@pytest.fixture
def people(api, world, open_deal):
	"""Return a function that makes a deal with a buyer, and a planner of another company; returns their names."""

	def make(person: str) -> tuple[str, str, str]:
		def someone(first_name: str, company: str) -> tuple[str, str]:
			partner = api(
				"Business Partner", partner_name=f"{company} {person} {world['bike']}", language="de"
			)
			contact = api(
				"Contact",
				first_name=first_name,
				last_name=f"{person.title()} {world['bike']}",
				email_ids=[
					{
						"email_id": f"{first_name.lower()}.{person}@{world['bike'].lower()}.example",
						"is_primary": 1,
					}
				],
				links=[{"link_doctype": "Business Partner", "link_name": partner}],
			)
			return partner, contact

		customer, buyer = someone("Bruno", "Stadtwerke")
		_planner, architect = someone("Armin", "Planer")
		deal = open_deal(
			"Neubau mit Planer",
			person,
			party=customer,
			contact=buyer,
			items=[{"item": world["bike"], "quantity": 2}],
		)
		return deal, buyer, architect

	return make


@pytest.mark.parametrize("person", ["anna", "emma"])
def test_a_planner_takes_part_and_mail_and_meeting_propose_the_person(desk, world, people, inbox, person):
	"""Six clicks: tab, section, Add Row, its cell, the entry, the suggestion; two more make the planner the main contact."""
	overview, tab, section, role, send = WORDS[person]
	seller = desk(world["users"][person])
	page = seller.page
	name, buyer, architect = people(person)
	seller.open("Form", "Sales Opportunity", name)
	grid = page.locator(".frappe-control[data-fieldname='participants']")
	with counted(seller.context) as clicks:
		seller.tab(tab)
		page.locator(".section-head:visible", has_text=section).click()
		grid.locator(".grid-add-row").click()
		row = grid.locator(".grid-body .grid-row").last
		row.locator("[data-fieldname='contact']").first.click()
		seller.choose("contact", f"Armin {person.title()}", within=row)
		seller.tab_to(lambda: page.evaluate(HAS_FOCUS, "role"))
		page.keyboard.type(role)
		page.keyboard.press("Tab")
		assert clicks() == 6
		seller.save()
		seller.shoot(f"people-{person}")
		assert [(each["contact"], each.get("role", "")) for each in seller.value("participants")] == [
			(buyer, ""),
			(architect, "Influences"),
		]
		assert seller.value("participants")[1]["party"]
		row = grid.locator(".grid-body .grid-row").last
		row.locator("[data-fieldname='is_primary']").first.click()
		row.locator("[data-fieldname='is_primary'] input.input-with-feedback").click()
		seller.settle()
		assert clicks() == 8
	seller.save()
	assert seller.value("contact") == architect
	assert "Armin" in page.locator("[data-fact='contact']").inner_text()

	quote = create_quote(seller, name)
	buyer_at, architect_at = (row["email"] for row in seller.value("participants"))
	seller.tab(overview)
	page.locator("[data-activity='Meeting']").click()
	dialog = page.locator(".modal.show .modal-dialog")
	dialog.wait_for()
	guests = propose_another(seller, dialog, "guests", "Bruno")
	seller.shoot(f"people-meeting-{person}")
	guests.locator("li").first.click()
	assert addresses(guests) == [architect_at, buyer_at]
	page.keyboard.press("Escape")
	dialog.wait_for(state="hidden")

	seller.open("Form", "Quote", quote)
	seller.button(send).click()
	dialog.locator(".ql-editor[contenteditable]").wait_for()
	assert addresses(dialog.locator("[data-fieldname='recipients']")) == [architect_at]
	copy_to = propose_another(seller, dialog, "cc", "Armin")
	seller.shoot(f"people-mail-{person}")
	assert role in copy_to.locator("li", has_text="Armin").first.inner_text()
	page.keyboard.press("Escape")


def propose_another(desk, dialog, fieldname: str, name: str):
	"""Ask a field for addresses for one more, wait until it proposes somebody, and return the field."""
	desk.settle()
	control = dialog.locator(f"[data-fieldname='{fieldname}']")
	entry = control.locator("input").first
	entry.click()
	desk.settle()
	entry.press("End")
	entry.press_sequentially(", " if entry.input_value() else " ")
	control.locator("li", has_text=name).first.wait_for()
	desk.settle()
	return control


def addresses(control) -> list[str]:
	"""Return the addresses in a field."""
	return [part.strip() for part in control.locator("input").first.input_value().split(",") if part.strip()]
