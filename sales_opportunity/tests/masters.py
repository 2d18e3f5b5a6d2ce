"""The master data that tests speak of: the defaults in English, at the probabilities that their figures are worked out with."""

import frappe

from sales_opportunity.defaults import name_defaults, name_of_record, read_defaults
from sales_opportunity.features import SETTINGS

PROBABILITIES = {"Inquiry": 5, "First Meeting": 10, "Needs Analysis": 25, "Proposal": 50, "Negotiation": 75}


def prepare_masters() -> None:
	"""Let the site of tests have these masters, whatever its language, and whatever it has disabled or has rules for.

	Hook `before_tests`.
	"""
	name_defaults("en")
	for stage, probability in PROBABILITIES.items():
		frappe.db.set_value("Qualification Stage", stage, "probability", probability, update_modified=False)
	for record in read_defaults():
		if frappe.get_meta(record["doctype"]).has_field("enabled"):
			name = name_of_record(record)
			frappe.db.set_value(record["doctype"], name, "enabled", 1, update_modified=False)
	# Tests issue quotes with any discount: those of releases make their own rules.
	frappe.db.delete("Quote Release Rule")
	frappe.clear_document_cache(SETTINGS, SETTINGS)
	for doctype in ("Class ID", "Qualification Stage"):
		frappe.clear_cache(doctype=doctype)
	# Tests roll back what they do, and must find these masters after that.
	frappe.db.commit()
