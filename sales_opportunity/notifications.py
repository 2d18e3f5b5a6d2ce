"""What the desk's bell tells a colleague, in that colleague's language."""

import frappe
from frappe.desk.doctype.notification_log.notification_log import make_notification_logs
from frappe.translate import print_language


def in_language_of(user: str):
	"""Return a context in which `_` speaks the user's language."""
	return print_language(frappe.db.get_value("User", user, "language") or frappe.local.lang)


def tell(user: str, document, subject: str):
	"""Put a line (HTML) about a document into the user's notifications, if the user wants any."""
	make_notification_logs(
		frappe._dict(
			type="Alert",
			document_type=document.doctype,
			document_name=document.name,
			subject=subject,
			from_user=frappe.session.user,
		),
		[frappe.db.get_value("User", user, "email")],
	)
