"""Indexes cost whenever a row is written: none says what the beginning of another one says already."""

from collections import defaultdict

import frappe

from sales_opportunity.erpnext import setting_up
from sales_opportunity.erpnext.hooks import is_installed
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.patches import drop_index_of_creators
from sales_opportunity.reporting.query import FRAMES, is_in_other_currency
from sales_opportunity.reporting.sharing import listed_for


class TestIndexes(IntegrationTestCase):
	def test_the_list_of_a_persons_open_deals_looks_at_open_ones_alone_in_its_order(self):
		if frappe.db.db_type != "mariadb":
			self.skipTest("asks MariaDB for its plan")
		filters = {"status": "Open", "is_counted": 1, **listed_for("anna@example.com")}
		query = frappe.qb.get_query("Sales Opportunity", filters=filters, fields=["name"]).limit(20).get_sql()
		ordered = query.replace(" LIMIT", " ORDER BY `modified` DESC LIMIT").replace(
			"FROM `tabSales Opportunity`", "FROM `tabSales Opportunity` FORCE INDEX (status_modified_index)"
		)
		(plan,) = plan_of(ordered)
		self.assertNotIn("filesort", plan.Extra)

	def test_the_list_of_who_is_responsible_for_all_they_see_goes_along_these_in_its_order(self):
		if frappe.db.db_type != "mariadb":
			self.skipTest("asks MariaDB for its plan")
		(plan,) = plan_of(
			"select name, title from `tabSales Opportunity` force index (opportunity_owner_modified_index)"
			" where opportunity_owner in ('anna@example.com') order by modified desc limit 20"
		)
		self.assertNotIn("filesort", plan.Extra)
		(plan,) = plan_of(
			"select owner from `tabSales Opportunity` where owner = 'anna@example.com' and (opportunity_owner <"
			" 'anna@example.com' or opportunity_owner > 'anna@example.com' or opportunity_owner is null) limit 1"
		)
		self.assertEqual(plan.key, "owner_opportunity_owner_index")
		self.assertIn("Using index", plan.Extra)

	def test_frame_contracts_are_looked_for_by_an_index(self):
		if frappe.db.db_type != "mariadb":
			self.skipTest("asks MariaDB for its plan")
		asked = frappe.qb.get_query("Sales Opportunity", filters=FRAMES, fields=["name"]).limit(1)
		(plan,) = plan_of(asked.get_sql())
		self.assertIn("is_frame", plan.possible_keys)

	def test_deals_in_another_company_currency_are_looked_for_by_an_index(self):
		if frappe.db.db_type != "mariadb":
			self.skipTest("asks MariaDB for its plan")
		table = frappe.qb.DocType("Sales Opportunity")
		asked = frappe.qb.from_(table).where(is_in_other_currency(table)).select(table.name).limit(1)
		(index,) = (
			name for name, fields in indexes_of("Sales Opportunity") if fields == ["company_currency"]
		)
		table_by_index = f"FROM `tabSales Opportunity` FORCE INDEX (`{index}`)"
		(plan,) = plan_of(asked.get_sql().replace("FROM `tabSales Opportunity`", table_by_index))
		self.assertEqual((plan.key, plan.type), (index, "range"))

	def test_no_index_is_lost_when_an_admin_adds_a_field(self):
		if frappe.db.db_type != "mariadb":
			self.skipTest("asks MariaDB for its indexes")
		for doctype in stored_doctypes() | set(setting_up.fields() if is_installed() else ()):
			before = indexes_of(doctype)
			frappe.db.updatedb(doctype)
			self.assertEqual(indexes_of(doctype), before, doctype)

	def test_what_another_index_says_already_is_dropped(self):
		if frappe.db.db_type != "mariadb":
			self.skipTest("asks MariaDB for its indexes")
		frappe.db.add_index("Sales Opportunity", ["owner"])
		for _again in range(2):
			drop_index_of_creators.execute()
			self.assertFalse(frappe.db.has_index("tabSales Opportunity", "owner_index"))

	def test_no_index_is_the_beginning_of_another(self):
		if frappe.db.db_type != "mariadb":
			self.skipTest("asks MariaDB for its indexes")
		for doctype in stored_doctypes():
			indexes = [fields for _name, fields in indexes_of(doctype)]
			redundant = [
				fields
				for fields in indexes
				if any(fields == other[: len(fields)] for other in indexes if other is not fields)
			]
			self.assertEqual(redundant, [], doctype)


def stored_doctypes() -> set[str]:
	"""Return the DocTypes of this app that have a table."""
	return set(frappe.get_all("DocType", {"module": "Sales Opportunity", "issingle": 0}, pluck="name"))


def indexes_of(doctype: str) -> list[tuple[str, list[str]]]:
	"""Return the names of the indexes of a DocType's table that do not keep it unique, with their fields.

	Not those on creation and change, which the framework makes and drops as it likes.
	"""
	found = defaultdict(list)
	for row in frappe.db.sql(f"show index from `tab{doctype}` where non_unique = 1", as_dict=True):
		found[row.Key_name].append(row.Column_name)
	return sorted(
		(name, fields) for name, fields in found.items() if fields not in (["creation"], ["modified"])
	)


def plan_of(statement: str) -> list[dict]:
	"""Return how MariaDB would find the rows of a statement, a row for each table."""
	return frappe.db.sql(f"explain {statement}", as_dict=True)
