"""The people of a shared deal are the sales team of its order, where all of them are ERPNext's Sales Persons."""

import frappe

from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
)
from sales_opportunity.tests.erpnext.erp import (
	ERPNextTestCase,
	make_deal,
	make_sales_person,
	order_of,
	win,
)
from sales_opportunity.tests.factories import make_user
from sales_opportunity.tests.settings import use_settings


class TestSalesTeam(ERPNextTestCase):
	def setUp(self):
		super().setUp()
		use_settings(self, use_participants=1)
		self.owner, self.colleague = (
			make_user(f"{name}.{frappe.generate_hash(length=8)}@example.com", "Sales User").name
			for name in ("anna", "ben")
		)

	def team(self) -> list[tuple]:
		deal = make_deal(
			[{"rate": 100}],
			opportunity_owner=self.owner,
			shares=[{"user": self.colleague, "percentage": 33.33}],
		)
		deal, _quote = win(deal)
		order = order_of(create_fulfilment_request(deal.name, "Order"))
		return [(row.sales_person, row.allocated_percentage) for row in order.sales_team]

	def test_an_order_names_everybody_who_has_sold_it(self):
		persons = [make_sales_person(user).name for user in (self.owner, self.colleague)]
		self.assertEqual(self.team(), [(persons[0], 66.67), (persons[1], 33.33)])

	def test_it_names_nobody_where_somebody_is_no_sales_person(self):
		make_sales_person(self.owner)
		self.assertEqual(self.team(), [])
