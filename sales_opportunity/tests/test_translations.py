"""German is complete: every text of the app is translated, by the app or by the framework."""

import csv

import frappe
from frappe.translate import get_all_translations

from sales_opportunity.compat import IntegrationTestCase
from sales_opportunity.tests.translatable import APP, translatable_texts

LEFT_TO_THE_FRAMEWORK = set(
	(
		"Actions|Add|Address|All|Amended From|Applied On|Assigned To|Billing|Browser|Call|City|Close|"
		"Closed|Color|Column|Company|Company Name|Conditions|Contact|Content|Country|Currency|Date|Day|"
		"Default|Deleted|Details|Disabled|DocType|Document|Document Type|Draft|Due Date|Duplicate|Email|"
		"Email Account|Email Address|Enabled|Event|Expired|Failed|Field|Field Name|Files|Filter|Filters|"
		"First Name|From Date|Full Name|Group By|Heading|ID|IP Address|Image|Label|Language|Last Name|"
		"Letter Head|List|Month|Move|Name|New|No|No permission for {0}|Not Set|Number|Off|Open|Overview|"
		"PDF|Page|Password|Period|Phone|Postal Code|Print Format|Reason|Recipient|Recipients|Refresh|"
		"Reopen|Reports|Revoked|Role|Roles|Rule|Sales Manager|Sales User|Salutation|Save|Search|"
		"Send me a copy|Sent|Shipping|Size|Status|Subject|Text|Title|To Date|Today|Total|Totals|"
		"Translations|Type|Use TLS|User|Value|Warning|Website|Year|Yes|of"
	).split("|")
)
"""What every supported release of the framework says in German; all else is said by the app."""

PLACEHOLDERS = ("{0}", "{1}", "{2}", "{3}", "{}")


class TestTranslations(IntegrationTestCase):
	def rows(self):
		with open(APP / "translations" / "de.csv", newline="") as file:
			return list(csv.reader(file))

	def test_every_text_has_a_german_translation(self):
		own = {source for source, *_rest in self.rows()}
		self.assertEqual(sorted(translatable_texts() - own - LEFT_TO_THE_FRAMEWORK), [])

	def test_the_framework_says_what_is_left_to_it(self):
		self.assertEqual(sorted(LEFT_TO_THE_FRAMEWORK - set(get_all_translations("de"))), [])

	def test_no_translation_is_left_over(self):
		texts = translatable_texts()
		self.assertEqual([source for source, *_rest in self.rows() if source not in texts], [])

	def test_placeholders_survive(self):
		for source, translation, _context in self.rows():
			for placeholder in PLACEHOLDERS:
				self.assertEqual(source.count(placeholder), translation.count(placeholder), source)

	def test_a_german_user_reads_german(self):
		self.assertEqual(frappe._("Qualification Stage", "de"), "Qualifikationsstufe")
