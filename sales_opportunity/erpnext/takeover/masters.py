"""Open deals with Business Partners and Sales Items go on with Customers and Items, for sites that add ERPNext later."""

from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils import strip_html

from sales_opportunity.deal.party_change import point_to_party
from sales_opportunity.deal.quote_status import LIVE
from sales_opportunity.erpnext.companies import default_company
from sales_opportunity.erpnext.customers import set_mandatory
from sales_opportunity.erpnext.hooks import is_installed
from sales_opportunity.erpnext.takeover.matching import Known, same_customer, same_item
from sales_opportunity.erpnext.takeover.taking import CHUNK, SAVE_POINT, is_of_the_data, unheard
from sales_opportunity.erpnext.tax_rules import DOMESTIC, item_template_for, template_for
from sales_opportunity.erpnext.taxes import item_tax_templates, tax_templates
from sales_opportunity.locking import is_conflict, lock_gate
from sales_opportunity.masters import default_tax_rate
from sales_opportunity.pricing.money import to_decimal

if TYPE_CHECKING:
	from collections.abc import Callable


DEAL, LINE = "Sales Opportunity", "Sales Opportunity Item"
PARTNER, ITEM = "Business Partner", "Sales Item"


def take_over_masters(dry_run: bool, progress: "Callable[[int, int], None] | None" = None) -> dict[str, Any]:
	"""Let all open deals of the site be with ERPNext's customers and have its items, and return what became of them.

	The answer has `taken`, the number of deals; `masters`, what each partner and item became and how it was found; and
	`refused`, DocType, name and reason of what stays as it is. Again does nothing twice. A dry run does the same and keeps
	nothing of it. `progress` is told how many of how many are done.
	"""
	if not is_installed():
		frappe.throw(_("ERPNext is not installed on this site."))
	names = open_deals()
	masters: dict[tuple[str, str], dict] = {}
	taken, refused = 0, []
	with unheard():
		for start in range(0, len(names), CHUNK):
			lock_gate("Customer")
			for name in names[start : start + CHUNK]:
				frappe.db.savepoint(SAVE_POINT)
				try:
					found = repoint(name)
					taken += bool(found)
					masters |= {key: value for key, value in found.items() if key not in masters}
				except Exception as error:
					if is_conflict(error) or not is_of_the_data(error):
						raise
					frappe.db.rollback(save_point=SAVE_POINT)
					refused.append({"doctype": DEAL, "name": name, "reason": strip_html(str(error))})
				frappe.local.message_log = []
			if not dry_run:
				# What is done stays done if a later chunk is interrupted, and the next run goes on behind it.
				frappe.db.commit()
			if progress:
				progress(min(start + CHUNK, len(names)), len(names))
		if dry_run:
			frappe.db.rollback()
	return {"dry_run": dry_run, "taken": taken, "masters": list(masters.values()), "refused": refused}


def open_deals() -> list[str]:
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
	return sorted(query.run(pluck=True))


def repoint(name: str) -> dict[tuple[str, str], dict]:
	"""Let one deal and its quotes on the table go on with ERPNext's masters; return what these became, by DocType and name.

	Names, texts and prices stay as they are written; what was issued stays with the partner that it was issued to.
	"""
	deal = frappe.get_doc(DEAL, name, for_update=True)
	if deal.status != "Open":
		return {}
	found: dict[tuple[str, str], dict] = {}
	quotes = frappe.get_all("Quote", {"opportunity": name, "status": ("in", sorted(LIVE))}, pluck="name")
	for doctype, parents in ((LINE, [name]), ("Quote Item", quotes)):
		rows = frappe.get_all(
			doctype, {"parent": ("in", parents or [""]), "item_type": ITEM}, ["name", "item", "unit"]
		)
		for row in rows:
			if (ITEM, row.item) not in found:
				found[ITEM, row.item] = item_of(row.item)
			ensure_uom(row.unit)
			values = {"item_type": "Item", "item": found[ITEM, row.item]["target"]}
			frappe.db.set_value(doctype, row.name, values, update_modified=False)
	if deal.party_type == PARTNER:
		found[PARTNER, deal.party] = customer_of_partner(deal.party)
		point_to_party(frappe.get_doc(DEAL, name), "Customer", found[PARTNER, deal.party]["target"])
	refresh_drafts(quotes)
	for doctype, each in ((DEAL, name), *(("Quote", quote) for quote in quotes)):
		frappe.clear_document_cache(doctype, each)
	return found


def refresh_drafts(quotes: list[str]) -> None:
	"""Let drafts be written to the customer that their deal is with now."""
	for name in quotes:
		quote = frappe.get_doc("Quote", name)
		if quote.docstatus == 0:
			quote.save()


def entry(doctype: str, name: str, target: str, way: str) -> dict:
	return {"doctype": doctype, "name": name, "target": target, "way": way}


def customer_of_partner(name: str) -> dict:
	"""Return the Customer that a Business Partner is, found or made, with its contacts and addresses."""
	partner = frappe.get_doc(PARTNER, name)
	customers = [
		Known(row.name, row.customer_name, row.tax_id)
		for row in frappe.get_all("Customer", {"disabled": 0}, ["name", "customer_name", "tax_id"])
	]
	match = same_customer(Known(partner.name, partner.partner_name, partner.vat_id), customers)
	customer = match.key or make_customer(partner)
	link_contacts(partner.name, customer)
	disable(PARTNER, name)
	return entry(PARTNER, name, customer, match.way)


def make_customer(partner: Any) -> str:
	"""Make the Customer of a Business Partner, and return its name."""
	customer = frappe.new_doc("Customer")
	customer.update(
		{
			"customer_name": partner.partner_name,
			"customer_type": "Individual" if partner.partner_type == "Person" else "Company",
			"tax_id": partner.vat_id,
			"language": partner.language,
			"default_currency": partner.default_currency,
			"website": partner.website,
			"image": partner.image,
			"tax_category": tax_category_for(partner.tax_treatment),
		}
	)
	set_mandatory(customer)
	return customer.insert().name


def tax_category_for(treatment: str) -> str | None:
	"""Return the tax category by which ERPNext chooses the template of a treatment, None for the usual one."""
	company = default_company()
	template = company and treatment != DOMESTIC and template_for(treatment, tax_templates(company))
	return template.tax_category if template else None


def link_contacts(partner: str, customer: str) -> None:
	"""Let the contacts and addresses of a partner be those of its customer, too."""
	for link in frappe.get_all(
		"Dynamic Link",
		{"link_doctype": PARTNER, "link_name": partner, "parenttype": ("in", ("Contact", "Address"))},
		["parent", "parenttype"],
	):
		doc = frappe.get_doc(link.parenttype, link.parent)
		if not doc.has_link("Customer", customer):
			doc.append("links", {"link_doctype": "Customer", "link_name": customer})
			doc.save()


def item_of(name: str) -> dict:
	"""Return the Item that a Sales Item is, found or made."""
	match = same_item(name, frappe.get_all("Item", {"name": name}, pluck="name"))
	item = match.key or make_item(frappe.get_doc(ITEM, name))
	disable(ITEM, name)
	return entry(ITEM, name, item, match.way)


def make_item(own: Any) -> str:
	"""Make the Item of a Sales Item, with its price, and return its name."""
	ensure_uom(own.unit)
	item = frappe.new_doc("Item")
	item.update(
		{
			"item_code": own.item_code,
			"item_name": own.item_name,
			"description": own.description,
			"item_group": item_group_for(own.item_group),
			"stock_uom": own.unit,
			"is_stock_item": int(own.kind == "Goods"),
			"disabled": own.disabled,
			"standard_rate": own.price,
			"lead_time_days": own.lead_time_days,
			"image": own.image,
		}
	)
	template = item_tax_template_for(own.tax_rate)
	if template:
		item.append("taxes", {"item_tax_template": template})
	return item.insert().name


def item_tax_template_for(tax_rate: str | None) -> str | None:
	"""Return the company's template of items' taxes at a rate, None if there is none."""
	company, rate = default_company(), tax_rate or default_tax_rate()
	template = company and template_for(DOMESTIC, tax_templates(company))
	if not company or not template or not rate:
		return None
	percent = to_decimal(frappe.get_cached_value("Sales Tax Rate", rate, "rate"))
	accounts = [row.account for row in template.rows]
	return item_template_for(percent, accounts, item_tax_templates(company))


def item_group_for(name: str | None) -> str:
	"""Return ERPNext's item group of this name, made below the root if need be; else the one for new items."""
	root = frappe.db.get_value("Item Group", {"is_group": 1, "parent_item_group": ("is", "not set")})
	if not name:
		return frappe.db.get_single_value("Stock Settings", "item_group") or frappe.db.get_value(
			"Item Group", {"is_group": 0}, order_by="lft asc"
		)
	if not frappe.db.exists("Item Group", name):
		group = {"doctype": "Item Group", "item_group_name": name, "parent_item_group": root}
		frappe.get_doc(group).insert()
	return name


def disable(doctype: str, name: str) -> None:
	"""Let a master of this app be chosen no more; what has it keeps it."""
	frappe.db.set_value(doctype, name, "disabled", 1)


def ensure_uom(unit: str | None) -> None:
	"""Make ERPNext's unit of the same name if there is none."""
	if unit and not frappe.db.exists("UOM", unit):
		whole = frappe.db.get_value("Sales Unit", unit, "whole_numbers_only")
		frappe.get_doc({"doctype": "UOM", "uom_name": unit, "must_be_whole_number": whole}).insert()
