import frappe
from frappe import _
from frappe.utils import flt

# ruleid: database-at-import
COMPANY = frappe.db.get_single_value("Sales Opportunity Settings", "company")
# ok: database-at-import
company = lambda: frappe.db.get_single_value("Sales Opportunity Settings", "company")

# ruleid: translation-at-import
TITLE = _("Quote")
# ok: translation-at-import
LABELS = {"title": lambda quote: _("Quote")}

# ruleid: number-at-import
HALF = flt("0.5")


class Quote:
	# ruleid: translation-at-import
	title = _("Quote")

	def says(self):
		# ok: translation-at-import
		return _("Quote")


def half(quote):
	# ok: database-at-import
	rate = frappe.db.get_value("Quote", quote, "conversion_rate")
	# ok: number-at-import
	return flt(rate) / 2
