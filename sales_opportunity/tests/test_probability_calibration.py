"""What came of the opportunities in each stage, and how a calibrated probability is adopted.

The golden sample: a stage with 40 % that six closed opportunities went through, of which two were won. The configured
probability counts like ten deals, so 4 of 10 are joined with 2 of 6: (4 + 2) / (10 + 6) = 37.5 %, adopted as 38 %.
The interval is that of Beta(6, 10).
"""

import frappe
from frappe.desk.query_report import export_query
from frappe.utils import add_days, getdate, nowdate

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.sales_probability_adoption.sales_probability_adoption import (
	AppliedAdoptionError,
	EffectiveDateError,
	SampleTooSmallError,
	adopt,
	apply_due,
)
from sales_opportunity.sales_opportunity.report.probability_calibration.probability_calibration import execute
from sales_opportunity.tests.factories import make_class, make_opportunity, make_stage, make_user
from sales_opportunity.tests.reports import listed, report_rows
from sales_opportunity.tests.settings import use_settings

ADOPTION = "Sales Probability Adoption"
REPORT = "Probability Calibration"
SELLER, MANAGER = "calibration-seller@example.com", "calibration-manager@example.com"


class TestProbabilityCalibration(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		cls.addClassCleanup(frappe.clear_cache)
		super().setUpClass()
		frappe.set_user("Administrator")
		make_user(SELLER, "Sales User")
		make_user(MANAGER, "Sales Manager", "Sales User")

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")
		frappe.set_user("Administrator")
		use_settings(self, calibration_minimum=6, calibration_strength=10)
		key = frappe.generate_hash(length=6)
		self.stage = make_stage(f"Test Calibration {key}", probability=40).name
		self.class_id = make_class(f"CALIBRATION-{key}").name

	def run_daily_job(self):
		"""Apply what is due, which commits; what the test has made is removed after it."""
		self.addCleanup(self.remove_all)
		frappe.db.commit()
		apply_due()

	def remove_all(self):
		frappe.db.rollback()
		deals = frappe.get_all("Sales Opportunity", {"class_id": self.class_id}, pluck="name")
		for doctype, filters in (
			("Sales Opportunity Change", {"opportunity": ("in", deals or [""])}),
			("Sales Opportunity Item", {"parent": ("in", deals or [""])}),
			("Sales Opportunity Stage Log", {"parent": ("in", deals or [""])}),
			("Sales Opportunity", {"name": ("in", deals or [""])}),
			(ADOPTION, {"stage": self.stage}),
			("Class ID Stage", {"parent": self.class_id}),
			("Class ID", {"name": self.class_id}),
			("Qualification Stage", {"name": self.stage}),
		):
			frappe.db.delete(doctype, filters)
		frappe.db.commit()
		frappe.clear_cache()

	def deal(self, *stages: str, **values):
		"""Return an opportunity that went through the stages."""
		values = {"class_id": self.class_id, "items": [{}], **values}
		first, *later = stages
		doc = make_opportunity(stage=first, **values)
		for stage in later:
			doc.stage = stage
			doc.closing_reason = "No Budget" if stage == "Lost" else None
			doc.save()
		return doc

	def sample(self, **values):
		"""Let there be the golden sample, and what must not count."""
		for _won in range(2):
			self.deal("Inquiry", self.stage, "Won", **values)
		for _lost in range(3):
			self.deal(self.stage, "Lost", **values)
		self.deal(self.stage, "Inquiry", self.stage, "Proposal", self.stage, "Lost", **values)
		self.deal("Inquiry", self.stage, **values)
		self.deal(self.stage, "Lost", "Inquiry", **values)
		self.deal("Inquiry", "Won", **values)

	def row(self, **filters) -> dict:
		"""Return the row of the test's class and stage."""
		rows = execute({"class_id": self.class_id, **filters})[1]
		return next(row for row in rows if row["stage"] == self.stage)

	def probability(self) -> float:
		return frappe.get_doc("Class ID", self.class_id).probability_of(self.stage)

	def test_closed_opportunities_count_once_and_open_ones_not_at_all(self):
		self.sample()
		row = self.row()
		self.assertEqual((row["configured"], row["count"], row["measured"]), (40, 6, 33.3))
		self.assertEqual(row["still_open"], 2)
		self.assertEqual(len(listed(row["drill"]["open"])), 2)
		self.assertEqual((row["calibrated"], row["lower"], row["upper"]), (38, 19.1, 57.7))
		self.assertEqual(row["statement"], "configured 40 %, measured 33 % (n = 6), 90 % interval 19–58")
		self.assertEqual((row["assessment"], row["can_adopt"]), ("Fits", True))

	def test_a_stage_without_closed_opportunities_keeps_what_is_configured(self):
		self.deal(self.stage)
		row = self.row()
		self.assertEqual((row["measured"], row["count"], row["calibrated"]), (None, 0, 40))
		self.assertEqual((row["assessment"], row["can_adopt"]), ("Sample Too Small", False))
		self.assertEqual(row["statement"], "configured 40 %, nothing closed yet")

	def test_what_was_closed_before_a_day_can_be_left_out(self):
		self.sample()
		self.assertEqual(self.row(since=add_days(nowdate(), 1))["count"], 0)
		self.assertEqual(self.row(since=nowdate())["count"], 6)

	def test_all_classes_of_a_stage_together(self):
		self.sample()
		self.class_id = make_class(f"CALIBRATION-{frappe.generate_hash(length=6)}").name
		self.sample()
		row = self.row(grouping="Stage")
		self.assertEqual((row["class_id"], row["count"], row["measured"]), (None, 12, 33.3))
		self.assertEqual(self.row()["count"], 6)

	def test_a_probability_that_always_failed_is_off_the_mark_and_never_0(self):
		for _lost in range(20):
			self.deal(self.stage, "Lost")
		use_settings(self, calibration_strength=0.1)
		row = self.row()
		self.assertEqual((row["measured"], row["calibrated"]), (0, 1))
		self.assertEqual((row["assessment"], row["indicator"]), ("Off the Mark", "red"))
		chart, summary = execute({"class_id": self.class_id})[3:]
		self.assertEqual(chart["data"]["datasets"][2]["values"], [1])
		self.assertEqual({card["label"]: card["value"] for card in summary}["Off the Mark"], 1)

	def test_a_class_adopts_it_from_today_on_and_keeps_all_its_stages(self):
		self.sample()
		stages = frappe.get_doc("Class ID", self.class_id).allowed_stages()
		adopted = adopt(self.stage, self.class_id)
		self.assertEqual((adopted["status"], adopted["probability"]), ("Applied", 38))
		self.assertEqual(self.probability(), 38)
		self.assertEqual(frappe.db.get_value("Qualification Stage", self.stage, "probability"), 40)
		self.assertEqual(frappe.get_doc("Class ID", self.class_id).allowed_stages(), stages)
		record = frappe.get_doc(ADOPTION, adopted["name"])
		self.assertEqual((record.previous_probability, record.won, record.lost), (40, 2, 4))

	def test_what_was_adopted_is_no_new_belief_to_calibrate(self):
		self.sample()
		for class_id in (None, self.class_id):
			adopt(self.stage, class_id)
			row = self.row()
			self.assertEqual((row["configured"], row["calibrated"], row["can_adopt"]), (38, 38, False))
			again = adopt(self.stage, class_id)
			self.assertEqual(again["probability"], 38)
			self.assertEqual(frappe.db.get_value(ADOPTION, again["name"], "previous_probability"), 40)
		class_doc = frappe.get_doc("Class ID", self.class_id)
		next(row for row in class_doc.stages if row.stage == self.stage).probability = 80
		class_doc.save()
		self.assertEqual(self.row()["calibrated"], 63)

	def test_a_stage_adopts_it_for_all_classes_without_one_of_their_own(self):
		self.sample()
		adopt(self.stage)
		self.assertEqual(frappe.db.get_value("Qualification Stage", self.stage, "probability"), 38)
		self.assertEqual(self.probability(), 38)

	def test_open_opportunities_follow_when_chosen_and_not_before(self):
		self.sample()
		follower = self.deal(self.stage)
		adopt(self.stage, self.class_id)
		self.assertEqual(frappe.db.get_value("Sales Opportunity", follower.name, "probability"), 40)
		use_settings(self, calibration_strength=0.1)
		adopted = adopt(self.stage, self.class_id, open_follow=True)
		self.assertEqual(adopted["probability"], 33)
		self.assertEqual(frappe.db.get_value("Sales Opportunity", follower.name, "probability"), 33)

	def test_the_opportunities_of_other_classes_do_not_follow(self):
		self.sample()
		other = make_class(f"{self.class_id}-OTHER", stages=[{"stage": self.stage}]).name
		follower = self.deal(self.stage, class_id=other)
		frappe.db.set_value("Qualification Stage", self.stage, "probability", 60)
		frappe.clear_document_cache("Qualification Stage", self.stage)
		adopt(self.stage, self.class_id, open_follow=True)
		self.assertEqual(frappe.db.get_value("Sales Opportunity", follower.name, "probability"), 40)

	def test_a_later_day_is_planned_and_applied_by_the_daily_job(self):
		self.sample()
		follower = self.deal(self.stage)
		adopted = adopt(self.stage, self.class_id, add_days(nowdate(), 3), open_follow=True)
		self.assertEqual(adopted["status"], "Planned")
		self.run_daily_job()
		self.assertEqual(self.probability(), 40)
		frappe.db.set_value(ADOPTION, adopted["name"], "effective_on", nowdate())
		for _again in range(2):
			self.run_daily_job()
			self.assertEqual(self.probability(), 38)
			self.assertEqual(frappe.db.get_value(ADOPTION, adopted["name"], "status"), "Applied")
			self.assertEqual(frappe.db.get_value("Sales Opportunity", follower.name, "probability"), 38)

	def test_the_latest_plan_replaces_the_one_before(self):
		self.sample()
		adopt(self.stage, self.class_id, add_days(nowdate(), 3))
		last = adopt(self.stage, self.class_id, add_days(nowdate(), 5))
		self.assertEqual(frappe.get_all(ADOPTION, {"stage": self.stage}, pluck="name"), [last["name"]])

	def test_a_plan_is_dropped_if_the_class_has_the_stage_no_longer(self):
		self.sample()
		planned = adopt(self.stage, self.class_id, add_days(nowdate(), 3))
		class_doc = frappe.get_doc("Class ID", self.class_id)
		class_doc.append("stages", {"stage": "Inquiry"})
		class_doc.save()
		frappe.db.set_value(ADOPTION, planned["name"], "effective_on", nowdate())
		self.run_daily_job()
		self.assertEqual(frappe.db.get_value(ADOPTION, planned["name"], "status"), "Dropped")

	def test_one_that_fails_is_tried_again_and_keeps_no_other_from_being_applied(self):
		self.sample()
		wrong = adopt(self.stage, None, add_days(nowdate(), 3))
		right = adopt(self.stage, self.class_id, add_days(nowdate(), 3))
		frappe.db.set_value(
			ADOPTION, {"name": ("in", (wrong["name"], right["name"]))}, "effective_on", nowdate()
		)
		frappe.db.set_value(ADOPTION, wrong["name"], "probability", 400)
		self.run_daily_job()
		statuses = [frappe.db.get_value(ADOPTION, one["name"], "status") for one in (wrong, right)]
		self.assertEqual(statuses, ["Planned", "Applied"])
		logged = frappe.get_all("Error Log", {"reference_name": wrong["name"]}, pluck="name")
		self.assertEqual(len(logged), 1)
		self.assertEqual(frappe.db.get_value("Qualification Stage", self.stage, "probability"), 40)

	def test_too_small_samples_and_past_days_are_refused(self):
		self.sample()
		with self.assertRaises(EffectiveDateError):
			adopt(self.stage, self.class_id, add_days(nowdate(), -1))
		use_settings(self, calibration_minimum=7)
		with self.assertRaises(SampleTooSmallError):
			adopt(self.stage, self.class_id)
		self.assertEqual(frappe.db.count(ADOPTION, {"stage": self.stage}), 0)

	def test_only_who_may_change_class_or_stage_may_adopt(self):
		self.sample()
		frappe.set_user(SELLER)
		for class_id in (self.class_id, None):
			with self.assertRaises(frappe.PermissionError):
				adopt(self.stage, class_id)
		frappe.set_user(MANAGER)
		adopted = adopt(self.stage, self.class_id)
		self.assertEqual(self.probability(), 38)
		record = frappe.get_doc(ADOPTION, adopted["name"])
		self.assertEqual(record.owner, MANAGER)
		for ptype in ("write", "create"):
			self.assertFalse(record.has_permission(ptype), ptype)
		frappe.set_user(SELLER)
		self.assertFalse(
			record.has_permission("read"), "it tells of opportunities that a salesperson may not see"
		)

	def test_planned_ones_can_be_deleted_and_applied_ones_stay(self):
		self.sample()
		frappe.set_user(MANAGER)
		planned = adopt(self.stage, None, str(getdate(add_days(nowdate(), 3))))
		frappe.get_doc(ADOPTION, planned["name"]).delete()
		applied = adopt(self.stage, self.class_id)
		with self.assertRaises(AppliedAdoptionError):
			frappe.get_doc(ADOPTION, applied["name"]).delete()

	def test_a_salesperson_measures_and_exports_the_own_opportunities_only(self):
		self.sample()
		self.deal(self.stage, "Lost", opportunity_owner=SELLER)
		filters = {"class_id": self.class_id}
		frappe.set_user(SELLER)
		rows = report_rows(REPORT, **filters)
		counts = {row["stage"]: row["count"] for row in rows}
		self.assertEqual((counts[self.stage], counts["Inquiry"]), (1, 0))
		frappe.local.form_dict = frappe._dict(
			report_name=REPORT,
			filters=frappe.as_json(filters),
			file_format_type="CSV",
			visible_idx=str(list(range(len(rows)))),
		)
		export_query()
		exported = str(frappe.response.get("result") or frappe.response.get("filecontent"))
		self.assertIn("(n = 1)", exported)
		self.assertNotIn("(n = 7)", exported)

	def test_who_may_run_it(self):
		self.sample()
		for role, may in (("Sales Viewer", True), ("Sales Manager", True), ("Website Manager", False)):
			frappe.set_user("Administrator")
			frappe.set_user(make_user(f"calibration-{frappe.scrub(role)}@example.com", role).name)
			try:
				rows = report_rows(REPORT, class_id=self.class_id)
			except frappe.PermissionError:
				rows = []
			counts = [row["count"] for row in rows if row["stage"] == self.stage]
			self.assertEqual(counts, [6] if may else [], role)
