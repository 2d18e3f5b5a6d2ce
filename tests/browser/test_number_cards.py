"""Cards on workspaces say the amounts that there are, whatever parts thousands on the site."""

import pytest

pytestmark = pytest.mark.browser

SHOWN = """([amounts, format]) => {
	frappe.sys_defaults.number_format = format;
	return amounts.map((amount) => {
		const [number, unit] = frappe.utils.shorten_number(amount, "Germany", 5).split(" ");
		return `${$(frappe.format(number, { fieldtype: "Float", precision: 2 })).text()} ${unit || ""}`.trim();
	});
}"""


def test_a_card_is_not_a_hundred_times_too_large(desk, world):
	anna = desk(world["users"]["anna"])
	anna.open("List", "Quote")
	amounts = [168402, 168400.00, 457257, 999.9, 1234567]
	shown = anna.page.evaluate(SHOWN, [amounts, "#.###,##"])
	assert shown == ["168,40 Tsd", "168,40 Tsd", "457,26 Tsd", "999,90", "1,23 Mio"]
	shown = anna.page.evaluate(SHOWN, [amounts, "#,###.##"])
	assert shown == ["168.40 Tsd", "168.40 Tsd", "457.26 Tsd", "999.90", "1.23 Mio"]
