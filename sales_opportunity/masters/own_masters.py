"""Adapters of this app's own masters, Business Partner and Sales Item, registered by hooks like those of any app."""

from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.contacts.doctype.contact.contact import get_default_contact
from frappe.query_builder.functions import Coalesce
from frappe.utils import formatdate, getdate

from sales_opportunity.currency import company_currency
from sales_opportunity.features import BUNDLES, PRICE_LISTS, is_used
from sales_opportunity.masters.adapters import (
	ROLES,
	Item,
	Party,
	Sale,
	default_language,
	default_tax_rate,
	going_documents,
)
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.pricing.price_list import ListPrice, best_price
from sales_opportunity.pricing.totals import net_behind
from sales_opportunity.texts.formatting import format_number
from sales_opportunity.texts.part_list import part_list

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_item.sales_item import SalesItem


def business_partner(name: str) -> Party:
	"""Adapter of the DocType Business Partner."""
	partner = frappe.get_cached_doc("Business Partner", name)
	return Party(
		name=partner.name,
		title=partner.partner_name,
		language=partner.language,
		currency=partner.default_currency,
		vat_id=partner.vat_id,
		tax_treatment=partner.tax_treatment,
		payment_terms=partner.payment_terms,
		contact=lambda: get_default_contact("Business Partner", name),
		address=lambda: default_address(name),
		source=partner.source,
		campaign=partner.campaign,
		disabled=bool(partner.disabled),
	)


def default_address(name: str) -> str | None:
	"""Return the primary address of a Business Partner, else another one that is not disabled, None without any.

	Each deal and quote asks for it: the framework's own function takes four times as long to write the same query.
	"""
	address, link = frappe.qb.DocType("Address"), frappe.qb.DocType("Dynamic Link")
	is_linked = (link.parent == address.name) & (link.parenttype == "Address")
	is_of_partner = (link.link_doctype == "Business Partner") & (link.link_name == name)
	found = (
		frappe.qb.from_(address)
		.join(link)
		.on(is_linked)
		.where(is_of_partner & (Coalesce(address.disabled, 0) == 0))
		.select(address.name)
		.orderby(address.is_primary_address, order=frappe.qb.desc)
		.limit(1)
		.run(pluck=True)
	)
	return found[0] if found else None


def partner_currencies() -> list[str]:
	"""Return the currencies of all Business Partners."""
	return frappe.get_all("Business Partner", pluck="default_currency", distinct=True)


def advance_business_partner(name: str, role: str) -> None:
	"""Raise the role of a Business Partner, and say so in its timeline.

	Written without a check of permissions: the role follows from a quote or an opportunity that the user may
	write, whether they may change the partner or not. It is one field, so that nothing else which is wrong with
	the partner keeps a quote from being issued.
	"""
	partner = frappe.get_doc("Business Partner", name, for_update=True)
	if ROLES.index(role) <= ROLES.index(partner.role):
		return
	before = partner.role
	partner.db_set("role", role, notify=True)
	partner.add_comment(
		"Info",
		_("raised the role from {0} to {1}").format(
			_(before, context="Business Partner"), _(role, context="Business Partner")
		),
	)


def sales_item(name: str, language: str | None, sale: Sale | None = None) -> Item:
	"""Adapter of the DocType Sales Item; of its price list it takes the price that is meant for the sale."""
	item = frappe.get_cached_doc("Sales Item", name)
	has_list = bool(sale and item.prices and is_used(PRICE_LISTS))
	listed = listed_price(item, sale) if sale and has_list else None
	translation = translation_of(item, language)
	own = (translation and translation.description) or item.description
	return Item(
		name=item.name,
		title=translation.item_name if translation else item.item_name,
		description="".join(filter(None, (own, parts_of_item(item, language)))) or None,
		unit=item.unit,
		price=net_list_price(item, listed) if listed else item.price,
		currency=listed.currency if listed and listed.currency else None,
		tax_rate=item.tax_rate,
		disabled=bool(item.disabled),
		is_service=item.kind == "Service",
		recurrence=item.recurrence or "",
		periods=item.periods or 0,
		price_source=price_source(listed) if has_list else None,
		image=item.image,
		documents=going_documents(item.documents),
	)


def listed_price(item: "SalesItem", sale: Sale) -> ListPrice | None:
	"""Return the price of an item's list that is meant for a sale."""
	is_own = sale.party_type == "Business Partner" and sale.party
	group = frappe.get_cached_value("Business Partner", sale.party, "partner_group") if is_own else None
	prices = (
		ListPrice(
			to_decimal(row.price),
			row.currency or "",
			row.partner_group or "",
			to_decimal(row.minimum_quantity),
			getdate(row.valid_from) if row.valid_from else None,
			getdate(row.valid_to) if row.valid_to else None,
			bool(row.includes_tax),
		)
		for row in item.prices
	)
	quantity, day = to_decimal(sale.quantity), sale.on_date or getdate()
	return best_price(prices, quantity, group or "", sale.currency, company_currency() or "", day)


def net_list_price(item: "SalesItem", listed: ListPrice) -> float:
	"""Return a price of an item's list without the tax that it may include; a small business charges none."""
	charges_no_tax = frappe.get_cached_doc("Sales Opportunity Settings").small_business
	if charges_no_tax or not listed.includes_tax:
		return float(listed.price)
	tax_rate = item.tax_rate or default_tax_rate()
	return float(net_behind(listed.price, frappe.get_cached_value("Sales Tax Rate", tax_rate, "rate")))


def price_source(listed: ListPrice | None) -> str:
	"""Return what the user reads of where a price comes from."""
	if not listed:
		return _("Price of the item")
	language = frappe.local.lang
	quantity = listed.minimum_quantity and format_number(listed.minimum_quantity, language)
	return " · ".join(
		filter(
			None,
			[
				_("Price list"),
				listed.group,
				_("from {0}").format(quantity) if quantity else None,
				_("until {0}").format(formatdate(listed.valid_to)) if listed.valid_to else None,
			],
		)
	)


def translation_of(item: Any, language: str | None) -> Any:
	"""Return the row of a Sales Item with its texts in a language, None if there is none."""
	return next((row for row in item.translations if row.language == language), None)


def parts_of_item(item: Any, language: str | None) -> str | None:
	"""Return the parts of a Sales Item as an HTML list, None if it has none or they are not used."""
	if not (item.parts and is_used(BUNDLES)):
		return None
	parts = []
	for row in item.parts:
		part = frappe.get_cached_doc("Sales Item", row.item)
		translation = translation_of(part, language)
		parts.append((row.quantity, part.unit, translation.item_name if translation else part.item_name))
	return part_list(parts, language or default_language())
