"""How much the app's rules cost, as ratios to the same work on the bare framework, measured in turn in one run.

What is measured is time of the processor, that of Python and of the database's thread together: what else runs on the
machine does not count. The last column is by how many MB of memory the process has grown at most while at ours.

Usage, in the folder of the bench's sites: python ratios.py SITE [ROUNDS]. Nothing is kept. `SIZE` in the environment says
among how many opportunities: 1k, 10k, 100k (the default) or 1M.
"""

import gc
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from pathlib import Path

import frappe

MANY = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1M": 1_000_000}[os.environ.get("SIZE", "100k")]
SEEN = tuple(MANY * seen // 100_000 for seen in (50, 1_000, 5_000, 30_000))
"""How many of the many salespeople see, in growing numbers of which each is at least twice the last."""
POSITIONS = (1, 30, 100, 500)


def main(site: str, rounds: int, comparisons: Callable[[], Iterator[tuple[str, Callable, Callable]]]) -> None:
	"""Connect to the site, print one row per comparison, and roll everything back."""
	frappe.init(site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	frappe.flags.in_test = True
	try:
		print(f"{'work':<58}{'ms':>9}{'bare ms':>9}{'ratio':>8}{'MB':>7}   (median of {rounds})")
		for title, work, bare in comparisons():
			memory = megabytes(work)
			pairs = [(seconds(work), seconds(bare)) for _round in range(rounds)]
			ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
			ratio = statistics.median(one / other for one, other in pairs)
			print(
				f"{title:<58}{ours * 1000:>9.1f}{theirs * 1000:>9.1f}{ratio:>8.2f}{memory:>7.0f}", flush=True
			)
	finally:
		frappe.db.rollback()
		frappe.destroy()


def comparisons() -> Iterator[tuple[str, Callable, Callable]]:
	"""Yield title, work and bare work: what is compared, each ready to be called again and again."""
	from sales_opportunity.deal.probability_sync import update_probabilities
	from sales_opportunity.reporting.snapshots import store_day
	from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import render_quote
	from sales_opportunity.tests.factories import (
		copy_many,
		make_opportunity,
		make_quote,
		make_stage,
		make_user,
	)

	papers = {lines: make_quote(make_opportunity(items=[{}] * lines)).name for lines in POSITIONS}
	stage = make_stage("Benchmark", probability=40)
	copy_many(make_opportunity(stage=stage.name, amount=1_000), MANY)

	all_seeing = make_user("benchmark-viewer@example.com", "Sales Viewer").name
	other = make_opportunity(stage=stage.name, opportunity_owner="Administrator").name
	sellers = {}
	for seen in SEEN:
		sellers[seen] = make_user(f"benchmark-{seen}@example.com", "Sales User").name
		frappe.db.sql(
			"""update `tabSales Opportunity` set opportunity_owner = %s
				where stage = %s and crc32(concat(name, 'owner')) %% %s >= %s and crc32(concat(name, 'owner')) %% %s < %s""",
			(sellers[seen], stage.name, MANY, seen, MANY, 2 * seen),
		)

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

	frappe.cache.delete_keys("sales_opportunity_")  # numbers of deals that were counted before
	for shared in (False, True):
		for seen, seller in sellers.items():
			if shared:
				frappe.share.add("Sales Opportunity", other, seller)
			more = ", one of them shared" if shared else ""
			yield (
				f"list 100 as one who sees {seen:,} of {MANY:,}{more} / who sees all",
				lambda seller=seller: list_as(seller),
				lambda: list_as(all_seeing),
			)
	for lines, quote in papers.items():
		yield (
			f"PDF of {lines} positions / WeasyPrint on the same HTML",
			lambda quote=quote: render_quote(quote),
			bare_paper(quote),
		)
	yield from [
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
	]


def bare_paper(name: str) -> Callable:
	"""Return what lays out a quote's HTML by WeasyPrint as it comes, with the pictures and fonts that the app finds."""
	import weasyprint

	from sales_opportunity.framework.compat import pdf_options
	from sales_opportunity.printing.pdf import BASE_URL, OF_THE_USER, _fetcher
	from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import quote_html

	html, options = quote_html(frappe.get_doc("Quote", name)), pdf_options()

	def write() -> None:
		page = weasyprint.HTML(string=html, base_url=BASE_URL, url_fetcher=_fetcher(OF_THE_USER, []))
		page.write_pdf(**options)

	return write


def megabytes(work: Callable) -> float:
	"""Return by how much memory this process has grown at most during one call, with which it warms up."""
	gc.collect()
	before = resident("VmRSS")
	Path("/proc/self/clear_refs").write_text("5")  # forgets the most there has been
	work()
	return (resident("VmHWM") - before) / 1024


def resident(name: str) -> int:
	"""Return what the system says of this process's memory by that name, in kB."""
	lines = Path("/proc/self/status").read_text().splitlines()
	return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def seconds(work: Callable) -> float:
	"""Return how long the processor is at work for one call."""
	started = time.process_time() + seconds_of_database()
	work()
	return time.process_time() + seconds_of_database() - started


def seconds_of_database() -> float:
	"""Return how long the processor has been at work for the thread that MariaDB keeps for this connection."""
	return int(Path(f"/proc/{database_thread()}/schedstat").read_text().split()[0]) / 1e9


@cache
def database_thread() -> int:
	((thread,),) = frappe.db.sql("select TID from information_schema.processlist where ID = connection_id()")
	return thread


if __name__ == "__main__":
	main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 9, comparisons)
