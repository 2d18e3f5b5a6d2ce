"""What follows from a quote's event is never refused by what the opportunity's own user owes by now."""

from itertools import product

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.utils import add_days, nowdate

from sales_opportunity.deal.primary import make_primary
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote.expiry import expire_quote
from sales_opportunity.sales_opportunity.doctype.quote.revisions import new_revision
from sales_opportunity.sales_opportunity.doctype.quote_answer.answers_by_hand import (
	accept_by_hand,
	decline_by_hand,
)
from sales_opportunity.tests.factories import (
	make_class,
	make_item,
	make_opportunity,
	make_partner,
	make_quote,
	make_user,
)

CLASS, OWNER = "TEST-EVENTS", "ereignis@example.com"


def accept(primary, other):
	accept_by_hand(primary.name, nowdate(), "Frau Wimmer")
	return primary


def decline(primary, other):
	decline_by_hand(primary.name, nowdate(), "Zu teuer")
	return other


def expire(primary, other):
	primary.db_set("valid_until", add_days(nowdate(), -1))
	expire_quote(primary.name)
	return other


def revise(primary, other):
	revision = frappe.get_doc("Quote", new_revision(primary.name, "2099-12-31"))
	revision.items[0].rate = 777
	revision.save()
	revision.submit()
	return revision


def cancel(primary, other):
	frappe.get_doc("Quote", primary.name).cancel()
	return other


def become_primary(primary, other):
	make_primary(other.name)
	return other


def issue(primary, other):
	make_primary(other.name)
	draft = frappe.get_doc("Quote", other.name)
	draft.discount_percentage = 3
	draft.submit()
	return draft


EVENTS = (accept, decline, expire, revise, cancel, become_primary, issue)


def require(doctype: str, fieldname: str):
	make_property_setter(doctype, fieldname, "reqd", 1, "Check", validate_fields_for_doctype=False)


def field_is_required(opportunity):
	require("Sales Opportunity", "expected_close_date")


def line_field_is_required(opportunity):
	require("Sales Opportunity Item", "delivery_date")


def attribute_is_required(opportunity):
	frappe.db.set_value("Class ID Attribute", {"parent": CLASS}, "mandatory_from", "Inquiry")


def stage_requires_more(opportunity):
	values = {"requires_expected_close_date": 1, "requires_next_activity": 1}
	frappe.db.set_value("Qualification Stage", opportunity.stage, values)


def item_is_disabled(opportunity):
	frappe.db.set_value("Sales Item", opportunity.items[0].item, "disabled", 1)


def partner_is_disabled(opportunity):
	frappe.db.set_value("Business Partner", opportunity.party, "disabled", 1)


def class_is_disabled(opportunity):
	frappe.db.set_value("Class ID", CLASS, "enabled", 0)


def owner_is_disabled(opportunity):
	frappe.db.set_value("User", OWNER, "enabled", 0)


DEBTS = (
	field_is_required,
	line_field_is_required,
	attribute_is_required,
	stage_requires_more,
	item_is_disabled,
	partner_is_disabled,
	class_is_disabled,
	owner_is_disabled,
)


def forget(opportunity):
	"""Let nothing that was read before be remembered of what a debt changes."""
	for doctype in ("Sales Opportunity", "Sales Opportunity Item"):
		frappe.clear_cache(doctype=doctype)
	for doctype, name in (
		("Class ID", CLASS),
		("Qualification Stage", opportunity.stage),
		("Sales Item", opportunity.items[0].item),
		("Business Partner", opportunity.party),
		("User", OWNER),
	):
		frappe.clear_document_cache(doctype, name)


class TestEventsOfQuotes(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_user(OWNER, "Sales User")
		class_doc = make_class(CLASS)
		class_doc.set("attributes", [{"label": "Test Ereignis", "attribute_type": "Text"}])
		class_doc.save()

	@classmethod
	def tearDownClass(cls):
		frappe.set_user("Administrator")
		class_doc = frappe.get_doc("Class ID", CLASS)
		class_doc.set("attributes", [])
		class_doc.save()
		frappe.db.commit()  # the attribute's column has committed what was made here
		super().tearDownClass()

	def make(self):
		"""Return an opportunity of 1,000, its issued primary quote and a draft of 500."""
		opportunity = make_opportunity(
			class_id=CLASS,
			party=make_partner().name,
			opportunity_owner=OWNER,
			items=[{"item": make_item(f"TEST-EVENT-{frappe.generate_hash(length=6)}").name}],
		)
		primary, other = make_quote(opportunity), make_quote(opportunity)
		other.items[0].rate = 500
		other.save()
		primary.db_set({"docstatus": 1, "status": "Issued"})
		return opportunity, primary, other

	def test_no_event_of_a_quote_is_refused_by_what_the_opportunity_owes(self):
		made = self.make()
		for event, debt in product(EVENTS, DEBTS):
			with self.subTest(event=event.__name__, debt=debt.__name__):
				frappe.db.savepoint("event")
				opportunity, primary, other = (frappe.get_doc(doc.doctype, doc.name) for doc in made)
				try:
					debt(opportunity)
					forget(opportunity)
					quote = event(primary, other)
					self.assert_follows(opportunity, quote)
				finally:
					frappe.db.rollback(save_point="event")
					forget(opportunity)

	def assert_follows(self, opportunity, quote):
		"""The opportunity has value, lines and facts of its primary quote."""
		opportunity.reload()
		quote.reload()
		self.assertEqual(opportunity.primary_quote, quote.name)
		self.assertEqual(opportunity.amount, quote.net_total)
		self.assertEqual(opportunity.items[0].rate, quote.items[0].rate)
		self.assertEqual(opportunity.weighted_amount, round(quote.net_total * 0.05, 2))
		self.assertEqual(quote.items[0].opportunity_item, opportunity.items[0].name)
		facts = frappe.get_all(
			"Sales Opportunity Change", {"opportunity": opportunity.name}, ["*"], order_by="creation"
		)
		amounts = [fact.amount for fact in facts]
		self.assertEqual([fact.previous_amount for fact in facts], [0, *amounts[:-1]])
		self.assertEqual((amounts[-1], facts[-1].base_amount), (opportunity.amount, opportunity.base_amount))
		self.assertEqual(len(opportunity.stage_log), 1)

	def test_what_an_admin_wants_to_be_told_of_is_told(self):
		notification = frappe.get_doc(
			{
				"doctype": "Notification",
				"name": "Test Amount Changed",
				"subject": "Amount of {{ doc.name }} changed",
				"document_type": "Sales Opportunity",
				"event": "Value Change",
				"value_changed": "amount",
				"channel": "System Notification",
				"message": "It is {{ doc.amount }} now.",
				"recipients": [{"receiver_by_document_field": "opportunity_owner"}],
			}
		).insert()
		self.addCleanup(notification.delete)
		opportunity, primary, other = self.make()
		decline(primary, other)
		told = frappe.get_all(
			"Notification Log", {"document_name": opportunity.name, "for_user": OWNER}, pluck="subject"
		)
		self.assertIn(f"Amount of {opportunity.name} changed", told)
