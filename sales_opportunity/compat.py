"""What differs between Frappe 15 and 16, in one place."""

import frappe
from frappe.utils import cint

try:
	from frappe.tests import IntegrationTestCase
except ImportError:
	from frappe.tests.utils import FrappeTestCase as IntegrationTestCase

__all__ = ["NO_OBJECTION", "IntegrationTestCase", "pdf_options", "url_fetcher"]

NO_OBJECTION = True if cint(frappe.__version__.split(".")[0]) >= 16 else None
"""What a `has_permission` hook on another app's DocType returns if it has nothing to say.

Up to 15 the first answer decides, so that there must be none; since 16 all hooks are asked, and each has to agree.
"""


def url_fetcher(find):
	"""Return `find` as the `url_fetcher` of the installed WeasyPrint: a function before 68, an object since.

	`find` takes an address and returns a dict of `string` (bytes) and `mime_type`, or raises.
	"""
	try:
		from weasyprint.urls import URLFetcher, URLFetcherResponse
	except ImportError:
		return find

	class Fetcher(URLFetcher):
		def fetch(self, url, headers=None):
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
