"""A person at the desk: what one sees and clicks, in Frappe's own desk in Chromium."""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

from console_errors import LIVE_UPDATES, is_own_exception, is_own_source
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect

URL = os.environ.get("SALES_OPPORTUNITY_TEST_URL")
USER_PASSWORD = "Fahrrad-2026-Lindental"

PATIENCE = 600
"""Seconds after which something that is waited for is taken to hang. Nothing else in the scenes knows a time."""

MOST_CONTROLS = 300
"""More than any page of the desk has; whoever has not come to a control by then never comes to it."""

PAUSE = "ms => new Promise((done) => setTimeout(() => done(true), ms))"
"""The page's own timer: what the desk had put off for less time comes before it, however busy the machine is."""

START_IS_DRAWN = """() =>
	document.querySelector("#page-my-day [data-loaded]") ||
	(frappe.workspace?.all_pages?.length && document.querySelector(
		`#page-Workspaces ${frappe.model.can_read("Sales Opportunity") ? ".dashboard-widget-box" : ".widget"}`
	) &&
		[...document.querySelectorAll("#page-Workspaces .dashboard-widget-box")].every(
		(box) =>
			box.querySelector(".frappe-chart") || box.querySelectorAll(".chart-loading-state")[1]?.offsetParent
	))"""
"""My Day is there, or the workspace is and its chart, if the user may see one, shows bars or says that there is no data."""


def new_context(browser: Browser, **options) -> BrowserContext:
	"""Return a new visitor's browser, in which nothing is given up early."""
	context = browser.new_context(**options)
	context.set_default_timeout(PATIENCE * 1_000)
	return context


def awaited(look: Callable):
	"""Look again and again until there is something to see, and return that."""
	until = time.monotonic() + PATIENCE
	while not (found := look()):
		assert time.monotonic() < until, "what was waited for did not come"
		time.sleep(0.2)
	return found


class Desk:
	"""A logged-in user's desk. `errors` collects what the browser complained about."""

	def __init__(self, context: BrowserContext, url: str, screenshots: Path):
		self.context = context
		self.url = url
		self.screenshots = screenshots
		self.errors: list[str] = []
		self.page: Page = context.new_page()
		self.page.on("pageerror", self._note_exception)
		self.page.on("console", self._note_message)
		self.requests: set[Request] = set()
		self.page.on("request", self._note_request)
		for event in ("requestfinished", "requestfailed"):
			self.page.on(event, lambda request: self.requests.discard(request))

	def login(self, user: str, password: str) -> None:
		"""Log in by the login form."""
		self.page.goto(f"{self.url}/login")
		self.page.fill("#login_email", user)
		self.page.fill("#login_password", password)
		self.page.click(".btn-login")
		self.page.wait_for_selector(".layout-main-section")
		self.page.wait_for_function(START_IS_DRAWN)
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
		"""Wait until the desk has no request under way, has done what it had put off, and charts have come to rest.

		Requests are counted here: the framework's own counter stays up for ever if one of its callbacks fails. Its
		charts are drawn in two steps, and complain if their page is left between them.
		"""

		def is_at_rest() -> bool:
			self.pause(300)
			if self.requests:
				return False
			self.pause(1_000 if self.page.locator(".frappe-chart:visible").count() else 300)
			return not self.requests

		awaited(is_at_rest)

	def pause(self, milliseconds: int) -> None:
		"""Let the page do what it has put off for less time than this."""
		self.page.wait_for_function(PAUSE, arg=milliseconds)

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
		suggestion.wait_for()
		suggestion.click()
		self.settle()

	def type(self, fieldname: str, text: str) -> None:
		"""Type into a field and leave it."""
		entry = self.field(fieldname).locator("input").first
		entry.click()
		self.pause(200)  # the framework selects a number's text a moment after the click
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

	def tab_to(self, is_there: Callable[[], bool]) -> None:
		"""Go from one control to the next by the keyboard until the focus is there."""
		for _ in range(MOST_CONTROLS):
			if is_there():
				return
			self.page.keyboard.press("Tab")
		raise AssertionError(f"not reached by {MOST_CONTROLS} presses of Tab")

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
		"""Save the form by the keyboard and wait until it is stored.

		The framework drops the keys while it is redrawing its buttons; they are pressed again then, as people do.
		"""

		def press() -> bool:
			self.page.keyboard.press("Control+s")
			self.settle()
			return self.page.evaluate("() => !cur_frm.is_new() && !cur_frm.is_dirty()")

		awaited(press)

	def shoot(self, name: str) -> None:
		"""Keep a picture of what is on the screen."""
		expect(self.page.locator("body")).to_be_visible(timeout=PATIENCE * 1_000)
		self.page.screenshot(path=self.screenshots / f"{name}.png")

	def _note_exception(self, error) -> None:
		if is_own_exception(error.stack or ""):
			self.errors.append(f"{error}\n{error.stack}")

	def _note_request(self, request: Request) -> None:
		if LIVE_UPDATES not in request.url:
			self.requests.add(request)

	def _note_message(self, message) -> None:
		if message.type == "error" and is_own_source(message.location.get("url") or ""):
			self.errors.append(message.text)
