import frappe
from frappe import _
from frappe.utils.safe_exec import safe_exec

TEMPLATES = "sales_opportunity/templates"


def refuse(name):
	# ok: formatted-translation
	frappe.throw(_("{0} is closed.").format(name))
	# ruleid: formatted-translation
	frappe.throw(_(f"{name} is closed."))
	# ruleid: formatted-translation
	frappe.throw(_("{0} is closed.".format(name)))
	# ruleid: formatted-translation
	frappe.throw(_("%s is closed." % name))
	# ruleid: formatted-translation
	frappe.throw(_("Closed: " + name))


def evaluate(quote):
	# ruleid: evaluated-text
	eval(quote.formula)
	# ruleid: evaluated-text
	exec(quote.script)
	# ruleid: evaluated-text
	safe_exec(quote.script)
	# ruleid: evaluated-text
	frappe.safe_eval(quote.formula)
	# ok: evaluated-text
	quote.evaluate()


def render(quote, page):
	# ruleid: rendered-text
	frappe.render_template(quote.introduction, {})
	# ok: rendered-text
	frappe.render_template("sales_opportunity/templates/quote.html", {})
	# ok: rendered-text
	frappe.render_template(f"{TEMPLATES}/{page}", {})


def search(text):
	# ruleid: formatted-sql
	frappe.db.sql(f"select name from `tabQuote` where title = '{text}'")
	# ruleid: formatted-sql
	frappe.db.sql("select name from `tabQuote` where title = '%s'" % text)
	# ruleid: formatted-sql
	frappe.db.sql("select name from `tabQuote` where title = '{}'".format(text))
	# ruleid: formatted-sql
	frappe.db.multisql("select name from `tabQuote` where title = " + text)
	# ok: formatted-sql
	frappe.db.sql("select name from `tabQuote` where title = %(title)s", {"title": text})
