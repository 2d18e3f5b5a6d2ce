import frappe
from frappe.model.document import Document
from frappe.utils.jinja import validate_template

from sales_opportunity.sales_opportunity.doctype.quote_text.selection import best_text


class QuoteText(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		class_id: DF.Link | None
		content: DF.TextEditor
		enabled: DF.Check
		language: DF.Link
		text_type: DF.Literal["Introduction", "Closing Text", "Terms"]
		title: DF.Data
	# end: auto-generated types

	def validate(self):
		validate_template(self.content)


def rendered_text(quote, text_type: str) -> str:
	"""Return the standard text of a type for the quote's class and language, rendered with the quote as `doc`.

	The template is an admin's and runs in the framework's sandbox. Empty if no text fits.
	"""
	texts = frappe.get_all(
		"Quote Text",
		{"text_type": text_type, "enabled": 1},
		["content", "language", "class_id"],
		order_by="title asc",
	)
	text = best_text(texts, quote.class_id, quote.language)
	return frappe.render_template(text["content"], {"doc": quote}) if text else ""
