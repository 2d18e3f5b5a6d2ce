"""Quotes of one deal that the seller offers together: their customer sees them side by side and accepts one."""

from typing import TYPE_CHECKING

import frappe
from frappe import _

from sales_opportunity.deal.quote_status import WAITING
from sales_opportunity.features import CHOICE, is_used
from sales_opportunity.framework.locking import retried
from sales_opportunity.inputs.arguments import read_list, whitelist

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote

MOST = 6
"""How many quotes can be looked at side by side."""


class TogetherError(frappe.ValidationError):
	"""These quotes cannot be offered together."""


def onload(quote: "Quote", method: str | None = None) -> None:
	"""Hook of opened quotes: tell the form whether there are others that can be offered together with it."""
	is_possible = is_used(CHOICE) and quote.status in WAITING
	quote.set_onload("can_offer_together", is_possible and len(waiting_quotes(quote.opportunity)) > 1)


@whitelist()
def candidates(quote: str) -> list[dict]:
	"""Return the quotes of the deal that wait for an answer.

	Each has `name`, `label`, `subject`, `gross_total`, `transaction_currency`, `offered_together`. Raises
	`frappe.PermissionError` without read permission on the quote.
	"""
	doc = frappe.get_doc("Quote", quote)
	doc.check_permission("read")
	fields = ["name", "label", "subject", "gross_total", "transaction_currency", "offered_together"]
	return frappe.get_list(
		"Quote",
		{"name": ("in", waiting_quotes(doc.opportunity) or [""])},
		fields,
		order_by="creation",
		limit=0,
	)


@whitelist(methods=["POST"])
@retried
def offer_together(quote: str, quotes: str | list) -> None:
	"""Offer exactly these quotes of the deal together, or none.

	Raises `frappe.PermissionError` without write permission on the quote, `TogetherError` for a single one, for more than
	`MOST`, and for quotes that do not wait for an answer of the same customer.
	"""
	doc = frappe.get_doc("Quote", quote, for_update=True)
	doc.check_permission("write")
	if not is_used(CHOICE):
		frappe.throw(_("The customer's choice is switched off in the settings."), TogetherError)
	names = {str(name) for name in read_list(quotes, _("Quotes"))}
	if len(names) == 1 or len(names) > MOST:
		frappe.throw(_("Choose two to {0} quotes, or none.").format(MOST), TogetherError)
	if names - set(waiting_quotes(doc.opportunity, for_update=True)):
		frappe.throw(
			_("Only issued quotes of the same opportunity that wait for an answer can be offered together."),
			TogetherError,
		)
	former = {"opportunity": doc.opportunity, "offered_together": 1}
	for name in sorted({*frappe.db.get_values("Quote", former, "name", for_update=True, pluck=True), *names}):
		frappe.db.set_value("Quote", name, "offered_together", int(name in names))


def waiting_quotes(opportunity: str, for_update: bool = False) -> list[str]:
	"""Return the deal's quotes that wait for an answer."""
	waiting = {"opportunity": opportunity, "status": ("in", WAITING)}
	return frappe.db.get_values("Quote", waiting, "name", for_update=for_update, pluck=True)
