"""Several companies on one site, as another app brings them: which one a deal is made in, and who sees nothing of another."""

import frappe
from frappe.permissions import add_user_permission
from frappe.utils import add_days, getdate, nowdate

from sales_opportunity.framework.linked_fields import app_of
from sales_opportunity.install import unlink_fields
from sales_opportunity.masters.companies import (
	LINKED_FIELDS,
	Company,
	company_on_paper,
	company_type,
	default_company,
	link_company_fields,
)
from sales_opportunity.overrides.plain_reports import limited
from sales_opportunity.reporting import snapshots
from sales_opportunity.sales_opportunity.doctype.quote.print_context import quote_paper
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.fixed_values import IssuedQuoteError
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import calculate
from sales_opportunity.tests.factories import (
	make_class,
	make_opportunity,
	make_quote,
	make_target,
	make_user,
	registered,
	set_exchange_rates,
)
from sales_opportunity.tests.foreign_doctypes import ForeignDocTypesTestCase
from sales_opportunity.tests.letter_heads import LetterHeadTestCase
from sales_opportunity.tests.reports import run_report
from sales_opportunity.tests.settings import use_settings
from sales_opportunity.tests.stored import stored

BRANCH = "Shop Branch"
NORTH, SOUTH = "Radwerk Nord GmbH", "Radwerk Süd AG"
SELLER, LIMITED, VIEWER = (
	"branch-seller@example.com",
	"branch-limited@example.com",
	"branch-viewer@example.com",
)


def branch(name: str) -> Company:
	"""Adapter of the test's companies."""
	doc = frappe.get_cached_doc(BRANCH, name)
	return Company(
		company_name=name,
		currency=doc.currency,
		letter_head=doc.letter_head,
		city=doc.city,
		street=doc.city and "Hauptstraße 1",
		vat_id=doc.vat_id,
		iban=doc.iban,
		is_main=name == NORTH,
	)


class CompaniesTestCase(ForeignDocTypesTestCase, LetterHeadTestCase):
	doctypes = (
		(
			BRANCH,
			(
				("currency", "Link", "Currency"),
				("letter_head", "Link", "Letter Head"),
				("city", "Data", ""),
				("vat_id", "Data", ""),
				("iban", "Data", ""),
			),
			"",
		),
	)

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.enterClassContext(registered(sales_companies={BRANCH: [f"{__name__}.branch"]}))
		cls.addClassCleanup(cls.forget)
		make_class()
		for name, values in (
			(NORTH, {"currency": "EUR"}),
			(SOUTH, {"currency": "CHF", "city": "Basel", "vat_id": "CHE-123.456.788 MWST", "iban": "CH93"}),
		):
			frappe.get_doc({"doctype": BRANCH, **values}).insert(set_name=name)
		link_company_fields()
		for user in (SELLER, LIMITED):
			make_user(user, "Sales User")
		make_user(VIEWER, "Sales Viewer", "Sales Manager")
		for user in (LIMITED, VIEWER):
			add_user_permission(BRANCH, SOUTH, user)

	@classmethod
	def forget(cls):
		"""Let the site have no companies again, when the hook is gone."""
		with registered(sales_companies={}):
			link_company_fields()

	def setUp(self):
		super().setUp()
		frappe.db.savepoint("companies")
		self.addCleanup(frappe.db.rollback, save_point="companies")
		self.addCleanup(frappe.set_user, "Administrator")
		set_exchange_rates(CHF=1.05)


class TestCompanyOfADeal(CompaniesTestCase):
	def test_the_field_links_to_the_companies_while_an_app_has_some(self):
		for doctype, fieldname in LINKED_FIELDS.items():
			field = frappe.get_meta(doctype).get_field(fieldname)
			self.assertEqual((field.fieldtype, field.options, field.hidden), ("Link", BRANCH, 0), doctype)
		with registered(sales_companies={}):
			link_company_fields()
			link_company_fields()
			for doctype, fieldname in LINKED_FIELDS.items():
				field = frappe.get_meta(doctype).get_field(fieldname)
				self.assertEqual((field.fieldtype, field.options, field.hidden), ("Data", None, 1), doctype)
			self.assertIsNone(company_type())
			self.assertFalse(make_opportunity().company)
		link_company_fields()

	def test_deals_from_before_get_the_sites_company(self):
		deal = make_opportunity(items=[{}])
		deal.db_set("company", None)
		frappe.db.set_default(frappe.scrub(BRANCH), NORTH)
		link_company_fields()
		self.assertEqual(stored(deal, "company"), NORTH)

	def test_what_an_admin_chose_of_its_looks_stays(self):
		setter = {"doc_type": "Quote", "field_name": "company", "property": "hidden"}
		frappe.db.set_value("Property Setter", setter, {"value": "1", "module": None})
		link_company_fields()
		self.assertEqual(frappe.get_meta("Quote").get_field("company").hidden, 1)

	def test_the_users_default_the_choice_and_the_class_say_which(self):
		frappe.defaults.set_user_default(frappe.scrub(BRANCH), SOUTH, SELLER)
		make_class("NORTH-ONLY", fixed_company=NORTH)
		for user, values, expected in (
			(SELLER, {}, SOUTH),
			(SELLER, {"company": NORTH}, NORTH),
			(SELLER, {"company": SOUTH, "class_id": "NORTH-ONLY"}, NORTH),
			(LIMITED, {}, SOUTH),
			("Administrator", {"company": SOUTH}, SOUTH),
		):
			with self.subTest(user, **values):
				frappe.set_user(user)
				deal = make_opportunity(items=[{}], **values)
				self.assertEqual((deal.company, make_quote(deal).company), (expected, expected))
				shown = calculate({**deal.as_dict(), "__islocal": 1, "name": "new-1", **values})
				self.assertEqual(shown["company"], expected)

	def test_nobody_makes_deals_in_a_company_beyond_their_permissions(self):
		make_class("NORTH-FIXED", fixed_company=NORTH)
		mine = make_opportunity(opportunity_owner=LIMITED, company=SOUTH)
		frappe.set_user(LIMITED)
		self.assertEqual(default_company(), SOUTH)
		for values in ({"company": NORTH}, {"class_id": "NORTH-FIXED"}):
			with self.subTest(**values), self.assertRaises(frappe.PermissionError):
				make_opportunity(**values)
			with self.subTest("moved", **values), self.assertRaises(frappe.PermissionError):
				frappe.get_doc(mine.doctype, mine.name).update(values).save()

	def test_its_currency_is_that_of_the_deal_unless_partner_or_class_have_one(self):
		make_class("IN-DOLLARS", default_currency="USD")
		set_exchange_rates(CHF=1.05, USD=0.9)
		for values, expected in (
			({"company": NORTH}, ("EUR", 1)),
			({"company": SOUTH}, ("CHF", 1.05)),
			({"company": SOUTH, "class_id": "IN-DOLLARS"}, ("USD", 0.9)),
		):
			deal = make_opportunity(items=[{"rate": 100}], **values)
			self.assertEqual((deal.transaction_currency, deal.conversion_rate), expected)
			self.assertEqual((deal.company_currency, deal.base_amount), ("EUR", 100 * expected[1]))

	def test_a_deal_takes_its_drafts_along_into_another_company_and_no_issued_quote(self):
		deal = make_opportunity(items=[{}], company=NORTH, transaction_currency="EUR")
		first, second = make_quote(deal), make_quote(deal)
		deal.reload()
		deal.update({"company": SOUTH}).save()
		for quote in (first, second):
			self.assertEqual(frappe.db.get_value("Quote", quote.name, "company"), SOUTH)
		frappe.get_doc("Quote", first.name).submit()
		deal.reload()
		with self.assertRaises(IssuedQuoteError):
			deal.update({"company": NORTH}).save()

	def test_paper_says_what_the_company_says_and_the_settings_only_of_the_main_one(self):
		settings = {
			"company_name": "Radwerk",
			"street": "Am Hafen 2",
			"city": "Kiel",
			"vat_id": "DE136695976",
		}
		use_settings(self, **settings, bank_name="Förde Bank", iban="DE02")
		for name, is_default in (("Haus", 1), ("Süd", 0)):
			head = {"doctype": "Letter Head", "letter_head_name": name, "is_default": is_default}
			frappe.get_doc({**head, "source": "HTML", "content": name}).insert()
		frappe.db.set_value(BRANCH, SOUTH, "letter_head", "Süd")
		frappe.clear_document_cache(BRANCH, SOUTH)
		papers = {}
		for company in (NORTH, SOUTH):
			deal = make_opportunity(items=[{}], company=company)
			quote = make_quote(deal)
			papers[company] = str(quote_paper(quote).footer)
			self.assertEqual(quote.letter_head, "Süd" if company == SOUTH else "Haus")
		for company, said, unsaid in (
			(NORTH, (NORTH, "Am Hafen 2", "DE136695976", "Förde Bank", "DE02"), ("Basel", "CH93")),
			(SOUTH, (SOUTH, "Basel", "CHE-123.456.788 MWST", "CH93"), ("Hafen", "DE136695976", "Förde")),
		):
			for text in said:
				self.assertIn(text, papers[company])
			for text in unsaid:
				self.assertNotIn(text, papers[company])
		self.assertEqual(company_on_paper(None).company_name, "Radwerk")

	def test_the_app_that_brought_them_can_go(self):
		unlink_fields(app_of(BRANCH) or "")
		self.assertEqual(frappe.get_meta("Quote").get_field("company").fieldtype, "Data")
		link_company_fields()


class TestReportsByCompany(CompaniesTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		set_exchange_rates(CHF=1.05)
		frappe.db.delete("Sales Target")
		make_class("BY-COMPANY")
		cls.deals = {}
		for company, rate in ((NORTH, 700), (SOUTH, 100)):
			values = {"company": company, "opportunity_owner": SELLER, "class_id": "BY-COMPANY"}
			values["expected_close_date"] = nowdate()
			deal = make_opportunity(items=[{"rate": rate}], **values)
			for days in (2, 1, 0):
				deal.expected_close_date = add_days(nowdate(), days)
				deal.save()
			make_quote(deal, valid_until=nowdate()).submit()
			lost = make_opportunity(
				items=[{"rate": rate + 7}], stage="Lost", closing_reason="No Budget", **values
			)
			won = make_opportunity(items=[{"rate": rate + 9}], stage="Won", **values)
			make_quote(deal, valid_until=nowdate()).submit()
			cls.deals[company] = (deal, lost, won)
		snapshots.store_day(getdate())

	def reports(self):
		found = frappe.get_all(
			"Report",
			{"module": "Sales Opportunity", "report_type": ("in", ("Script Report", "Query Report"))},
			pluck="name",
		)
		self.assertLessEqual({"Weighted Pipeline", "Revenue Forecast", "Quote Register"}, set(found))
		return set(found) - {"Customer Journey", "Probability Calibration"}

	def answer(self, report, **filters):
		dates = {"from_date": "2020-01-01", "to_date": nowdate(), "with_won": 1}
		found = run_report(report, **{**dates, **filters})
		return found["result"]

	def figures(self, report, **filters):
		"""Return the rows without where they lead."""
		rows = (row for row in self.answer(report, **filters) if isinstance(row, dict))
		return [{key: value for key, value in row.items() if key != "drill"} for row in rows]

	def test_each_report_is_of_one_company_for_who_is_limited_to_it_and_by_its_filter(self):
		for report in sorted(self.reports()):
			with self.subTest(report):
				frappe.set_user("Administrator")
				whole, filtered = self.figures(report), self.figures(report, company=SOUTH)
				frappe.set_user(VIEWER)
				self.assertEqual(self.figures(report), filtered)
				if report != "Forecast Accuracy":
					self.assertNotEqual(whole, filtered)
				names = [deal.name for deal in self.deals[NORTH]]
				self.assertFalse([name for name in names if name in str(self.answer(report))])

	def test_targets_are_those_of_a_company_and_who_is_limited_to_one_reads_no_others(self):
		for company, amount in ((NORTH, 24_000), (SOUTH, 12_000)):
			make_target(target_for="Company", company=company, yearly_amount=amount)
			make_target(target_for="Class", class_id="BY-COMPANY", company=company, yearly_amount=amount)
		frappe.set_user(VIEWER)
		self.assertEqual(
			{target.company for target in frappe.get_list("Sales Target", fields=["company"])}, {SOUTH}
		)
		for target_for in ("Company", "Class"):
			*_rows, whole = self.figures("Sales Targets", target_for=target_for)
			self.assertEqual((whole["target"], whole["won"]), (12_000, 114.45))  # 109 francs at 1.05

	def test_the_forecast_adds_up_companies_in_one_currency_and_tells_them_apart(self):
		filters = {"class_id": "BY-COMPANY", "period": "Year"}
		found = self.figures("Revenue Forecast", group_by="company", **filters)
		rows = {row["group"]: row for row in found if row.get("group")}
		self.assertEqual(rows[SOUTH]["nominal"], 105.0)
		self.assertEqual({row["currency"] for row in rows.values()}, {"EUR"})
		total = next(row for row in self.figures("Revenue Forecast", **filters) if row.get("is_total"))
		self.assertEqual(total["nominal"], sum(row["nominal"] for row in rows.values()))

	def test_plain_sql_is_limited_by_user_permissions_however_it_names_its_tables(self):
		frappe.set_user(VIEWER)
		for query in (
			"select name from `tabSales Opportunity`",
			"select name from `tabSales Opportunity` where status = 'Open' order by name",
			"select deal.name from `tabSales Opportunity` as deal",
			"select `tabSales Opportunity`.name from `tabQuote` join `tabSales Opportunity` on "
			"`tabSales Opportunity`.name = `tabQuote`.opportunity",
			"select parent from `tabSales Opportunity Item` line, `tabUser` user",
			"select deal.name from `tabClass ID` class JOIN `tabSales Opportunity` deal ON deal.class_id = class.name",
			"select `tabSales Opportunity`.name from `tabUser`, `tabSales Opportunity`",
			"select deal.name from `tabUser` u , `tabSales Opportunity` as deal",
			"select deal.name from (`tabUser` u, `tabSales Opportunity` deal)",
			"select 1 one, `tabSales Opportunity`.name from `tabSales Opportunity`",
			"select extract(year from `tabSales Opportunity`.creation), `tabSales Opportunity`.name "
			"from`tabSales Opportunity`where 1 = 1",
			"select name from `tabUser` union all select name from `tabSales Opportunity`",
			"select 'from `tabQuote`', name from -- all\n `tabSales Opportunity` /* of `tabQuote` */",
			"select name from `tabClass ID` where 1 = 0 union (select name from `tabSales Opportunity`)",
			"with own as (select name from `tabSales Opportunity`) select name from own",
			f"select name from `{frappe.conf.db_name}`.`tabSales Opportunity`",
		):
			with self.subTest(query):
				rows = frappe.db.sql(limited(query, has_values=False))
				found = {value for row in rows for value in row}
				self.assertIn(self.deals[SOUTH][0].name, found)
				self.assertFalse({deal.name for deal in self.deals[NORTH]} & found)
		frappe.set_user("Administrator")
		self.assertEqual(limited("select 1 from `tabQuote`", has_values=True), "select 1 from `tabQuote`")
