"""A quote for the eye: the company's paper with an invented customer, made in memory and stored nowhere."""

from pathlib import Path
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.translate import print_language
from frappe.utils import add_days, nowdate

from sales_opportunity.currency import SETTINGS, find_company_currency
from sales_opportunity.sales_opportunity.doctype.quote.amounts import compute_totals_of_quote
from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import quote_html

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_settings.sales_opportunity_settings import (
		SalesOpportunitySettings,
	)

VALID_DAYS = 30
SHEET = Path(__file__).parent / "sheet.css"


def page(company: dict) -> str:
	"""Return the paper as a page of HTML, with what was typed of the company but is not saved yet."""
	settings = frappe.get_doc(SETTINGS)
	settings.update(company)
	language = settings.default_language or frappe.local.lang
	with print_language(language):
		quote = sample(settings, language)
	quote.sample_company = settings
	html = quote_html(quote, language=language)
	return html.replace("</head>", f"<style>{SHEET.read_text()}</style></head>", 1)


def sample(settings: "SalesOpportunitySettings", language: str) -> "Quote":
	"""Return a quote that is not stored. Its texts are in the language in force."""
	quote = frappe.get_doc(
		{
			"doctype": "Quote",
			"name": _("SAMPLE"),
			"party_name": _("Sample Customer Ltd."),
			"address_display": "\n".join(
				[_("Sample Customer Ltd."), _("1 Market Street"), _("12345 Sampletown")]
			),
			"subject": _("Your inquiry"),
			"salutation": _("Dear Sir or Madam,"),
			"introduction": _("Thank you for your interest. We are pleased to offer you the following:"),
			"closing": _("Yours sincerely"),
			"quote_date": nowdate(),
			"valid_until": add_days(nowdate(), VALID_DAYS),
			"sales_person": frappe.session.user,
			"transaction_currency": settings.company_currency or find_company_currency() or "EUR",
			"conversion_rate": 1,
			"tax_treatment": "Small Business" if settings.small_business else "Domestic",
			"language": language,
			"docstatus": 0,
		}
	)
	tax_rate = frappe.db.get_value(
		"Sales Tax Rate", {"is_default": 1, "disabled": 0}, ["name", "rate"], as_dict=True
	)
	lines = ((_("Our Product"), 2, 490), (_("Our Service"), 3, 85))
	is_taxed = tax_rate and not settings.small_business
	for position, (name, quantity, rate) in enumerate(lines, start=1):
		quote.append(
			"items",
			{
				"row_type": "Priced",
				"position": str(position),
				"item_name": name,
				"quantity": quantity,
				"rate": rate,
				"amount": quantity * rate,
				"tax_rate": tax_rate and tax_rate.name,
				"tax_percentage": tax_rate.rate if is_taxed else 0,
			},
		)
	compute_totals_of_quote(quote)
	return quote
