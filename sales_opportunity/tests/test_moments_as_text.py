"""SQLite gives moments as text: what reckons with them reads both."""

from datetime import datetime, timedelta

import frappe

from sales_opportunity.analysis.win_loss import median_days
from sales_opportunity.compat import IntegrationTestCase
from sales_opportunity.reporting.closed_deals import closed_deal
from sales_opportunity.reporting.query import as_moment
from sales_opportunity.sales_opportunity.report.quote_register.quote_register import days_to_answer

BEGIN = datetime(2026, 3, 28, 9, 30)
LENGTHS = (timedelta(hours=6), timedelta(days=1, hours=12), timedelta(days=400))
READINGS = (lambda moment: moment, str, lambda moment: f"{moment}.000000")


class TestMomentsAsText(IntegrationTestCase):
	def test_the_days_to_a_closed_deal(self):
		for length in LENGTHS:
			for read in READINGS:
				row = frappe._dict(
					name="X",
					status="Won",
					creation=read(BEGIN),
					closed_on=read(BEGIN + length),
					base_amount=1,
				)
				self.assertEqual(median_days([closed_deal(row, None)]), round(length / timedelta(days=1), 1))

	def test_a_deal_without_a_moment_of_closing_has_no_days(self):
		row = frappe._dict(name="X", status="Lost", creation=str(BEGIN), closed_on=None, base_amount=1)
		self.assertIsNone(median_days([closed_deal(row, None)]))

	def test_the_days_to_an_answer(self):
		for length in LENGTHS:
			for read in READINGS:
				quote = frappe._dict(
					status="Accepted", issued_on=read(BEGIN), answered_on=read(BEGIN + length)
				)
				self.assertEqual(days_to_answer(quote), round(length / timedelta(days=1), 1))

	def test_nothing_is_no_moment(self):
		self.assertEqual([as_moment(None), as_moment("")], [None, None])
