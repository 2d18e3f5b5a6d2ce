import hashlib
import hmac
import re
import secrets
from datetime import date, timedelta
from typing import NoReturn

import frappe
from frappe import _
from frappe.utils import add_days, cint, get_url, getdate, now_datetime

from sales_opportunity.activities.cadence_rules import QUOTE_OPENED
from sales_opportunity.deal.quote_cadence import follow_event
from sales_opportunity.deal.quote_status import SHOWN, WAITING
from sales_opportunity.features import CHOICE, is_used
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.inputs.documents import CheckedDocument
from sales_opportunity.notifications import notify, responsible

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
DAYS_AFTER_VALIDITY = 30


class LinkUnknownError(frappe.DoesNotExistError):
	"""There is no such link, or it is over; from outside these cannot be told apart."""


class LinkRefusedError(frappe.ValidationError):
	"""There can be no link to this quote."""


class QuoteCustomerLink(CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		expires_on: DF.Date
		first_opened: DF.Datetime | None
		last_opened: DF.Datetime | None
		quote: DF.Link
		recipient: DF.Data | None
		revoked: DF.Check
		revoked_by: DF.Link | None
		revoked_on: DF.Datetime | None
		token_hash: DF.Data | None
	# end: auto-generated types

	@property
	def is_usable(self) -> bool:
		"""Return whether the link still opens its quote's page."""
		return not self.revoked and getdate(self.expires_on) >= getdate()

	def validate_usable(self) -> None:
		"""Raise `LinkUnknownError` if the link was revoked or has expired."""
		if not self.is_usable:
			unknown_link()

	def quotes(self, for_update: bool = False) -> list[str]:
		"""Return which quotes the link opens: its own, and those that are offered together with it, the earliest first."""
		return offered_with(self.quote, for_update)

	def validate_opens(self, quote: str) -> None:
		"""Raise `LinkUnknownError` if the link, which was read for an update, opens neither this quote nor what became of it."""
		self.validate_usable()
		if quote == self.quote:
			return
		names = self.quotes(for_update=True)
		if quote not in names:
			successor = frappe.db.get_value("Quote", quote, "superseded_by", for_update=True)
			if successor not in names:
				unknown_link()

	def record_opening(self, shown: str | None = None) -> None:
		"""Store that the customer has the page open, on the quote that is `shown`, by default the link's, and its opportunity, too.

		The first time that a quote which waits for an answer is opened, whoever is responsible for it is told, and its
		class's cadence is followed.
		"""
		now = now_datetime()
		quote = frappe.get_doc("Quote", shown or self.quote, for_update=True)
		first_opened = frappe.db.get_value(self.doctype, self.name, "first_opened", for_update=True)
		self.db_set({"first_opened": first_opened or now, "last_opened": now}, update_modified=False)
		is_first = not quote.customer_opened_on
		quote.db_set("customer_opened_on", now, update_modified=False)
		frappe.db.set_value(
			"Sales Opportunity", quote.opportunity, "quote_opened_on", now, update_modified=False
		)
		if is_first and quote.status in WAITING:
			notify(quote, "customer_opened", responsible(quote))
			follow_event(quote, QUOTE_OPENED)


def offered_with(quote: str, for_update: bool = False) -> list[str]:
	"""Return the quote and those that are offered together with it, the earliest first: a link to one opens them all."""
	fields = ("opportunity", "offered_together", "status")
	own = frappe.db.get_value("Quote", quote, fields, as_dict=True, for_update=for_update)
	if not (own and own.offered_together and own.status in SHOWN and is_used(CHOICE)):
		return [quote]
	together = {"opportunity": own.opportunity, "offered_together": 1, "status": ("in", sorted(SHOWN))}
	return frappe.db.get_values(
		"Quote", together, "name", order_by="creation asc", for_update=for_update, pluck=True
	)


def create_link(quote: str, recipient: str | None = None) -> str:
	"""Return the address of a new page of the quote for its customer; it is not stored, only a hash of it is.

	The caller has to check the permission to write the quote. Raises `LinkRefusedError` for a draft, and for a
	quote that was superseded or cancelled.
	"""
	status, valid_until = frappe.db.get_value("Quote", quote, ["status", "valid_until"], for_update=True)
	if status not in SHOWN:
		frappe.throw(
			_("Quote {0} is {1}: it has no page for the customer.").format(
				frappe.bold(quote), _(status, context="Quote")
			),
			LinkRefusedError,
		)
	token = secrets.token_urlsafe(32)
	frappe.get_doc(
		{
			"doctype": "Quote Customer Link",
			"quote": quote,
			"recipient": recipient,
			"token_hash": hash_of(token),
			"expires_on": last_day(getdate(valid_until)),
		}
		# Nobody has the right to make links by hand; callers check the permission to write the quote.
	).insert(ignore_permissions=True)
	return get_url(f"/quote/{token}")


def last_day(valid_until: date) -> date:
	"""Return until when a link works: some days after the validity, if there still are days then."""
	days = days_after_validity()
	return add_days(min(max(valid_until, getdate()), date.max - timedelta(days=days)), days)


def find_link(token: str) -> QuoteCustomerLink:
	"""Return the link with this token. Raises `LinkUnknownError` if there is none that still works.

	The token is looked up by its hash, so how long that takes tells nothing about tokens that exist.
	"""
	if not isinstance(token, str) or not TOKEN.fullmatch(token):
		unknown_link()
	hashed = hash_of(token)
	name = frappe.db.get_value("Quote Customer Link", {"token_hash": hashed})
	if not name:
		unknown_link()
	link = frappe.get_doc("Quote Customer Link", name)
	if not hmac.compare_digest(link.token_hash, hashed):
		unknown_link()
	link.validate_usable()
	return link


def unknown_link() -> NoReturn:
	"""Raise `LinkUnknownError`, which tells nothing of what there is."""
	frappe.throw(_("This link does not work, or no longer does."), LinkUnknownError)


def redirect_links(quote: str, successor: str) -> None:
	"""Let the links to a quote lead to the one that its customer has made of it.

	When the quote itself was opened is said by others in their place, which open nothing.
	"""
	opened_on = frappe.db.get_value("Quote", quote, "customer_opened_on", for_update=True)
	frappe.db.set_value("Quote", successor, "customer_opened_on", opened_on, update_modified=False)
	led_on = {"quote": successor, "first_opened": None, "last_opened": None}
	for name in frappe.db.get_values(
		"Quote Customer Link", {"quote": quote, "revoked": 0}, "name", for_update=True, pluck=True
	):
		link = frappe.get_doc("Quote Customer Link", name, for_update=True)
		if link.first_opened:
			former = frappe.copy_doc(link, ignore_no_copy=False)  # without its address
			former.update({"revoked": 1, "revoked_on": now_datetime()})
			# The customer is a guest, whose right is the link's token, which was checked.
			former.insert(ignore_permissions=True)
		link.db_set(led_on, update_modified=False)


def hash_of(token: str) -> str:
	"""Return the SHA-256 of a token. It is random and long, so nothing is gained by a slow hash or a salt."""
	return hashlib.sha256(token.encode()).hexdigest()


def days_after_validity() -> int:
	"""Return for how many days after its quote's validity a link works."""
	return cint(frappe.get_cached_doc("Sales Opportunity Settings").customer_link_days) or DAYS_AFTER_VALIDITY


@whitelist()
def open_links(quote: str) -> list[dict]:
	"""Return the links that open the quote, latest first, without their addresses.

	Among them are those to quotes that are offered together with it. Raises `frappe.PermissionError` without read permission on the quote.
	"""
	frappe.get_doc("Quote", quote).check_permission("read")
	return frappe.get_list(
		"Quote Customer Link",
		open_links_to(offered_with(quote)),
		["name", "recipient", "creation", "expires_on", "first_opened", "last_opened"],
		order_by="creation desc",
	)


@whitelist(methods=["POST"])
def make_link(quote: str, recipient: str | None = None) -> str:
	"""Return the address of a new page for the customer, which can be read this once only.

	Raises `frappe.PermissionError` without write permission on the quote, and as `create_link` does.
	"""
	frappe.get_doc("Quote", quote, for_update=True).check_permission("write")
	return create_link(quote, recipient)


@whitelist(methods=["POST"])
def revoke_links(quote: str) -> int:
	"""Let no link open the quote any more, and return how many did.

	Links to quotes that are offered together with it end, too. Raises `frappe.PermissionError` without write permission on the quote.
	"""
	frappe.get_doc("Quote", quote).check_permission("write")
	links = open_links_to(offered_with(quote, for_update=True))
	names = frappe.db.get_values("Quote Customer Link", links, "name", for_update=True, pluck=True)
	for name in names:
		frappe.db.set_value(
			"Quote Customer Link",
			name,
			{"revoked": 1, "revoked_on": now_datetime(), "revoked_by": frappe.session.user},
		)
	return len(names)


def open_links_to(quotes: list[str]) -> dict:
	"""Return filters for the links to these quotes that still work."""
	return {"quote": ("in", quotes), "revoked": 0, "expires_on": (">=", getdate())}
