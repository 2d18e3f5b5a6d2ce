"""ERPNext's Authorization Rules for Quotations hold for quotes: they are released before they are issued."""

import random
from decimal import Decimal

import frappe

from sales_opportunity.erpnext.company.authorization import (
	AVERAGE,
	GRAND_TOTAL,
	MEASURES,
	OF_CUSTOMER,
	approvals,
)
from sales_opportunity.erpnext.company.release_rules import authorization_rules
from sales_opportunity.features import is_used
from sales_opportunity.masters.companies import default_company
from sales_opportunity.sales_opportunity.doctype.quote_release.release_state import ReleaseNeededError
from sales_opportunity.sales_opportunity.doctype.quote_release.releases import release, request_release
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote
from sales_opportunity.tests.erpnext.erp import (
	ERPNextTestCase,
	make_customer,
	make_deal,
	make_item,
	second_company,
)
from sales_opportunity.tests.factories import get_or_make, make_class, make_user, set_exchange_rates
from sales_opportunity.tests.releasing import ReleaseCase
from sales_opportunity.tests.settings import save_settings

SELLER, BOSS, BOARD = (f"authorized.{name}@example.com" for name in ("seller", "boss", "board"))
SELLING, BOSS_ROLE, BOARD_ROLE = "Sales User", "Approves Offers", "Approves All Offers"
TEN_THOUSAND = {"based_on": GRAND_TOTAL, "value": 10_000, "approving_role": BOSS_ROLE}
FIFTY_THOUSAND = {"based_on": GRAND_TOTAL, "value": 50_000, "approving_role": BOARD_ROLE}


class TestAuthorizationRules(ERPNextTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		for role in (BOSS_ROLE, BOARD_ROLE):
			get_or_make("Role", role, role_name=role)
		make_user(SELLER, SELLING, language="de")
		make_user(BOSS, SELLING, "Sales Manager", BOSS_ROLE)
		make_user(BOARD, "Sales Viewer", BOARD_ROLE)
		make_item()
		make_class("ERP-CLASS")

	def setUp(self):
		super().setUp()
		for name in frappe.get_all("Authorization Rule", pluck="name"):
			frappe.delete_doc("Authorization Rule", name)
		save_settings(release_rules=[], use_releases=1, allow_own_releases=0)

	def tearDown(self):
		self.setUp()

	def rule(self, **values):
		"""Keep a rule for Quotations as an admin types it into ERPNext."""
		user = frappe.session.user
		frappe.set_user("Administrator")
		doc = {"doctype": "Authorization Rule", "transaction": "Quotation", **values}
		made = frappe.get_doc(doc).insert().name
		frappe.set_user(user)
		return made

	def draft(self, rate: float = 1000, user: str = SELLER, customer: str | None = None, **values):
		"""Return a draft over one piece at a net price, made by a user."""
		customer = customer or make_customer().name
		frappe.set_user(user)
		deal = make_deal([{"rate": rate}], customer, opportunity_owner=user)
		self.quote = frappe.get_doc("Quote", create_quote(deal.name, "2099-12-31"))
		self.change(user, **values)
		return self.quote

	def change(self, user: str = SELLER, **values):
		frappe.set_user(user)
		self.quote.reload()
		self.quote.update(values)
		self.quote.save()

	def price(self, rate: float):
		frappe.set_user(SELLER)
		self.quote.reload()
		self.quote.items[0].rate = rate
		self.quote.save()

	def released(self, *people: str):
		frappe.set_user(SELLER)
		request_release(self.quote.name)
		for person in people:
			frappe.set_user(person)
			release(self.quote.name, str(frappe.db.get_value("Quote", self.quote.name, "modified")))
		frappe.set_user(SELLER)

	status = ReleaseCase.status
	shown = ReleaseCase.shown

	def reasons(self, language: str) -> list[str]:
		"""Return what the form says of why the quote needs a release."""
		former, frappe.local.lang = frappe.local.lang, language
		try:
			return [reason.replace("\xa0", " ") for reason in self.shown()["reasons"]]
		finally:
			frappe.local.lang = former

	def test_a_quote_at_the_value_is_approved_before_it_is_issued(self):
		name = self.rule(**TEN_THOUSAND)
		self.draft(8403.35)  # 9,999.99 with tax
		self.assertEqual(self.status(), "")
		self.draft(8403.36)  # 10,000.00 with tax
		self.assertEqual(self.status(), "Needed")
		with self.assertRaisesRegex(ReleaseNeededError, name):
			self.quote.submit()
		self.assertEqual(
			self.reasons("de"),
			[f"Der Bruttobetrag beträgt 10.000,00 € oder mehr. (Autorisierungsregel {name})"],
		)
		self.assertEqual(
			self.reasons("en"), [f"The gross total is €10,000.00 or more. (Authorization Rule {name})"]
		)
		self.released(BOSS)
		quote = frappe.get_doc("Quote", self.quote.name)
		quote.submit()
		self.assertEqual((quote.status, quote.release_status), ("Issued", "Released"))

	def test_who_approves_more_releases_the_lesser_too_and_a_larger_quote_needs_them(self):
		self.rule(**TEN_THOUSAND)
		self.rule(**FIFTY_THOUSAND)
		self.draft(20_000)
		self.released(BOARD)
		self.assertEqual(self.status(), "Released")
		self.draft(20_000)
		self.released(BOSS)
		self.price(19_000)
		self.assertEqual(self.status(), "Released")
		self.price(60_000)
		self.assertEqual(self.status(), "Needed")
		frappe.set_user(SELLER)
		request_release(self.quote.name)
		tasks = frappe.get_all(
			"ToDo", {"reference_name": self.quote.name, "status": "Open"}, pluck="allocated_to"
		)
		self.assertEqual(tasks, [BOARD])
		frappe.set_user("Administrator")

	def test_what_the_customer_may_choose_counts_with_its_tax(self):
		name = self.rule(**TEN_THOUSAND)
		self.draft(1000)
		self.quote.items[0].update({"is_quantity_open": 1, "max_quantity": 8})
		self.quote.save()
		self.assertEqual(self.status(), "")
		self.quote.items[0].max_quantity = 9  # 10,710.00 with tax
		self.quote.save()
		self.assertEqual(self.status(), "Needed")
		self.assertEqual(
			self.reasons("en"),
			[
				f"The customer can choose so that the gross total is €10,000.00 or more. (Authorization Rule {name})"
			],
		)

	def test_a_release_is_void_once_the_quote_comes_to_more(self):
		self.rule(**TEN_THOUSAND)
		self.draft(20_000)
		self.released(BOSS)
		self.change(freight=10)
		self.assertEqual(self.status(), "Needed")
		self.change(freight=0)
		self.assertEqual(self.status(), "Needed")

	def test_the_discount_of_all_lines_together_counts_from_the_value_on(self):
		self.rule(based_on=AVERAGE, value=10, approving_user=BOSS)
		self.draft(discount_percentage=9.99)
		self.assertEqual(self.status(), "")
		self.draft(discount_percentage=10)
		self.assertEqual(self.status(), "Needed")
		self.released(BOSS)
		self.assertEqual(self.status(), "Released")

	def test_the_discount_of_one_customer_counts_for_that_one(self):
		customer = make_customer("Rabatt Kunde GmbH").name
		self.rule(
			based_on=OF_CUSTOMER,
			customer_or_item="Customer",
			master_name=customer,
			value=5,
			approving_role=BOSS_ROLE,
		)
		self.draft(discount_percentage=20)
		self.assertEqual(self.status(), "")
		self.draft(customer=customer, discount_percentage=5)
		self.assertEqual(self.status(), "Needed")

	def test_a_rule_is_for_the_role_or_the_user_that_it_names(self):
		self.rule(**{**TEN_THOUSAND, "value": 100}, system_role=SELLING)
		self.rule(**TEN_THOUSAND, system_user=SELLER)
		self.draft(1000)
		self.assertEqual(self.status(), "")
		other = make_user("authorized.other@example.com", SELLING).name
		self.draft(1000, user=other)
		self.assertEqual(self.status(), "Needed")

	def test_who_approves_issues_own_quotes_and_nobody_else_does_so_with_them(self):
		self.rule(**TEN_THOUSAND)
		quote = self.draft(20_000, user=BOSS)
		self.assertEqual(self.status(), "")
		frappe.set_user("Administrator")
		frappe.db.set_value("Sales Opportunity", quote.opportunity, "opportunity_owner", SELLER)
		frappe.set_user(SELLER)
		with self.assertRaises(ReleaseNeededError):
			frappe.get_doc("Quote", quote.name).submit()
		frappe.set_user(BOSS)
		frappe.get_doc("Quote", quote.name).submit()

	def test_who_releases_is_bound_by_the_rules_for_them(self):
		self.rule(**TEN_THOUSAND, system_role=SELLING)
		self.rule(**FIFTY_THOUSAND, system_user=BOSS)
		self.draft(60_000)
		self.released(BOSS)
		self.assertNotEqual(self.status(), "Released")
		with self.assertRaises(ReleaseNeededError):
			frappe.get_doc("Quote", self.quote.name).submit()

	def test_a_rule_of_another_company_is_none(self):
		self.rule(**TEN_THOUSAND, company=second_company())
		self.draft(20_000)
		self.assertEqual(self.status(), "")

	def test_a_total_in_the_currency_of_the_books_is_compared_as_it_is(self):
		"""In base amounts 10,000.00 are 6,123.43, and these 9,999.99 again."""
		frappe.set_user("Administrator")
		company, customer = second_company(), make_customer("Zürich AG", default_currency=None).name
		set_exchange_rates(CHF=0.61234349)
		self.rule(**TEN_THOUSAND, company=company)
		frappe.set_user(SELLER)
		deal = make_deal(
			[{"rate": 1}], customer, company=company, transaction_currency="CHF", opportunity_owner=SELLER
		)
		self.quote = frappe.get_doc("Quote", create_quote(deal.name, "2099-12-31"))
		self.change(prices_include_tax=1)
		for price, expected in (9999.99, ""), (10_000, "Needed"):
			with self.subTest(price):
				self.price(price)
				self.assertEqual((self.quote.gross_total, self.status()), (price, expected))

	def test_rules_of_the_settings_hold_beside_it(self):
		self.rule(based_on=AVERAGE, value=5, approving_role=BOARD_ROLE)
		save_settings(release_rules=[{"discount_from": 10, "role": BOSS_ROLE}])
		self.draft(discount_percentage=15)
		self.released(BOSS)
		self.assertEqual(self.status(), "Requested")
		frappe.set_user(BOARD)
		release(self.quote.name, str(frappe.db.get_value("Quote", self.quote.name, "modified")))
		self.assertEqual(self.status(), "Released")

	def test_what_is_not_of_the_whole_quotation_asks_for_nothing(self):
		self.rule(based_on="Itemwise Discount", value=1, approving_role=BOSS_ROLE)
		self.rule(transaction="Sales Order", **TEN_THOUSAND)
		self.draft(20_000, discount_percentage=50)
		self.assertEqual(self.status(), "")

	def test_the_release_shows_while_there_is_a_rule(self):
		def is_hidden() -> bool:
			return bool(frappe.get_meta("Quote").get_field("release_status").hidden)

		self.assertEqual((is_used("use_releases"), is_hidden()), (False, True))
		name = self.rule(**TEN_THOUSAND)
		self.assertEqual((is_used("use_releases"), is_hidden()), (True, False))
		frappe.delete_doc("Authorization Rule", name)
		self.assertEqual((is_used("use_releases"), is_hidden()), (False, True))

	def test_what_erpnext_refuses_of_its_own_quotations_needs_a_release(self):
		draw, customer, company = random.Random(7), make_customer("Gleich GmbH"), default_company()
		counted = {True: 0, False: 0}
		for case in range(150):
			frappe.db.delete("Authorization Rule")
			for number in range(draw.randint(1, 5)):
				store_random_rule(draw, f"Random {number}", customer.name, company)
			gross, discount = draw.choice([500, 1000, 3000]), draw.choice([0, 5, 7, 10])
			for user in (SELLER, BOSS, BOARD):
				frappe.set_user(user)
				refused = is_refused(gross, discount, customer.name, company)
				measured = {
					GRAND_TOTAL: Decimal(gross),
					AVERAGE: Decimal(discount),
					OF_CUSTOMER: Decimal(discount),
				}
				asked = approvals(
					authorization_rules(), measured, company, customer.name, {user: frappe.get_roles()}
				)
				counted[refused] += 1
				with self.subTest(case, user=user):
					self.assertEqual(bool(asked), refused)
		frappe.set_user("Administrator")
		self.assertGreater(min(counted.values()), 100)


def store_random_rule(draw: random.Random, name: str, customer: str, company: str):
	"""Store a rule for Quotations of what they have as a whole."""
	based_on = draw.choice(MEASURES)
	approver = draw.choice(
		[{"approving_role": BOSS_ROLE}, {"approving_role": BOARD_ROLE}, {"approving_user": BOSS}]
	)
	whom = draw.choice([{}, {}, {"system_user": SELLER}, {"system_role": SELLING}, {"system_user": BOARD}])
	values = [500, 1000, 2000] if based_on == GRAND_TOTAL else [0, 5, 6, 10]
	of_customer = {"customer_or_item": "Customer", "master_name": customer}
	doc = {
		"doctype": "Authorization Rule",
		"name": name,
		"transaction": "Quotation",
		"based_on": based_on,
		"value": draw.choice(values),
		"company": draw.choice([None, company]),
		**(of_customer if based_on == OF_CUSTOMER else {}),
		**approver,
		**whom,
	}
	frappe.get_doc(doc).db_insert()


def is_refused(gross: int, discount: int, customer: str, company: str) -> bool:
	"""Return whether ERPNext refuses a Quotation of these measures to the user."""
	quotation = frappe.get_doc(
		{
			"doctype": "Quotation",
			"customer_name": customer,
			"items": [{"qty": 2, "base_price_list_rate": 100, "base_rate": 100 - discount}],
		}
	)
	control = frappe.get_doc("Authorization Control")
	try:
		control.validate_approving_authority("Quotation", company, gross, quotation)
	except frappe.ValidationError:
		return True
	return False
