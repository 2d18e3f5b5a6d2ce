"""A row of a child table is saved, moved and deleted through its document only, whoever asks and whichever way."""

import json

import frappe
from frappe import client
from frappe.www import printview

from sales_opportunity.access.child_rows import ChildRow, ForeignRowError, RowByItselfError
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.tests.factories import (
	make_fulfilment_request,
	make_opportunity,
	make_quote,
	make_user,
	make_won_opportunity,
)
from sales_opportunity.tests.web import keep_request

SELLER, MANAGER = "rows-seller@example.com", "rows-manager@example.com"


def child_doctypes() -> list[str]:
	return frappe.get_all("DocType", {"module": "Sales Opportunity", "istable": 1}, pluck="name")


class TestChildRows(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_user(SELLER, "Sales User")
		make_user(MANAGER, "Sales Manager", "Sales User")
		cls.own = make_opportunity(items=[{}], opportunity_owner=SELLER)
		cls.draft = make_quote(cls.own)
		cls.issued = make_quote(make_opportunity(items=[{}], opportunity_owner=SELLER))
		cls.issued.submit()
		cls.won = make_won_opportunity(5, opportunity_owner=SELLER)
		cls.request = make_fulfilment_request(cls.won, quantity=2)
		cls.foreign = make_opportunity(items=[{}], opportunity_owner=MANAGER)
		cls.foreign_quote = make_quote(cls.foreign)
		for doc in (cls.own, cls.draft, cls.issued, cls.won, cls.request, cls.foreign, cls.foreign_quote):
			doc.reload()

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")

	def rows(self) -> list:
		"""Return rows whose documents must not change any more, and rows of a deal that is still open."""
		return [
			self.issued.items[0],
			self.issued.taxes[0],
			self.won.items[0],
			self.won.stage_log[0],
			self.request.items[0],
			self.own.items[0],
			self.draft.items[0],
			self.own.class_doc.stages[0] if self.own.class_doc.stages else self.own.stage_log[0],
		]

	def stored(self, row) -> dict:
		return frappe.db.get_value(row.doctype, row.name, "*", as_dict=True)

	def test_every_child_doctype_has_the_base_that_refuses(self):
		self.assertTrue(child_doctypes())
		for doctype in child_doctypes():
			self.assertIsInstance(frappe.new_doc(doctype), ChildRow, doctype)

	def test_a_row_is_not_added_by_itself(self):
		for user in (SELLER, MANAGER, "Administrator"):
			frappe.set_user(user)
			for row in self.rows():
				place = {"parent": row.parent, "parenttype": row.parenttype, "parentfield": row.parentfield}
				with self.subTest(user, doctype=row.doctype), self.assertRaises(RowByItselfError):
					frappe.get_doc(
						{"doctype": row.doctype, "quantity": 999, "amount": 7000, **place}
					).insert()

	def test_a_row_is_not_saved_by_itself(self):
		changes = (
			{"quantity": 999, "amount": 7000, "rate": 1},
			{"parent": self.own.name, "parenttype": self.own.doctype, "parentfield": "items"},
			{"docstatus": 0},
		)
		for user in (SELLER, MANAGER, "Administrator"):
			frappe.set_user(user)
			for row in self.rows():
				before = self.stored(row)
				for change in changes:
					with self.subTest(user, doctype=row.doctype, change=change):
						# As the framework's PUT of /api/resource does it, and as its client's `save`.
						sent = frappe.get_doc(row.doctype, row.name)
						sent.update(change)
						for function in (sent.save, sent.submit, sent.cancel):
							self.assertRaises(RowByItselfError, function)
						self.assertRaises(
							RowByItselfError, client.save, json.dumps(sent.as_dict(), default=str)
						)
				self.assertEqual(self.stored(row), before)

	def test_a_row_is_not_changed_in_bulk(self):
		frappe.set_user(SELLER)
		row = self.issued.items[0]
		change = {"doctype": row.doctype, "docname": row.name, "quantity": 999}
		answer = client.bulk_update(json.dumps([change]))
		self.assertTrue(answer["failed_docs"])
		self.assertEqual(self.stored(row).quantity, row.quantity)

	def test_a_row_is_not_deleted_by_itself(self):
		for user in (SELLER, MANAGER, "Administrator"):
			frappe.set_user(user)
			for row in self.rows():
				with self.subTest(user, doctype=row.doctype):
					with self.assertRaises((frappe.ValidationError, frappe.PermissionError)):
						frappe.delete_doc(row.doctype, row.name)
					self.assertTrue(frappe.db.exists(row.doctype, row.name))

	def test_the_clients_functions_go_through_the_document_and_its_rules(self):
		frappe.set_user(SELLER)
		row = self.issued.items[0]
		line = {"doctype": row.doctype, "parenttype": "Quote", "parentfield": "items", "item": "TEST-BIKE"}
		for function, *args in (
			(client.insert, {**line, "parent": self.issued.name, "quantity": 1}),
			(client.insert, {**line, "parent": self.foreign_quote.name, "quantity": 1}),
			(client.delete, row.doctype, row.name),
			(client.delete, row.doctype, self.foreign_quote.items[0].name),
		):
			frappe.db.savepoint("attempt")
			with (
				self.subTest(function.__name__),
				self.assertRaises((frappe.ValidationError, frappe.PermissionError)),
			):
				function(*args)
			frappe.db.rollback(save_point="attempt")
		self.assertEqual(frappe.db.count("Quote Item", {"parent": self.issued.name}), len(self.issued.items))

	def test_a_row_of_another_document_is_not_moved_by_naming_it(self):
		frappe.set_user(SELLER)
		for own, foreign in (
			(self.own, self.foreign.items[0]),
			(self.draft, self.foreign_quote.items[0]),
			(self.own, self.won.items[0]),
			(self.draft, self.issued.items[0]),
		):
			before = self.stored(foreign)
			doc = frappe.get_doc(own.doctype, own.name)
			doc.append(
				"items", {"name": foreign.name, "item": "TEST-BIKE", "quantity": 1, "row_type": "Priced"}
			)
			frappe.db.savepoint("attempt")
			with self.subTest(foreign.doctype, parent=foreign.parent), self.assertRaises(ForeignRowError):
				doc.save()
			frappe.db.rollback(save_point="attempt")
			self.assertEqual(self.stored(foreign), before)

	def test_with_the_document_rows_are_added_changed_and_taken_out(self):
		frappe.set_user(SELLER)
		doc = make_opportunity(items=[{}, {}], opportunity_owner=SELLER)
		doc.items[0].quantity = 3
		doc.append("items", {"item": "TEST-BIKE", "quantity": 4})
		doc.save()
		doc.reload()
		doc.remove(doc.items[1])
		doc.save()
		doc.reload()
		self.assertEqual([row.quantity for row in doc.items], [3, 4])
		doc.items[0].db_set("item_name", "Red")
		self.assertEqual(self.stored(doc.items[0]).item_name, "Red")
		frappe.set_user("Administrator")
		frappe.delete_doc(doc.doctype, doc.name)
		self.assertFalse(frappe.db.exists("Sales Opportunity Item", {"parent": doc.name}))

	def test_a_row_is_not_printed_by_itself(self):
		keep_request(self)
		foreign = (self.foreign.items[0], self.foreign_quote.items[0], self.foreign_quote.taxes[0])
		for user in (SELLER, MANAGER, "Administrator"):
			frappe.set_user(user)
			for row in (*self.rows(), *foreign):
				for function, values in (
					(printview.get_context, {"context": frappe._dict()}),
					(printview.get_html_and_style, {"doc": row.doctype, "name": row.name}),
				):
					frappe.local.form_dict = frappe._dict(doctype=row.doctype, name=row.name)
					with self.subTest(user, doctype=row.doctype, function=function.__name__):
						self.assertRaises(frappe.PermissionError, function, **values)

	def test_a_row_is_printed_with_its_document(self):
		frappe.set_user(SELLER)
		printed = printview.get_html_and_style(doc="Sales Opportunity", name=self.own.name)
		self.assertIn(self.own.items[0].item_name, printed["html"])
