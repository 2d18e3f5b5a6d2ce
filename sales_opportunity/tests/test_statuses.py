"""Statuses are written once: in lists, forms and on the server they are the same."""

import re
from collections.abc import Iterator
from pathlib import Path

import frappe

from sales_opportunity.deal import quote_status, request_status, stage_rules
from sales_opportunity.desk.statuses import COLOURS, extend_bootinfo
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.tests.factories import make_user

STATUSES = {
	"Sales Opportunity": stage_rules.STATUSES,
	"Quote": quote_status.TRANSITIONS,
	"Fulfilment Request": request_status.TRANSITIONS,
}


GROUPS = "opportunity|quote|request"
CALLED = re.compile(rf"sales_opportunity\.statuses\.({GROUPS})\.(\w+)")
TAKEN = re.compile(r"const \{ ([\w, ]+) \} = sales_opportunity\.statuses(?:\.(\w+))?;")


def names_in(script: str) -> Iterator[tuple[str, ...]]:
	"""Yield what a script calls of the statuses: the group and, where one is said, the name in it."""
	yield from CALLED.findall(script)
	for names, group in TAKEN.findall(script):
		for name in names.split(", "):
			yield (group, name) if group else (name,)
			if not group and name in GROUPS.split("|"):
				yield from ((name, each) for each in re.findall(rf"\b{name}\.(\w+)", script))


def boot_of(user: str):
	frappe.set_user(user)
	bootinfo = frappe._dict()
	extend_bootinfo(bootinfo)
	return bootinfo


class TestStatuses(IntegrationTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")

	def test_documents_have_the_statuses_that_the_rules_know_and_each_has_a_colour(self):
		for doctype, statuses in STATUSES.items():
			with self.subTest(doctype):
				self.assertEqual(frappe.get_meta(doctype).get_options("status").split("\n"), list(statuses))
				self.assertEqual(list(COLOURS[doctype]), list(statuses))

	def test_stages_and_closing_reasons_have_the_types_that_the_rules_know(self):
		stage, reason = frappe.get_meta("Qualification Stage"), frappe.get_meta("Closing Reason")
		self.assertEqual(stage.get_options("stage_type").split("\n"), list(stage_rules.STATUSES))
		self.assertEqual(reason.get_options("outcome").split("\n"), list(stage_rules.CLOSED))

	def test_scripts_call_only_what_they_are_told(self):
		told = boot_of("Administrator").sales_opportunity_statuses
		scripts = [path.read_text() for path in Path(frappe.get_app_path("sales_opportunity")).rglob("*.js")]
		called = {name for script in scripts for name in names_in(script)}
		self.assertLess({("quote", "accepted"), ("opportunity", "open"), ("request", "open")}, called)
		known = {(group,) for group in told} | {(group, name) for group in told for name in told[group]}
		self.assertEqual(called - known, set())

	def test_names_in_scripts_are_found(self):
		for script, names in (
			("doc.status === sales_opportunity.statuses.quote.issued", [("quote", "issued")]),
			(
				"const { open, won } = sales_opportunity.statuses.opportunity;",
				[("opportunity", "open"), ("opportunity", "won")],
			),
			(
				"const { colours, quote } = sales_opportunity.statuses; quote.sent",
				[("colours",), ("quote",), ("quote", "sent")],
			),
			("sales_opportunity.statuses.is_open(doc)", []),
		):
			with self.subTest(script):
				self.assertEqual(list(names_in(script)), names)

	def test_scripts_are_told_of_them_and_of_what_the_user_may(self):
		for role, may in (
			("Sales User", {"reopen": False, "see_all": False}),
			("Sales Viewer", {"reopen": False, "see_all": True}),
			("Sales Manager", {"reopen": True, "see_all": True}),
		):
			frappe.set_user("Administrator")
			user = make_user(f"statuses-{frappe.scrub(role)}@example.com", role)
			with self.subTest(role):
				boot = boot_of(user.name)
				self.assertEqual(boot.sales_opportunity_may, may)
				self.assertEqual(boot.sales_opportunity_statuses["quote"]["waiting"], ["Issued", "Sent"])
				self.assertIn("Best Case", boot.sales_opportunity_statuses["forecast_categories"])
