"""Postal address, contact and salutation as they stand on a letter."""

import frappe
from frappe import _
from frappe.translate import print_language

from sales_opportunity.formatting import country_name
from sales_opportunity.masters import default_language
from sales_opportunity.plain_text import disarmed

POSTCODE_LAST = frozenset({"gb", "ie", "us", "ca", "au", "nz", "in"})


def address_lines(address: str | None, addressee: str, contact_name: str | None = None) -> list[str]:
	"""Return the lines of the address field: addressee, contact, street, place and, abroad, the country.

	The country is in capitals and in the sender's language, as the post of the sending country reads it.
	Without an address only addressee and contact are returned.
	"""
	lines = [addressee]
	if contact_name and contact_name != addressee:
		lines.append(contact_name)
	if not address:
		return lines
	doc = frappe.get_cached_doc("Address", address)
	code = doc.country and frappe.get_cached_value("Country", doc.country, "code")
	place = [doc.pincode, doc.city] if code not in POSTCODE_LAST else [doc.city, doc.pincode]
	lines += [
		disarmed(line) for line in (doc.address_line1, doc.address_line2, " ".join(filter(None, place)))
	]
	home = frappe.get_cached_doc("Sales Opportunity Settings").country
	if code and home and doc.country != home:
		lines.append(country_name(code, default_language()).upper())
	return [line for line in lines if line]


def contact_name(contact: str | None) -> str | None:
	"""Return title and full name of a contact, or None without one."""
	if not contact:
		return None
	doc = frappe.get_cached_doc("Contact", contact)
	return disarmed(" ".join(filter(None, [doc.first_name, doc.middle_name, doc.last_name])))


def salutation(contact: str | None, language: str) -> str:
	"""Return the opening line of a letter to the contact in `language`."""
	doc = contact and frappe.get_cached_doc("Contact", contact)
	with print_language(language):
		if doc and doc.last_name and doc.gender == "Female":
			return _("Dear Ms {0},").format(disarmed(doc.last_name))
		if doc and doc.last_name and doc.gender == "Male":
			return _("Dear Mr {0},").format(disarmed(doc.last_name))
		return _("Dear Sir or Madam,")
