import frappe


def expire(names):
	for name in names:
		frappe.get_doc("Quote", name).expire()
		# ok: commit-without-reason
		# A job over many quotes: what is done stays done.
		frappe.db.commit()


def expire_without_a_word(names):
	for name in names:
		frappe.get_doc("Quote", name).expire()
		# ruleid: commit-without-reason
		frappe.db.commit()


def log(quote):
	# ok: permissions-ignored-without-reason
	# Nobody has the right to write into the log; the caller checked the quote.
	quote.insert(ignore_permissions=True)
	# ok: permissions-ignored-without-reason
	quote.save(ignore_permissions=False)


def log_without_a_word(quote):
	# ruleid: permissions-ignored-without-reason
	quote.insert(ignore_permissions=True)
	# ruleid: permissions-ignored-without-reason
	quote.flags.ignore_permissions = True
