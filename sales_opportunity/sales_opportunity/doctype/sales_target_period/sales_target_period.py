from sales_opportunity.access.child_rows import ChildRow


class SalesTargetPeriod(ChildRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		company_currency: DF.Link | None
		deals: DF.Int
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		period: DF.Literal[
			"January",
			"February",
			"March",
			"April",
			"May",
			"June",
			"July",
			"August",
			"September",
			"October",
			"November",
			"December",
			"Quarter 1",
			"Quarter 2",
			"Quarter 3",
			"Quarter 4",
		]
		period_start: DF.Date | None
	# end: auto-generated types
