"""Colleagues as second owners: they work on the deal as its owner does, and the reports divide it to the cent."""

from decimal import Decimal

import frappe
from frappe import client
from frappe.desk.form import assign_to
from frappe.utils import add_months, get_first_day, get_last_day, nowdate

from sales_opportunity.activities.next_activity import notify_due
from sales_opportunity.deal.shares import ShareError
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.notifications import create_notifications
from sales_opportunity.patches import name_people_of_deals, write_people_without_patterns
from sales_opportunity.reporting.sharing import listed_for
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.list_changes import change
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.merging import MergeError, merge_into
from sales_opportunity.sales_opportunity.page.my_day.my_day import get_open_work
from sales_opportunity.sales_opportunity.page.pipeline.pipeline import get_board
from sales_opportunity.tests.days import site_day
from sales_opportunity.tests.factories import (
	make_class,
	make_item,
	make_opportunity,
	make_partner,
	make_quote,
	make_user,
)
from sales_opportunity.tests.reports import listed, report_rows
from sales_opportunity.tests.settings import use_settings
from sales_opportunity.tests.sites import empty_site
from sales_opportunity.tests.statements import statements

ANNA, BEN, CLEO, MANAGER = (f"shares.{name}@example.com" for name in ("anna", "ben", "cleo", "mia"))
NAMES = {user: f"Shares.{user.split('.')[1].split('@')[0].title()}" for user in (ANNA, BEN, CLEO)}
OPPORTUNITY = "Sales Opportunity"


ODD_LOGINS = (
	*("odd.a_b@example.com", "odd.axb@example.com", "dd.axb@example.com", "odd.a=5fb@example.com"),
	*(
		"odd.a%b@example.com",
		"odd.ab@example.com",
		"o'dd@example.com",
		'o"dd@example.com',
		"o\\dd@example.com",
	),
	*("o|dd@example.com", "dd@example.com", "köln@example.com", "odd@example.com.de", "odd@example.com"),
)


def make_odd_user(login: str) -> None:
	"""Store a user whose login the framework's form would refuse, as directories and imports bring them."""
	user = frappe.get_doc(
		{"doctype": "User", "name": login, "email": login, "first_name": login, "enabled": 1}
	)
	user.db_insert()


def found_of(login: str) -> list[str]:
	target = {"doctype": OPPORTUNITY, "filters": listed_for(login)}
	return [row["name"] for row in listed(target)]


class SharedDealsTestCase(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		cls.addClassCleanup(frappe.clear_cache)
		super().setUpClass()
		frappe.set_user("Administrator")
		empty_site()
		use_settings(cls, use_participants=1, use_sales_targets=1, use_margins=1)
		for user in (ANNA, BEN, CLEO):
			make_user(user, "Sales User")
		make_user(MANAGER, "Sales Manager", "Sales User")
		make_class("SHARES", members=[])
		make_item()
		create_notifications()

	def setUp(self):
		frappe.db.savepoint("shares")
		self.addCleanup(frappe.db.rollback, save_point="shares")
		self.addCleanup(frappe.set_user, "Administrator")

	def deal(self, amount: float = 1000.01, owner: str = ANNA, shares: dict | None = None, **values):
		rows = [{"user": user, "percentage": share} for user, share in (shares or {}).items()]
		defaults = {"class_id": "SHARES", "expected_close_date": site_day(10), "opportunity_owner": owner}
		return make_opportunity(amount=amount, shares=rows, **{**defaults, **values})


class TestWorkOnSharedDeals(SharedDealsTestCase):
	def test_a_colleague_works_on_the_deal_and_its_quotes_as_the_owner_does(self):
		frappe.set_user(ANNA)
		deal = self.deal(items=[{}], shares={BEN: 40})
		frappe.set_user(BEN)
		self.assertEqual(frappe.get_list(OPPORTUNITY, pluck="name"), [deal.name])
		loaded = frappe.get_doc(OPPORTUNITY, deal.name)
		loaded.check_permission("read")
		loaded.title = "Ours"
		loaded.save()
		quote = make_quote(loaded)
		self.assertEqual(frappe.get_list("Quote", pluck="name"), [quote.name])
		self.assertEqual(
			frappe.get_list("Sales Opportunity Share", pluck="user", parent_doctype=OPPORTUNITY), [BEN]
		)
		frappe.set_user(CLEO)
		self.assertEqual(frappe.get_list(OPPORTUNITY), [])
		self.assertFalse(frappe.has_permission(OPPORTUNITY, "read", doc=deal.name))
		self.assertFalse(frappe.has_permission("Quote", "read", doc=quote.name))
		self.assertEqual(frappe.get_list("Sales Opportunity Share", parent_doctype=OPPORTUNITY), [])

	def test_what_is_sent_gives_nobody_a_way_in(self):
		deal = self.deal()
		frappe.set_user(CLEO)
		forged = frappe.get_doc(OPPORTUNITY, deal.name)
		forged.append("shares", {"user": CLEO, "percentage": 50})
		self.assertRaises(frappe.PermissionError, forged.save)

	def test_without_a_share_the_deal_is_gone_again(self):
		deal = self.deal(shares={BEN: 40})
		deal.set("shares", [])
		deal.save()
		frappe.set_user(BEN)
		self.assertFalse(frappe.has_permission(OPPORTUNITY, "read", doc=deal.name))
		self.assertEqual(frappe.get_list(OPPORTUNITY), [])

	def test_impossible_shares_are_refused(self):
		frappe.db.set_value("User", CLEO, "enabled", 0)
		for rows, text in (
			([(BEN, 0)], "above 0"),
			([(BEN, 101)], "at most 100"),
			([(BEN, 60), (MANAGER, 40.01)], "100.01 %"),
			([(BEN, 10), (BEN, 20)], "one share"),
			([(CLEO, 10)], "disabled"),
		):
			with self.subTest(rows), self.assertRaises(ShareError) as refused:
				make_opportunity(shares=[{"user": user, "percentage": share} for user, share in rows])
			self.assertIn(text, str(refused.exception))

	def test_who_becomes_responsible_has_the_rest_and_no_share(self):
		deal = self.deal(shares={BEN: 40, CLEO: 10})
		self.assertEqual(deal.people, f"|{ANNA}|{BEN}|{CLEO}|")
		deal.opportunity_owner = BEN
		deal.save()
		deal.reload()
		self.assertEqual([(row.user, row.idx) for row in deal.shares], [(CLEO, 1)])
		self.assertEqual(deal.people, f"|{BEN}|{CLEO}|")
		deal.append("shares", {"user": BEN, "percentage": 10})
		self.assertRaises(ShareError, deal.save)

	def test_colleagues_are_told_of_their_share_and_of_what_the_owner_is_told_of(self):
		deal = self.deal(shares={BEN: 40})

		def subjects() -> list[str]:
			return frappe.get_all(
				"Notification Log", {"for_user": BEN, "document_name": deal.name}, pluck="subject"
			)

		self.assertEqual(len(subjects()), 1)
		self.assertIn("You have a share", subjects()[0])
		deal.save()
		self.assertEqual(len(subjects()), 1)
		deal.update({"next_activity": "Call", "next_activity_date": nowdate()})
		deal.save()
		notify_due(deal.name)
		self.assertEqual(len(subjects()), 2)

	def test_only_who_is_responsible_and_managers_change_shares(self):
		open_deal, won = (
			self.deal(shares={BEN: 1}, stage=stage, items=[{}]) for stage in ("Needs Analysis", "Won")
		)
		for user, doc, may in (
			(BEN, open_deal, False),
			(ANNA, open_deal, True),
			(MANAGER, open_deal, True),
			(BEN, won, False),
			(ANNA, won, False),
			(MANAGER, won, True),
		):
			frappe.set_user(user)
			changed = frappe.get_doc(OPPORTUNITY, doc.name)
			changed.shares[0].percentage += 10
			with self.subTest((user, doc.status)):
				if may:
					changed.save()
				else:
					self.assertRaises(ShareError, changed.save)
		frappe.set_user(BEN)
		taken = frappe.get_doc(OPPORTUNITY, won.name)
		taken.opportunity_owner = BEN
		with self.assertRaisesRegex(ShareError, "closed"):
			taken.save()
		taken = frappe.get_doc(OPPORTUNITY, open_deal.name)
		taken.opportunity_owner = BEN
		taken.append("shares", {"user": CLEO, "percentage": 50})
		self.assertRaises(ShareError, taken.save)

	def test_a_closed_deal_changes_hands_by_no_other_way(self):
		won = self.deal(shares={BEN: 10}, stage="Won", items=[{}])
		frappe.set_user(BEN)
		forged = {
			**frappe.get_doc(OPPORTUNITY, won.name).as_dict(),
			"shares": [{"user": BEN, "percentage": 90}],
		}
		told = "ask a Sales Manager"
		with self.assertRaisesRegex(ShareError, told):
			client.set_value(OPPORTUNITY, won.name, "opportunity_owner", BEN)
		with self.assertRaisesRegex(ShareError, told):
			client.save(forged)
		refused = change(won.name, "opportunity_owner", BEN)
		self.assertIn(told, refused)
		assign_to.add({"doctype": OPPORTUNITY, "name": won.name, "assign_to": [BEN]})
		won.reload()
		self.assertEqual((won.opportunity_owner, won.shares[0].percentage), (ANNA, 10))
		frappe.set_user(MANAGER)
		client.set_value(OPPORTUNITY, won.name, "opportunity_owner", BEN)
		won.reload()
		self.assertEqual((won.opportunity_owner, won.shares), (BEN, []))

	def test_who_loses_some_of_a_deal_is_told(self):
		deal = self.deal(shares={BEN: 40, CLEO: 10})
		frappe.set_user(MANAGER)
		deal = frappe.get_doc(OPPORTUNITY, deal.name)
		deal.shares[0].percentage, deal.shares[1].percentage = 30, 30
		deal.save()
		told = {"document_name": deal.name, "subject": ("like", "%is smaller now%")}
		self.assertEqual(set(frappe.get_all("Notification Log", told, pluck="for_user")), {ANNA, BEN})

	def test_merging_keeps_the_shares_and_who_takes_part(self):
		partner = make_partner()
		person = {"person_name": "Frau Blume", "email": "blume@example.com", "role": "Decides"}
		kept = self.deal(party=partner.name, participants=[person])
		twin = self.deal(
			party=partner.name,
			owner=BEN,
			shares={ANNA: 10, CLEO: 40},
			participants=[person, {"person_name": "Herr Halm"}],
		)
		merge_into(kept.name, twin.name)
		kept.reload()
		self.assertEqual({row.user: row.percentage for row in kept.shares}, {CLEO: 40})
		self.assertEqual(kept.people, f"|{ANNA}|{CLEO}|")
		self.assertEqual([row.person_name for row in kept.participants], ["Frau Blume", "Herr Halm"])

	def test_two_deals_with_other_shares_each_are_not_merged(self):
		partner = make_partner().name
		kept, twin = (self.deal(party=partner, shares={BEN: share}) for share in (40, 50))
		with self.assertRaisesRegex(MergeError, "Colleagues have shares of both"):
			merge_into(kept.name, twin.name)
		same = self.deal(party=partner, shares={BEN: 40})
		self.assertEqual(len(merge_into(kept.name, same.name).shares), 1)

	def test_my_day_and_the_board_have_it_and_count_the_own_part(self):
		self.deal(1000.01, shares={BEN: 40}, next_activity="Call", next_activity_date=nowdate())
		self.deal(200, owner=BEN, shares={CLEO: 25})
		frappe.set_user(BEN)
		day = get_open_work()
		self.assertEqual([row["subject"] for row in day["activities"]["rows"]], ["Call"])
		figures = day["figures"]["open"]
		self.assertEqual((figures["count"], Decimal(str(figures["amount"]))), (2, Decimal("550.00")))
		target = {"doctype": OPPORTUNITY, "filters": figures["filters"]}
		self.assertEqual(len(listed(target)), 2)
		board = get_board("stages", {"mine": "1"})
		self.assertEqual(sum(column["count"] for column in board["columns"]), 2)

	def test_switched_off_the_deal_is_its_owners_alone(self):
		deal = self.deal(shares={BEN: 40})
		use_settings(self, use_participants=0)
		frappe.set_user(BEN)
		self.assertEqual(frappe.get_list(OPPORTUNITY), [])
		self.assertFalse(frappe.has_permission(OPPORTUNITY, "read", doc=deal.name))
		frappe.set_user("Administrator")
		deal.reload()
		deal.save()
		self.assertEqual([row.user for row in deal.shares], [BEN])
		self.assertEqual(self.deal(0, shares={CLEO: 10}).shares, [])
		rows = report_rows("Revenue Forecast", group_by="opportunity_owner")
		self.assertEqual([row["group"] for row in rows[:-1]], [NAMES[ANNA]])

	def test_a_user_with_another_login_is_found(self):
		deal = self.deal(shares={BEN: 40})
		frappe.rename_doc("User", BEN, "shares.benno@example.com", force=True)
		people = frappe.db.get_value(OPPORTUNITY, deal.name, "people")
		self.assertEqual(people, f"|{ANNA}|shares.benno@example.com|")

	def test_lists_find_the_deals_of_a_person_and_of_nobody_whose_login_is_like_it(self):
		deals = {}
		for login in ODD_LOGINS:
			make_odd_user(login)
			deals[login] = [self.deal(owner=login).name, self.deal(shares={login: 40}).name]
		for login, names in deals.items():
			with self.subTest(login):
				self.assertEqual(set(found_of(login)), set(names))

	def test_deals_of_odd_logins_are_found_after_the_patch(self):
		odd, like_it = "odd.a_b@example.com", "odd.axb@example.com"
		for login in (odd, like_it):
			make_odd_user(login)
		deal, other = self.deal(owner=odd, shares={like_it: 10}), self.deal(owner=like_it)
		deal.db_set("people", f"|{odd}|{like_it}|")
		for _time in range(2):
			write_people_without_patterns.execute()
			self.assertEqual(found_of(odd), [deal.name])
			self.assertEqual(set(found_of(like_it)), {deal.name, other.name})

	def test_deals_of_before_are_found_by_their_people(self):
		deal = self.deal()
		frappe.db.set_value(OPPORTUNITY, deal.name, "people", None)
		name_people_of_deals.execute()
		self.assertEqual(frappe.db.get_value(OPPORTUNITY, deal.name, "people"), f"|{ANNA}|")


class TestReportsOfSharedDeals(SharedDealsTestCase):
	def setUp(self):
		super().setUp()
		self.deal(1000.01, shares={BEN: 33.33, CLEO: 40}, stage="Needs Analysis")
		self.deal(500, owner=BEN, stage="Needs Analysis")
		self.deal(99.99, owner=BEN, shares={ANNA: 50}, stage="Won", items=[{"rate": 99.99}])
		self.deal(300, owner=ANNA, stage="Won", items=[{"rate": 300}])

	def figures(self, report: str, *fields: str, **filters) -> dict:
		rows = report_rows(report, **filters)
		return {row.get("group") or row.get("subject"): tuple(row[field] for field in fields) for row in rows}

	def test_the_forecast_by_person_divides_to_the_cent_and_the_whole_stays(self):
		fields = ("deals", "nominal", "won", "p10", "p90")
		found = self.figures("Revenue Forecast", *fields[:3], group_by="opportunity_owner", period="Year")
		self.assertEqual(found[NAMES[CLEO]], (1, 400.01, 0))
		self.assertEqual(found[NAMES[BEN]], (2, 833.3, 49.99))
		self.assertEqual(found[NAMES[ANNA]], (1, 266.7, 350))
		whole, without = (
			report_rows("Revenue Forecast", period="Year", **grouped)[-1]
			for grouped in ({"group_by": "opportunity_owner"}, {})
		)
		for field in fields:
			self.assertEqual(whole[field], without[field], field)

	def test_a_person_sees_the_own_parts_in_any_grouping(self):
		for group_by in ("class_id", "stage", "item_group", "opportunity_owner", None):
			*_rows, whole = report_rows(
				"Revenue Forecast", group_by=group_by, opportunity_owner=BEN, period="Year"
			)
			with self.subTest(group_by):
				self.assertEqual((whole["deals"], whole["nominal"], whole["won"]), (2, 833.3, 49.99))
		spread = report_rows(
			"Revenue Forecast", opportunity_owner=BEN, period="Year", basis="Service Period"
		)[-1]
		self.assertEqual((spread["nominal"], spread["won"]), (833.3, 49.99))

	def test_a_person_has_the_same_of_a_month_whatever_dates_are_asked_for(self):
		care = {"rate": 10.01, "recurrence": "Monthly", "periods": 12, "service_start": site_day(10)}
		self.deal(0, manual_amount=0, items=[care], shares={BEN: 33.33, CLEO: 33.33})
		filters = {"group_by": "opportunity_owner", "period": "Month", "basis": "Service Period"}

		def months(**dates) -> dict:
			rows = report_rows("Revenue Forecast", **filters, **dates)
			return {
				(row["period"], row["group"]): row["nominal"]
				for row in rows
				if row.get("group") and row["nominal"]
			}

		whole = months()
		self.assertEqual(round(sum(whole.values()), 2), 10.01 * 12 + 1500.01)
		for month in range(2, 12):
			day = add_months(get_first_day(site_day(10)), month)
			found = months(from_date=str(day), to_date=str(get_last_day(day)))
			self.assertTrue(found)
			self.assertEqual({cell: whole[cell] for cell in found}, found, day)

	def test_figures_lead_to_the_deals_in_which_a_person_takes_part(self):
		for row in report_rows("Revenue Forecast", group_by="opportunity_owner", period="Year"):
			counts = {kind: len(listed(row["drill"].get(kind))) for kind in ("open", "won", "both")}
			self.assertEqual(counts["open"], row["deals"], row)
			self.assertEqual(counts["both"], counts["open"] + counts["won"], row)
		for row in report_rows("Win-Loss Analysis", group_by="opportunity_owner"):
			self.assertEqual(len(listed(row["drill"]["won"])), row["won"], row["group"])

	def test_win_loss_counts_for_each_and_once_in_all(self):
		self.deal(10.01, owner=ANNA, shares={CLEO: 50}, stage="Lost", closing_reason="Too Expensive")
		fields = ("won", "lost", "won_amount", "lost_amount")
		found = self.figures("Win-Loss Analysis", *fields, group_by="opportunity_owner")
		self.assertEqual(found[NAMES[ANNA]], (2, 1, 350, 5.01))
		self.assertEqual(found[NAMES[BEN]], (1, 0, 49.99, 0))
		self.assertEqual(found[NAMES[CLEO]], (0, 1, 0, 5))
		self.assertEqual(found["Total"], (2, 1, 399.99, 10.01))
		for group_by in ("closing_reason", "size", "stage_before", "discount", "opportunity_owner"):
			mine = self.figures("Win-Loss Analysis", *fields, group_by=group_by, opportunity_owner=CLEO)
			self.assertEqual(mine["Total"], (0, 1, 0, 5), group_by)

	def test_targets_of_persons_are_reached_by_their_parts(self):
		year = int(nowdate()[:4])
		filters = {"year": year, "target_for": "Person", "period": "Year"}
		found = self.figures("Sales Targets", "won", "open", **filters)
		soon = year == int(site_day(10)[:4])
		self.assertEqual(found[NAMES[ANNA]], (350, 266.7 if soon else 0))
		self.assertEqual(found[NAMES[BEN]], (49.99, 833.3 if soon else 0))
		self.assertEqual(found["Total"][0], 399.99)
		numbers = self.figures("Sales Targets", "won", **filters, measure="Number")
		self.assertEqual((numbers[NAMES[ANNA]], numbers[NAMES[BEN]], numbers["Total"]), ((1,), (1,), (2,)))
		mine = self.figures("Sales Targets", "won", year=year, target_for="Company", opportunity_owner=ANNA)
		self.assertEqual(mine["Total"], (350,))

	def test_margins_are_divided_too(self):
		frappe.db.set_value(
			"Sales Opportunity Item", {"parenttype": OPPORTUNITY, "rate": 99.99}, "unit_cost", 50.01
		)
		frappe.set_user(MANAGER)
		found = self.figures("Margin", "deals", "revenue", "cost", group_by="opportunity_owner")
		self.assertEqual(found[NAMES[BEN]], (1, 49.99, 25))
		self.assertEqual(found[NAMES[ANNA]], (2, 50, 25.01))
		self.assertEqual(found["Total"], (2, 99.99, 50.01))

	def test_no_statement_is_asked_for_each_deal(self):
		def report() -> list[dict]:
			return report_rows("Revenue Forecast", group_by="opportunity_owner", period="Year")

		before = statements(report)
		for _deal in range(3):
			self.deal(10, shares={BEN: 50})
		self.assertEqual(statements(report), before)
