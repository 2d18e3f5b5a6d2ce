"""Quotes that a scene begins with: made, issued and linked as the desk does it, without clicks that other scenes prove."""

from desk import Desk

DOCTYPES = "sales_opportunity.sales_opportunity.doctype"
CREATE = f"{DOCTYPES}.sales_opportunity.mapper.create_quote"
MAKE_LINK = f"{DOCTYPES}.quote_customer_link.quote_customer_link.make_link"


def create_quote(desk: Desk, opportunity: str) -> str:
	"""Make a draft quote from an opportunity and return its name."""
	return desk.call(CREATE, opportunity=opportunity, valid_until="2099-12-31")


def read_quote(desk: Desk, quote: str) -> dict:
	"""Return a quote."""
	return desk.call("frappe.client.get", doctype="Quote", name=quote)


def issue(desk: Desk, quote: dict) -> None:
	"""Store what a draft quote says, and issue it."""
	desk.call("frappe.client.submit", doc=desk.call("frappe.client.save", doc=quote))


def make_link(desk: Desk, quote: str) -> str:
	"""Return the address of a page for the customer of a quote."""
	return desk.call(MAKE_LINK, quote=quote)
