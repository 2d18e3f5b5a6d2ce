"""Open deals with Business Partners and Sales Items go on with ERPNext's customers and items."""

import frappe

from sales_opportunity.erpnext.takeover import run_masters
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote
from sales_opportunity.tests.erpnext.erp import ERPNextTestCase, make_customer, make_item, order_of
from sales_opportunity.tests.factories import make_class, make_partner

KEY = "Nachzügler"


class TestMastersTakenOver(ERPNextTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_class("ERP-CLASS")
		key = frappe.generate_hash(length=6)
		cls.known = make_customer(f"Radhaus Bekannt {key}", tax_id=None).name
		make_item(f"OWN-{key}-KNOWN")
		cls.by_name = cls.partner(f"radhaus  bekannt {key}")
		cls.new = cls.partner(f"{KEY} {key}", vat_id="DE136695976", role="Customer")
		cls.contact = frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": "Nina",
				"links": [{"link_doctype": "Business Partner", "link_name": cls.new}],
			}
		).insert()
		for code in ("KNOWN", "NEW"):
			cls.own_item(f"OWN-{key}-{code}")
		cls.items = [f"OWN-{key}-KNOWN", f"OWN-{key}-NEW"]
		cls.matched = cls.deal(cls.by_name, cls.items[:1])
		cls.made = cls.deal(cls.new, cls.items)
		cls.quote = frappe.get_doc("Quote", create_quote(cls.made.name, "2099-12-31")).submit()
		cls.draft = create_quote(cls.matched.name, "2099-12-31")
		cls.lost = cls.deal(cls.new, cls.items[:1])
		cls.lost.update({"stage": "Lost", "closing_reason": "No Budget"}).save()
		# The takeover commits, and a dry run takes back all that is not committed.
		frappe.db.commit()
		cls.dry = run_masters()
		cls.before = frappe.db.get_value("Sales Opportunity", cls.made.name, "party_type")
		cls.result = run_masters(dry_run=0)

	@classmethod
	def partner(cls, name: str, **values) -> str:
		return make_partner(partner_name=name, **values).name

	@classmethod
	def own_item(cls, code: str) -> None:
		frappe.get_doc(
			{
				"doctype": "Sales Item",
				"item_code": code,
				"item_name": f"Rad {code}",
				"unit": "Piece",
				"price": 250,
				"tax_rate": "19 %",
			}
		).insert()

	@classmethod
	def deal(cls, partner: str, items: list[str]):
		return frappe.get_doc(
			{
				"doctype": "Sales Opportunity",
				"class_id": "ERP-CLASS",
				"stage": "Inquiry",
				"party_type": "Business Partner",
				"party": partner,
				"items": [{"item_type": "Sales Item", "item": item, "quantity": 2} for item in items],
			}
		).insert()

	def ways(self, result: dict) -> dict:
		return {row["name"]: row["way"] for row in result["masters"]}

	def test_a_dry_run_shows_the_same_and_changes_nothing(self):
		self.assertEqual(self.before, "Business Partner")
		self.assertEqual(self.ways(self.dry), self.ways(self.result))

	def test_partners_are_found_by_their_name_and_else_made(self):
		ways = self.ways(self.result)
		self.assertEqual((ways[self.by_name], ways[self.new]), ("Name", "Made"))
		self.matched.reload()
		self.assertEqual((self.matched.party_type, self.matched.party), ("Customer", self.known))
		self.made.reload()
		customer = frappe.get_doc("Customer", self.made.party)
		self.assertEqual((customer.tax_id, customer.customer_type), ("DE136695976", "Company"))
		self.contact.reload()
		self.assertTrue(self.contact.has_link("Customer", customer.name))

	def test_items_are_found_by_their_code_and_else_made(self):
		ways = self.ways(self.result)
		self.assertEqual([ways[item] for item in self.items], ["Item Code", "Made"])
		item = frappe.get_doc("Item", self.items[1])
		self.assertEqual(
			(item.item_name, item.stock_uom, item.is_stock_item), (f"Rad {item.name}", "Piece", 1)
		)
		self.assertEqual(frappe.db.get_value("Item Price", {"item_code": item.name}, "price_list_rate"), 250)

	def test_what_was_agreed_stays_and_can_be_ordered(self):
		self.made.reload()
		self.quote.reload()
		self.assertEqual(self.made.amount, 1000)
		self.assertEqual((self.quote.party_type, self.quote.gross_total), ("Business Partner", 1190))
		self.assertEqual({row.item_type for row in (*self.made.items, *self.quote.items)}, {"Item"})
		self.made.stage = "Won"
		self.made.save()
		order = order_of(create_fulfilment_request(self.made.name, "Order"))
		self.assertEqual((order.customer, order.grand_total), (self.made.party, 1190))

	def test_drafts_follow_and_closed_deals_stay(self):
		draft = frappe.get_doc("Quote", self.draft)
		self.assertEqual((draft.party_type, draft.party), ("Customer", self.known))
		self.lost.reload()
		self.assertEqual(
			(self.lost.party_type, self.lost.items[0].item_type), ("Business Partner", "Sales Item")
		)

	def test_what_was_taken_over_is_not_offered_any_more(self):
		self.assertTrue(frappe.db.get_value("Business Partner", self.new, "disabled"))
		self.assertTrue(frappe.db.get_value("Sales Item", self.items[1], "disabled"))
		self.assertFalse(frappe.db.get_value("Item", self.items[1], "disabled"))

	def test_again_does_nothing(self):
		self.assertEqual(run_masters(dry_run=0)["taken"], 0)
