"""Partners: VAT ids, likely duplicates, merging, and the role that they earn."""

from contextlib import contextmanager

import frappe
from frappe.permissions import reset_perms, update_permission_property
from frappe.utils import nowdate

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.masters.adapters import CUSTOMER, LEAD, PROSPECT, advance_party
from sales_opportunity.patches import fill_partner_keys
from sales_opportunity.sales_opportunity.doctype.business_partner.business_partner import VatIdError
from sales_opportunity.sales_opportunity.doctype.business_partner.duplicates import likely_duplicates
from sales_opportunity.tests.factories import (
	make_class,
	make_opportunity,
	make_partner,
	make_quote,
	make_user,
)

PARTNER = "Business Partner"


def unique(word: str) -> str:
	return f"{word} {frappe.generate_hash(length=8)}"


def make_contact(partner, *emails: str, first_name: str = "Jana"):
	"""Return a contact of the partner with these e-mail addresses, without asking for an avatar."""
	frappe.flags.in_import = True
	try:
		return frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": first_name,
				"email_ids": [
					{"email_id": email, "is_primary": not place} for place, email in enumerate(emails)
				],
				"links": [{"link_doctype": PARTNER, "link_name": partner.name}],
			}
		).insert()
	finally:
		frappe.flags.in_import = False


def make_address(partner):
	return frappe.get_doc(
		{
			"doctype": "Address",
			"address_title": partner.partner_name,
			"address_line1": "Mühlbachweg 14",
			"city": "Ulm",
			"country": "Germany",
			"links": [{"link_doctype": PARTNER, "link_name": partner.name}],
		}
	).insert()


@contextmanager
def only_reading(doctype: str, role: str):
	"""Take the right to write from a role, as an admin does in the Role Permissions Manager."""
	update_permission_property(doctype, role, 0, "write", 0)
	frappe.clear_cache(doctype=doctype)
	try:
		yield
	finally:
		frappe.set_user("Administrator")
		reset_perms(doctype)
		frappe.clear_cache(doctype=doctype)


class PartnerTest(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(frappe.set_user, "Administrator")
		frappe.clear_messages()

	def reloaded(self, doc):
		doc.reload()
		return doc

	def messages(self) -> list[dict]:
		found = [frappe.parse_json(row) for row in frappe.message_log]
		frappe.clear_messages()
		return found


class TestVatId(PartnerTest):
	def test_it_is_kept_in_its_compact_form(self):
		self.assertEqual(make_partner(vat_id="de 136.695 976").vat_id, "DE136695976")

	def test_an_id_of_an_unknown_country_is_only_cleaned(self):
		self.assertEqual(make_partner(vat_id=" 12-345 6789 ").vat_id, "123456789")
		self.assertIsNone(make_partner(vat_id="").vat_id)

	def test_a_wrong_one_is_refused_with_the_reason_and_an_example(self):
		for language, vat_id, sentences in (
			("en", "DE136695978", ("check digits", "DE999900008")),
			("de", "DE136695978", ("Prüfziffer", "DE999900008")),
			("de", "ATU1234", ("zu lang oder zu kurz", "(Österreich)", "ATU99900009")),
			("en", "NO995525828", ("(Norway)", "MVA")),
			("en", "DE<img src=x>", ("&lt;img", "Germany")),
		):
			with self.subTest(vat_id, language=language):
				frappe.local.lang = language
				self.addCleanup(setattr, frappe.local, "lang", "en")
				with self.assertRaises(VatIdError) as raised:
					make_partner(vat_id=vat_id)
				for sentence in sentences:
					self.assertIn(sentence, str(raised.exception))

	def test_a_partner_with_an_id_from_former_times_can_still_be_saved(self):
		partner = make_partner()
		partner.db_set("vat_id", "DE1")
		partner.reload()
		partner.payment_terms = "14 Tage netto"
		partner.save()
		partner.vat_id = "DE2"
		with self.assertRaises(VatIdError):
			partner.save()


class TestDuplicates(PartnerTest):
	def duplicates(self, partner) -> list[tuple[str, list[str]]]:
		return [(row.name, row.reasons) for row in likely_duplicates(frappe.get_doc(PARTNER, partner.name))]

	def test_a_name_in_another_spelling_is_noticed(self):
		name = unique("Bäckerei Groß")
		first = make_partner(f"{name} GmbH")
		second = make_partner(f"{name.upper().replace('Ä', 'AE')} & Co. KG")
		self.assertEqual(self.duplicates(first), [(second.name, ["same name"])])
		self.assertEqual(self.duplicates(second), [(first.name, ["same name"])])

	def test_the_same_vat_id_is_noticed(self):
		vat_id = f"XY{frappe.generate_hash(length=8)}"
		first = make_partner(unique("Radhaus"), vat_id=vat_id)
		second = make_partner(unique("Pedalhaus"), vat_id=f"{vat_id[:4]} {vat_id[4:]}")
		self.assertEqual(self.duplicates(second), [(first.name, ["same VAT ID"])])

	def test_a_domain_of_website_or_contacts_is_noticed(self):
		domain = f"{frappe.generate_hash(length=8)}.example"
		first = make_partner(unique("Radhaus"), website=f"https://www.{domain}/start")
		second = make_partner(unique("Pedalhaus"))
		self.assertEqual(self.duplicates(second), [])
		contact = make_contact(second, "jana@gmx.de", f"jana@post.{domain}")
		self.assertEqual(self.duplicates(second), [(first.name, [f"also uses {domain}"])])
		self.assertEqual(self.duplicates(first), [(second.name, [f"also uses {domain}"])])
		contact.set("links", [])
		contact.save()
		self.assertEqual(self.duplicates(first), [])

	def test_a_domain_goes_with_the_last_contact_that_has_it(self):
		domain = f"{frappe.generate_hash(length=8)}.example"
		partner = make_partner(unique("Radhaus"))
		contacts = [make_contact(partner, f"{name}@{domain}", first_name=name) for name in ("Jana", "Uwe")]
		contacts[0].delete()
		self.assertEqual([row.domain for row in self.reloaded(partner).domains], [domain])
		contacts[1].delete()
		self.assertEqual(self.reloaded(partner).domains, [])
		partner.delete()

	def test_a_free_mail_address_makes_no_duplicate(self):
		partners = [
			make_partner(unique("Radhaus"), website="https://radhaus.wordpress.com") for _ in range(2)
		]
		for partner in partners:
			make_contact(partner, f"{partner.name}@t-online.de", f"{partner.name}@gmail.com")
		self.assertEqual(self.duplicates(partners[0]), [])

	def test_one_that_is_alike_in_more_ways_is_listed_once(self):
		name, domain = unique("Radhaus"), f"{frappe.generate_hash(length=8)}.example"
		first = make_partner(name, website=f"https://{domain}")
		second = make_partner(name, website=f"https://{domain}")
		self.assertEqual(self.duplicates(second), [(first.name, ["same name", f"also uses {domain}"])])

	def test_saving_warns_once_with_links_and_blocks_nothing(self):
		name = unique("Radhaus <b>")
		first = make_partner(f"{name} GmbH")
		self.assertEqual(self.messages(), [])
		second = make_partner(f"{name} AG")
		(message,) = self.messages()
		self.assertEqual((message["indicator"], message["title"]), ("orange", "Possible Duplicate"))
		self.assertIn(first.name, str(message["message"]))
		self.assertIn("same name", str(message["message"]))
		self.assertNotIn("<b> ", str(message["message"]))
		second.payment_terms = "14 Tage netto"
		second.save()
		self.assertEqual(self.messages(), [])

	def test_a_contact_warns_when_its_address_is_known_at_another_partner(self):
		domain = f"{frappe.generate_hash(length=8)}.example"
		first = make_partner(unique("Radhaus"), website=f"https://{domain}")
		second = make_partner(unique("Pedalhaus"))
		contact = make_contact(second, f"jana@{domain}")
		(message,) = self.messages()
		self.assertIn(first.name, str(message["message"]))
		contact.designation = "Einkauf"
		contact.save()
		self.assertEqual(self.messages(), [])

	def test_nobody_is_told_of_partners_that_they_may_not_see(self):
		name = unique("Radhaus")
		first, second, third = (make_partner(name) for _ in range(3))
		seller = make_user("narrow-seller@example.com", "Sales User").name
		outsider = make_user("no-seller@example.com").name
		for partner in (first, second):
			frappe.get_doc(
				{"doctype": "User Permission", "user": seller, "allow": PARTNER, "for_value": partner.name}
			).insert()
		frappe.set_user(seller)
		self.assertEqual(self.duplicates(first), [(second.name, ["same name"])])
		frappe.set_user(outsider)
		self.assertEqual(likely_duplicates(third), [])

	def test_the_form_gets_the_duplicates(self):
		name = unique("Radhaus")
		first = make_partner(name)
		partner = frappe.get_doc(PARTNER, make_partner(name).name)
		partner.run_method("onload")
		(row,) = partner.get_onload("likely_duplicates")
		self.assertEqual((row.name, row.title), (first.name, name))

	def test_what_a_client_sends_for_the_keys_is_dropped(self):
		partner = make_partner("Radhaus Nord", name_key="x", domains=[{"domain": "x.example"}])
		self.assertEqual((partner.name_key, partner.domains), ("radhausnord", []))

	def test_every_search_goes_by_an_index(self):
		for table, column in (
			(PARTNER, "name_key"),
			(PARTNER, "vat_id"),
			("Business Partner Domain", "domain"),
		):
			self.assertTrue(frappe.db.get_column_index(f"tab{table}", column, unique=False), column)

	def test_partners_from_before_get_their_keys(self):
		partner = make_partner(unique("Radhaus"), website="https://alt.example")
		frappe.db.set_value(
			PARTNER, partner.name, {"name_key": None, "modified": nowdate()}, update_modified=False
		)
		frappe.db.delete("Business Partner Domain", {"parent": partner.name})
		for _ in range(2):
			fill_partner_keys.execute()
			partner.reload()
			self.assertTrue(partner.name_key.startswith("radhaus"))
			self.assertEqual([row.domain for row in partner.domains], ["alt.example"])


class TestMerging(PartnerTest):
	def test_everything_follows_to_the_partner_that_stays(self):
		domain = f"{frappe.generate_hash(length=8)}.example"
		stays = make_partner(unique("Radhaus"), role="Lead")
		goes = make_partner(unique("Pedalhaus"), role="Customer")
		contact, address = make_contact(goes, f"jana@{domain}"), make_address(goes)
		shared = make_contact(stays, "uwe@gmx.de")
		shared.append("links", {"link_doctype": PARTNER, "link_name": goes.name})
		shared.save()
		opportunity = make_opportunity(party=goes.name, items=[{}])
		contact_before = opportunity.contact
		quote = make_quote(opportunity)
		quote.submit()

		frappe.rename_doc(PARTNER, goes.name, stays.name, merge=True)

		self.assertFalse(frappe.db.exists(PARTNER, goes.name))
		for doc in (opportunity, quote):
			self.assertEqual(self.reloaded(doc).party, stays.name)
		self.assertEqual(opportunity.party_name, stays.partner_name)
		self.assertEqual(quote.party_name, goes.partner_name)
		for doc in (contact, address, shared):
			self.assertEqual([row.link_name for row in self.reloaded(doc).links], [stays.name])
		stays.reload()
		self.assertEqual(stays.role, "Customer")
		self.assertEqual([row.domain for row in stays.domains], [domain])
		opportunity.save()
		self.assertEqual(opportunity.contact, contact_before)

	def test_it_needs_the_right_to_delete_partners(self):
		stays, goes = make_partner(unique("Radhaus")), make_partner(unique("Pedalhaus"))
		manager = make_user("merging-manager@example.com", "Sales Manager").name
		frappe.set_user(make_user("merging-seller@example.com", "Sales User").name)
		with self.assertRaises(frappe.PermissionError):
			frappe.rename_doc(PARTNER, goes.name, stays.name, merge=True)
		frappe.set_user(manager)
		frappe.rename_doc(PARTNER, goes.name, stays.name, merge=True)
		self.assertFalse(frappe.db.exists(PARTNER, goes.name))


class TestRole(PartnerTest):
	def role(self, partner) -> str:
		return frappe.db.get_value(PARTNER, partner.name, "role")

	def test_it_rises_and_never_falls(self):
		for before, earned, after in (
			(LEAD, PROSPECT, PROSPECT),
			(LEAD, CUSTOMER, CUSTOMER),
			(PROSPECT, CUSTOMER, CUSTOMER),
			(PROSPECT, PROSPECT, PROSPECT),
			(CUSTOMER, PROSPECT, CUSTOMER),
			(CUSTOMER, LEAD, CUSTOMER),
		):
			with self.subTest(before=before, earned=earned):
				partner = make_partner(role=before)
				advance_party(PARTNER, partner.name, earned)
				self.assertEqual(self.role(partner), after)

	def test_an_issued_quote_makes_a_prospect(self):
		partner = make_partner(role="Lead")
		quote = make_quote(make_opportunity(party=partner.name, items=[{}]))
		self.assertEqual(self.role(partner), "Lead")
		quote.submit()
		self.assertEqual(self.role(partner), "Prospect")
		comment = frappe.get_last_doc("Comment", {"reference_name": partner.name, "comment_type": "Info"})
		self.assertIn("Prospect", comment.content)

	def test_it_rises_though_the_salesperson_may_not_write_the_partner(self):
		partner = make_partner(role="Lead")
		seller = make_user("reading-seller@example.com", "Sales User").name
		make_class("TEST-READING", members=[{"user": seller}])
		quote = make_quote(make_opportunity(party=partner.name, items=[{}], class_id="TEST-READING"))
		with only_reading(PARTNER, "Sales User"):
			frappe.set_user(seller)
			self.assertFalse(frappe.has_permission(PARTNER, "write", doc=partner.name))
			frappe.get_doc("Quote", quote.name).submit()
		self.assertEqual(self.role(partner), "Prospect")

	def test_a_partner_with_another_fault_does_not_keep_the_quote_from_being_issued(self):
		partner = make_partner(role="Lead")
		partner.db_set("partner_type", "Nonsense")
		make_quote(make_opportunity(party=partner.name, items=[{}])).submit()
		self.assertEqual(self.role(partner), "Prospect")

	def test_a_party_without_a_function_for_roles_stays_as_it_is(self):
		self.assertIsNone(advance_party("User", "Administrator", CUSTOMER))

	def test_an_unknown_role_is_refused(self):
		with self.assertRaises(ValueError):
			advance_party(PARTNER, make_partner().name, "Emperor")
