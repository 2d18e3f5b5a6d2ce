"""The base of tests on the year of sales that was computed by hand (see golden.py)."""

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.tests import golden
from sales_opportunity.tests.sites import empty_site


class GoldenYearTestCase(IntegrationTestCase):
	"""A site with nothing but that year, whose deals are called `names` by their keys."""

	@classmethod
	def setUpClass(cls):
		cls.addClassCleanup(frappe.clear_cache)  # after the rollback, which comes with the next line
		super().setUpClass()
		frappe.set_user("Administrator")
		empty_site()
		cls.names = golden.make_year()

	def assertTable(self, expected: str, rows: list[dict]):
		"""Compare the columns that the table has, numbers to the cent."""
		head, *lines = ([cell.strip() for cell in line.split("|")] for line in expected.strip().splitlines())
		found = [[as_cell(row.get(column)) for column in head] for row in rows]
		self.assertEqual(found, [[as_cell(cell) for cell in line] for line in lines])


def as_cell(value):
	"""Return a cell as it is compared: numbers rounded to the cent, all else as text."""
	try:
		return round(float(value), 2)
	except (TypeError, ValueError):
		return str(value)
