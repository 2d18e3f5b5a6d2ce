"""A name that is drawn on the customer's page."""


def sign(page):
	"""Draw something like a name, with the finger or the mouse."""
	page.locator("canvas").scroll_into_view_if_needed()
	box = page.locator("canvas").bounding_box()
	page.mouse.move(box["x"] + 30, box["y"] + 120)
	page.mouse.down()
	for x, y in ((60, 40), (80, 130), (110, 70), (140, 120), (170, 80), (200, 125), (240, 60), (290, 110)):
		page.mouse.move(box["x"] + x, box["y"] + y, steps=6)
	page.mouse.up()
