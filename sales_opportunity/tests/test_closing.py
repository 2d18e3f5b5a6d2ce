"""How a deal ends: won, lost, opened again, or joined with its duplicate."""

import frappe

from sales_opportunity import api
from sales_opportunity.activities.activity_log import add_activity
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.class_id.class_id import MissingStageError
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import (
	ClosingReasonError,
	OpportunityClosedError,
	WonQuoteError,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.merging import MergeError
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.stages import StageRequirementError
from sales_opportunity.tests.factories import (
	make_class,
	make_opportunity,
	make_partner,
	make_quote,
	make_stage,
	make_user,
	make_won_opportunity,
)
from sales_opportunity.tests.stored import stored


class TestClosing(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")

	def tearDown(self):
		frappe.set_user("Administrator")

	def test_winning_accepts_the_primary_quote_and_declines_the_others(self):
		doc = make_opportunity(items=[{}])
		primary, alternative, draft = (make_quote(doc) for _ in range(3))
		primary.submit()
		alternative.submit()
		answer = api.close_as_won(doc.name, closing_reason="Best Price", closing_notes="By handshake")
		self.assertEqual((answer["status"], answer["probability"]), ("Won", 100))
		self.assertEqual(
			stored(doc, "won_quote", "closing_reason", "closing_notes"),
			(primary.name, "Best Price", "By handshake"),
		)
		self.assertEqual(stored(primary, "status"), "Accepted")
		self.assertEqual(stored(alternative, "status"), "Declined")
		self.assertEqual(stored(draft, "status"), "Draft")

	def test_another_quote_than_the_primary_one_can_be_the_won_one(self):
		doc = make_opportunity(items=[{}])
		primary, alternative = make_quote(doc), make_quote(doc)
		primary.submit()
		alternative.submit()
		api.close_as_won(doc.name, won_quote=alternative.name)
		self.assertEqual(stored(doc, "won_quote"), alternative.name)
		self.assertEqual(
			[stored(quote, "status") for quote in (primary, alternative)], ["Declined", "Accepted"]
		)

	def test_the_value_that_was_won_is_that_of_the_won_quote(self):
		doc = make_opportunity(items=[{}], manual_amount=1, amount=5)
		primary, cheaper = make_quote(doc), make_quote(doc)
		primary.submit()
		cheaper.items[0].rate = 800
		cheaper.save()
		cheaper.submit()
		answer = api.close_as_won(doc.name, won_quote=cheaper.name)
		self.assertEqual((answer["amount"], answer["weighted_amount"]), (800, 800))
		doc.reload()
		self.assertEqual((doc.primary_quote, doc.won_quote, doc.manual_amount), (cheaper.name,) * 2 + (0,))
		self.assertEqual((doc.items[0].rate, doc.stage_log[-1].amount), (800, 800))
		self.assertEqual([stored(quote, "is_primary") for quote in (primary, cheaper)], [0, 1])
		cheaper.reload()
		self.assertEqual(cheaper.items[0].opportunity_item, doc.items[0].name)

	def test_what_was_changed_after_the_quote_was_issued_was_not_sold(self):
		doc = make_opportunity(items=[{}])
		quote = make_quote(doc)
		quote.submit()
		doc.reload()
		doc.items[0].quantity = 7
		doc.append("items", {"item": "TEST-BIKE", "quantity": 1})
		doc.save()
		self.assertEqual(api.close_as_won(doc.name)["amount"], 1_000)

	def test_a_closed_one_is_not_closed_again(self):
		doc = make_won_opportunity()
		for close in (lambda: api.close_as_won(doc.name), lambda: api.close_as_lost(doc.name, "No Budget")):
			with self.assertRaisesRegex(OpportunityClosedError, "Reopen"):
				close()
		self.assertEqual(stored(doc, "status"), "Won")

	def test_a_disabled_reason_is_no_reason(self):
		reason = frappe.get_doc(
			{"doctype": "Closing Reason", "reason": "Test Former", "outcome": "Lost", "enabled": 0}
		).insert()
		doc = make_opportunity()
		with self.assertRaisesRegex(ClosingReasonError, "disabled"):
			api.close_as_lost(doc.name, reason.name)

	def test_only_an_issued_quote_of_the_same_opportunity_can_be_won(self):
		doc = make_opportunity(items=[{}])
		draft, foreign = make_quote(doc), make_quote()
		foreign.submit()
		for quote in (draft.name, foreign.name, "QTN-NONE"):
			with self.subTest(quote), self.assertRaises(WonQuoteError):
				api.close_as_won(doc.name, won_quote=quote)
		self.assertEqual(stored(doc, "status"), "Open")

	def test_winning_by_the_stage_alone_does_the_same(self):
		doc = make_opportunity(items=[{}])
		quote = make_quote(doc)
		quote.submit()
		doc.reload()
		doc.stage = "Won"
		doc.save()
		self.assertEqual((doc.won_quote, stored(quote, "status")), (quote.name, "Accepted"))

	def test_losing_needs_a_reason_and_declines_the_open_quotes(self):
		doc = make_opportunity(items=[{}])
		quote = make_quote(doc)
		quote.submit()
		with self.assertRaises(ClosingReasonError):
			api.close_as_lost(doc.name, "")
		self.assertEqual((stored(doc, "status"), stored(quote, "status")), ("Open", "Issued"))
		frappe.get_doc({"doctype": "Sales Competitor", "competitor_name": f"Rival {doc.name}"}).insert()
		answer = api.close_as_lost(doc.name, "Too Expensive", f"Rival {doc.name}", 777.5, "By 20 %")
		self.assertEqual((answer["status"], answer["weighted_amount"]), ("Lost", 0))
		self.assertEqual(stored(doc, "competitor_price", "closing_notes"), (777.5, "By 20 %"))
		self.assertEqual(
			stored(quote, "status", "answer_note", "primary_of"), ("Declined", "Too Expensive", None)
		)
		self.assertIsNone(stored(doc, "primary_quote"))

	def test_the_stage_of_the_right_type_counts_whatever_its_name(self):
		make_stage("Test Geliefert", stage_type="Won", probability=100, position=91)
		make_class("TEST-RENAMED", stages=[{"stage": "Inquiry"}, {"stage": "Test Geliefert"}])
		doc = make_opportunity(class_id="TEST-RENAMED", amount=10)
		self.assertEqual(api.close_as_won(doc.name)["stage"], "Test Geliefert")
		doc = make_opportunity(class_id="TEST-RENAMED", amount=10)
		with self.assertRaisesRegex(MissingStageError, "Lost"):
			api.close_as_lost(doc.name, "No Budget")

	def test_what_the_won_stage_requires_is_required_here_too(self):
		with self.assertRaisesRegex(StageRequirementError, "line item"):
			api.close_as_won(make_opportunity(amount=10).name)

	def test_the_quote_that_the_customer_accepted_is_the_won_one_and_the_only_one(self):
		doc = make_opportunity(items=[{}])
		first, second, third = (make_quote(doc) for _number in range(3))
		for quote, status in ((first, None), (second, "Accepted"), (third, "Accepted")):
			quote.submit()
			if status:
				quote.change_status(status, answered_on=frappe.utils.now_datetime())
		api.close_as_won(doc.name, won_quote=third.name)
		self.assertEqual(
			[stored(quote, "status") for quote in (first, second, third)],
			["Declined", "Declined", "Accepted"],
		)
		doc = make_opportunity(items=[{}])
		first, second = make_quote(doc), make_quote(doc)
		first.submit()
		second.submit()
		second.change_status("Accepted", answered_on=frappe.utils.now_datetime())
		api.close_as_won(doc.name)
		self.assertEqual(stored(doc, "won_quote"), second.name)

	def test_the_lines_of_a_won_deal_are_not_replaced_by_equal_ones(self):
		doc = make_won_opportunity(5)
		doc.items = []
		doc.append("items", {"item": "TEST-BIKE", "quantity": 5, "rate": 1_000})
		with self.assertRaises(OpportunityClosedError):
			doc.save()

	def test_a_stranger_closes_nothing(self):
		doc = make_opportunity(items=[{}])
		other = make_opportunity(party=doc.party)
		frappe.set_user(make_user("closing-stranger@example.com", "Sales User").name)
		for call in (
			lambda: api.close_as_won(doc.name),
			lambda: api.close_as_lost(doc.name, "No Budget"),
			lambda: api.reopen(doc.name),
			lambda: api.move_stage(doc.name, "Proposal"),
			lambda: api.merge(doc.name, other.name),
		):
			with self.assertRaises(frappe.PermissionError):
				call()
		frappe.set_user("Administrator")
		self.assertEqual(stored(doc, "stage"), "Inquiry")

	def test_reopening_goes_back_to_the_stage_before_and_is_logged(self):
		doc = make_opportunity(items=[{}], stage="Proposal")
		api.close_as_lost(doc.name, "No Budget")
		answer = api.reopen(doc.name)
		self.assertEqual((answer["stage"], answer["status"], answer["probability"]), ("Proposal", "Open", 50))
		doc.reload()
		self.assertEqual((doc.closed_on, doc.closing_reason), (None, None))
		self.assertEqual([row.to_stage for row in doc.stage_log], ["Proposal", "Lost", "Proposal"])

	def test_a_reopened_one_has_a_primary_quote_if_there_is_one_on_the_table(self):
		doc = make_opportunity(items=[{}])
		issued, draft = make_quote(doc), make_quote(doc)
		draft.items[0].quantity = 3
		draft.save()
		issued.submit()
		api.close_as_lost(doc.name, "No Budget")
		self.assertEqual(api.reopen(doc.name)["amount"], 3000)
		doc.reload()
		draft.reload()
		self.assertEqual((doc.primary_quote, draft.primary_of, draft.is_primary), (draft.name, doc.name, 1))
		draft.items[0].quantity = 4
		draft.save()
		self.assertEqual(stored(doc, "amount"), 4000)

	def test_nothing_that_the_value_comes_from_changes_once_it_is_closed(self):
		for close in (api.close_as_won, lambda name: api.close_as_lost(name, "No Budget")):
			doc = make_opportunity(items=[{}])
			close(doc.name)
			doc.reload()
			for values in ({"manual_amount": 1}, {"manual_amount": 1, "amount": 5}):
				with self.subTest(doc.status, **values):
					changed = frappe.get_doc("Sales Opportunity", doc.name).update(values)
					self.assertRaises(OpportunityClosedError, changed.save)
			self.assertEqual((stored(doc, "manual_amount"), stored(doc, "amount")), (0, 1000))

	def test_a_salesperson_closes_but_does_not_reopen(self):
		seller = make_user("closing-seller@example.com", "Sales User")
		doc = make_opportunity(items=[{}], opportunity_owner=seller.name)
		frappe.set_user(seller.name)
		api.close_as_lost(doc.name, "No Budget")
		with self.assertRaises(frappe.PermissionError):
			api.reopen(doc.name)


class TestMerging(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")

	def tearDown(self):
		frappe.set_user("Administrator")

	def make_twins(self, **duplicate):
		partner = make_partner().name
		return make_opportunity(party=partner, amount=500), make_opportunity(party=partner, **duplicate)

	def test_quotes_and_activities_of_the_duplicate_move_over(self):
		kept, duplicate = self.make_twins(items=[{}], expected_close_date="2099-03-01")
		quote = make_quote(duplicate)
		add_activity(duplicate.name, "Call", "First call")
		add_activity(duplicate.name, "Note", "They want red ones")
		add_activity(duplicate.name, "Task", "Ask for the colour", scheduled_for="2099-01-01")
		api.merge(kept.name, duplicate.name)
		self.assertFalse(frappe.db.exists("Sales Opportunity", duplicate.name))
		self.assertEqual(stored(quote, "opportunity", "primary_of"), (kept.name, kept.name))
		kept.reload()
		self.assertEqual((kept.primary_quote, kept.amount), (quote.name, 500))
		self.assertEqual((len(kept.items), str(kept.expected_close_date)), (1, "2099-03-01"))
		for doctype in ("Communication", "Comment"):
			self.assertTrue(frappe.db.exists(doctype, {"reference_name": kept.name}), doctype)
			self.assertFalse(frappe.db.exists(doctype, {"reference_name": duplicate.name}), doctype)
		self.assertEqual(frappe.db.get_value("ToDo", {"reference_name": kept.name}, "status"), "Open")
		self.assertFalse(frappe.db.exists("Sales Opportunity Change", {"opportunity": duplicate.name}))

	def test_one_primary_quote_is_left(self):
		kept, duplicate = self.make_twins(items=[{}])
		kept.append("items", duplicate.items[0].as_dict() | {"name": None})
		kept.save()
		own, other = make_quote(kept), make_quote(duplicate)
		api.merge(kept.name, duplicate.name)
		self.assertEqual([stored(quote, "is_primary") for quote in (own, other)], [1, 0])
		self.assertEqual(frappe.db.count("Quote", {"primary_of": kept.name}), 1)

	def test_only_two_open_opportunities_of_one_partner_can_be_merged(self):
		kept, duplicate = self.make_twins()
		for other in (make_opportunity().name, kept.name):
			with self.subTest(other), self.assertRaises(MergeError):
				api.merge(kept.name, other)
		api.close_as_lost(duplicate.name, "No Decision")
		with self.assertRaisesRegex(MergeError, "open"):
			api.merge(kept.name, duplicate.name)

	def test_a_quote_keeps_its_value_when_opportunities_are_merged(self):
		party = make_partner().name
		kept = make_opportunity(party=party, items=[{"quantity": 2}])
		quoted = make_opportunity(party=party, items=[{}])
		quote = make_quote(quoted)
		with self.assertRaisesRegex(MergeError, f"{kept.name}.*into.*{quoted.name}"):
			api.merge(kept.name, quoted.name)
		self.assertTrue(frappe.db.exists(quoted.doctype, quoted.name))
		api.merge(quoted.name, kept.name)
		self.assertEqual(stored(quoted, "amount", "primary_quote"), (1_000, quote.name))

	def test_a_plan_of_the_duplicate_follows_the_value_of_the_other(self):
		for rows, expected in (
			([{"amount": 300}, {"amount": 700}], [150, 350]),
			([{"percentage": 30}, {"percentage": 70}], [150, 350]),
		):
			with self.subTest(rows=rows):
				plan = [{"due_date": f"2099-0{number}-01", **row} for number, row in enumerate(rows, start=1)]
				kept, duplicate = self.make_twins(items=[{}], instalments=plan)
				api.merge(kept.name, duplicate.name)
				kept.reload()
				self.assertEqual((kept.amount, [row.amount for row in kept.instalments]), (500, expected))
				kept.save()

	def test_who_may_not_delete_may_not_merge(self):
		kept, duplicate = self.make_twins()
		seller = make_user("merging-seller@example.com", "Sales User")
		for doc in (kept, duplicate):
			doc.opportunity_owner = seller.name
			doc.save()
		frappe.set_user(seller.name)
		with self.assertRaises(frappe.PermissionError):
			api.merge(kept.name, duplicate.name)
