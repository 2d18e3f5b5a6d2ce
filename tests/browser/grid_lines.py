"""Lines that a person adds to the table of items."""


def add_line(desk, code: str, quantity: str) -> None:
	"""Add a line to the table of items and fill in item and quantity."""
	grid = desk.page.locator(".frappe-control[data-fieldname='items']")
	grid.locator(".grid-add-row").click()
	row = grid.locator(".grid-body .grid-row").last
	row.locator("[data-fieldname='item']").first.click()
	desk.choose("item", code, within=row)
	entry = row.locator("[data-fieldname='quantity']").first
	entry.click()
	desk.settle()  # the framework selects a number's text a moment after the click
	entry.locator("input").fill(quantity)
	entry.locator("input").press("Tab")
	desk.settle()


def insert_line(desk, code: str) -> None:
	"""Let the table of items have a line with an item, as a script of the form adds it."""
	desk.page.evaluate(
		"""async (code) => {
			const row = cur_frm.add_child("items");
			cur_frm.refresh_field("items");
			await frappe.model.set_value(row.doctype, row.name, "item", code);
		}""",
		code,
	)
	desk.settle()
