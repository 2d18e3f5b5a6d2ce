"""What is switched off cannot be sent either: what would change a deal's worth is refused, all else keeps what is stored."""

import re
import uuid
from pathlib import Path

import frappe
from frappe import client

from sales_opportunity.deal.instalments import InstalmentError
from sales_opportunity.features import FEATURES, SETTINGS, SwitchedOffError
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.tests.factories import (
	get_or_make,
	make_class,
	make_item,
	make_opportunity,
	make_partner,
	make_quote,
	make_quote_template,
	make_stage,
)
from sales_opportunity.tests.settings import store, use_settings

BREAKS = ("Section Break", "Column Break")
OF_THE_SERVER = {"Fulfilment Request Item"}
"""Rows that only the server writes."""

OF_OTHER_APPS = {"Item"}
CONFIGURATION = Path(__file__).parents[2] / "docs" / "configuration.md"


def key() -> str:
	return uuid.uuid4().hex[:8]


MAKERS = {
	"Sales Item": lambda: make_item(f"OFF-{key()}"),
	"Business Partner": make_partner,
	"Class ID": lambda: make_class(f"OFF-{key()}"),
	"Sales Opportunity": lambda: make_opportunity(items=[{}]),
	"Quote": lambda: make_quote(make_opportunity(items=[{}])),
	"Quote Template": lambda: make_quote_template(f"OFF-{key()}"),
	"Qualification Stage": lambda: make_stage(f"Off {key()}"),
}
ROWS = {
	"Sales Opportunity Item": "Sales Opportunity",
	"Quote Item": "Quote",
	"Quote Template Line": "Quote Template",
}


class TestSwitchedOff(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		frappe.db.savepoint("switches")
		self.addCleanup(frappe.db.rollback, save_point="switches")

	def test_the_docs_name_each_switch(self):
		if not CONFIGURATION.exists():
			self.skipTest("the app is installed without its docs")
		table = CONFIGURATION.read_text().split("| switch |", 1)[1].split("\n\n", 1)[0]
		meta = frappe.get_meta(SETTINGS)
		labels = sorted(meta.get_field(switch).label for switch in FEATURES)
		self.assertEqual(sorted(re.findall(r"^\| \*([^*]+)\* \|", table, re.M)), labels)
		switches = {field.fieldname for field in meta.fields if field.fieldname.startswith("use_")}
		self.assertEqual(switches, set(FEATURES))

	def sample(self, field):
		"""Return a value that the field may have where it is used."""
		if field.fieldtype == "Table":
			return [self.row(field.options)]
		if field.fieldtype == "Link":
			return self.linked(field.options)
		return {"Select": (field.options or "").split("\n")[-1], "Date": "2099-01-31"}.get(field.fieldtype, 5)

	def row(self, doctype: str) -> dict:
		if doctype == "Sales Document":
			file = {"doctype": "File", "file_name": "off.txt", "content": key(), "is_private": 1}
			return {"title": "Off", "file": frappe.get_doc(file).insert().file_url, "goes_with_quotes": 1}
		return {
			"Sales Item Price": {"price": 5},
			"Sales Item Part": {"item": make_item("OFF-PART").name, "quantity": 2},
			"Sales Opportunity Instalment": {"due_date": "2099-01-31", "percentage": 100},
			"Quote Instalment": {"due_date": "2099-01-31", "percentage": 100},
			"Sales Opportunity Share": {"user": "Guest", "percentage": 10},
			"Sales Opportunity Contact": {"person_name": "Off"},
			"Class ID Cadence Step": {"event": "Quote Sent", "activity": "Call", "days_after": 5},
		}[doctype]

	def linked(self, doctype: str) -> str:
		"""Return a document that a field may link to."""
		if doctype == "Sales Opportunity":
			return make_opportunity(items=[{}]).name
		title = {"Business Partner Group": "group_name", "Sales Campaign": "campaign_name"}
		return get_or_make(doctype, "Off", **{title.get(doctype, "source_name"): "Off"}).name

	def test_no_field_of_the_table_takes_a_value_while_its_switch_is_off(self):
		for switch, feature in FEATURES.items():
			use_settings(self, **{switch: 1})
			for doctype, fieldnames in feature.fields.items():
				if doctype in OF_THE_SERVER | OF_OTHER_APPS:
					continue
				meta = frappe.get_meta(doctype)
				for field in filter(None, map(meta.get_field, fieldnames)):
					if field.read_only or field.fieldtype in BREAKS:
						continue
					with self.subTest(switch, doctype=doctype, field=field.fieldname):
						store({switch: 1})
						doc = MAKERS[ROWS.get(doctype, doctype)]()
						value = self.sample(field)
						store({switch: 0})
						self.assertEqual(
							self.sent(doc, doctype, field, value), self.stored(doc, doctype, field)
						)
			store({switch: 1})

	def sent(self, doc, doctype: str, field, value):
		"""Send the document with the value, and return what the field had before; it may be refused."""
		before = self.stored(doc, doctype, field)
		values = frappe.get_doc(doc.doctype, doc.name).as_dict(convert_dates_to_str=True)
		target = values if doctype == doc.doctype else values["items"][0]
		target[field.fieldname] = value
		frappe.db.savepoint("sent")
		try:
			client.save(frappe.as_json(values))
		except frappe.ValidationError:
			frappe.db.rollback(save_point="sent")
		return before

	def stored(self, doc, doctype: str, field):
		found = frappe.get_doc(doc.doctype, doc.name)
		value = (found if doctype == doc.doctype else found.items[0]).get(field.fieldname)
		return len(value) if isinstance(value, list) else value or None

	def test_instalments_are_refused_where_lines_may_not_recur_and_a_plan_that_is_there_stays(self):
		plan = [{"due_date": "2099-01-31", "percentage": 100}]
		with_plan = make_opportunity(items=[{}], instalments=plan)
		use_settings(self, use_recurring_lines=0)
		with_plan.reload()
		with_plan.update({"title": "Another"}).save()
		self.assertEqual(len(with_plan.instalments), 1)
		with self.assertRaises(InstalmentError):
			make_opportunity(items=[{}], instalments=plan)

	def test_an_item_keeps_what_it_has_and_a_copy_begins_without(self):
		item = make_item(f"OFF-{key()}", recurrence="Monthly", periods=6)
		use_settings(self, use_recurring_lines=0)
		item.update({"recurrence": "Yearly", "price": 7}).save()
		item.reload()
		self.assertEqual((item.recurrence, item.periods, item.price), ("Monthly", 6, 7))
		copy = frappe.copy_doc(item).update({"item_code": f"OFF-{key()}"}).insert()
		self.assertFalse(copy.recurrence or copy.periods)

	def test_no_document_of_a_doctype_that_is_switched_off_is_made(self):
		for switch, doctype, values in (
			("use_quote_templates", "Quote Template", {"title": key()}),
			("use_sales_targets", "Sales Target", {"year": 2030}),
			("use_price_lists", "Business Partner Group", {"group_name": key()}),
		):
			use_settings(self, **{switch: 0})
			with self.subTest(doctype), self.assertRaises(SwitchedOffError):
				client.insert({"doctype": doctype, **values})
