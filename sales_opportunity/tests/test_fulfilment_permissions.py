"""To whom requests are assigned, and what an assignment gives."""

import frappe
from frappe.desk.form import assign_to

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request import (
	cancel,
	mark_as_done,
)
from sales_opportunity.tests.factories import (
	make_fulfilment_request,
	make_user,
	make_won_opportunity,
)
from sales_opportunity.tests.settings import save_settings

OWNER = "request-owner@example.com"
BILLER, COLLEAGUE = "biller@example.com", "biller-2@example.com"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def set_assignees(billing: str | None = None, shipping: str | None = None):
	"""Name the users of the settings to whom new requests are assigned."""
	save_settings(billing_assignee=billing, shipping_assignee=shipping)


class TestAssignments(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_user(OWNER, "Sales User")
		for user in (BILLER, COLLEAGUE):
			make_user(user, "Sales Fulfilment")

	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(set_assignees)
		self.addCleanup(frappe.set_user, "Administrator")

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
		return make_won_opportunity(5, opportunity_owner=OWNER)

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

	def test_without_a_user_in_the_settings_nobody_is_assigned_and_its_maker_is_told(self):
		frappe.clear_messages()
		request = make_fulfilment_request(self.won_opportunity())
		self.assertFalse(self.assignments(request, "Open"))
		self.assertIn("assigned to nobody", str(frappe.get_message_log()))
		set_assignees(billing=BILLER)
		frappe.clear_messages()
		make_fulfilment_request(self.won_opportunity())
		self.assertNotIn("nobody", str(frappe.get_message_log()))

	def test_a_disabled_user_is_named_and_not_assigned(self):
		set_assignees(billing=COLLEAGUE)
		frappe.db.set_value("User", COLLEAGUE, "enabled", 0)
		self.addCleanup(frappe.db.set_value, "User", COLLEAGUE, "enabled", 1)
		frappe.clear_messages()
		request = make_fulfilment_request(self.won_opportunity())
		self.assertFalse(self.assignments(request, "Open"))
		self.assertIn(frappe.utils.get_fullname(COLLEAGUE), str(frappe.get_message_log()))

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
		todo = frappe.get_doc(
			{
				"doctype": "ToDo",
				"description": "Mine",
				"allocated_to": COLLEAGUE,
				"reference_type": request.doctype,
				"reference_name": request.name,
			}
		)
		self.assertFalse(self.is_allowed(todo.insert))
		self.assertFalse(request.has_permission("read"))
		with self.assertRaises(frappe.PermissionError):
			mark_as_done(request.name)
