"""The DocTypes that may stand as partner or item on opportunities and quotes.

An app registers its own through the hooks `sales_party_types` and `sales_item_types`: the DocType's name and
the dotted path of an adapter. The adapter of a party takes its name and returns a `Party`; the adapter of an
item takes its name and a language and returns an `Item`. The built-in masters are registered the same way; an
empty path takes a DocType out.

The hook `sales_party_roles` names the function by which a party takes over a role that it earned, see
`advance_party`; `sales_party_concerns` the one that says what speaks against selling to it now, see `party_concerns`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import frappe
from frappe import _
from frappe.utils import flt

from sales_opportunity.access.child_rows import ChildRow
from sales_opportunity.framework.ownership import own_doctypes
from sales_opportunity.framework.registry import call_registered, last_registered, registered

LEAD, PROSPECT, CUSTOMER = ROLES = ("Lead", "Prospect", "Customer")
"""From a first contact to a buyer."""

PARTY_LINKS = {
	"language": "Language",
	"currency": "Currency",
	"contact": "Contact",
	"address": "Address",
	"source": "Opportunity Source",
	"campaign": "Sales Campaign",
}
ITEM_LINKS = {"unit": "Sales Unit", "tax_rate": "Sales Tax Rate"}
"""What adapters may name of other records."""


class UnknownMasterError(frappe.ValidationError):
	pass


class Later:
	"""A field of a dataclass that may be given as a function, which is called when somebody reads it for the first time."""

	def __set_name__(self, owner: type, name: str) -> None:
		self.name = f"_{name}"

	def __get__(self, instance: Any, owner: type) -> Any:
		if instance is None:
			return None  # what the field is by default
		value = instance.__dict__[self.name]
		if callable(value):
			value = instance.__dict__[self.name] = value()
		return value

	def __set__(self, instance: Any, value: Any) -> None:
		instance.__dict__[self.name] = value

	def is_open(self, instance: Any) -> bool:
		"""Return whether nobody has asked for the value yet."""
		return callable(instance.__dict__[self.name])


@dataclass(frozen=True)
class Party:
	"""What opportunities and quotes need to know of a partner.

	`refusal` says, in the user's language, why the partner cannot be chosen and gets no quote now; `has_number` whether its
	name is the number that its papers show. Contact, address, and the source and campaign that it comes from, are names, or
	functions that look for them, since few ask for them.
	"""

	name: str
	title: str
	language: str | None = None
	currency: str | None = None
	vat_id: str | None = None
	tax_treatment: str = "Domestic"
	payment_terms: str | None = None
	contact: Later = Later()
	address: Later = Later()
	disabled: bool = False
	refusal: str | None = None
	has_number: bool = True
	source: Later = Later()
	campaign: Later = Later()


@dataclass(frozen=True)
class Sale:
	"""For whom, by which company, how much and when an item is asked for: by these an app may find its price."""

	party_type: str | None
	party: str | None
	currency: str
	conversion_rate: float
	quantity: float = 1
	unit: str | None = None
	on_date: date | None = None
	company: str | None = None


def sale_of_row(doc: Any, row: Any, on_date: date) -> Sale:
	"""Return for whom, when and how much of its item a line of a deal or quote asks."""
	return Sale(
		doc.party_type,
		doc.party,
		doc.transaction_currency or "",
		doc.conversion_rate,
		flt(row.quantity),
		row.unit,
		on_date,
		doc.company,
	)


@dataclass(frozen=True)
class ItemDocument:
	"""A file that goes with the quotes that offer an item: its title, the address of a private File that is attached to the
	item, and the language of the quotes that it is meant for, empty for all.
	"""

	title: str
	address: str
	language: str = ""


@dataclass(frozen=True)
class Item:
	"""What opportunities and quotes need to know of an item.

	The price is net and in `currency`, by default the company's; with a `recurrence` (Monthly, Quarterly, Yearly) it is that of
	one period, charged `periods` times, 0 for the usual term. `price_source` says, in the user's language, where it comes
	from if it depends on the quantity: then another quantity asks for it again. `refusal` says, in the user's language, why the item
	cannot be chosen now. `image` is the address of its picture, a file of the site.
	"""

	name: str
	title: str
	description: str | None
	unit: str | None
	price: float
	tax_rate: str | None = None
	disabled: bool = False
	is_service: bool = False
	currency: str | None = None
	discount_percentage: float = 0
	refusal: str | None = None
	group: str | None = None
	lead_time_days: int = 0
	recurrence: str = ""
	periods: int = 0
	price_source: str | None = None
	image: str | None = None
	documents: tuple[ItemDocument, ...] = ()


class AskedItems:
	"""Items as they are at one moment: each is asked for once, as long as somebody holds on to this."""

	def __init__(self) -> None:
		self.get = cache(get_item)


class ItemRow(ChildRow):
	"""A line with an item, of the default type unless it says otherwise.

	The framework checks links before any hook and sets no defaults in rows that are added to a stored document.
	"""

	def __init__(self, *args: Any, **kwargs: Any) -> None:
		super().__init__(*args, **kwargs)
		self.item_type = self.item_type or default_item_type()


def going_documents(rows: Iterable[Any] | None) -> tuple[ItemDocument, ...]:
	"""Return those of a master's rows (Sales Document) that go with quotes."""
	return tuple(
		ItemDocument(row.title, row.file, row.language or "") for row in rows or () if row.goes_with_quotes
	)


def get_party(party_type: str | None, party: str | None, company: str | None = None) -> Party:
	"""Return the partner through the adapter of its DocType; one that takes a second argument gets the deal's company.

	Raises `UnknownMasterError` for a DocType that no app registered and for an adapter that names a language,
	a currency or another record which is not there, `frappe.DoesNotExistError` for a partner that does not exist.
	"""
	adapter = _adapter("sales_party_types", party_type)
	found = call_registered(adapter, 1, party, company)
	_require_links(found, party_type, PARTY_LINKS)
	return found


def get_item(
	item_type: str | None, item: str | None, language: str | None = None, sale: Sale | None = None
) -> Item:
	"""Return the item with its texts in `language`, through the adapter of its DocType. Raises as `get_party`.

	An adapter that takes a third argument gets `sale`, which is None if nobody asks for price and tax.
	"""
	adapter = _adapter("sales_item_types", item_type)
	found = call_registered(adapter, 2, item, language, sale)
	_require_links(found, item_type, ITEM_LINKS)
	return found


def advance_party(party_type: str | None, party: str | None, role: str) -> tuple[str, str] | None:
	"""Tell a partner that it earned a role: PROSPECT by an issued quote, CUSTOMER by a won opportunity.

	The function that the hook `sales_party_roles` names for the DocType is called with name and role. It raises
	the partner's role and never lowers it. Without one nothing happens. Where the role is kept by another document, it
	makes that, if it is not there, and its DocType and name are returned: the deal is then with it.
	"""
	path = registered("sales_party_roles").get(party_type or "")
	return frappe.get_attr(path)(party, role) if path else None


def party_concerns(
	party_type: str | None, party: str | None, amount: float, company: str | None = None
) -> list[str]:
	"""Return what speaks against selling to a partner for `amount` in the currency of the settings, in the user's language.

	The function that the hook `sales_party_concerns` names for the DocType is asked before a quote is issued and when an
	opportunity is won; what it says is shown and stops neither. One that takes a third argument gets the deal's company.
	"""
	path = registered("sales_party_concerns").get(party_type or "")
	if not path:
		return []
	return call_registered(frappe.get_attr(path), 2, party, amount, company)


def show_concerns(
	party_type: str | None, party: str | None, amount: float, company: str | None = None
) -> None:
	"""Show the user what speaks against selling to a partner; customers on their page are not told."""
	concerns = [] if frappe.session.user == "Guest" else party_concerns(party_type, party, amount, company)
	if concerns:
		frappe.msgprint("<br>".join(concerns), indicator="orange")


def registered_types() -> dict[str, list[str]]:
	"""Return the DocTypes registered as `party` and as `item`, those of the last installed app first."""
	return {
		"party": list(reversed(registered("sales_party_types"))),
		"item": list(reversed(registered("sales_item_types"))),
	}


def extend_bootinfo(bootinfo: frappe._dict) -> None:
	"""Tell the desk the registered DocTypes, the own ones, and what apps make of requests, frames and needs (a hook)."""
	bootinfo.sales_opportunity_masters = registered_types()
	bootinfo.sales_opportunity_default_masters = {"party": default_party_type(), "item": default_item_type()}
	documents = registered("sales_fulfilment_documents")
	bootinfo.sales_opportunity_documents = {
		kind: documents.get(kind, "") for kind in registered("sales_fulfilment_providers")
	}
	bootinfo.sales_opportunity_frame_documents = list(registered("sales_frame_documents"))
	bootinfo.sales_opportunity_planning = {
		"place": last_registered("sales_stock_places") or "",
		"documents": list(registered("sales_procurement")),
	}
	bootinfo.sales_opportunity_doctypes = own_doctypes()


def default_item_type() -> str:
	"""Return the DocType of items that a line has unless it says otherwise: that of an app, else the built-in one."""
	return _default_type("item", "Sales Item")


def default_party_type() -> str:
	"""Return the DocType of partners that is offered first: that of an app, else the built-in one."""
	return _default_type("party", "Business Partner")


def _default_type(kind: str, own: str) -> str:
	types = registered_types()[kind]
	wanted = registered("sales_default_types").get(kind) or own
	return wanted if wanted in types or not types else types[0]


def default_language() -> str:
	"""Return the language of quotes for partners that have none of their own."""
	return (
		frappe.get_cached_doc("Sales Opportunity Settings").default_language
		or frappe.db.get_single_value("System Settings", "language")
		or "en"
	)


def require_registered_item(item_type: str) -> None:
	"""Raise `UnknownMasterError` for a DocType that no app registered for items."""
	_adapter("sales_item_types", item_type)


def _adapter(hook: str, doctype: str | None) -> Callable:
	path = registered(hook).get(doctype or "")
	if not path:
		frappe.throw(
			_("{0} cannot be used here: no installed app registers it.").format(frappe.bold(_(doctype))),
			UnknownMasterError,
		)
	return frappe.get_attr(path)


def _require_links(found: Party | Item, doctype: str | None, links: dict[str, str]) -> None:
	for fieldname, linked in links.items():
		later = type(found).__dict__.get(fieldname)
		if isinstance(later, Later) and later.is_open(found):
			continue
		name = getattr(found, fieldname)
		if name and not frappe.db.exists(linked, name, cache=True):
			frappe.throw(
				_("{0} {1} names {2} {3}, which does not exist. Create it, or correct the adapter.").format(
					_(doctype), frappe.bold(found.title), _(linked), frappe.bold(name)
				),
				UnknownMasterError,
			)


def default_tax_rate() -> str | None:
	"""Return the name of the tax rate that applies where an item has none of its own."""
	return frappe.db.get_value("Sales Tax Rate", {"is_default": 1, "disabled": 0})
