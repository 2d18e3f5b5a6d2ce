"""Who sees customers' answers and links, and who may answer for a customer: roles × documents × ways of access."""

import json

import frappe
from frappe.client import get_list as api_list
from frappe.desk.reportview import export_query, get
from frappe.utils import nowdate

from sales_opportunity.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote.answers import accept_by_hand, decline_by_hand
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import (
	make_link,
	open_links,
	revoke_links,
)
from sales_opportunity.tests.factories import make_class, make_opportunity, make_quote, make_user

OWNER, MEMBER, STRANGER = "answer-owner@example.com", "answer-member@example.com", "answer-other@example.com"
MANAGER, VIEWER, OUTSIDER = "answer-boss@example.com", "answer-viewer@example.com", "answer-out@example.com"
READER, QUOTE_READER = "answer-reader@example.com", "answer-quote@example.com"

SEES = {OWNER, MEMBER, MANAGER, VIEWER, READER, QUOTE_READER}
WRITES = {OWNER, MEMBER, MANAGER}
EVERYONE = (OWNER, MEMBER, STRANGER, MANAGER, VIEWER, OUTSIDER, READER, QUOTE_READER, "Guest")


class TestWhoSeesAnswersAndLinks(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		for user in (OWNER, MEMBER, STRANGER, READER, QUOTE_READER):
			make_user(user, "Sales User")
		make_user(MANAGER, "Sales Manager", "Sales User")
		make_user(VIEWER, "Sales Viewer")
		make_user(OUTSIDER, "Blogger")
		make_class("TEST-ANSWERS", members=[{"user": MEMBER}])
		opportunity = make_opportunity(class_id="TEST-ANSWERS", opportunity_owner=OWNER, items=[{}])
		cls.quote, cls.open_quote = make_quote(opportunity), make_quote(opportunity)
		for quote in (cls.quote, cls.open_quote):
			quote.submit()
		make_link(cls.quote.name)
		accept_by_hand(cls.quote.name, nowdate(), "Sabine Hoffmann")
		cls.documents = [
			frappe.get_doc(doctype, {"quote": cls.quote.name})
			for doctype in ("Quote Answer", "Quote Customer Link")
		]
		frappe.share.add("Sales Opportunity", opportunity.name, READER, read=1)
		frappe.share.add("Quote", cls.quote.name, QUOTE_READER, read=1)

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")

	def as_each(self):
		for user in EVERYONE:
			frappe.set_user(user)
			for doc in self.documents:
				yield user, doc

	def is_allowed(self, function, *args) -> bool:
		"""Return whether the session's user may do it; whatever it does is undone."""
		frappe.db.savepoint("attempt")
		try:
			function(*args)
		except frappe.PermissionError:
			return False
		finally:
			frappe.db.rollback(save_point="attempt")
		return True

	def test_form(self):
		for user, doc in self.as_each():
			self.assertEqual(doc.has_permission("read"), user in SEES, (user, doc.doctype))
			for ptype in ("write", "create", "delete", "share"):
				self.assertFalse(doc.has_permission(ptype), (user, doc.doctype, ptype))

	def test_list_and_api(self):
		for user, doc in self.as_each():
			for read in (frappe.get_list, api_list):
				rows = []
				try:
					rows = [row.name for row in read(doc.doctype, limit_page_length=0)]
				except frappe.PermissionError:
					pass
				self.assertEqual(doc.name in rows, user in SEES, (user, doc.doctype))

	def test_report_view_and_export(self):
		for user, doc in self.as_each():
			query = {"doctype": doc.doctype, "fields": json.dumps([f"`tab{doc.doctype}`.`name`"])}
			rows = exported = ""
			try:
				frappe.local.form_dict = frappe._dict(query)
				rows = str(get())
				frappe.local.form_dict = frappe._dict(query, file_format_type="CSV", title="Answers")
				export_query()
				exported = str(frappe.response.get("result") or frappe.response.get("filecontent"))
			except frappe.PermissionError:
				pass
			self.assertEqual(doc.name in rows, user in SEES, (user, doc.doctype))
			self.assertEqual(doc.name in exported, user in SEES, (user, doc.doctype))

	def test_nobody_makes_them_by_hand(self):
		for user, doc in self.as_each():
			copy = {"doctype": doc.doctype, "quote": doc.quote}
			self.assertFalse(self.is_allowed(frappe.get_doc(copy).insert), (user, doc.doctype))

	def test_who_may_change_the_quote_answers_for_the_customer_and_keeps_the_links(self):
		for user in EVERYONE:
			frappe.set_user(user)
			for function, *args in (
				(accept_by_hand, self.open_quote.name, nowdate()),
				(decline_by_hand, self.open_quote.name, nowdate(), "Zu teuer"),
				(make_link, self.quote.name),
				(revoke_links, self.quote.name),
			):
				self.assertEqual(self.is_allowed(function, *args), user in WRITES, (user, function.__name__))
			self.assertEqual(self.is_allowed(open_links, self.quote.name), user in SEES, user)

	def test_the_search_of_the_whole_site_does_not_know_them(self):
		for doc in self.documents:
			self.assertFalse(doc.meta.get_global_search_fields())
