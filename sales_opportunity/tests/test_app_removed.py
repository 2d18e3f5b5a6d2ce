"""An app goes whose partners and items deals have: the deals stay."""

from contextlib import contextmanager

import frappe

from sales_opportunity.api import close_as_won
from sales_opportunity.deal.staying import convert_to_own_masters
from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import render_quote
from sales_opportunity.tests.factories import make_item, make_partner, make_quote
from sales_opportunity.tests.foreign_doctypes import ForeignDocTypesTestCase
from sales_opportunity.tests.papers import text_of
from sales_opportunity.tests.shop import (
	ARTICLE_FIELDS,
	CUSTOMER_FIELDS,
	make_article,
	make_customer,
	make_opportunity,
	shop_installed,
)

DOCTYPES = ("Shop Customer", "Shop Article")


@contextmanager
def shop_with_its_doctypes():
	"""Install the app of the docs for a while, its DocTypes in a module of its own."""
	if not frappe.db.exists("Module Def", "Shop"):
		frappe.get_doc({"doctype": "Module Def", "module_name": "Shop", "app_name": "shop"}).db_insert()
	for doctype in DOCTYPES:
		frappe.db.set_value("DocType", doctype, "module", "Shop")
	with shop_installed():
		yield


class TestAnAppIsRemoved(ForeignDocTypesTestCase):
	doctypes = (("Shop Customer", CUSTOMER_FIELDS, "full_name"), ("Shop Article", ARTICLE_FIELDS, "title"))

	def setUp(self):
		frappe.set_user("Administrator")

	def links_of(self, contact) -> list[tuple[str, str]]:
		contact.reload()
		return [(link.link_doctype, link.link_name) for link in contact.links]

	def test_an_open_deal_goes_on_with_a_partner_and_an_item_of_this_app(self):
		customer, article = make_customer(default_currency="EUR"), make_article()
		links = [{"link_doctype": "Shop Customer", "link_name": customer.name}]
		contact = frappe.get_doc({"doctype": "Contact", "first_name": "Claire", "links": links}).insert()
		with shop_with_its_doctypes():
			deal = make_opportunity(customer, article)
			issued = make_quote(deal)
			issued.submit()
			draft = make_quote(deal)
			convert_to_own_masters("shop")

		deal = frappe.get_doc("Sales Opportunity", deal.name)
		partner = frappe.get_doc("Business Partner", deal.party)
		self.assertEqual((deal.party_type, deal.party_name), ("Business Partner", "Cycles du Nord SARL"))
		self.assertEqual(
			(partner.partner_name, partner.language, partner.payment_terms),
			("Cycles du Nord SARL", "en", "30 days net"),
		)
		self.assertEqual([(row.item_type, row.item) for row in deal.items], [("Sales Item", article.name)])
		item = frappe.get_doc("Sales Item", article.name)
		self.assertEqual((item.item_name, item.price, item.unit), ("Fahrradklingel", 20, "Piece"))
		self.assertEqual(self.links_of(contact), [("Business Partner", partner.name)])
		self.assertIn("Cycles du Nord SARL", text_of(render_quote(issued.name)))
		for quote in (issued, draft):
			quote.reload()
			self.assertEqual((quote.party_type, quote.party), ("Business Partner", partner.name))
			self.assertEqual({row.item_type for row in quote.items}, {"Sales Item"})
		contact.save()
		draft.save()
		deal.title = "Goes on"
		deal.save()
		close_as_won(deal.name)
		self.assertEqual(frappe.db.get_value("Sales Opportunity", deal.name, "status"), "Won")

	def test_a_partner_has_one_place_however_many_deals_it_has(self):
		customer = make_customer()
		with shop_with_its_doctypes():
			deals = [make_opportunity(customer).name for _ in range(3)]
			convert_to_own_masters("shop")
		partners = {frappe.db.get_value("Sales Opportunity", deal, "party") for deal in deals}
		self.assertEqual(len(partners), 1)
		self.assertEqual(frappe.db.count("Business Partner", {"partner_name": customer.full_name}), 1)

	def test_a_contract_goes_on_with_its_term_and_its_cost(self):
		article, is_gone = make_article(), make_article()
		customer = make_customer(full_name="Contracts SARL")
		term = {"recurrence": "Monthly", "periods": 24, "unit_cost": 7.5}
		with shop_with_its_doctypes():
			for each in (article, is_gone):
				deal = make_opportunity(customer, each)
				frappe.db.set_value("Sales Opportunity Item", deal.items[0].name, term)
			frappe.db.delete("Shop Article", {"name": is_gone.name})
			convert_to_own_masters("shop")
		fields = ("cost", "recurrence", "periods")
		self.assertEqual(frappe.db.get_value("Sales Item", is_gone.name, fields), (7.5, "Monthly", 24))
		self.assertEqual(frappe.db.get_value("Sales Item", article.name, "cost"), 7.5)

	def test_a_tax_id_that_is_no_vat_id_is_noted(self):
		customer = make_customer(tax_number="DE123")
		with shop_with_its_doctypes():
			deal = make_opportunity(customer)
			convert_to_own_masters("shop")
		partner = frappe.get_doc(
			"Business Partner", frappe.db.get_value("Sales Opportunity", deal.name, "party")
		)
		self.assertFalse(partner.vat_id)
		self.assertIn("DE123", partner.notes)

	def test_an_item_of_the_same_code_takes_the_place_and_can_be_chosen_again(self):
		article = make_article()
		make_item(article.name, disabled=1)
		with shop_with_its_doctypes():
			deal = make_opportunity(make_customer(), article)
			convert_to_own_masters("shop")
		deal.reload()
		self.assertEqual(deal.items[0].item, article.name)
		self.assertFalse(frappe.db.get_value("Sales Item", article.name, "disabled"))

	def test_a_partner_that_is_gone_already_keeps_the_name_that_its_deals_know(self):
		customer = make_customer()
		with shop_with_its_doctypes():
			deal = make_opportunity(customer)
			frappe.db.delete("Shop Customer", {"name": customer.name})
			convert_to_own_masters("shop")
		deal.reload()
		self.assertEqual(deal.party_type, "Business Partner")
		self.assertEqual(
			frappe.db.get_value("Business Partner", deal.party, "partner_name"), "Cycles du Nord SARL"
		)

	def test_what_other_apps_have_stays_as_it_is(self):
		customer, partner = make_customer(), make_partner()
		with shop_with_its_doctypes():
			theirs = make_opportunity(customer)
			own = make_opportunity(partner, party_type="Business Partner")
			convert_to_own_masters("frappe")
			convert_to_own_masters("another")
			theirs.reload()
			self.assertEqual(theirs.party_type, "Shop Customer")
			convert_to_own_masters("shop")
		own.reload()
		self.assertEqual(own.party, partner.name)
