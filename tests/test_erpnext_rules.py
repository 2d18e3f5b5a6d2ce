"""What of ERPNext is chosen for a deal's taxes, how its lines can stand on an order, and whether the sums are the same."""

import ast
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.erpnext.orders.layouts import SoldPart, layouts
from sales_opportunity.erpnext.orders.sums import Difference, Sums, corrections, differences
from sales_opportunity.erpnext.tax.rules import (
	ItemTaxTemplate,
	TaxTemplate,
	TemplateRow,
	account_for,
	item_template_for,
	percent_of_item,
	standard_percent,
	template_for,
)
from sales_opportunity.pricing.valuation import exact_sum, line_amount

ROOM = Path(__file__).resolve().parent.parent / "sales_opportunity" / "erpnext"
FIELDS = json.loads((Path(__file__).parent / "erpnext_fields.json").read_text())
"""The fields that the room uses and their types, by DocType, as ERPNext 15.99 has them."""
SINCE_16 = json.loads((Path(__file__).parent / "erpnext_fields_16.json").read_text())
"""What of them has another type in 16, or is not there, which is null; all others are the same."""

FUNCTIONS = json.loads((Path(__file__).parent / "erpnext_functions.json").read_text())
"""The functions of ERPNext that the room calls, with the names of their arguments in 15 and in 16."""


def fields_of(doctype: str) -> set[str]:
	"""Return the fields that a DocType has in 15 and in 16."""
	return {field for field in FIELDS[doctype] if SINCE_16.get(doctype, {}).get(field, "as in 15")}


VAT_19, VAT_7 = "3806 - Umsatzsteuer 19 % - MG", "3801 - Umsatzsteuer 7 % - MG"
ROWS = (
	TemplateRow(VAT_19, Decimal(0), Decimal(19)),
	TemplateRow(VAT_7, Decimal(0), Decimal(7)),
)
INLAND = TaxTemplate("Inland - MG", "Lieferung oder sonstige Leistung im Inland", is_default=True, rows=ROWS)
ITEM_TEMPLATES = [
	ItemTaxTemplate("0 %", {VAT_19: Decimal(0), VAT_7: Decimal(0)}),
	ItemTaxTemplate("19 %", {VAT_19: Decimal(19), VAT_7: Decimal(0), "1406": Decimal(19)}),
	ItemTaxTemplate("7 %", {VAT_19: Decimal(0), VAT_7: Decimal(7), "1401": Decimal(7)}),
]


@pytest.mark.parametrize(
	("title", "treatment"),
	[
		("Lieferung oder sonstige Leistung im Inland", "Domestic"),
		("Lieferung an Unternehmen in der EU", "EU Supply"),
		("Sonstige Leistung an Unternehmen in der EU", "Reverse Charge"),
		("Lieferung in Drittland", "Export Supply"),
		("Sonstige Leistung an Unternehmen in Drittland", "Place of Supply Abroad"),
		("Bauleistungen nach § 13b UStG", "Reverse Charge"),
		("Nullsteuersatz nach § 12 Abs. 3 UStG", "Domestic"),
		("Reverse Charge B2B", "Reverse Charge"),
		("Export", "Export Supply"),
		("Neutral", "Domestic"),
	],
)
def test_a_template_without_tax_stands_for_what_its_title_says(title, treatment):
	assert TaxTemplate(title, title).treatment == treatment
	assert TaxTemplate(title, title, rows=ROWS).treatment == "Domestic"


@pytest.mark.parametrize(
	("rates", "expected"),
	[((), None), ((0, 0), None), ((8.1,), 8.1), ((0, 20), 20), ((20, 20), 20), ((19, 7), None)],
)
def test_a_template_has_a_standard_rate_if_it_puts_one_on_every_item(rates, expected):
	rows = tuple(TemplateRow(f"Account {number}", Decimal(str(rate))) for number, rate in enumerate(rates))
	found = standard_percent(TaxTemplate("T", "T", rows=rows))
	assert found == (None if expected is None else Decimal(str(expected)))


def test_the_customers_own_template_comes_first_and_then_the_default():
	other = TaxTemplate("Other", "Lieferung an Unternehmen in der EU")
	private = TaxTemplate("Private", "Lieferung an nicht-Unternehmen in der EU", rows=ROWS)
	templates = [private, other, INLAND]
	assert template_for("Domestic", templates) == INLAND
	assert template_for("Domestic", templates, "Private") == private
	assert template_for("EU Supply", templates, "Private") == other
	assert template_for("Export Supply", templates) is None


def test_a_rate_is_booked_on_the_account_that_is_for_it():
	assert [account_for(Decimal(rate), ROWS) for rate in (19, 7, 5)] == [VAT_19, VAT_7, None]
	assert account_for(Decimal(5), [TemplateRow("3805", Decimal(5), Decimal(19))]) == "3805"


def test_an_items_template_has_each_line_taxed_once():
	def chosen(rate):
		return item_template_for(Decimal(rate), (VAT_19, VAT_7), ITEM_TEMPLATES)

	assert [chosen(rate) for rate in (0, 7, 19, 5)] == ["0 %", "7 %", "19 %", None]
	assert item_template_for(Decimal(19), ("4711",), ITEM_TEMPLATES) is None
	assert percent_of_item(ITEM_TEMPLATES[1], (VAT_19, VAT_7)) == 19
	assert percent_of_item(ITEM_TEMPLATES[1], ("4711",)) is None


def test_sums_differ_by_each_sum_and_account():
	same = Sums(Decimal(100), Decimal(119), {VAT_19: Decimal(19)})
	assert differences(same, same) == []
	assert differences(Sums(Decimal(1), Decimal(1)), Sums(Decimal(1), Decimal(1), {VAT_7: Decimal(0)})) == []
	assert differences(same, Sums(Decimal(100), Decimal(107), {VAT_7: Decimal(7)})) == [
		Difference("Tax", VAT_7, Decimal(0), Decimal(7)),
		Difference("Tax", VAT_19, Decimal(19), Decimal(0)),
		Difference("Gross", None, Decimal(119), Decimal(107)),
	]


def part(quantity, rate, discount, share, shown=None):
	"""Return a part of a line; `share` is what is left of it after the discount on the whole, in %."""
	amount = line_amount(1, line_amount(quantity, rate, discount), 100 - share)
	return SoldPart(Decimal(quantity), Decimal(rate), Decimal(discount), amount, shown)


PARTS = st.builds(
	part,
	st.integers(1, 9999),
	st.decimals(0, 9999, places=6),
	st.decimals(0, 100, places=2),
	st.integers(1, 100),
)


@given(st.lists(PARTS, min_size=1, max_size=5), st.decimals(0, 99, places=2))
def test_one_way_to_write_a_deal_down_has_each_lines_amount(parts, discount):
	*_ways, last = layouts(parts, discount)
	amounts = [line_amount(part.quantity, price.rate) for part, price in zip(parts, last.prices, strict=True)]
	assert amounts == [part.amount for part in parts]
	assert not (last.discount_percentage or last.discount_amount)


@given(st.lists(PARTS, min_size=1, max_size=5), st.decimals(1, 99, places=2))
def test_a_discount_as_an_amount_leads_to_the_net_of_the_deal(parts, discount):
	for way in layouts(parts, discount):
		if way.discount_amount:
			total = exact_sum(
				line_amount(part.quantity, price.rate) for part, price in zip(parts, way.prices, strict=True)
			)
			assert total - way.discount_amount == exact_sum(part.amount for part in parts)


def test_prices_with_tax_stand_as_on_the_quote_first():
	shown = SoldPart(Decimal(100), Decimal("9.991597"), Decimal(15), Decimal("849.29"), Decimal("11.89"))
	first, *others = layouts([shown], includes_tax=True)
	assert [way.includes_tax for way in (first, *others)] == [True, False, False]
	assert (first.prices[0].list_rate, first.prices[0].rate) == (Decimal("11.89"), Decimal("10.1065"))
	assert not any(way.includes_tax for way in layouts([shown]))


@pytest.mark.parametrize(
	("net", "tax", "found_tax", "missing"),
	[
		(100, "0.25", "0.24", {VAT_7: Decimal("0.01")}),
		(100, "0.24", "0.25", {VAT_7: Decimal("-0.01")}),
		(100, "0.26", "0.24", {}),
		(101, "0.25", "0.24", {}),
	],
)
def test_only_a_cent_of_rounding_is_made_up_for(net, tax, found_tax, missing):
	tax, found_tax = Decimal(tax), Decimal(found_tax)
	expected = Sums(Decimal(100), 100 + tax, {VAT_7: tax})
	found = Sums(Decimal(net), net + found_tax, {VAT_7: found_tax})
	assert corrections(differences(expected, found), Decimal("0.01")) == missing


READ = {
	("masters/partners", "customer"): "Customer",
	("masters/partners", "lead"): "Lead",
	("masters/partners", "prospect"): "Prospect",
	("masters/partners", "frozen_refusal"): "Customer",
	("masters/items", "item"): "Item",
	("masters/items", "description"): "Item",
	("masters/items", "item_refusal"): "Item",
	("masters/items", "found_price"): "Item",
	("tax/templates", "as_template"): "Sales Taxes and Charges Template",
	("tax/templates", "customer_template"): "Customer",
	("company/terms", "payment_terms_text"): "Payment Terms Template",
	("takeover/quotes", "typed_title"): "Quotation",
}
WRITTEN = {
	("orders/blanket_orders", "agreed_terms"): "Blanket Order",
	("orders/blanket_orders", "blanket_row"): "Blanket Order Item",
	("orders/blanket_orders", "name_blanket_order"): "Sales Order Item",
	("orders/making", "as_order"): "Sales Order",
	("orders/making", "price_list"): "Sales Order",
	("orders/making", "terms_of_order"): "Sales Order",
	("orders/making", "order_line"): "Sales Order Item",
	("orders/making", "freight_rows"): "Sales Taxes and Charges",
	("orders/making", "freight_tax_rows"): "Sales Taxes and Charges",
	("orders/making", "corrected"): "Sales Taxes and Charges",
	("orders/taxes", "line_rows"): "Sales Taxes and Charges",
	("orders/taxes", "zero_rows"): "Sales Taxes and Charges",
}
OWN = {"sales_opportunity", "sales_quote", "fulfilment_request", "sales_opportunity_item"}


def function(module: str, name: str) -> ast.FunctionDef:
	tree = ast.parse((ROOM / f"{module}.py").read_text())
	return next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)


@pytest.mark.parametrize(("place", "doctype"), READ.items(), ids=lambda value: ".".join(value))
def test_what_is_read_of_erpnext_is_there(place, doctype):
	read = {
		node.attr
		for node in ast.walk(function(*place))
		if isinstance(node, ast.Attribute)
		and isinstance(node.value, ast.Name)
		and node.value.id in ("doc", "quotation")
	}
	assert read
	assert read - {"name", "get"} - fields_of(doctype) == set()


@pytest.mark.parametrize(("place", "doctype"), WRITTEN.items(), ids=lambda value: ".".join(value))
def test_what_is_written_to_erpnext_is_there(place, doctype):
	written = {
		key.value
		for node in ast.walk(function(*place))
		if isinstance(node, ast.Dict)
		for key in node.keys
		if isinstance(key, ast.Constant)
	}
	assert written
	assert written - OWN - fields_of(doctype) == set()


def test_functions_of_erpnext_are_where_they_are_looked_for():
	called = set()
	for path in ROOM.rglob("*.py"):
		for node in ast.walk(ast.parse(path.read_text())):
			if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("erpnext."):
				called |= {f"{node.module}.{alias.name}" for alias in node.names}
	module = "erpnext.selling.doctype.sales_order.sales_order"
	assert f'MODULE = "{module}"' in (ROOM / "orders" / "deliveries.py").read_text()
	called |= {f"{module}.make_delivery_note", f"{module}.make_sales_invoice"}
	assert (
		'f"erpnext.crm.doctype.{doctype.lower()}.{doctype.lower()}.make_customer"'
		in (ROOM / "masters" / "customers.py").read_text()
	)
	called |= {f"erpnext.crm.doctype.{name}.{name}.make_customer" for name in ("lead", "prospect")}
	assert called == {*FUNCTIONS}


def test_arguments_that_are_called_otherwise_in_16_are_given_by_their_place():
	renamed = {path for path, arguments in FUNCTIONS.items() if arguments["15"] != arguments["16"]}
	assert renamed == {"erpnext.stock.get_item_details.get_item_details"}
	(call,) = (
		node
		for node in ast.walk(function("masters/items", "found_price"))
		if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "get_item_details"
	)
	assert (len(call.args), call.keywords) == (1, [])


def test_each_hook_is_a_function_of_the_room():
	paths = re.findall(r'f"\{ROOM\}\.([\w.]+)"', (ROOM / "hooks.py").read_text())
	assert paths
	for path in paths:
		module, name = path.rsplit(".", 1)
		assert function(module.replace(".", "/"), name)


def test_erpnext_is_loaded_when_it_is_needed_only():
	early = [
		path.name
		for path in ROOM.rglob("*.py")
		for node in ast.parse(path.read_text()).body
		if isinstance(node, ast.Import | ast.ImportFrom)
		and "erpnext" in {name.split(".")[0] for name in (getattr(node, "module", "") or "", *names(node))}
	]
	assert early == []


def names(node: ast.Import | ast.ImportFrom) -> list[str]:
	return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def test_beside_a_deduction_all_discounts_are_in_the_prices_of_what_is_sold():
	sold = SoldPart(Decimal(2), Decimal(500), Decimal(0), Decimal(900))
	free = SoldPart(Decimal(1), Decimal(10), Decimal(100), Decimal(0))
	credit = SoldPart(Decimal(1), Decimal(-100), Decimal(0), Decimal(-100))
	(way,) = layouts([sold, free, credit], 10)
	assert (way.discount_percentage, way.discount_amount) == (0, 0)
	assert [(price.rate, price.discount_percentage) for price in way.prices] == [
		(450, 0),
		(0, 100),
		(-100, 0),
	]


def test_a_line_for_nothing_by_its_fixed_discount_has_one_of_all():
	free = SoldPart(Decimal(2), Decimal(5), Decimal(0), Decimal(0), discount_amount=Decimal(10))
	first, *_others = layouts([free])
	assert (first.prices[0].rate, first.prices[0].discount_percentage) == (0, 100)


def test_the_fixed_discount_of_a_line_is_never_shared_by_others():
	discounted = SoldPart(
		Decimal(3), Decimal("33.33"), Decimal(0), Decimal("89.99"), discount_amount=Decimal(10)
	)
	other = SoldPart(Decimal(1), Decimal(100), Decimal(0), Decimal(100))
	for way in layouts([discounted, other]):
		assert way.discount_amount < Decimal("0.02")
		assert way.prices[1].rate == 100
