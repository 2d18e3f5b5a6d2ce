"""Requests follow the documents that other apps make of them, or that were made there by hand."""

from decimal import Decimal

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.documents import (
	end_requests,
	follow_document,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	done_amounts,
	follow_ups,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.lines import ExceedsSoldError
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.provider import (
	DocumentState,
	Fulfilment,
)
from sales_opportunity.tests.factories import (
	make_fulfilment_request,
	make_item,
	make_opportunity,
	make_won_opportunity,
	registered,
)


def deliver_at_once(fulfilment: Fulfilment) -> DocumentState:
	"""A provider whose document is final when it is made, and comes to less than was asked for."""
	note = frappe.get_doc({"doctype": "Note", "title": fulfilment.request}).insert()
	parts = {line.opportunity_item: line.quantity for line in fulfilment.lines}
	return DocumentState("Note", note.name, parts, Decimal(90), Decimal(90), is_final=True)


def state(
	name: str, opportunity, *quantities: float, total: float = 0, is_final: bool = False
) -> DocumentState:
	"""Return the state of a note that has so much of each line."""
	lines = zip(opportunity.items, quantities, strict=False)
	parts = {row.name: Decimal(str(quantity)) for row, quantity in lines}
	return DocumentState("Note", name, parts, Decimal(total), Decimal(total), is_final)


class TestFollowedDocuments(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.opportunity = make_won_opportunity(5, 2)
		self.note = frappe.get_doc({"doctype": "Note", "title": frappe.generate_hash()}).insert().name

	def follow(self, *quantities: float, kind: str = "Billing", **values) -> str | None:
		said = state(self.note, self.opportunity, *quantities, **values)
		return follow_document(kind, self.opportunity.name, said)

	def open(self, kind: str = "Billing") -> list[float]:
		return [line["open"] for line in follow_ups(self.opportunity.name)[kind]]

	def test_a_request_is_done_once_its_document_is_final(self):
		with registered(sales_fulfilment_providers={"Billing": [f"{__name__}.deliver_at_once"]}):
			request = make_fulfilment_request(self.opportunity)
		self.assertEqual((request.status, request.reference_doctype), ("Done", "Note"))
		self.assertEqual((request.document_total, request.net_total), (90, 7000))
		self.assertEqual(done_amounts(self.opportunity.name)["Billing"], 90)

	def test_a_document_made_by_hand_takes_what_it_has(self):
		for quantities, left in (((5, 1), [0, 1]), ((1,), [4, 2]), ((2, 2), [3, 0]), ((), [5, 2])):
			self.follow(*quantities)
			self.assertEqual(self.open(), left)
		self.assertTrue(self.follow(5, 2, total=6000, is_final=True))
		self.assertEqual(self.open(), [0, 0])
		self.assertEqual(done_amounts(self.opportunity.name)["Billing"], 6000)

	def test_what_comes_back_of_a_final_document_is_open_again(self):
		request = self.follow(5, 2, total=7000, is_final=True)
		self.assertEqual(self.follow(3, 2, total=5000, is_final=True), request)
		self.assertEqual(
			(self.open(), frappe.db.get_value("Fulfilment Request", request, "status")), ([2, 0], "Done")
		)
		self.assertIsNone(self.follow(0, 0, is_final=True))
		self.assertEqual(self.open(), [5, 2])
		again = self.follow(5, 2, is_final=True)
		self.assertNotEqual(again, request)
		self.assertEqual(self.open(), [0, 0])

	def test_no_document_takes_more_than_was_sold(self):
		for quantities in ((6,), (5, 3)):
			with self.subTest(quantities), self.assertRaises(ExceedsSoldError):
				frappe.db.savepoint("too_much")
				self.follow(*quantities)
			frappe.db.rollback(save_point="too_much")
		make_fulfilment_request(self.opportunity, quantity=3).db_set("reference_name", "Another")
		with self.assertRaises(ExceedsSoldError):
			self.follow(3)

	def test_a_document_is_that_which_was_asked_for(self):
		asked_for = make_fulfilment_request(self.opportunity)
		self.assertEqual(self.follow(5, 2), asked_for.name)
		asked_for.reload()
		self.assertEqual((asked_for.reference_name, asked_for.status), (self.note, "Open"))

	def test_what_a_document_does_not_have_is_still_asked_for(self):
		self.opportunity = make_won_opportunity(10, 10, freight=30)
		waiting = make_fulfilment_request(self.opportunity)
		for quantities, rest in (((2,), (8, 10)), ((3, 1), (7, 9)), ((3,), (7, 9)), ((10,), (9,))):
			with self.subTest(quantities):
				own = frappe.get_doc("Fulfilment Request", self.follow(*quantities))
				waiting.reload()
				self.assertNotEqual(own.name, waiting.name)
				self.assertEqual(tuple(row.quantity for row in own.items), quantities)
				self.assertEqual(
					(tuple(row.quantity for row in waiting.items), waiting.status), (rest, "Open")
				)
				self.assertEqual((own.freight, waiting.freight), (30, 0))
				self.assertFalse(waiting.reference_name)

	def test_a_document_takes_from_all_that_ask_for_its_lines(self):
		for quantity, statuses in ((5, ["Open", "Cancelled"]), (4, ["Open", "Open"])):
			with self.subTest(quantity):
				self.setUp()
				first, second = (make_fulfilment_request(self.opportunity, quantity=part) for part in (3, 2))
				self.assertEqual(self.follow(quantity), first.name)
				stored = [frappe.get_doc("Fulfilment Request", each.name) for each in (first, second)]
				self.assertEqual([each.status for each in stored], statuses)
				self.assertEqual(self.open()[0], 0)

	def test_a_document_that_is_the_same_stores_nothing_anew(self):
		request = self.follow(5, 2, total=7000)
		modified = frappe.db.get_value("Fulfilment Request", request, "modified")
		self.follow(5, 2, total=7000)
		self.assertEqual(frappe.db.get_value("Fulfilment Request", request, "modified"), modified)

	def test_services_are_not_shipped(self):
		service = make_item("TEST-FOLLOWED-SERVICE", kind="Service").name
		self.opportunity = make_opportunity(
			items=[{"quantity": 1}, {"item": service, "quantity": 4}], stage="Won"
		)
		self.follow(1, 4, kind="Shipping")
		self.assertEqual(self.open("Shipping"), [0])

	def test_an_ended_document_frees_what_it_had_of_each_kind(self):
		for is_deleted in (False, True):
			requests = [self.follow(5, kind=kind, is_final=True) for kind in ("Billing", "Shipping")]
			end_requests("Note", self.note, is_deleted)
			self.assertEqual([self.open(kind)[0] for kind in ("Billing", "Shipping")], [5, 5])
			names = [frappe.db.get_value("Fulfilment Request", name, "reference_name") for name in requests]
			self.assertEqual(names, [None if is_deleted else self.note] * 2)
