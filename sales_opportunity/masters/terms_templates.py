"""Terms of sale that other apps keep: chosen on a quote or by its class, and written into the quote's terms.

An app registers its DocType by the hook `sales_terms`, with the dotted path of a function that takes a name and a quote's
values and returns the text as HTML.
"""

import frappe

from sales_opportunity.framework.linked_fields import link_to, remaining
from sales_opportunity.framework.registry import last_path, last_type

LINKED_FIELDS = {"Quote": "terms_template", "Class ID": "terms_template"}


def terms_type() -> str | None:
	"""Return the DocType of terms, that of the last installed app, None without one."""
	return last_type("sales_terms")


def terms_text(name: str, quote: dict) -> str:
	"""Return what terms say on a quote, empty if no app knows them any more."""
	path = last_path("sales_terms")
	return (frappe.get_attr(path)(name, quote) if path else None) or ""


def link_terms_fields(leaving: str | None = None) -> None:
	"""Let quotes and classes link to the terms that an app keeps, or hide the field where none does. Runs twice without harm."""
	link_to(remaining(terms_type(), leaving), LINKED_FIELDS)
