"""Terms of sale that another app keeps: by class or choice on a quote, as text that stays when it is changed there."""

import frappe

from sales_opportunity.framework.linked_fields import app_of
from sales_opportunity.masters.terms_templates import LINKED_FIELDS, link_terms_fields
from sales_opportunity.sales_opportunity.doctype.quote.print_context import quote_paper
from sales_opportunity.sales_opportunity.doctype.quote.revisions import new_revision
from sales_opportunity.tests.factories import make_class, make_opportunity, make_quote, make_user, registered
from sales_opportunity.tests.foreign_doctypes import ForeignDocTypesTestCase

TERMS = "Shop Terms"


def text(name: str, quote: dict) -> str:
	"""Return the text of the test's terms."""
	return f"<p>{frappe.db.get_value(TERMS, name, 'text')} {quote['party_name']}</p>"


class TestTermsTemplates(ForeignDocTypesTestCase):
	doctypes = ((TERMS, (("text", "Data", ""),), ""),)

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.enterClassContext(registered(sales_terms={TERMS: [f"{__name__}.text"]}))
		cls.addClassCleanup(cls.forget)
		for name in ("Standard", "Export"):
			frappe.get_doc({"doctype": TERMS, "text": f"{name} for"}).insert(set_name=name)
		link_terms_fields()

	@classmethod
	def forget(cls):
		with registered(sales_terms={}):
			link_terms_fields()

	def setUp(self):
		self.addCleanup(frappe.set_user, "Administrator")

	def test_the_field_is_there_while_an_app_has_terms(self):
		for doctype, fieldname in LINKED_FIELDS.items():
			field = frappe.get_meta(doctype).get_field(fieldname)
			self.assertEqual((field.fieldtype, field.options, field.hidden), ("Link", TERMS, 0))
		link_terms_fields(leaving=app_of(TERMS))
		self.assertEqual(frappe.get_meta("Quote").get_field("terms_template").fieldtype, "Data")
		link_terms_fields()

	def test_the_class_says_which_a_choice_goes_first_and_changes_by_hand_stay(self):
		make_class("WITH-TERMS", terms_template="Standard")
		deal = make_opportunity(items=[{}], class_id="WITH-TERMS")
		quote = make_quote(deal)
		self.assertEqual(quote.terms, f"<p>Standard for {deal.party_name}</p>")
		self.assertIn("Standard for", quote_paper(quote).terms)
		quote.update({"terms": "<p>As agreed</p>"}).save()
		self.assertEqual(quote.terms, "<p>As agreed</p>")
		quote.update({"terms_template": "Export"}).save()
		self.assertEqual(quote.terms, f"<p>Export for {deal.party_name}</p>")
		quote.submit()
		revision = frappe.get_doc("Quote", new_revision(quote.name, "2099-12-31"))
		self.assertEqual((revision.terms, revision.terms_template), (quote.terms, "Export"))

	def test_without_any_the_standard_text_is_there(self):
		quote = make_quote(make_opportunity(items=[{}]))
		self.assertFalse(quote.terms_template)
		self.assertNotIn("Standard for", quote.terms or "")

	def test_only_terms_that_one_may_read_are_chosen(self):
		deal = make_opportunity(
			items=[{}], opportunity_owner=make_user("terms@example.com", "Sales User").name
		)
		quote = make_quote(deal)
		frappe.db.set_value("DocPerm", {"parent": TERMS, "role": "Sales User"}, "read", 0)
		frappe.clear_cache(doctype=TERMS)
		frappe.set_user("terms@example.com")
		with self.assertRaises(frappe.PermissionError):
			quote.update({"terms_template": "Export"}).save()
