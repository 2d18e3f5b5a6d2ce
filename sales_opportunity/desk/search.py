"""Finding partners, contacts, addresses, opportunities, quotes and items by what people type, phone numbers too.

The framework's own index of the whole site knows no permissions of rows, so deals are not in it: they are looked for in
the lists, which give everybody what they may read.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Function
from frappe.utils import cint

from sales_opportunity.desk.stepped_back import stepped_back
from sales_opportunity.inputs.arguments import whitelist

if TYPE_CHECKING:
	from frappe.model.meta import Meta
	from pypika.terms import Term

PLACES = {
	"Business Partner": (("partner_name", "name", "vat_id"), "partner_name", ("role", "name")),
	"Contact": (
		("full_name", "first_name", "last_name", "email_id", "company_name"),
		"full_name",
		("company_name", "email_id", "mobile_no", "phone"),
	),
	"Address": (
		("address_title", "city", "address_line1"),
		"address_title",
		("address_line1", "city", "phone"),
	),
	"Sales Opportunity": (("title", "party_name", "name"), "title", ("party_name", "stage", "name")),
	"Quote": (("name", "party_name", "subject", "quote_number"), "party_name", ("name", "status", "subject")),
	"Sales Item": (("item_name", "name"), "item_name", ("name", "item_group")),
}
"""For each DocType: the fields that are looked into, the one that is its title, and those that tell it from others."""

TRANSLATED = {
	"role": "Business Partner",
	"stage": "Qualification Stage",
	"status": "Quote",
	"item_group": "Item Group",
}
"""The context of those that are said in the user's language."""

SHORTEST = 2
LARGEST = 100
LEAST_DIGITS = 4
"""How many digits make a phone number: fewer would be found in too many."""

SEPARATORS = ("(0)", " ", "-", "/", "(", ")", ".", "+", "\N{NO-BREAK SPACE}")


@whitelist()
def find(text: str, doctype: str = "", start: int = 0, limit: int = 20) -> list[dict[str, Any]]:
	"""Return what the user may read and whose title, number or name has the text, `limit` of each DocType: `doctype`,
	`name`, `title` and `detail`, a line that tells it from others.

	Words may have others between them. A phone number is found however it is written. `doctype` names the only one to
	look into, if it is one of `PLACES`.
	"""
	text = " ".join(text.split())
	gone = stepped_back()
	places = [place for place in PLACES if doctype in ("", place) and place not in gone]
	if len(text) < SHORTEST:
		return []
	limit = min(max(cint(limit), 1), LARGEST)
	return [row for place in places for row in found_in(place, text, cint(start), limit)]


def found_in(doctype: str, text: str, start: int, limit: int) -> list[dict[str, Any]]:
	"""Return what the user may read of a DocType that the text is found in, from the `start`th on."""
	if not frappe.has_permission(doctype, "read"):
		return []
	searched, title, details = PLACES[doctype]
	meta = frappe.get_meta(doctype)
	pattern = f"%{text.replace(' ', '%')}%"
	either: list[list[Any]] = [[doctype, field, "like", pattern] for field in existing_fields(meta, searched)]
	reached = reached_by(doctype, text)
	if reached:
		either.append([doctype, "name", "in", reached])
	rows = frappe.get_list(
		doctype,
		fields=[
			"name",
			*existing_fields(meta, {title, *details} - {"name"}),
			*existing_fields(meta, {meta.image_field} - {None}),
		],
		or_filters=either,
		order_by="modified desc",
		start=max(start, 0),
		limit=limit,
	)
	return [
		{
			"doctype": doctype,
			"name": row.name,
			"title": row.get(title) or row.name,
			"detail": " · ".join(secondary_text(row, details)),
			"image": row.get(meta.image_field),
		}
		for row in rows
	]


def existing_fields(meta: "Meta", fieldnames: Iterable[str]) -> list[str]:
	"""Return those of the fields that the release of the framework has."""
	return [name for name in sorted(fieldnames) if name == "name" or meta.has_field(name)]


def secondary_text(row: frappe._dict, details: tuple[str, ...]) -> list[str]:
	"""Return what stands below a hit's title: the details that it has, in the user's language."""
	values = [(field, row.get(field)) for field in details]
	return [
		_(value, context=TRANSLATED[field]) if field in TRANSLATED else value
		for field, value in values
		if value
	]


def reached_by(doctype: str, text: str) -> list[str]:
	"""Return the names of contacts or addresses with this phone number, whoever may read them."""
	digits = significant_digits(text)
	if not digits:
		return []
	pattern = f"%{digits}%"
	if doctype == "Contact":
		number = frappe.qb.DocType("Contact Phone")
		query = frappe.qb.from_(number).select(number.parent).where(number.parenttype == "Contact")
		return query.where(digits_of(number.phone).like(pattern)).distinct().run(pluck=True)
	if doctype == "Address":
		address = frappe.qb.DocType("Address")
		query = frappe.qb.from_(address).select(address.name)
		return query.where(digits_of(address.phone).like(pattern)).run(pluck=True)
	return []


def significant_digits(text: str) -> str:
	"""Return the digits of a phone number without the zeros that stand for country or area, empty for other text."""
	if not re.fullmatch(r"[\d\s()+/.\-]+", text):
		return ""
	digits = re.sub(r"\D", "", text.replace("(0)", "")).lstrip("0")
	return digits if len(digits) >= LEAST_DIGITS else ""


def digits_of(column: "Term") -> "Term":
	"""Return the column without what people write between the digits of a phone number."""
	for separator in SEPARATORS:
		column = Function("replace", column, separator, "")
	return Coalesce(column, "")
