"""ERPNext's payment terms, and its Terms and Conditions, as text on a quote."""

import frappe
from frappe.utils import strip_html

from sales_opportunity.sales_opportunity.doctype.quote_text.quote_text import filled_in


def payment_terms_text(template: str | None) -> str | None:
	"""Return what a Payment Terms Template says: the description of each of its terms, else the template's name."""
	if not template:
		return None
	doc = frappe.get_cached_doc("Payment Terms Template", template)
	lines = [strip_html(row.description or "").strip() for row in doc.terms]
	return "\n".join(line for line in lines if line) or doc.template_name


def agreed_template(customer: str, text: str | None) -> str | None:
	"""Return the customer's template if the quote still says what it says, None if other terms were agreed."""
	template = frappe.get_cached_value("Customer", customer, "payment_terms")
	return template if template and (payment_terms_text(template) or "") == (text or "") else None


def selling_terms(name: str | None) -> str | None:
	"""Return Terms and Conditions if they are for sales and not disabled."""
	is_used = name and frappe.db.exists("Terms and Conditions", {"name": name, "disabled": 0, "selling": 1})
	return name if is_used else None


def conditions(name: str, quote: dict) -> str | None:
	"""Return what Terms and Conditions say on a quote, filled in with the names of a quotation's fields, too (a hook).

	Raises `TemplateTextError` for those that cannot be filled in, or reach beyond the quote.
	"""
	terms = frappe.db.get_value("Terms and Conditions", name, "terms")
	known = {
		"transaction_date": quote["quote_date"],
		"customer": quote["party"],
		"customer_name": quote["party_name"],
	}
	return (
		filled_in({"title": name, "content": terms}, "content", quote, known={**quote, **known})
		if terms
		else None
	)
