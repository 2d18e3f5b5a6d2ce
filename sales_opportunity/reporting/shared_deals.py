"""The parts of people in the deals that they share: read one by one, for only so are they right to the cent."""

from collections.abc import Iterable, Iterator

import frappe

from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.pricing.shares import Percentages, divided, percentages
from sales_opportunity.reporting.query import OPPORTUNITY, joined_with_rows
from sales_opportunity.reporting.sharing import PERSON, SHARE, Sharing


def filters_without_shared(filters: frappe._dict) -> frappe._dict:
	"""Return the filters for what the database adds up: all deals of a report but those that people share."""
	return frappe._dict(filters, sharing=Sharing.ALONE) if filters.sharing else filters


def filters_of_shared(filters: frappe._dict) -> frappe._dict:
	"""Return the filters for the deals that people share."""
	return frappe._dict(filters, sharing=Sharing.SHARED)


def people_of_deals(filters: frappe._dict) -> dict[str, Percentages]:
	"""Return by name what each person has of the shared deals that the filters let through."""
	share, table = frappe.qb.DocType(SHARE), frappe.qb.DocType(OPPORTUNITY)
	rows = (
		joined_with_rows(SHARE, filters_of_shared(filters))
		.select(share.parent, table[PERSON], share.user, share.percentage)
		.orderby(share.parent, share.idx)
		.run()
	)
	owners, colleagues = {}, {}
	for name, owner, user, percentage in rows:
		owners[name] = owner
		colleagues.setdefault(name, {})[user] = to_decimal(percentage)
	return {name: percentages(owner, colleagues[name]) for name, owner in owners.items()}


def parts_of_people(
	rows: Iterable[frappe._dict], amounts: tuple[str, ...], filters: frappe._dict
) -> Iterator[tuple[str, frappe._dict]]:
	"""Yield everybody who has a part in shared deals with the deal's row, whose `amounts` are that person's part.

	A row has the deal's `name`, and amounts in the company's currency. Filters on a person let that one through alone.
	"""
	people, places = people_of_deals(filters), decimal_places(company_currency())
	for row in rows:
		parts = {field: divided(to_decimal(row[field]), people[row.name], places) for field in amounts}
		for person in people[row.name]:
			if filters.get(PERSON) in (None, "", person):
				yield person, frappe._dict(row, **{field: part[person] for field, part in parts.items()})
