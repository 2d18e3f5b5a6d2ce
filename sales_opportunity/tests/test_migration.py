"""Documents as version 0.1.0 stored them, and what the patches of later versions make of them.

The rows in `data/version_0_1_0.json` were read from the tables of a site with that version, after its own functions had
made the documents; the PDF is the one that it froze.
"""

import json
import os
import shutil
from pathlib import Path

import frappe
from frappe.modules.patch_handler import PatchType, get_patches_from_app

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote.frozen_paper import is_intact

OPPORTUNITY, CHANGE = "Sales Opportunity", "Sales Opportunity Change"
DATA = Path(__file__).parent / "data"
NAME = "Räder <Nord> & Söhne GmbH"
FORMER_FILE = "V010-QTN-2.pdf"
OWN_CHANGES = {"opportunity": ("like", "V010-%")}
OPEN, OPEN_WITH_REASON, WON, LOST, WON_AND_BILLED = (f"V010-OPP-{number}" for number in range(1, 6))
DRAFT, ISSUED, BILLED = (f"V010-QTN-{number}" for number in range(1, 4))


def load(rows_by_doctype: dict[str, list[dict]]) -> None:
	"""Write the rows into the tables, as they are."""
	for doctype, rows in rows_by_doctype.items():
		table = frappe.qb.DocType(doctype)
		for row in rows:
			frappe.qb.into(table).columns(*row).insert(*row.values()).run()


def run_patches() -> None:
	"""Run all patches of this app in their order."""
	for patch_type in PatchType:
		for patch in get_patches_from_app("sales_opportunity", patch_type):
			frappe.get_attr(f"{patch.split()[0]}.execute")()  # what follows it is a note


def stored(rows_by_doctype: dict[str, list[dict]]) -> dict[str, list[dict]]:
	"""Return what the tables have now of these rows, and the facts of change of their opportunities."""
	found = {
		doctype: [frappe.db.get_value(doctype, row["name"], "*", as_dict=True) for row in rows]
		for doctype, rows in rows_by_doctype.items()
	}
	return {**found, CHANGE: frappe.get_all(CHANGE, OWN_CHANGES, "*", order_by="name")}


class TestMigrationFromVersion010(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.rows = json.loads((DATA / "version_0_1_0.json").read_text())
		cls.addClassCleanup(cls.remove)
		shutil.copy(DATA / "version_0_1_0.pdf", frappe.get_site_path("private", "files", FORMER_FILE))
		load(cls.rows)
		run_patches()

	@classmethod
	def remove(cls):
		"""One patch commits, so that a rollback would not be enough."""
		file = frappe.db.get_value("File", {"attached_to_name": ISSUED}, "file_url") or FORMER_FILE
		Path(frappe.get_site_path("private", "files", os.path.basename(file))).unlink(missing_ok=True)
		frappe.db.delete(CHANGE, OWN_CHANGES)
		for doctype, rows in cls.rows.items():
			frappe.db.delete(doctype, {"name": ("in", [row["name"] for row in rows])})
		# As above.
		frappe.db.commit()

	def values(self, doctype: str, name: str, *fields: str) -> tuple:
		(row,) = frappe.get_all(doctype, {"name": name}, fields, as_list=True)
		return tuple(row)

	def lines(self, doctype: str, parent: str, *fields: str) -> list[tuple]:
		rows = frappe.get_all(doctype, {"parent": parent}, fields, order_by="idx", as_list=True)
		return [tuple(row) for row in rows]

	def test_an_open_deal_is_worth_what_its_quote_says(self):
		fields = ("discount_percentage", "freight", "amount", "weighted_amount", "base_weighted_amount")
		self.assertEqual(self.values(OPPORTUNITY, OPEN, *fields), (10, 50, 2300, 115, 115))
		nets = self.lines("Sales Opportunity Item", OPEN, "item", "net_amount", "base_net_amount")
		self.assertEqual(nets, [("V010-BIKE", 1800, 1800), ("V010-SERVICE", 450, 450)])

	def test_the_new_value_is_a_fact_of_change_and_the_first_one_stays(self):
		facts = frappe.get_all(
			CHANGE, {"opportunity": OPEN}, ["amount", "previous_amount"], order_by="creation", as_list=True
		)
		self.assertEqual([tuple(fact) for fact in facts], [(2500, 0), (2300, 2500)])

	def test_a_deal_that_was_won_with_gross_prices_keeps_its_value(self):
		fields = ("status", "prices_include_tax", "amount", "base_weighted_amount", "won_quote")
		self.assertEqual(self.values(OPPORTUNITY, WON, *fields), ("Won", 1, 2500, 2500, ISSUED))

	def test_a_deal_of_which_something_was_billed_keeps_its_value(self):
		fields = ("status", "discount_percentage", "amount", "base_amount")
		self.assertEqual(self.values(OPPORTUNITY, WON_AND_BILLED, *fields), ("Won", 0, 5000, 5000))
		self.assertEqual(
			self.values("Fulfilment Request", "V010-REQ-1", "net_total", "status"), (2000, "Open")
		)
		self.assertEqual(self.lines("Sales Opportunity Item", WON_AND_BILLED, "net_amount"), [(5000,)])

	def test_open_deals_have_no_closing_data_and_closed_ones_keep_theirs(self):
		fields = ("closing_reason", "competitor_price", "closing_notes", "closed_month")
		self.assertEqual(self.values(OPPORTUNITY, OPEN_WITH_REASON, *fields), (None, 0, None, None))
		self.assertEqual(self.values(OPPORTUNITY, WON, *fields), ("Best Price", 0, None, "2026-11"))
		self.assertEqual(self.values(OPPORTUNITY, LOST, *fields), ("Too Expensive", 0, None, "2026-11"))

	def test_names_read_as_they_were_typed_and_issued_quotes_stay_as_they_were_issued(self):
		self.assertEqual(self.values(OPPORTUNITY, OPEN, "title", "party_name"), ("Flotte 5 < 6", NAME))
		self.assertEqual(self.values("Business Partner", "V010-BP-1", "partner_name"), (NAME,))
		self.assertEqual(self.values("Quote", DRAFT, "subject", "party_name"), ("Flotte 5 < 6", NAME))
		issued = "Räder &lt;Nord&gt; & Söhne GmbH"
		self.assertEqual(self.values("Quote", ISSUED, "subject", "party_name"), ("Gewonnen, brutto", issued))

	def test_a_partner_is_found_by_the_name_that_it_has_now(self):
		self.assertEqual(self.values("Business Partner", "V010-BP-1", "name_key"), ("raedernordsoehne",))

	def test_a_draft_follows_corrections_of_its_partner(self):
		frappe.db.savepoint("corrected")
		self.addCleanup(frappe.db.rollback, save_point="corrected")
		partner = frappe.get_doc("Business Partner", "V010-BP-1")
		partner.partner_name = "Räder Nord GmbH"
		partner.save()
		self.assertEqual(self.values("Quote", DRAFT, "party_name"), ("Räder Nord GmbH",))
		self.assertEqual(self.values(OPPORTUNITY, OPEN, "party_name"), ("Räder Nord GmbH",))

	def test_services_are_marked_on_quotes_whatever_their_status(self):
		for quote in (DRAFT, ISSUED):
			with self.subTest(quote=quote):
				marks = self.lines("Quote Item", quote, "item", "is_service")
				self.assertEqual(marks, [("V010-BIKE", 0), ("V010-SERVICE", 1)])

	def test_the_issued_paper_has_a_name_that_nobody_guesses_and_is_whole(self):
		address = frappe.db.get_value("File", {"attached_to_name": ISSUED}, "file_url")
		self.assertRegex(address, r"^/private/files/[0-9a-f]{32}\.pdf$")
		self.assertTrue(is_intact(frappe.get_doc("Quote", ISSUED)))
		self.assertFalse(os.path.exists(frappe.get_site_path("private", "files", FORMER_FILE)))
		self.assertEqual(
			frappe.db.get_value("File", {"attached_to_name": BILLED}, "file_url"),
			"/private/files/V010-QTN-3.pdf",
			"a paper that is missing on the disk is left as it is",
		)

	def test_the_patches_change_nothing_when_they_run_again(self):
		before = stored(self.rows)
		run_patches()
		self.assertEqual(stored(self.rows), before)

	def test_what_was_migrated_can_be_saved_and_sold(self):
		frappe.db.savepoint("sold")
		self.addCleanup(frappe.db.rollback, save_point="sold")
		for name in (OPEN, OPEN_WITH_REASON):
			deal = frappe.get_doc(OPPORTUNITY, name)
			deal.update({"stage": "Won", "closing_reason": "Best Price", "closing_notes": "<p>gut</p>"})
			deal.save()
		fields = ("status", "amount", "weighted_amount")
		self.assertEqual(self.values(OPPORTUNITY, OPEN, *fields), ("Won", 2300, 2300))
		self.assertEqual(self.values(OPPORTUNITY, OPEN_WITH_REASON, *fields), ("Won", 1000, 1000))
