"""Whoever makes a quote worse does not release it, whatever way they changed it; somebody else with the role does."""

import json

import frappe
from frappe import client
from frappe.desk.form.save import savedocs
from frappe.utils import get_fullname

from sales_opportunity.sales_opportunity.doctype.quote.line_sources import add_from_quote
from sales_opportunity.sales_opportunity.doctype.quote.revisions import new_revision
from sales_opportunity.sales_opportunity.doctype.quote_release.releases import release, request_release
from sales_opportunity.tests.choosing import RACK, ChoiceTestCase
from sales_opportunity.tests.factories import make_opportunity, make_quote, make_user
from sales_opportunity.tests.releasing import (
	FROM_10,
	HEAD,
	HEAD_ROLE,
	LEAD,
	LEAD_ROLE,
	SELLER,
	ReleaseCase,
	drop_rules,
)
from sales_opportunity.tests.settings import save_settings

LEAD_2 = "release.lead2@example.com"


class TestQuotesMadeWorse(ReleaseCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_user(LEAD_2, LEAD_ROLE, "Sales Manager", "Sales User")

	def setUp(self):
		super().setUp()
		self.rule(FROM_10)

	def refused(self, user: str = LEAD):
		with self.assertRaises(frappe.PermissionError):
			self.answer(user)
		frappe.set_user(SELLER)

	def asked_of(self) -> list[str]:
		frappe.set_user(SELLER)
		request_release(self.quote.name)
		return self.tasks()

	def test_the_manager_who_raised_the_discount_does_not_release_it_and_another_one_does(self):
		self.change(user=LEAD, discount_percentage=15)
		self.refused()
		self.assertEqual(self.asked_of(), [LEAD_2])
		frappe.set_user(LEAD)
		self.assertFalse(self.shown()["may_answer"])
		self.answer(LEAD_2)
		self.assertEqual(self.status(), "Released")

	def test_whatever_way_it_was_made_worse(self):
		name = self.quote.name
		cheap = make_quote(make_opportunity(items=[{"item": "TEST-RELEASED"}], opportunity_owner=SELLER))
		cheap.items[0].discount_percentage = 40
		cheap.save()

		def by_the_form():
			doc = frappe.get_doc("Quote", name)
			savedocs(
				json.dumps({**doc.as_dict(convert_dates_to_str=True), "discount_percentage": 15}), "Save"
			)

		def by_the_deal():
			deal = frappe.get_doc("Sales Opportunity", self.quote.opportunity)
			deal.items[0].discount_percentage = 20
			deal.save()

		ways = {
			"form": by_the_form,
			"api": lambda: client.set_value("Quote", name, "discount_percentage", 15),
			"rows": lambda: (
				client.set_value("Quote Item", self.quote.items[0].name, "rate", 1_000)
				and (client.set_value("Quote Item", self.quote.items[0].name, "discount_percentage", 15))
			),
			"deal": by_the_deal,
			"lines of another quote": lambda: add_from_quote("Quote", name, cheap.name, True),
		}
		for way, worsen in ways.items():
			with self.subTest(way):
				frappe.set_user(SELLER)
				deal = make_opportunity(items=[{"item": "TEST-RELEASED"}], opportunity_owner=SELLER)
				self.quote = make_quote(deal)
				name = self.quote.name
				frappe.set_user(LEAD)
				worsen()
				self.assertEqual((self.status(), self.log()), ("Needed", ["Worsened"]))
				self.refused()
				self.assertEqual(self.asked_of(), [LEAD_2])

	def test_whoever_makes_it_better_or_changes_texts_releases_it(self):
		self.asked(20)
		self.change(user=LEAD, discount_percentage=15)
		self.change(user=LEAD, introduction="<p>Dear all</p>")
		self.assertEqual(self.log(), ["Requested"])
		self.answer()
		self.assertEqual(self.status(), "Released")

	def test_a_quote_that_gets_worse_by_another_one_after_it_was_asked_for_is_asked_for_again(self):
		self.asked()
		self.assertEqual(self.tasks(), sorted([LEAD, LEAD_2]))
		self.change(user=LEAD, discount_percentage=18)
		self.assertEqual((self.status(), self.tasks()), ("Needed", []))
		self.assertEqual(self.asked_of(), [LEAD_2])
		self.change(user=LEAD, discount_percentage=19)
		self.assertEqual((self.status(), self.log()), ("Requested", ["Requested", "Worsened", "Requested"]))
		self.refused()

	def stream(self) -> list[str]:
		"""Return what the quote's stream says of its release, the last first."""
		entries = {"reference_name": self.quote.name, "comment_type": "Info"}
		return frappe.get_all("Comment", entries, pluck="content", order_by="creation desc")

	def test_the_form_and_the_stream_say_who_made_it_worse_and_that_somebody_else_releases_it(self):
		self.change(user=LEAD, discount_percentage=15)
		self.assertEqual(self.shown()["worsened_by"], [get_fullname(LEAD)])
		self.assertIn("made the quote worse", self.stream()[0])
		self.asked_of()
		frappe.set_user(LEAD)
		self.assertEqual(self.shown()["worsened_by"], [get_fullname(LEAD)])
		self.answer(LEAD_2)
		frappe.set_user("Administrator")
		manager = make_user("release.mate@example.com", "Sales Manager", "Sales User").name
		self.change(user=manager, discount_percentage=16)
		self.assertEqual(self.shown()["worsened_by"], [])  # who lacks the role releases nothing anyway
		self.rule(FROM_10, allow_own_releases=1)
		self.change(user=LEAD, discount_percentage=17)
		self.assertEqual(self.shown()["worsened_by"], [])

	def test_who_had_asked_is_told_when_the_request_lapses(self):
		self.asked()
		self.change(user=LEAD, discount_percentage=18)
		self.assertIn("asked for again", "".join(self.stream()[:2]))
		told = frappe.get_last_doc("Notification Log", {"for_user": SELLER, "document_name": self.quote.name})
		self.assertIn("has to be asked for again", told.subject)

	def test_the_stream_says_that_a_request_ends_where_the_quote_needs_no_release_any_more(self):
		self.asked()
		before = frappe.db.count("Notification Log", {"for_user": SELLER, "document_name": self.quote.name})
		self.change(user=LEAD, discount_percentage=0)
		self.assertEqual((self.status() or "", self.tasks()), ("", []))
		self.assertIn("asked for no longer", self.stream()[0])
		after = frappe.db.count("Notification Log", {"for_user": SELLER, "document_name": self.quote.name})
		self.assertEqual(after, before)

	def test_who_made_it_worse_before_it_was_released_may_release_what_others_do_to_it_later(self):
		self.change(user=LEAD, discount_percentage=15)
		self.asked_of()
		self.answer(LEAD_2)
		self.change(discount_percentage=16)
		self.assertEqual(self.log(), ["Worsened", "Requested", "Released", "Voided"])
		self.answer()
		self.assertEqual(self.status(), "Released")

	def test_the_release_of_one_role_does_not_stand_for_that_of_the_other(self):
		self.rule({**FROM_10, "role": HEAD_ROLE}, {"amount_above": 800, "role": LEAD_ROLE})
		self.change(user=LEAD, discount_percentage=15)
		self.asked_of()
		self.answer(HEAD)
		self.refused()
		self.answer(LEAD_2)
		self.assertEqual(self.status(), "Released")

	def test_a_revision_is_not_released_by_who_made_it_worse(self):
		self.released(by=LEAD_2)
		frappe.get_doc("Quote", self.quote.name).submit()
		self.quote = frappe.get_doc("Quote", new_revision(self.quote.name, "2099-12-31"))
		self.change(user=LEAD, discount_percentage=16)
		self.assertEqual(self.log(), ["Voided", "Worsened"])
		self.refused()
		self.assertEqual(self.asked_of(), [LEAD_2])

	def test_who_is_renamed_does_not_release_it_either(self):
		frappe.set_user("Administrator")
		former = make_user("release.former@example.com", LEAD_ROLE, "Sales Manager", "Sales User").name
		self.change(user=former, discount_percentage=15)
		frappe.set_user("Administrator")
		renamed = "release.renamed@example.com"
		frappe.rename_doc("User", former, renamed)
		self.refused(renamed)

	def test_where_people_release_their_own_this_one_is_theirs_too(self):
		self.rule(FROM_10, allow_own_releases=1)
		self.change(user=LEAD, discount_percentage=15)
		self.answer(LEAD)
		self.assertEqual(self.status(), "Released")


class TestChoicesOfCustomers(ChoiceTestCase):
	def test_what_a_customer_chose_bars_nobody_from_releasing_what_follows(self):
		self.addCleanup(drop_rules)
		save_settings(release_rules=[{"discount_from": 10, "role": "Sales Manager"}])
		managers = [
			make_user(f"choice.{name}@example.com", "Sales Manager", "Sales User") for name in ("a", "b")
		]
		quote = self.offer()
		self.assert_accepted(self.token(quote), {RACK: None})
		revision = self.accepted(quote)
		self.assertEqual(frappe.db.count("Quote Release", {"quote_number": quote.quote_number}), 0)
		revision.cancel()
		amended = frappe.copy_doc(revision, ignore_no_copy=False)
		amended.update({"docstatus": 0, "amended_from": revision.name, "valid_until": "2099-12-31"})
		amended.discount_percentage = 12
		amended.insert()
		request_release(amended.name)
		tasks = frappe.get_all("ToDo", {"reference_name": amended.name}, pluck="allocated_to")
		self.assertLessEqual({user.name for user in managers}, set(tasks))
		frappe.set_user(managers[0].name)
		release(amended.name, str(frappe.db.get_value("Quote", amended.name, "modified")))
		self.assertEqual(frappe.db.get_value("Quote", amended.name, "release_status"), "Released")
