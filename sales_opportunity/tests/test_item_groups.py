"""Groups of another app's items in reports: a filter by a group takes in those below it, own items keep theirs."""

import frappe
from frappe.desk.query_report import run

from sales_opportunity.masters.adapters import Item
from sales_opportunity.reporting.item_groups import group_doctype, with_groups_below
from sales_opportunity.tests.factories import get_or_make, make_class, make_item, make_opportunity, registered
from sales_opportunity.tests.foreign_doctypes import ForeignDocTypesTestCase

GROUP, WARE = "Hook Ware Group", "Hook Ware of a Group"


def ware(name: str, language: str | None) -> Item:
	"""Adapter of the test's items."""
	doc = frappe.get_cached_doc(WARE, name)
	return Item(name=name, title=name, description=None, unit="Piece", price=100, group=doc.ware_group)


class TestItemGroups(ForeignDocTypesTestCase):
	doctypes = (
		(WARE, (("ware_group", "Link", GROUP),), ""),
		(GROUP, (("title", "Data", ""), ("lft", "Int", ""), ("rgt", "Int", "")), "title"),
	)

	@classmethod
	def setUpClass(cls):
		cls.doctypes = tuple(reversed(TestItemGroups.doctypes))
		super().setUpClass()
		cls.enterClassContext(
			registered(
				sales_item_types={
					"Sales Item": ["sales_opportunity.masters.own_masters.sales_item"],
					WARE: [f"{__name__}.ware"],
				},
				sales_item_groups={"Sales Item": ["item_group"], WARE: ["ware_group"]},
			)
		)
		make_class("GROUPED")
		for name, lft, rgt in (("Räder", 1, 6), ("Stadträder", 2, 3), ("Rennräder", 4, 5), ("Teile", 7, 8)):
			frappe.get_doc({"doctype": GROUP, "title": name, "lft": lft, "rgt": rgt}).insert(set_name=name)
		for group in ("Räder", "Stadträder", "Rennräder", "Teile"):
			item = frappe.get_doc({"doctype": WARE, "ware_group": group}).insert(set_name=f"Ware {group}")
			cls.deal(item=item.name, item_type=WARE)
		own = get_or_make("Sales Item Group", "Räder", group_name="Räder")
		cls.deal(item=make_item("OWN-GROUPED", item_group=own.name).name)

	@classmethod
	def deal(cls, **line):
		return make_opportunity([{"rate": 100, **line}], class_id="GROUPED")

	def test_a_group_is_there_with_all_below_it(self):
		self.assertEqual(set(with_groups_below(GROUP, "Räder")), {"Räder", "Stadträder", "Rennräder"})
		for group in ("Teile", "Gibt es nicht"):
			self.assertEqual(with_groups_below(GROUP, group), [group])
		self.assertEqual(group_doctype(), "Sales Item Group")

	def test_filters_of_reports_take_in_the_groups_below(self):
		for group, deals in (("Räder", 4), ("Stadträder", 1), ("Teile", 1), ("Gibt es nicht", 0)):
			with self.subTest(group):
				filters = {"class_id": "GROUPED", "item_group": group}
				rows = run("Revenue Forecast", {**filters, "period": "Year"})["result"]
				found = [row["deals"] for row in rows if row.get("is_total")]
				self.assertEqual(sum(found), deals)
				demand = run("Item Demand Forecast", {**filters, "period": "Year", "with_services": 1})[
					"result"
				]
				self.assertEqual(len(demand), deals)

	def test_the_forecast_is_grouped_by_groups_of_all_items(self):
		filters = {"class_id": "GROUPED", "group_by": "item_group", "period": "Year"}
		rows = run("Revenue Forecast", filters)["result"]
		found = {row["group"]: row["nominal"] for row in rows if row.get("group")}
		self.assertEqual(found, {"Räder": 200, "Stadträder": 100, "Rennräder": 100, "Teile": 100})
