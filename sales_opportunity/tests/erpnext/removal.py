"""What is done on a copy of a site before and after ERPNext or this app is removed there; each prints JSON."""

import json
from collections.abc import Callable
from typing import Any

import frappe
from frappe.desk import query_report
from frappe.desk.form.load import getdoc

from sales_opportunity.tests.papers import text_of

REPORTS = (
	"Quote Register",
	"Item Demand Forecast",
	"Win-Loss Analysis",
	"Sales Funnel",
	"Revenue Forecast",
	"Sales Targets",
)


def prepare() -> None:
	"""Make deals of ERPNext's customers and leads: open, with an issued quote, with a draft, won, ordered; and a target."""
	from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
		create_fulfilment_request,
	)
	from sales_opportunity.sales_opportunity.doctype.fulfilment_request.frame_documents import (
		create_frame_document,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote
	from sales_opportunity.tests.erpnext import erp
	from sales_opportunity.tests.factories import make_user

	erp.ERPNextTestCase.setUpClass()
	customer = erp.make_customer("Zweirad Bleibt GmbH", tax_id="DE123")
	links = [{"link_doctype": "Customer", "link_name": customer.name}]
	contact = frappe.get_doc({"doctype": "Contact", "first_name": "Bea", "links": links}).insert()
	issued = erp.make_deal(customer=customer.name)
	quote = frappe.get_doc("Quote", create_quote(issued.name, "2099-12-31"))
	quote.submit()
	drafted = erp.make_deal(customer=customer.name)
	draft = create_quote(drafted.name, "2099-12-31")
	lead = erp.make_deal(party_type="Lead", party=erp.make_lead().name)
	won, _quote = erp.win(erp.make_deal(customer=customer.name))
	request = create_fulfilment_request(won.name, "Order")
	order = erp.order_of(request)
	order.submit()
	frappe.db.set_single_value("Sales Opportunity Settings", {"use_related_deals": 1, "submit_orders": 1})
	frame, _quote = erp.win(erp.make_deal(customer=customer.name, is_frame=1))
	blanket_order = create_frame_document(frame.name, "Blanket Order", "2026-01-01", "2099-12-31")
	create_fulfilment_request(frame.name, "Order")
	login = make_user("removal.target@example.com", "Sales User").name
	year = erp.fiscal_year("ERP 2031", "2031-01-01", "2031-12-31")
	row = erp.target(year, 1_200, erp.distribution("ERP June", June=100))
	person = erp.make_sales_person(login, targets=[row])
	target = frappe.db.get_value("Sales Target", {"user": login})
	frappe.db.commit()  # the command that is run next has a connection of its own
	say(
		{
			"customer": customer.name,
			"contact": contact.name,
			"issued": issued.name,
			"quote": quote.name,
			"drafted": drafted.name,
			"draft": draft,
			"lead": lead.name,
			"won": won.name,
			"request": request,
			"order": order.name,
			"frame": frame.name,
			"blanket_order": blanket_order,
			"person": person.name,
			"target": target,
		}
	)


def go_on_without_erpnext(
	contact: str,
	issued: str,
	quote: str,
	drafted: str,
	draft: str,
	lead: str,
	won: str,
	request: str,
	frame: str,
	target: str,
	**others: str,
) -> None:
	"""Do with the deals what people do every day, and tell what came of it."""
	from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
		create_fulfilment_request,
	)
	from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import render_quote

	steps: dict[str, Callable[[], Any]] = {
		**{
			f"open {name}": lambda name=name: opened("Sales Opportunity", name)
			for name in (issued, drafted, lead, won, frame)
		},
		**{f"open {name}": lambda name=name: opened("Quote", name) for name in (quote, draft)},
		"open request": lambda: opened("Fulfilment Request", request),
		"save contact": lambda: saved("Contact", contact),
		"save deal": lambda: saved("Sales Opportunity", issued, title="Geht weiter"),
		"print issued": lambda: "Zweirad Bleibt GmbH" in text_of(render_quote(quote)),
		"print draft": lambda: "Zweirad Bleibt GmbH" in text_of(render_quote(draft)),
		"reports": lambda: (
			[run_report(name) for name in REPORTS] and quote in str(run_report("Quote Register"))
		),
		"issue draft": lambda: submitted("Quote", draft),
		"lose lead": lambda: closed(lead, "Lost"),
		"win": lambda: closed(issued, "Won"),
		"bill": lambda: bool(create_fulfilment_request(won, "Billing")),
		"a new one": new_deal,
		"change target": lambda: saved("Sales Target", target, yearly_amount=2_400),
		"links that lead somewhere": lambda: links_to_nowhere() or True,
		"no field is left": lambda: (
			not frappe.get_all(
				"Custom Field",
				{"dt": ("in", ["Customer", "Sales Order", "Sales Target"]), "module": "Sales Opportunity"},
			)
		),
	}
	say({label: tried(step) for label, step in steps.items()})


def go_on_without_this_app(
	customer: str, contact: str, order: str, blanket_order: str, person: str, **others: str
) -> None:
	"""Do with the customer and the order what people of ERPNext do, look for what is left of this app, and tell it."""
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

	def bill() -> bool:
		invoice = make_sales_invoice(order)
		invoice.insert()
		invoice.submit()
		return invoice.grand_total > 0

	def order_again() -> bool:
		copy = frappe.copy_doc(frappe.get_doc("Sales Order", order))
		copy.insert()
		copy.submit()
		copy.cancel()
		return True

	steps = {
		"open customer": lambda: opened("Customer", customer),
		"save customer": lambda: saved("Customer", customer, customer_details="…"),
		"save contact": lambda: saved("Contact", contact),
		"open order": lambda: opened("Sales Order", order),
		"save order": lambda: saved("Sales Order", order),
		"save item": lambda: saved(
			"Item", frappe.db.get_value("Sales Order Item", {"parent": order}, "item_code")
		),
		"open blanket order": lambda: opened("Blanket Order", blanket_order),
		"save blanket order": lambda: saved("Blanket Order", blanket_order, to_date="2098-12-31"),
		"save sales person": lambda: saved("Sales Person", person, commission_rate="5"),
		"bill": bill,
		"order again": order_again,
		"nothing is left": lambda: left_of_this_app() or True,
	}
	say({label: tried(step) for label, step in steps.items()})


def left_of_this_app() -> list[tuple[str, str]]:
	"""Return the records of the framework that name this app, its module or a DocType that is gone."""
	found = []
	for doctype, field in (
		("Custom Field", "module"),
		("Property Setter", "module"),
		("Module Def", "app_name"),
		("DocType", "module"),
		("Report", "module"),
		("Page", "module"),
		("Print Format", "module"),
		("Workspace", "module"),
		("Number Card", "module"),
		("Dashboard Chart", "module"),
		("Module Onboarding", "module"),
		("Notification", "module"),
	):
		names = ("in", ["Sales Opportunity", "sales_opportunity"])
		found += [(doctype, name) for name in frappe.get_all(doctype, {field: names}, pluck="name")]
	known = set(frappe.get_all("DocType", pluck="name"))
	for doctype, field in REFERENCES:
		for row in frappe.get_all(doctype, {field: ("is", "set")}, ["name", field]):
			if row[field] not in known:
				found.append((doctype, row.name))
	return found


REFERENCES = (
	("Custom Field", "dt"),
	("Property Setter", "doc_type"),
	("Dynamic Link", "link_doctype"),
	("Event Participants", "reference_doctype"),
	("ToDo", "reference_type"),
	("User Permission", "allow"),
	("DocShare", "share_doctype"),
	("Document Follow", "ref_doctype"),
	("Assignment Rule", "document_type"),
	("Onboarding Step", "reference_document"),
	("List Filter", "reference_doctype"),
	("Custom DocPerm", "parent"),
)


def links_to_nowhere() -> list[str]:
	"""Return the link fields of this app's forms that lead to DocTypes that are gone."""
	from sales_opportunity.framework.ownership import own_doctypes

	return [
		f"{doctype}.{field.fieldname}"
		for doctype in own_doctypes()
		for field in frappe.get_meta(doctype).get_link_fields()
		if not frappe.db.exists("DocType", field.options)
	]


def tried(step: Callable[[], Any]) -> Any:
	"""Return what a step answers, or the error that it ends with; nothing of it is kept."""
	try:
		return step()
	except Exception as error:
		return f"{type(error).__name__}: {error}"
	finally:
		frappe.db.rollback()


def opened(doctype: str, name: str) -> bool:
	frappe.response.docs = []
	getdoc(doctype, name)
	return bool(frappe.response.docs)


def saved(doctype: str, name: str, **values: Any) -> bool:
	doc = frappe.get_doc(doctype, name)
	doc.update(values)
	doc.save()
	return True


def submitted(doctype: str, name: str) -> bool:
	doc = frappe.get_doc(doctype, name)
	doc.submit()
	return doc.docstatus == 1


def closed(name: str, status: str) -> bool:
	deal = frappe.get_doc("Sales Opportunity", name)
	deal.stage = frappe.db.get_value("Qualification Stage", {"stage_type": status})
	if status == "Lost":
		deal.closing_reason = frappe.db.get_value("Closing Reason", {"outcome": "Lost"})
	deal.save()
	return deal.status == status


def new_deal() -> bool:
	from sales_opportunity.tests import factories

	partner, item = factories.make_partner(), factories.make_item("NACH-ERPNEXT")
	deal = factories.make_opportunity(
		[{"item": item.name}], party_type="Business Partner", party=partner.name
	)
	factories.make_quote(deal).submit()
	return closed(deal.name, "Won")


def run_report(name: str) -> list:
	return query_report.run(name, filters={}, ignore_prepared_report=True)["result"]


def say(found: dict) -> None:
	print(json.dumps(found))
