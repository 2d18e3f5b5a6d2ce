"""A small year of sales that was computed by hand: what is entered. The results stand in golden_results.py and test_golden_year.py.

Each deal is entered by real saves, stage by stage, and then moved to its days of 2025.
"""

from dataclasses import dataclass
from datetime import timedelta

import frappe
from frappe.utils import get_datetime

from sales_opportunity.tests.factories import (
	get_or_make,
	make_class,
	make_item,
	make_opportunity,
	make_partner,
	make_quote,
	make_user,
)

STAGES = ("Inquiry", "First Meeting", "Needs Analysis", "Proposal", "Negotiation", "Won", "Lost")
CLASSES = {"GOLD-A": "Gold A", "GOLD-B": "Gold B"}
ANNA, BEN = "gold.anna@example.com", "gold.ben@example.com"
OWNERS = {"anna": ANNA, "ben": BEN, "-": None}
RATES = {"EUR": 1, "CHF": 1.05, "USD": 0.90}
RIVAL = "Gold Rival"

DEALS = """
key | class  | owner | currency | close date | begun      | stages by days after it was begun                          | value
G01 | GOLD-A | anna  | EUR      | 2025-01-15 | 2025-01-01 | Inquiry 0 > Proposal 9 > Negotiation 14 > Won 19           | 10 BIKE 1000 0
G02 | GOLD-A | anna  | EUR      | -          | 2025-01-11 | Inquiry 0 > Needs Analysis 10 > Lost 30                    | 5000
G03 | GOLD-B | ben   | CHF      | 2025-03-10 | 2025-02-10 | Inquiry 0 > Negotiation 20 > Won 30                        | 3 BOX 333.33 10
G04 | GOLD-A | anna  | EUR      | 2025-04-30 | 2025-03-01 | Inquiry 0 > Proposal 10                                    | 4 BIKE 1000 5
G05 | GOLD-B | -     | EUR      | 2025-04-15 | 2025-03-01 | Proposal 0 > Negotiation 5                                 | 2 BIKE 1000 0 2025-05-05 + 4 BOX 250 0
G06 | GOLD-A | anna  | EUR      | -          | 2025-03-05 | Inquiry 0                                                  | 100000
G07 | GOLD-B | ben   | USD      | 2025-06-30 | 2025-04-01 | Inquiry 0 > First Meeting 4 > Proposal 8                   | 1 BIKE 1234.56 0
G08 | GOLD-A | anna  | EUR      | 2025-07-01 | 2025-05-01 | Inquiry 0 > First Meeting 10                               | 20000
G09 | GOLD-A | ben   | EUR      | 2025-08-31 | 2025-07-03 | First Meeting 0 > Proposal 30 > Won 60                     | 2 BIKE 1000 20
G10 | GOLD-B | -     | EUR      | -          | 2025-08-31 | Inquiry 0 > First Meeting 20 > Lost 30                     | 7500
G11 | GOLD-A | ben   | EUR      | 2025-10-31 | 2025-09-01 | Inquiry 0 > Needs Analysis 2 > Inquiry 5 > Needs Analysis 7 | 999.99 at 33.33 %
G12 | GOLD-B | -     | EUR      | 2025-11-30 | 2025-10-01 | Needs Analysis 0                                           | 0.01
G13 | GOLD-A | ben   | CHF      | 2025-12-31 | 2025-10-01 | Inquiry 0 > Proposal 6 > Negotiation 12                    | 10 BOX 100.05 0
G14 | GOLD-B | -     | USD      | -          | 2025-11-01 | Inquiry 0                                                  | 1 BOX 333.33 0
G15 | GOLD-A | ben   | EUR      | -          | 2025-11-05 | Inquiry 0 > Negotiation 20 > Lost 40                       | 2 BIKE 1000 0
G16 | GOLD-A | anna  | EUR      | 2025-11-15 | 2025-05-02 | Inquiry 0 > Proposal 5                                     | 3 BIKE 99.99 0 + 700 SCREW 0.0345 10
G17 | GOLD-A | anna  | CHF      | 2025-02-28 | 2025-02-01 | Inquiry 0 > Negotiation 10 > Won 27                        | 5 BIKE 1000 10
"""

YEAR_BEFORE = """
key | class  | owner | currency | close date | begun      | stages by days after it was begun | value
H01 | GOLD-A | anna  | EUR      | 2024-02-15 | 2024-02-01 | Inquiry 0 > Won 14                | 8 BIKE 1000 0
H02 | GOLD-B | ben   | CHF      | 2024-06-30 | 2024-06-01 | Inquiry 0 > Won 29                | 2 BOX 250 0
H03 | GOLD-A | anna  | EUR      | 2024-07-20 | 2024-07-01 | Inquiry 0 > Won 19                | 3 BIKE 1000 0
"""
"""What was won in the year before; only the targets look back at it."""

CONDITIONS = {
	"G16": {
		"discount_percentage": 7.5,
		"freight": 11.90,
		"freight_tax_rate": "19 %",
		"prices_include_tax": 1,
	},
	"G17": {"discount_percentage": 12.5, "freight": 80},
}
"""What was agreed on the whole. Prices and freight that include tax are those of a quote."""

ODD_PARTNER = 'O\'Neill & Söhne; "5 %" – GmbH'
PARTNERS = {"G16": ODD_PARTNER, "G17": ODD_PARTNER}
"""Whom a deal is with, if not Gold Kunde GmbH."""

CLOSINGS = {
	"G02": {"closing_reason": "Too Expensive", "competitor": RIVAL, "competitor_price": 4500},
	"G03": {"closing_reason": "Best Price"},
	"G10": {"closing_reason": "No Budget"},
	"G17": {"closing_reason": "Best Price"},
	"G15": {"closing_reason": "Competitor Chosen", "competitor": RIVAL, "competitor_price": 1800},
	"K08": {"closing_reason": "Too Expensive"},
}
"""Why deals were closed, if it was not the best product."""

SOURCES = ("Trade Fair", "Website", "Referral")
CAMPAIGNS = {"Gold Spring": 2_000, "Gold Autumn": 500}
"""What they cost; both are trade fairs."""

ORIGINS = {
	**{key: {"source": "Trade Fair", "campaign": "Gold Spring"} for key in ("G01", "G02", "G04")},
	**{key: {"campaign": "Gold Autumn"} for key in ("G13", "G15")},
	**{key: {"source": "Website"} for key in ("G03", "G06", "G10")},
	**{key: {"source": "Referral"} for key in ("G08", "G09")},
}
"""Where deals come from; of all others nobody has said it."""


@dataclass(frozen=True)
class Row:
	"""One line of the table."""

	key: str
	class_id: str
	owner: str
	currency: str
	close_date: str | None
	begun: str
	path: list[tuple[str, int]]
	value: str


def rows(table: str = DEALS) -> list[Row]:
	"""Return the table's lines."""
	_head, *lines = table.strip().splitlines()
	found = []
	for line in lines:
		key, class_id, owner, currency, close_date, begun, path, value = (
			cell.strip() for cell in line.split("|")
		)
		steps = [step.rsplit(" ", 1) for step in path.split(" > ")]
		path = [(stage, int(day)) for stage, day in steps]
		close_date = None if close_date == "-" else close_date
		found.append(Row(key, class_id, owner, currency, close_date, begun, path, value))
	return found


def make_year() -> dict[str, str]:
	"""Enter the year on a site without opportunities; return the deals' names by key."""
	for user in (ANNA, BEN):
		make_user(user, "Sales User")
	for class_id, title in CLASSES.items():
		make_class(class_id, title=title, stages=[{"stage": stage} for stage in STAGES])
	for group in ("Gold Bikes", "Gold Parts"):
		get_or_make("Sales Item Group", group, group_name=group)
	make_item("BIKE", item_group="Gold Bikes", lead_time_days=30)
	make_item("BOX", item_group="Gold Parts", lead_time_days=0)
	make_item(
		"SCREW",
		item_name='Schraube M8 "5 %"; Ö & Co',
		item_group="Gold Parts",
		price=0.0345,
		tax_rate="7 %",
	)
	get_or_make("Sales Competitor", RIVAL, competitor_name=RIVAL)
	for source in SOURCES:
		get_or_make("Opportunity Source", source, source_name=source)
	for campaign, cost in CAMPAIGNS.items():
		get_or_make("Sales Campaign", campaign, campaign_name=campaign, source="Trade Fair", cost=cost)
	partners = {name: make_partner(name).name for name in ("Gold Kunde GmbH", ODD_PARTNER)}
	return {row.key: make_deal(row, partners[PARTNERS.get(row.key, "Gold Kunde GmbH")]) for row in rows()}


def make_year_before() -> None:
	"""Enter what was won in the year before, where the year is."""
	partner = make_partner("Gold Kunde GmbH").name
	for row in rows(YEAR_BEFORE):
		make_deal(row, partner)


def make_deal(row: Row, partner: str, **values) -> str:
	"""Enter one deal stage by stage, move it to its days, and return its name.

	It is worth what its row says, or has other `values`.
	"""
	first, *following = row.path
	doc = make_opportunity(
		party=partner,
		class_id=row.class_id,
		stage=first[0],
		title=row.key,
		opportunity_owner=OWNERS[row.owner],
		transaction_currency=row.currency,
		conversion_rate=RATES[row.currency],
		expected_close_date=row.close_date,
		**ORIGINS.get(row.key, {}),
		**(values or value_of(row.value)),
	)
	agree(doc, CONDITIONS.get(row.key, {}))
	for stage, _day in following:
		doc.stage = stage
		if stage in ("Won", "Lost"):
			doc.update(CLOSINGS.get(row.key, {"closing_reason": "Best Product"}))
		doc.save()
	if row.value.endswith("%"):
		doc.update({"override_probability": 1, "probability": float(row.value.split()[2])})
		doc.save()
	move(doc, row)
	return doc.name


def agree(doc, conditions: dict) -> None:
	"""Enter what was agreed on the whole; with gross prices by a quote, which then is thrown away."""
	if not conditions.get("prices_include_tax"):
		doc.update(conditions)
		doc.save()
		return
	rates = [row.rate for row in doc.items]
	quote = make_quote(doc, prices_include_tax=1)
	for row, rate in zip(quote.items, rates, strict=True):
		row.rate = rate
	quote.update(conditions)
	quote.save()
	quote.delete()
	doc.reload()


def value_of(text: str) -> dict:
	"""Return the fields of an amount typed in, or of lines of quantity, item, rate, discount and delivery date."""
	parts = [part.split() for part in text.split(" + ")]
	if not parts[0][1:] or parts[0][1] == "at":
		return {"amount": float(parts[0][0])}
	names = ("quantity", "item", "rate", "discount_percentage", "delivery_date")
	return {"items": [dict(zip(names, part, strict=False)) for part in parts]}


def move(doc, row: Row) -> None:
	"""Let the deal have happened on its days; without an owner in the table it has none."""
	begun = get_datetime(f"{row.begun} 09:00:00")
	moments = [begun + timedelta(days=day) for _stage, day in row.path]
	for entry, moment in zip(doc.stage_log, moments, strict=True):
		frappe.db.set_value("Sales Opportunity Stage Log", entry.name, "changed_on", moment)
	values = {"creation": begun, "opportunity_owner": OWNERS[row.owner]}
	if doc.status != "Open":
		values["closed_on"] = moments[-1]
	frappe.db.set_value("Sales Opportunity", doc.name, values, update_modified=False)
