"""Requests say what their documents come to, a new field: it is filled with what was asked for.

Runs twice without harm.
"""

import frappe


def execute() -> None:
	"""Let requests with a document of another app say what it comes to: as far as is known, what was asked for."""
	request = frappe.qb.DocType("Fulfilment Request")
	(
		frappe.qb.update(request)
		.set(request.document_total, request.net_total)
		.set(request.base_document_total, request.base_net_total)
		.where(request.reference_name.isnotnull() & (request.document_total == 0))
	).run()
