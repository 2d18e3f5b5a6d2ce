"""Reports that are nothing but a query: filters that are left empty are NULL in it, so that none has to be filled in."""

import re

from sales_opportunity.reporting.filters import plain

PARAMETER = re.compile(r"%\((\w+)\)s")


def with_all_parameters(query: str | None, filters: dict | list | None) -> dict:
	"""Return the filters with None for each parameter of the query that has no value. Raises as `plain` for lists and the like."""
	values = plain(dict(filters or {}))
	return {**values, **{name: values.get(name) or None for name in PARAMETER.findall(query or "")}}
