"""From a lead of ERPNext to its last invoice, on a site where ERPNext is installed; elsewhere the scenes are skipped."""

import json
import secrets

import pytest
from desk import USER_PASSWORD
from erpnext_walk import (
	accept,
	await_form,
	done,
	issue_quote,
	make_deal,
	make_lead,
	offer_items_of_erpnext_first,
	submit,
	win,
)
from grid_lines import add_line
from quotes import make_link

pytestmark = pytest.mark.browser

SETTINGS = "Sales Opportunity Settings"
NET, TAX, GROSS = 5540.36, 1052.67, 6593.03
"""4 bikes at 1,290.35 and 2 hours at 249.90, less 3 %, freight of 49.00, and 19 % tax."""
HALF, REST = (2794.69, 530.99, 3325.68), (2745.67, 521.68, 3267.35)
"""Net, tax and gross of the two invoices; the freight is on the first."""
SHIPPED = (2552.28, 2503.28)
"""Net, of the two delivery notes: 2 bikes each, less 3 %; the freight is on the first."""

WORDS = {
	"de": {
		"connections": "Verknüpfungen",
		"stage": "Anfrage",
		"quote": "Angebot erstellen",
		"issue": "Ausstellen",
		"won": "Als gewonnen abschließen",
		"group": "Folgeprozesse",
		"order": "Auftrag erstellen",
		"note": "Lieferschein erstellen",
		"billing": "Abrechnung beauftragen",
		"invoice": "Ausgangsrechnung erstellen",
		"customer": "Kunde",
		"overview": "Übersicht",
	},
	"en": {
		"connections": "Connections",
		"stage": "Inquiry",
		"quote": "Create Quote",
		"issue": "Issue",
		"won": "Close as Won",
		"group": "Follow-ups",
		"order": "Create Sales Order",
		"note": "Create Delivery Note",
		"billing": "Request Billing",
		"invoice": "Create Sales Invoice",
		"customer": "Customer",
		"overview": "Overview",
	},
}
PEOPLE = {"de": ("anna", "bernd"), "en": ("emma", "brian")}


@pytest.fixture(scope="module")
def erpnext(api):
	"""Items of ERPNext with their prices, bikes on stock, and who sells and who bills them in German and in English."""
	if "erpnext" not in api.call("frappe.utils.change_log.get_versions"):
		pytest.skip("ERPNext is not installed on this site")

	def first(doctype: str, **filters) -> str:
		values = {"doctype": doctype, "filters": json.dumps(filters), "limit_page_length": 1}
		return api.call("frappe.client.get_list", **values)[0]["name"]

	def single(doctype: str, field: str) -> str:
		return api.call("frappe.client.get_single_value", doctype=doctype, field=field)

	def user(person: str, language: str, *roles: str) -> str:
		return api(
			"User",
			email=f"{person}.{key}@lindental.example",
			first_name=person.title(),
			language=language,
			new_password=USER_PASSWORD,
			send_welcome_email=0,
			roles=[{"role": role} for role in roles],
		)

	key = secrets.token_hex(3)
	company = single("Global Defaults", "default_company")
	warehouse = first("Warehouse", company=company, is_group=0)
	price_list = single("Selling Settings", "selling_price_list")

	def item(code: str, name: str, price: float, **values) -> str:
		made = api(
			"Item",
			item_code=f"{code}-{key}",
			item_name=name,
			item_group=first("Item Group", is_group=0),
			stock_uom=single("Stock Settings", "stock_uom"),
			taxes=[{"item_tax_template": first("Item Tax Template", title="19 %", company=company)}],
			item_defaults=[{"company": company, "default_warehouse": warehouse}],
			**values,
		)
		api("Item Price", item_code=made, price_list=price_list, price_list_rate=price)
		return made

	bike = item("RAD", "Lastenrad Packesel", 1290.35, is_stock_item=1)
	service = item("SERVICE", "Einweisung vor Ort", 249.90, is_stock_item=0)
	receipt = api(
		"Stock Entry",
		stock_entry_type=first("Stock Entry Type", purpose="Material Receipt"),
		company=company,
		items=[{"item_code": bike, "qty": 20, "t_warehouse": warehouse, "basic_rate": 700}],
	)
	api.update("Stock Entry", receipt, docstatus=1)
	return {
		"bike": bike,
		"service": service,
		"key": key,
		"sellers": {
			language: user(seller, language, "Sales User") for language, (seller, _) in PEOPLE.items()
		},
		"billers": {
			language: user(biller, language, "Accounts User", "Sales Fulfilment")
			for language, (_, biller) in PEOPLE.items()
		},
	}


@pytest.fixture
def billed_by(api):
	"""Return a function that lets requests for billing go to somebody while the scene lasts."""
	before = api.read(SETTINGS, SETTINGS).get("billing_assignee")
	yield lambda user: api.update(SETTINGS, SETTINGS, billing_assignee=user)
	api.update(SETTINGS, SETTINGS, billing_assignee=before)


@pytest.mark.parametrize("language", ["de", "en"])
def test_from_a_lead_to_the_last_invoice(desk, erpnext, billed_by, browser, api, screenshots, language):
	words, key = WORDS[language], erpnext["key"]
	billed_by(erpnext["billers"][language])
	someone = desk(erpnext["sellers"][language])
	biller = desk(erpnext["billers"][language])
	shots = iter(range(1, 100))

	def shoot(name: str, who=someone) -> None:
		who.shoot(f"erpnext-{language}-{next(shots):02}-{name}")

	def figures(doctype: str, name: str) -> tuple[float, float, float]:
		doc = api.read(doctype, name)
		assert doc["docstatus"] == 1
		net = round(doc["grand_total"] - doc["total_taxes_and_charges"] + freight_of(doc), 2)
		return net, round(doc["grand_total"] - net, 2), doc["grand_total"]

	lead = make_lead(someone, f"Radhaus {language} {key}")
	offer_items_of_erpnext_first(someone)
	shoot("lead")
	someone.tab(words["connections"])
	shoot("lead-connections")
	deal = make_deal(someone, lead, words)
	shoot("deal-new")
	someone.save()
	assert someone.value("party_name") == f"Radhaus {language} {key}"
	someone.tab("Details")
	add_line(someone, erpnext["bike"], "4")
	add_line(someone, erpnext["service"], "2")
	someone.save()
	someone.type("discount_percentage", "3")
	someone.type("freight", "49")
	someone.save()
	deal = someone.value("name")
	shoot("deal")

	quote = issue_quote(someone, words)
	assert [someone.value(field) for field in ("net_total", "tax_total", "gross_total")] == [NET, TAX, GROSS]
	shoot("quote-issued")
	accept(
		browser, make_link(someone, quote), screenshots / f"erpnext-{language}-{next(shots):02}-accepted.png"
	)
	win(someone, words)
	someone.open("Form", "Sales Opportunity", deal)
	someone.tab(words["overview"])
	assert someone.value("party_type") == "Customer"
	customer = someone.value("party")
	shoot("deal-won")

	def follow_up(action: str, doctype: str, *quantities: str) -> str:
		"""Have a document made of the deal in the dialog, with these quantities instead of all."""
		someone.open("Form", "Sales Opportunity", deal)
		someone.choose_action(words["group"], action)
		dialog = someone.page.locator(".modal.show .modal-dialog")
		for entry, quantity in zip(dialog.locator("tbody input").all(), quantities, strict=False):
			entry.click()
			someone.settle()  # the framework selects a number's text a moment after the click
			entry.fill(quantity)
			entry.press("Tab")
			someone.settle()
		shoot(f"{doctype}-dialog")
		dialog.locator("button.btn-primary:visible").click()
		await_form(someone, doctype)
		return someone.value("name")

	def bill(request: str) -> str:
		"""Let the department make and submit the invoice of a request."""
		biller.open("Form", "Fulfilment Request", request)
		shoot("request-for-billing", biller)
		assert biller.field("party").locator("label").inner_text().strip() == words["customer"]
		first = biller.page.locator(".page-actions .btn-primary:visible").first
		assert first.inner_text().strip() == words["invoice"]
		first.click()
		await_form(biller, "Sales Invoice")
		submit(biller)
		shoot("invoice", biller)
		return biller.value("name")

	order = follow_up(words["order"], "Sales Order")
	submit(someone)
	shoot("order")
	assert figures("Sales Order", order) == (NET, TAX, GROSS)
	assert someone.value("customer") == customer
	assert done(someone, deal) == [["4", "4"], ["2", "2"], [NET, NET]]

	note = follow_up(words["note"], "Delivery Note", "2")
	submit(someone)
	shoot("delivery-note")
	assert figures("Delivery Note", note)[0] == SHIPPED[0]
	assert done(someone, deal) == [["4", "4", "2"], ["2", "2", ""], [NET, NET, SHIPPED[0]]]
	shoot("deal-half-delivered")

	invoice = bill(follow_up(words["billing"], "Fulfilment Request", "2", "1"))
	assert figures("Sales Invoice", invoice) == HALF
	assert done(someone, deal) == [["4", "4", "2", "2"], ["2", "2", "1", ""], [NET, NET, HALF[0], SHIPPED[0]]]
	shoot("deal-half-billed")

	note = follow_up(words["note"], "Delivery Note")
	submit(someone)
	assert figures("Delivery Note", note)[0] == SHIPPED[1]
	rest = bill(follow_up(words["billing"], "Fulfilment Request"))
	assert figures("Sales Invoice", rest) == REST
	assert done(someone, deal) == [["4", "4", "4", "4"], ["2", "2", "2", ""], [NET, NET, NET, sum(SHIPPED)]]
	shoot("deal-done")
	someone.open("Form", "Customer", customer)
	shoot("customer")


def freight_of(doc: dict) -> float:
	"""Return the freight of a document of ERPNext, which has it among its taxes."""
	return sum(row["tax_amount"] for row in doc["taxes"] if row["tax_amount"] == 49)


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
