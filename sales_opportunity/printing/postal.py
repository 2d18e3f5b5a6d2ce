"""Postal address, contact and salutation as they stand on a letter."""

import frappe
from frappe import _
from frappe.translate import print_language

from sales_opportunity.masters.adapters import default_language
from sales_opportunity.masters.companies import company_on_paper
from sales_opportunity.printing.address_order import place_lines
from sales_opportunity.printing.forms_of_address import form_of_address
from sales_opportunity.texts.formatting import country_name
from sales_opportunity.texts.plain_text import disarmed


def address_lines(
	address: str | None, addressee: str, contact_name: str | None = None, company: str | None = None
) -> list[str]:
	"""Return the lines of the address field: addressee, contact, street, place and, abroad of the company, the country.

	Town, state and postcode stand as the country of the address orders them. The country is in capitals and in the
	sender's language, as the post of the sending country reads it. Without an address only addressee and contact
	are returned.
	"""
	lines = [addressee]
	if contact_name and contact_name != addressee:
		lines.append(contact_name)
	if not address:
		return lines
	doc = frappe.get_cached_doc("Address", address)
	code = doc.country and frappe.get_cached_value("Country", doc.country, "code")
	place = place_lines(code or "", doc.city, doc.state, doc.pincode)
	lines += [disarmed(line) for line in (doc.address_line1, doc.address_line2, *place)]
	home = home_country(company)
	if code and home and doc.country != home:
		lines.append((country_name(code, default_language()) or doc.country).upper())
	return [line for line in lines if line]


def home_country(company: str | None = None) -> str | None:
	"""Return the country of the company that sells, as the framework names it: its own or the settings', else the site's."""
	return company_on_paper(company).country or frappe.db.get_single_value("System Settings", "country")


def addressee_name(contact: str | None) -> str | None:
	"""Return title and full name of a contact, or None without one."""
	if not contact:
		return None
	doc = frappe.get_cached_doc("Contact", contact)
	title = form_of_address(doc.salutation, doc.gender).title
	return disarmed(" ".join(filter(None, [title, doc.first_name, doc.middle_name, doc.last_name])))


def salutation(contact: str | None, language: str) -> str:
	"""Return the opening line of a letter to the contact in `language`, with the titles by which people are called."""
	doc = contact and frappe.get_cached_doc("Contact", contact)
	with print_language(language):
		if not doc or not doc.last_name:
			return _("Dear Sir or Madam,")
		last_name = disarmed(doc.last_name)
		form = form_of_address(doc.salutation, doc.gender)
		if form.spoken_title:
			text = {
				"Female": _("Dear {0} {1},", context="Female"),
				"Male": _("Dear {0} {1},", context="Male"),
			}.get(form.gender or "") or _("Dear {0} {1},", context="Gender unknown")
			return text.format(form.spoken_title, last_name)
		if form.gender == "Female":
			return _("Dear Ms {0},").format(last_name)
		if form.gender == "Male":
			return _("Dear Mr {0},").format(last_name)
		return _("Dear Sir or Madam,")
