"""The framework's Report: empty filters of this app's queries, and values in the user's language where that is asked for."""

from frappe.core.doctype.report.report import Report

from sales_opportunity.ownership import MODULE
from sales_opportunity.plain_reports import with_all_parameters
from sales_opportunity.spoken import spoken


class OwnReport(Report):
	"""A report whose query, if it belongs to this app's module, gets every parameter that it names.

	Its rows are in the user's language while reports are `speaking`.
	"""

	def execute_query_report(self, filters):
		"""Return columns and rows as the framework does."""
		if self.module == MODULE:
			filters = with_all_parameters(self.query, filters)
		return spoken(super().execute_query_report(filters))

	def execute_script_report(self, filters):
		"""Return what the report's function answers."""
		return spoken(super().execute_script_report(filters))
