"""A person at the desk: what one sees and clicks, in Frappe's own desk in Chromium."""

import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect

EXPECTED_ERRORS = re.compile(r"socket\.io|activeElement\.select is not a function")
"""The local environment has no server for live updates; the desk works without. And a moment after a number field was
clicked the framework selects whatever has the focus by then, be it a button."""

WORKSPACE_IS_DRAWN = """() =>
	document.querySelector(
		`#page-Workspaces ${frappe.model.can_read("Sales Opportunity") ? ".dashboard-widget-box" : ".widget"}`
	) &&
	[...document.querySelectorAll("#page-Workspaces .dashboard-widget-box")].every(
		(box) =>
			box.querySelector(".frappe-chart") || box.querySelectorAll(".chart-loading-state")[1]?.offsetParent
	)"""
"""The workspace is there, and its chart, if the user may see one, shows bars or says that there is no data."""


class Desk:
	"""A logged-in user's desk. `errors` collects what the browser complained about."""

	def __init__(self, context: BrowserContext, url: str, screenshots: Path):
		self.context = context
		self.url = url
		self.screenshots = screenshots
		self.errors: list[str] = []
		self.page: Page = context.new_page()
		self.page.on("pageerror", lambda error: self._note(f"{error}\n{error.stack}"))
		self.page.on("console", self._note_message)

	def login(self, user: str, password: str) -> None:
		"""Log in by the login form."""
		self.page.goto(f"{self.url}/login")
		self.page.fill("#login_email", user)
		self.page.fill("#login_password", password)
		self.page.click(".btn-login")
		self.page.wait_for_selector(".layout-main-section", timeout=60_000)
		self.page.wait_for_function("() => frappe.workspace?.all_pages?.length", timeout=60_000)
		self.page.wait_for_function(WORKSPACE_IS_DRAWN, timeout=60_000)
		self.settle()

	def open(self, *route: str) -> None:
		"""Go to a desk route, such as ("List", "Quote") or ("Form", "Quote", name)."""
		self.page.evaluate("route => frappe.set_route(...route)", list(route))
		self.settle()

	def new(self, doctype: str) -> None:
		"""Open the full form of a new document."""
		self.page.evaluate("doctype => frappe.new_doc(doctype)", doctype)
		self.page.wait_for_function(
			"doctype => cur_frm && cur_frm.is_new() && cur_frm.doc.doctype === doctype", arg=doctype
		)
		self.settle()

	def settle(self) -> None:
		"""Wait until the desk has no request under way and charts have come to rest.

		The framework's charts are drawn in two steps, and complain if their page is left between them.
		"""
		self.page.wait_for_timeout(300)
		self.page.wait_for_function("() => !frappe.request.ajax_count", timeout=30_000)
		self.page.wait_for_timeout(300)
		if self.page.locator(".frappe-chart:visible").count():
			self.page.wait_for_timeout(1_000)

	def field(self, fieldname: str) -> Locator:
		"""Return the visible control of a field of the form or dialog."""
		return self.page.locator(f".frappe-control[data-fieldname='{fieldname}']:visible").first

	def choose(self, fieldname: str, text: str, within: Locator | None = None) -> None:
		"""Type into a link field and take the first suggestion."""
		control = (
			(within or self.page).locator(f".frappe-control[data-fieldname='{fieldname}']:visible").first
		)
		entry = control.locator("input").first
		entry.click()
		entry.fill(text)
		suggestion = control.locator("li", has_text=text).first
		suggestion.wait_for(timeout=15_000)
		suggestion.click()
		self.settle()

	def type(self, fieldname: str, text: str) -> None:
		"""Type into a field and leave it."""
		entry = self.field(fieldname).locator("input").first
		entry.click()
		self.page.wait_for_timeout(200)  # the framework selects a number's text a moment after the click
		entry.fill(text)
		entry.press("Tab")
		self.settle()

	def pick_date(self, fieldname: str, text: str) -> None:
		"""Type a date key by key, so that the calendar follows, and leave the field."""
		entry = self.field(fieldname).locator("input").first
		entry.click()
		entry.press_sequentially(text)
		entry.press("Enter")
		entry.press("Tab")
		self.settle()

	def forgive(self, *texts: str) -> None:
		"""Drop the errors that the browser reports because the server refused something on purpose."""
		self.errors = [error for error in self.errors if not any(text in error for text in texts)]

	def value(self, fieldname: str):
		"""Return the value of a field of the open form."""
		return self.page.evaluate("fieldname => cur_frm.doc[fieldname]", fieldname)

	def shown(self, fieldname: str) -> str:
		"""Return what a person reads in a read-only field of the open form."""
		return (
			self.field(fieldname).locator(".control-value, .like-disabled-input").first.inner_text().strip()
		)

	def tab(self, label: str) -> None:
		"""Open a tab of the form."""
		self.page.locator(".form-tabs .nav-link:visible", has_text=label).first.click()

	def button(self, label: str) -> Locator:
		"""Return a visible button by its label."""
		return self.page.locator("button:visible", has_text=re.compile(rf"^\s*{re.escape(label)}\s*$")).first

	def save(self) -> None:
		"""Save the form by the keyboard and wait until it is stored."""
		self.page.keyboard.press("Control+s")
		self.page.wait_for_function("() => !cur_frm.is_new() && !cur_frm.is_dirty()", timeout=30_000)
		self.settle()

	def shoot(self, name: str) -> None:
		"""Keep a picture of what is on the screen."""
		expect(self.page.locator("body")).to_be_visible()
		self.page.screenshot(path=self.screenshots / f"{name}.png")

	def _note_message(self, message) -> None:
		if message.type == "error":
			self._note(message.text, message.location.get("url"))

	def _note(self, text: str, source: str | None = None) -> None:
		if not EXPECTED_ERRORS.search(f"{text} {source}"):
			self.errors.append(text)
