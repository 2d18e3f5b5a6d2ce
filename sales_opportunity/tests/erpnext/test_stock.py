"""What ERPNext's warehouses have of items in the Item Demand Forecast, and the Material Request of what they lack."""

from decimal import Decimal
from unittest.mock import patch

import frappe
from frappe.permissions import add_user_permission
from frappe.utils import add_days, getdate

from sales_opportunity.analysis.demand import Need
from sales_opportunity.demo.acting import acting
from sales_opportunity.erpnext.errors import CompanyError, NotProcurableError
from sales_opportunity.erpnext.masters.stock import make_material_requests, stock
from sales_opportunity.reporting.procurement import NothingNeededError, procure
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
)
from sales_opportunity.sales_opportunity.report.item_demand_forecast.item_demand_forecast import execute
from sales_opportunity.tests.erpnext.erp import (
	ERPNextTestCase,
	default_company,
	make_customer,
	make_deal,
	make_item,
	order_of,
	second_company,
	unit,
	warehouse,
	win,
)
from sales_opportunity.tests.factories import get_or_make, make_user, set_exchange_rates

ITEM, CRATED, SERVICE = "ERP-STOCKED", "ERP-STOCKED-CRATES", "ERP-STOCKED-FITTING"


def bin_of(item: str, place: str, **quantities: float) -> None:
	"""Let a warehouse have so much of an item."""
	doc = frappe.get_doc({"doctype": "Bin", "item_code": item, "warehouse": place}).insert()
	doc.db_set(quantities)


class TestStock(ERPNextTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		box = get_or_make("UOM", "ERP-Kiste", uom_name="ERP-Kiste").name
		make_item(ITEM, 10, lead_time_days=30)
		make_item(CRATED, 10, sales_uom=box, uoms=[{"uom": box, "conversion_factor": 12}])
		make_item(SERVICE, 10, is_stock_item=0)
		cls.german = default_company()
		set_exchange_rates(CHF=1.05)
		cls.group = warehouse("ERP Nord", is_group=1)
		cls.inside = warehouse("ERP Kiel", parent_warehouse=cls.group)
		cls.outside = warehouse("ERP Ulm")
		quantities = {"actual_qty": 24, "ordered_qty": 6, "planned_qty": 3, "reserved_qty": 12}
		for item in (ITEM, CRATED):
			bin_of(item, cls.inside, **quantities)
			bin_of(item, cls.outside, actual_qty=12, indented_qty=3)

	def setUp(self):
		super().setUp()
		frappe.db.savepoint("stock")
		self.addCleanup(frappe.db.rollback, save_point="stock")
		frappe.db.set_value("Sales Opportunity", {"status": "Open"}, "forecast_category", "Omitted")

	def demand(self, **filters) -> list[dict]:
		_columns, rows, *_rest = execute({"item": ITEM, **filters})
		return rows

	def deal(self, quantity: float, item: str = ITEM, **values):
		lines = [{"item": item, "quantity": quantity}]
		deal = make_deal(lines, expected_close_date=add_days(getdate(), 10), **values)
		frappe.db.set_value(
			"Sales Opportunity", deal.name, {"probability": 50, "forecast_category": "Pipeline"}
		)
		return deal

	def test_the_warehouses_of_the_company_are_added_up(self):
		found = {"on_hand": 36, "on_order": 12, "reserved": 12}
		crates = {name: value / 12 for name, value in found.items()}
		items = [("Item", ITEM), ("Item", CRATED), ("Item", SERVICE), ("Sales Item", ITEM)]
		self.assertEqual(stock(items, company=self.german), {("Item", ITEM): found, ("Item", CRATED): crates})

	def test_a_group_of_warehouses_can_be_chosen(self):
		for place, expected in (
			(self.group, {"on_hand": 24, "on_order": 9, "reserved": 12}),
			(self.inside, {"on_hand": 24, "on_order": 9, "reserved": 12}),
			(self.outside, {"on_hand": 12, "on_order": 3, "reserved": 0}),
		):
			self.assertEqual(stock([("Item", ITEM)], place), {("Item", ITEM): expected})

	def test_who_may_not_read_the_stock_does_not_see_it(self):
		with acting(make_user("erp-viewer@example.com", "Sales Viewer").name):
			self.assertEqual(stock([("Item", ITEM)]), {})

	def test_the_forecast_has_stock_and_lead_time(self):
		self.deal(100)
		(row,) = self.demand()
		self.assertEqual(
			(row["weighted"], row["on_hand"], row["on_order"], row["reserved"]), (50, 36, 12, 12)
		)
		self.assertEqual(row["net_need"], 14)
		self.assertEqual(str(row["needed_by"]), str(add_days(getdate(), 40)))
		(row,) = self.demand(stock_place=self.outside)
		self.assertEqual(row["net_need"], 35)

	def test_what_is_on_an_order_is_reserved_and_needed_once(self):
		deal, _quote = win(self.deal(8))
		self.assertEqual([row["nominal"] for row in self.demand(with_won=1)], [8])
		line = [{"opportunity_item": deal.items[0].name, "quantity": 5}]
		order = order_of(create_fulfilment_request(deal.name, "Order", line))
		self.assertEqual([row["nominal"] for row in self.demand(with_won=1)], [8])
		order.submit()
		self.assertEqual([row["nominal"] for row in self.demand(with_won=1)], [3])

	def test_one_click_makes_the_material_request_of_the_net_need(self):
		self.deal(101)
		self.deal(4, SERVICE)
		(name,) = procure("Material Request", {"item": ITEM, "company": self.german})
		request = frappe.get_doc("Material Request", name)
		self.assertEqual((request.docstatus, request.material_request_type), (0, "Purchase"))
		(row,) = request.items
		self.assertEqual((row.item_code, row.qty, row.uom), (ITEM, 15, unit()))
		self.assertEqual(str(row.schedule_date), str(add_days(getdate(), 40)))
		self.assertTrue(row.warehouse)
		(name,) = procure("Material Request", {"item": ITEM, "stock_place": self.outside})
		self.assertEqual(
			frappe.db.get_value("Material Request Item", {"parent": name}, "warehouse"), self.outside
		)

	def test_what_is_on_a_draft_is_not_procured_once_more(self):
		self.deal(101)
		(first,) = procure("Material Request", {"item": ITEM, "company": self.german})
		with self.assertRaisesRegex(NothingNeededError, "draft"):
			procure("Material Request", {"item": ITEM, "company": self.german})
		(row,) = self.demand(company=self.german)
		self.assertEqual((row["on_order"], row["net_need"]), (12 + 15, 0))
		self.deal(8)
		(second,) = procure("Material Request", {"item": ITEM, "company": self.german})
		self.assertEqual(frappe.db.get_value("Material Request Item", {"parent": second}, "qty"), 4)
		for name in (first, second):
			frappe.get_doc("Material Request", name).submit()
		(row,) = self.demand(company=self.german)
		self.assertEqual((row["on_order"], row["net_need"]), (12 + 19, 0))

	def test_a_refusal_says_what_to_do(self):
		self.deal(4, SERVICE)
		with self.assertRaisesRegex(NotProcurableError, "Tick"):
			procure("Material Request", {"item": SERVICE, "with_services": 1, "company": self.german})

	def test_drafts_that_were_stored_meanwhile_are_not_made_again(self):
		seen = [{ITEM: 15}, {}]
		with patch(f"{stock.__module__}.drafted_quantities", lambda *args, **kwargs: seen.pop(0)):
			with self.assertRaisesRegex(NotProcurableError, "Reload"):
				make_material_requests([Need("Item", ITEM, unit(), Decimal(1), None)], None, self.german)

	def test_demand_stock_and_request_are_of_one_company(self):
		swiss = second_company()
		place = warehouse("ERP Basel", company=swiss)
		bin_of(ITEM, place, actual_qty=30)
		self.deal(100)
		customer = make_customer("Velo Basel AG", default_currency=None).name
		self.deal(80, company=swiss, customer=customer)
		for company, expected in ((self.german, (50, 36, 14)), (swiss, (40, 30, 10)), (None, (90, 66, 24))):
			with self.subTest(company):
				(row,) = self.demand(company=company)
				self.assertEqual((row["weighted"], row["on_hand"], row["net_need"]), expected)
		with self.assertRaisesRegex(CompanyError, "Company"):
			procure("Material Request", {"item": ITEM})
		for company, quantity in ((self.german, 14), (swiss, 10)):
			(name,) = procure("Material Request", {"item": ITEM, "company": company})
			request = frappe.get_doc("Material Request", name)
			(row,) = request.items
			self.assertEqual((request.company, row.qty), (company, quantity))
			self.assertEqual(frappe.db.get_value("Warehouse", row.warehouse, "company"), company)

	def test_who_is_limited_to_a_company_sees_and_procures_its_need(self):
		swiss = second_company()
		user = make_user("erp-buyer@example.com", "Sales Viewer", "Stock User", "Purchase User").name
		bin_of(ITEM, warehouse("ERP Basel", company=swiss), actual_qty=30)
		customer = make_customer("Velo Basel AG", default_currency=None).name
		self.deal(100)
		self.deal(80, company=swiss, customer=customer)
		add_user_permission("Company", swiss, user)
		with acting(user):
			(row,) = self.demand()
			self.assertEqual((row["weighted"], row["on_hand"], row["net_need"]), (40, 30, 10))
			(name,) = procure("Material Request", {"item": ITEM})
			with self.assertRaisesRegex(NothingNeededError, "Remove the filters"):
				procure("Material Request", {"item": ITEM, "class_id": "ERP-CLASS"})
		self.assertEqual(frappe.db.get_value("Material Request", name, "company"), swiss)

	def test_only_who_may_create_material_requests_does(self):
		self.deal(100)
		with acting(make_user("erp-seller@example.com", "Sales User").name):
			self.assertRaises(frappe.PermissionError, procure, "Material Request", {})
		frappe.db.delete("Sales Opportunity Item", {"item": ITEM})
		self.assertRaises(NothingNeededError, procure, "Material Request", {"item": ITEM})
		self.assertRaises(NothingNeededError, procure, "Note", {"item": ITEM})
