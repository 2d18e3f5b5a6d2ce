"""The board: its figures are those of list and forecast, it shows what its user may see, and moves by the rules."""

import frappe
from frappe.permissions import add_user_permission
from frappe.utils import add_days, getdate, nowdate

from sales_opportunity.analysis.periods import end_of, next_start, start_of
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.inputs.values import WrongInputError
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import OpportunityClosedError
from sales_opportunity.sales_opportunity.page.pipeline.board_query import PAGE_LENGTH
from sales_opportunity.sales_opportunity.page.pipeline.pipeline import (
	get_board,
	get_card,
	get_more,
	move_close_date,
)
from sales_opportunity.sales_opportunity.report.revenue_forecast.revenue_forecast import execute as forecast
from sales_opportunity.tests.factories import (
	copy_many,
	hide,
	make_class,
	make_opportunity,
	make_partner,
	make_quote,
	make_stage,
	make_user,
	set_exchange_rates,
)
from sales_opportunity.tests.statements import statements

CLASS = "TEST-BOARD"
SELLER, COLLEAGUE, VIEWER, STRANGER = (
	f"board-{person}@example.com" for person in ("seller", "colleague", "viewer", "stranger")
)


def deal(**values):
	"""Return an open opportunity of the board's class over 1,000.00, or what `values` say."""
	return make_opportunity(**{"class_id": CLASS, "amount": 1000, "opportunity_owner": SELLER, **values})


def board(view: str = "stages", **filters) -> dict:
	"""Return the board of the class; `filters` as its address has them."""
	return get_board(view, {"class_id": CLASS, **filters})


def column(key: str, view: str = "stages", **filters) -> dict:
	"""Return a column of the board of the class."""
	return next(found for found in board(view, **filters)["columns"] if found["key"] == key)


def names(found: dict) -> set[str]:
	"""Return the names of all cards on a board."""
	return {card.name for each in found["columns"] for card in each["cards"]}


def sums(found: dict) -> tuple:
	"""Return number, sum and weighted sum of all columns of a board."""
	return tuple(sum(each[key] for each in found["columns"]) for key in ("count", "amount", "weighted"))


class BoardTestCase(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(frappe.set_user, "Administrator")
		make_user(SELLER, "Sales User")
		make_user(COLLEAGUE, "Sales User")
		make_user(VIEWER, "Sales Viewer")
		make_user(STRANGER)
		make_class(CLASS)
		frappe.db.delete("Sales Opportunity", {"class_id": CLASS})


class TestFigures(BoardTestCase):
	def test_they_are_those_of_the_list_and_of_the_revenue_forecast(self):
		set_exchange_rates(CHF=1.05)
		today = nowdate()
		for place, stage in enumerate(("Inquiry", "First Meeting", "Needs Analysis", "Inquiry")):
			deal(stage=stage, amount=1234.56 + place, expected_close_date=add_days(today, 40 * place - 20))
		deal(transaction_currency="CHF", amount=999.99)
		deal(stage="Lost", closing_reason=a_reason("Lost"))
		rows = frappe.get_list(
			"Sales Opportunity",
			{"status": "Open", "class_id": CLASS},
			["base_amount", "base_weighted_amount"],
			limit=0,
		)
		listed = (
			len(rows),
			sum(row.base_amount for row in rows),
			sum(row.base_weighted_amount for row in rows),
		)
		total = forecast({"class_id": CLASS})[1][-1]
		forecasted = (total["deals"], total["nominal"], total["weighted"])
		for view in ("stages", "months"):
			for found, expected in ((sums(board(view)), listed), (sums(board(view)), forecasted)):
				for value, other in zip(found, expected, strict=True):
					self.assertAlmostEqual(value, other, places=2)

	def test_each_stage_has_those_of_all_its_deals_and_not_only_of_the_cards_it_shows(self):
		stage = make_stage("Board Many", position=12)
		copy_many(deal(stage=stage.name), PAGE_LENGTH * 2 + 10)
		found = column(stage.name)
		self.assertEqual((found["count"], found["amount"]), (60, 60_000))
		self.assertEqual(found["weighted"], 24_000)
		self.assertEqual(len(found["cards"]), PAGE_LENGTH)

	def test_deals_kept_in_another_company_currency_are_counted_and_not_added(self):
		deal()
		other = deal()
		frappe.db.set_value("Sales Opportunity", other.name, "company_currency", "USD")
		found = column("Inquiry")
		self.assertEqual((found["count"], found["amount"], found["in_other_currencies"]), (2, 1000, 1))

	def test_no_sum_tells_what_the_user_may_not_read(self):
		deal()
		hide(self, "base_amount")
		frappe.set_user(SELLER)
		found = column("Inquiry")
		self.assertEqual((found["count"], found["amount"]), (1, None))
		self.assertGreater(found["weighted"], 0)

	def test_a_filter_holds_for_cards_and_figures_alike(self):
		partner = make_partner("Zweirad Überlingen GmbH").name
		mine = deal(opportunity_owner=COLLEAGUE, expected_close_date=add_days(nowdate(), -3), party=partner)
		deal(expected_close_date=end_of(start_of(getdate(), "Month"), "Month"))
		deal(title="100 % Rennrad")
		frappe.set_user("Administrator")
		for filters, expected in (
			({}, 3),
			({"owner": COLLEAGUE}, 1),
			({"text": "überlingen"}, 1),
			({"text": "100 % renn"}, 1),
			({"text": mine.name.lower()}, 1),
			({"period": "overdue"}, 1),
			({"period": "none"}, 1),
			({"period": f"{add_days(nowdate(), -3)}..{add_days(nowdate(), -3)}"}, 1),
			({"owner": COLLEAGUE, "period": "none"}, 0),
		):
			for view in ("stages", "months"):
				with self.subTest(filters=filters, view=view):
					found = board(view, **filters)
					self.assertEqual((sums(found)[0], len(names(found))), (expected, expected))

	def test_mine_is_whoever_looks(self):
		for user in (SELLER, COLLEAGUE):
			deal(opportunity_owner=user)
		for user in (SELLER, COLLEAGUE):
			frappe.set_user(user)
			found = board(mine="1")
			self.assertEqual(
				{card.opportunity_owner for each in found["columns"] for card in each["cards"]}, {user}
			)

	def test_what_is_no_filter_is_refused(self):
		for view, filters in (
			("kanban", {}),
			("stages", {"period": "yesterday"}),
			("stages", {"class_id": ["in", ["A"]]}),
			("stages", "[1]"),
		):
			with self.subTest(view=view, filters=filters), self.assertRaises(WrongInputError):
				get_board(view, filters)


class TestColumns(BoardTestCase):
	def test_they_are_the_open_stages_of_the_class_in_order_with_its_probabilities(self):
		make_class(
			"TEST-BOARD-OWN",
			stages=[
				{"stage": "Needs Analysis"},
				{"stage": "Inquiry", "has_own_probability": 1, "probability": 15},
				{"stage": "Won"},
				{"stage": "Lost"},
			],
		)
		found = get_board("stages", {"class_id": "TEST-BOARD-OWN"})
		shown = [(each["key"], each["probability"]) for each in found["columns"]]
		self.assertEqual(shown, [("Inquiry", 15), ("Needs Analysis", 25)])
		self.assertEqual(list(found["classes"]["TEST-BOARD-OWN"]["stages"])[-2:], ["Won", "Lost"])

	def test_a_stage_that_is_disabled_is_shown_while_it_has_deals_and_takes_no_more(self):
		stage = make_stage("Board Disabled", position=13)
		moved = deal(stage=stage.name)
		stage.enabled = 0
		stage.save()
		self.assertFalse(column(stage.name)["takes_cards"])
		moved.reload()
		moved.update({"stage": "Inquiry"})
		moved.save()
		self.assertNotIn(stage.name, [each["key"] for each in board()["columns"]])

	def test_months_are_in_words_of_the_users_language(self):
		month = next_start(start_of(getdate(), "Month"), "Month")
		deal(expected_close_date=month)
		frappe.local.lang = "de"
		self.addCleanup(setattr, frappe.local, "lang", "en")
		self.assertEqual(
			column(f"{month:%Y-%m}", "months")["label"], frappe.utils.formatdate(month, "MMMM yyyy")
		)


class TestCards(BoardTestCase):
	def test_they_say_what_is_planned_what_stalls_and_how_the_quote_stands(self):
		today = nowdate()
		states = {
			"none": None,
			"planned": add_days(today, 1),
			"due": today,
			"overdue": add_days(today, -1),
		}
		made = {
			deal(next_activity="Call", next_activity_date=day).name: state for state, day in states.items()
		}
		quoted = deal(items=[{}], amount=None)
		make_quote(quoted).submit()
		frappe.db.set_value("Sales Opportunity", quoted.name, "stalled_from", today)
		cards = {card.name: card for card in column("Inquiry")["cards"]}
		self.assertEqual({name: cards[name].activity for name in made}, made)
		self.assertEqual([name for name in cards if cards[name].is_stalled], [quoted.name])
		self.assertEqual(cards[quoted.name].quote_status, "Issued")

	def test_people_are_named(self):
		deal()
		self.assertEqual(board()["people"][SELLER]["fullname"], frappe.get_value("User", SELLER, "full_name"))

	def test_paging_brings_each_card_once_and_in_order(self):
		stage = make_stage("Board Many", position=12)
		copy_many(deal(stage=stage.name), PAGE_LENGTH * 2 + 10)
		last = deal(stage=stage.name, expected_close_date=nowdate())
		found = [card.name for card in column(stage.name)["cards"]]
		self.assertEqual(found[0], last.name)
		for start, length in ((25, 25), (50, 11), (61, 0)):
			cards = get_more("stages", stage.name, start, {"class_id": CLASS})
			self.assertEqual(len(cards), length)
			found += [card.name for card in cards]
		self.assertEqual(len(set(found)), 61)
		self.assertEqual(found[1:], sorted(found[1:]))

	def test_the_number_of_statements_does_not_grow_with_the_deals(self):
		stages = [make_stage(f"Board Stage {place}", position=20 + place).name for place in range(3)]
		for stage in stages:
			deal(stage=stage)
		for user in ("Administrator", SELLER):
			for view in ("stages", "months"):
				few = statements_as(user, view)
				frappe.set_user("Administrator")
				for stage in stages:
					copy_many(frappe.get_doc("Sales Opportunity", {"stage": stage, "class_id": CLASS}), 200)
				self.assertEqual(statements_as(user, view), few)
				self.assertLess(few, 30)
				frappe.db.delete("Sales Opportunity", {"name": ("like", "%-%-%-%")})


def statements_as(user: str, view: str) -> int:
	"""Return how many statements the user's board takes."""
	frappe.set_user(user)
	return statements(lambda: board(view))


class TestPermissions(BoardTestCase):
	def test_everybody_sees_on_the_board_what_the_list_shows(self):
		for values in ({}, {"opportunity_owner": COLLEAGUE}, {"opportunity_owner": VIEWER}):
			deal(**values)
		shared = deal(opportunity_owner=COLLEAGUE)
		frappe.share.add("Sales Opportunity", shared.name, SELLER)
		for user in (SELLER, COLLEAGUE, VIEWER, "Administrator"):
			frappe.set_user(user)
			listed = frappe.get_list(
				"Sales Opportunity", {"status": "Open", "class_id": CLASS}, pluck="name", limit=0
			)
			for view in ("stages", "months"):
				with self.subTest(user=user, view=view):
					found = board(view)
					self.assertEqual(names(found), set(listed))
					self.assertEqual(sums(found)[0], len(listed))
		self.assertLess(len(self.seen_by(SELLER)), len(self.seen_by(VIEWER)))

	def seen_by(self, user: str) -> set[str]:
		frappe.set_user(user)
		return names(board())

	def test_user_permissions_hold(self):
		make_class("TEST-BOARD-OTHER")
		deal(class_id="TEST-BOARD-OTHER")
		allowed = deal()
		add_user_permission("Class ID", CLASS, VIEWER)
		self.addCleanup(frappe.db.delete, "User Permission", {"user": VIEWER})
		frappe.set_user(VIEWER)
		found = get_board()
		self.assertIn(allowed.name, names(found))
		self.assertEqual({card.class_id for each in found["columns"] for card in each["cards"]}, {CLASS})
		self.assertEqual(list(found["classes"]), [CLASS])

	def test_others_get_nothing(self):
		hidden = deal(opportunity_owner=COLLEAGUE)
		frappe.set_user(SELLER)
		self.assertIsNone(get_card(hidden.name, "stages")["column"])
		for user in (STRANGER, "Guest"):
			frappe.set_user(user)
			for ask in (
				lambda: get_board(),
				lambda: get_more("stages", "Inquiry", 0),
				lambda: get_card(hidden.name, "stages"),
				lambda: move_close_date(hidden.name, "none"),
			):
				with self.assertRaises(frappe.PermissionError):
					ask()

	def test_viewers_look_and_do_not_move(self):
		seen = deal()
		frappe.set_user(VIEWER)
		found = board()
		self.assertEqual((found["may_write"], found["may_create"]), (False, False))
		with self.assertRaises(frappe.PermissionError):
			move_close_date(seen.name, "none")
		frappe.set_user(SELLER)
		self.assertEqual(board()["may_write"], True)


class TestPostponing(BoardTestCase):
	def setUp(self):
		super().setUp()
		self.this = start_of(getdate(), "Month")
		self.next = next_start(self.this, "Month")
		self.later = next_start(self.next, "Month")

	def test_it_keeps_the_day_and_is_a_fact_of_the_history(self):
		postponed = deal(expected_close_date=self.next.replace(day=15))
		frappe.set_user(SELLER)
		self.assertEqual(move_close_date(postponed.name, f"{self.later:%Y-%m}"), f"{self.later:%Y-%m}-15")
		fact = frappe.get_last_doc("Sales Opportunity Change", {"opportunity": postponed.name})
		self.assertEqual(fact.previous_expected_close_date, self.next.replace(day=15))
		self.assertEqual(fact.expected_close_date, self.later.replace(day=15))
		self.assertEqual(fact.changed_by, SELLER)
		found = get_card(postponed.name, "months", {"class_id": CLASS})
		self.assertEqual(found["column"], f"{self.later:%Y-%m}")
		self.assertEqual(found["figures"][found["column"]]["count"], 1)

	def test_without_a_date_it_is_the_last_day_and_it_can_be_taken_away_again(self):
		undated = deal()
		self.assertEqual(move_close_date(undated.name, f"{self.next:%Y-%m}"), str(end_of(self.next, "Month")))
		self.assertIsNone(move_close_date(undated.name, "none"))
		self.assertEqual(get_card(undated.name, "months", {"class_id": CLASS})["column"], "none")

	def test_what_cannot_be_is_refused(self):
		closed = deal(stage="Lost", closing_reason=a_reason("Lost"))
		with self.assertRaises(OpportunityClosedError):
			move_close_date(closed.name, f"{self.next:%Y-%m}")
		for key in ("overdue", "later", "Inquiry", f"{self.next.year + 5}-01"):
			with self.subTest(key), self.assertRaises(WrongInputError):
				move_close_date(deal().name, key)

	def test_the_rules_of_saving_hold(self):
		stage = make_stage("Board Strict", position=14, requires_expected_close_date=1)
		strict = deal(stage=stage.name, expected_close_date=self.next)
		self.assertEqual(move_close_date(strict.name, f"{self.later:%Y-%m}"), str(self.later))
		self.assertEqual(frappe.db.get_value("Sales Opportunity", strict.name, "stage"), stage.name)


def a_reason(outcome: str) -> str:
	"""Return an enabled reason for the outcome."""
	return frappe.get_all("Closing Reason", {"outcome": outcome, "enabled": 1}, pluck="name")[0]
