"""Address field and first line of a letter, from the contact and the address as people enter them."""

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.tests.factories import make_opportunity, make_partner, make_quote


class TestPostal(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(frappe.db.rollback)

	def quote(self, address: dict, contact: dict, language: str = "de"):
		partner = make_partner("ACME Inc.", language=language)
		links = [{"link_doctype": "Business Partner", "link_name": partner.name}]
		for doctype, values in (
			(
				"Address",
				{
					"address_title": "A",
					"address_type": "Billing",
					"address_line1": "500 Howard St",
					**address,
				},
			),
			("Contact", {"first_name": "Eva", "last_name": "Adler", **contact}),
		):
			frappe.get_doc({"doctype": doctype, "links": links, **values}).insert()
		return make_quote(make_opportunity(party=partner.name, items=[{}]))

	def test_an_address_abroad_has_its_state_in_the_countrys_order(self):
		for address, lines in (
			(
				{"city": "San Francisco", "state": "CA", "pincode": "94105", "country": "United States"},
				["San Francisco, CA 94105", "VEREINIGTE STAATEN"],
			),
			(
				{"city": "Milano", "state": "MI", "pincode": "20121", "country": "Italy"},
				["20121 Milano MI", "ITALIEN"],
			),
			(
				{"city": "London", "pincode": "SW1A 1AA", "country": "United Kingdom"},
				["London", "SW1A 1AA", "VEREINIGTES KÖNIGREICH"],
			),
			({"city": "Ulm", "state": "BW", "pincode": "89073", "country": "Germany"}, ["89073 Ulm"]),
		):
			with self.subTest(address["city"]):
				quote = self.quote(address, {})
				self.assertEqual(
					quote.address_display.split("\n"), ["ACME Inc.", "Eva Adler", "500 Howard St", *lines]
				)

	def test_titles_stand_before_the_name(self):
		for contact, language, line, salutation in (
			({"salutation": "Dr", "gender": "Female"}, "de", "Dr. Eva Adler", "Sehr geehrte Frau Dr. Adler,"),
			(
				{"salutation": "Prof", "gender": "Male"},
				"de",
				"Prof. Eva Adler",
				"Sehr geehrter Herr Prof. Adler,",
			),
			({"salutation": "Dr"}, "de", "Dr. Eva Adler", "Guten Tag Dr. Adler,"),
			({"salutation": "Ms"}, "de", "Eva Adler", "Sehr geehrte Frau Adler,"),
			({"salutation": "Mr"}, "en", "Eva Adler", "Dear Mr Adler,"),
			({"salutation": "Dr", "gender": "Female"}, "en", "Dr. Eva Adler", "Dear Dr. Adler,"),
			({}, "de", "Eva Adler", "Sehr geehrte Damen und Herren,"),
		):
			with self.subTest(contact, language=language):
				quote = self.quote(
					{"city": "Ulm", "pincode": "89073", "country": "Germany"}, contact, language
				)
				self.assertEqual((quote.address_display.split("\n")[1], quote.salutation), (line, salutation))
