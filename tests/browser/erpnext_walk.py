"""What people click between a lead of ERPNext and its last invoice."""

from pathlib import Path

from desk import Desk, new_context
from playwright.sync_api import Browser
from signing import sign


def await_form(desk: Desk, doctype: str) -> None:
	"""Wait for the form of a stored document of a DocType."""
	desk.page.wait_for_function(
		"doctype => cur_frm?.doc.doctype === doctype && !cur_frm.is_new()", arg=doctype
	)
	desk.settle()


def offer_items_of_erpnext_first(desk: Desk) -> None:
	"""Let new lines be as on a site that has no items of this app; other scenes may have made some."""
	desk.page.evaluate("() => (frappe.boot.sales_opportunity_default_masters.item = 'Item')")


def make_lead(desk: Desk, company: str) -> str:
	"""Make a lead of a company in the form, and return its name."""
	desk.new("Lead")
	desk.type("first_name", "Lena")
	desk.type("last_name", "Licht")
	desk.type("company_name", company)
	desk.save()
	return desk.value("name")


def make_deal(desk: Desk, lead: str, words: dict) -> None:
	"""Begin a deal from the connections of a lead that is open."""
	desk.page.locator(".form-documents [data-doctype='Sales Opportunity'] .btn-new:visible").click()
	desk.page.wait_for_function("() => cur_frm?.doc.doctype === 'Sales Opportunity' && cur_frm.is_new()")
	desk.settle()
	assert (desk.value("party_type"), desk.value("party")) == ("Lead", lead)
	desk.choose("class_id", "NEW")
	desk.choose("stage", words["stage"])


def issue_quote(desk: Desk, words: dict) -> str:
	"""Make and issue the quote of an open deal, and return its name."""
	desk.button(words["quote"]).click()
	desk.page.locator(".modal.show button.btn-primary:visible").click()
	await_form(desk, "Quote")
	desk.button(words["issue"]).click()
	desk.page.locator(".modal.show button.btn-primary:visible").click()
	desk.page.wait_for_function("() => cur_frm.doc.docstatus === 1")
	desk.settle()
	return desk.value("name")


def accept(browser: Browser, link: str, picture: Path) -> None:
	"""Accept a quote on the customer's page, in a browser in which nobody has logged in."""
	context = new_context(browser, viewport={"width": 1280, "height": 900})
	page = context.new_page()
	page.goto(link)
	page.get_by_label("Ihr Name").first.fill("Lena Licht")
	page.locator("[name=consent]").check()
	sign(page)
	page.get_by_role("button", name="Verbindlich annehmen").click()
	page.get_by_text("hat dieses Angebot am").wait_for()
	page.screenshot(path=picture)
	context.close()


def win(desk: Desk, words: dict) -> None:
	"""Close the deal of an accepted quote, whose form is open, as won."""
	desk.page.evaluate("() => cur_frm.reload_doc()")
	desk.settle()
	desk.button(words["won"]).click()
	dialog = desk.page.locator(".modal.show .modal-dialog")
	dialog.wait_for()
	dialog.get_by_role("button", name=words["won"]).click()
	desk.page.wait_for_function("() => cur_frm.doc.__onload.answering.opportunity_status === 'Won'")
	desk.settle()


def submit(desk: Desk) -> None:
	"""Submit the draft of ERPNext whose form is open."""
	desk.page.locator(".standard-actions button.btn-primary:visible").click()
	desk.page.locator(".modal.show button.btn-primary:visible").click()
	desk.page.wait_for_function("() => cur_frm.doc.docstatus === 1")
	desk.settle()


def done(desk: Desk, deal: str) -> list[list]:
	"""Return what the form of a deal shows of what was sold, ordered, shipped and billed: a line each, and the net sums."""
	desk.open("Form", "Sales Opportunity", deal)
	desk.page.evaluate("() => cur_frm.reload_doc()")
	desk.settle()
	rows = desk.page.locator(".form-dashboard table tbody tr").all()
	read = [[cell.inner_text().strip() for cell in row.locator("td").all()[1:]] for row in rows]
	return [*read[:-1], [amount(text) for text in read[-1]]]


def amount(text: str) -> float:
	"""Return the number of an amount of euros as it is written in German."""
	return float(text.removeprefix("€").strip().replace(".", "").replace(",", "."))
