import frappe
from frappe.model.document import Document


class SalesPipelineSnapshot(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		base_amount: DF.Currency
		base_weighted_amount: DF.Currency
		class_id: DF.Link | None
		company: DF.Data | None
		company_currency: DF.Link | None
		conversion_rate: DF.Float
		expected_close_date: DF.Date | None
		opportunity: DF.Data
		opportunity_owner: DF.Link | None
		party: DF.DynamicLink | None
		party_name: DF.Data | None
		party_type: DF.Link | None
		probability: DF.Percent
		snapshot_date: DF.Date
		stage: DF.Link | None
		status: DF.Literal["Open", "Won", "Lost"]
		transaction_currency: DF.Link | None
	# end: auto-generated types


def on_doctype_update() -> None:
	"""Let the database guard that an opportunity has one row a day, and index what a day expected of a period."""
	frappe.db.add_unique(
		"Sales Pipeline Snapshot", ["snapshot_date", "opportunity"], "unique_day_opportunity"
	)
	frappe.db.add_index("Sales Pipeline Snapshot", ["snapshot_date", "status", "expected_close_date"])
