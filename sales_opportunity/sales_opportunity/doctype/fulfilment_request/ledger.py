"""What was sold with an opportunity and what of it has been requested, line by line."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

import frappe

from sales_opportunity.deal.request_status import RequestStatus
from sales_opportunity.framework.locking import lock_gate, lock_opportunity, lock_opportunity_of
from sales_opportunity.framework.registry import registered
from sales_opportunity.masters.adapters import get_item
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.quantities import open_quantity

KINDS = ("Billing", "Shipping")
"""What every site can request."""

ORDER = "Order"
"""What can be requested where an app makes orders."""


@dataclass(frozen=True)
class SoldLine:
	"""A line of a won opportunity (`row`) and the sum of what requests of one kind took of it."""

	row: frappe._dict
	is_service: bool
	requested: Decimal = Decimal(0)
	requested_amount: Decimal = Decimal(0)
	requested_base_amount: Decimal = Decimal(0)
	done: Decimal = Decimal(0)

	@property
	def open(self) -> Decimal:
		"""The quantity that no request has taken yet."""
		return open_quantity(self.row.quantity, self.requested)


def kinds() -> tuple[str, ...]:
	"""Return what can be requested on this site, in the order of the work."""
	return (ORDER, *KINDS) if ORDER in registered("sales_fulfilment_providers") else KINDS


def lock(opportunity: str) -> None:
	"""Let this transaction alone change requests, and no other one change this opportunity, until it ends.

	One lock for all requests comes first: locking reads also lock the gaps into which requests of other
	opportunities are inserted, and two transactions that both did so would wait for each other.
	"""
	lock_gate("Fulfilment Request")
	lock_opportunity(opportunity)


def lock_of_request(name: str) -> None:
	"""Lock as `lock` does, for the opportunity of a stored request."""
	lock_gate("Fulfilment Request")
	lock_opportunity_of("Fulfilment Request", name)


def sold_lines(
	opportunity: str, kind: str, without: str | None = None, for_update: bool = False
) -> dict[str, SoldLine]:
	"""Return all lines of the opportunity by their row's name, with what is requested in `kind`.

	`without` leaves one request out. With `for_update` nothing is missed that was committed since this
	transaction began; `lock` must have been called before.
	"""
	rows = frappe.db.get_values(
		"Sales Opportunity Item",
		{"parent": opportunity, "parenttype": "Sales Opportunity"},
		"*",
		order_by="idx asc",
		as_dict=True,
		for_update=for_update,
	)
	parts = requested_parts(opportunity, kind, without, for_update)
	return {row.name: line_with_requests(row, parts.get(row.name, [])) for row in rows}


def line_with_requests(row: frappe._dict, parts: Iterable) -> SoldLine:
	"""Return a line of an opportunity together with the sums of its requested parts."""
	return SoldLine(
		row=row,
		is_service=get_item(row.item_type, row.item).is_service,
		requested=sum((to_decimal(part.quantity) for part in parts), Decimal(0)),
		requested_amount=sum((to_decimal(part.amount) for part in parts), Decimal(0)),
		requested_base_amount=sum((to_decimal(part.base_amount) for part in parts), Decimal(0)),
		done=sum((to_decimal(part.quantity) for part in parts if part.is_done), Decimal(0)),
	)


def requested_parts(
	opportunity: str, kind: str, without: str | None = None, for_update: bool = False
) -> dict[str, list]:
	"""Return the lines of all requests of a kind that are not cancelled, by the opportunity's row."""
	requests = frappe.db.get_values(
		"Fulfilment Request",
		{
			"opportunity": opportunity,
			"kind": kind,
			"status": ("!=", RequestStatus.CANCELLED),
			"name": ("!=", without or ""),
		},
		["name", "status"],
		as_dict=True,
		for_update=for_update,
	)
	status = {request.name: request.status for request in requests}
	if not status:
		return {}
	parts = frappe.db.get_values(
		"Fulfilment Request Item",
		{"parent": ("in", list(status))},
		["parent", "opportunity_item", "quantity", "amount", "base_amount"],
		as_dict=True,
		for_update=for_update,
	)
	for part in parts:
		part.is_done = status[part.parent] == RequestStatus.DONE
	by_row = sorted(parts, key=lambda part: part.opportunity_item)
	return {row: list(group) for row, group in groupby(by_row, key=lambda part: part.opportunity_item)}


def open_freight(opportunity: str, kind: str) -> tuple[Decimal, Decimal, str | None]:
	"""Return what no request of the kind has taken of the freight, net and in the company's currency, and the name of its tax rate.

	`lock` must have been called before.
	"""
	sold = frappe.db.get_value(
		"Sales Opportunity",
		opportunity,
		["net_freight", "base_net_freight", "freight_tax_rate"],
		as_dict=True,
		for_update=True,
	)
	takers = frappe.db.get_values(
		"Fulfilment Request",
		{"opportunity": opportunity, "kind": kind, "status": ("!=", RequestStatus.CANCELLED)},
		["freight", "base_freight"],
		as_dict=True,
		for_update=True,
	)
	return (
		to_decimal(sold.net_freight) - sum((to_decimal(taker.freight) for taker in takers), Decimal(0)),
		to_decimal(sold.base_net_freight)
		- sum((to_decimal(taker.base_freight) for taker in takers), Decimal(0)),
		sold.freight_tax_rate,
	)


def is_requestable(line: SoldLine, kind: str) -> bool:
	"""Return whether a line can be requested in this kind at all: services and deductions are ordered and billed, but not shipped."""
	return kind != "Shipping" or not (line.is_service or line.row.deduction)
