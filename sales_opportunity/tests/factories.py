"""Small builders of test data: each fills in what the test does not care about."""

from contextlib import contextmanager
from io import BytesIO
from unittest.mock import patch

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.utils import getdate
from pypdf import PdfWriter

from sales_opportunity.demo.acting import acting
from sales_opportunity.features import SETTINGS
from sales_opportunity.framework.compat import joined_text
from sales_opportunity.tests.settings import save_settings

DEFAULT_CLASS = "TEST-CLASS"


def get_or_make(doctype: str, name: str, **values):
	"""Return the document called `name`, made with `values` by the Administrator if it does not exist yet.

	Whoever is logged in finds it there, whether another test left it behind or not.
	"""
	if frappe.db.exists(doctype, name):
		return frappe.get_doc(doctype, name)
	with acting("Administrator"):
		return frappe.get_doc({"doctype": doctype, **values}).insert()


def make_user(email: str, *roles: str, language: str = "en"):
	"""Return an enabled desk user with exactly these roles."""
	user = get_or_make(
		"User",
		email,
		email=email,
		first_name=email.split("@")[0].title(),
		language=language,
		send_welcome_email=0,
		roles=[{"role": role} for role in roles],
	)
	assert {row.role for row in user.roles} == set(roles), "the framework added a role"
	return user


def make_class(class_id: str = DEFAULT_CLASS, **values):
	"""Return a class; without `stages` all enabled stages belong to it."""
	return get_or_make("Class ID", class_id, **{"class_id": class_id, "title": class_id.title(), **values})


def make_stage(stage_name: str, **values):
	"""Return an open stage with a probability of 40 %, or what `values` say."""
	defaults = {
		"stage_name": stage_name,
		"position": 35,
		"stage_type": "Open",
		"probability": 40,
		"forecast_category": "Pipeline",
	}
	return get_or_make("Qualification Stage", stage_name, **{**defaults, **values})


def make_partner(partner_name: str = "Radhaus Nord GmbH", **values):
	"""Return a new German company."""
	return frappe.get_doc(
		{"doctype": "Business Partner", "partner_name": partner_name, "language": "de", **values}
	).insert()


def make_item(item_code: str = "TEST-BIKE", **values):
	"""Return an item at 1,000.00 with 19 % tax."""
	defaults = {
		"item_code": item_code,
		"item_name": item_code.title(),
		"unit": "Piece",
		"price": 1000,
		"tax_rate": "19 %",
	}
	return get_or_make("Sales Item", item_code, **{**defaults, **values})


def make_opportunity(items: list[dict] | None = None, **values):
	"""Return a saved opportunity in the first stage; `items` are lines, `{}` one TEST-BIKE."""
	make_class()
	defaults = {"class_id": DEFAULT_CLASS, "stage": "Inquiry"}
	doc = frappe.get_doc({"doctype": "Sales Opportunity", **defaults, **values})
	doc.party = doc.party or make_partner().name
	for item in items or []:
		doc.append("items", {"item": make_item().name, "quantity": 1, **item})
	return doc.insert()


def make_quote(opportunity=None, valid_until: str = "2099-12-31", **values):
	"""Return a draft quote, made from the opportunity by the same function as the button."""
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote

	opportunity = opportunity or make_opportunity(items=[{}])
	quote = frappe.get_doc("Quote", create_quote(opportunity.name, valid_until))
	if values:
		quote.update(values)
		quote.save()
	return quote


def use_releases(test_case: type) -> None:
	"""Let the settings know releases while a class of tests runs, by a rule that none of its quotes meets."""
	save_settings(release_rules=[{"amount_above": 1_000_000_000, "role": "Sales Manager"}])
	test_case.addClassCleanup(frappe.clear_document_cache, SETTINGS, SETTINGS)


def pdf(content: bytes) -> bytes:
	"""Return an empty PDF that carries `content`, as releases read what is stored as one."""
	writer = PdfWriter()
	writer.add_blank_page(10, 10)
	writer.add_attachment("content", content)
	stored = BytesIO()
	writer.write(stored)
	return stored.getvalue()


def make_target(**values):
	"""Enter the target of a year: by default of this one, 12,000 for the user of the session."""
	person = {"target_for": "Person", "user": frappe.session.user} if "target_for" not in values else {}
	doc = {"doctype": "Sales Target", "year": getdate().year, "yearly_amount": 12_000, **person, **values}
	return frappe.get_doc(doc).insert()


def make_quote_template(title: str, items: list[dict] | None = None, **values):
	"""Return a template; `items` are its lines, by default one TEST-BIKE."""
	rows = [{"item": make_item().name, "quantity": 1}] if items is None else items
	return get_or_make("Quote Template", title, **{"title": title, "items": rows, **values})


def copy_many(doc, count: int):
	"""Let there be `count` opportunities like the stored one, by doubling its row in the database."""
	table = frappe.qb.DocType(doc.doctype)
	columns = [column for column in frappe.db.get_table_columns(doc.doctype) if column != "name"]
	existing = 1
	while existing < count:
		name = joined_text(table.name, f"-{existing}")
		(
			frappe.qb.into(table)
			.columns("name", *columns)
			.from_(table)
			.select(name, *(table[column] for column in columns))
			.where(table.stage == doc.stage)
			.limit(count - existing)
		).run()
		existing += min(existing, count - existing)


def hide(test, fieldname: str, doctype: str = "Sales Opportunity"):
	"""Let nobody but who has a role for it see the field, until the end of the test; the user is Administrator then."""
	frappe.set_user("Administrator")
	setter = make_property_setter(doctype, fieldname, "permlevel", 1, "Int")
	test.addCleanup(frappe.clear_cache, doctype=doctype)
	test.addCleanup(frappe.db.delete, setter.doctype, {"name": setter.name})


def set_exchange_rates(**rates: float):
	"""Let these be the only exchange rates of the settings: what one unit of each currency is worth since 2020."""
	since = "2020-01-01"
	save_settings(
		exchange_rates=[
			{"valid_from": since, "currency": currency, "rate": rate} for currency, rate in rates.items()
		]
	)


@contextmanager
def registered(**hooks):
	"""Let an app register these hooks, as if it were installed after all others."""
	get_hooks = frappe.get_hooks

	def with_more(hook=None, *args, **kwargs):
		return hooks[hook] if hook in hooks else get_hooks(hook, *args, **kwargs)

	with patch.object(frappe, "get_hooks", with_more):
		yield


def make_won_opportunity(*quantities: float, **values):
	"""Return a won opportunity with a line of TEST-BIKE at 1,000.00 per quantity, one of 5 unless told."""
	return make_opportunity(
		items=[{"quantity": quantity} for quantity in quantities or (5,)], stage="Won", **values
	)


def make_fulfilment_request(opportunity=None, kind: str = "Billing", quantity: float | None = None):
	"""Return a request for `quantity` of the opportunity's first line, or for all that is open."""
	from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
		create_fulfilment_request,
	)

	opportunity = opportunity or make_won_opportunity()
	items = quantity and [{"opportunity_item": opportunity.items[0].name, "quantity": quantity}]
	return frappe.get_doc("Fulfilment Request", create_fulfilment_request(opportunity.name, kind, items))
