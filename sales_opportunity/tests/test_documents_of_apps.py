"""What other apps tell of won deals, items and partners by hooks: in the forecasts, the stream and the journey."""

from datetime import date, datetime

import frappe
from frappe.utils import add_days, getdate

from sales_opportunity.deal.documents import DealDocument
from sales_opportunity.demo.acting import acting
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.masters.adapters import extend_bootinfo
from sales_opportunity.overrides.timeline import opportunity_stream
from sales_opportunity.reporting.procurement import NothingNeededError, procure
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.frame_documents import (
	NoWonFrameError,
	create_frame_document,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request import mark_as_done
from sales_opportunity.sales_opportunity.report.customer_journey import customer_journey
from sales_opportunity.sales_opportunity.report.item_demand_forecast import item_demand_forecast
from sales_opportunity.sales_opportunity.report.revenue_forecast import revenue_forecast
from sales_opportunity.tests.factories import (
	make_fulfilment_request,
	make_item,
	make_opportunity,
	make_user,
	make_won_opportunity,
	registered,
)
from sales_opportunity.tests.settings import use_settings

ITEM = "TEST-PLANNED-BIKE"
TOLD = {"Order": ["Note"], "Billing": ["Note"]}
PARTS = ("won", "billed", "open_orders", "unordered")


def notes(opportunities: list[str], party_type: str | None, party: str | None) -> list[DealDocument]:
	"""An app's documents: a note for each deal, and one for each partner."""
	about = [(name, name) for name in opportunities] + [(None, party)] * bool(party)
	return [
		DealDocument("Note", note, deal, datetime(2030, 5, 4), "To Read", "Administrator", 119, "EUR", 100)
		for deal, key in about
		for note in frappe.get_all("Note", {"title": f"About {key}"}, pluck="name")
	]


def make_note(about: str, **values) -> str:
	"""Return a note about a deal or a partner, which everybody may read."""
	return frappe.get_doc({"doctype": "Note", "title": f"About {about}", "public": 1, **values}).insert().name


def places(items: list, place: str | None) -> dict:
	"""The stock of an app that asks for the place."""
	return {item: {"on_hand": 7 if place == "Harbour" else 2} for item in items}


def make_shopping_note(needs: list, place: str | None) -> list[str]:
	"""An app's document that procures what is needed."""
	title = "; ".join(f"{need.quantity.normalize():f} {need.unit} {need.item} for {place}" for need in needs)
	return [frappe.get_doc({"doctype": "Note", "title": title}).insert().name]


class TestRevenueOfWonDeals(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		cls.won = make_won_opportunity(5, 1)  # 6,000.00
		with registered(sales_fulfilment_providers={"Order": [f"{__name__}.order"]}):
			for quantity in (3, 1):
				mark_as_done(make_fulfilment_request(cls.won, "Order", quantity).name)
		mark_as_done(make_fulfilment_request(cls.won, "Billing", 2).name)
		make_fulfilment_request(cls.won, "Billing", 1)

	def forecast(self, **filters) -> tuple[list[str], list[dict]]:
		columns, rows, *_rest = revenue_forecast.execute({"party": self.won.party, **filters})
		return [column["fieldname"] for column in columns], rows

	def test_what_was_won_is_billed_or_ordered_or_neither(self):
		for filters in ({}, {"group_by": "item_group"}, {"group_by": "class_id", "period": "Year"}):
			with self.subTest(filters), registered(sales_fulfilment_documents=TOLD):
				columns, rows = self.forecast(**filters)
				self.assertLess({*PARTS}, {*columns})
				self.assertEqual([rows[-1][name] for name in PARTS], [6000, 2000, 2000, 2000])
				self.assertEqual(rows[-1]["expected"], 6000)

	def test_the_columns_are_there_only_where_an_app_tells(self):
		for told, shown in (({}, set()), ({"Billing": ["Note"]}, {"billed"}), (TOLD, {*PARTS[1:]})):
			with self.subTest(told), registered(sales_fulfilment_documents=told):
				self.assertEqual({*self.forecast()[0]} & {*PARTS[1:]}, shown)


def order(fulfilment) -> tuple[str, str]:
	"""A provider of orders."""
	note = frappe.get_doc({"doctype": "Note", "title": fulfilment.request}).insert()
	return note.doctype, note.name


class TestDemand(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_item(ITEM)
		cls.deal = make_opportunity(
			items=[{"item": ITEM, "quantity": 10}],
			expected_close_date=add_days(getdate(), 5),
			probability=100,
		)

	def apps(self, **hooks):
		return registered(
			sales_stock_provider=[f"{__name__}.places"],
			sales_procurement={"Note": [f"{__name__}.make_shopping_note"]},
			**hooks,
		)

	def test_a_place_of_the_stock_can_be_chosen(self):
		for place, expected in ((None, 2), ("Harbour", 7)):
			with self.apps():
				_columns, rows, *_rest = item_demand_forecast.execute({"item": ITEM, "stock_place": place})
			self.assertEqual([row["on_hand"] for row in rows], [expected])

	def test_one_click_procures_the_net_need(self):
		with self.apps():
			_columns, rows, *_rest = item_demand_forecast.execute({"item": ITEM, "stock_place": "Harbour"})
			(name,) = procure("Note", {"item": ITEM, "stock_place": "Harbour"})
		needed = f"{rows[0]['net_need']:g}"
		self.assertEqual(frappe.db.get_value("Note", name, "title"), f"{needed} Piece {ITEM} for Harbour")

	def test_nothing_is_procured_without_need_or_an_app(self):
		with self.apps():
			self.assertRaises(NothingNeededError, procure, "Note", {"item": "No Such Item"})
			self.assertRaises(
				NothingNeededError, procure, "Note", {"class_id": self.deal.class_id, "item": ITEM}
			)
			self.assertRaises(NothingNeededError, procure, "ToDo", {})
			with acting(make_user("no-planner@example.com", "Sales Fulfilment").name):
				self.assertRaises(frappe.PermissionError, procure, "Note", {})


class TestStreamAndJourney(IntegrationTestCase):
	def test_documents_of_an_app_are_shown_to_who_may_read_them(self):
		frappe.set_user("Administrator")
		deal = make_opportunity()
		shown = [make_note(deal.name), make_note(deal.party)]
		hidden = make_note(deal.name + " ", public=0)
		frappe.db.set_value("Note", hidden, "title", f"About {deal.name}")
		owner = make_user("stream-reader@example.com", "Sales Manager").name
		with registered(sales_documents={"Note": [f"{__name__}.notes"]}), acting(owner):
			stream = [
				entry
				for entry in opportunity_stream(deal.doctype, deal.name)
				if "To Read" in entry["content"]
			]
			filters = {"party_type": deal.party_type, "party": deal.party}
			_columns, rows, *_rest = customer_journey.execute(filters)
		self.assertEqual([shown[0] in entry["content"] for entry in stream], [True])
		told = {row["text"]: (row["opportunity"], row["amount"]) for row in rows if row["kind"] == "Note"}
		self.assertEqual(
			told, {f"{shown[0]}: To Read": (deal.name, 100), f"{shown[1]}: To Read": (None, 100)}
		)


def make_frame_note(frame, first: date, last: date) -> str:
	"""An app's document of a frame contract."""
	title = f"{frame.title}: {first} to {last}"
	note = frappe.get_doc({"doctype": "Note", "title": title, "public": 1}).insert()
	if last.year > 2030:
		frappe.throw("So long?")
	return note.name


class TestDocumentsOfFrames(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		use_settings(self, use_related_deals=1)
		self.addCleanup(frappe.db.rollback)
		hook = {"Note": [f"{__name__}.make_frame_note"]}
		self.enterContext(registered(sales_frame_documents=hook))

	def make(self, deal, last: str = "2030-12-31") -> str:
		return create_frame_document(deal.name, "Note", "2030-01-01", last)

	def test_an_app_makes_a_document_of_a_won_frame_contract(self):
		frame = make_won_opportunity(title="Tyres", is_frame=1)
		title = frappe.db.get_value("Note", self.make(frame), "title")
		self.assertEqual(title, "Tyres: 2030-01-01 to 2030-12-31")
		bootinfo = frappe._dict()
		extend_bootinfo(bootinfo)
		self.assertEqual(bootinfo.sales_opportunity_frame_documents, ["Note"])

	def test_what_fails_leaves_nothing_behind(self):
		frame = make_won_opportunity(title="Tyres for Long", is_frame=1)
		with self.assertRaises(frappe.ValidationError):
			self.make(frame, "2031-12-31")
		self.assertFalse(frappe.db.exists("Note", {"title": ("like", "Tyres for Long%")}))

	def test_other_deals_become_none(self):
		for deal in (make_won_opportunity(), make_opportunity(is_frame=1)):
			with self.subTest(deal.status), self.assertRaises(NoWonFrameError):
				self.make(deal)

	def test_who_may_not_change_the_deal_is_refused(self):
		frame = make_won_opportunity(is_frame=1)
		with acting(make_user("frame-documents@example.com", "Sales Viewer").name):
			with self.assertRaises(frappe.PermissionError):
				self.make(frame)
