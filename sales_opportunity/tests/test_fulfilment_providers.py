"""Another app's own documents in place of the department's work, as `docs/configuration.md` explains."""

import re
import sys
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import frappe

from sales_opportunity import api, hooks
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import follow_ups
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request import (
	DocumentMadeError,
	cancel,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.provider import Fulfilment, ProviderError
from sales_opportunity.tests.factories import (
	DEFAULT_CLASS,
	make_class,
	make_fulfilment_request,
	make_item,
	make_opportunity,
	make_quote,
	make_won_opportunity,
)
from sales_opportunity.tests.stored import stored

CONFIGURATION = Path(hooks.__file__).parent.parent / "docs" / "configuration.md"
EXAMPLE = "sales_opportunity.tests.example_of_the_docs"
seen: list[Fulfilment] = []


class InvoicingDownError(Exception):
	pass


def make_invoice_note(fulfilment: Fulfilment) -> tuple[str, str]:
	"""A provider: writes a note for the requested lines."""
	seen.append(fulfilment)
	note = frappe.get_doc({"doctype": "Note", "title": f"Invoice for {fulfilment.request}"}).insert()
	return note.doctype, note.name


def refer_to_quote(fulfilment: Fulfilment) -> tuple[str, str]:
	"""A provider whose document is of a DocType that is submitted, here the won quote."""
	return "Quote", fulfilment.won_quote


def fail_half_way(fulfilment: Fulfilment):
	"""A provider that makes its document and then fails."""
	make_invoice_note(fulfilment)
	raise InvoicingDownError


def forget(fulfilment: Fulfilment):
	"""A provider that does not say what it made."""
	return "Note", "never made"


@contextmanager
def registered(providers: dict[str, str]):
	"""Let an installed app register providers as its `hooks.py` would, read by the framework's own loader."""
	hooks.sales_fulfilment_providers = providers
	frappe.clear_cache()
	try:
		yield
	finally:
		del hooks.sales_fulfilment_providers
		frappe.clear_cache()


def provider(function) -> str:
	return f"{__name__}.{function.__name__}"


class TestProviders(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		seen.clear()

	def test_the_providers_document_is_the_requests_reference(self):
		opportunity = make_won_opportunity(5)
		with registered({"Billing": provider(make_invoice_note)}):
			request = make_fulfilment_request(opportunity, quantity=2)
			shipping = make_fulfilment_request(opportunity, "Shipping")
		self.assertEqual(request.reference_doctype, "Note")
		self.assertEqual(
			frappe.db.get_value("Note", request.reference_name, "title"), f"Invoice for {request.name}"
		)
		self.assertFalse(shipping.reference_name)

	def test_a_provider_gets_all_that_an_invoice_needs(self):
		opportunity = make_won_opportunity(5)
		with registered({"Billing": provider(make_invoice_note)}):
			request = make_fulfilment_request(opportunity, quantity=2)
		(fulfilment,) = seen
		self.assertEqual(fulfilment.request, request.name)
		self.assertEqual(fulfilment.opportunity, opportunity.name)
		self.assertEqual((fulfilment.party, fulfilment.currency), (opportunity.party, "EUR"))
		self.assertEqual((fulfilment.net_total, fulfilment.tax_treatment), (Decimal("2000.0"), "Domestic"))
		(line,) = fulfilment.lines
		self.assertEqual((line.item, line.quantity, line.rate), ("TEST-BIKE", Decimal(2), Decimal(1000)))
		self.assertEqual((line.amount, line.tax_rate, line.unit), (Decimal(2000), "19 %", "Piece"))

	def test_a_provider_knows_how_freight_is_taxed(self):
		make_item("TEST-BILLED-BOOK", price=10, tax_rate="7 %")
		make_class("TEST-CONSUMERS", prices_include_tax=1)
		shared = (("19 %", Decimal(75)), ("7 %", Decimal(25)))
		for class_id in (DEFAULT_CLASS, "TEST-CONSUMERS"):
			for freight_tax_rate, taxes in ((None, shared), ("7 %", (("7 %", Decimal(100)),))):
				opportunity = make_opportunity(
					class_id=class_id,
					items=[{"rate": 300}, {"item": "TEST-BILLED-BOOK", "rate": 100}],
					freight=100,
					freight_tax_rate=freight_tax_rate,
				)
				make_quote(opportunity).submit()
				api.close_as_won(opportunity.name)
				opportunity.reload()
				with registered({"Billing": provider(make_invoice_note)}):
					for _part in range(2):
						make_fulfilment_request(opportunity, quantity=0.5)
				with self.subTest((class_id, freight_tax_rate)):
					first, second = seen[-2:]
					self.assertEqual((first.freight, first.freight_taxes), (Decimal(100), taxes))
					self.assertEqual((second.freight, second.freight_taxes), (Decimal(0), ()))

	def test_an_error_of_a_provider_leaves_nothing_half_made(self):
		for function, error in ((fail_half_way, InvoicingDownError), (forget, ProviderError)):
			opportunity = make_won_opportunity(5)
			notes = frappe.db.count("Note")
			with registered({"Billing": provider(function)}), self.assertRaises(error):
				make_fulfilment_request(opportunity)
			self.assertEqual(frappe.db.count("Note"), notes)
			self.assertFalse(frappe.db.exists("Fulfilment Request", {"opportunity": opportunity.name}))
			self.assertEqual([line["open"] for line in follow_ups(opportunity.name)["Billing"]], [5])

	def test_lines_stay_as_the_providers_document_has_them(self):
		with registered({"Billing": provider(make_invoice_note)}):
			request = make_fulfilment_request(quantity=2)
		request.notes = "Please by Friday"
		request.save()
		request.items[0].quantity = 1
		with self.assertRaises(DocumentMadeError):
			request.save()

	def test_a_request_is_cancelled_only_after_its_document(self):
		for docstatus, is_refused in ((0, True), (1, True), (2, False)):
			with self.subTest(docstatus), registered({"Billing": provider(refer_to_quote)}):
				opportunity = make_opportunity(items=[{"quantity": 5}])
				quote = make_quote(opportunity)
				quote.submit()
				api.close_as_won(opportunity.name)
				request = make_fulfilment_request(opportunity)
				frappe.db.set_value("Quote", quote.name, "docstatus", docstatus)
				if is_refused:
					with self.assertRaisesRegex(DocumentMadeError, quote.name):
						cancel(request.name)
				else:
					cancel(request.name)
				opened = 0 if is_refused else 5
				self.assertEqual([line["open"] for line in follow_ups(opportunity.name)["Billing"]], [opened])

	def test_a_document_that_is_never_cancelled_keeps_no_request(self):
		with registered({"Billing": provider(make_invoice_note)}):
			request = make_fulfilment_request(make_won_opportunity(5))
		cancel(request.name)
		self.assertEqual(stored(request, "status"), "Cancelled")

	def test_the_example_in_the_docs_works(self):
		hook, source = re.findall(
			r"```python\n(.*?)```",
			CONFIGURATION.read_text().split("## Follow-ups")[1].split("\n## ")[0],
			re.S,
		)
		values: dict = {}
		exec(hook.replace("my_app.shipping", EXAMPLE), values)
		module = ModuleType(EXAMPLE)
		exec(source, module.__dict__)
		make_delivery_slip_doctype()
		self.addCleanup(sys.modules.pop, EXAMPLE)
		sys.modules[EXAMPLE] = module
		with registered(values["sales_fulfilment_providers"]):
			request = make_fulfilment_request(make_won_opportunity(5, 1), "Shipping")
		slip = frappe.get_doc(request.reference_doctype, request.reference_name)
		self.assertEqual((slip.doctype, slip.customer), ("Delivery Slip", request.party))
		self.assertEqual(slip.contents, "5 Piece TEST-BIKE\n1 Piece TEST-BIKE")


def make_delivery_slip_doctype():
	"""Make the DocType of the example as an admin makes one in the desk."""
	if not frappe.db.exists("DocType", "Delivery Slip"):
		fields = [
			{"fieldname": fieldname, "fieldtype": fieldtype, "label": fieldname.title()}
			for fieldname, fieldtype in (("customer", "Data"), ("contents", "Small Text"))
		]
		frappe.get_doc(
			{
				"doctype": "DocType",
				"name": "Delivery Slip",
				"module": "Core",
				"custom": 1,
				"autoname": "hash",
				"fields": fields,
			}
		).insert()
