"""From the opportunity to the customer's inbox: few clicks, a real mail server, and no e-mail that fails unseen."""

import json

import pytest
from clicks import counted
from quotes import DOCTYPES, create_quote

from sales_opportunity.tests.waiting import awaited

pytestmark = pytest.mark.browser


def opportunity_for(api, world, person: str, address: str, language: str) -> str:
	"""Return an opportunity of the person, whose contact has this address."""
	partner = api("Business Partner", partner_name=f"Versand {address} {world['bike']}", language=language)
	link = [{"link_doctype": "Business Partner", "link_name": partner}]
	contact = api(
		"Contact",
		first_name="Sabine",
		last_name="Hoffmann",
		gender="Female",
		email_ids=[{"email_id": address, "is_primary": 1}],
		links=link,
	)
	return api(
		"Sales Opportunity",
		party=partner,
		contact=contact,
		class_id="NEW",
		stage="Inquiry",
		opportunity_owner=world["users"][person],
		items=[{"item": world["bike"], "quantity": 3}],
	)


@pytest.mark.parametrize(
	("person", "language", "labels"),
	[
		("anna", "de", ("Angebot erstellen", "Ausstellen und senden", "Übergeben")),
		("emma", "en", ("Create Quote", "Issue and Send", "Handed Over")),
	],
)
def test_from_the_opportunity_to_the_sent_quote_in_four_clicks(
	desk, world, api, inbox, person, language, labels
):
	create, send, handed_over = labels
	someone = desk(world["users"][person])
	page = someone.page
	name = opportunity_for(api, world, person, f"{person}@kunde.example", language)
	someone.open("Form", "Sales Opportunity", name)
	dialog = page.locator(".modal.show .modal-dialog")
	with counted(someone.context) as clicks:
		someone.button(create).click()
		dialog.wait_for()
		dialog.locator("button.btn-primary:visible").click()
		page.wait_for_function("() => cur_frm && cur_frm.doc.doctype === 'Quote' && !cur_frm.is_new()")
		someone.settle()
		someone.shoot(f"send-1-quote-{language}")
		someone.button(send).click()
		dialog.locator(".ql-editor[contenteditable]").wait_for()
		someone.settle()
		someone.shoot(f"send-2-dialog-{language}")
		dialog.locator("button.btn-primary:visible").click()
		page.wait_for_function("() => cur_frm.doc.docstatus === 1")
		assert clicks() == 4

	def is_sent() -> bool:
		page.evaluate("() => cur_frm.reload_doc()")
		someone.settle()
		return inbox.received and someone.value("status") == "Sent"

	awaited(is_sent)
	someone.shoot(f"send-3-sent-{language}")
	someone.tab("Dokument" if language == "de" else "Document")
	assert someone.shown("email_status") == handed_over
	someone.shoot(f"send-4-document-{language}")
	message = inbox.received.pop()
	assert message["To"] == f"{person}@kunde.example"
	assert someone.value("name") in message["Subject"]
	assert [part.get_content_type() for part in message.iter_attachments()] == ["application/pdf"]

	subject = message["Subject"]
	someone.open("Form", "Sales Opportunity", name)
	page.locator(".timeline-item", has_text=subject).first.wait_for()
	someone.shoot(f"send-5-opportunity-{language}")


def test_an_e_mail_that_fails_is_seen_on_the_quote(desk, world, api, inbox):
	anna = desk(world["users"]["anna"])
	page = anna.page
	name = opportunity_for(api, world, "anna", "weg@refused.example", "de")
	quote = create_quote(anna, name)
	mail = {"recipients": "weg@refused.example", "subject": "Angebot", "content": "<p>Anbei</p>"}
	anna.call(f"{DOCTYPES}.quote.sending.send_quote", quote=quote, **mail)
	anna.open("Form", "Quote", quote)
	assert anna.value("status") == "Issued"
	filters = json.dumps([["communication", "=", anna.value("last_email")]])
	[waiting] = api.request.get(f"/api/resource/Email Queue?filters={filters}").json()["data"]

	def has_failed() -> bool:
		api.request.post(
			"/api/method/frappe.email.doctype.email_queue.email_queue.send_now",
			data={"name": waiting["name"]},
			headers=api.headers,
		)
		page.evaluate("() => cur_frm.reload_doc()")
		anna.settle()
		return anna.value("email_status") == "Failed"

	awaited(has_failed)
	page.get_by_text("konnte nicht gesendet werden").first.wait_for()
	anna.shoot("send-failed")
	assert (anna.value("status"), anna.value("email_status")) == ("Issued", "Failed")


def test_the_sender_leaves_a_data_sheet_out_by_one_click_more(desk, world, api, inbox):
	"""Three clicks from the draft: the dialog, the tick, sending; the form lists what went with the quote."""

	def private_file(name: str) -> str:
		file = api("File", file_name=name, content=f"{name} of {world['bike']}", is_private=1)
		return api.read("File", file)["file_url"]

	item = api(
		"Sales Item",
		item_code=f"SHEETS-{world['bike']}",
		item_name="Rad mit Datenblatt",
		unit="Piece",
		price=100,
		documents=[
			{"title": title, "file": private_file(f"{title}.txt"), "goes_with_quotes": 1}
			for title in ("Datenblatt", "Maßzeichnung")
		],
	)
	opportunity = opportunity_for(api, {**world, "bike": item}, "anna", "blatt@kunde.example", "de")
	anna = desk(world["users"]["anna"])
	page = anna.page
	anna.open("Form", "Quote", create_quote(anna, opportunity))
	dialog = page.locator(".modal.show .modal-dialog")
	with counted(anna.context) as clicks:
		anna.button("Ausstellen und senden").click()
		dialog.locator(".ql-editor[contenteditable]").wait_for()
		anna.settle()
		anna.shoot("send-documents-dialog")
		dialog.get_by_label("Maßzeichnung").uncheck()
		dialog.locator("button.btn-primary:visible").click()
		page.wait_for_function("() => cur_frm.doc.docstatus === 1")
		assert clicks() == 3
	anna.settle()
	anna.tab("Dokument")
	assert page.locator(".so-documents a").all_inner_texts() == ["Datenblatt", "Maßzeichnung"]
	anna.shoot("send-documents-form")
	awaited(lambda: inbox.received)
	names = [part.get_filename() for part in inbox.received.pop().iter_attachments()]
	assert names[1:] == ["Datenblatt.txt"]
