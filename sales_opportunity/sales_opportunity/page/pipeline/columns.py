"""The columns of the board: the stages with what their classes make of them, or the months."""

from datetime import date

import frappe
from frappe import _
from frappe.utils import formatdate

from sales_opportunity.deal.forecast_categories import OMITTED
from sales_opportunity.sales_opportunity.page.pipeline.months import (
	LATER,
	OVERDUE,
	UNDATED,
	Span,
	month_columns,
	shown_spans,
)


def get_stages() -> list[dict]:
	"""Return all stages by position, with `label` in the user's language. Masters are for all."""
	stages = frappe.get_all(
		"Qualification Stage",
		fields=["name", "stage_type", "enabled", "color", "probability", "forecast_category"],
		order_by="position asc, name asc",
	)
	return [{**stage, "label": _(stage.name, context="Qualification Stage")} for stage in stages]


def get_classes(stages: list[dict]) -> dict[str, dict]:
	"""Return the classes that the user may see by their names: `title`, `enabled`, and `stages`.

	`stages` says for each enabled stage of the class, by position, the probability (in %) that a deal has there.
	"""
	if not frappe.has_permission("Class ID", "read"):
		return {}
	classes = frappe.get_list("Class ID", fields=["name", "title", "enabled"], order_by="title asc", limit=0)
	own: dict[str, dict[str, float | None]] = {}
	for row in frappe.get_all(
		"Class ID Stage", fields=["parent", "stage", "has_own_probability", "probability"]
	):
		probability = row.probability if row.has_own_probability else None
		own.setdefault(row.parent, {})[row.stage] = probability
	return {
		row.name: {
			"title": _(row.title),
			"enabled": row.enabled,
			"stages": stages_of(stages, own.get(row.name)),
		}
		for row in classes
	}


def stages_of(stages: list[dict], own: dict[str, float | None] | None) -> dict[str, float]:
	"""Return the enabled stages of a class with their probabilities; a class that names none has them all."""
	found = {}
	for stage in stages:
		if stage["enabled"] and (own is None or stage["name"] in own):
			probability = own and own[stage["name"]]
			found[stage["name"]] = stage["probability"] if probability is None else probability
	return found


def stage_columns(stages: list[dict], classes: dict, class_id: str | None, filled: set[str]) -> list[dict]:
	"""Return the columns of the enabled open stages, of the class if one is chosen; and all others that have deals."""
	chosen = classes.get(class_id, {}).get("stages")
	return [
		{
			"key": stage["name"],
			"label": stage["label"],
			"color": stage["color"],
			"probability": (chosen or {}).get(stage["name"], stage["probability"]),
			"is_forecast": stage["forecast_category"] != OMITTED,
			"takes_cards": accepts_deals(stage, chosen),
		}
		for stage in stages
		if accepts_deals(stage, chosen) or stage["name"] in filled
	]


def accepts_deals(stage: dict, chosen: dict | None) -> bool:
	"""Return whether deals can be put into the stage while they are open; `chosen` are the stages of the chosen class."""
	is_open = stage["stage_type"] == "Open" and bool(stage["enabled"])
	return is_open and (chosen is None or stage["name"] in chosen)


def date_columns(today: date, filled: set[str]) -> list[dict]:
	"""Return the columns by close date."""
	return [
		{
			"key": span.key,
			"label": column_label(span),
			"color": {OVERDUE: "red", UNDATED: "gray", LATER: "gray"}.get(span.key, "blue"),
			"is_forecast": True,
			"takes_cards": span.is_month or span.key == UNDATED,
			"first": span.first,
			"last": span.last,
		}
		for span in shown_spans(month_columns(today), filled)
	]


def column_label(span: Span) -> str:
	"""Return what stands above a column by close date."""
	special = {OVERDUE: _("Overdue"), LATER: _("Later"), UNDATED: _("No Close Date")}
	return special.get(span.key) or formatdate(span.last, "MMMM yyyy")
