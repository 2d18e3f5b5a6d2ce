"""Who has sold an order, with which part: the people of the deal, as far as they are ERPNext's Sales Persons."""

from collections.abc import Iterable
from typing import Any

import frappe

from sales_opportunity.features import PARTICIPANTS, is_used
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.pricing.shares import percentages

OPPORTUNITY, SHARE = "Sales Opportunity", "Sales Opportunity Share"


def set_sales_team(order: Any, opportunity: str) -> None:
	"""Let the people of a deal be the sales team of its order, if all of them are Sales Persons: ERPNext takes 100 % only.

	The customer's own team stays where nobody shares the deal.
	"""
	people = shares_by_user(opportunity)
	persons = sales_persons(people)
	if people and people.keys() <= persons.keys() and (len(people) > 1 or not order.get("sales_team")):
		order.set(
			"sales_team",
			[
				{"sales_person": persons[user], "allocated_percentage": float(part)}
				for user, part in people.items()
			],
		)


def shares_by_user(opportunity: str) -> dict[str, Any]:
	"""Return by user what each has of a deal in percent."""
	owner = frappe.db.get_value(OPPORTUNITY, opportunity, "opportunity_owner")
	rows = []
	if is_used(PARTICIPANTS):
		rows = frappe.get_all(SHARE, {"parent": opportunity}, ["user", "percentage"], order_by="idx asc")
	shares = percentages(owner, {row.user: to_decimal(row.percentage) for row in rows})
	return {user: part for user, part in shares.items() if part}


def sales_persons(users: Iterable[str]) -> dict[str, str]:
	"""Return by user the Sales Person of the employee who has this login."""
	employees = frappe.get_all(
		"Employee", {"user_id": ("in", sorted(users)), "status": "Active"}, ["name", "user_id"]
	)
	logins = {row.name: row.user_id for row in employees}
	persons = frappe.get_all(
		"Sales Person",
		{"employee": ("in", sorted(logins)), "enabled": 1, "is_group": 0},
		["name", "employee"],
		order_by="name asc",
	)
	return {logins[row.employee]: row.name for row in persons if row.employee in logins}
