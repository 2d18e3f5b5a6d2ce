"""Fixed discounts, trade-ins and credits, from the opportunity over the paper to the reports."""

import frappe
from frappe.translate import print_language

from sales_opportunity.deal.line_amounts import DeductionError
from sales_opportunity.deal.opportunity_value import LineError
from sales_opportunity.features import FEATURES, FIXED_DISCOUNTS, SwitchedOffError
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.inputs.values import ImpossibleNumberError
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.lines import NotShippableError
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.provider import as_fulfilment
from sales_opportunity.sales_opportunity.doctype.quote.amounts import QuoteLineError
from sales_opportunity.sales_opportunity.doctype.quote.comparison import compare
from sales_opportunity.sales_opportunity.doctype.quote.line_sources import add_from_quote
from sales_opportunity.sales_opportunity.doctype.quote.print_context import quote_paper
from sales_opportunity.sales_opportunity.doctype.quote.revisions import copy_quote, new_revision
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import calculate
from sales_opportunity.tests.factories import (
	get_or_make,
	make_class,
	make_item,
	make_opportunity,
	make_quote,
	set_exchange_rates,
)
from sales_opportunity.tests.reports import report_rows
from sales_opportunity.tests.settings import save_settings, use_settings

CAR = {"quantity": 1, "rate": 30000}
OLD_CAR = {"item": "TEST-OLD-CAR", "quantity": 1, "rate": 5000, "deduction": "Trade-In", "tax_rate": "0 %"}
CONSUMERS = "TEST-TRADE-CONSUMERS"


class DiscountCase(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		get_or_make("Sales Tax Rate", "0 %", title="0 %", rate=0)
		make_item("TEST-OLD-CAR", price=0, tax_rate="0 %")
		make_class(CONSUMERS, prices_include_tax=1)

	def tearDown(self):
		frappe.set_user("Administrator")


class TestFixedDiscounts(DiscountCase):
	def test_a_line_of_3_at_100_less_10_euros_is_290_on_both_papers(self):
		opportunity = make_opportunity(items=[{"quantity": 3, "rate": 100, "discount_amount": 10}])
		quote = make_quote(opportunity)
		opportunity.reload()
		self.assertEqual((opportunity.amount, quote.net_total, quote.items[0].amount), (290, 290, 290))

	def test_a_line_can_be_free_of_charge_whatever_its_price_was_rounded_to(self):
		"""3 at 0.335 are shown as 1.01."""
		free = {"quantity": 3, "rate": 0.335, "discount_amount": 1.01}
		opportunity = make_opportunity(items=[free, {"rate": 100}])
		quote = make_quote(opportunity)
		self.assertEqual([row.amount for row in opportunity.items], [0, 100])
		self.assertEqual(([row.amount for row in quote.items], quote.net_total), ([0, 100], 100))
		with self.assertRaisesRegex(LineError, "larger than the line"):
			make_opportunity(items=[{**free, "discount_amount": 1.02}])

	def test_percent_comes_first_then_the_amount(self):
		line = {"quantity": 2, "rate": 100, "discount_percentage": 10, "discount_amount": 5}
		self.assertEqual(make_opportunity(items=[line]).amount, 175)

	def test_on_the_whole_both_are_possible_and_shared_over_the_taxes(self):
		quote = make_quote(make_opportunity(items=[{"rate": 100}, {"rate": 100, "tax_rate": "7 %"}]))
		quote.update({"discount_percentage": 10, "fixed_discount": 30})
		quote.save()
		self.assertEqual((quote.line_total, quote.discount_amount, quote.net_total), (200, 50, 150))
		self.assertEqual([row.taxable_amount for row in quote.taxes], [75, 75])
		opportunity = frappe.get_doc("Sales Opportunity", quote.opportunity)
		self.assertEqual((opportunity.fixed_discount, opportunity.amount), (30, 150))

	def test_with_tax_in_the_prices_the_customer_reads_the_discount_as_agreed(self):
		opportunity = make_opportunity(
			class_id=CONSUMERS, items=[{"rate": 1000, "discount_amount": 100}], fixed_discount=50
		)
		quote = make_quote(opportunity)
		self.assertEqual((quote.items[0].discount_amount, quote.fixed_discount), (119, 59.5))
		self.assertEqual((quote.gross_total, quote.net_total), (1011.5, 850))
		quote.items[0].discount_amount = 100
		quote.fixed_discount = 11.9
		quote.save()
		opportunity.reload()
		self.assertEqual(quote.gross_total, 1078.1)
		self.assertEqual((opportunity.amount, opportunity.fixed_discount), (quote.net_total, 10))
		opportunity.title = "Saved once more"
		opportunity.save()
		quote.reload()
		self.assertEqual((quote.items[0].discount_amount, quote.fixed_discount), (100, 11.9))

	def test_another_currency_takes_the_discounts_along(self):
		set_exchange_rates(CHF=2)
		opportunity = make_opportunity(items=[{"rate": 1000, "discount_amount": 100}], fixed_discount=50)
		quote = make_quote(opportunity)
		values = {"doctype": opportunity.doctype, "name": opportunity.name, "transaction_currency": "CHF"}
		prices_in = {"transaction_currency": "EUR", "conversion_rate": 1}
		opportunity.reload()
		computed = calculate(
			{**opportunity.as_dict(), **values, "__prices_in": prices_in, "conversion_rate": None}
		)
		opportunity.update(computed)
		opportunity.save()
		quote.reload()
		self.assertEqual((opportunity.items[0].discount_amount, opportunity.fixed_discount), (50, 25))
		self.assertEqual(
			(quote.items[0].discount_amount, quote.fixed_discount, quote.net_total), (50, 25, 425)
		)

	def test_what_cannot_be_meant_is_refused(self):
		for line, error in (
			({"discount_amount": 1000.01}, LineError),
			({"discount_percentage": 50, "discount_amount": 501}, LineError),
			({"discount_amount": -1}, LineError),
			({"discount_amount": "NaN"}, ImpossibleNumberError),
			({"discount_amount": "Infinity"}, ImpossibleNumberError),
		):
			with self.subTest(line=line), self.assertRaises(error):
				make_opportunity(items=[{"rate": 1000, **line}])
		for values, error in (
			({"fixed_discount": 1000.01}, LineError),
			({"fixed_discount": 600, "discount_percentage": 50}, LineError),
			({"fixed_discount": -0.01}, LineError),
			({"fixed_discount": "NaN"}, ImpossibleNumberError),
		):
			with self.subTest(whole=values), self.assertRaises(error):
				make_opportunity(items=[{"rate": 1000}], **values)

	def test_a_quote_refuses_the_same(self):
		for values in ({"fixed_discount": 1000.01}, {"fixed_discount": -1}):
			quote = make_quote(make_opportunity(items=[{"rate": 1000}]))
			quote.update(values)
			with self.subTest(whole=values), self.assertRaises(QuoteLineError):
				quote.save()
		for value in (1000.01, -1):
			quote = make_quote(make_opportunity(items=[{"rate": 1000}]))
			quote.items[0].discount_amount = value
			with self.subTest(line=value), self.assertRaises(QuoteLineError):
				quote.save()

	def gross_quote(self, *lines, **values):
		"""Return a quote for consumers that has these lines, with tax."""
		quote = make_quote(make_opportunity(class_id=CONSUMERS, items=[{}]))
		row = {"row_type": "Priced", "item": "TEST-BIKE", "quantity": 1, "tax_rate": "19 %"}
		quote.set("items", [{**row, **line} for line in lines])
		quote.update(values)
		quote.save()
		return quote

	def assert_deal_can_be_saved(self, quote):
		opportunity = frappe.get_doc("Sales Opportunity", quote.opportunity)
		amount = opportunity.amount
		opportunity.next_activity = "Anrufen"
		opportunity.save()
		stored = frappe.get_doc("Quote", quote.name)
		self.assertEqual((amount, opportunity.amount), (quote.net_total, stored.net_total))
		self.assertEqual(stored.gross_total, quote.gross_total)

	def test_with_tax_in_the_prices_all_or_nearly_all_may_be_taken_off(self):
		for lines, discount in (
			([{"rate": 9.99}] * 3, 29.97),
			([{"rate": 2.11}] * 20, 42.15),
			([{"rate": 9.99}, {"rate": 10.69, "tax_rate": "7 %"}], 20.68),
		):
			with self.subTest(whole=discount, lines=len(lines)):
				self.assert_deal_can_be_saved(self.gross_quote(*lines, fixed_discount=discount))
		line = {"rate": 9.97, "quantity": 100_000, "discount_amount": 997_000}
		with self.subTest(line=line):
			self.assert_deal_can_be_saved(self.gross_quote(line, {"rate": 1}))

	def test_with_tax_in_the_prices_a_deal_refuses_what_its_quote_does(self):
		quote = self.gross_quote({"rate": 9.99}, {"rate": 9.99})
		for values in ({"fixed_discount": 16.80}, {"fixed_discount": 8.40, "discount_percentage": 50}):
			opportunity = frappe.get_doc("Sales Opportunity", quote.opportunity)
			opportunity.update(values)
			with self.subTest(values), self.assertRaises(LineError):
				opportunity.save()
		opportunity = frappe.get_doc("Sales Opportunity", quote.opportunity)
		opportunity.items[0].discount_amount = 8.41
		with self.assertRaises(LineError):
			opportunity.save()

	def test_a_revision_and_a_copy_have_the_same_discounts(self):
		quote = make_quote(
			make_opportunity(items=[{"rate": 1000, "discount_amount": 100}, OLD_CAR | {"rate": 50}]),
			fixed_discount=30,
		)
		quote.submit()
		for name in (new_revision(quote.name, "2099-12-31"), copy_quote(quote.name, "2099-12-31")):
			other = frappe.get_doc("Quote", name)
			with self.subTest(name):
				self.assertEqual((other.fixed_discount, other.gross_total), (30, quote.gross_total))
				self.assertEqual(other.items[0].discount_amount, 100)
				self.assertEqual(other.items[1].deduction, "Trade-In")

	def test_what_differs_between_two_quotes_is_said(self):
		quote = make_quote(make_opportunity(items=[{"rate": 1000}, OLD_CAR | {"rate": 50}]))
		other = frappe.get_doc("Quote", copy_quote(quote.name, "2099-12-31"))
		other.fixed_discount = 30
		other.items[0].discount_amount = 10
		other.items[1].deduction = "Credit"
		other.save()
		found = compare(quote.name, other.name)
		self.assertIn("Discount on the Whole (Amount)", [row["label"] for row in found["fields"]])
		changes = {change["label"] for line in found["lines"] for change in line["changes"]}
		self.assertLessEqual({"Discount (Amount)", "Deduction"}, changes)


class TestTradeIns(DiscountCase):
	def setUp(self):
		super().setUp()
		self.opportunity = make_opportunity(items=[CAR, OLD_CAR], discount_percentage=5, fixed_discount=500)
		self.quote = make_quote(self.opportunity)
		self.opportunity.reload()

	def test_a_car_less_the_one_that_is_taken_in_payment(self):
		self.assertEqual(self.opportunity.items[1].amount, -5000)
		self.assertEqual((self.quote.line_total, self.quote.discount_amount), (30000, 2000))
		self.assertEqual((self.quote.deduction_total, self.quote.net_total), (-5000, 23000))
		self.assertEqual((self.quote.tax_total, self.quote.gross_total), (5320, 28320))
		self.assertEqual((self.opportunity.amount, self.opportunity.weighted_amount), (23000, 1150))
		self.assertEqual([row.net_amount for row in self.opportunity.items], [28000, -5000])

	def test_it_stands_on_the_paper_as_a_row_and_in_the_totals(self):
		paper = quote_paper(self.quote)
		self.assertEqual(paper.lines[1].deduction, "Trade-In")
		self.assertEqual(paper.lines[1].amount, paper.lines[1].rate)
		labels = [row.label for row in paper.totals]
		self.assertEqual(labels[:4], ["Sum of Lines", "Discount 5\u00a0%", "Discount", "Trade-In"])
		self.assertIn("5.000,00", paper.totals[3].amount)

	def test_in_german_it_is_an_inzahlungnahme_and_a_gutschrift(self):
		self.quote.append("items", {**OLD_CAR, "row_type": "Priced", "deduction": "Credit", "rate": 100})
		self.quote.save()
		self.quote.language = "de"
		with print_language("de"):
			html = frappe.get_print("Quote", self.quote.name, "Quote", doc=self.quote)
		for word in ("Inzahlungnahme", "Gutschrift", "5.000,00", "100,00"):
			with self.subTest(word):
				self.assertIn(word, html)

	def test_it_can_be_entered_on_the_quote_as_well(self):
		self.quote.append("items", {**OLD_CAR, "row_type": "Priced", "rate": 1000})
		self.quote.save()
		self.opportunity.reload()
		self.assertEqual(self.opportunity.amount, 22000)
		self.assertEqual([row.deduction for row in self.opportunity.items], ["", "Trade-In", "Trade-In"])

	def test_an_optional_one_does_not_count(self):
		self.quote.items[1].row_type = "Optional"
		self.quote.save()
		self.assertEqual((self.quote.deduction_total, self.quote.net_total), (0, 28000))

	def test_it_cannot_come_to_more_than_what_is_sold_nor_have_a_discount(self):
		with self.assertRaises(DeductionError):
			make_opportunity(items=[{"rate": 100}, OLD_CAR])
		self.quote.items[1].rate = 90000
		with self.assertRaises(DeductionError):
			self.quote.save()
		for discount in ({"discount_percentage": 1}, {"discount_amount": 1}):
			with self.subTest(discount), self.assertRaises(LineError):
				make_opportunity(items=[CAR, {**OLD_CAR, **discount}])

	def test_it_cannot_come_to_more_net_nor_with_tax_whichever_tax_it_has(self):
		"""100 with 19 % less 110 without tax are -10 net, and 9 with tax; the other way round it is 10 and -9."""
		for sold, taken in (((100, "19 %"), (110, "0 %")), ((110, "0 %"), (100, "19 %"))):
			quote = make_quote(make_opportunity(items=[CAR, {**OLD_CAR, "rate": 1}]))
			for row, (rate, tax_rate) in zip(quote.items, (sold, taken), strict=True):
				row.update({"rate": rate, "tax_rate": tax_rate})
			with self.subTest(taken=taken), self.assertRaises(DeductionError):
				quote.save()
			quote.reload()
			for row, (_rate, tax_rate), rate in zip(quote.items, (sold, taken), (100, 80), strict=True):
				row.update({"rate": rate, "tax_rate": tax_rate})
			quote.save()
			opportunity = frappe.get_doc("Sales Opportunity", quote.opportunity)
			self.assertEqual(opportunity.amount, quote.net_total)
			opportunity.save()

	def test_a_trade_in_alone_is_no_quote(self):
		quote = make_quote(make_opportunity(items=[CAR]))
		quote.items[0].deduction = "Trade-In"
		with self.assertRaises(QuoteLineError):
			quote.save()

	def test_it_is_billed_but_not_shipped(self):
		self.opportunity.update({"stage": "Won"})
		self.opportunity.save()
		bill = frappe.get_doc(
			"Fulfilment Request", create_fulfilment_request(self.opportunity.name, "Billing")
		)
		self.assertEqual((bill.net_total, [row.amount for row in bill.items]), (23000, [28000, -5000]))
		self.assertEqual([line.deduction for line in as_fulfilment(bill).lines], [None, "Trade-In"])
		delivery = frappe.get_doc(
			"Fulfilment Request", create_fulfilment_request(self.opportunity.name, "Shipping")
		)
		self.assertEqual([row.item for row in delivery.items], [self.opportunity.items[0].item])
		lines = [{"opportunity_item": self.opportunity.items[1].name, "quantity": 1}]
		with self.assertRaises(NotShippableError):
			create_fulfilment_request(self.opportunity.name, "Shipping", lines)

	def test_it_is_no_demand(self):
		rows = report_rows("Item Demand Forecast", item="TEST-OLD-CAR")
		self.assertEqual([row for row in rows if isinstance(row, dict) and row.get("item")], [])

	def test_the_discounts_that_were_granted_do_not_count_it(self):
		self.opportunity.update({"stage": "Won"})
		self.opportunity.save()
		filters = {"group_by": "discount", "party_type": "Business Partner", "party": self.opportunity.party}
		rows = report_rows("Win-Loss Analysis", **filters)
		# 2,000 of 30,000 are more than 5 % and not more than 10 %.
		self.assertEqual([row["group"] for row in rows if row.get("won")], ["up to 10 %", "Total"])


class TestSwitchedOff(DiscountCase):
	def setUp(self):
		super().setUp()
		self.addCleanup(save_settings, use_trade_ins=1)

	def switch_off(self):
		"""Switch it off on a site that has none of it."""
		for doctype in ("Sales Opportunity Item", "Quote Item"):
			frappe.db.delete(doctype, {"deduction": ("!=", "")})
		save_settings(use_trade_ins=0)

	def test_it_is_on_no_form_and_in_no_list(self):
		self.switch_off()
		for doctype, fieldname in (
			("Sales Opportunity Item", "deduction"),
			("Quote", "deduction_total"),
			("Quote Item", "deduction"),
			("Fulfilment Request Item", "deduction"),
		):
			with self.subTest(doctype):
				self.assertTrue(frappe.get_meta(doctype).get_field(fieldname).hidden)
		save_settings(use_trade_ins=1)
		self.assertFalse(frappe.get_meta("Quote Item").get_field("deduction").hidden)
		self.assertTrue(frappe.get_doc("Sales Opportunity Settings").use_trade_ins)

	def test_nobody_enters_one_any_more(self):
		plain = make_opportunity(items=[CAR])
		quote = make_quote(plain)
		self.switch_off()
		with self.assertRaisesRegex(DeductionError, "Row #2"):
			make_opportunity(items=[CAR, OLD_CAR])
		for doc in (plain, quote):
			doc.reload()
			doc.append("items", {**OLD_CAR, "row_type": "Priced"})
			with self.subTest(doc.doctype), self.assertRaisesRegex(DeductionError, "Row #2"):
				doc.save()

	def test_it_stays_on_while_deals_or_drafts_that_are_worked_on_have_one(self):
		deal = make_opportunity(items=[CAR, OLD_CAR])
		with self.assertRaisesRegex(frappe.ValidationError, deal.name):
			save_settings(use_trade_ins=0)
		quote = make_quote(deal)
		frappe.db.delete("Sales Opportunity Item", {"deduction": ("!=", "")})
		with self.assertRaisesRegex(frappe.ValidationError, quote.name):
			save_settings(use_trade_ins=0)

	def test_copied_lines_come_without_them_and_say_so(self):
		source = make_quote(make_opportunity(items=[CAR, OLD_CAR]))
		target = make_quote(make_opportunity(items=[CAR]))
		deal = make_opportunity(items=[CAR])
		kept = [row.as_dict() for row in source.items]
		self.switch_off()
		for row in kept:
			if row.deduction:
				frappe.get_doc(row).db_insert()
		for doc in (target, deal):
			with self.subTest(doc.doctype):
				frappe.local.message_log = []
				add_from_quote(doc.doctype, doc.name, source.name, True)
				doc.reload()
				self.assertEqual([row.item for row in doc.items], ["TEST-BIKE", "TEST-BIKE"])
				self.assertIn("switched off", str(frappe.local.message_log))


class TestFixedDiscountsSwitchedOff(DiscountCase):
	def setUp(self):
		super().setUp()
		self.addCleanup(save_settings, use_fixed_discounts=1)

	def switch_off(self):
		"""Switch them off on a site that has none at work."""
		for doctype in ("Sales Opportunity", "Quote"):
			frappe.db.set_value(doctype, {"fixed_discount": (">", 0)}, "fixed_discount", 0)
			frappe.db.set_value(f"{doctype} Item", {"discount_amount": (">", 0)}, "discount_amount", 0)
		save_settings(use_fixed_discounts=0)

	def test_they_are_on_no_form_and_in_no_list(self):
		self.switch_off()
		for expected in (1, 0):
			for doctype, fieldnames in FEATURES[FIXED_DISCOUNTS].fields.items():
				meta = frappe.get_meta(doctype)
				found = {meta.get_field(fieldname).hidden for fieldname in fieldnames}
				self.assertEqual(found, {expected}, doctype)
			save_settings(use_fixed_discounts=1)

	def test_nobody_enters_one_any_more(self):
		plain = make_opportunity(items=[CAR])
		quote = make_quote(plain)
		self.switch_off()
		with self.assertRaisesRegex(SwitchedOffError, "Row #1"):
			make_opportunity(items=[{**CAR, "discount_amount": 5}])
		with self.assertRaises(SwitchedOffError):
			make_opportunity(items=[CAR], fixed_discount=5)
		for doc in (plain, quote):
			doc.reload()
			with self.subTest(doc.doctype), self.assertRaises(SwitchedOffError):
				doc.update({"fixed_discount": 5}).save()
			doc.reload()
			doc.items[0].discount_amount = 5
			with self.subTest(doc.doctype), self.assertRaisesRegex(SwitchedOffError, "Row #1"):
				doc.save()

	def test_what_was_agreed_keeps_them_on_paper_and_in_its_next_revision(self):
		quote = make_quote(make_opportunity(items=[{**CAR, "discount_amount": 500}], fixed_discount=250))
		quote.submit()
		use_settings(self, use_fixed_discounts=0)
		revision = frappe.get_doc("Quote", new_revision(quote.name, "2099-12-31"))
		revision.update({"title": "Another"}).save()
		self.assertEqual((revision.items[0].discount_amount, revision.fixed_discount), (500, 250))
		self.assertEqual(revision.net_total, 29250)
		self.assertIn("500", str(quote_paper(revision)))

	def test_they_stay_on_while_a_line_or_the_whole_of_what_is_worked_on_has_one(self):
		for values in (
			{"items": [{**CAR, "discount_amount": 5}]},
			{"items": [CAR], "fixed_discount": 5},
		):
			deal = make_opportunity(**values)
			quote = make_quote(deal)
			frappe.db.set_value("Sales Opportunity", {"name": ("!=", deal.name)}, "fixed_discount", 0)
			with (
				self.subTest(values),
				self.assertRaisesRegex(frappe.ValidationError, f"{deal.name}.*{quote.name}"),
			):
				frappe.db.delete(
					"Sales Opportunity Item", {"parent": ("!=", deal.name), "discount_amount": (">", 0)}
				)
				frappe.db.delete("Quote Item", {"parent": ("!=", quote.name), "discount_amount": (">", 0)})
				frappe.db.set_value("Quote", {"name": ("!=", quote.name)}, "fixed_discount", 0)
				save_settings(use_fixed_discounts=0)
