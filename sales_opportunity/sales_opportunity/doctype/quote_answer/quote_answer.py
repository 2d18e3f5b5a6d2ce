from typing import NoReturn

import frappe
from frappe import _

from sales_opportunity.inputs.documents import CheckedDocument


class AnswerKeptError(frappe.ValidationError):
	"""An answer is evidence: it is neither changed nor deleted."""


class QuoteAnswer(CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		answer: DF.Literal["Accepted", "Declined", "Question"]
		answered_on: DF.Datetime
		channel: DF.Literal["Customer's Page", "Desk"]
		consent: DF.SmallText | None
		customer_link: DF.Link | None
		entered_by: DF.Link | None
		ip_address: DF.Data | None
		message: DF.Text | None
		pdf_sha256: DF.Data | None
		person_name: DF.Data | None
		quote: DF.Link
		signature_file: DF.Link | None
		signature_sha256: DF.Data | None
		signature_type: DF.Literal["", "Drawn", "Typed"]
		signature_url: DF.Data | None
		user_agent: DF.SmallText | None
	# end: auto-generated types

	def validate(self) -> None:
		self.validate_unchanged()

	def on_trash(self) -> NoReturn:
		self.refuse_change()

	def validate_unchanged(self) -> None:
		"""Raise `AnswerKeptError` if the answer was stored before."""
		if not self.is_new():
			self.refuse_change()

	def refuse_change(self) -> NoReturn:
		"""Raise `AnswerKeptError`."""
		frappe.throw(
			_(
				"The answer to quote {0} is kept as it was given. It can be neither changed nor deleted."
			).format(frappe.bold(self.quote)),
			AnswerKeptError,
		)
