"""Items are found by code, name and group, for those who may read them, with price and picture."""

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.sales_item.item_search import item_query
from sales_opportunity.tests.factories import get_or_make, make_item, make_user

OWNER = "items.anna@lindental.example"


def found(text: str) -> list[str]:
	return [row[0] for row in item_query("Sales Item", text, "name", 0, 10, {})]


class TestItemSearch(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_user(OWNER, "Sales User")
		get_or_make("Sales Item Group", "Test Zubehör", group_name="Test Zubehör")
		make_item(
			"TEST-Q-LAMP",
			item_name="Nachtlicht <Klein>",
			item_group="Test Zubehör",
			price=1234.5,
			image="/files/licht.png",
		)
		make_item("TEST-Q-OLD", item_name="Nachtlicht alt", disabled=1)
		make_item("TEST-Q-REMOTE", item_name="Nachtlicht fern", image="https://elsewhere.example/x.png")

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")
		frappe.set_user(OWNER)

	def test_code_name_and_group_find_it_and_what_is_disabled_is_not_offered(self):
		for text in ("TEST-Q-LAMP", "nachtlicht", "Test Zub"):
			with self.subTest(text):
				self.assertIn("TEST-Q-LAMP", found(text))
		self.assertNotIn("TEST-Q-OLD", found("Nachtlicht"))
		self.assertEqual(found("no such item"), [])

	def test_the_typed_code_is_offered_first_however_many_others_match(self):
		frappe.set_user("Administrator")
		for number in range(12):
			make_item(f"TEST-Q-7{number:02}", item_name=f"Aachen TEST-Q-7 {number:02}")
		make_item("TEST-Q-7", item_name="Zange")
		make_item("TEST-Q-8", item_name="TEST-Q-7 im Namen vorn")
		frappe.set_user(OWNER)
		self.assertEqual(found("TEST-Q-7")[0], "TEST-Q-7")
		self.assertEqual(found("test-q-7")[0], "TEST-Q-7")
		self.assertIn("TEST-Q-8", [row[0] for row in item_query("Sales Item", "TEST-Q-7", "name", 0, 20)])

	def test_every_item_that_matches_is_on_one_page_exactly(self):
		frappe.set_user("Administrator")
		names = ["TEST-R", "TEST-R-1", "TEST-R-2", "TEST-S", "TEST-T"]
		titles = ["Rohr", "Rohr", "Rohr", "Halter TEST-R", "Halter zu TEST-R"]
		for name, title in zip(names, titles, strict=True):
			make_item(name, item_name=title)
		frappe.set_user(OWNER)
		for length in (1, 2, 3, 10):
			pages = [
				item_query("Sales Item", "TEST-R", "name", start, length) for start in range(0, 9, length)
			]
			self.assertEqual([row[0] for page in pages for row in page], names, length)

	def test_group_price_and_picture_stand_beside_it(self):
		rows = {row[0]: row for row in item_query("Sales Item", "Nachtlicht", "name", 0, 10)}
		shown = rows["TEST-Q-LAMP"][2]
		for part in ("Test Zubehör", "1.234,50", "Piece", 'src="/files/licht.png"'):
			self.assertIn(part, shown)
		self.assertNotIn("elsewhere", rows["TEST-Q-REMOTE"][2])

	def test_nobody_finds_what_they_may_not_read(self):
		frappe.set_user("Administrator")
		allowed = make_item("TEST-Q-ALLOWED", item_name="Nachtlicht erlaubt")
		permission = frappe.get_doc(
			{"doctype": "User Permission", "user": OWNER, "allow": "Sales Item", "for_value": allowed.name}
		).insert()
		self.addCleanup(permission.delete)
		self.addCleanup(frappe.set_user, "Administrator")
		frappe.set_user(OWNER)
		self.assertEqual(found("Nachtlicht"), ["TEST-Q-ALLOWED"])
		frappe.set_user("Guest")
		with self.assertRaises(frappe.PermissionError):
			found("Nachtlicht")
