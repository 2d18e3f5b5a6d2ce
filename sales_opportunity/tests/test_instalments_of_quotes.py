"""Plans of instalments on quotes, in the words of those who agree on them."""

from decimal import Decimal

import frappe
from frappe.translate import print_language
from frappe.utils import getdate

from sales_opportunity.api import close_as_won
from sales_opportunity.deal.instalments import InstalmentError
from sales_opportunity.deal.line_sync import are_equal
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.sales_opportunity.doctype.quote.comparison import compare
from sales_opportunity.sales_opportunity.doctype.quote.print_context import quote_paper
from sales_opportunity.sales_opportunity.doctype.quote.revisions import copy_quote, new_revision
from sales_opportunity.tests.answering import AnswerTestCase
from sales_opportunity.tests.factories import make_item, make_opportunity, make_quote
from sales_opportunity.tests.settings import use_settings

CARE = {"quantity": 2, "rate": 49.90, "recurrence": "Monthly", "periods": 24}
BY_SHARES = ({"percentage": 30, "description": "On order"}, {"percentage": 70})
BY_AMOUNTS = ({"amount": 300}, {"amount": 700})
SIGNED = {"person_name": "Sabine Hoffmann", "signature_type": "Typed", "consent": True}


def make_deal(*plan: dict, items: list[dict] | None = None, **values):
	"""Return a deal over 1,000.00 net, or these items, with a plan whose instalments are due on the first of each month of 2099."""
	instalments = [{"due_date": f"2099-0{number}-01", **row} for number, row in enumerate(plan, start=1)]
	return make_opportunity(items=items or [{}], instalments=instalments, **values)


def amounts_of(doc) -> list[float]:
	return [row.amount for row in doc.instalments]


class TestInstalmentsOfQuotes(AnswerTestCase):
	def test_a_quote_takes_over_what_was_planned_with_tax(self):
		for plan in (BY_SHARES, BY_AMOUNTS):
			with self.subTest(plan=plan):
				quote = make_quote(make_deal(*plan))
				self.assertEqual((quote.gross_total, amounts_of(quote)), (1190, [357, 833]))
				self.assertEqual(
					[row.due_date for row in quote.instalments],
					[getdate("2099-01-01"), getdate("2099-02-01")],
				)
		self.assertEqual(make_quote(make_opportunity(items=[{}])).instalments, [])

	def test_what_i_agree_on_the_draft_is_planned_in_the_deal(self):
		for plan, changed in ((BY_SHARES, {"percentage": 50}), (BY_AMOUNTS, {"amount": 595})):
			with self.subTest(plan=plan):
				deal = make_deal(*plan)
				quote = make_quote(deal)
				for row in quote.instalments:
					row.update(changed)
				quote.instalments[1].description = "On delivery"
				quote.save()
				deal.reload()
				self.assertEqual(amounts_of(deal), [500, 500])
				self.assertEqual(deal.instalments[1].description, "On delivery")
				self.assertTrue(are_equal(quote, deal))

	def test_what_i_plan_in_the_deal_comes_into_its_draft(self):
		deal = make_opportunity(items=[{}])
		quote = make_quote(deal)
		deal.reload()
		deal.set("instalments", [{"due_date": "2099-01-01", "percentage": share} for share in (20, 80)])
		deal.save()
		quote.reload()
		self.assertEqual(amounts_of(quote), [238, 952])
		deal.reload()
		deal.set("instalments", [{"due_date": "2099-01-01", "amount": amount} for amount in (250, 750)])
		deal.save()
		quote.reload()
		self.assertEqual(amounts_of(quote), [297.50, 892.50])
		deal.reload()
		deal.set("instalments", [])
		deal.save()
		quote.reload()
		self.assertEqual(quote.instalments, [])

	def test_a_plan_that_i_take_out_of_the_draft_stays_for_the_forecast_alone(self):
		deal = make_deal(*BY_SHARES)
		quote = make_quote(deal)
		quote.set("instalments", [])
		quote.save()
		deal.reload()
		self.assertEqual(amounts_of(deal), [300, 700])
		deal.items[0].rate = 2000
		deal.instalments[0].percentage, deal.instalments[1].percentage = 40, 60
		deal.save()
		quote.reload()
		self.assertEqual((quote.net_total, quote.instalments), (2000, []))

	def test_the_amounts_follow_another_price_on_either_side(self):
		for plan in (BY_SHARES, BY_AMOUNTS):
			with self.subTest(plan=plan):
				deal = make_deal(*plan)
				quote = make_quote(deal)
				quote.items[0].rate = 1500.01
				quote.save()
				self.assertEqual((quote.gross_total, amounts_of(quote)), (1785.01, [535.50, 1249.51]))
				deal.reload()
				self.assertEqual(amounts_of(deal), [450, 1050.01])
				deal.items[0].rate = 333.33
				deal.save()
				quote.reload()
				self.assertEqual(sum(map(to_decimal, amounts_of(quote))), to_decimal(quote.gross_total))
				self.assertEqual(sum(map(to_decimal, amounts_of(deal))), Decimal("333.33"))

	def test_plans_that_are_not_the_whole_are_refused(self):
		for rows in (
			({"percentage": 50}, {"percentage": 40}),
			({"amount": 500}, {"amount": 500}),
			({"percentage": 50}, {"amount": 500}),
			({"amount": 1690}, {"amount": -500}),
		):
			quote = make_quote(make_opportunity(items=[{}]))
			quote.set("instalments", [{"due_date": "2099-01-01", **row} for row in rows])
			with self.subTest(rows=rows), self.assertRaises(InstalmentError):
				quote.save()

	def test_what_was_issued_never_changes_and_a_revision_goes_on_with_it(self):
		deal = make_deal(*BY_AMOUNTS)
		quote = make_quote(deal)
		quote.submit()
		deal.reload()
		for row in deal.instalments:
			row.amount = 500
		deal.save()
		quote.reload()
		self.assertEqual(amounts_of(quote), [357, 833])
		for name in (copy_quote(quote.name, "2099-12-31"), new_revision(quote.name, "2099-12-31")):
			further = frappe.get_doc("Quote", name)
			self.assertEqual(amounts_of(further), [357, 833])
		further.items[0].rate = 2000
		further.save()
		self.assertEqual(amounts_of(further), [714, 1666])
		further.submit()
		deal.reload()
		self.assertEqual(amounts_of(deal), [600, 1400])

	def test_the_plan_of_the_quote_with_which_i_win_is_the_deals(self):
		deal = make_deal(*BY_SHARES)
		make_quote(deal)
		other = make_quote(deal)
		other.update({"instalments": [{"due_date": "2099-03-01", "percentage": 100}], "label": "At once"})
		other.save()
		other.submit()
		deal.reload()
		self.assertEqual(amounts_of(deal), [300, 700])
		close_as_won(deal.name, won_quote=other.name)
		deal.reload()
		self.assertEqual(
			[(row.due_date, row.amount) for row in deal.instalments], [(getdate("2099-03-01"), 1000)]
		)

	def test_paper_and_page_say_when_what_is_paid(self):
		quote = make_quote(make_deal(*BY_SHARES))
		quote.submit()
		with print_language("de"):
			html = frappe.get_print("Quote", quote.name, "Quote")
		for shown in (html, self.page(self.token(quote)).text):
			for words in (
				"Zahlungsplan (inkl. USt)",
				"01.01.2099",
				"On order",
				"30\N{NO-BREAK SPACE}%",
				"357,00",
				"833,00",
			):
				with self.subTest(words):
					self.assertIn(words, shown)
		self.assertIsNone(quote_paper(make_quote(make_opportunity(items=[{}]))).instalments)

	def test_i_see_what_another_revision_changes_of_the_plan(self):
		quote = make_quote(make_deal(*BY_SHARES))
		quote.submit()
		revision = frappe.get_doc("Quote", new_revision(quote.name, "2099-12-31"))
		self.assertEqual(compare(quote.name, revision.name)["fields"], [])
		revision.instalments[1].description = "On delivery"
		revision.save()
		(change,) = compare(quote.name, revision.name)["fields"]
		self.assertEqual(change["label"], "Plan of Instalments")
		self.assertNotIn("On delivery", change["before"])
		for words in ("On order", "357", "On delivery", "833"):
			self.assertIn(words, change["after"])

	def test_the_plan_is_about_what_is_sold_once(self):
		for tax in (0, 1):
			with self.subTest(prices_include_tax=tax):
				quote = make_quote(make_deal(*BY_SHARES, items=[{}, CARE]))
				quote.prices_include_tax = tax
				quote.save()
				self.assertEqual(amounts_of(quote), [357, 833])
				plan = quote_paper(quote).instalments
				self.assertEqual(plan.label, "Payment Plan for One-off Amounts (incl. VAT)")

	def test_a_plan_rests_while_a_trade_in_leaves_nothing_to_be_paid_once(self):
		make_item("TEST-OLD-BIKE", price=0)
		trade_in = {"item": "TEST-OLD-BIKE", "quantity": 1, "rate": 1200, "deduction": "Trade-In"}
		quote = make_quote(make_deal(*BY_SHARES, items=[{}, CARE, trade_in]))
		self.assertEqual(amounts_of(quote), [0, 0])
		self.assertIsNone(quote_paper(quote).instalments)

	def test_the_amounts_follow_what_the_customer_chooses(self):
		quote = make_quote(make_deal(*BY_AMOUNTS))
		option = {"row_type": "Optional", "item_type": "Sales Item", "item": quote.items[0].item}
		quote.append("items", {**option, "quantity": 1, "rate": 500})
		quote.save()
		quote.submit()
		token = self.token(quote)
		shown = self.call("choose", token=token, choice={"2": None}).json["message"]["totals"]
		for words in ("535,50", "1.249,50"):
			self.assertIn(words, shown)
		self.assertEqual(self.call("accept", token=token, choice={"2": None}, **SIGNED).status_code, 200)
		revision = frappe.get_doc("Quote", f"{quote.name}-R2")
		self.assertEqual((revision.gross_total, amounts_of(revision)), (1785, [535.50, 1249.50]))
		deal = frappe.get_doc("Sales Opportunity", quote.opportunity)
		self.assertEqual(amounts_of(deal), [450, 1050])

	def test_where_there_are_no_instalments_quotes_get_none(self):
		quote, planned = make_quote(make_opportunity(items=[{}])), make_quote(make_deal(*BY_SHARES))
		planned.submit()
		use_settings(self, use_recurring_lines=0)
		quote.set("instalments", [{"due_date": "2099-01-01", "percentage": 100}])
		self.assertRaises(InstalmentError, quote.save)
		self.assertEqual(
			len(frappe.get_doc("Quote", new_revision(planned.name, "2099-12-31")).instalments), 2
		)
		planned_deal = frappe.get_doc("Sales Opportunity", planned.opportunity)
		self.assertEqual(make_quote(planned_deal).instalments, [])
