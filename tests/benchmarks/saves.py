"""What saving costs, as ratios to the same documents saved without this app's rules, and what an open form asks for, in turn in one run.

A bare Document has the same fields and rows, is named, checked for links and stored by the framework, and knows no rules.

Usage, in the folder of the bench's sites: python saves.py SITE [ROUNDS]. Nothing is kept.
"""

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from unittest.mock import patch

import frappe
from frappe.desk.form.load import getdoc
from frappe.model.document import Document
from ratios import main

LINES = (1, 20, 50, 200)
DAYS = count(start=1)
KEYS = ("primary_of", "request_key")
"""What no two quotes have alike."""


def comparisons() -> Iterator[tuple[str, Callable, Callable]]:
	"""Yield title, work and bare work: what is compared, each ready to be called again and again."""
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import calculate
	from sales_opportunity.tests.factories import make_class, make_item, make_partner

	item, party = make_item().name, make_partner("Benchmark GmbH").name
	make_class()
	new = partial(new_deal, item, party)

	for lines in LINES:
		stored = frappe.get_doc("Sales Opportunity", new(lines).insert().name)
		quote = frappe.get_doc("Quote", create_quote(stored.name, "2099-12-31"))
		alone = frappe.get_doc("Sales Opportunity", new(lines).insert().name)
		plain = Document(frappe.get_doc("Sales Opportunity", new(lines).insert().name).as_dict())
		yield (
			f"insert an opportunity, {lines} lines / a bare Document",
			lambda lines=lines: new(lines).insert(),
			lambda stored=stored: bare_copy(stored).insert(),
		)
		yield (
			f"save it, {lines} lines / a bare Document",
			lambda alone=alone: save_another_date(alone),
			lambda plain=plain: save_another_date(plain),
		)
		yield (
			f"quote from it, {lines} lines / insert a bare Document",
			lambda stored=stored: create_quote(stored.name, "2099-12-31"),
			lambda quote=quote: bare_copy(quote).insert(),
		)
		yield (
			f"load its form, {lines} lines / without what the app shows there",
			lambda stored=stored: load(stored.name),
			lambda stored=stored: load_bare(stored.name),
		)
		yield (
			f"figures for one changed line of {lines} / for the whole document",
			lambda stored=stored: calculate(json.dumps(one_changed_line(stored)), True),
			lambda stored=stored: calculate(frappe.as_json(stored)),
		)


def new_deal(item: str, party: str, lines: int) -> Document:
	"""Return an opportunity, not stored yet, with so many lines of one Sales Item: ERPNext is not asked, wherever it is."""
	values = {
		"doctype": "Sales Opportunity",
		"class_id": "TEST-CLASS",
		"stage": "Inquiry",
		"party_type": "Business Partner",
		"party": party,
	}
	row = {"item_type": "Sales Item", "item": item, "quantity": 1}
	return frappe.get_doc({**values, "items": [dict(row) for _line in range(lines)]})


def save_another_date(doc: Document, fieldname: str = "expected_close_date") -> None:
	"""Save a document with a date that none had before."""
	doc.set(fieldname, frappe.utils.add_days("2030-01-01", next(DAYS)))
	doc.save()


def one_changed_line(doc: Document) -> dict:
	"""Return what the form sends when a quantity was typed."""
	lines = [{"name": row.name} for row in doc.items]
	lines[0]["quantity"] = 2
	return {"name": doc.name, "modified": str(doc.modified), "items": lines}


def load(opportunity: str) -> None:
	frappe.local.response = frappe._dict(docs=[])
	getdoc("Sales Opportunity", opportunity)


def load_bare(opportunity: str) -> None:
	"""Load the form with what the framework shows of any document."""
	get_hooks = frappe.get_hooks

	def without_timeline(hook: str | None = None, *args, **kwargs):
		return {} if hook == "additional_timeline_content" else get_hooks(hook, *args, **kwargs)

	with (
		patch.object(Document, "run_method", lambda self, method, *args, **kwargs: None),
		patch.object(frappe, "get_hooks", without_timeline),
	):
		load(opportunity)


def bare_copy(doc: Document) -> Document:
	"""Return a new document with the same content, but without rules."""
	values = frappe.copy_doc(doc).as_dict(no_nulls=True)
	values.update({key: None for key in KEYS if key in values})
	if doc.doctype == "Quote":
		values.quote_number = frappe.generate_hash()
	return Document(values)


if __name__ == "__main__":
	main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 15, comparisons)
