"""Frame contracts: call-offs are deals of their own, and reports count these and not the frame."""

import frappe
from frappe.client import set_value
from frappe.desk.doctype.number_card.number_card import get_result
from frappe.utils import getdate, nowdate

from sales_opportunity.deal.related import RelatedDealError, call_offs, count_as_switched, siblings
from sales_opportunity.desk.list_sums import list_sums
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.patches import leave_out_frames
from sales_opportunity.reporting.forecasts import closings_of
from sales_opportunity.reporting.slips import observed
from sales_opportunity.reporting.win_rates import count_outcomes
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import OpportunityClosedError
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import make_call_off
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.merging import MergeError, merge_into
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity_dashboard import get_data
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
from sales_opportunity.tests.reports import report_rows, run_report
from sales_opportunity.tests.settings import save_settings, use_settings
from sales_opportunity.tests.sites import empty_site

SELLER, COLLEAGUE = "frames@example.com", "frames-colleague@example.com"
SETTINGS = "Sales Opportunity Settings"
PLAIN = ("Weighted Pipeline", "Items in the Pipeline", "Lost Reasons")
READY = ("Pipeline by Owner", "Won by Month", "Lost by Reason", "Items Sold")
CARDS = ("Won This Month", "Open Pipeline")


class TestRelatedDeals(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		empty_site()
		use_settings(cls, use_related_deals=1)
		for user in (SELLER, COLLEAGUE):
			make_user(user, "Sales User")
		make_class("FRAMES", members=[])

	def setUp(self):
		frappe.db.savepoint("frames")
		self.addCleanup(frappe.db.rollback, save_point="frames")
		self.addCleanup(frappe.set_user, "Administrator")

	def deal(self, amount: float, **values):
		defaults = {"class_id": "FRAMES", "opportunity_owner": SELLER, "expected_close_date": site_day(10)}
		return make_opportunity(amount=amount, **{**defaults, **values})

	def won(self, amount: float, **values):
		return self.deal(amount, stage="Won", items=[{"rate": amount}], **values)

	def frame_with_call_offs(self):
		frame = self.won(100_000, is_frame=1)
		self.won(20_000, parent_opportunity=frame.name)
		self.deal(5_000.5, parent_opportunity=frame.name)
		return frame

	def whole(self, report: str, **filters) -> dict:
		return report_rows(report, **filters)[-1]

	def test_a_call_off_shows_the_others_of_its_frame_that_one_may_read(self):
		frame = self.deal(100, is_frame=1)
		first, second, hidden = (self.deal(1, parent_opportunity=frame.name) for _time in range(3))
		frappe.db.set_value("Sales Opportunity", hidden.name, "opportunity_owner", COLLEAGUE)
		for name in (second.name, hidden.name):
			frappe.db.set_value("Sales Opportunity", name, {"owner": COLLEAGUE}, update_modified=False)
		self.assertEqual({row.name for row in siblings(first)["rows"]}, {second.name, hidden.name})
		frappe.set_user(SELLER)
		found = siblings(first)
		self.assertEqual(([row.name for row in found["rows"]], found["more"]), ([second.name], 0))
		self.assertIsNone(siblings(frame))
		frappe.set_user("Administrator")
		for _time in range(5):
			self.deal(1, parent_opportunity=frame.name)
		found = siblings(first)
		self.assertEqual((len(found["rows"]), found["more"]), (5, 2))
		use_settings(self, use_related_deals=0)
		self.assertIsNone(siblings(first))

	def test_a_frame_shows_what_was_called_off(self):
		frame = self.frame_with_call_offs()
		found = call_offs(frame)
		self.assertEqual(found["won"], {"count": 1, "amount": 20_000})
		self.assertEqual(found["open"], {"count": 1, "amount": 5_000.5})
		self.assertEqual(found["left"], 74_999.5)
		self.assertIsNone(call_offs(self.deal(1)))

	def lined_frame(self, *lines: dict, **values):
		frame = self.deal(0, items=list(lines), is_frame=1, **values)
		frame.reload()
		return frame

	def called_off(self, frame, **values):
		"""Return a call-off as the form saves it once its stage is chosen."""
		made = frappe.get_doc(make_call_off(frame.name) | {"name": None, "stage": "Inquiry", **values})
		return made.insert()

	def test_a_call_off_begins_with_what_was_agreed_in_its_frame(self):
		make_item("FRAME-RENT", recurrence="Monthly", periods=12)
		frame = self.lined_frame(
			{"quantity": 100, "rate": 812.345, "discount_percentage": 5, "delivery_date": site_day(10)},
			{"item": "FRAME-RENT", "quantity": 10, "rate": 30, "recurrence": "Monthly", "periods": 36},
			discount_percentage=2,
			fixed_discount=500,
			freight=90,
			transaction_currency="CHF",
			conversion_rate=1.05,
		)
		made = self.called_off(frame, conversion_rate=1.06)
		first, second = made.items
		self.assertEqual((first.quantity, first.rate, first.discount_percentage), (100, 812.345, 5))
		self.assertIsNone(first.delivery_date)
		self.assertEqual((second.rate, second.recurrence, second.periods), (30, "Monthly", 36))
		self.assertEqual(
			(made.parent_opportunity, made.party, made.class_id, made.transaction_currency),
			(frame.name, frame.party, frame.class_id, "CHF"),
		)
		self.assertEqual((made.discount_percentage, made.fixed_discount, made.freight), (2, 0, 0))
		self.assertEqual((made.is_frame, made.is_counted), (0, 1))

	def test_agreed_prices_stay_whatever_lists_say_of_another_quantity(self):
		item = make_item("FRAME-LISTED", price=100)
		item.set("prices", [{"price": 90, "minimum_quantity": 10}])
		item.save()
		frame = self.lined_frame({"item": "FRAME-LISTED", "quantity": 20})
		self.assertEqual((frame.items[0].rate, bool(frame.items[0].price_source)), (90, True))
		made = self.called_off(frame)
		made.items[0].quantity = 2
		made.save()
		self.assertEqual((made.items[0].rate, made.amount), (90, 180))
		quote = make_quote(made)
		quote.items[0].quantity = 20
		quote.save()
		quote.items[0].quantity = 3
		quote.save()
		self.assertEqual(quote.items[0].rate, 90)

	def test_a_fixed_discount_of_a_line_is_shared_by_its_call_offs(self):
		frame = self.lined_frame({"quantity": 3, "rate": 100, "discount_amount": 10})
		found = []
		for _number in range(3):
			made = self.called_off(frame)
			made.items[0].quantity = 1
			made.save()
			line = made.items[0]
			found.append((line.rate, line.discount_amount, made.amount))
		self.assertEqual(found, [(100, 3.33, 96.67), (100, 3.34, 96.66), (100, 3.33, 96.67)])
		self.assertEqual((make_call_off(frame.name)["items"], call_offs(frame)["left"]), ([], 0))

	def test_called_off_whole_a_line_keeps_price_and_fixed_discount(self):
		frame = self.lined_frame({"quantity": 30_000, "rate": 1, "discount_amount": 10})
		made = self.called_off(frame)
		self.assertEqual((made.items[0].rate, made.items[0].discount_amount, made.amount), (1, 10, 29_990))

	def test_another_fixed_discount_of_a_call_off_stays_and_the_rest_is_left(self):
		frame = self.lined_frame({"quantity": 10, "rate": 1, "discount_amount": 9})
		made = self.called_off(frame)
		made.items[0].update({"quantity": 5, "discount_amount": 1})
		made.save()
		self.assertEqual(made.items[0].discount_amount, 1)
		(left,) = make_call_off(frame.name)["items"]
		self.assertEqual((left["quantity"], left["discount_amount"]), (5, 5))

	def test_discounts_of_call_offs_in_another_currency_are_not_compared(self):
		frame = self.lined_frame({"quantity": 10, "rate": 100, "discount_amount": 9})
		items = [{"quantity": 4, "rate": 105, "discount_amount": 9}]
		in_francs = {"transaction_currency": "CHF", "conversion_rate": 1.05}
		self.deal(0, items=items, parent_opportunity=frame.name, **in_francs)
		(left,) = make_call_off(frame.name)["items"]
		self.assertEqual((left["quantity"], left["discount_amount"]), (6, 9))

	def test_of_lines_with_one_item_the_one_that_was_called_off_is_used_up(self):
		frame = self.lined_frame(
			{"quantity": 5, "rate": 80, "item_name": "Montage"},
			{"quantity": 5, "rate": 80, "item_name": "Schulung"},
			{"quantity": 5, "rate": 70, "item_name": "Schulung"},
		)
		first = self.called_off(frame)
		first.items = first.items[1:2]
		first.save()
		left = make_call_off(frame.name)["items"]
		self.assertEqual(
			[(row["item_name"], row["rate"], row["quantity"]) for row in left],
			[("Montage", 80, 5), ("Schulung", 70, 5)],
		)

	def test_what_a_colleague_called_off_is_not_offered_again(self):
		frame = self.lined_frame({"quantity": 100})
		theirs = self.called_off(frame)
		theirs.items[0].quantity = 70
		theirs.opportunity_owner = COLLEAGUE
		theirs.save()
		frappe.db.set_value("Sales Opportunity", theirs.name, "owner", COLLEAGUE, update_modified=False)
		frappe.set_user(SELLER)
		self.assertFalse(frappe.has_permission("Sales Opportunity", "read", theirs.name))
		(left,) = make_call_off(frame.name)["items"]
		self.assertEqual(left["quantity"], 30)
		self.assertEqual(call_offs(frame)["open"]["count"], 0)

	def test_the_next_call_off_has_what_is_left(self):
		make_item("FRAME-PART")
		frame = self.lined_frame(
			{"quantity": 100, "rate": 10}, {"item": "FRAME-PART", "quantity": 5, "rate": 2}
		)
		first = self.called_off(frame)
		first.items[0].quantity = 30
		first.save()
		(left,) = make_call_off(frame.name)["items"]
		self.assertEqual((left["item"], left["quantity"]), ("TEST-BIKE", 70))
		self.assertEqual(call_offs(frame)["left"], 700)
		first.update({"stage": "Lost", "closing_reason": "No Budget"})
		first.save()
		self.assertEqual([row["quantity"] for row in make_call_off(frame.name)["items"]], [100, 5])
		self.called_off(frame)
		self.assertEqual(make_call_off(frame.name)["items"], [])

	def test_two_lines_of_a_frame_with_the_same_item_are_used_up_one_after_the_other(self):
		frame = self.lined_frame({"quantity": 3, "rate": 10}, {"quantity": 4, "rate": 8})
		first = self.called_off(frame)
		first.items = first.items[:1]
		first.items[0].quantity = 5
		first.save()
		(left,) = make_call_off(frame.name)["items"]
		self.assertEqual((left["quantity"], left["rate"]), (2, 8))

	def test_items_that_are_sold_no_more_are_left_out_and_told(self):
		item = make_item("FRAME-OLD")
		frame = self.lined_frame({"quantity": 1}, {"item": "FRAME-OLD", "quantity": 1})
		item.disabled = 1
		item.save()
		frappe.clear_messages()
		(left,) = make_call_off(frame.name)["items"]
		self.assertEqual(left["item"], "TEST-BIKE")
		self.assertIn("cannot be sold any more", str(frappe.get_message_log()))

	def test_a_deal_that_is_no_frame_gives_no_lines_and_one_that_is_hidden_nothing(self):
		deal = self.deal(0, items=[{"quantity": 2}])
		self.assertEqual(make_call_off(deal.name)["items"], [])
		frame = self.lined_frame({"quantity": 2})
		frappe.db.set_value("Sales Opportunity", frame.name, {"owner": COLLEAGUE}, update_modified=False)
		frappe.set_user(SELLER)
		made = make_call_off(frame.name)
		self.assertEqual(len(made["items"]), 1)
		self.assertNotIn("unit_cost", made["items"][0])
		frappe.set_user("Administrator")
		frappe.db.set_value("Sales Opportunity", frame.name, "opportunity_owner", COLLEAGUE)
		frappe.set_user(SELLER)
		with self.assertRaises(frappe.PermissionError):
			make_call_off(frame.name)

	def test_only_call_offs_that_one_may_read_are_added(self):
		frame = self.frame_with_call_offs()
		self.deal(7_000, parent_opportunity=frame.name, opportunity_owner=COLLEAGUE)
		self.assertEqual(call_offs(frame)["open"]["count"], 2)
		frappe.set_user(SELLER)
		frappe.db.set_value(
			"Sales Opportunity", {"amount": 7_000}, {"owner": COLLEAGUE}, update_modified=False
		)
		self.assertEqual(call_offs(frame)["open"], {"count": 1, "amount": 5_000.5})

	def test_reports_count_the_call_offs_and_not_the_frame(self):
		self.frame_with_call_offs()
		self.deal(50_000, is_frame=1)
		forecast = self.whole("Revenue Forecast", period="Year")
		self.assertEqual((forecast["nominal"], forecast["won"]), (5_000.5, 20_000))
		self.assertEqual(self.whole("Win-Loss Analysis")["won"], 1)
		changes = run_report("Pipeline Changes", from_date=nowdate(), to_date=nowdate())
		self.assertIn(5000.5, [row.get("nominal") for row in changes["result"]])
		use_settings(self, use_related_deals=0)
		forecast = self.whole("Revenue Forecast", period="Year")
		self.assertEqual(forecast["won"], 120_000)

	def figures(self) -> dict:
		"""Return all that reports, views and cards with stored filters say, and what others are computed from."""
		found = {name: report_rows(name) for name in PLAIN}
		found |= {name: frappe.get_doc("Report", name).get_data(limit=100)[1] for name in READY}
		for name in CARDS:
			card = frappe.get_doc("Number Card", name)
			found[name] = get_result(card, frappe.parse_json(card.filters_json))
		observations = list(observed(getdate()))
		return found | {
			"calibration": count_outcomes(True, None, True),
			"likely dates": sum(count for *_slip, count in observations),
			"forecast accuracy": vars(closings_of({})),
		}

	def test_each_card_of_deals_leaves_frames_out(self):
		cards = frappe.get_all(
			"Number Card", {"document_type": "Sales Opportunity", "is_standard": 1}, ["name", "filters_json"]
		)
		self.assertGreater(len(cards), 6)
		for card in cards:
			filters = [tuple(each[1:4]) for each in frappe.parse_json(card.filters_json)]
			with self.subTest(card.name):
				self.assertTrue(
					{("is_counted", "=", 1), ("forecast_category", "!=", "Omitted")} & set(filters), filters
				)

	def test_no_figure_counts_a_frame_until_the_settings_know_none(self):
		call_off = {"items": [{"rate": 10}], "amount": 10}
		for stage in ("Needs Analysis", "Won", "Lost"):
			self.deal(stage=stage, closing_reason="No Budget" if stage == "Lost" else None, **call_off)
		before = self.figures()
		for stage in ("Needs Analysis", "Won", "Lost"):
			frame = {"items": [{"rate": 100_000}], "amount": 100_000, "is_frame": 1}
			self.deal(stage=stage, closing_reason="No Budget" if stage == "Lost" else None, **frame)
		self.assertEqual(self.figures(), before)
		use_settings(self, use_related_deals=0)
		for name, figure in self.figures().items():
			self.assertNotEqual(figure, before[name], name)
		use_settings(self, use_related_deals=1)
		self.assertEqual(self.figures(), before)

	def test_the_settings_decide_at_once_what_counts(self):
		use_settings(self, use_related_deals=1)
		frame = self.deal(50_000, is_frame=1)
		for value, expected in ((0, (1, "Pipeline")), (1, (0, "Omitted"))):
			save_settings(use_related_deals=value)
			frame.reload()
			self.assertEqual((frame.is_counted, frame.forecast_category), expected)

	def test_frames_of_before_are_left_out(self):
		frame, other = self.won(100, is_frame=1), self.won(100)
		frame.db_set("is_counted", 1)
		for _time in range(2):
			leave_out_frames.execute()
			found = [
				frappe.db.get_value("Sales Opportunity", doc.name, "is_counted") for doc in (frame, other)
			]
			self.assertEqual(found, [0, 1])

	def test_once_closed_only_who_may_reopen_says_whether_a_deal_is_a_frame(self):
		manager = make_user("frames-manager@example.com", "Sales Manager").name
		for stage, is_frame in (("Won", 1), ("Lost", 0)):
			reason = "No Budget" if stage == "Lost" else None
			items = [{"rate": 100_000}]
			name = self.deal(100_000, stage=stage, items=items, closing_reason=reason, is_frame=is_frame).name
			frappe.set_user(SELLER)
			with self.assertRaises(OpportunityClosedError):
				set_value("Sales Opportunity", name, "is_frame", 1 - is_frame)
			doc = frappe.get_doc("Sales Opportunity", name)
			self.assertEqual((doc.is_frame, doc.is_counted), (is_frame, 1 - is_frame))
			doc.save()
			frappe.set_user(manager)
			set_value("Sales Opportunity", name, "is_frame", 1 - is_frame)
			doc.reload()
			self.assertEqual((doc.is_frame, doc.is_counted), (1 - is_frame, is_frame))

	def test_board_and_list_show_a_frame_and_do_not_add_it(self):
		frame = self.deal(50_000, is_frame=1)
		self.deal(1_000, parent_opportunity=frame.name)
		(column,) = (each for each in get_board()["columns"] if each["count"])
		self.assertEqual((column["count"], column["amount"], column["frames"]), (2, 1_000, 1))
		self.assertEqual(len(column["cards"]), 2)
		found = list_sums("Sales Opportunity", [["Sales Opportunity", "class_id", "=", "FRAMES"]])
		self.assertEqual((found["count"], found["sums"][0], found["frames"]), (2, 1_000, 1))
		alone = list_sums("Sales Opportunity", [["Sales Opportunity", "is_frame", "=", 1]])
		self.assertEqual((alone["sums"][0], alone["frames"]), (50_000, 0))

	def test_the_journey_tells_of_a_frame_and_does_not_add_it(self):
		partner = make_partner().name
		frame = self.won(100_000, party=partner, is_frame=1)
		self.won(1_000, party=partner, parent_opportunity=frame.name)
		found = run_report("Customer Journey", party=partner)
		self.assertIn(frame.name, {row["opportunity"] for row in found["result"]})
		self.assertIn(1_000, {card["value"] for card in found["report_summary"]})

	def test_an_open_frame_is_in_no_forecast_also_after_its_stage_has_changed(self):
		frame = self.deal(50_000, is_frame=1)
		self.assertEqual(frame.forecast_category, "Omitted")
		frappe.get_doc("Qualification Stage", frame.stage).save()
		frame.reload()
		self.assertEqual(frame.forecast_category, "Omitted")
		frame.is_frame = 0
		frame.save()
		self.assertEqual(frame.forecast_category, "Pipeline")

	def test_there_are_no_circles(self):
		first = self.deal(1)
		second = self.deal(2, parent_opportunity=first.name)
		third = self.deal(3, parent_opportunity=second.name)
		for parent in (first, third):
			first.parent_opportunity = parent.name
			with self.assertRaises(RelatedDealError):
				first.save()
			first.reload()

	def test_a_deal_that_one_may_not_read_is_no_parent(self):
		foreign = self.deal(1, opportunity_owner=COLLEAGUE)
		own = self.deal(2)
		frappe.set_user(SELLER)
		doc = frappe.get_doc("Sales Opportunity", own.name)
		doc.parent_opportunity = foreign.name
		self.assertRaises(frappe.PermissionError, doc.save)

	def test_a_deal_is_not_merged_with_what_it_is_a_part_of(self):
		partner = make_partner().name
		frame = self.deal(1, party=partner, is_frame=1)
		between = self.deal(2, party=partner, parent_opportunity=frame.name)
		call_off = self.deal(3, party=partner, parent_opportunity=between.name)
		for names in ((frame, call_off), (call_off, frame), (frame, between)):
			with self.subTest(names), self.assertRaisesRegex(MergeError, "is a part of"):
				merge_into(*(each.name for each in names))

	def test_of_two_merged_deals_one_frame_with_all_call_offs_is_left(self):
		partner = make_partner().name
		above = self.deal(1)
		kept = self.deal(2, party=partner)
		frame = self.deal(3, party=partner, is_frame=1, parent_opportunity=above.name)
		call_off = self.deal(4, parent_opportunity=frame.name)
		merge_into(kept.name, frame.name)
		kept.reload()
		self.assertEqual((kept.is_frame, kept.parent_opportunity), (1, above.name))
		self.assertEqual(kept.forecast_category, "Omitted")
		self.assertEqual(call_offs(kept)["open"], {"count": 1, "amount": 4})
		call_off.reload()
		self.assertEqual(call_off.parent_opportunity, kept.name)

	def test_the_switch_counts_as_it_is_stored_whatever_another_request_has_cached_meanwhile(self):
		frame = self.frame_with_call_offs()
		former = frappe.get_doc(SETTINGS)
		use_settings(self, use_related_deals=0)
		frappe.cache().set_value(frappe.get_document_cache_key(SETTINGS, SETTINGS), former)
		count_as_switched()
		self.assertTrue(frappe.db.get_value("Sales Opportunity", frame.name, "is_counted"))

	def test_switched_off_there_are_no_frames(self):
		frame = self.frame_with_call_offs()
		self.assertIn("Related Deals", str(get_data()))
		use_settings(self, use_related_deals=0)
		self.assertIsNone(call_offs(frame))
		self.assertNotIn("Related Deals", str(get_data()))
		frame.save()
		self.assertTrue(frame.is_frame)
		self.assertFalse(self.deal(1, is_frame=1).is_frame)
		self.assertFalse(self.deal(1, parent_opportunity=frame.name).parent_opportunity)
