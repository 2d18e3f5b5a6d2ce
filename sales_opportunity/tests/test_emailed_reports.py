"""Reports by e-mail show what the user may see for whom they are meant."""

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.tests.factories import make_opportunity, make_user
from sales_opportunity.tests.reports import make_report

SELLER, REPORTER = "emailed.seller@example.com", "emailed.reporter@example.com"


class TestEmailedReports(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		make_user(SELLER, "Sales User", language="de")
		make_user(REPORTER, "Report Manager", "Sales User")
		self.own = make_opportunity(amount=1_234, opportunity_owner=SELLER)
		self.others = make_opportunity(amount=987_654_321)  # among the largest that the report lists

	def content(self, report: str, user: str) -> str:
		return self.email(report, user).get_report_content()

	def email(self, report: str, user: str):
		return frappe.get_doc(
			{
				"doctype": "Auto Email Report",
				"report": report,
				"user": user,
				"email_to": SELLER,
				"format": "CSV",
				"frequency": "Daily",
				"filters": "{}",
				"no_of_rows": 1000,
			}
		).insert()

	def test_a_salespersons_mail_has_only_their_own_whoever_sends_it(self):
		content = self.content("Stalled and Not Forecastable", SELLER)
		self.assertIn(self.own.name, content)
		self.assertNotIn(self.others.name, content)
		self.assertIn(self.others.name, self.content("Stalled and Not Forecastable", "Administrator"))

	def test_it_speaks_the_language_of_that_user_and_leaves_the_sender_alone(self):
		self.assertIn("Ohne Abschlussdatum", self.content("Revenue Forecast", SELLER))
		self.assertEqual((frappe.session.user, frappe.local.lang), ("Administrator", "en"))

	def test_a_report_of_another_app_is_sent_as_the_framework_does(self):
		frappe.local.lang = "de"
		self.addCleanup(setattr, frappe.local, "lang", "en")
		for ref_doctype, expected in (("ToDo", "Open"), ("Sales Opportunity", frappe._("Open"))):
			content = self.content(make_report(ref_doctype, "Desk"), "Administrator")
			self.assertIn(f',"{expected}"', content, ref_doctype)

	def test_nobody_but_an_administrator_sends_or_downloads_what_another_may_see(self):
		stored = self.email("Revenue Forecast", "Administrator")
		frappe.set_user(REPORTER)
		for report in ("Open Quotes", "Revenue Forecast"):
			with self.assertRaises(frappe.PermissionError):
				self.email(report, "Administrator")
		stored.email_to = REPORTER
		for use in (stored.save, stored.get_report_content):
			with self.assertRaises(frappe.PermissionError):
				use()
		own = make_opportunity(opportunity_owner=REPORTER)
		self.assertIn(own.name, self.content("Stalled and Not Forecastable", REPORTER))

	def test_added_columns_of_others_reports_show_what_that_user_may_read(self):
		link, deals = {"fieldname": "deal", "label": "Deal"}, (self.own, self.others)
		report = {
			"doctype": "Report",
			"report_name": frappe.generate_hash(length=10),
			"ref_doctype": "Note",
			"module": "Desk",
			"is_standard": "No",
			"roles": [{"role": "Sales User"}],
		}
		query = " union ".join(f"select '{deal.name}' as deal" for deal in deals)
		base = frappe.get_doc({**report, "report_type": "Query Report", "query": query, "columns": [link]})
		column = {"doctype": "Sales Opportunity", "fieldname": "owner", "label": "x", "link_field": "deal"}
		copy = frappe.get_doc(
			{
				**report,
				"report_name": frappe.generate_hash(length=10),
				"report_type": "Custom Report",
				"reference_report": base.insert().name,
				"json": frappe.as_json({"columns": [link, column], "filters": {}}),
			}
		).insert()
		content = self.content(copy.name, SELLER)
		self.assertIn(f'"{self.own.name}","Administrator"', content)
		self.assertIn(f'"{self.others.name}",""', content)

	def test_messages_are_not_reported_for_another_user_either(self):
		report = make_report("Communication", "Desk")
		frappe.set_user(REPORTER)
		with self.assertRaises(frappe.PermissionError):
			self.email(report, "Administrator")
