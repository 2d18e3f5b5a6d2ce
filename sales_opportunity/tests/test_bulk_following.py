"""Very many opportunities follow a changed probability by a real worker, some thousand at a time."""

import frappe

from sales_opportunity.deal.bulk_following import AT_ONCE, JOB, start, state
from sales_opportunity.deal.probability_sync import count_deviating, update_in_parts, update_probabilities
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.framework.jobs import has_worker, is_under_way
from sales_opportunity.tests.factories import copy_many, make_opportunity, make_stage, make_user
from sales_opportunity.tests.waiting import awaited

FACT = "Sales Opportunity Change"


class FollowingCase(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(frappe.set_user, "Administrator")
		self.stage = make_stage(f"Bulk {frappe.generate_hash(length=6)}", probability=40)
		self.first = make_opportunity(stage=self.stage.name, amount=1_000)

	def make_deviating(self, number: int):
		"""Let there be so many opportunities in the stage, which says another probability now."""
		copy_many(self.first, number)
		self.stage.probability = 60
		self.stage.save()

	def followed(self) -> int:
		values = {"stage": self.stage.name, "probability": 60, "base_weighted_amount": 600}
		return frappe.db.count("Sales Opportunity", values)


class TestParts(FollowingCase):
	def test_they_follow_in_parts_and_each_gets_its_fact(self):
		for number, parts in ((4, [2, 2]), (5, [2, 2, 1])):
			with self.subTest(number):
				self.setUp()
				self.make_deviating(number)
				self.assertEqual(list(update_in_parts([self.stage.name], None, 2)), parts)
				self.assertEqual(self.followed(), number)
				facts = frappe.get_all(
					FACT, {"stage": self.stage.name, "probability": 60}, pluck="opportunity"
				)
				self.assertEqual(len(facts), len(set(facts)))
				self.assertEqual(len(facts), number)

	def test_what_ended_halfway_goes_on(self):
		self.make_deviating(5)
		self.assertEqual(next(update_in_parts([self.stage.name], None, 2)), 2)
		self.assertEqual(start([self.stage.name]), {"changed": 3})
		self.assertEqual(frappe.db.count(FACT, {"stage": self.stage.name, "probability": 60}), 5)

	def test_they_follow_what_is_stored_whatever_another_request_has_cached_meanwhile(self):
		former = frappe.get_doc("Qualification Stage", self.stage.name)
		self.make_deviating(2)
		frappe.cache().set_value(frappe.get_document_cache_key(former.doctype, former.name), former)
		self.assertEqual(frappe.get_cached_value(former.doctype, former.name, "probability"), 40)
		self.assertEqual(update_probabilities([self.stage.name]), 2)
		self.assertEqual(self.followed(), 2)

	def test_only_who_may_change_stages_may_let_them_follow(self):
		frappe.set_user(make_user("follow-seller@example.com", "Sales User").name)
		for function in (start, state):
			with self.assertRaises(frappe.PermissionError):
				function()


class TestInTheBackground(FollowingCase):
	def setUp(self):
		self.assertTrue(has_worker(JOB.queue), "no worker takes jobs of this bench")
		super().setUp()
		self.addCleanup(self.remove)

	def remove(self):
		frappe.db.rollback()
		frappe.cache.delete_value(JOB.name)
		for doctype in (FACT, "Sales Opportunity"):
			frappe.db.delete(doctype, {"stage": self.stage.name})
		frappe.db.delete("Qualification Stage", {"name": self.stage.name})
		frappe.db.commit()

	def test_a_second_request_waits_for_the_first_which_tells_how_far_it_is(self):
		self.make_deviating(AT_ONCE + 1)
		frappe.db.commit()
		last = max(frappe.get_all("Sales Opportunity", {"stage": self.stage.name}, pluck="name"))
		frappe.get_doc("Sales Opportunity", last, for_update=True)
		self.assertEqual(start([self.stage.name]), {"changed": None})
		awaited(lambda: state()["state"] != "Waiting")
		self.assertEqual((state()["state"], state()["total"]), ("Working", AT_ONCE + 1))
		with self.assertRaisesRegex(frappe.ValidationError, "under way"):
			start([self.stage.name])
		frappe.db.commit()
		awaited(lambda: not is_under_way(JOB.name, JOB.queue))
		frappe.db.commit()
		self.assertEqual(state(), {"state": "Finished", "done": AT_ONCE + 1, "total": AT_ONCE + 1})
		self.assertEqual((self.followed(), count_deviating([self.stage.name])), (AT_ONCE + 1, 0))
