import frappe
from frappe import _
from frappe.utils import getdate

from sales_opportunity.inputs.documents import CheckedDocument


class CampaignDatesError(frappe.ValidationError):
	pass


class SalesCampaign(CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		campaign_name: DF.Data
		cost: DF.Currency
		description: DF.SmallText | None
		enabled: DF.Check
		end_date: DF.Date | None
		source: DF.Link | None
		start_date: DF.Date | None
	# end: auto-generated types

	def validate(self) -> None:
		if self.start_date and self.end_date and getdate(self.end_date) < getdate(self.start_date):
			frappe.throw(_("The campaign ends before it begins. Correct its dates."), CampaignDatesError)
