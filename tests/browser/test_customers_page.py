"""The customer answers on a phone, without a login; the salesperson sees it and closes the opportunity."""

import re

import pytest
from accessibility import faults
from bell import open_from_bell
from clicks import counted
from console_errors import is_own_exception, is_own_source
from desk import HAS_FAILED, URL, WANTS_PICTURES, new_context
from quotes import create_quote, issue, make_link, read_quote
from signing import sign

pytestmark = pytest.mark.browser

REVISIONS = "sales_opportunity.sales_opportunity.doctype.quote.revisions"

CHOOSE = "**/api/method/sales_opportunity.portal.quote_page.choose"

NOT_FOUND = re.compile("status of 404")
"""What the browser says of a link that does not work."""

PHONE = {
	"viewport": {"width": 390, "height": 844},
	"device_scale_factor": 2,
	"has_touch": True,
	"is_mobile": True,
}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def visit(browser, screenshots, request):
	"""Return a function that opens an address as somebody who has never been here; no page may leave an error."""
	contexts, errors, calls = [], [], []

	def note_exception(error):
		if is_own_exception(error.stack or ""):
			errors.append(str(error))

	def note_message(message):
		if message.type == "error" and is_own_source(message.location.get("url") or ""):
			errors.append(message.text)

	def go(url: str, **options):
		context = new_context(browser, **options)
		contexts.append(context)
		page = context.new_page()
		page.on("pageerror", note_exception)
		page.on("console", note_message)
		page.on("request", lambda each: calls.append(f"{each.method} {each.url} {each.post_data or ''}"))
		page.on("response", lambda each: calls.append(f"{each.status} {each.url}"))
		page.goto(url)
		page.shoot = lambda name, **values: (
			WANTS_PICTURES and page.screenshot(path=screenshots / f"{name}.png", **values)
		)
		return page

	yield go
	for context in contexts:
		if request.node.stash.get(HAS_FAILED, False):
			print(*calls, *(page.inner_text("body") for page in context.pages), sep="\n")
		context.close()
	assert [error for error in errors if not NOT_FOUND.search(error)] == []


def with_option(bike: dict, service: dict) -> list[dict]:
	"""Return the lines of a quote with an optional one."""
	option = {
		"doctype": "Quote Item",
		"row_type": "Optional",
		"item": bike["item"],
		"quantity": 1,
		"rate": 199,
		"item_name": "Anhängerkupplung",
		"description": "<p>Für alle Modelle</p>",
	}
	return [bike, service, option]


@pytest.fixture
def issued(desk, world, api):
	"""Return a function that gives a salesperson's desk, an issued quote and a link for its customer."""

	def make(person: str, language: str, key: str, lines=with_option, plan=()):
		partner = api("Business Partner", partner_name=f"Kundin {key} {world['bike']}", language=language)
		opportunity = api(
			"Sales Opportunity",
			party=partner,
			class_id="NEW",
			stage="Inquiry",
			opportunity_owner=world["users"][person],
			items=[{"item": world["bike"], "quantity": 3}, {"item": world["service"], "quantity": 1}],
			instalments=plan,
		)
		someone = desk(world["users"][person])
		quote = create_quote(someone, opportunity)
		draft = read_quote(someone, quote)
		issue(someone, {**draft, "items": lines(*draft["items"])})
		return someone, quote, make_link(someone, quote)

	return make


def test_a_customer_signs_on_the_phone_and_the_owner_closes_as_won(issued, visit):
	anna, quote, url = issued("anna", "de", "Telefon")
	page = visit(url, **PHONE)
	assert "16.360,00" in page.locator(".totals").inner_text()
	assert page.evaluate("document.documentElement.scrollWidth") <= 390
	assert not page.locator(".navbar, .web-footer, a[href*=login]").count()
	page.shoot("customer-phone-de", full_page=True)
	page.shoot("customer-phone-de-top")

	page.locator(".dock a").click()
	page.get_by_label("Ihr Name").first.fill("Sabine Hoffmann")
	page.get_by_role("button", name="Verbindlich annehmen").click()
	page.get_by_text("Zeichnen Sie Ihre Unterschrift in das Feld").wait_for()
	sign(page)
	page.get_by_role("button", name="Verbindlich annehmen").click()
	page.get_by_text("Bitte bestätigen Sie, dass Sie das Angebot annehmen.").wait_for()
	page.locator("[name=consent]").check()
	page.shoot("customer-phone-de-signing")
	assert faults(page, "body") == []
	page.get_by_role("button", name="Verbindlich annehmen").click()
	page.get_by_text("Sabine Hoffmann hat dieses Angebot am").wait_for()
	page.shoot("customer-phone-de-accepted")
	assert faults(page, "body") == []
	assert not page.locator("#form-accept").count()

	anna.open("Form", "Quote", quote)
	anna.page.evaluate("() => cur_frm.reload_doc()")
	anna.settle()
	anna.page.get_by_text("Sabine Hoffmann hat dieses Angebot angenommen.").wait_for()
	anna.shoot("customer-accepted-in-desk")
	anna.button("Als gewonnen abschließen").click()
	dialog = anna.page.locator(".modal.show .modal-dialog")
	dialog.wait_for()
	anna.settle()
	anna.shoot("customer-accepted-close-as-won")
	assert dialog.locator("[data-fieldname=won_quote] select").input_value() == quote
	dialog.get_by_role("button", name="Als gewonnen abschließen").click()
	anna.page.wait_for_function("() => cur_frm.doc.__onload.answering.opportunity_status === 'Won'")
	answer = anna.page.evaluate("quote => frappe.db.get_value('Quote Answer', { quote }, 'name')", quote)
	anna.open("Form", "Quote Answer", answer["message"]["name"])
	anna.page.wait_for_function(
		"() => document.querySelector('[data-fieldname=signature_image] img')?.naturalWidth"
	)
	anna.settle()
	anna.shoot("customer-answer")


def test_a_customer_puts_the_offer_together_and_accepts_it_in_four_clicks(issued, visit):
	"""On a phone, in German: a tick at the option, the typed name, the consent, and the button."""
	_anna, quote, url = issued("anna", "de", "Wahl")
	page = visit(url, **PHONE)
	with counted(page.context) as clicks:
		page.get_by_label("Anhängerkupplung").check()
		page.locator(".totals", has_text="16.559,00").last.wait_for()
		page.shoot("customer-choice-phone-de", full_page=True)
		assert page.evaluate("document.documentElement.scrollWidth") <= 390
		assert faults(page, "body") == []
		page.locator("#accept-name").fill("Sabine Hoffmann")
		page.get_by_label("Getippten Namen verwenden").check()
		page.locator("[name=consent]").check()
		page.get_by_role("button", name="Verbindlich annehmen").click()
		page.get_by_text("Sabine Hoffmann hat dieses Angebot am").wait_for()
		assert clicks() == 4
	assert f"{quote}-R2" in page.locator(".eyebrow").inner_text()
	assert "16.559,00" in page.locator(".sums").inner_text()
	assert not page.locator(".pick").count()
	page.shoot("customer-choice-accepted-de", full_page=True)


@pytest.mark.parametrize(
	("person", "language", "device", "names", "texts", "sums"),
	[
		(
			"anna",
			"de",
			PHONE,
			("Lastenrad Cargo", "Bügelschloss", "Faltschloss"),
			(
				"Menge von Bügelschloss",
				"Menge von Bügelschloss: von 2 bis 5, in Schritten von 1.",
				"Ihr Name",
				"Getippten Namen verwenden",
				"Verbindlich annehmen",
				"hat dieses Angebot am",
			),
			(
				("18.460,00", "3.507,40", "21.967,40"),
				("18.579,90", "3.530,18", "22.110,08"),
				("18.639,80", "3.541,56", "22.181,36"),
				("18.819,60", "3.575,72", "22.395,32"),
				"(15.870,00",
				"(119,90",
			),
		),
		(
			"emma",
			"en",
			DESKTOP,
			("Cargo Bike XL", "U-Lock", "Folding Lock"),
			(
				"Quantity of U-Lock",
				"Quantity of U-Lock: from 2 to 5, in steps of 1.",
				"Your name",
				"Use my typed name",
				"Accept with binding effect",
				"accepted this quote on",
			),
			(
				("18,460.00", "3,507.40", "21,967.40"),
				("18,579.90", "3,530.18", "22,110.08"),
				("18,639.80", "3,541.56", "22,181.36"),
				("18,819.60", "3,575.72", "22,395.32"),
				"15,870.00)",
				"119.90)",
			),
		),
	],
)
def test_a_customer_chooses_an_alternative_and_how_many(
	issued, visit, person, language, device, names, texts, sums
):
	"""3 × 5,990 instead of 3 × 5,290, training for 490, then one lock for 119.90, or two or four for 89.90; 19 % tax."""
	cargo, lock, folding_lock = names
	quantity_label, wrong, name, typed, accept, accepted = texts
	with_cargo, with_folding_lock, with_two_locks, with_four_locks, left_bike, left_lock = sums
	someone, quote, url = issued(
		person,
		language,
		f"Alternative {person}",
		lambda bike, service: [
			bike,
			{**line_like(bike, cargo), "row_type": "Alternative", "quantity": 3, "rate": 5990},
			service,
			{
				**line_like(bike, lock),
				"row_type": "Optional",
				"quantity": 2,
				"rate": 89.9,
				"is_quantity_open": 1,
				"min_quantity": 2,
				"max_quantity": 5,
			},
			{**line_like(bike, folding_lock), "row_type": "Alternative", "quantity": 1, "rate": 119.9},
		],
	)
	page = visit(url, **device)
	quantity = page.get_by_label(quantity_label)
	error = page.locator(".choice-error")
	consent = page.locator("[name=consent]")
	assert quantity.is_disabled()

	page.get_by_role("radio", name=cargo).check()
	wait_for_sums(page, with_cargo)
	assert left_bike in page.locator("[data-amount='1']").inner_text()
	assert not page.locator("[data-line='1']").is_checked()

	page.get_by_role("checkbox", name=folding_lock).check()
	wait_for_sums(page, with_folding_lock)
	consent.check()
	page.get_by_role("checkbox", name=lock, exact=True).check()
	wait_for_sums(page, with_two_locks)
	assert not page.get_by_role("checkbox", name=folding_lock).is_checked()
	assert left_lock in page.locator("[data-amount='5']").inner_text()
	assert not consent.is_checked()

	quantity.fill("9")
	quantity.blur()
	page.get_by_text(wrong, exact=True).wait_for()
	assert error.evaluate("error => error.closest('.line').contains(document.querySelector('.quantity'))")
	page.shoot(f"customer-wrong-quantity-{language}", full_page=True)
	assert faults(page, "body") == []
	page.get_by_label(name).first.fill("Sabine Hoffmann")
	page.get_by_label(typed).check()
	consent.check()
	page.get_by_role("button", name=accept).click()
	assert error.is_visible()
	page.wait_for_function(
		"""() => {
			const box = document.querySelector(".choice-error").getBoundingClientRect();
			return box.top >= 0 && box.bottom <= innerHeight;
		}"""
	)
	wait_for_sums(page, with_two_locks)

	quantity.fill("4")
	quantity.blur()
	wait_for_sums(page, with_four_locks)
	assert error.is_hidden()
	assert page.evaluate("document.documentElement.scrollWidth") <= device["viewport"]["width"]
	page.shoot(f"customer-alternative-{language}", full_page=True)
	assert faults(page, "body") == []
	assert with_four_locks[2] in page.locator(".consent-text").inner_text()
	consent.check()
	page.get_by_role("button", name=accept).click()
	page.get_by_text(accepted).wait_for()
	page.shoot(f"customer-alternative-accepted-{language}", full_page=True)

	revision = read_quote(someone, f"{quote}-R2")
	assert revision["status"] == "Accepted"
	assert [revision[total] for total in ("net_total", "tax_total", "gross_total")] == [
		18819.6,
		3575.72,
		22395.32,
	]
	assert [
		(row["row_type"], row["item_name"], row["quantity"], row["amount"]) for row in revision["items"]
	] == [
		("Priced", cargo, 3, 17970),
		("Priced", "Einweisung vor Ort", 1, 490),
		("Priced", lock, 4, 359.6),
	]


def test_an_answer_that_a_later_choice_has_overtaken_is_not_shown(issued, visit):
	"""The answer to the tick is held back until the one to its removal is there."""
	_anna, _quote, url = issued("anna", "de", "Überholt")
	page = visit(url, **DESKTOP)
	held = []
	page.route(CHOOSE, lambda route: route.continue_() if held else held.append(route))
	option = page.get_by_label("Anhängerkupplung")
	option.check()
	with page.expect_response(CHOOSE):
		option.uncheck()
	with page.expect_response(CHOOSE) as overtaken:
		held[0].continue_()
	assert "16.559,00" in overtaken.value.json()["message"]["totals"]
	page.evaluate("() => new Promise(requestAnimationFrame)")
	wait_for_sums(page, ("16.360,00", "3.108,40", "19.468,40"))
	assert "(199,00" in page.locator("[data-amount='3']").inner_text()


@pytest.mark.parametrize(
	("person", "language", "device", "heading", "texts", "before", "after"),
	[
		(
			"anna",
			"de",
			PHONE,
			"Zahlungsplan (inkl. USt)",
			("bei Auftragserteilung", "nach Lieferung aller Räder und der Einweisung vor Ort"),
			("15.01.2099", "30 %", "5.840,52 €", "13.627,88 €"),
			("5.911,56 €", "13.793,65 €"),
		),
		(
			"emma",
			"en",
			DESKTOP,
			"Payment Plan (incl. VAT)",
			("On order", "On delivery of all bikes"),
			("15 Jan 2099", "30 %", "€5,840.52", "€13,627.88"),
			("€5,911.56", "€13,793.65"),
		),
	],
)
def test_a_customer_reads_what_is_to_be_paid_when_and_it_follows_the_choice(
	issued, visit, person, language, device, heading, texts, before, after
):
	"""Of 16,360 and 19 % tax, then of 16,559 with the option."""
	plan = [
		{"due_date": "2099-01-15", "percentage": 30, "description": texts[0]},
		{"due_date": "2099-04-30", "percentage": 70, "description": texts[1]},
	]
	_someone, _quote, url = issued(person, language, f"Raten {person}", plan=plan)
	page = visit(url, **device)
	table = page.locator(".instalments")
	shown = plain(table)
	for words in (heading, *texts, *before):
		assert words in shown
	page.get_by_label("Anhängerkupplung").check()
	table.filter(has_text=re.compile(re.escape(after[0]).replace("\\ ", "\\s"))).wait_for()
	assert all(words in plain(table) for words in after)
	assert page.evaluate("document.documentElement.scrollWidth") <= device["viewport"]["width"]
	assert faults(page, "body") == []
	page.shoot(f"customer-instalments-{language}", full_page=True)


def plain(place) -> str:
	"""Return the text of a place, with spaces that may break."""
	return place.inner_text().replace("\N{NO-BREAK SPACE}", " ")


def line_like(row: dict, name: str) -> dict:
	"""Return the beginning of another line of the same item."""
	return {"doctype": "Quote Item", "item": row["item"], "item_name": name}


def wait_for_sums(page, sums: tuple[str, str, str]) -> None:
	"""Wait until the page says what net, tax and gross come to, the last of them everywhere."""
	page.wait_for_function(
		"""([net, tax, gross]) => {
			const totals = document.querySelector(".sums").innerText;
			return [net, tax, gross].every((sum) => totals.includes(sum)) &&
				[...document.querySelectorAll(".gross")].every((place) => place.textContent.includes(gross));
		}""",
		arg=list(sums),
	)


def test_two_variants_are_put_side_by_side_in_three_clicks(issued, visit):
	"""Actions, Offer Together, and the dialog's button; the customer then compares both on one page."""
	anna, quote, url = issued("anna", "de", "Varianten")
	other = anna.call(
		"sales_opportunity.sales_opportunity.doctype.quote.revisions.copy_quote",
		quote=quote,
		valid_until="2099-12-31",
	)
	issue(anna, {**read_quote(anna, other), "label": "Mit Rabatt", "discount_percentage": 10})
	anna.open("Form", "Quote", quote)
	with counted(anna.context) as clicks:
		anna.button("Aktionen").click()
		anna.page.locator(".dropdown-item:visible", has_text="Gemeinsam anbieten").click()
		dialog = anna.page.locator(".modal.show")
		dialog.wait_for()
		anna.settle()
		anna.shoot("offer-together-de")
		dialog.locator("button.btn-primary:visible").click()
		dialog.wait_for(state="hidden")
		anna.settle()
		assert clicks() == 3
	page = visit(url, **DESKTOP)
	for number in (quote, other):
		assert number in page.locator("body").inner_text()
	assert "Mit Rabatt" in page.locator("body").inner_text()
	page.shoot("customer-variants-de", full_page=True)


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_customer_reads_asks_and_declines_at_a_desk(issued, visit, language):
	ask, send, thanks, decline, finish, declined = {
		"de": (
			"Frage stellen",
			"Frage absenden",
			"Vielen Dank! Wir haben Ihre Frage erhalten",
			"Ablehnen",
			"Angebot ablehnen",
			"hat dieses Angebot am",
		),
		"en": (
			"Ask a question",
			"Send the question",
			"Thank you! We have got your question",
			"Decline",
			"Decline the quote",
			"declined this quote on",
		),
	}[language]
	emma, quote, url = issued("emma", language, f"Rechner {language}")
	page = visit(url, **DESKTOP)
	page.shoot(f"customer-desktop-{language}", full_page=True)
	with page.expect_download() as download:
		page.locator("a[download]").click()
	assert download.value.suggested_filename == f"{quote}.pdf"

	page.get_by_role("tab", name=ask).click()
	page.locator("#ask-name").fill("Tom & <b>Jerry</b>")
	page.locator("#ask-message").fill("<i>Wann</i> liefern Sie?\nPasst es bis Mai?")
	page.get_by_role("button", name=send).click()
	page.get_by_text(thanks).wait_for()
	page.shoot(f"customer-question-{language}")
	assert faults(page, "body") == []

	emma.open("Form", "Quote", quote)
	emma.page.evaluate("() => cur_frm.reload_doc()")
	emma.settle()
	emma.page.locator(
		".so-customer-question:visible", has_text="Passt es bis Mai?"
	).scroll_into_view_if_needed()
	emma.settle()
	emma.shoot(f"customer-question-in-desk-{language}")

	page.get_by_role("tab", name=decline, exact=True).click()
	page.locator("#decline-name").fill("Tom")
	page.locator("#decline-message").fill("Wir haben uns anders entschieden.")
	page.get_by_role("button", name=finish).click()
	page.get_by_text(declined).wait_for()
	page.shoot(f"customer-declined-{language}")


def test_a_link_that_does_not_work_says_so_politely(visit, world):
	for language, text in (("de", "Dieser Link funktioniert nicht"), ("en", "This link does not work")):
		page = visit(f"{URL}/quote/{'A' * 43}", locale=language, **PHONE)
		page.get_by_role("heading", name=text).wait_for()
		page.shoot(f"customer-missing-{language}")


@pytest.mark.parametrize(
	("person", "labels"),
	[
		(
			"anna",
			(
				"Antwort des Kunden",
				"Vom Kunden angenommen",
				"Antwort eintragen",
				"Als gewonnen abschließen",
				"Kundenseite",
				"Link erzeugen",
			),
		),
		(
			"emma",
			(
				"Answer of the Customer",
				"Accepted by the Customer",
				"Note the Answer",
				"Close as Won",
				"Customer's Page",
				"Make a Link",
			),
		),
	],
)
def test_a_salesperson_keeps_links_and_notes_an_acceptance_by_hand(issued, person, labels):
	group, accepted, note, close, links, make = labels
	someone, quote, _url = issued(person, "de", f"Brief {person}")
	page = someone.page
	someone.open("Form", "Quote", quote)
	dialog = page.locator(".modal.show .modal-dialog").last

	menu(someone, "Aktionen" if person == "anna" else "Actions", links)
	dialog.wait_for()
	dialog.get_by_role("button", name=make).click()
	dialog.locator(".so-new-link").wait_for()
	someone.settle()
	someone.shoot(f"customer-links-{person}")
	assert "/quote/" in dialog.locator(".so-new-link").input_value()
	page.keyboard.press("Escape")
	someone.settle()

	menu(someone, group, accepted)
	dialog.wait_for()
	someone.type("person_name", "Sabine Hoffmann")
	dialog.locator("textarea").fill("Bestellung 4711 per E-Mail")
	someone.settle()
	someone.shoot(f"accept-by-hand-{person}")
	dialog.get_by_role("button", name=note).click()
	page.wait_for_function("() => cur_frm.doc.status === 'Accepted'")
	page.locator(".modal.show .modal-title", has_text=close).wait_for()
	someone.settle()
	someone.shoot(f"accepted-by-hand-{person}")
	dialog.get_by_role("button", name=close).click()
	page.wait_for_function("() => cur_frm.doc.__onload.answering.opportunity_status === 'Won'")


@pytest.mark.parametrize(
	("person", "language", "told"),
	[
		("anna", "de", "{customer} hat Angebot {quote} zum ersten Mal geöffnet."),
		("emma", "en", "{customer} has opened quote {quote} for the first time."),
	],
)
def test_the_bell_tells_that_the_customer_has_opened_the_quote(issued, visit, person, language, told):
	"""Two clicks lead to the quote: the bell, and what it says."""
	someone, quote, url = issued(person, language, f"Glocke {person}")
	visit(url, **PHONE)
	with counted(someone.context) as clicks:
		text = open_from_bell(someone, quote)
		assert clicks() == 2
	assert told.format(customer=read_quote(someone, quote)["party_name"], quote=quote) in text
	assert someone.value("name") == quote
	someone.shoot(f"opened-from-the-bell-{language}")


def menu(desk, group: str, label: str) -> None:
	"""Choose an entry of one of the form's menus."""
	desk.settle()
	button = desk.page.locator(".inner-group-button:visible", has_text=group)
	button.locator("button").first.click()
	button.locator(".dropdown-item", has_text=label).first.click()


@pytest.mark.parametrize(
	("person", "language", "labels"),
	[
		("anna", "de", ("Aktionen", "Gemeinsam anbieten", "nebeneinander")),
		("emma", "en", ("Actions", "Offer Together", "side by side")),
	],
)
def test_a_salesperson_offers_variants_together_in_three_clicks(issued, visit, person, language, labels):
	"""Actions, the entry, and the button of the dialog, which has ticked all quotes that wait for an answer."""
	menu, entry, told = labels
	someone, quote, url = issued(person, language, f"Varianten {person}")
	page = someone.page
	copy = someone.call(f"{REVISIONS}.copy_quote", quote=quote, valid_until="2099-12-31")
	issue(someone, {**read_quote(someone, copy), "label": "Premium"})
	someone.open("Form", "Quote", quote)
	with counted(someone.context) as clicks:
		page.locator(".inner-group-button:visible button", has_text=menu).first.click()
		page.locator(".inner-group-button .dropdown-item:visible", has_text=entry).click()
		dialog = page.locator(".modal.show .modal-dialog")
		dialog.wait_for()
		someone.settle()
		someone.shoot(f"together-{language}")
		dialog.locator("button.btn-primary:visible").click()
		page.get_by_text(told).last.wait_for()
		page.wait_for_function("() => cur_frm.doc.offered_together")
		someone.settle()
		assert clicks() == 3
	someone.shoot(f"together-done-{language}")
	customer = visit(url, **PHONE)
	assert quote in customer.content() and copy in customer.content()
	assert customer.evaluate("document.documentElement.scrollWidth") <= 390
	customer.shoot(f"variants-phone-{language}", full_page=True)
	assert not read_quote(someone, copy)["customer_opened_on"]
	with customer.expect_response(lambda answer: copy in (answer.request.post_data or "")) as opened:
		customer.locator(f"a[href*='{copy}']").first.click()
	assert opened.value.ok
	assert read_quote(someone, copy)["customer_opened_on"]
	customer.get_by_text("Premium").first.wait_for()
	customer.shoot(f"variant-phone-{language}", full_page=True)
