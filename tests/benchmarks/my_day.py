"""How long My Day, the list's sums and the search take with many open opportunities, against the bare SQL behind each.

Usage, in the folder of the bench's sites: python my_day.py SITE [ROUNDS]. Nothing is kept.
"""

import sys
from collections.abc import Callable, Iterator

import frappe
from ratios import main

OPEN = 5_000
SELLER = "benchmark@example.com"


def comparisons() -> Iterator[tuple[str, Callable, Callable]]:
	"""Yield title, work and bare work, all as a salesperson whose deals the many are, a third of them overdue."""
	from sales_opportunity.desk.list_sums import list_sums
	from sales_opportunity.desk.search import find
	from sales_opportunity.sales_opportunity.page.my_day.my_day import get_open_work
	from sales_opportunity.tests.factories import copy_many, make_opportunity, make_stage, make_user

	make_user(SELLER, "Sales User")
	stage = make_stage("Benchmark", probability=40).name
	deal = make_opportunity(stage=stage, amount=1_000, opportunity_owner=SELLER, title="Benchmark")
	copy_many(deal, OPEN)
	frappe.db.sql(
		"""update `tabSales Opportunity` set next_activity = 'Call', next_activity_date =
			date_sub(date_add(curdate(), interval (crc32(name) %% 30) day), interval 10 day),
			stalled_from = date_sub(date_add(curdate(), interval (crc32(name) %% 90) day), interval 10 day) where stage = %s""",
		stage,
	)
	frappe.set_user(SELLER)
	mine = [
		["Sales Opportunity", "opportunity_owner", "=", SELLER],
		["Sales Opportunity", "status", "=", "Open"],
	]
	yield ("My Day / bare sums and counts of its figures", get_open_work, bare_figures)
	yield ("sums above the list / bare sums", lambda: list_sums("Sales Opportunity", mine), bare_sums)
	yield ("search for a word / bare search in the deals", lambda: find("chmar"), bare_search)


def bare_figures() -> None:
	for condition in (
		"status = 'Open'",
		"status = 'Open' and forecast_category != 'Omitted'",
		"status = 'Open' and next_activity_date <= curdate()",
		"status = 'Open' and stalled_from <= curdate()",
		"status = 'Won' and closed_on >= date_format(curdate(), '%%Y-%%m-01')",
	):
		frappe.db.sql(
			f"""select count(*), sum(base_amount), sum(base_weighted_amount) from `tabSales Opportunity`
			where opportunity_owner = %s and {condition}""",
			SELLER,
		)


def bare_sums() -> None:
	frappe.db.sql(
		"""select count(*), sum(base_amount), sum(base_weighted_amount) from `tabSales Opportunity`
		where opportunity_owner = %s and status = 'Open'""",
		SELLER,
	)


def bare_search() -> None:
	frappe.db.sql(
		"""select name, title from `tabSales Opportunity`
		where title like %(text)s or party_name like %(text)s or name like %(text)s limit 20""",
		{"text": "%chmar%"},
	)


if __name__ == "__main__":
	main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 9, comparisons)
