from typing import NoReturn

import frappe
from frappe import _

from sales_opportunity.inputs.documents import CheckedDocument


class ReleaseKeptError(frappe.ValidationError):
	"""What was released, and by whom, is neither changed nor deleted."""


class QuoteRelease(CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		action: DF.Literal["Requested", "Released", "Refused", "Voided", "Worsened"]
		base_gross_total: DF.Currency
		base_net_total: DF.Currency
		class_id: DF.Link | None
		company_currency: DF.Link | None
		discount_percentage: DF.Float
		happened_on: DF.Datetime
		margin_known: DF.Check
		margin_percentage: DF.Percent
		note: DF.SmallText | None
		party: DF.Data | None
		person: DF.Link
		quote: DF.Link
		quote_number: DF.Data | None
		released_roles: DF.SmallText | None
		tasks: DF.SmallText | None
	# end: auto-generated types

	def validate(self) -> None:
		if not self.is_new():
			self.refuse_change()

	def on_trash(self) -> NoReturn:
		self.refuse_change()

	def refuse_change(self) -> NoReturn:
		"""Raise `ReleaseKeptError`."""
		frappe.throw(
			_(
				"What happened to the release of quote {0} is kept. It can be neither changed nor deleted."
			).format(frappe.bold(self.quote)),
			ReleaseKeptError,
		)
