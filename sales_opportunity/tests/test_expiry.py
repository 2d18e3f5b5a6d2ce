"""Quotes whose validity passes: they expire by themselves, their sales person is told before."""

from unittest.mock import patch

import frappe
from frappe.utils import add_days, nowdate

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote import expiry
from sales_opportunity.sales_opportunity.doctype.quote.expiry import expire_quotes, notify_expiring_quotes
from sales_opportunity.tests.factories import make_opportunity, make_quote, make_user
from sales_opportunity.tests.settings import use_settings

SALESPERSON = "ablauf@example.com"


class TestExpiry(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_user(SALESPERSON, "Sales User", language="de")
		use_settings(cls, expiry_notice_days=3)

	def quote(self, days: int, status: str = "Issued", **values):
		"""Return a quote in this status whose validity ends in `days` days."""
		opportunity = make_opportunity(items=[{}], opportunity_owner=SALESPERSON)
		quote = make_quote(opportunity, **values)
		if status != "Draft":
			quote.submit()
		if status not in ("Draft", "Issued"):
			quote.change_status(status)
		quote.db_set("valid_until", add_days(nowdate(), days))
		return quote

	def notices(self, quote) -> list[str]:
		filters = {"document_type": "Quote", "document_name": quote.name, "for_user": SALESPERSON}
		return frappe.get_all("Notification Log", filters, pluck="subject")

	def test_an_open_quote_expires_the_day_after_its_last_one(self):
		for status in ("Issued", "Sent"):
			for days, expected in ((-1, "Expired"), (0, status), (1, status)):
				with self.subTest(status=status, days=days):
					quote = self.quote(days, status)
					expire_quotes()
					self.assertEqual(quote.db_get("status"), expected)

	def test_what_was_answered_or_is_not_issued_does_not_expire(self):
		for status in ("Draft", "Accepted", "Declined", "Superseded"):
			with self.subTest(status):
				quote = self.quote(-5, status)
				expire_quotes()
				self.assertEqual(quote.db_get("status"), status)

	def test_another_quote_becomes_the_primary_one_when_the_primary_one_expires(self):
		expired = self.quote(-1)
		other = make_quote(frappe.get_doc("Sales Opportunity", expired.opportunity))
		expire_quotes()
		self.assertEqual(
			frappe.db.get_value("Sales Opportunity", expired.opportunity, "primary_quote"), other.name
		)

	def test_a_quote_that_cannot_expire_does_not_keep_the_others(self):
		broken, sound = self.quote(-1), self.quote(-1)
		expire_quote = expiry.expire_quote

		def fails_for_one(name: str):
			if name == broken.name:
				frappe.throw("refused by somebody's script")
			expire_quote(name)

		frappe.db.commit()
		with patch.object(expiry, "expire_quote", fails_for_one):
			expire_quotes()
		self.assertEqual((broken.db_get("status"), sound.db_get("status")), ("Issued", "Expired"))
		self.assertTrue(frappe.db.exists("Error Log", {"reference_name": broken.name}))

	def test_the_sales_person_is_told_once_some_days_before(self):
		soon, today, later, answered = (
			self.quote(3),
			self.quote(0, "Sent"),
			self.quote(4),
			self.quote(2, "Accepted"),
		)
		notify_expiring_quotes()
		notify_expiring_quotes()
		self.assertEqual([len(self.notices(quote)) for quote in (soon, today, later, answered)], [1, 1, 0, 0])
		self.assertIn("gültig", self.notices(soon)[0])

	def test_a_colleague_who_took_the_opportunity_over_is_told_too(self):
		quote = self.quote(1, sales_person="Administrator")
		notify_expiring_quotes()
		self.assertEqual(len(self.notices(quote)), 1)

	def test_a_quote_that_cannot_be_told_of_does_not_keep_the_others(self):
		broken, sound = self.quote(1), self.quote(1)
		frappe.db.set_value(
			"Sales Opportunity", broken.opportunity, "opportunity_owner", "nobody@example.com"
		)
		broken.db_set("sales_person", "nobody@example.com")
		notify_expiring_quotes()
		self.assertEqual(len(self.notices(sound)), 1)

	def test_a_company_can_do_without_notices(self):
		use_settings(self, expiry_notice_days=0)
		quote = self.quote(1)
		notify_expiring_quotes()
		self.assertEqual(self.notices(quote), [])
