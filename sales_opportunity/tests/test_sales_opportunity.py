"""An opportunity from its first three entries to its closing, as a salesperson lives it."""

import json

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.model import child_table_fields, default_fields

from sales_opportunity.deal.opportunity_value import LineError
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.inputs.values import ImpossibleDateError, ImpossibleNumberError
from sales_opportunity.sales_opportunity.doctype.qualification_stage.qualification_stage import (
	ProbabilityNotAllowedError,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import (
	ClosingReasonError,
	OpportunityClosedError,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
	DisabledMasterError,
	calculate,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.stages import (
	StageNotAllowedError,
	StageRequirementError,
)
from sales_opportunity.tests.factories import (
	make_class,
	make_item,
	make_opportunity,
	make_partner,
	make_quote,
	make_stage,
	make_user,
	set_exchange_rates,
)
from sales_opportunity.tests.settings import save_settings, use_settings

NOT_COPIED = (
	"stage",
	"probability",
	"closed_on",
	"closing_reason",
	"primary_quote",
	"won_quote",
	"next_activity",
	"next_activity_date",
	"expected_close_date",
	"conversion_rate",
	"opportunity_owner",
)


class TestSalesOpportunity(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")

	def tearDown(self):
		frappe.set_user("Administrator")

	def test_three_entries_are_enough(self):
		doc = make_opportunity()
		self.assertEqual(doc.title, "Radhaus Nord GmbH")
		self.assertEqual((doc.status, doc.probability, doc.amount), ("Open", 5, 0))
		self.assertEqual(doc.opportunity_owner, "Administrator")
		self.assertEqual((doc.transaction_currency, doc.conversion_rate), ("EUR", 1))

	def test_100000_at_5_percent_are_5000_and_at_75_percent_75000(self):
		doc = make_opportunity(amount=100_000)
		self.assertEqual(doc.weighted_amount, 5_000)
		doc.append("items", {"item": make_item().name, "quantity": 100})
		doc.stage = "Negotiation"
		doc.save()
		self.assertEqual((doc.probability, doc.amount, doc.weighted_amount), (75, 100_000, 75_000))

	def test_won_counts_in_full_and_lost_not_at_all(self):
		won = make_opportunity(items=[{}], stage="Won")
		self.assertEqual((won.probability, won.weighted_amount, won.status), (100, 1_000, "Won"))
		lost = make_opportunity(amount=100_000, stage="Lost", closing_reason="Too Expensive")
		self.assertEqual((lost.probability, lost.weighted_amount, lost.status), (0, 0, "Lost"))
		self.assertTrue(won.closed_on and lost.closed_on)

	def test_the_class_may_have_its_own_probability_for_a_stage(self):
		stages = [{"stage": "Inquiry", "has_own_probability": 1, "probability": 12}]
		make_class("TEST-OWN", stages=stages)
		self.assertEqual(make_opportunity(class_id="TEST-OWN", amount=1_000).weighted_amount, 120)

	def test_a_stage_that_does_not_belong_to_the_class_is_refused(self):
		make_class("TEST-SHORT", stages=[{"stage": "Inquiry"}, {"stage": "Won"}])
		with self.assertRaisesRegex(StageNotAllowedError, "Inquiry, Won"):
			make_opportunity(class_id="TEST-SHORT", stage="Proposal")

	def test_a_company_adds_its_own_stage(self):
		make_stage("Probefahrt")
		doc = make_opportunity(amount=50_000, stage="Probefahrt")
		self.assertEqual(doc.weighted_amount, 20_000)

	def test_a_stage_says_what_it_requires(self):
		make_stage("Test Strict", requires_items=1, requires_expected_close_date=1)
		doc = make_opportunity()
		doc.stage = "Test Strict"
		with self.assertRaisesRegex(StageRequirementError, "line item.*expected close date"):
			doc.save()
		self.assertEqual(frappe.db.get_value("Sales Opportunity", doc.name, "stage"), "Inquiry")

	def test_lines_replace_the_typed_in_amount_unless_it_is_kept_by_hand(self):
		doc = make_opportunity(items=[{"quantity": 3, "discount_percentage": 10}], amount=99)
		self.assertEqual(doc.amount, 2_700)
		doc.update({"manual_amount": 1, "amount": 2_500})
		doc.save()
		self.assertEqual((doc.amount, doc.weighted_amount), (2_500, 125))

	def test_a_line_gets_name_unit_price_and_tax_from_the_item(self):
		row = make_opportunity(items=[{}]).items[0]
		self.assertEqual(
			(row.item_name, row.unit, row.rate, row.tax_rate), ("Test-Bike", "Piece", 1_000, "19 %")
		)

	def test_another_item_brings_its_own_name_and_price(self):
		doc = make_opportunity(items=[{}])
		doc.items[0].item = make_item("TEST-LOCK", price=50).name
		doc.save()
		self.assertEqual((doc.items[0].item_name, doc.amount), ("Test-Lock", 50))

	def test_a_price_of_zero_typed_in_stays_zero(self):
		self.assertEqual(make_opportunity(items=[{"rate": 0}]).amount, 0)

	def test_impossible_lines_are_refused(self):
		for values in ({"quantity": -1}, {"rate": -1}, {"discount_percentage": 101}):
			with self.subTest(values), self.assertRaises(LineError):
				make_opportunity(items=[values])

	def test_a_probability_entered_by_hand_is_visible_and_dropped_at_the_next_stage_change(self):
		doc = make_opportunity(amount=1_000)
		doc.probability = 60
		doc.save()
		self.assertEqual((doc.override_probability, doc.weighted_amount), (1, 600))
		doc.stage = "First Meeting"
		doc.save()
		self.assertEqual((doc.override_probability, doc.probability, doc.weighted_amount), (0, 10, 100))

	def test_the_override_is_taken_off_in_the_form_that_shows_the_stages_probability_by_then(self):
		doc = make_opportunity(amount=1_000)
		doc.update({"override_probability": 1, "probability": 60})
		doc.save()
		doc.update({"override_probability": 0, "probability": 5})
		doc.save()
		self.assertEqual((doc.override_probability, doc.probability), (0, 5))

	def test_without_the_override_the_stages_probability_comes_back(self):
		doc = make_opportunity(amount=1_000)
		doc.update({"override_probability": 1, "probability": 60})
		doc.save()
		doc.override_probability = 0
		doc.save()
		self.assertEqual(doc.probability, 5)

	def test_every_stage_change_is_logged_with_its_figures(self):
		doc = make_opportunity(amount=1_000)
		doc.stage = "First Meeting"
		doc.save()
		first, second = doc.stage_log
		self.assertEqual((first.from_stage, first.to_stage), (None, "Inquiry"))
		self.assertEqual((second.from_stage, second.to_stage), ("Inquiry", "First Meeting"))
		self.assertEqual((second.probability, second.amount, second.weighted_amount), (10, 1_000, 100))
		self.assertGreaterEqual(second.seconds_in_stage, 0)

	def test_the_log_can_not_be_rewritten_from_outside(self):
		doc = make_opportunity(amount=1_000)
		doc.stage_log[0].amount = 5
		doc.append("stage_log", {"to_stage": "Won"})
		doc.save()
		doc.reload()
		self.assertEqual([(row.to_stage, row.amount) for row in doc.stage_log], [("Inquiry", 1_000)])

	def test_a_form_that_was_open_meanwhile_does_not_lose_the_primary_quote(self):
		doc = make_opportunity(items=[{}])
		quote = make_quote(doc)
		doc.next_activity = "Call"
		doc.save()
		self.assertEqual(frappe.db.get_value("Sales Opportunity", doc.name, "primary_quote"), quote.name)

	def test_lost_needs_a_reason_and_the_right_kind(self):
		doc = make_opportunity()
		for reason, message in ((None, "Closing Reason"), ("Best Price", "Best Price")):
			doc.update({"stage": "Lost", "closing_reason": reason})
			with self.assertRaisesRegex(ClosingReasonError, message):
				doc.save()
			doc.reload()
		doc.update({"stage": "Lost", "closing_reason": "No Budget"})
		doc.save()
		self.assertEqual(doc.status, "Lost")

	def test_the_value_of_a_closed_opportunity_is_frozen(self):
		doc = make_opportunity(items=[{}], stage="Won")
		for fieldname, value in (("manual_amount", 1), ("conversion_rate", 2), ("class_id", "NEW")):
			with self.subTest(fieldname):
				doc.reload()
				doc.update({fieldname: value, "amount": 5})
				if fieldname == "conversion_rate":
					doc.transaction_currency = "CHF"
				with self.assertRaises(OpportunityClosedError):
					doc.save()
		doc.reload()
		doc.closing_notes = "Handshake at the fair"
		doc.save()

	def test_only_a_manager_reopens(self):
		doc = make_opportunity(stage="Lost", closing_reason="No Budget", opportunity_owner="Administrator")
		seller = make_user("reopen@example.com", "Sales User")
		doc.opportunity_owner = seller.name
		doc.save()
		frappe.set_user(seller.name)
		doc.reload()
		doc.stage = "Inquiry"
		with self.assertRaises(frappe.PermissionError):
			doc.save()
		frappe.set_user("Administrator")
		doc.reload()
		doc.stage = "Inquiry"
		doc.save()
		self.assertEqual((doc.status, doc.closed_on, doc.closing_reason), ("Open", None, None))

	def test_a_foreign_partner_brings_currency_and_stored_rate(self):
		set_exchange_rates(CHF=1.02)
		settings = frappe.get_doc("Sales Opportunity Settings")
		settings.append("exchange_rates", {"valid_from": "2021-01-01", "currency": "CHF", "rate": 1.05})
		settings.append("exchange_rates", {"valid_from": "2099-01-01", "currency": "CHF", "rate": 9})
		settings.save()
		party = make_partner("Velo Zürich AG", default_currency="CHF")
		doc = make_opportunity(party=party.name, amount=1_000)
		self.assertEqual((doc.transaction_currency, doc.conversion_rate), ("CHF", 1.05))
		self.assertEqual((doc.base_amount, doc.base_weighted_amount), (1_050, 52.5))
		doc.append("items", {"item": make_item().name})
		doc.save()
		self.assertEqual(doc.items[0].rate, 952.38)

	def test_another_currency_converts_prices_not_only_their_symbol(self):
		doc = make_opportunity(items=[{}])
		doc.update({"transaction_currency": "CHF", "conversion_rate": 1.25})
		doc.save()
		self.assertEqual((doc.items[0].rate, doc.amount, doc.base_amount), (800, 800, 1_000))

	def test_a_form_may_go_to_another_currency_and_back(self):
		set_exchange_rates(CHF=1.25, GBP=1.17)
		doc = make_opportunity(items=[{"rate": 1_000}, {"rate": 0.95}])
		form = doc.as_dict() | {"__prices_in": {"transaction_currency": "EUR", "conversion_rate": 1}}

		def change(currency, *prices):
			form.update({"transaction_currency": currency, "conversion_rate": None})
			form.update(calculate(json.dumps(form, default=str)))
			self.assertEqual([row["rate"] for row in form["items"]], list(prices))
			form["__prices_in"] = {key: form[key] for key in ("transaction_currency", "conversion_rate")}

		change("CHF", 800, 0.76)
		form["items"][0]["rate"] = 900
		change("GBP", 961.538462, 0.811966)
		change("EUR", 1_125, 0.95)

	def test_a_new_form_may_go_to_another_currency_before_it_is_saved(self):
		set_exchange_rates(CHF=1.25)
		form = make_opportunity(items=[{"rate": 1_000}]).as_dict() | {
			"__islocal": 1,
			"name": "new-opportunity",
		}
		form["__prices_in"] = {"transaction_currency": "EUR", "conversion_rate": 1}
		form.update({"transaction_currency": "CHF", "conversion_rate": None})
		found = calculate(json.dumps(form, default=str))
		self.assertEqual([row["rate"] for row in found["items"]], [800])

	def test_a_price_typed_in_the_new_currency_is_not_converted_though_it_looks_like_the_former(self):
		set_exchange_rates(CHF=1.25)
		doc = make_opportunity(items=[{}])
		in_form = {"transaction_currency": "CHF", "conversion_rate": 1.25}
		doc.update({**in_form, "__prices_in": in_form})
		doc.save()
		self.assertEqual(doc.items[0].rate, 1_000)

	def test_what_is_disabled_can_not_be_chosen_any_more(self):
		item = make_item("TEST-FORMER", disabled=1)
		party = make_partner("Former Partner", disabled=1)
		make_class("TEST-FORMER", enabled=0)
		for values in ({"party": party.name}, {"class_id": "TEST-FORMER"}):
			with self.subTest(values), self.assertRaisesRegex(DisabledMasterError, "disabled"):
				make_opportunity(**values)
		with self.assertRaisesRegex(frappe.ValidationError, "disabled"):
			make_opportunity(items=[{"item": item.name, "item_name": "By hand", "rate": 1}])
		doc = make_opportunity(party=make_partner("Still There").name)
		frappe.db.set_value("Business Partner", doc.party, "disabled", 1)
		frappe.clear_document_cache("Business Partner", doc.party)
		doc.title = "Goes on"
		doc.save()

	def test_a_year_that_cannot_be_meant_is_refused(self):
		with self.assertRaisesRegex(ImpossibleDateError, "Expected Close Date.*9999"):
			make_opportunity(expected_close_date="9999-12-31")
		with self.assertRaisesRegex(ImpossibleDateError, "Delivery Date.*2206"):
			make_opportunity(items=[{"delivery_date": "2206-01-01"}])

	def test_numbers_that_are_none_are_refused_with_their_field(self):
		for number in ("viel", "NaN", "1e15"):
			with self.subTest(number), self.assertRaisesRegex(ImpossibleNumberError, "Amount"):
				make_opportunity(amount=number)
		with self.assertRaisesRegex(ImpossibleNumberError, "Quantity"):
			make_opportunity(items=[{"quantity": "many"}])

	def test_the_companys_currency_is_fixed_by_the_first_opportunity(self):
		make_opportunity()
		with self.assertRaisesRegex(frappe.ValidationError, "no longer"):
			save_settings(company_currency="CHF")

	def test_the_first_opportunity_writes_it_into_the_settings(self):
		use_settings(self, company_currency="")
		doc = make_opportunity()
		stored = frappe.db.get_single_value("Sales Opportunity Settings", "company_currency")
		self.assertEqual(stored, doc.company_currency)

	def test_a_day_has_one_rate_of_a_currency(self):
		rate = {"valid_from": "2020-01-01", "currency": "CHF", "rate": 1}
		with self.assertRaisesRegex(frappe.ValidationError, "Row #2"):
			save_settings(exchange_rates=[rate] * 2)

	def test_a_negative_exchange_rate_is_refused(self):
		with self.assertRaises(frappe.NonNegativeError):
			make_opportunity(amount=1, transaction_currency="CHF", conversion_rate=-1)

	def test_without_a_rate_the_error_says_where_to_enter_one(self):
		doc = make_opportunity()
		doc.transaction_currency = "INR"
		with self.assertRaisesRegex(frappe.ValidationError, "INR.*Sales Opportunity Settings"):
			doc.save()

	def test_the_form_computes_without_saving(self):
		doc = make_opportunity(amount=1_000)
		preview = calculate({**doc.as_dict(), "stage": "Negotiation", "probability": None})
		self.assertEqual((preview["probability"], preview["weighted_amount"]), (75, 750))
		self.assertEqual(frappe.db.get_value("Sales Opportunity", doc.name, "weighted_amount"), 50)

	def test_the_form_sends_and_is_told_only_what_differs(self):
		doc = make_opportunity(items=[{"quantity": place} for place in range(1, 5)])
		sent = {"name": doc.name, "modified": str(frappe.get_doc(doc.doctype, doc.name).modified)}
		lines = [{"name": row.name} for row in doc.items]
		first = doc.items[0].name
		for title, changed, deal, rows in (
			("nothing", {}, {}, {}),
			("a date", {"expected_close_date": "2031-01-01"}, {}, {}),
			(
				"a line",
				{"items": [{**lines[0], "quantity": 3}, *lines[1:]]},
				{"amount": 12_000},
				{first: {"amount": 3_000}},
			),
			("without a line", {"items": lines[1:]}, {"amount": 9_000}, {}),
			(
				"a free line",
				{"items": [{**lines[0], "rate": 0}, *lines[1:]]},
				{"amount": 9_000},
				{first: {"amount": 0}},
			),
			("another order", {"items": lines[::-1]}, {}, {}),
			(
				"a new line",
				{"items": [*lines, {"name": "new-1", "__islocal": 1, "item": "TEST-BIKE"}]},
				{"amount": 11_000},
				{"new-1": {"rate": 1_000, "item_name": "Test-Bike"}},
			),
			(
				"a discount",
				{"discount_percentage": 50},
				{"amount": 5_000, "discount_amount": 5_000},
				{first: {"net_amount": 500}},
			),
			("a stage", {"stage": "Negotiation", "probability": None}, {"probability": 75}, {}),
		):
			with self.subTest(title):
				told = calculate(json.dumps({**sent, **changed}), True)
				of_rows = {row.pop("name"): row for row in told.pop("items")}
				self.assertEqual((told["transaction_currency"], told["conversion_rate"]), ("EUR", 1))
				for expected, found in ((deal, told), *((rows[name], of_rows[name]) for name in rows)):
					self.assertEqual({key: found[key] for key in expected}, expected)
				self.assertFalse({"title", "party", "class_id", "creation"} & set(told))
				self.assertFalse(bool(of_rows) and not (deal or "order" in title), of_rows)

	def test_the_form_is_not_told_what_is_its_own(self):
		"""A row that is told of another parent than its form no longer belongs to it there."""
		doc = make_opportunity(items=[{}])
		entered = {key: doc.get(key) for key in ("party_type", "party", "class_id", "stage")}
		stored = {"name": doc.name, "modified": str(frappe.get_doc(doc.doctype, doc.name).modified)}
		line = {"item": "TEST-BIKE", "parentfield": "items", "parenttype": doc.doctype, "idx": 2}
		for title, form in (
			("a new one", {**entered, "name": "new-sales-opportunity-1", "__islocal": 1}),
			("one that is stored", stored),
		):
			new = [{**line, "name": f"new-{at}", "parent": form["name"], "__islocal": 1} for at in (1, 2)]
			kept = [{"name": doc.items[0].name}] if form is stored else []
			told = calculate(json.dumps({**form, "items": [*kept, *new]}), True)
			rows = told.pop("items")
			with self.subTest(title):
				self.assertEqual([row.pop("name") for row in rows], ["new-1", "new-2"])
				for found in (told, *rows):
					self.assertFalse({*default_fields, *child_table_fields} & set(found), found)

	def test_who_has_a_form_that_cannot_be_saved_any_more_is_told_nothing(self):
		doc = make_opportunity(items=[{}])
		sent = {"name": doc.name, "modified": "2001-01-01 00:00:00.000000", "discount_percentage": 5}
		self.assertEqual(calculate(json.dumps(sent), True), {})
		self.assertEqual(calculate(json.dumps(sent))["discount_percentage"], 5)

	def test_the_form_computes_nothing_from_what_its_user_may_not_see(self):
		make_property_setter("Sales Opportunity", "competitor_price", "permlevel", 1, "Int")
		doc = make_opportunity(items=[{}])
		frappe.db.set_value(doc.doctype, doc.name, "competitor_price", 777)
		self.addCleanup(frappe.clear_cache, doctype=doc.doctype)
		frappe.set_user(make_user("preview@example.com", "Sales Manager", "Sales User").name)
		preview = calculate({**doc.as_dict(), "competitor_price": 5})
		self.assertNotIn("777", str(calculate({**doc.as_dict(), "competitor_price": 5}, True)))
		frappe.set_user("Administrator")
		self.assertFalse(preview.get("competitor_price"))

	def test_a_copy_starts_afresh(self):
		doc = make_opportunity(
			items=[{"delivery_date": "2099-01-01"}],
			stage="Lost",
			closing_reason="No Budget",
			next_activity="Call",
			next_activity_date="2099-01-01",
			expected_close_date="2099-01-01",
		)
		copy = frappe.copy_doc(doc, ignore_no_copy=False)
		for fieldname in NOT_COPIED:
			self.assertFalse(copy.get(fieldname), fieldname)
		self.assertIsNone(copy.items[0].delivery_date)
		copy.stage = "Inquiry"
		copy.insert()
		self.assertEqual((copy.status, len(copy.stage_log)), ("Open", 1))

	def test_round_robin_goes_through_the_enabled_members(self):
		users = [make_user(f"robin{i}@example.com", "Sales User").name for i in range(3)]
		frappe.db.set_value("User", users[1], "enabled", 0)
		members = [{"user": user} for user in users]
		make_class("TEST-ROBIN", owner_rule="Round Robin", members=members)
		owners = [make_opportunity(class_id="TEST-ROBIN").opportunity_owner for _ in range(3)]
		self.assertEqual(owners, [users[0], users[2], users[0]])

	def test_a_default_owner_must_be_there(self):
		user = make_user("former-owner@example.com", "Sales User")
		with self.assertRaisesRegex(frappe.ValidationError, "Enter the user"):
			make_class("TEST-FIXED", owner_rule="Fixed User")
		make_class("TEST-FIXED", owner_rule="Fixed User", default_owner=user.name)
		self.assertEqual(make_opportunity(class_id="TEST-FIXED").opportunity_owner, user.name)
		frappe.db.set_value("User", user.name, "enabled", 0)
		frappe.clear_document_cache("User", user.name)
		with self.assertRaisesRegex(frappe.ValidationError, "disabled"):
			make_opportunity(class_id="TEST-FIXED")

	def test_a_form_of_the_class_does_not_turn_the_round_back(self):
		users = [make_user(f"round{i}@example.com", "Sales User").name for i in range(2)]
		make_class("TEST-ROUND", owner_rule="Round Robin", members=[{"user": user} for user in users])
		form = frappe.get_doc("Class ID", "TEST-ROUND")
		first = make_opportunity(class_id="TEST-ROUND").opportunity_owner
		form.description = "Another text"
		form.save()
		second = make_opportunity(class_id="TEST-ROUND").opportunity_owner
		self.assertEqual([first, second], users)


class TestQualificationStage(IntegrationTestCase):
	def test_won_is_always_100_and_lost_always_0(self):
		for stage_type, probability in (("Won", 90), ("Lost", 10), ("Open", 101), ("Open", -1)):
			with self.subTest(stage_type), self.assertRaises(ProbabilityNotAllowedError):
				make_stage(f"Test {stage_type} {probability}", stage_type=stage_type, probability=probability)

	def test_the_type_of_a_used_stage_is_fixed(self):
		stage = make_stage("Test Used")
		make_opportunity(stage=stage.name)
		stage.update({"stage_type": "Won", "probability": 100})
		with self.assertRaisesRegex(frappe.ValidationError, "new stage"):
			stage.save()
