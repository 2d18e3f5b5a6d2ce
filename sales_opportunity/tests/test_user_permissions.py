"""The framework's User Permissions hold for all that belongs to opportunities: rows, facts, quotes, answers, reports."""

import frappe
from frappe.permissions import add_user_permission
from frappe.utils import getdate, nowdate

from sales_opportunity.access.permissions import DOCUMENT_OF_ROWS, RESTRICTED
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.reporting import snapshots
from sales_opportunity.sales_opportunity.doctype.quote_answer.answers_by_hand import accept_by_hand
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import make_link
from sales_opportunity.sales_opportunity.doctype.quote_release.release_state import log_release
from sales_opportunity.tests.factories import (
	make_class,
	make_fulfilment_request,
	make_opportunity,
	make_quote,
	make_target,
	make_user,
	use_releases,
)
from sales_opportunity.tests.reports import run_report

OWNER = "restricted-owner@example.com"
VIEWER, MANAGER, SELLER = (
	"restricted-viewer@example.com",
	"restricted-manager@example.com",
	"restricted-seller@example.com",
)
ALLOWED, HIDDEN = "TEST-ALLOWED", "TEST-HIDDEN"
BY_OPPORTUNITY = ("Sales Opportunity Change", "Sales Pipeline Snapshot", "Quote", "Fulfilment Request")
BY_QUOTE = ("Quote Answer", "Quote Release", "Quote Customer Link")
READ_BY = {
	**dict.fromkeys(DOCUMENT_OF_ROWS, "parent"),
	**dict.fromkeys(("Sales Opportunity", "Sales Target"), "name"),
	**dict.fromkeys(BY_OPPORTUNITY, "opportunity"),
	**dict.fromkeys(BY_QUOTE, "quote"),
}
"""By DocType the field that names the document which a test looks for."""

DOCUMENTS = {
	**DOCUMENT_OF_ROWS,
	**{name: name for name in ("Sales Opportunity", "Sales Target")},
	**dict.fromkeys(BY_OPPORTUNITY, "Sales Opportunity"),
	**dict.fromkeys(BY_QUOTE, "Quote"),
}
"""What kind of document that is."""


def read_by_list(doctype: str) -> list[str]:
	"""Return the documents of which the user's list has something."""
	row_of = {"parent_doctype": DOCUMENT_OF_ROWS[doctype]} if doctype in DOCUMENT_OF_ROWS else {}
	return frappe.get_list(doctype, pluck=READ_BY[doctype], limit=0, **row_of)


class TestUserPermissions(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		use_releases(cls)
		make_user(OWNER, "Sales User")
		make_user(VIEWER, "Sales Viewer")
		make_user(MANAGER, "Sales Manager", "Sales User")
		make_user(SELLER, "Sales User")
		terms = {"doctype": "File", "file_name": "terms.txt", "content": "Terms", "is_private": 1}
		terms = frappe.get_doc(terms).insert()
		cls.deals = {}
		for class_id in (ALLOWED, HIDDEN):
			make_class(class_id, members=[{"user": SELLER}], documents=[{"file": terms.file_url}])
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
			log_release(quote, "Released", ["Sales Manager"])
			make_link(quote.name)
			accept_by_hand(quote.name, nowdate(), "Sabine Hoffmann")
			deal.reload()
			deal.update({"stage": "Won"})
			deal.save()
			cls.deals[class_id] = {
				"Sales Opportunity": deal.name,
				"Quote": quote.name,
				"Fulfilment Request": make_fulfilment_request(deal).name,
				"Sales Target": make_target(target_for="Class", class_id=class_id).name,
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

	def test_everything_of_deals_is_looked_at(self):
		tables = {"fieldtype": "Table", "parent": ("in", sorted(RESTRICTED))}
		rows = frappe.get_all("DocField", tables, ["options", "parent"], as_list=True)
		self.assertEqual(dict(rows), DOCUMENT_OF_ROWS)
		self.assertEqual(set(DOCUMENTS), RESTRICTED | set(DOCUMENT_OF_ROWS))

	def test_lists(self):
		for user in self.as_each():
			for doctype, document in DOCUMENTS.items():
				found = read_by_list(doctype)
				for class_id, names in self.deals.items():
					self.assertEqual(names[document] in found, class_id == ALLOWED, (user, doctype, class_id))

	def test_documents(self):
		for user in self.as_each():
			for doctype in RESTRICTED:
				for class_id, names in self.deals.items():
					name = frappe.db.get_value(doctype, {READ_BY[doctype]: names[DOCUMENTS[doctype]]})
					self.assertTrue(name, (doctype, class_id))
					self.assertEqual(
						frappe.has_permission(doctype, doc=name),
						class_id == ALLOWED,
						(user, doctype, class_id),
					)

	def test_they_hold_for_what_the_document_itself_does_not_name(self):
		names = self.deals[HIDDEN]
		former = {"opportunity": names["Sales Opportunity"]}
		stages = frappe.get_all("Sales Opportunity Change", former, pluck="stage", distinct=True)
		for number, permitted in enumerate((stages, ["Lost"])):
			frappe.set_user("Administrator")
			user = make_user(f"restricted-stage-{number}@example.com", "Sales Viewer").name
			for stage in permitted:
				add_user_permission("Qualification Stage", stage, user)
			frappe.set_user(user)
			for doctype, document in DOCUMENTS.items():
				# A target has no stage.
				is_read = permitted == stages or document == "Sales Target"
				self.assertEqual(names[document] in read_by_list(doctype), is_read, (doctype, permitted))
			self.assertEqual(frappe.has_permission("Quote", doc=names["Quote"]), permitted == stages)

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
						run_report(report, **filters)
					except frappe.PermissionError:
						self.assertTrue(each == user or report == "Margin", "a viewer opens all others")
