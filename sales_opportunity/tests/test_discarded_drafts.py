"""A draft that is discarded is off the table: it keeps no place that another quote could take."""

import frappe

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote.revisions import new_revision
from sales_opportunity.tests.discarding import discard
from sales_opportunity.tests.factories import make_opportunity, make_quote

LATER = "2099-12-31"


class TestDiscardedDrafts(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.opportunity = make_opportunity(items=[{"quantity": 2}])

	def primary_quote(self) -> str | None:
		return frappe.db.get_value("Sales Opportunity", self.opportunity.name, "primary_quote")

	def test_it_is_cancelled_and_a_new_quote_becomes_the_primary_one(self):
		draft = make_quote(self.opportunity)
		self.assertTrue(draft.is_primary)
		discarded = discard(draft.name)
		self.assertEqual((discarded.docstatus, discarded.status), (2, "Cancelled"))
		self.assertEqual((discarded.is_primary, discarded.primary_of), (0, None))
		self.assertIsNone(self.primary_quote())
		after = make_quote(self.opportunity)
		self.assertTrue(after.is_primary)
		self.assertEqual(self.primary_quote(), after.name)

	def test_the_furthest_of_the_others_takes_over(self):
		draft, issued, other = (make_quote(self.opportunity) for _number in range(3))
		issued.submit()
		discard(draft.name)
		self.assertEqual(self.primary_quote(), issued.name)
		discard(other.name)
		self.assertEqual(self.primary_quote(), issued.name)

	def test_a_discarded_revision_leaves_its_place_to_the_next_one(self):
		first = make_quote(self.opportunity)
		first.submit()
		discard(new_revision(first.name, LATER))
		self.assertEqual(first.db_get("status"), "Issued")
		self.assertEqual(self.primary_quote(), first.name)
		revision = frappe.get_doc("Quote", new_revision(first.name, LATER))
		self.assertEqual((revision.revision, revision.supersedes), (3, first.name))
		revision.submit()
		self.assertEqual(first.db_get("status"), "Superseded")
		self.assertEqual(self.primary_quote(), revision.name)

	def test_what_was_issued_before_can_be_cancelled_and_amended(self):
		first = make_quote(self.opportunity)
		first.submit()
		discard(new_revision(first.name, LATER))
		first.reload()
		first.cancel()
		amendment = frappe.copy_doc(first)
		amendment.update({"docstatus": 0, "amended_from": first.name, "valid_until": LATER})
		amendment.insert()
		self.assertEqual((amendment.revision, amendment.supersedes), (3, None))
		amendment.submit()
		self.assertEqual(self.primary_quote(), amendment.name)

	def test_it_can_be_deleted(self):
		draft = make_quote(self.opportunity)
		discard(draft.name)
		frappe.delete_doc("Quote", draft.name)
		self.assertFalse(frappe.db.exists("Quote", draft.name))
