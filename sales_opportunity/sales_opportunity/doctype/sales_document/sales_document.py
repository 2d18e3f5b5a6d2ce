from typing import Any

from sales_opportunity.access.child_rows import ChildRow


class SalesDocument(ChildRow):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		file: DF.Attach
		goes_with_quotes: DF.Check
		language: DF.Link | None
		parent: DF.Data
		parentfield: DF.Data
		parenttype: DF.Data
		title: DF.Data | None
	# end: auto-generated types

	def __init__(self, *args: Any, **kwargs: Any) -> None:
		"""Let new rows go with quotes: the framework sets no defaults in rows that are added to a stored document."""
		super().__init__(*args, **kwargs)
		if self.goes_with_quotes is None:
			self.goes_with_quotes = 1
