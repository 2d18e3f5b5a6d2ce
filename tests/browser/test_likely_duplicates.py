"""A partner who is entered twice: the links at the top of both forms."""

import pytest

pytestmark = pytest.mark.browser


def test_a_salesperson_is_led_to_the_partner_who_exists_already(desk, world, api):
	key = world["partner"].split()[-1]
	first = api("Business Partner", partner_name=f"Bäckerei Groß {key} GmbH")
	anna = desk(world["users"]["anna"])
	page = anna.page
	anna.start()
	page.evaluate("() => frappe.new_doc('Business Partner')")
	entry = page.locator(".modal.show .frappe-control[data-fieldname='partner_name'] input")
	entry.fill(f"BAECKEREI GROSS {key} KG")
	page.locator(".modal.show button.btn-primary:visible").click()
	headline = page.locator(".form-message:visible")
	headline.locator("a", has_text="Bäckerei Groß").wait_for()
	anna.settle()
	anna.shoot("duplicate-1-warning")
	assert "gleicher Name" in headline.inner_text()

	# The form opens over the message about it: which of both is faster decides whether it is still there.
	page.evaluate("() => frappe.hide_msgprint(true)")
	page.wait_for_function("() => !document.querySelector('.modal.show')")
	headline.locator("a", has_text="Bäckerei Groß").click()
	page.wait_for_function("name => window.cur_frm?.docname === name", arg=first)
	anna.settle()
	anna.shoot("duplicate-2-form")
	assert headline.inner_text() == f"Gibt es vielleicht schon: BAECKEREI GROSS {key} KG (gleicher Name)"
	assert page.locator(".modal.show").count() == 0
