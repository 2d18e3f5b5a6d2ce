"""What the parallel tests need inside the bench: scenes, the daily job, and how the site stands afterwards.

Usage: python inside.py SITE, in the folder of the sites; reads one call a line, as JSON, and answers each with a line.
"""

import json
import sys
import traceback
from functools import cache

import frappe

frappe.init(sys.argv[1], sites_path=".")
frappe.connect()
frappe.set_user("Administrator")

from frappe.utils import add_days, nowdate  # noqa: E402

from sales_opportunity import api  # noqa: E402
from sales_opportunity.sales_opportunity.doctype.quote import expiry  # noqa: E402
from sales_opportunity.sales_opportunity.doctype.quote.revisions import new_revision  # noqa: E402
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import (  # noqa: E402
	create_link,
)
from sales_opportunity.tests import factories, mail_server  # noqa: E402

USER = "parallel@lindental.example"
SECRET = "parallel-secret"
ACCOUNT = "Parallel"
PAPER = "Parallel"
CLOSING = {"Won": api.close_as_won, "Lost": lambda name: api.close_as_lost(name, "No Budget")}
HOLD = "held"
templates: dict[str, tuple[list[dict], dict[str, str]]] = {}
"""By kind: all rows of a scene, and what is called how in it."""


def prepare():
	"""Borrow the site's settings, and make at first what the scenes are made of."""
	borrow_settings()
	if not templates:
		make_templates()
	frappe.db.commit()


def borrow_settings():
	"""Let e-mails wait in the queue of an account of these tests' own, and expired quotes be accepted."""
	frappe.delete_doc_if_exists("Email Account", ACCOUNT, force=1)
	# The framework would save, and so connect, the default one that a killed run has left behind.
	frappe.db.set_value("Email Account", {"default_outgoing": 1}, "default_outgoing", 0)
	frappe.get_doc(
		{
			"doctype": "Email Account",
			"email_account_name": ACCOUNT,
			"email_id": USER,
			"enable_outgoing": 1,
			"default_outgoing": 1,
			"smtp_server": "127.0.0.1",
			"smtp_port": mail_port(),
			"no_smtp_authentication": 1,
		}
	).insert()
	frappe.db.set_default("suspend_email_queue", 1)
	frappe.db.set_single_value("Sales Opportunity Settings", "accept_expired_quotes", 1)


@cache
def mail_port() -> int:
	"""Return the port of this process's own mail server."""
	return mail_server.start().port


def make_templates():
	"""Make the user, the master data and one scene of each kind, from which the others are copied.

	The paper is a short one: what counts is who comes first, and not how long the paper takes.
	"""
	give_key(factories.make_user(USER, "Sales User", "Sales Manager"))
	if not frappe.db.exists("Print Format", PAPER):
		paper = {"doc_type": "Quote", "standard": "No", "custom_format": 1, "print_format_type": "Jinja"}
		frappe.get_doc(
			{"doctype": "Print Format", "name": PAPER, "html": "<p>{{ doc.name }}</p>", **paper}
		).insert()
	keep("Open", make_deal("primary", "other", "draft"))
	keep("Draft", make_deal("draft"))
	for kind, close in CLOSING.items():
		roles = scene("Open")
		close(roles["opportunity"])
		keep(kind, {role: name for role, name in roles.items() if role in templates["Open"][1]})


def make_deal(*roles: str) -> dict[str, str]:
	"""Make an opportunity with quotes, all but the draft issued and the first one being revised; return the names."""
	opportunity = factories.make_opportunity(items=[{"quantity": 2}])
	names = {"opportunity": opportunity.name}
	for role in roles:
		quote = factories.make_quote(opportunity, label=role, print_format=PAPER)
		names[role] = quote.name
		if role != "draft":
			quote.submit()
	if "primary" in names:
		names["revision"] = new_revision(names["primary"], "2099-12-31")
	return names


def keep(kind: str, roles: dict[str, str]):
	"""Let scenes of this kind be copies of these documents."""
	templates[kind] = stored_rows(roles), roles


def give_key(user):
	"""Let requests come from the user by an API key."""
	user.api_key, user.api_secret = user.api_key or frappe.generate_hash(length=15), SECRET
	user.save()


def api_token(user: str = USER) -> str:
	"""Return the key with which requests come from the user."""
	return f"{frappe.db.get_value('User', user, 'api_key')}:{SECRET}"


def team(**values) -> dict:
	"""Make a class of three salespeople's; return it as `class_id`, and their `tokens` by user."""
	people = [f"parallel{number}@lindental.example" for number in range(3)]
	for person in people:
		give_key(factories.make_user(person, "Sales User"))
	class_id = f"TEAM-{frappe.generate_hash(length=8)}"
	factories.make_class(class_id, members=[{"user": person} for person in people], **values)
	frappe.db.commit()
	return {"class_id": class_id, "tokens": {person: api_token(person) for person in people}}


def scene(kind: str = "Open", leave_out: list | tuple = (), is_overdue: bool = False) -> dict:
	"""Return the names of a copy of the scene of a kind, with the tokens of both issued quotes."""
	rows, roles = templates[kind]
	suffix = f"-{frappe.generate_hash(length=8)}"
	names = {name: f"{name}{suffix}" for name in roles.values()}
	if "revision" in roles:
		names[roles["revision"]] = f"{names[roles['primary']]}-R2"
	left_out = {roles[role] for role in leave_out if role in roles}
	copies: dict[str, list[dict]] = {}
	for row in rows:
		if not left_out & {row["name"], row.get("parent")}:
			copies.setdefault(row["doctype"], []).append(renamed(row, names))
	if is_overdue:
		for quote in copies["Quote"]:
			quote.update(quote_date=add_days(nowdate(), -9), valid_until=add_days(nowdate(), -1))
	for doctype, new in copies.items():
		fields = [field for field in new[0] if field != "doctype"]
		frappe.db.bulk_insert(doctype, fields, [[row[field] for field in fields] for row in new])
	found = {role: names[name] for role, name in roles.items() if role not in leave_out}
	for role in {"primary", "other"} & set(found):
		found[f"{role}_token"] = create_link(found[role]).rpartition("/")[2]
	frappe.db.commit()
	return found


def stored_rows(roles: dict[str, str]) -> list[dict]:
	"""Return the rows of an opportunity, its quotes and its facts of change."""
	docs = [
		frappe.get_doc("Sales Opportunity" if role == "opportunity" else "Quote", name)
		for role, name in roles.items()
	]
	facts = frappe.get_all("Sales Opportunity Change", {"opportunity": roles["opportunity"]}, pluck="name")
	docs += [frappe.get_doc("Sales Opportunity Change", name) for name in facts]
	rows = [row for doc in docs for row in (doc, *doc.get_all_children())]
	return [{"doctype": row.doctype, **row.get_valid_dict()} for row in rows]


def renamed(row: dict, names: dict[str, str]) -> dict:
	"""Return a copy of a row under a new name, which links to copies; `names` has the new names by the former ones."""
	names.setdefault(row["name"], frappe.generate_hash(length=10))
	return {
		field: names.get(value, value) if isinstance(value, str) else value for field, value in row.items()
	}


def lonely_opportunity(**values) -> str:
	"""Return a new opportunity without quotes."""
	name = factories.make_opportunity(items=[{}], **values).name
	frappe.db.commit()
	return name


def set_release_rules(rules: list[dict]):
	"""Let these be the rules of the site by which quotes need a release."""
	settings = frappe.get_doc("Sales Opportunity Settings")
	settings.set("release_rules", rules)
	settings.save()
	frappe.db.commit()


def discounted_draft(discount: float) -> dict:
	"""Return a new draft with a discount as `quote`, and when it was `modified`."""
	opportunity = factories.make_opportunity(items=[{}])
	quote = factories.make_quote(opportunity, discount_percentage=discount, print_format=PAPER)
	frappe.db.commit()
	return {"quote": quote.name, "modified": str(quote.modified)}


def won_opportunity(quantity: float) -> str:
	"""Return a new opportunity that was won with as many of one item."""
	name = factories.make_won_opportunity(quantity).name
	frappe.db.commit()
	return name


def open_quantities(quote: str):
	"""Let the customer of an issued quote change the quantities of its lines."""
	frappe.db.set_value("Quote Item", {"parent": quote}, "is_quantity_open", 1)
	frappe.db.commit()


def expire():
	"""Run the daily job."""
	expiry.expire_quotes()


def lock(doctype: str, name: str):
	"""Hold the row of a document until the next call."""
	frappe.db.get_value(doctype, name, "name", for_update=True)
	return HOLD


def release():
	"""Let go of the row that is held."""


def rows(doctype: str, fields: list | str = "*", **filters) -> list[dict]:
	"""Return what is stored."""
	return frappe.get_all(doctype, filters, fields, order_by="creation asc, name asc")


def state(opportunities: list[str]) -> list[dict]:
	"""Return the opportunities that are left, each with its quotes, facts of change and requests."""
	return [
		{
			"opportunity": frappe.get_doc("Sales Opportunity", name).as_dict(),
			"quotes": [
				frappe.get_doc("Quote", row["name"]).as_dict()
				for row in rows("Quote", ["name"], opportunity=name)
			],
			"facts": frappe.get_all(
				"Sales Opportunity Change",
				{"opportunity": name},
				"*",
				order_by="changed_on asc, is_first desc",
			),
			"requests": [
				frappe.get_doc("Fulfilment Request", row["name"]).as_dict()
				for row in rows("Fulfilment Request", ["name"], opportunity=name)
			],
		}
		for name in opportunities
		if frappe.db.exists("Sales Opportunity", name)
	]


def tidy_up():
	"""Take back the settings."""
	frappe.db.set_default("suspend_email_queue", 0)
	frappe.db.set_single_value("Sales Opportunity Settings", "accept_expired_quotes", 0)
	frappe.db.delete("Email Queue", {"sender": ("like", f"%{USER}%"), "status": "Not Sent"})
	frappe.delete_doc("Email Account", ACCOUNT, force=True)
	frappe.db.commit()


if __name__ == "__main__":
	for line in sys.stdin:
		name, values = json.loads(line)
		try:
			result = globals()[name](**values)
			answer = {"result": result}
		except Exception:
			answer = {"error": traceback.format_exc()}
		if answer.get("result") != HOLD:
			frappe.db.rollback()
		print(frappe.as_json(answer, indent=None).replace("\n", " "), flush=True)
	frappe.destroy()
