import frappe

from sales_opportunity.inputs.arguments import whitelist


@frappe.whitelist()
# ruleid: whitelisted-without-types
def read(quote):
	return frappe.get_doc("Quote", quote)


@whitelist()
# ok: whitelisted-without-types
def read_typed(quote: str, draft: bool = False):
	return frappe.get_doc("Quote", quote)


@whitelist()
# ruleid: whitelisted-without-types
def read_half_typed(quote: str, draft=False):
	return frappe.get_doc("Quote", quote)


# ok: whitelisted-without-types
def helper(quote):
	return frappe.get_doc("Quote", quote)


@whitelist()
def close(quote: str):
	doc = frappe.get_doc("Quote", quote)
	if doc.status == "Open":
		# ruleid: whitelisted-change-by-get
		doc.save()


@frappe.whitelist(allow_guest=True)
def close_directly(quote: str):
	# ruleid: whitelisted-change-by-get
	frappe.db.set_value("Quote", quote, "status", "Closed")


@whitelist(methods=["POST"])
def close_by_post(quote: str):
	# ok: whitelisted-change-by-get
	frappe.get_doc("Quote", quote).save()
