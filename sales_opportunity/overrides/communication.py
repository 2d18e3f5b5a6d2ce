"""The framework's messages, where they are about documents of this app."""

from frappe.core.doctype.communication.communication import Communication

from sales_opportunity.framework.ownership import is_own


class PlainCommunication(Communication):
	"""A message that offers nobody to unsubscribe from a deal: whoever clicked there would get no quote of it any more."""

	def get_unsubscribe_message(self) -> str:
		"""Return the text of the link to unsubscribe, as the framework does; none for documents of this app."""
		return "" if is_own(self.reference_doctype) else super().get_unsubscribe_message()
