"""What other apps make of a won frame contract, such as a blanket order, which its call-offs use up there.

An app names a function by its DocType with the hook `sales_frame_documents`. It takes the opportunity, and the first and the last
day on which may be called off, and returns the name of the document: of the one that is there, if it was made before. It
runs in the transaction of the click and must not commit.
"""

from datetime import date

import frappe
from frappe import _

from sales_opportunity.deal.related import is_frame
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.inputs.values import read_date, refuse_value
from sales_opportunity.locking import lock_opportunity, retried
from sales_opportunity.permissions import require
from sales_opportunity.registry import registered


class NoWonFrameError(frappe.ValidationError):
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
	if not is_frame(frame) or frame.status != "Won":
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
