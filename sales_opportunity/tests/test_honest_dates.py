"""Dates as history corrects them: per deal, in the forecast, and the deals whose date was moved again and again."""

import frappe
from frappe.utils import add_days, getdate

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.inputs.values import WrongInputError
from sales_opportunity.reporting import slips
from sales_opportunity.tests.factories import make_class, make_opportunity, make_user
from sales_opportunity.tests.reports import run_report
from sales_opportunity.tests.settings import use_settings
from sales_opportunity.tests.sites import empty_site
from sales_opportunity.tests.statements import statements_of
from sales_opportunity.tests.stored import stored

ANNA, BEN = "dates.anna@example.com", "dates.ben@example.com"
CLASS, OTHER_CLASS = "DATES-A", "DATES-B"


class HonestDatesTestCase(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		cls.addClassCleanup(frappe.clear_cache)  # after the rollback, which comes with the next line
		super().setUpClass()
		frappe.set_user("Administrator")
		empty_site()
		for user in (ANNA, BEN):
			make_user(user, "Sales User")
		for class_id in (CLASS, OTHER_CLASS):
			make_class(class_id)
		use_settings(cls, use_likely_dates=1, calibration_minimum=3)

	def setUp(self):
		frappe.db.savepoint("dates")
		frappe.cache.delete_value(slips.CACHED)
		self.addCleanup(frappe.cache.delete_value, slips.CACHED)
		self.addCleanup(frappe.db.rollback, save_point="dates")
		self.addCleanup(frappe.set_user, "Administrator")

	def day(self, days: int):
		return add_days(getdate(), days)

	def closed(self, days_late: int, stage: str = "Won"):
		"""A deal that was closed today, so many days after what the seller had said."""
		said = {"expected_close_date": self.day(-days_late), "class_id": CLASS, "items": [{}]}
		doc = make_opportunity(stage="Needs Analysis", **said)
		doc.update({"stage": stage, "closing_reason": "Best Product" if stage == "Won" else "No Budget"})
		doc.save()
		return doc

	def open(self, days: int, **values):
		"""An open deal whose date lies so many days from now."""
		said = {"expected_close_date": self.day(days), "class_id": CLASS, "amount": 1000}
		return make_opportunity(**{"stage": "Needs Analysis", **said, **values})

	def likely(self, doc):
		return stored(doc, "likely_close_date")


class TestLikelyCloseDate(HonestDatesTestCase):
	def test_a_deal_is_expected_as_late_as_those_before_it(self):
		for days in (0, 10, 20):
			self.closed(days)
		deal, other = self.open(30), self.open(30, class_id=OTHER_CLASS)
		self.assertEqual((self.likely(deal), self.likely(other)), (self.day(30), self.day(30)))
		slips.refresh_curves()
		# Of the five two are open, 30 days before their date; the others closed on it and 10 and 20 days later.
		self.assertEqual(self.likely(deal), self.day(40))
		self.assertEqual(
			self.likely(other), self.day(40)
		)  # of its class nothing is known, so all classes count

	def test_lost_deals_have_closed_too(self):
		for days in (0, 10, 20):
			self.closed(days, stage="Lost")
		slips.refresh_curves()
		self.assertEqual(self.likely(self.open(30)), self.day(40))

	def test_a_deal_that_is_late_by_now_is_expected_later_than_the_average(self):
		for days in (0, 10, 20, 60):
			self.closed(days)
		slips.refresh_curves()
		self.assertEqual(self.likely(self.open(-15)), self.day(-15 + 40))  # 20 or 60: the middle

	def test_with_too_few_deals_the_sellers_date_counts(self):
		for days in (10, 20):
			self.closed(days)
		deal = self.open(30)
		slips.refresh_curves()
		self.assertEqual(self.likely(deal), self.day(30))

	def test_the_stage_counts_and_the_date_that_was_said_there(self):
		for days in (10, 10, 10):
			self.closed(days)
		for days in (1, 1, 1):
			early = make_opportunity(
				stage="Inquiry", class_id=CLASS, amount=1, expected_close_date=self.day(-99)
			)
			early.update({"stage": "First Meeting", "expected_close_date": self.day(-days)})
			early.save()
			early.update({"stage": "Lost", "closing_reason": "No Budget"})
			early.save()
		slips.refresh_curves()
		self.assertEqual(
			[
				self.likely(self.open(30, stage=stage))
				for stage in ("Inquiry", "Needs Analysis", "First Meeting")
			],
			[self.day(30 + 99), self.day(30 + 10), self.day(30 + 1)],
		)

	def test_saving_follows_the_seller_and_closing_has_no_likely_date(self):
		for days in (10, 10, 10):
			self.closed(days)
		slips.refresh_curves()
		deal = self.open(30)
		deal.expected_close_date = self.day(50)
		deal.save()
		self.assertEqual(self.likely(deal), self.day(60))
		deal.expected_close_date = None
		deal.save()
		self.assertIsNone(self.likely(deal))
		self.assertIsNone(self.likely(self.closed(5)))

	def test_without_the_curves_of_the_night_what_did_not_change_keeps_its_date(self):
		for days in (10, 10, 10):
			self.closed(days)
		slips.refresh_curves()
		deal = self.open(30)
		frappe.cache.delete_value(slips.CACHED)
		deal.likely_close_date = self.day(1)
		deal.title = "Another title"
		deal.save()
		self.assertEqual(self.likely(deal), self.day(40))
		deal.expected_close_date = self.day(50)
		deal.save()
		self.assertEqual(self.likely(deal), self.day(50))

	def test_what_is_sent_as_the_likely_date_does_not_count(self):
		deal = self.open(30, likely_close_date=self.day(1))
		self.assertEqual(self.likely(deal), self.day(30))

	def test_switched_off_all_dates_are_the_sellers(self):
		for days in (10, 10, 10):
			self.closed(days)
		deal = self.open(30)
		slips.refresh_curves()
		self.assertEqual(self.likely(deal), self.day(40))
		use_settings(self, use_likely_dates=0)
		slips.refresh_curves()
		self.assertEqual(self.likely(deal), self.day(30))
		deal.reload()
		deal.save()
		self.assertEqual(self.likely(deal), self.day(30))

	def test_the_nightly_run_asks_no_more_for_more_deals(self):
		for days in (10, 10, 10):
			self.closed(days)
		self.open(30)
		counts = []
		for _more in range(2):
			counts.append(len(statements_of(slips.refresh_curves)))
			for _deal in range(3):
				self.open(30)
		self.assertLessEqual(counts[1], counts[0])


class TestForecastByLikelyDates(HonestDatesTestCase):
	def setUp(self):
		super().setUp()
		for days in (40, 40, 40):
			self.closed(days, stage="Lost")
		self.deals = [self.open(10), self.open(-15, amount=500)]
		slips.refresh_curves()

	def forecast(self, **filters) -> dict:
		return run_report("Revenue Forecast", **{"period": "Year", **filters})

	def test_by_the_sellers_dates_a_late_deal_is_overdue_by_likely_ones_it_is_still_to_come(self):
		*by_seller, whole = self.forecast()["result"]
		self.assertEqual(by_seller[0]["period"], "Overdue")
		*by_likely, other_whole = self.forecast(dates="Likely")["result"]
		self.assertNotIn("Overdue", [row["period"] for row in by_likely])
		self.assertEqual(
			[whole[key] for key in ("deals", "nominal", "weighted", "p50")],
			[other_whole[key] for key in ("deals", "nominal", "weighted", "p50")],
		)

	def test_each_figure_leads_to_its_deals(self):
		dates = {"from_date": self.day(0), "to_date": self.day(45)}
		for filters in ({}, dates, {"group_by": "class_id"}, {"group_by": "item_group"}):
			report = self.forecast(dates="Likely", **filters)
			for row in report["result"]:
				target = row["drill"].get("open")
				listed = frappe.get_list(target["doctype"], target["filters"]) if target else []
				self.assertEqual(len(listed), row["deals"], (filters, row["period"]))
		self.assertEqual(self.forecast(dates="Likely", **dates)["result"][-2]["deals"], 1)

	def test_other_dates_are_refused(self):
		with self.assertRaises(WrongInputError):
			self.forecast(dates="Mine")


class TestMovedCloseDates(HonestDatesTestCase):
	def moved(self, times: int, **values):
		deal = self.open(10, **values)
		for time in range(times):
			deal.expected_close_date = self.day(20 + 10 * time)
			deal.save()
		return deal

	def report(self, **filters) -> dict:
		return run_report("Moved Close Dates", **filters)

	def test_it_lists_the_deals_whose_date_was_moved_three_times_or_as_often_as_asked(self):
		twice, thrice, often = (self.moved(times) for times in (2, 3, 4))
		rows = self.report()["result"]
		self.assertEqual([row["opportunity"] for row in rows], [often.name, thrice.name, None])
		self.assertEqual([row["times"] for row in rows], [4, 3, 7])
		first = rows[0]
		self.assertEqual(
			(first["first_said"], first["expected_close_date"], first["moved_days"]),
			(getdate(self.day(10)), getdate(self.day(50)), 40),
		)
		rows = self.report(times=2)["result"]
		self.assertEqual([row["opportunity"] for row in rows[:-1]], [often.name, thrice.name, twice.name])

	def test_other_changes_and_a_first_date_are_no_moves(self):
		deal = make_opportunity(class_id=CLASS, amount=1, stage="Needs Analysis")
		for days in (10, 20):
			deal.expected_close_date = self.day(days)
			deal.save()
			deal.amount += 1
			deal.save()
		self.assertEqual(self.report(times=2)["result"], [])
		self.assertEqual(len(self.report(times=1)["result"]), 2)

	def test_closed_deals_and_those_of_others_are_not_listed(self):
		mine = self.moved(3, opportunity_owner=ANNA)
		self.moved(3, opportunity_owner=BEN)
		done = self.moved(3, opportunity_owner=ANNA)
		done.update({"stage": "Lost", "closing_reason": "No Budget"})
		done.save()
		frappe.set_user(ANNA)
		self.assertEqual([row["opportunity"] for row in self.report()["result"]], [mine.name, None])

	def test_a_bar_leads_to_its_deals(self):
		self.moved(3)
		self.moved(3)
		self.moved(5)
		chart = self.report()["chart"]
		listed = [
			len(frappe.get_list(target["doctype"], target["filters"])) for target in chart["targets"][0]
		]
		self.assertEqual((listed, chart["data"]["datasets"][0]["values"]), ([2, 1], [2, 1]))

	def test_impossible_numbers_are_refused(self):
		for times in (-1, "x"):
			with self.subTest(times), self.assertRaises(frappe.ValidationError):
				self.report(times=times)
