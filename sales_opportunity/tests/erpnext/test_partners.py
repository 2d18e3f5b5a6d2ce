"""ERPNext's customers and leads as partners, and the customer that a won lead becomes."""

import frappe

from sales_opportunity.api import close_as_won
from sales_opportunity.demo.acting import acting
from sales_opportunity.desk.stepped_back import stepped_back
from sales_opportunity.features import switched_off
from sales_opportunity.masters.adapters import get_party, registered_types
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request import (
	make_document_of,
	makeable_document,
)
from sales_opportunity.sales_opportunity.doctype.quote.checker import check
from sales_opportunity.sales_opportunity.doctype.quote.print_context import quote_paper
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
	DisabledMasterError,
)
from sales_opportunity.sales_opportunity.page.set_up_sales.state import setup_steps
from sales_opportunity.tests.erpnext.erp import (
	ERPNextTestCase,
	default_company,
	make_customer,
	make_deal,
	make_lead,
	order_of,
	win,
)
from sales_opportunity.tests.factories import get_or_make, make_partner, make_user
from sales_opportunity.tests.settings import use_settings


class TestPartners(ERPNextTestCase):
	def test_erpnexts_masters_are_offered_first_and_ours_only_where_they_are_used(self):
		frappe.db.savepoint("unused")
		self.addCleanup(frappe.db.rollback, save_point="unused")
		own = ["Business Partner", "Business Partner Group", "Sales Item", "Sales Item Group"]
		for doctype in own:
			frappe.db.delete(doctype)
		frappe.local.request_cache.clear()
		self.assertEqual(registered_types()["party"], ["Customer", "Lead", "Prospect"])
		self.assertEqual(registered_types()["item"], ["Item"])
		self.assertEqual([each for each in stepped_back() if each not in switched_off()], own)
		self.assertNotIn("data", [step["key"] for step in setup_steps()])
		make_partner()
		frappe.local.request_cache.clear()
		self.addCleanup(frappe.local.request_cache.clear)
		self.assertIn("Business Partner", registered_types()["party"])

	def test_a_customer_says_what_quotes_need(self):
		customer = make_customer(tax_id="DE136695976", default_currency="CHF")
		party = get_party("Customer", customer.name)
		self.assertEqual(
			(party.title, party.language, party.currency, party.vat_id, party.tax_treatment),
			("Fahrrad Huber GmbH", "de", "CHF", "DE136695976", "Domestic"),
		)

	def test_the_tax_category_of_a_customer_chooses_the_treatment(self):
		templates = {
			"Lieferung an Unternehmen in der EU": "EU Supply",
			"Sonstige Leistung an Unternehmen in der EU": "Reverse Charge",
			"Lieferung in Drittland": "Export Supply",
			"Sonstige Leistung an Unternehmen in Drittland": "Place of Supply Abroad",
			"Bauleistungen nach § 13b UStG": "Reverse Charge",
			"Lieferung oder sonstige Leistung an nicht-Unternehmen in der EU": "Domestic",
		}
		for title, treatment in templates.items():
			with self.subTest(title):
				category = get_or_make("Tax Category", title, title=title).name
				template = {"title": title, "company": default_company()}
				frappe.db.set_value("Sales Taxes and Charges Template", template, "tax_category", category)
				customer = make_customer(tax_category=category)
				self.assertEqual(get_party("Customer", customer.name).tax_treatment, treatment)

	def test_drafts_follow_a_customer_whose_name_is_corrected(self):
		deal = make_deal()
		frappe.get_doc("Customer", deal.party).update({"customer_name": "Fahrrad Huber AG"}).save()
		deal.reload()
		self.assertEqual((deal.party_name, deal.title), ("Fahrrad Huber AG", "Fahrrad Huber AG"))

	def test_drafts_follow_a_lead_or_prospect_whose_name_is_corrected(self):
		for party, fieldname in (
			(make_lead(), "company_name"),
			(make_lead(company_name=None), "first_name"),
		):
			with self.subTest(fieldname):
				deal = make_deal(party_type=party.doctype, party=party.name)
				party.update({fieldname: "Neuer Name"}).save()
				deal.reload()
				self.assertEqual(deal.party_name, get_party(party.doctype, party.name).title)
				self.assertIn("Neuer Name", deal.party_name)
		prospect = {"doctype": "Prospect", "company_name": "Radwerk Nord", "company": default_company()}
		deal = make_deal(party_type="Prospect", party=frappe.get_doc(prospect).insert().name)
		frappe.rename_doc("Prospect", deal.party, "Radwerk West")
		deal.reload()
		self.assertEqual((deal.party, deal.party_name), ("Radwerk West", "Radwerk West"))

	def test_drafts_follow_a_renamed_customer_or_one_merged_into_another(self):
		for by_name in ("Customer Name", "Naming Series"):
			frappe.defaults.set_global_default("cust_master_name", by_name)
			for merge in (False, True):
				with self.subTest(by_name, merge=merge):
					deal = make_deal(customer=make_customer(f"Rad Alt {by_name} {merge}").name)
					other = make_customer(f"Rad Neu {by_name} {merge}") if merge else None
					new = other.name if other else f"Rad Umbenannt {by_name}"
					frappe.rename_doc("Customer", deal.party, new, merge=merge)
					deal.reload()
					self.assertEqual(deal.party, new)
					self.assertEqual(deal.party_name, get_party("Customer", new).title)
		self.addCleanup(frappe.clear_cache)

	def test_a_disabled_or_frozen_customer_is_not_chosen(self):
		for fieldname, text in (("disabled", "disabled"), ("is_frozen", "frozen")):
			with self.subTest(fieldname), self.assertRaisesRegex(DisabledMasterError, text):
				make_deal(customer=make_customer(**{fieldname: 1}).name)

	def test_a_customer_that_is_frozen_later_gets_no_quote_and_the_win_says_so(self):
		deal = make_deal()
		frappe.get_doc("Customer", deal.party).update({"is_frozen": 1}).save()
		first, *_others = check(create_quote(deal.name, "2099-12-31"))
		self.assertEqual(first["action"], "Block")
		self.assertIn("is frozen in ERPNext", first["message"])
		with self.assertRaisesRegex(frappe.ValidationError, "frozen"):
			win(deal)
		frappe.local.message_log = []
		deal.reload()
		deal.stage = frappe.db.get_value("Qualification Stage", {"stage_type": "Won"})
		deal.save()
		self.assertIn("frozen", str(frappe.local.message_log))

	def test_a_credit_limit_is_said_before_issuing_and_at_winning(self):
		limit = {"company": default_company(), "credit_limit": 500, "bypass_credit_limit_check": 0}
		for amount, is_said in ((400, False), (450, True), (600, True)):
			with self.subTest(amount):
				deal = make_deal([{"rate": amount}], customer=make_customer(credit_limits=[limit]).name)
				quote = frappe.get_doc("Quote", create_quote(deal.name, "2099-12-31"))
				told = str(check(quote.name))
				quote.submit()
				frappe.local.message_log = []
				close_as_won(deal.name)
				for said in (told, str(frappe.local.message_log)):
					self.assertEqual(said.count("credit limit"), int(is_said))

	def test_papers_show_a_customers_number_and_not_a_leads(self):
		for name in ("K-4711", "Rad Name GmbH"):
			frappe.rename_doc("Customer", make_customer().name, name)
			frappe.db.set_value("Customer", name, "customer_name", "Rad Name GmbH")
			frappe.clear_document_cache("Customer", name)
		for party_type, name, number in (
			("Customer", "Rad Name GmbH", None),
			("Customer", "K-4711", "K-4711"),
			("Lead", make_lead().name, None),
		):
			with self.subTest(name):
				deal = make_deal(party_type=party_type, party=name)
				quote = frappe.get_doc("Quote", create_quote(deal.name, "2099-12-31"))
				rows = dict(quote_paper(quote).information)
				self.assertEqual(rows.get("Kunden-Nr.") or rows.get("Customer No."), number)


class TestWonLeads(ERPNextTestCase):
	def test_a_won_lead_becomes_a_customer_and_the_deal_is_with_it(self):
		lead = make_lead(email_id="lena@licht.example")
		deal, quote = win(make_deal(party_type="Lead", party=lead.name))
		customer = frappe.get_doc("Customer", deal.party)
		self.assertEqual((deal.party_type, customer.lead_name), ("Customer", lead.name))
		self.assertEqual((deal.party_name, customer.customer_name), ("Licht & Rad OHG", "Licht & Rad OHG"))
		self.assertEqual(frappe.db.get_value("Lead", lead.name, "status"), "Converted")
		contact = frappe.get_doc("Contact", deal.contact)
		self.assertIn(
			("Customer", customer.name), [(row.link_doctype, row.link_name) for row in contact.links]
		)
		self.assertEqual((quote.party_type, quote.party), ("Lead", lead.name))
		order = order_of(create_fulfilment_request(deal.name, "Order"))
		self.assertEqual((order.customer, order.grand_total), (customer.name, quote.gross_total))

	def test_a_won_prospect_becomes_a_customer(self):
		prospect = frappe.get_doc(
			{"doctype": "Prospect", "company_name": "Radwerk Süd", "company": default_company()}
		).insert()
		deal, _quote = win(make_deal(party_type="Prospect", party=prospect.name))
		self.assertEqual(
			frappe.db.get_value("Customer", deal.party, ["customer_name", "prospect_name"]),
			("Radwerk Süd", prospect.name),
		)

	def test_two_deals_of_one_lead_make_one_customer(self):
		lead = make_lead()
		deals = [make_deal(party_type="Lead", party=lead.name) for _again in range(2)]
		parties = {win(deal)[0].party for deal in deals}
		self.assertEqual(len(parties), 1)
		self.assertEqual(frappe.db.count("Customer", {"lead_name": lead.name}), 1)

	def test_who_may_not_create_customers_leaves_that_to_the_order(self):
		user = make_user("erp-seller@example.com", "Sales User")
		lead = make_lead()
		deal = make_deal(party_type="Lead", party=lead.name, opportunity_owner=user.name)
		permissions = frappe.get_doc("DocType", "Customer").permissions
		for row in permissions:
			if row.role == "Sales User":
				row.db_set("create", 0)
		frappe.clear_cache(doctype="Customer")
		self.addCleanup(frappe.clear_cache, doctype="Customer")
		with acting(user.name):
			deal, _quote = win(deal)
		self.assertEqual((deal.party_type, deal.party), ("Lead", lead.name))
		order = order_of(create_fulfilment_request(deal.name, "Order"))
		deal.reload()
		self.assertEqual((deal.party_type, deal.party), ("Customer", order.customer))

	def test_who_may_not_order_asks_and_the_one_who_may_makes_the_order(self):
		seller = make_user("erp-asker@example.com", "Sales User")
		maker = make_user("erp-maker@example.com", "Sales Fulfilment", "Sales Master Manager", "Stock User")
		for row in frappe.get_doc("DocType", "Sales Order").permissions:
			row.db_set("create", int(row.role == "Stock User"))
		frappe.clear_cache(doctype="Sales Order")
		self.addCleanup(frappe.clear_cache, doctype="Sales Order")
		use_settings(self, order_assignee=maker.name)
		deal, quote = win(make_deal(opportunity_owner=seller.name))
		with acting(seller.name):
			request = create_fulfilment_request(deal.name, "Order")
			self.assertIsNone(makeable_document(request))
			with self.assertRaises(frappe.PermissionError):
				make_document_of(request)
		self.assertFalse(frappe.db.get_value("Fulfilment Request", request, "reference_name"))
		reader = make_user("erp-reader@example.com", "Sales Viewer", "Sales Master Manager", "Stock User")
		with acting(reader.name):
			self.assertIsNone(makeable_document(request))
			with self.assertRaises(frappe.PermissionError):
				make_document_of(request)
		with acting(maker.name):
			self.assertEqual(makeable_document(request), "Sales Order")
			made = make_document_of(request)
			self.assertEqual(make_document_of(request), made)
		self.assertEqual(order_of(request).grand_total, quote.gross_total)
