"""What was asked for, sentence by sentence, done by the people who asked: one test per sentence, in their order."""

import frappe
from frappe.core.doctype.communication.email import make as make_email
from frappe.desk.form.load import get_docinfo

from sales_opportunity import api
from sales_opportunity.activities.activity_log import add_activity
from sales_opportunity.deal.opportunity_value import LineError
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.class_id.class_id import stage_query
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote
from sales_opportunity.tests.factories import make_class, make_item, make_partner, make_user

SELLER, COLLEAGUE, MANAGER = (
	"seller@acceptance.example",
	"colleague@acceptance.example",
	"boss@acceptance.example",
)
OPPORTUNITY = "Sales Opportunity"


class Acceptance(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_user(SELLER, "Sales User")
		make_user(COLLEAGUE, "Sales User")
		make_user(MANAGER, "Sales User", "Sales Manager")
		make_item("ACCEPT-BIKE", price=1_000)
		cls.customer = make_partner("Stadtwerke Neuenburg", role="Customer").name
		cls.lead = make_partner("Fahrschule Blink", role="Lead").name

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")
		frappe.set_user(SELLER)

	def enter(self, party=None, class_id="NEW", stage="Inquiry", **values):
		"""Enter an opportunity as the form does."""
		entries = {"party": party or self.customer, "class_id": class_id, "stage": stage}
		return frappe.get_doc({"doctype": OPPORTUNITY, **entries, **values}).insert()

	def forecast(self, doc) -> float:
		"""Return the opportunity's share of the revenue forecast."""
		return frappe.db.get_value(OPPORTUNITY, doc.name, "base_weighted_amount")


class TestEnteringAnOpportunity(Acceptance):
	def test_qualified_leads_and_existing_customers_both_have_opportunities(self):
		for party in (self.lead, self.customer):
			self.assertEqual(self.enter(party).party, party)

	def test_three_entries_are_the_least_partner_class_and_stage(self):
		self.assertTrue(self.enter().name)
		for missing in ("party", "class_id", "stage"):
			entries = {"party": self.customer, "class_id": "NEW", "stage": "Inquiry"} | {missing: None}
			with self.subTest(missing), self.assertRaises(frappe.MandatoryError):
				frappe.get_doc({"doctype": OPPORTUNITY, **entries}).insert()

	def test_the_class_sorts_the_record_into_a_group(self):
		doc = self.enter(class_id="EXISTING")
		self.assertIn(doc.name, frappe.get_list(OPPORTUNITY, {"class_id": "EXISTING"}, pluck="name"))
		self.assertNotIn(doc.name, frappe.get_list(OPPORTUNITY, {"class_id": "NEW"}, pluck="name"))

	def test_the_company_itself_defines_which_classes_there_are(self):
		frappe.set_user(MANAGER)
		make_class("ACCEPT-CARGO", title="Cargo Bikes")
		frappe.set_user(SELLER)
		self.assertEqual(self.enter(class_id="ACCEPT-CARGO").class_id, "ACCEPT-CARGO")

	def test_the_class_assigns_the_right_salesperson(self):
		frappe.set_user(MANAGER)
		make_class("ACCEPT-FIXED", owner_rule="Fixed User", default_owner=COLLEAGUE)
		frappe.set_user(SELLER)
		self.assertEqual(self.enter(class_id="ACCEPT-FIXED").opportunity_owner, COLLEAGUE)

	def test_the_stage_shows_how_far_sales_has_come_from_the_classic_stages(self):
		offered = [row[0] for row in stage_query(OPPORTUNITY, "", "name", 0, 50, {"class_id": "NEW"})]
		self.assertEqual(offered[:2], ["Inquiry", "First Meeting"])
		self.assertLessEqual({"Won", "Lost"}, set(offered))

	def test_stages_are_the_companys_own_and_a_test_drive_is_for_car_dealers_only(self):
		frappe.set_user(MANAGER)
		frappe.get_doc(
			{
				"doctype": "Qualification Stage",
				"stage_name": "Accept Probefahrt",
				"position": 25,
				"stage_type": "Open",
				"probability": 40,
				"forecast_category": "Pipeline",
			}
		).insert()
		for class_id, stages in (
			("ACCEPT-CARS", ["Inquiry", "Accept Probefahrt", "Won", "Lost"]),
			("ACCEPT-BOOKS", ["Inquiry", "Won", "Lost"]),
		):
			make_class(class_id, stages=[{"stage": stage} for stage in stages])
		frappe.set_user(SELLER)
		doc = self.enter(class_id="ACCEPT-CARS", stage="Accept Probefahrt", amount=50_000)
		self.assertEqual(self.forecast(doc), 20_000)
		with self.assertRaises(frappe.ValidationError):
			self.enter(class_id="ACCEPT-BOOKS", stage="Accept Probefahrt")


class TestDevelopingAndTracking(Acceptance):
	def test_activities_belong_to_the_opportunity(self):
		doc = self.enter()
		for kind in ("Call", "Meeting", "Task", "Note"):
			self.assertTrue(add_activity(doc.name, kind, f"{kind} about the order"))

	def test_calls_mails_and_meetings_make_a_complete_record_open_to_all_who_take_part(self):
		doc = self.enter()
		add_activity(doc.name, "Call", "Called the works manager")
		add_activity(doc.name, "Meeting", "Met at the fair")
		make_email(OPPORTUNITY, doc.name, content="<p>This is what we have.</p>", subject="Our bikes")
		frappe.share.add(OPPORTUNITY, doc.name, COLLEAGUE, read=1)
		frappe.set_user(COLLEAGUE)
		doc = frappe.get_doc(OPPORTUNITY, doc.name)
		doc.check_permission("read")
		get_docinfo(doc)
		info = frappe.response["docinfo"]
		subjects = {row.subject for row in [*info["communications"], *info["automated_messages"]]}
		self.assertLessEqual({"Called the works manager", "Met at the fair", "Our bikes"}, subjects)

	def test_with_progress_the_stage_is_brought_up_to_date(self):
		doc = self.enter()
		for stage in ("First Meeting", "Needs Analysis"):
			api.move_stage(doc.name, stage)
		doc.reload()
		self.assertEqual(
			[row.to_stage for row in doc.stage_log], ["Inquiry", "First Meeting", "Needs Analysis"]
		)

	def test_items_and_quantities_are_entered_when_the_wish_is_clear_and_give_the_potential_revenue(self):
		doc = self.enter()
		doc.append("items", {"item": "ACCEPT-BIKE", "quantity": 3})
		doc.save()
		self.assertEqual(doc.amount, 3_000)

	def test_they_can_be_changed_extended_and_deleted_at_any_time(self):
		doc = self.enter(items=[{"item": "ACCEPT-BIKE", "quantity": 3}])
		doc.items[0].quantity = 5
		doc.save()
		doc.append("items", {"item": "ACCEPT-BIKE", "quantity": 1})
		doc.save()
		self.assertEqual(doc.amount, 6_000)
		doc.items.pop(0)
		doc.save()
		self.assertEqual(doc.amount, 1_000)

	def test_each_stage_has_a_probability(self):
		for stage, probability in (("Inquiry", 5), ("First Meeting", 10), ("Needs Analysis", 25)):
			self.assertEqual(self.enter(stage=stage).probability, probability)

	def test_first_contacts_close_at_5_percent_so_100000_enter_the_forecast_with_5000(self):
		self.assertEqual(self.forecast(self.enter(amount=100_000)), 5_000)

	def test_in_the_quoting_phase_at_75_percent_the_forecast_rises_to_75000(self):
		doc = self.enter(amount=100_000)
		doc.append("items", {"item": "ACCEPT-BIKE", "quantity": 100})
		doc.save()
		api.move_stage(doc.name, "Negotiation")
		self.assertEqual(self.forecast(doc), 75_000)

	def test_early_on_items_and_quantities_may_be_unknown(self):
		doc = self.enter(stage="Needs Analysis", amount=20_000)
		self.assertEqual((len(doc.items), doc.amount), (0, 20_000))

	def test_at_the_latest_for_the_quote_they_must_be_there(self):
		doc = self.enter(amount=20_000)
		with self.assertRaises(frappe.ValidationError):
			api.move_stage(doc.name, "Proposal")
		with self.assertRaises(LineError):
			create_quote(doc.name, "2099-12-31")


class TestClosingTheSale(Acceptance):
	def test_a_sale_ends_in_the_final_stage_won_and_counts_for_100_percent(self):
		doc = self.enter(items=[{"item": "ACCEPT-BIKE", "quantity": 2}])
		api.close_as_won(doc.name)
		doc.reload()
		self.assertEqual((doc.status, doc.probability, self.forecast(doc)), ("Won", 100, 2_000))

	def test_billing_and_shipping_can_be_started_at_once(self):
		doc = self.enter(items=[{"item": "ACCEPT-BIKE", "quantity": 2}])
		api.close_as_won(doc.name)
		for kind in ("Billing", "Shipping"):
			request = frappe.get_doc("Fulfilment Request", create_fulfilment_request(doc.name, kind))
			self.assertEqual([(row.item, row.quantity) for row in request.items], [("ACCEPT-BIKE", 2)])

	def test_the_lead_that_buys_becomes_a_customer_even_if_the_seller_may_not_edit_partners(self):
		doc = self.enter(self.lead, items=[{"item": "ACCEPT-BIKE"}])
		api.close_as_won(doc.name)
		self.assertEqual(frappe.db.get_value("Business Partner", self.lead, "role"), "Customer")

	def test_or_it_is_closed_as_lost(self):
		doc = self.enter(amount=2_000)
		api.close_as_lost(doc.name, "Delivery Too Late", closing_notes="Six weeks were too long")
		self.assertEqual(self.forecast(doc), 0)

	def test_what_was_lost_stays_documented_for_analysis(self):
		doc = self.enter(amount=2_000)
		api.close_as_lost(doc.name, "Delivery Too Late")
		lost = frappe.get_list(
			OPPORTUNITY,
			{"status": "Lost", "closing_reason": "Delivery Too Late", "name": doc.name},
			["amount", "closed_on"],
		)
		self.assertEqual(lost[0].amount, 2_000)
		self.assertTrue(lost[0].closed_on)
		doc.reload()
		self.assertEqual(doc.stage_log[-1].from_stage, "Inquiry")
