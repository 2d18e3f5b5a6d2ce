"""Reports that the framework sends by e-mail: with the rows of the user for whose permissions they are meant.

The framework runs an Auto Email Report as whoever the scheduler is, and takes the permissions of its user into account
only where a column is a link. In the reports of this app the rows depend on who asks, and so do added columns in others'.
"""

from typing import Any

import frappe
from frappe import _
from frappe.email.doctype.auto_email_report import auto_email_report as framework
from frappe.translate import get_user_lang

from sales_opportunity.overrides.exports import without_formulas
from sales_opportunity.overrides.report import shows_deals
from sales_opportunity.overrides.translated_values import translating_reports


class PermittedAutoEmailReport(framework.AutoEmailReport):
	"""An Auto Email Report that is computed as the user in its field "Based on Permissions For User"."""

	def validate(self) -> None:
		"""Check the report; raise `frappe.PermissionError` if it would show what another user may see."""
		super().validate()
		if self.shows_deals():
			self.check_user()

	def get_report_content(self) -> Any:
		"""Return the report's content as the framework does, for the user's eyes and in the user's language.

		Raises `frappe.PermissionError` for what another user may see.
		"""
		if not self.shows_deals():
			return super().get_report_content()
		self.check_user()
		caller, language = frappe.session.user, frappe.local.lang
		try:
			frappe.set_user(self.user)
			frappe.local.lang = get_user_lang(self.user)
			with translating_reports():
				return without_formulas(super().get_report_content(), self.format)
		finally:
			frappe.set_user(caller)
			frappe.local.lang = language

	def shows_deals(self) -> bool:
		"""Return whether its report is this app's or shows something of deals."""
		return shows_deals(frappe.get_cached_doc("Report", self.report))

	def check_user(self) -> None:
		"""Raise `frappe.PermissionError` if neither is the session's user the report's own, nor do they administer the site."""
		if frappe.session.user != self.user and "System Manager" not in frappe.get_roles():
			frappe.throw(_("No permission for {0}").format(self.user), frappe.PermissionError)
