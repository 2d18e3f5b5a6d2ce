"""The cadence of a class: what is proposed when, what one click makes of it, and what takes it back."""

from datetime import date
from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate, now_datetime, nowdate

from sales_opportunity.activities import cadences
from sales_opportunity.activities.activity_log import add_activity
from sales_opportunity.activities.cadence_rules import QUOTE_OPENED, QUOTE_SENT, STAGE_ENTERED, due_day
from sales_opportunity.activities.open_activities import (
	NotOpenError,
	complete_activity,
	open_activities,
	skip_proposal,
)
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.class_id.class_id import CadenceError
from sales_opportunity.sales_opportunity.doctype.quote.revisions import copy_quote
from sales_opportunity.sales_opportunity.doctype.quote.together import offer_together
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import (
	create_link,
	find_link,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.stages import change_stage
from sales_opportunity.sales_opportunity.page.my_day.clicks import finish, postpone_activity
from sales_opportunity.sales_opportunity.page.my_day.my_day import get_open_work
from sales_opportunity.tests.factories import (
	make_class,
	make_opportunity,
	make_partner,
	make_quote,
	make_user,
)
from sales_opportunity.tests.settings import save_settings, use_settings
from sales_opportunity.tests.statements import statements

EMMA, ANNA = "cadence-emma@example.com", "cadence-anna@example.com"
CLASS = "CADENCE"
STEPS = (
	{
		"event": STAGE_ENTERED,
		"stage": "First Meeting",
		"days_after": 2,
		"activity": "Meeting",
		"subject": "Visit",
	},
	{"event": QUOTE_SENT, "days_after": 5, "activity": "Call", "subject": "Has the quote arrived?"},
	{"event": QUOTE_SENT, "days_after": 12, "activity": "Email"},
	{"event": QUOTE_OPENED, "days_after": 1, "activity": "Task", "subject": "Prepare the samples"},
	{"event": QUOTE_SENT, "days_after": 1, "activity": "Call", "subject": "Never", "disabled": 1},
)
CALL, MAIL, VISIT, SAMPLES = (
	"Call: Has the quote arrived?",
	"Email: Follow up with Radhaus Nord GmbH",
	"Meeting: Visit",
	"Prepare the samples",
)


def due_in(days: int) -> date:
	return due_day(getdate(), days, True)


class CadenceTestCase(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_user(EMMA, "Sales User")
		make_user(ANNA, "Sales User", language="de")
		use_settings(cls, use_cadences=1)
		make_class(CLASS, cadence=list(STEPS), cadence_skips_weekends=1)
		cls.quote = make_quote(make_opportunity(items=[{}], class_id=CLASS, opportunity_owner=EMMA))
		cls.quote.submit()

	def setUp(self):
		frappe.db.savepoint("before_cadence")
		self.deal = frappe.get_doc("Sales Opportunity", self.quote.opportunity)
		self.quote = frappe.get_doc("Quote", self.quote.name)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="before_cadence")
		frappe.clear_document_cache("Class ID", CLASS)

	def send(self):
		self.quote.change_status("Sent", sent_on=now_datetime())

	def open_as_customer(self):
		token = create_link(self.quote.name, "frida@kunde.example").rpartition("/")[2]
		frappe.set_user("Guest")
		find_link(token).record_opening()
		frappe.set_user("Administrator")
		self.quote.reload()

	def open_ones(self, deal=None) -> list[str]:
		return [row["subject"] for row in open_activities((deal or self.deal).name)]

	def named(self, subject: str) -> str:
		return next(row["name"] for row in open_activities(self.deal.name) if row["subject"] == subject)

	def stream(self, doc=None) -> str:
		doc = doc or self.deal
		return " ".join(
			frappe.get_all(
				"Comment", {"reference_doctype": doc.doctype, "reference_name": doc.name}, pluck="content"
			)
		)


class TestWhatIsProposed(CadenceTestCase):
	def test_after_a_quote_was_sent_a_call_and_a_mail_are_proposed_to_the_owner(self):
		self.send()
		frappe.set_user(EMMA)
		call, mail = open_activities(self.deal.name)
		self.assertEqual((call["subject"], call["day"], call["assignee"]), (CALL, due_in(5), EMMA))
		self.assertEqual((mail["subject"], mail["day"]), (MAIL, due_in(12)))
		self.assertEqual(call["proposed"], f"proposed: {self.quote.name} sent")
		self.assertTrue(call["may_tick"])
		self.deal.reload()
		self.assertEqual((self.deal.next_activity, self.deal.next_activity_date), (CALL, due_in(5)))
		self.assertNotIn("self assigned", self.stream())

	def test_a_stage_proposes_its_steps_when_it_is_entered_and_the_form_can_be_saved_again(self):
		self.deal.stage = "First Meeting"
		self.deal.save()
		self.assertEqual(self.open_ones(), [VISIT])
		self.assertEqual(self.deal.next_activity, VISIT)
		self.deal.title = "Once more"
		self.deal.save()
		self.assertEqual(self.open_ones(), [VISIT])

	def test_a_new_deal_enters_its_stage_too(self):
		deal = make_opportunity(class_id=CLASS, stage="First Meeting", opportunity_owner=EMMA)
		self.assertEqual(self.open_ones(deal), [VISIT])

	def test_the_owner_reads_it_in_their_language(self):
		deal = make_opportunity(class_id=CLASS, stage="First Meeting", opportunity_owner=ANNA)
		self.assertEqual(self.open_ones(deal), ["Termin: Besuch"])

	def test_when_the_customer_opens_the_quote_for_the_first_time(self):
		self.send()
		for _again in range(2):
			self.open_as_customer()
		self.assertEqual(self.open_ones(), [SAMPLES, CALL, MAIL])

	def test_the_same_event_proposes_nothing_twice(self):
		self.send()
		cadences.propose_for_quote(self.deal.name, QUOTE_SENT, self.quote.name)
		self.assertEqual(self.open_ones(), [CALL, MAIL])
		change_stage(self.deal.name, "First Meeting")
		frappe.set_user(EMMA)
		complete_activity(self.deal.name, "ToDo", self.named(VISIT))
		frappe.set_user("Administrator")
		for stage in ("Inquiry", "First Meeting"):
			change_stage(self.deal.name, stage)
		self.assertEqual(self.open_ones(), [CALL, MAIL])

	def test_the_past_and_files_propose_nothing(self):
		party = make_partner().name
		with patch.dict(frappe.flags, in_import=True):
			deal = make_opportunity(
				party=party,
				party_type="Business Partner",
				class_id=CLASS,
				stage="First Meeting",
				opportunity_owner=EMMA,
			)
		self.assertEqual(self.open_ones(deal), [])

	def test_who_hands_a_deal_over_and_moves_it_at_once_proposes_for_the_new_owner(self):
		frappe.set_user(EMMA)
		deal = make_opportunity(class_id=CLASS, opportunity_owner=EMMA)
		frappe.db.set_value("Sales Opportunity", deal.name, "owner", "Administrator")
		deal.reload()
		deal.update({"stage": "First Meeting", "opportunity_owner": ANNA})
		deal.save()
		frappe.set_user("Administrator")
		self.assertEqual([row["assignee"] for row in open_activities(deal.name)], [ANNA])

	def test_switched_off_nothing_is_proposed_and_what_was_stays_a_task(self):
		self.send()
		save_settings(use_cadences=0)
		self.assertTrue(frappe.get_meta("Class ID").get_field("cadence").hidden)
		change_stage(self.deal.name, "First Meeting")
		rows = open_activities(self.deal.name)
		self.assertEqual([(row["subject"], row["proposed"]) for row in rows], [(CALL, ""), (MAIL, "")])
		self.assertRaises(NotOpenError, skip_proposal, self.deal.name, rows[0]["name"])
		save_settings(use_cadences=1)

	def test_a_step_that_could_never_be_proposed_is_refused(self):
		for wrong in (
			{"event": STAGE_ENTERED, "stage": "Won"},
			{"event": STAGE_ENTERED, "stage": None},
			{"event": QUOTE_SENT, "days_after": 366},
		):
			class_doc = frappe.get_doc("Class ID", CLASS)
			class_doc.cadence = []
			class_doc.append("cadence", {"activity": "Call", **wrong})
			self.assertRaises(CadenceError, class_doc.save)


class TestWhatBecomesOfIt(CadenceTestCase):
	def setUp(self):
		super().setUp()
		self.send()

	def test_my_day_ticks_off_skips_and_puts_off_with_one_click_each(self):
		frappe.set_user(EMMA)
		for subject in (CALL, MAIL):
			postpone_activity("ToDo", self.named(subject), nowdate())
		rows = {row["subject"]: row for row in get_open_work()["activities"]["rows"]}
		call, mail = rows[CALL], rows[MAIL]
		self.assertEqual(
			(call["proposed"], call["deal"].name),
			(f"proposed: {self.quote.name} sent", self.deal.name),
		)
		left = finish(call["kind"], call["name"])
		self.assertEqual([row["subject"] for row in left], [MAIL])
		postpone_activity(mail["kind"], mail["name"], add_days(nowdate(), 7))
		self.assertEqual(get_open_work()["activities"]["count"], 0)
		self.assertEqual(skip_proposal(self.deal.name, mail["name"]), [])
		self.assertIn(f"has done: {CALL}", self.stream())
		self.assertIn(f"has skipped: {MAIL}", self.stream())
		self.deal.reload()
		self.assertEqual((self.deal.next_activity, self.deal.next_activity_date), (None, None))
		cadences.propose_for_quote(self.deal.name, QUOTE_SENT, self.quote.name)
		self.assertEqual(self.open_ones(), [])

	def test_only_proposals_are_skipped_and_by_those_whose_they_are(self):
		frappe.set_user(EMMA)
		task = add_activity(self.deal.name, "Task", "Own task", assigned_to=EMMA)
		self.assertRaises(NotOpenError, skip_proposal, self.deal.name, task)
		proposal = self.named(CALL)
		frappe.set_user(ANNA)
		self.assertRaises(frappe.PermissionError, skip_proposal, self.deal.name, proposal)
		frappe.set_user("Administrator")
		other = make_opportunity(class_id=CLASS)
		self.assertRaises(NotOpenError, skip_proposal, other.name, proposal)

	def test_an_answered_quote_takes_its_proposals_along_and_no_others(self):
		change_stage(self.deal.name, "First Meeting")
		add_activity(self.deal.name, "Task", "Own task", assigned_to=EMMA)
		self.quote.change_status("Declined")
		self.assertCountEqual(self.open_ones(), ["Own task", VISIT])

	def other_quote(self):
		"""Return another issued quote of the deal, that is offered together with the first."""
		other = frappe.get_doc("Quote", copy_quote(self.quote.name, "2099-12-31"))
		other.submit()
		offer_together(self.quote.name, [self.quote.name, other.name])
		self.quote.reload()
		other.reload()
		return other

	def test_what_is_accepted_takes_along_the_proposals_of_all_quotes_of_the_deal(self):
		change_stage(self.deal.name, "First Meeting")
		other = self.other_quote()
		other.change_status("Sent", sent_on=now_datetime())
		self.open_as_customer()
		self.assertCountEqual(self.open_ones(), [VISIT, CALL, MAIL, CALL, MAIL, SAMPLES])
		self.quote.change_status("Accepted")
		self.assertEqual(self.open_ones(), [VISIT])

	def test_nothing_is_proposed_for_a_quote_beside_the_accepted_one(self):
		other = self.other_quote()
		self.quote.change_status("Accepted")
		other.change_status("Sent", sent_on=now_datetime())
		self.quote = other
		self.open_as_customer()
		self.assertEqual(self.open_ones(), [])
		self.assertIsNotNone(self.quote.customer_opened_on)

	def test_a_stage_that_is_left_takes_its_proposals_along_until_it_is_entered_again(self):
		for stage, expected in (
			("First Meeting", [VISIT, CALL, MAIL]),
			("Inquiry", [CALL, MAIL]),
			("First Meeting", [VISIT, CALL, MAIL]),
		):
			change_stage(self.deal.name, stage)
			self.assertEqual(self.open_ones(), expected)

	def test_a_closed_deal_has_none(self):
		self.deal.reload()
		self.deal.update({"stage": "Lost", "closing_reason": "No Budget"})
		self.deal.save()
		self.assertEqual(self.open_ones(), [])

	def test_a_new_owner_gets_them_and_may_tick_them_off(self):
		self.deal.reload()
		self.deal.opportunity_owner = ANNA
		self.deal.save()
		frappe.set_user(ANNA)
		self.assertEqual(
			[(row["assignee"], row["may_tick"]) for row in open_activities(self.deal.name)],
			[(ANNA, True)] * 2,
		)

	def test_later_changes_of_the_cadence_leave_what_was_proposed(self):
		class_doc = frappe.get_doc("Class ID", CLASS)
		for step in class_doc.cadence:
			step.update({"days_after": 30, "subject": "Other", "disabled": 1})
		class_doc.save()
		self.assertEqual([row["day"] for row in open_activities(self.deal.name)], [due_in(5), due_in(12)])
		class_doc.cadence = []
		class_doc.save()
		self.assertEqual(self.open_ones(), [CALL, MAIL])

	def test_a_day_full_of_proposals_asks_the_database_as_often_as_one_with_two(self):
		frappe.db.set_value("ToDo", self.named(CALL), "date", nowdate())
		frappe.set_user(EMMA)
		few = statements(get_open_work)
		frappe.set_user("Administrator")
		for _more in range(5):
			deal = make_opportunity(class_id=CLASS, stage="First Meeting", opportunity_owner=EMMA)
			frappe.db.set_value("ToDo", {"reference_name": deal.name}, "date", nowdate())
		frappe.set_user(EMMA)
		self.assertEqual(statements(get_open_work), few)
		self.assertEqual(get_open_work()["activities"]["count"], 6)
