"""The pipeline of every day: what it holds, that it is derived from facts, and who reads it."""

from datetime import timedelta
from threading import Thread

import frappe
from frappe.utils import add_days, getdate

from sales_opportunity import api
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.reporting.snapshots import (
	SNAPSHOT,
	days_taken,
	delete_expired,
	rebuild_snapshots,
	store_day,
	take_snapshots,
)
from sales_opportunity.tests.factories import make_partner, make_user
from sales_opportunity.tests.histories import begun, changed
from sales_opportunity.tests.settings import use_settings

FIGURES = ("status", "stage", "transaction_currency", "conversion_rate", "probability", "amount")


class TestSnapshots(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		cls.addClassCleanup(frappe.clear_cache)
		super().setUpClass()
		frappe.set_user("Administrator")

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")
		frappe.db.delete(SNAPSHOT)
		use_settings(self, snapshot_retention_days=0)

	def days(self, doc) -> dict:
		"""Return the snapshots of the opportunity by day."""
		rows = frappe.get_all(SNAPSHOT, {"opportunity": doc.name}, ["*"], order_by="snapshot_date")
		return {str(row.snapshot_date): row for row in rows}

	def test_a_snapshot_is_the_state_at_the_end_of_the_day(self):
		doc = begun("2001-03-05 08:00:00", amount=1_000)
		changed("2001-03-06 09:00:00", doc, amount=2_000)
		changed("2001-03-06 23:59:59", doc, amount=3_000)
		changed("2001-03-07 00:00:00", doc, amount=4_000)
		rebuild_snapshots("2001-03-04", "2001-03-08")
		days = self.days(doc)
		self.assertEqual(
			{day: row.amount for day, row in days.items()},
			{"2001-03-05": 1_000, "2001-03-06": 3_000, "2001-03-07": 4_000, "2001-03-08": 4_000},
		)
		self.assertEqual(days["2001-03-06"].base_weighted_amount, 150)

	def test_it_holds_open_opportunities_and_on_the_day_of_closing_the_closed_one(self):
		doc = begun("2001-03-05", amount=1_000)
		changed("2001-03-07", doc, stage="Lost", closing_reason="No Budget")
		changed("2001-03-08", doc, opportunity_owner=make_user("successor@example.com", "Sales User").name)
		changed("2001-03-09", doc, stage="Inquiry")
		rebuild_snapshots("2001-03-05", "2001-03-10")
		self.assertEqual(
			{day: row.status for day, row in self.days(doc).items()},
			{
				"2001-03-05": "Open",
				"2001-03-06": "Open",
				"2001-03-07": "Lost",
				"2001-03-09": "Open",
				"2001-03-10": "Open",
			},
		)

	def test_it_knows_currency_and_rate_of_that_day(self):
		party = make_partner("Schneeberg AG", default_currency="CHF")
		doc = begun("2001-03-05", party=party.name, amount=20_000, conversion_rate=0.95)
		changed("2001-03-07", doc, conversion_rate=0.9567)
		rebuild_snapshots("2001-03-06", "2001-03-07")
		before, after = self.days(doc).values()
		self.assertEqual((before.transaction_currency, before.base_amount), ("CHF", 19_000))
		self.assertEqual((after.conversion_rate, after.base_amount), (0.9567, 19_134))
		self.assertEqual((after.party, after.party_name), (party.name, party.partner_name))

	def test_running_a_day_again_changes_nothing(self):
		doc = begun("2001-03-05", amount=1_000)
		rebuild_snapshots("2001-03-05", "2001-03-06")
		first = self.days(doc)
		changed("2001-03-06", doc, amount=9)
		for run in (rebuild_snapshots, rebuild_snapshots, lambda *days: store_day(getdate(days[0]))):
			run("2001-03-05", "2001-03-06")
			self.assertEqual(self.days(doc), first)

	def test_a_deleted_opportunity_stays_in_the_snapshots_of_its_days(self):
		doc = begun("2001-03-05", amount=1_000)
		rebuild_snapshots("2001-03-05", "2001-03-05")
		doc.reload()
		doc.delete()
		rebuild_snapshots("2001-03-05", "2001-03-06")
		self.assertEqual(list(self.days(doc)), ["2001-03-05"])

	def test_snapshots_stand_in_the_way_of_no_deletion_and_no_merging(self):
		party = make_partner("Doppelt GmbH")
		kept, duplicate = (begun("2001-03-05", party=party.name, amount=1_000) for _times in range(2))
		rebuild_snapshots("2001-03-05", "2001-03-05")
		api.merge(kept.name, duplicate.name)
		self.assertEqual(list(self.days(duplicate)), ["2001-03-05"])
		frappe.get_doc("Sales Opportunity", kept.name).delete()
		party.delete()
		self.assertEqual(list(self.days(kept)), ["2001-03-05"])

	def test_the_daily_job_takes_yesterday_and_the_days_that_were_missed(self):
		yesterday = add_days(getdate(), -1)
		doc = begun(f"{add_days(yesterday, -9)} 10:00:00", amount=1_000)
		take_snapshots()
		self.assertEqual(list(self.days(doc)), [str(yesterday)])
		frappe.db.delete(SNAPSHOT)
		rebuild_snapshots(add_days(yesterday, -4), add_days(yesterday, -3))
		take_snapshots()
		self.assertEqual(list(self.days(doc)), [str(add_days(yesterday, -n)) for n in (4, 3, 2, 1, 0)])

	def test_the_daily_job_fills_gaps(self):
		yesterday = getdate() - timedelta(days=1)
		frappe.db.delete(SNAPSHOT)
		for days in (6, 2):
			rebuild_snapshots(yesterday - timedelta(days=days), yesterday - timedelta(days=days))
		take_snapshots()
		self.assertEqual(days_taken(), {yesterday - timedelta(days=days) for days in range(7)})

	def test_today_is_not_over_yet(self):
		doc = begun(f"{add_days(getdate(), -2)} 10:00:00", amount=1_000)
		rebuild_snapshots(add_days(getdate(), -2), add_days(getdate(), 3))
		self.assertEqual(list(self.days(doc)), [str(add_days(getdate(), -n)) for n in (2, 1)])

	def test_snapshots_past_their_time_are_dropped_and_not_rebuilt(self):
		today = getdate()
		doc = begun(f"{add_days(today, -30)} 10:00:00", amount=1_000)
		rebuild_snapshots(add_days(today, -30))
		self.assertEqual(len(self.days(doc)), 30)
		use_settings(self, snapshot_retention_days=10)
		delete_expired()
		self.assertEqual(next(iter(self.days(doc))), str(today - timedelta(days=10)))
		rebuild_snapshots(add_days(today, -30))
		self.assertEqual(len(self.days(doc)), 10)

	def test_they_equal_the_opportunities_as_long_as_nothing_changes(self):
		docs = [begun("2001-03-05", amount=333.33), begun("2001-03-05", items=[{}], stage="Proposal")]
		rebuild_snapshots("2001-03-05", "2001-03-05")
		for doc in docs:
			(row,) = self.days(doc).values()
			doc.reload()
			self.assertEqual(
				[row[fieldname] for fieldname in FIGURES], [doc.get(fieldname) for fieldname in FIGURES]
			)

	def test_a_day_costs_the_same_number_of_statements_however_many_there_are(self):
		for _number in range(5):
			begun("2001-03-05", amount=1_000)
		with self.assertQueryCount(4):
			store_day(getdate("2001-03-05"))

	def test_they_are_read_like_their_opportunity_and_written_by_nobody(self):
		owner = make_user("snapshot-owner@example.com", "Sales User").name
		doc = begun("2001-03-05", amount=1_000, opportunity_owner=owner)
		rebuild_snapshots("2001-03-05", "2001-03-05")
		row = frappe.get_doc(SNAPSHOT, next(iter(self.days(doc).values())).name)
		for user, roles, sees in (
			(owner, (), True),
			("snapshot-stranger@example.com", ("Sales User",), False),
			("snapshot-viewer@example.com", ("Sales Viewer",), True),
			("snapshot-manager@example.com", ("Sales Manager", "Sales User"), True),
		):
			frappe.set_user("Administrator")
			frappe.set_user(make_user(user, *roles).name if roles else user)
			self.assertEqual(bool(frappe.get_list(SNAPSHOT, {"opportunity": doc.name})), sees, user)
			self.assertEqual(row.has_permission("read"), sees, user)
			for ptype in ("write", "create", "delete"):
				self.assertFalse(row.has_permission(ptype), (user, ptype))
		frappe.set_user("Administrator")
		doc.reload()
		doc.delete()
		frappe.set_user(owner)
		self.assertFalse(row.has_permission("read"))


class TestParallelSnapshots(IntegrationTestCase):
	def test_two_runs_at_once_leave_one_snapshot(self):
		frappe.set_user("Administrator")
		day = getdate("2001-02-03")
		doc = begun("2001-02-03", amount=1_000)
		frappe.db.commit()  # other connections must see the opportunity
		site, sites_path, failures = frappe.local.site, frappe.local.sites_path, []

		def run():
			frappe.init(site, sites_path=sites_path)
			frappe.connect()
			try:
				store_day(day)
				frappe.db.commit()  # a job of its own
			except Exception as error:
				failures.append(error)
			finally:
				frappe.destroy()

		threads = [Thread(target=run) for _number in range(4)]
		try:
			for thread in threads:
				thread.start()
			for thread in threads:
				thread.join()
			frappe.db.rollback()
			self.assertEqual(failures, [])
			self.assertEqual(frappe.db.count(SNAPSHOT, {"opportunity": doc.name}), 1)
		finally:
			frappe.db.delete(SNAPSHOT, {"snapshot_date": day})
			frappe.delete_doc(doc.doctype, doc.name, force=True)
			frappe.db.commit()  # takes back what was committed above
