"""How long the reports take over many opportunities, as ratios to plain SQL of their main figures, measured in turn in one run.

Main figures are numbers, sums and medians: without the lists behind them, names, other currencies, and percentiles. A third
of the opportunities is closed, all have one of 24 close dates, which are the likely ones as well, a line, of a hundredth of them
one that is charged for a year by month, and an entry in the stage log; the open ones were there two months ago, and their
probability has changed today.

Usage, in the folder of the bench's sites: python reports.py SITE [ROUNDS]. Nothing is kept.
"""

import sys
from collections.abc import Callable, Iterator

import frappe
from ratios import MANY, main


def comparisons() -> Iterator[tuple[str, Callable, Callable]]:
	"""Yield title, report and bare SQL: what is compared, each ready to be called again and again."""
	from frappe.desk.doctype.number_card.number_card import get_result
	from frappe.desk.query_report import run

	from sales_opportunity.tests.factories import copy_many, make_opportunity, make_stage

	stage = make_stage("Benchmark", probability=40).name
	copy_many(make_opportunity(stage=stage, amount=1_000), MANY)
	day = frappe.utils.nowdate()
	begin = frappe.utils.add_days(day, -30)
	spread_out(stage, frappe.utils.add_days(begin, -1))
	bare_reports: dict[str, Callable] = {}
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
			"""select closing_reason, status, count(*), sum(base_amount) from `tabSales Opportunity`
				where status != 'Open' group by closing_reason, status;
			select distinct closing_reason, status, median(timestampdiff(second, creation, closed_on))
				over (partition by closing_reason, status) from `tabSales Opportunity` where status != 'Open'""",
		),
		(
			"Sales Funnel",
			{},
			"select to_stage, count(distinct parent) from `tabSales Opportunity Stage Log` group by to_stage",
		),
		(
			"Stalled and Not Forecastable",
			{},
			"""select count(*), sum(base_weighted_amount), sum(expected_close_date is null), sum(expected_close_date < %(day)s),
				sum(next_activity_date is null), sum(next_activity_date < %(day)s), sum(stalled_from <= %(day)s),
				sum(if(expected_close_date is null or expected_close_date < %(day)s or next_activity_date is null
					or next_activity_date < %(day)s or stalled_from <= %(day)s, base_weighted_amount, 0)),
				(select count(*) from (select o.amount, sum(line.net_amount) as total from `tabSales Opportunity` o
					join `tabSales Opportunity Item` line on line.parent = o.name
					where o.status = 'Open' and o.manual_amount = 1 group by o.name having total != o.amount) differing)
			from `tabSales Opportunity` where status = 'Open'""",
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
			{"from_date": begin, "to_date": day},
			"""select count(*), sum(base_amount), sum(base_weighted_amount) from `tabSales Pipeline Snapshot`
				where snapshot_date = %(begin)s - interval 1 day and status = 'Open';
			select previous_status, status, count(distinct opportunity), sum(base_amount - previous_base_amount),
				sum(base_weighted_amount - previous_base_weighted_amount)
				from `tabSales Opportunity Change` where changed_on >= %(begin)s group by previous_status, status;
			select kept.opportunity from `tabSales Pipeline Snapshot` kept
				left join `tabSales Opportunity` o on o.name = kept.opportunity where o.name is null;
			select count(*), sum(base_amount), sum(base_weighted_amount) from `tabSales Opportunity`
				where status = 'Open'""",
		),
		(
			"Probability Calibration",
			{},
			"select log.to_stage, o.status, count(distinct o.name) from `tabSales Opportunity Stage Log` log"
			" join `tabSales Opportunity` o on o.name = log.parent"
			" group by log.to_stage, o.status",
		),
		(
			"Revenue Forecast",
			{"dates": "Likely"},
			"select likely_close_date, status, sum(base_amount), sum(base_weighted_amount)"
			" from `tabSales Opportunity` group by likely_close_date, status",
		),
		(
			"Revenue Forecast",
			{"basis": "Service Period"},
			"""select expected_close_date, status, sum(base_amount), sum(base_weighted_amount)
				from `tabSales Opportunity` group by expected_close_date, status;
			select line.parent, line.base_net_amount, line.periods from `tabSales Opportunity Item` line
				join `tabSales Opportunity` o on o.name = line.parent where o.contract_value > 0""",
		),
		(
			"Sales Targets",
			{},
			"""select opportunity_owner, date(closed_on), count(*), sum(base_amount) from `tabSales Opportunity`
				where status = 'Won' and closed_on >= %(day)s - interval 2 year group by opportunity_owner, date(closed_on);
			select opportunity_owner, expected_close_date, forecast_category, count(*), sum(base_amount),
				sum(base_weighted_amount) from `tabSales Opportunity` where status = 'Open'
				group by opportunity_owner, expected_close_date, forecast_category""",
		),
		(
			"Moved Close Dates",
			{},
			"""select moves.times, count(*), sum(o.base_amount), sum(o.base_weighted_amount) from `tabSales Opportunity` o
				join (select opportunity, count(*) as times from `tabSales Opportunity Change`
					where previous_expected_close_date != expected_close_date group by opportunity) moves
				on moves.opportunity = o.name where o.status = 'Open' group by moves.times""",
		),
		(
			"Margin",
			{},
			"""select o.class_id, count(distinct o.name), sum(line.base_net_amount), sum(line.quantity * line.unit_cost)
				from `tabSales Opportunity` o join `tabSales Opportunity Item` line on line.parent = o.name
				where o.status = 'Won' group by o.class_id""",
		),
	):

		def report(name: str = name, filters: dict = filters) -> None:
			frappe.get_doc("Report", name).execute_module(
				filters
			)  # the framework notes how long other ways take

		def bare(query: str = query) -> None:
			for statement in query.split(";"):
				frappe.db.sql(statement, {"day": day, "begin": begin})

		asked = "".join(f", {value}" for key, value in filters.items() if key in ("dates", "basis"))
		yield f"{name}{asked} of {MANY:,} / bare SQL", report, bare
		bare_reports.setdefault(name, bare)
	page = frappe.get_doc("Workspace", "Sales Figures")
	charts = [frappe.get_doc("Dashboard Chart", row.chart_name) for row in page.charts]
	cards = [frappe.get_doc("Number Card", row.number_card_name) for row in page.number_cards]

	def show_page() -> None:
		for chart in charts:
			days = {"from_date": begin, "to_date": day} if chart.report_name == "Pipeline Changes" else {}
			filters = {**frappe.parse_json(chart.filters_json), **days}
			run(chart.report_name, filters=filters, ignore_prepared_report=True)
		for card in cards:
			if card.type == "Custom":
				frappe.get_attr(card.method)(card.filters_json)
			else:
				get_result(card.as_dict(), card.filters_json)

	def bare_page() -> None:
		for chart in charts:
			bare_reports[chart.report_name]()

	yield f"charts and cards of Sales Figures, {MANY:,} / bare SQL of the charts", show_page, bare_page


def spread_out(stage: str, day: str) -> None:
	"""Give the opportunities of the stage dates, outcomes, lines, a stage log, a history and a snapshot of the day."""
	from sales_opportunity.deal.probability_sync import update_probabilities
	from sales_opportunity.reporting.snapshots import store_day
	from sales_opportunity.tests.factories import make_item

	for doctype in ("Sales Opportunity", "Sales Opportunity Change"):
		frappe.db.delete(doctype, {"stage": ("!=", stage)})  # what tests left behind
	frappe.db.sql(
		"""update `tabSales Opportunity` set
			expected_close_date = date_add(curdate(), interval (crc32(name) %% 24) month),
			status = elt(1 + crc32(name) %% 6, 'Won', 'Lost', 'Open', 'Open', 'Open', 'Open'),
			closed_on = if(crc32(name) %% 6 < 2, date_sub(now(), interval (crc32(name) %% 400) day), null),
			closing_reason = elt(1 + crc32(name) %% 5, 'No Budget', 'Best Product', 'No Decision', 'Price', ''),
			creation = date_sub(now(), interval (500 + crc32(name) %% 1000) day),
			base_amount = 1000 + crc32(name) %% 5000, amount = base_amount, manual_amount = 0,
			base_weighted_amount = base_amount * probability / 100, likely_close_date = expected_close_date,
			contract_value = if(crc32(name) %% 100 = 0, base_amount, 0)
		where stage = %s""",
		stage,
	)
	line = make_item()
	frappe.db.sql(
		"""insert into `tabSales Opportunity Item`
			(name, parent, parenttype, parentfield, idx, item_type, item, item_name, unit, quantity, rate, amount, base_amount,
			net_amount, base_net_amount, unit_cost, recurrence, periods)
		select concat('L', name), name, 'Sales Opportunity', 'items', 1, 'Sales Item', %s, 'Bike', 'Piece', 1,
			amount, amount, base_amount, amount, base_amount, amount / 2, if(contract_value, 'Monthly', ''),
			if(contract_value, 12, 1) from `tabSales Opportunity` where stage = %s""",
		(line.name, stage),
	)
	frappe.db.sql(
		"""insert into `tabSales Opportunity Stage Log`
			(name, parent, parenttype, parentfield, idx, to_stage, changed_on)
		select concat('S', name), name, 'Sales Opportunity', 'stage_log', 1, 'Inquiry',
			date_sub(now(), interval 500 day) from `tabSales Opportunity` where stage = %s""",
		stage,
	)
	frappe.db.sql("delete from `tabSales Opportunity Change` where stage = %s", stage)
	frappe.db.sql(
		"""insert into `tabSales Opportunity Change`
			(name, creation, modified, opportunity, changed_on, is_first, stage, status, expected_close_date,
			transaction_currency, conversion_rate, probability, amount, base_amount, base_weighted_amount, class_id,
			opportunity_owner, company_currency)
		select concat('F', name), now() - interval 60 day, now(), name, now() - interval 60 day, 1, stage, status,
			expected_close_date, transaction_currency, conversion_rate, probability, amount, base_amount,
			base_weighted_amount, class_id, opportunity_owner, company_currency
		from `tabSales Opportunity` where stage = %s and status = 'Open'""",
		stage,
	)
	frappe.db.delete("Sales Pipeline Snapshot")
	store_day(frappe.utils.getdate(day))
	doc = frappe.get_doc("Qualification Stage", stage)
	doc.probability = 100 - doc.probability
	doc.save()
	update_probabilities([stage])


if __name__ == "__main__":
	main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3, comparisons)
