"""From a lead of ERPNext to its Sales Order, on a site where ERPNext is installed; elsewhere the scene is skipped."""

import json
import secrets

import pytest
from desk import USER_PASSWORD, new_context
from grid_lines import add_line
from quotes import make_link
from signing import sign

pytestmark = pytest.mark.browser

PRICE, QUANTITY = 1290, 3
WORDS = {
	"de": {
		"connections": "Verknüpfungen",
		"stage": "Anfrage",
		"quote": "Angebot erstellen",
		"issue": "Ausstellen",
		"won": "Als gewonnen abschließen",
		"group": "Folgeprozesse",
		"order": "Auftrag erstellen",
	},
	"en": {
		"connections": "Connections",
		"stage": "Inquiry",
		"quote": "Create Quote",
		"issue": "Issue",
		"won": "Close as Won",
		"group": "Follow-ups",
		"order": "Create Sales Order",
	},
}


@pytest.fixture(scope="module")
def erpnext(api):
	"""An item of ERPNext with its price, and who sells it in German and in English."""
	if "erpnext" not in api.call("frappe.utils.change_log.get_versions"):
		pytest.skip("ERPNext is not installed on this site")

	def first(doctype: str, **filters) -> str:
		values = {"doctype": doctype, "filters": json.dumps(filters), "limit_page_length": 1}
		return api.call("frappe.client.get_list", **values)[0]["name"]

	def single(doctype: str, field: str) -> str:
		return api.call("frappe.client.get_single_value", doctype=doctype, field=field)

	key = secrets.token_hex(3)
	company = single("Global Defaults", "default_company")
	item = api(
		"Item",
		item_code=f"RAD-{key}",
		item_name="Lastenrad Packesel",
		item_group=first("Item Group", is_group=0),
		stock_uom=single("Stock Settings", "stock_uom"),
		is_stock_item=0,
		taxes=[{"item_tax_template": first("Item Tax Template", title="19 %", company=company)}],
	)
	price_list = single("Selling Settings", "selling_price_list")
	api("Item Price", item_code=item, price_list=price_list, price_list_rate=PRICE)
	users = {
		language: api(
			"User",
			email=f"{person}.{key}@lindental.example",
			first_name=person.title(),
			language=language,
			new_password=USER_PASSWORD,
			send_welcome_email=0,
			roles=[{"role": "Sales User"}],
		)
		for language, person in (("de", "anna"), ("en", "emma"))
	}
	return {"item": item, "users": users, "key": key}


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_lead_becomes_a_customer_with_its_order(desk, erpnext, browser, screenshots, language):
	words = WORDS[language]
	someone = desk(erpnext["users"][language])
	page = someone.page
	company = f"Radhaus {language} {erpnext['key']}"

	someone.new("Lead")
	someone.type("first_name", "Lena")
	someone.type("last_name", "Licht")
	someone.type("company_name", company)
	someone.save()
	lead = someone.value("name")
	someone.shoot(f"erpnext-{language}-1-lead")

	someone.tab(words["connections"])
	someone.shoot(f"erpnext-{language}-1b-connections")
	page.locator(".form-documents [data-doctype='Sales Opportunity'] .btn-new:visible").click()
	page.wait_for_function("() => cur_frm?.doc.doctype === 'Sales Opportunity' && cur_frm.is_new()")
	someone.settle()
	assert (someone.value("party_type"), someone.value("party")) == ("Lead", lead)
	someone.choose("class_id", "NEW")
	someone.choose("stage", words["stage"])
	someone.shoot(f"erpnext-{language}-2-new-deal")
	someone.save()
	deal = someone.value("name")
	assert someone.value("party_name") == company
	someone.tab("Details")
	add_line(someone, erpnext["item"], str(QUANTITY))
	someone.save()
	assert someone.value("amount") == PRICE * QUANTITY
	someone.shoot(f"erpnext-{language}-3-deal")

	someone.button(words["quote"]).click()
	dialog = page.locator(".modal.show .modal-dialog")
	dialog.wait_for()
	dialog.locator("button.btn-primary:visible").click()
	page.wait_for_function("() => cur_frm?.doc.doctype === 'Quote' && !cur_frm.is_new()")
	someone.settle()
	someone.shoot(f"erpnext-{language}-4-quote")
	someone.button(words["issue"]).click()
	page.locator(".modal.show button.btn-primary:visible").click()
	page.wait_for_function("() => cur_frm.doc.docstatus === 1")
	someone.settle()
	quote, gross = someone.value("name"), someone.value("gross_total")
	someone.shoot(f"erpnext-{language}-5-issued")

	context = new_context(browser, viewport={"width": 1280, "height": 900})
	customer = context.new_page()
	customer.goto(make_link(someone, quote))
	customer.get_by_label("Ihr Name").first.fill("Lena Licht")
	customer.locator("[name=consent]").check()
	sign(customer)
	customer.get_by_role("button", name="Verbindlich annehmen").click()
	customer.get_by_text("hat dieses Angebot am").wait_for()
	customer.screenshot(path=screenshots / f"erpnext-{language}-6-accepted.png")
	context.close()

	page.evaluate("() => cur_frm.reload_doc()")
	someone.settle()
	someone.button(words["won"]).click()
	dialog = page.locator(".modal.show .modal-dialog")
	dialog.wait_for()
	someone.shoot(f"erpnext-{language}-7-close-as-won")
	dialog.get_by_role("button", name=words["won"]).click()
	page.wait_for_function("() => cur_frm.doc.__onload.answering.opportunity_status === 'Won'")
	someone.settle()

	someone.open("Form", "Sales Opportunity", deal)
	someone.shoot(f"erpnext-{language}-8-won")
	assert someone.value("party_type") == "Customer"
	party = someone.value("party")
	page.locator(".inner-group-button button:visible", has_text=words["group"]).first.click()
	page.locator(".inner-group-button .dropdown-item:visible", has_text=words["order"]).click()
	dialog = page.locator(".modal.show .modal-dialog")
	dialog.locator("tbody tr").first.wait_for()
	someone.shoot(f"erpnext-{language}-9-order-dialog")
	dialog.locator("button.btn-primary:visible").click()
	page.wait_for_function("() => cur_frm?.doc.doctype === 'Sales Order'")
	someone.settle()
	someone.shoot(f"erpnext-{language}-10-order")
	order = someone.call(
		"frappe.client.get_value",
		doctype="Sales Order",
		filters={"sales_opportunity": deal},
		fieldname=["name", "customer", "grand_total", "net_total"],
	)
	assert (order["customer"], order["net_total"], order["grand_total"]) == (party, PRICE * QUANTITY, gross)
	someone.open("Form", "Customer", party)
	someone.shoot(f"erpnext-{language}-11-customer")


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_system_manager_sees_what_a_takeover_would_do(desk, erpnext, make_admin, api, language):
	action, begin, result = {
		"de": ("Aus ERPNext übernehmen", "Beginnen", "Gespeichert wurde nichts."),
		"en": ("Take Over from ERPNext", "Begin", "Nothing was stored."),
	}[language]
	customer = api("Customer", customer_name=f"Altkunde {language} {erpnext['key']}", customer_type="Company")
	opportunity = api(
		"Opportunity",
		opportunity_from="Customer",
		party_name=customer,
		currency="EUR",
		opportunity_amount=750,
	)
	ada_user = make_admin()
	api.update("User", ada_user, language=language)
	ada = desk(ada_user)
	page = ada.page
	ada.open("Form", "Sales Opportunity Settings", "Sales Opportunity Settings")
	page.locator(".inner-group-button button:visible", has_text="ERPNext").first.click()
	page.locator(".inner-group-button .dropdown-item:visible", has_text=action).click()
	dialog = page.locator(".modal.show .modal-dialog")
	dialog.wait_for()
	ada.choose("class_id", "NEW", within=dialog)
	ada.shoot(f"erpnext-{language}-takeover-asks")
	dialog.get_by_role("button", name=begin).click()
	page.get_by_text(result).wait_for()
	ada.shoot(f"erpnext-{language}-takeover-result")
	assert api.read("Opportunity", opportunity).get("sales_opportunity") is None
