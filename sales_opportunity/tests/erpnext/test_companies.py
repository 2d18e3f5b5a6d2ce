"""Two of ERPNext's companies with two currencies: what deals, papers and orders of each say, and who sees them."""

import json

import frappe
from frappe.desk.doctype.number_card.number_card import get_result
from frappe.desk.form.load import get_docinfo
from frappe.desk.search import search_link
from frappe.permissions import add_user_permission
from frappe.utils import add_days, getdate, nowdate

from sales_opportunity.access.permissions import RESTRICTED
from sales_opportunity.activities.open_activities import open_activities
from sales_opportunity.demo.acting import acting
from sales_opportunity.desk.search import find
from sales_opportunity.erpnext.company.exchange import rate_in_books
from sales_opportunity.erpnext.orders.deal_documents import orders
from sales_opportunity.masters.adapters import get_party
from sales_opportunity.masters.companies import get_company, link_company_fields
from sales_opportunity.reporting import snapshots
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
	follow_ups,
)
from sales_opportunity.sales_opportunity.doctype.quote.print_context import quote_paper
from sales_opportunity.sales_opportunity.doctype.quote_answer.answers_by_hand import accept_by_hand
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import (
	make_link,
	open_links,
)
from sales_opportunity.sales_opportunity.doctype.quote_release.release_state import log_release
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote
from sales_opportunity.sales_opportunity.page.my_day.my_day import get_open_work
from sales_opportunity.sales_opportunity.page.pipeline.pipeline import get_board
from sales_opportunity.sales_opportunity.report.customer_journey.customer_journey import execute
from sales_opportunity.tests.erpnext.erp import (
	ERPNextTestCase,
	default_company,
	make_customer,
	make_deal,
	make_item,
	order_of,
	second_company,
	win,
)
from sales_opportunity.tests.factories import (
	get_or_make,
	make_class,
	make_target,
	make_user,
	set_exchange_rates,
	use_releases,
)
from sales_opportunity.tests.permission_channels import CHANNELS, PARENTS, ROWS_TOO, is_allowed
from sales_opportunity.tests.reports import report_rows
from sales_opportunity.tests.web import keep_request

LIMITED = {
	"erp-limited-seller@example.com": ("Sales User",),
	"erp-limited-viewer@example.com": ("Sales Viewer",),
	"erp-limited-manager@example.com": ("Sales Manager", "Sales User"),
}
SELLER, VIEWER, MANAGER = LIMITED
OF_NO_DEAL = {"Class ID Member", "Quote Template Line", "Sales Document"}

FIGURES = {
	"Customer Journey": ("amount", 100),
	"Item Demand Forecast": ("nominal", 1),
	"Items in the Pipeline": ("nominal", 100),
	"Lost Reasons": ("lost", 100),
	"Margin": ("margin", 60),
	"Moved Close Dates": ("nominal", 100),
	"Open Quotes": ("net", 100),
	"Pipeline Changes": ("nominal", 400),
	"Quote Register": ("net", 100),
	"Revenue Forecast": ("won", 100),
	"Sales Funnel": ("reached", 4),
	"Sales Targets": ("won", 100),
	"Stalled and Not Forecastable": ("nominal", 100),
	"Weighted Pipeline": ("nominal", 100),
	"Win-Loss Analysis": ("won_amount", 100),
}
"""What each report says of the deals of one company, of 100 euros each: two open ones, one of them with a day, a won and a lost one.

What is sold costs 40 euros each."""


def untaxed():
	"""Return a service that has no tax template of its own."""
	return make_item("ERP-UNTAXED", taxes=[], is_stock_item=0)


def bank_account(company):
	"""Return the account of a company's books on which its money in the bank stands."""
	found = frappe.db.get_value("Account", {"company": company, "account_type": "Bank", "is_group": 0})
	if found:
		return found
	parent = frappe.db.get_value("Account", {"company": company, "account_type": "Bank", "is_group": 1})
	account = {"doctype": "Account", "account_name": "Basler Bank", "parent_account": parent}
	return frappe.get_doc({**account, "company": company, "account_type": "Bank"}).insert().name


class CompaniesTestCase(ERPNextTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.german, cls.swiss = default_company(), second_company()
		set_exchange_rates(CHF=1.05)
		link_company_fields()

	def setUp(self):
		super().setUp()
		frappe.db.savepoint("companies")
		self.addCleanup(frappe.db.rollback, save_point="companies")


class TestTwoCompanies(CompaniesTestCase):
	def swiss_deal(self, items=None, **values):
		customer = make_customer("Velo Basel AG", default_currency=None)
		return make_deal(items, customer=customer.name, company=self.swiss, **values)

	def test_a_deal_has_currency_price_and_tax_of_its_company(self):
		make_item()
		for company, expected in (
			(self.german, ("EUR", 1, 1000)),
			(self.swiss, ("CHF", 1.05, 952.38)),
		):
			with self.subTest(company):
				deal = make_deal(customer=make_customer(default_currency=None).name, company=company)
				line = deal.items[0]
				self.assertEqual((deal.transaction_currency, deal.conversion_rate), expected[:2])
				self.assertAlmostEqual(line.rate, expected[2], 2)
				self.assertEqual(deal.company_currency, "EUR")

	def test_the_tax_rate_is_that_of_the_companys_own_template(self):
		item = untaxed()
		template = frappe.get_doc(
			"Sales Taxes and Charges Template", {"company": self.swiss, "is_default": 1}
		)
		deal = self.swiss_deal([{"item": item.name, "rate": 100}])
		rate = frappe.db.get_value("Sales Tax Rate", deal.items[0].tax_rate, "rate")
		self.assertEqual(rate, template.taxes[0].rate)

	def test_paper_says_register_bank_and_vat_id_of_the_company(self):
		frappe.get_doc("Company", self.swiss).update(
			{
				"tax_id": "CHE-123.456.788 MWST",
				"sales_register_court": "Handelsregister Basel-Stadt",
				"sales_managing_directors": "Vreni Velo",
			}
		).save()
		bank = get_or_make("Bank", "Basler Bank", bank_name="Basler Bank", swift_number="BKBBCHBB")
		for company, iban in ((self.swiss, "CH9300762011623852957"), (self.german, "DE89370400440532013000")):
			frappe.get_doc(
				{
					"doctype": "Bank Account",
					"account_name": company,
					"bank": bank.name,
					"is_company_account": 1,
					"is_default": 1,
					"company": company,
					"account": bank_account(company),
					"iban": iban,
				}
			).insert()
		frappe.get_doc(
			{
				"doctype": "Address",
				"address_title": "Sitz",
				"address_type": "Office",
				"address_line1": "Rheinweg 5",
				"pincode": "4001",
				"city": "Basel",
				"country": "Switzerland",
				"links": [{"link_doctype": "Company", "link_name": self.swiss}],
			}
		).insert()
		quote = frappe.get_doc("Quote", create_quote(self.swiss_deal().name, "2099-12-31"))
		footer = str(quote_paper(quote).footer)
		for text in (
			"Helvetia AG",
			"Rheinweg 5",
			"4001 Basel",
			"Handelsregister Basel-Stadt",
			"Vreni Velo",
			"CHE-123.456.788 MWST",
			"Basler Bank",
			"CH9300762011623852957",
			"BKBBCHBB",
		):
			self.assertIn(text, footer)
		self.assertNotIn("DE89370400440532013000", footer)
		self.assertTrue(get_company(self.german).is_main)

	def test_the_order_is_in_the_companys_books_with_its_accounts_and_the_same_sums(self):
		for values, expected in (
			({"company": self.german, "transaction_currency": "EUR"}, ("EUR", 1)),
			({"company": self.german, "transaction_currency": "CHF"}, ("CHF", 1.05)),
			({"company": self.swiss, "transaction_currency": "CHF"}, ("CHF", 1)),
			({"company": self.swiss, "transaction_currency": "EUR"}, ("EUR", 1 / 1.05)),
		):
			with self.subTest(**values):
				item = untaxed().name if values["company"] == self.swiss else make_item().name
				lines = [{"item": item, "rate": 1234.56, "quantity": 3}]
				customer = make_customer(default_currency=None)
				deal, quote = win(make_deal(lines, customer=customer.name, **values))
				order = order_of(create_fulfilment_request(deal.name, "Order"))
				self.assertEqual((order.company, order.currency), (values["company"], expected[0]))
				self.assertAlmostEqual(order.conversion_rate, expected[1], 6)
				self.assertEqual((order.net_total, order.grand_total), (quote.net_total, quote.gross_total))
				accounts = {row.account_head for row in order.taxes}
				owners = {frappe.db.get_value("Account", name, "company") for name in accounts}
				self.assertEqual(owners, {values["company"]})

	def test_what_documents_come_to_is_told_in_the_currency_of_deals(self):
		"""A Swiss company keeps its books in francs, deals are valued in euros."""
		for currency, rate in (("CHF", 1.05), ("EUR", 1)):
			with self.subTest(currency):
				lines = [{"item": untaxed().name, "rate": 1000, "quantity": 2}]
				deal, _quote = win(self.swiss_deal(lines, transaction_currency=currency))
				order = order_of(create_fulfilment_request(deal.name, "Order"))
				order.submit()
				request = frappe.get_doc("Fulfilment Request", {"opportunity": deal.name})
				self.assertEqual((request.document_total, request.base_document_total), (2000, 2000 * rate))
				self.assertEqual(self.told(order, deal), (2000 * rate, "EUR"))

	def told(self, document, deal):
		"""Return what the Customer Journey says that a document comes to, and in which currency."""
		_columns, rows, *_rest = execute({"party_type": "Customer", "party": deal.party})
		(row,) = (row for row in rows if document.name in row["text"])
		return row["amount"], row["currency"]

	def test_so_is_what_was_billed_and_paid(self):
		lines = [{"item": untaxed().name, "rate": 1000, "quantity": 2}]
		deal, _quote = win(self.swiss_deal(lines, transaction_currency="CHF"))
		order_of(create_fulfilment_request(deal.name, "Order")).submit()
		invoice = order_of(create_fulfilment_request(deal.name, "Billing"))
		invoice.submit()
		get_payment = "erpnext.accounts.doctype.payment_entry.payment_entry.get_payment_entry"
		payment = frappe.get_attr(get_payment)(
			invoice.doctype, invoice.name, bank_account=bank_account(self.swiss)
		)
		payment.update({"reference_no": "1", "reference_date": nowdate()})
		payment.insert().submit()
		self.assertEqual(self.told(invoice, deal), (2100, "EUR"))
		self.assertEqual(self.told(payment, deal), (round(invoice.grand_total * 1.05, 2), "EUR"))

	def test_a_document_of_no_deal_is_told_by_the_rate_of_its_day_and_without_one_not_at_all(self):
		order = frappe.new_doc("Sales Order")
		customer = make_customer(default_currency=None)
		order.update({"customer": customer.name, "company": self.swiss, "currency": "CHF"})
		order.append(
			"items", {"item_code": untaxed().name, "qty": 1, "rate": 100, "delivery_date": nowdate()}
		)
		order.insert()
		for rates, expected in (({"CHF": 1.05}, 105), ({}, None)):
			set_exchange_rates(**rates)
			(found,) = orders([], "Customer", customer.name)
			self.assertEqual(found.base_amount, expected)

	def test_erpnexts_own_rate_between_two_currencies_goes_first(self):
		frappe.get_doc(
			{
				"doctype": "Currency Exchange",
				"date": nowdate(),
				"from_currency": "EUR",
				"to_currency": "CHF",
				"exchange_rate": 0.93,
				"for_selling": 1,
			}
		).insert()
		self.assertEqual(rate_in_books("EUR", 1, self.swiss), 0.93)
		self.assertEqual(rate_in_books("CHF", 1.05, self.swiss), 1)

	def test_the_credit_limit_is_that_in_the_books_of_the_company(self):
		limit = {"company": self.swiss, "credit_limit": 100, "bypass_credit_limit_check": 0}
		for company, rate, is_said in (
			(self.swiss, 120, True),
			(self.swiss, 80, False),
			(self.german, 120, False),
		):
			with self.subTest(company, rate=rate):
				customer = make_customer(credit_limits=[limit], default_currency=None)
				item = untaxed().name
				deal = make_deal([{"item": item, "rate": rate}], customer=customer.name, company=company)
				frappe.local.message_log = []
				win(deal)
				self.assertEqual("credit limit" in str(frappe.local.message_log), is_said)

	def test_the_tax_treatment_is_that_of_the_companys_templates(self):
		category = get_or_make("Tax Category", "Ausland", title="Ausland").name
		template = {"title": "Lieferung in Drittland", "company": self.german}
		frappe.db.set_value("Sales Taxes and Charges Template", template, "tax_category", category)
		customer = make_customer(tax_category=category).name
		self.assertEqual(get_party("Customer", customer, self.german).tax_treatment, "Export Supply")
		self.assertEqual(get_party("Customer", customer, self.swiss).tax_treatment, "Domestic")

	def test_who_may_sell_chooses_items_also_without_a_right_to_read_the_company(self):
		from sales_opportunity.sales_opportunity.doctype.quote.amounts import item_details

		user = make_user("erp-manager-alone@example.com", "Sales Manager", "Item Manager").name
		item = untaxed().name
		with acting(user):
			self.assertFalse(frappe.has_permission("Company", "read", doc=self.german))
			for company in (self.german, self.swiss):
				self.assertTrue(item_details("Item", item, "de", "EUR", company=company))


class TestWhoSeesWhatOfACompany(CompaniesTestCase):
	"""Each way to a deal, for people who are limited to the Swiss company: there they get through, to the German not."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		use_releases(cls)
		for user, roles in LIMITED.items():
			make_user(user, *roles)
		klass = make_class("ERP-BOTH", members=[{"user": MANAGER}])
		terms = {"doctype": "File", "file_name": "terms.txt", "content": "Both", "is_private": 1}
		klass.update({"documents": [{"file": frappe.get_doc(terms).insert().file_url}]}).save()
		item = untaxed().name
		cls.documents = {company: cls.deal_of(company, item) for company in (cls.german, cls.swiss)}
		snapshots.store_day(getdate())
		for name in (cls.german, cls.swiss):
			for doctype, fieldname, parent in (
				("Sales Opportunity Change", "opportunity", "Sales Opportunity"),
				("Sales Pipeline Snapshot", "opportunity", "Sales Opportunity"),
				("Quote Answer", "quote", "Quote"),
				("Quote Release", "quote", "Quote"),
				("Quote Customer Link", "quote", "Quote"),
			):
				filters = {fieldname: cls.documents[name][parent].name}
				cls.documents[name][doctype] = frappe.get_doc(doctype, filters)
		for user in LIMITED:
			add_user_permission("Company", cls.swiss, user)

	@classmethod
	def deal_of(cls, company, item):
		"""Return the documents of a deal in a company, and of a won one, for which all three are there."""
		values = {"company": company, "opportunity_owner": SELLER, "class_id": "ERP-BOTH"}
		values["transaction_currency"] = "EUR"
		customer = make_customer(f"Kunde von {company}").name
		lines = [{"item": item, "rate": 100, "unit_cost": 40}]
		deal = make_deal(
			lines,
			customer=customer,
			next_activity="Call",
			next_activity_date=nowdate(),
			instalments=[{"due_date": "2099-01-31", "percentage": 100}],
			shares=[{"user": MANAGER, "percentage": 10}],
			participants=[{"person_name": "Frau Blume", "role": "Decides"}],
			**values,
		)
		frappe.db.set_value("Sales Opportunity", deal.name, "idle_since", add_days(nowdate(), -400))
		frappe.db.set_value("Sales Opportunity", deal.name, "stalled_from", add_days(nowdate(), -300))
		quote = frappe.get_doc("Quote", create_quote(deal.name, nowdate()))
		quote.submit()
		log_release(quote, "Released", ["Sales Manager"])
		make_link(quote.name)
		accept_by_hand(quote.name, nowdate(), "Sabine Hoffmann")
		won, _quote = win(make_deal(lines, customer=customer, **values))
		today = {"expected_close_date": nowdate(), **values}
		quoted = make_deal(lines, customer=customer, **today)
		for days in (2, 1, 0):
			quoted.expected_close_date = add_days(nowdate(), days)
			quoted.save()
		frappe.get_doc("Quote", create_quote(quoted.name, nowdate())).submit()
		lost = make_deal(lines, customer=customer, **today)
		lost.update({"stage": "Lost", "closing_reason": "No Budget"}).save()
		with acting(SELLER):
			request = frappe.get_doc("Fulfilment Request", create_fulfilment_request(won.name, "Billing"))
		deal.reload()
		deal.add_comment("Comment", f"Notiz zu {company}")
		todo = {"doctype": "ToDo", "description": f"Aufgabe {company}", "allocated_to": SELLER}
		frappe.get_doc(
			{**todo, "reference_type": deal.doctype, "reference_name": deal.name, "date": nowdate()}
		).insert()
		file = frappe.get_doc(
			{
				"doctype": "File",
				"file_name": f"{company}.txt",
				"content": company,
				"is_private": 1,
				"attached_to_doctype": deal.doctype,
				"attached_to_name": deal.name,
			}
		).insert()
		target = make_target(target_for="Person", user=SELLER, company=company)
		quote.reload()
		return {
			"Sales Opportunity": deal,
			"Sales Opportunity Item": deal.items[0],
			"Sales Opportunity Instalment": deal.instalments[0],
			"Sales Opportunity Contact": deal.participants[0],
			"Sales Opportunity Share": deal.shares[0],
			"Sales Opportunity Stage Log": deal.stage_log[0],
			"Quote": quote,
			"Quote Document": quote.documents[0],
			"Quote Item": quote.items[0],
			"Quote Tax": quote.taxes[0],
			"Quote Instalment": quote.instalments[0],
			"Fulfilment Request": request,
			"Fulfilment Request Item": request.items[0],
			"Sales Target": target,
			"Sales Target Period": target.periods[0],
			"File": file,
		}

	def setUp(self):
		super().setUp()
		keep_request(self)
		self.addCleanup(frappe.set_user, "Administrator")

	def as_each(self):
		for user in LIMITED:
			frappe.set_user(user)
			yield user

	def test_the_table_names_every_doctype_of_deals(self):
		self.assertLessEqual(RESTRICTED | set(PARENTS) - OF_NO_DEAL, set(self.documents[self.swiss]))

	def test_every_document_through_every_channel(self):
		"""Who gets through to the Swiss company's document does not to the German one's; reading, all do."""
		for user in self.as_each():
			for action, channels in CHANNELS.items():
				for doctype in self.documents[self.swiss]:
					for channel in channels:
						if doctype in PARENTS and channel not in ROWS_TOO:
							continue
						if doctype == "File" and action in ("export", "print"):
							continue
						with self.subTest(channel.__name__, doctype=doctype, user=user):
							hidden = self.documents[self.german][doctype]
							self.assertFalse(is_allowed(channel, hidden))
							if action == "read":
								self.assertTrue(is_allowed(channel, self.documents[self.swiss][doctype]))
						frappe.set_user(user)

	def names_of(self, company):
		return {
			doc.name
			for doctype, doc in self.documents[company].items()
			if doctype in ("Sales Opportunity", "Quote")
		}

	def test_pages_searches_and_lists_that_gather_deals(self):
		ways = {
			"board by stage": lambda: get_board("stages", {}),
			"board by month": lambda: get_board("months", {}),
			"my day": get_open_work,
			"search of deals": lambda: find("Kunde von", "Sales Opportunity"),
			"search of quotes": lambda: find("Kunde von", "Quote"),
			"link": lambda: search_link("Sales Opportunity", "Kunde von") or frappe.response.get("results"),
		}
		for user in self.as_each():
			for way, call in ways.items():
				with self.subTest(way, user=user):
					found = json.dumps(call(), default=str)
					self.assertFalse([name for name in self.names_of(self.german) if f'"{name}"' in found])
					if way != "my day" or user == SELLER:
						self.assertTrue([name for name in self.names_of(self.swiss) if f'"{name}"' in found])

	def test_functions_that_take_a_deal_or_quote(self):
		calls = {
			"Sales Opportunity": (
				follow_ups,
				open_activities,
				lambda name: get_docinfo(None, "Sales Opportunity", name),
			),
			"Quote": (open_links,),
		}
		for user in self.as_each():
			for doctype, functions in calls.items():
				for function in functions:
					with self.subTest(function.__name__, user=user):
						self.assertFalse(is_allowed(function, self.documents[self.german][doctype].name))
						self.assertTrue(is_allowed(function, self.documents[self.swiss][doctype].name))

	def test_figures_of_reports_and_cards_are_those_of_the_company(self):
		reports = frappe.get_all(
			"Report",
			{"module": "Sales Opportunity", "report_type": ("in", ("Script Report", "Query Report"))},
			pluck="name",
		)
		filters = {"from_date": "2020-01-01", "to_date": nowdate(), "with_won": 1, "with_services": 1}

		def answer(report, company=None, party_of=self.swiss):
			more = {"company": company} if company else {}
			if report == "Customer Journey":
				party = self.documents[party_of]["Sales Opportunity"].party
				more = {"party_type": "Customer", "party": party}
			rows = report_rows(report, **{**filters, **more})
			return [
				{key: value for key, value in row.items() if key != "drill"}
				for row in rows
				if isinstance(row, dict)
			]

		self.assertEqual(set(reports) - {"Probability Calibration", "Forecast Accuracy"}, set(FIGURES))
		for report, (field, figure) in FIGURES.items():
			frappe.set_user("Administrator")
			expected = answer(report, company=self.swiss)
			for user in (MANAGER,) if report == "Margin" else (VIEWER, MANAGER):
				frappe.set_user(user)
				with self.subTest(report, user=user):
					self.assertEqual(answer(report), expected)
					self.assertIn(figure, [row.get(field) for row in expected])
				if report == "Customer Journey":
					self.assertEqual(answer(report, party_of=self.german), [])
		for card in frappe.get_all("Number Card", {"module": "Sales Opportunity"}, pluck="name"):
			doc = frappe.get_doc("Number Card", card)
			if doc.type != "Document Type" or "user" in doc.filters_json:
				continue
			frappe.set_user("Administrator")
			swiss = [*json.loads(doc.filters_json), [doc.document_type, "company", "=", self.swiss]]
			expected = get_result(doc, json.dumps(swiss))
			for user in (VIEWER, MANAGER):
				frappe.set_user(user)
				with self.subTest(card, user=user):
					self.assertEqual(get_result(doc, doc.filters_json), expected)

	def test_nobody_asks_for_prices_in_a_company_beyond_their_permissions(self):
		from sales_opportunity.sales_opportunity.doctype.quote.amounts import item_details

		frappe.set_user(SELLER)
		arguments = ("Item", "ERP-UNTAXED", "de", "EUR")
		self.assertTrue(item_details(*arguments, company=self.swiss))
		with self.assertRaises(frappe.PermissionError):
			item_details(*arguments, company=self.german)
