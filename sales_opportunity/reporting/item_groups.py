"""The groups of items, of this app's own ones and of those of other apps: by them reports are filtered and grouped.

An app says by the hook `sales_item_groups` in which field its DocType of items links to the group. Groups that are a tree
are there with all that lies below them.
"""

import frappe
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Coalesce
from frappe.utils.nestedset import get_descendants_of
from pypika import Table
from pypika.queries import QueryBuilder
from pypika.terms import Term

from sales_opportunity.framework.registry import registered
from sales_opportunity.masters.adapters import default_item_type


def group_fields() -> dict[str, str]:
	"""Return by DocType of items the field that links to their group."""
	return registered("sales_item_groups")


def group_doctype() -> str:
	"""Return the DocType of the groups of those items that are offered first, that of own ones if these have none."""
	fields, doctype = group_fields(), default_item_type()
	return groups_of(doctype if doctype in fields else "Sales Item", fields)


def groups_of(item_type: str, fields: dict[str, str]) -> str:
	"""Return the DocType of the groups of a DocType of items."""
	return frappe.get_meta(item_type).get_options(fields[item_type])


def extend_bootinfo(bootinfo: frappe._dict) -> None:
	"""Tell the desk by which groups reports are filtered, when it starts (a hook)."""
	bootinfo.sales_opportunity_item_group = group_doctype()


def in_item_group(line: Table, group: str) -> Criterion:
	"""Return the criterion that a line's item belongs to a group or to one below it."""
	return Criterion.any(
		(line.item_type == item_type) & line.item.isin(items_in(item_type, fieldname, group))
		for item_type, fieldname in group_fields().items()
	)


def items_in(item_type: str, fieldname: str, group: str) -> QueryBuilder:
	"""Return the query of the names of items that belong to a group or to one below it."""
	item = frappe.qb.DocType(item_type)
	names = with_groups_below(groups_of(item_type, {item_type: fieldname}), group)
	return frappe.qb.from_(item).select(item.name).where(item[fieldname].isin(names))


def with_groups_below(doctype: str, group: str) -> list[str]:
	"""Return a group and, where groups are a tree, all that lie below it."""
	if not (frappe.get_meta(doctype).is_nested_set() and frappe.db.exists(doctype, group)):
		return [group]
	# The tree only says which items are meant; what may be read of deals is asked with the deals.
	return [group, *get_descendants_of(doctype, group, ignore_permissions=True)]


def with_group(query: QueryBuilder, line: Table) -> tuple[QueryBuilder, Term]:
	"""Return a query over lines, joined with their items, and the term of the item's group in it."""
	groups = []
	for item_type, fieldname in group_fields().items():
		item = frappe.qb.DocType(item_type)
		query = query.left_join(item).on((line.item == item.name) & (line.item_type == item_type))
		groups.append(item[fieldname])
	return query, groups[0] if len(groups) == 1 else Coalesce(*groups)
