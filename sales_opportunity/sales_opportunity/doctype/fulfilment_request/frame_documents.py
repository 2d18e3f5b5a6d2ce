"""What other apps make of a won frame contract, such as a blanket order, which its call-offs use up there.

An app names a function by its DocType with the hook `sales_frame_documents`. It takes the opportunity, and the first and the last
day on which may be called off, and returns the name of the document: of the one that is there, if it was made before. It
runs in the transaction of the click and must not commit. As long as a document that names the opportunity in a Link field is not
cancelled, the opportunity stays a won frame contract.
"""

from datetime import date

import frappe
from frappe import _
from frappe.utils import get_link_to_form

from sales_opportunity.access.permissions import require
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.deal.related import is_frame
from sales_opportunity.framework.locking import lock_opportunity, retried
from sales_opportunity.framework.registry import registered
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.inputs.values import read_date, refuse_value


class NoWonFrameError(frappe.ValidationError):
	pass


class FrameDocumentedError(frappe.ValidationError):
	pass


@whitelist(methods=["POST"])
@retried
def create_frame_document(opportunity: str, doctype: str, from_date: str, to_date: str) -> str:
	"""Have a document made of a won frame contract, and return its name; an error leaves nothing half made.

	Raises `frappe.PermissionError` without write permission on the opportunity or the right to create the document,
	`NoWonFrameError`, `WrongInputError` for another DocType or days that are none, and what the app raises.
	"""
	path = registered("sales_frame_documents").get(doctype)
	if not path:
		refuse_value(doctype, _("DocType"))
	frappe.get_doc("Sales Opportunity", opportunity).check_permission("write")
	require(doctype, "create")
	lock_opportunity(opportunity)
	frame = frappe.get_doc("Sales Opportunity", opportunity, for_update=True)
	if not is_frame(frame) or frame.status != OpportunityStatus.WON:
		frappe.throw(
			_("{0} is no frame contract that was won.").format(frappe.bold(frame.title)), NoWonFrameError
		)
	days = needed_day(from_date, _("From Date")), needed_day(to_date, _("To Date"))
	frappe.db.savepoint("frame_document")
	try:
		return frappe.get_attr(path)(frame, *days)
	except Exception:
		frappe.db.rollback(save_point="frame_document")
		raise


def needed_day(value: str, label: str) -> date:
	"""Return a day. Raises `WrongInputError` if it is none."""
	return read_date(value, label) or refuse_value(value, label)


def validate_no_frame_documents(opportunity: str) -> None:
	"""Raise `FrameDocumentedError` if the opportunity has a document of a frame contract that is not cancelled.

	Locks the opportunity's row, so that none is made before the transaction ends.
	"""
	lock_opportunity(opportunity)
	for doctype in registered("sales_frame_documents"):
		for field in frappe.get_meta(doctype).get_link_fields():
			filters = {field.fieldname: opportunity, "docstatus": ("!=", 2)}
			is_link = field.options == "Sales Opportunity"
			name = is_link and frappe.db.get_value(doctype, filters, for_update=True)
			if name:
				frappe.throw(
					_(
						"{0} {1} was made of this frame contract. Cancel or delete it before you reopen the contract or let it be none."
					).format(_(doctype), get_link_to_form(doctype, name)),
					FrameDocumentedError,
				)
