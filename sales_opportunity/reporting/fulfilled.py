"""What of won deals is ordered and billed, by the requests of apps that make orders and invoices."""

from typing import TYPE_CHECKING

import frappe
from frappe.query_builder.functions import Coalesce, Sum
from pypika import Case
from pypika.terms import ValueWrapper

from sales_opportunity.deal.request_status import RequestStatus
from sales_opportunity.framework.registry import registered
from sales_opportunity.reporting.query import OPPORTUNITY

if TYPE_CHECKING:
	from pypika.queries import QueryBuilder
	from pypika.terms import Term

ORDER, BILLING = "Order", "Billing"


def fulfilled_kinds() -> set[str]:
	"""Return of which of both kinds an app says how far deals are: the kinds that it makes documents of."""
	return {ORDER, BILLING} & set(registered("sales_fulfilment_documents"))


def with_fulfilled(query: "QueryBuilder") -> "tuple[QueryBuilder, Term, Term]":
	"""Return a query of opportunities with the terms of what is billed of each, and of what is ordered and not billed yet.

	Both are shares of the deal's value in the company's currency, so that nothing counts twice; 0 where no app tells.
	"""
	if not fulfilled_kinds():
		return query, ValueWrapper(0), ValueWrapper(0)
	request = frappe.qb.DocType("Fulfilment Request")
	done = (
		frappe.qb.from_(request)
		.where((request.status == RequestStatus.DONE) & request.kind.isin(sorted(fulfilled_kinds())))
		.groupby(request.opportunity)
		.select(
			request.opportunity,
			*(
				Sum(Case().when(request.kind == kind, request.base_net_total).else_(0)).as_(name)
				for kind, name in ((ORDER, "ordered"), (BILLING, "billed"))
			),
		)
	)
	opportunity = frappe.qb.DocType(OPPORTUNITY)
	left = Case().when(done.ordered > done.billed, done.ordered - done.billed).else_(0)
	return query.left_join(done).on(done.opportunity == opportunity.name), Coalesce(done.billed, 0), left
