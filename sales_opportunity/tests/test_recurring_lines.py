"""Recurring lines and plans of instalments, in the words of those who sell them."""

from decimal import Decimal

import frappe
from frappe.translate import print_language
from frappe.utils import getdate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sales_opportunity.deal.instalments import InstalmentError
from sales_opportunity.deal.recurring import RecurrenceError
from sales_opportunity.features import FEATURES, RECURRING_LINES
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.inputs.values import WrongInputError
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.sales_opportunity.doctype.quote.amounts import item_details
from sales_opportunity.sales_opportunity.doctype.quote.comparison import compare
from sales_opportunity.sales_opportunity.doctype.quote.line_sources import add_from_quote
from sales_opportunity.sales_opportunity.doctype.quote.print_context import quote_paper
from sales_opportunity.sales_opportunity.doctype.quote.revisions import copy_quote, new_revision
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import OpportunityClosedError
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import calculate
from sales_opportunity.tests.factories import (
	get_or_make,
	make_fulfilment_request,
	make_item,
	make_opportunity,
	make_quote,
	registered,
)
from sales_opportunity.tests.settings import save_settings
from sales_opportunity.texts.formatting import format_money

CARE = {"quantity": 2, "rate": 49.90, "recurrence": "Monthly", "periods": 24}
LICENCE = {"quantity": 1, "rate": 300, "recurrence": "Yearly", "periods": 3}
SUMS = ("one_off_amount", "monthly_amount", "yearly_amount", "contract_value")


def sums(doc, prefix: str = "") -> tuple:
	return tuple(doc.get(f"{prefix}{fieldname}") for fieldname in SUMS)


def make_contract_item(**values):
	return make_item("TEST-CARE", **{"price": 49.90, "recurrence": "Monthly", "periods": 24, **values})


class TestRecurringLines(IntegrationTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")

	def test_i_sell_a_bike_with_two_years_of_care_and_a_licence(self):
		deal = make_opportunity(items=[{}, CARE, LICENCE])
		self.assertEqual([row.amount for row in deal.items], [1000, 2395.20, 900])
		self.assertEqual(deal.amount, 4295.20)
		# 2 × 49.90 + 300 ÷ 12 = 124.80 a month
		self.assertEqual(sums(deal), (1000, 124.80, 1497.60, 4295.20))

	def test_a_discount_on_the_whole_lowers_the_month_too(self):
		deal = make_opportunity(items=[{}, CARE], discount_percentage=10, freight=50)
		self.assertEqual(deal.amount, 3105.68)
		# 2,395.20 less 10 % in 24 months: 89.82
		self.assertEqual(sums(deal), (950, 89.82, 1077.84, 3105.68))

	def test_a_deal_in_francs_says_it_in_euros_too(self):
		deal = make_opportunity(
			items=[{"rate": 1000}, CARE], transaction_currency="CHF", conversion_rate=1.05
		)
		self.assertEqual(sums(deal), (1000, 99.80, 1197.60, 3395.20))
		self.assertEqual(sums(deal, "base_"), (1050, 104.79, 1257.48, 3564.96))
		self.assertEqual(deal.base_amount, 3564.96)
		quote = make_quote(deal)
		self.assertEqual(sums(quote, "base_"), sums(deal, "base_"))

	def test_a_deal_without_recurring_lines_has_no_such_sums(self):
		deal = make_opportunity(items=[{}])
		self.assertEqual(sums(deal), (0, 0, 0, 0))
		self.assertEqual(sums(make_quote(deal)), (0, 0, 0, 0))
		self.assertEqual((deal.items[0].recurrence or "", deal.items[0].periods), ("", 0))

	def test_an_item_brings_its_term_and_another_one_takes_it_away(self):
		deal = make_opportunity(items=[{"item": make_contract_item().name}])
		row = deal.items[0]
		self.assertEqual((row.rate, row.recurrence, row.periods, row.amount), (49.90, "Monthly", 24, 1197.60))
		row.item = make_item().name
		deal.save()
		row = deal.items[0]
		self.assertEqual((row.rate, row.recurrence or "", row.periods, row.amount), (1000, "", 0, 1000))

	def test_without_a_number_a_line_has_the_usual_term(self):
		for recurrence, periods in (("Monthly", 12), ("Quarterly", 4), ("Yearly", 1)):
			with self.subTest(recurrence=recurrence):
				deal = make_opportunity(items=[{"rate": 10, "recurrence": recurrence}])
				self.assertEqual(deal.items[0].periods, periods)

	def test_impossible_numbers_of_periods_are_refused_with_the_row(self):
		for periods in (-1, 601):
			with self.subTest(periods=periods), self.assertRaisesRegex(RecurrenceError, "Row #1"):
				make_opportunity(items=[{"rate": 10, "recurrence": "Monthly", "periods": periods}])

	def test_a_recurrence_that_there_is_not_is_refused(self):
		with self.assertRaises(WrongInputError):
			make_opportunity(items=[{"rate": 10, "recurrence": "Weekly"}])

	def test_items_of_other_apps_may_recur(self):
		with registered(sales_item_types={"Sales Item": [f"{__name__}.recurring_item"]}):
			deal = make_opportunity(items=[{}])
			self.assertEqual((deal.items[0].recurrence, deal.items[0].periods), ("Quarterly", 8))
			details = item_details("Sales Item", deal.items[0].item, "en", "EUR")
			self.assertEqual((details["recurrence"], details["periods"]), ("Quarterly", 8))

	def test_the_form_knows_it_before_it_is_saved(self):
		deal = make_opportunity(items=[{}])
		row = {**deal.items[0].as_dict(), "recurrence": "Monthly", "periods": None}
		found = calculate(
			{"name": deal.name, "modified": str(deal.modified), "items": [row]}, changes_only=True
		)
		self.assertEqual(
			(found["amount"], found["monthly_amount"], found["contract_value"]), (12000, 1000, 12000)
		)
		self.assertEqual(found["items"][0]["periods"], 12)

	def test_deal_quote_and_paper_say_the_same_to_the_cent(self):
		# 10.05 less 50 % leaves half a cent, which one of the two equal lines gets
		half, term = {"rate": 10.05}, {"recurrence": "Monthly", "periods": 1}
		make_item("TEST-A", price=0)
		get_or_make("Sales Tax Rate", "0 %", title="0 %", rate=0)
		for first, second in (
			({"item": "TEST-A"}, {}),
			({}, {"item": "TEST-A"}),
			({"tax_rate": "0 %"}, {"tax_rate": "19 %"}),
			({"tax_rate": "19 %"}, {"tax_rate": "0 %"}),
		):
			with self.subTest(first=first, second=second):
				items = [{**half, **first}, {**half, **term, **second}]
				deal = make_opportunity(items=items, discount_percentage=49.99)
				quote = make_quote(deal)
				deal.reload()
				self.assertEqual(sums(quote), sums(deal))
				self.assertEqual(sums(quote, "base_"), sums(deal, "base_"))
				once = format_money(quote.one_off_amount, "EUR", quote.language)
				self.assertEqual(quote_paper(quote).recurring[0].amount, once)

	def test_deal_and_draft_quote_stay_equal_both_ways(self):
		deal = make_opportunity(items=[{}, {**CARE, "service_start": "2027-01-15"}])
		quote = make_quote(deal)
		row = quote.items[1]
		self.assertEqual(
			(row.recurrence, row.periods, getdate(row.service_start), row.amount),
			("Monthly", 24, getdate("2027-01-15"), 2395.20),
		)
		self.assertEqual(sums(quote), sums(deal))
		row.periods = 36
		quote.save()
		deal.reload()
		self.assertEqual((deal.items[1].periods, deal.amount), (36, 4592.80))
		deal.items[1].recurrence = ""
		deal.save()
		quote.reload()
		self.assertEqual(
			(quote.items[1].recurrence or "", quote.items[1].amount, quote.net_total), ("", 99.80, 1099.80)
		)

	def test_gross_prices_recur_to_the_cent(self):
		deal = make_opportunity(items=[{}, CARE])
		quote = make_quote(deal)
		quote.prices_include_tax = 1
		quote.save()
		deal.reload()
		self.assertEqual(quote.gross_total, round(sum(row.amount for row in quote.items), 2))
		self.assertEqual(deal.amount, quote.net_total)
		self.assertEqual(sums(deal), sums(quote))

	def test_revision_copy_and_comparison_have_the_term(self):
		quote = make_quote(make_opportunity(items=[{**CARE, "service_start": "2027-01-15"}]))
		quote.submit()
		for name in (new_revision(quote.name, "2099-12-31"), copy_quote(quote.name, "2099-12-31")):
			copy = frappe.get_doc("Quote", name)
			row = copy.items[0]
			self.assertEqual(
				(row.recurrence, row.periods, str(row.service_start), copy.net_total),
				("Monthly", 24, "2027-01-15", 2395.20),
			)
		copy.items[0].periods = 12
		copy.save()
		found = compare(quote.name, copy.name)
		self.assertIn({"label": "Periods", "before": "24", "after": "12"}, found["lines"][0]["changes"])

	def test_a_duplicate_recurs_from_a_day_of_its_own(self):
		deal = make_opportunity(
			items=[{**CARE, "service_start": "2027-01-15"}],
		)
		copy = frappe.copy_doc(deal, ignore_no_copy=False)
		copy.party, copy.stage = deal.party, "Inquiry"
		copy.insert()
		self.assertEqual((copy.items[0].periods, copy.items[0].service_start), (24, None))

	def test_a_closed_deal_keeps_its_term(self):
		deal = make_opportunity(items=[CARE], stage="Won")
		for change in ({"periods": 12}, {"recurrence": "Yearly"}):
			deal.reload()
			deal.items[0].update(change)
			self.assertRaises(OpportunityClosedError, deal.save)
		deal.reload()
		deal.items[0].service_start = "2027-02-01"
		deal.save()

	def test_part_of_a_contract_is_billed_with_its_share(self):
		deal = make_opportunity(items=[CARE], stage="Won")
		request = make_fulfilment_request(deal, quantity=1)
		row = request.items[0]
		self.assertEqual((row.rate, row.recurrence, row.periods, row.amount), (49.90, "Monthly", 24, 1197.60))


class TestPaperOfRecurringLines(IntegrationTestCase):
	def setUp(self):
		self.deal = make_opportunity(items=[{}, {**CARE, "service_start": "2027-01-01"}, LICENCE])

	def paper(self, language: str, **values):
		quote = make_quote(self.deal, language=language, **values)
		with print_language(language):
			return quote_paper(quote)

	def test_the_german_paper_says_what_is_charged_when(self):
		paper = self.paper("de")
		self.assertEqual([line.per for line in paper.lines], ["", "pro Monat ×\u00a024", "pro Jahr ×\u00a03"])
		self.assertEqual(paper.lines[1].term, "Leistungszeitraum 01.01.2027 bis 31.12.2028")
		self.assertEqual(
			[(row.label, row.amount.replace("\u00a0", " ")) for row in paper.recurring],
			[
				("Einmalig (netto)", "1.000,00 €"),
				("Monatlich (netto)", "99,80 €"),
				("Jährlich (netto)", "300,00 €"),
				("Gesamtauftragswert (netto)", "4.295,20 €"),
			],
		)

	def test_consumers_read_it_with_tax(self):
		paper = self.paper("en", prices_include_tax=1)
		self.assertEqual(
			[(row.label, row.amount) for row in paper.recurring],
			[
				("One-off (incl. VAT)", "€1,190.00"),
				("Monthly (incl. VAT)", "€118.76"),
				("Yearly (incl. VAT)", "€357.00"),
				("Total Contract Value (incl. VAT)", "€5,111.24"),
			],
		)

	def test_a_quote_of_what_is_sold_once_reads_as_ever(self):
		paper = quote_paper(make_quote(make_opportunity(items=[{}])))
		self.assertEqual((paper.recurring, paper.lines[0].per, paper.lines[0].term), ([], "", ""))


class TestInstalments(IntegrationTestCase):
	def plan(self, *rows: dict, items: list[dict] | None = None, **values):
		instalments = [{"due_date": f"2027-0{number}-01", **row} for number, row in enumerate(rows, start=1)]
		return make_opportunity(items=items or [{}], instalments=instalments, **values)

	def test_percentages_become_amounts_that_are_the_whole(self):
		deal = self.plan({"percentage": 33.3}, {"percentage": 33.3}, {"percentage": 33.4})
		self.assertEqual([row.amount for row in deal.instalments], [333, 333, 334])

	def test_the_plan_is_about_what_is_sold_once(self):
		deal = self.plan({"percentage": 30}, {"percentage": 70}, items=[{}, CARE])
		self.assertEqual([row.amount for row in deal.instalments], [300, 700])

	def test_plans_that_are_not_the_whole_are_refused(self):
		for rows in (
			({"percentage": 50}, {"percentage": 40}),
			({"amount": 500}, {"amount": 499.99}),
			({"percentage": 50}, {"amount": 500}),
			({"amount": 1500}, {"amount": -500}),
		):
			with self.subTest(rows=rows), self.assertRaises(InstalmentError):
				self.plan(*rows)

	def test_amounts_follow_the_quote(self):
		deal = self.plan({"amount": 300}, {"amount": 700})
		quote = make_quote(deal)
		quote.items[0].rate = 1500.01
		quote.save()
		deal.reload()
		self.assertEqual([row.amount for row in deal.instalments], [450, 1050.01])
		deal.save()

	@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
	@given(
		st.sampled_from([("EUR", 2), ("JPY", 0), ("KWD", 3)]),
		st.lists(st.integers(1, 10**6), min_size=1, max_size=5),
		st.lists(st.integers(0, 10**7), min_size=1, max_size=3),
	)
	def test_of_a_new_total_nothing_is_gained_or_lost_in_yen_and_dinar(self, money, plan, totals):
		currency, places = money
		unit = Decimal(1).scaleb(-places)
		first = [units * unit for units in plan]
		deal = self.plan(
			*({"amount": float(amount)} for amount in first),
			items=[{"rate": float(sum(first))}],
			transaction_currency=currency,
			conversion_rate=0.5,
		)
		for total in (units * unit for units in totals):
			former = amounts_of(deal)
			deal.items[0].rate = float(total)
			deal.save()
			deal.reload()
			amounts = amounts_of(deal)
			if not total:
				self.assertEqual(amounts, former)
				continue
			self.assertEqual(sum(amounts), total)
			for amount, weight in zip(amounts, former, strict=True):
				self.assertEqual(amount, amount.quantize(unit))
				self.assertLess(abs(amount - total * weight / sum(former)), unit)

	def test_a_plan_rests_while_a_trade_in_leaves_nothing_to_be_paid_once(self):
		make_item("TEST-OLD-BIKE", price=0)
		trade_in = {"item": "TEST-OLD-BIKE", "rate": 1200, "deduction": "Trade-In"}
		for rows in (({"percentage": 30}, {"percentage": 70}), ({"amount": 300}, {"amount": 700})):
			for deduction in (trade_in, {**trade_in, "rate": 1000}):
				with self.subTest(rows=rows, rate=deduction["rate"]):
					deal = self.plan(*rows, items=[{}, CARE])
					deal.append("items", deduction)
					deal.save()
					self.assertEqual(deal.one_off_amount, 1000 - deduction["rate"])
					self.assertTrue(all(row.amount >= 0 for row in deal.instalments))
					deal.reload()
					deal.save()
					deal.remove(deal.items[-1])
					deal.items[0].rate = 2000
					deal.save()
					self.assertEqual([row.amount for row in deal.instalments], [600, 1400])

	def test_a_plan_that_a_quote_lets_rest_does_not_block_the_deal(self):
		make_item("TEST-OLD-BIKE", price=0)
		for rows in (({"percentage": 30}, {"percentage": 70}), ({"amount": 300}, {"amount": 700})):
			with self.subTest(rows=rows):
				deal = self.plan(*rows, items=[{}, CARE])
				quote = make_quote(deal)
				quote.append(
					"items",
					{
						"row_type": "Priced",
						"item_type": "Sales Item",
						"item": "TEST-OLD-BIKE",
						"quantity": 1,
						"rate": 1500,
						"deduction": "Trade-In",
					},
				)
				quote.save()
				deal.reload()
				self.assertEqual(deal.one_off_amount, -500)
				self.assertTrue(all(row.amount >= 0 for row in deal.instalments))
				deal.save()
				quote.reload()
				quote.remove(quote.items[-1])
				quote.save()
				deal.reload()
				self.assertEqual([row.amount for row in deal.instalments], [300, 700])


def amounts_of(deal) -> list[Decimal]:
	"""Return the amounts of a deal's plan of instalments."""
	return [to_decimal(row.amount) for row in deal.instalments]


class TestSwitchedOff(IntegrationTestCase):
	def tearDown(self):
		save_settings(use_recurring_lines=1)

	def switch_off(self):
		frappe.db.delete("Sales Opportunity Item", {"recurrence": ("!=", "")})
		frappe.db.delete("Quote Item", {"recurrence": ("!=", "")})
		for plan in ("Sales Opportunity Instalment", "Quote Instalment"):
			frappe.db.delete(plan)
		save_settings(use_recurring_lines=0)

	def test_it_is_nowhere(self):
		self.switch_off()
		for doctype, fieldnames in FEATURES[RECURRING_LINES].fields.items():
			meta = frappe.get_meta(doctype)
			self.assertEqual({meta.get_field(fieldname).hidden for fieldname in fieldnames}, {1}, doctype)
		with self.assertRaises(RecurrenceError):
			make_opportunity(items=[CARE])
		deal = make_opportunity(items=[{"item": make_contract_item().name}])
		self.assertEqual((deal.items[0].recurrence or "", deal.amount), ("", 49.90))
		save_settings(use_recurring_lines=1)
		self.assertEqual(frappe.get_meta("Quote Item").get_field("recurrence").hidden, 0)

	def test_it_stays_on_while_deals_that_are_worked_on_recur(self):
		deal = make_opportunity(items=[CARE])
		with self.assertRaisesRegex(frappe.ValidationError, deal.name):
			save_settings(use_recurring_lines=0)

	def test_it_stays_on_while_deals_that_are_worked_on_have_a_plan(self):
		deal = make_opportunity(items=[{}], instalments=[{"due_date": "2099-01-31", "percentage": 100}])
		for doctype in ("Sales Opportunity Item", "Quote Item"):
			frappe.db.delete(doctype, {"recurrence": ("!=", "")})
		with self.assertRaisesRegex(frappe.ValidationError, f"{deal.name}.*instalments"):
			save_settings(use_recurring_lines=0)

	def test_copied_lines_come_without_recurring_ones_or_for_sale_once(self):
		source = make_quote(make_opportunity(items=[{}, CARE]))
		targets = [make_quote(make_opportunity(items=[{}])), make_opportunity(items=[{}])]
		self.switch_off()
		source.items[1].db_insert()
		for doc in targets:
			for keep_prices, count in ((True, 2), (False, 4)):
				with self.subTest(doc.doctype, keep_prices=keep_prices):
					add_from_quote(doc.doctype, doc.name, source.name, keep_prices)
					doc.reload()
					terms = [row.recurrence or "" for row in doc.items]
					self.assertEqual(terms, [""] * count)


def recurring_item(name: str, language: str | None):
	"""An app's adapter whose items are charged per quarter."""
	from dataclasses import replace

	from sales_opportunity.masters.own_masters import sales_item

	return replace(sales_item(name, language), recurrence="Quarterly", periods=8)
