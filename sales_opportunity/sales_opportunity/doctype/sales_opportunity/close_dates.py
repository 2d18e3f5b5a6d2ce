"""Giving an open opportunity another close date, from the list as from the board."""

from collections.abc import Callable
from datetime import date

import frappe
from frappe import _
from frappe.utils import getdate

from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import OpportunityClosedError


def change_close_date(opportunity: str, day_after: Callable[[date | None], date | None]) -> date | None:
	"""Let the close date be what `day_after` makes of the present one, and return it.

	Saves through the document, so that all rules hold and the history tells of it. Raises `OpportunityClosedError` for a
	closed deal, `frappe.PermissionError` without write permission, and what `day_after` and saving raise.
	"""
	doc = frappe.get_doc("Sales Opportunity", opportunity, for_update=True)
	doc.check_permission("write")
	if doc.status != "Open":
		frappe.throw(
			_("The opportunity is closed: its close date no longer changes."), OpportunityClosedError
		)
	day = doc.expected_close_date
	doc.expected_close_date = day_after(getdate(day) if day else None)
	doc.save()
	return doc.expected_close_date
