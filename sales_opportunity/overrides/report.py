"""The framework's Report: empty filters of this app's queries, and values in the user's language where that is asked for."""

from typing import Any

import frappe
from frappe.core.doctype.report.report import Report
from frappe.desk import query_report

from sales_opportunity.framework.ownership import MODULE, is_own
from sales_opportunity.overrides.permission_checks import get_data_for_custom_field, tells_of_deals
from sales_opportunity.overrides.plain_reports import limited, with_all_parameters
from sales_opportunity.overrides.translated_values import translated_result

# Reports fill the columns that people add by the module's own function, when they are shown, exported, prepared or sent.
query_report.get_data_for_custom_field = get_data_for_custom_field


class TranslatedReport(Report):
	"""A report whose query, if it belongs to this app's module, gets every parameter that it names, and for people with
	User Permissions the documents within these alone.

	While `translating_reports`, the rows of the app's reports, and of those about its documents, are in the user's language.
	"""

	def execute_query_report(self, filters: Any) -> Any:
		"""Return columns and rows as the framework does."""
		if self.module == MODULE:
			filters = with_all_parameters(self.query, filters)
		written = self.query
		if is_own_report(self):
			self.query = limited(written, bool(filters))
		try:
			return self.translated(super().execute_query_report(filters))
		finally:
			self.query = written

	def execute_script_report(self, filters: Any) -> Any:
		"""Return what the report's function answers."""
		return self.translated(super().execute_script_report(filters))

	def translated(self, result: Any) -> Any:
		"""Return the result, in the user's language if that is asked for and the report is this app's."""
		return translated_result(result, self.ref_doctype) if is_own_report(self) else result


def is_own_report(report: Report) -> bool:
	"""Return whether the report belongs to this app's module or is about documents of this app."""
	return report.module == MODULE or is_own(report.ref_doctype)


def shows_deals(report: Report) -> bool:
	"""Return whether the report is this app's, about its documents or what hangs on them, or has an added column of these."""
	saved = frappe.parse_json(report.json or "{}") if report.report_type == "Custom Report" else {}
	doctypes = {report.ref_doctype, *(column.get("doctype") for column in saved.get("columns", ()))}
	return report.module == MODULE or any(map(tells_of_deals, doctypes))
