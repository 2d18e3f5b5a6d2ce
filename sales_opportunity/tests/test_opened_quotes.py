"""That the customer has opened a quote is said in streams, lists and by the bell; a page that is merely loaded does not count."""

import frappe
from frappe.utils import add_days, get_datetime, now_datetime

from sales_opportunity.framework.compat import MOMENT_FILTERS
from sales_opportunity.overrides.timeline import opportunity_stream, quote_stream
from sales_opportunity.patches import fill_openings
from sales_opportunity.tests.answering import OWNER, AnswerTestCase
from sales_opportunity.tests.reports import listed, run_report

LINK = "Quote Customer Link"


class TestOpenedQuotes(AnswerTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.quote = cls().issued_quote()

	def setUp(self):
		super().setUp()
		frappe.db.delete(LINK, {"quote": self.quote.name})
		frappe.db.set_value("Quote", self.quote.name, "customer_opened_on", None)
		frappe.db.delete("Notification Log", {"document_name": self.quote.name})
		self.key = self.token(self.quote)

	def opened_on(self) -> tuple:
		deal = frappe.db.get_value("Sales Opportunity", self.quote.opportunity, "quote_opened_on")
		return frappe.db.get_value("Quote", self.quote.name, "customer_opened_on"), deal

	def told(self) -> list[str]:
		return frappe.get_all("Notification Log", {"document_name": self.quote.name}, pluck="for_user")

	def entries(self, stream: list[dict]) -> list[str]:
		return [entry["content"] for entry in stream if entry["icon"] == "unhide"]

	def test_loading_the_page_is_not_opening_it(self):
		for method in ("GET", "HEAD"):
			self.page(self.key, method=method)
		frappe.db.rollback()
		self.assertEqual(self.opened_on()[0], None)
		self.assertEqual(self.entries(quote_stream("Quote", self.quote.name)), [])

	def test_opening_is_in_both_streams_and_lists_and_the_owner_is_told_once(self):
		other = self.token(self.quote)
		for token in (self.key, self.key, other):
			self.assertEqual(self.call("opened", token=token).status_code, 200)
		quote, deal = self.opened_on()
		self.assertEqual(quote, deal)
		self.assertLess(abs((now_datetime() - get_datetime(quote)).total_seconds()), 60 * 60)
		for stream in (
			quote_stream("Quote", self.quote.name),
			opportunity_stream("Sales Opportunity", self.quote.opportunity),
		):
			self.assertEqual(len(self.entries(stream)), 2)  # one for each of the two links
			self.assertIn(self.quote.party_name, self.entries(stream)[0])
		self.assertEqual(self.told(), [OWNER])

	def register(self, opened: str) -> tuple[set[str], set[str]]:
		"""Return which quotes of the deal the register has, and which the list behind its chart."""
		found = run_report("Quote Register", opened=opened)
		targets = [target for bars in (found["chart"] or {"targets": ()})["targets"] for target in bars]
		behind = [row for target in targets for row in listed(target, ["name", "opportunity"])]
		return tuple(
			{row[name] for row in rows if row.get("opportunity") == self.quote.opportunity}
			for name, rows in (("quote", found["result"]), ("name", behind))
		)

	def test_the_register_knows_those_that_were_opened(self):
		name = {self.quote.name}
		self.assertEqual((self.register("Yes"), self.register("No")), ((set(), set()), (name, name)))
		frappe.db.set_value("Quote", self.quote.name, "customer_opened_on", now_datetime())
		self.assertEqual((self.register("Yes"), self.register("No")), ((name, name), (set(), set())))

	def test_lists_know_those_that_were_opened_by_the_filters_of_any_database(self):
		for moment, expected in ((None, "none"), (now_datetime(), "any")):
			frappe.db.set_value("Quote", self.quote.name, "customer_opened_on", moment)
			for database, filters in MOMENT_FILTERS.items():
				found = [
					asked
					for asked, wanted in filters.items()
					if frappe.get_list("Quote", {"name": self.quote.name, "customer_opened_on": wanted})
				]
				self.assertEqual(found, [expected], database)

	def test_no_moment_is_compared_with_an_empty_text_on_postgresql(self):
		for doctype, field in (("Quote", "customer_opened_on"), ("Sales Opportunity", "expected_close_date")):
			for wanted in MOMENT_FILTERS["postgres"].values():
				self.assertNotIn("''", frappe.get_list(doctype, {field: wanted}, run=False))

	def test_nobody_is_told_of_a_quote_that_waits_for_no_answer(self):
		status = frappe.db.get_value("Quote", self.quote.name, "status")
		self.addCleanup(frappe.db.set_value, "Quote", self.quote.name, "status", status)
		for over in ("Accepted", "Declined", "Superseded", "Cancelled"):
			frappe.db.set_value("Quote", self.quote.name, {"status": over, "customer_opened_on": None})
			frappe.db.commit()
			self.call("opened", token=self.key)
		self.assertEqual(self.told(), [])

	def test_another_day_is_told_as_again(self):
		self.call("opened", token=self.key)
		earlier = add_days(now_datetime(), -3)
		frappe.db.set_value(LINK, {"quote": self.quote.name}, "first_opened", earlier)
		first, again = self.entries(quote_stream("Quote", self.quote.name))
		self.assertTrue(again.endswith("again.") and not first.endswith("again."), (first, again))

	def test_who_may_not_read_the_quote_learns_of_no_opening(self):
		self.call("opened", token=self.key)
		frappe.set_user("Guest")
		self.assertRaises(frappe.PermissionError, quote_stream, "Quote", self.quote.name)

	def test_what_links_knew_before_is_stored_by_a_patch(self):
		moment = now_datetime().replace(microsecond=0)
		frappe.db.set_value(LINK, {"quote": self.quote.name}, "last_opened", moment)
		for _again in range(2):
			fill_openings.execute()
			self.assertEqual(self.opened_on(), (moment, moment))
