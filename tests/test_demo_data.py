"""The demo's files fit together, and its days are working days."""

import csv
import json
import re
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import pytest

from sales_opportunity.demo.days import moment_on, workday
from sales_opportunity.demo.source import FOLDER, read_json, read_table, recorded_stage_steps

MIN_DAYS_BETWEEN_STAGES = 4
"""Less, and a weekend could bring two stages onto one day."""

ACTIVITIES = {"comment", "call", "email_in", "email_out", "meeting", "task", "bill", "question"}
COMPANY = read_json("company")
CLASSES = {row["class_id"]: row for row in COMPANY["classes"]}
ITEMS = {row["item_code"]: row for row in read_json("items")}
OPPORTUNITIES = {row["key"]: row for row in read_table("opportunities")}
QUOTES = {row["key"]: row for row in read_table("quotes")}
PARTNERS = {row["key"]: row for row in read_table("partners")}
USERS = {row["email"] for row in read_table("users")}


def last_stage(opportunity: dict) -> str:
	return recorded_stage_steps(opportunity)[-1][0]


def test_the_story_has_its_size():
	assert (len(ITEMS), len(PARTNERS), len(OPPORTUNITIES), len(QUOTES)) == (31, 34, 74, 35)
	assert sorted(CLASSES) == ["AUTOHAUS", "FLOTTEN", "HAENDLER", "SERVICE"]
	last_stages = [last_stage(row) for row in OPPORTUNITIES.values()]
	assert (last_stages.count("Won"), last_stages.count("Lost")) == (30, 16)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.csv")), ids=lambda path: path.stem)
def test_every_row_has_as_many_cells_as_the_head(path):
	with open(path, encoding="utf-8", newline="") as file:
		head, *rows = csv.reader(file)
	assert rows
	assert {len(row) for row in rows} == {len(head)}


@pytest.mark.parametrize("table", ["partners", "opportunities", "quotes"])
def test_keys_are_unique(table):
	keys = [row["key"] for row in read_table(table)]
	assert len(keys) == len(set(keys))


def test_partners_are_told_apart_by_their_names():
	assert len({row["partner_name"] for row in PARTNERS.values()}) == len(PARTNERS)


@pytest.mark.parametrize("key", OPPORTUNITIES)
def test_an_opportunity_refers_to_what_exists(key):
	row = OPPORTUNITIES[key]
	assert row["partner"] in PARTNERS
	assert row["owner"] in USERS | {""}
	assert row["competitor"] in {row["competitor_name"] for row in COMPANY["competitors"]} | {""}
	assert row["source"] in {*COMPANY["sources"], ""}
	assert row["campaign"] in {row["campaign_name"] for row in COMPANY["campaigns"]} | {""}


@pytest.mark.parametrize("key", OPPORTUNITIES)
def test_an_opportunity_goes_through_the_stages_of_its_class_in_their_order(key):
	row = OPPORTUNITIES[key]
	allowed = [stage["stage"] for stage in CLASSES[row["class_id"]]["stages"]]
	positions = [allowed.index(stage) for stage, _days_ago in recorded_stage_steps(row)]
	assert positions == sorted(set(positions))


@pytest.mark.parametrize("key", OPPORTUNITIES)
def test_an_opportunity_enters_its_stages_within_the_past_two_years(key):
	days = [days_ago for _stage, days_ago in recorded_stage_steps(OPPORTUNITIES[key])]
	assert days[0] < 731
	assert days[-1] > 0
	assert all(before - after >= MIN_DAYS_BETWEEN_STAGES for before, after in pairwise(days))


def test_on_each_day_of_the_story_a_deal_is_open():
	"""Also if a weekend brings the beginning of one forward by less than that of the next."""
	spans = sorted(
		(
			(steps[0][1], steps[-1][1] if steps[-1][0] in ("Won", "Lost") else 0)
			for steps in map(recorded_stage_steps, OPPORTUNITIES.values())
		),
		reverse=True,
	)
	open_until = spans[0][1]
	for begun, closed in spans[1:]:
		assert begun >= open_until + MIN_DAYS_BETWEEN_STAGES
		open_until = min(open_until, closed)


@pytest.mark.parametrize("key", OPPORTUNITIES)
def test_a_closed_opportunity_has_a_reason_and_an_open_one_a_future(key):
	row = OPPORTUNITIES[key]
	closed = last_stage(row) in ("Won", "Lost")
	assert bool(row["closing_reason"]) == closed
	assert bool(row["next_activity"]) == (not closed)
	assert closed or 0 < int(row["expected_close_in"]) <= 153


def test_partners_who_bought_are_the_customers():
	buyers = {row["partner"] for row in OPPORTUNITIES.values() if last_stage(row) == "Won"}
	assert buyers == {key for key, row in PARTNERS.items() if row["role"] == "Customer"}


def test_lines_and_activities_refer_to_what_exists():
	for row in read_table("opportunity_items"):
		assert row["opportunity"] in OPPORTUNITIES
		assert row["item"] in ITEMS
	for row in read_table("quote_lines"):
		assert row["quote"] in QUOTES
		assert row["item"] in {*ITEMS, ""}
	for row in read_table("activities"):
		assert row["opportunity"] in OPPORTUNITIES
		assert row["user"] in USERS | {""}
		assert row["kind"] in ACTIVITIES


@pytest.mark.parametrize("key", QUOTES)
def test_a_quote_is_made_while_the_opportunity_is_open_and_has_lines(key):
	quote = QUOTES[key]
	steps = recorded_stage_steps(OPPORTUNITIES[quote["opportunity"]])
	final, last_day = steps[-1]
	earliest = dict(steps).get("Proposal", last_day)
	latest = last_day if final in ("Won", "Lost") else 0
	assert earliest >= int(quote["days_ago"]) > latest
	assert int(quote["valid_in"]) > (0 if quote["issued"] == "1" else -int(quote["days_ago"]))
	assert quote["opportunity"] in {row["opportunity"] for row in read_table("opportunity_items")}


@pytest.mark.parametrize("class_id", CLASSES)
def test_a_class_refers_to_existing_users(class_id):
	row = CLASSES[class_id]
	assert {member["user"] for member in row["members"]} <= USERS
	assert (row["owner_rule"] == "Fixed User") == (row.get("default_owner") in USERS)


def test_only_autohaus_has_the_stage_probefahrt():
	stages = {key: [stage["stage"] for stage in row["stages"]] for key, row in CLASSES.items()}
	assert [key for key, names in stages.items() if "Probefahrt" in names] == ["AUTOHAUS"]


@pytest.mark.parametrize("code", ITEMS)
def test_an_item_is_described_in_german_and_english(code):
	item = ITEMS[code]
	(english,) = item["translations"]
	assert english["language"] == "en"
	assert all([item["item_name"], item["description"], english["item_name"], english["description"]])


def test_the_bank_account_has_a_valid_format():
	iban = COMPANY["settings"]["iban"].replace(" ", "")
	assert len(iban) == 22
	assert int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.*")), ids=lambda path: path.stem)
def test_internet_addresses_are_reserved_for_examples(path):
	for host in re.findall(r"(?:https?://|[\w.-]+@)([a-z][\w.-]+)", path.read_text(encoding="utf-8")):
		assert host.endswith(".example")


def test_one_deal_has_a_discount_on_the_whole_freight_and_gross_prices_and_is_billed():
	(quote,) = (row for row in QUOTES.values() if row["prices_include_tax"])
	assert float(quote["discount_percentage"]) > 0 and float(quote["freight"]) > 0
	assert PARTNERS[OPPORTUNITIES[quote["opportunity"]]["partner"]]["partner_type"] == "Person"
	assert last_stage(OPPORTUNITIES[quote["opportunity"]]) == "Won"
	assert quote["opportunity"] in billed_opportunities()


def billed_opportunities() -> list[str]:
	return [row["opportunity"] for row in read_table("activities") if row["kind"] == "bill"]


def test_what_a_user_can_enter_is_there_once_at_least():
	assert [row["state"] for row in PARTNERS.values() if row["country"] == "United States"] == ["OR"]
	assert "Dr" in {row["salutation"] for row in PARTNERS.values()}
	assert ITEMS["ET-SCHR"]["price"] == 0.0345
	lines = read_table("opportunity_items")
	assert "100" in {row["discount_percentage"] for row in lines}
	(sentence,) = COMPANY["settings"]["tax_sentences"]
	abroad = [key for key, row in PARTNERS.items() if row["tax_treatment"] == sentence["tax_treatment"]]
	assert {PARTNERS[key]["country"] for key in abroad} == {sentence["country"]}
	(deal,) = (key for key, row in OPPORTUNITIES.items() if row["partner"] in abroad)
	assert {ITEMS[row["item"]]["kind"] for row in lines if row["opportunity"] == deal} == {"Goods", "Service"}
	assert [row["issued"] for row in QUOTES.values() if row["opportunity"] == deal] == ["1"]


def test_one_deal_with_freight_over_two_tax_rates_is_billed_in_two_parts():
	(deal,) = {key for key in billed_opportunities() if billed_opportunities().count(key) == 2}
	lines = [row for row in read_table("opportunity_items") if row["opportunity"] == deal]
	assert {ITEMS[row["item"]]["tax_rate"] for row in lines} == {"19 %", "7 %"}
	assert [row["freight"] for row in QUOTES.values() if row["opportunity"] == deal] == ["45"]
	(first, _rest) = (row for row in read_table("activities") if row["opportunity"] == deal)
	assert set(first["subject"].split(", ")) < {row["item"] for row in lines}


def test_what_an_offer_can_have_is_there_once_at_least():
	lines = read_table("quote_lines")
	assert {"Trade-In", "Credit"} < {row["deduction"] for row in lines}
	assert {"Optional", "Alternative"} < {row["row_type"] for row in lines}
	used = {row["item"] for row in lines}
	recurrences = {ITEMS[code].get("recurrence") for code in used if code}
	assert recurrences == {None, "Monthly", "Quarterly", "Yearly"}
	(started,) = (row["item"] for row in lines if row["starts_in"])
	assert ITEMS[started]["recurrence"] == "Yearly"
	assert {code for code in used if code and ITEMS[code].get("parts")}
	assert [row["discount_amount"] for row in lines if row["discount_amount"]] == ["80"]
	assert [row["fixed_discount"] for row in QUOTES.values() if row["fixed_discount"]] == ["500"]
	assert {row["template"] for row in QUOTES.values()} - {""} <= {
		row["title"] for row in COMPANY["quote_templates"]
	}
	prices = [price for item in ITEMS.values() for price in item.get("prices", [])]
	for condition in (
		"minimum_quantity",
		"partner_group",
		"currency",
		"valid_from_in",
		"valid_to",
		"valid_to_in",
		"includes_tax",
	):
		assert any(price.get(condition) for price in prices), condition
	assert {row["partner_group"] for row in PARTNERS.values()} == {"", *COMPANY["partner_groups"]}
	assert all(0 < item["cost"] < item["price"] for code, item in ITEMS.items() if code != "AN-LAST")


def test_releases_are_asked_for_by_discount_amount_and_margin():
	rules = COMPANY["settings"]["release_rules"]
	for condition in ("discount_from", "amount_above", "margin_below", "class_id"):
		assert any(rule.get(condition) for rule in rules), condition


def test_everybody_has_won_deals_a_year_before_this_one():
	"""Jana 41,087.20 + 52,421.60 + 3,600 + 55,862.40; Tobias 24,346 + 57,592.00 + 33,535.20; Emily 65,234 + 36,000."""
	won: dict[str, Decimal] = {}
	for key, row in OPPORTUNITIES.items():
		stage, days_ago = recorded_stage_steps(row)[-1]
		if stage == "Won" and days_ago > 366:
			won[row["owner"]] = won.get(row["owner"], Decimal(0)) + worth_in_euros(key)
	assert {person.partition("@")[0]: str(amount) for person, amount in won.items()} == {
		"jana": "152971.20",
		"tobias": "115473.20",
		"emily": "101234.00",
	}


def test_what_a_deal_can_have_is_there_once_at_least():
	percentages = {}
	for row in read_table("instalments"):
		percentages[row["opportunity"]] = percentages.get(row["opportunity"], 0) + int(row["percentage"])
	assert set(percentages.values()) == {100}
	people = read_table("people")
	assert any(row["user"] in USERS for row in people)
	contacts = {row["email"] for row in PARTNERS.values()}
	known = {row["opportunity"]: row["email"] for row in people if row["email"] in contacts}
	assert known
	for key, email in known.items():  # from another company than that of the deal
		assert PARTNERS[OPPORTUNITIES[key]["partner"]]["email"] != email
	assert any(row["source"] for row in PARTNERS.values())
	(asked,) = (row["stage_name"] for row in COMPANY["stages"] if row.get("requires_source"))
	for row in OPPORTUNITIES.values():
		assert row["source"] or asked not in dict(recorded_stage_steps(row))


def test_what_is_called_off_comes_after_its_frame_contract_and_from_the_same_partner():
	began = {key: recorded_stage_steps(row)[0][1] for key, row in OPPORTUNITIES.items()}
	frames = {key for key, row in OPPORTUNITIES.items() if row["is_frame"]}
	parts = read_table("parts")
	assert frames and frames <= {row["part_of"] for row in parts}
	for row in parts:
		assert began[row["opportunity"]] < began[row["part_of"]]
		assert OPPORTUNITIES[row["opportunity"]]["partner"] == OPPORTUNITIES[row["part_of"]]["partner"]


def test_the_main_job_is_worth_what_its_lines_add_up_to():
	job = read_json("main_job")
	assert sum(ITEMS[row["item"]]["price"] * row["quantity"] for row in job["items"]) == job["amount"]
	own = {row["stage"]: row.get("probability") for row in CLASSES[job["class_id"]]["stages"]}
	assert own[job["quote_stage"]] == 75
	assert job["partner"] in PARTNERS
	assert job["salesperson"] in USERS


@pytest.mark.parametrize("today", [date(2024, 5, 6) + timedelta(days=n) for n in range(7)])
def test_no_step_falls_on_a_weekend(today):
	for days_ago in range(1, 30):
		assert workday(today, days_ago).weekday() < 5
		assert workday(today, days_ago) < today
		assert workday(today, -days_ago).weekday() < 5
		assert workday(today, -days_ago) > today


def test_a_step_is_later_than_the_one_before():
	morning = moment_on(date(2024, 5, 6), seed=0)
	assert morning == datetime(2024, 5, 6, 8, 0)
	assert moment_on(date(2024, 5, 6), seed=0, after=morning) > morning


def test_the_last_close_date_that_is_said_is_that_of_the_opportunity():
	said = {row["opportunity"]: row["expected_close_in"] for row in read_table("close_dates")}
	assert said == {key: OPPORTUNITIES[key]["expected_close_in"] for key in said}


def test_targets_are_those_of_people_and_classes_of_the_story():
	classes = {row["class_id"] for row in OPPORTUNITIES.values()}
	for row in read_table("targets"):
		assert row["who"] in {"Person": USERS, "Class": classes, "Company": {""}}[row["target_for"]]


STAGES = {
	row["stage_name"]: row["probability"]
	for row in [*json.loads((FOLDER.parents[1] / "defaults.json").read_text()), *COMPANY["stages"]]
	if row.get("stage_name")
}
RATES = {row["currency"]: Decimal(str(row["rate"])) for row in COMPANY["exchange_rates"]}
"""The later one of each currency: no open deal is older than four months."""


def cents(amount: Decimal) -> Decimal:
	return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def worth_in_euros(key: str) -> Decimal:
	"""Return what a deal is worth, step by step as one does by hand: its lines and what its first quote says."""
	deal = OPPORTUNITIES[key]
	rate = RATES.get(PARTNERS[deal["partner"]]["default_currency"], Decimal(1))
	lines = [row for row in read_table("opportunity_items") if row["opportunity"] == key]
	if not lines:
		return cents(Decimal(deal["amount"]) * rate)
	quotes = [row for row in QUOTES.values() if row["opportunity"] == key]
	first = max(quotes, key=lambda row: int(row["days_ago"]), default=None)
	if first:
		of_first = (row for row in read_table("quote_lines") if row["quote"] == first["key"])
		lines += [row for row in of_first if row["row_type"] == "Priced"]
	whole = Decimal(first["freight"] or 0) if first else Decimal(0)
	for row in lines:
		item = ITEMS[row["item"]]
		price = Decimal(str(item["price"]))
		price = cents(price / rate) if rate != 1 else price
		discount = Decimal(row.get("discount_percentage") or 0)
		whole += cents(Decimal(row["quantity"]) * price * (100 - discount) / 100) * item.get("periods", 1)
	return cents(whole * rate)


@pytest.mark.parametrize(
	("changed", "weighted"),
	[({}, "808707.09"), ({"Proposal": 50, "Negotiation": 75}, "770663.04")],
	ids=["demo", "test site"],
)
def test_the_forecast_after_the_main_job_is_that_of_the_files(changed, weighted):
	"""What `make demo` prints as new forecast, and what the test of the loaded demo finds: its stages are less probable."""
	own = {
		(row["class_id"], stage["stage"]): stage["probability"]
		for row in COMPANY["classes"]
		for stage in row["stages"]
		if stage.get("has_own_probability")
	}
	stages = {**STAGES, **changed}
	open_deals = {
		key: (own.get((row["class_id"], stage), stages[stage]), worth_in_euros(key))
		for key, row in OPPORTUNITIES.items()
		if (stage := last_stage(row)) not in ("Won", "Lost") and not row["is_frame"]
	}
	job = read_json("main_job")
	open_deals["job"] = own[job["class_id"], job["quote_stage"]], Decimal(job["amount"])
	assert len(open_deals) == 29
	assert sum(worth for _percent, worth in open_deals.values()) == Decimal("1787574.59")
	assert sum(cents(worth * percent / 100) for percent, worth in open_deals.values()) == Decimal(weighted)
