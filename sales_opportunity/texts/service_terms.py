"""From when until when a recurring line is served, in words."""

from datetime import date

from frappe import _

from sales_opportunity.pricing.recurrence import term_end
from sales_opportunity.texts.formatting import format_date


def service_term(start: date, recurrence: str, periods: int, language: str) -> str:
	"""Return the first and the last day of a term that begins with `start`, written as in the language."""
	days = (start, term_end(start, recurrence, periods))
	return _("Service from {0} to {1}").format(*(format_date(day, language) for day in days))
