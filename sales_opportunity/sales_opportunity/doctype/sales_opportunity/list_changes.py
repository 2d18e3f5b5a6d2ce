"""Changing many opportunities from the list: one request for each, so that a refused one holds up no other."""

import frappe
from frappe import _
from frappe.utils import strip_html

from sales_opportunity.framework.locking import retried
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.inputs.values import read_date, refuse_value
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.close_dates import change_close_date
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.stages import OPPORTUNITY, change_stage

REFUSALS = (frappe.ValidationError, frappe.PermissionError, frappe.DoesNotExistError)


@whitelist(methods=["POST"])
@retried
def change(opportunity: str, fieldname: str, value: str) -> str:
	"""Give an opportunity another `stage`, `opportunity_owner` or `expected_close_date` and return "", or why it is
	refused: as saving it in the form is, in the user's language.

	Raises `sales_opportunity.inputs.values.WrongInputError` for another field.
	"""
	if fieldname not in CHANGES:
		refuse_value(fieldname, _("Field"))
	frappe.clear_messages()
	frappe.db.savepoint("list_change")
	try:
		CHANGES[fieldname](opportunity, value)
	except REFUSALS as refusal:
		frappe.db.rollback(save_point="list_change")
		reason = refusal_reason(refusal)
		frappe.clear_messages()
		return reason
	return ""


def refusal_reason(refusal: Exception) -> str:
	"""Return why something was refused as a dialog would say it, else as the error does."""
	messages = frappe.get_message_log()
	reasons = [message for message in messages if message.get("raise_exception")] or messages
	texts = [strip_html(str(message.get("message") or "")).strip() for message in reasons]
	text = " ".join(filter(None, texts)) or strip_html(str(refusal))
	return text or _("No permission for {0}").format(_(OPPORTUNITY))


def change_owner(opportunity: str, user: str) -> None:
	"""Let somebody else be responsible for an opportunity. Raises `frappe.PermissionError`, and as saving does."""
	doc = frappe.get_doc(OPPORTUNITY, opportunity, for_update=True)
	doc.check_permission("write")
	doc.opportunity_owner = user
	doc.save()


def set_close_date(opportunity: str, value: str) -> None:
	"""Give an opportunity a close date. Raises as `read_date` and `change_close_date`."""
	day = read_date(value, _("Expected Close Date"))
	change_close_date(opportunity, lambda _former: day)


CHANGES = {
	"stage": change_stage,
	"opportunity_owner": change_owner,
	"expected_close_date": set_close_date,
}
