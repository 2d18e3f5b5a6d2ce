"""Meetings: place and guests, what the stream says of them, and invitations that reach a real mail server."""

from email import message_from_string

import frappe
from frappe.utils import add_days, nowdate
from icalendar import Calendar

from sales_opportunity import api
from sales_opportunity.activities.activity_log import add_activity
from sales_opportunity.activities.meetings import (
	MeetingError,
	guest_names,
	named_guests,
)
from sales_opportunity.framework.compat import place_field
from sales_opportunity.mail.outgoing import SendingError
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.list_changes import (
	change as change_in_list,
)
from sales_opportunity.tests.factories import make_opportunity, make_partner, make_user
from sales_opportunity.tests.mailing import MailingTestCase

OPPORTUNITY = "Sales Opportunity"
OWNER, COLLEAGUE = "meeting-owner@example.com", "meeting-colleague@example.com"
RESTRICTED, ROLELESS = "meeting-restricted@example.com", "meeting-roleless@example.com"
GUEST = "hoffmann@kunde.example"
PLANNED = {
	"scheduled_for": "2099-05-01 10:00:00",
	"minutes": 90,
	"place": "Rathaus <3. Stock>",
	"guests": GUEST,
}


class TestMeetings(MailingTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_user(OWNER, "Sales User", language="de")
		partner = make_partner(language="en")
		cls.partner = partner.name
		frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": "Sabine",
				"last_name": "Hoffmann",
				"email_ids": [{"email_id": GUEST, "is_primary": 1}],
				"links": [{"link_doctype": "Business Partner", "link_name": partner.name}],
			}
		).insert()

	def setUp(self):
		super().setUp()
		self.doc = make_opportunity(items=[{}], party=self.partner, opportunity_owner=OWNER)
		frappe.db.commit()
		frappe.set_user(OWNER)

	def meet(self, **values):
		values = {**PLANNED, **values}
		return frappe.get_doc("Event", add_activity(self.doc.name, "Meeting", "Test ride", **values))

	def sent(self) -> list[dict]:
		"""Return what the guests' calendars get, the latest last."""
		found = []
		for email in frappe.get_all(
			"Communication",
			{
				"reference_doctype": OPPORTUNITY,
				"reference_name": self.doc.name,
				"communication_medium": "Email",
			},
			pluck="name",
			order_by="creation asc",
		):
			self.inbox.received.clear()
			self.deliver(email)
			for message in self.inbox.received:
				[file] = [part for part in message.walk() if part.get_filename() == "invite.ics"]
				calendar = Calendar.from_ical(file.get_content())
				[event] = calendar.walk("VEVENT")
				found.append(
					{
						"to": message["To"],
						"subject": message["Subject"],
						"method": calendar["method"],
						"event": event,
					}
				)
		return found

	def entry(self, event) -> str:
		return frappe.db.get_value(
			"Communication", {"reference_doctype": "Event", "reference_name": event.name}, "content"
		)

	def test_the_stream_says_when_where_and_with_whom(self):
		entry = self.entry(self.meet(guests=f"{GUEST}; Max <max@kunde.example>", details="Bring the keys"))
		for text in (
			"Test ride",
			"10:00–11:30",
			"Rathaus &lt;3. Stock&gt;",
			"Sabine Hoffmann",
			"max@",
			"the keys",
		):
			self.assertIn(text, entry)
		self.assertNotIn(GUEST, entry)

	def test_contacts_that_one_may_not_read_are_not_named(self):
		frappe.set_user("Administrator")
		mine = frappe.get_doc({"doctype": "Contact", "first_name": "Mine"}).insert()
		make_user(RESTRICTED, "Sales User")
		make_user(ROLELESS)
		restriction = {"doctype": "User Permission", "user": RESTRICTED, "allow": "Contact"}
		frappe.get_doc({**restriction, "for_value": mine.name}).insert()
		for user, name in ((RESTRICTED, GUEST), (OWNER, "Sabine Hoffmann")):
			with self.subTest(user):
				frappe.set_user(user)
				names = guest_names([GUEST, OWNER])
				self.assertEqual(named_guests(GUEST, names), [name])
				self.assertNotEqual(named_guests(OWNER, names), [OWNER])
		frappe.set_user(ROLELESS)
		self.assertEqual(named_guests(GUEST, guest_names([GUEST])), [GUEST])

	def test_the_entry_follows_the_meeting(self):
		event = self.meet()
		event.update({place_field(): "Werkstatt", "starts_on": "2099-06-02 09:00:00", "ends_on": None})
		event.save()
		self.assertIn("Werkstatt", self.entry(event))
		event.status = "Cancelled"
		event.save()
		self.assertEqual(self.entry(event).count("Test ride"), 1)
		self.assertIn("Cancelled: Test ride", self.entry(event))

	def test_an_invitation_reaches_the_guests_in_the_partners_language(self):
		self.meet(guests=f"{GUEST}, max@müller.example", invite=True)
		[invitation] = self.sent()[:1]
		self.assertEqual(invitation["subject"], "Invitation: Test ride")
		self.assertEqual(invitation["method"], "REQUEST")
		event = invitation["event"]
		self.assertEqual(event["location"], "Rathaus <3. Stock>")
		self.assertEqual(str(event["organizer"]), f"mailto:{OWNER}")
		self.assertEqual(
			[str(guest) for guest in event["attendee"]],
			[f"mailto:{GUEST}", "mailto:max@xn--mller-kva.example"],
		)
		self.assertEqual(event["attendee"][0].params["CN"], "Sabine Hoffmann")

	def test_nobody_is_invited_unasked(self):
		event = self.meet()
		event.set(place_field(), "Werkstatt")
		event.save()
		self.assertEqual(self.sent(), [])

	def test_guests_hear_when_it_moves_and_when_it_is_cancelled(self):
		event = self.meet(invite=True)
		event.reload()
		event.description = "Only for us"
		event.save()
		event.starts_on, event.ends_on = "2099-05-02 10:00:00", "2099-05-02 11:00:00"
		event.save()
		api.close_as_lost(self.doc.name, "No Budget", keep_plans=False)
		sent = self.sent()
		self.assertEqual([entry["method"] for entry in sent], ["REQUEST", "REQUEST", "CANCEL"])
		self.assertEqual([entry["event"]["sequence"] for entry in sent], [0, 1, 2])
		self.assertEqual(len({entry["event"]["uid"] for entry in sent}), 1)

	def queued(self) -> list[str]:
		"""Return the subjects of the latest e-mails to the guest, logged or not."""
		names = frappe.get_all("Email Queue Recipient", {"recipient": GUEST}, pluck="parent")
		messages = frappe.get_all(
			"Email Queue", {"name": ("in", names)}, pluck="message", order_by="creation"
		)
		return [message_from_string(message)["Subject"] for message in messages]

	def test_a_meeting_that_belongs_to_no_deal_any_more_still_moves(self):
		event = self.meet(invite=True)
		for day in ("2099-05-02", "2099-05-03"):
			event.reload()
			event.event_participants = []
			event.starts_on, event.ends_on = f"{day} 10:00:00", f"{day} 11:00:00"
			event.save()
		self.assertEqual([entry["method"] for entry in self.sent()], ["REQUEST", "REQUEST"])
		self.assertEqual(frappe.db.get_value("Event", event.name, "sales_invitations"), 3)

	def test_the_planner_moves_and_cancels_a_meeting_of_a_deal_that_a_colleague_has_got(self):
		event = self.meet(invite=True)
		frappe.set_user("Administrator")
		make_user(COLLEAGUE, "Sales User")
		self.doc.reload()
		self.doc.opportunity_owner = COLLEAGUE
		self.doc.save()
		frappe.set_user(OWNER)
		self.assertFalse(frappe.has_permission(OPPORTUNITY, "email", doc=self.doc.name))
		event.reload()
		event.starts_on, event.ends_on = "2099-05-02 10:00:00", "2099-05-02 11:00:00"
		event.save()
		event.status = "Cancelled"
		event.save()
		self.assertEqual(self.queued()[-2:], ["Changed: Test ride", "Cancelled: Test ride"])

	def test_no_wrong_address_of_a_guest_keeps_a_meeting_from_moving(self):
		event = self.meet(invite=True)
		event.reload()
		event.sales_guests = f"{GUEST}, no@address@x"
		event.save()
		self.assertEqual(self.sent()[-1]["to"], GUEST)

	def test_guests_hear_when_an_invited_meeting_is_deleted(self):
		for changes, methods in (
			({}, ["REQUEST", "CANCEL"]),
			({"status": "Completed"}, ["REQUEST"]),
			({"starts_on": "2020-05-02 10:00:00", "ends_on": None}, ["REQUEST"]),
		):
			with self.subTest(changes):
				self.setUp()
				event = self.meet(invite=True)
				frappe.db.set_value("Event", event.name, {"color": None, **changes})
				frappe.set_user("Administrator")
				frappe.delete_doc("Event", event.name)
				self.assertEqual([entry["method"] for entry in self.sent()], methods)

	def test_a_meeting_to_which_nobody_was_invited_is_deleted_in_silence(self):
		event = self.meet()
		frappe.set_user("Administrator")
		frappe.delete_doc("Event", event.name)
		self.assertEqual(self.sent(), [])

	def test_no_guest_hears_of_a_closed_deal_unasked(self):
		for close in (
			lambda name: api.close_as_lost(name, "No Budget"),
			api.close_as_won,
			lambda name: api.move_stage(name, "Won"),
			lambda name: change_in_list(name, "stage", "Won"),
			self.save_as_won,
		):
			with self.subTest(close=close):
				self.setUp()
				invited, alone = self.meet(invite=True), self.meet()
				close(self.doc.name)
				self.assertEqual([entry["method"] for entry in self.sent()], ["REQUEST"])
				self.assertEqual(frappe.db.get_value("Event", invited.name, "status"), "Open")
				self.assertEqual(frappe.db.get_value("Event", alone.name, "status"), "Cancelled")

	def save_as_won(self, name: str):
		doc = frappe.get_doc(OPPORTUNITY, name)
		doc.stage = "Won"
		doc.save()

	def test_what_cannot_be_is_refused_and_nothing_is_planned(self):
		for values in (
			{"guests": "", "invite": True},
			{"guests": "Herr Müller", "invite": True},
			{"guests": "no@address@x", "invite": True},
			{"scheduled_for": f"{add_days(nowdate(), -1)} 10:00:00", "invite": True},
			{"guests": ", ".join(f"a{number}@kunde.example" for number in range(21)), "invite": True},
			{"minutes": -1},
			{"minutes": 100_000},
			{"place": "x" * 141},
		):
			with self.subTest(values=values), self.assertRaises(MeetingError):
				self.meet(**values)
			frappe.db.rollback()

	def test_without_an_account_nobody_can_be_invited_and_closing_still_works(self):
		event = self.meet(invite=True)
		frappe.db.set_value("Email Account", self.account.name, {"enable_outgoing": 0, "default_outgoing": 0})
		frappe.clear_cache(doctype="Email Account")
		frappe.local.outgoing_email_account = {}
		try:
			with self.assertRaises(SendingError):
				self.meet(invite=True)
			api.close_as_lost(self.doc.name, "No Budget", keep_plans=False)
			self.assertEqual(frappe.db.get_value("Event", event.name, "status"), "Cancelled")
		finally:
			frappe.db.set_value(
				"Email Account", self.account.name, {"enable_outgoing": 1, "default_outgoing": 1}
			)
			frappe.clear_cache(doctype="Email Account")
			frappe.local.outgoing_email_account = {}
