"""Plans of instalments, as people type them into the table of a form."""

TAKEN = "(fieldname) => Boolean(cur_frm.doc.instalments.at(-1)[fieldname])"


def plan(desk, day: str, percentage: str, text: str = "") -> None:
	"""Add an instalment: two clicks, the keyboard goes on from the day to the text and the share."""
	grid = desk.page.locator(".frappe-control[data-fieldname='instalments']")
	grid.locator(".grid-add-row").click()
	row = grid.locator(".grid-body .grid-row").last
	row.locator("[data-fieldname='due_date']").first.click()
	desk.settle()
	for fieldname, entered in (("due_date", day), ("description", text), ("percentage", percentage)):
		enter(desk, row.locator(f"[data-fieldname='{fieldname}'] input"), fieldname, entered)


def enter(desk, entry, fieldname: str, entered: str) -> None:
	"""Type into a field of the last row until the form has it: a calendar that opens meanwhile empties its field."""
	for _attempt in range(5):
		entry.fill(entered)
		entry.press("Tab")
		desk.settle()
		if not entered or desk.page.evaluate(TAKEN, fieldname):
			return
	raise AssertionError(f"{fieldname} did not take {entered}")
