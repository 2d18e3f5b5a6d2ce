"""What differs between Frappe 15 and 16, and between the databases below them, in one place."""

from collections.abc import Callable
from functools import reduce
from operator import mul
from typing import TYPE_CHECKING, Any

import frappe
from frappe.utils import cint
from pypika.functions import Concat
from rq.timeouts import JobTimeoutException

if TYPE_CHECKING:
	from frappe.core.doctype.data_import.data_import import DataImport
	from pypika.queries import QueryBuilder, Selectable

try:
	from frappe.tests import IntegrationTestCase
except ImportError:
	from frappe.tests.utils import FrappeTestCase as IntegrationTestCase

__all__ = [
	"FIRST_DAY",
	"MOMENT_FILTERS",
	"NO_OBJECTION",
	"IntegrationTestCase",
	"failed_import",
	"joined_text",
	"moment_filters",
	"pdf_options",
	"place_field",
	"united",
	"url_fetcher",
	"use_delimiters",
]

NO_OBJECTION = True if cint(frappe.__version__.split(".")[0]) >= 16 else None
"""What a `has_permission` hook on another app's DocType returns if it has nothing to say.

Up to 15 the first answer decides, so that there must be none; since 16 all hooks are asked, and each has to agree.
"""


FIRST_DAY = "1900-01-01"
"""Before all days that anybody notes: lists take an empty one for the first of January of the year 1."""

MOMENT_FILTERS = {
	"mariadb": {"any": ["is", "set"], "none": ["is", "not set"]},
	"postgres": {"any": [">=", FIRST_DAY], "none": ["<", FIRST_DAY]},
}
"""How lists are asked for dates and moments that are there, and for empty ones.

For "is set" the framework's lists compare with an empty text, which PostgreSQL does not take for a moment.
"""


class PipedText(Concat):
	"""Texts one after the other, as SQLite writes it."""

	def get_function_sql(self, **kwargs: Any) -> str:
		"""Return the texts joined by `||`, as SQL."""
		return f"({' || '.join(part.get_sql(with_alias=False, **kwargs) for part in self.args)})"


def joined_text(*parts: Any) -> Concat:
	"""Return the term of these texts and terms one after the other; SQLite has a function for it since 3.44 only."""
	return PipedText(*parts) if frappe.db.db_type == "sqlite" else Concat(*parts)


def moment_filters() -> dict[str, list]:
	"""Return the list filters for `any` date or moment and for `none` that the site's database understands."""
	return MOMENT_FILTERS.get(frappe.db.db_type, MOMENT_FILTERS["mariadb"])


def united(*queries: "QueryBuilder") -> "Selectable":
	"""Return the query of all rows of these queries, of which none is in parentheses: SQLite would not read it."""
	queries[0].wrap_set_operation_queries = False
	return reduce(mul, queries)


def url_fetcher(find: Callable) -> Any:
	"""Return `find` as the `url_fetcher` of the installed WeasyPrint: a function before 68, an object since.

	`find` takes an address and returns a dict of `string` (bytes) and `mime_type`, or raises.
	"""
	try:
		from weasyprint.urls import URLFetcher, URLFetcherResponse
	except ImportError:
		return find

	class Fetcher(URLFetcher):
		def fetch(self, url: str, headers: Any = None) -> Any:
			found = find(url)
			return URLFetcherResponse(url, found["string"], {"Content-Type": found["mime_type"]})

	return Fetcher()


def pdf_options() -> dict:
	"""Return how a PDF is written: for archiving, and tagged for screen readers where WeasyPrint can do both."""
	import weasyprint

	options = {"pdf_variant": "pdf/a-3b", "pdf_identifier": True}
	if "pdf_tags" in getattr(weasyprint, "DEFAULT_OPTIONS", {}):
		options["pdf_tags"] = True
	return options


def failed_import(error: Exception) -> str:
	"""Return the status of a Data Import that was ended by an error; releases of 15 and 16 tell when its time was over."""
	statuses = frappe.get_meta("Data Import").get_field("status").options.split("\n")
	return "Timed Out" if isinstance(error, JobTimeoutException) and "Timed Out" in statuses else "Error"


def use_delimiters(data_import: "DataImport") -> None:
	"""Let tables that the framework reads be divided by what the Data Import says; since 16 it can say so."""
	if hasattr(data_import, "set_delimiters_flag"):
		data_import.set_delimiters_flag()


def place_field() -> str:
	"""Return in which field of Event the place of a meeting stands: `location`, where the framework has it, or our own."""
	location = frappe.get_meta("Event").get_field("location")
	return "location" if location and not location.get("is_custom_field") else "sales_place"
