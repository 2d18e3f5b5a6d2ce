"""Chromium, a desk for any user, and the master data that the scenes need, made over the REST API."""

import os
import secrets
from pathlib import Path

import pytest
from desk import HAS_FAILED, URL, USER_PASSWORD, Desk, api_token, new_context
from playwright.sync_api import BrowserContext

CHROMIUM = os.environ.get("SALES_OPPORTUNITY_CHROMIUM")
ADMIN_PASSWORD = os.environ.get("SALES_OPPORTUNITY_ADMIN_PASSWORD", "admin")
WINDOW = {"viewport": {"width": 1400, "height": 950}, "accept_downloads": True}
FLAGS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
	# A page of a scene lives too short for what optimising its scripts costs: a quarter of the browser's time.
	"--js-flags=--no-opt --no-maglev",
]

collect_ignore_glob = [] if URL else ["*"]


@pytest.fixture(scope="session")
def browser():
	"""One headless Chromium for all scenes."""
	from playwright.sync_api import sync_playwright

	with sync_playwright() as playwright:
		chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
		yield chromium
		chromium.close()


@pytest.fixture(scope="session")
def screenshots() -> Path:
	"""The folder where pictures go, outside version control."""
	folder = Path(os.environ["SALES_OPPORTUNITY_BENCH"]) / "screenshots"
	folder.mkdir(exist_ok=True)
	return folder


class Api:
	"""The Administrator's access to the REST API: `api(doctype, **values)` makes a document, returns its name."""

	def __init__(self, request, token: str):
		self.request = request
		self.headers = {"X-Frappe-CSRF-Token": token}

	def __call__(self, doctype: str, **values) -> str:
		response = self.request.post(f"/api/resource/{doctype}", data=values, headers=self.headers)
		assert response.ok, response.text()
		return response.json()["data"]["name"]

	def call(self, method: str, **values):
		"""Return what a function of the server says."""
		response = self.request.post(f"/api/method/{method}", data=values, headers=self.headers)
		assert response.ok, response.text()
		return response.json().get("message")

	def update(self, doctype: str, name: str, **values) -> None:
		"""Change values of a document."""
		response = self.request.put(f"/api/resource/{doctype}/{name}", data=values, headers=self.headers)
		assert response.ok, response.text()

	def read(self, doctype: str, name: str) -> dict:
		"""Return a document."""
		response = self.request.get(f"/api/resource/{doctype}/{name}")
		assert response.ok, response.text()
		return response.json()["data"]

	def all(self, doctype: str) -> list[dict]:
		"""Return all documents of a DocType."""
		response = self.request.get(f"/api/resource/{doctype}?limit_page_length=0")
		assert response.ok, response.text()
		return [self.read(doctype, row["name"]) for row in response.json()["data"]]

	def delete(self, doctype: str, name: str) -> None:
		"""Delete a document."""
		response = self.request.delete(f"/api/resource/{doctype}/{name}", headers=self.headers)
		assert response.ok, response.text()


@pytest.fixture(scope="session")
def api(browser):
	"""The Administrator's access to the REST API."""
	context = new_context(browser, base_url=URL)
	login = context.request.post("/api/method/login", form={"usr": "Administrator", "pwd": ADMIN_PASSWORD})
	assert login.ok, login.text()
	yield Api(context.request, api_token(context))
	context.close()


@pytest.fixture(scope="session")
def roles_of(api):
	"""Return a function that tells the roles of a user, as the framework stored them."""
	return lambda user: {row["role"] for row in api.read("User", user)["roles"]}


@pytest.fixture(scope="session")
def make_admin(api):
	"""Return a function that makes somebody who administers the site, with more roles, and returns the e-mail address."""

	def make(*roles: str) -> str:
		return api(
			"User",
			email=f"ada.{secrets.token_hex(3)}@lindental.example",
			first_name="Ada",
			language="de",
			new_password=USER_PASSWORD,
			send_welcome_email=0,
			roles=[{"role": role} for role in ("System Manager", *roles)],
		)

	return make


@pytest.fixture(scope="session")
def make_manager(api):
	"""Return a function that makes a sales manager who reads this language, and returns the e-mail address."""

	def make(language: str) -> str:
		return api(
			"User",
			email=f"max.{secrets.token_hex(3)}@lindental.example",
			first_name="Max",
			language=language,
			new_password=USER_PASSWORD,
			send_welcome_email=0,
			roles=[{"role": role} for role in ("Sales User", "Sales Manager")],
		)

	return make


@pytest.fixture
def open_deal(api, world):
	"""Return a function that makes a salesperson's open opportunity, with lines unless others are given, and returns its name."""

	def make(title: str, person: str = "anna", **values) -> str:
		deal = {
			"party": world["partner_id"],
			"class_id": "NEW",
			"stage": "Proposal",
			"items": [{"item": world["bike"], "quantity": 4}],
		}
		return api(
			"Sales Opportunity",
			**{**deal, **values, "title": title, "opportunity_owner": world["users"][person]},
		)

	return make


@pytest.fixture(scope="session")
def world(api) -> dict:
	"""A salesperson, a manager, a customer with address and contact, and two items; new ones in each run."""
	key = secrets.token_hex(3)
	users = {}
	for person, language, roles in (
		("anna", "de", ["Sales User"]),
		("emma", "en", ["Sales User"]),
		("katrin", "de", ["Sales User", "Sales Manager"]),
	):
		users[person] = api(
			"User",
			email=f"{person}.{key}@lindental.example",
			first_name=person.title(),
			language=language,
			new_password=USER_PASSWORD,
			send_welcome_email=0,
			roles=[{"role": role} for role in roles],
		)
	partner_name = f"Stadtwerke Neuenburg {key}"
	partner = api("Business Partner", partner_name=partner_name, language="de", role="Prospect")
	link = [{"link_doctype": "Business Partner", "link_name": partner}]
	api(
		"Address",
		address_title=partner_name,
		address_type="Billing",
		address_line1="Am Marktplatz 7",
		pincode="79395",
		city="Neuenburg",
		country="Germany",
		links=link,
	)
	api("Contact", first_name="Sabine", last_name="Hoffmann", gender="Female", links=link)
	bike = api("Sales Item", item_code=f"CB-{key}", item_name="Lastenrad Packesel", unit="Piece", price=5290)
	service = api(
		"Sales Item",
		item_code=f"SV-{key}",
		item_name="Einweisung vor Ort",
		kind="Service",
		unit="Flat Rate",
		price=490,
	)
	return {
		"users": users,
		"password": USER_PASSWORD,
		"partner": partner_name,
		"partner_id": partner,
		"bike": bike,
		"service": service,
	}


@pytest.fixture(scope="module")
def inbox(api):
	"""What a mail server on loopback received; the test site sends through it."""
	from sales_opportunity.tests import mail_server

	server = mail_server.start()
	account = api(
		"Email Account",
		email_account_name=f"Verkauf {server.port}",
		email_id=f"verkauf.{server.port}@lindental.example",
		enable_outgoing=1,
		default_outgoing=1,
		smtp_server="127.0.0.1",
		smtp_port=server.port,
		no_smtp_authentication=1,
	)
	yield server.handler
	api.delete("Email Account", account)
	server.stop()


@pytest.fixture(scope="session")
def visits(browser):
	"""Return a function that gives the browser of a user, who logs in once for all scenes."""
	contexts = {}

	def visit(user: str) -> BrowserContext:
		if user not in contexts:
			contexts[user] = new_context(browser, **WINDOW)
			login = contexts[user].request.post(
				f"{URL}/api/method/login", form={"usr": user, "pwd": USER_PASSWORD}
			)
			assert login.ok, login.text()
		return contexts[user]

	yield visit
	for context in contexts.values():
		context.close()


@pytest.fixture
def desk(visits, screenshots, request):
	"""Return a function that gives a user's desk, without an open page; no scene may leave an error in the console."""
	opened = []

	def enter(user: str) -> Desk:
		opened.append(Desk(visits(user), URL, screenshots))
		return opened[-1]

	yield enter
	errors = [error for desk in opened for error in desk.errors]
	for number, desk in enumerate(opened):
		if errors or request.node.stash.get(HAS_FAILED, False):
			print(desk.situation())
			desk.keep_picture(f"last-{number}")
		desk.leave()
	assert errors == []


@pytest.fixture
def stranger(browser, screenshots):
	"""The desk in a browser in which nobody has logged in."""
	desk = Desk(new_context(browser, **WINDOW), URL, screenshots)
	yield desk
	desk.context.close()
	assert desk.errors == []


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
	"""Note on a test that it has failed, for the fixtures to keep what was seen then."""
	outcome = yield
	item.stash[HAS_FAILED] = item.stash.get(HAS_FAILED, False) or outcome.get_result().failed
