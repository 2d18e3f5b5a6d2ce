from sales_opportunity.access.child_rows import ChildRow


class ClassIDCadenceStep(ChildRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		activity: DF.Literal["Call", "Email", "Meeting", "Task"]
		days_after: DF.Int
		disabled: DF.Check
		event: DF.Literal["Stage Entered", "Quote Sent", "Quote Opened"]
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		stage: DF.Link | None
		subject: DF.Data | None
	# end: auto-generated types
