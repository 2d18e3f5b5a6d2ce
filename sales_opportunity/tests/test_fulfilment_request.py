"""Billing and shipping of won opportunities: whole or in part, never more than was sold."""

import json

import frappe
from frappe.core.doctype.data_import.importer import Importer

from sales_opportunity.api import close_as_won, reopen
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.inputs.values import ImpossibleNumberError
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	UnknownKindError,
	create_fulfilment_request,
	follow_ups,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request import (
	OpportunityNotWonError,
	RequestClosedError,
	RequestTransitionError,
	cancel,
	mark_as_done,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.lines import (
	ExceedsSoldError,
	ForeignLineError,
	NothingOpenError,
	NotShippableError,
	QuantityError,
	RepeatedLineError,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import OpportunityRequestedError
from sales_opportunity.tests.factories import (
	make_fulfilment_request,
	make_item,
	make_opportunity,
	make_quote,
	make_stage,
	make_won_opportunity,
)


def open_quantities(opportunity, kind: str = "Billing") -> list[float]:
	return [line["open"] for line in follow_ups(opportunity.name)[kind]]


def import_requests(row: str, head: str):
	"""Import one row by the framework's Data Import, as a manager does in the desk."""
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{frappe.generate_hash(length=8)}.csv",
			"is_private": 1,
			"content": f"{head}\n{row}\n",
		}
	).insert()
	data_import = frappe.get_doc(
		{
			"doctype": "Data Import",
			"reference_doctype": "Fulfilment Request",
			"import_type": "Insert New Records",
			"import_file": file.file_url,
		}
	).insert()
	Importer("Fulfilment Request", data_import=data_import).import_data()


class TestMakingRequests(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")

	def test_one_click_takes_everything_with_prices_and_conditions(self):
		opportunity = make_won_opportunity(3, 2)
		request = make_fulfilment_request(opportunity)
		self.assertEqual((request.status, request.kind), ("Open", "Billing"))
		self.assertEqual([row.quantity for row in request.items], [3, 2])
		self.assertEqual([row.amount for row in request.items], [3000, 2000])
		self.assertEqual((request.net_total, request.base_net_total), (5000, 5000))
		self.assertEqual({row.tax_rate for row in request.items}, {"19 %"})
		self.assertEqual(request.party_name, opportunity.party_name)
		self.assertEqual(request.tax_treatment, "Domestic")
		self.assertEqual(open_quantities(opportunity), [0, 0])

	def test_billing_and_shipping_are_counted_apart(self):
		opportunity = make_won_opportunity(5)
		make_fulfilment_request(opportunity, "Billing", 2)
		self.assertEqual(open_quantities(opportunity, "Billing"), [3])
		self.assertEqual(open_quantities(opportunity, "Shipping"), [5])

	def test_a_part_leaves_the_rest_open_and_the_next_click_takes_it(self):
		opportunity = make_won_opportunity(5)
		make_fulfilment_request(opportunity, quantity=2)
		rest = make_fulfilment_request(opportunity)
		self.assertEqual([row.quantity for row in rest.items], [3])
		with self.assertRaises(NothingOpenError):
			make_fulfilment_request(opportunity)

	def test_lines_may_come_as_text_as_the_desk_sends_them(self):
		opportunity = make_won_opportunity(5)
		items = json.dumps([{"opportunity_item": opportunity.items[0].name, "quantity": 1}])
		name = create_fulfilment_request(opportunity.name, "Shipping", items)
		self.assertEqual(frappe.get_doc("Fulfilment Request", name).items[0].quantity, 1)

	def test_the_same_click_makes_one_request(self):
		opportunity = make_won_opportunity(5)
		key = f"key-{opportunity.name}"
		first, second = (
			create_fulfilment_request(opportunity.name, "Billing", request_key=key) for _ in range(2)
		)
		self.assertEqual(first, second)

	def test_no_more_than_was_sold(self):
		opportunity = make_won_opportunity(5)
		make_fulfilment_request(opportunity, quantity=3)
		with self.assertRaisesRegex(ExceedsSoldError, "2 of 5"):
			make_fulfilment_request(opportunity, quantity=2.5)
		self.assertEqual(open_quantities(opportunity), [2])

	def test_not_before_the_opportunity_is_won(self):
		for stage in ("Inquiry", "Lost"):
			values = {"closing_reason": "Too Expensive"} if stage == "Lost" else {}
			opportunity = make_opportunity(items=[{}], stage=stage, **values)
			with self.assertRaises(OpportunityNotWonError):
				make_fulfilment_request(opportunity)

	def test_an_opportunity_without_lines_has_nothing_to_request(self):
		stage = make_stage("TEST-WON", stage_type="Won", probability=100, forecast_category="Closed")
		opportunity = make_opportunity(stage=stage.name, amount=1000)
		with self.assertRaises(NothingOpenError):
			make_fulfilment_request(opportunity)

	def test_a_line_of_another_opportunity_is_refused(self):
		opportunity, other = make_won_opportunity(5), make_won_opportunity(5)
		items = [{"opportunity_item": other.items[0].name, "quantity": 1}]
		with self.assertRaises(ForeignLineError):
			create_fulfilment_request(opportunity.name, "Billing", items)

	def test_a_line_is_in_a_request_once(self):
		opportunity = make_won_opportunity(5)
		items = [{"opportunity_item": opportunity.items[0].name, "quantity": 1}] * 2
		with self.assertRaises(RepeatedLineError):
			create_fulfilment_request(opportunity.name, "Billing", items)

	def test_impossible_quantities_are_refused(self):
		opportunity = make_won_opportunity(5)
		for quantity in (0, -1, None, float("nan"), float("inf"), "many"):
			items = [{"opportunity_item": opportunity.items[0].name, "quantity": quantity}]
			with self.assertRaises((QuantityError, ImpossibleNumberError)):
				create_fulfilment_request(opportunity.name, "Billing", items)

	def test_only_billing_and_shipping_can_be_requested(self):
		with self.assertRaises(UnknownKindError):
			create_fulfilment_request(make_won_opportunity().name, "Painting")

	def test_services_are_billed_but_not_shipped(self):
		service = make_item("TEST-SERVICE", kind="Service", price=490)
		opportunity = make_opportunity(items=[{}, {"item": service.name}], stage="Won")
		self.assertEqual(len(make_fulfilment_request(opportunity, "Billing").items), 2)
		shipping = make_fulfilment_request(opportunity, "Shipping")
		self.assertEqual([row.item for row in shipping.items], ["TEST-BIKE"])
		items = [{"opportunity_item": opportunity.items[1].name, "quantity": 1}]
		with self.assertRaises(NotShippableError):
			create_fulfilment_request(opportunity.name, "Shipping", items)

	def test_a_service_alone_has_nothing_to_ship(self):
		service = make_item("TEST-SERVICE", kind="Service", price=490)
		opportunity = make_opportunity(items=[{"item": service.name}], stage="Won")
		with self.assertRaises(NothingOpenError):
			make_fulfilment_request(opportunity, "Shipping")

	def test_a_refused_request_leaves_nothing_behind(self):
		opportunity = make_won_opportunity(5, 1)
		items = [{"opportunity_item": row.name, "quantity": 2} for row in opportunity.items]
		with self.assertRaises(ExceedsSoldError):
			create_fulfilment_request(opportunity.name, "Billing", items)
		self.assertFalse(frappe.db.exists("Fulfilment Request", {"opportunity": opportunity.name}))

	def test_the_parts_of_a_line_add_up_to_it_in_both_currencies(self):
		frappe.db.set_value("Currency", "USD", "enabled", 1)
		opportunity = make_won_opportunity(
			3, transaction_currency="USD", conversion_rate=0.917, manual_amount=0
		)
		line = opportunity.items[0]
		parts = [make_fulfilment_request(opportunity, quantity=1) for _ in range(3)]
		self.assertAlmostEqual(sum(part.net_total for part in parts), line.amount, places=9)
		self.assertAlmostEqual(sum(part.base_net_total for part in parts), line.base_amount, places=9)
		self.assertEqual({part.transaction_currency for part in parts}, {"USD"})

	def test_conditions_are_those_of_the_quote_that_was_won(self):
		opportunity = make_opportunity(items=[{}])
		quote = make_quote(opportunity, payment_terms="7 days net", tax_treatment="Export Supply")
		quote.submit()
		close_as_won(opportunity.name)
		request = make_fulfilment_request(opportunity)
		self.assertEqual((request.won_quote, request.payment_terms), (quote.name, "7 days net"))
		self.assertEqual(request.tax_treatment, "Export Supply")


class TestChangingRequests(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.opportunity = make_won_opportunity(5)
		self.request = make_fulfilment_request(self.opportunity, quantity=2)

	def status(self) -> str:
		return frappe.db.get_value("Sales Opportunity", self.opportunity.name, "status")

	def test_an_open_request_can_be_raised_to_what_was_sold_and_no_further(self):
		make_fulfilment_request(self.opportunity, quantity=1)
		self.request.items[0].quantity = 4
		self.request.save()
		self.assertEqual(self.request.net_total, 4000)
		self.request.items[0].quantity = 4.001
		with self.assertRaises(ExceedsSoldError):
			self.request.save()
		self.assertEqual(open_quantities(self.opportunity), [0])

	def test_what_the_server_sets_stays_as_it_is(self):
		self.request.update({"status": "Done", "done_by": "Guest", "party_name": "Somebody", "net_total": 1})
		self.request.items[0].update({"rate": 1, "amount": 1, "item_name": "Something"})
		self.request.save()
		self.request.reload()
		self.assertEqual((self.request.status, self.request.done_by), ("Open", None))
		self.assertEqual(self.request.party_name, self.opportunity.party_name)
		self.assertEqual((self.request.net_total, self.request.items[0].rate), (2000, 1000))
		self.assertEqual(self.request.items[0].item_name, "Test-Bike")

	def test_opportunity_and_kind_stay(self):
		for fieldname, value in (("opportunity", make_won_opportunity().name), ("kind", "Shipping")):
			self.request.reload()
			self.request.set(fieldname, value)
			with self.assertRaises(frappe.ValidationError):
				self.request.save()

	def test_a_request_over_the_api_is_checked_alike(self):
		values = {"doctype": "Fulfilment Request", "opportunity": self.opportunity.name, "kind": "Billing"}
		line = {"opportunity_item": self.opportunity.items[0].name, "quantity": 4}
		with self.assertRaises(ExceedsSoldError):
			frappe.get_doc({**values, "items": [line], "status": "Cancelled"}).insert()
		whole = frappe.get_doc({**values, "status": "Done", "done_by": "Administrator"}).insert()
		self.assertEqual((whole.status, whole.done_by), ("Open", None))
		self.assertEqual(whole.items[0].quantity, 3)

	def test_an_imported_request_is_checked_alike(self):
		frappe.db.commit()  # a row that fails makes the import roll back to what is stored
		for quantity, expected in ((9, 1), (1, 2)):
			import_requests(
				f"{self.opportunity.name},Billing,{self.opportunity.items[0].name},{quantity}",
				"Sales Opportunity,Kind,Opportunity Line (Lines),Quantity (Lines)",
			)
			self.assertEqual(
				frappe.db.count("Fulfilment Request", {"opportunity": self.opportunity.name}), expected
			)

	def test_done_keeps_time_and_user_and_freezes_the_request(self):
		mark_as_done(self.request.name)
		self.request.reload()
		self.assertEqual((self.request.status, self.request.done_by), ("Done", "Administrator"))
		self.assertTrue(self.request.done_on)
		self.request.items[0].quantity = 1
		with self.assertRaises(RequestClosedError):
			self.request.save()
		for action in (mark_as_done, cancel):
			with self.assertRaises(RequestClosedError):
				action(self.request.name)

	def test_a_cancelled_request_frees_its_quantity(self):
		cancel(self.request.name)
		self.assertEqual(open_quantities(self.opportunity), [5])
		with self.assertRaises(RequestClosedError):
			mark_as_done(self.request.name)

	def test_only_cancelled_requests_can_be_deleted(self):
		with self.assertRaises(RequestTransitionError):
			self.request.delete()
		cancel(self.request.name)
		frappe.delete_doc("Fulfilment Request", self.request.name)

	def test_a_copy_is_a_new_request(self):
		mark_as_done(self.request.name)
		self.request.reload()
		copy = frappe.copy_doc(self.request).insert()
		self.assertEqual((copy.status, copy.done_on, copy.items[0].quantity), ("Open", None, 2))
		with self.assertRaises(ExceedsSoldError):
			frappe.copy_doc(self.request).insert()

	def test_the_state_of_the_lines_counts_what_is_done(self):
		mark_as_done(self.request.name)
		make_fulfilment_request(self.opportunity, quantity=1)
		(line,) = follow_ups(self.opportunity.name)["Billing"]
		self.assertEqual((line["sold"], line["requested"], line["done"], line["open"]), (5, 3, 2, 2))

	def test_an_opportunity_with_requests_that_are_not_cancelled_is_not_reopened(self):
		with self.assertRaises(OpportunityRequestedError):
			reopen(self.opportunity.name)
		self.assertEqual(self.status(), "Won")
		cancel(self.request.name)
		reopen(self.opportunity.name)
		self.assertEqual(self.status(), "Open")
