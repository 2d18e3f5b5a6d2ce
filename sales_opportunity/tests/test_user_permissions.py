"""The framework's User Permissions hold for all that belongs to opportunities: rows, facts, quotes, answers, reports."""

import frappe
from frappe.desk.query_report import run
from frappe.permissions import add_user_permission
from frappe.utils import getdate, nowdate

from sales_opportunity.compat import IntegrationTestCase
from sales_opportunity.reporting import snapshots
from sales_opportunity.sales_opportunity.doctype.quote_answer.answers_by_hand import accept_by_hand
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import make_link
from sales_opportunity.tests.factories import (
	make_class,
	make_fulfilment_request,
	make_opportunity,
	make_quote,
	make_user,
)

OWNER = "restricted-owner@example.com"
VIEWER, MANAGER, SELLER = (
	"restricted-viewer@example.com",
	"restricted-manager@example.com",
	"restricted-seller@example.com",
)
ALLOWED, HIDDEN = "TEST-ALLOWED", "TEST-HIDDEN"
ROWS = {
	"Sales Opportunity Item": "Sales Opportunity",
	"Sales Opportunity Contact": "Sales Opportunity",
	"Sales Opportunity Instalment": "Sales Opportunity",
	"Sales Opportunity Share": "Sales Opportunity",
	"Sales Opportunity Stage Log": "Sales Opportunity",
	"Quote Item": "Quote",
	"Quote Tax": "Quote",
	"Quote Instalment": "Quote",
	"Fulfilment Request Item": "Fulfilment Request",
}
BY_OPPORTUNITY = ("Sales Opportunity Change", "Sales Pipeline Snapshot", "Quote", "Fulfilment Request")
BY_QUOTE = ("Quote Answer", "Quote Customer Link")


class TestUserPermissions(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_user(OWNER, "Sales User")
		make_user(VIEWER, "Sales Viewer")
		make_user(MANAGER, "Sales Manager", "Sales User")
		make_user(SELLER, "Sales User")
		cls.deals = {}
		for class_id in (ALLOWED, HIDDEN):
			make_class(class_id, members=[{"user": SELLER}])
			deal = make_opportunity(
				class_id=class_id,
				opportunity_owner=OWNER,
				items=[{}],
				instalments=[{"due_date": "2099-01-31", "percentage": 100}],
				shares=[{"user": MANAGER, "percentage": 10}],
				participants=[{"person_name": "Frau Blume", "role": "Decides"}],
			)
			quote = make_quote(deal)
			quote.submit()
			make_link(quote.name)
			accept_by_hand(quote.name, nowdate(), "Sabine Hoffmann")
			deal.reload()
			deal.update({"stage": "Won"})
			deal.save()
			cls.deals[class_id] = {
				"Sales Opportunity": deal.name,
				"Quote": quote.name,
				"Fulfilment Request": make_fulfilment_request(deal).name,
			}
		snapshots.store_day(getdate())
		for user in (VIEWER, MANAGER, SELLER):
			add_user_permission("Class ID", ALLOWED, user)

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")

	def as_each(self):
		for user in (VIEWER, MANAGER, SELLER):
			frappe.set_user(user)
			yield user

	def test_rows(self):
		for user in self.as_each():
			for doctype, parent_doctype in ROWS.items():
				parents = frappe.get_list(doctype, pluck="parent", limit=0, parent_doctype=parent_doctype)
				for class_id, names in self.deals.items():
					self.assertEqual(
						names[parent_doctype] in parents, class_id == ALLOWED, (user, doctype, class_id)
					)

	def test_what_belongs_to_an_opportunity_or_a_quote(self):
		fields = [(doctype, "opportunity", "Sales Opportunity") for doctype in BY_OPPORTUNITY]
		fields += [(doctype, "quote", "Quote") for doctype in BY_QUOTE]
		for user in self.as_each():
			for doctype, fieldname, parent_doctype in fields:
				parents = frappe.get_list(doctype, pluck=fieldname, limit=0)
				for class_id, names in self.deals.items():
					name = frappe.db.get_value(doctype, {fieldname: names[parent_doctype]})
					self.assertTrue(name, (doctype, class_id))
					self.assertEqual(
						names[parent_doctype] in parents, class_id == ALLOWED, (user, doctype, class_id)
					)
					self.assertEqual(
						frappe.has_permission(doctype, doc=name),
						class_id == ALLOWED,
						(user, doctype, class_id),
					)

	def test_they_hold_for_what_the_document_itself_does_not_name(self):
		stage = frappe.db.get_value("Sales Opportunity", self.deals[HIDDEN]["Sales Opportunity"], "stage")
		other = "Lost" if stage == "Won" else "Won"
		user = make_user("restricted-stage@example.com", "Sales Viewer").name
		add_user_permission("Qualification Stage", other, user)
		frappe.set_user(user)
		quote = self.deals[HIDDEN]["Quote"]
		self.assertNotIn(quote, frappe.get_list("Quote", pluck="name", limit=0))
		self.assertFalse(frappe.has_permission("Quote", doc=quote))
		rows = frappe.get_list("Quote Item", {"parent": quote}, parent_doctype="Quote")
		self.assertFalse(rows)

	def test_a_share_opens_one_of_them_and_no_report_fails(self):
		user = make_user("restricted-shared@example.com", "Sales User").name
		viewer = make_user("restricted-shared-viewer@example.com", "Sales Viewer").name
		shared = make_opportunity(class_id=HIDDEN, opportunity_owner=OWNER, items=[{}])
		for each in (user, viewer):
			add_user_permission("Class ID", ALLOWED, each)
			frappe.share.add("Sales Opportunity", shared.name, each, read=1)
		reports = frappe.get_all(
			"Report", {"module": "Sales Opportunity", "report_type": "Script Report"}, pluck="name"
		)
		self.assertIn("Stalled and Not Forecastable", reports)
		for each in (user, viewer):
			frappe.set_user(each)
			rows = frappe.get_list(
				"Sales Opportunity Item", pluck="parent", parent_doctype="Sales Opportunity"
			)
			self.assertIn(shared.name, rows)
			for report in reports:
				with self.subTest(report, user=each):
					filters = {"from_date": "2020-01-01", "to_date": nowdate()}
					if report == "Customer Journey":
						filters |= {"party_type": "Business Partner", "party": shared.party}
					try:
						run(report, filters, ignore_prepared_report=True)
					except frappe.PermissionError:
						self.assertTrue(each == user or report == "Margin", "a viewer opens all others")
