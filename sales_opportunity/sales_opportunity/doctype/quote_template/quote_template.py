import frappe
from frappe import _
from frappe.utils import flt

from sales_opportunity.deal.recurring import set_recurrence
from sales_opportunity.deal.switched_lines import validate_line
from sales_opportunity.inputs.documents import CheckedDocument
from sales_opportunity.masters.adapters import default_language, get_item
from sales_opportunity.sales_opportunity.doctype.quote_item.open_quantities import set_open_quantity
from sales_opportunity.sales_opportunity.doctype.quote_item.positions import NUMBERED
from sales_opportunity.sales_opportunity.doctype.quote_text.quote_text import require_fillable
from sales_opportunity.texts.rich_text import clean_template

TEXTS = ("introduction", "closing")


class TemplateLineError(frappe.ValidationError):
	pass


class QuoteTemplate(CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from sales_opportunity.sales_opportunity.doctype.quote_template_line.quote_template_line import (
			QuoteTemplateLine,
		)

		class_id: DF.Link | None
		closing: DF.TextEditor | None
		enabled: DF.Check
		introduction: DF.TextEditor | None
		items: DF.Table[QuoteTemplateLine]
		quote_language: DF.Link | None
		title: DF.Data
	# end: auto-generated types

	def validate(self) -> None:
		self.validate_lines()
		self.name_lines()
		self.validate_texts()

	def validate_lines(self) -> None:
		"""Raise `TemplateLineError`, with the row's number, for a line that no quote can have; what quotes raise for their terms."""
		before = self.get_doc_before_save()
		rows_before = {row.name: row for row in before.items} if before else {}
		for row in self.items:
			if row.row_type not in NUMBERED:
				set_open_quantity(row, None)
				continue
			row.quantity = 1 if row.quantity is None else row.quantity
			if not row.item or flt(row.quantity) <= 0:
				frappe.throw(_("Row #{0}: Enter an item and a quantity.").format(row.idx), TemplateLineError)
			if not 0 <= flt(row.discount_percentage) <= 100:
				frappe.throw(
					_("Row #{0}: The discount must lie between 0 and 100 %.").format(row.idx),
					TemplateLineError,
				)
			if flt(row.discount_amount) < 0:
				frappe.throw(
					_("Row #{0}: The discount must not be negative.").format(row.idx), TemplateLineError
				)
			if row.deduction and (flt(row.discount_percentage) or flt(row.discount_amount)):
				message = _("Row #{0}: A trade-in or credit has no discount. Enter its final price.")
				frappe.throw(message.format(row.idx), TemplateLineError)
			row_before = rows_before.get(row.name)
			validate_line(row, row_before)
			set_recurrence(row, row_before)
			set_open_quantity(row, row_before)

	def name_lines(self) -> None:
		"""Let lines say the name of their item, so that one can read them; another name is one that was written by hand."""
		for row in self.items:
			if row.row_type in NUMBERED and not row.item_name:
				row.item_name = get_item(
					row.item_type, row.item, self.quote_language or default_language()
				).title

	def validate_texts(self) -> None:
		"""Clean the texts and try their placeholders. Raises `TemplateTextError`."""
		for fieldname in TEXTS:
			self.set(fieldname, clean_template(self.get(fieldname)))
			if self.get(fieldname):
				require_fillable(self.get(fieldname), self.quote_language or default_language())
