import frappe
from frappe import _
from frappe.utils import flt, getdate

from sales_opportunity.files.going_documents import attach_documents, validate_documents
from sales_opportunity.inputs.documents import CheckedDocument
from sales_opportunity.printing.item_pictures import warn_of_picture


class PriceListError(frappe.ValidationError):
	pass


class PartError(frappe.ValidationError):
	pass


class SalesItem(CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from sales_opportunity.sales_opportunity.doctype.sales_document.sales_document import SalesDocument
		from sales_opportunity.sales_opportunity.doctype.sales_item_part.sales_item_part import SalesItemPart
		from sales_opportunity.sales_opportunity.doctype.sales_item_price.sales_item_price import (
			SalesItemPrice,
		)
		from sales_opportunity.sales_opportunity.doctype.sales_item_translation.sales_item_translation import (
			SalesItemTranslation,
		)

		cost: DF.Currency
		description: DF.TextEditor | None
		disabled: DF.Check
		documents: DF.Table[SalesDocument]
		image: DF.AttachImage | None
		item_code: DF.Data
		item_group: DF.Link | None
		item_name: DF.Data
		kind: DF.Literal["Goods", "Service"]
		lead_time_days: DF.Int
		parts: DF.Table[SalesItemPart]
		periods: DF.Int
		price: DF.Currency
		prices: DF.Table[SalesItemPrice]
		recurrence: DF.Literal["", "Monthly", "Quarterly", "Yearly"]
		tax_rate: DF.Link | None
		translations: DF.Table[SalesItemTranslation]
		unit: DF.Link
	# end: auto-generated types

	def validate(self) -> None:
		self.validate_prices()
		self.validate_parts()
		validate_documents(self, self.documents)
		warn_of_picture(self)

	def on_update(self) -> None:
		attach_documents(self, self.documents)

	def validate_prices(self) -> None:
		"""Raise `PriceListError`, with the row's number, for prices or days that cannot be meant."""
		for row in self.prices:
			if flt(row.price) < 0 or flt(row.minimum_quantity) < 0:
				frappe.throw(
					_("Row #{0}: Price and quantity must not be negative.").format(row.idx), PriceListError
				)
			if row.valid_from and row.valid_to and getdate(row.valid_to) < getdate(row.valid_from):
				frappe.throw(_("Row #{0}: The price ends before it begins.").format(row.idx), PriceListError)

	def validate_parts(self) -> None:
		"""Raise `PartError` for parts without quantity, and for parts that are made up of parts themselves."""
		for row in self.parts:
			if flt(row.quantity) <= 0:
				frappe.throw(_("Row #{0}: Enter the quantity of the part.").format(row.idx), PartError)
			if row.item == self.name:
				frappe.throw(_("Row #{0}: An item cannot be a part of itself.").format(row.idx), PartError)
			if frappe.db.exists("Sales Item Part", {"parent": row.item}):
				frappe.throw(
					_("Row #{0}: {1} has parts itself. Enter these instead.").format(
						row.idx, frappe.bold(row.item)
					),
					PartError,
				)
		whole = self.parts and frappe.db.get_value("Sales Item Part", {"item": self.name}, "parent")
		if whole:
			frappe.throw(
				_("This item is a part of {0}, so it can have no parts itself.").format(frappe.bold(whole)),
				PartError,
			)
