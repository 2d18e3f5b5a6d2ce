"""Reports on quotes and on what is stuck; who sees what in all reports and their exports; figures of the workspace."""

import json
import re
from unittest.mock import patch

import frappe
from frappe.core.doctype.communication.email import make as make_email
from frappe.desk.doctype.number_card.number_card import get_result
from frappe.desk.query_report import export_query, run
from frappe.utils import add_days, add_to_date, fmt_money, now_datetime, nowdate

from sales_opportunity.analysis.obstacles import OBSTACLES
from sales_opportunity.api import close_as_won
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
)
from sales_opportunity.sales_opportunity.doctype.quote.expiry import expire_quote
from sales_opportunity.sales_opportunity.doctype.quote.revisions import new_revision
from sales_opportunity.sales_opportunity.doctype.quote_answer.answers_by_hand import accept_by_hand
from sales_opportunity.sales_opportunity.report.quote_register import quote_register
from sales_opportunity.tests.factories import (
	make_class,
	make_opportunity,
	make_partner,
	make_quote,
	make_user,
)
from sales_opportunity.tests.reports import REPORTS, listed, report_names, report_rows, run_report
from sales_opportunity.tests.statements import statements

OWNER, STRANGER = "report.owner@example.com", "report.stranger@example.com"
MANAGER, VIEWER = "report.manager@example.com", "report.viewer@example.com"
OUTSIDER = "report.outsider@example.com"
CLASS = "TEST-REPORTS"
OVER_TIME = {"Pipeline Changes", "Forecast Accuracy", "Probability Calibration"}
"""Reports on snapshots and closed deals, whose tests make a history of their own."""


def quotes_of(target: dict) -> list[dict]:
	return listed(target, ["name"])


class TestReports(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		for user in (OWNER, STRANGER):
			make_user(user, "Sales User")
		make_user(MANAGER, "Sales Manager")
		make_user(VIEWER, "Sales Viewer")
		make_user(OUTSIDER, "Website Manager")
		make_class(CLASS)
		cls.partner = make_partner("Berichtswesen Prüfstein GmbH").name

	def setUp(self):
		frappe.db.savepoint("report_test")
		self.addCleanup(frappe.db.rollback, save_point="report_test")
		self.addCleanup(frappe.set_user, "Administrator")

	def make(self, **values):
		values = {"class_id": CLASS, "party": self.partner, "opportunity_owner": OWNER, **values}
		return make_opportunity(**values)

	def reasons(self, doc) -> list[str]:
		rows = report_rows("Stalled and Not Forecastable", class_id=CLASS)
		return next((row["obstacles"] for row in rows if row.get("opportunity") == doc.name), [])

	def test_each_reason_why_an_opportunity_cannot_be_forecast(self):
		today, yesterday, tomorrow = nowdate(), add_days(nowdate(), -1), add_days(nowdate(), 1)
		kept = {"expected_close_date": tomorrow, "next_activity": "Call", "next_activity_date": today}
		sound = self.make(items=[{}], **kept)
		self.assertEqual(self.reasons(sound), [])
		for reason, values in (
			("No Close Date", {"expected_close_date": None}),
			("Close Date Past", {"expected_close_date": yesterday}),
			("No Next Activity", {"next_activity_date": None}),
			("Activity Overdue", {"next_activity_date": yesterday}),
			("Stalled", {"stalled_from": today}),
			("Amount Differs from Lines", {"amount": 1, "manual_amount": 1}),
		):
			frappe.db.savepoint("reason")
			frappe.db.set_value("Sales Opportunity", sound.name, values)
			self.assertEqual(self.reasons(sound), [reason])
			frappe.db.rollback(save_point="reason")

	def test_an_expired_primary_quote_is_a_reason(self):
		today, tomorrow = nowdate(), add_days(nowdate(), 1)
		doc = self.make(
			items=[{}], expected_close_date=tomorrow, next_activity="Call", next_activity_date=today
		)
		quote = make_quote(doc)
		quote.db_set({"status": "Sent", "valid_until": today})
		self.assertEqual(self.reasons(doc), [])
		quote.db_set("valid_until", add_days(today, -1))
		self.assertEqual(self.reasons(doc), ["Quote Expired"])

	def test_a_quote_that_expired_in_the_night_stays_a_reason_until_there_is_a_new_one(self):
		for status in ("Issued", "Sent"):
			with self.subTest(status):
				doc, quote = self.with_expired_quote(status)
				expire_quote(quote.name)
				self.assertEqual(quote.db_get("status"), "Expired")
				self.assertEqual(self.reasons(doc), ["Quote Expired"])
				new_revision(quote.name, add_days(nowdate(), 5))
				self.assertEqual(self.reasons(doc), ["Quote Expired"])
				frappe.get_last_doc("Quote", {"opportunity": doc.name, "docstatus": 0}).submit()
				self.assertEqual(self.reasons(doc), [])

	def test_an_expired_quote_is_no_reason_beside_one_that_can_be_or_was_accepted(self):
		for status, days in (("Issued", 0), ("Sent", 3), ("Accepted", -2)):
			with self.subTest(status):
				doc, quote = self.with_expired_quote("Sent")
				expire_quote(quote.name)
				other = make_quote(doc)
				other.db_set({"status": status, "docstatus": 1, "valid_until": add_days(nowdate(), days)})
				self.assertEqual(self.reasons(doc), [])

	def with_expired_quote(self, status: str):
		"""Return an opportunity without other obstacles and its issued quote, which was valid until yesterday."""
		doc = self.make(
			items=[{}],
			expected_close_date=add_days(nowdate(), 1),
			next_activity="Call",
			next_activity_date=nowdate(),
		)
		quote = make_quote(doc)
		quote.submit()
		quote.db_set({"status": status, "valid_until": add_days(nowdate(), -1)})
		return doc, quote

	def test_the_chosen_reason_and_what_is_at_stake(self):
		self.make(amount=1000)
		self.make(amount=5000, expected_close_date=add_days(nowdate(), 9))
		report = run("Stalled and Not Forecastable", filters={"class_id": CLASS, "reason": "No Close Date"})
		self.assertEqual([row["nominal"] for row in report["result"]], [1000, 1000])  # and the total
		self.assertEqual([card["value"] for card in report["report_summary"]], [1, 50, 300])

	def test_reasons_of_the_filter_are_those_of_the_report(self):
		script = (REPORTS / "stalled_and_not_forecastable" / "stalled_and_not_forecastable.js").read_text()
		(choices,) = re.findall(r"choices\(\[(.+?)\]\)", script, re.S)
		self.assertEqual(re.findall(r'"(.+?)"', choices), list(OBSTACLES))

	def test_the_quote_register_by_hand(self):
		"""Accepted after 2 and declined after 5 days, one expired, one sent four days ago, one draft; alternatives."""
		now = now_datetime()
		for status, values in (
			(
				"Accepted",
				{
					"issued_on": add_days(now, -9),
					"sent_on": add_days(now, -8),
					"answered_on": add_days(now, -6),
				},
			),
			("Declined", {"issued_on": add_days(now, -7), "answered_on": add_days(now, -2)}),
			("Expired", {"issued_on": add_days(now, -40)}),
			("Sent", {"issued_on": add_days(now, -4), "sent_on": add_days(now, -4)}),
			("Draft", {}),
		):
			doc = self.make(items=[{"rate": 1000}])
			quote = make_quote(doc)
			quote.db_set({"status": status, **values})
			if status in ("Accepted", "Declined"):
				answer = {"quote": quote.name, "answer": status, "channel": "Desk", **values}
				frappe.get_doc({"doctype": "Quote Answer", **answer}).insert()
				closed_with_it = {"status": "Declined", "issued_on": add_days(now, -9), "answered_on": now}
				make_quote(doc).db_set(closed_with_it)
			elif status == "Sent":
				make_quote(doc).db_set({"status": status, "base_net_total": 1500, "is_primary": 0})
		report = run("Quote Register", filters={"class_id": CLASS})
		rows = {row["status"]: row for row in report["result"] if row["is_primary"]}
		self.assertEqual(rows["Accepted"]["days_to_answer"], 2)
		self.assertEqual(rows["Declined"]["days_to_answer"], 5)
		self.assertEqual((rows["Sent"]["age"], rows["Draft"]["age"], rows["Expired"]["age"]), (4, None, None))
		summary = {card["label"]: card["value"] for card in report["report_summary"]}
		self.assertEqual(summary["Quotes on the Table"], 2)
		self.assertEqual(summary["Net Total on the Table"], 1000)
		self.assertEqual(summary["Acceptance Rate"], f"{fmt_money(33.3, precision=1)} %")
		self.assertEqual(summary["Days to Answer (Median)"], fmt_money(3.5, precision=1))

	def test_of_very_many_quotes_the_latest_are_listed_and_all_are_counted(self):
		docs = [self.make(items=[{"rate": 100 * place}]) for place in (1, 2, 3)]
		quotes = [make_quote(doc) for doc in docs]
		for quote, day in zip(quotes, (0, -1, -2), strict=True):
			quote.db_set("quote_date", add_days(nowdate(), day))
		filters = {"class_id": CLASS, "from_date": add_days(nowdate(), -5), "to_date": nowdate()}
		for length, listed_quotes in ((3, quotes), (2, quotes[:2]), (1, quotes[:1])):
			with self.subTest(length), patch.object(quote_register, "LISTED_ROWS", length):
				report = run_report("Quote Register", **filters)
				rows = [row for row in report["result"] if row["quote"]]
				others = [row for row in report["result"] if not row["quote"]]
				self.assertEqual([row["quote"] for row in rows], [quote.name for quote in listed_quotes])
				self.assertEqual(sum(row["net"] for row in report["result"]), 600)
				self.assertEqual(report["report_summary"][0]["value"], 3)
				((bar,),) = report["chart"]["targets"]
				self.assertEqual({row.name for row in quotes_of(bar)}, {quote.name for quote in quotes})
				self.assertEqual([row["state"] for row in others], [f"{3 - length} quotes"] * (length < 3))
				for row in others:
					self.assertEqual(len(quotes_of(row["drill"]["quotes"])), 3)

	def test_statements_of_register_and_journey_do_not_grow_with_the_deals(self):
		for name, few in (("Quote Register", 20), ("Customer Journey", 20)):
			counts = []
			for _time in range(2):
				deal = self.make(items=[{}], opportunity_owner=OWNER)
				make_quote(deal).db_set({"status": "Sent", "owner": OWNER})
				deal.reload()
				deal.update({"manual_amount": 1, "amount": 900})
				deal.save()
				counts.append(statements(lambda name=name: report_rows(name, party=self.partner)))
			self.assertEqual(*counts, name)
			self.assertLess(counts[0], few, name)

	def test_the_journey_shows_calls_notes_tasks_meetings_and_quotes(self):
		from sales_opportunity.activities.activity_log import add_activity

		doc = self.make(items=[{}])
		for kind in ("Call", "Note", "Task", "Meeting"):
			add_activity(doc.name, kind, f"{kind} about the bikes")
		quote = make_quote(doc)
		doc.reload()
		doc.update({"manual_amount": 1, "amount": 900, "expected_close_date": "2099-01-31"})
		doc.save()
		quote.submit()
		make_email("Quote", quote.name, content="Here it is", subject="Our bikes")
		accept_by_hand(quote.name, nowdate(), "Sabine Hoffmann")
		close_as_won(doc.name)
		create_fulfilment_request(doc.name, "Billing")
		rows = report_rows("Customer Journey", party=self.partner)
		self.assertEqual(
			{row["kind"] for row in rows},
			{"Stage", "Phone", "Note", "Task", "Meeting", "Quote", "Email", "Deal Changed", "Follow-up"},
		)
		self.assertTrue(all(row["opportunity"] == doc.name for row in rows))
		texts = {row["text"]: row["person"] for row in rows}
		self.assertEqual(texts[f"Quote {quote.name} answered: Accepted"], "Sabine Hoffmann")
		self.assertIn("Our bikes", texts)
		self.assertTrue(any(text.startswith("Amount: from") for text in texts))
		self.assertTrue(any(text.startswith("Billing requested") for text in texts))
		self.assertTrue(any("Call about the bikes" in row["text"] for row in rows))

	def test_salespeople_see_only_their_own_in_each_report_and_its_export(self):
		doc = self.make(
			title="Berichtswesen", items=[{"rate": 7777}], expected_close_date=add_days(nowdate(), 9)
		)
		for days in (10, 11, 9):
			doc.expected_close_date = add_days(nowdate(), days)
			doc.save()
		self.make(title="Berichtswesen", items=[{"rate": 7777}], stage="Won")
		lost = self.make(title="Berichtswesen", amount=8888)
		lost.update({"stage": "Lost", "closing_reason": "No Budget"})
		lost.save()
		quote = make_quote(doc)
		marks = (doc.name, lost.name, quote.name, "7777", "8888")
		for name in set(report_names("Script Report")) - OVER_TIME - {"Margin"}:
			for user in (OWNER, MANAGER, VIEWER, STRANGER, OUTSIDER):
				frappe.set_user(user)
				exported, seen = self.exported(name), self.seen(name)
				is_allowed = user not in (STRANGER, OUTSIDER)
				self.assertEqual(len(exported.splitlines()) > 1, is_allowed, (name, user, exported))
				self.assertEqual(any(mark in seen for mark in marks), is_allowed, (name, user, seen))

	def seen(self, name: str) -> str:
		"""Return all that a report tells the user, nothing without permission."""
		try:
			return json.dumps(
				run_report(name, class_id=CLASS, party=self.partner),
				default=str,
			)
		except frappe.PermissionError:
			return ""

	def exported(self, name: str) -> str:
		"""Return the CSV that the user gets, nothing without permission."""
		filters = {"class_id": CLASS, "party": self.partner}
		frappe.local.form_dict = frappe._dict(
			report_name=name,
			filters=json.dumps(filters),
			file_format_type="CSV",
			visible_idx=json.dumps(list(range(200))),
			custom_columns="[]",
		)
		frappe.response.pop("filecontent", None)
		try:
			export_query()
		except frappe.PermissionError:
			return ""
		content = frappe.response.get("filecontent") or frappe.response.get("result") or ""
		return content.decode() if isinstance(content, bytes) else content

	def test_the_plain_reports_are_for_those_who_see_everything(self):
		self.assertEqual(len(report_names("Query Report")), 4)
		for name in report_names("Query Report"):
			for user in (OWNER, MANAGER, VIEWER, OUTSIDER):
				frappe.set_user(user)
				self.assertEqual(bool(self.seen(name)), user in (MANAGER, VIEWER), (name, user))

	def test_each_report_can_be_prepared_in_the_background(self):
		"""A prepared report is kept as JSON and shown from there."""
		self.make(items=[{"rate": 7777}], expected_close_date=add_days(nowdate(), 9))
		for name in report_names("Script Report"):
			days = {"from_date": add_days(nowdate(), -30), "to_date": nowdate()} if name in OVER_TIME else {}
			report = run_report(name, **{"party": self.partner, **days})
			kept = json.loads(frappe.as_json(report))
			self.assertEqual(len(kept["result"]), len(report["result"]), name)

	def test_each_report_may_run_on_a_read_replica(self):
		for name in report_names("Script Report"):
			folder = name.lower().replace(" ", "_").replace("-", "_")
			source = (REPORTS / folder / f"{folder}.py").read_text()
			self.assertIn("@frappe.read_only()\ndef execute(", source, name)

	def test_the_number_cards_say_what_the_reports_say(self):
		self.make(items=[{"rate": 1000}], next_activity="Call", next_activity_date=add_days(nowdate(), -3))
		won = self.make(items=[{"rate": 3000}])
		won.update({"stage": "Won", "closing_reason": "Best Product"})
		won.save()
		whole = report_rows("Revenue Forecast")[-1]
		month = {"from_date": f"{nowdate()[:7]}-01", "to_date": nowdate()}
		this_month = report_rows("Revenue Forecast", **month)[-1]
		self.assertEqual(self.number("Open Pipeline"), int(whole["nominal"]))
		self.assertEqual(self.number("Weighted Forecast"), int(whole["weighted"]))
		self.assertEqual(self.number("Won This Month"), int(this_month["won"]))
		overdue = frappe.db.count(
			"Sales Opportunity", {"status": "Open", "next_activity_date": ("<", nowdate())}
		)
		late = ("between", ["2000-01-01", add_days(nowdate(), -1)])
		self.assertEqual(self.number("Overdue Activities", next_activity_date=late), overdue)
		frappe.set_user(STRANGER)
		self.assertEqual(
			self.number("Open Pipeline"),
			int(sum(row["nominal"] for row in report_rows("Revenue Forecast")[-1:])),
		)

	def test_what_no_forecast_counts_is_in_none_of_the_cards(self):
		cards = ("Open Pipeline", "Weighted Forecast")
		before = [self.number(name) for name in cards]
		doc = self.make(items=[{"rate": 50_000}])
		counted = [self.number(name) for name in cards]
		self.assertTrue(all(after > earlier for earlier, after in zip(before, counted, strict=True)))
		doc.db_set("forecast_category", "Omitted")
		self.assertEqual([self.number(name) for name in cards], before)

	def number(self, name: str, **more) -> int:
		"""Return the figure of a card, with its filters and what its script adds, without the cents that releases show."""
		card = frappe.get_doc("Number Card", name)
		filters = json.loads(card.filters_json)
		filters += [[card.document_type, field, *condition] for field, condition in more.items()]
		return int(get_result(card.as_dict(), filters))

	def test_the_charts_of_the_workspaces_are_the_reports(self):
		self.make(items=[{}], expected_close_date=nowdate())
		self.make(items=[{}], stage="Lost", closing_reason="No Budget")
		workspace = frappe.get_doc("Workspace", "Sales Figures")
		self.assertEqual(
			{row.role for row in workspace.roles}, {"Sales Manager", "Sales Viewer", "System Manager"}
		)
		dates = {"from_date": add_to_date(nowdate(), days=-3), "to_date": nowdate()}
		for row in workspace.charts:
			chart = frappe.get_doc("Dashboard Chart", row.chart_name)
			self.assertTrue(chart.use_report_chart, chart.name)
			self.assertLessEqual(set(json.loads(chart.dynamic_filters_json)), set(dates), chart.name)
			filters = {**json.loads(chart.filters_json), **dates}
			with self.subTest(chart.name):
				answer = run(chart.report_name, filters=filters)
				self.assertTrue(answer["chart"]["data"]["labels"])

	def test_all_of_the_workspace_is_there(self):
		workspace = frappe.get_doc("Workspace", "Sales Opportunities")
		for card in workspace.number_cards:
			self.assertTrue(frappe.db.exists("Number Card", card.number_card_name))
		names = {row.link_to for row in workspace.links if row.link_type == "Report"}
		self.assertLessEqual({*report_names("Script Report"), *report_names("Query Report")}, names)

	def test_the_steps_to_begin_with_lead_somewhere(self):
		onboarding = frappe.get_doc("Module Onboarding", "Sales Opportunities")
		self.assertEqual([row.role for row in onboarding.allow_roles], ["Sales Manager"])
		steps = onboarding.get_steps()
		self.assertEqual(len(steps), 7)
		doctypes = frappe.get_all("DocType", {"module": "Sales Opportunity"}, pluck="name")
		pages = {name.lower().replace(" ", "-") for name in doctypes}
		for step in steps:
			if step.action == "Go to Page":
				self.assertIn(step.path, pages)
			elif step.action == "View Report":
				self.assertIn(step.reference_report, report_names("Script Report"))
			else:
				meta = frappe.get_meta(step.reference_document)
				self.assertTrue(step.action == "Create Entry" or meta.has_field(step.field), step.name)
