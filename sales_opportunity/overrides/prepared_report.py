"""Reports that are computed in the background: in the language of those who asked for them, and only for their eyes.

The framework shows a Prepared Report to everybody who may open the report. In the reports of this app the rows depend
on who asks. It also computes one for everybody, whether or not they may open the report.
"""

from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.core.doctype.prepared_report import prepared_report as framework
from frappe.desk.query_report import get_report_doc
from frappe.translate import get_user_lang

from sales_opportunity.access.permissions import escape
from sales_opportunity.framework.compat import NO_OBJECTION
from sales_opportunity.framework.ownership import MODULE

if TYPE_CHECKING:
	from frappe.core.doctype.prepared_report.prepared_report import PreparedReport

PREPARING_JOB = framework.generate_report.__name__


class PrivatePreparedReport(framework.PreparedReport):
	"""A Prepared Report that is made by who may open the report, is deleted by who may see it, and also keeps its rows to
	itself when a report is opened with its name.
	"""

	def before_insert(self) -> None:
		"""Put the report into the queue; raise as a report does that the user may not open."""
		get_report_doc(self.report_name)
		super().before_insert()

	def get_prepared_data(self, *args: Any, **kwargs: Any) -> Any:
		"""Return the stored rows as the framework does; raise `frappe.PermissionError` for those of somebody else."""
		self.check_user()
		return super().get_prepared_data(*args, **kwargs)

	def on_trash(self) -> None:
		"""Stop the job; raise `frappe.PermissionError` if the report is somebody else's."""
		self.check_user()
		super().on_trash()

	def check_user(self) -> None:
		"""Raise `frappe.PermissionError` unless the session's user may see the rows."""
		if not may_see(self, frappe.session.user):
			frappe.throw(_("This report was prepared for somebody else."), frappe.PermissionError)


def set_job_language(method: str, **_others: Any) -> None:
	"""Let the background job that prepares a report speak as its user would be spoken to at the desk."""
	if method.rpartition(".")[2] == PREPARING_JOB:
		frappe.local.lang = get_user_lang()


def may_see(doc: "PreparedReport", user: str) -> bool:
	"""Return whether the user asked for the report, may administer all, or it is none of this app."""
	return (
		user in (doc.owner, "Administrator")
		or "System Manager" in frappe.get_roles(user)
		or frappe.get_cached_value("Report", doc.report_name, "module") != MODULE
	)


def has_permission(doc: "PreparedReport", ptype: str | None = None, user: str | None = None) -> bool | None:
	"""Hook of Prepared Reports: return False for those of somebody else; the framework does the rest."""
	return NO_OBJECTION if may_see(doc, user or frappe.session.user) else False


def prepared_report_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on `tabPrepared Report` for what the user may read, empty for everything."""
	user = user or frappe.session.user
	if user == "Administrator" or "System Manager" in frappe.get_roles(user):
		return ""
	reports = f"select `tabReport`.`name` from `tabReport` where `tabReport`.`module` = {escape(MODULE)}"
	return (
		f"(`tabPrepared Report`.`owner` = {escape(user)}"
		f" or `tabPrepared Report`.`report_name` not in ({reports}))"
	)
