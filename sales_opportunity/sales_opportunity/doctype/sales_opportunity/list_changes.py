"""Changing many opportunities from the list: one request for each, so that a refused one holds up no other."""

import frappe
from frappe import _
from frappe.utils import strip_html

from sales_opportunity.inputs import read_date, refuse, whitelist
from sales_opportunity.locking import retried
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.stages import OPPORTUNITY, change_stage

REFUSALS = (frappe.ValidationError, frappe.PermissionError, frappe.DoesNotExistError)


@whitelist(methods=["POST"])
@retried
def change(opportunity: str, fieldname: str, value: str) -> str:
	"""Give an opportunity another `stage`, `opportunity_owner` or `expected_close_date` and return "", or why it is
	refused: as saving it in the form is, in the user's language.

	Raises `sales_opportunity.inputs.WrongInputError` for another field.
	"""
	if fieldname not in CHANGES:
		refuse(fieldname, _("Field"))
	frappe.db.savepoint("list_change")
	try:
		CHANGES[fieldname](opportunity, value)
	except REFUSALS as refusal:
		frappe.db.rollback(save_point="list_change")
		frappe.clear_messages()
		return strip_html(str(refusal)) or _("No permission for {0}").format(_(OPPORTUNITY))
	return ""


def change_owner(opportunity: str, user: str) -> None:
	save(opportunity, opportunity_owner=user)


def change_close_date(opportunity: str, day: str) -> None:
	save(opportunity, expected_close_date=read_date(day, _("Expected Close Date")))


def save(opportunity: str, **values) -> None:
	doc = frappe.get_doc(OPPORTUNITY, opportunity, for_update=True)
	doc.check_permission("write")
	doc.update(values)
	doc.save()


CHANGES = {
	"stage": change_stage,
	"opportunity_owner": change_owner,
	"expected_close_date": change_close_date,
}
