"""Until it is issued, a quote shows what partner, contact and address say today, except what was written by hand."""

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.patches import remember_masters_on_drafts
from sales_opportunity.sales_opportunity.doctype.quote.sending import email_draft
from sales_opportunity.tests.factories import make_opportunity, make_partner, make_quote
from sales_opportunity.tests.mailing import MailingTestCase


class WithDraft:
	"""A partner with contact and address, an open opportunity and a draft quote; and what is corrected later."""

	def setUp(self):
		super().setUp()
		frappe.set_user("Administrator")
		self.partner = make_partner("Folge GmbH", payment_terms="14 Tage netto", language="de")
		links = [{"link_doctype": "Business Partner", "link_name": self.partner.name}]
		self.contact = frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": "Bert",
				"last_name": "Alt",
				"gender": "Male",
				"email_ids": [{"email_id": "alt@example.com", "is_primary": 1}],
				"links": links,
			}
		).insert()
		self.address = frappe.get_doc(
			{
				"doctype": "Address",
				"address_title": "Folge",
				"address_type": "Billing",
				"address_line1": "Alte Str. 1",
				"pincode": "89073",
				"city": "Ulm",
				"country": "Germany",
				"links": links,
			}
		).insert()
		self.opportunity = make_opportunity(party=self.partner.name, items=[{}])
		self.quote = make_quote(self.opportunity)

	def correct_all(self):
		self.contact.reload()
		self.contact.last_name = "Neu"
		self.contact.email_ids[0].email_id = "neu@example.com"
		self.contact.save()
		self.address.reload()
		self.address.address_line1 = "Neue Str. 9"
		self.address.save()
		self.partner.reload()
		self.partner.update({"partner_name": "Folge AG", "payment_terms": "30 Tage netto"})
		self.partner.save()


class TestDraftsFollowTheirCustomer(WithDraft, IntegrationTestCase):
	def test_a_draft_shows_what_was_corrected_at_once(self):
		self.correct_all()
		self.quote.reload()
		quote = self.quote
		self.assertEqual(quote.party_name, "Folge AG")
		self.assertEqual(quote.payment_terms, "30 Tage netto")
		self.assertEqual(quote.contact_name, "Bert Neu")
		self.assertEqual(quote.contact_email, "neu@example.com")
		self.assertEqual(quote.salutation, "Sehr geehrter Herr Neu,")
		self.assertEqual(quote.address_display, "Folge AG\nBert Neu\nNeue Str. 9\n89073 Ulm")

	def test_an_open_opportunity_shows_what_was_corrected_at_once(self):
		self.correct_all()
		self.opportunity.reload()
		opportunity = self.opportunity
		self.assertEqual((opportunity.party_name, opportunity.title), ("Folge AG", "Folge AG"))
		self.assertEqual(opportunity.contact_email, "neu@example.com")
		self.assertEqual(opportunity.address_display, "Folge AG\nNeue Str. 9\n89073 Ulm")

	def test_a_title_of_ones_own_stays(self):
		self.opportunity.reload()
		self.opportunity.title = "Hallenausbau"
		self.opportunity.save()
		self.correct_all()
		self.opportunity.reload()
		self.assertEqual(self.opportunity.title, "Hallenausbau")

	def test_what_was_written_by_hand_stays_while_the_rest_follows(self):
		self.quote.reload()
		self.quote.update({"salutation": "Lieber Bert,", "payment_terms": None})
		self.quote.save()
		self.correct_all()
		self.quote.reload()
		quote = self.quote
		quote.save()
		self.assertEqual(quote.salutation, "Lieber Bert,")
		self.assertFalse(quote.payment_terms)
		self.assertEqual(quote.contact_name, "Bert Neu")

	def test_a_contact_that_was_taken_off_by_hand_does_not_come_back(self):
		self.quote.reload()
		self.quote.contact = None
		self.quote.save()
		self.assertEqual(self.quote.salutation, "Sehr geehrte Damen und Herren,")
		self.correct_all()
		self.quote.reload()
		quote = self.quote
		quote.save()
		self.assertIsNone(quote.contact)
		self.assertEqual(quote.address_display, "Folge AG\nNeue Str. 9\n89073 Ulm")

	def test_a_contact_that_the_partner_got_later_is_on_the_draft_when_it_is_saved(self):
		partner = make_partner("Ohne Kontakt GmbH", language="de")
		quote = make_quote(make_opportunity(party=partner.name, items=[{}]))
		frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": "Eva",
				"last_name": "Spät",
				"gender": "Female",
				"links": [{"link_doctype": "Business Partner", "link_name": partner.name}],
			}
		).insert()
		quote.reload()
		quote.save()
		self.assertEqual(quote.salutation, "Sehr geehrte Frau Spät,")

	def test_a_draft_from_before_follows_after_the_patch_but_for_what_was_by_hand(self):
		self.quote.db_set({"from_masters": None, "salutation": "Lieber Bert,"})
		remember_masters_on_drafts.execute()
		self.correct_all()
		self.quote.reload()
		self.assertEqual((self.quote.party_name, self.quote.salutation), ("Folge AG", "Lieber Bert,"))

	def test_a_closed_opportunity_keeps_its_name(self):
		self.opportunity.reload()
		self.opportunity.update({"stage": "Lost", "closing_reason": "No Decision"})
		self.opportunity.save()
		self.correct_all()
		self.opportunity.reload()
		self.assertEqual(self.opportunity.party_name, "Folge GmbH")

	def test_drafts_and_open_opportunities_follow_a_merged_partner(self):
		other = make_partner("Bleibt AG", payment_terms="10 Tage netto", language="de")
		frappe.rename_doc("Business Partner", self.partner.name, other.name, merge=True)
		self.opportunity.reload()
		self.quote.reload()
		self.assertEqual((self.opportunity.party_name, self.opportunity.title), ("Bleibt AG", "Bleibt AG"))
		self.assertEqual((self.quote.party_name, self.quote.payment_terms), ("Bleibt AG", "10 Tage netto"))
		self.assertEqual(self.quote.address_display.splitlines()[0], "Bleibt AG")

	def test_a_standard_text_that_names_the_partner_follows(self):
		frappe.get_doc(
			{
				"doctype": "Quote Text",
				"title": frappe.generate_hash(),
				"text_type": "Introduction",
				"language": "de",
				"class_id": self.opportunity.class_id,
				"content": "<p>{{ doc.name }}: für {{ doc.party_name }}</p>",
			}
		).insert()
		quote = make_quote(self.opportunity)
		by_hand = make_quote(self.opportunity)
		by_hand.introduction = "<p>Nur für Folge GmbH</p>"
		by_hand.save()
		self.correct_all()
		quote.reload()
		self.assertEqual(quote.introduction, f"<p>{quote.name}: für Folge AG</p>")
		by_hand.reload()
		self.assertEqual(by_hand.introduction, "<p>Nur für Folge GmbH</p>")


class TestMailsGoToTheAddressOfToday(WithDraft, MailingTestCase):
	def test_an_issued_quote_stays_and_its_mail_goes_to_the_address_of_today(self):
		self.quote.reload()
		self.quote.submit()
		self.correct_all()
		self.quote.reload()
		quote = self.quote
		self.assertEqual(quote.party_name, "Folge GmbH")
		self.assertEqual(quote.contact_email, "alt@example.com")
		self.assertEqual(email_draft(quote.name)["recipients"], "neu@example.com")
