"""The ways on which people read, write, create and delete documents, and whether one gets through."""

import json

import frappe
from frappe import client
from frappe.desk.form.load import getdoc
from frappe.desk.form.save import savedocs
from frappe.desk.reportview import export_query, get
from frappe.www.printview import get_html_and_style, validate_print_permission

from sales_opportunity.access.child_rows import RowByItselfError

PARENTS = {
	"Sales Opportunity Item": "Sales Opportunity",
	"Sales Opportunity Contact": "Sales Opportunity",
	"Sales Opportunity Instalment": "Sales Opportunity",
	"Sales Opportunity Share": "Sales Opportunity",
	"Sales Opportunity Stage Log": "Sales Opportunity",
	"Quote Item": "Quote",
	"Quote Tax": "Quote",
	"Quote Instalment": "Quote",
	"Quote Document": "Quote",
	"Sales Document": "Class ID",
	"Fulfilment Request Item": "Fulfilment Request",
	"Class ID Member": "Class ID",
	"Sales Target Period": "Sales Target",
	"Quote Template Line": "Quote Template",
}


def through_list(doc) -> bool:
	parent = {"parent_doctype": PARENTS[doc.doctype]} if doc.doctype in PARENTS else {}
	return bool(frappe.get_list(doc.doctype, {"name": doc.name}, **parent))


def through_api_list(doc) -> bool:
	return bool(client.get_list(doc.doctype, filters={"name": doc.name}, parent=PARENTS.get(doc.doctype)))


def through_api_value(doc) -> bool:
	filters = json.dumps({"name": doc.name})
	return bool(client.get_value(doc.doctype, "name", filters, parent=PARENTS.get(doc.doctype)))


def through_api(doc) -> bool:
	return bool(client.get(doc.doctype, doc.name, parent=PARENTS.get(doc.doctype)))


def through_form(doc) -> bool:
	getdoc(doc.doctype, doc.name)
	return bool(frappe.response.docs)


def through_report_view(doc) -> bool:
	ask_report_view(doc)
	return doc.name in str(get())


def through_export(doc) -> bool:
	ask_report_view(doc, file_format_type="CSV", title="Export")
	export_query()
	return doc.name in str(frappe.response.get("result") or frappe.response.get("filecontent"))


def ask_report_view(doc, **values):
	fields, filters = [f"`tab{doc.doctype}`.`name`"], {"name": doc.name}
	frappe.local.form_dict = frappe._dict(
		doctype=doc.doctype, fields=json.dumps(fields), filters=json.dumps(filters), **values
	)


def through_print_view(doc) -> bool:
	return bool(get_html_and_style(doc.doctype, doc.name)["html"])


def through_print_permission(doc):
	validate_print_permission(frappe.get_doc(doc.doctype, doc.name))


def saved_by_api(doc):
	client.save(as_sent(doc))


def saved_by_form(doc):
	savedocs(as_sent(doc), "Save")


def saved_by_rest(doc):
	frappe.get_doc(doc.doctype, doc.name).save()


def as_sent(doc) -> str:
	return frappe.get_doc(doc.doctype, doc.name).as_json()


def made_by_api(doc):
	client.insert(new_one_like(doc))


def made_by_form(doc):
	name = f"new-{doc.doctype.lower().replace(' ', '-')}-1"
	savedocs(json.dumps({**json.loads(new_one_like(doc)), "name": name}), "Save")


def made_by_rest(doc):
	frappe.get_doc(json.loads(new_one_like(doc))).insert()


def new_one_like(doc) -> str:
	"""Return a new document in the same deal, or a new row of the same document, as it is sent."""
	copy = frappe.copy_doc(doc)
	copy.update({"request_key": None, "primary_of": None, "is_primary": 0, "__islocal": 1})
	if doc.doctype in PARENTS:
		copy.update({fieldname: doc.get(fieldname) for fieldname in ("parent", "parenttype", "parentfield")})
	own_name = copy.meta.autoname or ""
	if own_name.startswith("field:"):
		copy.set(own_name.removeprefix("field:"), "New for the Matrix")
	return copy.as_json()


def deleted_by_api(doc):
	client.delete(doc.doctype, doc.name)


def deleted_by_rest(doc):
	frappe.delete_doc(doc.doctype, doc.name)


ROWS_TOO = (
	through_list,
	through_api_list,
	through_api_value,
	through_api,
	through_form,
	saved_by_api,
	saved_by_form,
	saved_by_rest,
	made_by_form,
	made_by_rest,
	deleted_by_rest,
)
"""Channels in which a row can be named by itself; the framework's other functions take the row's document."""


CHANNELS = {
	"read": (
		through_list,
		through_api_list,
		through_api_value,
		through_api,
		through_form,
		through_report_view,
	),
	"export": (through_export,),
	"print": (through_print_permission, through_print_view),
	"write": (saved_by_api, saved_by_form, saved_by_rest),
	"create": (made_by_api, made_by_form, made_by_rest),
	"delete": (deleted_by_api, deleted_by_rest),
}


def is_allowed(function, *args) -> bool:
	"""Return whether the session's user gets through to the document's rules; whatever it does is undone."""
	frappe.local.response = frappe._dict(docs=[])
	frappe.db.savepoint("attempt")
	try:
		return function(*args) is not False
	except (frappe.PermissionError, frappe.DoesNotExistError, RowByItselfError):
		return False
	except frappe.ValidationError:
		return True
	finally:
		frappe.db.rollback(save_point="attempt")
		frappe.clear_messages()
