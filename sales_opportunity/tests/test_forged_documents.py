"""What a salesperson sends of a document decides neither what they may do with it, nor what they are shown."""

import json

import frappe
from frappe import client
from frappe.desk.form.save import savedocs

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote.revisions import copy_quote
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import calculate
from sales_opportunity.tests.factories import (
	make_class,
	make_fulfilment_request,
	make_opportunity,
	make_quote,
	make_user,
	make_won_opportunity,
)
from sales_opportunity.tests.stored import stored

OWNER, THIEF = "forged-owner@example.com", "forged-thief@example.com"
PRICE = 4711.25


class TestForgedDocuments(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		for user in (OWNER, THIEF):
			make_user(user, "Sales User")
		make = {OWNER: {}, THIEF: {}}
		for user, docs in make.items():
			docs["open"] = make_opportunity(items=[{"rate": PRICE}], opportunity_owner=user)
			docs["quote"] = make_quote(docs["open"])
			docs["won"] = make_won_opportunity(5, opportunity_owner=user)
			docs["request"] = make_fulfilment_request(docs["won"], quantity=2)
		cls.foreign, cls.own = make[OWNER], make[THIEF]

	def setUp(self):
		frappe.local.response = frappe._dict(docs=[])
		frappe.clear_messages()
		frappe.set_user(THIEF)
		self.addCleanup(frappe.set_user, "Administrator")

	def refused(self, function, *args):
		"""Check that the session's user may not do it, and is told nothing of the foreign deal."""
		frappe.db.savepoint("attempt")
		with self.assertRaises(frappe.PermissionError):
			function(*args)
		frappe.db.rollback(save_point="attempt")
		shown = json.dumps([frappe.local.response, frappe.get_message_log()], default=str)
		self.assertNotIn("4711", shown)

	def copies(self) -> list[dict]:
		"""Return new documents with the name of an own one and the opportunity of another's."""
		quote = {
			"doctype": "Quote",
			"name": self.own["quote"].name,
			"opportunity": self.foreign["open"].name,
			"valid_until": "2099-12-31",
			"language": "en",
			"transaction_currency": "EUR",
			"items": [{"item": "TEST-BIKE", "quantity": 1, "rate": 1, "row_type": "Priced"}],
		}
		request = {
			"doctype": "Fulfilment Request",
			"name": self.own["request"].name,
			"opportunity": self.foreign["won"].name,
			"kind": "Billing",
		}
		return [quote, request]

	def test_nobody_writes_into_anothers_deal_with_the_name_of_an_own_document(self):
		ways = {
			"insert": lambda doc: client.insert(json.dumps(doc)),
			"insert_many": lambda doc: client.insert_many(json.dumps([doc])),
			"save": lambda doc: client.save(json.dumps({**doc, "__islocal": 1})),
			"form": lambda doc: savedocs(json.dumps({**doc, "__islocal": 1}), "Save"),
			"form_submit": lambda doc: savedocs(json.dumps({**doc, "__islocal": 1}), "Submit"),
			"rest": lambda doc: frappe.get_doc(doc).insert(),
			"without_name": lambda doc: frappe.get_doc({**doc, "name": None}).insert(),
		}
		for way, function in ways.items():
			for doc in self.copies():
				with self.subTest(way, doctype=doc["doctype"]):
					self.refused(function, doc)
		frappe.set_user("Administrator")
		self.foreign["open"].reload()
		self.assertEqual(self.foreign["open"].amount, PRICE)

	def test_nobody_copies_anothers_document_by_calling_it_new(self):
		for doc, deal in (
			(self.foreign["open"], None),
			(self.foreign["quote"], "open"),
			(self.foreign["request"], "won"),
		):
			# As the framework's PUT of /api/resource does it: the stored document, with what was sent.
			sent = frappe.get_doc(doc.doctype, doc.name)
			sent.update({"__islocal": 1, "opportunity_owner": THIEF, "request_key": None})
			if deal:
				sent.opportunity = self.own[deal].name
			with self.subTest(doc.doctype):
				self.refused(sent.save)

	def test_an_own_document_may_be_copied_in_an_own_deal(self):
		for sent in self.copies():
			deal = "open" if sent["doctype"] == "Quote" else "won"
			doc = frappe.get_doc({**sent, "opportunity": self.own[deal].name})
			self.assertTrue(doc.has_permission("create"))

	def test_an_own_document_is_not_moved_into_anothers_deal(self):
		for doc, deal in ((self.own["quote"], "open"), (self.own["request"], "won")):
			target = {"opportunity": self.foreign[deal].name}
			sent = {**json.loads(doc.as_json()), **target}
			for function, *args in (
				(client.set_value, doc.doctype, doc.name, json.dumps(target)),
				(client.save, json.dumps(sent)),
				(savedocs, json.dumps(sent), "Save"),
			):
				with self.subTest(function.__name__, doctype=doc.doctype):
					self.refused(function, *args)
			in_bulk = client.bulk_update(
				json.dumps([{"doctype": doc.doctype, "docname": doc.name, **target}])
			)
			self.assertTrue(in_bulk["failed_docs"])
			self.assertNotEqual(stored(doc, "opportunity"), target["opportunity"])

	def test_what_only_the_server_says_of_a_document_can_not_be_sent(self):
		forged = {
			"backdating": {"happened_on": "2001-01-01", "has_own_rate": True},
			"happened_on": "2001-01-01 00:00:00",
			"close_options": {"won_quote": self.foreign["quote"].name, "keep_plans": True},
			"successor_quote": self.foreign["quote"].as_dict(),
			"copy_source": {"quote": self.foreign["quote"].name, "revised_number": "QTN-1"},
			"former_party": ["Business Partner", "Somebody"],
			"sample_company": {"company_name": "Somebody Else"},
			"requested_step": {"status": "Done"},
			"is_chosen": True,
			"void_releases": ["Somebody"],
		}
		kinds = [type(doc) for doc in self.own.values()]
		self.assertEqual([name for name in forged if not any(hasattr(kind, name) for kind in kinds)], [])
		for doc in self.own.values():
			plain = frappe.get_doc(json.loads(doc.as_json()))
			sent = frappe.get_doc({**json.loads(doc.as_json()), **forged})
			stored = frappe.get_doc(doc.doctype, doc.name)
			stored.update(forged)
			for name in forged:
				with self.subTest(doc.doctype, name=name):
					if hasattr(type(doc), name):
						self.assertEqual(getattr(sent, name), getattr(plain, name))
						self.assertEqual(getattr(stored, name), getattr(plain, name))

	def test_nobody_takes_an_opportunity_or_a_quote_by_what_they_send(self):
		frappe.set_user("Administrator")
		make_class("TEST-THIEVES", members=[{"user": THIEF}])
		frappe.set_user(THIEF)
		for doc, sent in (
			(self.foreign["open"], {"opportunity_owner": THIEF}),
			(self.foreign["open"], {"owner": THIEF}),
			(self.foreign["open"], {"class_id": "TEST-THIEVES"}),
			(self.foreign["quote"], {"opportunity": self.own["open"].name}),
			(self.foreign["request"], {"opportunity": self.own["won"].name}),
		):
			# As the framework's PUT of /api/resource does it.
			sent_doc = frappe.get_doc(doc.doctype, doc.name)
			sent_doc.update(sent)
			with self.subTest(doc.doctype, sent=sent):
				self.refused(sent_doc.save)
				self.assertNotIn(doc.name, frappe.get_list(doc.doctype, pluck="name", limit=0))

	def test_who_is_responsible_may_hand_an_opportunity_over(self):
		frappe.set_user("Administrator")
		doc = make_opportunity(opportunity_owner=OWNER)
		frappe.set_user(OWNER)
		doc = frappe.get_doc(doc.doctype, doc.name)
		doc.opportunity_owner = THIEF
		doc.save()
		self.assertFalse(doc.has_permission("read"))

	def test_nobody_reads_a_document_by_printing_an_own_one_that_says_it_is_anothers(self):
		from frappe.www.printview import get_html_and_style

		sent = {**json.loads(self.own["quote"].as_json()), "opportunity": self.foreign["open"].name}
		self.refused(get_html_and_style, json.dumps(sent))

	def test_what_amends_anothers_document_gets_none_of_its_files(self):
		for doc in (self.foreign["open"], self.foreign["quote"], self.foreign["request"]):
			frappe.set_user("Administrator")
			frappe.get_doc(
				{
					"doctype": "File",
					"file_name": f"secret-{doc.name}.txt",
					"attached_to_doctype": doc.doctype,
					"attached_to_name": doc.name,
					"is_private": 1,
					"content": f"secret of {doc.name}",
				}
			).insert()
			frappe.set_user(THIEF)
			own = {
				"Sales Opportunity": {
					"party": self.own["open"].party,
					"class_id": "TEST-CLASS",
					"stage": "Inquiry",
				},
				"Quote": {"opportunity": self.own["open"].name, "valid_until": "2099-12-31"},
				"Fulfilment Request": {"opportunity": self.own["won"].name, "kind": "Billing"},
			}[doc.doctype]
			with self.subTest(doc.doctype):
				self.refused(client.insert, {"doctype": doc.doctype, "amended_from": doc.name, **own})

	def test_the_form_computes_nothing_from_what_is_called_as_anothers_opportunity(self):
		frappe.set_user("Administrator")
		quote = make_quote(make_opportunity(items=[{"rate": PRICE}], opportunity_owner=OWNER))
		quote.submit()
		quote.change_status("Accepted")
		frappe.set_user(THIEF)
		form = {
			"__islocal": 1,
			"name": quote.opportunity,
			"party_type": "Business Partner",
			"party": self.own["open"].party,
			"class_id": "TEST-CLASS",
			"stage": "Won",
			"primary_quote": quote.name,
		}
		computed = calculate(json.dumps(form))
		self.assertFalse(computed["items"])
		self.assertFalse(computed["amount"])
		self.assertEqual(computed["name"], quote.opportunity)

	def test_a_known_key_of_a_click_does_not_name_anothers_quote(self):
		key = frappe.generate_hash()
		frappe.set_user("Administrator")
		quote = self.foreign["quote"]
		quote.db_set("request_key", key)
		self.addCleanup(quote.db_set, "request_key", None)
		frappe.set_user(THIEF)
		for function, source in ((create_quote, self.own["open"]), (copy_quote, self.own["quote"])):
			frappe.db.savepoint("attempt")
			try:
				found = function(source.name, "2099-12-31", key)
			except frappe.UniqueValidationError:
				found = None
			frappe.db.rollback(save_point="attempt")
			self.assertNotEqual(found, quote.name)

	def test_an_address_or_contact_that_one_may_not_read_is_not_shown_by_choosing_it(self):
		frappe.set_user("Administrator")
		reader = make_user("forged-reader@example.com", "Sales User").name
		address = frappe.get_doc(
			{
				"doctype": "Address",
				"address_title": "Hidden",
				"address_line1": "Geheimweg 1",
				"city": "Ulm",
				"country": "Germany",
			}
		).insert()
		contact = frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": "Hidden",
				"email_ids": [{"email_id": "hidden@example.com", "is_primary": 1}],
			}
		).insert()
		seen = frappe.get_doc(
			{"doctype": "Address", "address_title": "Seen", "address_line1": "Weg 2", "city": "Ulm"}
		).insert()
		seen_contact = frappe.get_doc({"doctype": "Contact", "first_name": "Seen"}).insert()
		for allow, value in (("Address", seen.name), ("Contact", seen_contact.name)):
			frappe.get_doc(
				{"doctype": "User Permission", "user": reader, "allow": allow, "for_value": value}
			).insert()
		deal = make_opportunity(items=[{}], opportunity_owner=reader)
		quote = make_quote(deal)
		for values in ({"address": address.name}, {"contact": contact.name}):
			secret = "Geheimweg 1" if "address" in values else "hidden@example.com"
			frappe.set_user(reader)
			self.assertRaises(frappe.PermissionError, calculate, {**deal.as_dict(), **values})
			self.assertNotIn(secret, str(calculate({**deal.as_dict(), **values, "__islocal": 1})))
			draft = {**quote.as_dict(), **values}
			for sent in (draft, {**draft, "name": None, "__islocal": 1, "is_primary": 0, "primary_of": None}):
				self.refused(client.save, json.dumps(sent, default=str))
			frappe.set_user("Administrator")
			self.assertIn(secret, str(calculate({**deal.as_dict(), **values})))
