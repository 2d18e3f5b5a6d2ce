"""Reports that the framework sends by e-mail: with the rows of the user for whose permissions they are meant.

The framework runs an Auto Email Report as whoever the scheduler is, and takes the permissions of its user into account
only where a column is a link. In the reports of this app the rows depend on who asks.
"""

from typing import Any

import frappe
from frappe.email.doctype.auto_email_report import auto_email_report as framework
from frappe.translate import get_user_lang

from sales_opportunity.overrides.exports import without_formulas
from sales_opportunity.overrides.report import is_own_report
from sales_opportunity.overrides.translated_values import translating_reports


class PermittedAutoEmailReport(framework.AutoEmailReport):
	"""An Auto Email Report that is computed as the user in its field "Based on Permissions For User"."""

	def get_report_content(self) -> Any:
		"""Return the report's content as the framework does, for the user's eyes and in the user's language."""
		if not is_own_report(frappe.get_cached_doc("Report", self.report)):
			return super().get_report_content()
		caller, language = frappe.session.user, frappe.local.lang
		try:
			frappe.set_user(self.user)
			frappe.local.lang = get_user_lang(self.user)
			with translating_reports():
				return without_formulas(super().get_report_content(), self.format)
		finally:
			frappe.set_user(caller)
			frappe.local.lang = language
