"""The main job in the desk: three entries, two lines, one stage change, one click, one PDF."""

import subprocess

import pytest
from grid_lines import add_line

pytestmark = pytest.mark.browser


def test_a_salesperson_makes_an_opportunity_a_quote_and_its_pdf(desk, world, screenshots, roles_of):
	assert roles_of(world["users"]["anna"]) == {"Sales User"}
	anna = desk(world["users"]["anna"])
	page = anna.page

	anna.new("Sales Opportunity")
	anna.choose("party", world["partner"])
	anna.choose("class_id", "NEW")
	anna.choose("stage", "Anfrage")
	anna.type("amount", "100000")
	anna.save()
	anna.shoot("1-three-entries")
	assert anna.shown("weighted_amount") == "€ 5.000,00"

	page.evaluate("window.notReloaded = true")
	anna.tab("Details")
	for code, quantity in ((world["bike"], "3"), (world["service"], "2")):
		add_line(anna, code, quantity)
	anna.shoot("2-lines")
	assert anna.value("amount") == 3 * 5290 + 2 * 490

	anna.tab("Übersicht")
	anna.choose("stage", "Verhandlung")
	anna.shoot("3-stage-changed")
	assert anna.shown("weighted_amount") == "€ 12.637,50"
	anna.save()
	assert page.evaluate("window.notReloaded")

	anna.button("Angebot erstellen").click()
	dialog = page.locator(".modal.show .modal-dialog")
	dialog.wait_for()
	assert dialog.locator(".frappe-control:visible").count() == 1
	anna.shoot("4-validity-date")
	dialog.locator("button.btn-primary:visible").click()
	page.wait_for_function("() => cur_frm && cur_frm.doc.doctype === 'Quote' && !cur_frm.is_new()")
	anna.settle()
	anna.shoot("5-quote")

	anna.button("Ausstellen").click()
	page.locator(".modal.show button.btn-primary:visible").click()
	page.wait_for_function("() => cur_frm.doc.docstatus === 1")
	anna.settle()
	anna.shoot("6-issued")
	assert anna.value("status") == "Issued"

	with anna.context.expect_event("request", lambda asked: asked.is_navigation_request()) as opened:
		anna.button("PDF herunterladen").click()
	pdf = anna.context.request.get(opened.value.url).body()
	assert opened.value.url.startswith(anna.url)
	path = screenshots / "quote.pdf"
	path.write_bytes(pdf)
	text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True).stdout
	for expected in (
		"Angebot",
		anna.value("name"),
		"Gültig bis",
		"Lastenrad Packesel",
		"16.850,00",
		"3.201,50",
	):
		assert expected in text
	assert "20.051,50 €" in text
	assert "3 Stück" in text and "2 Pauschale" in text


def test_the_course_of_an_opportunity_shows_its_mails(desk, world, api):
	partner = api("Business Partner", partner_name=f"Mails {world['bike']}")
	name = api("Sales Opportunity", party=partner, class_id="NEW", stage="Inquiry")
	api(
		"Communication",
		communication_type="Communication",
		communication_medium="Email",
		sent_or_received="Received",
		subject="Rückfrage zur Lieferzeit",
		content="Wann können Sie liefern?",
		reference_doctype="Sales Opportunity",
		reference_name=name,
	)
	katrin = desk(world["users"]["katrin"])
	katrin.open("Form", "Sales Opportunity", name)
	katrin.page.get_by_text("Wann können Sie liefern?").wait_for()
	katrin.shoot("course")


@pytest.mark.parametrize(
	("person", "headings"),
	[
		("anna", ("Verkaufschancen", "Verkaufschance", "Angebot", "Neu Verkaufschance")),
		("emma", ("Sales Opportunities", "Sales Opportunity", "Quote", "New Sales Opportunity")),
	],
)
def test_the_desk_speaks_both_languages(desk, world, person, headings):
	someone = desk(world["users"][person])
	seen = []
	for picture, go in {
		"workspace": lambda: someone.open("Workspaces", "Sales Opportunities"),
		"list": lambda: someone.open("List", "Sales Opportunity"),
		"quotes": lambda: someone.open("List", "Quote"),
		"new": lambda: someone.new("Sales Opportunity"),
	}.items():
		go()
		someone.shoot(f"{picture}-{person}")
		seen.append(someone.page.locator(".page-head:visible .title-text").inner_text())
	assert seen == list(headings)


def test_a_manager_reads_the_weighted_pipeline(desk, world):
	katrin = desk(world["users"]["katrin"])
	katrin.open("query-report", "Weighted Pipeline")
	katrin.page.wait_for_selector(".dt-row-header")
	katrin.settle()
	katrin.shoot("report")
	assert "Gewichtet" in katrin.page.locator(".dt-row-header").inner_text()


def test_the_print_view_shows_the_same_paper(desk, world, api):
	partner = api("Business Partner", partner_name=f"Druck {world['bike']}", language="de")
	lines = [{"item": world["bike"], "quantity": 1}]
	opportunity = api("Sales Opportunity", party=partner, class_id="NEW", stage="Inquiry", items=lines)
	name = api(
		"Quote", opportunity=opportunity, valid_until="2099-12-31", items=[{**lines[0], "row_type": "Priced"}]
	)
	katrin = desk(world["users"]["katrin"])
	katrin.open("print", "Quote", name)
	katrin.page.wait_for_selector(".print-preview-wrapper iframe")
	frame = katrin.page.frame_locator(".print-preview-wrapper iframe")
	frame.locator(".quote-paper .positions").wait_for()
	katrin.settle()
	katrin.shoot("print-view")
	assert "{{" not in frame.locator("body").inner_text()
	assert name in frame.locator("h1").inner_text()
