"""Two quotes of one opportunity side by side."""

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote.comparison import ComparisonError, compare
from sales_opportunity.sales_opportunity.doctype.quote.revisions import new_revision
from sales_opportunity.tests.factories import make_item, make_opportunity, make_quote, make_user


class TestComparingQuotes(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		lock = make_item("TEST-LOCK", price=50).name
		self.first = make_quote(make_opportunity(items=[{"quantity": 2}, {"item": lock}]))
		self.first.submit()
		self.second = frappe.get_doc("Quote", new_revision(self.first.name, "2099-11-30"))

	def tearDown(self):
		frappe.set_user("Administrator")

	def test_it_says_what_was_changed_added_and_removed_and_what_that_makes(self):
		helmet = make_item("TEST-HELMET", price=80).name
		self.second.items[0].rate = 900
		self.second.items[1].update({"item": helmet, "item_name": None, "opportunity_item": None})
		self.second.payment_terms = "30 Tage"
		self.second.save()
		result = compare(self.second.name, self.first.name)
		self.assertEqual((result["before"], result["after"]), (self.first.name, self.second.name))
		found = [(line["kind"], line["name"]) for line in result["lines"]]
		self.assertEqual(
			found, [("changed", "Test-Bike"), ("removed", "Test-Lock"), ("added", "Test-Helmet")]
		)
		labels = [change["label"] for change in result["lines"][0]["changes"]]
		self.assertEqual(labels, ["Unit Price", "Amount"])
		self.assertIn("1.000,00", result["lines"][0]["changes"][0]["before"])
		self.assertIn("900,00", result["lines"][0]["changes"][0]["after"])
		fields = {change["label"]: change["after"] for change in result["fields"]}
		self.assertEqual(fields["Payment Terms"], "30 Tage")
		self.assertIn("Gross Total", [change["label"] for change in result["totals"]])

	def test_a_fresh_revision_differs_in_nothing_but_its_date(self):
		result = compare(self.first.name, self.second.name)
		self.assertEqual((result["lines"], result["totals"]), ([], []))
		self.assertEqual([change["label"] for change in result["fields"]], ["Valid Until"])

	def test_quotes_of_different_opportunities_are_not_compared(self):
		with self.assertRaises(ComparisonError):
			compare(self.first.name, make_quote().name)

	def test_a_stranger_sees_nothing(self):
		frappe.set_user(make_user("comparison-stranger@example.com", "Sales User").name)
		with self.assertRaises(frappe.PermissionError):
			compare(self.first.name, self.second.name)
