"""ERPNext's customers are checked as this app's own partners are: VAT ids, likely duplicates."""

import frappe

from sales_opportunity.erpnext.masters.customer_checks import fill_keys
from sales_opportunity.tests.erpnext.erp import ERPNextTestCase, make_customer
from sales_opportunity.tests.factories import make_user


class TestCustomerChecks(ERPNextTestCase):
	def test_a_vat_id_follows_its_country_and_other_tax_ids_stay_as_typed(self):
		for typed, stored in (
			("DE 136 695 976", "DE136695976"),
			("chE-999.999.996 mwst", "CHE999999996MWST"),
			("12-3456789", "12-3456789"),
			("214/5678/1234", "214/5678/1234"),
			(None, None),
		):
			with self.subTest(typed):
				self.assertEqual(make_customer("Prüfling GmbH", tax_id=typed).tax_id, stored)

	def test_what_only_looks_like_a_vat_id_is_told_of_and_stays_as_typed(self):
		for typed in ("DE136695975", "ATU123", "SIA991231AB1", "ROC-010101-AA2", "DE 12/345/67890"):
			with self.subTest(typed):
				made = []
				told = self.told_of(
					lambda typed=typed, made=made: made.append(make_customer("Prüfling GmbH", tax_id=typed))
				)
				self.assertEqual(made[0].tax_id, typed)
				self.assertIn("Wrong VAT ID", told)
				self.assertNotIn("Wrong VAT ID", self.told_of(made[0].save))

	def test_a_customer_with_an_old_wrong_id_can_still_be_saved(self):
		customer = make_customer("Altbestand GmbH")
		customer.db_set("tax_id", "DE136695975")
		customer.reload()
		customer.update({"customer_details": "Kennt uns"}).save()
		self.assertEqual(customer.tax_id, "DE136695975")

	def told_of(self, make) -> str:
		frappe.local.message_log = []
		make()
		return str(frappe.local.message_log)

	def test_likely_duplicates_are_told_when_one_is_made_and_not_again(self):
		first = make_customer("Müller Söhne GmbH", tax_id="DE136695976", website="https://www.mueller-rad.de")
		for values, reason in (
			({"customer_name": "Mueller Soehne AG"}, "same name"),
			({"customer_name": "Rad Müller", "tax_id": "DE 136695976"}, "same VAT ID"),
			({"customer_name": "Rad Meier", "website": "mueller-rad.de/shop"}, "also uses mueller-rad.de"),
		):
			with self.subTest(reason):
				made = []
				told = self.told_of(lambda values=values, made=made: made.append(make_customer(**values)))
				self.assertIn(first.name, told)
				self.assertIn(reason, told)
				self.assertNotIn("may exist", self.told_of(made[0].save))
		self.assertNotIn("may exist", self.told_of(lambda: make_customer("Ganz Anders KG")))

	def contact_of(self, customer, address):
		"""Return a contact that is made of a customer which is there already."""
		contact = frappe.get_doc({"doctype": "Contact", "first_name": "Karla"})
		contact.append("links", {"link_doctype": "Customer", "link_name": customer.name})
		contact.append("email_ids", {"email_id": address, "is_primary": 1})
		return contact

	def test_a_contact_that_comes_later_tells_its_customers_domain(self):
		first, second = make_customer("Speiche und Co. KG"), make_customer("Zweirad Zimmer")
		other = make_customer("Nur Dabei GmbH")
		self.contact_of(first, "karla@speiche-rad.de").insert()
		contact = self.contact_of(second, "einkauf@speiche-rad.de")
		told = self.told_of(contact.insert)
		self.assertIn(first.name, told)
		self.assertIn("also uses speiche-rad.de", told)
		self.assertNotIn("may exist", self.told_of(contact.save))
		contact.email_ids[0].email_id = "einkauf@zimmer-rad.de"
		contact.save()
		self.assertEqual(frappe.db.get_value("Customer", second.name, "sales_domains"), ",zimmer-rad.de,")
		contact.links[0].link_name = other.name
		contact.save()
		self.assertFalse(frappe.db.get_value("Customer", second.name, "sales_domains"))
		self.assertEqual(frappe.db.get_value("Customer", other.name, "sales_domains"), ",zimmer-rad.de,")
		contact.delete()
		self.assertFalse(frappe.db.get_value("Customer", other.name, "sales_domains"))

	def test_nobody_is_told_of_customers_that_they_may_not_read(self):
		make_customer("Geheim GmbH")
		make_user("erp-checks@example.com", "Sales Fulfilment")
		customer = make_customer("Offen GmbH")
		frappe.set_user("erp-checks@example.com")
		self.addCleanup(frappe.set_user, "Administrator")
		customer.flags.ignore_permissions = True
		told = self.told_of(customer.update({"customer_name": "Geheim AG"}).save)
		self.assertNotIn("Geheim GmbH", told)

	def test_customers_from_before_are_found_too(self):
		customer = make_customer("Frühling GmbH")
		customer.db_set("sales_name_key", None)
		fill_keys()
		self.assertIn(customer.name, self.told_of(lambda: make_customer("Fruehling OHG")))
