"""The look at a quote before it is issued: warned about, refused or let pass, as the settings say."""

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote.checker import QuoteCheckError, check
from sales_opportunity.sales_opportunity.doctype.quote_check.check_rules import RULES
from sales_opportunity.sales_opportunity.doctype.quote_check.explanations import all_explanations
from sales_opportunity.tests.factories import make_opportunity, make_partner, make_quote, make_user
from sales_opportunity.tests.settings import save_settings, use_settings


class TestChecksBeforeIssuing(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(self.set_actions)

	def set_actions(self, **actions):
		"""Let each rule do what `actions` say (blanks as underscores), the others what they do by default."""
		rules = [{"rule": rule.replace("_", " "), "action": action} for rule, action in actions.items()]
		save_settings(quote_checks=rules)

	def found(self, quote) -> dict[str, str]:
		return {finding["rule"]: finding["action"] for finding in check(quote.name)}

	def test_a_free_line_is_warned_about_and_can_be_issued(self):
		quote = make_quote()
		quote.items[0].rate = 0
		quote.save()
		self.assertEqual(self.found(quote)["Price of 0"], "Warn")
		quote.submit()
		self.assertEqual(quote.status, "Issued")

	def test_a_rule_can_be_made_to_block_and_says_what_to_do(self):
		self.set_actions(Price_of_0="Block")
		quote = make_quote()
		quote.items[0].rate = 0
		quote.save()
		with self.assertRaisesRegex(QuoteCheckError, "price 0. Check whether it is meant to be free"):
			quote.submit()
		self.assertEqual(frappe.db.get_value("Quote", quote.name, ("status", "docstatus")), ("Draft", 0))

	def test_a_rule_can_be_switched_off(self):
		partner = make_partner("Fahrrad Wien GmbH", tax_treatment="Reverse Charge")
		quote = make_quote(make_opportunity(party=partner.name, items=[{}]))
		self.assertEqual(self.found(quote)["Customer's VAT ID"], "Block")
		with self.assertRaisesRegex(QuoteCheckError, "VAT ID is missing"):
			quote.submit()
		self.set_actions(**{"Customer's_VAT_ID": "Off"})
		quote.reload()
		self.assertNotIn("Customer's VAT ID", self.found(quote))
		quote.submit()

	def test_texts_that_take_the_binding_back_are_noticed(self):
		quote = make_quote(terms="<p>Unser Angebot ist <b>frei</b>bleibend.</p>")
		self.assertEqual(self.found(quote)["Binding and Not Binding"], "Warn")

	def test_a_small_business_does_not_show_vat(self):
		quote = make_quote()
		use_settings(self, small_business=1)
		with self.assertRaisesRegex(QuoteCheckError, "§ 19 UStG"):
			quote.submit()

	def test_the_settings_list_every_rule_once_and_keep_what_was_chosen(self):
		self.set_actions(Price_of_0="Off")
		settings = frappe.get_doc("Sales Opportunity Settings")
		self.assertEqual([row.rule for row in settings.quote_checks], list(RULES))
		actions = {row.rule: row.action for row in settings.quote_checks}
		self.assertEqual((actions["Price of 0"], actions["Validity Passed"]), ("Off", "Block"))

	def test_every_rule_says_what_is_wrong_and_what_to_do(self):
		self.assertEqual(all_explanations().keys(), RULES.keys())
		self.assertEqual(frappe.get_meta("Quote Check").get_field("rule").options.split("\n"), list(RULES))

	def test_a_stranger_learns_nothing(self):
		quote = make_quote()
		frappe.set_user(make_user("check-stranger@example.com", "Sales User").name)
		self.addCleanup(frappe.set_user, "Administrator")
		with self.assertRaises(frappe.PermissionError):
			check(quote.name)
