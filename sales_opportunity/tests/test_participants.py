"""Who takes part in a deal, in which role, from which company: one of them is the deal's contact."""

import frappe
from frappe.permissions import add_user_permission

from sales_opportunity.deal.participants import ParticipantError, add_rows_of_contacts, participants_of
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import calculate
from sales_opportunity.tests.factories import (
	make_class,
	make_opportunity,
	make_partner,
	make_user,
)
from sales_opportunity.tests.settings import use_settings

SELLER = "participants@example.com"
OPPORTUNITY = "Sales Opportunity"


def make_contact(first_name: str, partner: str) -> str:
	doc = {
		"doctype": "Contact",
		"first_name": first_name,
		"links": [{"link_doctype": "Business Partner", "link_name": partner}],
		"email_ids": [{"email_id": f"{first_name.lower()}@participants.example", "is_primary": 1}],
	}
	return frappe.get_doc(doc).insert().name


class TestParticipants(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		use_settings(cls, use_participants=1)
		make_user(SELLER, "Sales User")
		make_class("PARTICIPANTS", members=[{"user": SELLER}])
		cls.customer, cls.planner = make_partner("Kunde GmbH").name, make_partner("Planer GmbH").name
		cls.boss, cls.buyer = (make_contact(name, cls.customer) for name in ("Petra", "Bruno"))
		cls.architect = make_contact("Armin", cls.planner)

	def setUp(self):
		frappe.db.savepoint("participants")
		self.addCleanup(frappe.db.rollback, save_point="participants")
		self.addCleanup(frappe.set_user, "Administrator")

	def deal(self, *rows: dict, **values):
		defaults = {"class_id": "PARTICIPANTS", "party": self.customer, "contact": self.boss}
		return make_opportunity(participants=list(rows), **{**defaults, **values})

	def people(self, doc) -> list[tuple]:
		return [(row.contact, row.is_primary) for row in doc.participants]

	def test_several_people_of_several_companies_take_part(self):
		deal = self.deal(
			{"contact": self.buyer, "role": "Buys"},
			{"contact": self.architect, "role": "Influences"},
			{"person_name": "Frau Blume", "email": "blume@participants.example", "role": "Blocks"},
		)
		self.assertEqual(self.people(deal), [(self.buyer, 0), (self.architect, 0), (None, 0), (self.boss, 1)])
		self.assertEqual([row.party for row in deal.participants], [None, self.planner, None, None])
		self.assertEqual(deal.participants[1].person_name, "Armin")
		self.assertEqual(deal.participants[1].email, "armin@participants.example")
		for contact in (self.architect, self.boss):
			found = frappe.get_list(OPPORTUNITY, [["Sales Opportunity Contact", "contact", "=", contact]])
			self.assertEqual([row.name for row in found], [deal.name])

	def test_the_contact_and_the_primary_one_stay_the_same(self):
		deal = self.deal({"contact": self.buyer})
		deal.contact = self.buyer
		deal.save()
		self.assertEqual(self.people(deal), [(self.buyer, 1), (self.boss, 0)])
		deal.participants[1].is_primary = 1
		deal.save()
		self.assertEqual((deal.contact, self.people(deal)), (self.boss, [(self.buyer, 0), (self.boss, 1)]))
		self.assertEqual(deal.contact_email, "petra@participants.example")
		deal.set("participants", [row for row in deal.participants if row.contact != self.boss])
		deal.save()
		self.assertEqual((deal.contact, self.people(deal)), (None, [(self.buyer, 0)]))
		deal.contact = self.architect
		deal.save()
		self.assertEqual(self.people(deal), [(self.buyer, 0), (self.architect, 1)])
		deal.contact = None
		deal.save()
		self.assertEqual((deal.contact, self.people(deal)), (None, [(self.buyer, 0), (self.architect, 0)]))

	def test_what_was_changed_while_roles_were_off_counts(self):
		deal = self.deal()
		use_settings(self, use_participants=0)
		deal.contact = self.buyer
		deal.save()
		use_settings(self, use_participants=1)
		deal.save()
		self.assertEqual((deal.contact, self.people(deal)), (self.buyer, [(self.boss, 0), (self.buyer, 1)]))

	def test_impossible_rows_are_refused(self):
		for rows, text in (
			([{"role": "Buys"}], "enter a name"),
			([{"contact": self.buyer}, {"contact": self.buyer}], "twice"),
			([{"person_name": "Frau Blume", "is_primary": 1}], "must be a stored one"),
			([{"contact": self.buyer, "party_type": "User", "party": SELLER}], "business partner"),
		):
			with self.subTest(rows), self.assertRaises(ParticipantError) as refused:
				self.deal(*rows)
			self.assertIn(text, str(refused.exception))

	def test_nobody_learns_of_a_contact_that_they_may_not_read(self):
		deal = self.deal()
		for contact in (self.boss, self.buyer):
			add_user_permission("Contact", contact, SELLER)
		frappe.set_user(SELLER)
		self.assertFalse(frappe.has_permission("Contact", "read", doc=self.architect))
		doc = frappe.get_doc(OPPORTUNITY, deal.name)
		doc.append("participants", {"contact": self.buyer, "role": "Buys"})
		doc.save()
		row = {"doctype": "Sales Opportunity Contact", "contact": self.architect}
		self.assertRaises(
			frappe.PermissionError,
			calculate,
			{**doc.as_dict(), "participants": [*doc.as_dict().participants, row]},
		)
		doc.append("participants", row)
		self.assertRaises(frappe.PermissionError, doc.save)

	def test_the_email_with_a_quote_knows_who_takes_part(self):
		deal = self.deal({"contact": self.buyer, "role": "Buys"})
		self.assertEqual(
			[(row.role, row.email) for row in participants_of(deal.name)],
			[("Buys", "bruno@participants.example"), (None, "petra@participants.example")],
		)
		use_settings(self, use_participants=0)
		self.assertEqual(participants_of(deal.name), [])

	def test_switched_off_there_are_no_new_ones(self):
		deal = self.deal({"contact": self.buyer})
		use_settings(self, use_participants=0)
		deal.save()
		self.assertEqual(len(deal.participants), 2)
		self.assertEqual(self.deal({"contact": self.buyer}).participants, [])

	def test_deals_of_before_have_their_contact_among_those_who_take_part(self):
		deal = self.deal()
		frappe.db.delete("Sales Opportunity Contact", {"parent": deal.name})
		for _again in range(2):
			add_rows_of_contacts()
			rows = frappe.get_all(
				"Sales Opportunity Contact", {"parent": deal.name}, ["contact", "is_primary"]
			)
			self.assertEqual(rows, [{"contact": self.boss, "is_primary": 1}])
