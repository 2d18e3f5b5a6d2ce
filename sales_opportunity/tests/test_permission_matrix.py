"""Who may do what: one table of people × DocTypes × actions, checked through every channel that the action has."""

from unittest.mock import patch

import frappe
from frappe.desk.query_report import run
from frappe.utils import getdate, nowdate

from sales_opportunity.access import permissions
from sales_opportunity.access.permissions import RESTRICTED
from sales_opportunity.desk.search import find
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.overrides.print_format import download_pdf
from sales_opportunity.portal.quote_page import QuotePage
from sales_opportunity.reporting import snapshots
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
	follow_ups,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request import (
	cancel,
	mark_as_done,
	may_finish,
)
from sales_opportunity.sales_opportunity.doctype.quote.line_sources import add_from_quote, add_from_template
from sales_opportunity.sales_opportunity.doctype.quote_answer.answers_by_hand import (
	accept_by_hand,
	decline_by_hand,
)
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import (
	make_link,
	open_links,
	revoke_links,
)
from sales_opportunity.sales_opportunity.doctype.quote_release.release_state import log_release
from sales_opportunity.sales_opportunity.doctype.quote_template.template_search import template_query
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import calculate
from sales_opportunity.tests.factories import (
	get_or_make,
	make_class,
	make_fulfilment_request,
	make_item,
	make_opportunity,
	make_quote,
	make_quote_template,
	make_target,
	make_user,
	make_won_opportunity,
	use_releases,
)
from sales_opportunity.tests.permission_channels import CHANNELS, PARENTS, ROWS_TOO, is_allowed
from sales_opportunity.tests.web import keep_request

PEOPLE = {
	"G": ("Guest", None),
	"P": ("matrix-portal@example.com", ()),  # a login for the portal
	"D": ("matrix-desk@example.com", ("Inbox User",)),  # a login for the desk, without a right of this app
	"F": ("matrix-foreign@example.com", ("Sales User",)),  # a salesperson, of another deal
	"O": ("matrix-owner@example.com", ("Sales User",)),  # the one who is responsible for the deal
	"H": ("matrix-second@example.com", ("Sales User",)),  # a colleague with a share of the deal
	"C": ("matrix-colleague@example.com", ("Sales User",)),  # a member of the deal's class
	"S": ("matrix-shared@example.com", ("Sales User",)),  # one with whom the deal is shared, to be read
	"Q": ("matrix-quote@example.com", ("Sales User",)),  # one who reads a quote and a request by a share
	"V": ("matrix-viewer@example.com", ("Sales Viewer",)),
	"M": ("matrix-manager@example.com", ("Sales Manager", "Sales User")),
	"B": ("matrix-biller@example.com", ("Sales Fulfilment",)),  # to whom the request is assigned
	"A": ("matrix-admin@example.com", ("System Manager",)),
}

ACTIONS = ("read", "export", "print", "write", "create", "delete")
NOBODY = ""
MATRIX = {
	# DocType: (read, export, print, write, create, delete)
	"Sales Opportunity": ("OHCSVMA", "OHCSVMA", "OHCSVMA", "OHCMA", "FOHCSQMA", "MA"),
	"Sales Opportunity Item": ("OHCSVMA", NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
	"Sales Opportunity Contact": ("OHCSVMA", NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
	"Sales Opportunity Instalment": ("OHCSVMA", NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
	"Sales Opportunity Share": ("OHCSVMA", NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
	"Sales Opportunity Stage Log": ("OHCSVMA", NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
	"Sales Opportunity Change": ("OHCSVMA", "OHCSVMA", "OHCSVMA", NOBODY, NOBODY, NOBODY),
	"Sales Pipeline Snapshot": ("OHCSVMA", "OHCSVMA", "OHCSVMA", NOBODY, NOBODY, NOBODY),
	"Quote": ("OHCSQVMA", "OHCSQVMA", "OHCSQVMA", "OHCMA", "OHCMA", "OHCMA"),
	"Quote Item": ("OHCSQVMA", NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
	"Quote Tax": ("OHCSQVMA", NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
	"Quote Instalment": ("OHCSQVMA", NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
	"Quote Document": ("OHCSQVMA", NOBODY, NOBODY, NOBODY, NOBODY, None),  # of an issued quote
	"Quote Answer": ("OHCSQVMA", "OHCSQVMA", "OHCSQVMA", NOBODY, NOBODY, NOBODY),
	"Quote Release": ("OHCSQVMA", "OHCSQVMA", "OHCSQVMA", NOBODY, NOBODY, NOBODY),
	"Quote Customer Link": ("OHCSQVMA", "OHCSQVMA", "OHCSQVMA", NOBODY, NOBODY, NOBODY),
	"Fulfilment Request": ("OHCSQVMBA", "OHCSQVMBA", "OHCSQVMBA", "OHCMA", "OHCMA", "MA"),
	"Fulfilment Request Item": ("OHCSQVMBA", NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
	"Sales Target": ("CSVMA", "CSVMA", "CSVMA", "MA", "MA", "MA"),  # of the deal's class
	"Sales Target Period": ("CSVMA", NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
	"File": ("OHCSVMA", None, None, "OHCMA", "OHCMA", "OHCMA"),  # a private one, attached to the deal
	"Business Partner": ("FOHCSQVMA", "FOHCSQVMA", "FOHCSQVMA", "FOHCSQMA", "FOHCSQMA", "MA"),
	"Class ID": ("FOHCSQVMA", "VMA", "FOHCSQVMA", "MA", "MA", "MA"),
	"Sales Document": ("FOHCSQVMA", NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
	"Class ID Member": ("FOHCSQVMA", NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
	"Qualification Stage": ("FOHCSQVMA", "VMA", "FOHCSQVMA", "MA", "MA", "MA"),
	"Sales Item": ("FOHCSQVMA", "VMA", "FOHCSQVMA", "MA", "MA", "MA"),
	"Quote Text": ("FOHCSQVMA", "VMA", "FOHCSQVMA", "MA", "MA", "MA"),
	"Quote Template": ("FOHCSQVMA", "VMA", "FOHCSQVMA", "MA", "MA", "MA"),
	"Quote Template Line": ("FOHCSQVMA", NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
}
"""Who may, by the letters of PEOPLE; None is not asked."""

FUNCTIONS = {
	"calculate": "OHCSVMA",
	"create_quote": "OHCMA",
	"create_fulfilment_request": "OHCMA",
	"follow_ups": "OHCSVMA",
	"mark_as_done": "OHCMBA",
	"may_finish": "OHCMBA",
	"cancel": "OHCMA",
	"accept_by_hand": "OHCMA",
	"decline_by_hand": "OHCMA",
	"make_link": "OHCMA",
	"revoke_links": "OHCMA",
	"open_links": "OHCSQVMA",
	"add_from_template": "OHCMA",
	"add_from_quote": "OHCMA",
	"template_query": "OHCSQVMA",
	"Weighted Pipeline": "VMA",  # a report in plain SQL, which knows no rows of one's own
	"Margin": "M",  # what stands on a permission level of its own
}


class TestPermissionMatrix(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		use_releases(cls)
		user = {letter: name for letter, (name, _roles) in PEOPLE.items()}
		for name, roles in PEOPLE.values():
			if roles is not None:
				make_user(name, *roles)
		klass = make_class("TEST-MATRIX", members=[{"user": user["C"]}])
		terms = frappe.get_doc(
			{"doctype": "File", "file_name": "terms.txt", "content": "Matrix", "is_private": 1}
		).insert()
		klass.update({"documents": [{"file": terms.file_url}]}).save()
		in_deal = {
			"class_id": klass.name,
			"opportunity_owner": user["O"],
			"shares": [{"user": user["H"], "percentage": 40}],
		}
		cls.deal = make_opportunity(
			items=[{}],
			stage="Proposal",
			instalments=[{"due_date": "2099-01-31", "percentage": 100}],
			participants=[{"person_name": "Frau Blume", "role": "Decides"}],
			**in_deal,
		)
		cls.won = make_won_opportunity(5, **in_deal)
		cls.quote = make_quote(cls.deal)
		cls.issued, cls.open_quote = make_quote(cls.deal), make_quote(cls.deal)
		for quote in (cls.issued, cls.open_quote):
			quote.submit()
		cls.link = make_link(cls.issued.name)
		log_release(cls.issued, "Released", ["Sales Manager"])
		accept_by_hand(cls.issued.name, nowdate(), "Sabine Hoffmann")
		cls.request = make_fulfilment_request(cls.won, quantity=2)
		cls.target = make_target(target_for="Class", class_id=klass.name)
		for doc in (cls.deal, cls.won, cls.target):
			frappe.share.add(doc.doctype, doc.name, user["S"], read=1)
		for doc in (cls.quote, cls.issued, cls.request):
			frappe.share.add(doc.doctype, doc.name, user["Q"], read=1)
		frappe.share.add(cls.request.doctype, cls.request.name, user["B"], read=1)
		frappe.get_doc(
			{
				"doctype": "ToDo",
				"description": "Bill it",
				"allocated_to": user["B"],
				"reference_type": cls.request.doctype,
				"reference_name": cls.request.name,
			}
		).insert()
		file = frappe.get_doc(
			{
				"doctype": "File",
				"file_name": "matrix.txt",
				"file_url": "https://files.example.com/matrix.txt",
				"is_private": 1,
				"attached_to_doctype": cls.deal.doctype,
				"attached_to_name": cls.deal.name,
			}
		).insert()
		file.db_set("is_private", 1)  # since 15 what lies elsewhere is public, unless it was stored before
		snapshots.store_day(getdate())
		for doc in (cls.deal, cls.quote, cls.request):
			doc.reload()
		cls.documents = {
			"Sales Opportunity": cls.deal,
			"Sales Opportunity Item": cls.deal.items[0],
			"Sales Opportunity Contact": cls.deal.participants[0],
			"Sales Opportunity Instalment": cls.deal.instalments[0],
			"Sales Opportunity Share": cls.deal.shares[0],
			"Sales Opportunity Stage Log": cls.deal.stage_log[0],
			"Quote": cls.quote,
			"Quote Item": cls.quote.items[0],
			"Quote Tax": cls.quote.taxes[0],
			"Quote Instalment": cls.quote.instalments[0],
			"Quote Document": cls.issued.documents[0],
			"Fulfilment Request": cls.request,
			"Fulfilment Request Item": cls.request.items[0],
			"Sales Target": cls.target,
			"Sales Target Period": cls.target.periods[0],
			"File": file,
			"Business Partner": frappe.get_doc("Business Partner", cls.deal.party),
			"Class ID": klass,
			"Class ID Member": klass.members[0],
			"Sales Document": klass.documents[0],
			"Qualification Stage": frappe.get_doc("Qualification Stage", "Proposal"),
			"Sales Item": make_item(),
			"Quote Text": get_or_make(
				"Quote Text", "Matrix", title="Matrix", text_type="Terms", language="en", content="x"
			),
		}
		template = make_quote_template("Matrix")
		cls.documents |= {"Quote Template": template, "Quote Template Line": template.items[0]}
		for doctype, filters in (
			("Sales Opportunity Change", {"opportunity": cls.deal.name}),
			("Sales Pipeline Snapshot", {"opportunity": cls.deal.name}),
			("Quote Answer", {"quote": cls.issued.name}),
			("Quote Release", {"quote": cls.issued.name}),
			("Quote Customer Link", {"quote": cls.issued.name}),
		):
			cls.documents[doctype] = frappe.get_doc(doctype, filters)

	def setUp(self):
		keep_request(self)
		self.addCleanup(setattr, frappe.local, "request_ip", frappe.local.request_ip)
		self.addCleanup(frappe.set_user, "Administrator")

	def who_gets_through(self, function, *args) -> str:
		found = ""
		for letter, (user, _roles) in PEOPLE.items():
			frappe.set_user(user)
			found += letter if is_allowed(function, *args) else ""
		frappe.set_user("Administrator")
		return found

	def check(self, action: str):
		"""Check an action through all its channels, for all DocTypes and people."""
		for doctype, row in MATRIX.items():
			expected, doc = row[ACTIONS.index(action)], self.documents[doctype]
			for channel in CHANNELS[action]:
				if expected is None or (doctype in PARENTS and channel not in ROWS_TOO):
					continue
				with self.subTest(channel.__name__, doctype=doctype):
					self.assertEqual(self.who_gets_through(channel, doc), in_order(expected))

	def test_the_table_names_every_doctype_of_deals(self):
		self.assertLessEqual(RESTRICTED | set(PARENTS), set(MATRIX))

	def test_read(self):
		self.check("read")

	def test_who_sees_much_reads_the_same(self):
		"""Their lists go along the whole table instead of looking for what they see."""
		with patch.object(permissions, "_sees_much", lambda *_asked, **_how: True):
			self.check("read")

	def test_export(self):
		self.check("export")

	def test_print(self):
		self.check("print")
		expected = in_order(MATRIX["Quote"][ACTIONS.index("print")])
		self.assertEqual(self.who_gets_through(download_pdf, "Quote", self.issued.name), expected)

	def test_write(self):
		self.check("write")

	def test_create(self):
		self.check("create")

	def test_delete(self):
		self.check("delete")

	def test_functions(self):
		on_quote = {"doctype": "Quote", "name": self.quote.name}
		calls = {
			"calculate": (calculate, {"name": self.deal.name, "class_id": "NEW"}),
			"create_quote": (create_quote, self.deal.name, "2099-12-31"),
			"create_fulfilment_request": (create_fulfilment_request, self.won.name, "Billing"),
			"follow_ups": (follow_ups, self.won.name),
			"mark_as_done": (mark_as_done, self.request.name),
			"may_finish": (may_finish, self.request.name),
			"cancel": (cancel, self.request.name),
			"accept_by_hand": (accept_by_hand, self.open_quote.name, nowdate()),
			"decline_by_hand": (decline_by_hand, self.open_quote.name, nowdate(), "Zu teuer"),
			"make_link": (make_link, self.issued.name),
			"revoke_links": (revoke_links, self.issued.name),
			"open_links": (open_links, self.issued.name),
			"add_from_template": (add_from_template, "Sales Opportunity", self.deal.name, "Matrix"),
			"add_from_quote": (add_from_quote, "Quote", self.quote.name, self.issued.name, True),
			"template_query": (template_query, "Quote Template", "", "name", 0, 9, on_quote),
			"Weighted Pipeline": (run, "Weighted Pipeline"),
			"Margin": (run, "Margin"),
		}
		self.assertEqual(set(calls), set(FUNCTIONS))
		for name, call in calls.items():
			with self.subTest(name):
				self.assertEqual(self.who_gets_through(*call), in_order(FUNCTIONS[name]))

	def test_the_customers_page_opens_with_the_link_and_with_nothing_else(self):
		def opens(address: str) -> bool:
			return QuotePage(f"quote/{address}", 200).render().status_code == 200

		frappe.local.request_ip = "192.0.2.1"
		token = self.link.rsplit("/", 1)[-1]
		self.assertEqual(self.who_gets_through(opens, token), "".join(PEOPLE))
		for address in (self.issued.name, "a" * len(token)):
			self.assertEqual(self.who_gets_through(opens, address), NOBODY)

	def test_the_settings_are_the_managers(self):
		for action, expected in (("read", "FOHCSQVMA"), ("write", "MA")):
			self.assertEqual(
				self.who_gets_through(frappe.has_permission, "Sales Opportunity Settings", action),
				in_order(expected),
			)

	def test_the_search_finds_what_may_be_read(self):
		def finds(doc) -> bool:
			return doc.name in {row["name"] for row in find(doc.name, doc.doctype)}

		for doctype in ("Sales Opportunity", "Quote", "Business Partner", "Sales Item"):
			with self.subTest(doctype):
				readers = in_order(MATRIX[doctype][0])
				self.assertEqual(self.who_gets_through(finds, self.documents[doctype]), readers)

	def test_the_search_of_the_whole_site_does_not_know_deals(self):
		for doctype in RESTRICTED:
			self.assertFalse(frappe.get_meta(doctype).get_global_search_fields(), doctype)


def in_order(letters: str) -> str:
	return "".join(letter for letter in PEOPLE if letter in letters)
