"""What happens on a site that is as its user made it: run there by `bench execute`, since it is another site than the tests'."""

import frappe
from frappe.desk.doctype.number_card.number_card import get_result
from frappe.desk.page.setup_wizard.setup_wizard import setup_complete

from sales_opportunity.api import close_as_won
from sales_opportunity.currency import SETTINGS
from sales_opportunity.defaults import TRANSLATED_FIELDS
from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import render_quote
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import (
	create_quote,
	default_validity,
)

USER = "first.user@lindental.example"


def answer_wizard(**answers: str) -> str:
	"""Do what the first user does who opens the desk of a new site; return how it ended."""
	user = {"full_name": "First User", "email": USER, "password": "Kettenblatt-42"}
	return setup_complete({**user, **answers})["status"]


def forget_currency() -> None:
	"""Leave the site as the wizard of a release leaves it that does not store the currency."""
	frappe.db.set_default("currency", None)
	if frappe.get_meta("System Settings").has_field("currency"):
		frappe.db.set_single_value("System Settings", "currency", None)


def masters() -> dict[str, list[str]]:
	"""Return the names and texts of the default masters by DocType."""
	return {
		doctype: sorted(
			text
			for row in frappe.get_all(doctype, fields=["name", *fields])
			for text in {row.name, *(row[field] for field in fields)}
			if text
		)
		for doctype, fields in TRANSLATED_FIELDS.items()
	}


def do_what_the_readme_promises(class_id: str, stage: str, unit: str) -> dict:
	"""Make an opportunity, its quote and the PDF, win it, all as the site's first user; return what can be seen of it."""
	frappe.set_user(USER)
	partner = insert("Business Partner", partner_name="Radhaus Nord GmbH")
	item = insert("Sales Item", item_code="BIKE", item_name="Bike", unit=unit, price=1000, tax_rate="19 %")
	entries = {"party": partner.name, "class_id": class_id, "stage": stage}
	typed = insert("Sales Opportunity", **entries, amount=100000)
	won = insert("Sales Opportunity", **entries, items=[{"item": item.name, "quantity": 3}])
	quote = frappe.get_doc("Quote", create_quote(won.name, default_validity(won.name)))
	quote.submit()
	pdf = render_quote(quote.name)
	close_as_won(won.name)
	card = frappe.get_doc("Number Card", "Won This Month")
	return {
		"weighted": typed.weighted_amount,
		"currency": typed.transaction_currency,
		"gross total": quote.get_formatted("gross_total"),
		"pdf": pdf[:5].decode(),
		"status": frappe.db.get_value("Sales Opportunity", won.name, "status"),
		"settings": frappe.db.get_single_value(SETTINGS, "company_currency"),
		"default": frappe.db.get_default("currency"),
		"card": get_result(card.as_json(), card.filters_json),
	}


def insert(doctype: str, **values):
	"""Return a new document."""
	return frappe.get_doc({"doctype": doctype, **values}).insert()
