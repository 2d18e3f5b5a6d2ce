"""What a deal and its quote cost beside the same of ERPNext, on a site that has both, in turn in one run.

Both have a customer, and lines of one item at the same price. ERPNext's hooks and this app's are on for both, as they are
where people work.

Usage, in the folder of the sites of a bench with both apps: python beside_erpnext.py SITE [ROUNDS]. Nothing is kept.
"""

import sys
from collections.abc import Callable, Iterator
from functools import partial

import frappe
from frappe.model.document import Document
from ratios import main
from saves import new_deal, save_another_date

LINES = (1, 20, 50)
PRICE = 1_000


def comparisons() -> Iterator[tuple[str, Callable, Callable]]:
	"""Yield title, this app's work and ERPNext's: what is compared, each ready to be called again and again."""
	from erpnext.crm.doctype.opportunity.opportunity import make_quotation

	from sales_opportunity.masters.companies import default_company
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote
	from sales_opportunity.tests.erpnext import erp
	from sales_opportunity.tests.factories import get_or_make, make_class, make_item, make_partner
	from sales_opportunity.tests.masters import prepare_masters

	prepare_masters()
	make_class()
	item, party = make_item("BENCHMARK-BIKE", price=PRICE).name, make_partner("Benchmark GmbH").name
	their_item, customer = erp.make_item(price=PRICE), erp.make_customer("Benchmark GmbH").name
	kind, stage = (
		get_or_make("Opportunity Type", "Sales", __newname="Sales"),
		get_or_make("Sales Stage", "Prospecting", stage_name="Prospecting"),
	)
	company = default_company()
	currency = frappe.get_cached_value("Company", company, "default_currency")
	new = partial(new_deal, item, party)

	def new_theirs(lines: int) -> Document:
		values = {
			"doctype": "Opportunity",
			"opportunity_from": "Customer",
			"party_name": customer,
			"opportunity_type": kind.name,
			"sales_stage": stage.name,
			"company": company,
			"currency": currency,
			"conversion_rate": 1,
		}
		row = {"item_code": their_item.name, "qty": 1, "rate": PRICE, "uom": their_item.stock_uom}
		return frappe.get_doc({**values, "items": [dict(row) for _line in range(lines)]})

	for lines in LINES:
		ours = frappe.get_doc("Sales Opportunity", new(lines).insert().name)
		theirs = frappe.get_doc("Opportunity", new_theirs(lines).insert().name)
		yield (
			f"insert an opportunity, {lines} lines / ERPNext's",
			lambda lines=lines: new(lines).insert(),
			lambda lines=lines: new_theirs(lines).insert(),
		)
		quoted, quoted_theirs = new(lines).insert().name, new_theirs(lines).insert().name
		yield (
			f"save it with another close date, {lines} lines / ERPNext's",
			lambda ours=ours: save_another_date(ours),
			lambda theirs=theirs: save_another_date(theirs, "expected_closing"),
		)
		yield (
			f"quote from it, {lines} lines / ERPNext's",
			lambda quoted=quoted: create_quote(quoted, "2099-12-31"),
			lambda quoted=quoted_theirs: make_quotation(quoted).insert(),
		)


if __name__ == "__main__":
	main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 9, comparisons)
