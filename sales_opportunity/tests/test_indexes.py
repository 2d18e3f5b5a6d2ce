"""Indexes cost whenever a row is written: none says what the beginning of another one says already."""

from collections import defaultdict

import frappe

from sales_opportunity.compat import IntegrationTestCase
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
		(plan,) = frappe.db.sql(f"explain {ordered}", as_dict=True)
		self.assertNotIn("filesort", plan.Extra)

	def test_no_index_is_the_beginning_of_another(self):
		if frappe.db.db_type != "mariadb":
			self.skipTest("asks MariaDB for its indexes")
		tables = frappe.get_all("DocType", {"module": "Sales Opportunity", "issingle": 0}, pluck="name")
		for doctype in tables:
			columns = defaultdict(list)
			for row in frappe.db.sql(f"show index from `tab{doctype}`", as_dict=True):
				columns[row.Key_name, row.Non_unique].append(row.Column_name)
			indexes = list(columns.values())
			redundant = [
				fields
				for (_name, not_unique), fields in columns.items()
				if not_unique
				and any(fields == other[: len(fields)] for other in indexes if other is not fields)
			]
			self.assertEqual(redundant, [], doctype)
