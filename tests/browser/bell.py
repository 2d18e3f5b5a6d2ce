"""What a person reads behind the bell of the desk."""

from sales_opportunity.tests.waiting import awaited


def open_from_bell(desk, quote: str) -> str:
	"""Wait until a job has put something about a quote behind the bell, open the quote from there, and return what was read."""
	said = {"doctype": "Notification Log", "filters": {"document_name": quote}}
	awaited(lambda: desk.call("frappe.client.get_count", **said))
	desk.open("my-day")
	desk.page.locator(".notifications-icon:visible").first.click()
	entry = desk.page.locator(".recent-item", has_text=quote).first
	entry.wait_for()
	text = " ".join(entry.inner_text().split())
	entry.click()
	desk.page.wait_for_function("() => window.cur_frm && cur_frm.doc.doctype === 'Quote'")
	desk.settle()
	return text
