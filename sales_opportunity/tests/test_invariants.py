"""Whatever is done to an opportunity, in whatever order: its figures, its log and its status stay right."""

from decimal import Decimal
from itertools import pairwise

import frappe
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from sales_opportunity import api
from sales_opportunity.activities.activity_log import add_activity
from sales_opportunity.currency import decimal_places
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.pricing.money import round_money, to_decimal
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request import cancel
from sales_opportunity.sales_opportunity.doctype.sales_opportunity_change.history import TRACKED
from sales_opportunity.tests.factories import make_item, make_opportunity, make_quote, make_stage
from sales_opportunity.tests.live_updates import forget_live_updates

STAGES = (
	"Inquiry",
	"First Meeting",
	"Needs Analysis",
	"Proposal",
	"Negotiation",
	"Test Dated",
	"Won",
	"Lost",
	"No Such Stage",
)
RATES = {"EUR": 1, "CHF": 1.0431, "JPY": 0.00613}
quantities = st.decimals("-1", "9999", places=3).map(float)
prices = st.decimals("-1", "99999", places=2).map(float)
percentages = st.decimals("-5", "105", places=1).map(float)
REASONS = st.sampled_from(["Best Price", "Too Expensive", "No Budget", "", "No Such Reason"])


class Life(RuleBasedStateMachine):
	"""One opportunity, to which salesperson and manager do what comes to their minds."""

	@initialize(currency=st.sampled_from(sorted(RATES)))
	def begin(self, currency):
		forget_live_updates()
		make_stage("Test Dated", position=55, probability=80, requires_expected_close_date=1)
		make_item()
		self.name = make_opportunity(transaction_currency=currency, conversion_rate=RATES[currency]).name
		self.read_after_action = None

	def attempt(self, action):
		"""Do it; if it is refused, nothing may have changed, even before the transaction is rolled back."""
		before = self.everything()
		self.read_after_action = None
		try:
			action()
		except frappe.ValidationError:
			assert self.everything() == before
		except frappe.DoesNotExistError:
			assert self.everything() == before

	def everything(self):
		filters = {"opportunity": self.name}
		return (
			self.load().as_dict(no_nulls=True, convert_dates_to_str=True),
			frappe.get_all("Quote", filters, ["name", "status", "primary_of"], order_by="name"),
			frappe.get_all("Fulfilment Request", filters, ["name", "status", "net_total"], order_by="name"),
			frappe.db.count("Sales Opportunity Change", filters),
		)

	def load(self):
		return frappe.get_doc("Sales Opportunity", self.name)

	def present(self):
		"""Return the opportunity as the last action left it, read once for all invariants."""
		if not self.read_after_action:
			self.read_after_action = self.load()
		return self.read_after_action

	def edit(self, **values):
		doc = self.load()
		doc.update(values)
		doc.save()

	@rule(quantity=quantities, rate=prices, discount=percentages)
	def add_a_line(self, quantity, rate, discount):
		def action():
			doc = self.load()
			line = {"quantity": quantity, "rate": rate, "discount_percentage": discount}
			doc.append("items", {"item": "TEST-BIKE", **line})
			doc.save()

		self.attempt(action)

	@rule(quantity=quantities)
	def change_a_line(self, quantity):
		def action():
			doc = self.load()
			for row in doc.items[:1]:
				row.quantity = quantity
			doc.save()

		self.attempt(action)

	@rule()
	def remove_a_line(self):
		self.attempt(lambda: self.edit(items=self.load().items[1:]))

	@rule(discount=percentages, freight=prices)
	def agree_on_conditions(self, discount, freight):
		self.attempt(lambda: self.edit(discount_percentage=discount, freight=freight))

	@rule(amount=prices, manual=st.booleans())
	def type_an_amount(self, amount, manual):
		self.attempt(lambda: self.edit(amount=amount, manual_amount=manual))

	@rule(probability=percentages)
	def type_a_probability(self, probability):
		self.attempt(lambda: self.edit(probability=probability))

	@rule(currency=st.sampled_from(sorted(RATES)))
	def change_the_currency(self, currency):
		self.attempt(lambda: self.edit(transaction_currency=currency, conversion_rate=RATES[currency]))

	@rule(stage=st.sampled_from(STAGES), day=st.sampled_from([None, "2099-06-30"]))
	def change_stage_and_date(self, stage, day):
		self.attempt(lambda: self.edit(stage=stage, expected_close_date=day))

	@rule(stage=st.sampled_from(STAGES))
	def move(self, stage):
		self.attempt(lambda: api.move_stage(self.name, stage))

	@rule(reason=REASONS)
	def win(self, reason):
		self.attempt(lambda: api.close_as_won(self.name, closing_reason=reason))

	@rule(reason=REASONS)
	def lose(self, reason):
		self.attempt(lambda: api.close_as_lost(self.name, reason))

	@rule()
	def reopen(self):
		self.attempt(lambda: api.reopen(self.name))

	@rule(issue=st.booleans())
	def quote(self, issue):
		def action():
			quote = make_quote(self.load())
			if issue:
				quote.db_set({"docstatus": 1, "status": "Issued"})

		self.attempt(action)

	@rule(kind=st.sampled_from(["Billing", "Shipping"]), share=st.sampled_from([None, 0.3, 1, 1.5]))
	def request(self, kind, share):
		def action():
			lines = [
				{"opportunity_item": row.name, "quantity": row.quantity * share} for row in self.load().items
			]
			create_fulfilment_request(self.name, kind, lines)

		whole = share is None
		self.attempt((lambda: create_fulfilment_request(self.name, kind)) if whole else action)

	@rule()
	def cancel_a_request(self):
		open_ones = {"opportunity": self.name, "status": "Open"}
		for name in frappe.get_all("Fulfilment Request", open_ones, pluck="name", limit=1):
			self.attempt(lambda name=name: cancel(name))

	@rule(kind=st.sampled_from(["Call", "Note", "Dance"]))
	def do_something(self, kind):
		self.attempt(lambda: add_activity(self.name, kind, "Something"))

	@invariant()
	def amount_is_what_will_be_invoiced(self):
		doc = self.present()
		decimals = decimal_places(doc.transaction_currency)
		if doc.items and not doc.manual_amount:
			kept = [1 - to_decimal(row.discount_percentage) / 100 for row in doc.items]
			lines = [
				round_money(to_decimal(row.quantity) * to_decimal(row.rate) * share, decimals)
				for row, share in zip(doc.items, kept, strict=True)
			]
			whole = sum(lines, Decimal(0))
			discount = round_money(whole * to_decimal(doc.discount_percentage) / 100, decimals)
			freight = round_money(to_decimal(doc.freight), decimals)
			assert to_decimal(doc.amount) == whole - discount + freight
			parts = [to_decimal(row.net_amount) for row in doc.items]
			assert to_decimal(doc.amount) == sum(parts, to_decimal(doc.net_freight))

	@invariant()
	def weighted_is_amount_times_probability(self):
		doc = self.present()
		exact = to_decimal(doc.amount) * to_decimal(doc.probability) / 100
		rate = to_decimal(doc.conversion_rate)
		assert to_decimal(doc.weighted_amount) == round_money(exact, decimal_places(doc.transaction_currency))
		assert to_decimal(doc.base_weighted_amount) == round_money(
			exact * rate, decimal_places(doc.company_currency)
		)
		assert to_decimal(doc.base_amount) == round_money(
			to_decimal(doc.amount) * rate, decimal_places(doc.company_currency)
		)

	@invariant()
	def type_and_status_say_the_same(self):
		doc = self.present()
		assert doc.status == frappe.db.get_value("Qualification Stage", doc.stage, "stage_type")
		assert bool(doc.closed_on) == (doc.status != "Open")
		if doc.status != "Open":
			assert doc.probability == {"Won": 100, "Lost": 0}[doc.status]
		assert (doc.status == "Lost") <= bool(doc.closing_reason)

	@invariant()
	def log_is_complete(self):
		doc = self.present()
		assert doc.stage_log[0].from_stage is None
		assert doc.stage_log[-1].to_stage == doc.stage
		assert all(after.from_stage == before.to_stage for before, after in pairwise(doc.stage_log))

	@invariant()
	def facts_are_a_chain_that_ends_in_the_present(self):
		doc = self.present()
		facts = frappe.get_all(
			"Sales Opportunity Change", {"opportunity": self.name}, ["*"], order_by="changed_on asc"
		)
		for before, after in pairwise(facts):
			assert all(before[field] == after[f"previous_{field}"] for field in TRACKED)
		assert [facts[-1][field] for field in TRACKED] == [doc.get(field) for field in TRACKED]

	@invariant()
	def never_more_is_requested_than_was_sold(self):
		sold = {row.name: row.quantity for row in self.present().items}
		requests = frappe.get_all(
			"Fulfilment Request", {"opportunity": self.name, "status": ("!=", "Cancelled")}, ["name", "kind"]
		)
		for kind in ("Billing", "Shipping"):
			requested = dict.fromkeys(sold, Decimal(0))
			for row in frappe.get_all(
				"Fulfilment Request Item",
				{"parent": ("in", [request.name for request in requests if request.kind == kind])},
				["opportunity_item", "quantity"],
			):
				requested[row.opportunity_item] += to_decimal(row.quantity)
			assert all(0 <= requested[name] <= to_decimal(sold[name]) for name in sold)
		assert not requests or self.present().status == "Won"

	@invariant()
	def a_lost_opportunity_has_no_open_quote(self):
		doc = self.present()
		if doc.status != "Open":
			assert not frappe.db.exists(
				"Quote", {"opportunity": self.name, "status": ("in", ("Issued", "Sent"))}
			)
		assert frappe.db.count("Quote", {"primary_of": self.name}) <= 1


class TestInvariants(IntegrationTestCase):
	def test_any_sequence_of_actions(self):
		frappe.set_user("Administrator")
		run_state_machine_as_test(
			Life,
			settings=settings(
				max_examples=40,
				stateful_step_count=12,
				deadline=None,
				derandomize=True,
				database=None,
				suppress_health_check=list(HealthCheck),
			),
		)
