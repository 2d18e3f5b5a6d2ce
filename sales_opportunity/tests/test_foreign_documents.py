"""Documents of other apps stay as they are: this app cleans its own texts only, and has no say where it has no part."""

from importlib import import_module
from unittest.mock import patch

import frappe
from frappe.desk.form.load import getdoc

from sales_opportunity import hooks
from sales_opportunity.framework.ownership import is_own
from sales_opportunity.tests.factories import make_opportunity, make_user
from sales_opportunity.tests.letter_heads import LetterHeadTestCase

OWNER, OTHER = "foreign-owner@example.com", "foreign-other@example.com"
LIVE = (
	'<script>alert(1)</script><form onsubmit="go()"><b style="position: fixed">{{ doc.name }}</b></form>'
	"{% if 1 < 2 %}x{% endif %}"
)
TEXTS = {
	"Web Page": "main_section_html",
	"Email Template": "response",
	"Letter Head": "content",
	"Event": "description",
	"Note": "content",
}


class TestTexts(LetterHeadTestCase):
	def test_no_hook_on_all_documents_changes_or_refuses_a_foreign_one(self):
		paths = [
			(event, path)
			for event, found in hooks.doc_events["*"].items()
			for path in ([found] if isinstance(found, str) else found)
		]
		for doctype, fieldname in TEXTS.items():
			for event, path in paths:
				doc = frappe.get_doc({"doctype": doctype, "name": LIVE, fieldname: LIVE})
				before = doc.as_dict()
				arguments = (LIVE, LIVE, False) if event == "before_rename" else ()
				frappe.get_attr(path)(doc, event, *arguments)
				with self.subTest(doctype, event=event):
					self.assertEqual(doc.as_dict(), before)

	def test_a_foreign_document_is_opened_and_saved_again_as_it_was_stored(self):
		made = (
			{"doctype": "Web Page", "title": "Foreign", "content_type": "HTML"},
			{"doctype": "Email Template", "name": "Foreign", "subject": "Foreign"},
		)
		for values in made:
			doc = frappe.get_doc(values).insert()
			fieldname = TEXTS[doc.doctype]
			frappe.db.set_value(doc.doctype, doc.name, fieldname, LIVE)
			frappe.local.response = frappe._dict(docs=[])
			getdoc(doc.doctype, doc.name)
			with self.subTest(doc.doctype):
				self.assertEqual(frappe.response.docs[0].get(fieldname), LIVE)


class TestNoObjection(LetterHeadTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		for user in (OWNER, OTHER):
			make_user(user, "Sales User")
		cls.deal = make_opportunity(opportunity_owner=OWNER)

	def documents(self, doctype: str) -> list[tuple]:
		"""Return documents of a foreign DocType on nothing, on a foreign document and on a deal, and who may see each."""
		on_deal, on_foreign = (self.deal.doctype, self.deal.name), ("ToDo", "x")
		fields = {
			"Communication": ("reference_doctype", "reference_name"),
			"Document Follow": ("ref_doctype", "ref_docname"),
			"Energy Point Log": ("reference_doctype", "reference_name"),
			"File": ("attached_to_doctype", "attached_to_name"),
			"Tag Link": ("document_type", "document_name"),
		}
		everybody = ("Administrator", OWNER, OTHER)
		if doctype == "Prepared Report":
			reports = [
				frappe.db.get_value("Report", {"module": module}) for module in ("Core", "Sales Opportunity")
			]
			return [({"report_name": reports[0]}, everybody), ({"report_name": reports[1]}, everybody[:1])]
		more = {"is_private": 1} if doctype == "File" else {}
		return [
			(more, everybody),
			({**more, **dict(zip(fields[doctype], on_foreign, strict=True))}, everybody),
			({**more, **dict(zip(fields[doctype], on_deal, strict=True))}, everybody[:2]),
		]

	def test_a_hook_that_objects_to_nothing_says_what_the_release_takes_for_that(self):
		foreign = {doctype: path for doctype, path in hooks.has_permission.items() if not is_own(doctype)}
		self.assertTrue(foreign)
		for doctype, path in foreign.items():
			module = import_module(path.rpartition(".")[0])
			for values, readers in self.documents(doctype):
				doc = frappe.get_doc({"doctype": doctype, "owner": "Administrator", **values})
				for no_objection in (None, True):
					with patch.object(module, "NO_OBJECTION", no_objection):
						for user in ("Administrator", OWNER, OTHER):
							expected = no_objection if user in readers else False
							with self.subTest(doctype, user=user, no_objection=no_objection, **values):
								self.assertIs(frappe.get_attr(path)(doc, "read", user), expected)
