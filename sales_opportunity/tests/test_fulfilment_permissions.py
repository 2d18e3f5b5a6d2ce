"""Who sees, makes and finishes requests: the opportunity's people, and the department they are assigned to."""

import json

import frappe
from frappe.client import get_list as api_list
from frappe.desk.form import assign_to
from frappe.desk.reportview import export_query, get
from frappe.www.printview import validate_print_permission

from sales_opportunity.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
	follow_ups,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request import (
	cancel,
	mark_as_done,
	may_finish,
)
from sales_opportunity.tests.factories import (
	make_class,
	make_fulfilment_request,
	make_user,
	make_won_opportunity,
)

OWNER, MEMBER, STRANGER = (
	"request-owner@example.com",
	"request-member@example.com",
	"request-other@example.com",
)
MANAGER, VIEWER, OUTSIDER = (
	"request-boss@example.com",
	"request-viewer@example.com",
	"request-out@example.com",
)
BILLER, COLLEAGUE, READER = "biller@example.com", "biller-2@example.com", "request-reader@example.com"

SEES = {OWNER, MEMBER, MANAGER, VIEWER, BILLER, READER}
WRITES = {OWNER, MEMBER, MANAGER}
FINISHES = WRITES | {BILLER}
SEES_OPPORTUNITY = {OWNER, MEMBER, MANAGER, VIEWER}
EVERYONE = (OWNER, MEMBER, STRANGER, MANAGER, VIEWER, OUTSIDER, BILLER, COLLEAGUE, READER, "Guest")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def set_assignees(billing: str | None = None, shipping: str | None = None):
	"""Name the users of the settings to whom new requests are assigned."""
	settings = frappe.get_doc("Sales Opportunity Settings")
	settings.update({"billing_assignee": billing, "shipping_assignee": shipping})
	settings.save()


class RequestTestCase(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		for user in (OWNER, MEMBER, STRANGER, READER):
			make_user(user, "Sales User")
		make_user(MANAGER, "Sales Manager", "Sales User")
		make_user(VIEWER, "Sales Viewer")
		make_user(OUTSIDER, "Blogger")
		for user in (BILLER, COLLEAGUE):
			make_user(user, "Sales Fulfilment")
		make_class("TEST-REQUESTS", members=[{"user": MEMBER}])

	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(set_assignees)
		self.addCleanup(frappe.set_user, "Administrator")

	def as_each(self):
		for user in EVERYONE:
			frappe.set_user(user)
			yield user

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

	def won_opportunity(self):
		return make_won_opportunity(5, class_id="TEST-REQUESTS", opportunity_owner=OWNER)


class TestWhoSeesAndChangesRequests(RequestTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		set_assignees(billing=BILLER)
		cls.opportunity = make_won_opportunity(5, class_id="TEST-REQUESTS", opportunity_owner=OWNER)
		cls.request = make_fulfilment_request(cls.opportunity, quantity=2)
		set_assignees()
		frappe.share.add("Fulfilment Request", cls.request.name, READER, read=1)

	def names(self, doctype: str, **kwargs) -> list:
		try:
			return frappe.get_list(doctype, pluck="name", limit=0, **kwargs)
		except frappe.PermissionError:
			return []

	def test_form(self):
		for user in self.as_each():
			self.assertEqual(self.request.has_permission("read"), user in SEES, user)
			self.assertEqual(self.request.has_permission("write"), user in WRITES, user)
			self.assertEqual(self.request.has_permission("delete"), user == MANAGER, user)

	def test_list_and_api(self):
		for user in self.as_each():
			self.assertEqual(self.request.name in self.names("Fulfilment Request"), user in SEES, user)
			over_api = ""
			if self.is_allowed(api_list, "Fulfilment Request"):
				over_api = str(api_list("Fulfilment Request", limit_page_length=0))
			self.assertEqual(self.request.name in over_api, user in SEES, user)

	def test_report_view_and_export(self):
		fields = ["`tabFulfilment Request`.`name`", "`tabFulfilment Request Item`.`quantity`"]
		query = {"doctype": "Fulfilment Request", "fields": json.dumps(fields)}
		for user in self.as_each():
			rows = exported = ""
			try:
				frappe.local.form_dict = frappe._dict(query)
				rows = str(get())
				frappe.local.form_dict = frappe._dict(query, file_format_type="CSV", title="Requests")
				export_query()
				exported = str(frappe.response.get("result") or frappe.response.get("filecontent"))
			except frappe.PermissionError:
				pass
			self.assertEqual(self.request.name in rows, user in SEES, user)
			self.assertEqual(self.request.name in exported, user in SEES, user)

	def test_lines_are_no_way_around(self):
		for user in self.as_each():
			rows = self.names(
				"Fulfilment Request Item",
				parent_doctype="Fulfilment Request",
				filters={"parent": self.request.name},
			)
			self.assertEqual(bool(rows), user in SEES, user)

	def test_print(self):
		for user in self.as_each():
			self.assertEqual(self.is_allowed(validate_print_permission, self.request), user in SEES, user)

	def test_the_department_does_not_see_the_opportunity(self):
		for user in self.as_each():
			self.assertEqual(self.opportunity.has_permission("read"), user in SEES_OPPORTUNITY, user)
			self.assertEqual(
				self.is_allowed(follow_ups, self.opportunity.name), user in SEES_OPPORTUNITY, user
			)

	def test_requests_are_made_by_those_who_may_change_the_opportunity(self):
		for user in self.as_each():
			for function in (create_fulfilment_request, insert_request):
				self.assertEqual(
					self.is_allowed(function, self.opportunity.name, "Billing"),
					user in WRITES,
					(user, function.__name__),
				)

	def test_requests_are_finished_by_those_too_and_by_whom_they_are_assigned_to(self):
		for user in self.as_each():
			self.assertEqual(self.is_allowed(mark_as_done, self.request.name), user in FINISHES, user)
			self.assertEqual(self.is_allowed(cancel, self.request.name), user in WRITES, user)
			if user in SEES:
				self.assertEqual(may_finish(self.request.name), user in FINISHES, user)

	def test_the_search_of_the_whole_site_does_not_know_requests(self):
		self.assertFalse(frappe.get_meta("Fulfilment Request").get_global_search_fields())


class TestAssignments(RequestTestCase):
	def assignments(self, request, status: str) -> list[str]:
		filters = {"reference_name": request.name, "status": status}
		return frappe.get_all("ToDo", filters, pluck="allocated_to")

	def test_each_kind_goes_to_its_department(self):
		set_assignees(billing=BILLER, shipping=COLLEAGUE)
		frappe.set_user(OWNER)
		frappe.clear_messages()
		opportunity = self.won_opportunity()
		for kind, user in (("Billing", BILLER), ("Shipping", COLLEAGUE)):
			request = make_fulfilment_request(opportunity, kind)
			self.assertEqual(self.assignments(request, "Open"), [user])
		self.assertNotIn("Shared", str(frappe.get_message_log()))

	def test_without_a_user_in_the_settings_nobody_is_assigned(self):
		request = make_fulfilment_request(self.won_opportunity())
		self.assertFalse(self.assignments(request, "Open"))

	def test_a_disabled_user_is_named_and_not_assigned(self):
		set_assignees(billing=COLLEAGUE)
		frappe.db.set_value("User", COLLEAGUE, "enabled", 0)
		self.addCleanup(frappe.db.set_value, "User", COLLEAGUE, "enabled", 1)
		frappe.clear_messages()
		request = make_fulfilment_request(self.won_opportunity())
		self.assertFalse(self.assignments(request, "Open"))
		self.assertIn(COLLEAGUE, str(frappe.get_message_log()))

	def test_an_assignment_rule_goes_first(self):
		set_assignees(billing=BILLER)
		rule = frappe.get_doc(
			{
				"doctype": "Assignment Rule",
				"name": "Test Billing",
				"document_type": "Fulfilment Request",
				"description": "Please bill",
				"assign_condition": "kind == 'Billing' and status == 'Open'",
				"rule": "Round Robin",
				"users": [{"user": COLLEAGUE}],
				"assignment_days": [{"day": day} for day in DAYS],
			}
		).insert()
		self.addCleanup(rule.delete)
		self.addCleanup(frappe.set_user, "Administrator")
		request = make_fulfilment_request(self.won_opportunity())
		self.assertEqual(self.assignments(request, "Open"), [COLLEAGUE])
		frappe.set_user(COLLEAGUE)
		self.assertTrue(request.has_permission("read"))

	def test_finishing_closes_the_task_and_cancelling_withdraws_it(self):
		set_assignees(billing=BILLER)
		for action, status in ((mark_as_done, "Closed"), (cancel, "Cancelled")):
			frappe.set_user("Administrator")
			request = make_fulfilment_request(self.won_opportunity())
			frappe.set_user(BILLER if action is mark_as_done else OWNER)
			action(request.name)
			self.assertEqual(self.assignments(request, status), [BILLER])

	def test_the_department_cannot_change_lines(self):
		set_assignees(billing=BILLER)
		request = make_fulfilment_request(self.won_opportunity())
		frappe.set_user(BILLER)
		request.items[0].quantity = 1
		with self.assertRaises(frappe.PermissionError):
			request.save()

	def test_nobody_gets_at_a_request_by_assigning_it_to_themselves(self):
		request = make_fulfilment_request(self.won_opportunity())
		frappe.set_user(COLLEAGUE)
		task = {"assign_to": [COLLEAGUE], "doctype": request.doctype, "name": request.name}
		self.assertFalse(self.is_allowed(assign_to.add, task))
		frappe.get_doc(
			{
				"doctype": "ToDo",
				"description": "Mine",
				"allocated_to": COLLEAGUE,
				"reference_type": request.doctype,
				"reference_name": request.name,
			}
		).insert()
		self.assertFalse(request.has_permission("read"))
		with self.assertRaises(frappe.PermissionError):
			mark_as_done(request.name)


def insert_request(opportunity: str, kind: str):
	"""Make a request as the REST API does."""
	frappe.get_doc({"doctype": "Fulfilment Request", "opportunity": opportunity, "kind": kind}).insert()
