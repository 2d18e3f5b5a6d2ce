"""The Sales Order that is made from a request for one: lines, conditions and taxes of the deal, with the same sums."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils import add_days, escape_html, get_link_to_form, getdate

from sales_opportunity.currency import decimal_places, format_amount
from sales_opportunity.deal.party_change import point_to_party
from sales_opportunity.erpnext.company.companies import company_of
from sales_opportunity.erpnext.company.exchange import rate_in_books
from sales_opportunity.erpnext.company.terms import agreed_template, selling_terms
from sales_opportunity.erpnext.errors import UnequalTotalsError, UnfitLineError
from sales_opportunity.erpnext.masters.customers import customer_of
from sales_opportunity.erpnext.orders.blanket_orders import name_blanket_order
from sales_opportunity.erpnext.orders.deferral import service_start
from sales_opportunity.erpnext.orders.foreign_lines import require_item
from sales_opportunity.erpnext.orders.layouts import Layout, LinePrice, SoldPart, layouts
from sales_opportunity.erpnext.orders.sales_team import set_sales_team
from sales_opportunity.erpnext.orders.schedule import scheduled_payments
from sales_opportunity.erpnext.orders.states import SALES_ORDER, made_of_request, state_of
from sales_opportunity.erpnext.orders.sums import Difference, Sums, corrections, differences
from sales_opportunity.erpnext.orders.taxes import OrderTaxes, order_taxes
from sales_opportunity.pricing.instalments import due_once, due_over_time
from sales_opportunity.pricing.money import HUNDRED, round_money, to_decimal
from sales_opportunity.pricing.recurrence import period_starts
from sales_opportunity.pricing.valuation import exact_sum
from sales_opportunity.texts.service_terms import service_term

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.fulfilment_request.provider import (
		DocumentState,
		Fulfilment,
		FulfilmentLine,
	)

SETTINGS = "Sales Opportunity Settings"
SELLING_SETTINGS, NEGATIVE_PRICES = "Selling Settings", "allow_negative_rates_for_items"


@dataclass(frozen=True)
class OrderedDeal:
	"""What an order is made of: the request, and what ERPNext calls the rest."""

	fulfilment: "Fulfilment"
	company: str
	customer: str
	taxes: OrderTaxes
	discount_percentage: Decimal
	fixed_discount: Decimal
	parts: tuple[SoldPart, ...]

	@property
	def rate_in_books(self) -> float:
		"""Return the exchange rate from the deal's currency to that of the company's books."""
		fulfilment = self.fulfilment
		return rate_in_books(fulfilment.currency, float(fulfilment.conversion_rate), self.company)

	@property
	def recurring(self) -> "list[FulfilmentLine]":
		"""Return the lines that are charged again and again."""
		return [line for line in self.fulfilment.lines if line.recurrence]

	@property
	def is_paid_in_parts(self) -> bool:
		"""Return whether instalments were agreed, or lines recur."""
		return bool(self.fulfilment.instalments or self.recurring)

	@property
	def places(self) -> int:
		"""Return the decimals of the deal's currency."""
		return decimal_places(self.fulfilment.currency)


def make_sales_order(fulfilment: "Fulfilment") -> "DocumentState":
	"""Make the order of a request, a draft or submitted as the settings say, and return its state (a hook).

	Raises `CompanyError`, `NoCustomerError`, `UnfitLineError`, `TaxAccountError`, what ERPNext raises, and
	`UnequalTotalsError` if ERPNext comes to other sums than the deal: then there is no order.
	"""
	deal = as_deal(fulfilment)
	order = fitting(deal, lambda layout: as_order(deal, layout))
	name_blanket_order(order, fulfilment.opportunity)
	schedule = payment_schedule(deal, to_decimal(order.grand_total))
	order.set("payment_schedule", schedule)
	with made_of_request():
		insert_fitting(order, deal, schedule)
		if frappe.get_cached_doc(SETTINGS).submit_orders:
			order.submit()
	return state_of(order, fulfilment.opportunity)


def insert_fitting(doc: Any, deal: OrderedDeal, schedule: Sequence[dict] = ()) -> None:
	"""Insert a document with the terms that were agreed, or in their place with a schedule of payments.

	Raises `UnequalTotalsError` if it then has other sums than the deal.
	"""
	doc.insert()
	template = None if schedule else agreed_template(doc.customer, deal.fulfilment.payment_terms)
	if (doc.payment_terms_template or None) != template:
		# ERPNext fills the customer's own template into each new document.
		doc.update({"payment_terms_template": None, "payment_schedule": schedule})
		doc.save()
	found = differences(expected_sums(deal), sums_of(doc, deal.taxes))
	if found:
		frappe.throw(unequal_message(deal, found, doc.doctype), UnequalTotalsError)


def as_deal(fulfilment: "Fulfilment", company: str | None = None) -> OrderedDeal:
	"""Return the request with what ERPNext calls its company, unless it is given, customer and taxes."""
	for line in fulfilment.lines:
		require_item(line)
		if line.deduction:
			require_negative_prices(line)
	company = company or company_of(fulfilment.company)
	customer = customer_of(fulfilment.party_type, fulfilment.party)
	opportunity = frappe.get_doc("Sales Opportunity", fulfilment.opportunity)
	point_to_party(opportunity, "Customer", customer)
	return OrderedDeal(
		fulfilment=fulfilment,
		company=company,
		customer=customer,
		taxes=order_taxes(fulfilment, company, customer),
		discount_percentage=to_decimal(opportunity.discount_percentage),
		fixed_discount=to_decimal(opportunity.fixed_discount),
		parts=tuple(as_part(line, shown_rates(fulfilment)) for line in fulfilment.lines),
	)


def require_negative_prices(line: "FulfilmentLine") -> None:
	"""Raise `UnfitLineError` for a trade-in or credit where ERPNext would refuse its negative price."""
	if frappe.db.get_single_value(SELLING_SETTINGS, NEGATIVE_PRICES):
		return
	frappe.throw(
		_(
			"{0} is a trade-in or credit, which has a negative price in ERPNext. Nothing was made. Switch on {1} in {2} and try again."
		).format(
			frappe.bold(line.item_name),
			frappe.bold(
				_(frappe.get_meta(SELLING_SETTINGS).get_label(NEGATIVE_PRICES), context=SELLING_SETTINGS)
			),
			get_link_to_form(SELLING_SETTINGS, SELLING_SETTINGS, frappe.bold(_(SELLING_SETTINGS))),
		),
		UnfitLineError,
	)


def shown_rates(fulfilment: "Fulfilment") -> dict[str, Decimal]:
	"""Return the prices that a quote with tax shows, by the deal's line; none where prices are net."""
	if not (fulfilment.prices_include_tax and fulfilment.won_quote):
		return {}
	rows = frappe.get_all(
		"Quote Item",
		{"parent": fulfilment.won_quote, "row_type": "Priced"},
		["opportunity_item", "rate"],
	)
	return {row.opportunity_item: to_decimal(row.rate) for row in rows}


def as_part(line: "FulfilmentLine", shown: dict[str, Decimal]) -> SoldPart:
	"""Return what an order has of a line: a recurring one at the price of its whole term, which its description explains."""
	factor = -line.periods if line.deduction else line.periods
	shown_rate = shown.get(line.opportunity_item)
	return SoldPart(
		quantity=line.quantity,
		rate=factor * line.rate,
		discount_percentage=line.discount_percentage,
		amount=line.amount,
		shown_rate=None if shown_rate is None else factor * shown_rate,
		discount_amount=line.discount_amount,
	)


def fitting(deal: OrderedDeal, written: Callable[[Layout], Any], doctype: str = SALES_ORDER) -> Any:
	"""Return a document that is not stored yet and comes to the sums of the deal. Raises `UnequalTotalsError`.

	`written` writes the deal down in a way. If none of the ways does, a row of a cent may make up for a tax that ERPNext
	rounds otherwise: half a cent, where the site's rounding is the bankers', and a tax that is taken out of prices.
	"""
	ways = list(
		layouts(
			deal.parts,
			deal.discount_percentage,
			deal.fulfilment.prices_include_tax,
			deal.places,
			deal.fixed_discount,
		)
	)
	first: list[Difference] = []
	for corrects in (False, True):
		for layout in ways:
			doc = written(layout)
			found = differences(expected_sums(deal), sums_of(doc, deal.taxes))
			first = first or found
			if corrects and not layout.includes_tax:
				found = corrected(doc, deal, found)
			if not found:
				return doc
	frappe.throw(unequal_message(deal, first, doctype), UnequalTotalsError)


def corrected(order: Any, deal: OrderedDeal, found: list[Difference]) -> list[Difference]:
	"""Add what rounding left out to an order's taxes, and return what differs then."""
	for account, amount in corrections(found, Decimal(1).scaleb(-deal.places)).items():
		row = {
			"charge_type": "Actual",
			"account_head": account,
			"description": _("Rounding of the Tax"),
			"tax_amount": float(amount),
		}
		order.append("taxes", {**deal.taxes.common, **row})
	order.run_method("calculate_taxes_and_totals")
	return differences(expected_sums(deal), sums_of(order, deal.taxes))


def unequal_message(deal: OrderedDeal, found: list[Difference], doctype: str) -> str:
	"""Return what differs between the deal and the document that it would be."""
	kinds = {"Net": _("Net Total", context="Quote"), "Tax": _("Tax"), "Gross": _("Gross Total")}
	currency = deal.fulfilment.currency
	lines = [
		_("{0}: {1} in the deal, {2} in ERPNext").format(
			" ".join(filter(None, (kinds[each.kind], each.account))),
			format_amount(each.expected, currency),
			format_amount(each.found, currency),
		)
		for each in found
	]
	message = _("There is no {0}, since it would have other sums than the deal:").format(_(doctype))
	return "<br>".join([message, *lines])


def expected_sums(deal: OrderedDeal) -> Sums:
	"""Return the sums that the order must have."""
	taxes: dict[str, Decimal] = {}
	for tax in deal.fulfilment.taxes:
		if tax.tax_amount:
			account = deal.taxes.account_of(tax.rate)
			taxes[account] = taxes.get(account, Decimal(0)) + tax.tax_amount
	net = deal.fulfilment.net_total
	return Sums(net, net + exact_sum(taxes.values()), taxes)


def sums_of(order: Any, taxes: OrderTaxes) -> Sums:
	"""Return the sums that ERPNext has found for an order; its freight counts as net."""
	net, found = to_decimal(order.net_total), {}
	for row in order.taxes:
		amount = to_decimal(row.tax_amount_after_discount_amount)
		if row.account_head == taxes.freight_account:
			net += amount
		elif amount:
			found[row.account_head] = found.get(row.account_head, Decimal(0)) + amount
	return Sums(net, to_decimal(order.grand_total), found)


def as_order(deal: OrderedDeal, layout: Layout) -> Any:
	"""Return the order that a layout makes of a deal, computed by ERPNext and not stored."""
	fulfilment = deal.fulfilment
	order = frappe.new_doc(SALES_ORDER)
	order.update(
		{
			"customer": deal.customer,
			"company": deal.company,
			"order_type": "Sales",
			"transaction_date": getdate(),
			"currency": fulfilment.currency,
			"conversion_rate": deal.rate_in_books,
			"ignore_pricing_rule": 1,
			"disable_rounded_total": 1,
			"customer_address": fulfilment.address,
			"contact_person": fulfilment.contact,
			"taxes_and_charges": deal.taxes.template,
			"apply_discount_on": "Net Total",
			"additional_discount_percentage": float(layout.discount_percentage),
			"discount_amount": float(layout.discount_amount),
			"sales_opportunity": fulfilment.opportunity,
			"sales_quote": fulfilment.won_quote,
			"fulfilment_request": fulfilment.request,
			**price_list(deal),
			**terms_of_order(deal),
		}
	)
	for line, price in zip(fulfilment.lines, layout.prices, strict=True):
		order.append("items", order_line(deal, line, price))
	order.delivery_date = max(row.delivery_date for row in order.items)
	add_taxes(order, deal, layout)
	order.run_method("set_missing_values")
	set_sales_team(order, fulfilment.opportunity)
	order.run_method("calculate_taxes_and_totals")
	return order


def price_list(deal: OrderedDeal) -> dict:
	"""Return the price list of an order, whose prices here are those of the deal, in its currency."""
	name = frappe.db.get_single_value(SELLING_SETTINGS, "selling_price_list")
	return {
		"selling_price_list": name,
		"price_list_currency": deal.fulfilment.currency,
		"plc_conversion_rate": deal.rate_in_books,
	}


def payment_schedule(deal: OrderedDeal, total: Decimal) -> list[dict]:
	"""Return the agreed instalments of an order and the periods of its recurring lines as ERPNext has them, with its total."""
	plan = [(row.due_date, row.amount, row.description) for row in deal.fulfilment.instalments]
	if deal.recurring:
		plan = charged_plan(deal, total, plan)
	return [
		{
			"due_date": payment.due_date,
			"invoice_portion": float(payment.portion),
			"payment_amount": float(payment.amount),
			"description": payment.description,
		}
		for payment in scheduled_payments(plan, total, getdate(), deal.places)
	]


def charged_plan(
	deal: OrderedDeal, total: Decimal, plan: list[tuple[date, Decimal, str]]
) -> list[tuple[date, Decimal, str]]:
	"""Return what of an order is due once, by its plan or the payment terms, and its recurring lines by their periods."""
	rates = {tax.name: tax.rate for tax in deal.fulfilment.taxes}
	taxed = [(line.amount, rates.get(line.tax_rate or "", Decimal(0))) for line in deal.recurring]
	amounts = [amount * (HUNDRED + rate) / HUNDRED for amount, rate in taxed]
	closed_on = frappe.db.get_value("Sales Opportunity", deal.fulfilment.opportunity, "closed_on")
	periods = [charges(line, service_start(line, closed_on)) for line in deal.recurring]
	# A tax that was taken out of prices may be a cent beside that of the net ones: it is of the lines, too, where all recur.
	is_all = len(deal.recurring) == len(deal.fulfilment.lines) and not deal.fulfilment.freight
	return due_over_time(
		total,
		Decimal(0) if is_all else due_once(total, taxed, places=deal.places),
		plan or agreed_days(deal),
		list(zip(amounts, periods, strict=True)),
		deal.places,
	)


def agreed_days(deal: OrderedDeal) -> list[tuple[date, Decimal, str]]:
	"""Return when what is ordered today is due by the customer's payment terms, today if the quote has others."""
	from erpnext.controllers.accounts_controller import get_payment_terms

	template = agreed_template(deal.customer, deal.fulfilment.payment_terms)
	rows = get_payment_terms(template, getdate()) if template else ()
	found = [(getdate(row.due_date), to_decimal(row.invoice_portion), row.description or "") for row in rows]
	return found or [(getdate(), Decimal(1), "")]


def charges(line: "FulfilmentLine", start: date) -> list[tuple[date, str]]:
	"""Return the first day of each period of a recurring line, on which it is charged, and for when."""
	return [
		(day, service_term(day, line.recurrence, 1, frappe.local.lang))
		for day in period_starts(start, line.recurrence, line.periods)
	]


def terms_of_order(deal: OrderedDeal) -> dict:
	"""Return payment terms as the customer's template, or in words if others were agreed, and the won quote's terms."""
	fulfilment = deal.fulfilment
	template = None if deal.is_paid_in_parts else agreed_template(deal.customer, fulfilment.payment_terms)
	words = None if template else fulfilment.payment_terms
	quoted = chosen = None
	if fulfilment.won_quote:
		quoted, chosen = frappe.db.get_value("Quote", fulfilment.won_quote, ["terms", "terms_template"])
	paragraphs = [f"<p>{escape_html(words)}</p>" if words else None, quoted]
	return {
		"payment_terms_template": template,
		"tc_name": selling_terms(chosen),
		"terms": "".join(filter(None, paragraphs)) or None,
	}


def order_line(deal: OrderedDeal, line: "FulfilmentLine", price: LinePrice) -> dict:
	"""Return the row of an order for a line."""
	return {
		"item_code": line.item,
		"item_name": line.item_name,
		"description": line_description(deal, line),
		"qty": float(line.quantity),
		"uom": line.unit,
		"delivery_date": delivery_date(line),
		"price_list_rate": float(price.list_rate),
		"discount_percentage": float(price.discount_percentage),
		"discount_amount": float(price.discount_amount),
		"rate": float(price.rate),
		"item_tax_template": deal.taxes.item_template_of(line.tax_rate),
		"sales_opportunity_item": line.opportunity_item,
	}


def line_description(deal: OrderedDeal, line: "FulfilmentLine") -> str:
	"""Return a line's description; of a recurring one also the price of a period, how often it is charged, and when."""
	text = line.description or line.item_name
	if not line.recurrence:
		return text
	price = format_amount(line.rate, deal.fulfilment.currency)
	texts = {
		"Monthly": _("{0} per month, for {1} months"),
		"Quarterly": _("{0} per quarter, for {1} quarters"),
		"Yearly": _("{0} per year, for {1} years"),
	}
	terms = [texts[line.recurrence].format(price, line.periods)]
	if line.service_start:
		terms.append(service_term(line.service_start, line.recurrence, line.periods, frappe.local.lang))
	return "".join([text, *(f"<p>{escape_html(term)}</p>" for term in terms)])


def delivery_date(line: "FulfilmentLine") -> date:
	"""Return when a line is to be delivered: as agreed, else after its item's lead time; not before today."""
	lead_time = frappe.get_cached_value("Item", line.item, "lead_time_days") or 0
	return max(line.delivery_date or getdate(add_days(getdate(), lead_time)), getdate())


def add_taxes(order: Any, deal: OrderedDeal, layout: Layout) -> None:
	"""Add the taxes of the lines, and the freight with its own taxes, which no other row takes part in."""
	taxes = deal.taxes
	for row in taxes.rows:
		order.append("taxes", {**taxes.common, **row, "included_in_print_rate": int(layout.includes_tax)})
	for row in (*freight_rows(deal), *freight_tax_rows(deal)):
		order.append("taxes", {**taxes.common, **row, "charge_type": "Actual"})


def freight_rows(deal: OrderedDeal) -> list[dict]:
	"""Return the net freight as a row of an order's taxes, where ERPNext has it."""
	freight = deal.fulfilment.freight
	row = {
		"account_head": deal.taxes.freight_account,
		"description": _("Freight"),
		"tax_amount": float(freight),
	}
	return [row] if freight else []


def freight_tax_rows(deal: OrderedDeal) -> list[dict]:
	"""Return, by rate, what is left of the deal's tax when that of the lines is taken off: the tax on the freight."""
	freight_of = dict(deal.fulfilment.freight_taxes)
	rows = []
	for tax in deal.fulfilment.taxes:
		freight = freight_of.get(tax.name, Decimal(0))
		rest = tax.tax_amount - round_money((tax.taxable_amount - freight) * tax.rate / HUNDRED, deal.places)
		if rest and freight:
			rows.append(
				{
					"account_head": deal.taxes.account_of(tax.rate),
					"description": _("Tax on Freight"),
					"tax_amount": float(rest),
				}
			)
	return rows
