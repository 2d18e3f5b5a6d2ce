"""Who sees which opportunities and quotes.

Sales Manager and Sales Viewer see all; a Sales User those they own or created, those of the classes whose
member they are, and those shared with them. A quote or fulfilment request is seen, and may be changed, like its
opportunity; with a request's assignment the department that does it gets its share.
"""

import frappe
from frappe import _

SEE_ALL = frozenset({"System Manager", "Sales Manager", "Sales Viewer"})


def require(doctype: str, ptype: str = "read", doc=None) -> None:
	"""Raise `frappe.PermissionError` unless the user has the permission, whatever the framework's release raises."""
	if not frappe.has_permission(doctype, ptype, doc=doc):
		frappe.throw(_("No permission for {0}").format(_(doctype)), frappe.PermissionError)


def sees_all(user: str) -> bool:
	"""Return whether the user sees every opportunity and quote."""
	return user == "Administrator" or not SEE_ALL.isdisjoint(frappe.get_roles(user))


def opportunity_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on `tabSales Opportunity` for what the user may read, empty for everything.

	Classes and shares are looked up first and named in the condition: each of its parts can then go by an index.
	"""
	user = user or frappe.session.user
	if sees_all(user):
		return ""
	escaped = frappe.db.escape(user)
	classes = frappe.get_all("Class ID Member", {"user": user}, pluck="parent", distinct=True)
	shared = frappe.db.sql_list(_shared("Sales Opportunity", escaped))
	conditions = [
		f"`tabSales Opportunity`.`opportunity_owner` = {escaped}",
		f"`tabSales Opportunity`.`owner` = {escaped}",
		*_is_one_of("`tabSales Opportunity`.`class_id`", classes),
		*_is_one_of("`tabSales Opportunity`.`name`", shared),
	]
	return f"({' or '.join(conditions)})"


def quote_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on `tabQuote` for what the user may read, empty for everything."""
	user = user or frappe.session.user
	readable = _readable_opportunities(user)
	if not readable:
		return ""
	shared = _shared("Quote", frappe.db.escape(user))
	return f"(`tabQuote`.`opportunity` in ({readable}) or `tabQuote`.`name` in ({shared}))"


def fulfilment_request_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on `tabFulfilment Request` for what the user may read, empty for everything."""
	user = user or frappe.session.user
	readable = _readable_opportunities(user)
	if not readable:
		return ""
	shared = _shared("Fulfilment Request", frappe.db.escape(user))
	return f"""(
		`tabFulfilment Request`.`opportunity` in ({readable}) or `tabFulfilment Request`.`name` in ({shared})
	)"""


def opportunity_item_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on the lines of opportunities: those of readable opportunities."""
	return _child_conditions("Sales Opportunity Item", _readable_opportunities(user))


def stage_log_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on the stage log: the entries of readable opportunities."""
	return _child_conditions("Sales Opportunity Stage Log", _readable_opportunities(user))


def change_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on the facts of change: those of readable opportunities."""
	readable = _readable_opportunities(user)
	return readable and f"`tabSales Opportunity Change`.`opportunity` in ({readable})"


def snapshot_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on the snapshots: the rows of readable opportunities, so none of deleted ones."""
	readable = _readable_opportunities(user)
	return readable and f"`tabSales Pipeline Snapshot`.`opportunity` in ({readable})"


def quote_item_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on the lines of quotes: those of readable quotes."""
	return _child_conditions("Quote Item", _readable_quotes(user))


def quote_tax_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on the taxes of quotes: those of readable quotes."""
	return _child_conditions("Quote Tax", _readable_quotes(user))


def quote_answer_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on the customers' answers: those to readable quotes."""
	readable = _readable_quotes(user)
	return readable and f"`tabQuote Answer`.`quote` in ({readable})"


def quote_customer_link_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on the customers' links: those to readable quotes."""
	readable = _readable_quotes(user)
	return readable and f"`tabQuote Customer Link`.`quote` in ({readable})"


def fulfilment_request_item_conditions(user: str | None = None) -> str:
	"""Return the SQL condition on the lines of fulfilment requests: those of readable requests."""
	conditions = fulfilment_request_conditions(user)
	readable = (
		conditions
		and f"select `tabFulfilment Request`.`name` from `tabFulfilment Request` where {conditions}"
	)
	return _child_conditions("Fulfilment Request Item", readable)


def has_opportunity_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""Return whether the user's roles may apply to this opportunity at all; sharing is checked by the framework."""
	user = user or frappe.session.user
	if sees_all(user):
		return True
	people = _stored(doc, "opportunity_owner", "owner", "class_id")
	if not people:
		return True
	*owners, class_id = people
	return user in owners or bool(frappe.db.exists("Class ID Member", {"parent": class_id, "user": user}))


def has_change_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""Return whether the user's roles may apply to this fact: it is read like its opportunity."""
	opportunity = _parent(doc, "opportunity")
	return not opportunity or frappe.has_permission("Sales Opportunity", "read", doc=opportunity, user=user)


def has_snapshot_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""Return whether the user's roles may apply to this row: it is read like its opportunity, while there is one."""
	opportunity = _parent(doc, "opportunity")
	if sees_all(user or frappe.session.user) or not opportunity:
		return True
	return bool(frappe.db.exists("Sales Opportunity", opportunity)) and frappe.has_permission(
		"Sales Opportunity", "read", doc=opportunity, user=user
	)


def has_quote_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""Return whether the user's roles may apply to this quote: as far as they do to its opportunity."""
	return _has_permission_by_opportunity(doc, ptype, user)


def has_permission_by_quote(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""Return whether the user's roles may apply to this answer or link: it is read like its quote."""
	quote = _parent(doc, "quote")
	return not quote or frappe.has_permission("Quote", "read", doc=quote, user=user)


def has_fulfilment_request_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""Return whether the user's roles may apply to this request: as far as they do to its opportunity."""
	return _has_permission_by_opportunity(doc, ptype, user)


def _has_permission_by_opportunity(doc, ptype: str | None, user: str | None) -> bool:
	user = user or frappe.session.user
	if sees_all(user):
		return True
	opportunity = _parent(doc, "opportunity")
	if not opportunity:
		return ptype in (None, "create", "read", "select")
	needed = "read" if ptype in (None, "read", "select", "print", "email", "report", "export") else "write"
	return frappe.has_permission("Sales Opportunity", needed, doc=opportunity, user=user)


def _parent(doc, fieldname: str) -> str | None:
	stored = _stored(doc, fieldname)
	return stored[0] if stored else doc.get(fieldname)


def _stored(doc, *fieldnames: str) -> tuple | None:
	"""Return what the database has in these fields, None for a document that is not there yet.

	Before it is saved, a document has what the user sent, even for whether it is new: that must not decide what
	the user may do with it.
	"""
	rows = frappe.db.get_values(doc.doctype, doc.name, fieldnames) if doc.name else None
	return rows[0] if rows else None


def _readable_opportunities(user: str | None) -> str:
	conditions = opportunity_conditions(user)
	return (
		conditions and f"select `tabSales Opportunity`.`name` from `tabSales Opportunity` where {conditions}"
	)


def _readable_quotes(user: str | None) -> str:
	conditions = quote_conditions(user)
	return conditions and f"select `tabQuote`.`name` from `tabQuote` where {conditions}"


def _child_conditions(doctype: str, parents: str) -> str:
	return parents and f"`tab{doctype}`.`parent` in ({parents})"


def _is_one_of(column: str, names: list[str]) -> list[str]:
	"""Return the condition that the column is one of the names, none for no names."""
	return [f"{column} in ({', '.join(map(frappe.db.escape, names))})"] if names else []


def _shared(doctype: str, escaped_user: str) -> str:
	return f"""
		select `tabDocShare`.`share_name` from `tabDocShare`
		where `tabDocShare`.`share_doctype` = {frappe.db.escape(doctype)}
			and `tabDocShare`.`read` = 1
			and (`tabDocShare`.`user` = {escaped_user} or `tabDocShare`.`everyone` = 1)
	"""


def may_reopen(user: str | None = None) -> bool:
	"""Return whether the user may reopen closed opportunities."""
	user = user or frappe.session.user
	return user == "Administrator" or not {"System Manager", "Sales Manager"}.isdisjoint(
		frappe.get_roles(user)
	)
