"""What was asked for of sources, contacts, targets, cadence and honest dates, sentence by sentence."""

import frappe
from frappe.utils import add_days, getdate, now_datetime, nowdate

from sales_opportunity.activities.open_activities import complete_activity, open_activities, skip_proposal
from sales_opportunity.deal.related import call_offs
from sales_opportunity.demo.acting import acting
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.overrides.timeline import quote_stream
from sales_opportunity.reporting import slips
from sales_opportunity.sales_opportunity.doctype.quote.sending import email_draft
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import (
	create_link,
	find_link,
)
from sales_opportunity.tests.factories import (
	get_or_make,
	make_class,
	make_item,
	make_partner,
	make_quote,
	make_target,
	make_user,
)
from sales_opportunity.tests.reports import report_rows, run_report
from sales_opportunity.tests.settings import use_settings
from sales_opportunity.tests.sites import empty_site

SELLER, COLLEAGUE, MANAGER = (
	"seller@acceptance.example",
	"colleague@acceptance.example",
	"boss@acceptance.example",
)
OPPORTUNITY = "Sales Opportunity"
CLASS = "ACCEPT-DEALS"
FAIR, SPRING = "Accept Messe", "Accept Frühjahr"


class Deals(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		cls.addClassCleanup(frappe.clear_cache)  # after the rollback, which comes with the next line
		super().setUpClass()
		frappe.set_user("Administrator")
		empty_site()
		for user, *more in ((SELLER,), (COLLEAGUE,), (MANAGER, "Sales Manager")):
			make_user(user, "Sales User", *more)
		make_class(CLASS, members=[])
		make_item()
		get_or_make("Opportunity Source", FAIR, source_name=FAIR)
		get_or_make("Sales Campaign", SPRING, campaign_name=SPRING, source=FAIR)
		cls.customer = make_partner("Stadtwerke Neuenburg").name

	def setUp(self):
		frappe.db.savepoint("acceptance")
		self.addCleanup(frappe.cache.delete_value, slips.CACHED)
		self.addCleanup(frappe.db.rollback, save_point="acceptance")
		self.addCleanup(frappe.set_user, "Administrator")
		frappe.set_user(SELLER)

	def enter(self, stage: str = "Needs Analysis", amount: float = 1_000, **values):
		"""Return a deal of the salesperson, closed in a month; a won one is over one line."""
		deal = {"doctype": OPPORTUNITY, "party": self.customer, "class_id": CLASS, "stage": stage}
		if stage == "Won":
			values["items"] = [{"item": "TEST-BIKE", "quantity": 1, "rate": amount}]
		closing = {"amount": amount, "expected_close_date": add_days(nowdate(), 30)}
		return frappe.get_doc({**deal, **closing, **values}).insert()

	def by_group(self, name: str, field: str, **filters) -> dict:
		return {row["group"]: row[field] for row in report_rows(name, **filters)[:-1]}


class TestWhereADealComesFrom(Deals):
	def test_a_deal_says_its_source_and_campaign_and_a_campaign_its_source(self):
		deal = self.enter(campaign=SPRING)
		self.assertEqual((deal.source, deal.campaign), (FAIR, SPRING))

	def test_they_are_taken_over_from_the_lead(self):
		frappe.set_user("Administrator")
		lead = make_partner("Fahrschule Blink", role="Lead", campaign=SPRING, source=FAIR).name
		frappe.set_user(SELLER)
		deal = self.enter(party=lead)
		self.assertEqual((deal.source, deal.campaign), (FAIR, SPRING))

	def test_win_loss_funnel_and_forecast_go_by_source(self):
		self.enter(source=FAIR)
		self.enter("Won", 300, source=FAIR)
		self.enter("Won", 50)
		frappe.set_user(MANAGER)
		forecast = self.by_group("Revenue Forecast", "nominal", group_by="source", period="Year")
		self.assertEqual(forecast[FAIR], 1_000)
		won = self.by_group("Win-Loss Analysis", "won_amount", group_by="source", from_date=nowdate())
		self.assertEqual(won, {FAIR: 300, "Not Set": 50})
		funnel = report_rows("Sales Funnel", group_by="source")
		reached = {row["group"]: row["reached"] for row in funnel if row["stage"] == "Won"}
		self.assertEqual(reached, {FAIR: 1, "Not Set": 1})
		begun = {row["group"]: row["reached"] for row in reversed(funnel)}
		self.assertEqual(begun, {FAIR: 2, "Not Set": 1})


class TestWhoTakesPart(Deals):
	def with_a_planner(self):
		"""Return a deal in which an architect of another company takes part, and the customer's buyer."""
		frappe.set_user("Administrator")
		planner = make_partner("Planungsbüro Ahorn").name
		architect, buyer = (
			frappe.get_doc(
				{
					"doctype": "Contact",
					"first_name": first_name,
					"email_ids": [{"email_id": f"{first_name}@accept.example", "is_primary": 1}],
					"links": [{"link_doctype": "Business Partner", "link_name": party}],
				}
			).insert()
			for first_name, party in (("armin", planner), ("bruno", self.customer))
		)
		frappe.set_user(SELLER)
		people = [{"contact": architect.name, "role": "Influences"}, {"contact": buyer.name, "role": "Buys"}]
		line = {"item": "TEST-BIKE", "quantity": 1}
		return self.enter(participants=people, contact=buyer.name, items=[line])

	def test_several_people_of_several_companies_have_a_role_and_one_is_the_primary_one(self):
		deal = self.with_a_planner()
		planner = frappe.db.get_value("Business Partner", {"partner_name": "Planungsbüro Ahorn"})
		self.assertEqual(
			[(row.role, row.party, row.is_primary) for row in deal.participants],
			[("Influences", planner, 0), ("Buys", None, 1)],
		)

	def test_mails_and_meetings_propose_them(self):
		deal = self.with_a_planner()
		frappe.set_user("Administrator")
		account = {"doctype": "Email Account", "email_id": "sales@accept.example"}
		sends = frappe.get_doc({**account, "email_account_name": "Accept Sales"}).insert()
		sends.db_set({"enable_outgoing": 1, "default_outgoing": 1})
		self.addCleanup(setattr, frappe.local, "outgoing_email_account", {})
		frappe.local.outgoing_email_account = {}
		frappe.set_user(SELLER)
		draft = email_draft(make_quote(deal).name)
		self.assertEqual(draft["recipients"], "bruno@accept.example")
		self.assertEqual(
			[(row["email"], row["role"]) for row in draft["participants"]],
			[("armin@accept.example", "Influences"), ("bruno@accept.example", "Buys")],
		)
		# The dialog for a meeting has the deal's contact as its guest, and proposes what the form knows.
		deal.reload()
		self.assertEqual(deal.contact_email, "bruno@accept.example")
		self.assertEqual(
			[row.email for row in deal.participants], [row["email"] for row in draft["participants"]]
		)

	def test_a_colleague_has_a_share_and_the_forecast_divides_by_it_to_the_cent(self):
		self.enter(amount=1_000.01, shares=[{"user": COLLEAGUE, "percentage": 33.33}])
		frappe.set_user(MANAGER)
		parts = self.by_group("Revenue Forecast", "nominal", group_by="opportunity_owner", period="Year")
		# 1,000.01 × 33.33 % = 333.303…
		self.assertEqual(sorted(parts.values()), [333.30, 666.71])

	def test_what_is_called_off_belongs_to_its_frame_contract_and_counts_instead_of_it(self):
		frame = self.enter("Won", 10_000, is_frame=1)
		self.enter("Won", 2_500, parent_opportunity=frame.name)
		self.enter(amount=400, parent_opportunity=frame.name)
		found = call_offs(frame)
		self.assertEqual(
			(found["won"]["amount"], found["open"]["amount"], found["left"]), (2_500, 400, 7_100)
		)
		whole = report_rows("Revenue Forecast", period="Year")[-1]
		self.assertEqual((whole["nominal"], whole["won"]), (400, 2_500))


class TestTargets(Deals):
	def test_a_year_is_entered_as_a_grid_for_a_person_a_class_or_the_company(self):
		frappe.set_user(MANAGER)
		for subject in (
			{"target_for": "Person", "user": SELLER},
			{"target_for": "Class", "class_id": CLASS},
			{"target_for": "Company"},
		):
			target = make_target(**subject, year=2033, yearly_amount=1_200, yearly_deals=12)
			self.assertEqual([(row.amount, row.deals) for row in target.periods], [(100, 1)] * 12)

	def test_target_won_weighted_commit_gap_and_coverage_are_reported(self):
		year = getdate().year
		end = f"{year}-12-31"
		frappe.set_user(MANAGER)
		make_target(target_for="Person", user=SELLER, year=year, yearly_amount=10_000)
		frappe.set_user(SELLER)
		self.enter("Won", 4_000)
		self.enter("Needs Analysis", 2_000, expected_close_date=end, probability=25)
		items = [{"item": "TEST-BIKE", "quantity": 1, "rate": 1_000}]
		self.enter("Negotiation", items=items, expected_close_date=end, probability=90)
		(row,) = report_rows("Sales Targets", target_for="Person", period="Year", year=year)[:1]
		figures = {key: row[key] for key in ("target", "won", "weighted", "committed", "gap", "coverage")}
		# weighted 500 + 900; committed the deal in negotiation; gap 10,000 − 4,000 − 1,400; open 3,000 of the 6,000 that are left
		expected = {"target": 10_000, "won": 4_000, "weighted": 1_400, "committed": 1_000, "gap": 4_600}
		self.assertEqual(figures, {**expected, "coverage": 0.5})

	def test_the_pace_is_that_against_the_same_day_of_last_year(self):
		before = self.enter("Won", 2_000)
		frappe.db.set_value(OPPORTUNITY, before.name, "closed_on", frappe.utils.add_years(now_datetime(), -1))
		self.enter("Won", 3_000)
		year = getdate().year
		frappe.set_user(MANAGER)
		make_target(target_for="Company", year=year, yearly_amount=9_000)
		(row,) = report_rows("Sales Targets", target_for="Company", period="Year", year=year)[:1]
		self.assertEqual((row["last_year"], row["pace"]), (2_000, 150))

	def test_the_dashboard_has_target_won_and_what_is_to_come_of_each_quarter(self):
		year = getdate().year
		frappe.set_user(MANAGER)
		make_target(target_for="Company", year=year, yearly_amount=12_000)
		self.enter("Won", 2_500)
		chart = frappe.get_doc("Dashboard Chart", "Sales Targets by Quarter")
		filters = frappe.parse_json(chart.filters_json)
		data = run_report(chart.report_name, **filters)["chart"]["data"]
		figures = {each["name"]: each["values"] for each in data["datasets"]}
		quarter = (getdate().month - 1) // 3
		self.assertEqual(len(data["labels"]), 4)
		self.assertEqual(figures["Target"], [3_000] * 4)
		self.assertEqual(figures["Won"], [2_500 if place == quarter else 0 for place in range(4)])


class TestFollowUp(Deals):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		steps = [
			{"event": "Quote Sent", "days_after": 5, "activity": "Call", "subject": "Arrived?"},
			{
				"event": "Stage Entered",
				"stage": "Negotiation",
				"days_after": 2,
				"activity": "Meeting",
				"subject": "Terms",
			},
		]
		make_class("ACCEPT-CADENCE", cadence=steps)

	def sent(self):
		items = [{"item": "TEST-BIKE", "quantity": 1}]
		quote = make_quote(self.enter("Proposal", class_id="ACCEPT-CADENCE", items=items))
		quote.submit()
		quote.change_status("Sent", sent_on=now_datetime())
		return quote

	def subjects(self, deal: str) -> list[str]:
		return [row["subject"] for row in open_activities(deal)]

	def test_activities_are_proposed_by_stage_and_after_sending_a_quote(self):
		quote = self.sent()
		self.assertEqual(self.subjects(quote.opportunity), ["Call: Arrived?"])
		deal = frappe.get_doc(OPPORTUNITY, quote.opportunity)
		deal.stage = "Negotiation"
		deal.save()
		self.assertEqual(self.subjects(deal.name), ["Meeting: Terms", "Call: Arrived?"])

	def test_one_click_does_and_another_one_skips_it(self):
		for click, said in (
			(lambda deal, task: complete_activity(deal, "ToDo", task), "has done"),
			(lambda deal, task: skip_proposal(deal, task), "has skipped"),
		):
			with self.subTest(said):
				deal = self.sent().opportunity
				(task,) = open_activities(deal)
				self.assertEqual(click(deal, task["name"]), [])
				told = frappe.get_all("Comment", {"reference_name": deal}, pluck="content")
				self.assertTrue(any(said in each for each in told), told)

	def test_that_the_customer_has_opened_it_is_in_stream_list_and_bell(self):
		quote = self.sent()
		token = create_link(quote.name, "kunde@accept.example").rpartition("/")[2]
		with acting("Guest"):
			find_link(token).record_opening()
		self.assertEqual(len(entries_of(quote_stream("Quote", quote.name))), 1)
		[opened_on] = frappe.get_list("Quote", {"name": quote.name}, pluck="customer_opened_on")
		self.assertTrue(opened_on)
		bell = frappe.get_all("Notification Log", {"document_name": quote.name}, pluck="for_user")
		self.assertEqual(bell, [SELLER])


class TestHonestDates(Deals):
	def setUp(self):
		super().setUp()
		use_settings(self, use_likely_dates=1, calibration_minimum=3)

	def test_a_deal_is_expected_as_late_as_those_of_its_class_and_stage_were(self):
		for days_late in (10, 20, 30):
			deal = self.enter(expected_close_date=add_days(nowdate(), -days_late))
			deal.update({"stage": "Lost", "closing_reason": "No Budget"})
			deal.save()
		deal = self.enter()
		slips.refresh_curves()
		deal.reload()
		# the middle one of the three, and the seller's own date beside it
		self.assertEqual(deal.expected_close_date, getdate(add_days(nowdate(), 30)))
		self.assertEqual(deal.likely_close_date, getdate(add_days(nowdate(), 50)))

	def test_the_forecast_goes_by_either_date(self):
		year = getdate().year + 1
		deal = self.enter(expected_close_date=f"{year}-03-15")
		deal.db_set("likely_close_date", f"{year}-05-15")
		for dates, month in (("Seller", "Mar"), ("Likely", "May")):
			rows = report_rows("Revenue Forecast", dates=dates, from_date=f"{year}-01-01")
			self.assertEqual(
				[row["period"] for row in rows if row["nominal"] and not row.get("is_total")],
				[f"{month} {year}"],
				dates,
			)

	def test_deals_whose_date_moved_three_times_are_listed(self):
		deals = [self.enter(), self.enter()]
		for deal, times in zip(deals, (2, 3), strict=True):
			for time in range(times):
				deal.expected_close_date = add_days(nowdate(), 40 + 10 * time)
				deal.save()
		rows = report_rows("Moved Close Dates")[:-1]
		self.assertEqual([(row["opportunity"], row["times"]) for row in rows], [(deals[1].name, 3)])


def entries_of(stream: list[dict]) -> list[dict]:
	"""Return the entries of a stream that say that a customer has opened a quote."""
	return [entry for entry in stream if entry["icon"] == "unhide"]
