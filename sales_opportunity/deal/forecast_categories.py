"""The forecast categories that stages give to deals."""

from collections.abc import Iterable

import frappe

OMITTED = "Omitted"
"""That of what no forecast counts."""

COMMIT = "Commit"
"""That of what is as good as promised."""


def forecast_categories() -> Iterable[str]:
	"""Return the categories that a stage can have."""
	return (frappe.get_meta("Qualification Stage").get_options("forecast_category") or "").split("\n")
