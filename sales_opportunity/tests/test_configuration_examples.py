"""The examples of docs/configuration.md do what they say: each is entered as its table tells, then used."""

import re

import frappe
from frappe.model.workflow import apply_workflow, get_transitions

from sales_opportunity import api
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.tests.factories import make_class, make_opportunity, make_user
from sales_opportunity.tests.stored import stored
from sales_opportunity.tests.translatable import APP

CHILD_DOCTYPES = {
	"Recipients": "Notification Recipient",
	"Document States": "Workflow Document State",
	"Transitions": "Workflow Transition",
}


def example(title: str) -> dict:
	"""Return the document that the tables and the code below a heading describe."""
	page = (APP.parent / "docs" / "configuration.md").read_text()
	section = page.split(f"### {title}")[1].split("\n### ")[0]
	code = re.search(r"```\w+\n(.*?)```", section, re.S)
	values: dict = {}
	for table in re.findall(r"(?:^\|.*\|\n)+", section, re.M):
		head, _rule, *rows = [
			[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.strip().splitlines()
		]
		head = [cell.strip(" |") for cell in head]
		if head[0] not in CHILD_DOCTYPES:
			values["doctype"] = head[0]
			fields = labels(head[0])
			values.update({fields[row[0]]: row[1].strip(" |") for row in rows})
		else:
			values.update(child_rows(head, rows))
	if code:
		values["script"] = code.group(1)
	return values


def child_rows(head: list[str], rows: list[list[str]]) -> dict:
	"""Return the rows of a table of rows, or of a table of labels and values, under their parent's field."""
	fields = labels(CHILD_DOCTYPES[head[0]])
	fieldname = {"Document States": "states"}.get(head[0], head[0].lower())
	if len(head) == 1 or not head[1]:
		return {fieldname: [{fields[row[0]]: row[1] for row in rows}]}
	names = ["state", *(fields[label] for label in head[1:])]
	return {fieldname: [dict(zip(names, row, strict=True)) for row in rows]}


def labels(doctype: str) -> dict[str, str]:
	"""Return the fields of a DocType by the labels that its form shows."""
	return {"Name": "name"} | {field.label: field.fieldname for field in frappe.get_meta(doctype).fields}


class TestConfigurationExamples(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(frappe.set_user, "Administrator")
		self.made = []
		self.addCleanup(self.remove)

	def enter(self, title: str):
		values = example(title)
		name = values.pop("name", None)
		doc = frappe.get_doc(values)
		if name and frappe.db.exists(doc.doctype, name):
			frappe.delete_doc(doc.doctype, name)
		doc.insert(set_name=name)
		self.made.append(doc)
		frappe.clear_cache()
		return doc

	def remove(self):
		frappe.set_user("Administrator")
		for doc in reversed(self.made):
			frappe.delete_doc(doc.doctype, doc.name, force=True)
		frappe.clear_cache()
		frappe.db.commit()  # a custom field has committed all that was entered here, too

	def test_a_custom_field_filled_by_a_server_script(self):
		self.enter("Custom Field: a commission on each opportunity")
		self.enter("Server Script: fill it whenever an opportunity is saved")
		doc = make_opportunity(amount=100_000)
		self.assertEqual((doc.weighted_amount, doc.commission), (5_000, 150))
		api.move_stage(doc.name, "First Meeting")
		self.assertEqual(stored(doc, "commission"), 300)

	def test_a_server_script_as_an_address_for_others(self):
		script = self.enter("Server Script: an address for the web shop")
		doc = make_opportunity(amount=100)
		frappe.local.form_dict = frappe._dict(opportunity=doc.name)
		script.execute_method()
		self.assertEqual(frappe.response["message"]["status"], "Lost")
		stranger = make_user("shop-stranger@example.com", "Sales User").name
		other = make_opportunity(amount=100)
		frappe.set_user(stranger)
		frappe.local.form_dict = frappe._dict(opportunity=other.name)
		with self.assertRaises(frappe.PermissionError):
			script.execute_method()

	def test_a_notification_to_the_responsible_person(self):
		self.enter("Notification: tell the responsible person that a deal was won")
		seller = make_user("notified@example.com", "Sales User").name
		lost = make_opportunity(title="Lost Deal", opportunity_owner=seller)
		won = make_opportunity(items=[{}], title="Won Deal", opportunity_owner=seller)
		api.close_as_lost(lost.name, "No Budget")
		api.close_as_won(won.name)
		for doc, subjects in ((won, ["Won: Won Deal"]), (lost, [])):
			told = {"for_user": seller, "document_name": doc.name, "subject": ("like", "Won:%")}
			self.assertEqual(frappe.get_all("Notification Log", told, pluck="subject"), subjects)

	def test_a_workflow_on_stages(self):
		values = example("Workflow: a manager lets deals into the negotiation")
		for row in values["states"]:
			if not frappe.db.exists("Workflow State", row["state"]):
				frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": row["state"]}).insert()
		for row in values["transitions"]:
			if not frappe.db.exists("Workflow Action Master", row["action"]):
				frappe.get_doc(
					{"doctype": "Workflow Action Master", "workflow_action_name": row["action"]}
				).insert()
		seller = make_user("flow-seller@example.com", "Sales User").name
		manager = make_user("flow-manager@example.com", "Sales User", "Sales Manager").name
		make_class("TEST-FLOW", members=[{"user": seller}])
		self.enter("Workflow: a manager lets deals into the negotiation")
		doc = make_opportunity(items=[{}], class_id="TEST-FLOW")

		frappe.set_user(seller)
		apply_workflow(doc, "Offer")
		doc.reload()
		self.assertEqual(
			(doc.stage, doc.probability, doc.stage_log[-1].to_stage), ("Proposal", 50, "Proposal")
		)
		self.assertEqual([row.action for row in get_transitions(doc)], [])
		with self.assertRaises(frappe.ValidationError):
			api.move_stage(doc.name, "Negotiation")

		frappe.set_user(manager)
		apply_workflow(frappe.get_doc(doc.doctype, doc.name), "Approve")
		self.assertEqual(stored(doc, "weighted_amount"), 750)
