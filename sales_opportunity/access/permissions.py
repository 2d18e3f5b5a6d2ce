"""Who sees which opportunities and quotes.

Sales Manager and Sales Viewer see all; a Sales User those they own, have a share of or created, those of the classes
whose member they are, and those shared with them. A quote or fulfilment request is seen, and may be changed, like its
opportunity; with a request's assignment the department that does it gets its share. What the framework itself
restricts, by roles and User Permissions, holds for all that belongs to an opportunity, too.
"""

from math import isqrt
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.model import get_permitted_fields
from frappe.model.db_query import DatabaseQuery
from frappe.query_builder.functions import Count
from pypika.terms import PseudoColumn

from sales_opportunity.features import PARTICIPANTS, is_used

if TYPE_CHECKING:
	from frappe.model.document import Document

	from sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request import (
		FulfilmentRequest,
	)
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
	from sales_opportunity.sales_opportunity.doctype.quote_answer.quote_answer import QuoteAnswer
	from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import (
		QuoteCustomerLink,
	)
	from sales_opportunity.sales_opportunity.doctype.quote_release.quote_release import QuoteRelease
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity_change.sales_opportunity_change import (
		SalesOpportunityChange,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_pipeline_snapshot.sales_pipeline_snapshot import (
		SalesPipelineSnapshot,
	)
	from sales_opportunity.sales_opportunity.doctype.sales_target.sales_target import SalesTarget

OPPORTUNITY = "Sales Opportunity"
READING = frozenset({None, "read", "select", "print", "email", "report", "export"})
RESTRICTED = frozenset(
	{
		"Sales Opportunity",
		"Sales Opportunity Change",
		"Sales Pipeline Snapshot",
		"Quote",
		"Quote Answer",
		"Quote Release",
		"Quote Customer Link",
		"Fulfilment Request",
		"Sales Target",
	}
)
"""DocTypes of which not everybody who may read them reads all; masters are for all."""

DOCUMENT_OF_ROWS = {
	"Sales Opportunity Item": "Sales Opportunity",
	"Sales Opportunity Contact": "Sales Opportunity",
	"Sales Opportunity Instalment": "Sales Opportunity",
	"Sales Opportunity Share": "Sales Opportunity",
	"Sales Opportunity Stage Log": "Sales Opportunity",
	"Quote Item": "Quote",
	"Quote Tax": "Quote",
	"Quote Instalment": "Quote",
	"Quote Document": "Quote",
	"Fulfilment Request Item": "Fulfilment Request",
	"Sales Target Period": "Sales Target",
}
"""Rows are read like the document that they belong to."""

CARRIERS = ("Fulfilment Request", "Quote", "Sales Opportunity")
"""Those of them on which people hang files, messages, tasks and tags; nobody may write the others."""

ROWS_PASSED = 34
"""How many rows a list passes in the time in which one is looked for by an index, times those of a page: measured."""

ONE_IN = 3
"""Of more than one in so many opportunities reading all is faster for a report than an index, and a list's page is full at once."""

SECONDS_BETWEEN_COUNTS = 600

MAY_REOPEN = frozenset({"System Manager", "Sales Manager"})
SEE_ALL = MAY_REOPEN | {"Sales Viewer"}


def require(doctype: str, ptype: str = "read", doc: Any = None) -> None:
	"""Raise `frappe.PermissionError` unless the user has the permission, whatever the framework's release raises."""
	if not frappe.has_permission(doctype, ptype, doc=doc):
		frappe.throw(_("No permission for {0}").format(_(doctype)), frappe.PermissionError)


def may_read_field(doctype: str, fieldname: str, parent: str | None = None) -> bool:
	"""Return whether the levels of the user's permissions let them read the field; sums of other ones would tell of it.

	`parent` is the DocType of the document if the field is one of its rows.
	"""
	return fieldname in get_permitted_fields(doctype, parent, permission_type="read")


def require_field(doctype: str, fieldname: str, parent: str | None = None) -> None:
	"""Raise `frappe.PermissionError` unless the levels of the user's permissions let them read the field."""
	if not may_read_field(doctype, fieldname, parent):
		frappe.throw(_("No permission for {0}").format(_(doctype)), frappe.PermissionError)


def sees_all(user: str) -> bool:
	"""Return whether the user sees every opportunity and quote."""
	return user == "Administrator" or not SEE_ALL.isdisjoint(frappe.get_roles(user))


def readable(doctype: str, user: str | None = None) -> str:
	"""Return the query of the names of all that the user may read of a DocType, empty for everything.

	It is what the framework says for lists: roles, User Permissions, this app's conditions, shares.
	"""
	user = user or frappe.session.user
	conditions = "1 = 0"
	if frappe.has_permission(doctype, "read", user=user):
		conditions = DatabaseQuery(doctype, user=user).build_match_conditions()
	return conditions and f"select `tab{doctype}`.`name` from `tab{doctype}` where {conditions}"


def opportunity_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on `tabSales Opportunity` for what the user may read, empty for everything.

	What is opened to the user is looked up first and named in the condition: each of its parts can then go by an index, and
	who is responsible for all that they see has one index that is in the list's order. For who sees much of the table, none
	does: a list is full sooner by going along it in its order.
	"""
	user = user or frappe.session.user
	if sees_all(user):
		return ""
	opened = _opened_to(user)
	names = {"opportunity_owner": [user], **opened}
	by_index = _any_of({f"`tab{OPPORTUNITY}`.`{field}`": values for field, values in names.items()})
	if not _sees_much(user, by_index, has_order=not opened):
		return by_index
	return _any_of({f"coalesce(`tab{OPPORTUNITY}`.`{field}`, '')": values for field, values in names.items()})


def quote_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on `tabQuote` for what the user may read, empty for everything."""
	return _conditions_by_opportunity("Quote", user)


def fulfilment_request_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on `tabFulfilment Request` for what the user may read, empty for everything."""
	return _conditions_by_opportunity("Fulfilment Request", user)


def opportunity_item_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on the lines of opportunities: those of readable opportunities."""
	return _rows_conditions("Sales Opportunity Item", user)


def stage_log_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on the stage log: the entries of readable opportunities."""
	return _rows_conditions("Sales Opportunity Stage Log", user)


def instalment_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on plans of instalments: those of readable opportunities."""
	return _rows_conditions("Sales Opportunity Instalment", user)


def share_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on the shares of colleagues: those of readable opportunities."""
	return _rows_conditions("Sales Opportunity Share", user)


def contact_row_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on who takes part in opportunities: in readable ones."""
	return _rows_conditions("Sales Opportunity Contact", user)


def change_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on the facts of change: those of readable opportunities."""
	return _of_readable("Sales Opportunity Change", "opportunity", OPPORTUNITY, user)


def snapshot_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on the snapshots: the rows of readable opportunities, so none of deleted ones."""
	return _of_readable("Sales Pipeline Snapshot", "opportunity", OPPORTUNITY, user)


def quote_item_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on the lines of quotes: those of readable quotes."""
	return _rows_conditions("Quote Item", user)


def quote_tax_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on the taxes of quotes: those of readable quotes."""
	return _rows_conditions("Quote Tax", user)


def quote_instalment_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on plans of instalments of quotes: those of readable quotes."""
	return _rows_conditions("Quote Instalment", user)


def quote_document_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on what went with quotes: with readable ones."""
	return _rows_conditions("Quote Document", user)


def quote_answer_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on the customers' answers: those to readable quotes."""
	return _of_readable("Quote Answer", "quote", "Quote", user)


def quote_release_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on what happened to releases: those of readable quotes."""
	return _of_readable("Quote Release", "quote", "Quote", user)


def quote_customer_link_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on the customers' links: those to readable quotes."""
	return _of_readable("Quote Customer Link", "quote", "Quote", user)


def fulfilment_request_item_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on the lines of fulfilment requests: those of readable requests."""
	return _rows_conditions("Fulfilment Request Item", user)


def sales_target_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on `tabSales Target` for what the user may read, empty for everything.

	Salespeople read their own targets, and those of the classes in which they read all deals.
	"""
	user = user or frappe.session.user
	if sees_all(user):
		return ""
	me, shared = escape(user), _shared("Sales Target", escape(user))
	return f"""(
		(`tabSales Target`.`target_for` = 'Person' and `tabSales Target`.`user` = {me})
		or (`tabSales Target`.`target_for` = 'Class' and `tabSales Target`.`class_id` in (
			select `tabClass ID Member`.`parent` from `tabClass ID Member` where `tabClass ID Member`.`user` = {me}
		))
		or `tabSales Target`.`name` in ({shared})
	)"""


def sales_target_period_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on the rows of targets: those of readable targets."""
	return _rows_conditions("Sales Target Period", user)


def has_opportunity_permission(
	doc: "SalesOpportunity", ptype: str | None = None, user: str | None = None
) -> bool:
	"""Return whether the user's roles may apply to this opportunity at all; sharing is checked by the framework."""
	user = user or frappe.session.user
	if ptype == "create":
		return _reads_sources(doc, user)
	if sees_all(user):
		return True
	people = _stored(doc, "opportunity_owner", "owner", "class_id")
	if not people:
		return True
	*owners, class_id = people
	return user in owners or _is_member(user, class_id) or _has_share(user, doc.name)


def has_sales_target_permission(
	doc: "SalesTarget", ptype: str | None = None, user: str | None = None
) -> bool:
	"""Return whether the user's roles may apply to this target at all; sharing is checked by the framework."""
	user = user or frappe.session.user
	if ptype == "create":
		return _reads_sources(doc, user)
	if sees_all(user):
		return True
	stored = _stored(doc, "target_for", "user", "class_id")
	if not stored:
		return True
	target_for, person, class_id = stored
	if target_for == "Person":
		return user == person
	return target_for == "Class" and _is_member(user, class_id)


def has_change_permission(
	doc: "SalesOpportunityChange", ptype: str | None = None, user: str | None = None
) -> bool:
	"""Return whether the user's roles may apply to this fact: it is read like its opportunity."""
	return _may_all(OPPORTUNITY, "read", _parents(doc, "opportunity", ptype), user)


def has_snapshot_permission(
	doc: "SalesPipelineSnapshot", ptype: str | None = None, user: str | None = None
) -> bool:
	"""Return whether the user's roles may apply to this row: it is read like its opportunity, while there is one."""
	opportunities = _parents(doc, "opportunity", ptype)
	if sees_all(user or frappe.session.user):
		opportunities = {name for name in opportunities if frappe.db.exists(OPPORTUNITY, name)}
	return _may_all(OPPORTUNITY, "read", opportunities, user)


def has_permission_by_quote(
	doc: "QuoteAnswer | QuoteCustomerLink | QuoteRelease", ptype: str | None = None, user: str | None = None
) -> bool:
	"""Return whether the user's roles may apply to this answer, link or release: it is read like its quote."""
	return _may_all("Quote", "read", _parents(doc, "quote", ptype), user)


def has_permission_by_opportunity(
	doc: "Quote | FulfilmentRequest", ptype: str | None = None, user: str | None = None
) -> bool:
	"""Return whether the user's roles may apply to this quote or request: as far as they do to its opportunity."""
	user = user or frappe.session.user
	opportunities = _parents(doc, "opportunity", ptype)
	if not opportunities:
		return ptype in (None, "create", "read", "select")
	if ptype == "create" and not _reads_sources(doc, user):
		return False
	return _may_all(OPPORTUNITY, "read" if ptype in READING else "write", opportunities, user)


def _parents(doc: "Document", fieldname: str, ptype: str | None) -> set[str]:
	"""Return which documents a document belongs to: as it is stored, and as it was sent.

	A new one is not stored. Its name is what was sent and may be that of any other, whose deal does not count.
	"""
	stored = None if ptype == "create" else _stored(doc, fieldname)
	return {name for name in (doc.get(fieldname), *(stored or ())) if name}


def _reads_sources(doc: "Document", user: str) -> bool:
	"""Return whether the user may read what a new document could be a copy of: whose name it has, and what it amends."""
	stored = {doc.name} if doc.name and frappe.db.exists(doc.doctype, doc.name) else set()
	amended = {doc.get("amended_from")} - {None, ""}
	return _may_all(doc.doctype, "read", stored | amended, user)


def _may_all(doctype: str, ptype: str, names: set[str], user: str | None) -> bool:
	return all(
		frappe.db.exists(doctype, name) and frappe.has_permission(doctype, ptype, doc=name, user=user)
		for name in names
	)


def _is_member(user: str, class_id: str | None) -> bool:
	return bool(frappe.db.exists("Class ID Member", {"parent": class_id, "user": user}))


def _has_share(user: str, opportunity: str) -> bool:
	shares = {"parent": opportunity, "parenttype": OPPORTUNITY, "user": user}
	return is_used(PARTICIPANTS) and bool(frappe.db.exists("Sales Opportunity Share", shares))


def _stored(doc: "Document", *fieldnames: str) -> tuple | None:
	"""Return what the database has in these fields, None for a document that is not there yet.

	Before it is saved, a document has what the user sent, even for whether it is new: that must not decide what
	the user may do with it.
	"""
	rows = frappe.db.get_values(doc.doctype, doc.name, fieldnames) if doc.name else None
	return rows[0] if rows else None


def _conditions_by_opportunity(doctype: str, user: str | None) -> str:
	names = _of_readable(doctype, "opportunity", OPPORTUNITY, user)
	shared = _shared(doctype, escape(user or frappe.session.user))
	return names and f"({names} or `tab{doctype}`.`name` in ({shared}))"


def _rows_conditions(doctype: str, user: str | None) -> str:
	return _of_readable(doctype, "parent", DOCUMENT_OF_ROWS[doctype], user)


def _of_readable(doctype: str, fieldname: str, parent: str, user: str | None) -> str:
	"""Return the condition that a document belongs, by this field, to a `parent` that the user may read; empty for everything."""
	names = readable(parent, user)
	return names and f"`tab{doctype}`.`{fieldname}` in ({names})"


def _opened_to(user: str) -> dict[str, list[str]]:
	"""Return what is opened to a user beside what they are responsible for, by field of the opportunity, by one query.

	These are classes (`class_id`), opportunities that are shared (`name`), be it by the framework's sharing or as a
	colleague's share of the deal, and those that they created (`owner`), if others are responsible for any.
	"""
	rows = frappe.db.sql(
		"""
			select distinct 'class_id', `parent` from `tabClass ID Member` where `user` = %(user)s
			union all
			select 'name', `share_name` from `tabDocShare`
			where `share_doctype` = %(doctype)s and `read` = 1 and (`user` = %(user)s or `everyone` = 1)
			union all
			select 'name', `parent` from `tabSales Opportunity Share`
			where `user` = %(user)s and `parenttype` = %(doctype)s and %(shares)s = 1
			union all
			select 'owner', created.`owner` from (
				select `owner` from `tabSales Opportunity` where `owner` = %(user)s and (
					`opportunity_owner` < %(user)s or `opportunity_owner` > %(user)s or `opportunity_owner` is null
				) limit 1
			) created
		""",
		{"user": user, "doctype": OPPORTUNITY, "shares": int(is_used(PARTICIPANTS))},
	)
	found: dict[str, list[str]] = {}
	for fieldname, name in rows:
		found.setdefault(fieldname, []).append(name)
	return found


def _any_of(columns: dict[str, list[str]]) -> str:
	"""Return the condition that one of the columns has one of its names."""
	found = [f"{column} in ({', '.join(map(escape, names))})" for column, names in columns.items()]
	return f"({' or '.join(found)})"


def _sees_much(user: str, conditions: str, has_order: bool) -> bool:
	"""Return whether so many opportunities fulfil the conditions that lists had better not look for all of them first.

	Where an index has the list's order, lists need not look for all; reports do. The database counts at most so often; an
	answer that is out of date costs time and nothing else.
	"""
	key = f"sales_opportunity_sees_much:{user}:{int(has_order)}"
	known = frappe.cache.get_value(key, expires=True)
	if known is None:
		limit = _scan_threshold_of_reports() if has_order else _scan_threshold_of_lists()
		known = _count(conditions, limit) >= limit
		frappe.cache.set_value(key, int(known), expires_in_sec=SECONDS_BETWEEN_COUNTS)
	return bool(known)


def _scan_threshold_of_lists() -> int:
	"""Return for how many opportunities it takes as long to look for all as to find a page of them on the way.

	The first is in proportion to their number, the second to that of all opportunities per one of them.
	"""
	return isqrt(ROWS_PASSED * _number_of_all()) + 1


def _scan_threshold_of_reports() -> int:
	"""Return for how many opportunities reports had better read all there are, and lists take no longer for it."""
	return _number_of_all() // ONE_IN + 1


def _number_of_all() -> int:
	key = "sales_opportunity_number"
	known = frappe.cache.get_value(key, expires=True)
	if known is None:
		known = _count("1 = 1")
		frappe.cache.set_value(key, known, expires_in_sec=SECONDS_BETWEEN_COUNTS)
	return int(known)


def _count(conditions: str, limit: int | None = None) -> int:
	"""Return how many opportunities fulfil the conditions, up to the limit.

	It runs without values, as lists do: with some, even none, % in a name would be taken for a placeholder.
	"""
	table = frappe.qb.DocType(OPPORTUNITY)
	found = frappe.qb.from_(table).where(PseudoColumn(f"({conditions})")).select(table.name).limit(limit)
	return frappe.db.sql(frappe.qb.from_(found).select(Count("*")).get_sql())[0][0]


def escape(value: str) -> str:
	"""Return the text as SQL; the framework runs conditions without values of their own, so that % stays single."""
	return frappe.db.escape(value, percent=False)


def _shared(doctype: str, escaped_user: str) -> str:
	return f"""
		select `tabDocShare`.`share_name` from `tabDocShare`
		where `tabDocShare`.`share_doctype` = {escape(doctype)}
			and `tabDocShare`.`read` = 1
			and (`tabDocShare`.`user` = {escaped_user} or `tabDocShare`.`everyone` = 1)
	"""


def may_reopen(user: str | None = None) -> bool:
	"""Return whether the user may reopen closed opportunities."""
	user = user or frappe.session.user
	return user == "Administrator" or not MAY_REOPEN.isdisjoint(frappe.get_roles(user))
