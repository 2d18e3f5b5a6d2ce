"""A partner is entered with contact and address in one dialog: all of it is stored, or nothing."""

import frappe
from frappe.permissions import setup_custom_perms

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.inputs.values import WrongInputError
from sales_opportunity.sales_opportunity.doctype.business_partner.quick_entry import create, similar_partners
from sales_opportunity.tests.factories import (
	make_class,
	make_item,
	make_opportunity,
	make_partner,
	make_quote,
	make_user,
)

SELLER, VIEWER, MANAGER = "entry.seller@example.com", "entry.viewer@example.com", "entry.manager@example.com"
CONTACT = {
	"first_name": "Petra",
	"last_name": "Probe",
	"email": "petra@entry-rad.example",
	"phone": "+49 761 1234",
}
ADDRESS = {"address_line1": "Gasse 1", "pincode": "79100", "city": "Freiburg", "country": "Germany"}
NAME = "Entry Radladen GmbH"
COUNTED = ("Business Partner", "Contact", "Address")


class TestPartnerQuickEntry(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(frappe.set_user, "Administrator")
		for user, role in ((SELLER, "Sales User"), (VIEWER, "Sales Viewer"), (MANAGER, "Sales Manager")):
			make_user(user, role)
		make_item()
		make_class()
		frappe.db.savepoint("entry")
		self.addCleanup(frappe.db.rollback, save_point="entry")
		frappe.set_user(SELLER)

	def counts(self) -> list[int]:
		return [frappe.db.count(doctype) for doctype in COUNTED]

	def linked(self, doctype: str, partner: str) -> list:
		names = frappe.get_all(
			"Dynamic Link",
			{"link_doctype": "Business Partner", "link_name": partner, "parenttype": doctype},
			pluck="parent",
		)
		return [frappe.get_doc(doctype, name) for name in names]

	def test_a_salesperson_stores_all_three_and_the_quote_has_them(self):
		answer = create(
			partner=frappe.as_json({"partner_name": NAME, "language": "de"}),
			contact=frappe.as_json(CONTACT),
			address=frappe.as_json(ADDRESS),
		)
		[contact] = self.linked("Contact", answer["name"])
		[address] = self.linked("Address", answer["name"])
		self.assertEqual(
			(contact.first_name, contact.email_id, contact.phone),
			("Petra", CONTACT["email"], CONTACT["phone"]),
		)
		self.assertEqual(
			(address.city, address.country, address.is_primary_address), ("Freiburg", "Germany", 1)
		)
		quote = make_quote(make_opportunity(party=answer["name"], items=[{}]))
		self.assertEqual(quote.contact_email, CONTACT["email"])
		for line in (NAME, "Gasse 1", "79100 Freiburg"):
			self.assertIn(line, quote.address_display)

	def test_only_what_was_entered_is_stored(self):
		for contact, address, expected in (
			({}, {"country": "Germany"}, [1, 0, 0]),
			({"email": "nur@entry-rad.example"}, {}, [1, 1, 0]),
			({"first_name": "", "phone": "  "}, ADDRESS, [1, 1, 1]),
		):
			with self.subTest(contact=contact, address=address):
				before = self.counts()
				create(partner={"partner_name": NAME}, contact=contact, address=address)
				grown = [after - old for after, old in zip(self.counts(), before, strict=True)]
				self.assertEqual(grown[0], 1)
				self.assertEqual(grown[2], expected[2])

	def test_a_person_is_the_own_contact(self):
		for name, first, last in (
			("Anna Maria Berg", "Anna Maria", "Berg"),
			("Berg", "Berg", None),
		):
			answer = create(
				partner={"partner_name": name, "partner_type": "Person"},
				contact={"email": "anna@entry-rad.example"},
				address={},
			)
			[contact] = self.linked("Contact", answer["name"])
			self.assertEqual((contact.first_name, contact.last_name or None), (first, last))

	def test_a_mistake_in_any_part_stores_nothing(self):
		for partner, contact, address in (
			({"partner_name": ""}, CONTACT, ADDRESS),
			({"partner_name": NAME, "vat_id": "DE123"}, CONTACT, ADDRESS),
			({"partner_name": NAME}, {"email": "no address"}, ADDRESS),
			({"partner_name": NAME}, CONTACT, {"address_line1": "Gasse 1"}),
			({"partner_name": NAME}, CONTACT, {**ADDRESS, "country": "Nowhere"}),
		):
			with self.subTest(partner=partner, contact=contact, address=address):
				before = self.counts()
				frappe.db.savepoint("request")
				with self.assertRaises(frappe.ValidationError):
					create(partner=partner, contact=contact, address=address)
				# A request ends with a rollback if it raises.
				frappe.db.rollback(save_point="request")
				self.assertEqual(self.counts(), before)
		for wrong in ("[]", "3", "null"):
			with self.assertRaises(WrongInputError):
				create(partner=wrong, contact={}, address={})

	def test_values_of_a_wrong_kind_are_refused_by_a_sentence(self):
		for contact, address in (
			({"email": {"a": 1}}, {}),
			({"phone": ["5"]}, {}),
			({"first_name": True}, {}),
			({"last_name": {"a": 1}, "salutation": ["Mr"]}, {}),
			({}, {**ADDRESS, "city": {"a": 1}}),
			({}, {**ADDRESS, "country": ["Germany"]}),
		):
			with self.subTest(contact=contact, address=address):
				frappe.db.savepoint("request")
				with self.assertRaisesRegex(WrongInputError, "is not a possible value for"):
					create(partner={"partner_name": NAME}, contact=contact, address=address)
				frappe.db.rollback(save_point="request")

	def test_a_number_is_taken_as_its_text(self):
		answer = create(
			partner={"partner_name": NAME}, contact={"phone": 5}, address={**ADDRESS, "pincode": 79100}
		)
		[contact] = self.linked("Contact", answer["name"])
		[address] = self.linked("Address", answer["name"])
		self.assertEqual((contact.phone, address.pincode), ("5", "79100"))

	def test_each_part_needs_its_own_right(self):
		frappe.set_user(VIEWER)
		with self.assertRaises(frappe.PermissionError):
			create(partner={"partner_name": NAME}, contact={}, address={})
		setup_custom_perms("Address")
		frappe.db.set_value("Custom DocPerm", {"parent": "Address"}, "create", 0)
		frappe.clear_cache(doctype="Address")
		self.addCleanup(frappe.clear_cache, doctype="Address")
		frappe.set_user(MANAGER)
		with self.assertRaises(frappe.PermissionError):
			create(partner={"partner_name": NAME}, contact=CONTACT, address=ADDRESS)
		self.assertTrue(create(partner={"partner_name": NAME}, contact=CONTACT, address={})["name"])

	def test_hidden_fields_are_not_taken(self):
		answer = create(
			partner={"partner_name": NAME, "name_key": "forged", "owner": "Administrator", "doctype": "User"},
			contact={},
			address={},
		)
		self.assertEqual((answer["doctype"], answer["owner"]), ("Business Partner", SELLER))
		self.assertNotEqual(answer["name_key"], "forged")

	def test_partners_that_may_be_the_same_are_found_while_typing(self):
		partner = make_partner(
			"Entry Bäckerei Groß GmbH", website="https://entry-gross.example", vat_id="DE999000412"
		)
		for typed in (
			{"partner_name": "entry baeck"},
			{"partner_name": "Entry Bäckerei Groß"},
			{"partner_name": "ENTRY BAECKEREI GROSS KG"},
			{"partner_name": "Andere", "email": "info@entry-gross.example"},
			{"partner_name": "Andere", "vat_id": "DE 999 000 412"},
		):
			with self.subTest(typed):
				found = {row["name"]: row for row in similar_partners(**typed)}
				self.assertIn(partner.name, found)
				self.assertTrue(found[partner.name]["reasons"])
		for typed in (
			{"partner_name": ""},
			{"partner_name": "e"},
			{"partner_name": "%"},
			{"partner_name": "Bäckerei"},
		):
			with self.subTest(typed):
				self.assertNotIn(partner.name, [row["name"] for row in similar_partners(**typed)])

	def test_nobody_is_told_of_partners_that_are_not_for_him(self):
		partner = make_partner("Entry Geheim AG")
		other = make_partner("Entry Offen AG")
		frappe.set_user("Administrator")
		self.addCleanup(frappe.clear_cache, user=SELLER)
		frappe.get_doc(
			{
				"doctype": "User Permission",
				"user": SELLER,
				"allow": "Business Partner",
				"for_value": other.name,
			}
		).insert()
		frappe.set_user(SELLER)
		found = [row["name"] for row in similar_partners(partner_name="Entry")]
		self.assertIn(other.name, found)
		self.assertNotIn(partner.name, found)
