"""What the framework's own merging of two partners leaves to do."""

from typing import TYPE_CHECKING

import frappe

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.business_partner.business_partner import BusinessPartner


def lock_opportunities(party_type: str, partners: list[str]) -> None:
	"""Lock the opportunities of the partners before the framework locks these: the order of all others."""
	filters = {"party_type": party_type, "party": ("in", partners)}
	frappe.db.get_values("Sales Opportunity", filters, order_by="name asc", for_update=True)


def unlink_twice_linked(partner: str) -> None:
	"""Leave one link of each contact and address to the partner, where it was linked to both."""
	seen = set()
	filters = {"link_doctype": "Business Partner", "link_name": partner}
	for row in frappe.get_all("Dynamic Link", filters, ["name", "parent", "parenttype"], order_by="idx"):
		if (row.parenttype, row.parent) in seen:
			frappe.db.delete("Dynamic Link", {"name": row.name})
		seen.add((row.parenttype, row.parent))


def rename_on_closed_opportunities(partner: "BusinessPartner") -> None:
	"""Write the partner's name onto its closed opportunities, which follow no correction but are one partner's now.

	Quotes keep the name that stands on their paper.
	"""
	closed = {"party_type": partner.doctype, "party": partner.name, "status": ("!=", "Open")}
	frappe.db.set_value(
		"Sales Opportunity", closed, "party_name", partner.partner_name, update_modified=False
	)
