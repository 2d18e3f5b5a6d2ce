"""ERPNext's Opportunities and Quotations become deals and quotes: with their sums, dates, reasons, files; and once only."""

from datetime import datetime
from functools import partial
from unittest.mock import patch

import frappe
from frappe.utils import getdate
from frappe.utils.background_jobs import get_job

from sales_opportunity.erpnext import takeover
from sales_opportunity.erpnext.takeover import chunks, job, taking
from sales_opportunity.erpnext.takeover.deals import ORIGIN_FIELDS
from sales_opportunity.framework.jobs import delete_job
from sales_opportunity.inputs.values import WrongInputError
from sales_opportunity.masters.companies import MADE_IN
from sales_opportunity.overrides.timeline import opportunity_stream
from sales_opportunity.tests.erpnext.at_once import at_once, elsewhere
from sales_opportunity.tests.erpnext.delivering import RETURNS, by_hand, made, progress
from sales_opportunity.tests.erpnext.erp import (
	ERPNextTestCase,
	make_customer,
	make_item,
	make_lead,
	make_origin,
	second_company,
)
from sales_opportunity.tests.erpnext.old_documents import (
	add_template_taxes,
	deal_of,
	freight_row,
	lose,
	make_opportunity,
	make_quotation,
	order,
	quote_of,
	tax_template,
)
from sales_opportunity.tests.factories import get_or_make, make_class, make_user
from sales_opportunity.tests.left_jobs import leave_job

CLASS = "ERP-TAKEN"
EU_SUPPLY = "Lieferung an Unternehmen in der EU"


def sums(quote):
	return quote.net_total, quote.tax_total, quote.gross_total


def old_sums(quotation, freight=0):
	"""Return the sums of a Quotation as a quote calls them: its freight is net."""
	quotation.reload()
	net = round(quotation.net_total + freight, 2)
	return net, round(quotation.grand_total - net, 2), quotation.grand_total


class TestTakeover(ERPNextTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_class(CLASS)
		# What others have left on the site is no part of the sums.
		taking.take_over(False, CLASS)
		cls.customer = make_customer("Radhaus Alt GmbH").name
		cls.make_open()
		cls.make_closed()
		cls.make_sums()
		cls.make_refused()
		# The takeover commits, and a dry run takes back all that is not committed.
		frappe.db.commit()
		cls.deals_of_erpnext, cls.quotes_of_erpnext = worth_of_deals(), worth_of_quotes()
		count = frappe.db.count("Sales Opportunity")
		cls.dry = taking.take_over(True, CLASS)
		cls.made_dry = frappe.db.count("Sales Opportunity") - count
		cls.result = taking.take_over(False, CLASS)

	@classmethod
	def make_open(cls):
		meta = frappe.get_meta("Opportunity")
		fields = [next(filter(meta.has_field, names)) for names in ORIGIN_FIELDS.values()]
		origins = dict(zip(fields, ("ERP Old Fair", "ERP Old Campaign"), strict=True))
		cls.origin = {field: make_origin(meta.get_options(field), name) for field, name in origins.items()}
		cls.open = make_opportunity(
			cls.customer,
			sales_stage=sales_stage("Needs Analysis"),
			probability=40,
			expected_closing="2026-12-20",
			**cls.origin,
		)
		cls.typed = make_opportunity(cls.customer, items=[{"rate": 12.5, "qty": 4}], opportunity_amount=45)
		cls.lead = make_lead(company_name="Radhaus Neu GmbH")
		cls.of_lead = make_opportunity(cls.lead.name, "Lead")
		cls.offered = make_opportunity(cls.customer)
		cls.offer = make_quotation(
			cls.customer, [{"qty": 3, "rate": 33.33}], opportunity=cls.offered.name, terms="<p>Ab Werk</p>"
		)
		cls.offer.add_comment("Comment", "Kunde meldet sich")
		frappe.get_doc(
			{
				"doctype": "File",
				"file_name": "plan.txt",
				"content": "Plan",
				"is_private": 1,
				"attached_to_doctype": "Quotation",
				"attached_to_name": cls.offer.name,
			}
		).insert()
		cls.draft = make_quotation(cls.customer, [{"rate": 70}], submit=False)
		cls.former = make_quotation(cls.customer, [{"rate": 80}])
		cls.former.cancel()
		cls.amended = frappe.copy_doc(cls.former)
		cls.amended.update({"amended_from": cls.former.name, "docstatus": 0})
		cls.amended.insert()
		cls.amended.submit()

	@classmethod
	def make_closed(cls):
		cls.lost = make_opportunity(cls.customer)
		lose(cls.lost, "Preis zu hoch", "Velo Konkurrenz", "20 % über dem Angebot von Velo")
		cls.lost_quote = make_quotation(cls.customer, [{"rate": 50, "qty": 5}])
		lose(cls.lost_quote, "No Budget")
		cls.expired = make_quotation(cls.customer, [{"rate": 60}])
		cls.expired.db_set({"status": "Expired", "valid_till": "2026-01-31"})
		cls.silent = make_opportunity(cls.customer)
		cls.silent.db_set("status", "Closed")
		cls.won = make_opportunity(cls.customer)
		cls.ordered = make_quotation(cls.customer, [{"qty": 10, "rate": 10}], opportunity=cls.won.name)
		cls.order = order(cls.ordered, "2025-12-01", quantity=4)
		cls.again = make_quotation(cls.customer, [{"qty": 2, "rate": 10}], opportunity=cls.won.name)
		order(cls.again, "2025-12-02")

	@classmethod
	def make_sums(cls):
		lines = [{"qty": 3, "rate": 33.33}, {"item_code": make_item("ERP-BOOK", 20, 7).name, "rate": 19.99}]
		discounted = {"price_list_rate": 99.99, "discount_percentage": 6.6, "rate": 93.39, "qty": 100}
		gross = frappe.new_doc("Quotation")
		gross.taxes_and_charges = tax_template("Lieferung oder sonstige Leistung im Inland")
		add_template_taxes(gross, included_in_print_rate=1)
		included = [row.as_dict(no_default_fields=True) | {"name": None} for row in gross.taxes]
		cls.summed = {
			"two rates": make_quotation(cls.customer, lines),
			"discount of a line": make_quotation(cls.customer, [discounted]),
			"discount in %": make_quotation(cls.customer, lines, additional_discount_percentage=3),
			"discount as amount": make_quotation(cls.customer, lines, discount_amount=12.34),
			"discount on the net sum": make_quotation(
				cls.customer, lines, discount_amount=7.77, apply_discount_on="Net Total"
			),
			"foreign currency": make_quotation(cls.customer, lines, currency="CHF", conversion_rate=1.05),
			"prices with tax": make_quotation(cls.customer, lines, taxes=included),
			"without tax": make_quotation(
				cls.customer,
				[{"item_code": make_item("ERP-PLAIN", 20, taxes=[]).name, "rate": 33.33, "qty": 3}],
				taxes_and_charges=tax_template(EU_SUPPLY),
			),
		}
		cls.with_freight = make_quotation(cls.customer, lines, taxes=[freight_row(25)])

	@classmethod
	def make_refused(cls):
		cls.cancelled = make_quotation(cls.customer, [{"rate": 5}])
		cls.cancelled.cancel()
		cls.gone = make_opportunity(cls.customer)
		frappe.db.set_value("Opportunity", cls.gone.name, "party_name", "Niemand GmbH")

	def test_a_dry_run_shows_the_same_and_stores_nothing(self):
		self.assertEqual(self.made_dry, 0)
		for key in ("taken", "sums", "refused"):
			self.assertEqual(self.dry[key], self.result[key])

	def test_all_sums_are_the_same_before_and_after(self):
		self.assertGreater(len(self.result["sums"]), 8)
		for row in self.result["sums"]:
			with self.subTest(row["document"], status=row["status"], currency=row["currency"]):
				self.assertAlmostEqual(row["before"], row["after"], places=2)

	def test_sums_are_those_that_the_tables_of_erpnext_had(self):
		taken_quotes = taken_over("Quotation", "sales_quote")
		stands_for = {
			"Opportunity": taken_over("Opportunity", "sales_opportunity"),
			"Quotation": taken_quotes,
		}
		for kind, rows in (
			("Quote", [row for row in self.quotes_of_erpnext if row.name in taken_quotes]),
			("Opportunity", [row for row in self.deals_of_erpnext if row.name in stands_for[row.doctype]]),
		):
			expected = added_up((row.currency, row.worth) for row in rows)
			self.assertEqual(set(expected), {"EUR", "CHF"})
			for side in ("before", "after"):
				found = added_up(
					(row["currency"], row[side]) for row in self.result["sums"] if row["document"] == kind
				)
				with self.subTest(kind, side=side):
					self.assertEqual(found, expected)

	def test_the_quotation_counts_more_than_the_amount_of_its_opportunity(self):
		for opportunity, quotation, amount in (
			(self.offered, self.offer, 99.99),
			(self.won, self.ordered, 100),
		):
			opportunity.reload()
			self.assertEqual(opportunity.opportunity_amount, 500)
			self.assertEqual((quotation.net_total, deal_of(opportunity).amount), (amount, amount))

	def test_again_does_nothing(self):
		self.assertEqual(takeover.run(dry_run="0", class_id=CLASS)["taken"], 0)

	def test_an_open_deal_has_stage_probability_and_days(self):
		deal = deal_of(self.open)
		self.assertEqual((deal.name, deal.status, deal.class_id), (self.open.name, "Open", CLASS))
		self.assertEqual((deal.stage, deal.probability, deal.amount), ("Needs Analysis", 40, 500))
		self.assertEqual(deal.opened_on, datetime(2025, 11, 9))
		self.assertEqual(str(deal.expected_close_date), "2026-12-20")
		facts = frappe.get_all("Sales Opportunity Change", {"opportunity": deal.name}, pluck="changed_on")
		self.assertEqual(facts, [datetime(2025, 11, 9)])

	def test_a_deal_comes_from_where_its_opportunity_did(self):
		deal = deal_of(self.open)
		self.assertEqual((deal.source, deal.campaign), ("ERP Old Fair", "ERP Old Campaign"))

	def test_an_amount_that_was_typed_in_counts_more_than_the_lines(self):
		deal = deal_of(self.typed)
		self.assertEqual((deal.amount, deal.manual_amount, deal.items[0].quantity), (45, 1, 4))

	def test_a_lead_stays_one(self):
		deal = deal_of(self.of_lead)
		self.assertEqual((deal.party_type, deal.party), ("Lead", self.lead.name))

	def test_an_issued_quote_is_as_it_was_without_a_new_paper(self):
		deal, quote = deal_of(self.offered), quote_of(self.offer)
		self.assertEqual((quote.name, quote.opportunity), (self.offer.name, deal.name))
		self.assertEqual((quote.status, quote.docstatus, quote.pdf_file), ("Issued", 1, None))
		self.assertEqual((deal.primary_quote, deal.amount, deal.stage), (quote.name, 99.99, "Proposal"))
		self.assertEqual(quote.terms, "<p>Ab Werk</p>")
		self.assertEqual(quote.items[0].opportunity_item, deal.items[0].name)

	def test_comments_and_files_are_at_the_quote(self):
		about = {"reference_doctype": "Quote", "reference_name": self.offer.name, "comment_type": "Comment"}
		self.assertEqual(frappe.get_all("Comment", about, pluck="content"), ["Kunde meldet sich"])
		at = {"attached_to_doctype": "Quote", "attached_to_name": self.offer.name}
		[name] = frappe.get_all("File", at, pluck="name")
		self.assertEqual(frappe.get_doc("File", name).get_content(), "Plan")

	def test_drafts_and_amendments_keep_their_places(self):
		self.assertEqual(quote_of(self.draft).docstatus, 0)
		former, amended = quote_of(self.former), quote_of(self.amended)
		self.assertEqual((former.status, amended.status), ("Cancelled", "Issued"))
		self.assertEqual(
			[(quote.quote_number, quote.revision) for quote in (former, amended)],
			[(self.former.name, 1), (self.former.name, 2)],
		)
		self.assertEqual(former.opportunity, amended.opportunity)

	def test_a_lost_deal_has_reason_competitor_and_what_was_said(self):
		deal = deal_of(self.lost)
		self.assertEqual((deal.status, deal.closing_reason), ("Lost", "Preis zu hoch"))
		self.assertEqual((deal.competitor, deal.amount), ("Velo Konkurrenz", 500))
		self.assertIn("20 % über dem Angebot", deal.closing_notes)
		self.assertEqual(deal_of(self.lost_quote).closing_reason, "No Budget")
		self.assertEqual(quote_of(self.lost_quote).status, "Declined")
		self.assertIn(deal_of(self.silent).closing_reason, ("Not Recorded", "Nicht festgehalten"))

	def test_what_expired_ended_on_its_last_day(self):
		deal = deal_of(self.expired)
		self.assertEqual((deal.status, str(getdate(deal.closed_on))), ("Lost", "2026-01-31"))
		self.assertEqual((deal.closed_month, quote_of(self.expired).status), ("2026-01", "Expired"))

	def test_an_ordered_deal_was_won_on_the_day_of_its_order(self):
		deal = deal_of(self.won)
		self.assertEqual((deal.status, deal.won_quote, deal.amount), ("Won", self.ordered.name, 100))
		self.assertEqual(str(getdate(deal.closed_on)), "2025-12-01")
		self.assertEqual(quote_of(self.ordered).status, "Accepted")
		self.assertEqual((deal.party_type, deal.party), ("Customer", self.customer))

	def test_what_was_ordered_is_not_ordered_once_more(self):
		deal = deal_of(self.won)
		self.order.reload()
		request = frappe.get_doc("Fulfilment Request", self.order.fulfilment_request)
		self.assertEqual((request.opportunity, request.items[0].quantity), (deal.name, 4))

	def test_a_further_order_is_a_deal_of_its_own(self):
		deal = deal_of(self.again)
		self.assertEqual((deal.status, deal.amount), ("Won", 20))
		self.assertNotEqual(deal.name, deal_of(self.won).name)

	def test_sums_are_those_of_erpnext_however_they_came_about(self):
		for title, quotation in self.summed.items():
			with self.subTest(title):
				quote = quote_of(quotation)
				self.assertEqual(sums(quote), old_sums(quotation))
				self.assertEqual(deal_of(quotation).amount, quote.net_total)
				self.assertEqual(quote.conversion_rate, quotation.conversion_rate)
		self.assertEqual(quote_of(self.summed["without tax"]).tax_treatment, "EU Supply")
		self.assertEqual(sums(quote_of(self.with_freight)), old_sums(self.with_freight, 25))

	def test_what_stays_behind_is_said_with_its_reason(self):
		reasons = {row["name"]: row["reason"] for row in self.result["refused"]}
		self.assertIn("cancelled", reasons[self.cancelled.name])
		self.assertIn("Niemand GmbH", reasons[self.gone.name])
		self.gone.reload()
		self.assertIsNone(self.gone.sales_opportunity)


def worth_of_quotes() -> list:
	"""Return net and charges that are no tax of the Quotations that are not taken over, as their tables have them."""
	return frappe.db.sql(
		"""
		select 'Quotation' as doctype, q.name, q.currency, q.docstatus, q.net_total + coalesce((
			select sum(t.tax_amount) from `tabSales Taxes and Charges` t
			join `tabAccount` a on a.name = t.account_head
			where t.parent = q.name and coalesce(a.account_type, '') <> 'Tax'
		), 0) as worth
		from `tabQuotation` q where coalesce(q.sales_quote, '') = ''
		""",
		as_dict=True,
	)


def worth_of_deals() -> list:
	"""Return what becomes a deal each and its net: of an Opportunity without Quotation its amount, else that of a Quotation."""
	alone = frappe.db.sql(
		"""
		select 'Opportunity' as doctype, o.name, o.currency, o.opportunity_amount as worth
		from `tabOpportunity` o where coalesce(o.sales_opportunity, '') = ''
		and not exists (select q.name from `tabQuotation` q where q.opportunity = o.name)
		""",
		as_dict=True,
	)
	return [*alone, *(row for row in worth_of_quotes() if row.docstatus < 2)]


def taken_over(doctype: str, mark: str) -> set[str]:
	return set(frappe.get_all(doctype, {mark: ("is", "set")}, pluck="name"))


def added_up(amounts) -> dict[str, float]:
	"""Return sums by currency, to the cent."""
	sums: dict[str, float] = {}
	for currency, amount in amounts:
		sums[currency] = sums.get(currency, 0) + amount
	return {currency: round(amount, 2) for currency, amount in sums.items()}


def sales_stage(name: str) -> str:
	"""Return a sales stage of ERPNext's set-up by its name on this site."""
	language = frappe.db.get_single_value("System Settings", "language")
	return next(each for each in (name, frappe._(name, language)) if frappe.db.exists("Sales Stage", each))


RATE = {"from_currency": "CHF", "to_currency": "EUR", "date": "2025-11-09", "for_selling": 1}


class TestOtherBooks(ERPNextTestCase):
	"""A company keeps its books in another currency than the one in which deals are valued."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_class(CLASS)
		cls.swiss = second_company()
		cls.addClassCleanup(cls.forget)
		cls.forget()
		frappe.get_doc({"doctype": "Currency Exchange", **RATE, "exchange_rate": 1.08}).insert()
		customer = make_customer("Velo Basel AG", default_currency=None).name
		values = {"company": cls.swiss, "taxes_and_charges": None, "plc_conversion_rate": 1}
		cls.quotations = {
			("CHF", 1.08): make_quotation(customer, [{"rate": 100}], currency="CHF", **values),
			("EUR", 1.0): make_quotation(
				customer, [{"rate": 100}], currency="EUR", conversion_rate=0.93, **values
			),
			("USD", 0.972): make_quotation(
				customer, [{"rate": 100}], currency="USD", conversion_rate=0.9, **values
			),
		}
		cls.opportunity = make_opportunity(
			customer, company=cls.swiss, currency="CHF", transaction_date="2025-11-10"
		)
		# The takeover commits.
		frappe.db.commit()
		cls.result = taking.take_over(False, CLASS)

	@classmethod
	def forget(cls):
		"""Leave neither rate nor deals of the company to the tests that come: they count these."""
		frappe.db.delete("Currency Exchange", RATE)
		for doctype in MADE_IN:
			frappe.db.delete(doctype, {"company": cls.swiss})
		frappe.db.commit()

	def test_deals_and_quotes_have_company_and_rate_of_the_day(self):
		for (currency, rate), quotation in self.quotations.items():
			for document in (deal_of(quotation), quote_of(quotation)):
				with self.subTest(document.doctype, currency=currency):
					self.assertEqual(
						(document.company, document.transaction_currency), (self.swiss, currency)
					)
					self.assertAlmostEqual(document.conversion_rate, rate, places=6)
			self.assertEqual(deal_of(quotation).base_amount, round(100 * rate, 2))

	def test_an_opportunity_has_them_too(self):
		deal = deal_of(self.opportunity)
		self.assertEqual(
			(deal.company, deal.transaction_currency, deal.conversion_rate), (self.swiss, "CHF", 1.08)
		)
		self.assertEqual((deal.amount, deal.base_amount), (500, 540))


class TestInterruptions(ERPNextTestCase):
	def setUp(self):
		super().setUp()
		make_class(CLASS)
		customer = make_customer("Radhaus Alt GmbH").name
		taking.take_over(False, CLASS)
		self.opportunities = [
			make_opportunity(customer, transaction_date="2025-01-01").name for _each in range(3)
		]
		# The takeover commits, and others see only what is committed.
		frappe.db.commit()

	def deals(self) -> list[str]:
		return frappe.get_all(
			"Opportunity",
			{"name": ("in", self.opportunities), "sales_opportunity": ("is", "set")},
			pluck="sales_opportunity",
		)

	def test_what_was_interrupted_goes_on(self):
		def stop(done: int, total: int) -> None:
			raise InterruptedError

		with self.assertRaises(InterruptedError):
			taking.take_over(False, CLASS, chunks.Progress(stop))
		self.assertEqual(len(self.deals()), 1)
		self.assertEqual(taking.take_over(False, CLASS)["taken"], 2)
		self.assertEqual(sorted(self.deals()), sorted(self.opportunities))

	def test_two_at_the_same_moment_make_each_deal_once(self):
		results = at_once(*[partial(taking.take_over, False, CLASS)] * 2)
		self.assertEqual(sum(result["taken"] for result in results), 3)
		self.assertEqual(len(set(self.deals())), 3)

	def test_a_deleted_deal_can_be_taken_over_anew(self):
		taking.take_over(False, CLASS)
		frappe.delete_doc("Sales Opportunity", self.opportunities[0])
		self.assertEqual(len(self.deals()), 2)
		self.assertEqual(taking.take_over(False, CLASS)["taken"], 1)

	def test_a_fault_is_told_with_its_document_and_what_is_kept(self):
		for dry_run in (True, False):
			with (
				self.subTest(dry_run=dry_run),
				patch.object(taking.Takeover, "store", side_effect=RuntimeError("Platte voll")),
				self.assertRaises(RuntimeError),
			):
				job.run_job(job.DOCUMENTS, dry_run, CLASS)
			found = job.state()
			self.assertEqual((found["state"], found["dry_run"]), ("Failed", dry_run))
			self.assertEqual(found["reason"], "Platte voll")
			self.assertIn(found["at"], [("Opportunity", name) for name in self.opportunities])
			frappe.db.rollback()

	def test_what_was_cut_off_says_whether_it_has_kept_anything(self):
		for state in ("Waiting", "Working"):
			job.JOB.record(state, dry_run=True)
			self.assertEqual(job.state(), {"state": "Failed", "dry_run": True})

	def test_what_was_cut_off_with_its_machine_has_failed_and_can_be_begun_anew(self):
		self.addCleanup(delete_job, job.JOB.name)
		leave_job(job.JOB.name)
		job.JOB.record("Working", dry_run=True, done=1, total=3)
		self.assertEqual(job.state(), {"state": "Failed", "dry_run": True, "done": 1, "total": 3})
		job.start_documents(CLASS)
		self.assertEqual(get_job(job.JOB.name).kwargs["method"], job.run_job)

	def test_documents_are_taken_over_only_with_a_class(self):
		with self.assertRaises(WrongInputError):
			job.start_documents(dry_run=False)

	def test_only_system_managers_take_over(self):
		frappe.set_user(make_user("erp-manager@example.com", "Sales Manager").name)
		for action in (partial(job.start_documents, CLASS), job.start_masters, job.state):
			with self.assertRaises(frappe.PermissionError):
				action()


class TestDocumentsThatChange(ERPNextTestCase):
	"""People go on with their work in ERPNext while it is taken over."""

	def setUp(self):
		super().setUp()
		make_class(CLASS)
		self.customer = make_customer("Radhaus Alt GmbH").name
		taking.take_over(False, CLASS)
		make_opportunity(self.customer, transaction_date="2025-01-01")

	def take_over_while(self, change) -> dict:
		"""Let somebody change something while the first document is taken over, and return the result."""
		# The others see only what is committed.
		frappe.db.commit()
		changes, store = [change], taking.Takeover.store

		def stored(takeover):
			while changes:
				self.assertNotIsInstance(elsewhere(changes.pop())[0], Exception)
			return store(takeover)

		with patch.object(taking.Takeover, "store", stored):
			return taking.take_over(False, CLASS)

	def test_what_is_ordered_meanwhile_is_won_with_its_order(self):
		quotation = make_quotation(self.customer, [{"qty": 10, "rate": 10}])
		self.take_over_while(lambda: order(frappe.get_doc("Quotation", quotation.name), quantity=4).name)
		deal = deal_of(quotation)
		self.assertEqual((deal.status, deal.won_quote), ("Won", quotation.name))
		self.assertEqual(str(getdate(deal.closed_on)), "2025-12-01")
		self.assertEqual(progress(deal, "Order"), [(4, 4)])

	def test_what_is_lost_meanwhile_is_lost(self):
		opportunity = make_opportunity(self.customer)
		self.take_over_while(lambda: lose(frappe.get_doc("Opportunity", opportunity.name), "Preis zu hoch"))
		self.assertEqual((deal_of(opportunity).status), "Lost")

	def test_what_is_submitted_meanwhile_is_issued_as_it_is_then(self):
		quotation = make_quotation(self.customer, [{"rate": 70}], submit=False)

		def submit():
			doc = frappe.get_doc("Quotation", quotation.name)
			doc.items[0].rate = 60
			doc.submit()

		self.take_over_while(submit)
		quote = quote_of(quotation)
		self.assertEqual((quote.status, quote.net_total, deal_of(quotation).amount), ("Issued", 60, 60))

	def test_what_is_deleted_meanwhile_is_left_out(self):
		quotation = make_quotation(self.customer, submit=False)
		alone = make_opportunity(self.customer)

		def delete():
			frappe.delete_doc("Quotation", quotation.name)
			frappe.delete_doc("Opportunity", alone.name)

		result = self.take_over_while(delete)
		self.assertEqual(result["taken"], 1)
		self.assertFalse({quotation.name, alone.name} & {row["name"] for row in result["refused"]})

	def test_two_quotations_of_which_both_are_ordered_meanwhile_are_two_deals(self):
		opportunity = make_opportunity(self.customer)
		quotations = [
			make_quotation(self.customer, [{"rate": rate}], opportunity=opportunity.name) for rate in (10, 20)
		]

		def order_both():
			for each in quotations:
				order(frappe.get_doc("Quotation", each.name))

		self.assertEqual(self.take_over_while(order_both)["taken"], 3)
		deals = [deal_of(quotation) for quotation in quotations]
		self.assertEqual([(deal.status, deal.amount) for deal in deals], [("Won", 10), ("Won", 20)])


class TestDeliveredBefore(ERPNextTestCase):
	"""What was delivered and billed of an order before its Quotation is taken over."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_class(CLASS)
		frappe.db.set_single_value("Stock Settings", "allow_negative_stock", 1)
		frappe.db.set_value("Item", make_item().name, "valuation_rate", 5)
		taking.take_over(False, CLASS)
		cls.customer = make_customer("Radhaus Alt GmbH").name
		cls.quotation = make_quotation(cls.customer, [{"qty": 10, "rate": 10}])
		cls.order = order(cls.quotation)
		cls.deliver(cls.order)
		cls.old = make_quotation(cls.customer, [{"qty": 10, "rate": 10}])
		cls.old_order = order(cls.old)
		frappe.db.set_value("Sales Order Item", {"parent": cls.old_order.name}, "quotation_item", None)
		cls.delivering = make_quotation(cls.customer, [{"qty": 2, "rate": 10}])
		invoice = by_hand(order(cls.delivering), "Billing")
		invoice.update_stock = 1
		invoice.submit()
		cls.more = make_quotation(cls.customer, [{"qty": 2, "rate": 10}])
		ordered_more = order(cls.more)
		by_hand(ordered_more, "Billing").submit()
		frappe.db.set_value(
			"Sales Invoice Item", {"sales_order": ordered_more.name}, {"qty": 3, "stock_qty": 3}
		)
		# The takeover commits.
		frappe.db.commit()
		cls.result = taking.take_over(False, CLASS)

	@classmethod
	def deliver(cls, order) -> None:
		"""Deliver six, of which one comes back; bill four, with one credited, and two on a draft."""
		cls.note = by_hand(order, "Shipping", 6).submit()
		cls.invoice = by_hand(order, "Billing", 4).submit()
		cls.returns = {}
		for kind, doc in (("Shipping", cls.note), ("Billing", cls.invoice)):
			cls.returns[kind] = frappe.get_attr(RETURNS[kind])(doc.name)
			cls.returns[kind].items[0].qty = -1
			cls.returns[kind].insert().submit()
		cls.draft = by_hand(order, "Billing", 2)

	def test_nothing_is_refused(self):
		quotations = {each.name for each in (self.quotation, self.old, self.delivering, self.more)}
		self.assertFalse(quotations & {row["name"] for row in self.result["refused"]})

	def test_the_deal_says_what_is_ordered_delivered_and_billed(self):
		deal = deal_of(self.quotation)
		self.assertEqual(progress(deal, "Order"), [(10, 10)])
		self.assertEqual(progress(deal, "Shipping"), [(5, 5)])
		self.assertEqual(progress(deal, "Billing"), [(5, 3)])
		totals = frappe.get_all(
			"Fulfilment Request",
			{"opportunity": deal.name, "kind": "Billing"},
			["reference_name", "document_total", "status"],
			as_list=True,
		)
		self.assertEqual(set(totals), {(self.invoice.name, 30, "Done"), (self.draft.name, 20, "Open")})

	def test_the_documents_are_in_its_stream(self):
		stream = str(opportunity_stream("Sales Opportunity", deal_of(self.quotation).name))
		for doc in (self.order, self.note, self.invoice, self.draft, *self.returns.values()):
			self.assertIn(doc.name, stream)

	def test_an_invoice_that_delivers_does_both(self):
		deal = deal_of(self.delivering)
		for kind in ("Shipping", "Billing"):
			self.assertEqual(progress(deal, kind), [(2, 2)])

	def test_no_more_than_was_sold_is_counted(self):
		self.assertEqual(progress(deal_of(self.more), "Billing"), [(2, 2)])

	def test_rows_that_name_no_row_of_the_quotation_are_found_by_their_item(self):
		self.assertEqual(progress(deal_of(self.old), "Order"), [(10, 10)])

	def test_what_happens_to_them_later_counts(self):
		frappe.db.savepoint("later")
		self.addCleanup(frappe.db.rollback, save_point="later")
		deal = deal_of(self.quotation)
		self.returns["Shipping"].reload()
		self.returns["Shipping"].cancel()
		self.assertEqual(progress(deal, "Shipping"), [(6, 6)])
		self.draft.reload()
		self.draft.submit()
		self.assertEqual(progress(deal, "Billing"), [(5, 5)])
		self.assertEqual(made(deal, "Shipping").items[0].qty, 4)


class TestDraftsTaxedAnew(ERPNextTestCase):
	"""A draft goes through all that new quotes do: where its total is another one than ERPNext's, that is said."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_class(CLASS)
		taking.take_over(False, CLASS)
		customer = make_customer("Radhaus Alt GmbH").name
		category = get_or_make("Tax Category", "Lieferung EU", title="Lieferung EU").name
		cls.addClassCleanup(frappe.db.commit)
		template = tax_template(EU_SUPPLY)
		cls.addClassCleanup(
			frappe.db.set_value, "Sales Taxes and Charges Template", template, "tax_category", None
		)
		frappe.db.set_value("Sales Taxes and Charges Template", template, "tax_category", category)
		abroad = make_customer("Vélo Lyon SARL").name
		cls.untaxed = make_quotation(abroad, [{"rate": 100}], submit=False)
		frappe.db.set_value("Customer", abroad, "tax_category", category)
		lines = [{"rate": rate} for rate in (10, 20, 30, 40)]
		cls.rounded = make_quotation(customer, lines, submit=False, currency="CHF", conversion_rate=1.05)
		cls.rounded.db_set("grand_total", cls.rounded.grand_total + 0.05)
		cls.same = make_quotation(customer, lines, submit=False)
		# The takeover commits, and a dry run takes back all that is not committed.
		frappe.db.commit()
		cls.dry = taking.take_over(True, CLASS)
		cls.result = taking.take_over(False, CLASS)

	def test_drafts_with_another_total_are_named_with_both(self):
		expected = [
			{"doctype": "Quotation", "name": doc.name, "currency": currency, "before": before, "after": after}
			for doc, currency, before, after in (
				(self.untaxed, "EUR", 119, 100),
				(self.rounded, "CHF", 119.05, 119),
			)
		]
		for result in (self.dry, self.result):
			self.assertEqual(result["differing"], expected)

	def test_the_totals_are_those_of_the_quotes(self):
		self.assertEqual(quote_of(self.untaxed).gross_total, 100)
		self.assertEqual(quote_of(self.same).gross_total, self.same.grand_total)
