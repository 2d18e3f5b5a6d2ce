"""Fields that an admin has added go along: to the quote, its revisions and copies, to requests, and back to the lines."""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

from sales_opportunity import api
from sales_opportunity.deal.copied_fields import (
	LEFT_OUT,
	copied_fields,
)
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote.revisions import copy_quote, new_revision
from sales_opportunity.tests.factories import make_fulfilment_request, make_opportunity, make_quote

HEADS = ("Sales Opportunity", "Quote", "Fulfilment Request")
LINES = ("Sales Opportunity Item", "Quote Item", "Fulfilment Request Item")
SERIAL = {"fieldname": "test_serial", "label": "Serial", "fieldtype": "Data"}
LENGTH = {"fieldname": "test_length", "label": "Length", "fieldtype": "Float"}
RUSH = {"fieldname": "test_rush", "label": "Rush", "fieldtype": "Check"}
DAY = {"fieldname": "test_day", "label": "Day", "fieldtype": "Date"}
SECRET = {"fieldname": "test_secret", "label": "Secret", "fieldtype": "Data", "no_copy": 1}
PROJECT = {"fieldname": "test_project", "label": "Project", "fieldtype": "Data"}
COLOR = {"fieldname": "test_color", "label": "Color", "fieldtype": "Select"}
FIELDS = {
	**{doctype: [SERIAL, LENGTH, RUSH, DAY, SECRET] for doctype in LINES},
	**{doctype: [PROJECT, SECRET, {**COLOR, "options": f"\nRed\n{doctype}"}] for doctype in HEADS},
}
VALUES = {"test_serial": "A-<7>", "test_length": 2.75, "test_rush": 1, "test_day": "2026-12-24"}


def remove_fields():
	"""Take the fields away for good: creating their columns has committed what was made before."""
	for name in frappe.get_all("Custom Field", {"fieldname": ("like", "test_%")}, pluck="name"):
		frappe.delete_doc("Custom Field", name)
	frappe.db.commit()
	frappe.clear_cache()


class TestOwnFields(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		cls.addClassCleanup(remove_fields)
		create_custom_fields(FIELDS)

	def setUp(self):
		frappe.set_user("Administrator")
		self.opportunity = make_opportunity(
			items=[{**VALUES, "test_secret": "x"}, {}],
			test_project="Neubau",
			test_secret="x",
			test_color="Red",
		)
		self.quote = make_quote(self.opportunity)

	def values(self, row) -> dict:
		return {
			key: str(value) if key == "test_day" else value
			for key, value in row.as_dict().items()
			if key in VALUES
		}

	def test_the_quote_has_them_on_head_and_lines(self):
		self.assertEqual(self.values(self.quote.items[0]), VALUES)
		self.assertEqual(self.quote.test_project, "Neubau")

	def test_what_is_not_to_be_copied_or_of_another_kind_stays_behind(self):
		self.assertFalse(self.quote.items[0].test_secret or self.quote.test_secret or self.quote.test_color)

	def test_revisions_and_copies_have_them(self):
		self.quote.items[0].test_serial = "B"
		self.quote.test_project = "Umbau"
		self.quote.save()
		self.quote.submit()
		for make in (new_revision, copy_quote):
			further = frappe.get_doc("Quote", make(self.quote.name, "2099-12-31"))
			self.assertEqual(self.values(further.items[0]), {**VALUES, "test_serial": "B"})
			self.assertEqual(further.test_project, "Umbau")

	def test_draft_quote_and_opportunity_keep_those_of_lines_equal(self):
		for fieldname, value in (
			("test_serial", ""),
			("test_length", 0.5),
			("test_rush", 0),
			("test_day", None),
		):
			with self.subTest(fieldname):
				self.quote.reload()
				self.quote.items[0].set(fieldname, value)
				self.quote.save()
				self.opportunity.reload()
				self.assertEqual(self.opportunity.items[0].get(fieldname) or None, value or None)
		self.opportunity.items[1].update(VALUES)
		self.opportunity.save()
		self.quote.reload()
		self.assertEqual(self.values(self.quote.items[1]), VALUES)

	def test_the_request_has_them_and_the_department_may_go_on_from_there(self):
		self.quote.items[1].test_serial = "C"
		self.quote.save()
		self.quote.submit()
		api.close_as_won(self.opportunity.name)
		self.opportunity.reload()
		request = make_fulfilment_request(self.opportunity)
		self.assertEqual(request.test_project, "Neubau")
		self.assertEqual(self.values(request.items[0]), VALUES)
		self.assertEqual(request.items[1].test_serial, "C")
		request.items[1].test_serial = "D"
		request.test_project = "Anbau"
		request.save()
		request.reload()
		self.assertEqual((request.items[1].test_serial, request.test_project), ("D", "Anbau"))

	def test_the_fields_that_go_along_without_any_of_an_admins_own(self):
		def standard(source, target):
			return {name for name in copied_fields(source, target) if not name.startswith("test_")}

		line = {
			"item_type",
			"item",
			"item_name",
			"description",
			"unit",
			"delivery_date",
			"tax_rate",
			"deduction",
		}
		priced = {"rate", "discount_percentage", "recurrence", "periods", "service_start"}
		listed = {"list_price", "list_discount", "price_source", "is_price_agreed"}
		quoted = line | priced | listed | {"quantity", "discount_amount"}
		self.assertEqual(standard("Sales Opportunity Item", "Quote Item"), quoted)
		self.assertEqual(standard("Quote Item", "Sales Opportunity Item"), quoted)
		self.assertEqual(standard("Sales Opportunity Item", "Fulfilment Request Item"), line | priced)
		partner = {"party_type", "party", "contact", "address", "transaction_currency", "conversion_rate"}
		self.assertEqual(
			standard("Sales Opportunity", "Quote"),
			partner
			| {"class_id", "company", "discount_percentage", "fixed_discount", "freight", "freight_tax_rate"},
		)
		self.assertEqual(
			standard("Sales Opportunity", "Fulfilment Request"),
			partner | {"party_name", "address_display", "contact_email", "won_quote"},
		)

	def test_what_is_left_out_are_fields_that_there_are(self):
		for doctype, fieldnames in LEFT_OUT.items():
			for fieldname in fieldnames:
				self.assertTrue(frappe.get_meta(doctype).has_field(fieldname), (doctype, fieldname))
