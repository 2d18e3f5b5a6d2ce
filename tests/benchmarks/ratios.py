"""How much the app's rules cost, as ratios to the same work on the bare framework, measured in turn in one run.

Usage, in the folder of the bench's sites: python ratios.py SITE [ROUNDS]. Nothing is kept.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count

import frappe

LINES = 20
MANY = 100_000


def main(site: str, rounds: int, comparisons: Callable[[], Iterator[tuple[str, Callable, Callable]]]) -> None:
	"""Connect to the site, print one row per comparison, and roll everything back."""
	frappe.init(site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	frappe.flags.in_test = True
	try:
		print(f"{'work':<58}{'ms':>9}{'bare ms':>9}{'ratio':>8}   (median of {rounds})")
		for title, work, bare in comparisons():
			pairs = [(seconds(work), seconds(bare)) for _round in range(rounds)]
			ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
			ratio = statistics.median(one / other for one, other in pairs)
			print(f"{title:<58}{ours * 1000:>9.1f}{theirs * 1000:>9.1f}{ratio:>8.2f}")
	finally:
		frappe.db.rollback()
		frappe.destroy()


def comparisons() -> Iterator[tuple[str, Callable, Callable]]:
	"""Yield title, work and bare work: what is compared, each ready to be called again and again."""
	from sales_opportunity.deal.probability_sync import update_probabilities
	from sales_opportunity.reporting.snapshots import store_day
	from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import render_quote
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote
	from sales_opportunity.tests.factories import (
		copy_many,
		make_opportunity,
		make_quote,
		make_stage,
		make_user,
	)

	opportunity = make_opportunity(items=[{}] * LINES)
	quote = make_quote(opportunity)
	short, long = make_quote(make_opportunity(items=[{}])), make_quote(make_opportunity(items=[{}] * 500))
	seller = make_user("benchmark@example.com", "Sales User").name
	stage = make_stage("Benchmark", probability=40)
	copy_many(make_opportunity(stage=stage.name, amount=1_000), MANY)

	def save(bare: bool) -> None:
		doc = frappe.get_doc("Sales Opportunity", opportunity.name)
		doc.flags.ignore_validate = bare
		doc.expected_close_date = frappe.utils.nowdate()
		doc.save()

	def insert_bare_quote() -> None:
		copy = frappe.copy_doc(quote)
		copy.update({"primary_of": None, "request_key": None, "quote_number": frappe.generate_hash()})
		copy.flags.ignore_validate = True
		copy.insert()

	def follow_stage() -> None:
		stage.probability = 100 - stage.probability
		stage.save()
		update_probabilities([stage.name])

	def update_in_bare_sql() -> None:
		frappe.db.sql(
			"update `tabSales Opportunity` set competitor_price = competitor_price + 1 where stage = %s",
			stage.name,
		)

	follow_stage()  # each of the many gets a fact, from which snapshots are taken
	days = count(start=1)

	def take_snapshot() -> None:
		store_day(frappe.utils.getdate(frappe.utils.add_days(None, next(days))))

	def insert_in_bare_sql() -> None:
		frappe.db.sql(
			"""insert into `tabSales Pipeline Snapshot` (
				name, snapshot_date, opportunity, class_id, stage, status, opportunity_owner, expected_close_date,
				transaction_currency, conversion_rate, probability, amount, base_amount, base_weighted_amount
			) select
				concat(name, %(day)s), %(day)s, name, class_id, stage, status, opportunity_owner,
				expected_close_date, transaction_currency, conversion_rate, probability, amount, base_amount,
				base_weighted_amount
			from `tabSales Opportunity` where status = 'Open'""",
			{"day": frappe.utils.add_days(None, next(days))},
		)

	def list_as(user: str) -> None:
		frappe.set_user(user)
		frappe.get_list("Sales Opportunity", fields=["name", "base_weighted_amount"], limit=100)
		frappe.set_user("Administrator")

	yield from [
		(f"save an opportunity with {LINES} lines / without rules", lambda: save(False), lambda: save(True)),
		(
			f"create a quote of {LINES} lines / insert it without rules",
			lambda: create_quote(opportunity.name, "2099-12-31"),
			insert_bare_quote,
		),
		(
			"list 100 as a salesperson / as one who sees all",
			lambda: list_as(seller),
			lambda: list_as("Administrator"),
		),
		(
			f"snapshot of {MANY:,} from their facts / bare insert from select",
			take_snapshot,
			insert_in_bare_sql,
		),
		(
			f"{MANY:,} follow their stage, with facts / bare update of one column",
			follow_stage,
			update_in_bare_sql,
		),
		(
			"PDF of 500 positions / of one",
			lambda: render_quote(long.name),
			lambda: render_quote(short.name),
		),
	]
	yield from report_comparisons(stage.name)


def report_comparisons(stage: str) -> list[tuple[str, Callable, Callable]]:
	"""Return the reports that read opportunities or facts one by one, over all of them,
	the many of the stage included, and the least SQL behind each.

	A third of them is closed, all have one of 24 close dates, a line and an entry in the stage log.
	"""
	spread_out(stage)
	day = frappe.utils.nowdate()
	month = {"from_date": frappe.utils.add_days(day, -30), "to_date": day}
	found = []
	for name, filters, query in (
		(
			"Revenue Forecast",
			{},
			"select expected_close_date, status, sum(base_amount), sum(base_weighted_amount)"
			" from `tabSales Opportunity` group by expected_close_date, status",
		),
		(
			"Win-Loss Analysis",
			{},
			"select closing_reason, status, count(*), sum(base_amount) from `tabSales Opportunity`"
			" where status != 'Open' group by closing_reason, status",
		),
		(
			"Sales Funnel",
			{},
			"select to_stage, count(distinct parent) from `tabSales Opportunity Stage Log` group by to_stage",
		),
		(
			"Stalled and Not Forecastable",
			{},
			"select count(*), sum(base_weighted_amount) from `tabSales Opportunity` where status = 'Open'"
			" and (expected_close_date is null or next_activity_date is null)",
		),
		(
			"Item Demand Forecast",
			{},
			"select line.item, sum(line.quantity), sum(line.quantity * o.probability) from"
			" `tabSales Opportunity Item` line join `tabSales Opportunity` o on o.name = line.parent"
			" where o.status = 'Open' group by line.item, o.expected_close_date",
		),
		(
			"Pipeline Changes",
			month,
			"select status, sum(base_amount) from `tabSales Opportunity Change` group by status",
		),
		(
			"Probability Calibration",
			{},
			"select log.to_stage, o.status, count(distinct o.name) from `tabSales Opportunity Stage Log` log"
			" join `tabSales Opportunity` o on o.name = log.parent where o.status != 'Open'"
			" group by log.to_stage, o.status",
		),
	):

		def report(name: str = name, filters: dict = filters) -> None:
			frappe.get_doc("Report", name).execute_module(
				filters
			)  # the framework notes how long other ways take

		def bare(query: str = query) -> None:
			frappe.db.sql(query)

		found.append((f"{name} of {MANY:,} / bare sums", report, bare))
	return found


def spread_out(stage: str) -> None:
	"""Give the opportunities of the stage dates, outcomes, lines and a stage log, by a statement each."""
	from sales_opportunity.tests.factories import make_item

	frappe.db.sql(
		"""update `tabSales Opportunity` set
			expected_close_date = date_add(curdate(), interval (crc32(name) %% 24) month),
			status = elt(1 + crc32(name) %% 6, 'Won', 'Lost', 'Open', 'Open', 'Open', 'Open'),
			closed_on = if(crc32(name) %% 6 < 2, date_sub(now(), interval (crc32(name) %% 400) day), null),
			base_amount = 1000 + crc32(name) %% 5000, amount = base_amount,
			base_weighted_amount = base_amount * probability / 100
		where stage = %s""",
		stage,
	)
	line = make_item()
	frappe.db.sql(
		"""insert into `tabSales Opportunity Item`
			(name, parent, parenttype, parentfield, idx, item_type, item, item_name, unit, quantity, rate, amount, base_amount,
			net_amount, base_net_amount)
		select concat('L', name), name, 'Sales Opportunity', 'items', 1, 'Sales Item', %s, 'Bike', 'Piece', 1,
			amount, amount, base_amount, amount, base_amount from `tabSales Opportunity` where stage = %s""",
		(line.name, stage),
	)
	frappe.db.sql(
		"""insert into `tabSales Opportunity Stage Log`
			(name, parent, parenttype, parentfield, idx, to_stage, changed_on)
		select concat('S', name), name, 'Sales Opportunity', 'stage_log', 1, 'Inquiry',
			date_sub(now(), interval 500 day) from `tabSales Opportunity` where stage = %s""",
		stage,
	)


def seconds(work: Callable) -> float:
	"""Return how long one call takes."""
	started = time.perf_counter()
	work()
	return time.perf_counter() - started


if __name__ == "__main__":
	main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 9, comparisons)
