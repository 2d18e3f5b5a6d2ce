"""Whatever is sent to a function or into a field, it is either done or refused by a sentence, never by a traceback."""

import importlib
import inspect
import json
import pkgutil
from collections.abc import Iterator
from functools import partial
from typing import Any

import frappe
from frappe.client import insert
from frappe.desk.form.save import savedocs
from frappe.handler import execute_cmd
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

import sales_opportunity
from sales_opportunity import api
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.inputs.documents import LINKS, NUMBERS, TEXTS
from sales_opportunity.inputs.values import ImpossibleDateError, ImpossibleNumberError, WrongInputError
from sales_opportunity.overrides import print_format
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import create_link
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import calculate
from sales_opportunity.tests.factories import (
	make_class,
	make_fulfilment_request,
	make_item,
	make_opportunity,
	make_quote,
	make_target,
	make_user,
	make_won_opportunity,
)
from sales_opportunity.tests.live_updates import forget_live_updates
from sales_opportunity.tests.reports import run_report
from sales_opportunity.tests.web import keep_request

LONG = "x" * 66_000
"""More than any column but the longest texts holds (65,535)."""
UNSTORABLE = ("\ud800", "a\0b")
HUGE = (1e308, float("nan"), float("inf"), 10**30, -1)
ODD = (None, True, *HUGE, "", "foo", LONG, *UNSTORABLE, [], ["a"], [[]], {}, {"a": 1}, "[]", "5", "{", "null")
ODD_DAYS = ("31.12.2027", "2027-02-30", "9999-12-31", "12/11/2027", "0000-00-00", "2027-12-31T25:00")
NOT_NUMBERS = (*HUGE, True, "foo", "12,50", [1], {"a": 1}, LONG)
NOT_TEXTS = (True, -1, 1e308, LONG, *UNSTORABLE, ["a"], {"a": 1})
BY_TYPE = {
	"Date": (*ODD_DAYS, -1, True, "foo", [1], {"a": 1}, LONG),
	"Datetime": (*ODD_DAYS, -1, True, "foo", [1], {"a": 1}, LONG),
	"Check": (-1, 2, "foo", float("nan"), 10**30, [1], {"a": 1}),
	"Table": (5, True, "foo", ["a"], [[]], {"a": 1}, [None]),
	**dict.fromkeys(NUMBERS, NOT_NUMBERS),
	**dict.fromkeys(TEXTS | LINKS, NOT_TEXTS),
}
SERVERS = {"Sales Opportunity Change", "Sales Pipeline Snapshot"}
"""DocTypes that no role may write."""


def functions() -> dict[str, Any]:
	"""Return the whitelisted functions of the app by their paths, found by walking through all modules.

	What only asks for permissions before a function of the framework does its work answers odd inputs as that does.
	"""
	found = {}
	doors = {path for paths in frappe.get_hooks("override_whitelisted_methods").values() for path in paths}
	for module in pkgutil.walk_packages(sales_opportunity.__path__, "sales_opportunity."):
		if not {"tests", "demo", "conftest", "patches"} & set(module.name.split(".")):
			for name, function in inspect.getmembers(
				importlib.import_module(module.name), inspect.isfunction
			):
				path = f"{module.name}.{name}"
				is_own = function in frappe.whitelisted and function.__module__ == module.name
				if is_own and (path not in doors or module.name == print_format.__name__):
					found[path] = function
	return found


def parameters() -> Iterator[tuple[str, str]]:
	"""Return each parameter of each whitelisted function."""
	for path, function in functions().items():
		for name in inspect.signature(function).parameters:
			yield path, name


class TestOddInputs(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_class()
		make_item()
		opportunity = make_opportunity(items=[{}])
		quote = make_quote(opportunity)
		quote.submit()
		cls.good = {
			"opportunity": opportunity.name,
			"duplicate": make_opportunity(party=opportunity.party).name,
			"quote": quote.name,
			"other": make_quote(make_opportunity(items=[{}])).name,
			"request": make_fulfilment_request().name,
			"doc": json.dumps({**frappe.new_doc("Sales Opportunity").as_dict(), "__islocal": 1}, default=str),
			"doctype": "Quote",
			"name": quote.name,
			"token": create_link(quote.name).rsplit("/", 1)[1],
			"valid_until": "2099-12-31",
			"answered_on": frappe.utils.nowdate(),
			"recipients": "a@example.com",
			"subject": "Quote",
			"content": "<p>Quote</p>",
			"language": "de",
			"currency": "EUR",
			"amount": 100,
			"probability": 50,
			"stage": "Inquiry",
			"kind": "Note",
			"closing_reason": "Too Expensive",
			"reason": "Too Expensive",
			"item_type": "Sales Item",
			"item": "TEST-BIKE",
			"txt": "",
			"searchfield": "name",
			"start": 0,
			"page_len": 10,
			"filters": {},
		}

	def setUp(self):
		keep_request(self)
		frappe.local.request = Request(EnvironBuilder(method="POST").get_environ())
		frappe.local.response = frappe._dict(docs=[])

	def verdict(self, label: str, call) -> str | None:
		"""Return what is wrong with how the call ended, None if it was done or refused by a sentence; it is undone."""
		frappe.db.savepoint("odd_input")
		frappe.clear_messages()
		try:
			call()
		except Exception as error:
			status = getattr(error, "http_status_code", 500)
			texts = [
				json.loads(row)["message"] if isinstance(row, str) else row["message"]
				for row in frappe.message_log
			]
			if not 400 <= status < 500:
				return f"{type(error).__name__}: {str(error)[:200]}"
			if not (texts or str(error)) or "Traceback" in f"{texts}{error}":
				return f"{type(error).__name__} without a sentence"
		finally:
			self.undo(label)
		return None

	def undo(self, label: str):
		"""Roll the call back; that this is possible shows that it has stored nothing for good."""
		if frappe.session.user != "Administrator":
			frappe.set_user("Administrator")  # reads all DocTypes anew
		forget_live_updates()
		try:
			frappe.db.rollback(save_point="odd_input")
		except frappe.db.OperationalError:
			self.fail(f"{label} was stored for good")

	def call(self, path: str, **values):
		"""Call as a request does, with good values for what is not given."""
		needed = inspect.signature(functions_by_path[path]).parameters
		given = {name: self.good[name] for name in needed if name in self.good}
		frappe.local.form_dict = frappe._dict({**given, **values})
		execute_cmd(path)

	def test_every_argument_of_every_function(self):
		verdicts = []
		for path, name in parameters():
			for value in (*ODD, *ODD_DAYS):
				label = f"{path}({name}={str(value)[:20]!r})"
				call = partial(self.call, path, **{name: value})
				verdicts.append((label, self.verdict(label, call)))
		self.assert_no_fault(verdicts)

	def assert_no_fault(self, verdicts: list[tuple]):
		self.assertGreater(len(verdicts), 10)
		self.assertEqual([verdict for verdict in verdicts if verdict[1]], [])

	def test_every_function_without_its_arguments(self):
		verdicts = []
		for path in functions_by_path:
			frappe.local.form_dict = frappe._dict()
			verdicts.append((path, self.verdict(path, partial(execute_cmd, path))))
		self.assert_no_fault(verdicts)

	def stored(self, doctype: str):
		"""Return a stored document of the DocType."""
		names = frappe.get_all(doctype, pluck="name", limit=1, order_by="creation desc")
		return frappe.get_doc(doctype, *names) if names else None

	def written_doctypes(self) -> list[str]:
		"""Return the app's DocTypes that people write, each with its own form."""
		filters = {"module": "Sales Opportunity", "istable": 0, "name": ("not in", list(SERVERS))}
		return frappe.get_all("DocType", filters, pluck="name")

	def documents(self) -> Iterator[dict]:
		"""Return a document of each DocType as its form has it."""
		self.good_documents = {
			"Sales Opportunity": make_opportunity(items=[{}]),
			"Quote": make_quote(),
			"Fulfilment Request": make_fulfilment_request(make_won_opportunity()),
			"Sales Target": self.stored("Sales Target") or make_target(),
		}
		for doctype in self.written_doctypes():
			doc = self.good_documents.get(doctype) or (
				frappe.get_doc(doctype) if frappe.get_meta(doctype).issingle else self.stored(doctype)
			)
			if doc:
				yield json.loads(json.dumps(doc.as_dict(), default=str))

	def odd_documents(self, doc: dict) -> Iterator[tuple[str, dict]]:
		"""Return the document with each odd value in each field, and in each field of the first row of each table."""
		for field in frappe.get_meta(doc["doctype"]).fields:
			for value in BY_TYPE.get(field.fieldtype, ()):
				yield f"{field.fieldname}={str(value)[:20]!r}", {**doc, field.fieldname: value}
			if field.fieldtype == "Table" and doc.get(field.fieldname):
				first, *others = doc[field.fieldname]
				for column in frappe.get_meta(field.options).fields:
					for value in BY_TYPE.get(column.fieldtype, ()):
						rows = [{**first, column.fieldname: value}, *others]
						label = f"{field.fieldname}.{column.fieldname}={str(value)[:20]!r}"
						yield label, {**doc, field.fieldname: rows}

	def test_every_field_of_every_stored_document(self):
		verdicts = []
		for doc in self.documents():
			for label, odd in self.odd_documents(doc):
				label = f"{doc['doctype']}.{label}"
				verdicts.append((label, self.verdict(label, partial(savedocs, json.dumps(odd), "Save"))))
		self.assert_no_fault(verdicts)

	def test_every_field_of_every_new_document(self):
		verdicts = []
		for doc in self.documents():
			if frappe.get_meta(doc["doctype"]).issingle:
				continue
			for key in ("name", "creation", "modified", "owner", "modified_by"):
				doc.pop(key)
			for label, odd in self.odd_documents(doc):
				label = f"new {doc['doctype']}.{label}"
				verdicts.append((label, self.verdict(label, partial(insert, json.dumps(odd)))))
		self.assert_no_fault(verdicts)


functions_by_path = functions()


class TestSentences(IntegrationTestCase):
	"""What is said, in both languages, and what is understood."""

	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(setattr, frappe.local, "lang", frappe.local.lang)

	def test_a_german_date_is_understood(self):
		for text in ("31.12.2027", "31/12/2027", "2027-12-31", "2027-12-31 00:00:00", " 31.12.2027 "):
			with self.subTest(text):
				quote = make_quote(valid_until=text)
				self.assertEqual(str(quote.db_get("valid_until")), "2027-12-31")
				doc = make_opportunity(expected_close_date=text)
				self.assertEqual(str(doc.db_get("expected_close_date")), "2027-12-31")

	def test_a_date_that_is_none_is_named_with_its_field(self):
		frappe.local.lang = "de"
		for text in ("foo", "2027-02-30", "31.13.2027", "12/11/2027", "20271231", "2027-12-31T10:00:00Z"):
			with self.subTest(text), self.assertRaisesRegex(WrongInputError, f"Gültig bis.*{text}"):
				make_quote(valid_until=text)

	def test_a_validity_in_another_century_cannot_be_meant(self):
		for day in ("9998-12-31", "2207-12-31", "1027-12-31"):
			with self.subTest(day), self.assertRaises(ImpossibleDateError):
				make_quote(valid_until=day)

	def test_a_quote_without_an_end_is_issued_and_has_a_page(self):
		for day in ("9999-12-31", "31.12.9999"):
			with self.subTest(day):
				quote = make_quote(valid_until=day)
				quote.submit()
				self.assertIn("/quote/", create_link(quote.name))

	def test_products_and_sums_beyond_what_can_be_stored(self):
		for rows in (
			[{"quantity": 1e7, "rate": 1e7}],
			[{"quantity": 9.9e11, "rate": 9.9e11}],
			[{"quantity": 1, "rate": 9e11}, {"quantity": 1, "rate": 9e11}],
		):
			with self.subTest(rows), self.assertRaises(ImpossibleNumberError):
				make_opportunity(items=rows)
		with self.assertRaises(ImpossibleNumberError):
			make_quote(make_opportunity(items=[{"quantity": 1, "rate": 9.5e11}]))
		with self.assertRaises(ImpossibleNumberError):
			make_opportunity(amount=9e11, transaction_currency="USD", conversion_rate=9e11)

	def test_a_number_that_is_none_is_named(self):
		for amount, probability in ((1e308, 5), (float("nan"), 5), (float("inf"), 5), (5, 1e300), ("foo", 5)):
			with self.subTest((amount, probability)), self.assertRaises(frappe.ValidationError):
				api.weighted_value(amount, probability)

	def test_a_form_that_is_none(self):
		for text in ("[]", "5", "null", "{", "foo", "true"):
			with self.subTest(text), self.assertRaisesRegex(WrongInputError, "Sales Opportunity"):
				calculate(text)

	def test_a_german_reads_german(self):
		frappe.local.lang = "de"
		with self.assertRaisesRegex(WrongInputError, "kein möglicher Wert für Geschäftspartner"):
			make_opportunity(party={"a": 1})
		with self.assertRaisesRegex(ImpossibleNumberError, "keine mögliche Zahl für Betrag"):
			make_opportunity(amount="12,50")


class TestSmallOnes(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")

	def test_a_line_that_is_free_can_be_quoted_and_one_without_quantity_cannot(self):
		gift = make_item("TEST-GIFT", price=0)
		quote = make_quote(make_opportunity(items=[{}, {"item": gift.name, "quantity": 3}]))
		self.assertEqual([row.amount for row in quote.items], [1000, 0])
		for quantity in (0, -1):
			with self.subTest(quantity), self.assertRaises(frappe.ValidationError):
				make_quote(make_opportunity(items=[{"item": gift.name, "quantity": quantity}]))

	def test_an_open_opportunity_has_nothing_of_its_end(self):
		closing = {"closing_reason": "Too Expensive", "competitor_price": 5, "closing_notes": "Too late"}
		doc = make_opportunity(**closing)
		self.assertFalse(any(doc.db_get(field) for field in closing))
		doc.update(closing)
		doc.save()
		self.assertFalse(any(doc.db_get(field) for field in closing))
		api.close_as_lost(doc.name, "Too Expensive", competitor_price=5, closing_notes="Too late")
		self.assertEqual({field: doc.db_get(field) for field in closing}, closing)
		api.reopen(doc.name)
		self.assertFalse(any(doc.db_get(field) for field in closing))

	def test_members_of_a_class_see_its_opportunities_whatever_it_is_called(self):
		member = make_user("prozent@example.com", "Sales User").name
		for class_id in ("Aktion 5 %", "50% und %s", "100 %%", "O'Neil & 1 %"):
			make_class(class_id, members=[{"user": member}])
			doc = make_opportunity(class_id=class_id, items=[{}])
			quote = make_quote(doc)
			frappe.set_user(member)
			with self.subTest(class_id):
				self.assertEqual(frappe.get_list(doc.doctype, {"name": doc.name}, pluck="name"), [doc.name])
				self.assertEqual(frappe.get_list("Quote", {"name": quote.name}, pluck="name"), [quote.name])
				report = run_report("Stalled and Not Forecastable", class_id=class_id)
				self.assertIn(doc.name, [row.get("opportunity") for row in report["result"]])
			frappe.set_user("Administrator")

	def test_an_opportunity_may_be_entered_as_closed_with_its_reason(self):
		doc = make_opportunity(stage="Lost", closing_reason="Too Expensive")
		self.assertEqual(doc.db_get("closing_reason"), "Too Expensive")
