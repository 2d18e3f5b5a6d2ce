"""What can happen to a quote, and to its paper, and what can not: every pair of statuses, tried on the server."""

import hashlib
from pathlib import Path

import frappe

from sales_opportunity import api
from sales_opportunity.deal.quote_status import TRANSITIONS, is_allowed
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote.frozen_paper import FrozenPaperError, verify_pdf
from sales_opportunity.sales_opportunity.doctype.quote.quote import TransitionError
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import WonQuoteError
from sales_opportunity.tests.factories import make_quote, make_user

BY_SUBMITTING_AND_CANCELLING = {"Draft", "Cancelled"}


def issued_quote():
	quote = make_quote()
	quote.submit()
	return frappe.get_doc("Quote", quote.name)


class TestEveryTransition(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		cls.quote = issued_quote()

	def quote_in(self, status: str):
		"""Return the quote as if it had come to this status."""
		docstatus = {"Draft": 0, "Cancelled": 2}.get(status, 1)
		frappe.db.set_value("Quote", self.quote.name, {"status": status, "docstatus": docstatus})
		return frappe.get_doc("Quote", self.quote.name)

	def stored_status(self) -> str:
		return frappe.db.get_value("Quote", self.quote.name, "status")

	def test_only_what_is_in_the_table_happens(self):
		for current in TRANSITIONS:
			for following in TRANSITIONS:
				quote = self.quote_in(current)
				allowed = is_allowed(current, following) and not (
					{current, following} & BY_SUBMITTING_AND_CANCELLING
				)
				with self.subTest(current=current, following=following):
					if allowed:
						quote.change_status(following)
						self.assertEqual(self.stored_status(), following)
					else:
						with self.assertRaises(TransitionError):
							quote.change_status(following)
						self.assertEqual(self.stored_status(), current)

	def test_a_status_that_is_sent_changes_nothing(self):
		for current in TRANSITIONS:
			for following in TRANSITIONS.keys() - {current}:
				quote = self.quote_in(current)
				quote.status = following
				with self.subTest(current=current, following=following):
					try:
						quote.save()
					except frappe.ValidationError:
						pass
					self.assertEqual(self.stored_status(), current)

	def test_cancelling_follows_the_table_too(self):
		for current in TRANSITIONS.keys() - BY_SUBMITTING_AND_CANCELLING:
			frappe.db.savepoint("before_cancelling")
			quote = self.quote_in(current)
			with self.subTest(current):
				quote.cancel()
				self.assertEqual(self.stored_status(), "Cancelled")
			frappe.db.rollback(save_point="before_cancelling")

	def test_only_a_draft_is_issued(self):
		for current in TRANSITIONS.keys() - {"Draft", "Issued"}:
			frappe.db.set_value("Quote", self.quote.name, {"status": current, "docstatus": 0})
			with self.subTest(current), self.assertRaises(TransitionError):
				frappe.get_doc("Quote", self.quote.name).submit()


class TestTheFrozenPaper(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.quote = issued_quote()
		self.file = frappe.get_doc("File", self.quote.pdf_file)
		self.path = Path(self.file.get_full_path())

	def tearDown(self):
		frappe.set_user("Administrator")

	def test_it_can_not_be_deleted_by_anybody(self):
		content = self.path.read_bytes()
		manager = make_user("paper-manager@example.com", "Sales Manager", "System Manager").name
		for user in ("Administrator", manager):
			frappe.set_user(user)
			for options in ({}, {"force": True, "ignore_permissions": True}):
				with self.subTest(user, **options), self.assertRaises(FrozenPaperError):
					frappe.delete_doc("File", self.file.name, **options)
				self.assertEqual(self.path.read_bytes(), content)

	def test_it_can_not_be_changed_published_or_moved_to_another_document(self):
		other = make_quote()
		for values in (
			{"is_private": 0},
			{"file_url": "/private/files/other.pdf"},
			{"file_name": "other.pdf"},
			{"attached_to_name": other.name},
		):
			file = frappe.get_doc("File", self.file.name)
			file.update(values)
			with self.subTest(values), self.assertRaises(FrozenPaperError):
				file.save()
			self.assertTrue(self.path.exists())

	def test_a_second_file_with_the_same_content_is_no_way_around(self):
		twin = frappe.get_doc(
			{"doctype": "File", "file_name": "twin.pdf", "is_private": 1, "content": self.path.read_bytes()}
		).insert()
		self.assertEqual(twin.file_url, self.file.file_url)
		twin.is_private = 0
		with self.assertRaises(FrozenPaperError):
			twin.save()
		frappe.delete_doc("File", twin.name)
		self.assertTrue(self.path.exists())

	def test_other_files_are_free(self):
		file = frappe.get_doc(
			{"doctype": "File", "file_name": "free.txt", "is_private": 1, "content": self.quote.name}
		).insert()
		file.is_private = 0
		file.save()
		path = Path(file.get_full_path())
		self.assertTrue(path.exists())
		file.delete()
		self.assertFalse(path.exists())

	def test_every_change_of_status_is_logged(self):
		quote = frappe.get_doc("Quote", self.quote.name)
		quote.change_status("Expired")
		said = frappe.get_all(
			"Comment", {"reference_name": quote.name, "comment_type": "Info"}, pluck="content"
		)
		self.assertIn("set the status to Expired", said)

	def test_cancelling_changes_nothing_else(self):
		before = frappe.get_doc("Quote", self.quote.name).as_dict()
		sent = frappe.get_doc("Quote", self.quote.name)
		sent.update(
			{"pdf_file": None, "pdf_sha256": None, "gross_total": 1, "party_name": "X", "docstatus": 2}
		)
		sent.items[0].rate = 1
		sent.append("items", {"row_type": "Text", "item_name": "Smuggled in"})
		sent.save()
		after = frappe.get_doc("Quote", self.quote.name).as_dict()
		for fieldname in ("pdf_file", "pdf_sha256", "gross_total", "party_name"):
			self.assertEqual(after[fieldname], before[fieldname], fieldname)
		self.assertEqual([row.rate for row in after["items"]], [row.rate for row in before["items"]])
		self.assertEqual({row.docstatus for row in after["items"]}, {2})
		with self.assertRaises(FrozenPaperError):
			frappe.delete_doc("Quote", self.quote.name)

	def test_the_quote_that_was_won_with_is_not_cancelled(self):
		api.close_as_won(self.quote.opportunity)
		with self.assertRaisesRegex(WonQuoteError, "Reopen"):
			frappe.get_doc("Quote", self.quote.name).cancel()

	def test_an_issued_quote_is_kept_also_when_it_is_cancelled(self):
		self.quote.cancel()
		with self.assertRaises(FrozenPaperError):
			frappe.delete_doc("Quote", self.quote.name)
		with self.assertRaises(FrozenPaperError):
			frappe.delete_doc("File", self.file.name)
		self.assertTrue(self.path.exists())

	def test_verifying_tells_an_untouched_paper_from_a_changed_and_a_lost_one(self):
		result = verify_pdf(self.quote.name)
		self.assertEqual((result["is_intact"], result["found"]), (True, self.quote.pdf_sha256))
		self.path.write_bytes(self.path.read_bytes() + b" ")
		result = verify_pdf(self.quote.name)
		self.assertEqual(
			(result["is_intact"], result["found"]),
			(False, hashlib.sha256(self.path.read_bytes()).hexdigest()),
		)
		self.path.unlink()
		result = verify_pdf(self.quote.name)
		self.assertEqual((result["is_intact"], result["found"]), (False, None))

	def test_a_draft_has_nothing_to_verify_and_a_stranger_learns_nothing(self):
		with self.assertRaises(FrozenPaperError):
			verify_pdf(make_quote().name)
		frappe.set_user(make_user("paper-stranger@example.com", "Sales User").name)
		with self.assertRaises(frappe.PermissionError):
			verify_pdf(self.quote.name)
