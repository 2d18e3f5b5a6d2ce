"""How many deals with two lines each a Data Import brings in a second of the processor, Python and database together.

Usage, in the folder of the bench's sites: python importing.py SITE [DEALS]. What it makes stays in the site: the framework
stores each deal by itself.
"""

import sys

import frappe
from ratios import seconds

HEAD = "Partner Type,Business Partner,Title,Class ID,Qualification Stage,Expected Close Date,Item (Line Items),Quantity (Line Items)"


def main(site: str, deals: int) -> None:
	"""Import so many deals into the site, and print how fast that was."""
	from sales_opportunity.tests.factories import make_class, make_item, make_partner, make_stage

	frappe.init(site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	frappe.flags.in_test = True  # imports at once
	partner, item = make_partner().name, make_item().name
	class_id, stage = make_class("IMPORTS").name, make_stage("Imports", probability=40).name
	rows = [HEAD]
	for number in range(deals):
		rows.append(f"Business Partner,{partner},Deal {number},{class_id},{stage},2099-12-31,{item},2")
		rows.append(f",,,,,,{item},3")
	file = {"doctype": "File", "file_name": f"{frappe.generate_hash(length=8)}.csv", "is_private": 1}
	url = frappe.get_doc({**file, "content": "\n".join(rows).encode()}).insert().file_url
	job = frappe.get_doc(
		{
			"doctype": "Data Import",
			"reference_doctype": "Sales Opportunity",
			"import_type": "Insert New Records",
			"import_file": url,
		}
	).insert()
	frappe.db.commit()
	used = seconds(job.start_import)
	job.reload()
	there = frappe.db.count("Sales Opportunity", {"class_id": class_id, "stage": stage})
	assert job.status == "Success" and there >= deals, (job.status, there, job.template_warnings)
	print(f"{deals:,} deals with two lines each: {used:.1f} s of a processor, {deals / used:.0f} a second")
	frappe.destroy()


if __name__ == "__main__":
	main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
