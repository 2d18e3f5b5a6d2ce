"""The company, its users, classes and items, and its business partners."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe.utils import add_days, add_months, getdate, nowdate

from sales_opportunity.defaults import name_defaults
from sales_opportunity.demo.source import document, pictures, read_json, read_table

PASSWORD = "Kettenblatt-Nabe-42"  # nosec B105: of the demo, which nobody else reaches
"""The password of every demo user."""

ADDRESS_FIELDS = ("address_line1", "address_line2", "pincode", "city", "state", "country")
PARTNER_FIELDS = (
	"partner_name",
	"partner_type",
	"role",
	"partner_group",
	"language",
	"default_currency",
	"tax_treatment",
	"vat_id",
	"payment_terms",
	"website",
	"source",
	"campaign",
)
CONTACT_FIELDS = ("salutation", "first_name", "last_name", "gender", "designation")


def create_masters() -> dict[str, str]:
	"""Create what is missing of the company's master data; return the names of the partners by their key.

	The demo's tables call the defaults by their English names, so they get these.
	"""
	name_defaults("en")
	company = read_json("company")
	create_users()
	for stage in company["stages"]:
		create_missing("Qualification Stage", stage["stage_name"], stage)
	for class_id in company["classes"]:
		create_missing("Class ID", class_id["class_id"], class_id)
	for class_id in company["unused_classes"]:
		frappe.db.set_value("Class ID", class_id, "enabled", 0)
	store_company(company)
	for text in company["quote_texts"]:
		create_missing("Quote Text", text["title"], text)
	for competitor in company["competitors"]:
		create_missing("Sales Competitor", competitor["competitor_name"], competitor)
	for source in company["sources"]:
		create_missing("Opportunity Source", source, {"source_name": source})
	for campaign in company["campaigns"]:
		create_missing("Sales Campaign", campaign["campaign_name"], campaign)
	for group_name in company["partner_groups"]:
		create_missing("Business Partner Group", group_name, {"group_name": group_name})
	for group_name in company["item_groups"]:
		create_missing("Sales Item Group", group_name, {"group_name": group_name})
	for item in read_json("items"):
		create_missing("Sales Item", item["item_code"], with_days_of_prices(item))
	for template in company["quote_templates"]:
		create_missing("Quote Template", template["title"], template)
	for folder, doctype, fieldname in (("items", "Sales Item", "image"), ("people", "User", "user_image")):
		for name, content in pictures(folder):
			add_picture(doctype, name, fieldname, content)
	for row in read_json("documents"):
		add_document(**row)
	create_targets()
	partners = read_table("partners")
	for title in filter(None, (row["salutation"] for row in partners)):
		create_missing("Salutation", title, {"salutation": title})
	return {row["key"]: create_partner(row) for row in partners}


def create_missing(doctype: str, name: str, values: dict) -> None:
	"""Create the record unless there is one of this name."""
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, **values}).insert()


def with_days_of_prices(item: dict) -> dict:
	"""Return the item with the days of its prices, which the file counts from today (`valid_from_in`, `valid_to_in`)."""
	return {**item, "prices": [price_of_days(price) for price in item.get("prices", [])]}


def price_of_days(price: dict) -> dict:
	"""Return a price with days in place of numbers of days from today."""
	return {
		fieldname.removesuffix("_in"): add_days(nowdate(), value) if fieldname.endswith("_in") else value
		for fieldname, value in price.items()
	}


def store_company(company: dict) -> None:
	"""Write the company's data and exchange rates into the settings."""
	for currency in {row["currency"] for row in company["exchange_rates"]}:
		frappe.db.set_value("Currency", currency, "enabled", 1)
	settings = frappe.get_doc("Sales Opportunity Settings")
	settings.update(company["settings"])
	settings.set("exchange_rates", [])
	for row in company["exchange_rates"]:
		settings.append(
			"exchange_rates",
			{
				"currency": row["currency"],
				"rate": row["rate"],
				"valid_from": add_months(nowdate(), -row["months_ago"]),
			},
		)
	settings.save()


def create_users() -> None:
	"""Create the salespeople, the manager and the viewer."""
	for gender in ("Female", "Male"):
		create_missing("Gender", gender, {"gender": gender})
	for row in read_table("users"):
		user = {**row, "send_welcome_email": 0, "new_password": PASSWORD}
		user["roles"] = [{"role": role} for role in row["roles"].split(", ")]
		create_missing("User", row["email"], user)


def create_targets() -> None:
	"""Set the targets of this year and the next, unless there are some."""
	if frappe.db.count("Sales Target"):
		return
	for row in read_table("targets"):
		subject = {"Person": "user", "Class": "class_id"}.get(row["target_for"])
		target = {
			"doctype": "Sales Target",
			"target_for": row["target_for"],
			"year": getdate().year + int(row["years_ahead"]),
			"entered_by": row["entered_by"],
			"yearly_amount": float(row["yearly_amount"]),
			"yearly_deals": int(row["yearly_deals"]),
		}
		frappe.get_doc({**target, subject: row["who"]} if subject else target).insert()


def add_picture(doctype: str, name: str, fieldname: str, content: bytes) -> None:
	"""Give the record this picture, which anybody may see, unless it has one."""
	doc = frappe.get_doc(doctype, name)
	if doc.get(fieldname):
		return
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{name}.png",
			"content": content,
			"is_private": 0,
			"attached_to_doctype": doctype,
			"attached_to_name": name,
			"attached_to_field": fieldname,
		}
	).insert()
	doc.set(fieldname, file.file_url)
	doc.save()


def add_document(doctype: str, name: str, language: str, title: str, file: str) -> None:
	"""Let a document go with the quotes of this item or class, unless one of this title does."""
	doc = frappe.get_doc(doctype, name)
	if any(row.title == title for row in doc.documents):
		return
	stored = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": file,
			"content": document(file),
			"is_private": 1,
			"attached_to_doctype": doctype,
			"attached_to_name": name,
		}
	).insert()
	doc.append("documents", {"title": title, "language": language, "file": stored.file_url})
	doc.save()


def create_partner(row: dict[str, str]) -> str:
	"""Return the name of the partner; a new one gets address and contact."""
	existing = frappe.db.get_value("Business Partner", {"partner_name": row["partner_name"]})
	if existing:
		return existing
	partner = frappe.get_doc(
		{"doctype": "Business Partner", **{fieldname: row[fieldname] for fieldname in PARTNER_FIELDS}}
	).insert()
	links = [{"link_doctype": partner.doctype, "link_name": partner.name}]
	frappe.get_doc(
		{
			"doctype": "Address",
			"address_title": row["partner_name"],
			"address_type": "Billing",
			"is_primary_address": 1,
			"links": links,
			**{fieldname: row[fieldname] for fieldname in ADDRESS_FIELDS},
		}
	).insert()
	contact = frappe.get_doc(
		{
			"doctype": "Contact",
			"status": "Passive",
			"is_primary_contact": 1,
			"company_name": row["partner_name"] if row["partner_type"] == "Company" else None,
			"email_ids": [{"email_id": row["email"], "is_primary": 1}],
			"phone_nos": [{"phone": row["phone"], "is_primary_phone": 1}] if row["phone"] else [],
			"links": links,
			**{fieldname: row[fieldname] for fieldname in CONTACT_FIELDS},
		}
	)
	with no_avatar_lookup():
		contact.insert()
	return partner.name


@contextmanager
def no_avatar_lookup() -> Iterator[None]:
	"""Keep the framework from asking an avatar service on the internet for each e-mail address."""
	before = frappe.flags.in_import
	frappe.flags.in_import = True
	try:
		yield
	finally:
		frappe.flags.in_import = before
