"""The demo beside ERPNext."""

from sales_opportunity.demo.load import ForeignDataError, load_demo
from sales_opportunity.tests.erpnext.erp import ERPNextTestCase
from sales_opportunity.tests.sites import empty_site


class TestDemo(ERPNextTestCase):
	def test_it_says_why_it_is_not_loaded(self):
		empty_site()
		with self.assertRaisesRegex(ForeignDataError, "items of the DocType Item"):
			load_demo()
