"""SQLite gives moments as text: what reckons with them reads both, and the database reckons with them as with moments."""

from datetime import datetime, timedelta

import frappe

from sales_opportunity.analysis.win_loss import median_in_days
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.reporting.closed_deals import ClosedDealsByGroup
from sales_opportunity.reporting.query import as_moment
from sales_opportunity.reporting.revenue_values import as_value
from sales_opportunity.sales_opportunity.report.quote_register.quote_register import days_to_answer
from sales_opportunity.tests.factories import make_class, make_opportunity

BEGIN = datetime(2026, 3, 28, 9, 30)
LENGTHS = (timedelta(hours=6), timedelta(days=1, hours=12), timedelta(days=400))
READINGS = (lambda moment: moment, str, lambda moment: f"{moment}.000000")
CLASS = "MOMENTS-AS-TEXT"


class TestMomentsAsText(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		frappe.db.savepoint("moments")
		self.addCleanup(frappe.db.rollback, save_point="moments")

	def days_to_win(self, *closings: tuple[datetime, datetime | None]) -> float | None:
		"""Return the median of the days from the first to the second moment of won deals, each of these pairs being one."""
		make_class(CLASS)
		for creation, closed_on in closings:
			doc = make_opportunity(class_id=CLASS)
			values = {"status": "Won", "creation": creation, "closed_on": closed_on}
			doc.db_set(values, update_modified=False)
		_groups, whole = ClosedDealsByGroup(frappe._dict(class_id=CLASS, group_by="size")).outcomes()
		return median_in_days(whole.middles.get("Won", []))

	def test_the_days_to_the_deal_in_the_middle(self):
		found = self.days_to_win(*((BEGIN, BEGIN + length) for length in LENGTHS))
		self.assertEqual(found, LENGTHS[1] / timedelta(days=1))

	def test_a_deal_without_a_moment_of_closing_has_no_days(self):
		self.assertIsNone(self.days_to_win((BEGIN, None)))

	def test_the_day_on_which_a_deal_was_won(self):
		for read in READINGS:
			row = frappe._dict(name="X", status="Won", closed_on=read(BEGIN), probability=100, base_amount=1)
			self.assertEqual(as_value(row).day, BEGIN.date())

	def test_the_days_to_an_answer(self):
		for length in LENGTHS:
			for read in READINGS:
				quote = frappe._dict(
					status="Accepted", issued_on=read(BEGIN), answered_on=read(BEGIN + length)
				)
				self.assertEqual(days_to_answer(quote), round(length / timedelta(days=1), 1))

	def test_nothing_is_no_moment(self):
		self.assertEqual([as_moment(None), as_moment("")], [None, None])
