"""Costs and margins: right on lines and documents, and seen by nobody but who may."""

import json

import frappe
from frappe import client
from frappe.app import run_after_request_hooks
from frappe.desk.form.load import getdoc
from frappe.desk.form.save import savedocs
from frappe.desk.reportview import get
from frappe.model.workflow import is_transition_condition_satisfied
from frappe.permissions import add_permission, update_permission_property
from frappe.utils.response import build_response

from sales_opportunity.access.concealed import DOCTYPES, LEVEL
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.overrides.answers import conceal_in_answer
from sales_opportunity.overrides.exports import export_data, export_for_import
from sales_opportunity.portal import quote_page
from sales_opportunity.sales_opportunity.doctype.quote.print_context import quote_paper
from sales_opportunity.sales_opportunity.doctype.quote.revisions import copy_quote, new_revision
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import calculate
from sales_opportunity.tests.factories import (
	get_or_make,
	make_class,
	make_item,
	make_opportunity,
	make_partner,
	make_quote,
	make_user,
	registered,
	set_exchange_rates,
)
from sales_opportunity.tests.reports import report_rows, run_report
from sales_opportunity.tests.settings import save_settings

SELLER, MANAGER = "margin.seller@example.com", "margin.manager@example.com"
SECRETS = ("unit_cost", "margin_amount", "margin_percentage", "617.43", "612.34")
"""Names and figures that nobody without the level may find: the cost of an item, and what a bike earns."""


class MarginCase(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		make_user(SELLER, "Sales User")
		make_user(MANAGER, "Sales Manager", "Sales User")
		get_or_make("Sales Tax Rate", "0 %", title="0 %", rate=0)
		item = make_item("TEST-COSTED", price=1000)
		item.cost = 617.43
		item.save()
		self.opportunity = make_opportunity(items=[{"item": "TEST-COSTED"}], opportunity_owner=SELLER)

	def tearDown(self):
		frappe.set_user("Administrator")


class TestMargins(MarginCase):
	def test_a_line_the_deal_and_its_quote_earn_price_less_cost(self):
		quote = make_quote(self.opportunity)
		self.opportunity.reload()
		for doc in (self.opportunity, quote):
			with self.subTest(doc.doctype):
				self.assertEqual(doc.items[0].unit_cost, 617.43)
				self.assertEqual((doc.items[0].margin_amount, doc.margin_amount), (382.57, 382.57))
				self.assertEqual(doc.margin_percentage, 38.26)

	def test_all_discounts_are_taken_off_and_freight_has_no_margin(self):
		line = {"item": "TEST-COSTED", "quantity": 2, "discount_percentage": 10, "discount_amount": 100}
		doc = make_opportunity(items=[line], fixed_discount=200, discount_percentage=10, freight=50)
		# 2,000 − 200 − 100 = 1,700; − 170 − 200 = 1,330; cost 2 × 617.43 = 1,234.86
		quote = make_quote(doc)
		for each in (doc, quote):
			self.assertEqual((each.margin_amount, each.margin_percentage), (95.14, 7.15))

	def test_with_tax_in_the_prices_and_in_another_currency_it_is_the_same_net(self):
		set_exchange_rates(CHF=2)
		make_class("TEST-MARGIN-CONSUMERS", prices_include_tax=1)
		doc = make_opportunity(
			class_id="TEST-MARGIN-CONSUMERS", items=[{"item": "TEST-COSTED"}], transaction_currency="CHF"
		)
		quote = make_quote(doc)
		doc.reload()
		self.assertEqual((quote.items[0].rate, doc.amount), (595, 500))
		self.assertEqual((doc.margin_amount, quote.margin_amount), (382.57, 382.57))

	def test_a_trade_in_changes_no_margin_and_a_credit_does(self):
		old = {"item": "TEST-COSTED", "rate": 300, "tax_rate": "0 %"}
		for kind, expected in (("Trade-In", 382.57), ("Credit", 82.57)):
			doc = make_opportunity(items=[{"item": "TEST-COSTED"}, {**old, "deduction": kind}])
			with self.subTest(kind):
				self.assertEqual((doc.margin_amount, make_quote(doc).margin_amount), (expected, expected))

	def test_without_a_cost_there_is_no_margin(self):
		doc = make_opportunity(items=[{"item": "TEST-COSTED"}, {"rate": 5000}])
		self.assertEqual((doc.items[1].margin_amount, doc.margin_amount), (0, 382.57))

	def test_a_deal_keeps_the_cost_that_it_was_entered_with(self):
		item = frappe.get_doc("Sales Item", "TEST-COSTED")
		item.cost = 700
		item.save()
		self.opportunity.title = "Later"
		self.opportunity.save()
		self.assertEqual(self.opportunity.margin_amount, 382.57)
		self.opportunity.items[0].item = make_item().name
		self.opportunity.save()
		self.assertEqual((self.opportunity.items[0].unit_cost, self.opportunity.margin_amount), (0, 0))

	def test_another_unit_is_asked_for_its_cost_and_a_typed_one_stays(self):
		get_or_make("Sales Unit", "Pallet", unit_name="Pallet")
		line = self.opportunity.items[0]
		line.unit_cost = 600
		self.opportunity.save()
		path = f"{__name__}.cost_by_unit"
		with registered(sales_item_costs={"Sales Item": [path]}):
			line.unit = "Pallet"
			self.opportunity.save()
			self.assertEqual((line.unit_cost, self.opportunity.margin_amount), (950, 50))
			line.unit_cost = 610
			self.opportunity.save()
			self.assertEqual((line.unit_cost, self.opportunity.margin_amount), (610, 390))

	def test_a_cost_by_hand_goes_along_with_whatever_follows_whoever_makes_it(self):
		self.opportunity.items[0].unit_cost = 700
		self.opportunity.save()
		frappe.set_user(SELLER)
		quote = make_quote(self.opportunity)
		copies = [copy_quote(quote.name, "2099-12-31")]
		quote.submit()
		copies.append(new_revision(quote.name, "2099-12-31"))
		frappe.set_user("Administrator")
		self.opportunity.reload()
		for doc in (self.opportunity, *(frappe.get_doc("Quote", name) for name in (quote.name, *copies))):
			with self.subTest(doc.name):
				self.assertEqual((doc.items[0].unit_cost, doc.margin_amount), (700, 300))

	def test_a_cost_by_hand_goes_from_the_quote_to_the_deal_and_back(self):
		quote = make_quote(self.opportunity)
		quote.items[0].unit_cost = 650
		quote.append("items", {"row_type": "Priced", "item": "TEST-COSTED", "quantity": 1, "unit_cost": 1})
		quote.save()
		self.opportunity.reload()
		self.assertEqual([row.unit_cost for row in self.opportunity.items], [650, 1])
		self.assertEqual(self.opportunity.margin_amount, quote.margin_amount)
		frappe.set_user(SELLER)
		sent = frappe.get_doc("Sales Opportunity", self.opportunity.name).as_dict()
		sent["items"].append({"item": "TEST-COSTED", "unit_cost": 2})
		frappe.get_doc(sent).save()
		frappe.set_user("Administrator")
		quote.reload()
		self.assertEqual([row.unit_cost for row in quote.items], [650, 1, 617.43])

	def test_the_costs_of_the_deal_stay_when_an_issued_quote_wins(self):
		quote = make_quote(self.opportunity)
		quote.submit()
		self.opportunity.reload()
		self.opportunity.items[0].unit_cost = 550
		self.opportunity.save()
		self.opportunity.stage = "Won"
		self.opportunity.save()
		self.assertEqual((self.opportunity.won_quote, self.opportunity.margin_amount), (quote.name, 450))

	def test_a_cost_is_corrected_on_a_won_deal(self):
		deal = make_opportunity(items=[{"rate": 1000, "quantity": 3}], opportunity_owner=SELLER, stage="Won")
		frappe.set_user(MANAGER)
		for cost, expected in ((1000, 0), (400, 1800), (0, 0)):
			deal.reload()
			deal.items[0].unit_cost = cost
			deal.save()
			with self.subTest(cost):
				self.assertEqual((deal.margin_amount, deal.items[0].margin_amount), (expected, expected))
				self.assertEqual(deal.amount, 3000)

	def test_a_closed_deal_earns_what_is_stored_whatever_is_sent(self):
		deal = make_opportunity(items=[{"item": "TEST-COSTED"}], stage="Won")
		sent = deal.as_dict()
		sent["items"][0].update({"net_amount": 1, "base_net_amount": 1, "margin_amount": 1})
		sent.update({"margin_amount": 1, "contract_value": 1, "base_net_freight": 1})
		frappe.get_doc(sent).save()
		deal.reload()
		self.assertEqual((deal.items[0].base_net_amount, deal.margin_amount), (1000, 382.57))
		self.assertEqual((deal.contract_value, deal.base_net_freight), (0, 0))

	def test_a_revision_earns_by_itself(self):
		quote = make_quote(self.opportunity)
		quote.submit()
		revision = frappe.get_doc("Quote", new_revision(quote.name, "2099-12-31"))
		self.assertEqual(revision.margin_amount, 382.57)

	def test_another_app_says_the_cost(self):
		path = f"{__name__}.cost_of_foreign"
		with registered(sales_item_costs={"Sales Item": [path]}):
			self.assertEqual(make_opportunity(items=[{"quantity": 3}]).margin_amount, 3 * (1000 - 4))

	def test_who_may_not_see_it_still_lets_the_server_reckon(self):
		frappe.set_user(SELLER)
		doc = make_opportunity(items=[{"item": "TEST-COSTED", "unit_cost": 1}])
		frappe.set_user("Administrator")
		doc.reload()
		self.assertEqual(doc.margin_amount, 382.57)
		frappe.set_user(SELLER)
		sent = frappe.get_doc(doc.doctype, doc.name).as_dict()
		sent["items"][0]["quantity"] = 2
		doc = frappe.get_doc(sent).save()
		frappe.set_user("Administrator")
		doc.reload()
		self.assertEqual((doc.items[0].unit_cost, doc.margin_amount), (617.43, 765.14))

	def test_a_seller_brings_no_cost_in_by_rows_that_do_not_count_yet(self):
		sent = {
			"item": "TEST-COSTED",
			"rate": 1000,
			"unit_cost": 0.01,
			"is_carried": True,
			"flags": {"carried": 1},
		}
		frappe.set_user(SELLER)
		deal = make_opportunity(items=[{}, {**sent, "deduction": "Credit", "rate": 1}])
		quote = make_quote(self.opportunity)
		quote.append("items", {**sent, "row_type": "Optional", "quantity": 1})
		quote.save()
		frappe.set_user("Administrator")
		self.addCleanup(save_settings, use_margins=1)
		save_settings(use_margins=0)
		frappe.set_user(SELLER)
		unseen = make_opportunity(items=[sent])
		for doc, of_item in ((deal, 0), (quote, 617.43), (unseen, 0)):
			with self.subTest(doc.doctype):
				self.assertEqual(
					frappe.db.get_value(f"{doc.doctype} Item", doc.items[-1].name, "unit_cost"), of_item
				)

	def test_switched_off_it_is_nowhere(self):
		self.addCleanup(save_settings, use_margins=1)
		save_settings(use_margins=0)
		self.assertFalse(make_opportunity(items=[{"item": "TEST-COSTED"}]).margin_amount)
		self.assertTrue(frappe.get_meta("Quote").get_field("margin_amount").hidden)
		self.assertTrue(frappe.get_meta("Sales Item").get_field("cost").hidden)


def cost_of_foreign(name: str, sale) -> float:
	return 4


def cost_by_unit(name: str, sale) -> float:
	return {"Pallet": 950}.get(sale.unit, 600)


def answered(values) -> str:
	"""Return what a request is answered for which the server found these values."""
	frappe.response.clear()
	frappe.response.message = values
	response = build_response("json")
	run_after_request_hooks(None, response)
	return response.get_data(as_text=True)


class TestWhoSeesMargins(MarginCase):
	def setUp(self):
		super().setUp()
		self.quote = make_quote(self.opportunity)
		self.opportunity.reload()

	def channels(self):
		"""Yield what leaves the server about the deal, by the way that it takes."""
		for doctype, name in (
			("Sales Opportunity", self.opportunity.name),
			("Quote", self.quote.name),
			("Sales Item", "TEST-COSTED"),
		):
			frappe.response.docs = []
			getdoc(doctype, name)
			yield f"form of {doctype}", frappe.response.docs, frappe.response.docinfo
			yield f"client {doctype}", client.get(doctype, name)
			yield f"list {doctype}", frappe.get_list(doctype, {"name": name}, ["*"])
			frappe.local.form_dict = frappe._dict(
				doctype=doctype,
				fields=json.dumps([f"`tab{doctype}`.`name`", f"`tab{doctype}`.`margin_amount`"]),
				filters=json.dumps({"name": name}),
			)
			if doctype != "Sales Item":
				yield f"report view {doctype}", get()
		sent = frappe.get_doc("Sales Opportunity", self.opportunity.name).as_dict()
		yield "as document", sent
		yield "rows alone", [row.as_dict() for row in frappe.get_doc("Quote", self.quote.name).items]
		elsewhere = {"parent": "Visit", "parenttype": "Site Visit"}
		yield "rows of another app's document", [{**row, **elsewhere} for row in sent["items"]]
		yield "inside of others", {"rows": [frappe.get_doc("Quote", self.quote.name)]}
		yield "calculated", calculate(sent)
		frappe.response.docs = []
		savedocs(frappe.as_json({**sent, "title": f"By {frappe.session.user}"}), "Save")
		yield "saved", frappe.response.docs
		yield "new document", client.insert({**frappe.copy_doc(frappe.get_doc(sent)).as_dict(), "name": None})

	def test_who_may_not_finds_neither_names_nor_figures(self):
		frappe.set_user(MANAGER)
		doc = frappe.get_doc("Sales Opportunity", self.opportunity.name)
		doc.items[0].unit_cost = 612.34
		doc.append("items", {"item": "TEST-COSTED"})
		doc.save()
		doc.remove(doc.items[1])
		doc.save()
		frappe.set_user(SELLER)
		for way, *answers in self.channels():
			text = answered(answers)
			for secret in SECRETS:
				with self.subTest(way, secret=secret):
					self.assertNotIn(secret, text)

	def test_no_file_tells_of_them_to_who_may_not(self):
		for user, is_told in ((SELLER, False), (MANAGER, True)):
			frappe.set_user(user)
			for way, file in self.files():
				with self.subTest(way, user=user):
					self.assertIn("TEST-COSTED", file)
					self.assertEqual(any(secret in file for secret in ("617.43", "382.57", "38.26")), is_told)

	def files(self):
		"""Yield the files that both pages for exports answer with, by what was asked for."""
		rows = ["name", "item", "unit_cost", "margin_amount"]
		for doc in (self.quote, self.opportunity):
			doctype, filters = doc.doctype, json.dumps({"name": doc.name})
			own = {doctype: ["name", "margin_amount"]}
			yield (
				f"import of {doctype}",
				self.file(
					export_for_import,
					doctype=doctype,
					export_records="by_filter",
					export_filters=filters,
					export_fields=json.dumps({**own, "items": rows}),
					file_type="CSV",
				),
			)
			for chosen in (json.dumps({**own, doc.items[0].doctype: rows}), None):
				yield (
					f"data of {doctype} by {chosen}",
					self.file(
						export_data,
						doctype=doctype,
						filters=filters,
						select_columns=chosen,
						with_data=1,
						file_type="CSV",
					),
				)

	def file(self, function, **asked) -> str:
		frappe.local.form_dict = frappe._dict(asked)
		frappe.response.clear()
		function()
		return str(frappe.response["result"])

	def test_a_manager_sees_them(self):
		frappe.set_user(MANAGER)
		doc = client.get("Sales Opportunity", self.opportunity.name)
		self.assertIn("617.43", answered(doc))
		self.assertEqual((doc["margin_amount"], doc["items"][0]["unit_cost"]), (382.57, 617.43))
		self.assertEqual(client.get("Sales Item", "TEST-COSTED")["cost"], 617.43)

	def test_neither_paper_nor_page_says_any_of_it_to_anybody(self):
		frappe.set_user(MANAGER)
		paper = str(quote_paper(self.quote))
		html = frappe.get_print("Quote", self.quote.name, "Quote")
		standard = frappe.get_print("Quote", self.quote.name, "Standard")
		page = quote_page.frappe.render_template(
			"{% from 'sales_opportunity/portal/parts.html' import lines, totals with context %}{{ lines(paper) }}{{ totals(paper) }}",
			{"paper": quote_paper(self.quote), "controls": {}},
		)
		for text in (paper, html, standard, page):
			for secret in (*SECRETS, "382.57", "382,57", "617,43"):
				with self.subTest(text=text[:30], secret=secret):
					self.assertNotIn(secret, text)

	def test_the_report_is_for_who_may_read_the_level(self):
		self.opportunity.stage = "Won"
		self.opportunity.save()
		filters = {"party_type": "Business Partner", "party": self.opportunity.party}
		frappe.set_user(MANAGER)
		rows = report_rows("Margin", **filters)
		self.assertEqual(
			[(row["deals"], row["margin"], row["percentage"]) for row in rows], [(1, 382.57, 38.26)] * 2
		)
		frappe.set_user(SELLER)
		with self.assertRaises(frappe.PermissionError):
			run_report("Margin", **filters)

	def test_the_report_goes_by_the_costs_of_deals_that_were_saved_without_margins(self):
		lines = [
			{"item": "TEST-COSTED", "quantity": 2, "recurrence": "Monthly", "periods": 3},
			{"item": "TEST-COSTED", "rate": 100, "tax_rate": "0 %", "deduction": "Credit"},
			{"item": "TEST-COSTED", "rate": 300, "tax_rate": "0 %", "deduction": "Trade-In"},
			{"rate": 500},
		]
		deal = make_opportunity(items=lines, party=make_partner().name, stage="Won")
		frappe.db.set_value("Sales Opportunity Item", {"parent": deal.name}, "margin_amount", 0)
		filters = {"party_type": "Business Partner", "party": deal.party}
		frappe.set_user(MANAGER)
		row = report_rows("Margin", **filters)[0]
		# 6,000 - 100 of revenue; 6 × 617.43 = 3,704.58 of cost
		self.assertEqual((row["margin"], row["percentage"]), (2195.42, 37.21))

	def test_an_admin_gives_the_level_to_another_role(self):
		doctype = "Sales Opportunity"
		self.addCleanup(frappe.clear_cache, doctype=doctype)
		self.addCleanup(frappe.db.delete, "Custom DocPerm", {"parent": doctype})
		add_permission(doctype, "Sales User", LEVEL)
		update_permission_property(doctype, "Sales User", LEVEL, "read", 1, validate=False)
		frappe.set_user(SELLER)
		answer = json.loads(answered(client.get(doctype, self.opportunity.name)))
		self.assertEqual(answer["message"]["margin_amount"], 382.57)

	def test_what_an_admin_made_for_margins_works_whoever_comes_by(self):
		doc = frappe.get_doc("Quote", self.quote.name)
		for condition in ("doc.margin_percentage < 40", "doc['items'][0].margin_amount > 300"):
			for user in (MANAGER, SELLER):
				frappe.set_user(user)
				with self.subTest(condition, user=user):
					transition = frappe._dict(condition=condition)
					self.assertTrue(is_transition_condition_satisfied(transition, doc))

	def test_a_deleted_quote_is_kept_whole_whoever_deletes_it(self):
		for user in (MANAGER, SELLER):
			quote = make_quote(self.opportunity)
			frappe.set_user(user)
			frappe.delete_doc("Quote", quote.name)
			frappe.set_user("Administrator")
			about = {"deleted_doctype": "Quote", "deleted_name": quote.name}
			kept = json.loads(frappe.db.get_value("Deleted Document", about, "data"))
			with self.subTest(user):
				self.assertEqual((kept["margin_amount"], kept["items"][0]["unit_cost"]), (382.57, 617.43))

	def test_answers_about_other_things_are_not_looked_through(self):
		frappe.set_user(SELLER)
		for doctype in DOCTYPES:
			frappe.clear_cache(doctype=doctype)
		with self.assertQueryCount(0):
			answered({"doctype": "ToDo", "description": "Call the Sales Opportunity's owner"})

	def test_an_answer_that_cannot_be_looked_through_is_not_given(self):
		frappe.set_user(SELLER)
		frappe.response.clear()
		response = build_response("json")
		response.set_data('{"doctype":"Quote Item","parenttype":"Quote","unit_cost":617.43')
		with self.assertRaises(ValueError):
			conceal_in_answer(response)
		self.assertEqual((response.get_data(), response.status_code), (b"{}", 500))
