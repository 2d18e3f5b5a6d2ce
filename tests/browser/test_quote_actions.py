"""What a salesperson does with quotes that exist: revise, compare, verify, choose the primary one."""

import pytest
from quotes import create_quote, issue, read_quote

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("person", "words"), [("anna", "de"), ("emma", "en")])
def test_a_quote_is_revised_compared_and_verified(desk, world, api, person, words):
	revise, compare, changed, unchanged = {
		"de": ("Neue Revision", "Vergleichen", "Geändert", "Das PDF ist unverändert"),
		"en": ("New Revision", "Compare", "Changed", "The PDF is unchanged"),
	}[words]
	partner = api("Business Partner", partner_name=f"Revision {person} {world['bike']}", language="de")
	opportunity = api(
		"Sales Opportunity",
		party=partner,
		class_id="NEW",
		stage="Inquiry",
		opportunity_owner=world["users"][person],
		items=[{"item": world["bike"], "quantity": 3}, {"item": world["service"], "quantity": 1}],
	)
	someone = desk(world["users"][person])
	page = someone.page
	quote = create_quote(someone, opportunity)
	issue(someone, read_quote(someone, quote))
	someone.open("Form", "Quote", quote)
	someone.shoot(f"quote-issued-{words}")
	stream = page.locator(".new-timeline").inner_text()
	assert all(
		word in stream for word in {"de": ("Entwurf", "Ausgestellt"), "en": ("Draft", "Issued")}[words]
	)
	assert "SHA-256" not in stream

	action(someone, revise)
	dialog = page.locator(".modal.show .modal-dialog")
	dialog.wait_for()
	someone.settle()
	someone.shoot(f"revision-dialog-{words}")
	dialog.locator("button.btn-primary:visible").click()
	page.wait_for_function("name => cur_frm.doc.name === name", arg=f"{quote}-R2")
	someone.settle()
	page.evaluate("() => frappe.model.set_value('Quote Item', cur_frm.doc.items[0].name, 'rate', 4990)")
	page.evaluate("() => cur_frm.set_value('payment_terms', '30 Tage netto')")
	someone.save()
	assert someone.value("supersedes") == quote

	action(someone, compare)
	dialog.wait_for()
	dialog.get_by_text(changed).wait_for()
	someone.settle()
	someone.shoot(f"comparison-{words}")
	assert "30 Tage netto" in dialog.inner_text()
	assert "4.990,00" in dialog.inner_text() or "4,990.00" in dialog.inner_text()
	page.keyboard.press("Escape")

	someone.open("Form", "Quote", quote)
	action(someone, {"de": "PDF prüfen", "en": "Verify PDF"}[words])
	page.get_by_text(unchanged).wait_for()
	someone.settle()
	someone.shoot(f"verified-{words}")


def quote_to_look_at(anna, world, api, title: str) -> str:
	"""Return Anna's draft for a customer without address and VAT ID, who would owe the VAT."""
	partner = api("Business Partner", partner_name=f"{title} {world['bike']}", tax_treatment="Reverse Charge")
	opportunity = api(
		"Sales Opportunity",
		party=partner,
		class_id="NEW",
		stage="Inquiry",
		opportunity_owner=world["users"]["anna"],
		items=[{"item": world["bike"], "quantity": 3}],
	)
	return create_quote(anna, opportunity)


def test_the_issue_dialog_says_what_is_wrong(desk, world, api):
	anna = desk(world["users"]["anna"])
	quote = quote_to_look_at(anna, world, api, "Prüfung")
	anna.open("Form", "Quote", quote)
	anna.button("Ausstellen").click()
	dialog = anna.page.locator(".modal.show .modal-dialog")
	dialog.get_by_text("Die USt-IdNr. des Kunden fehlt").wait_for()
	anna.settle()
	anna.shoot("issue-blocked")
	dialog.get_by_role("button", name="Schließen").last.click()
	anna.settle()
	assert anna.value("docstatus") == 0
	anna.page.evaluate("() => cur_frm.set_value('tax_treatment', 'Domestic')")
	anna.save()
	anna.button("Ausstellen").click()
	dialog.get_by_text("Der Kunde hat keine Anschrift").wait_for()
	anna.settle()
	anna.shoot("issue-warned")
	dialog.locator("button.btn-primary:visible").click()
	anna.page.wait_for_function("() => cur_frm.doc.docstatus === 1")


def test_a_long_quote_is_issued_while_the_seller_goes_on(desk, world, api):
	anna = desk(world["users"]["anna"])
	quote = quote_to_look_at(anna, world, api, "Lang")
	lines = [{"row_type": "Text", "description": f"Zeile {number}"} for number in range(100)]
	stored = read_quote(anna, quote)
	anna.call(
		"frappe.client.save", doc={**stored, "items": stored["items"] + lines, "tax_treatment": "Domestic"}
	)
	anna.open("Form", "Quote", quote)
	anna.button("Ausstellen").click()
	dialog = anna.page.locator(".modal.show .modal-dialog")
	dialog.get_by_text("Der Kunde hat keine Anschrift").wait_for()
	anna.settle()
	anna.page.evaluate(
		"""() => new MutationObserver(() => { window.seen_while_issuing ||= document.body.innerText.includes("wird im Hintergrund ausgestellt"); })
			.observe(document.body, { childList: true, subtree: true })"""
	)
	dialog.locator("button.btn-primary:visible").click()
	anna.page.wait_for_function("() => cur_frm.doc.docstatus === 1")
	anna.settle()
	assert anna.page.evaluate("() => window.seen_while_issuing")
	assert anna.value("pdf_file")
	assert anna.page.get_by_role("button", name="PDF herunterladen").is_visible()


def test_a_manager_previews_a_text_and_its_mistakes(desk, world):
	katrin = desk(world["users"]["katrin"])
	katrin.open("Form", "Quote Text", "Einleitung")
	dialog = katrin.page.locator(".modal.show .modal-dialog")
	for content, expected, picture in (
		("<p>für {{ doc.party_name }} bis {{ day(doc.valid_until) }}</p>", "31.12.2099", "text-preview"),
		("<p>für {{ doc.customer_name }}</p>", "customer_name", "text-mistake"),
	):
		katrin.page.evaluate("content => { cur_frm.doc.content = content; }", content)
		katrin.button("Vorschau").click()
		dialog.get_by_text(expected).wait_for()
		katrin.settle()
		katrin.shoot(picture)
		dialog.locator(".btn-modal-close:visible").click()
		katrin.settle()


def action(desk, label: str) -> None:
	"""Choose an entry of the form's menu of actions."""
	desk.settle()
	desk.page.locator(".inner-group-button:visible button").first.click()
	desk.page.locator(".inner-group-button .dropdown-item:visible", has_text=label).first.click()
