"""Documents of other apps that follow from deals or belong to their partners, told by these apps through a hook.

An app names a function per DocType by the hook `sales_documents`. It takes the names of opportunities, and the DocType and name
of a partner or two times None, and returns a `DealDocument` for each document of these deals and of this partner.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

import frappe

from sales_opportunity.framework.registry import registered


@dataclass(frozen=True)
class DealDocument:
	"""A document: what it comes to in its own currency and net in that of deals' base amounts, its status in the user's language.

	`opportunity` is None if it is of no deal, `base_amount` if no exchange rate is known; `person` is the user who made it.
	"""

	doctype: str
	name: str
	opportunity: str | None
	moment: datetime | date | str
	status: str
	person: str
	amount: float
	currency: str
	base_amount: float | None


def documents_of(
	opportunities: Iterable[str], party_type: str | None = None, party: str | None = None
) -> Iterator[DealDocument]:
	"""Yield the documents of deals and of a partner that the user may read."""
	names = list(opportunities)
	for doctype, path in registered("sales_documents").items():
		if not frappe.has_permission(doctype, "read"):
			continue
		found = frappe.get_attr(path)(names, party_type, party)
		wanted = {document.name for document in found}
		readable = (
			set(frappe.get_list(doctype, {"name": ("in", sorted(wanted))}, pluck="name")) if wanted else set()
		)
		yield from (document for document in found if document.name in readable)
