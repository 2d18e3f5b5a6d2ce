"""The lists of opportunities and quotes: names of people, sums of what is shown, changes of many at once."""

import json
from unittest.mock import patch

import frappe
import frappe.share
from frappe.utils import getdate

from sales_opportunity.access import permissions
from sales_opportunity.access.permissions import opportunity_conditions
from sales_opportunity.desk.list_sums import list_sums
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.inputs.values import WrongInputError
from sales_opportunity.overrides.lists import get
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.list_changes import (
	change,
	refusal_reason,
)
from sales_opportunity.tests.factories import (
	hide,
	make_class,
	make_item,
	make_opportunity,
	make_quote,
	make_stage,
	make_user,
)
from sales_opportunity.tests.statements import statements_of

ME, COLLEAGUE = "list-me@example.com", "list-colleague@example.com"
OPPORTUNITY = "Sales Opportunity"


class ListTestCase(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		for user in (ME, COLLEAGUE):
			make_user(user, "Sales User")
		make_class()
		make_item()

	def setUp(self):
		frappe.db.savepoint("before_list")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="before_list")

	def value(self, deal, fieldname: str):
		return frappe.db.get_value(OPPORTUNITY, deal.name, fieldname)


class TestWhoSeesMuch(ListTestCase):
	"""Whether a salesperson sees few deals of the table or many decides how they are looked for, and nothing else."""

	def setUp(self):
		super().setUp()
		self.addCleanup(frappe.cache.delete_keys, "sales_opportunity_")
		frappe.cache.delete_keys("sales_opportunity_")

	def test_lists_are_the_same_whether_their_deals_are_looked_for_or_passed(self):
		stage = make_stage("List Many", position=13).name
		mine = make_opportunity(opportunity_owner=ME, stage=stage)
		foreign = make_opportunity(opportunity_owner=COLLEAGUE, stage=stage)
		made = make_opportunity(opportunity_owner=COLLEAGUE, stage=stage)
		made.db_set("owner", ME)
		make_class("LIST-MUCH", members=[{"user": ME}])
		of_class = make_opportunity(opportunity_owner=COLLEAGUE, stage=stage, class_id="LIST-MUCH")
		shared = make_opportunity(opportunity_owner=COLLEAGUE, stage=stage)
		frappe.share.add(OPPORTUNITY, shared.name, ME)
		found = {mine.name, made.name, of_class.name, shared.name}
		for is_much in (False, True):
			with self.subTest(is_much):
				self.assertEqual(self.listed(stage, is_much), found)
		self.assertNotIn(foreign.name, found)

	def listed(self, stage: str, is_much: bool) -> set[str]:
		"""Return which deals of a stage the list of a user has who sees much, or does not."""
		limit = 1 if is_much else 99_999
		with (
			patch.object(permissions, "_scan_threshold_of_lists", return_value=limit),
			patch.object(permissions, "_scan_threshold_of_reports", return_value=limit),
		):
			frappe.cache.delete_keys("sales_opportunity_")
			frappe.set_user(ME)
			self.assertEqual("coalesce" in opportunity_conditions(), is_much)
			rows = frappe.get_list(OPPORTUNITY, {"stage": stage}, pluck="name")
			frappe.set_user("Administrator")
		return set(rows)

	def test_only_who_created_deals_of_others_is_looked_for_as_creator(self):
		"""Their list could not go along one index in its order."""
		stage = make_stage("List Own", position=14).name
		mine, foreign = (make_opportunity(opportunity_owner=user, stage=stage) for user in (ME, COLLEAGUE))
		mine.db_set("owner", ME)
		frappe.set_user(ME)
		self.assertNotIn("`owner`", opportunity_conditions())
		for responsible in (COLLEAGUE, None, "", "a@example.com"):
			frappe.db.set_value(OPPORTUNITY, foreign.name, {"owner": ME, "opportunity_owner": responsible})
			for is_much in (False, True):
				with self.subTest(responsible, is_much=is_much):
					self.assertEqual(self.listed(stage, is_much), {mine.name, foreign.name})

	def test_it_is_not_counted_for_each_list(self):
		make_opportunity(opportunity_owner=ME)
		frappe.set_user(ME)
		lists = [statements_of(lambda: frappe.get_list(OPPORTUNITY, limit=5)) for _time in range(2)]
		counted = [sum("COUNT(*)" in query for query in asked) for asked in lists]
		self.assertEqual(counted, [2, 0])
		self.assertEqual(len(lists[1]), 2)


class TestSums(ListTestCase):
	def test_the_list_adds_up_what_it_shows(self):
		for amount in (100.1, 200.2):
			make_opportunity(opportunity_owner=ME, manual_amount=1, amount=amount, stage="Inquiry")
		filters = [[OPPORTUNITY, "opportunity_owner", "=", ME], [OPPORTUNITY, "status", "=", "Open"]]
		found = list_sums(OPPORTUNITY, json.dumps(filters))
		self.assertEqual((found["count"], found["sums"][0], found["currency"]), (2, 300.3, "EUR"))

	def test_foreign_deals_are_not_added_up(self):
		make_opportunity(opportunity_owner=COLLEAGUE, manual_amount=1, amount=999)
		frappe.set_user(ME)
		found = list_sums(OPPORTUNITY, [[OPPORTUNITY, "opportunity_owner", "=", COLLEAGUE]])
		self.assertEqual((found["count"], found["sums"]), (0, [0, 0]))

	def test_quotes_are_added_up_net_and_gross(self):
		deal = make_opportunity([{"quantity": 2}], opportunity_owner=ME)
		make_quote(deal)
		found = list_sums("Quote", [["Quote", "opportunity", "=", deal.name]])
		self.assertEqual((found["count"], found["sums"]), (1, [2000, 2380]))

	def test_deals_kept_in_another_company_currency_are_counted_and_not_added(self):
		for currency in ("EUR", "USD", ""):
			deal = make_opportunity(opportunity_owner=ME, manual_amount=1, amount=1000)
			deal.db_set("company_currency", currency)
		found = list_sums(OPPORTUNITY, [[OPPORTUNITY, "opportunity_owner", "=", ME]])
		self.assertEqual((found["count"], found["sums"][0], found["in_other_currencies"]), (3, 1000, 2))

	def test_a_filter_on_the_lines_counts_and_adds_each_document_once(self):
		deal = make_opportunity([{"quantity": 1}, {"quantity": 2}], opportunity_owner=ME)
		quote = make_quote(deal)
		for doctype, child, amount in (
			(OPPORTUNITY, "Sales Opportunity Item", deal.base_amount),
			("Quote", "Quote Item", quote.base_net_total),
		):
			with self.subTest(doctype):
				name = deal.name if doctype == OPPORTUNITY else quote.name
				found = list_sums(doctype, [[doctype, "name", "=", name], [child, "quantity", ">", 0]])
				self.assertEqual((found["count"], found["sums"][0]), (1, amount))

	def test_what_is_no_filter_is_refused_by_a_sentence(self):
		for odd in (
			[1, 2, 3],
			[OPPORTUNITY, "no_such_field", "=", "x"],
			["no_such_field", "=", "x"],
			["Sales Opportunity Item", "no_such_field", "=", "x"],
			["User", "email", "=", "x"],
			["No Such Type", "name", "=", "x"],
			[OPPORTUNITY, "title", "resembles", "x"],
			[OPPORTUNITY, "title", "=", {"a": 1}],
			[OPPORTUNITY, "title", None, "x"],
			[OPPORTUNITY, ["title"], "=", "x"],
			[OPPORTUNITY, "title; drop", "=", "x"],
			[OPPORTUNITY, "expected_close_date", "between", 5],
			"title",
			[],
		):
			with self.subTest(odd=odd), self.assertRaises(WrongInputError):
				list_sums(OPPORTUNITY, [odd])

	def test_the_filters_that_lists_send_are_understood(self):
		make_opportunity([{}], opportunity_owner=ME, expected_close_date="2027-05-31")
		for filters in (
			[["opportunity_owner", "=", ME]],
			[[OPPORTUNITY, "opportunity_owner", "=", ME, False]],
			[[OPPORTUNITY, "opportunity_owner", "in", [ME]], [OPPORTUNITY, "_assign", "is", "not set"]],
			[
				[OPPORTUNITY, "opportunity_owner", "=", ME],
				[OPPORTUNITY, "expected_close_date", "Between", ["2027-05-01", "2027-05-31"]],
			],
			[
				[OPPORTUNITY, "opportunity_owner", "=", ME],
				[OPPORTUNITY, "creation", "Timespan", "this year"],
				["Sales Opportunity Item", "parenttype", "=", OPPORTUNITY],
			],
		):
			with self.subTest(filters=filters):
				self.assertEqual(list_sums(OPPORTUNITY, filters)["count"], 1)

	def test_no_sum_tells_what_the_user_may_not_read(self):
		make_opportunity(opportunity_owner=ME, manual_amount=1, amount=1000, probability=50)
		hide(self, "base_amount")
		frappe.set_user(ME)
		found = list_sums(OPPORTUNITY, [[OPPORTUNITY, "opportunity_owner", "=", ME]])
		self.assertEqual((found["count"], found["sums"][0]), (1, None))
		self.assertGreater(found["sums"][1], 0)

	def test_other_documents_have_no_sums(self):
		for doctype in ("User", "Business Partner", ""):
			self.assertRaises(WrongInputError, list_sums, doctype, [])

	def test_who_may_read_no_opportunity_gets_no_sum(self):
		frappe.set_user(make_user("list-stranger@example.com", "Inbox User").name)
		self.assertRaises(frappe.PermissionError, list_sums, OPPORTUNITY, [])


class TestPeople(ListTestCase):
	def test_the_list_names_the_people_who_are_responsible(self):
		deal = make_opportunity(opportunity_owner=COLLEAGUE)
		frappe.local.form_dict = frappe._dict(
			doctype=OPPORTUNITY,
			fields='["name", "opportunity_owner"]',
			filters=json.dumps({"name": deal.name}),
		)
		self.assertEqual(get()["user_info"][COLLEAGUE].fullname, "List-Colleague")


class TestChanges(ListTestCase):
	def test_stage_owner_and_close_date_of_many_are_changed(self):
		deals = [make_opportunity(opportunity_owner=ME) for _number in range(2)]
		frappe.set_user(ME)
		for fieldname, value in (
			("stage", "First Meeting"),
			("expected_close_date", "2027-05-31"),
			("opportunity_owner", COLLEAGUE),
		):
			for deal in deals:
				self.assertEqual(change(deal.name, fieldname, value), "")
				self.assertEqual(str(self.value(deal, fieldname)), value)

	def test_a_change_of_the_stage_is_logged_and_weighs_anew(self):
		deal = make_opportunity(opportunity_owner=ME, manual_amount=1, amount=1000)
		change(deal.name, "stage", "First Meeting")
		deal.reload()
		self.assertEqual(deal.stage_log[-1].to_stage, "First Meeting")
		self.assertEqual(deal.weighted_amount, deal.amount * deal.probability / 100)

	def test_what_is_refused_is_told_and_left_as_it_was(self):
		mine = make_opportunity(opportunity_owner=ME)
		theirs = make_opportunity(opportunity_owner=COLLEAGUE)
		frappe.set_user(ME)
		for deal, fieldname, value in (
			(mine, "stage", "No Such Stage"),
			(mine, "stage", "Won"),
			(mine, "expected_close_date", "3027-01-01"),
			(mine, "expected_close_date", "soon"),
			(mine, "opportunity_owner", "nobody@example.com"),
			(theirs, "stage", "First Meeting"),
			(theirs, "opportunity_owner", ME),
			(theirs, "expected_close_date", "2027-05-31"),
		):
			with self.subTest(fieldname=fieldname, value=value):
				before = self.value(deal, fieldname)
				self.assertTrue(change(deal.name, fieldname, value))
				self.assertEqual(self.value(deal, fieldname), before)
				self.assertEqual(frappe.message_log, [])

	def test_the_close_date_of_a_closed_deal_is_not_changed(self):
		for stage in ("Won", "Lost"):
			with self.subTest(stage):
				deal = make_opportunity([{}], opportunity_owner=ME)
				frappe.db.set_value(OPPORTUNITY, deal.name, "status", stage)
				self.assertIn("closed", change(deal.name, "expected_close_date", "2027-05-31"))
				self.assertEqual(self.value(deal, "expected_close_date"), deal.expected_close_date)

	def test_the_reason_is_what_the_form_would_say(self):
		deal = make_opportunity(opportunity_owner=ME)
		reason = change(deal.name, "stage", "Lost")
		self.assertTrue(reason)
		for raw in ("closing_notes", "closing_reason", f"[{OPPORTUNITY}", "<"):
			self.assertNotIn(raw, reason)

	def test_the_message_for_people_comes_before_the_text_of_the_error(self):
		for messages, text, reason in (
			(["<b>Notes</b> are missing"], "[Sales Opportunity, OPP-1]: closing_notes", "Notes are missing"),
			(["Not this", "Nor <i>that</i>"], "raw", "Not this Nor that"),
			([], "Only <b>the error</b> says it", "Only the error says it"),
			([], "", "No permission for Sales Opportunity"),
		):
			with self.subTest(reason):
				frappe.clear_messages()
				for message in messages:
					frappe.msgprint(message)
				self.assertEqual(refusal_reason(frappe.ValidationError(text)), reason)
		frappe.clear_messages()

	def test_a_deal_that_is_gone_is_told(self):
		self.assertTrue(change("OPP-0000-00000", "stage", "First Meeting"))

	def test_other_fields_are_not_changed_like_that(self):
		deal = make_opportunity(opportunity_owner=ME)
		for fieldname in ("amount", "owner", "status"):
			self.assertRaises(WrongInputError, change, deal.name, fieldname, "1")

	def test_the_close_date_is_read_as_people_write_it(self):
		deal = make_opportunity(opportunity_owner=ME)
		change(deal.name, "expected_close_date", "31.05.2027")
		self.assertEqual(self.value(deal, "expected_close_date"), getdate("2027-05-31"))
