"""What deal and quote earn, in German and English: a manager sees it where the lines are, and a salesperson nowhere."""

import pytest
from clicks import counted
from quotes import create_quote

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
	("person", "language", "tab", "label"),
	[("anna", "de", "Positionen", "Marge"), ("emma", "en", "Lines", "Margin")],
)
def test_a_manager_sees_in_one_click_what_deal_and_quote_earn_and_the_salesperson_does_not(
	desk, world, api, open_deal, make_manager, person, language, tab, label
):
	"""One click: the tab with the lines. Four bikes at 5,290 that cost 4,000 each earn 5,160, 24.39 %."""
	name = open_deal("Mit Marge", person)
	lines = [{**row, "unit_cost": 4000} for row in api.read("Sales Opportunity", name)["items"]]
	api.update("Sales Opportunity", name, items=lines)
	seller, manager = desk(world["users"][person]), desk(make_manager(language))
	quote = create_quote(seller, name)
	for someone, sees in ((manager, True), (seller, False)):
		for form, tab_of_lines in ((("Sales Opportunity", name), "Details"), (("Quote", quote), tab)):
			someone.open("Form", *form)
			someone.page.wait_for_function("name => window.cur_frm?.doc.name === name", arg=form[1])
			with counted(someone.context) as clicks:
				someone.tab(tab_of_lines)
				someone.settle()
				assert clicks() == 1
			someone.shoot(f"margin-{'seen' if sees else 'hidden'}-{form[0].split()[0].lower()}-{language}")
			assert bool(someone.page.locator("[data-fieldname='margin_amount']:visible").count()) == sees
			assert someone.value("margin_amount") == (5160 if sees else None)
			headings = someone.page.locator(".section-head:visible").all_inner_texts()
			assert (label in [heading.strip() for heading in headings]) == sees
			if sees:
				assert "5.160,00" in someone.shown("margin_amount")
				assert "24,39" in someone.shown("margin_percentage")
