"""Nobody reads fields of a document by way of one that is linked with it; through real requests."""

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.overrides.questions import refuse_hidden
from sales_opportunity.tests.factories import make_item, make_opportunity, make_quote, make_user
from sales_opportunity.tests.web import ask, key_of

GUEST_OF_ONE, OWNER, MANAGER = (f"linked.{name}@example.com" for name in ("shared", "owner", "manager"))
SECRET = "Takeover of a rival"
METHODS = {
	"frappe.client.get_list": "fields",
	"frappe.desk.reportview.get": "fields",
	"frappe.desk.reportview.get_list": "fields",
	"frappe.client.get_value": "fieldname",
	"frappe.desk.search.search_widget": "filter_fields",
}
COLUMNS = (
	"opportunity.title",
	"opportunity.title as name",
	"opportunity.`title`",
	"\\u006fpportunity.title",
	"opportunity.closing_notes",
)


class TestLinkedQuestions(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		roles = ((GUEST_OF_ONE, "Sales User"), (OWNER, "Sales User"), (MANAGER, "Sales Manager"))
		cls.keys = {user: key_of(make_user(user, role).name) for user, role in roles}
		make_item("TEST-LINKED", price=100)
		deal = {"title": SECRET, "opportunity_owner": OWNER, "items": [{"item": "TEST-LINKED"}]}
		cls.deal = make_opportunity(**deal)
		cls.quote = make_quote(cls.deal)
		frappe.share.add("Quote", cls.quote.name, GUEST_OF_ONE, read=1)
		call_off = make_opportunity(opportunity_owner=GUEST_OF_ONE, items=[{"item": "TEST-LINKED"}])
		call_off.db_set("parent_opportunity", cls.deal.name)
		frappe.db.commit()
		cls.call_off = call_off.name

	def questions(self):
		"""Yield requests for fields of the deal by way of the quote, and of the frame by way of the call-off."""
		of_quote = {"name": self.quote.name}
		for column in COLUMNS:
			fields = f'["name","{column}"]'
			yield "/api/resource/Quote", {"fields": fields, "filters": of_quote}
			for method, parameter in METHODS.items():
				values = {"doctype": "Quote", parameter: fields, "filters": of_quote}
				yield method, {**values, "txt": ""} if parameter == "filter_fields" else values
		fields = ["name", "parent_opportunity.title"]
		yield "/api/resource/Sales Opportunity", {"fields": fields, "filters": {"name": self.call_off}}
		event = {"doctype": "Quote", "start": "2000-01-01", "end": "2100-01-01"}
		by_day = {"field_map": {"start": "creation", "end": "creation"}, "fields": ["opportunity.title"]}
		yield "frappe.desk.calendar.get_events", {**event, **by_day}
		alias = {"order_by": "`tabSales Opportunity_1`.`title` desc", "fields": ["opportunity.name"]}
		yield "/api/resource/Quote", alias
		yield "/api/resource/Quote", {"filters": [["opportunity.title", "like", "T%"]]}
		yield "/api/resource/Quote", {"fields": ["name"], "group_by": "opportunity.title"}
		yield "/api/resource/Quote", {"fields": ["name", "opportunity"], "expand": ["opportunity"]}
		yield f"/api/resource/Quote/{self.quote.name}", {"expand_links": "1"}

	def test_who_may_not_read_the_linked_document_is_told_none_of_its_fields(self):
		for place, asked in self.questions():
			with self.subTest(place, asked=asked):
				answer = ask(self.keys[GUEST_OF_ONE], place, asked)
				self.assertEqual(answer.status_code, 403, answer.text)
				self.assertNotIn(SECRET, answer.text)

	def test_who_may_read_all_that_is_linked_asks_as_before(self):
		for user in (OWNER, MANAGER):
			for doctype in ("Quote", "Fulfilment Request", "Quote Answer"):
				link = "quote.status" if doctype == "Quote Answer" else "opportunity.title"
				with self.subTest(user, doctype=doctype):
					asked = {"fields": ["name", f"{link} as linked"], "limit_page_length": "5"}
					self.assertEqual(ask(self.keys[user], f"/api/resource/{doctype}", asked).status_code, 200)
		fields = ["name", "opportunity.title as opportunity_title"]
		answer = ask(
			self.keys[OWNER], "/api/resource/Quote", {"fields": fields, "filters": {"name": self.quote.name}}
		)
		self.assertEqual(answer.json["data"][0]["opportunity_title"], SECRET)

	def test_user_permissions_hold_for_who_sees_every_deal_else(self):
		user = make_user("linked.limited@example.com", "Sales Manager").name
		permission = {"user": user, "allow": "Sales Opportunity", "for_value": self.call_off}
		frappe.get_doc({"doctype": "User Permission", **permission}).insert()
		asked = {"fields": '["name","parent_opportunity.title"]'}
		self.addCleanup(frappe.set_user, "Administrator")
		frappe.set_user(user)
		with self.assertRaises(frappe.PermissionError):
			refuse_hidden(asked, "/api/resource/Sales Opportunity")

	def test_links_to_what_is_for_all_are_followed(self):
		for doctype, link in (
			("Quote", "letter_head"),
			("Fulfilment Request", "owner"),
			("User", "role_profile_name"),
		):
			with self.subTest(doctype):
				asked = {"fields": ["name", link], "expand": [link]}
				self.assertNotIn(
					"PermissionError", ask(self.keys[GUEST_OF_ONE], f"/api/resource/{doctype}", asked).text
				)
		for fields in (["name", "campaign.name"], ["name", "class_id.name as class"], ["owner.full_name"]):
			with self.subTest(fields):
				answer = ask(self.keys[GUEST_OF_ONE], "/api/resource/Sales Opportunity", {"fields": fields})
				self.assertNotEqual(answer.status_code, 403, answer.text)
