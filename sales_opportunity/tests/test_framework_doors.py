"""Functions of the framework that everybody with a login may call: none shows or changes what is another's."""

import json

import frappe
from frappe.handler import execute_cmd
from frappe.utils import add_days, get_datetime, global_search, now_datetime, nowdate

from sales_opportunity.activities.activity_log import add_activity
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.tests.factories import (
	make_class,
	make_fulfilment_request,
	make_item,
	make_opportunity,
	make_partner,
	make_quote,
	make_user,
	make_won_opportunity,
)
from sales_opportunity.tests.stored import stored
from sales_opportunity.tests.web import keep_request

OWNER, THIEF, PORTAL = "doors-owner@example.com", "doors-thief@example.com", "doors-portal@example.com"
MANAGER = "doors-manager@example.com"
PRICE = 4711.25
SECRET = "Geheimnis"
PARTNER = f"{SECRET} Radhaus GmbH"


def call(path: str, **values) -> str:
	"""Call a function as a request does, and return all that is answered, as text."""
	frappe.local.form_dict = frappe._dict(values)
	frappe.local.request = frappe._dict(method="POST", path="")
	frappe.local.response = frappe._dict(docs=[])
	frappe.clear_messages()
	try:
		answer = execute_cmd(path)
	finally:
		del frappe.local.request
	response = {key: value for key, value in frappe.local.response.items() if key != "filecontent"}
	content = frappe.local.response.get("filecontent") or b""
	if isinstance(content, bytes):
		content = content.decode(errors="replace")
	return json.dumps([answer, response, content, frappe.get_message_log()], default=str)


class DoorsTestCase(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_user(OWNER, "Sales User")
		make_user(THIEF, "Sales User", "Inbox User")
		make_user(MANAGER, "Sales Manager", "Sales User")
		make_user(PORTAL)
		cls.own = make_opportunity(items=[{}], opportunity_owner=THIEF)
		cls.party = make_partner(PARTNER).name
		cls.deal = make_opportunity(items=[{"rate": PRICE}], opportunity_owner=OWNER, party=cls.party)
		cls.quote = make_quote(cls.deal)
		cls.quote.submit()
		won = make_won_opportunity(5, opportunity_owner=OWNER, party=cls.party)
		cls.request = make_fulfilment_request(won)
		cls.foreign = [frappe.get_doc(doc.doctype, doc.name) for doc in (cls.deal, cls.quote, cls.request)]
		frappe.set_user(OWNER)
		cls.todo = add_activity(cls.deal.name, "Task", f"{SECRET} task")
		cls.call = add_activity(cls.deal.name, "Call", f"{SECRET} call")
		cls.event = add_activity(cls.deal.name, "Meeting", f"{SECRET} meeting")
		cls.comment = add_activity(cls.deal.name, "Note", f"{SECRET} note")
		call("frappe.desk.doctype.tag.tag.add_tag", tag="doors-tag", dt=cls.deal.doctype, dn=cls.deal.name)
		file = {"doctype": "File", "file_name": f"{SECRET}.txt", "content": SECRET, "is_private": 1}
		frappe.get_doc(
			{**file, "attached_to_doctype": cls.deal.doctype, "attached_to_name": cls.deal.name}
		).insert()
		frappe.set_user("Administrator")
		content = {"content": f"description ||| {SECRET} task", "published": 0, "title": "", "route": ""}
		global_search.sync_value({"doctype": "ToDo", "name": cls.todo, **content})
		cls.addClassCleanup(frappe.db.delete, "__global_search", {"name": cls.todo})

	def setUp(self):
		keep_request(self)
		self.addCleanup(frappe.set_user, "Administrator")

	def attempt(self, path: str, **values) -> str | None:
		"""Return what the session's user is answered, None if it is refused; whatever it does is undone."""
		frappe.db.savepoint("attempt")
		try:
			return call(path, **values)
		except (frappe.PermissionError, frappe.DoesNotExistError):
			return None
		except frappe.ValidationError as error:
			if "permission" not in str(error):
				raise
			return None  # Not all functions of the framework say it by the error's class.
		except IndexError as error:
			if not isinstance(error.__context__, frappe.PermissionError):
				raise
			return None  # Where released 15 adds a tag, it stumbles over its own refusal.
		finally:
			frappe.db.rollback(save_point="attempt")


class TestWhatIsShown(DoorsTestCase):
	def reads(self) -> list[tuple]:
		"""Return functions with arguments, by which the owner is shown something of the deal."""
		deal = self.deal
		day = {"start": add_days(nowdate(), -1), "end": add_days(nowdate(), 1)}
		found = [
			("frappe.desk.form.linked_with.get", {"doctype": "Business Partner", "docname": self.party}),
			("frappe.desk.form.linked_with.get", {"doctype": "User", "docname": OWNER}),
			(
				"frappe.desk.form.linked_with.get_submitted_linked_docs",
				{"doctype": deal.doctype, "name": deal.name},
			),
			("frappe.utils.global_search.search", {"text": SECRET, "limit": 100}),
			("frappe.desk.doctype.event.event.get_events", {**day, "user": OWNER}),
			("frappe.desk.doctype.tag.tag.get_tagged_docs", {"doctype": deal.doctype, "tag": "%doors-tag%"}),
			("frappe.desk.doctype.tag.tag.get_documents_for_tag", {"tag": "#doors-tag"}),
			("frappe.desk.form.load.get_communications", {"doctype": deal.doctype, "name": deal.name}),
			("frappe.client.get_list", {"doctype": "Tag Link", "fields": '["*"]', "limit_page_length": 0}),
			(
				"frappe.client.get_list",
				{"doctype": "Communication", "fields": '["*"]', "limit_page_length": 0},
			),
			("frappe.client.get", {"doctype": "Communication", "name": self.call}),
		]
		for doc in self.foreign:
			one = {"doctype": doc.doctype, "name": doc.name}
			found += [
				("frappe.desk.form.load.getdoc", one),
				("frappe.desk.form.load.get_docinfo", one),
				("frappe.client.get", one),
				(
					"frappe.client.get_value",
					{"doctype": doc.doctype, "filters": doc.name, "fieldname": '["name", "party_name"]'},
				),
				("frappe.client.get_list", {"doctype": doc.doctype, "limit_page_length": 0}),
				("frappe.desk.reportview.get", {"doctype": doc.doctype, "fields": '["name", "party_name"]'}),
				(
					"frappe.desk.reportview.get_list",
					{"doctype": doc.doctype, "fields": '["name", "party_name"]'},
				),
				(
					"frappe.desk.reportview.export_query",
					{"doctype": doc.doctype, "fields": '["name"]', "file_format_type": "Excel", "title": "x"},
				),
				("frappe.desk.reportview.get_stats", {"doctype": doc.doctype, "stats": '["party_name"]'}),
				(
					"frappe.desk.search.search_link",
					{"doctype": doc.doctype, "txt": "", "ignore_user_permissions": 1, "page_length": 1000},
				),
				(
					"frappe.desk.search.search_widget",
					{"doctype": doc.doctype, "txt": "", "ignore_user_permissions": 1, "page_length": 1000},
				),
				(
					"frappe.desk.query_report.get_data_for_custom_field",
					{"doctype": doc.doctype, "field": "party_name"},
				),
				(
					"frappe.desk.listview.get_group_by_count",
					{"doctype": doc.doctype, "current_filters": "[]", "field": "party_name"},
				),
				("frappe.www.printview.get_html_and_style", {"doc": doc.doctype, "name": doc.name}),
				(
					"frappe.core.doctype.data_export.exporter.export_data",
					{"doctype": doc.doctype, "all_doctypes": True, "with_data": True},
				),
			]
		return found

	def told_by_what_hangs_on_deals(self) -> list[tuple]:
		"""Return functions with arguments that list what hangs on deals."""
		fields = {
			"Communication": ["content", "subject", "reference_name"],
			"Event": ["subject"],
			"File": ["file_name", "attached_to_name"],
			"Tag Link": ["document_name"],
			"ToDo": ["description", "reference_name"],
		}
		found = []
		for doctype, told in fields.items():
			options = {"txt": "", "ignore_user_permissions": 1, "page_length": 9999}
			for function in ("search_widget", "search_link"):
				values = {"doctype": doctype, "filter_fields": json.dumps(told), "as_dict": True, **options}
				if function == "search_link":
					values = {"doctype": doctype, **options}
				found.append((f"frappe.desk.search.{function}", values))
			for field in told:
				found.append(
					(
						"frappe.desk.query_report.get_data_for_custom_field",
						{"doctype": doctype, "field": field},
					)
				)
				listed = {"doctype": doctype, "fields": json.dumps([field]), "limit_page_length": 0}
				found.append(("frappe.client.get_list", listed))
		return found

	def is_told(self, answer: str | None) -> bool:
		secrets = [SECRET, str(PRICE), *(doc.name for doc in self.foreign)]
		return bool(answer) and any(secret in answer for secret in secrets)

	def test_a_link_is_told_no_more_than_the_name_that_was_sent(self):
		for user in (THIEF, PORTAL):
			frappe.set_user(user)
			for doc in self.foreign:
				values = {"doctype": doc.doctype, "docname": doc.name, "fields": '["party_name"]'}
				answer = self.attempt("frappe.client.validate_link", **values)
				self.assertNotIn(SECRET, answer or "")

	def test_what_the_owner_is_shown_is_shown_to_no_other(self):
		for path, values in self.reads() + self.told_by_what_hangs_on_deals():
			told = {}
			for user in (OWNER, THIEF, PORTAL):
				frappe.set_user(user)
				told[user] = self.is_told(self.attempt(path, **values))
			with self.subTest(path, **values):
				self.assertEqual(told, {OWNER: told[OWNER], THIEF: False, PORTAL: False})

	def test_nothing_is_counted_that_one_may_not_read(self):
		counted = [
			("Sales Opportunity", {"amount": PRICE}),
			("Quote", {"net_total": PRICE}),
			("Fulfilment Request", {"party_name": PARTNER}),
			("Sales Opportunity Item", {"rate": PRICE}),
			("Quote Item", {"rate": PRICE}),
			("Sales Opportunity Change", {"opportunity": self.deal.name}),
			("Comment", {"reference_name": self.deal.name, "content": ("like", f"%{SECRET}%")}),
			("Communication", {"reference_name": self.deal.name, "subject": ("like", f"%{SECRET}%")}),
			("ToDo", {"description": ("like", f"%{SECRET}%")}),
			("File", {"file_name": ("like", f"{SECRET}%")}),
			("Event", {"subject": ("like", f"%{SECRET}%")}),
			("Tag Link", {"document_name": self.deal.name}),
		]
		for doctype, filters in counted:
			frappe.set_user("Administrator")
			self.assertTrue(frappe.db.count(doctype, filters), doctype)
			for user in (THIEF, PORTAL):
				frappe.set_user(user)
				answer = self.attempt("frappe.client.get_count", doctype=doctype, filters=json.dumps(filters))
				with self.subTest(doctype, user=user):
					self.assertIn(answer and json.loads(answer)[0], (None, 0))
		frappe.set_user(THIEF)
		answer = call(
			"frappe.client.get_count",
			doctype="Sales Opportunity",
			filters=json.dumps({"name": self.own.name}),
		)
		self.assertEqual(json.loads(answer)[0], 1)
		answer = call("frappe.client.get_count", doctype="Currency", filters="{}")
		self.assertEqual(json.loads(answer)[0], frappe.db.count("Currency"))

	def test_what_one_has_hung_on_a_document_is_ones_own_whatever_ones_name_holds(self):
		user = make_user("doors-50%_own@example.com", "Sales User", "Inbox User").name
		frappe.db.set_value("Communication", self.call, "owner", user)
		frappe.set_user(user)
		self.assertEqual(frappe.get_list("Communication", {"name": self.call}, pluck="name"), [self.call])

	def test_who_is_assigned_is_not_told_by_assigning_nobody(self):
		for user in (THIEF, PORTAL):
			for people in ([], [OWNER]):
				frappe.set_user(user)
				values = {"doctype": self.deal.doctype, "name": self.deal.name}
				path = "frappe.desk.form.assign_to.add"
				with self.subTest(user=user, people=people):
					self.assertIsNone(self.attempt(path, assign_to=json.dumps(people), **values))

	def test_who_is_assigned_to_what_is_counted_of_what_one_may_read(self):
		for user, expected in ((OWNER, True), (THIEF, False), (PORTAL, False)):
			frappe.set_user(user)
			answer = self.attempt(
				"frappe.desk.listview.get_group_by_count",
				doctype="Sales Opportunity",
				current_filters="[]",
				field="assigned_to",
			)
			self.assertEqual(OWNER in (answer or ""), expected, user)

	def test_a_chart_shows_each_user_their_own_figures(self):
		frappe.set_user("Administrator")
		chart = frappe.get_doc(
			{
				"doctype": "Dashboard Chart",
				"chart_name": "Doors",
				"chart_type": "Group By",
				"document_type": "Sales Opportunity",
				"group_by_type": "Count",
				"group_by_based_on": "party_name",
				"filters_json": "[]",
				"is_public": 1,
			}
		).insert()
		path = "frappe.desk.doctype.dashboard_chart.dashboard_chart.get"
		frappe.set_user(MANAGER)
		self.assertIn(SECRET, self.attempt(path, chart_name=chart.name, refresh=1))
		frappe.set_user(THIEF)
		self.assertNotIn(SECRET, self.attempt(path, chart_name=chart.name) or "")


class TestFigures(DoorsTestCase):
	"""Charts, goals and columns of reports: of what one may read, and by fields that one may read."""

	CHART = "frappe.desk.doctype.dashboard_chart.dashboard_chart.get"
	GOAL = "frappe.utils.goal.get_monthly_goal_graph_data"
	STATES = "frappe.workflow.doctype.workflow.workflow.get_workflow_state_count"

	def heatmap(self, doctype: str, name: str | None = None, **values) -> dict | None:
		"""Return what the session's user is shown of one document, None if it is refused."""
		chart = {
			"type": "Heatmap",
			"chart_type": "Sum",
			"document_type": doctype,
			"based_on": "creation",
			"filters_json": json.dumps([[doctype, "name", "=", name]] if name else []),
			"heatmap_year": now_datetime().year,
			**values,
		}
		answer = self.attempt(self.CHART, no_cache=1, chart=json.dumps(chart))
		return answer and json.loads(answer)[0]["dataPoints"]

	def test_a_heatmap_shows_each_user_their_own_figures(self):
		row = self.deal.items[0]
		shown = (
			(self.deal.doctype, self.deal.name, "amount"),
			(self.quote.doctype, self.quote.name, "net_total"),
			(row.doctype, row.name, "rate"),
		)
		for doctype, name, field in shown:
			told = {}
			for user in (OWNER, MANAGER, THIEF, PORTAL):
				frappe.set_user(user)
				told[user] = self.heatmap(doctype, name, value_based_on=field) or {}
			with self.subTest(doctype):
				self.assertEqual([*told[OWNER].values()], [PRICE])
				self.assertEqual((told[MANAGER], told[THIEF], told[PORTAL]), (told[OWNER], {}, {}))

	def test_a_heatmap_counts_and_averages_by_day_of_the_year(self):
		frappe.set_user(THIEF)
		other = make_opportunity(items=[{"rate": 1000}], opportunity_owner=THIEF)
		names = json.dumps([["Sales Opportunity", "name", "in", [self.own.name, other.name]]])
		moment = f"{now_datetime().year}-03-04 15:00:00"
		for doc in (self.own, other):
			frappe.db.set_value(doc.doctype, doc.name, "creation", moment, update_modified=False)
		amounts = [stored(doc, "amount") for doc in (self.own, other)]
		for kind, value, expected in (
			("Count", None, 2),
			("Sum", None, 2),
			("Sum", "amount", sum(amounts)),
			("Average", "amount", sum(amounts) / 2),
		):
			points = self.heatmap(
				"Sales Opportunity", chart_type=kind, value_based_on=value, filters_json=names
			)
			self.assertEqual(points, {str(int(get_datetime(moment).timestamp())): expected}, (kind, value))

	def test_a_stored_heatmap_is_as_limited_as_one_that_is_asked_for(self):
		frappe.set_user("Administrator")
		chart = frappe.get_doc(
			{
				"doctype": "Dashboard Chart",
				"chart_name": "Doors by Day",
				"chart_type": "Sum",
				"type": "Heatmap",
				"document_type": "Sales Opportunity",
				"based_on": "creation",
				"value_based_on": "amount",
				"filters_json": json.dumps([["Sales Opportunity", "name", "=", self.deal.name]]),
				"heatmap_year": str(now_datetime().year),
				"is_public": 1,
			}
		).insert()
		for values in ({}, {"no_cache": 1}, {"refresh": 1}):
			for user, expected in ((OWNER, [PRICE]), (THIEF, [])):
				frappe.set_user(user)
				answer = self.attempt(self.CHART, chart_name=chart.name, **values)
				self.assertEqual([*json.loads(answer)[0]["dataPoints"].values()], expected)

	def test_a_heatmap_takes_fields_that_one_may_read_and_no_expressions(self):
		attacks = (
			("Sales Opportunity", "ascii(substr(closing_notes,1,1))"),
			("Quote", "margin_amount"),
			("Sales Item", "cost"),
			("Quote Item", "unit_cost"),
			("Email Queue", "ascii(substr(message,1,1))"),
			("Email Queue", "priority"),
			("Currency", "`tabSales Opportunity`.`amount`"),
		)
		frappe.set_user(THIEF)
		for doctype, value in attacks:
			with self.subTest(doctype, value=value):
				self.assertIsNone(self.heatmap(doctype, value_based_on=value))
				self.assertIsNone(self.heatmap(doctype, based_on=value))
		self.assertIsNotNone(self.heatmap("Currency", value_based_on="fraction_units"))

	def test_a_heatmap_of_other_documents_tells_nothing_by_rows_of_deals_that_are_called_like_them(self):
		frappe.set_user("Administrator")
		frappe.get_doc({"doctype": "Tag", "name": self.deal.name}).insert()
		frappe.set_user(THIEF)
		asked = json.dumps([["Sales Opportunity Item", "rate", "=", PRICE]])
		self.assertFalse(self.heatmap("Tag", filters_json=asked))

	def goal(self, **values) -> str | None:
		asked = {
			"title": "x",
			"doctype": "Sales Opportunity",
			"docname": self.own.name,
			"goal_value_field": "x",
			"goal_total_field": "amount",
			"goal_history_field": "x",
			"goal_doctype": "Sales Opportunity",
			"goal_doctype_link": "x",
			"goal_field": "amount",
			"date_field": "creation",
		}
		return self.attempt(self.GOAL, **{**asked, **values})

	def test_monthly_goals_tell_nothing_of_deals_and_run_no_queries_of_others(self):
		frappe.set_user(THIEF)
		frappe.db.set_value(
			"Sales Opportunity", self.own.name, "expected_close_date", add_days(nowdate(), -60)
		)
		secret = f"(select net_total from tabQuote where name='{self.quote.name}')+0*length"
		user = {"doctype": "User", "docname": THIEF, "goal_total_field": "name", "goal_doctype_link": "owner"}
		currency = {**user, "goal_doctype": "Currency", "goal_field": "smallest_currency_fraction_value"}
		attacks = (
			{},
			{"aggregation": secret, "goal_field": "name", "date_field": "expected_close_date"},
			{"doctype": "Quote", "docname": make_quote(self.own).name, "goal_total_field": "margin_amount"},
			user,
			{**currency, "aggregation": secret},
			{**currency, "goal_field": "(select 1)"},
			{**currency, "filters": '{"(select 1)": 1}'},
			{**currency, "goal_doctype_link": "(select 1)"},
			{**currency, "goal_doctype": "Email Queue", "goal_field": "priority"},
		)
		for values in attacks:
			with self.subTest(**values):
				self.assertIsNone(self.goal(**values))
		self.assertIsNotNone(self.goal(**currency))

	def test_what_is_counted_by_a_field_for_workflows_is_what_one_may_read(self):
		values = {"doctype": "Quote", "states": "[]"}
		for user, is_told in ((OWNER, True), (MANAGER, True), (THIEF, False), (PORTAL, False)):
			frappe.set_user(user)
			answer = self.attempt(self.STATES, workflow_state_field="party_name", **values)
			self.assertEqual(PARTNER in (answer or ""), is_told, user)
		frappe.set_user(OWNER)
		self.assertIsNone(self.attempt(self.STATES, workflow_state_field="margin_amount", **values))
		rows = json.loads(self.attempt(self.STATES, workflow_state_field="party_name", **values))[0]
		self.assertIn({"party_name": PARTNER, "count": 1}, rows)
		other = {"doctype": "Currency", "states": "[]", "workflow_state_field": "fraction"}
		self.assertIn("Cent", self.attempt(self.STATES, **other))

	def test_points_tell_neither_documents_nor_reasons(self):
		frappe.set_user("Administrator")
		log = {"doctype": "Energy Point Log", "user": OWNER, "points": 7, "reason": SECRET}
		reference = {"reference_doctype": self.deal.doctype, "reference_name": self.deal.name}
		frappe.get_doc({**log, **reference, "type": "Appreciation"}).db_insert()
		chart = "frappe.desk.page.user_profile.user_profile.get_energy_points_percentage_chart_data"
		reviews = "frappe.social.doctype.energy_point_log.energy_point_log.get_reviews"
		for user in (OWNER, THIEF, PORTAL):
			frappe.set_user(user)
			for field in ("reason", "reference_name"):
				self.assertIsNone(self.attempt(chart, user=OWNER, field=field))
			self.assertIn("Appreciation", self.attempt(chart, user=OWNER, field="type"))
			answer = self.attempt(reviews, doctype=self.deal.doctype, docname=self.deal.name)
			self.assertEqual(SECRET in (answer or ""), user == OWNER)


class TestColumnsOfReports(DoorsTestCase):
	"""Columns that people add to a report, by whatever door it is asked for."""

	DEALS, ITEMS = "Stalled and Not Forecastable", "Item Demand Forecast"

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		notes = {cls.deal.name: {"closing_notes": SECRET}, cls.own.name: {"title": cls.deal.name}}
		notes[cls.own.name]["closing_notes"] = "Not a secret"
		for name, values in notes.items():
			frappe.db.set_value("Sales Opportunity", name, values)
		item = make_item("DOORS-BIKE", item_name="Fahrrad mit Tür")
		frappe.db.set_value("Sales Item", item.name, "cost", PRICE)
		make_opportunity(
			items=[{"item": item.name}], opportunity_owner=THIEF, expected_close_date=add_days(nowdate(), 30)
		)

	def answers(self, report: str, *added: tuple[str, str, str]) -> dict[str, str]:
		"""Return by door what a report with added columns (DocType, field, link) tells the session's user."""
		user = frappe.session.user
		values = {"report_name": report, "filters": "{}", "ignore_prepared_report": 1}
		columns = [
			{
				"doctype": doctype,
				"fieldname": fieldname,
				"link_field": link,
				"label": fieldname,
				"fieldtype": "Data",
				"insert_after_index": place,
			}
			for place, (doctype, fieldname, link) in enumerate(added)
		]
		run = "frappe.desk.query_report.run"
		before = json.loads(call(run, **values))[0]["columns"]
		saved = call(
			"frappe.desk.query_report.save_report",
			reference_report=report,
			report_name=f"Doors {frappe.generate_hash(length=6)}",
			columns=json.dumps([*before, *columns]),
			filters="{}",
		)
		copy = json.loads(saved)[0]
		exported = {**values, "file_format_type": "CSV", "visible_idx": json.dumps([*range(1000)])}
		found = {
			"run": call(run, **values, custom_columns=columns),
			"saved": call(run, **{**values, "report_name": copy}),
			"exported": call(
				"frappe.desk.query_report.export_query", **exported, custom_columns=json.dumps(columns)
			),
		}
		frappe.set_user("Administrator")
		mailed = {"report": copy, "user": user, "email_to": user, "format": "CSV", "frequency": "Daily"}
		email = frappe.get_doc(
			{"doctype": "Auto Email Report", "filters": "{}", "no_of_rows": 1000, **mailed}
		)
		found["mailed"] = str(email.insert().get_report_content())
		frappe.set_user(user)
		return found

	def test_a_column_is_filled_with_what_the_user_may_read_of_other_documents(self):
		added = (
			("Sales Opportunity", "title", "opportunity"),
			("Sales Opportunity", "closing_notes", "title"),
			("Sales Opportunity", "party_name", "title"),
		)
		for user, is_told in ((THIEF, False), (MANAGER, True)):
			frappe.set_user(user)
			for door, answer in self.answers(self.DEALS, *added).items():
				with self.subTest(door, user=user):
					self.assertIn(self.own.name, answer)
					self.assertEqual(f'{SECRET}"' in answer.replace("\\", ""), is_told)

	def test_a_column_shows_what_the_user_may_read(self):
		frappe.set_user(THIEF)
		for door, answer in self.answers(
			self.DEALS, ("Sales Opportunity", "closing_notes", "opportunity")
		).items():
			self.assertIn("Not a secret", answer, door)
		for door, answer in self.answers(self.ITEMS, ("Sales Item", "item_code", "item")).items():
			self.assertIn("DOORS-BIKE", answer, door)

	def test_a_column_of_a_higher_level_is_empty_and_an_expression_is_none(self):
		for user, is_told in ((THIEF, False), (MANAGER, True)):
			frappe.set_user(user)
			for door, answer in self.answers(self.ITEMS, ("Sales Item", "cost", "item")).items():
				with self.subTest(door, user=user):
					self.assertIn("DOORS-BIKE", answer)
					self.assertEqual(str(PRICE) in answer, is_told)
		frappe.set_user(THIEF)
		path = "frappe.desk.query_report.get_data_for_custom_field"
		for field in ("cost", "cost name -- distinct", "max(cost)"):
			self.assertEqual(json.loads(self.attempt(path, doctype="Sales Item", field=field))[0], {})


class TestWhatIsHungOnDocuments(DoorsTestCase):
	def writes(self, doctype: str, name: str) -> list[tuple]:
		"""Return functions with arguments that hang something on a document, or take it away."""
		reference = {"reference_doctype": doctype, "reference_name": name}
		to = {"doctype": doctype, "name": name}
		return [
			(
				"frappe.desk.form.utils.add_comment",
				{**reference, "content": "x", "comment_email": THIEF, "comment_by": THIEF},
			),
			(
				"frappe.client.insert",
				{
					"doc": {
						"doctype": "ToDo",
						"reference_type": doctype,
						"reference_name": name,
						"description": "x",
						"allocated_to": THIEF,
						"assigned_by": frappe.session.user,
					}
				},
			),
			(
				"frappe.client.insert",
				{
					"doc": {
						"doctype": "Tag Link",
						"document_type": doctype,
						"document_name": name,
						"tag": "doors-tag",
					}
				},
			),
			(
				"frappe.client.insert",
				{
					"doc": {
						"doctype": "Communication",
						"communication_medium": "Phone",
						"subject": "x",
						"content": "x",
						**reference,
					}
				},
			),
			(
				"frappe.client.insert",
				{
					"doc": {
						"doctype": "File",
						"file_name": "x.txt",
						"content": "x",
						"attached_to_doctype": doctype,
						"attached_to_name": name,
					}
				},
			),
			("frappe.desk.form.assign_to.add", {**to, "assign_to": json.dumps([OWNER])}),
			("frappe.desk.form.assign_to.add", {**to, "assign_to": json.dumps([THIEF])}),
			("frappe.desk.doctype.tag.tag.add_tag", {"tag": "x", "dt": doctype, "dn": name}),
			(
				"frappe.desk.doctype.tag.tag.add_tags",
				{"tags": '["x"]', "dt": doctype, "docs": json.dumps([name])},
			),
			("frappe.desk.doctype.tag.tag.remove_tag", {"tag": "doors-tag", "dt": doctype, "dn": name}),
			("frappe.desk.like.toggle_like", {**to, "add": "Yes"}),
			("frappe.share.add", {**to, "user": THIEF}),
			("frappe.share.set_permission", {**to, "user": THIEF, "permission_to": "read"}),
		]

	def test_nobody_hangs_anything_on_anothers_document(self):
		for doc in self.foreign:
			for user in (THIEF, PORTAL):
				frappe.set_user(user)
				for path, values in self.writes(doc.doctype, doc.name):
					with self.subTest(path, doctype=doc.doctype, user=user):
						self.assertIsNone(self.attempt(path, **values))

	def test_reading_a_master_is_not_enough_to_hang_anything_on_it(self):
		masters = [make_class(), make_item(), frappe.get_doc("Qualification Stage", "Inquiry")]
		for doc in masters:
			for user, is_refused in ((THIEF, True), (PORTAL, True), (MANAGER, False)):
				frappe.set_user(user)
				for path, values in self.writes(doc.doctype, doc.name):
					if not is_refused and values.get("doc", {}).get("doctype") == "Communication":
						continue  # To log a message takes a role besides.
					with self.subTest(path, doctype=doc.doctype, user=user):
						self.assertEqual(self.attempt(path, **values) is None, is_refused)

	def test_a_form_that_is_not_saved_yet_takes_files(self):
		frappe.set_user(THIEF)
		file = {"doctype": "File", "file_name": "x.txt", "content": "new", "is_private": 1}
		place = {"attached_to_doctype": "Sales Opportunity", "attached_to_name": "new-sales-opportunity-1"}
		self.assertIsNotNone(self.attempt("frappe.client.insert", doc={**file, **place}))

	def test_who_reads_a_deal_may_comment_on_it(self):
		frappe.set_user("Administrator")
		frappe.share.add(self.quote.doctype, self.quote.name, PORTAL, read=1)
		frappe.set_user(PORTAL)
		path, values = self.writes(self.quote.doctype, self.quote.name)[0]
		self.assertIsNotNone(self.attempt(path, **values))

	def test_anothers_messages_are_not_moved_to_an_own_deal_and_own_ones_not_to_anothers(self):
		path = "frappe.email.relink"
		own = {"reference_doctype": self.own.doctype, "reference_name": self.own.name}
		foreign = {"reference_doctype": self.deal.doctype, "reference_name": self.deal.name}
		frappe.set_user(THIEF)
		message = add_activity(self.own.name, "Call", "Mine")
		for name, place, allowed in (
			(self.call, own, False),
			(message, foreign, False),
			(message, own, True),
		):
			self.assertEqual(self.attempt(path, name=name, **place) is not None, allowed, (name, place))
		frappe.set_user(PORTAL)
		self.assertIsNone(self.attempt(path, name=self.call, **own))

	def test_a_meeting_on_anothers_deal_is_refused(self):
		for user in (THIEF, PORTAL):
			frappe.set_user(user)
			meeting = {"doctype": "Event", "subject": "x", "event_type": "Private", "starts_on": nowdate()}
			participants = [{"reference_doctype": self.deal.doctype, "reference_docname": self.deal.name}]
			with self.subTest(user):
				self.assertIsNone(
					self.attempt("frappe.client.insert", doc={**meeting, "event_participants": participants})
				)

	def test_nobody_follows_what_they_may_not_read(self):
		for user in (THIEF, PORTAL):
			frappe.db.set_value("User", user, "document_follow_notify", 1)
			frappe.set_user(user)
			values = {"doctype": self.deal.doctype, "doc_name": self.deal.name}
			self.assertIsNone(
				self.attempt("frappe.desk.form.document_follow.follow_document", user=user, **values)
			)
			self.assertIsNone(
				self.attempt("frappe.desk.form.document_follow.update_follow", following=1, **values)
			)

	def test_anothers_tasks_are_not_taken_away(self):
		for user in (THIEF, PORTAL):
			frappe.set_user(user)
			values = {"doctype": self.deal.doctype, "name": self.deal.name, "assign_to": OWNER}
			with self.subTest(user):
				frappe.db.savepoint("attempt")
				try:
					call("frappe.desk.form.assign_to.remove", **values)
				except frappe.PermissionError:
					pass
				self.assertEqual(frappe.db.get_value("ToDo", self.todo, "status"), "Open")
				frappe.db.rollback(save_point="attempt")
