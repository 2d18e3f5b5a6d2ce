"""The search finds what people type, and gives nobody what their lists do not."""

import frappe

from sales_opportunity.desk.search import find
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.tests.factories import (
	get_or_make,
	make_class,
	make_item,
	make_opportunity,
	make_partner,
	make_quote,
	make_user,
)

ME, STRANGER = "search-me@example.com", "search-stranger@example.com"
DESK_ONLY = "search-desk@example.com"


def found(text: str, *args) -> set[tuple[str, str]]:
	return {(row["doctype"], row["name"]) for row in find(text, *args)}


class TestSearch(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		for user in (ME, STRANGER):
			make_user(user, "Sales User")
		make_user(DESK_ONLY, "Inbox User")
		make_class()
		make_item()
		cls.partner = make_partner("Zweiradwerk Quellenhof GmbH", vat_id="DE136695976")
		link = [{"link_doctype": "Business Partner", "link_name": cls.partner.name}]
		cls.contact = frappe.get_doc(
			doctype="Contact",
			first_name="Ottilie",
			last_name="Quellenreuther",
			email_ids=[{"email_id": "ottilie@quellenhof.example", "is_primary": 1}],
			phone_nos=[
				{"phone": "+49 (0)7631 22-33 44", "is_primary_phone": 1},
				{"phone": "+49 171 5556677", "is_primary_mobile_no": 1},
			],
			links=link,
		).insert()
		cls.address = frappe.get_doc(
			doctype="Address",
			address_title="Quellenhof",
			address_type="Billing",
			address_line1="Quellweg 1",
			city="Neuenburg",
			country="Germany",
			phone="07631 889900",
			links=link,
		).insert()
		cls.deal = make_opportunity(
			[{}], opportunity_owner=ME, party=cls.partner.name, title="Quellrad-Flotte 50 % off_"
		)
		cls.quote = make_quote(cls.deal)
		cls.item = get_or_make(
			"Sales Item", "QUELL-7", item_code="QUELL-7", item_name="Quellrad", unit="Piece"
		)

	def setUp(self):
		frappe.set_user(ME)

	def tearDown(self):
		frappe.set_user("Administrator")

	def test_a_word_finds_partner_contact_address_opportunity_quote_and_item(self):
		names = found("quell")
		for doc in (self.partner, self.contact, self.address, self.deal, self.quote, self.item):
			self.assertIn((doc.doctype, doc.name), names)

	def test_numbers_and_addresses_are_found(self):
		for text, doc in (
			(self.quote.name, self.quote),
			(self.deal.name, self.deal),
			("QUELL-7", self.item),
			("DE136695976", self.partner),
			("ottilie@quellenhof", self.contact),
			("Ottilie Quellenreuther", self.contact),
			("zweiradwerk gmbh", self.partner),
		):
			with self.subTest(text):
				self.assertIn((doc.doctype, doc.name), found(text))

	def test_a_phone_number_is_found_however_it_is_written(self):
		for text in (
			"07631 223344",
			"07631/22 33 44",
			"+49 7631 223344",
			"+49 (0) 7631 - 22 33 44",
			"0049763122 3344",
			"22-33 44",
			"0171 555 66 77",
			"+491715556677",
		):
			with self.subTest(text):
				self.assertIn(("Contact", self.contact.name), found(text))
		self.assertIn(("Address", self.address.name), found("07631/88 99 00"))
		for text in ("07631 223345", "123", "77"):
			with self.subTest(text):
				self.assertNotIn(("Contact", self.contact.name), found(text))

	def test_each_hit_has_a_title_and_what_tells_it_from_others(self):
		hits = {row["doctype"]: row for row in find("quell")}
		self.assertEqual(hits["Business Partner"]["title"], "Zweiradwerk Quellenhof GmbH")
		self.assertIn(self.deal.name, hits["Sales Opportunity"]["detail"])
		self.assertIn(self.quote.name, hits["Quote"]["detail"])

	def test_deals_of_others_are_not_found_by_anything_of_them(self):
		frappe.set_user(STRANGER)
		for text in ("quellrad", self.deal.name, self.quote.name, "Zweiradwerk", "50 % off_"):
			with self.subTest(text):
				self.assertFalse({self.deal.name, self.quote.name} & {name for _doctype, name in found(text)})

	def test_who_is_no_salesperson_finds_nothing_of_deals(self):
		frappe.set_user(DESK_ONLY)
		self.assertFalse(
			{"Business Partner", "Sales Opportunity", "Quote"} & {row[0] for row in found("quell")}
		)

	def test_colleagues_hits_do_not_use_up_ones_own(self):
		frappe.set_user("Administrator")
		for _number in range(3):
			make_opportunity(opportunity_owner=STRANGER, title="Quellrad-Flotte später")
		frappe.set_user(ME)
		self.assertEqual(
			found("Quellrad-Flotte", "Sales Opportunity", 0, 1), {("Sales Opportunity", self.deal.name)}
		)

	def test_pages_and_kinds_can_be_asked_for(self):
		self.assertEqual({row[0] for row in found("quell", "Quote")}, {"Quote"})
		self.assertEqual(found("quell", "User"), set())
		self.assertEqual(found("quell", "Quote", 100), set())

	def test_odd_texts_are_no_errors(self):
		for text in ("", " ", "a", "%", "'", '" or 1=1', "\\", "%%%", "()", "+++++", "x" * 500, "ß 💥"):
			with self.subTest(text):
				self.assertIsInstance(find(text), list)
