"""Tests that make letter heads."""

from frappe.cache_manager import clear_defaults_cache

from sales_opportunity.framework.compat import IntegrationTestCase


class LetterHeadTestCase(IntegrationTestCase):
	"""A test whose first letter head becomes the site's default: the framework would go on to know it when it is gone.

	Releases take back what a test has done after it, or after its class.
	"""

	@classmethod
	def setUpClass(cls):
		cls.addClassCleanup(clear_defaults_cache)  # after the rollback, which comes with the next line
		super().setUpClass()

	def setUp(self):
		super().setUp()
		clear_defaults_cache()
