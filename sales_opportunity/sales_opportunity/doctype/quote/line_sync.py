"""Keeps the lines of an opportunity and those of its primary quote equal, whichever of the two is saved.

Only priced rows are lines; headings, texts, subtotals, optional and alternative rows stay on the quote. What is
saved last prevails: saving one document saves the other, if anything differs, and that one does not answer.
"""

from decimal import Decimal

import frappe
from frappe import _

from sales_opportunity.currency import places
from sales_opportunity.masters import get_item
from sales_opportunity.money import to_decimal
from sales_opportunity.sales_opportunity.doctype.quote.line_order import merged_order
from sales_opportunity.sales_opportunity.doctype.quote.price_basis import as_shown, net_of
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.valuation import exchanged

TEXT_FIELDS = ("item_name", "description")
NUMBER_FIELDS = ("quantity", "rate", "discount_percentage")
OTHER_FIELDS = ("item_type", "item", "unit", "tax_rate", "delivery_date")
LINE_FIELDS = (*OTHER_FIELDS, *NUMBER_FIELDS, *TEXT_FIELDS)
CURRENCY_FIELDS = ("transaction_currency", "conversion_rate")
NOT_LINKED = ""
LOCKED_FIELDS = ("party_type", "party", "transaction_currency")


class IssuedQuoteError(frappe.ValidationError):
	pass


def feed_opportunity(quote):
	"""Write the priced rows, currency and rate of a primary quote into its open opportunity, if they differ."""
	if not quote.primary_of or quote.flags.follows_opportunity:
		return
	opportunity = frappe.get_doc("Sales Opportunity", quote.opportunity, for_update=True)
	if opportunity.status != "Open":
		return
	if are_equal(quote, opportunity):
		return
	take_lines(opportunity, quote)
	# Whoever may change the quote was checked there; a customer's answer may change which one is primary.
	opportunity.flags.ignore_permissions = True
	opportunity.save()
	link_lines(quote, opportunity)


def take_lines(opportunity, quote):
	"""Put the priced rows, currency and rate of a quote into an opportunity, which is not saved by this."""
	if are_equal(quote, opportunity):
		return
	former = {row.name: row for row in opportunity.items}
	if quote.transaction_currency != opportunity.transaction_currency:
		former = {}  # new rows, whose prices need no conversion
	opportunity.update({fieldname: quote.get(fieldname) for fieldname in CURRENCY_FIELDS})
	opportunity.set("items", [])
	for row in priced_rows(quote):
		former_row = former.pop(row.opportunity_item, None)
		opportunity.append("items", former_row or {})
		opportunity.items[-1].update(opportunity_values(row, former_row, quote))
	number_rows(opportunity.items)
	opportunity.flags.follows_quote = True


def feed_quote(opportunity):
	"""Write lines, currency, rate and partner of an opportunity into its primary quote if that is a draft."""
	if opportunity.status != "Open" or opportunity.flags.follows_quote:
		return
	name = frappe.db.get_value("Quote", {"primary_of": opportunity.name, "docstatus": 0}, for_update=True)
	if not name:
		return
	quote = frappe.get_doc("Quote", name, for_update=True)
	if are_equal(quote, opportunity) and quote.party == opportunity.party:
		return
	if quote.transaction_currency != opportunity.transaction_currency:
		quote = convert(quote, opportunity)
	quote.conversion_rate = opportunity.conversion_rate
	set_quote_rows(quote, opportunity)
	quote.flags.follows_opportunity = True
	# Whoever may change the opportunity was checked there.
	quote.flags.ignore_permissions = True
	quote.save()
	complete_lines(opportunity.items, priced_rows(quote))


def complete_lines(lines: list, rows: list):
	"""Write into the opportunity's lines what the quote has filled in: it can do without less."""
	for line, row in zip(lines, rows, strict=True):
		for fieldname in OTHER_FIELDS:
			if row.get(fieldname) and not line.get(fieldname):
				line.db_set(fieldname, row.get(fieldname), update_modified=False)


def set_quote_rows(quote, opportunity):
	"""Put the opportunity's lines into the priced rows of a quote; all other rows keep their places."""
	rows, lines = list(quote.items), opportunity.items
	order = merged_order(
		[(row.opportunity_item or NOT_LINKED) if row.row_type == "Priced" else None for row in rows],
		[line.name for line in lines],
	)
	quote.set("items", [])
	for row_index, line_index in order:
		quote.append("items", {} if row_index is None else rows[row_index])
		row = quote.items[-1]
		if line_index is not None:
			line = lines[line_index]
			row.update({"row_type": "Priced", "opportunity_item": line.name})
			row.update(quote_values(line, quote))
	number_rows(quote.items)


def number_rows(rows: list):
	for index, row in enumerate(rows, start=1):
		row.idx = index


def convert(quote, opportunity):
	"""Bring a draft into the opportunity's currency: what is not one of the lines by the change of the rate."""
	rates = quote.conversion_rate, opportunity.conversion_rate, places(opportunity.transaction_currency)
	# The currency is fixed for users, since prices would keep their figures; here they are converted.
	quote.db_set(
		{fieldname: opportunity.get(fieldname) for fieldname in CURRENCY_FIELDS}, update_modified=False
	)
	quote = frappe.get_doc("Quote", quote.name, for_update=True)
	for row in quote.items:
		row.rate = float(exchanged(row.rate, *rates))
	quote.freight = float(exchanged(quote.freight, *rates))
	return quote


def are_equal(quote, opportunity) -> bool:
	"""Return whether both have the same lines in the same order, linked with each other, at the same rate."""
	rows = priced_rows(quote)
	return (
		quote.transaction_currency == opportunity.transaction_currency
		and to_decimal(quote.conversion_rate) == to_decimal(opportunity.conversion_rate)
		and [row.opportunity_item for row in rows] == [line.name for line in opportunity.items]
		and all(
			comparable(row) == comparable(quote_values(line, quote))
			for row, line in zip(rows, opportunity.items, strict=True)
		)
	)


def comparable(row) -> list:
	"""Return the values of a line so that equal ones compare equal: 1 and 1.0, nothing and an empty text."""
	numbers: list[Decimal] = [to_decimal(row.get(fieldname)) for fieldname in NUMBER_FIELDS]
	texts = [str(row.get(fieldname) or "") for fieldname in (*OTHER_FIELDS, *TEXT_FIELDS)]
	return [*numbers, *texts]


def quote_values(line, quote) -> dict:
	"""Return the values of an opportunity's line as they stand on a quote: its price with tax if the quote's are.

	Name and description are those of the item in the quote's language, unless they were written by hand.
	"""
	language = quote.language
	values = {fieldname: line.get(fieldname) for fieldname in LINE_FIELDS}
	if line.rate:
		values["rate"] = as_shown(quote, line.rate, line.tax_rate)
	if line.item:
		default, translated = (
			get_item(line.item_type, line.item),
			get_item(line.item_type, line.item, language),
		)
		if line.item_name == default.title:
			values["item_name"] = translated.title
		if (line.description or "") == (default.description or ""):
			values["description"] = translated.description
	return values


def opportunity_values(row, line, quote) -> dict:
	"""Return the values of a quote's row as they stand on the opportunity: net, with texts in the site's language.

	What follows from the former `line` leaves it alone.
	"""
	values = {fieldname: row.get(fieldname) for fieldname in LINE_FIELDS}
	former = quote_values(line, quote) if line else {}
	if row.rate:
		is_same = line and (former["rate"], line.tax_rate) == (row.rate, row.tax_rate)
		values["rate"] = line.rate if is_same else net_of(quote, row.rate, row.tax_rate)
	if not row.item:
		return values
	default, translated = get_item(row.item_type, row.item), get_item(row.item_type, row.item, quote.language)
	for fieldname, source, target in (
		("item_name", default.title, translated.title),
		("description", default.description, translated.description),
	):
		if line and (former[fieldname] or "") == (row.get(fieldname) or ""):
			values[fieldname] = line.get(fieldname)
		elif (row.get(fieldname) or "") == (target or ""):
			values[fieldname] = source
	return values


def priced_rows(quote) -> list:
	return [row for row in quote.items if row.row_type == "Priced"]


def link_lines(quote, opportunity):
	"""Note on each priced row of the quote which of the opportunity's lines, equal in number and order, it is."""
	for row, line in zip(priced_rows(quote), opportunity.items, strict=True):
		if row.opportunity_item != line.name:
			row.db_set("opportunity_item", line.name, update_modified=False)


def validate_party_and_currency(opportunity):
	"""Raise `IssuedQuoteError` if partner or currency change after a quote of the opportunity was issued."""
	before = opportunity.get_doc_before_save()
	if not before or opportunity.flags.follows_quote:
		return
	if all(opportunity.get(field) == before.get(field) for field in LOCKED_FIELDS):
		return
	issued = frappe.db.get_value("Quote", {"opportunity": opportunity.name, "docstatus": 1})
	if issued:
		frappe.throw(
			_(
				"Quote {0} was issued: partner and currency of the opportunity can no longer change. Cancel the quote, or make a new opportunity."
			).format(frappe.bold(issued)),
			IssuedQuoteError,
		)
