"""The reports that compare then and now, in German and English, with chart, drill-down and adoption."""

import secrets

import pytest
from report_views import refresh_report

pytestmark = pytest.mark.browser

DEALS = 21


@pytest.fixture(scope="module")
def closed_deals(api, world) -> dict:
	"""A class with a stage of 80 % in which all but one of 21 opportunities were lost, and one that is open."""
	key = secrets.token_hex(2).upper()
	stage = api(
		"Qualification Stage",
		stage_name=f"Testfahrt {key}",
		position=35,
		stage_type="Open",
		probability=80,
		forecast_category="Pipeline",
	)
	class_id = api("Class ID", class_id=f"CAL-{key}", title=f"Kalibrierung {key}")
	for number in range(DEALS + 1):
		name = api(
			"Sales Opportunity",
			party=world["partner_id"],
			class_id=class_id,
			stage=stage,
			opportunity_owner=world["users"]["emma" if number == 0 else "katrin"],
			items=[{"item": world["bike"], "quantity": 1}],
		)
		if number == 1:
			api.call("sales_opportunity.api.close_as_won", opportunity=name)
		elif number > 1:
			api.call("sales_opportunity.api.close_as_lost", opportunity=name, closing_reason="No Budget")
	return {"stage": stage, "class_id": class_id}


def report(desk, name: str, **filters):
	"""Open the report, set filters and wait until its rows are there."""
	desk.open("query-report", name)
	desk.page.wait_for_function("name => frappe.query_report?.report_name === name", arg=name)
	desk.settle()
	desk.page.evaluate("filters => frappe.query_report.set_filter_value(filters)", filters)
	refresh_report(desk)
	return desk.page.evaluate("() => frappe.query_report.data")


def test_the_bridge_opens_to_its_opportunities_in_german(desk, world, closed_deals):
	katrin = desk(world["users"]["katrin"])
	rows = report(katrin, "Pipeline Changes", class_id=closed_deals["class_id"])
	bars = {row["entry"]: row for row in rows if not row["indent"]}
	assert (bars["Neu"]["count"], bars["Neu"]["nominal"]) == (DEALS + 1, 5290 * (DEALS + 1))
	assert (bars["Gewonnen"]["nominal"], bars["Endbestand"]["nominal"]) == (-5290, 5290)
	katrin.page.wait_for_function("() => document.querySelectorAll('.chart-container rect.bar').length > 4")
	katrin.page.locator(".dt-tree-node__toggle:visible").first.click()
	katrin.settle()
	katrin.shoot("report-changes-de")
	assert katrin.page.locator(".dt-row:visible a[href*='sales-opportunity/OPP']").count() == DEALS + 1


def test_a_salesperson_sees_the_own_bridge_in_english(desk, world, closed_deals):
	emma = desk(world["users"]["emma"])
	rows = report(emma, "Pipeline Changes", class_id=closed_deals["class_id"])
	bars = {row["entry"]: row["nominal"] for row in rows if not row["indent"]}
	assert (bars["New"], bars["Lost"], bars["Closing Pipeline"]) == (5290, 0, 5290)
	emma.shoot("report-changes-en")


@pytest.mark.parametrize(("person", "language"), [("katrin", "de"), ("emma", "en")])
def test_forecast_accuracy_shows_each_view(desk, world, person, language):
	user = desk(world["users"][person])
	for view in ("Periods", "Measures", "Reliability"):
		report(user, "Forecast Accuracy", view=view)
		user.shoot(f"report-accuracy-{view.lower()}-{language}")
		assert not user.page.locator(".modal.show").count(), view


def test_a_calibrated_probability_is_adopted_with_a_click_and_open_ones_follow(desk, world, closed_deals):
	katrin = desk(world["users"]["katrin"])
	stage, class_id = closed_deals["stage"], closed_deals["class_id"]
	rows = report(katrin, "Probability Calibration", class_id=class_id)
	row = next(row for row in rows if row["stage"] == stage)
	assert row["statement"] == "eingestellt 80 %, gemessen 5 % (n = 21), 90-%-Intervall 17–43"
	assert row["calibrated"] == 29
	katrin.shoot("report-calibration-de")
	katrin.page.locator("[data-adopt]:visible").first.click()
	katrin.settle()
	katrin.shoot("report-calibration-dialog-de")
	katrin.page.locator(".modal.show .btn-primary:visible").click()
	katrin.page.locator(".modal.show", has_text="andere Wahrscheinlichkeit").wait_for()
	katrin.settle()
	katrin.page.locator(".modal.show .btn-primary:visible").last.click()
	katrin.settle()
	rows = report(katrin, "Probability Calibration", class_id=class_id)
	assert next(row for row in rows if row["stage"] == stage)["configured"] == 29
	katrin.shoot("report-calibration-adopted-de")
	katrin.page.locator(".so-drill:visible").first.click()
	katrin.page.wait_for_function(
		"() => window.cur_list?.doctype === 'Sales Opportunity' && cur_list.data.length"
	)
	katrin.settle()
	assert katrin.page.evaluate("() => cur_list.data.length") == 20
	katrin.shoot("report-calibration-drill-down-de")


def test_a_salesperson_may_look_at_probabilities_and_adopt_none(desk, world, closed_deals):
	emma = desk(world["users"]["emma"])
	rows = report(emma, "Probability Calibration", class_id=closed_deals["class_id"])
	assert {(row["class_id"], row["count"]) for row in rows} == {(closed_deals["class_id"], 0)}
	assert emma.page.locator("[data-adopt]").count() == 0
	emma.shoot("report-calibration-en")
