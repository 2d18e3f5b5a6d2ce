"""How long the board takes with many open opportunities, against the bare SQL of its figures, measured in turn in one run.

Usage, in the folder of the bench's sites: python board.py SITE [ROUNDS]. Nothing is kept.
"""

import sys
from collections.abc import Callable, Iterator

import frappe
from ratios import main

OPEN, CLOSED = 5_000, 45_000
STAGES = ("Inquiry", "First Meeting", "Needs Analysis", "Proposal", "Negotiation")


def comparisons() -> Iterator[tuple[str, Callable, Callable]]:
	"""Yield title, work and bare work: the page's first call by stage and by month, more cards, a moved card."""
	from sales_opportunity.sales_opportunity.page.pipeline.pipeline import get_board, get_card, get_more
	from sales_opportunity.tests.factories import (
		make_class,
		make_opportunity,
		make_user,
	)

	seller = make_user("benchmark@example.com", "Sales User").name
	class_id = make_class("BENCHMARK", members=[{"user": seller}]).name
	name = make_opportunity(class_id=class_id, amount=1_000, opportunity_owner=seller).name
	insert_many(name)

	def as_user(user: str, work: Callable) -> Callable:
		def run() -> None:
			frappe.set_user(user)
			work()

		return run

	def bare(group: str) -> Callable:
		query = f"""select {group}, count(*), sum(base_amount), sum(base_weighted_amount) from `tabSales Opportunity`
			where status = 'Open' group by {group}"""
		return lambda: frappe.db.sql(query)

	for user, who in (("Administrator", "who sees all"), (seller, "a salesperson")):
		yield (
			f"board by stage for {who} / bare sums by stage",
			as_user(user, lambda: get_board("stages")),
			bare("stage"),
		)
		yield (
			f"board by month for {who} / bare sums by close date",
			as_user(user, lambda: get_board("months")),
			bare("expected_close_date"),
		)
	yield (
		"25 more cards of a column / bare sums by stage",
		as_user("Administrator", lambda: get_more("stages", STAGES[0], 25)),
		bare("stage"),
	)
	yield (
		"card and figures after a move / bare sums by stage",
		as_user("Administrator", lambda: get_card(name, "stages")),
		bare("stage"),
	)


def insert_many(name: str) -> None:
	"""Insert opportunities like the stored one, with stages, outcomes, dates, values and next activities, by a statement.

	Rows that are updated before the transaction ends would slow down every index: they are written once.
	"""
	stage = f"elt(1 + seq %% {len(STAGES)}, {', '.join(['%s'] * len(STAGES))})"
	is_open = f"seq <= {OPEN}"
	values = {
		"name": "concat(name, '-', seq)",
		"status": f"if({is_open}, 'Open', elt(1 + seq %% 2, 'Won', 'Lost'))",
		"stage": f"if({is_open}, {stage}, elt(1 + seq %% 2, 'Won', 'Lost'))",
		"expected_close_date": "date_add(date_sub(curdate(), interval 20 day), interval (crc32(seq) %% 400) day)",
		"next_activity_date": "date_add(date_sub(curdate(), interval 10 day), interval (crc32(seq) %% 30) day)",
		"amount": "1000 + crc32(seq) %% 5000",
		"base_amount": "1000 + crc32(seq) %% 5000",
		"base_weighted_amount": "(1000 + crc32(seq) %% 5000) * probability / 100",
	}
	columns = [column for column in frappe.db.get_table_columns("Sales Opportunity") if column not in values]
	frappe.db.sql(
		f"""insert into `tabSales Opportunity` ({", ".join([*values, *columns])})
		select {", ".join([*values.values(), *columns])}
		from `tabSales Opportunity`, seq_1_to_{OPEN + CLOSED} where name = %s""",
		(*STAGES, name),
	)


if __name__ == "__main__":
	main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 9, comparisons)
