import frappe
from frappe.model.document import Document


class SalesOpportunityChange(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		base_amount: DF.Currency
		base_weighted_amount: DF.Currency
		changed_by: DF.Link | None
		changed_on: DF.Datetime
		class_id: DF.Link | None
		company: DF.Data | None
		company_currency: DF.Link | None
		conversion_rate: DF.Float
		expected_close_date: DF.Date | None
		is_first: DF.Check
		opportunity: DF.Link
		opportunity_owner: DF.Link | None
		previous_amount: DF.Currency
		previous_base_amount: DF.Currency
		previous_base_weighted_amount: DF.Currency
		previous_conversion_rate: DF.Float
		previous_expected_close_date: DF.Date | None
		previous_probability: DF.Percent
		previous_stage: DF.Link | None
		previous_status: DF.Literal["", "Open", "Won", "Lost"]
		previous_transaction_currency: DF.Link | None
		probability: DF.Percent
		stage: DF.Link | None
		status: DF.Literal["Open", "Won", "Lost"]
		transaction_currency: DF.Link | None
	# end: auto-generated types


def on_doctype_update() -> None:
	"""Let the last fact of every opportunity before a day be found in the index alone."""
	frappe.db.add_index("Sales Opportunity Change", ["opportunity", "changed_on"])
