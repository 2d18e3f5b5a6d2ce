"""What happens to an order in ERPNext, seen from its deal."""

from typing import TYPE_CHECKING

import frappe

if TYPE_CHECKING:
	from frappe.model.document import Document


def free_quantities(doc: "Document", method: str | None = None) -> None:
	"""Hook of orders that are cancelled or deleted: cancel the request that the order was made of."""
	name = doc.get("fulfilment_request")
	if not name or not frappe.db.exists("Fulfilment Request", name):
		return
	request = frappe.get_doc("Fulfilment Request", name, for_update=True)
	if request.reference_name != doc.name:
		return
	if method == "on_trash":
		request.forget_document()
	if request.status == "Open":
		# Whoever may cancel the order was checked there, whether they may change the request or not.
		request.move_to("Cancelled", ignore_permissions=True)
