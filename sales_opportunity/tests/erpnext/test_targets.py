"""Targets that are kept on ERPNext's Sales Persons are found here, to the cent, and nobody types them again."""

import frappe

from sales_opportunity.erpnext.errors import KeptInERPNextError
from sales_opportunity.erpnext.setting_up import set_up
from sales_opportunity.tests.erpnext.erp import (
	MONTHS,
	ERPNextTestCase,
	default_company,
	distribution,
	fiscal_year,
	make_sales_person,
	second_company,
	target,
)
from sales_opportunity.tests.factories import make_target, make_user
from sales_opportunity.tests.reports import report_rows
from sales_opportunity.tests.settings import save_settings, use_settings


class TestTargets(ERPNextTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.savepoint("targets")
		self.addCleanup(frappe.db.rollback, save_point="targets")
		self.addCleanup(frappe.set_user, "Administrator")
		self.user = make_user(f"{frappe.generate_hash(length=10)}@example.com", "Sales User").name
		self.year = fiscal_year("ERP 2031", "2031-01-01", "2031-12-31")
		self.even = distribution("ERP Even", **dict.fromkeys(MONTHS[:11], 8.333), December=8.337)
		self.summer = distribution("ERP Summer", June=33.333, July=33.333, August=33.334)

	def target(self, year: int = 2031):
		"""Return the target here of this user's year."""
		return frappe.get_doc("Sales Target", {"user": self.user, "year": year})

	def amounts(self, year: int = 2031) -> list[float]:
		return [row.amount for row in self.target(year).periods]

	def count(self) -> int:
		return frappe.db.count("Sales Target", {"user": self.user})

	def test_what_a_sales_person_is_to_sell_is_a_target_here(self):
		person = make_sales_person(self.user, targets=[target(self.year, 100_000, self.even)])
		found = self.target()
		self.assertEqual((found.sales_person, found.target_for), (person.name, "Person"))
		self.assertEqual((found.company, found.company_currency), (default_company(), "EUR"))
		self.assertEqual((found.yearly_amount, found.yearly_deals), (100_000, 0))
		self.assertEqual(self.amounts(), [8_333] * 11 + [8_337])

	def test_each_month_has_what_the_distribution_says_and_not_a_cent_is_lost(self):
		make_sales_person(self.user, targets=[target(self.year, 100.01, self.summer)])
		self.assertEqual(self.amounts(), [0] * 5 + [33.34, 33.33, 33.34] + [0] * 4)
		self.assertEqual(self.target().yearly_amount, 100.01)

	def test_item_groups_add_up_and_quantities_are_no_amounts(self):
		groups = frappe.get_all("Item Group", {"is_group": 0}, pluck="name", limit=2)
		make_sales_person(
			self.user,
			targets=[
				target(self.year, 3_000, self.summer, item_group=groups[0]),
				target(self.year, 1_000, self.even, item_group=groups[1]),
				{**target(self.year, 0, self.even), "target_qty": 50},
			],
		)
		self.assertEqual(self.target().yearly_amount, 4_000)
		self.assertEqual(self.amounts()[4:9], [83.33, 1_083.32, 1_083.32, 1_083.35, 83.33])

	def test_a_fiscal_year_that_is_no_calendar_year_lies_in_both(self):
		year = fiscal_year("ERP 2032-33", "2032-04-01", "2033-03-31")
		spread = distribution("ERP Spring", April=50, January=30, March=20)
		make_sales_person(self.user, targets=[target(year, 1_000, spread)])
		self.assertEqual(self.amounts(2032), [0, 0, 0, 500] + [0] * 8)
		self.assertEqual(self.amounts(2033), [300, 0, 200] + [0] * 9)
		short = fiscal_year("ERP 2034 Short", "2034-07-01", "2034-12-31", is_short_year=1)
		person = frappe.get_doc("Sales Person", f"Person {self.user}")
		person.append("targets", target(short, 600, self.even))
		person.save()
		self.assertEqual((self.target(2034).yearly_amount, self.amounts(2034)[5]), (600, 0))

	def test_it_follows_what_is_changed_there(self):
		person = make_sales_person(self.user, targets=[target(self.year, 1_200, self.summer)])
		person.targets[0].target_amount = 2_400
		person.save()
		self.assertEqual(self.target().yearly_amount, 2_400)
		spread = frappe.get_doc("Monthly Distribution", self.summer)
		for row in spread.percentages:
			row.percentage_allocation = 100 if row.month == "June" else 0
		spread.save()
		self.assertEqual(self.amounts(), [0] * 5 + [2_400] + [0] * 6)
		frappe.rename_doc("Sales Person", person.name, f"New {person.name}", force=True)
		self.assertEqual(self.target().sales_person, f"New {person.name}")
		person = frappe.get_doc("Sales Person", f"New {person.name}")
		person.set("targets", [])
		person.save()
		self.assertEqual(self.count(), 0)

	def test_it_goes_with_the_sales_person_and_with_the_login(self):
		person = make_sales_person(self.user, targets=[target(self.year, 1_200, self.summer)])
		former, self.user = self.user, make_user(f"{frappe.generate_hash(length=9)}@example.com").name
		employee = frappe.get_doc("Employee", person.employee)
		employee.user_id = self.user
		employee.save()
		self.assertFalse(frappe.db.exists("Sales Target", {"user": former}))
		self.assertEqual(self.target().yearly_amount, 1_200)
		frappe.delete_doc("Sales Person", person.name)
		self.assertEqual(self.count(), 0)

	def test_the_number_of_deals_goes_along_to_another_login_or_company(self):
		person = make_sales_person(self.user, targets=[target(self.year, 1_200, self.even)])
		found = self.target()
		found.yearly_deals = 12
		found.save()
		employee = frappe.get_doc("Employee", person.employee)
		self.user = employee.user_id = make_user(f"{frappe.generate_hash(length=9)}@example.com").name
		employee.save()
		self.assertEqual((self.target().name, self.target().yearly_deals), (found.name, 12))
		employee.company = second_company()
		employee.save()
		moved = self.target()
		self.assertEqual((moved.company, moved.company_currency), (second_company(), "CHF"))
		self.assertEqual((moved.yearly_amount, moved.yearly_deals, self.count()), (1_200, 12, 1))

	def test_one_in_another_currency_is_set_right(self):
		make_sales_person(self.user, targets=[target(self.year, 1_200, self.even)])
		self.target().db_set("company_currency", "USD")
		set_up()
		found = self.target()
		self.assertEqual({found.company_currency, *(row.company_currency for row in found.periods)}, {"EUR"})

	def test_who_has_no_login_has_no_target(self):
		before = frappe.db.count("Sales Target")
		rows = [target(self.year, 100, self.even)]
		name = f"Nobody {self.user}"
		frappe.get_doc({"doctype": "Sales Person", "sales_person_name": name, "targets": rows}).insert()
		self.assertEqual(frappe.db.count("Sales Target"), before)

	def test_a_target_that_was_made_by_hand_stays_and_counts(self):
		own = make_target(target_for="Person", user=self.user, year=2031, yearly_amount=77)
		make_sales_person(self.user, targets=[target(self.year, 1_200, self.even)])
		set_up()
		self.assertEqual((self.target().name, self.target().yearly_amount, self.count()), (own.name, 77, 1))
		own.reload()
		own.yearly_amount = 78
		own.save()
		own.delete()
		self.assertEqual(self.target().yearly_amount, 1_200)

	def test_where_one_by_hand_was_moved_away_that_of_erpnext_counts(self):
		other = make_user(f"{frappe.generate_hash(length=9)}@example.com").name
		make_sales_person(self.user, targets=[target(self.year, 1_200, self.even)])
		for values in ({"year": 2035}, {"user": other}, {"target_for": "Company", "year": 2036}):
			frappe.db.delete("Sales Target", {"user": self.user})
			own = make_target(target_for="Person", user=self.user, year=2031, yearly_amount=77)
			own.reload()
			own.update(values)
			own.save()
			with self.subTest(values):
				self.assertEqual(self.target().yearly_amount, 1_200)

	def test_setting_up_finds_those_of_before_and_changes_nothing_twice(self):
		make_sales_person(self.user, targets=[target(self.year, 1_200, self.even)])
		frappe.db.delete("Sales Target", {"user": self.user})
		set_up()
		found = self.target()
		self.assertEqual(found.yearly_amount, 1_200)
		set_up()
		self.assertEqual((self.target().modified, self.count()), (found.modified, 1))

	def test_it_is_changed_in_erpnext_and_only_the_number_of_deals_here(self):
		manager = make_user("erp-targets-manager@example.com", "Sales Manager", "Sales User").name
		person = make_sales_person(self.user, targets=[target(self.year, 1_200, self.even)])
		frappe.set_user(manager)
		for values in (
			{"yearly_amount": 5},
			{"year": 2035},
			{"user": manager},
			{"entered_by": "Quarter"},
			{"company_currency": "USD"},
		):
			found = self.target()
			found.update(values)
			with self.subTest(values), self.assertRaises(KeptInERPNextError) as refused:
				found.save()
			self.assertIn(person.name, str(refused.exception))
		with self.assertRaises(KeptInERPNextError):
			self.target().delete()
		found = self.target()
		found.yearly_deals = 12
		found.sales_person = None
		found.save()
		self.assertEqual((self.target().sales_person, self.target().yearly_deals), (person.name, 12))
		frappe.set_user("Administrator")
		person.targets[0].target_amount = 1_300
		person.save()
		self.assertEqual((self.target().yearly_amount, self.target().yearly_deals), (1_300, 12))

	def test_who_keeps_sales_persons_need_not_keep_targets(self):
		make_sales_person(self.user, targets=[target(self.year, 1_200, self.even)])
		keeper = make_user("erp-targets-keeper@example.com", "Sales Master Manager").name
		frappe.set_user(keeper)
		person = frappe.get_doc("Sales Person", f"Person {self.user}")
		person.targets[0].target_amount = 1_500
		person.save()
		self.assertFalse(frappe.has_permission("Sales Target", "write"))
		frappe.set_user("Administrator")
		self.assertEqual(self.target().yearly_amount, 1_500)

	def test_switched_off_they_stay_as_they_are_and_follow_once_they_are_on_again(self):
		use_settings(self, use_sales_targets=1)
		person = make_sales_person(self.user, targets=[target(self.year, 1_200, self.even)])
		save_settings(use_sales_targets=0)
		person.targets[0].target_amount = 1_300
		person.append("targets", target(fiscal_year("ERP 2030", "2030-01-01", "2030-12-31"), 70, self.even))
		person.save()
		frappe.get_doc("Employee", person.employee).save()
		frappe.get_doc("Monthly Distribution", self.even).save()
		set_up()
		self.assertEqual((self.target().yearly_amount, self.count()), (1_200, 1))
		save_settings(use_sales_targets=1)
		self.assertEqual((self.target().yearly_amount, self.target(2030).yearly_amount), (1_300, 70))

	def test_the_report_compares_it(self):
		make_sales_person(self.user, targets=[target(self.year, 1_200, self.summer)])
		frappe.set_user(self.user)
		filters = {"year": 2031, "period": "Quarter", "target_for": "Person"}
		rows = report_rows("Sales Targets", **filters)
		self.assertEqual([row["target"] for row in rows[:-1]], [None, 400, 800, None])
		self.assertEqual(rows[-1]["target"], 1_200)

	def test_it_is_of_the_company_of_the_employee_and_in_its_currency(self):
		company = second_company()
		make_sales_person(self.user, company=company, targets=[target(self.year, 1_200, self.even)])
		self.assertEqual((self.target().company, self.target().company_currency), (company, "CHF"))

	def test_a_copy_of_it_is_one_by_hand(self):
		make_sales_person(self.user, targets=[target(self.year, 1_200, self.even)])
		copy = frappe.copy_doc(self.target(), ignore_no_copy=False)
		copy.year = 2036
		copy.insert()
		self.assertEqual((copy.sales_person, copy.yearly_amount), (None, 1_200))
