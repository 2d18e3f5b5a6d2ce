from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.model import no_value_fields
from frappe.utils import get_fullname, getdate

from sales_opportunity.access.concealed import conceal
from sales_opportunity.access.permissions import require
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.inputs.documents import CheckedDocument
from sales_opportunity.sales_opportunity.doctype.quote_text.sandbox import (
	ERRORS,
	BoundedEnvironment,
	TooMuchWorkError,
)
from sales_opportunity.sales_opportunity.doctype.quote_text.selection import best_text
from sales_opportunity.texts.formatting import format_date, format_money
from sales_opportunity.texts.rich_text import clean, clean_template, placeholders_as_written

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote

CUSTOMER_PAGE = "https://customers-page.invalid/"
"""Stands in e-mails for the address of the customer's page, which is made when the e-mail is sent."""


NUMBERS = ("Currency", "Float", "Percent", "Int", "Check")


class TemplateTextError(frappe.ValidationError):
	pass


class QuoteText(CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		class_id: DF.Link | None
		content: DF.TextEditor
		enabled: DF.Check
		language: DF.Link
		subject: DF.Data | None
		text_type: DF.Literal["Introduction", "Closing Text", "Terms", "Email"]
		title: DF.Data
	# end: auto-generated types

	def validate(self) -> None:
		self.content = clean_template(self.content)
		self.validate_templates()

	def validate_templates(self) -> None:
		"""Try the template on an empty quote, so that its author sees the error and not a salesperson."""
		for template in (self.subject or "", self.content):
			text = require_fillable(template, self.language)
			if CUSTOMER_PAGE in text and (self.text_type != "Email" or template == self.subject):
				frappe.throw(
					_("The placeholder {0} is for the content of e-mails only.").format("customer_page"),
					TemplateTextError,
				)


def require_fillable(template: str, language: str) -> str:
	"""Return a template filled in from an empty quote. Raises `TemplateTextError`."""
	try:
		return render(template, sample_quote(language))
	except ERRORS as error:
		frappe.throw(
			_("The text has an error in a placeholder: {0}").format(error_text(error)),
			TemplateTextError,
		)


def sample_quote(language: str) -> dict:
	"""Return the fields of a quote with one line, all of their types and without content."""
	quote = frappe.new_doc("Quote").as_dict()
	quote["items"] = [frappe.new_doc("Quote Item").as_dict()]
	for values in (quote, *quote["items"]):
		for field in frappe.get_meta(values["doctype"]).fields:
			if field.fieldtype in NUMBERS:
				values[field.fieldname] = values.get(field.fieldname) or 0
			elif field.fieldtype not in no_value_fields:
				values.setdefault(field.fieldname, None)
	return {**quote, "quote_date": getdate(), "valid_until": getdate(), "language": language}


@whitelist()
def preview_text(content: str, quote: str) -> dict[str, str]:
	"""Return a text as it would stand on a quote: as `html`, or as `error` what is wrong with it. Saves nothing.

	Raises `frappe.PermissionError` unless the user may write texts and read the quote.
	"""
	require("Quote Text", "write")
	doc = frappe.get_doc("Quote", quote)
	doc.check_permission("read")
	try:
		return {"html": render(clean_template(content), conceal(doc.as_dict())), "error": ""}
	except ERRORS as error:
		return {"html": "", "error": error_text(error)}


def error_text(error: Exception) -> str:
	"""Return what is wrong with a template, with the line if the template engine knows it."""
	if isinstance(error, TooMuchWorkError | RecursionError):
		return _("The text would take too long or become too long. Use fewer and shorter loops.")
	line = getattr(error, "lineno", None)
	return _("Line {0}: {1}").format(line, error) if line else str(error)


def rendered_texts(quote: "Quote", types: dict[str, str]) -> dict[str, str]:
	"""Return for fields of the quote the standard text of their type for its class and language, filled in, each with those before it.

	Empty if no text fits.
	"""
	values, texts = quote.as_dict(), standard_texts(quote, tuple(types.values()))
	for fieldname, text_type in types.items():
		text = texts[text_type]
		values[fieldname] = filled_in(text, "content", values) if text else ""
	return {fieldname: values[fieldname] for fieldname in types}


def filled_in(
	text: dict, fieldname: str, quote: dict, is_html: bool = True, known: dict | None = None
) -> str:
	"""Return subject or content of a standard text, filled in. Raises `TemplateTextError`, which names the text.

	`known` are more values, which the template knows by their own names.

	A text that was right when it was saved goes wrong with a field that is removed from the quote since.
	"""
	try:
		return render(text[fieldname], quote, is_html, known)
	except ERRORS as error:
		frappe.throw(
			_("The text {0} cannot be filled in: {1}. Correct it, or ask your administrator to.").format(
				frappe.bold(text["title"]), error_text(error)
			),
			TemplateTextError,
		)


def standard_text(quote: "Quote", text_type: str) -> dict | None:
	"""Return `title`, `subject` and `content` of the text of a type that fits the quote's class and language best, or None."""
	return standard_texts(quote, (text_type,))[text_type]


def standard_texts(quote: "Quote", text_types: tuple[str, ...]) -> dict[str, dict | None]:
	"""Return the same by type, by one query."""
	if not text_types:
		return {}
	table = frappe.qb.DocType("Quote Text")
	texts = (
		frappe.qb.from_(table)
		.where(table.text_type.isin(text_types) & (table.enabled == 1))
		.select(table.title, table.subject, table.content, table.language, table.class_id, table.text_type)
		.orderby(table.title)
		.run(as_dict=True)
	)
	return {
		kind: best_text([text for text in texts if text.text_type == kind], quote.class_id, quote.language)
		for kind in text_types
	}


def render(template: str, quote: dict, is_html: bool = True, known: dict | None = None) -> str:
	"""Return a text with its placeholders filled in from the fields of a quote, which the template knows as `doc`.

	`known` are more values, by their own names.

	Texts are written by sales managers, who must not reach beyond the quote: the sandbox has neither the
	framework's functions nor the document's methods. `day(…)` and `money(…)` write dates and amounts in the
	quote's language; `sender` is the full name of the user; `customer_page` stands for an address. Values are escaped
	for HTML, and what comes out is cleaned, unless `is_html` is False. Raises one of `sandbox.ERRORS` for an unknown
	name, wrong syntax, or too much work.
	"""
	language, currency = quote["language"], quote.get("transaction_currency") or "EUR"
	text = BoundedEnvironment(autoescape=is_html).render(
		placeholders_as_written(template) if is_html else template,
		**{
			**(known or {}),
			"doc": dict(quote),
			"sender": get_fullname(),
			"customer_page": CUSTOMER_PAGE,
			"day": lambda value: format_date(value, language) if value else "",
			"money": lambda amount: format_money(amount, currency, language),
		},
	)
	return clean(text) if is_html else text
