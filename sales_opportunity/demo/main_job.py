"""The main job on the demo: from the first three entries to the issued quote, with the figures it moves."""

import json
import os
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Count, Sum
from frappe.utils import fmt_money, formatdate

from sales_opportunity.demo.acting import acting
from sales_opportunity.demo.masters import PASSWORD
from sales_opportunity.demo.source import read_json, read_table
from sales_opportunity.reporting.query import is_counted
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import (
	create_quote,
	default_validity,
)

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_stage_log.sales_opportunity_stage_log import (
		SalesOpportunityStageLog,
	)

LANGUAGE = "de"
NUMBER_FORMAT = "#.###,##"
DATE_FORMAT = "dd.mm.yyyy"


def run() -> None:
	"""Do the main job as a salesperson and print one line of JSON.

	`lines` is the report, `pdf` the absolute path of the issued quote, `users` the logins of the demo. The job is
	done once: its quote carries a request key, and as long as that quote is there, a further call reports on it
	from the same queries. What the opportunity was worth before and after the stage change stands in its stage
	log; the rest of the pipeline is today's.
	"""
	job = read_json("main_job")
	quote = issued_quote(job)
	if not quote:
		with acting(job["salesperson"]):
			quote = do_main_job(job)
	result = {"lines": report(job, quote), "quote": quote.name, "pdf": pdf_path(quote), "users": logins()}
	print(json.dumps(result))


def issued_quote(job: dict) -> "Quote | None":
	"""Return the issued quote of an earlier call, or None."""
	name = frappe.db.get_value("Quote", {"request_key": job["request_key"], "docstatus": 1})
	return frappe.get_doc("Quote", name) if name else None


def do_main_job(job: dict) -> "Quote":
	"""Create the opportunity, enter the lines, change the stage, make the quote and issue it; return the quote."""
	partner = next(row for row in read_table("partners") if row["key"] == job["partner"])
	opportunity = frappe.get_doc(
		{
			"doctype": "Sales Opportunity",
			"party": frappe.db.get_value("Business Partner", {"partner_name": partner["partner_name"]}),
			"class_id": job["class_id"],
			"stage": job["stage"],
			"amount": job["amount"],
		}
	).insert()
	for item in job["items"]:
		opportunity.append("items", item)
	opportunity.save()
	opportunity.stage = job["quote_stage"]
	opportunity.save()
	quote = frappe.get_doc(
		"Quote", create_quote(opportunity.name, default_validity(opportunity.name), job["request_key"])
	)
	quote.submit()
	quote.reload()
	return quote


def report(job: dict, quote: "Quote") -> list[str]:
	"""Return what the job moved, in German, line by line."""
	opportunity = frappe.get_doc("Sales Opportunity", quote.opportunity)
	first = opportunity.stage_log[0]
	quoting = next(row for row in opportunity.stage_log if row.to_stage == job["quote_stage"])
	before = pipeline_with(opportunity, first)
	after = pipeline_with(opportunity, quoting)
	currency = opportunity.company_currency
	owner = frappe.utils.get_fullname(opportunity.opportunity_owner)
	title = frappe.get_cached_value("Class ID", opportunity.class_id, "title")
	return [
		f"Verkaufschance {opportunity.name}: {opportunity.party_name}, Klasse {title}, {owner}",
		f"  {entry_line(first, currency)}",
		f"  {entry_line(quoting, currency)}",
		"",
		f"Umsatzprognose, gewichtet: vorher {german_amount(pipeline_value(before), currency)}, "
		f"nachher {german_amount(pipeline_value(after), currency)}",
		"",
		*pipeline_table(before, after, currency),
		"",
		*quote_lines(quote),
	]


def pipeline(without: str) -> dict[str, tuple[int, float, float]]:
	"""Return count, nominal and weighted value (company's currency) of the open opportunities by stage.

	The stages come in the order of their positions; the opportunity `without` and frame contracts are left out.
	"""
	stage = frappe.qb.DocType("Qualification Stage")
	opportunity = frappe.qb.DocType("Sales Opportunity")
	rows = (
		frappe.qb.from_(stage)
		.left_join(opportunity)
		.on((opportunity.stage == stage.name) & (opportunity.name != without) & is_counted(opportunity))
		.where((stage.stage_type == "Open") & (stage.enabled == 1))
		.groupby(stage.name, stage.position)
		.orderby(stage.position)
		.select(
			stage.name,
			Count(opportunity.name),
			Coalesce(Sum(opportunity.base_amount), 0),
			Coalesce(Sum(opportunity.base_weighted_amount), 0),
		)
	).run()
	return {name: (count, nominal, weighted) for name, count, nominal, weighted in rows}


def pipeline_with(
	opportunity: "SalesOpportunity", entry: "SalesOpportunityStageLog"
) -> dict[str, tuple[int, float, float]]:
	"""Return the pipeline as it stood, or would stand, with the opportunity as an entry of its stage log has it."""
	stages = pipeline(without=opportunity.name)
	stage = entry.to_stage or ""
	count, nominal, weighted = stages[stage]
	rate = opportunity.conversion_rate
	stages[stage] = (
		count + 1,
		nominal + entry.amount * rate,
		weighted + entry.weighted_amount * rate,
	)
	return stages


def pipeline_value(stages: dict[str, tuple[int, float, float]]) -> float:
	"""Return the weighted value of the whole pipeline."""
	return sum(weighted for _count, _nominal, weighted in stages.values())


def entry_line(entry: "SalesOpportunityStageLog", currency: str) -> str:
	"""Return one line on a stage change: stage, probability, value and weighted value."""
	stage = f"{_(entry.to_stage, lang=LANGUAGE, context='Qualification Stage')} ({entry.probability:g} %):"
	return f"{stage:<24}{german_amount(entry.amount, currency):>16} nominal, {german_amount(entry.weighted_amount, currency):>16} gewichtet"


def pipeline_table(before: dict, after: dict, currency: str) -> list[str]:
	"""Return the pipeline by stage as a table: count, nominal and weighted value, each before and after."""
	head = ("Stufe", "Anzahl", "Nominal", "Gewichtet", "Anzahl", "Nominal", "Gewichtet")
	rows = [
		(
			_(stage, lang=LANGUAGE, context="Qualification Stage"),
			*pipeline_figures(before[stage]),
			*pipeline_figures(after[stage]),
		)
		for stage in before
	]
	sums = ("Summe", *pipeline_figures(column_sums(before)), *pipeline_figures(column_sums(after)))
	rule = "-" * len(table_row(head))
	return [
		f"{'Beträge in ' + currency:<18}{'vorher':>38}{'nachher':>38}",
		table_row(head),
		rule,
		*map(table_row, rows),
		rule,
		table_row(sums),
	]


def table_row(cells: tuple) -> str:
	"""Return the cells in columns of fixed width, the first one on the left."""
	widths = (8, 15, 15) * 2
	return f"{cells[0]:<18}" + "".join(
		f"{cell:>{width}}" for cell, width in zip(cells[1:], widths, strict=True)
	)


def pipeline_figures(row: tuple[int, float, float]) -> tuple[str, str, str]:
	"""Return count, nominal and weighted value as text."""
	count, nominal, weighted = row
	return str(count), german_amount(nominal), german_amount(weighted)


def column_sums(stages: dict) -> tuple:
	"""Return the sums over all stages."""
	return tuple(map(sum, zip(*stages.values(), strict=True)))


def quote_lines(quote: "Quote") -> list[str]:
	"""Return the quote's number, validity, sums and paper, line by line."""
	currency = quote.transaction_currency
	valid_until = formatdate(quote.valid_until, DATE_FORMAT)
	amounts = [("Netto", quote.net_total)]
	amounts += [
		(f"Umsatzsteuer {tax.rate:g} % auf {german_amount(tax.taxable_amount, currency)}", tax.tax_amount)
		for tax in quote.taxes
	]
	amounts += [("Brutto", quote.gross_total)]
	return [
		f"Angebot {quote.name}, {len(quote.items)} Positionen, gültig bis {valid_until}",
		*(f"  {label:<40}{german_amount(amount, currency):>16}" for label, amount in amounts),
		f"  SHA-256  {quote.pdf_sha256}",
	]


def german_amount(amount: float, currency: str = "") -> str:
	"""Return an amount as it is written in German, with the currency's code behind it if given."""
	return f"{fmt_money(amount, precision=2, format=NUMBER_FORMAT)} {currency}".strip()


def pdf_path(quote: "Quote") -> str:
	"""Return the absolute path of the quote's frozen PDF."""
	return os.path.abspath(frappe.get_doc("File", quote.pdf_file).get_full_path())


def logins() -> list[dict[str, str]]:
	"""Return e-mail, password, roles and language of the demo users."""
	return [
		{"email": row["email"], "password": PASSWORD, "role": row["roles"], "language": row["language"]}
		for row in read_table("users")
	]
