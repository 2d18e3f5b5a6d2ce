"""A class asks for what its trade needs to know, without code."""

import frappe
from frappe.desk.reportview import get

from sales_opportunity import api
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.class_id.attributes import ClassAttributeError
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.stages import StageRequirementError
from sales_opportunity.tests.factories import make_class, make_opportunity, make_user

MODEL, POWER, SINCE, FUEL = (
	"attribute_test_modell",
	"attribute_test_leistung",
	"attribute_test_seit",
	"attribute_test_antrieb",
)
ATTRIBUTES = [
	{"label": "Test Modell", "attribute_type": "Text", "mandatory_from": "Proposal"},
	{"label": "Test Leistung", "attribute_type": "Number"},
	{"label": "Test Seit", "attribute_type": "Date"},
	{"label": "Test Antrieb", "attribute_type": "Choice", "choices": "Elektro\nBenzin\n\nElektro"},
]


def define(class_id: str, attributes: list[dict]):
	"""Return the class with exactly these attributes. Creating their columns ends the transaction: they stay."""
	class_doc = make_class(class_id)
	class_doc.set("attributes", [{"attribute_type": "Text", **row} for row in attributes])
	return class_doc.save()


class TestAttributes(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		define("TEST-CARS", ATTRIBUTES)

	@classmethod
	def tearDownClass(cls):
		frappe.set_user("Administrator")
		for class_id in frappe.get_all("Class ID Attribute", pluck="parent", distinct=True):
			define(class_id, [])
		frappe.db.commit()  # what the fields' columns have committed is taken back for good
		super().tearDownClass()

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")

	def make_car(self, **values):
		return make_opportunity(class_id="TEST-CARS", **values)

	def test_each_attribute_is_a_field_of_its_type_for_its_class_only(self):
		meta = frappe.get_meta("Sales Opportunity")
		types = [meta.get_field(fieldname).fieldtype for fieldname in (MODEL, POWER, SINCE, FUEL)]
		self.assertEqual(types, ["Data", "Float", "Date", "Select"])
		self.assertEqual(meta.get_field(FUEL).options, "\nElektro\nBenzin")
		self.assertIn('["TEST-CARS"]', meta.get_field(MODEL).depends_on)
		self.assertTrue(meta.get_field(MODEL).in_standard_filter)

	def test_values_are_found_by_filters_and_shown_in_reports(self):
		doc = self.make_car(**{MODEL: "Kombi", POWER: 110, SINCE: "2026-01-05", FUEL: "Elektro"})
		found = frappe.get_list("Sales Opportunity", {MODEL: "Kombi", POWER: (">", 100)}, pluck="name")
		self.assertIn(doc.name, found)
		frappe.local.form_dict = frappe._dict(
			doctype="Sales Opportunity",
			fields=f'["`tabSales Opportunity`.`{MODEL}`"]',
			filters=f'[["Sales Opportunity", "{FUEL}", "=", "Elektro"]]',
		)
		self.assertIn("Kombi", str(get()))

	def test_it_is_mandatory_from_its_stage_on_but_not_when_lost(self):
		doc = self.make_car(items=[{}], stage="Needs Analysis")
		for stage in ("Proposal", "Negotiation", "Won"):
			with self.subTest(stage), self.assertRaisesRegex(StageRequirementError, "Test Modell"):
				api.move_stage(doc.name, stage)
		doc.reload()
		doc.set(MODEL, "Kombi")
		doc.save()
		api.move_stage(doc.name, "Proposal")
		doc.reload()
		doc.set(MODEL, "")
		with self.assertRaises(StageRequirementError):
			doc.save()
		self.assertEqual(api.close_as_lost(self.make_car().name, "No Budget")["status"], "Lost")

	def test_only_the_choices_can_be_chosen(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Elektro"):
			self.make_car(**{FUEL: "Dampf"})

	def test_classes_that_share_an_attribute_share_its_field(self):
		for class_id, choices in (("TEST-VANS", "Rot\nBlau"), ("TEST-VANS-2", "Blau\nGelb")):
			define(class_id, [{"label": "Test Lack", "attribute_type": "Choice", "choices": choices}])
		field = frappe.get_meta("Sales Opportunity").get_field("attribute_test_lack")
		self.assertEqual(field.options, "\nRot\nBlau\nGelb")
		self.assertEqual(field.depends_on, 'eval:["TEST-VANS", "TEST-VANS-2"].includes(doc.class_id)')
		with self.assertRaisesRegex(ClassAttributeError, "Choice"):
			define("TEST-CLASH", [{"label": "Test Lack", "attribute_type": "Date"}])

	def test_impossible_attributes_are_refused(self):
		twice = [{"label": "Test Farbe"}, {"label": "test farbe"}]
		for attributes in (twice, [{"label": "Test Leer", "attribute_type": "Choice"}], [{"label": "!?"}]):
			with self.subTest(attributes), self.assertRaises(ClassAttributeError):
				define("TEST-BAD", attributes)

	def test_a_type_that_its_values_forbid_changes_nothing_at_all(self):
		class_doc = frappe.get_doc("Class ID", "TEST-CARS")
		class_doc.attributes[0].attribute_type = "Number"
		class_doc.append("attributes", {"label": "Test Farbe", "attribute_type": "Text"})
		with self.assertRaisesRegex(ClassAttributeError, "Test Modell"):
			class_doc.save()
		self.assertFalse(frappe.get_meta("Sales Opportunity").has_field("attribute_test_farbe"))

	def test_they_follow_a_class_that_is_renamed_or_deleted(self):
		define("TEST-VANS", [{"label": "Test Ladung"}])
		frappe.rename_doc("Class ID", "TEST-VANS", "TEST-TRUCKS")
		field = frappe.get_meta("Sales Opportunity").get_field("attribute_test_ladung")
		self.assertEqual(field.depends_on, 'eval:["TEST-TRUCKS"].includes(doc.class_id)')
		frappe.delete_doc("Class ID", "TEST-TRUCKS")
		self.assertFalse(frappe.get_meta("Sales Opportunity").has_field("attribute_test_ladung"))

	def test_what_the_class_gives_up_disappears_and_comes_back_with_its_values(self):
		define("TEST-BRIEF", [{"label": "Test Größe"}])
		doc = make_opportunity(class_id="TEST-BRIEF", attribute_test_groesse="XL")
		define("TEST-BRIEF", [])
		self.assertFalse(frappe.get_meta("Sales Opportunity").has_field("attribute_test_groesse"))
		define("TEST-BRIEF", [{"label": "Test Größe"}])
		doc = frappe.get_doc("Sales Opportunity", doc.name)
		self.assertEqual(doc.attribute_test_groesse, "XL")

	def test_a_sales_manager_defines_them_and_a_salesperson_does_not(self):
		seller = make_user("attribute-seller@example.com", "Sales User").name
		frappe.set_user(make_user("attribute-manager@example.com", "Sales Manager", "Sales User").name)
		define("TEST-BOATS", [{"label": "Test Länge", "attribute_type": "Number"}])
		self.assertTrue(frappe.get_meta("Sales Opportunity").has_field("attribute_test_laenge"))
		frappe.set_user(seller)
		class_doc = frappe.get_doc("Class ID", "TEST-BOATS")
		class_doc.append("attributes", {"label": "Test Breite", "attribute_type": "Text"})
		with self.assertRaises(frappe.PermissionError):
			class_doc.save()
