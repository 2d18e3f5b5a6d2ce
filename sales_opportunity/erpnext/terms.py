"""ERPNext's payment terms as text on a quote."""

import frappe
from frappe.utils import strip_html


def terms_text(template: str | None) -> str | None:
	"""Return what a Payment Terms Template says: the description of each of its terms, else the template's name."""
	if not template:
		return None
	doc = frappe.get_cached_doc("Payment Terms Template", template)
	lines = [strip_html(row.description or "").strip() for row in doc.terms]
	return "\n".join(line for line in lines if line) or doc.template_name


def template_for(customer: str, text: str | None) -> str | None:
	"""Return the customer's template if the quote still says what it says, None if other terms were agreed."""
	template = frappe.get_cached_value("Customer", customer, "payment_terms")
	return template if template and (terms_text(template) or "") == (text or "") else None
