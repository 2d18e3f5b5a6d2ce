"""Take the pictures of the tour from the running demo.

Usage: python tour.py URL FOLDER, with the bench's Python and the folders of the scenes on its path. Each view is
taken in each language and theme: FOLDER/<language>/<view>.webp and <view>-dark.webp.
"""

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desk import Desk, new_context
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ViewportSize, sync_playwright

from sales_opportunity.demo.masters import PASSWORD

SELLER = "tobias@lindental.example"
MANAGER = "katrin@lindental.example"
DESKTOP = ViewportSize(width=1400, height=900)
PHONE = ViewportSize(width=390, height=844)
COMPANY_STEP = ".so-step[data-step='company'] .so-step-head"


@dataclass(frozen=True)
class View:
	"""A page of the desk as one person sees it; `route` gets the name of the demo's main deal and its quote.

	`unfolded` is the selector of what is clicked before, if anything is.
	"""

	name: str
	user: str
	route: Callable[[str, str], tuple[str, ...]]
	size: ViewportSize
	unfolded: str = ""


VIEWS = (
	View("my-day", SELLER, lambda deal, quote: ("my-day",), DESKTOP),
	View("my-day-phone", SELLER, lambda deal, quote: ("my-day",), PHONE),
	View("pipeline", SELLER, lambda deal, quote: ("pipeline",), DESKTOP),
	View("pipeline-phone", SELLER, lambda deal, quote: ("pipeline",), PHONE),
	View("list", SELLER, lambda deal, quote: ("List", "Sales Opportunity", "List"), DESKTOP),
	View("opportunity", SELLER, lambda deal, quote: ("Form", "Sales Opportunity", deal), DESKTOP),
	View("quote", SELLER, lambda deal, quote: ("Form", "Quote", quote), DESKTOP),
	View("figures", MANAGER, lambda deal, quote: ("Workspaces", "Sales Figures"), DESKTOP),
	View("forecast", MANAGER, lambda deal, quote: ("query-report", "Revenue Forecast"), DESKTOP),
	View("changes", MANAGER, lambda deal, quote: ("query-report", "Pipeline Changes"), DESKTOP),
	View("set-up", MANAGER, lambda deal, quote: ("set-up-sales",), DESKTOP, COMPANY_STEP),
)


class Admin:
	"""The Administrator's requests to the demo."""

	def __init__(self, context: BrowserContext):
		self.request = context.request
		login = self.request.post(
			"/api/method/login",
			form={"usr": "Administrator", "pwd": os.environ["SALES_OPPORTUNITY_ADMIN_PASSWORD"]},
		)
		assert login.ok, login.text()
		self.token = self.request.get("/app").text().split('frappe.csrf_token = "')[1].split('"')[0]

	def set_user(self, user: str, **values) -> None:
		"""Change fields of a user."""
		headers = {"X-Frappe-CSRF-Token": self.token}
		response = self.request.put(f"/api/resource/User/{user}", data=values, headers=headers)
		assert response.ok, response.text()

	def main_deal(self) -> tuple[str, str]:
		"""Return the names of the deal of the demo's main job and of its issued quote."""
		filters = '[["request_key", "=", "demo-main-job"], ["docstatus", "=", 1]]'
		found = self.request.get(f'/api/resource/Quote?filters={filters}&fields=["name", "opportunity"]')
		quote = found.json()["data"][0]
		return quote["opportunity"], quote["name"]


@contextmanager
def speaking(admin: Admin, language: str) -> Iterator[None]:
	"""Let both people work in a language and follow the browser's theme, then in their own again."""
	for user in (SELLER, MANAGER):
		admin.set_user(user, language=language, desk_theme="Automatic")
	try:
		yield
	finally:
		for user in (SELLER, MANAGER):
			admin.set_user(user, language="de", desk_theme="Light")


def take_all(browser: Browser, url: str, folder: Path) -> None:
	"""Take every view in every language and theme."""
	admin = Admin(new_context(browser, base_url=url))
	deal, quote = admin.main_deal()
	for language in ("de", "en"):
		with speaking(admin, language):
			for user in (SELLER, MANAGER):
				for theme in ("light", "dark"):
					take(browser, url, folder / language, user, theme, (deal, quote))


def take(browser: Browser, url: str, folder: Path, user: str, theme: str, names: tuple[str, str]) -> None:
	"""Take the views of one user in one theme."""
	folder.mkdir(parents=True, exist_ok=True)
	context = new_context(browser, viewport=DESKTOP, color_scheme=theme)
	desk = Desk(context, url, folder)
	desk.login(user, PASSWORD)
	for view in VIEWS:
		if view.user == user:
			desk.page.set_viewport_size(view.size)
			desk.open(*view.route(*names))
			if view.unfolded:
				desk.page.locator(view.unfolded).click()
				desk.settle()
			suffix = "-dark" if theme == "dark" else ""
			store(desk.page.screenshot(), folder / f"{view.name}{suffix}.webp")
	context.close()


def store(picture: bytes, path: Path) -> None:
	"""Store a picture as WebP without any loss: a third of what the browser's PNG takes."""
	Image.open(io.BytesIO(picture)).convert("RGB").save(path, lossless=True, method=6)


with sync_playwright() as playwright:
	chromium = playwright.chromium.launch(
		executable_path=os.environ["SALES_OPPORTUNITY_CHROMIUM"] or None,
		args=["--no-sandbox", "--disable-gpu"],
	)
	take_all(chromium, sys.argv[1], Path(sys.argv[2]))
	chromium.close()
