"""However an opportunity is entered or changed, the result is the same."""

import csv
import io
import json
from copy import deepcopy

import frappe
from frappe.client import insert, set_value
from frappe.core.doctype.data_import.importer import Importer
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.form.save import savedocs

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import calculate
from sales_opportunity.tests.factories import make_item, make_opportunity, make_partner, set_exchange_rates

COMPARED = (
	"title",
	"status",
	"forecast_category",
	"probability",
	"override_probability",
	"amount",
	"weighted_amount",
	"transaction_currency",
	"conversion_rate",
	"base_amount",
	"base_weighted_amount",
	"opportunity_owner",
	"company_currency",
)
COMPARED_ITEM = ("item", "item_name", "quantity", "unit", "rate", "discount_percentage", "amount", "tax_rate")
OPPORTUNITY = "Sales Opportunity"


def figures(doc) -> tuple:
	return (
		[doc.get(fieldname) for fieldname in COMPARED],
		[[row.get(fieldname) for fieldname in COMPARED_ITEM] for row in doc.items],
	)


class TestWaysIn(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		set_exchange_rates(CHF=1.0567)
		make_item()
		cls.entries = {
			"doctype": OPPORTUNITY,
			"party": make_partner("Velo Zürich AG", default_currency="CHF").name,
			"class_id": "NEW",
			"stage": "Negotiation",
			"items": [{"item": "TEST-BIKE", "quantity": 3, "discount_percentage": 7.5}],
		}

	def with_values(self, **values):
		"""Let the test enter these besides."""
		before = self.entries
		type(self).entries = {**before, **values}
		self.addCleanup(setattr, type(self), "entries", before)

	def setUp(self):
		frappe.local.response = frappe._dict(docs=[])

	def last(self):
		return frappe.get_last_doc(OPPORTUNITY, {"party": self.entries["party"]})

	def by_program(self):
		return frappe.get_doc(deepcopy(self.entries)).insert()

	def by_rest(self):
		return frappe.get_doc(OPPORTUNITY, insert(json.dumps(self.entries))["name"])

	def by_form(self):
		local = {"__islocal": 1, "name": "new-sales-opportunity-1"}
		new = frappe.new_doc(OPPORTUNITY).as_dict() | deepcopy(self.entries) | local
		form = calculate(json.dumps(new, default=str)) | local
		savedocs(json.dumps(form, default=str), "Save")
		return self.last()

	def by_import(self):
		columns = ("party", "class_id", "stage", "items.item", "items.quantity", "items.discount_percentage")
		meta, item_meta = frappe.get_meta(OPPORTUNITY), frappe.get_meta("Sales Opportunity Item")
		labels = [
			f"{item_meta.get_label(column[6:])} ({meta.get_label('items')})"
			if "." in column
			else meta.get_label(column)
			for column in columns
		]
		file = io.StringIO()
		own = [column for column in ("probability",) if column in self.entries]
		labels += [meta.get_label(column) for column in own]
		row = [self.entries[column] for column in columns[:3]]
		row += [*self.entries["items"][0].values(), *(self.entries[column] for column in own)]
		csv.writer(file).writerows([labels, row])
		upload = frappe.get_doc(
			{"doctype": "File", "file_name": "opportunities.csv", "is_private": 1, "content": file.getvalue()}
		).insert()
		job = frappe.get_doc(
			{
				"doctype": "Data Import",
				"reference_doctype": OPPORTUNITY,
				"import_type": "Insert New Records",
				"import_file": upload.file_url,
			}
		).insert()
		importer = Importer(OPPORTUNITY, data_import=job)
		log = importer.import_data()
		self.assertTrue(log and log[0].success, (log, importer.import_file.get_warnings()))
		return self.last()

	def test_entering(self):
		expected = figures(self.by_program())
		self.assertEqual(expected[0][3:7], [75, 0, 2626.09, 1969.57])
		for way in (self.by_rest, self.by_form, self.by_import):
			with self.subTest(way.__name__):
				self.assertEqual(figures(way()), expected)

	def test_entering_with_a_probability_of_ones_own(self):
		self.with_values(probability=40)
		expected = figures(self.by_program())
		self.assertEqual(expected[0][3:5], [40, 1])
		for way in (self.by_rest, self.by_form, self.by_import):
			with self.subTest(way.__name__):
				self.assertEqual(figures(way()), expected)

	def test_moving_with_a_probability_of_ones_own(self):
		doc = make_opportunity(items=[{}])
		set_value(OPPORTUNITY, doc.name, {"stage": "Proposal", "probability": 40})
		doc.reload()
		self.assertEqual((doc.probability, doc.override_probability), (40, 1))
		set_value(OPPORTUNITY, doc.name, {"stage": "Negotiation", "probability": 75})
		doc.reload()
		self.assertEqual((doc.probability, doc.override_probability), (75, 0))

	def test_an_empty_probability_can_not_be_entered_by_hand(self):
		doc = make_opportunity()
		with self.assertRaisesRegex(frappe.ValidationError, "between 0 and 100"):
			set_value(OPPORTUNITY, doc.name, {"override_probability": 1, "probability": None})

	def test_changing_the_stage(self):
		def by_program(doc):
			doc.stage = "Negotiation"
			doc.save()

		def by_rest(doc):
			set_value(OPPORTUNITY, doc.name, "stage", "Negotiation")

		def by_bulk_edit(doc):
			failed = submit_cancel_or_update_docs(
				OPPORTUNITY, json.dumps([doc.name]), "update", json.dumps({"stage": "Negotiation"})
			)
			self.assertFalse(failed)

		def by_form(doc):
			reset = {"override_probability": 0, "probability": None}
			form = calculate(json.dumps({**doc.as_dict(), "stage": "Negotiation", **reset}, default=str))
			savedocs(json.dumps(form, default=str), "Save")

		results = []
		for way in (by_program, by_rest, by_bulk_edit, by_form):
			doc = make_opportunity(party=self.entries["party"], items=[{"quantity": 3}])
			doc.probability = 60
			doc.save()
			way(doc)
			doc.reload()
			results.append((*figures(doc), len(doc.stage_log)))
		self.assertEqual(results[0][0][3:5], [75, 0])
		for result in results[1:]:
			self.assertEqual(result, results[0])
