"""A plan of instalments is agreed on the draft of a quote, in German and English: the deal knows of it, and the paper says it."""

import pytest
from clicks import counted
from plans import plan
from quotes import create_quote, issue, read_quote

pytestmark = pytest.mark.browser

WORDS = {
	"anna": ("Positionen", "Raten", "bei Auftragserteilung", "bei Lieferung"),
	"emma": ("Lines", "Instalments", "On order", "On delivery"),
}
DAYS = ("2098-01-15", "2098-03-01")
AMOUNTS = """() => cur_frm.fields_dict.instalments.grid.grid_rows.map((row) =>
	["percentage", "amount"].map((name) => row.columns[name].static_area[0].innerText.trim())
)"""


@pytest.mark.parametrize("person", ["anna", "emma"])
def test_what_is_paid_when_is_agreed_on_the_quote_in_six_clicks(desk, world, open_deal, person):
	"""Tab, section, and two for each of two instalments of 4 × 5,290 with 19 % tax."""
	tab, section, *texts = WORDS[person]
	seller = desk(world["users"][person])
	page = seller.page
	deal = open_deal("Räder auf Raten", person)
	quote = create_quote(seller, deal)
	seller.open("Form", "Quote", quote)
	page.wait_for_function("() => window.cur_frm?.doctype === 'Quote'")
	with counted(seller.context) as clicks:
		seller.tab(tab)
		page.locator(".section-head:visible", has_text=section).click()
		plan(seller, "15.01.2098", "30", texts[0])
		plan(seller, "01.03.2098", "70", texts[1])
		assert clicks() == 6
	seller.save()
	assert page.evaluate(AMOUNTS) == [["30%", "€ 7.554,12"], ["70%", "€ 17.626,28"]]
	page.locator(".frappe-control[data-fieldname='instalments']").scroll_into_view_if_needed()
	seller.shoot(f"quote-instalments-{person}")

	planned = seller.call("frappe.client.get", doctype="Sales Opportunity", name=deal)["instalments"]
	assert [(row["due_date"], row["description"], row["amount"]) for row in planned] == [
		(DAYS[0], texts[0], 6348),
		(DAYS[1], texts[1], 14812),
	]
	issue(seller, read_quote(seller, quote))
	stored = read_quote(seller, quote)
	assert [row["amount"] for row in stored["instalments"]] == [7554.12, 17626.28]
