"""Plans of instalments, as people type them into the table of a form."""


def plan(desk, day: str, percentage: str, text: str = "") -> None:
	"""Add an instalment: two clicks, the keyboard goes on from the day to the text and the share."""
	grid = desk.page.locator(".frappe-control[data-fieldname='instalments']")
	grid.locator(".grid-add-row").click()
	row = grid.locator(".grid-body .grid-row").last
	row.locator("[data-fieldname='due_date']").first.click()
	desk.settle()
	for fieldname, entered in (("due_date", day), ("description", text), ("percentage", percentage)):
		entry = row.locator(f"[data-fieldname='{fieldname}'] input")
		entry.fill(entered)
		entry.press("Tab")
		desk.settle()
