"""Indexes cost whenever a row is written: none says what the beginning of another one says already."""

from collections import defaultdict

import frappe

from sales_opportunity.compat import IntegrationTestCase


class TestIndexes(IntegrationTestCase):
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
