"""Billing and shipping of a won opportunity in the desk: asked for by sales, done by the department."""

import pytest
from desk import USER_PASSWORD

pytestmark = pytest.mark.browser

WORDS = {
	"anna": {
		"group": "Folgeprozesse",
		"billing": "Abrechnung beauftragen",
		"shipping": "Versand beauftragen",
		"progress": "Abrechnung: 4 von 5 beauftragt",
		"done": "Als erledigt markieren",
	},
	"emma": {
		"group": "Follow-ups",
		"billing": "Request Billing",
		"shipping": "Request Shipping",
		"progress": "Billing: 4 of 5 requested",
		"done": "Mark as Done",
	},
}


@pytest.fixture
def won(api, world):
	"""Return a function that makes a won opportunity of a person: 3 bikes and 2 services."""

	def make(person: str) -> str:
		partner = api("Business Partner", partner_name=f"Radhaus {person} {world['bike']}", language="de")
		items = [{"item": world["bike"], "quantity": 3}, {"item": world["service"], "quantity": 2}]
		owner = world["users"][person]
		return api(
			"Sales Opportunity",
			party=partner,
			class_id="NEW",
			stage="Won",
			opportunity_owner=owner,
			items=items,
		)

	return make


@pytest.fixture(scope="module")
def biller(api, world) -> str:
	"""A user of the department that bills."""
	return api(
		"User",
		email=f"bernd.{world['bike']}@lindental.example".lower(),
		first_name="Bernd",
		language="de",
		new_password=USER_PASSWORD,
		send_welcome_email=0,
		roles=[{"role": "Sales Fulfilment"}],
	)


@pytest.mark.parametrize("person", ["anna", "emma"])
def test_sales_requests_a_part_in_one_dialog_and_sees_how_far_it_is(desk, world, won, person):
	words, opportunity = WORDS[person], won(person)
	someone = desk(world["users"][person])
	page = someone.page
	someone.open("Form", "Sales Opportunity", opportunity)
	page.get_by_text(words["progress"].replace("4", "0")).wait_for()
	someone.shoot(f"follow-ups-won-{person}")

	someone.choose_action(words["group"], words["billing"])
	dialog = page.locator(".modal.show .modal-dialog")
	someone.shoot(f"follow-ups-dialog-{person}")
	quantity = dialog.locator("tbody tr input").first
	quantity.click()
	someone.settle()  # the framework selects a number's text a moment after the click
	quantity.fill("2")
	quantity.press("Tab")
	someone.shoot(f"follow-ups-typed-{person}")
	dialog.locator("button.btn-primary:visible").click()
	page.wait_for_function("() => cur_frm && cur_frm.doc.doctype === 'Fulfilment Request'")
	someone.settle()
	someone.shoot(f"follow-ups-request-{person}")
	assert someone.value("net_total") == 2 * 5290 + 2 * 490

	someone.open("Form", "Sales Opportunity", opportunity)
	page.get_by_text(words["progress"]).wait_for()
	someone.settle()
	someone.shoot(f"follow-ups-part-{person}")
	someone.choose_action(words["group"], words["shipping"])
	dialog = page.locator(".modal.show .modal-dialog")
	assert dialog.locator("tbody tr").count() == 1, "a service is not shipped"
	dialog.locator("button.btn-primary:visible").click()
	page.wait_for_function("() => cur_frm && cur_frm.doc.kind === 'Shipping'")
	someone.open("List", "Fulfilment Request")
	someone.shoot(f"follow-ups-list-{person}")


def test_the_department_finds_its_request_and_finishes_it(desk, world, won, biller):
	opportunity = won("anna")
	anna = desk(world["users"]["anna"])
	name = anna.call(
		"sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups.create_fulfilment_request",
		opportunity=opportunity,
		kind="Billing",
	)
	task = {"assign_to": [biller], "doctype": "Fulfilment Request", "name": name}
	anna.call("frappe.desk.form.assign_to.add", **task)
	bernd = desk(biller)
	bernd.start()
	bernd.shoot("follow-ups-department-workspace")
	bernd.open("List", "Fulfilment Request")
	bernd.shoot("follow-ups-department-list")
	bernd.page.locator(f".list-row:has([data-name='{name}']) .list-subject a").first.click()
	bernd.page.wait_for_function("name => window.cur_frm?.doc.name === name", arg=name)
	bernd.settle()
	bernd.shoot("follow-ups-department-form")
	bernd.button(WORDS["anna"]["done"]).click()
	bernd.page.wait_for_function("() => cur_frm.doc.status === 'Done'")
	bernd.settle()
	bernd.shoot("follow-ups-department-done")
	assert bernd.value("done_by") == biller
	anna.open("Form", "Sales Opportunity", opportunity)
	done = anna.page.locator("table", has=anna.page.get_by_text("Abgerechnet", exact=True))
	done.wait_for()
	anna.settle()
	anna.shoot("follow-ups-what-is-done")
	rows = [row.split("\t") for row in done.inner_text().strip().splitlines()]
	assert [row[1:] for row in rows[1:3]] == [["3", "3"], ["2", "2"]]
	assert rows[3][1] == rows[3][2] == "€ 16.850,00"
