"""What a salesperson does all day, for Locust: looks more than it writes, and now and then quotes. See `load.py`.

Who meets somebody else's change of the same deal loads it again, as a person would, and adds to what is there then. What was
written is counted when the test has ended.
"""

import itertools
import json
import os
from collections import Counter
from pathlib import Path

from locust import HttpUser, between, events, task

PLAN = json.loads(os.environ["LOAD_PLAN"])
DOCTYPES = "sales_opportunity.sales_opportunity.doctype"
DEAL = "Sales Opportunity"
MEETS_ANOTHER = "TimestampMismatchError"

people = itertools.count()
written: Counter[str] = Counter()


@events.quitting.add_listener
def tell(**_environment) -> None:
	"""Write down what the users have written."""
	Path(PLAN["written"]).write_text(json.dumps(written))


class Salesperson(HttpUser):
	"""Somebody with a deal of their own, and one that all have in common."""

	wait_time = between(2, 8)

	def on_start(self) -> None:
		self.client.headers["X-Frappe-Site-Name"] = PLAN["site"]
		number = next(people) % len(PLAN["users"])
		self.own = PLAN["deals"][number]
		values = {"usr": PLAN["users"][number], "pwd": PLAN["password"]}
		self.client.post("/api/method/login", data=values, name="log in")

	def call(self, title: str, method: str, **values):
		"""Return what a function of the server says, None if somebody else was faster with the same document."""
		with self.client.post(
			f"/api/method/{method}", json=values, name=title, catch_response=True
		) as response:
			if response.ok:
				return response.json().get("message", True)
			if MEETS_ANOTHER in response.text:
				written["meetings"] += 1
				response.success()
			else:
				response.failure(f"{response.status_code}: {response.text[-300:]}")
			return None

	def add(self, deal: str, title: str) -> bool:
		"""Add 1 to the amount of a deal; return whether it is stored."""
		doc = self.call("read a deal", "frappe.client.get", doctype=DEAL, name=deal)
		return bool(doc) and bool(
			self.call(title, "frappe.client.save", doc={**doc, "amount": doc["amount"] + 1})
		)

	@task(6)
	def look_at_list(self) -> None:
		fields = ["name", "title", "party_name", "stage", "status", "base_weighted_amount", "modified"]
		self.call(
			"list of deals",
			"frappe.desk.reportview.get",
			doctype=DEAL,
			fields=[f"`tab{DEAL}`.`{field}`" for field in fields],
			order_by=f"`tab{DEAL}`.`modified` desc",
			page_length=20,
		)

	@task(6)
	def open_form(self) -> None:
		self.call("form of a deal", "frappe.desk.form.load.getdoc", doctype=DEAL, name=self.own)

	@task(4)
	def save_own(self) -> None:
		if self.add(self.own, "save a deal"):
			written[self.own] += 1

	@task(2)
	def save_shared(self) -> None:
		while not self.add(PLAN["shared"], "save the deal of all"):
			if self.environment.runner.state != "running":
				return
		written[PLAN["shared"]] += 1

	@task(2)
	def look_at_board(self) -> None:
		self.call("board", "sales_opportunity.sales_opportunity.page.pipeline.pipeline.get_board")

	@task(2)
	def look_at_day(self) -> None:
		self.call("My Day", "sales_opportunity.sales_opportunity.page.my_day.my_day.get_open_work")

	@task(1)
	def look_at_forecast(self) -> None:
		self.call(
			"Revenue Forecast",
			"frappe.desk.query_report.run",
			report_name="Revenue Forecast",
			filters={},
			ignore_prepared_report=True,
		)

	@task(2)
	def quote(self) -> None:
		deal = self.call(
			"new deal",
			"frappe.client.insert",
			doc={
				"doctype": DEAL,
				"party": PLAN["party"],
				"class_id": PLAN["class_id"],
				"stage": PLAN["stage"],
				"title": PLAN["title"],
				"items": [{"item": PLAN["item"], "quantity": 1}] * 3,
			},
		)
		if not deal:
			return
		written["deals"] += 1
		create = f"{DOCTYPES}.sales_opportunity.mapper.create_quote"
		name = self.call("quote from it", create, opportunity=deal["name"], valid_until="2099-12-31")
		doc = name and self.call("read a quote", "frappe.client.get", doctype="Quote", name=name)
		if doc and self.call("issue with PDF", "frappe.client.submit", doc=doc):
			written["issued"] += 1
