"""The draft primary quote and the opportunity's lines are kept equal, whichever side is edited."""

import random

import frappe

from sales_opportunity.deal.line_sync import are_equal
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.inputs.documents import number_rows
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import OpportunityClosedError
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.fixed_values import IssuedQuoteError
from sales_opportunity.tests.factories import make_item, make_opportunity, make_partner, make_quote, make_user

FIELDS = (
	"quantity",
	"rate",
	"discount_percentage",
	"item_type",
	"item",
	"unit",
	"tax_rate",
	"delivery_date",
)
LINES = (
	{"quantity": 2, "rate": 1000},
	{"quantity": 5, "rate": 40, "discount_percentage": 10},
	{"quantity": 1, "rate": 300, "unit": "Hour"},
)
FIRST, SECOND, THIRD = (
	("TEST-BIKE", 2, 1000, 0, "Piece"),
	("TEST-BIKE", 5, 40, 10, "Piece"),
	("TEST-BIKE", 1, 300, 0, "Hour"),
)
"""What a person reads of these lines on either document: item, quantity, price, discount and unit."""


def lines_of(doc) -> list[list]:
	"""Return the values of all lines, of a quote only those of priced rows."""
	return [[row.get(fieldname) or None for fieldname in FIELDS] for row in priced(doc)]


def priced(doc) -> list:
	"""Return the rows of a document that are lines of the deal."""
	return [row for row in doc.items if doc.doctype != "Quote" or row.row_type == "Priced"]


def read_lines(doc) -> list[tuple]:
	"""Return what a person reads of each line, as in `FIRST`."""
	return [(row.item, row.quantity, row.rate, row.discount_percentage, row.unit) for row in priced(doc)]


class SyncCase(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.opportunity = make_opportunity(items=[dict(line) for line in LINES])
		self.quote = make_quote(self.opportunity)
		self.reload()

	def tearDown(self):
		frappe.set_user("Administrator")

	def reload(self):
		self.opportunity = frappe.get_doc("Sales Opportunity", self.opportunity.name)
		self.quote = frappe.get_doc("Quote", self.quote.name)

	def assert_lines(self, *expected: tuple):
		"""Both sides have these lines, in this order, and the same in all their other fields."""
		self.assert_equal()
		self.assertEqual(read_lines(self.quote), list(expected))

	def assert_equal(self):
		"""Both sides have the same lines."""
		self.reload()
		self.assertEqual(lines_of(self.quote), lines_of(self.opportunity))


class TestWhatIsEqual(SyncCase):
	def test_documents_with_the_same_lines_are_equal_until_one_is_changed(self):
		self.assertTrue(are_equal(self.quote, self.opportunity))
		for fieldname, value in (
			("quantity", 3),
			("rate", 999.99),
			("discount_percentage", 1),
			("unit", "Hour"),
			("delivery_date", "2099-05-01"),
			("opportunity_item", None),
		):
			self.reload()
			self.quote.items[0].set(fieldname, value)
			with self.subTest(fieldname):
				self.assertFalse(are_equal(self.quote, self.opportunity))

	def test_order_conditions_rate_and_plan_count_too(self):
		for name, change in {
			"order": lambda quote: quote.items.reverse(),
			"discount": lambda quote: quote.set("discount_percentage", 2),
			"freight": lambda quote: quote.set("freight", 12.5),
			"currency": lambda quote: quote.set("transaction_currency", "CHF"),
			"rate of exchange": lambda quote: quote.set("conversion_rate", 1.01),
			"plan": lambda quote: quote.append("instalments", {"due_date": "2099-05-01", "percentage": 100}),
		}.items():
			self.reload()
			change(self.quote)
			with self.subTest(name):
				self.assertFalse(are_equal(self.quote, self.opportunity))


class TestFromQuoteToOpportunity(SyncCase):
	def test_a_changed_line_changes_the_opportunity_and_its_value(self):
		self.quote.items[0].update({"quantity": 3, "rate": 950, "delivery_date": "2099-05-01"})
		self.quote.save()
		self.assert_lines(("TEST-BIKE", 3, 950, 0, "Piece"), SECOND, THIRD)
		self.assertEqual(self.opportunity.amount, 3 * 950 + 180 + 300)
		self.assertEqual(str(self.opportunity.items[0].delivery_date), "2099-05-01")

	def test_new_deleted_and_moved_lines(self):
		names = [row.name for row in self.opportunity.items]
		new = {"row_type": "Priced", "item": make_item("TEST-LOCK", price=50).name, "item_name": "Lock"}
		self.quote.append("items", {**new, "quantity": 1, "rate": 50})
		self.quote.items = [self.quote.items[index] for index in (3, 2, 0)]
		number_rows(self.quote.items)
		self.quote.save()
		self.assert_lines(("TEST-LOCK", 1, 50, 0, None), THIRD, FIRST)
		self.assertEqual(
			[row.item_name for row in self.opportunity.items], ["Lock", "Test-Bike", "Test-Bike"]
		)
		self.assertEqual([row.name for row in self.opportunity.items[1:]], [names[2], names[0]])

	def test_a_new_row_needs_nothing_but_the_item(self):
		item = make_item("TEST-SADDLE", price=75, tax_rate="7 %", description="<p>Leder</p>")
		self.quote.append("items", {"row_type": "Priced", "item": item.name, "quantity": 2})
		self.quote.save()
		self.assert_lines(FIRST, SECOND, THIRD, ("TEST-SADDLE", 2, 75, 0, "Piece"))
		row = self.opportunity.items[-1]
		self.assertEqual(
			(row.item_name, row.unit, row.rate, row.tax_rate), ("Test-Saddle", "Piece", 75, "7 %")
		)

	def test_only_priced_rows_are_lines(self):
		for values in (
			{"row_type": "Heading", "item_name": "Zubehör"},
			{"row_type": "Optional", "item": "TEST-BIKE", "item_name": "Mehr", "quantity": 1, "rate": 10},
			{
				"row_type": "Alternative",
				"item": "TEST-BIKE",
				"item_name": "Anders",
				"quantity": 1,
				"rate": 10,
			},
			{"row_type": "Text", "description": "Ab Lager"},
		):
			self.quote.append("items", values)
		self.quote.save()
		self.assert_lines(FIRST, SECOND, THIRD)
		self.assertEqual(len(self.opportunity.items), 3)

	def test_a_line_that_becomes_optional_leaves_the_opportunity(self):
		self.quote.items[1].row_type = "Optional"
		self.quote.save()
		self.assert_lines(FIRST, THIRD)
		self.assertEqual(len(self.opportunity.items), 2)
		self.assertEqual(len(self.quote.items), 3)

	def test_a_typed_in_amount_stays(self):
		self.opportunity.update({"manual_amount": 1, "amount": 5000})
		self.opportunity.save()
		self.reload()
		self.quote.items[0].rate = 1
		self.quote.save()
		self.assert_lines(("TEST-BIKE", 2, 1, 0, "Piece"), SECOND, THIRD)
		self.assertEqual((self.opportunity.manual_amount, self.opportunity.amount), (1, 5_000))

	def test_an_alternative_quote_is_left_alone_and_leaves_alone(self):
		alternative = make_quote(self.opportunity)
		alternative.items[0].rate = 1
		alternative.save()
		self.assert_lines(FIRST, SECOND, THIRD)
		self.assertEqual(self.opportunity.items[0].rate, 1_000)
		self.opportunity.items[0].rate = 2
		self.opportunity.save()
		self.assertEqual(frappe.get_doc("Quote", alternative.name).items[0].rate, 1)

	def test_saving_without_a_change_saves_one_document(self):
		modified = self.opportunity.modified
		self.quote.introduction = "<p>Neu</p>"
		self.quote.save()
		self.assert_lines(FIRST, SECOND, THIRD)
		self.assertEqual(self.opportunity.modified, modified)

	def test_the_exchange_rate_goes_along(self):
		opportunity = make_opportunity(
			items=[{"rate": 100}], transaction_currency="CHF", conversion_rate=1.25
		)
		quote = make_quote(opportunity)
		quote.conversion_rate = 1.5
		quote.save()
		opportunity.reload()
		self.assertEqual((opportunity.conversion_rate, opportunity.base_amount), (1.5, 150))

	def test_the_opportunity_keeps_its_own_language(self):
		item = make_item(
			"TEST-SYNC-TRANSLATED",
			item_name="Lastenrad",
			description="Stark",
			translations=[{"language": "en", "item_name": "Cargo bike", "description": "Strong"}],
		)
		partner = make_partner("Thames Cycles Ltd", language="en")
		opportunity = make_opportunity(party=partner.name, items=[{"item": item.name}])
		quote = make_quote(opportunity)
		quote.items[0].quantity = 4
		quote.append(
			"items",
			{
				"row_type": "Priced",
				"item": item.name,
				"item_name": "Cargo bike",
				"description": "Very strong",
				"quantity": 1,
				"rate": 1,
			},
		)
		quote.save()
		opportunity.reload()
		self.assertEqual(
			[(row.item_name, row.description, row.quantity) for row in opportunity.items],
			[("Lastenrad", "Stark", 4), ("Lastenrad", "Very strong", 1)],
		)
		opportunity.items[0].quantity = 5
		opportunity.save()
		quote.reload()
		self.assertEqual(
			[(row.item_name, row.description, row.quantity) for row in quote.items],
			[("Cargo bike", "Strong", 5), ("Cargo bike", "Very strong", 1)],
		)


class TestFromOpportunityToQuote(SyncCase):
	def test_a_changed_line_changes_the_draft_quote(self):
		self.opportunity.items[0].update({"quantity": 7, "discount_percentage": 2.5})
		self.opportunity.save()
		self.assert_lines(("TEST-BIKE", 7, 1000, 2.5, "Piece"), SECOND, THIRD)
		self.assertEqual(self.quote.items[0].amount, 6_825)
		self.assertEqual(self.quote.net_total, 6_825 + 180 + 300)

	def test_headings_options_and_texts_keep_their_places(self):
		first, second, third = self.quote.items
		self.quote.set("items", [])
		for row in (
			{"row_type": "Heading", "item_name": "Räder"},
			first,
			{"row_type": "Optional", "item": "TEST-BIKE", "item_name": "Mehr", "quantity": 1, "rate": 10},
			{"row_type": "Heading", "item_name": "Dienste"},
			second,
			third,
			{"row_type": "Subtotal"},
		):
			self.quote.append("items", row)
		number_rows(self.quote.items)
		self.quote.save()
		self.assert_lines(FIRST, SECOND, THIRD)
		del self.opportunity.items[1]
		self.opportunity.append("items", {"item": "TEST-BIKE", "quantity": 9, "rate": 9})
		number_rows(self.opportunity.items)
		self.opportunity.save()
		self.assert_lines(FIRST, THIRD, ("TEST-BIKE", 9, 9, 0, "Piece"))
		self.assertEqual(
			[row.item_name or row.row_type for row in self.quote.items],
			["Räder", "Test-Bike", "Mehr", "Dienste", "Test-Bike", "Test-Bike", "Subtotal"],
		)
		self.assertEqual([row.quantity for row in self.quote.items if row.row_type == "Priced"], [2, 1, 9])

	def test_another_currency_converts_the_whole_draft(self):
		self.quote.append(
			"items",
			{"row_type": "Optional", "item": "TEST-BIKE", "item_name": "M", "quantity": 1, "rate": 50},
		)
		self.quote.freight = 100
		self.quote.save()
		self.reload()
		self.opportunity.update({"transaction_currency": "CHF", "conversion_rate": 1.25})
		self.opportunity.save()
		self.assert_lines(
			("TEST-BIKE", 2, 800, 0, "Piece"),
			("TEST-BIKE", 5, 32, 10, "Piece"),
			("TEST-BIKE", 1, 240, 0, "Hour"),
		)
		self.assertEqual((self.quote.transaction_currency, self.quote.conversion_rate), ("CHF", 1.25))
		self.assertEqual([row.rate for row in self.quote.items], [800, 32, 240, 40])
		self.assertEqual(self.quote.freight, 80)

	def test_another_partner_gets_the_draft(self):
		partner = make_partner("Fahrradhof Süd GmbH")
		self.opportunity.party = partner.name
		self.opportunity.save()
		self.reload()
		self.assertEqual((self.quote.party, self.quote.party_name), (partner.name, "Fahrradhof Süd GmbH"))
		self.assertEqual(self.quote.address_display, "Fahrradhof Süd GmbH")

	def test_nothing_of_the_former_partner_stays_on_the_draft(self):
		text = {
			"doctype": "Quote Text",
			"text_type": "Introduction",
			"class_id": self.opportunity.class_id,
			"enabled": 1,
		}
		for language, content in (
			("en", "<p>We offer to {{ doc.party_name }}</p>"),
			("de", "<p>Für {{ doc.party_name }}</p>"),
		):
			frappe.get_doc(
				{**text, "title": f"Sync {language}", "language": language, "content": content}
			).insert()
		make_item("TEST-TWO", translations=[{"language": "de", "item_name": "Zwei"}])
		north = make_partner(
			"North Ltd",
			language="en",
			tax_treatment="Reverse Charge",
			payment_terms="In advance",
			vat_id="IE6388047V",
		)
		opportunity = make_opportunity(items=[{"item": "TEST-TWO"}], party=north.name)
		quote = make_quote(opportunity)
		self.assertIn("We offer to North Ltd", quote.introduction)
		quote.terms = "<p>Agreed by phone</p>"
		quote.save()
		opportunity.reload()
		opportunity.party = make_partner("Süd GmbH", payment_terms="14 Tage").name
		opportunity.save()
		quote.reload()
		self.assertEqual(
			(quote.party_name, quote.language, quote.tax_treatment, quote.payment_terms),
			("Süd GmbH", "de", "Domestic", "14 Tage"),
		)
		self.assertIn("Für Süd GmbH", quote.introduction)
		self.assertIn("Agreed by phone", quote.terms)
		self.assertEqual(quote.items[0].item_name, "Zwei")
		self.assertTrue(quote.tax_total)

	def test_a_draft_in_another_language_is_written_in_it(self):
		make_item("TEST-THREE", translations=[{"language": "de", "item_name": "Drei"}])
		opportunity = make_opportunity(items=[{"item": "TEST-THREE"}])
		quote = make_quote(opportunity)
		self.assertEqual(
			(quote.items[0].item_name, quote.salutation), ("Drei", "Sehr geehrte Damen und Herren,")
		)
		introduction = quote.introduction
		quote.language = "en"
		quote.save()
		self.assertEqual((quote.items[0].item_name, quote.salutation), ("Test-Three", "Dear Sir or Madam,"))
		self.assertNotEqual(quote.introduction, introduction)
		opportunity.reload()
		self.assertEqual(lines_of(quote), lines_of(opportunity))

	def test_a_salesperson_edits_either_side(self):
		seller = make_user("sync-seller@example.com", "Sales User").name
		opportunity = make_opportunity(items=[{}], opportunity_owner=seller)
		frappe.set_user(seller)
		quote = make_quote(opportunity)
		quote.items[0].rate = 5
		quote.save()
		opportunity.reload()
		self.assertEqual(opportunity.items[0].rate, 5)
		opportunity.items[0].rate = 6
		opportunity.save()
		quote.reload()
		self.assertEqual(quote.items[0].rate, 6)

	def test_an_issued_quote_does_not_change_any_more(self):
		self.quote.submit()
		self.opportunity.reload()
		self.opportunity.items[0].rate = 1
		self.opportunity.save()
		self.reload()
		self.assertEqual((self.quote.items[0].rate, self.opportunity.items[0].rate), (1_000, 1))

	def test_what_is_changed_after_the_issue_stays_when_the_quote_is_sent_or_accepted(self):
		self.quote.submit()
		self.reload()
		self.opportunity.items[0].rate = 4_321
		self.opportunity.save()
		for status in ("Sent", "Accepted"):
			frappe.get_doc("Quote", self.quote.name).change_status(status)
			self.reload()
			self.assertEqual(self.opportunity.items[0].rate, 4_321, status)

	def test_a_closed_opportunity_gets_no_drafts(self):
		self.opportunity.update({"stage": "Lost", "closing_reason": "No Budget"})
		self.opportunity.save()
		copy = frappe.copy_doc(self.quote)
		with self.assertRaisesRegex(OpportunityClosedError, "Reopen"):
			copy.insert()

	def test_partner_and_currency_are_locked_once_a_quote_is_issued(self):
		self.quote.submit()
		for values in (
			{"party": make_partner("Andere GmbH").name},
			{"transaction_currency": "CHF", "conversion_rate": 1.25},
		):
			self.reload()
			self.opportunity.update(values)
			with self.subTest(values), self.assertRaises(IssuedQuoteError):
				self.opportunity.save()
		self.reload()
		self.quote.cancel()
		self.opportunity.reload()
		self.opportunity.update({"transaction_currency": "CHF", "conversion_rate": 1.25})
		self.opportunity.save()

	def test_a_won_opportunity_keeps_its_lines_and_its_quote(self):
		self.quote.submit()
		self.opportunity.reload()
		self.opportunity.stage = "Won"
		self.opportunity.save()
		self.reload()
		self.assertEqual((self.opportunity.status, self.opportunity.amount), ("Won", 2_480))
		self.assertEqual(lines_of(self.quote), lines_of(self.opportunity))

	def test_any_edits_on_either_side_keep_both_equal(self):
		choice = random.Random(4711)
		for _round in range(25):
			doc = choice.choice((self.quote, self.opportunity))
			edit(doc, choice)
			expected = [(row.item, row.quantity, row.rate) for row in priced(doc)]
			doc.save()
			self.assert_equal()
			self.assertEqual([line[:3] for line in read_lines(self.quote)], expected)


def edit(doc, choice: random.Random):
	"""Change something at random: a value, a new row, one less, or the order."""
	lines = priced(doc)
	action = choice.choice(("value", "add", "remove", "shuffle"))
	if action == "value":
		row = choice.choice(lines)
		row.update({"quantity": choice.randint(1, 9), "rate": choice.randint(1, 99_999) / 100})
	elif action == "add":
		row_type = {"row_type": choice.choice(("Priced", "Optional"))} if doc.doctype == "Quote" else {}
		values = {"item": "TEST-BIKE", "item_name": "Neu", "quantity": 1, "rate": choice.randint(1, 500)}
		doc.append("items", {**row_type, **values})
	elif action == "remove" and len(lines) > 1:
		doc.remove(choice.choice(lines))
	elif action == "shuffle":
		choice.shuffle(doc.items)
	number_rows(doc.items)
