"""Nothing that somebody has stored runs in anybody's browser, and names in angle brackets read as they were typed."""

import json
from urllib.parse import quote as in_url

import pytest
from desk import URL
from quotes import create_quote, make_link, read_quote

pytestmark = pytest.mark.browser

NAME = "O'Reilly <Tools> & A <B> Ltd."
RUNS = "window.so_ran = (window.so_ran || 0) + 1"
ATTACKS = (
	f'<img src=x onerror="{RUNS}">',
	f"[\"<img src=x onerror='{RUNS}'>\"]",
	f"<svg onload='{RUNS}'></svg><script>{RUNS}</script>",
	'<meta http-equiv="refresh" content="0;url=/quote/away"><style>body { display: none }</style>',
)
RICH = "".join(f"<p>Gut{attack}</p>" for attack in ATTACKS)

EVERYTHING_IS_LOADED = """() =>
	document.readyState === "complete" && [...document.images].every((image) => image.complete)"""
"""By then all that runs by itself has run: scripts, what listens to loading and to failing, what leads elsewhere."""

LISTS = ("Business Partner", "Sales Opportunity", "Quote", "Sales Item")
REPORTS = ("Customer Journey", "Quote Register", "Stalled and Not Forecastable", "Open Quotes")


@pytest.fixture
def attacked(desk, world, api):
	"""Return the desk of a salesperson who has stored what should run, and the names of the documents."""
	anna = desk(world["users"]["anna"])
	partner = api("Business Partner", partner_name=NAME, language="de", notes=RICH)
	item = api(
		"Sales Item",
		item_code=f"RUNS-{world['bike']}",
		item_name=NAME,
		unit="Piece",
		price=10,
		description=RICH,
	)
	deal = api(
		"Sales Opportunity",
		party=partner,
		class_id="NEW",
		stage="Inquiry",
		opportunity_owner=world["users"]["anna"],
		items=[{"item": item, "quantity": 1}],
	)
	quote = create_quote(anna, deal)
	draft = read_quote(anna, quote)
	draft.update(introduction=RICH, terms=json.dumps([RICH]), closing=RICH, subject=NAME)
	draft["items"][0]["description"] = RICH
	anna.call("frappe.desk.form.save.savedocs", doc=draft, action="Submit")
	for doctype, name, field in (
		("Business Partner", partner, "partner_name"),
		("Sales Opportunity", deal, "title"),
		("Quote", quote, "label"),
		("Sales Item", item, "item_name"),
	):
		for attack in ATTACKS[:3]:
			answer = api.request.put(
				f"/api/resource/{in_url(doctype)}/{in_url(name)}", data={field: attack}, headers=api.headers
			)
			assert answer.status == 417, answer.text()
	url = make_link(anna, quote)
	return (
		anna,
		{"Business Partner": partner, "Sales Opportunity": deal, "Quote": quote, "Sales Item": item},
		url,
	)


def test_nothing_runs_and_names_read_as_they_were_typed(attacked, browser):
	anna, names, url = attacked
	page = anna.page

	def check(place: str, is_named: bool = True):
		if is_named:
			page.wait_for_function("name => document.body.innerText.includes(name)", arg=NAME)
		anna.settle()
		assert page.evaluate("() => window.so_ran") is None, place
		assert page.evaluate("() => getComputedStyle(document.body).display") != "none", place
		assert page.url.startswith(URL) and "away" not in page.url, place
		if is_named:
			assert NAME in page.locator("body").inner_text(), place

	for doctype, name in names.items():
		anna.open("Form", doctype, name)
		page.wait_for_function("name => cur_frm?.docname === name", arg=name)
		check(f"form of {doctype}", is_named=False)
		title = page.locator(".page-head:visible .title-text").first.inner_text()
		assert title in (NAME, name), doctype
		shown = page.evaluate(
			"""(name) => [...document.querySelectorAll(".control-value:not([style*=none]), input")]
				.some((element) => (element.value ?? element.innerText).includes(name))""",
			NAME,
		)
		assert shown, f"form of {doctype}"
	for doctype, name in names.items():
		page.evaluate("filters => (frappe.route_options = filters)", {"name": name})
		anna.open("List", doctype, "List")
		page.locator(".list-row:visible").first.wait_for()
		check(f"list of {doctype}")
		anna.shoot(f"scripts-list-{doctype.lower().replace(' ', '-')}")
		page.evaluate("filters => (frappe.route_options = filters)", {"name": name})
		anna.open("List", doctype, "Report")
		page.locator(".dt-row-0:visible").first.wait_for()
		page.evaluate(
			"""() => {
				const fields = frappe.get_meta(cur_list.doctype).fields.filter((df) => df.fieldtype === "Text Editor");
				for (const df of fields) cur_list.add_column_to_datatable(df.fieldname, cur_list.doctype, 1);
			}"""
		)
		check(f"report view of {doctype}")
		anna.shoot(f"scripts-report-view-{doctype.lower().replace(' ', '-')}")
	for report in REPORTS:
		page.evaluate("party => (frappe.route_options = { party })", names["Business Partner"])
		anna.open("query-report", report)
		page.wait_for_function(
			"name => frappe.query_report?.report_name === name && frappe.query_report.data", arg=report
		)
		check(report, is_named=report != "Customer Journey")
	anna.open("print", "Quote", names["Quote"])
	page.locator(".print-preview-wrapper iframe, .print-format-container iframe").first.wait_for()
	check("print preview", is_named=False)
	for frame in page.frames:
		assert frame.evaluate("() => window.so_ran") is None
	anna.forgive("404", "417", "Failed to load resource")

	context = browser.new_context()
	visitor = context.new_page()
	visitor.goto(url)
	visitor.wait_for_load_state("networkidle")
	visitor.wait_for_function(EVERYTHING_IS_LOADED)
	assert visitor.url == url
	assert visitor.evaluate("() => window.so_ran") is None
	text = visitor.locator("body").inner_text()
	assert text.count(NAME) >= 3 and "Gut" in text
	visitor.screenshot(path=anna.screenshots / "scripts-customers-page.png", full_page=True)
	context.close()
