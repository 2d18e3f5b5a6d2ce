"""A person at the desk: what one sees and clicks, in Frappe's own desk in Chromium."""

import json
import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import quote

import pytest
from console_errors import LIVE_UPDATES, is_own_exception, is_own_source
from days import TIME_ZONE
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, Response

from sales_opportunity.tests.waiting import PATIENCE, awaited

URL = os.environ.get("SALES_OPPORTUNITY_TEST_URL")
USER_PASSWORD = "Fahrrad-2026-Lindental"

MOST_CONTROLS = 300
"""More than any page of the desk has; whoever has not come to a control by then never comes to it."""

AT_REST = Path(__file__).with_name("at_rest.js").read_text()

HAS_FAILED = pytest.StashKey[bool]()
"""Whether a scene has failed, for the fixtures to tell what was seen then."""

WANTS_PICTURES = bool(os.environ.get("SALES_OPPORTUNITY_PICTURES"))

FORGET = """() => Object.keys(localStorage)
	.filter((key) => !/^(_page|_doctype|desk_assets):|^(_last_load|_version_number|metadata_version)$/.test(key))
	.forEach((key) => localStorage.removeItem(key))"""

CAN_SAVE = """() => (cur_frm.is_new() || cur_frm.is_dirty()) && cur_frm.page.btn_primary.is(":visible")"""

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
	"""Return a new visitor's browser, in which nothing is given up early and nothing moves for the eye alone."""
	context = browser.new_context(reduced_motion="reduce", timezone_id=TIME_ZONE, **options)
	context.set_default_timeout(PATIENCE * 1_000)
	context.add_init_script(AT_REST)
	return context


@cache
def api_token(context: BrowserContext) -> str:
	"""Return what the desk's requests carry to show that they come from it, for the user of the context's session.

	It is asked for once: the page that says it is the whole desk.
	"""
	return context.request.get(f"{URL}/app").text().split('frappe.csrf_token = "')[1].split('"')[0]


def address(*route: str) -> str:
	"""Return the address of a desk route, as the framework's router writes it."""
	slug = lambda doctype: doctype.lower().replace(" ", "-")  # noqa: E731
	kind, *names = route
	if kind == "Form":
		names = [slug(names[0]), *names[1:]]
	elif kind == "List":
		names = [slug(names[0]), "view", (names[1] if names[1:] else "List").lower()]
	elif kind == "Workspaces":
		names = [slug(names[0])]
	else:
		names = [*route]
	return "/".join(["/app", *(quote(name, safe="") for name in names)])


class Desk:
	"""A logged-in user's desk, in which no page is open yet. `errors` collects what the browser complained about."""

	def __init__(self, context: BrowserContext, url: str, screenshots: Path):
		self.context = context
		self.url = url
		self.screenshots = screenshots
		self.errors: list[str] = []
		self.page: Page = context.new_page()
		self.page.on("pageerror", self._note_exception)
		self.page.on("console", self._note_message)
		self.requests: set[Request] = set()
		self.refusals: list[str] = []
		self.page.on("response", self._note_response)
		self.page.on("request", self._note_request)
		for event in ("requestfinished", "requestfailed"):
			self.page.on(event, lambda request: self.requests.discard(request))

	def login(self, user: str, password: str) -> None:
		"""Log in by the login form."""
		self.page.goto(f"{self.url}/login")
		self.page.fill("#login_email", user)
		self.page.fill("#login_password", password)
		self.page.click(".btn-login")
		self._await_start()

	def start(self) -> None:
		"""Open the desk where it begins for the user."""
		self._visit("/app")
		self._await_start()

	def _await_start(self) -> None:
		self.page.wait_for_selector(".layout-main-section")
		self.page.wait_for_function(START_IS_DRAWN)
		self.settle()

	def call(self, method: str, **values):
		"""Return what a function of the server says to the user."""
		response = self.context.request.post(
			f"{self.url}/api/method/{method}",
			data={
				key: json.dumps(value) if isinstance(value, dict | list) else value
				for key, value in values.items()
			},
			headers={"X-Frappe-CSRF-Token": api_token(self.context)},
		)
		assert response.ok, response.text()
		return response.json().get("message")

	def open(self, *route: str) -> None:
		"""Go to a desk route, such as ("List", "Quote") or ("Form", "Quote", name)."""
		if self._is_blank():
			self._visit(address(*route))
		else:
			self.page.evaluate("route => frappe.set_route(...route)", list(route))
		self.settle()

	def new(self, doctype: str) -> None:
		"""Open the full form of a new document."""
		if self._is_blank():
			self._visit(address("Form", doctype, "new"))
		else:
			self.page.evaluate("doctype => frappe.new_doc(doctype)", doctype)
		self.page.wait_for_function(
			"doctype => window.cur_frm?.is_new() && cur_frm.doc.doctype === doctype", arg=doctype
		)
		self.settle()

	def _visit(self, path: str) -> None:
		"""Go to an address of the desk, which must be the desk and not a page that says why there is none."""
		response = self.page.goto(self.url + path)
		assert response and response.ok, f"{path}: {response and (response.status, response.text())}"
		assert "/app" in self.page.url, f"{path} led to {self.page.url}"

	def _is_blank(self) -> bool:
		return self.page.url == "about:blank"

	def settle(self) -> None:
		"""Wait until the desk has no request under way and has done what it had put off.

		Requests are counted here too, for pictures, scripts and frames are not in the page's own hands; and not by the
		framework, whose counter stays up for ever if one of its callbacks fails.
		"""

		def is_at_rest() -> bool:
			self.page.wait_for_function("() => window.is_at_rest?.()")
			return not self.requests

		awaited(is_at_rest)

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
		self.settle()  # what was offered before a text was typed would come in between, and stay open over the form
		suggestion = control.locator("li, [role=option]", has_text=text).first
		suggestion.wait_for()
		suggestion.click()
		self.settle()

	def type(self, fieldname: str, text: str) -> None:
		"""Type into a field and leave it."""
		entry = self.field(fieldname).locator("input").first
		entry.click()
		self.settle()  # the framework selects a number's text a moment after the click
		entry.fill(text)
		entry.press("Tab")
		self.settle()

	def fill(self, within: Locator, **texts: str) -> None:
		"""Type into fields of a dialog, from the keyboard alone, one after the other has taken what was typed.

		What a field makes of its text draws others anew, and would lose what is being typed there.
		"""
		for fieldname, text in texts.items():
			entry = within.locator(f"[data-fieldname='{fieldname}']").locator("input, textarea").last
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

	def choose_action(self, group: str, action: str) -> None:
		"""Open a group of buttons of the form, click one of its actions and wait for the lines of its dialog."""
		self.page.locator(".inner-group-button button:visible", has_text=group).first.click()
		self.page.locator(".inner-group-button .dropdown-item:visible", has_text=action).click()
		self.page.locator(".modal.show .modal-dialog tbody tr").first.wait_for()
		self.settle()

	def save(self) -> None:
		"""Save the form by the keyboard, once, and wait until it is stored.

		The framework drops the keys while it is redrawing its buttons; pressed twice, the second time would do what the
		form offers when it is stored.
		"""
		self.settle()
		self.page.wait_for_function(CAN_SAVE)
		self.page.keyboard.press("Control+s")
		self.page.wait_for_function("() => !cur_frm.is_new() && !cur_frm.is_dirty()")
		self.settle()

	def shoot(self, name: str) -> None:
		"""Wait until the screen has come to rest, and keep a picture of it if pictures are asked for."""
		self.settle()
		if WANTS_PICTURES:
			self.keep_picture(name)

	def keep_picture(self, name: str) -> None:
		"""Keep a picture of what is on the screen."""
		self.page.screenshot(path=self.screenshots / f"{name}.png")

	def situation(self) -> str:
		"""Return what is known when a scene has failed: where the page is, what it waits for, what the server refused."""
		if self._is_blank() or self.page.is_closed():
			return "no page is open"
		waiting = self.page.evaluate("() => window.what_is_waited_for?.()")
		return "\n".join(
			[self.page.url, f"waits for {waiting} and {self.requests}", *self.refusals, *self.errors]
		)

	def leave(self) -> None:
		"""Close all pages, and let nothing of it be remembered but what the framework has downloaded."""
		if not (self._is_blank() or self.page.is_closed()):
			self.page.evaluate(FORGET)
		for page in self.context.pages:
			page.close()

	def _note_exception(self, error) -> None:
		if is_own_exception(error.stack or ""):
			self.errors.append(f"{error}\n{error.stack}")

	def _note_response(self, response: Response) -> None:
		if not response.ok and LIVE_UPDATES not in response.url:
			self.refusals.append(f"{response.status} {response.url}")

	def _note_request(self, request: Request) -> None:
		if LIVE_UPDATES not in request.url:
			self.requests.add(request)

	def _note_message(self, message) -> None:
		if message.type == "error" and is_own_source(message.location.get("url") or ""):
			self.errors.append(message.text)
