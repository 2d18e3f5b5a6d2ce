"""Lets a deal be with what its partner has become: the customer that was made of a lead."""

from typing import TYPE_CHECKING

from frappe import _

from sales_opportunity.masters.adapters import get_party

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)


def point_to_party(opportunity: "SalesOpportunity", party_type: str, party: str) -> None:
	"""Store another partner on a won opportunity, and say so in its timeline; its papers stay as they were issued.

	Whoever may win the opportunity was checked there.
	"""
	former = opportunity.party_type, opportunity.party
	if former == (party_type, party):
		return
	opportunity.db_set(
		{"party_type": party_type, "party": party, "party_name": get_party(party_type, party).title},
		notify=True,
	)
	opportunity.add_comment(
		"Info",
		_("is now with {0} {1}, which was {2} {3}").format(_(party_type), party, _(former[0]), former[1]),
	)
