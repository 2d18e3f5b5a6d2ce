"""Complete a new site's setup wizard as a German company would, and set what only a desk shows differently.

Usage: python complete_setup.py SITE, in the folder of the sites and with the bench's Python.
"""

import sys

import frappe
from frappe.desk.page.setup_wizard.setup_wizard import setup_complete

WIZARD = {
	"language": "Deutsch",
	"country": "Germany",
	"timezone": "Europe/Berlin",
	"currency": "EUR",
	"full_name": "IT Lindental",
	"email": "it@lindental.example",
	"password": "admin",  # nosec B105: shown at the end, for the loopback interface only
}
"""The wizard makes the site's first System Manager: else the framework would make one of the first salesperson."""

SETTINGS = {
	"first_day_of_the_week": "Monday",
	"enable_onboarding": 0,
}

frappe.init(sys.argv[1], sites_path=".")
frappe.connect()
result = setup_complete(WIZARD)
if result["status"] != "ok":
	raise SystemExit(f"The setup wizard failed: {result}")
settings = frappe.get_doc("System Settings")
settings.update(SETTINGS)
settings.save()
for user in ("Administrator", "Guest"):
	frappe.db.set_value("User", user, "time_zone", WIZARD["timezone"])
# A script of its own, that no request ends.
frappe.db.commit()
frappe.destroy()
