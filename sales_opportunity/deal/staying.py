"""What deals have of an app that is removed stays: this app's own partners and items in place of the app's."""

from collections.abc import Callable, Iterator

import frappe
from frappe import _
from pypika import Case

from sales_opportunity.framework.linked_fields import app_of
from sales_opportunity.framework.ownership import own_doctypes
from sales_opportunity.framework.registry import registered
from sales_opportunity.masters.adapters import ROLES, Item, Party, get_item, get_party, registered_types

PARTNER, ITEM = "Business Partner", "Sales Item"
REQUEST = "Fulfilment Request"
LINKED = ("Contact", "Address")
AT_ONCE = 500
"""How many masters one statement replaces."""


def convert_to_own_masters(app: str) -> None:
	"""Hook before an app is removed: deals, quotes and requests go on with partners and items of this app, made of the app's.

	Documents that the app had made of requests go with it, so that these name none any more.
	"""
	of_app = {
		kind: [each for each in types if app_of(each) == app] for kind, types in registered_types().items()
	}
	people: set[tuple[str, str]] = set()
	for doctype in of_app["party"]:
		partners = replace_links(doctype, PARTNER, made_partner)
		people |= relink_contacts(doctype, partners)
	for parenttype, parent in people:
		rows = {"parenttype": parenttype, "parent": parent}
		for row in frappe.get_all("Dynamic Link", rows, ["name", "link_doctype"]):
			if app_of(row.link_doctype) == app:
				frappe.db.delete("Dynamic Link", {"name": row.name})
	for doctype in of_app["item"]:
		replace_links(doctype, ITEM, made_item)
	unlink_documents(app)


def replace_links(doctype: str, own: str, make: Callable[[str, str], str]) -> dict[str, str]:
	"""Let all dynamic links to a DocType lead to one of this app, and return by name what takes whose place."""
	places = [place for place in dynamic_links() if place[1] != "reference_doctype"]
	used = sorted({name for place in places for name in names_in(place, doctype)})
	found = {name: existing_record(doctype, name, own) or make(doctype, name) for name in used}
	for owner, type_field, name_field in places:
		table = frappe.qb.DocType(owner)
		for names in chunks(used):
			case = Case()
			for name in names:
				case = case.when(table[name_field] == name, found[name])
			is_one = (table[type_field] == doctype) & table[name_field].isin(names)
			frappe.qb.update(table).set(table[name_field], case).set(table[type_field], own).where(
				is_one
			).run()
	return found


def dynamic_links() -> Iterator[tuple[str, str, str]]:
	"""Yield the dynamic links of this app's documents: the DocType, the field of the type and that of the name."""
	for doctype in own_doctypes():
		for field in frappe.get_meta(doctype).get_dynamic_link_fields():
			yield doctype, field.options, field.fieldname


def names_in(place: tuple[str, str, str], doctype: str) -> list[str]:
	"""Return the names of a DocType's records to which a dynamic link leads."""
	owner, type_field, name_field = place
	filters = {type_field: doctype, name_field: ("is", "set")}
	return frappe.get_all(owner, filters, pluck=name_field, distinct=True, order_by=f"{name_field} asc")


def chunks(names: list[str]) -> Iterator[list[str]]:
	"""Yield the names in parts of at most `AT_ONCE`."""
	for start in range(0, len(names), AT_ONCE):
		yield names[start : start + AT_ONCE]


def existing_record(doctype: str, name: str, own: str) -> str | None:
	"""Return the record of this app that the app's has come from, or an item with its code; it can be chosen again."""
	path = registered("sales_former_masters").get(doctype)
	former = frappe.get_attr(path)(name) if path else None
	if not former and own == ITEM and frappe.db.exists(ITEM, name):
		former = name
	if former:
		frappe.db.set_value(own, former, "disabled", 0)
	return former


def made_partner(doctype: str, name: str) -> str:
	"""Make the Business Partner of an app's partner, and return its name; a VAT ID that is none is a note."""
	party = (
		get_party(doctype, name) if frappe.db.exists(doctype, name) else Party(name, title_of(doctype, name))
	)
	partner = frappe.new_doc(PARTNER)
	partner.update(
		{
			"partner_name": party.title,
			"role": doctype if doctype in ROLES else "Customer",
			"language": party.language,
			"default_currency": party.currency,
			"tax_treatment": party.tax_treatment,
			"vat_id": party.vat_id,
			"payment_terms": party.payment_terms,
			"disabled": party.disabled,
		}
	)
	try:
		partner.insert()
	except frappe.ValidationError:
		partner.update({"vat_id": None, "notes": _("Tax ID: {0}").format(party.vat_id)})
		partner.insert()
	return partner.name


def title_of(doctype: str, name: str) -> str:
	"""Return what deals call a partner that is gone."""
	filters = {"party_type": doctype, "party": name}
	return frappe.db.get_value("Sales Opportunity", filters, "party_name") or name


def made_item(doctype: str, name: str) -> str:
	"""Make the Sales Item of an app's item as it was sold last, and return its name."""
	line = frappe.get_all(
		"Sales Opportunity Item",
		{"item_type": doctype, "item": name},
		["item_name", "unit", "tax_rate", "recurrence", "periods", "unit_cost"],
		order_by="modified desc",
		limit=1,
	)
	sold = line[0] if line else frappe._dict()
	if frappe.db.exists(doctype, name):
		item = get_item(doctype, name, None)
	else:
		term = {"recurrence": sold.recurrence or "", "periods": sold.periods or 0}
		item = Item(name, sold.item_name or name, None, sold.unit, 0, **term)
	own = frappe.new_doc(ITEM)
	own.update(
		{
			"item_code": name,
			"item_name": item.title,
			"description": item.description,
			"kind": "Service" if item.is_service else "Goods",
			"unit": item.unit or sold.unit or frappe.db.get_value("Sales Unit", {}, order_by="creation asc"),
			"price": item.price,
			"cost": sold.unit_cost,
			"recurrence": item.recurrence,
			"periods": item.periods,
			"tax_rate": item.tax_rate or sold.tax_rate,
			"lead_time_days": item.lead_time_days,
			"disabled": item.disabled,
		}
	)
	return own.insert().name


def relink_contacts(doctype: str, partners: dict[str, str]) -> set[tuple[str, str]]:
	"""Let contacts and addresses of partners be those of what took their place, and return them."""
	found: set[tuple[str, str]] = set()
	for names in chunks(sorted(partners)):
		filters = {"link_doctype": doctype, "link_name": ("in", names), "parenttype": ("in", LINKED)}
		for row in frappe.get_all("Dynamic Link", filters, ["name", "parenttype", "parent", "link_name"]):
			target = {"link_doctype": PARTNER, "link_name": partners[row.link_name]}
			holder = {"parenttype": row.parenttype, "parent": row.parent}
			if frappe.db.exists("Dynamic Link", {**holder, **target}):
				frappe.db.delete("Dynamic Link", {"name": row.name})
			else:
				frappe.db.set_value("Dynamic Link", row.name, target, update_modified=False)
			found.add((row.parenttype, row.parent))
	return found


def unlink_documents(app: str) -> None:
	"""Let requests name no documents of an app."""
	filters = {"reference_doctype": ("is", "set")}
	rows = frappe.get_all(
		REQUEST, filters, ["reference_doctype"], distinct=True, order_by="reference_doctype asc"
	)
	for doctype in [row.reference_doctype for row in rows]:
		if app_of(doctype) == app:
			values = {"reference_doctype": None, "reference_name": None}
			frappe.db.set_value(REQUEST, {"reference_doctype": doctype}, values, update_modified=False)
