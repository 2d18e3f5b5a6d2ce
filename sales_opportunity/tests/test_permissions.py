"""Who sees and changes what: roles × documents × ways of access."""

import frappe
from frappe.desk.query_report import run
from frappe.desk.reportview import export_query, get

from sales_opportunity.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import calculate
from sales_opportunity.tests.factories import make_class, make_opportunity, make_quote, make_user

OWNER, MEMBER, STRANGER = "owner@example.com", "member@example.com", "stranger@example.com"
MANAGER, VIEWER, OUTSIDER = "manager@example.com", "viewer@example.com", "outsider@example.com"
SHARED = "shared@example.com"

SEES = {OWNER, MEMBER, SHARED, MANAGER, VIEWER}
WRITES = {OWNER, MEMBER, MANAGER}
EVERYONE = (OWNER, MEMBER, SHARED, STRANGER, MANAGER, VIEWER, OUTSIDER, "Guest")
CHILDREN = {
	"Sales Opportunity Item": "Sales Opportunity",
	"Sales Opportunity Stage Log": "Sales Opportunity",
	"Quote Item": "Quote",
	"Quote Tax": "Quote",
}


class TestPermissions(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		for user in (OWNER, MEMBER, STRANGER, SHARED):
			make_user(user, "Sales User")
		make_user(MANAGER, "Sales Manager", "Sales User")
		make_user(VIEWER, "Sales Viewer")
		make_user(OUTSIDER, "Blogger")
		make_class("TEST-TEAM", members=[{"user": MEMBER}])
		cls.opportunity = make_opportunity(
			class_id="TEST-TEAM", opportunity_owner=OWNER, items=[{}], stage="Proposal"
		)
		cls.quote = make_quote(cls.opportunity)
		frappe.share.add("Sales Opportunity", cls.opportunity.name, SHARED, read=1)

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")

	def as_each(self):
		for user in EVERYONE:
			frappe.set_user(user)
			yield user

	def names(self, doctype: str, **kwargs) -> list:
		try:
			return frappe.get_list(doctype, pluck="name", limit=0, **kwargs)
		except frappe.PermissionError:
			return []

	def test_form(self):
		for user in self.as_each():
			for doc in (self.opportunity, self.quote):
				self.assertEqual(doc.has_permission("read"), user in SEES, (user, doc.doctype))
				self.assertEqual(doc.has_permission("write"), user in WRITES, (user, doc.doctype))

	def test_nobody_takes_an_opportunity_by_what_they_send(self):
		make_class("TEST-STRANGERS", members=[{"user": STRANGER}])
		own = make_opportunity(opportunity_owner=STRANGER)
		attempts = [
			(self.opportunity, {"opportunity_owner": STRANGER}),
			(self.opportunity, {"owner": STRANGER}),
			(self.opportunity, {"class_id": "TEST-STRANGERS"}),
			(self.opportunity, {"__islocal": 1, "opportunity_owner": STRANGER}),
			(self.quote, {"opportunity": own.name}),
		]
		frappe.set_user(STRANGER)
		for doc, sent in attempts:
			with self.subTest(sent):
				# As the framework's PUT of /api/resource does it.
				sent_doc = frappe.get_doc(doc.doctype, doc.name)
				sent_doc.update(sent)
				with self.assertRaises((frappe.PermissionError, frappe.DuplicateEntryError)):
					sent_doc.save()
				self.assertNotIn(doc.name, self.names(doc.doctype))

	def test_who_is_responsible_may_hand_an_opportunity_over(self):
		doc = make_opportunity(opportunity_owner=OWNER)
		frappe.set_user(OWNER)
		doc = frappe.get_doc(doc.doctype, doc.name)
		doc.opportunity_owner = MEMBER
		doc.save()
		self.assertFalse(doc.has_permission("read"))

	def test_list(self):
		for user in self.as_each():
			for doc in (self.opportunity, self.quote):
				self.assertEqual(doc.name in self.names(doc.doctype), user in SEES, (user, doc.doctype))

	def test_report_view_and_export(self):
		query = {
			"doctype": "Sales Opportunity",
			"fields": '["`tabSales Opportunity`.`name`", "`tabSales Opportunity`.`amount`"]',
		}
		for user in self.as_each():
			rows = exported = ""
			try:
				frappe.local.form_dict = frappe._dict(query)
				rows = str(get())
				frappe.local.form_dict = frappe._dict(query, file_format_type="CSV", title="Opportunities")
				export_query()
				exported = str(frappe.response.get("result") or frappe.response.get("filecontent"))
			except frappe.PermissionError:
				pass
			self.assertEqual(self.opportunity.name in rows, user in SEES, user)
			self.assertEqual(self.opportunity.name in exported, user in SEES, user)

	def test_lines_are_no_way_around(self):
		for user in self.as_each():
			for doctype, parent_doctype in CHILDREN.items():
				parent = self.opportunity if parent_doctype == "Sales Opportunity" else self.quote
				rows = self.names(doctype, parent_doctype=parent_doctype, filters={"parent": parent.name})
				self.assertEqual(bool(rows), user in SEES, (user, doctype))

	def test_print(self):
		from frappe.www.printview import validate_print_permission

		for user in self.as_each():
			allowed = True
			try:
				validate_print_permission(self.quote)
			except frappe.PermissionError:
				allowed = False
			self.assertEqual(allowed, user in SEES, user)

	def test_whitelisted_functions(self):
		for user in self.as_each():
			may_read = may_write = True
			try:
				calculate({"name": self.opportunity.name, "opportunity_owner": user, "class_id": "NEW"})
			except frappe.PermissionError:
				may_read = False
			frappe.db.savepoint("quote")
			try:
				create_quote(self.opportunity.name, "2099-12-31")
			except frappe.PermissionError:
				may_write = False
			frappe.db.rollback(save_point="quote")
			self.assertEqual(may_read, user in SEES, user)
			self.assertEqual(may_write, user in WRITES, user)

	def test_the_raw_sql_report_is_for_those_who_see_everything(self):
		for user in self.as_each():
			allowed = True
			try:
				run("Weighted Pipeline", ignore_prepared_report=True)
			except frappe.PermissionError:
				allowed = False
			self.assertEqual(allowed, user in {MANAGER, VIEWER}, user)

	def test_a_quote_for_a_colleagues_opportunity_is_refused(self):
		quote = frappe.copy_doc(self.quote)
		quote.update({"request_key": None, "primary_of": None})
		frappe.set_user(STRANGER)
		with self.assertRaises(frappe.PermissionError):
			quote.insert()

	def test_the_search_of_the_whole_site_does_not_know_opportunities_and_quotes(self):
		for doctype in ("Sales Opportunity", "Quote"):
			meta = frappe.get_meta(doctype)
			self.assertFalse(meta.get_global_search_fields(), doctype)

	def test_configuration_is_the_managers(self):
		for user in self.as_each():
			for doctype in ("Qualification Stage", "Class ID", "Quote Text", "Sales Opportunity Settings"):
				self.assertEqual(
					bool(frappe.has_permission(doctype, "write")), user == MANAGER, (user, doctype)
				)
