"""What a test lets the settings say is over with it, in the database and in caches, whatever was rolled back or committed."""

import unittest

import frappe

from sales_opportunity.features import SETTINGS
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.tests.factories import make_opportunity
from sales_opportunity.tests.settings import use_settings
from sales_opportunity.tests.stored import stored

DAYS = "expiry_notice_days"
BEFORE, MEANWHILE, AT_LAST = 41, 42, 43


def said() -> set[int]:
	"""Return what the settings say by each way of asking them."""
	return {
		frappe.get_doc(SETTINGS).get(DAYS),
		frappe.get_cached_doc(SETTINGS).get(DAYS),
		frappe.db.get_single_value(SETTINGS, DAYS),
	}


def roll_back() -> None:
	frappe.db.rollback(save_point="of_test")


def of_test() -> tuple:
	"""Return a test, what adds a cleanup to it, and what ends it."""
	test = unittest.TestCase()
	return test, test.addCleanup, test.doCleanups


def of_class() -> tuple:
	"""Return a class of tests, what adds a cleanup to it, and what ends it."""
	tests = type("Tests", (unittest.TestCase,), {})
	return tests, tests.addClassCleanup, lambda: tests.doClassCleanups() or not tests.tearDown_exceptions


class TestUseSettings(IntegrationTestCase):
	def setUp(self):
		use_settings(self, **{DAYS: BEFORE})

	def use(self, test):
		"""Say two things one after the other, each of which is to be heard at once."""
		for days in (MEANWHILE, AT_LAST):
			use_settings(test, **{DAYS: days})
			self.assertEqual(said(), {days})

	def assert_left(self, end):
		self.assertTrue(end())
		self.assertEqual(said(), {BEFORE})

	def test_it_is_over_at_the_end(self):
		for test, _add, end in (of_test(), of_class()):
			self.use(test)
			self.assert_left(end)

	def test_it_is_over_where_a_rollback_to_what_was_before_follows(self):
		for test, add, end in (of_test(), of_class()):
			frappe.db.savepoint("of_test")
			add(roll_back)
			self.use(test)
			self.assert_left(end)

	def test_it_is_over_where_a_rollback_to_what_was_before_went_first(self):
		for test, add, end in (of_test(), of_class()):
			frappe.db.savepoint("of_test")
			self.use(test)
			add(roll_back)
			self.assert_left(end)

	def test_it_is_over_where_a_rollback_to_what_was_said_then_went_first(self):
		for test, add, end in (of_test(), of_class()):
			self.use(test)
			frappe.db.savepoint("of_test")
			add(roll_back)
			use_settings(test, **{DAYS: MEANWHILE})
			self.assert_left(end)

	def test_it_is_over_for_good_where_it_was_committed_and_nothing_else_is(self):
		for test, _add, end in (of_test(), of_class()):
			self.use(test)
			frappe.db.commit()
			left = frappe.get_doc({"doctype": "ToDo", "description": "Left"}).insert()
			self.assert_left(end)
			frappe.db.rollback()
			self.assertEqual(said(), {BEFORE})
			self.assertFalse(frappe.db.exists("ToDo", left.name))

	def test_what_was_never_said_is_not_said_again(self):
		frappe.db.delete("Singles", {"doctype": SETTINGS, "field": DAYS})
		for test, _add, end in (of_test(), of_class()):
			self.use(test)
			self.assertTrue(end())
			self.assertIsNone(frappe.db.get_singles_dict(SETTINGS).get(DAYS))

	def test_frames_count_as_they_say(self):
		use_settings(self, use_related_deals=1)
		frame = make_opportunity(amount=5, is_frame=1)
		for test, _add, end in (of_test(), of_class()):
			use_settings(test, use_related_deals=0)
			self.assertTrue(stored(frame, "is_counted"))
			self.assertTrue(end())
			self.assertFalse(stored(frame, "is_counted"))
