"""What was known when: the facts of change, and opportunities that follow their stage."""

from itertools import pairwise

import frappe
from frappe.utils import getdate
from freezegun import freeze_time

from sales_opportunity import api
from sales_opportunity.deal.probability_sync import count_deviating, update_probabilities
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.sales_opportunity_change.history import TRACKED
from sales_opportunity.tests.factories import (
	copy_many,
	make_class,
	make_opportunity,
	make_partner,
	make_stage,
	make_user,
	set_exchange_rates,
)
from sales_opportunity.tests.stored import stored

FIGURES = ("probability", "amount", "base_amount", "weighted_amount", "base_weighted_amount")
MANY = 2_000
"""Far more than the statements in which all of them follow; tests/benchmarks/ratios.py does it with 100,000."""


def facts(doc) -> list:
	return frappe.get_all(
		"Sales Opportunity Change", {"opportunity": doc.name}, ["*"], order_by="changed_on asc, creation asc"
	)


class TestHistory(IntegrationTestCase):
	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")
		frappe.set_user("Administrator")

	def test_changes_of_date_and_amount_are_kept_as_facts(self):
		doc = make_opportunity(amount=1_000, expected_close_date="2099-03-31")
		doc.expected_close_date = "2099-06-30"
		doc.save()
		doc.amount = 800
		doc.save()
		first, moved, cut = facts(doc)
		self.assertEqual((first.is_first, first.amount, first.previous_stage), (1, 1_000, None))
		self.assertEqual(
			(moved.previous_expected_close_date, moved.expected_close_date),
			(getdate("2099-03-31"), getdate("2099-06-30")),
		)
		self.assertEqual((cut.previous_base_weighted_amount, cut.base_weighted_amount), (50, 40))

	def test_facts_stay_in_order_in_the_hour_that_the_clock_repeats(self):
		"""In Berlin it is 02:30 at 00:30 UTC of that Sunday, and 02:10 and 02:20 after that."""
		stage = make_stage(f"Repeated Hour {frappe.generate_hash(length=6)}", probability=10)
		with freeze_time("2026-10-25 00:30:00.123456"):
			doc = make_opportunity(amount=1_000)
		with freeze_time("2026-10-25 01:10:00.123456"):
			for values in ({"amount": 2_000}, {"stage": stage.name}):
				doc = frappe.get_doc(doc.doctype, doc.name)
				doc.update(values)
				doc.save()
		with freeze_time("2026-10-25 01:20:00.123456"):
			stage.probability = 20
			stage.save()
			update_probabilities([stage.name])
		chain = facts(doc)
		self.assertEqual([fact.amount for fact in chain], [1_000, 2_000, 2_000, 2_000])
		self.assertEqual([fact.probability for fact in chain], [5, 5, 10, 20])
		for before, after in pairwise(chain):
			self.assertLess(before.changed_on, after.changed_on)
		self.assertGreaterEqual(min(entry.seconds_in_stage for entry in doc.stage_log), 0)

	def test_each_fact_begins_where_the_one_before_ended(self):
		doc = make_opportunity(items=[{}])
		api.move_stage(doc.name, "Proposal")
		doc.reload()
		doc.update({"transaction_currency": "CHF", "conversion_rate": 1.25})
		doc.save()
		api.close_as_lost(doc.name, "No Budget")
		api.reopen(doc.name)
		chain = facts(doc)
		self.assertEqual(len(chain), 5)
		for before, after in pairwise(chain):
			for fieldname in TRACKED:
				self.assertEqual(before[fieldname], after[f"previous_{fieldname}"], fieldname)
		doc.reload()
		self.assertEqual([chain[-1][fieldname] for fieldname in TRACKED], [doc.get(f) for f in TRACKED])

	def test_a_save_that_changes_nothing_of_value_leaves_no_fact(self):
		doc = make_opportunity(amount=1_000)
		doc.next_activity = "Call"
		doc.save()
		self.assertEqual(len(facts(doc)), 1)

	def test_nobody_writes_facts_by_hand_and_they_are_read_like_the_opportunity(self):
		doc = make_opportunity(amount=1_000)
		fact = frappe.get_doc("Sales Opportunity Change", facts(doc)[0].name)
		for roles, sees in ((("Sales User",), False), (("Sales Manager", "Sales User"), True)):
			frappe.set_user("Administrator")
			frappe.set_user(make_user(f"facts-{len(roles)}@example.com", *roles).name)
			self.assertEqual(
				bool(frappe.get_list("Sales Opportunity Change", {"opportunity": doc.name})), sees
			)
			self.assertEqual(fact.has_permission("read"), sees)
			for ptype in ("write", "create", "delete"):
				self.assertFalse(fact.has_permission(ptype), ptype)

	def test_facts_go_with_their_opportunity(self):
		doc = make_opportunity(amount=1_000)
		doc.delete()
		self.assertEqual(facts(doc), [])


class TestFollowing(IntegrationTestCase):
	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")
		frappe.set_user("Administrator")

	def make_stage(self, name: str, probability: float):
		return make_stage(f"{name} {frappe.generate_hash(length=6)}", probability=probability)

	def change(self, stage, probability: float):
		stage.probability = probability
		stage.save()

	def test_open_opportunities_follow_when_asked_to_and_not_before(self):
		stage = self.make_stage("Test Follow", 40)
		set_exchange_rates(CHF=1.0567, JPY=0.0061)
		docs = [make_opportunity(stage=stage.name, amount=333.33)]
		for currency in ("CHF", "JPY"):
			party = make_partner(f"Follow {currency}", default_currency=currency)
			docs.append(make_opportunity(stage=stage.name, party=party.name, amount=98_765.43))
		self.change(stage, 33.3)
		self.assertEqual([stored(d, "probability") for d in docs], [40] * 3)
		self.assertEqual(count_deviating([stage.name]), 3)
		self.assertEqual(update_probabilities([stage.name]), 3)
		self.assertEqual(count_deviating([stage.name]), 0)
		for doc in docs:
			set_based = frappe.db.get_value(doc.doctype, doc.name, FIGURES)
			last = facts(doc)[-1]
			self.assertEqual((last.previous_probability, last.probability), (40, 33.3))
			self.assertEqual(last.base_weighted_amount, set_based[-1])
			doc.reload()
			doc.next_activity = "Save it again"
			doc.save()
			self.assertEqual(tuple(doc.get(fieldname) for fieldname in FIGURES), set_based, doc.party_name)

	def test_the_forecast_category_of_a_stage_is_that_of_all_in_it(self):
		stage = self.make_stage("Test Category", 40)
		doc = make_opportunity(stage=stage.name)
		stage.forecast_category = "Commit"
		stage.save()
		doc.reload()
		self.assertEqual(doc.forecast_category, "Commit")

	def test_stages_of_one_type_can_be_merged_and_their_opportunities_follow(self):
		first, second = self.make_stage("Test First", 20), self.make_stage("Test Second", 30)
		second.forecast_category = "Best Case"
		second.save()
		stages = [{"stage": stage} for stage in ("Inquiry", first.name, second.name)]
		class_doc = make_class(f"TEST-{frappe.generate_hash(length=6)}", stages=stages)
		doc = make_opportunity(class_id=class_doc.name, stage=first.name)
		frappe.rename_doc("Qualification Stage", first.name, second.name, merge=True)
		doc.reload()
		self.assertEqual((doc.stage, doc.forecast_category), (second.name, "Best Case"))
		class_doc.reload()
		self.assertEqual([row.stage for row in class_doc.stages], ["Inquiry", second.name])
		class_doc.save()

	def test_stages_of_different_types_can_not_be_merged(self):
		stage = self.make_stage("Test Merge", 40)
		doc = make_opportunity(stage=stage.name)
		with self.assertRaisesRegex(frappe.ValidationError, "same type"):
			frappe.rename_doc("Qualification Stage", stage.name, "Won", merge=True)
		self.assertEqual(stored(doc, "stage"), stage.name)

	def test_closed_ones_overridden_ones_and_those_of_classes_with_their_own_stay(self):
		stage = self.make_stage("Test Stay", 40)
		own = [{"stage": stage.name, "has_own_probability": 1, "probability": 12}]
		class_id = make_class(f"TEST-{frappe.generate_hash(length=6)}", stages=own).name
		owned = make_opportunity(class_id=class_id, stage=stage.name, amount=100)
		overridden = make_opportunity(stage=stage.name, amount=100)
		overridden.probability = 77
		overridden.save()
		follower = make_opportunity(stage=stage.name, amount=100)
		self.change(stage, 50)
		self.assertEqual(update_probabilities([stage.name]), 1)
		values = [stored(d, "probability") for d in (owned, overridden, follower)]
		self.assertEqual(values, [12, 77, 50])
		class_doc = frappe.get_doc("Class ID", class_id)
		class_doc.stages[0].probability = 15
		class_doc.save()
		self.assertEqual(update_probabilities([stage.name]), 1)
		self.assertEqual(stored(owned, "weighted_amount"), 15)

	def test_only_who_may_change_stages_may_let_them_follow(self):
		frappe.set_user(make_user("follow-seller@example.com", "Sales User").name)
		for function in (count_deviating, update_probabilities):
			with self.assertRaises(frappe.PermissionError):
				function(["Inquiry"])

	def test_thousands_follow_in_a_handful_of_statements(self):
		stage = self.make_stage("Test Many", 40)
		for doctype in ("Sales Opportunity", "Sales Opportunity Change"):
			self.addCleanup(frappe.db.delete, doctype, {"stage": stage.name})
		copy_many(make_opportunity(stage=stage.name, amount=1_000), MANY)
		self.change(stage, 60)
		self.assertEqual(count_deviating([stage.name]), MANY)
		with self.assertQueryCount(20):
			self.assertEqual(update_probabilities([stage.name]), MANY)
		followed = frappe.get_all(
			"Sales Opportunity",
			{"stage": stage.name, "probability": 60, "base_weighted_amount": 600, "weighted_amount": 600},
			pluck="name",
		)
		self.assertEqual(len(followed), MANY)
		self.assertEqual(frappe.db.count("Sales Opportunity Change", {"stage": stage.name}), MANY + 1)
