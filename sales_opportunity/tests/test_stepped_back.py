"""Own masters that other apps' stand in for are offered nowhere, and are back when these go."""

import frappe
from frappe.boot import get_bootinfo
from frappe.desk.desktop import get_desktop_page

from sales_opportunity.desk import stepped_back
from sales_opportunity.desk.search import find
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.page.set_up_sales.files import FileError, require_known
from sales_opportunity.sales_opportunity.page.set_up_sales.state import setup_steps
from sales_opportunity.tests.factories import make_item, make_partner, registered
from sales_opportunity.tests.settings import save_settings

MASTERS = ("Business Partner", "Sales Item")
OTHERS = {
	"sales_party_types": {"Business Partner": [""], "Contact": ["nowhere.contact"]},
	"sales_item_types": {"Sales Item": [""], "Note": ["nowhere.note"]},
}


def workspace() -> str:
	"""Return what the workspace shows."""
	page = {"name": "Sales Opportunities", "title": "Sales Opportunities", "public": 1}
	found = get_desktop_page(frappe.as_json(page))
	return frappe.as_json([found["shortcuts"], found["cards"]])


class TestSteppedBack(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(stepped_back.update_workspaces)

	def offered(self) -> dict[str, set[str]]:
		"""Return by place which of the masters are offered there."""
		boot = get_bootinfo()
		stepped_back.extend_bootinfo(boot)
		steps = frappe.get_all("Onboarding Step Map", {"parent": "Sales Opportunities"}, pluck="step")
		shown = workspace()
		return {
			"menus and bar": set(MASTERS) & {*boot.user.can_read, *boot.user.can_create},
			"workspace": {master for master in MASTERS if f'"{master}"' in shown},
			"onboarding": {step.removeprefix("First ") for step in steps} & set(MASTERS),
			"set-up page": set(MASTERS if "data" in [step["key"] for step in setup_steps()] else ()),
			"search": {row["doctype"] for master in MASTERS for row in find("Zurueck", master)},
		}

	def test_they_are_offered_as_long_as_no_other_app_stands_in(self):
		make_partner("Zurueck GmbH")
		make_item("ZURUECK-1")
		everywhere = {place: set(MASTERS) for place in self.offered()} | {"onboarding": {"Business Partner"}}
		self.assertEqual(self.offered(), everywhere)
		with registered(**OTHERS):
			for _again in range(2):
				stepped_back.update_workspaces()
				self.assertEqual(self.offered(), {place: set() for place in everywhere})
			with self.assertRaises(FileError):
				require_known("Sales Item")
		stepped_back.update_workspaces()
		self.assertEqual(self.offered(), everywhere)

	def test_groups_of_partners_go_with_the_partners_and_with_the_price_lists(self):
		self.assertTrue(self.leads_to_groups())
		with registered(**OTHERS):
			stepped_back.update_workspaces()
			self.assertFalse(self.leads_to_groups())
		stepped_back.update_workspaces()
		for value in (0, 1):
			save_settings(use_price_lists=value)
			self.assertEqual(self.leads_to_groups(), bool(value))
			self.assertEqual("Business Partner Group" in stepped_back.stepped_back(), not value)

	def leads_to_groups(self) -> bool:
		link = {"parent": "Sales Opportunities", "link_to": "Business Partner Group"}
		return bool(frappe.db.exists("Workspace Link", link))

	def test_a_likely_date_is_in_no_list_once_it_is_switched_off(self):
		for value in (0, 1):
			save_settings(use_likely_dates=value)
			field = frappe.get_meta("Sales Opportunity").get_field("likely_close_date")
			self.assertEqual(bool(field.hidden), not value)

	def test_sidebars_are_whole_again_too(self):
		if not frappe.db.exists("DocType", "Workspace Sidebar"):
			self.skipTest("this framework has no sidebars")
		link = {"parent": "Sales Opportunities", "link_to": "Quote Template"}
		for value in (0, 1):
			save_settings(use_quote_templates=value)
			self.assertEqual(bool(frappe.db.exists("Workspace Sidebar Item", link)), bool(value))
