"""Who in the department works on a request: the framework's assignments, by rule or by the settings."""

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.desk.form import assign_to
from frappe.utils import escape_html, get_fullname

from sales_opportunity.deal.request_status import RequestStatus

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request import (
		FulfilmentRequest,
	)

ROLE = "Sales Fulfilment"
ASSIGNEE_FIELDS = {"Order": "order_assignee", "Billing": "billing_assignee", "Shipping": "shipping_assignee"}


def assign_department(doc: "FulfilmentRequest") -> None:
	"""Assign a new request to the user of its kind in the settings, unless an Assignment Rule was faster.

	Tell its maker if nobody is there for it, unless another app has made its own document of it. Who could order
	without asking has done so.
	"""
	if assignees(doc) or (doc.kind == "Order" and doc.reference_name):
		return
	user = frappe.get_cached_doc("Sales Opportunity Settings").get(ASSIGNEE_FIELDS[doc.kind])
	settings = frappe.bold(_("Sales Opportunity Settings"))
	if not user:
		if not doc.reference_name:
			notify_requester(
				_("The request was assigned to nobody. Who is to do it can be entered in {0}.").format(
					settings
				)
			)
		return
	if not frappe.db.get_value("User", user, "enabled"):
		notify_requester(
			_("{0} is disabled, so the request was assigned to nobody. See {1}.").format(
				frappe.bold(escape_html(get_fullname(user))), settings
			)
		)
		return
	share(doc, user)
	assign_to.add(
		{
			"assign_to": [user],
			"doctype": doc.doctype,
			"name": doc.name,
			"description": task_description(doc, user),
		}
	)


def notify_requester(message: str) -> None:
	"""Show a sentence to whoever requests."""
	frappe.msgprint(message, indicator="orange")


def share(doc: "FulfilmentRequest", user: str) -> None:
	"""Let an assignee read the request who could not otherwise; the framework would tell its maker in a dialog."""
	if not frappe.has_permission(doc=doc, user=user):
		# The company's settings name the assignee, whoever makes the request.
		frappe.share.add_docshare(doc.doctype, doc.name, user, flags={"ignore_share_permission": True})


def task_description(doc: "FulfilmentRequest", user: str) -> str:
	"""Return what the assignee reads in the list of tasks (HTML), in the assignee's language."""
	language = frappe.db.get_value("User", user, "language") or frappe.local.lang
	return f"{_(doc.kind, language, context=doc.doctype)}: {escape_html(doc.party_name)}"


def end_assignments(doc: "FulfilmentRequest") -> None:
	"""Close the tasks of a request that is done, and withdraw those of a cancelled one."""
	if doc.status == RequestStatus.DONE:
		assign_to.close_all_assignments(doc.doctype, doc.name)
	else:
		assign_to.clear(doc.doctype, doc.name)


def is_finisher(doc: "FulfilmentRequest", user: str | None = None) -> bool:
	"""Return whether a user of the department has the request as an open task."""
	user = user or frappe.session.user
	return ROLE in frappe.get_roles(user) and user in assignees(doc)


def assignees(doc: "FulfilmentRequest") -> list[str]:
	"""Return the users who have the request as an open task."""
	filters = {"reference_type": doc.doctype, "reference_name": doc.name, "status": "Open"}
	return frappe.get_all("ToDo", filters, pluck="allocated_to")
