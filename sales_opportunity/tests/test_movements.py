"""The bars that the database adds up are those of following each opportunity: on random histories, for every scope."""

from datetime import date, timedelta
from random import Random
from unittest.mock import patch

import frappe
from frappe.utils import getdate

from sales_opportunity.analysis.waterfall import Bar, Scope
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.reporting import movements
from sales_opportunity.reporting.snapshots import rebuild_snapshots
from sales_opportunity.tests.factories import make_class, make_item, make_partner, make_user
from sales_opportunity.tests.histories import begun, changed, keep_only_new_snapshots

BEGIN = date(2002, 4, 1)
CLASSES = ("MOVED-1", "MOVED-2")
OWNERS = ("moved-1@example.com", "moved-2@example.com")
SCOPES = (
	Scope(),
	Scope(class_id=CLASSES[0]),
	Scope(owner=OWNERS[1]),
	Scope(CLASSES[1], OWNERS[0], date(2002, 6, 1), date(2002, 6, 30)),
	Scope(close_from=date(2002, 6, 10)),
	Scope(close_to=date(2002, 6, 20)),
)


def tell_random_history(random: Random, deals: int = 36) -> None:
	"""Let opportunities be begun, changed several times, closed and reopened within ten weeks; some are deleted in between."""
	swiss = make_partner("Bewegte Schweiz AG", default_currency="CHF").name
	for _deal in range(deals):
		day = BEGIN + timedelta(days=random.randrange(40))
		more = random.choice([{}, {"party": swiss, "conversion_rate": 0.9512}])
		doc = begun(str(day), amount=random.randrange(1, 900_000) / 100, **chosen(random), **more)
		for _change in range(random.randrange(5)):
			day += timedelta(days=random.randrange(1, 9))
			doc.reload()
			changed(str(day), doc, **change(random, doc))
	rebuild_snapshots(BEGIN, "2002-05-05")
	for name in random.sample(
		sorted(frappe.get_all(doc.doctype, {"class_id": ("in", CLASSES)}, pluck="name")), 7
	):
		frappe.delete_doc(doc.doctype, name)
	rebuild_snapshots(BEGIN, "2002-07-31")


def line() -> dict:
	"""Return a line, without which nothing is won."""
	item = make_item()
	return {"item_type": "Sales Item", "item": item.name, "quantity": 3, "rate": 77.77}


def chosen(random: Random) -> dict:
	"""Return class, responsible and close date, by chance."""
	day = random.choice([None, date(2002, 6, 1) + timedelta(days=random.randrange(45))])
	return {
		"class_id": random.choice(CLASSES),
		"opportunity_owner": random.choice(OWNERS),
		"expected_close_date": day,
	}


def change(random: Random, doc) -> dict:
	"""Return what a change by chance sets."""
	if doc.status != "Open":
		return {"stage": "Inquiry"}
	return random.choice(
		[
			{"amount": random.randrange(1, 900_000) / 100, "conversion_rate": doc.conversion_rate},
			{"stage": random.choice(["First Meeting", "Needs Analysis"]), "amount": 1234.56},
			{"stage": "Won", "items": [line()]},
			{"stage": "Lost", "closing_reason": "No Budget"},
			chosen(random),
			{"conversion_rate": 0.9876} if doc.transaction_currency == "CHF" else {"amount": 99},
		]
	)


class TestMovements(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		cls.addClassCleanup(frappe.clear_cache)
		super().setUpClass()
		frappe.set_user("Administrator")
		keep_only_new_snapshots(cls)
		for user in OWNERS:
			make_user(user, "Sales User")
		for class_id in CLASSES:
			make_class(class_id)
		tell_random_history(Random(14))

	def assertSameBars(self, first: date, last: date, scope: Scope, limit: int):
		"""Compare what is added up, read together where the steps of a bar are few or not, with what is followed."""
		with patch.object(movements, "explains", return_value=False):
			followed = movements.get_bars(first, last, scope, 2, limit)
		one_by_one = AssertionError("followed one by one")
		for few in (movements.FEW, 0):
			with (
				patch.object(movements, "get_state_histories", side_effect=one_by_one),
				patch.object(movements, "FEW", few),
			):
				self.assertEqual(
					movements.get_bars(first, last, scope, 2, limit), followed, (first, last, scope)
				)

	def test_they_are_those_of_each_opportunity_followed_by_itself(self):
		for scope in SCOPES:
			for first, days in ((20, 14), (0, 80), (33, 0), (10, 9)):
				start = BEGIN + timedelta(days=first)
				for limit in (500, 2):
					self.assertSameBars(start, start + timedelta(days=days), scope, limit)

	def test_salespeople_get_their_own(self):
		self.addCleanup(frappe.set_user, "Administrator")
		frappe.set_user(OWNERS[0])
		self.assertSameBars(BEGIN, BEGIN + timedelta(days=60), Scope(), 500)

	def test_a_deal_that_was_written_past_the_facts_counts_as_they_say(self):
		frappe.db.savepoint("past")
		self.addCleanup(frappe.db.rollback, save_point="past")
		name = frappe.db.get_value("Sales Opportunity", {"status": "Open", "class_id": CLASSES[0]}, "name")
		frappe.db.set_value("Sales Opportunity", name, "base_amount", 77_777)
		self.assertSameBars(BEGIN, getdate(), Scope(), 500)

	def test_facts_that_do_not_explain_the_way_are_not_added_up(self):
		"""A former value that is not the one before: the courses by themselves lead to the closing all the same."""
		frappe.db.savepoint("facts")
		self.addCleanup(frappe.db.rollback, save_point="facts")
		name = frappe.db.get_value("Sales Opportunity Change", {"previous_status": "Open"}, "name")
		frappe.db.set_value("Sales Opportunity Change", name, "previous_base_amount", 77_777)
		bars = movements.get_bars(BEGIN, BEGIN + timedelta(days=90), Scope(), 2, 500)
		self.assertTrue(movements.explains(bars))
		self.assertTrue(any(bar != Bar() for bar in bars.values()))
