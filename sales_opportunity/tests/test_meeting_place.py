"""A meeting has one field for its place: the framework's where it has one, and what was entered before moves there."""

import frappe

from sales_opportunity.activities.activity_log import add_activity
from sales_opportunity.activities.meeting_place import OWN, ensure_place_field
from sales_opportunity.activities.open_activities import open_activities
from sales_opportunity.framework.compat import IntegrationTestCase, place_field
from sales_opportunity.tests.factories import make_opportunity

LOCATION = {"parent": "Event", "parenttype": "DocType", "parentfield": "fields", "fieldname": "location"}


class TestMeetingPlace(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.had_location = place_field() == "location"
		self.addCleanup(self.restore)

	def restore(self):
		if not self.had_location:
			frappe.db.delete("DocField", LOCATION)
			frappe.clear_cache(doctype="Event")
		ensure_place_field()
		frappe.db.commit()

	def get_location(self):
		"""Let Event have the field `location`, as an update of the framework does."""
		if not self.had_location:
			field = {"doctype": "DocField", **LOCATION, "fieldtype": "Data", "label": "Location", "idx": 8}
			frappe.get_doc(field).db_insert()
			frappe.clear_cache(doctype="Event")
			frappe.db.updatedb("Event")

	def meet(self, place: str) -> str:
		self.deal = make_opportunity()
		return add_activity(
			self.deal.name, "Meeting", "Test ride", scheduled_for="2099-05-01 10:00:00", place=place
		)

	def own_field(self):
		return frappe.db.exists("Custom Field", {"dt": "Event", "fieldname": OWN})

	def shown(self) -> str:
		return open_activities(self.deal.name)[0]["place"]

	def test_an_own_field_is_there_only_where_the_framework_has_none(self):
		for _time in range(2):
			ensure_place_field()
			self.assertNotEqual(bool(self.own_field()), place_field() == "location")

	def test_what_was_entered_before_moves_into_the_frameworks_field(self):
		if self.had_location:
			self.skipTest("this release has never had the own field")
		meeting = self.meet("Rathaus")
		self.get_location()
		kept = self.meet("Werkstatt")
		frappe.db.set_value("Event", kept, OWN, "Elsewhere")
		for _time in range(2):
			ensure_place_field()
			self.assertFalse(self.own_field())
			self.assertFalse(frappe.get_meta("Event").has_field(OWN))
		self.assertEqual(frappe.db.get_value("Event", meeting, "location"), "Rathaus")
		self.assertEqual(frappe.db.get_value("Event", kept, "location"), "Werkstatt")
		self.assertEqual(self.shown(), "Werkstatt")

	def test_a_meeting_stands_in_the_frameworks_field_from_then_on(self):
		self.get_location()
		ensure_place_field()
		meeting = self.meet("Werkstatt")
		self.assertEqual(frappe.db.get_value("Event", meeting, "location"), "Werkstatt")
		self.assertEqual(self.shown(), "Werkstatt")
