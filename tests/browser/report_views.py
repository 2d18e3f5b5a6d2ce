"""Reports as they are shown on the desk."""

from desk import Desk

REFRESH = "() => { frappe.views.QueryReport.prototype.refresh.call(frappe.query_report); }"
"""A refresh past the framework's throttle, which drops one that comes soon after another; what it promises is never
kept if another one overtakes it."""


def refresh_report(desk: Desk) -> None:
	"""Let the open report show what its filters say, when all that they had put off is done."""
	desk.settle()
	desk.page.evaluate(REFRESH)
	desk.settle()
