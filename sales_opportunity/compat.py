"""What differs between Frappe 15 and 16, in one place."""

try:
	from frappe.tests import IntegrationTestCase
except ImportError:
	from frappe.tests.utils import FrappeTestCase as IntegrationTestCase

__all__ = ["IntegrationTestCase", "url_fetcher"]


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
