"""What saving asks the database for: nothing twice, and nothing for each line but to write it."""

from dataclasses import replace

import frappe
from frappe.desk.form.load import getdoc

from sales_opportunity.activities.activity_log import add_activity
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.masters.own_masters import sales_item
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote
from sales_opportunity.tests.factories import (
	make_class,
	make_item,
	make_opportunity,
	make_partner,
	make_quote,
	registered,
)
from sales_opportunity.tests.statements import statements_of

FEW, MANY = 1, 6
asked_items: list[tuple[str, str | None]] = []


def counted_item(name: str, language: str | None):
	"""Adapter that notes for which items it is asked."""
	asked_items.append((name, language))
	return sales_item(name, language)


def foreign_item(name: str, language: str | None):
	"""Adapter whose items have another text in German."""
	counted_item(name, language)
	item = sales_item(name, None)
	return replace(item, title="Fahrrad") if language == "de" else item


class TestStatementsOfSaves(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_class()
		cls.items = [make_item(f"ASKED-{place}", tax_rate=None).name for place in range(MANY)]
		cls.party = make_partner("Wenige Fragen GmbH").name
		make_quote(make_opportunity(items=[{}], party=cls.party))  # what is cached, is in the cache now

	def new(self, lines: int):
		doc = frappe.new_doc("Sales Opportunity")
		doc.update({"party": self.party, "class_id": "TEST-CLASS", "stage": "Inquiry"})
		for item in self.items[:lines]:
			doc.append("items", {"item": item, "quantity": 1})
		return doc

	def stored(self, lines: int):
		return frappe.get_doc("Sales Opportunity", self.new(lines).insert().name)

	def assertOnlyWrites(self, work):
		"""Assert that what is done with many lines takes a statement more for each, which writes the line."""
		few, many = (statements_of(work(lines)) for lines in (FEW, MANY))
		written = [
			[query for query in asked if "Item`" in query and query.lstrip().startswith(("INSERT", "UPDATE"))]
			for asked in (few, many)
		]
		self.assertEqual(len(many) - len(few), len(written[1]) - len(written[0]))
		self.assertEqual(len(written[1]) - len(written[0]), MANY - FEW)

	def test_lines_ask_for_nothing_but_to_be_written(self):
		def save(lines):
			doc = self.stored(lines)
			doc.expected_close_date = "2031-01-01"
			return doc.save

		def quote(lines):
			name = self.stored(lines).name
			return lambda: create_quote(name, "2099-12-31")

		for title, work in (
			("a new opportunity", lambda lines: self.new(lines).insert),
			("a saved one", save),
			("a quote", quote),
		):
			with self.subTest(title):
				work(MANY)()
				self.assertOnlyWrites(work)

	def test_a_new_opportunity_looks_once_for_contact_and_address(self):
		asked = statements_of(self.new(1).insert)
		self.assertEqual(self.about(asked, "tabContact"), 1)
		self.assertEqual(self.about(asked, "FROM `tabAddress`"), 1)
		# itself and its tables, kept in the cache
		of_item = self.about(asked, "`tabSales Item") + self.about(asked, "`tabSales Document")
		self.assertLess(len(asked) - of_item, 10)

	def test_a_saved_one_without_a_quote_looks_for_none(self):
		doc = self.stored(1)
		doc.expected_close_date = "2031-01-01"
		self.assertEqual(self.about(statements_of(doc.save), "`tabQuote`"), 0)

	def test_a_saved_one_looks_for_them_only_with_another_partner(self):
		doc = self.stored(1)
		doc.expected_close_date = "2031-01-01"
		asked = statements_of(doc.save)
		self.assertEqual(self.about(asked, "tabContact") + self.about(asked, "FROM `tabAddress`"), 0)
		doc.party = make_partner("Andere Fragen GmbH").name
		asked = statements_of(doc.save)
		self.assertEqual(self.about(asked, "tabContact"), 1)

	def test_a_quote_asks_once_for_the_deal_its_texts_and_its_partner(self):
		name = self.stored(1).name
		asked = statements_of(lambda: create_quote(name, "2099-12-31"))
		self.assertEqual(self.about(asked, "tabQuote Text"), 1)
		self.assertEqual(self.about(asked, "tabContact"), 1)
		self.assertEqual(self.about(asked, "SELECT * FROM `tabSales Opportunity` "), 1)
		locks = [query for query in asked if "FOR UPDATE" in query and "`tabSales Opportunity`" in query]
		self.assertEqual(len(locks), 1)  # as a whole: what it says then holds until the transaction ends
		self.assertEqual(self.about(asked, "`primary_of`="), 1)  # who else has the mark that is unique
		self.assertLess(len(asked), 19)

	def test_another_app_is_asked_once_for_an_item_in_each_language(self):
		for adapter in (counted_item, foreign_item):
			with (
				self.subTest(adapter),
				registered(sales_item_types={"Sales Item": [f"{__name__}.{adapter.__name__}"]}),
			):
				doc = self.new(1)
				doc.append("items", {"item": self.items[0], "quantity": 2})
				name = doc.insert().name
				asked_items.clear()
				create_quote(name, "2099-12-31")
				self.assertEqual(sorted(asked_items, key=str), [(self.items[0], "de"), (self.items[0], None)])

	def test_a_quote_that_is_saved_again_sees_what_the_deal_and_its_items_have_become(self):
		deal = self.stored(1)
		quote = frappe.get_doc("Quote", create_quote(deal.name, "2099-12-31"))
		frappe.db.set_value("Sales Opportunity", deal.name, "opportunity_owner", "Administrator")
		party = make_partner("Neue Fragen GmbH").name
		frappe.db.set_value("Sales Opportunity", deal.name, "party", party)
		quote.save()
		self.assertEqual((quote.party, quote.party_name), (party, "Neue Fragen GmbH"))
		frappe.db.set_value("Sales Opportunity", deal.name, "status", "Lost")
		with self.assertRaises(frappe.ValidationError):
			quote.submit()

	def about(self, asked: list[str], text: str) -> int:
		return sum(text in query for query in asked)

	def test_an_opened_deal_asks_as_often_with_many_meetings_tasks_and_questions(self):
		deal = self.stored(1)
		make_quote(deal)

		def load():
			frappe.local.response = frappe._dict(docs=[])
			getdoc("Sales Opportunity", deal.name)

		asked = []
		for _time in range(2):
			add_activity(deal.name, "Meeting", "Bikes", scheduled_for="2099-01-01 10:00:00")
			add_activity(deal.name, "Task", "Bikes", scheduled_for="2099-01-01 10:00:00")
			load()
			# The framework looks for the attachments of each entry in the stream.
			asked.append(sum("tabFile" not in query for query in statements_of(load)))
		self.assertEqual(*asked)
		self.assertLess(asked[0], 36)
