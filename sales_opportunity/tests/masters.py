"""The master data that tests speak of: the defaults in English, at the probabilities that their figures are worked out with."""

import frappe

from sales_opportunity.defaults import name_defaults

PROBABILITIES = {"Inquiry": 5, "First Meeting": 10, "Needs Analysis": 25, "Proposal": 50, "Negotiation": 75}


def prepare_masters() -> None:
	"""Let the site of tests have these masters, whatever language it was set up in. Hook `before_tests`."""
	name_defaults("en")
	for stage, probability in PROBABILITIES.items():
		frappe.db.set_value("Qualification Stage", stage, "probability", probability, update_modified=False)
	frappe.clear_cache(doctype="Qualification Stage")
	# Tests roll back what they do, and must find these masters after that.
	frappe.db.commit()
