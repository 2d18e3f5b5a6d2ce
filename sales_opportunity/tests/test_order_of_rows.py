"""Rows stay in the order in which a document's rules have seen them: an alternative belongs to the line above it."""

from operator import attrgetter

import frappe
from frappe.client import get, save

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.inputs.documents import CheckedDocument
from sales_opportunity.tests.factories import make_opportunity, make_quote, make_stage

ALTERNATIVES = [f"Alternative {number}" for number in range(9)]
"""So many that rows of one number would hardly ever come in the right order by chance."""


class TestOrderOfRows(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		frappe.db.savepoint("order_of_rows")
		self.addCleanup(frappe.db.rollback, save_point="order_of_rows")
		self.deal = make_opportunity(items=[{"item_name": "Bike"}, {"item_name": "Training"}])

	def names(self, doc) -> list[str]:
		"""Return the lines of a document as they are read anew, whose numbers must be those of their places."""
		stored = frappe.get_doc(doc.doctype, doc.name)
		self.assertEqual([row.idx for row in stored.items], list(range(1, len(stored.items) + 1)))
		return [row.item_name for row in stored.items]

	def test_new_rows_without_a_number_stand_where_they_were_sent(self):
		quote = make_quote(self.deal)
		sent = get("Quote", quote.name)
		bike, training = sent["items"]
		new = [
			{
				"doctype": "Quote Item",
				"item": bike["item"],
				"item_name": name,
				"row_type": "Alternative",
				"quantity": 1,
				"rate": 900,
			}
			for name in ALTERNATIVES
		]
		save(frappe.as_json({**sent, "items": [bike, *new, training]}))
		self.assertEqual(self.names(quote), ["Bike", *ALTERNATIVES, "Training"])
		quote.reload()
		self.assertEqual(quote.net_total, 2_000)

	def test_rows_that_are_numbered_stand_by_their_numbers(self):
		lines = [{"item_name": name, "idx": idx} for name, idx in (("C", 7), ("A", 2), ("B", 5))]
		self.deal.set("items", [{"item": self.deal.items[0].item, "quantity": 1, **line} for line in lines])
		self.deal.save()
		self.assertEqual(self.names(self.deal), ["A", "B", "C"])

	def test_numbers_that_are_none_or_double_do_not_count(self):
		item = self.deal.items[0].item
		for numbers in ((2, 2, 1), (3, None, 1), ("x", 2, 1), (0, 0, 0)):
			with self.subTest(numbers):
				lines = [
					{"item": item, "quantity": 1, "item_name": name, "idx": idx}
					for name, idx in zip("CAB", numbers, strict=True)
				]
				self.deal.set("items", lines)
				self.deal.save()
				self.assertEqual(self.names(self.deal), ["C", "A", "B"])

	def test_what_takes_the_place_of_a_removed_row_stands_behind_the_others(self):
		item = self.deal.items[0].item
		self.deal.set("items", [{"item": item, "quantity": 1, "item_name": name} for name in "ABCDEF"])
		self.deal.save()
		for name in "XYZ":
			self.deal.remove(self.deal.items[0])
			self.deal.append("items", {"item": item, "quantity": 1, "item_name": name})
		self.deal.save()
		self.assertEqual(self.names(self.deal), list("DEFXYZ"))

	def test_tables_of_all_documents_are_kept_in_order(self):
		with_tables = {
			name
			for name in frappe.get_all("DocType", {"module": "Sales Opportunity", "istable": 0}, pluck="name")
			if frappe.get_meta(name).get_table_fields()
		}
		self.assertIn("Class ID", with_tables)
		for doctype in with_tables:
			self.assertIsInstance(frappe.new_doc(doctype), CheckedDocument, doctype)

	def test_stages_of_a_class_too(self):
		names = [make_stage(f"Order {number}", position=50).name for number in range(6)]
		doc = frappe.get_doc({"doctype": "Class ID", "class_id": "ORDER", "title": "Order"})
		for name in (*names, "Won", "Lost"):
			doc.append("stages", {"stage": name, "idx": 1})
		doc.insert()
		stored = frappe.get_doc("Class ID", doc.name)
		self.assertEqual(list(map(attrgetter("idx"), stored.stages)), list(range(1, len(stored.stages) + 1)))
