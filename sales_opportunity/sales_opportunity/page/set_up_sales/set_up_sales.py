"""The page on which a company sets up its sales: what its script calls, each with its own check of permissions."""

import frappe
from frappe import _
from frappe.utils import validate_email_address

from sales_opportunity.access.permissions import require
from sales_opportunity.currency import SETTINGS, find_company_currency
from sales_opportunity.inputs.arguments import read_dict, read_list, whitelist
from sales_opportunity.sales_opportunity.page.set_up_sales import files, mail, ready_sets, sample, state

COMPANY = (
	"company_name",
	"street",
	"postal_code",
	"city",
	"country",
	"phone",
	"email",
	"website",
	"logo",
	"register_court",
	"register_number",
	"managing_directors",
	"vat_id",
	"tax_number",
	"small_business",
	"bank_name",
	"iban",
	"bic",
)
PAGE_ROLES = frozenset({"System Manager", "Sales Manager"})


class SetupError(frappe.ValidationError):
	pass


def require_page() -> None:
	"""Raise `frappe.PermissionError` for those who may not open the page."""
	if frappe.session.user != "Administrator" and PAGE_ROLES.isdisjoint(frappe.get_roles()):
		frappe.throw(_("No permission for {0}").format(_("Set up sales")), frappe.PermissionError)


@whitelist()
def get_setup() -> dict:
	"""Return all that the page shows."""
	require_page()
	settings = frappe.get_doc(SETTINGS)
	return {
		"steps": state.setup_steps(),
		"company": {field: settings.get(field) for field in COMPANY},
		"currency": find_company_currency(),
		"people": people(),
		"sets": ready_sets.offered_sets(),
		"chosen_set": frappe.db.get_default(ready_sets.CHOSEN),
		"mail": mail.stored(),
		"user_email": frappe.db.get_value("User", frappe.session.user, "email"),
	}


def people() -> list[dict]:
	"""Return who works in sales and whether the user may edit them (`may_edit`), for those who may see users."""
	if not frappe.has_permission("User", "read"):
		return []
	return [
		{**person, "may_edit": frappe.has_permission("User", "write", person["name"])}
		for person in state.salespeople()
	]


@whitelist(methods=["POST"])
def skip(step: str, skipped: bool = True) -> list[dict]:
	"""Skip a step, or take it up again; return all steps."""
	require_page()
	require(SETTINGS, "write")
	if step not in state.STEPS:
		frappe.throw(
			_("There is no step {0}.").format(frappe.bold(frappe.utils.escape_html(step))), SetupError
		)
	state.set_skipped(step, skipped)
	return state.setup_steps()


@whitelist(methods=["POST"])
def preview_paper(company: dict | str) -> str:
	"""Return the paper with these data of the company as HTML, whether they are saved or not. Stores nothing."""
	require(SETTINGS, "write")
	return sample.page(values_of_fields(COMPANY, company, _("Company")))


@whitelist(methods=["POST"])
def save_company(company: dict | str) -> list[dict]:
	"""Store the company's data in the settings; return all steps."""
	return save_settings(values_of_fields(COMPANY, company, _("Company")))


@whitelist(methods=["POST"])
def save_currency(currency: str) -> list[dict]:
	"""Store the currency of the company; return all steps."""
	if not frappe.db.exists("Currency", currency):
		frappe.throw(_("There is no currency {0}.").format(frappe.utils.escape_html(currency)), SetupError)
	return save_settings({"company_currency": currency})


def save_settings(values: dict) -> list[dict]:
	"""Save values of the settings and return how the steps stand. Raises `frappe.PermissionError`, and as saving does."""
	settings = frappe.get_doc(SETTINGS)
	settings.check_permission("write")
	settings.update(values)
	settings.save()
	return state.setup_steps()


@whitelist(methods=["POST"])
def add_person(email: str, first_name: str, last_name: str, roles: list | str) -> dict:
	"""Give a person these roles in sales, as a new user if there is none of this address; return steps and people.

	A new user gets the framework's welcome mail if the site can send.
	"""
	require("User", "create")
	given = read_list(roles, _("Roles"))
	chosen = [role for role in state.SALES_ROLES if role in given]
	if not chosen:
		frappe.throw(_("Choose at least one role."), SetupError)
	email = validate_email_address(email.strip(), throw=True)
	if frappe.db.exists("User", email):
		user = frappe.get_doc("User", email)
		user.check_permission("write")
		user.add_roles(*chosen)
	else:
		frappe.get_doc(
			{
				"doctype": "User",
				"email": email,
				"first_name": first_name.strip(),
				"last_name": last_name.strip(),
				"language": frappe.local.lang,
				"send_welcome_email": int(bool(state.outgoing_account())),
				"roles": [{"role": role} for role in chosen],
			}
		).insert()
	return {"steps": state.setup_steps(), "people": people()}


@whitelist(methods=["POST"])
def set_roles(user: str, roles: list | str) -> dict:
	"""Let a person have these roles in sales and no other ones; return steps and people. Other roles stay as they are."""
	require("User", "create")
	given = read_list(roles, _("Roles"))
	doc = frappe.get_doc("User", user)
	doc.check_permission("write")
	kept = [row for row in doc.roles if row.role not in state.SALES_ROLES or row.role in given]
	present = {row.role for row in kept}
	doc.set("roles", kept)
	for role in state.SALES_ROLES:
		if role in given and role not in present:
			doc.append("roles", {"role": role})
	doc.save()
	return {"steps": state.setup_steps(), "people": people()}


@whitelist(methods=["POST"])
def apply_set(name: str) -> list[dict]:
	"""Make a ready set's stages and classes those of the site; return all steps."""
	for doctype in (ready_sets.STAGE, ready_sets.CLASS):
		require(doctype, "create")
		require(doctype, "write")
	ready_sets.store_set(name)
	return state.setup_steps()


@whitelist()
def download_template(doctype: str) -> None:
	"""Answer with a CSV file to fill in."""
	files.require_known(doctype)
	frappe.response.update(
		{
			"type": "download",
			"filename": f"{_(doctype)}.csv",
			"filecontent": files.template(doctype).encode(),
		}
	)


@whitelist(methods=["POST"])
def check_file(doctype: str, file_url: str) -> dict:
	"""Look through an uploaded file, see `files.checked`."""
	files.require_known(doctype)
	return files.checked(doctype, file_url)


@whitelist(methods=["POST"])
def import_checked_file(job: str) -> None:
	"""Start the import of a file that was looked through."""
	doc = frappe.get_doc("Data Import", job)
	files.require_known(doc.reference_doctype)
	doc.check_permission("write")
	doc.start_import()


@whitelist()
def import_result(job: str) -> dict:
	"""Return how far an import is, see `files.result`; with all steps."""
	require_page()
	return {**files.result(job), "steps": state.setup_steps()}


@whitelist(methods=["POST"])
def save_mail(account: dict | str) -> list[dict]:
	"""Store the account for outgoing e-mails; return all steps."""
	require("Email Account", "create")
	mail.save_account(values_of_fields((*mail.FIELDS, "password"), account, _("Email Account")))
	return state.setup_steps()


@whitelist(methods=["POST"])
def send_test_mail(recipient: str) -> None:
	"""Send a mail from the site's account at once. Raises what the server says."""
	require("Email Account", "create")
	mail.send_test(recipient)


def values_of_fields(fields: tuple[str, ...], values: dict | str, label: str) -> dict:
	"""Return those of the values (a dict or its JSON) that belong to these fields. Raises `WrongInputError`."""
	given = read_dict(values, label)
	return {field: given[field] for field in fields if field in given}
