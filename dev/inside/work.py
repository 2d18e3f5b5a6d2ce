"""Work off the jobs of all sites, with what they need imported once: each job runs in a process that is forked for it.

Usage: python work.py, in the folder of the sites and with the bench's Python.
"""

from importlib import import_module

from frappe.utils.background_jobs import start_worker

USED_BY_JOBS = (
	"frappe.app",
	"frappe.core.doctype.prepared_report.prepared_report",
	"frappe.desk.doctype.notification_log.notification_log",
	"frappe.desk.query_report",
	"frappe.email.doctype.email_queue.email_queue",
	"sales_opportunity.sales_opportunity.doctype.quote.background_issuing",
	"weasyprint",
)

for name in USED_BY_JOBS:
	import_module(name)
start_worker("short,default,long")
