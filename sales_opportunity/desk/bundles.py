"""Whether the bundles of scripts and styles are built, without which the app's forms and lists fail."""

import frappe
from frappe import _

APP = "sales_opportunity"


def extend_bootinfo(bootinfo: frappe._dict) -> None:
	"""Say on the desk what to do if a bundle was never built, when it starts (a hook)."""
	bundles = [
		name for kind in ("js", "css") for name in frappe.get_hooks(f"app_include_{kind}", app_name=APP)
	]
	if any(name not in bootinfo.assets_json for name in bundles):
		command = f"<code>bench build --app {APP}</code>"
		message = _("Scripts and styles of Sales Opportunity are missing. Build them with {0}.").format(
			command
		)
		# The desk reads each as JSON; what is no alert is closed again when the first page opens.
		alert = frappe.as_json({"message": message, "alert": 1, "indicator": "red"})
		bootinfo["messages"] = [*bootinfo.get("messages", []), alert]
