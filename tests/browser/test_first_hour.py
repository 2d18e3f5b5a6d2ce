"""The first hour: an administrator sets sales up, a salesperson enters the first deal with a new partner."""

import secrets

import pytest
from accessibility import faults
from clicks import counted
from desk import USER_PASSWORD, awaited
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_salesperson_enters_a_deal_with_a_new_partner_in_five_clicks(desk, world, api):
	key = world["partner"].split()[-1]
	api("Business Partner", partner_name=f"Radhaus {key} Nord GmbH")
	anna = desk(world["users"]["anna"])
	page = anna.page
	anna.open("List", "Sales Opportunity", "List")
	with counted(anna.context) as clicks:
		page.locator("button.primary-action:visible", has_text="Verkaufschance").click()
		page.wait_for_function("() => window.cur_frm?.is_new() && cur_frm.doctype === 'Sales Opportunity'")
		anna.settle()
		party = anna.field("party")
		party.locator("input").first.click()
		page.keyboard.type(f"Radhaus {key}", delay=20)
		party.locator("li", has_text="Neu erstellen").first.click()
		dialog = page.locator(".modal.show.so-partner-entry")
		name = dialog.locator("[data-fieldname='partner_name'] input")
		expect(name).to_be_visible()
		name.fill(f"Radhaus {key} Nord")
		alike = dialog.locator("[data-fieldname='so_alike'] button", has_text="Nord GmbH")
		alike.wait_for()
		anna.settle()
		anna.shoot("first-hour-1-partner-alike")
		name.fill(f"Radhaus {key} Süd GmbH")
		alike.wait_for(state="detached")
		for field, text in (
			("so_first_name", "Petra"),
			("so_last_name", "Probe"),
			("so_email", f"petra@radhaus-{key}.example"),
			("so_phone", "+49 761 1234"),
			("so_address_line1", "Talweg 3"),
			("so_pincode", "79100"),
			("so_city", "Freiburg"),
		):
			dialog.locator(f"[data-fieldname='{field}'] input").fill(text)
		anna.shoot("first-hour-2-partner")
		assert faults(page, ".modal.show .modal-body") == []
		dialog.locator("button.btn-primary:visible").click()
		dialog.wait_for(state="detached")
		page.wait_for_function("() => cur_frm.doc.party")
		anna.settle()
		class_id = anna.field("class_id").locator("input").first
		class_id.focus()
		page.keyboard.type("EXISTING", delay=20)
		anna.field("class_id").locator("li").first.wait_for()
		page.keyboard.press("Enter")
		page.keyboard.press("Tab")
		anna.settle()
		stage = anna.field("stage").locator("input").first
		if not anna.value("stage"):
			stage.focus()
			anna.field("stage").locator("li").first.wait_for()
			page.keyboard.press("Enter")
			page.keyboard.press("Tab")
			anna.settle()
		anna.save()
		assert clicks() <= 5, clicks()
	assert anna.value("party_name") == f"Radhaus {key} Süd GmbH"
	anna.shoot("first-hour-3-deal")


def test_an_administrator_finds_what_is_to_do_and_comes_back_to_it(desk, api):
	email = f"ada.{secrets.token_hex(3)}@lindental.example"
	api(
		"User",
		email=email,
		first_name="Ada",
		language="de",
		new_password=USER_PASSWORD,
		send_welcome_email=0,
		roles=[{"role": role} for role in ("System Manager", "Sales Manager", "Sales User")],
	)
	ada = desk(email)
	page = ada.page
	ada.open("set-up-sales")
	step = lambda key: page.locator(f".so-step[data-step='{key}']")  # noqa: E731
	head = lambda key: step(key).locator(".so-step-head")  # noqa: E731

	def unfold(key: str):
		if head(key).get_attribute("aria-expanded") != "true":
			head(key).focus()
			page.keyboard.press("Enter")
		expect(step(key).locator(".so-step-body")).to_be_visible()
		ada.settle()

	page.locator(".so-step").first.wait_for()
	unfold("company")
	step("company").locator("[data-fieldname='company_name'] input").fill("Radwerk Probe GmbH")
	paper = page.frame_locator(".so-setup-sheet iframe")
	paper.locator(".letterhead, .footer").filter(has_text="Radwerk Probe GmbH").first.wait_for()
	ada.shoot("first-hour-4-company")
	# The colour of its own main button is the framework's.
	assert [fault for fault in faults(page, ".so-setup") if "btn-primary" not in fault] == []

	unfold("people")
	name = "<img src=x onerror=alert(1)> Pat O'Neil"
	page.evaluate(
		"""([name, roles]) => {
			const { set_up } = frappe.pages["set-up-sales"];
			set_up.data.people = [{ name: "pat@lindental.example", full_name: name, roles, may_edit: true }];
			set_up.list_people();
		}""",
		[name, ["Sales User"]],
	)
	people = step("people").locator(".so-setup-people")
	assert people.locator(".avatar").get_attribute("title") == name
	assert people.locator("img").count() == 0
	people.get_by_role("button", name=f"Rollen ändern: {name}").click()
	page.wait_for_function("() => window.cur_dialog?.display")
	assert page.locator(".modal.show .modal-title").inner_text().strip() == f"Rollen von {name}"
	page.locator(".modal.show").get_by_role("checkbox", name="Nutzer Vertrieb", exact=True).wait_for()
	assert [role.is_checked() for role in page.locator(".modal.show input[type=checkbox]:visible").all()] == [
		True,
		False,
		False,
		False,
	]
	page.evaluate("() => cur_dialog.hide()")
	page.wait_for_function("() => !document.querySelector('.modal.show')")

	unfold("mail")
	for label in ("Anmeldename", "Postausgangsserver", "SSL verwenden"):
		expect(step("mail").get_by_label(label, exact=True)).to_be_visible()

	unfold("stages")
	assert step("stages").locator(".so-setup-set").count() == 4
	labels = [
		button.get_attribute("aria-label") for button in step("stages").locator(".so-setup-set button").all()
	]
	assert len(set(labels)) == 4 and all(": " in label for label in labels)
	expect(step("stages")).to_contain_text("Probefahrt")

	unfold("data")
	with page.expect_download() as download:
		step("data").locator("a", has_text="Vorlage herunterladen").first.click()
	assert download.value.suggested_filename == "Artikel.csv"
	step("data").locator("button", has_text="CSV hochladen").first.click()
	page.locator(".modal.show .file-uploader input[type=file]").first.set_input_files(
		{
			"name": "artikel.csv",
			"mimeType": "text/csv",
			"buffer": "Artikelcode;Artikelname;Preis;Einheit\nX1;Nabe;abc;Stück\n".encode(),
		}
	)
	page.locator(
		".modal.show button.btn-modal-primary:visible, .modal.show .btn-primary:visible"
	).first.click()
	expect(step("data").locator(".so-setup-problems")).to_contain_text("Zeile 2")
	ada.settle()
	ada.shoot("first-hour-5-data")

	open_one = awaited(
		lambda: page.locator(".so-step[data-state='open'], .so-step[data-state='skipped']").all()
	)
	key = open_one[0].get_attribute("data-step")
	unfold(key)
	if open_one[0].get_attribute("data-state") == "open":
		step(key).locator(".so-step-skip").click()
		ada.settle()
	page.reload()
	page.locator(".so-step").first.wait_for()
	ada.settle()
	assert step(key).get_attribute("data-state") == "skipped"
	unfold(key)
	step(key).locator(".so-step-skip").click()
	ada.settle()
	assert step(key).get_attribute("data-state") == "open"

	page.set_viewport_size({"width": 390, "height": 844})
	ada.settle()
	assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
	ada.shoot("first-hour-6-phone")
