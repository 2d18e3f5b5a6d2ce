"""What ERPNext's Opportunities and Quotations become, and how their lines stand on quotes with the same sums."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.erpnext.takeover.cases import (
	Case,
	OldOpportunity,
	OldQuotation,
	began_on,
	cases,
	ended_on,
	first_of,
	open_stage,
	own_probability,
	quote_status,
)
from sales_opportunity.erpnext.takeover.matching import Known, Match, same_customer, same_item
from sales_opportunity.erpnext.takeover.quoted_lines import (
	OldLine,
	OldSums,
	OldTax,
	UnequalSumsError,
	quoted,
	rates_by_account,
	totals_of,
)
from sales_opportunity.pricing.money import HUNDRED, round_money

NINTH, TENTH, TODAY = datetime(2025, 11, 9, 15), datetime(2025, 11, 10, 9), date(2026, 11, 26)


def opportunity(name="OPP", status="Open", **values):
	return OldOpportunity(name, status, NINTH, NINTH.date(), **values)


def quotation(name="QTN", status="Open", docstatus=1, created=TENTH, **values):
	return OldQuotation(name, status, docstatus, created, created.date(), **values)


@pytest.mark.parametrize(
	("status", "quotations", "outcome"),
	[
		("Open", [], "Open"),
		("Replied", [], "Open"),
		("Quotation", ["Open"], "Open"),
		("Converted", [], "Won"),
		("Lost", ["Lost"], "Lost"),
		("Closed", [], "Lost"),
		("Open", ["Ordered"], "Won"),
		("Closed", ["Lost", "Partially Ordered"], "Won"),
		("Open", ["Lost", "Expired"], "Open"),
		(None, ["Open"], "Open"),
		(None, ["Replied"], "Open"),
		(None, ["Ordered"], "Won"),
		(None, ["Lost"], "Lost"),
		(None, ["Expired"], "Lost"),
	],
)
def test_the_outcome_follows_from_the_statuses(status, quotations, outcome):
	rows = tuple(quotation(f"Q{index}", each) for index, each in enumerate(quotations))
	assert Case(status and opportunity(status=status), rows).outcome == outcome


@pytest.mark.parametrize(
	("deal", "status", "docstatus", "valid_until", "expected"),
	[
		("Open", "Open", 1, date(2027, 1, 1), "Issued"),
		("Open", "Replied", 1, None, "Issued"),
		("Open", "Open", 1, date(2026, 11, 25), "Expired"),
		("Open", "Expired", 1, date(2026, 11, 25), "Expired"),
		("Open", "Draft", 0, None, "Draft"),
		("Open", "Cancelled", 2, None, "Cancelled"),
		("Open", "Lost", 1, None, "Declined"),
		("Converted", "Open", 1, None, "Declined"),
		("Lost", "Open", 1, None, "Declined"),
		("Lost", "Expired", 1, date(2026, 1, 1), "Expired"),
		("Converted", "Ordered", 1, None, "Accepted"),
		("Converted", "Partially Ordered", 1, date(2026, 1, 1), "Accepted"),
	],
)
def test_a_quote_has_the_status_of_its_quotation(deal, status, docstatus, valid_until, expected):
	old = quotation(status=status, docstatus=docstatus, valid_until=valid_until)
	assert quote_status(Case(opportunity(status=deal), (old,)), old, TODAY) == expected


def test_quotations_stand_with_their_opportunity_the_weightiest_first():
	rows = [
		quotation("CANCELLED", "Cancelled", 2, opportunity="OPP"),
		quotation("DRAFT", "Draft", 0, opportunity="OPP"),
		quotation("LOST", "Lost", opportunity="OPP"),
		quotation("FORMER", opportunity="OPP"),
		quotation("LATER", created=datetime(2025, 11, 12), opportunity="OPP"),
	]
	[case] = cases([opportunity()], rows)
	assert [each.name for each in case.quotations] == ["LATER", "FORMER", "DRAFT", "LOST", "CANCELLED"]


def test_each_further_order_is_a_deal_of_its_own():
	rows = [
		quotation("FIRST", "Ordered", opportunity="OPP"),
		quotation("NEXT", "Ordered", created=datetime(2025, 11, 12), opportunity="OPP"),
	]
	found = {case.name: [each.name for each in case.quotations] for case in cases([opportunity()], rows)}
	assert found == {"OPP": ["FIRST"], "NEXT": ["NEXT"]}


def test_what_was_amended_stays_with_what_it_became():
	rows = [
		quotation("QTN", "Cancelled", 2),
		quotation("QTN-1", "Cancelled", 2, amended_from="QTN"),
		quotation("QTN-2", amended_from="QTN-1"),
		quotation("OTHER", opportunity="GONE"),
	]
	found = {case.name: len(case.quotations) for case in cases([], rows)}
	assert found == {"QTN-2": 3, "OTHER": 1}


def test_quotations_that_were_only_cancelled_came_to_nothing():
	cancelled = quotation(status="Cancelled", docstatus=2)
	assert Case(None, (cancelled,)).has_only_cancelled_quotations
	assert not Case(opportunity(), (cancelled,)).has_only_cancelled_quotations


NOW = datetime(2026, 11, 26, 12)
ORDERED, CHANGED = datetime(2025, 12, 1), datetime(2026, 3, 3)


@pytest.mark.parametrize(
	("evidence", "changed", "ended"),
	[
		([ORDERED], CHANGED, ORDERED),
		([None, ORDERED], CHANGED, ORDERED),
		([None], CHANGED, CHANGED),
		([datetime(2027, 1, 1)], CHANGED, NOW),
		([datetime(2025, 1, 1)], CHANGED, datetime(2025, 11, 9, 15, 0, 1)),
	],
)
def test_a_deal_ended_when_the_best_evidence_says(evidence, changed, ended):
	assert ended_on(Case(opportunity(status="Lost")), evidence, changed, NOW) == ended


def test_a_quotation_alone_ended_on_its_last_day():
	case = Case(None, (quotation(status="Expired", valid_until=date(2025, 12, 10)),))
	assert ended_on(case, [], CHANGED, NOW) == datetime(2025, 12, 10, 23, 59, 59)


@pytest.mark.parametrize(
	("dated", "began"),
	[
		(date(2025, 11, 9), NINTH),
		(date(2025, 10, 1), datetime(2025, 10, 1)),
		(date(2025, 12, 24), NINTH),
	],
)
def test_a_deal_began_when_it_is_dated_back_to(dated, began):
	assert began_on(Case(OldOpportunity("OPP", "Open", NINTH, dated))) == began


STAGES = ("Inquiry", "First Meeting", "Needs Analysis", "Proposal", "Negotiation")
NAMES = {stage.lower(): stage for stage in STAGES} | {"bedarfsanalyse": "Needs Analysis"}


@pytest.mark.parametrize(
	("sales_stage", "status", "stage"),
	[
		(None, "Open", "Inquiry"),
		("Prospecting", "Open", "Inquiry"),
		("Qualification", "Open", "First Meeting"),
		("Needs Analysis", "Open", "Needs Analysis"),
		("Bedarfsanalyse", "Open", "Needs Analysis"),
		("Proposal/Price Quote", "Open", "Proposal"),
		("Verhandlung/Überprüfung", "Open", "Negotiation"),
		("Prospecting", "Quotation", "Proposal"),
		("Our Own Step", "Open", "Inquiry"),
	],
)
def test_an_open_deal_stands_in_the_stage_that_is_as_far(sales_stage, status, stage):
	case = Case(opportunity(status=status, sales_stage=sales_stage))
	assert open_stage(case, STAGES, NAMES, {"Verhandlung/Überprüfung": "Negotiation/Review"}) == stage


def test_a_class_with_one_open_stage_takes_all_deals():
	case = Case(opportunity(sales_stage="Negotiation/Review"))
	assert open_stage(case, ("Lead",), {"lead": "Lead"}, {}) == "Lead"


@pytest.mark.parametrize(("percent", "own"), [(100, None), (0, None), (30, 30), (99, 99)])
def test_a_probability_counts_if_somebody_entered_it(percent, own):
	assert own_probability(Decimal(percent)) == own


def test_a_deal_has_the_first_reason_and_the_others_are_noted():
	assert first_of(["Price", None, "Time", "Price"]) == ("Price", ("Time",))
	assert first_of([]) == (None, ())


VAT = "Umsatzsteuer"
NET_19 = OldTax("On Net Total", VAT, Decimal(19), Decimal(0))


def line(quantity, rate, net=None, list_rate=None, discount=0, **values):
	quantity, rate = Decimal(str(quantity)), Decimal(str(rate))
	return OldLine(
		quantity,
		Decimal(str(list_rate or rate)),
		Decimal(str(discount)),
		rate,
		Decimal(str(net)) if net is not None else round_money(quantity * rate),
		**values,
	)


@pytest.mark.parametrize(
	("lines", "taxes", "sums", "freight", "discounts"),
	[
		([line(3, "33.33")], [NET_19], ("99.99", "19.00"), 0, (0, 0)),
		([line(2, "92.49", list_rate="99.99", discount="7.5")], [NET_19], ("184.98", "35.15"), 0, (0, "7.5")),
		# ERPNext rounds the price after its discount: 100 × 9.33, and not 100 × 9.33066.
		([line(100, "9.33", list_rate="9.99", discount="6.6")], [NET_19], ("933.00", "177.27"), 0, (0, 0)),
		([line(1, 100, net=95)], [NET_19], ("95", "18.05", 5), 0, (5, 0)),
		([line(1, 100, net="87.66")], [NET_19], ("87.66", "16.66"), 0, (0, 0)),
		([line(1, 119, net=100)], [NET_19], ("100", "19"), 0, (0, 0)),
		(
			[line(1, 100)],
			[NET_19, OldTax("Actual", "Fracht", Decimal(0), Decimal(20), is_tax=False)],
			("100", "39"),
			20,
			(0, 0),
		),
		(
			[line(1, 100), line(2, 10, tax_rates=((VAT, Decimal(7)),))],
			[NET_19],
			("120", "20.40"),
			0,
			(0, 0),
		),
		([line(1, 100)], [], ("100", "0"), 0, (0, 0)),
	],
)
def test_a_quote_has_the_sums_of_its_quotation(lines, taxes, sums, freight, discounts):
	net, charges = Decimal(sums[0]), Decimal(sums[1])
	found = quoted(lines, taxes, OldSums(net, charges, Decimal(str((*sums, 0)[2]))), 2)
	totals = totals_of(found, 2)
	assert (totals.net, totals.tax + found.tax_difference) == (net + freight, charges - freight)
	shown = found.discount_percentage, found.lines[0].discount_percentage
	assert shown == tuple(Decimal(str(each)) for each in discounts)


def test_freight_is_taxed_by_the_row_that_is_reckoned_from_it():
	freight = OldTax("Actual", "Fracht", Decimal(0), Decimal(20), is_tax=False)
	on_freight = OldTax("On Previous Row Amount", VAT, Decimal(19), Decimal("3.80"), row=2)
	found = quoted([line(1, 100)], [NET_19, freight, on_freight], OldSums(Decimal(100), Decimal("42.80")), 2)
	assert (found.freight, found.freight_percent) == (20, 19)


@pytest.mark.parametrize(
	("sums", "kind"),
	[((Decimal(100), Decimal(25)), "Tax"), ((Decimal(90), Decimal("17.10")), "Net")],
)
def test_other_sums_are_refused(sums, kind):
	with pytest.raises(UnequalSumsError) as error:
		quoted([line(1, 100)], [NET_19], OldSums(*sums), 2)
	assert error.value.kind == kind


def test_rates_of_items_are_read():
	assert rates_by_account('{"A": 19.0, "B": 0}') == (("A", Decimal("19.0")), ("B", Decimal(0)))
	assert rates_by_account(None) == rates_by_account("") == ()


cents = st.decimals("0.01", "9999.99", places=2)


@given(
	st.lists(
		st.tuples(st.integers(1, 200), cents, st.sampled_from([Decimal(0), Decimal(7), Decimal(19)])),
		min_size=1,
		max_size=6,
	),
	st.decimals("0", "60", places=1),
)
def test_whatever_the_discounts_are_the_net_sum_is_kept(rows, percent):
	nets = [round_money(quantity * rate * (1 - percent / HUNDRED)) for quantity, rate, _tax in rows]
	lines = [
		line(quantity, rate, net=net, tax_rates=((VAT, tax),))
		for (quantity, rate, tax), net in zip(rows, nets, strict=True)
	]
	charges = sum(
		(round_money(net * tax / HUNDRED) for (_quantity, _rate, tax), net in zip(rows, nets, strict=True)),
		Decimal(0),
	)
	found = quoted(lines, [NET_19], OldSums(sum(nets), charges, percent), 2)
	totals = totals_of(found, 2)
	assert totals.net == sum(nets)
	assert totals.tax + found.tax_difference == charges


CUSTOMERS = [
	Known("C1", "Fahrrad Huber GmbH", "DE 136 695 976"),
	Known("C2", "Velo AG"),
	Known("C3", "Doppelt GmbH"),
	Known("C4", "Doppelt GmbH"),
	Known("C5", "Radhaus Süd", "ATU99900009"),
]


@pytest.mark.parametrize(
	("name", "vat_id", "key", "way"),
	[
		("Huber Fahrräder", "de136695976", "C1", "VAT ID"),
		("velo  ag", None, "C2", "Name"),
		("Velo AG", "CHE-999.999.996 MWST", "C2", "Name"),
		("Doppelt GmbH", None, None, "Made"),
		("Radhaus Süd", "DE999900008", None, "Made"),
		("Radhaus Nord", None, None, "Made"),
	],
)
def test_a_partner_is_the_customer_of_the_same_vat_id_or_name(name, vat_id, key, way):
	assert same_customer(Known("BP", name, vat_id), CUSTOMERS) == Match(key, way)


@pytest.mark.parametrize(("code", "key"), [("RAD-1", "RAD-1"), ("rad-2", "Rad-2"), ("RAD-3", None)])
def test_an_item_is_the_one_of_the_same_code(code, key):
	assert same_item(code, ["Rad-1", "RAD-1", "Rad-2"]).key == key
