"""How long reports of snapshots, of quotes and of one partner take, as ratios to plain SQL of their main figures.

The 100,000 opportunities of `reports.py` are expected in one of the last months or the coming ones, each of 36 days has
a snapshot of those that were expected soon, each deal has a quote, and a partner has a hundred deals and quotes.

Usage, in the folder of the bench's sites: python records.py SITE [ROUNDS]. Nothing is kept.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import frappe
from ratios import MANY, main

PARTNER_DEALS = 100
QUOTE_COLUMNS = (
	"company_currency",
	"conversion_rate",
	"opportunity",
	"quote_date",
	"party_type",
	"party",
	"party_name",
	"class_id",
	"transaction_currency",
	"valid_until",
	"issued_on",
	"sent_on",
	"base_net_total",
	"status",
	"is_primary",
	"answered_on",
)


def comparisons() -> Iterator[tuple[str, Callable, Callable]]:
	"""Yield title, report and bare SQL: what is compared, each ready to be called again and again."""
	from sales_opportunity.tests.factories import copy_many, make_opportunity, make_stage

	stage = make_stage("Benchmark", probability=40).name
	first = make_opportunity(stage=stage, amount=1_000)
	copy_many(first, MANY)
	asked = tell_past(stage)
	busy = busy_partner(stage, first)
	for name, filters, query in (
		("Forecast Accuracy", {}, bare_accuracy(asked)),
		("Quote Register", {}, BARE_REGISTER),
		("Customer Journey", {"party_type": "Business Partner", "party": busy}, BARE_JOURNEY),
	):

		def report(name: str = name, filters: dict = filters) -> None:
			frappe.get_doc("Report", name).execute_module(filters)

		def bare(query: str = query) -> None:
			for statement in query.split(";"):
				frappe.db.sql(statement, {"day": frappe.utils.nowdate(), "party": busy})

		yield f"{name} of {MANY:,} / bare SQL", report, bare


def tell_past(stage: str) -> list[tuple[date, date, date, int]]:
	"""Give the opportunities of the stage a past with quotes and snapshots; return day, period and horizon of these."""
	from sales_opportunity.analysis.accuracy import complete_periods
	from sales_opportunity.reporting.forecasts import HORIZONS

	for doctype in ("Sales Opportunity", "Sales Opportunity Change"):
		frappe.db.delete(doctype, {"stage": ("!=", stage)})  # what tests left behind
	frappe.db.sql(
		"""update `tabSales Opportunity` set
			expected_close_date = date_add(curdate(), interval cast(crc32(name) %% 24 as signed) - 15 month),
			status = elt(1 + crc32(name) %% 6, 'Won', 'Lost', 'Open', 'Open', 'Open', 'Open'),
			closed_on = if(crc32(name) %% 6 < 2, date_sub(now(), interval (crc32(name) %% 400) day), null),
			creation = date_sub(now(), interval (500 + crc32(name) %% 1000) day),
			probability = (crc32(name) %% 20) * 5,
			base_amount = 1000 + crc32(name) %% 5000, amount = base_amount, manual_amount = 0,
			base_weighted_amount = base_amount * probability / 100
		where stage = %s""",
		stage,
	)
	frappe.db.delete("Sales Pipeline Snapshot")
	asked = [
		(start - timedelta(days=horizon), start, end, horizon)
		for start, end in complete_periods(date.today(), 12, 1)
		for horizon in HORIZONS
	]
	for day in sorted({day for day, *_period in asked}):
		frappe.db.sql(
			"""insert into `tabSales Pipeline Snapshot`
				(name, snapshot_date, opportunity, class_id, stage, status, opportunity_owner, expected_close_date,
				transaction_currency, conversion_rate, probability, amount, base_amount, base_weighted_amount)
			select concat(name, %(day)s), %(day)s, name, class_id, stage, 'Open', opportunity_owner,
				expected_close_date, transaction_currency, conversion_rate, probability, amount, base_amount,
				base_weighted_amount
			from `tabSales Opportunity` where expected_close_date >= %(day)s
				and expected_close_date < date_add(%(day)s, interval 120 day)""",
			{"day": day},
		)
	frappe.db.delete("Quote")
	frappe.db.sql(
		f"""insert into `tabQuote` (name, docstatus, {", ".join(QUOTE_COLUMNS)})
		select concat('Q', name), 1, company_currency, conversion_rate, name, date(creation), party_type, party,
			party_name, class_id, transaction_currency, date_add(curdate(), interval (crc32(name) %% 90) day),
			creation, date_add(creation, interval 1 day), base_amount,
			elt(1 + crc32(name) %% 6, 'Accepted', 'Declined', 'Sent', 'Issued', 'Sent', 'Expired'), 1,
			if(crc32(name) %% 6 < 2, date_add(creation, interval (crc32(name) %% 400) hour), null)
		from `tabSales Opportunity` where stage = %s""",
		stage,
	)
	frappe.db.sql(
		"""insert into `tabQuote Answer` (name, creation, quote, answer, person_name)
		select concat('A', name), answered_on, name, status, 'Kim' from `tabQuote` where status in ('Accepted', 'Declined')"""
	)
	return asked


def busy_partner(stage: str, first) -> str:
	"""Return a partner with a hundred of the deals, each with two entries in its history, a note, a task and a mail."""
	from sales_opportunity.tests.factories import make_partner

	party = make_partner("Vielkauf GmbH").name
	for table in ("Sales Opportunity", "Quote"):
		key = "name" if table == "Sales Opportunity" else "opportunity"
		frappe.db.sql(
			f"""update `tab{table}` set party = %s, party_name = 'Vielkauf GmbH' where {key} in (select name from
				(select name from `tabSales Opportunity` where stage = %s order by name limit {PARTNER_DEALS}) chosen)""",
			(party, stage),
		)
	frappe.db.sql(
		"""insert into `tabSales Opportunity Change`
			(name, opportunity, changed_on, changed_by, is_first, stage, previous_stage, status, amount, base_amount,
			previous_amount, transaction_currency, previous_transaction_currency, expected_close_date)
		select concat(number, 'F', name), name, creation + interval number day, 'Administrator', number = 0, stage,
			if(number, 'Inquiry', null), status, amount + number, base_amount, amount, transaction_currency,
			transaction_currency, expected_close_date
		from `tabSales Opportunity`, (select 0 as number union select 1) numbers where party = %s""",
		party,
	)
	for table, columns, values in (
		(
			"Comment",
			"comment_type, reference_doctype, reference_name, content, owner",
			"'Comment', 'Sales Opportunity', name, 'Asked for a sample', 'Administrator'",
		),
		(
			"ToDo",
			"reference_type, reference_name, description, allocated_to",
			"'Sales Opportunity', name, 'Send the sample', 'Administrator'",
		),
		(
			"Communication",
			"communication_type, communication_medium, subject, reference_doctype, reference_name",
			"'Communication', 'Email', 'Sample', 'Sales Opportunity', name",
		),
	):
		frappe.db.sql(
			f"insert into `tab{table}` (name, creation, {columns})"
			f" select crc32(concat('{table}', name)), creation, {values} from `tabSales Opportunity` where party = %s",
			party,
		)
	return party


def bare_accuracy(asked: list[tuple[date, date, date, int]]) -> str:
	"""Return sums of what each forecast expected, by probability and outcome, and of what was closed each day."""
	rows = sorted(enumerate(asked), key=lambda entry: (entry[1][0], entry[1][2]))
	numbers = " ".join(
		f"when snapshot_date = '{day}' and kept.expected_close_date < '{end}' then {number}"
		for number, (day, _start, end, _horizon) in rows
	)
	is_expected = " or ".join(
		f"snapshot_date = '{day}' and kept.expected_close_date >= '{start}' and kept.expected_close_date < '{end}'"
		for day, start, end, _horizon in asked
	)
	return f"""select number, probability, status, closed_in, place = 1, count(*), sum(base_amount), sum(base_weighted_amount)
		from (select expected.*, row_number() over (partition by number %% 3, opportunity order by number) as place
			from (select case {numbers} end as number, kept.opportunity, kept.probability, kept.base_amount,
					kept.base_weighted_amount, o.status, last_day(o.closed_on) as closed_in
				from `tabSales Pipeline Snapshot` kept left join `tabSales Opportunity` o on o.name = kept.opportunity
				where kept.status = 'Open' and ({is_expected})) expected) ranked
		group by number, probability, status, closed_in, place = 1;
		select date(closed_on) as day, status, count(*), sum(base_amount) from `tabSales Opportunity`
		where status != 'Open' group by day, status"""


BARE_REGISTER = """select status, count(*), sum(base_net_total) from `tabQuote` group by status;
	select sum(base_net_total) from (select base_net_total,
		row_number() over (partition by opportunity order by is_primary desc, quote_date desc, name desc) as place
		from `tabQuote` where status in ('Issued', 'Sent')) pending where place = 1;
	select sum(accepted), sum(accepted = 0 and decided and not waiting) from (select max(status = 'Accepted') as accepted,
		max(status in ('Accepted', 'Declined', 'Expired')) as decided, max(status in ('Issued', 'Sent')) as waiting
		from `tabQuote` group by opportunity) found;
	select distinct median(timestampdiff(second, coalesce(sent_on, issued_on), answered_on)) over () from `tabQuote`
		where status in ('Accepted', 'Declined') and name in (select quote from `tabQuote Answer`);
	select * from `tabQuote` order by quote_date desc, name desc limit 500"""
BARE_JOURNEY = """select name, status, base_amount, base_weighted_amount from `tabSales Opportunity` where party = %(party)s;
	select name, creation, issued_on, sent_on, answered_on, base_net_total from `tabQuote` where party = %(party)s;
	select fact.* from `tabSales Opportunity Change` fact join `tabSales Opportunity` o on o.name = fact.opportunity
		where o.party = %(party)s;
	select creation, content, owner from `tabComment` where reference_doctype = 'Sales Opportunity'
		and reference_name in (select name from `tabSales Opportunity` where party = %(party)s);
	select creation, description, allocated_to from `tabToDo` where reference_type = 'Sales Opportunity'
		and reference_name in (select name from `tabSales Opportunity` where party = %(party)s);
	select communication_date, subject, owner from `tabCommunication` where reference_doctype = 'Sales Opportunity'
		and reference_name in (select name from `tabSales Opportunity` where party = %(party)s)"""


if __name__ == "__main__":
	main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3, comparisons)
