"""A Payment Schedule that was agreed on a Quotation is the plan of instalments of its deal and its quote."""

import frappe

from sales_opportunity.erpnext.takeover import taking
from sales_opportunity.tests.erpnext.erp import ERPNextTestCase, make_customer
from sales_opportunity.tests.erpnext.old_documents import deal_of, make_quotation, order, quote_of
from sales_opportunity.tests.factories import get_or_make, make_class

CLASS = "ERP-PLANS"
THIRDS = [
	{"due_date": "2026-01-15", "invoice_portion": 33.333, "description": "Bei Auftrag"},
	{"due_date": "2026-02-15", "invoice_portion": 33.333, "description": "Bei Lieferung"},
	{"due_date": "2026-03-15", "invoice_portion": 33.334, "description": "Nach Abnahme"},
]
IN_TEN_DAYS = {
	"description": "Zahlbar in 10 Tagen",
	"invoice_portion": 100,
	"due_date_based_on": "Day(s) after invoice date",
	"credit_days": 10,
}


def plan_of(doc) -> list[tuple[str, str, float]]:
	return [(str(row.due_date), row.description or "", row.amount) for row in doc.instalments]


class TestPlansTakenOver(ERPNextTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_class(CLASS)
		taking.take_over(False, CLASS)
		customer = make_customer("Ratenzahler GmbH").name
		lines = [{"qty": 1, "rate": 1000}]
		cls.template = get_or_make(
			"Payment Terms Template", "In Ten Days", template_name="In Ten Days", terms=[IN_TEN_DAYS]
		).name
		cls.issued = make_quotation(customer, lines, payment_schedule=THIRDS)
		cls.draft = make_quotation(customer, lines, submit=False, payment_schedule=THIRDS)
		cls.ordered = make_quotation(customer, lines, payment_schedule=THIRDS)
		order(cls.ordered)
		cls.at_once = make_quotation(customer, lines)
		cls.by_terms = make_quotation(customer, lines, payment_terms_template=cls.template)
		cls.later = make_quotation(
			customer, lines, payment_schedule=[{"due_date": "2026-06-30", "invoice_portion": 100}]
		)
		# The takeover commits.
		frappe.db.commit()
		cls.result = taking.take_over(False, CLASS)

	@classmethod
	def tearDownClass(cls):
		frappe.db.rollback()
		super().tearDownClass()

	def test_a_schedule_of_several_payments_is_the_plan_of_quote_and_deal(self):
		for quotation in (self.issued, self.draft, self.ordered):
			with self.subTest(quotation.name, status=quotation.status):
				self.assertEqual(
					plan_of(quote_of(quotation)),
					[
						("2026-01-15", "Bei Auftrag", 396.66),
						("2026-02-15", "Bei Lieferung", 396.66),
						("2026-03-15", "Nach Abnahme", 396.68),
					],
				)
				plan = plan_of(deal_of(quotation))
				self.assertEqual(
					[day for day, _text, _amount in plan], ["2026-01-15", "2026-02-15", "2026-03-15"]
				)
				self.assertEqual(round(sum(amount for _day, _text, amount in plan), 2), 1000)

	def test_one_payment_on_another_day_is_a_plan(self):
		self.assertEqual(plan_of(quote_of(self.later)), [("2026-06-30", "", 1190)])
		self.assertEqual(plan_of(deal_of(self.later)), [("2026-06-30", "", 1000)])

	def test_what_the_payment_terms_say_is_none(self):
		for quotation in (self.at_once, self.by_terms):
			with self.subTest(quotation.name):
				self.assertEqual(quotation.payment_schedule[0].payment_amount, 1190)
				self.assertEqual((plan_of(quote_of(quotation)), plan_of(deal_of(quotation))), ([], []))
		self.assertEqual(quote_of(self.by_terms).payment_terms, "Zahlbar in 10 Tagen")
