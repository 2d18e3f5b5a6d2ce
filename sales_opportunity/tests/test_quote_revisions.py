"""Many quotes of one opportunity: revisions, copies, amendments, and which of them is the primary one."""

import frappe
from frappe.utils import nowdate

from sales_opportunity.deal.primary import PrimaryQuoteError, make_primary
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote.revisions import (
	RevisionError,
	copy_quote,
	new_revision,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import OpportunityClosedError
from sales_opportunity.tests.factories import make_opportunity, make_partner, make_quote, make_user

LATER = "2099-11-30"


def issued(quote):
	quote.submit()
	return frappe.get_doc("Quote", quote.name)


def revised(quote):
	return frappe.get_doc("Quote", new_revision(quote.name, LATER))


def stored(quote):
	return frappe.get_doc("Quote", quote.name)


def primary_of(opportunity) -> str | None:
	return frappe.db.get_value("Sales Opportunity", opportunity.name, "primary_quote")


class TestRevisions(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.opportunity = make_opportunity(items=[{}])
		self.first = issued(make_quote(self.opportunity))

	def tearDown(self):
		frappe.set_user("Administrator")

	def test_a_copy_or_amendment_after_a_change_of_partner_is_for_the_new_one(self):
		self.first.cancel()
		self.opportunity.reload()
		self.opportunity.party = make_partner("Anderswo Ltd", language="en", payment_terms="At once").name
		self.opportunity.save()
		amendment = frappe.copy_doc(self.first)
		amendment.update({"docstatus": 0, "amended_from": self.first.name})
		for quote in (frappe.get_doc("Quote", copy_quote(self.first.name, LATER)), amendment.insert()):
			self.assertEqual(
				(quote.party_name, quote.address_display, quote.language, quote.payment_terms),
				("Anderswo Ltd", "Anderswo Ltd", "en", "At once"),
			)

	def test_a_salesperson_throws_a_draft_away_and_gives_another_date(self):
		seller = make_user("revision-seller@example.com", "Sales User").name
		self.opportunity.db_set("opportunity_owner", seller)
		frappe.set_user(seller)
		self.addCleanup(frappe.set_user, "Administrator")
		draft = new_revision(self.first.name, LATER)
		self.assertEqual(new_revision(self.first.name, "2099-10-31"), draft)
		self.assertEqual(str(frappe.db.get_value("Quote", draft, "valid_until")), "2099-10-31")
		frappe.delete_doc("Quote", draft)
		with self.assertRaises(frappe.ValidationError):
			frappe.delete_doc("Quote", self.first.name)
		self.assertEqual(new_revision(self.first.name, LATER), draft)

	def test_a_revision_is_a_draft_with_the_same_number_and_content(self):
		quote = make_quote(make_opportunity(items=[{"discount_percentage": 5}]))
		quote.append("items", {"row_type": "Heading", "item_name": "Zubehör"})
		quote.update({"introduction": "<p>Persönlich</p>", "freight": 80, "tax_treatment": "Export Supply"})
		quote.update(
			{"salutation": "Liebe Frau Weber,", "address_display": "Von Hand\n12345 Ort", "terms": ""}
		)
		quote.save()
		revision = revised(issued(quote))
		self.assertEqual(revision.name, f"{quote.name}-R2")
		self.assertEqual(
			(revision.quote_number, revision.revision, revision.supersedes, revision.status),
			(quote.name, 2, quote.name, "Draft"),
		)
		self.assertEqual((str(revision.valid_until), str(revision.quote_date)), (LATER, nowdate()))
		for fieldname in (
			"introduction",
			"freight",
			"tax_treatment",
			"salutation",
			"address_display",
			"gross_total",
		):
			self.assertEqual(revision.get(fieldname), quote.get(fieldname), fieldname)
		self.assertFalse(revision.terms)
		self.assertEqual([row.row_type for row in revision.items], ["Priced", "Heading"])
		self.assertEqual(revision.items[0].opportunity_item, quote.items[0].opportunity_item)
		for fieldname in ("pdf_file", "pdf_sha256", "issued_on", "superseded_by", "primary_of"):
			self.assertIsNone(revision.get(fieldname), fieldname)

	def test_the_old_one_is_superseded_when_the_new_one_is_issued_and_not_before(self):
		revision = revised(self.first)
		first = stored(self.first)
		self.assertEqual((first.status, first.superseded_by, first.is_primary), ("Issued", None, 1))
		self.assertEqual(primary_of(self.opportunity), first.name)
		revision = issued(revision)
		first = stored(self.first)
		self.assertEqual((first.status, first.superseded_by), ("Superseded", revision.name))
		self.assertEqual((first.is_primary, first.primary_of), (0, None))
		self.assertEqual((revision.is_primary, revision.primary_of), (1, self.opportunity.name))
		self.assertEqual(primary_of(self.opportunity), revision.name)

	def test_the_mark_moves_with_the_lines_only_at_the_issue(self):
		revision = revised(self.first)
		revision.items[0].rate = 900
		revision.save()
		self.opportunity.reload()
		self.assertEqual(self.opportunity.amount, 1_000)
		issued(revision)
		self.opportunity.reload()
		self.assertEqual((self.opportunity.amount, self.opportunity.items[0].rate), (900, 900))

	def test_a_second_click_finds_the_same_draft(self):
		self.assertEqual(new_revision(self.first.name, LATER), new_revision(self.first.name, LATER))

	def test_revisions_follow_one_another(self):
		second = issued(revised(self.first))
		third = revised(second)
		self.assertEqual((third.name, third.supersedes), (f"{self.first.name}-R3", second.name))

	def test_a_discarded_draft_leaves_the_chain_as_it_was(self):
		revised(self.first).delete()
		first = stored(self.first)
		self.assertEqual((first.status, first.superseded_by, first.is_primary), ("Issued", None, 1))
		self.assertEqual(primary_of(self.opportunity), first.name)
		self.assertEqual(revised(first).name, f"{first.name}-R2")

	def test_an_alternative_has_revisions_of_its_own(self):
		alternative = issued(make_quote(self.opportunity, label="mit Leasing"))
		revision = issued(revised(alternative))
		self.assertEqual((revision.label, revision.is_primary), ("mit Leasing", 0))
		self.assertEqual(stored(alternative).status, "Superseded")
		self.assertEqual(stored(self.first).status, "Issued")
		self.assertEqual(primary_of(self.opportunity), self.first.name)

	def test_after_a_refusal_or_its_expiry_a_quote_can_be_revised(self):
		for status in ("Declined", "Expired"):
			quote = issued(make_quote(make_opportunity(items=[{}])))
			quote.change_status(status)
			revision = issued(revised(quote))
			with self.subTest(status):
				self.assertEqual(stored(quote).status, "Superseded")
				self.assertEqual(revision.is_primary, 1)

	def test_drafts_superseded_and_cancelled_quotes_are_not_revised(self):
		cancelled = issued(make_quote())
		cancelled.cancel()
		issued(revised(self.first))
		for quote in (cancelled, self.first):
			with self.subTest(quote.name), self.assertRaises(RevisionError):
				new_revision(quote.name, LATER)
		draft = make_quote()
		self.assertEqual(new_revision(draft.name, LATER), draft.name)

	def test_a_closed_opportunity_gets_no_revision(self):
		self.opportunity.reload()
		self.opportunity.update({"stage": "Won"})
		self.opportunity.save()
		with self.assertRaises(OpportunityClosedError):
			new_revision(self.first.name, LATER)

	def test_a_stranger_makes_no_revision_no_copy_and_no_primary_quote(self):
		alternative = make_quote(self.opportunity)
		frappe.set_user(make_user("revision-stranger@example.com", "Sales User").name)
		for refused in (
			lambda: new_revision(self.first.name, LATER),
			lambda: copy_quote(self.first.name, LATER),
			lambda: make_primary(alternative.name),
		):
			with self.assertRaises(frappe.PermissionError):
				refused()

	def test_number_and_revision_are_unique_in_the_database(self):
		other = make_quote()
		frappe.db.savepoint("same_revision")
		with self.assertRaises(Exception) as refused:
			other.db_set({"quote_number": self.first.name, "revision": 1})
		self.assertTrue(frappe.db.is_unique_key_violation(refused.exception))
		frappe.db.rollback(save_point="same_revision")


class TestCancellingAndAmending(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.opportunity = make_opportunity(items=[{}])
		self.first = issued(make_quote(self.opportunity))

	def amended(self, quote):
		copy = frappe.copy_doc(quote)
		copy.update({"docstatus": 0, "amended_from": quote.name})
		return copy.insert()

	def test_a_cancelled_revision_leaves_a_chain_that_tells_what_happened(self):
		second = issued(revised(self.first))
		second.cancel()
		self.assertEqual(stored(second).status, "Cancelled")
		first = stored(self.first)
		self.assertEqual((first.status, first.superseded_by), ("Superseded", second.name))
		self.assertIsNone(primary_of(self.opportunity))

	def test_an_earlier_quote_can_be_cancelled_below_its_revision(self):
		second = issued(revised(self.first))
		stored(self.first).cancel()
		self.assertEqual(stored(self.first).status, "Cancelled")
		self.assertEqual(stored(second).status, "Issued")

	def test_an_amendment_is_the_next_revision(self):
		self.first.cancel()
		amendment = self.amended(stored(self.first))
		self.assertEqual(amendment.name, f"{self.first.name}-R2")
		self.assertEqual(
			(amendment.quote_number, amendment.amended_from, amendment.status, amendment.is_primary),
			(self.first.name, self.first.name, "Draft", 1),
		)
		self.assertIsNone(amendment.pdf_file)
		issued(amendment)
		self.assertEqual(stored(self.first).status, "Cancelled")

	def test_a_draft_revision_outlives_the_cancelling_of_its_predecessor(self):
		draft = revised(self.first)
		stored(self.first).cancel()
		second = issued(stored(draft))
		self.assertEqual((second.status, second.supersedes, second.is_primary), ("Issued", None, 1))
		self.assertEqual(stored(self.first).status, "Cancelled")

	def test_an_amendment_takes_over_attachments_but_not_the_paper(self):
		for name in ("drawing.txt", "plan.txt"):
			frappe.get_doc(
				{
					"doctype": "File",
					"file_name": name,
					"attached_to_doctype": "Quote",
					"attached_to_name": self.first.name,
					"is_private": 1,
					"content": f"{name} {self.first.name}",
				}
			).insert()
		self.first.cancel()
		amendment = self.amended(stored(self.first))
		files = frappe.get_all("File", {"attached_to_name": amendment.name}, pluck="file_name")
		self.assertEqual(len(files), 2)
		self.assertFalse([name for name in files if name.endswith(".pdf")])
		self.assertTrue(frappe.db.exists("File", self.first.pdf_file))

	def test_only_a_cancelled_quote_of_the_same_opportunity_is_amended_and_only_once(self):
		with self.assertRaises(RevisionError):
			self.amended(self.first)
		self.first.cancel()
		cancelled = stored(self.first)
		self.amended(cancelled)
		with self.assertRaises(RevisionError):
			self.amended(cancelled)
		stranger = frappe.copy_doc(cancelled)
		stranger.update(
			{
				"docstatus": 0,
				"amended_from": cancelled.name,
				"opportunity": make_opportunity(items=[{}]).name,
			}
		)
		with self.assertRaises(RevisionError):
			stranger.insert()


class TestThePrimaryQuote(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.opportunity = make_opportunity(items=[{}])
		self.first = make_quote(self.opportunity)
		self.second = make_quote(self.opportunity, label="Sparausführung")
		self.second.items[0].rate = 700
		self.second.save()

	def marks(self) -> dict:
		rows = frappe.get_all(
			"Quote", {"opportunity": self.opportunity.name}, ["name", "is_primary", "primary_of"]
		)
		for row in rows:
			self.assertEqual(row.primary_of, self.opportunity.name if row.is_primary else None)
		return {row.name: row.is_primary for row in rows}

	def test_another_quote_can_be_made_primary_and_brings_its_lines(self):
		make_primary(self.second.name)
		self.assertEqual(self.marks(), {self.first.name: 0, self.second.name: 1})
		self.assertEqual(primary_of(self.opportunity), self.second.name)
		self.opportunity.reload()
		self.assertEqual(self.opportunity.amount, 700)

	def test_making_the_primary_quote_primary_changes_nothing(self):
		make_primary(self.first.name)
		self.assertEqual(self.marks(), {self.first.name: 1, self.second.name: 0})

	def test_a_quote_that_is_off_the_table_can_not_be_primary(self):
		second = issued(self.second)
		second.change_status("Declined")
		with self.assertRaises(PrimaryQuoteError):
			make_primary(second.name)

	def test_when_the_primary_quote_falls_the_strongest_other_takes_over(self):
		third = issued(make_quote(self.opportunity))
		self.first.reload()
		first = issued(self.first)
		first.change_status("Declined")
		self.assertEqual(self.marks(), {first.name: 0, self.second.name: 0, third.name: 1})
		third = stored(third)
		third.cancel()
		self.assertEqual(primary_of(self.opportunity), self.second.name)
		self.opportunity.reload()
		self.assertEqual(self.opportunity.amount, 700)
		frappe.delete_doc("Quote", self.second.name)
		self.assertIsNone(primary_of(self.opportunity))

	def test_an_expired_quote_that_is_accepted_after_all_does_not_become_a_second_primary(self):
		self.first.reload()
		first = issued(self.first)
		first.change_status("Expired")
		self.assertEqual(self.marks(), {first.name: 0, self.second.name: 1})
		stored(first).change_status("Accepted")
		self.assertEqual(self.marks(), {first.name: 0, self.second.name: 1})


class TestCopies(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")

	def test_an_older_quote_is_copied_under_a_new_number(self):
		opportunity = make_opportunity(items=[{"rate": 800}])
		old = issued(make_quote(opportunity))
		issued(revised(old))
		copy = frappe.get_doc("Quote", copy_quote(old.name, LATER))
		self.assertNotEqual(copy.name, old.name)
		self.assertEqual(
			(copy.quote_number, copy.revision, copy.supersedes, copy.status, copy.is_primary),
			(copy.name, 1, None, "Draft", 0),
		)
		self.assertEqual((copy.net_total, str(copy.valid_until)), (800, LATER))
		self.assertEqual(copy.opportunity, opportunity.name)

	def test_a_double_click_makes_one_copy(self):
		quote = make_quote()
		self.assertEqual(copy_quote(quote.name, LATER, "copy-1"), copy_quote(quote.name, LATER, "copy-1"))

	def test_a_foreign_currency_goes_along(self):
		partner = make_partner("Velo Zürich AG")
		opportunity = make_opportunity(
			party=partner.name, items=[{"rate": 100}], transaction_currency="CHF", conversion_rate=1.25
		)
		copy = frappe.get_doc("Quote", copy_quote(make_quote(opportunity).name, LATER))
		self.assertEqual((copy.transaction_currency, copy.conversion_rate), ("CHF", 1.25))
		self.assertEqual((copy.net_total, copy.base_net_total), (100, 125))


class TestClosedOpportunities(IntegrationTestCase):
	def test_a_draft_of_a_closed_opportunity_is_not_issued(self):
		frappe.set_user("Administrator")
		opportunity = make_opportunity(items=[{}])
		quote = make_quote(opportunity)
		opportunity.reload()
		opportunity.stage = "Won"
		opportunity.save()
		quote.reload()
		with self.assertRaises(OpportunityClosedError):
			quote.submit()
