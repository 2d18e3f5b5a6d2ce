"""An offer whose customer chooses: optional lines, alternatives, quantities."""

import frappe

from sales_opportunity.tests.answering import OWNER, AnswerTestCase
from sales_opportunity.tests.factories import make_item, make_opportunity, make_partner, make_quote

SIGNED = {"person_name": "Sabine Hoffmann", "signature_type": "Typed", "consent": True}
BIKE, LIFT, RACK, LOCKS, CARE = "1", "2", "4", "5", "7"
"""The numbers of the lines of the offer."""
FREIGHT = 50
ITEM = "TEST-CHOICE"


class ChoiceTestCase(AnswerTestCase):
	def offer(self, lines: dict | None = None, currency: str = "EUR", **values):
		"""Return an issued quote: bike 1,000 or with lift 1,500; rack 100; two to five locks at 10; care 30 a month."""
		item = {"item": make_item(ITEM).name, "quantity": 1}
		deal = {"party": make_partner(language="de").name, "transaction_currency": currency}
		quote = make_quote(make_opportunity(items=[item], opportunity_owner=OWNER, **deal))
		quote.items[0].item_name = "Rad"
		for row in (
			{"row_type": "Alternative", "item_name": "Rad mit Lift", "rate": 1500, **item},
			{"row_type": "Heading", "item_name": "Zubehör"},
			{"row_type": "Optional", "item_name": "Gepäckträger", "rate": 100, **item},
			{
				**item,
				"row_type": "Optional",
				"item_name": "Schloss",
				"rate": 10,
				"quantity": 2,
				"is_quantity_open": 1,
				"min_quantity": 2,
				"max_quantity": 5,
			},
			{"row_type": "Heading", "item_name": "Service"},
			{
				**item,
				"row_type": "Optional",
				"item_name": "Wartung",
				"rate": 30,
				"recurrence": "Monthly",
				"periods": 12,
			},
		):
			quote.append("items", row)
		for place, changes in (lines or {}).items():
			quote.items[int(place) - 1].update(changes)
		quote.update({"freight": FREIGHT, **values})
		quote.save()
		quote.submit()
		return frappe.get_doc("Quote", quote.name)

	def set_item(self, **values):
		frappe.get_doc("Sales Item", ITEM).update(values).save()
		frappe.db.commit()

	def choose(self, token: str, choice, **values):
		return self.call("choose", token=token, choice=choice, **values)

	def accept(self, token: str, choice, **values):
		return self.call("accept", token=token, choice=choice, **{**SIGNED, **values})

	def assert_accepted(self, token: str, choice):
		answer = self.accept(token, choice)
		self.assertEqual(answer.json.get("message"), "Accepted", answer.text)

	def accepted(self, quote):
		"""Return the revision that the customer has accepted."""
		return frappe.get_doc(
			"Quote", frappe.get_value("Quote", {"quote_number": quote.quote_number, "status": "Accepted"})
		)

	def quotes(self, quote) -> list[tuple]:
		rows = frappe.get_all(
			"Quote", {"opportunity": quote.opportunity}, ["name", "status"], order_by="creation"
		)
		return [(row.name, row.status) for row in rows]
