"""The first rows of a query, and how many it has."""

from typing import TYPE_CHECKING, Any

from frappe.query_builder.functions import Count

if TYPE_CHECKING:
	from pypika.queries import QueryBuilder

SHOWN = 20
"""How many rows of each kind are loaded; the others are counted."""


def first_rows(query: "QueryBuilder", fields: tuple, *order: Any) -> dict:
	"""Return how many rows a query has, and its first ones."""
	count = query.select(Count("*")).run()[0][0]
	ordered = query.select(*fields)
	for column in order:
		ordered = ordered.orderby(column)
	return {"count": count, "rows": ordered.limit(SHOWN).run(as_dict=True)}
