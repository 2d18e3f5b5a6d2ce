"""Opportunities follow what changes in their stage: set-based, however many they are."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Max
from frappe.utils import now_datetime
from pypika import CustomFunction
from pypika.terms import Term

from sales_opportunity.access.permissions import require
from sales_opportunity.activities.activity_rules import stalled_from
from sales_opportunity.currency import company_currency, decimal_places
from sales_opportunity.framework.compat import joined_text
from sales_opportunity.framework.locking import retried, with_attempts
from sales_opportunity.inputs.arguments import read_list, whitelist
from sales_opportunity.inputs.values import possible_text
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.sales_opportunity.doctype.sales_opportunity_change.history import (
	CONTEXT,
	TRACKED,
	moment_after,
)

if TYPE_CHECKING:
	from pypika.terms import Criterion

	from sales_opportunity.sales_opportunity.doctype.qualification_stage.qualification_stage import (
		QualificationStage,
	)

OPPORTUNITY = "Sales Opportunity"
Round = CustomFunction("ROUND", ["number", "places"])


@whitelist()
def count_deviating(stages: str | list | None = None, class_id: str | None = None) -> int:
	"""Return how many open opportunities in these stages have another probability than their class or stage says.

	Without `stages` those of all stages count, with `class_id` those of this class only. Those with a probability
	entered by hand never do. Raises `frappe.PermissionError` for users who may not change stages.
	"""
	require("Qualification Stage", "write")
	return sum(_count(condition) for _probability, condition in _groups(stages, class_id))


@whitelist(methods=["POST"])
@retried
def update_probabilities(stages: str | list | None = None, class_id: str | None = None) -> int:
	"""Give the open opportunities in these stages, or in all, the probability that class or stage say now; return how many.

	With `class_id` only those of this class. Probabilities entered by hand stay. Each changed opportunity gets its
	fact of change. Two statements per stage, probability and currency, whatever the number of opportunities. Raises
	`frappe.PermissionError` for users who may not change stages.
	"""
	require("Qualification Stage", "write")
	return sum(_follow(probability, condition) for probability, condition in _groups(stages, class_id))


def update_in_parts(stages: str | list | None, class_id: str | None, size: int) -> Iterator[int]:
	"""Do what `update_probabilities` does to about `size` opportunities at a time, in the order of their names; yield how many.

	The caller ends the transaction after each part; a part that meets another request is done again.
	"""
	require("Qualification Stage", "write")
	opportunity = frappe.qb.DocType(OPPORTUNITY)
	for probability, condition in _groups(stages, class_id):
		last = ""
		while end := _end_of_part(condition & (opportunity.name > last), size):
			part = condition & (opportunity.name > last) & (opportunity.name <= end)
			yield with_attempts(partial(_follow, probability, part))
			last = end


def _end_of_part(condition: "Criterion", size: int) -> str | None:
	"""Return the last name of the next `size` opportunities, of all that are left if these are fewer, None if none is."""
	opportunity = frappe.qb.DocType(OPPORTUNITY)
	names = frappe.qb.from_(opportunity).select(opportunity.name).where(condition)
	end = names.orderby(opportunity.name).limit(1).offset(size - 1).run()
	if end:
		return end[0][0]
	return frappe.qb.from_(opportunity).select(Max(opportunity.name)).where(condition).run()[0][0]


def update_for_stage(stage: "QualificationStage") -> None:
	"""Give the opportunities in a stage its forecast category, and the open ones its number of days until stalled."""
	opportunity = frappe.qb.DocType(OPPORTUNITY)
	(
		frappe.qb.update(opportunity)
		.set(opportunity.forecast_category, stage.forecast_category)
		.where((opportunity.stage == stage.name) & (opportunity.is_counted == 1))
	).run()
	condition = (opportunity.stage == stage.name) & (opportunity.status == "Open")
	dates = frappe.qb.from_(opportunity).select(opportunity.idle_since).distinct().where(condition).run()
	for (idle_since,) in dates:
		if idle_since:
			(
				frappe.qb.update(opportunity)
				.set(opportunity.stalled_from, stalled_from("Open", idle_since, stage.stalled_after_days))
				.where(condition & (opportunity.idle_since == idle_since))
			).run()


def _groups(stages: str | list | None, class_id: str | None) -> list[tuple[Decimal, object]]:
	"""Return each probability that applies in a stage with the condition on the opportunities that are off it.

	Stages and classes are read as they are stored: when one was just changed, another request may have cached it as it was.
	"""
	opportunity = frappe.qb.DocType(OPPORTUNITY)
	given = [possible_text(stage, _("Stages")) for stage in read_list(stages or [], _("Stages"))]
	of_stages = dict(frappe.get_all("Qualification Stage", fields=["name", "probability"], as_list=True))
	names = [class_id] if class_id else frappe.get_all("Class ID", pluck="name")
	filters = {"parenttype": "Class ID", "parent": ("in", names or [""]), "has_own_probability": 1}
	rows = frappe.get_all("Class ID Stage", filters, ["parent", "stage", "probability"])
	of_classes = {(row.parent, row.stage): row.probability for row in rows}
	classes: dict[tuple[str, Decimal], list[str]] = {}
	for name in names:
		for stage in given or of_stages:
			probability = to_decimal(of_classes.get((name, stage), of_stages.get(stage)))
			classes.setdefault((stage, probability), []).append(name)
	return [
		(
			probability,
			(opportunity.stage == stage)
			& (opportunity.status == "Open")
			& (opportunity.override_probability == 0)
			& opportunity.class_id.isin(class_ids)
			& (opportunity.probability != probability),
		)
		for (stage, probability), class_ids in classes.items()
	]


def _count(condition: "Criterion") -> int:
	opportunity = frappe.qb.DocType(OPPORTUNITY)
	return frappe.qb.from_(opportunity).select(Count(opportunity.name)).where(condition).run()[0][0]


def _follow(probability: Decimal, condition: "Criterion") -> int:
	opportunity = frappe.qb.DocType(OPPORTUNITY)
	locked = frappe.qb.from_(opportunity).select(opportunity.transaction_currency).where(condition)
	found = locked.for_update().as_("locked")
	currencies = (
		frappe.qb.from_(found)
		.groupby(found.transaction_currency)
		.select(found.transaction_currency, Count("*"))
		.run()
	)
	for currency, _number in sorted(currencies):
		_follow_in_currency(probability, currency, condition & (opportunity.transaction_currency == currency))
	return sum(number for _currency, number in currencies)


def _follow_in_currency(probability: Decimal, currency: str, condition: "Criterion") -> None:
	opportunity = frappe.qb.DocType(OPPORTUNITY)
	share = opportunity.amount * probability * Decimal("0.01")
	weighted = Round(share, decimal_places(currency))
	base_weighted = Round(share * opportunity.conversion_rate, decimal_places(company_currency()))
	now = now_datetime()
	now = moment_after(_last_fact(condition, now), now)
	_record_changes(probability, base_weighted, condition, now)
	(
		frappe.qb.update(opportunity)
		.set(opportunity.weighted_amount, weighted)
		.set(opportunity.base_weighted_amount, base_weighted)
		.set(opportunity.probability, probability)
		.set(opportunity.modified, now)
		.set(opportunity.modified_by, frappe.session.user)
		.where(condition)
	).run()


def _last_fact(condition: "Criterion", since: datetime) -> datetime | None:
	"""Return the last moment, if it is not before `since`, of the facts of all opportunities that the condition lets through.

	There is one only where the clock was set back, or a part of a second ago.
	"""
	opportunity = frappe.qb.DocType(OPPORTUNITY)
	change = frappe.qb.DocType("Sales Opportunity Change")
	query = frappe.qb.from_(change).join(opportunity).on(opportunity.name == change.opportunity)
	query = query.where((change.changed_on >= since) & condition)
	return query.select(Max(change.changed_on)).run()[0][0]


def _record_changes(probability: Decimal, base_weighted: Term, condition: "Criterion", now: datetime) -> None:
	"""Write the facts of change of all opportunities that are about to follow, as `history.record_change` does for one."""
	opportunity = frappe.qb.DocType(OPPORTUNITY)
	change = frappe.qb.DocType("Sales Opportunity Change")
	user = Term.wrap_constant(frappe.session.user)
	after = {"probability": Term.wrap_constant(probability), "base_weighted_amount": base_weighted}
	values = {
		"name": joined_text(opportunity.name, f"-{frappe.generate_hash(length=10)}"),
		"creation": now,
		"modified": now,
		"owner": user,
		"modified_by": user,
		"opportunity": opportunity.name,
		"changed_on": now,
		"changed_by": user,
		**{fieldname: after.get(fieldname, opportunity[fieldname]) for fieldname in (*TRACKED, *CONTEXT)},
		**{f"previous_{fieldname}": opportunity[fieldname] for fieldname in TRACKED},
	}
	(
		frappe.qb.into(change).columns(*values).from_(opportunity).select(*values.values()).where(condition)
	).run()
