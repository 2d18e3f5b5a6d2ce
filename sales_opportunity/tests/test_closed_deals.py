"""What the database adds up of closed deals is what one reckons deal by deal: bands, lengths, prices."""

from datetime import timedelta
from itertools import pairwise
from random import Random
from statistics import median

import frappe
from frappe.utils import add_to_date, now_datetime

from sales_opportunity.analysis.bands import DISCOUNTS, SIZES
from sales_opportunity.analysis.win_loss import median_in_days
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.reporting.closed_deals import ClosedDealsByGroup
from sales_opportunity.reporting.query import FLOAT
from sales_opportunity.tests.bands_by_hand import discount_band, effective_discount, size_band
from sales_opportunity.tests.factories import make_class, make_opportunity

CLASS = "CLOSED-DEALS"
AMOUNTS = [0, 1, *(limit + cent for limit in SIZES for cent in (-0.01, 0, 0.01))]
ON_LINES = [0, 3.333333, *DISCOUNTS[1:], 10.000001, 33.333333, 100]


class TestClosedDeals(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_class(CLASS)
		random = Random(3)
		cls.deals = []
		for amount, discount in zip(AMOUNTS, ON_LINES * 3, strict=False):
			lines = [
				{"quantity": random.choice([1, 3, 0.7]), "rate": random.choice([99.99, 333.33, 0])}
				for _line in range(random.randrange(1, 4))
			]
			for line in lines:
				line["discount_percentage"] = random.choice([discount, discount, 0])
			doc = make_opportunity(class_id=CLASS, items=lines if amount else [])
			values = {
				"status": random.choice(["Won", "Lost"]),
				"amount": amount,
				"base_amount": amount,
				"discount_percentage": random.choice([0, 0, 5, 12.5]),
				"competitor_price": random.choice([0, 500.5]),
				"creation": add_to_date(None, days=-90, seconds=random.randrange(10**6)),
				"closed_on": now_datetime() - timedelta(seconds=random.randrange(10**6)),
			}
			doc.db_set(values, update_modified=False)
			doc.reload()
			cls.deals.append(doc)

	def found(self, group_by: str, **filters) -> ClosedDealsByGroup:
		return ClosedDealsByGroup(frappe._dict(class_id=CLASS, group_by=group_by, **filters))

	def bands(self, group_by: str) -> dict:
		"""Return the names of the deals by group, as the report lists them."""
		names = self.found(group_by).names()
		return {group: sorted(name for name, *_more in listed) for group, listed in names.items()}

	def by_hand(self, band_of) -> dict:
		found: dict = {}
		for doc in self.deals:
			found.setdefault(band_of(doc), []).append(doc.name)
		return {band: sorted(names) for band, names in found.items()}

	def test_times_one_a_decimal_becomes_a_float(self):
		table = frappe.qb.DocType("Sales Opportunity")
		query = frappe.qb.from_(table).where(table.class_id == CLASS)
		values = query.select(table.amount * FLOAT, table.amount * FLOAT * table.base_amount).run()
		self.assertEqual({type(value) for row in values for value in row}, {float})

	def test_sizes(self):
		self.assertEqual(self.bands("size"), self.by_hand(lambda doc: size_band(doc.base_amount)))

	def test_discounts(self):
		def band_of(doc):
			lines = [(line.quantity, line.rate, line.discount_percentage) for line in doc.items]
			return discount_band(effective_discount(lines, doc.discount_percentage)) if lines else None

		self.assertEqual(self.bands("discount"), self.by_hand(band_of))

	def test_lengths_in_the_middle(self):
		for group_by, group_of in (
			("class_id", lambda doc: CLASS),
			("size", lambda doc: size_band(doc.base_amount)),
		):
			for group, outcome in self.found(group_by).outcomes()[0].items():
				for status in ("Won", "Lost"):
					days = [
						(doc.closed_on - doc.creation).total_seconds() / 86_400
						for doc in self.deals
						if doc.status == status and group_of(doc) == group
					]
					expected = round(median(days), 1) if days else None
					self.assertEqual(
						median_in_days(outcome.middles.get(status, [])), expected, (group, status)
					)

	def test_all_together_have_a_middle_of_their_own(self):
		_groups, whole = self.found("size").outcomes()
		for status in ("Won", "Lost"):
			days = [
				(doc.closed_on - doc.creation).total_seconds() / 86_400
				for doc in self.deals
				if doc.status == status
			]
			self.assertEqual(median_in_days(whole.middles[status]), round(median(days), 1))

	def test_numbers_amounts_and_prices(self):
		outcome = self.found("class_id").outcomes()[0][CLASS].deals
		won = [doc for doc in self.deals if doc.status == "Won"]
		priced = [doc for doc in self.deals if doc.competitor_price]
		gaps = [100 * (doc.amount - doc.competitor_price) / doc.competitor_price for doc in priced]
		self.assertEqual((outcome.won, outcome.closed), (len(won), len(self.deals)))
		self.assertAlmostEqual(float(outcome.won_amount), sum(doc.base_amount for doc in won), 2)
		self.assertEqual(outcome.price_gap, round(sum(gaps) / len(gaps), 1))

	def test_dates_narrow_them(self):
		days = sorted({doc.closed_on.date() for doc in self.deals})
		for first, last in pairwise(days):
			outcomes, _whole = self.found("class_id", from_date=first, to_date=last).outcomes()
			expected = sum(first <= doc.closed_on.date() <= last for doc in self.deals)
			self.assertEqual(sum(outcome.deals.closed for outcome in outcomes.values()), expected)
