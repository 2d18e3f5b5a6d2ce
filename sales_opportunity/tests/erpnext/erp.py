"""Customers, items and prices of ERPNext for tests, and the class that keeps them to sites where it is installed."""

import unittest

import frappe
from frappe.desk.notifications import get_open_count

from sales_opportunity.analysis.targets import MONTH_NAMES as MONTHS
from sales_opportunity.erpnext import setting_up
from sales_opportunity.erpnext.hooks import is_installed
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.masters.companies import default_company
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote
from sales_opportunity.tests.factories import get_or_make, make_class
from sales_opportunity.tests.masters import prepare_masters


class ERPNextTestCase(IntegrationTestCase):
	"""A test that needs a real ERPNext; elsewhere it is listed as skipped."""

	@classmethod
	def setUpClass(cls):
		if not is_installed():
			raise unittest.SkipTest("ERPNext is not installed on this site")
		super().setUpClass()
		prepare_masters()
		setting_up.set_up()
		make_warehouse()

	def setUp(self):
		frappe.set_user("Administrator")
		frappe.local.message_log = []


def make_warehouse() -> None:
	"""Let stock items have a warehouse where no other is chosen."""
	company = default_company()
	warehouse = frappe.db.get_value("Warehouse", {"company": company, "is_group": 0}, order_by="name asc")
	frappe.db.set_single_value("Stock Settings", "default_warehouse", warehouse)


def make_customer(customer_name: str = "Fahrrad Huber GmbH", **values):
	"""Return a new German company among ERPNext's customers."""
	return frappe.get_doc(
		{
			"doctype": "Customer",
			"customer_name": customer_name,
			"customer_type": "Company",
			"language": "de",
			"default_currency": "EUR",
			**values,
		}
	).insert()


def make_lead(**values):
	"""Return a new lead of a company."""
	defaults = {
		"first_name": "Lena",
		"last_name": "Licht",
		"company_name": "Licht & Rad OHG",
		"language": "de",
	}
	return frappe.get_doc({"doctype": "Lead", **defaults, **values}).insert()


def make_origin(doctype: str, name: str) -> str:
	"""Return the name of a lead source or a campaign, by whatever DocType the release keeps them."""
	return get_or_make(doctype, name, __newname=name, source_name=name, campaign_name=name).name


def make_sales_person(user: str, **values):
	"""Return the Sales Person of a new employee with this login."""
	employee = frappe.get_doc(
		{
			"doctype": "Employee",
			"first_name": user.split("@")[0],
			"company": values.pop("company", default_company()),
			"gender": "Female",
			"date_of_birth": "1990-01-01",
			"date_of_joining": "2020-01-01",
			"user_id": user,
			"create_user_permission": 0,
		}
	).insert()
	person = {"doctype": "Sales Person", "sales_person_name": f"Person {user}", "employee": employee.name}
	return frappe.get_doc({**person, **values}).insert()


def fiscal_year(name: str, first: str, last: str, **values) -> str:
	"""Return a fiscal year of no company in particular."""
	days = {"year_start_date": first, "year_end_date": last}
	return get_or_make("Fiscal Year", name, year=name, **days, **values).name


def distribution(name: str, **percentages: float) -> str:
	"""Return a distribution with these percentages, those of all other months are 0."""
	rows = [{"month": month, "percentage_allocation": percentages.get(month, 0)} for month in MONTHS]
	return get_or_make("Monthly Distribution", name, distribution_id=name, percentages=rows).name


def target(year: str, amount: float, spread: str, **values) -> dict:
	"""Return the row of a Sales Person's target."""
	return {"fiscal_year": year, "target_amount": amount, "distribution_id": spread, **values}


def tax_template(percent: int) -> str:
	"""Return the company's template of items' taxes at a rate, as the German set-up makes it."""
	company = default_company()
	return frappe.db.get_value("Item Tax Template", {"title": f"{percent} %", "company": company})


def make_item(item_code: str = "ERP-BIKE", price: float | None = 1000, percent: int = 19, **values):
	"""Return an item of ERPNext that is kept on stock, with a price in the default price list."""
	item = get_or_make(
		"Item",
		item_code,
		**{
			"item_code": item_code,
			"item_name": item_code.title(),
			"item_group": frappe.db.get_value("Item Group", {"is_group": 0}),
			"stock_uom": unit(),
			"is_stock_item": 1,
			"taxes": [{"item_tax_template": tax_template(percent)}],
			**values,
		},
	)
	if price is not None and not frappe.db.exists("Item Price", {"item_code": item_code}):
		make_price(item_code, price)
	return item


def make_price(item_code: str, price: float, **values):
	"""Return a price of an item in the default price list, or what `values` say."""
	defaults = {"price_list": frappe.db.get_single_value("Selling Settings", "selling_price_list")}
	return frappe.get_doc(
		{"doctype": "Item Price", "item_code": item_code, "price_list_rate": price, **defaults, **values}
	).insert()


def unit() -> str:
	"""Return the unit that ERPNext's set-up makes the default one, under its name in the site's language."""
	return frappe.db.get_single_value("Stock Settings", "stock_uom")


def make_deal(items: list[dict] | None = None, customer: str | None = None, **values):
	"""Return an open deal with one of ERPNext's customers; `items` are lines, by default one ERP-BIKE."""
	make_class("ERP-CLASS")
	doc = frappe.get_doc(
		{
			"doctype": "Sales Opportunity",
			"class_id": "ERP-CLASS",
			"stage": "Inquiry",
			"party_type": "Customer",
			**values,
		}
	)
	doc.party = doc.party or customer or make_customer().name
	for line in [{}] if items is None else items:
		item = line.get("item") or make_item().name
		doc.append("items", {"item_type": "Item", "item": item, "quantity": 1, **line})
	return doc.insert()


def win(deal, **quote_values):
	"""Issue a quote of the deal, win it, and return both as they are then."""
	quote = frappe.get_doc("Quote", create_quote(deal.name, "2099-12-31"))
	if quote_values:
		quote.update(quote_values)
		quote.save()
	quote.submit()
	deal.reload()
	deal.stage = frappe.db.get_value("Qualification Stage", {"stage_type": "Won"})
	deal.save()
	deal.reload()
	quote.reload()
	return deal, quote


def order_of(request):
	"""Return the order that was made of a request."""
	request = frappe.get_doc("Fulfilment Request", request)
	return frappe.get_doc(request.reference_doctype, request.reference_name)


def counts(doc) -> dict[str, int]:
	"""Return how many documents of each DocType a form says are connected with it."""
	found = get_open_count(doc.doctype, doc.name)["count"]
	frappe.db.set_execution_timeout(0)  # which it leaves at one second
	return {
		row["doctype"]: row["count"]
		for row in (*found["external_links_found"], *found["internal_links_found"])
	}


def sums_of(document) -> tuple[float, list[float], float]:
	"""Return net with freight, the tax of each account from the lowest, and gross of an order or invoice."""
	net, taxes = document.net_total, {}
	for row in document.taxes:
		amount = row.tax_amount_after_discount_amount
		if row.description == "Freight":
			net += amount
		else:
			taxes[row.account_head] = taxes.get(row.account_head, 0) + amount
	found = sorted(round(tax, 2) for tax in taxes.values() if round(tax, 2))
	return round(net, 2), found, document.grand_total


def second_company() -> str:
	"""Return the name of a Swiss company on the site, beside the German one of the set-up."""
	return get_or_make(
		"Company",
		"Helvetia AG",
		company_name="Helvetia AG",
		abbr="HV",
		default_currency="CHF",
		country="Switzerland",
		create_chart_of_accounts_based_on="Standard Template",
	).name


def warehouse(name: str, **values) -> str:
	"""Return a warehouse of the default company."""
	company = values.get("company", default_company())
	found = frappe.db.get_value("Warehouse", {"warehouse_name": name, "company": company})
	doc = {"doctype": "Warehouse", "warehouse_name": name, "company": company, **values}
	return found or frappe.get_doc(doc).insert().name


def amend(order):
	"""Return what the form of a cancelled order holds after a click on *Amend*: all fields, also those not copied else."""
	amended = frappe.copy_doc(order, ignore_no_copy=True)
	amended.amended_from = order.name
	for part in (amended, *amended.get_all_children()):
		part.docstatus = 0
	return amended
