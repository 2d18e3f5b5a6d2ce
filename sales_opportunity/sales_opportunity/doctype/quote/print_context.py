"""What a quote says on paper: everything a print format needs, ready to be printed, in the quote's language."""

from decimal import Decimal
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.utils import getdate, strip_html

from sales_opportunity.currency import decimal_places
from sales_opportunity.deal.line_sync import priced_rows
from sales_opportunity.deal.recurring import term_shares
from sales_opportunity.masters.adapters import get_party, registered_types
from sales_opportunity.masters.companies import company_on_paper
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.pricing.recurrence import (
	charged_periods,
	recurring_sums,
	sums_by_recurrence,
)
from sales_opportunity.printing.figure_columns import Columns, columns_for, part
from sales_opportunity.printing.fitting import file_address, fit, fitted_html
from sales_opportunity.sales_opportunity.doctype.quote.amounts import shares_as_priced
from sales_opportunity.sales_opportunity.doctype.quote.documents import item_of_row
from sales_opportunity.sales_opportunity.doctype.quote.instalments import total_due_once
from sales_opportunity.sales_opportunity.doctype.quote.pictures import pictures_of
from sales_opportunity.sales_opportunity.doctype.quote_item.positions import NUMBERED
from sales_opportunity.sales_opportunity.doctype.sales_tax_sentence.tax_sentences import tax_sentence
from sales_opportunity.texts.formatting import (
	country_name,
	format_date,
	format_money,
	format_number,
	format_percent,
	format_price,
)
from sales_opportunity.texts.rich_text import clean
from sales_opportunity.texts.service_terms import service_term

if TYPE_CHECKING:
	from sales_opportunity.masters.companies import Company
	from sales_opportunity.pricing.money import Number
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.quote_item.quote_item import QuoteItem
	from sales_opportunity.sales_opportunity.doctype.quote_tax.quote_tax import QuoteTax
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_settings.sales_opportunity_settings import (
		SalesOpportunitySettings,
	)

	CompanyOnPaper = Company | SalesOpportunitySettings

LONG_DESCRIPTION = 600
"""Characters from which a description may go on on the next page; about eight lines."""


def quote_paper(doc: "Quote") -> frappe._dict:
	"""Return the texts and figures of a quote for its print format (a Jinja method).

	All numbers and dates are formatted in `doc.language`; all labels are in the language of the print. Rich texts are
	HTML that was cleaned (again: older ones were not, when they were stored); all others have to be escaped. The
	company is that of the deal, else of the settings, or `doc.sample_company` on samples.
	"""
	settings = doc.sample_company or company_on_paper(doc.company)
	lines = _lines(doc, pictures_of(doc))
	has_discounts = any(row.discount_percentage or row.discount_amount for row in doc.items)
	return frappe._dict(
		title=_("Quote {0}").format(doc.name),
		subject=doc.subject or _("Our quote"),
		label=doc.label,
		mark=_mark(doc),
		date=format_date(doc.quote_date, doc.language),
		company=settings,
		logo=file_address(settings.logo or ""),
		sender_line=" · ".join(
			filter(None, [settings.company_name, settings.street, _postal_code_and_city(settings)])
		),
		place=_postal_code_and_city(settings),
		address_lines=(doc.address_display or doc.party_name or "").splitlines(),
		information=_information(doc),
		layout=layout(doc.language),
		introduction=fit(clean(doc.introduction)),
		terms=fit(clean(doc.terms)),
		closing=fit(clean(doc.closing)),
		lines=lines,
		columns=set_columns(lines, has_discounts),
		has_discounts=has_discounts,
		**paper_sums(doc),
		validity_sentence=_("This quote is valid until {0}.").format(
			format_date(doc.valid_until, doc.language)
		),
		conditions=[
			(label, text.splitlines())
			for label, text in (
				(_("Payment", context="Quote"), doc.payment_terms),
				(_("Delivery", context="Quote"), doc.delivery_terms),
			)
			if text
		],
		sales_person=frappe.db.get_value("User", doc.sales_person, "full_name") if doc.sales_person else None,
		footer=company_data(settings, doc.language),
	)


def paper_sums(doc: "Quote") -> dict:
	"""Return what stands below the lines: recurring sums, totals, and the sentences about them."""
	return {
		"recurring": _recurring(doc),
		"totals": _totals(doc),
		"instalments": _instalments(doc),
		"bracket_sentence": _bracket_sentence(doc),
		"tax_sentence": tax_sentence(doc),
	}


def _mark(doc: "Quote") -> str | None:
	"""Return what tells a paper that binds nobody from an issued one."""
	if doc.docstatus == 1:
		return None
	return _("Draft") if doc.docstatus == 0 else _("Cancelled", context="Quote")


def _postal_code_and_city(settings: "CompanyOnPaper") -> str:
	return " ".join(filter(None, [settings.postal_code, settings.city]))


def _information(doc: "Quote") -> list[tuple[str, str]]:
	person = doc.sales_person and frappe.db.get_value(
		"User", doc.sales_person, ["full_name", "phone", "mobile_no", "email"], as_dict=True
	)
	rows = [
		(_("Quote No."), doc.name),
		(_("Revision"), str(doc.revision) if doc.revision and doc.revision > 1 else None),
		(_("Date"), format_date(doc.quote_date, doc.language)),
		(_("Valid Until"), format_date(doc.valid_until, doc.language)),
		(_("Customer No."), _customer_number(doc)),
		(_("Your VAT ID"), _vat_id(doc)),
	]
	if person:
		rows += [
			(_("Your Contact"), person.full_name),
			(_("Phone"), person.phone or person.mobile_no),
			(_("Email"), person.email if "@" in (person.email or "") else None),
		]
	return [(label, value) for label, value in rows if value]


def _customer_number(doc: "Quote") -> str | None:
	"""Return the partner's number, None for one that has none, such as a lead."""
	is_registered = doc.party_type in registered_types()["party"]
	has_number = not is_registered or get_party(doc.party_type, doc.party, doc.company).has_number
	return doc.party if has_number else None


def _vat_id(doc: "Quote") -> str | None:
	if doc.tax_treatment in ("Reverse Charge", "EU Supply"):
		return get_party(doc.party_type, doc.party, doc.company).vat_id
	return None


def layout(language: str) -> str:
	"""Return which form of letter a language has: "din" (DIN 5008 form B) for German, else "plain"."""
	return "din" if language.split("-")[0] == "de" else "plain"


def _lines(doc: "Quote", pictures: dict[tuple[str, str], str]) -> list[frappe._dict]:
	"""Return all lines, each with the sum so far, for the case that the page ends behind it."""
	lines = []
	total = Decimal(0)
	for row in doc.items:
		if row.row_type == "Priced":
			total += to_decimal(row.amount)
		carried = format_money(total, doc.transaction_currency, doc.language)
		line = _line(doc, row)
		line.picture = pictures.get(item_of_row(row)) if row.row_type in NUMBERED else None
		line.carried, line.brought = (
			_("Carried forward: {0}").format(carried),
			_("Brought forward: {0}").format(carried),
		)
		lines.append(line)
	return lines


def _line(doc: "Quote", row: "QuoteItem") -> frappe._dict:
	is_calculated = row.row_type in NUMBERED
	description = fitted_html(clean(row.description) or "")
	return frappe._dict(
		kind=row.row_type,
		position=row.position,
		name=row.item_name,
		code=row.item if is_calculated else None,
		description=description.html,
		is_wide=description.needs_width,
		is_long=len(strip_html(row.description or "")) > LONG_DESCRIPTION,
		mark={"Optional": _("optional"), "Alternative": _("alternative")}.get(row.row_type),
		quantity=f"{format_number(row.quantity, doc.language)} {_(row.unit, context='Sales Unit') if row.unit else ''}".strip(),
		rate=format_price(-row.rate if row.deduction else row.rate, doc.transaction_currency, doc.language),
		discount=" + ".join(_discounts(doc, row)),
		discounts=_discounts(doc, row),
		amount=format_money(row.amount, doc.transaction_currency, doc.language),
		**kind_of_sale(row, doc.language),
	)


def kind_of_sale(row: "QuoteItem", language: str) -> dict[str, str]:
	"""Return what a line is beside being sold: taken off as a `deduction`, charged `per` month, served for a `term`; else empty."""
	is_calculated = row.row_type in NUMBERED
	return {
		"deduction": _(row.deduction, context=row.doctype) if row.deduction else "",
		"per": _per(row) if is_calculated else "",
		"term": _term(row, language) if is_calculated else "",
	}


def _per(row: "QuoteItem") -> str:
	"""Return how often a unit price is charged, empty for what is sold once."""
	texts = {
		"Monthly": _("per month × {0}"),
		"Quarterly": _("per quarter × {0}"),
		"Yearly": _("per year × {0}"),
	}
	if not row.recurrence:
		return ""
	return texts[row.recurrence].format(charged_periods(row)).replace("× ", "×\N{NO-BREAK SPACE}")


def _term(row: "QuoteItem", language: str) -> str:
	"""Return from when until when a recurring line is served, if it says from when."""
	if not (row.recurrence and row.service_start):
		return ""
	return service_term(getdate(row.service_start), row.recurrence, charged_periods(row), language)


def _discounts(doc: "Quote", row: "QuoteItem") -> list[str]:
	"""Return the discounts of a line: in %, then the fixed one."""
	found = []
	if row.discount_percentage:
		found.append(format_percent(row.discount_percentage, doc.language))
	if row.discount_amount:
		found.append(format_price(row.discount_amount, doc.transaction_currency, doc.language))
	return found


def set_columns(lines: list[frappe._dict], has_discounts: bool) -> Columns:
	"""Return the widths of the columns in which the lines' figures stand whole, see `columns_for`.

	Where there is little room, figures of the lines may then be parted from their unit or currency.
	"""
	calculated = [line for line in lines if line.kind in NUMBERED]
	figures = {
		"position": [line.position or "" for line in lines],
		"quantity": [line.quantity for line in calculated],
		"rate": [line.rate for line in calculated],
		"discount": [discount for line in calculated for discount in line.discounts],
		"amount": [f"({line.amount})" if line.mark else line.amount for line in lines],
	}
	if not has_discounts:
		del figures["discount"]
	columns = columns_for(figures)
	for line in calculated:
		for column in columns.parted:
			line[column] = part(line[column])
	return columns


def _totals(doc: "Quote") -> list[frappe._dict]:
	"""Return the rows below the lines: what is summed, how, and whether it is the final one."""

	def row(label: str, amount: "Number", final: bool = False) -> frappe._dict:
		return frappe._dict(
			label=label, amount=format_money(amount, doc.transaction_currency, doc.language), final=final
		)

	rows = []
	deductions = _deductions(doc)
	if doc.discount_amount or doc.freight or deductions:
		rows.append(row(_("Sum of Lines"), doc.line_total))
	in_percent = to_decimal(doc.discount_amount) - to_decimal(doc.fixed_discount)
	if in_percent:
		discount = format_percent(doc.discount_percentage, doc.language)
		rows.append(row(_("Discount {0}").format(discount), -in_percent))
	if doc.fixed_discount:
		rows.append(row(_("Discount"), -doc.fixed_discount))
	rows += [row(_(kind, context="Quote Item"), amount) for kind, amount in deductions.items()]
	if doc.freight:
		rows.append(row(_("Freight"), doc.freight))
	if doc.tax_treatment == "Small Business":
		return [*rows, row(_("Total Amount", context="Quote"), doc.gross_total, final=True)]
	if doc.prices_include_tax:
		rows.append(row(_("Total Including VAT"), doc.gross_total, final=True))
		return rows + [
			row(_("Including {0}").format(_tax_label(doc, tax)), tax.tax_amount) for tax in doc.taxes
		]
	rows.append(row(_("Net Total", context="Quote"), doc.net_total))
	if doc.tax_treatment == "Domestic":
		rows += [row(_("Plus {0}").format(_tax_label(doc, tax)), tax.tax_amount) for tax in doc.taxes]
	return [*rows, row(_("Total Amount", context="Quote"), doc.gross_total, final=True)]


def _recurring(doc: "Quote") -> list[frappe._dict]:
	"""Return what is charged once, per month, quarter and year, and in all; nothing where no line recurs.

	The sums are after the discount on the whole, with tax where the quote's prices include it.
	"""
	priced = priced_rows(doc)
	if not any(row.recurrence for row in priced):
		return []
	places = decimal_places(doc.transaction_currency)
	amounts, freight = shares_as_priced(doc)
	shares = term_shares(priced, amounts)
	sums = recurring_sums(shares, freight, places)
	labels = {
		"Monthly": _("Monthly", context="Quote"),
		"Quarterly": _("Quarterly", context="Quote"),
		"Yearly": _("Yearly", context="Quote"),
	}
	rows = [(_("One-off", context="Quote"), sums.one_off)] if sums.one_off else []
	rows += [(labels[name], amount) for name, amount in sums_by_recurrence(shares, places).items()]
	rows.append((_("Total Contract Value", context="Quote"), sums.contract_value))
	return [
		frappe._dict(
			label=_amount_label(doc, label),
			amount=format_money(amount, doc.transaction_currency, doc.language),
		)
		for label, amount in rows
	]


def _instalments(doc: "Quote") -> frappe._dict | None:
	"""Return the plan of instalments with its heading; None without one, and while it rests."""
	if not doc.instalments or total_due_once(doc) <= 0:
		return None
	is_whole = not any(row.recurrence for row in priced_rows(doc))
	label = _("Payment Plan") if is_whole else _("Payment Plan for One-off Amounts")
	return frappe._dict(
		label=_("{0} (incl. VAT)").format(label) if doc.tax_total else label,
		rows=[
			frappe._dict(
				due=format_date(row.due_date, doc.language),
				text=row.description or "",
				share=format_percent(row.percentage, doc.language) if row.percentage else "",
				amount=format_money(row.amount, doc.transaction_currency, doc.language),
			)
			for row in doc.instalments
		],
	)


def _amount_label(doc: "Quote", label: str) -> str:
	"""Return a label that says whether its amount is with tax or without, where there is any."""
	if doc.tax_treatment == "Small Business":
		return label
	return (_("{0} (incl. VAT)") if doc.prices_include_tax else _("{0} (net)")).format(label)


def _deductions(doc: "Quote") -> dict[str, Decimal]:
	"""Return what is deducted, by its kind."""
	found: dict[str, Decimal] = {}
	for line in doc.items:
		if line.row_type == "Priced" and line.deduction:
			found[line.deduction] = found.get(line.deduction, Decimal(0)) + to_decimal(line.amount)
	return found


def _bracket_sentence(doc: "Quote") -> str | None:
	if any(row.row_type in ("Optional", "Alternative") for row in doc.items):
		return _("Amounts in brackets are not part of the total.")
	return None


def _tax_label(doc: "Quote", tax: "QuoteTax") -> str:
	return _("{0} VAT on {1}").format(
		format_percent(tax.rate, doc.language),
		format_money(tax.taxable_amount, doc.transaction_currency, doc.language),
	)


def company_data(settings: "CompanyOnPaper", language: str) -> list[list[str]]:
	"""Return what business letters say of the company: address, reach, register, bank; empty ones are left out."""

	def labelled(label: str, value: str | None) -> str | None:
		return f"{label} {value}" if value else None

	country_code = settings.country and frappe.get_cached_value("Country", settings.country, "code")
	country = country_name(country_code, language) if country_code else None
	columns = [
		[settings.company_name, settings.street, _postal_code_and_city(settings), country],
		[labelled(_("Phone"), settings.phone), settings.email, settings.website],
		[
			", ".join(filter(None, [settings.register_court, settings.register_number])),
			labelled(_("Managing directors:"), settings.managing_directors),
			labelled(_("VAT ID"), settings.vat_id),
			labelled(_("Tax No."), settings.tax_number),
		],
		[settings.bank_name, labelled("IBAN", settings.iban), labelled("BIC", settings.bic)],
	]
	return [lines for column in columns if (lines := [line for line in column if line])]
