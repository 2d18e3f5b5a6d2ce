"""A test case for what customers do on the page of their quote, without a login."""

import json

import frappe
from frappe.utils import add_days, nowdate

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import create_link
from sales_opportunity.tests.factories import make_opportunity, make_partner, make_quote, make_user
from sales_opportunity.tests.settings import commit_settings
from sales_opportunity.tests.web import call, request

PAGE = "sales_opportunity.portal.quote_page"
OWNER = "antwort@example.com"


class AnswerTestCase(IntegrationTestCase):
	visitors = 0

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_user(OWNER, "Sales User", language="de")

	def setUp(self):
		frappe.set_user("Administrator")
		commit_settings(accept_expired_quotes=0, customer_link_days=30)
		self.addCleanup(frappe.set_user, "Administrator")
		network = ":".join(
			frappe.generate_hash(length=4) for _group in range(4)
		)  # nobody else asks from there
		AnswerTestCase.visitors += 1
		self.ip = f"2001:db8:{network}::{AnswerTestCase.visitors:x}"

	def issued_quote(self, language: str = "de", **values):
		partner = make_partner(language=language)
		opportunity = make_opportunity(items=[{}], party=partner.name, opportunity_owner=OWNER)
		quote = make_quote(opportunity, **values)
		quote.submit()
		return frappe.get_doc("Quote", quote.name)

	def token(self, quote) -> str:
		token = create_link(quote.name).rpartition("/")[2]
		frappe.db.commit()
		return token

	def page(self, token: str, **values):
		return request(f"/quote/{token}", ip=self.ip, **values)

	def call(self, method: str, **values):
		"""Return the server's answer to the page, and see in this connection what it changed."""
		answer = call(f"{PAGE}.{method}", ip=self.ip, **values)
		frappe.db.rollback()
		return answer

	def message(self, answer) -> str:
		"""Return what the server tells the customer."""
		return json.loads(json.loads(answer.json["_server_messages"])[0])["message"]

	def answers(self, quote, *fields: str) -> list:
		return frappe.get_all(
			"Quote Answer", {"quote": quote.name}, fields or ["answer"], order_by="creation asc"
		)

	def assert_refused(self, answer, text: str = "", code: int = 417):
		self.assertEqual(answer.status_code, code, answer.text)
		self.assertIn(text, self.message(answer))

	def expire(self, quote):
		quote.db_set({"quote_date": add_days(nowdate(), -9), "valid_until": add_days(nowdate(), -1)})
		frappe.db.commit()
