"""Open deals with Business Partners and Sales Items go on with Customers and Items, for sites that add ERPNext later."""

from dataclasses import asdict, replace
from typing import Any

import frappe
from frappe import _

from sales_opportunity.deal.party_change import point_to_party
from sales_opportunity.deal.quote_status import LIVE
from sales_opportunity.erpnext.hooks import is_installed
from sales_opportunity.erpnext.takeover.chunks import Progress, process_each, without_notifications
from sales_opportunity.erpnext.takeover.matching import MADE, MARKED, Known, Match, same_customer, same_item
from sales_opportunity.erpnext.takeover.new_masters import (
	ensure_uom,
	left_out,
	link_contacts,
	make_customer_of_partner,
	make_item,
)
from sales_opportunity.masters.adapters import get_party
from sales_opportunity.sales_opportunity.doctype.quote.master_values import remember_masters

DEAL, LINE = "Sales Opportunity", "Sales Opportunity Item"
TEMPLATE, TEMPLATE_LINE = "Quote Template", "Quote Template Line"
PARTNER, ITEM = "Business Partner", "Sales Item"
MARKS = {PARTNER: "erpnext_customer", ITEM: "erpnext_item"}
"""The field that says what a master of this app has become."""

BECOME = {"Customer": PARTNER, "Item": ITEM}


def take_over_masters(dry_run: bool, progress: Progress | None = None) -> dict[str, Any]:
	"""Let all open deals of the site be with ERPNext's customers and have its items, and return what became of them.

	Lines of quote templates have them after that, and partners and items that no open deal has, and that are not
	disabled, become customers and items. The answer has `taken`, the number of deals; `masters`, what each partner
	and item became, how it was found, and `left_out`, the fields that have no place there; and `refused`, DocType,
	name and reason of what stays as it is. Again does nothing twice. A dry run does the same and keeps nothing of
	it. `progress` tells how many of how many are done.
	"""
	if not is_installed():
		frappe.throw(_("ERPNext is not installed on this site."))
	masters = Masters()
	todo = [*open_deals(), *templates(), *pending_masters()]
	with without_notifications():
		refused = process_each(todo, lambda each: each, masters.take_over, "Customer", dry_run, progress)
	return {
		"dry_run": dry_run,
		"taken": len(masters.deals),
		"masters": list(masters.found.values()),
		"refused": [asdict(each) for each in refused],
	}


def open_deals() -> list[tuple[str, str]]:
	"""Return the open deals that are with a Business Partner or have a Sales Item, the earliest first."""
	deal, line = frappe.qb.DocType(DEAL), frappe.qb.DocType(LINE)
	query = (
		frappe.qb.from_(deal)
		.left_join(line)
		.on((line.parent == deal.name) & (line.parenttype == DEAL))
		.where(deal.status == "Open")
		.where((deal.party_type == PARTNER) | (line.item_type == ITEM))
		.select(deal.name)
		.distinct()
	)
	return [(DEAL, name) for name in sorted(query.run(pluck=True))]


def templates() -> list[tuple[str, str]]:
	"""Return the quote templates that have a Sales Item."""
	names = frappe.get_all(TEMPLATE_LINE, {"item_type": ITEM}, pluck="parent", distinct=True)
	return [(TEMPLATE, name) for name in sorted(names)]


def pending_masters() -> list[tuple[str, str]]:
	"""Return the partners and items that can be chosen and have not become a customer or item yet, the earliest first."""
	return [
		(doctype, name)
		for doctype, mark in MARKS.items()
		for name in frappe.get_all(
			doctype, {"disabled": 0, mark: ("is", "not set")}, pluck="name", order_by="creation asc, name asc"
		)
	]


class Masters:
	"""What partners and items have become in one run: each one thing, however many deals have it.

	What was decided once stays, also if it was taken back since, as all of a dry run is.
	"""

	def __init__(self) -> None:
		self.deals: list[str] = []
		self.found: dict[tuple[str, str], dict[str, str]] = {}
		self.of_this: dict[tuple[str, str], dict[str, str]] = {}
		self.decided: dict[str, Match] = {}
		self.made_of: dict[str, str] = {}
		self.customers = [
			Known(row.name, row.customer_name, row.tax_id)
			for row in frappe.get_all("Customer", {"disabled": 0}, ["name", "customer_name", "tax_id"])
		]

	def take_over(self, key: tuple[str, str]) -> None:
		"""Let a deal go on, or a partner or item become what it is in ERPNext."""
		doctype, name = key
		self.of_this = {}
		if doctype == DEAL:
			self.repoint(name)
		elif doctype == TEMPLATE:
			frappe.get_doc(TEMPLATE, name, for_update=True)
			self.repoint_lines(TEMPLATE_LINE, [name])
		elif key not in self.found:
			self.target(doctype, name)
		self.found = {**self.of_this, **self.found}

	def repoint(self, name: str) -> None:
		"""Let one deal and its quotes on the table go on with ERPNext's masters.

		Names, texts and prices stay as they are written; what was issued stays with the partner that it was issued to.
		"""
		deal = frappe.get_doc(DEAL, name, for_update=True)
		if deal.status != "Open":
			return
		quotes = frappe.db.get_values(
			"Quote", {"opportunity": name, "status": ("in", sorted(LIVE))}, pluck=True, for_update=True
		)
		changed = deal.party_type == PARTNER
		for doctype, parents in ((LINE, [name]), ("Quote Item", quotes)):
			changed = self.repoint_lines(doctype, parents) or changed
		if deal.party_type == PARTNER:
			customer = self.target(PARTNER, deal.party)
			point_to_party(frappe.get_doc(DEAL, name), "Customer", customer)
			address_drafts(quotes, customer)
		for doctype, each in ((DEAL, name), *(("Quote", quote) for quote in quotes)):
			frappe.clear_document_cache(doctype, each)
		if changed:
			self.deals.append(name)

	def repoint_lines(self, doctype: str, parents: list[str]) -> bool:
		"""Let the lines of documents have ERPNext's items, and return whether any had another one."""
		rows = frappe.db.get_values(
			doctype,
			{"parent": ("in", parents or [""]), "item_type": ITEM},
			["name", "item", "unit"],
			as_dict=True,
			for_update=True,
		)
		for row in rows:
			ensure_uom(row.unit)
			values = {"item_type": "Item", "item": self.target(ITEM, row.item)}
			frappe.db.set_value(doctype, row.name, values, update_modified=False)
		return bool(rows)

	def target(self, doctype: str, name: str) -> str:
		"""Return the Customer or Item that a master is, found or made; it is marked, and can be chosen here no more."""
		mark = MARKS[doctype]
		marked = frappe.db.get_value(doctype, name, mark, for_update=True)
		if marked:
			match, target = Match(marked, MARKED), marked
		else:
			match, target = self.customer(name) if doctype == PARTNER else self.item(name)
			frappe.db.set_value(doctype, name, {mark: target, "disabled": 1})
		lost = left_out(frappe.get_doc(ITEM, name)) if doctype == ITEM and match.way == MADE else []
		entry = {"doctype": doctype, "name": name, "target": target, "way": match.way, "left_out": lost}
		self.of_this.setdefault((doctype, name), entry)
		return target

	def customer(self, name: str) -> tuple[Match, str]:
		"""Return the Customer that a Business Partner is, found or made, with its contacts and addresses."""
		partner = frappe.get_doc(PARTNER, name, for_update=True)
		known = Known(partner.name, partner.partner_name, partner.vat_id)
		is_new = name not in self.decided
		match = self.decided.setdefault(name, same_customer(known, self.customers))
		customer = match.key or make_customer_of_partner(partner)
		if not match.key:
			self.made_of[customer] = name
			if is_new:
				self.customers.append(replace(known, key=customer))
		elif customer in self.made_of and not frappe.db.exists("Customer", customer):
			customer = self.target(PARTNER, self.made_of[customer])
		link_contacts(partner.name, customer)
		return match, customer

	def item(self, name: str) -> tuple[Match, str]:
		"""Return the Item that a Sales Item is, found or made."""
		match = same_item(name, frappe.get_all("Item", {"name": name}, pluck="name"))
		if match.key:
			return match, match.key
		own = frappe.get_doc(ITEM, name, for_update=True)
		return match, make_item(own, [(self.target(ITEM, row.item), row.quantity) for row in own.parts])


def address_drafts(quotes: list[str], customer: str) -> None:
	"""Let drafts be for the customer; what they say of the partner was agreed, and stays where the customer says otherwise."""
	for name in quotes:
		quote = frappe.get_doc("Quote", name, for_update=True)
		if quote.docstatus == 0:
			quote.db_set({"party_type": "Customer", "party": customer}, update_modified=False)
			remember_masters(quote, get_party("Customer", customer, quote.company))


def unlink_deleted(doc: Any, method: str | None = None) -> None:
	"""Hook of deleted customers and items: what has become them can become another one."""
	doctype = BECOME[doc.doctype]
	if is_installed():
		frappe.db.set_value(doctype, {MARKS[doctype]: doc.name}, MARKS[doctype], None, update_modified=False)


def former_partner(customer: str) -> str | None:
	"""Return the Business Partner that has become a Customer (a hook)."""
	return frappe.db.get_value(PARTNER, {MARKS[PARTNER]: customer}, order_by="creation asc")


def former_item(item: str) -> str | None:
	"""Return the Sales Item that has become an Item (a hook)."""
	return frappe.db.get_value(ITEM, {MARKS[ITEM]: item}, order_by="creation asc")
