"""Moving a deal to another stage: what is asked for first, who may, and that all rules of saving hold."""

import json

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.inputs.values import WrongInputError
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.stages import (
	StageNotAllowedError,
	StageRequirementError,
	before_change,
	change_stage,
	missing_for,
)
from sales_opportunity.tests.factories import (
	make_class,
	make_item,
	make_opportunity,
	make_quote,
	make_stage,
	make_user,
	make_won_opportunity,
)
from sales_opportunity.tests.stored import stored

SALESPERSON, COLLEAGUE, MANAGER, VIEWER = (
	f"stage.{person}@lindental.example" for person in ("anna", "bernd", "katrin", "vera")
)
TYPED = {"expected_close_date": "2099-05-01", "next_activity": "Call", "next_activity_date": "2099-04-01"}


class TestStageChange(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		for user, *roles in (
			(SALESPERSON, "Sales User"),
			(COLLEAGUE, "Sales User"),
			(MANAGER, "Sales User", "Sales Manager"),
			(VIEWER, "Sales Viewer"),
		):
			make_user(user, *roles)
		make_stage(
			"Test Demanding",
			position=36,
			requires_items=1,
			requires_expected_close_date=1,
			requires_next_activity=1,
		)
		make_stage("Test Offered", position=37, requires_issued_quote=1)
		make_stage("Test Of Another Class", position=38)
		stages = ("Inquiry", "Test Demanding", "Test Offered", "Proposal", "Won", "Lost")
		make_class("TEST-STAGES", stages=[{"stage": stage} for stage in stages])
		make_item()

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")
		self.doc = make_opportunity(class_id="TEST-STAGES", opportunity_owner=SALESPERSON)

	def test_a_stage_that_asks_for_nothing_is_entered_at_once(self):
		doc = make_opportunity(class_id="TEST-STAGES", amount=1_000, items=[{"quantity": 2}])
		self.assertEqual(missing_for(doc.name, "Proposal"), [])
		answer = change_stage(doc.name, "Proposal")
		self.assertEqual(
			(answer["stage"], answer["status"], answer["probability"], answer["weighted_amount"]),
			("Proposal", "Open", 50, 1_000),
		)
		doc.reload()
		self.assertEqual([row.to_stage for row in doc.stage_log], ["Inquiry", "Proposal"])

	def test_what_a_stage_requires_is_asked_for_as_fields_of_a_dialog(self):
		asked = {field["fieldname"]: field for field in missing_for(self.doc.name, "Test Demanding")}
		self.assertEqual(list(asked), ["items", *TYPED])
		self.assertEqual(asked["expected_close_date"]["fieldtype"], "Date")
		self.assertTrue(all(field["reqd"] and field["label"] for field in asked.values()))
		columns = [(column["fieldname"], column["options"]) for column in asked["items"]["fields"][:1]]
		self.assertEqual(columns, [("item", "Sales Item")])
		with self.assertRaises(StageRequirementError):
			change_stage(self.doc.name, "Test Demanding")
		values = {**TYPED, "items": [{"item": "TEST-BIKE", "quantity": 3}]}
		self.assertEqual(change_stage(self.doc.name, "Test Demanding", json.dumps(values))["amount"], 3_000)
		self.assertEqual(str(stored(self.doc, "expected_close_date")), "2099-05-01")
		self.assertEqual(missing_for(self.doc.name, "Test Demanding"), [])

	def test_what_cannot_be_typed_is_said(self):
		self.assertEqual(missing_for(self.doc.name, "Test Offered"), [{"text": "an issued quote"}])
		doc = make_opportunity(class_id="TEST-STAGES", items=[{}])
		make_quote(doc).submit()
		self.assertEqual(missing_for(doc.name, "Test Offered"), [])

	def test_what_the_class_wants_to_know_is_asked_for(self):
		class_doc = make_class("TEST-STAGES")
		row = {"label": "Test Use", "attribute_type": "Text", "mandatory_from": "Test Demanding"}
		class_doc.set("attributes", [row])
		class_doc.save()
		self.addCleanup(lambda: (class_doc.set("attributes", []), class_doc.save(), frappe.db.commit()))
		doc = make_opportunity(class_id="TEST-STAGES", items=[{}], **TYPED)
		asked = missing_for(doc.name, "Test Demanding")
		self.assertEqual(
			[(field["fieldname"], field["label"]) for field in asked], [("attribute_test_use", "Test Use")]
		)
		change_stage(doc.name, "Test Demanding", {"attribute_test_use": "Delivery"})
		self.assertEqual(stored(doc, "attribute_test_use"), "Delivery")

	def test_a_lost_deal_needs_its_reason(self):
		found = before_change(self.doc.name, "Lost")
		self.assertEqual((found["stage_type"], found["status"]), ("Lost", "Open"))
		self.assertEqual([field["fieldname"] for field in found["missing"]], ["closing_reason"])
		self.assertEqual(
			change_stage(self.doc.name, "Lost", {"closing_reason": "No Budget"})["status"], "Lost"
		)

	def test_a_stage_of_another_class_is_refused(self):
		for ask in (missing_for, before_change, change_stage):
			for stage in ("Test Of Another Class", "No Such Stage", ""):
				is_known = stage.startswith("Test") or ask is not change_stage
				refused = StageNotAllowedError if is_known else frappe.ValidationError
				with self.subTest(ask=ask.__name__, stage=stage), self.assertRaises(refused):
					ask(self.doc.name, stage)
		self.assertEqual(stored(self.doc, "stage"), "Inquiry")

	def test_only_what_a_stage_asks_for_can_be_sent_along(self):
		for values in (
			{"amount": 9},
			{"opportunity_owner": COLLEAGUE},
			{"stage": "Won"},
			[],
			"text",
			{"items": 1},
		):
			with self.subTest(values), self.assertRaises(WrongInputError):
				change_stage(self.doc.name, "Proposal", values)
		change_stage(self.doc.name, "Proposal", {"items": [{"item": "TEST-BIKE", "quantity": 1, "rate": 1}]})
		self.assertEqual(stored(self.doc, "amount"), 1_000)

	def test_who_may_not_write_cannot_move_it_and_who_may_not_read_learns_nothing(self):
		for user in (COLLEAGUE, VIEWER):
			frappe.set_user(user)
			with self.subTest(user), self.assertRaises(frappe.PermissionError):
				change_stage(self.doc.name, "Proposal", {"items": [{"item": "TEST-BIKE", "quantity": 1}]})
		self.assertTrue(missing_for(self.doc.name, "Proposal"))
		frappe.set_user(COLLEAGUE)
		for ask in (missing_for, before_change):
			with self.subTest(ask.__name__), self.assertRaises(frappe.PermissionError):
				ask(self.doc.name, "Proposal")
		self.assertEqual(stored(self.doc, "stage"), "Inquiry")

	def test_a_closed_deal_is_moved_by_managers_only(self):
		doc = make_won_opportunity(class_id="TEST-STAGES", opportunity_owner=SALESPERSON)
		frappe.set_user(SALESPERSON)
		with self.assertRaises(frappe.PermissionError):
			change_stage(doc.name, "Proposal")
		self.assertEqual(stored(doc, "status"), "Won")
		frappe.set_user(MANAGER)
		self.assertEqual(before_change(doc.name, "Proposal")["status"], "Won")
		self.assertEqual(change_stage(doc.name, "Proposal")["status"], "Open")
