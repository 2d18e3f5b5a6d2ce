"""Writing an opportunity that follows from something else than its own form."""

from typing import TYPE_CHECKING

import frappe

from sales_opportunity.sales_opportunity.doctype.sales_opportunity_change.history import record_change

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)


def store_synced(doc: "SalesOpportunity") -> None:
	"""Store an opportunity whose values follow from its quote, with fact of change, version and notifications.

	Nothing is asked that its own user may owe by now: a field that became mandatory, a master that was disabled, a
	requirement of the stage. Else a customer's answer would fail for it. Needs `load_doc_before_save` before the change.
	"""
	doc.set_user_and_timestamp()
	doc.set_parent_in_children()
	doc.set_name_in_children()
	doc.db_update()
	doc.update_children()
	record_change(doc)
	frappe.clear_document_cache(doc.doctype, doc.name)
	doc.notify_update()
	doc.save_version()
	send_notifications(doc)


def send_notifications(doc: "SalesOpportunity") -> None:
	"""Send the Notifications that an admin has set up for a changed opportunity; one that fails is logged."""
	for event in ("on_update", "on_change"):
		try:
			doc.run_notifications(event)
		except Exception:
			frappe.log_error("Notification failed", reference_doctype=doc.doctype, reference_name=doc.name)
