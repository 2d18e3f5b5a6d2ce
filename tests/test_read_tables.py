"""Which tables a query reads, and where: by its words, not in strings, comments, functions and lists of columns."""

import unittest

from sales_opportunity.overrides.read_tables import read_tables


class TestReadTables(unittest.TestCase):
	def test_tables_are_found_wherever_a_query_reads_them(self):
		for query, expected in (
			("select x from `tabA`", [("tabA", False)]),
			("select x from `tabA` a, `tabB`", [("tabA", True), ("tabB", False)]),
			("select x from `tabA` , `tabB B` as b where 1", [("tabA", False), ("tabB B", True)]),
			("select x from`tabA`where x = 1", [("tabA", False)]),
			(
				"select x from (`tabA` a, `tabB`) left join tabC on a.x = 1",
				[("tabA", True), ("tabB", False), ("tabC", False)],
			),
			(
				"select x from `tabA` class JOIN `tabB` user ON 1, `tabC`",
				[("tabA", True), ("tabB", True), ("tabC", False)],
			),
			("select x from `tabA` a straight_join `tabB` using (x, y)", [("tabA", True), ("tabB", False)]),
			("select x from `tabA` a use index for order by (x), `tabB`", [("tabA", True), ("tabB", False)]),
			("select (select max(x) from `tabB`), y from `tabA`", [("tabB", False), ("tabA", False)]),
			("select x from (select y from `tabA`) a, `tabB` b", [("tabA", False), ("tabB", True)]),
			('select x from "tabA" a', [("tabA", True)]),
			("select x from `db`.`tabA`", [("tabA", False)]),
			("select 1 union all select 2 from `tabA`;", [("tabA", False)]),
			("with w as (select x from `tabA`) select x from w", [("tabA", False), ("w", False)]),
		):
			with self.subTest(query):
				found = list(read_tables(query))
				self.assertEqual([(table.name, table.is_renamed) for table in found], expected)

	def test_columns_strings_and_comments_are_no_tables(self):
		for query in (
			"select x, `tabA`.y",
			"select extract(year from `tabA`.x), trim(leading 'x' from `tabA`.y)",
			"select 'from `tabA`' -- from `tabA`\n /* , `tabA` */",
			"select x from `tabB` where y is distinct from `tabA`.x group by `tabA`.x, `tabA`.y",
			"select x from `tabB` order by x, `tabA`.y limit 1",
			"select x from `tabB` join b using (x, `tabA`) where y in (1, `tabA`.x)",
		):
			with self.subTest(query):
				self.assertNotIn("tabA", [table.name for table in read_tables(query)])

	def test_a_table_is_where_its_name_stands(self):
		query = "select x from `db` . `tabA` a, tabB"
		found = [query[table.start : table.end] for table in read_tables(query)]
		self.assertEqual(found, ["`db` . `tabA`", "tabB"])
