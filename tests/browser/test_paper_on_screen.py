"""Whatever was pasted into a description: on the customer's phone and in the desk's print view all of it stays in sight."""

import pytest
from quotes import create_quote, issue, make_link, read_quote

pytestmark = pytest.mark.browser

PASTED = """() => {
	const words = "Dieser Satz kommt aus Word und hat nur geschützte Leerzeichen zwischen seinen Wörtern".split(" ");
	const canvas = Object.assign(document.createElement("canvas"), { width: 1600, height: 300 });
	return [
		`<p><img src="${canvas.toDataURL()}"></p>`,
		`<p>${words.join("\\u00a0")}</p>`,
		`<p>${Array.from({ length: 30 }, (_, n) => `SN${100000 + n}`).join(",")}</p>`,
		`<p>https://x.example/${"EeX0a7wq1mRJpY3kTn5uVtcBqZ0xWb9d".repeat(5)}</p>`,
		`<pre>${"x".repeat(200)}</pre>`,
		`<table><tr>${"<td>Spalte</td>".repeat(16)}</tr></table>`,
		`<table><tr>${"<td>Spalte</td>".repeat(50)}</tr></table>`,
		`<div style="width: 1400px; white-space: nowrap">${words.join(" ")}</div>`,
	];
}"""
OUT_OF_SIGHT = """() => [...document.querySelectorAll("main *, .quote-paper *")].filter((element) => {
	const area = element.getBoundingClientRect();
	const page = (document.querySelector(".print-format") || document.documentElement).getBoundingClientRect();
	const scrolls = element.closest(".dense");
	return area.width && !scrolls && (area.left < page.left - 1 || area.right > page.right + 1);
}).map((element) => element.outerHTML.slice(0, 200))"""


def test_nothing_that_was_pasted_leaves_the_screen(desk, world, api, browser, screenshots):
	someone = desk(world["users"]["anna"])
	partner = api("Business Partner", partner_name=f"Kundin Papier {world['bike']}", language="de")
	opportunity = api(
		"Sales Opportunity",
		party=partner,
		class_id="NEW",
		stage="Inquiry",
		opportunity_owner=world["users"]["anna"],
		items=[{"item": world["bike"], "quantity": 3}],
	)
	quote = create_quote(someone, opportunity)
	pasted = someone.page.evaluate(PASTED)
	draft = read_quote(someone, quote)
	line = {"doctype": "Quote Item", "row_type": "Priced", "item": world["bike"]}
	line.update(quantity=123456.789, rate=99999.99)
	lines = [*draft["items"], *({**line, "description": text} for text in pasted)]
	text = "".join(pasted)
	issue(someone, {**draft, "introduction": text, "terms": text, "items": lines})
	link = make_link(someone, quote)
	preview = someone.context.new_page()
	preview.goto(f"{someone.url}/printview?doctype=Quote&name={quote}&format=Quote")
	assert preview.evaluate(OUT_OF_SIGHT) == []
	preview.close()
	phone = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
	page = phone.new_page()
	page.goto(link)
	page.screenshot(path=screenshots / "pasted-phone.png", full_page=True)
	assert page.evaluate(OUT_OF_SIGHT) == []
	assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
	assert page.locator(".description img").first.evaluate("image => image.naturalWidth") > 0
	phone.close()
