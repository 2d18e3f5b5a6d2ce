"""Reports by e-mail show what the user may see for whom they are meant."""

import frappe

from sales_opportunity.compat import IntegrationTestCase
from sales_opportunity.tests.factories import make_opportunity, make_user
from sales_opportunity.tests.reports import make_report

SELLER = "emailed.seller@example.com"


class TestEmailedReports(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		make_user(SELLER, "Sales User", language="de")
		self.own = make_opportunity(amount=1_234, opportunity_owner=SELLER)
		self.others = make_opportunity(amount=987_654_321)  # among the largest that the report lists

	def content(self, report: str, user: str) -> str:
		email = frappe.get_doc(
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
		return email.get_report_content()

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
