"""A heavy report, computed by the background worker as a Prepared Report: for the user who asked, and for nobody else."""

import json
import os
import secrets

import pytest
import requests

from sales_opportunity.tests.waiting import awaited

pytestmark = pytest.mark.browser

URL = os.environ.get("SALES_OPPORTUNITY_TEST_URL")
ADMIN_PASSWORD = os.environ.get("SALES_OPPORTUNITY_ADMIN_PASSWORD", "admin")
USER_PASSWORD = "Fahrrad-2026-Lindental"
REPORT = "Revenue Forecast"
PREPARE = "frappe.core.doctype.prepared_report.prepared_report.make_prepared_report"
RUN = "frappe.desk.query_report.run"


class Person:
	"""Somebody who is logged in and calls the server's functions."""

	def __init__(self, user: str, password: str = USER_PASSWORD):
		self.session = requests.Session()
		self.session.post(f"{URL}/api/method/login", data={"usr": user, "pwd": password}).raise_for_status()
		page = self.session.get(f"{URL}/app").text
		self.session.headers["X-Frappe-CSRF-Token"] = page.split('frappe.csrf_token = "')[1].split('"')[0]

	def call(self, function: str, **arguments):
		response = self.session.post(f"{URL}/api/method/{function}", json=arguments)
		assert response.ok, response.text
		return response.json()["message"]

	def prepared(self, filters: dict) -> str:
		"""Have the report prepared, wait for the worker, and return the Prepared Report's name."""
		name = self.call(PREPARE, report_name=REPORT, filters=json.dumps(filters))["name"]
		awaited(lambda: self.shown(filters).get("result"))
		return name

	def shown(self, filters: dict) -> dict:
		return self.call(RUN, report_name=REPORT, filters=json.dumps(filters))

	def direct(self, filters: dict) -> dict:
		return self.call(RUN, report_name=REPORT, filters=json.dumps(filters), ignore_prepared_report=True)


@pytest.fixture(scope="module")
def administrator():
	"""The Administrator, who has the report prepared in the background as long as the scenes last."""
	person = Person("Administrator", ADMIN_PASSWORD)
	switch = {"doctype": "Report", "name": REPORT, "fieldname": "prepared_report"}
	person.call("frappe.client.set_value", **switch, value=1)
	yield person
	person.call("frappe.client.set_value", **switch, value=0)


@pytest.fixture(scope="module")
def class_id(api, world, administrator) -> str:
	"""A class with one opportunity of 1,000 of Anna's and one of 2,000 of Emma's."""
	name = api("Class ID", class_id=f"PREP-{secrets.token_hex(2)}", title="Im Hintergrund")
	for person, amount in (("anna", 1_000), ("emma", 2_000)):
		api(
			"Sales Opportunity",
			party=world["partner_id"],
			class_id=name,
			stage="Inquiry",
			opportunity_owner=world["users"][person],
			amount=amount,
		)
	return name


@pytest.mark.parametrize(("person", "nominal"), [("anna", 1_000), ("emma", 2_000), ("katrin", 3_000)])
def test_the_worker_computes_what_the_user_would_see_at_once(world, class_id, person, nominal):
	someone = Person(world["users"][person])
	someone.prepared({"class_id": class_id})
	prepared, direct = someone.shown({"class_id": class_id}), someone.direct({"class_id": class_id})
	assert prepared["prepared_report"] and not direct.get("prepared_report")
	assert prepared["result"][-1]["nominal"] == nominal
	for part in ("result", "columns", "chart", "report_summary", "message"):
		assert prepared[part] == direct[part], part


def test_nobody_sees_what_was_prepared_for_somebody_else(world, class_id):
	katrin, anna = Person(world["users"]["katrin"]), Person(world["users"]["anna"])
	name = katrin.prepared({"class_id": class_id, "period": "Quarter"})
	assert not anna.shown({"class_id": class_id, "period": "Quarter"}).get("result")
	by_name = anna.shown({"class_id": class_id, "prepared_report_name": name})
	assert not by_name.get("result") and not by_name["doc"]
	assert anna.session.get(f"{URL}/api/resource/Prepared Report/{name}").status_code == 403
	rows = katrin.shown({"prepared_report_name": name})["result"]
	assert rows[-1]["nominal"] == 3_000


def test_the_stored_file_belongs_to_the_one_who_asked(world, class_id, administrator):
	katrin, anna = Person(world["users"]["katrin"]), Person(world["users"]["anna"])
	name = katrin.prepared({"class_id": class_id, "period": "Year"})
	(file,) = administrator.call(
		"frappe.client.get_list",
		doctype="File",
		filters={"attached_to_doctype": "Prepared Report", "attached_to_name": name},
		fields=["file_url", "is_private"],
	)
	assert file["is_private"]
	assert katrin.session.get(f"{URL}{file['file_url']}").status_code == 200
	assert anna.session.get(f"{URL}{file['file_url']}").status_code == 403
