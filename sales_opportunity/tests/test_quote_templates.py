"""Quotes from templates, lines from other quotes, favourites, and items that print their parts: in the users' words."""

import frappe
from frappe.desk.like import toggle_like

from sales_opportunity import features
from sales_opportunity.deal.recurring import RecurrenceError
from sales_opportunity.desk.stepped_back import stepped_back, update_workspaces
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote.line_sources import (
	NotADraftError,
	add_from_quote,
	add_from_template,
)
from sales_opportunity.sales_opportunity.doctype.quote_item.open_quantities import OpenQuantityError
from sales_opportunity.sales_opportunity.doctype.quote_template import template_search
from sales_opportunity.sales_opportunity.doctype.quote_template.quote_template import TemplateLineError
from sales_opportunity.sales_opportunity.doctype.quote_text.quote_text import TemplateTextError
from sales_opportunity.sales_opportunity.doctype.sales_item.sales_item import PartError
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote
from sales_opportunity.tests.factories import (
	make_class,
	make_item,
	make_opportunity,
	make_partner,
	make_quote,
	make_quote_template,
	make_user,
	set_exchange_rates,
)
from sales_opportunity.tests.settings import save_settings, use_settings

SELLER, COLLEAGUE, MANAGER = (f"templates.{who}@example.com" for who in ("seller", "colleague", "manager"))
FLEET, SERVICE, NEW_CLASS = "Flotte Vorlage", "Wartung Vorlage", "TEMPLATES"


class TemplatesTestCase(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		make_user(SELLER, "Sales User")
		make_user(COLLEAGUE, "Sales User")
		make_user(MANAGER, "Sales Manager", "Sales User")
		make_class(NEW_CLASS)
		make_item(
			"TPL-BIKE",
			item_name="Lastenrad",
			description="<p>Mit zwei Akkus</p>",
			price=4_000,
			translations=[
				{"language": "en", "item_name": "Cargo bike", "description": "<p>With two batteries</p>"}
			],
		)
		make_item("TPL-CARE", item_name="Wartung", price=300, kind="Service")
		cls.fleet = make_quote_template(
			FLEET,
			[
				{"row_type": "Heading", "item_name": "Räder"},
				{"item": "TPL-BIKE", "quantity": 5, "discount_percentage": 10},
				{"row_type": "Text", "item_name": "Hinweis", "description": "<p>Lieferung frei Haus</p>"},
				{"row_type": "Heading", "item_name": "Service"},
				{"row_type": "Optional", "item": "TPL-CARE", "quantity": 5, "item_name": "Wartung im Abo"},
			],
			introduction="<p>Ihre Flotte für {{ doc.party_name }}:</p>",
		)
		cls.service = make_quote_template(SERVICE, [{"item": "TPL-CARE", "quantity": 2}])

	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(frappe.set_user, "Administrator")
		frappe.local.message_log = []

	def opportunity(self, owner: str = SELLER, language: str = "de", items: list | None = None, **values):
		party = make_partner(language=language).name
		return make_opportunity(items, party=party, class_id=NEW_CLASS, opportunity_owner=owner, **values)

	def rows(self, doc) -> list[tuple]:
		return [(row.row_type, row.item_name, row.quantity, row.rate) for row in doc.items]


class TestNewQuotesFromTemplates(TemplatesTestCase):
	def quote(self, template: str = FLEET, **values):
		opportunity = self.opportunity(**values)
		frappe.set_user(SELLER)
		return frappe.get_doc("Quote", create_quote(opportunity.name, "2099-12-31", template=template))

	def test_a_deal_without_lines_gets_a_complete_quote(self):
		quote = self.quote()
		self.assertEqual(
			self.rows(quote),
			[
				("Heading", "Räder", 0, 0),
				("Priced", "Lastenrad", 5, 4_000),
				("Text", "Hinweis", 0, 0),
				("Heading", "Service", 0, 0),
				("Optional", "Wartung im Abo", 5, 300),
			],
		)
		self.assertEqual((quote.net_total, quote.gross_total), (18_000, 21_420))
		self.assertEqual(quote.items[1].description, "<p>Mit zwei Akkus</p>")
		self.assertEqual([row.position for row in quote.items], ["1", "1.1", "", "2", "2.1"])
		opportunity = frappe.get_doc("Sales Opportunity", quote.opportunity)
		self.assertEqual(
			(opportunity.amount, [row.item for row in opportunity.items]), (18_000, ["TPL-BIKE"])
		)

	def test_the_items_are_named_in_the_customers_language(self):
		quote = self.quote(language="en")
		self.assertEqual(
			(quote.items[1].item_name, quote.items[1].description),
			("Cargo bike", "<p>With two batteries</p>"),
		)
		self.assertEqual(quote.items[4].item_name, "Wartung im Abo")

	def test_its_texts_take_the_place_of_the_standard_ones(self):
		quote = self.quote()
		self.assertEqual(quote.introduction, f"<p>Ihre Flotte für {quote.party_name}:</p>")
		self.assertEqual(quote.closing, self.quote(SERVICE).closing)

	def test_lines_of_the_deal_stand_where_the_template_has_their_item(self):
		quote = self.quote(items=[{"item": "TEST-BIKE"}, {"item": "TPL-BIKE", "quantity": 2, "rate": 3_500}])
		self.assertEqual(
			self.rows(quote)[:4],
			[
				("Priced", "Test-Bike", 1, 1_000),
				("Heading", "Räder", 0, 0),
				("Priced", "Lastenrad", 2, 3_500),
				("Text", "Hinweis", 0, 0),
			],
		)

	def test_prices_are_in_the_deals_currency_and_with_tax_for_consumers(self):
		set_exchange_rates(CHF=1.25)
		self.assertEqual(self.quote(transaction_currency="CHF").items[1].rate, 3_200)
		make_class("TEMPLATES-GROSS", prices_include_tax=1)
		opportunity = make_opportunity(class_id="TEMPLATES-GROSS", opportunity_owner=SELLER)
		gross = frappe.get_doc("Quote", create_quote(opportunity.name, "2099-12-31", template=SERVICE))
		self.assertEqual((gross.items[0].rate, gross.net_total), (357, 600))

	def test_what_is_not_sold_any_more_is_left_out_and_named(self):
		frappe.db.savepoint("disabled")
		self.addCleanup(frappe.db.rollback, save_point="disabled")
		item = make_item("TPL-OLD", item_name="Altes Rad")
		template = make_quote_template(
			"Alte Vorlage", [{"item": "TPL-OLD", "quantity": 1}, {"item": "TPL-CARE"}]
		)
		item.update({"disabled": 1}).save()
		quote = self.quote(template.name)
		self.assertEqual([row.item for row in quote.items], ["TPL-CARE"])
		self.assertIn("Altes Rad", str(frappe.local.message_log))

	def test_a_double_click_makes_one_quote(self):
		opportunity = self.opportunity()
		names = {create_quote(opportunity.name, "2099-12-31", "one-click", FLEET) for _again in range(2)}
		self.assertEqual(len(names), 1)

	def test_a_disabled_template_is_refused(self):
		frappe.db.savepoint("disabled")
		self.addCleanup(frappe.db.rollback, save_point="disabled")
		self.service.db_set("enabled", 0)
		with self.assertRaisesRegex(frappe.ValidationError, SERVICE):
			self.quote(SERVICE)


class TestLinesWithTerms(TemplatesTestCase):
	"""A template with a fixed discount, something that recurs, and a credit."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_item("TPL-CREDIT", item_name="Treuegutschrift", price=100)
		cls.template = make_quote_template(
			"Vertrag mit Rabatt",
			[
				{"item": "TPL-BIKE", "quantity": 2, "discount_amount": 500},
				{"item": "TPL-CARE", "quantity": 1, "recurrence": "Yearly", "periods": 3},
				{"item": "TPL-CREDIT", "quantity": 1, "deduction": "Credit"},
			],
		)

	def terms(self, doc) -> list[tuple]:
		return [
			(row.rate, row.discount_amount, row.recurrence or "", row.periods, row.deduction or "")
			for row in doc.items
		]

	def test_quotes_and_deals_have_them(self):
		expected = [(4_000, 500, "", 0, ""), (300, 0, "Yearly", 3, ""), (100, 0, "", 0, "Credit")]
		quote = frappe.get_doc(
			"Quote", create_quote(self.opportunity().name, "2099-12-31", template=self.template.name)
		)
		deal = self.opportunity()
		add_from_template("Sales Opportunity", deal.name, self.template.name)
		deal.reload()
		for doc, amount in ((quote, quote.net_total), (deal, deal.amount)):
			with self.subTest(doc.doctype):
				self.assertEqual((self.terms(doc), amount), (expected, 8_300))

	def test_fixed_discounts_are_in_francs_and_with_tax_where_prices_are(self):
		set_exchange_rates(CHF=1.25)
		francs = self.opportunity(transaction_currency="CHF")
		add_from_template("Sales Opportunity", francs.name, self.template.name)
		francs.reload()
		self.assertEqual(francs.items[0].discount_amount, 400)
		make_class("TEMPLATES-TAXED", prices_include_tax=1)
		opportunity = make_opportunity([{}], class_id="TEMPLATES-TAXED")
		made = frappe.get_doc(
			"Quote", create_quote(opportunity.name, "2099-12-31", template=self.template.name)
		)
		added = make_quote(make_opportunity([{}], class_id="TEMPLATES-TAXED"))
		add_from_template("Quote", added.name, self.template.name)
		added.reload()
		for quote in (made, added):
			self.assertEqual((quote.items[1].discount_amount, quote.net_total), (595, 9_300))

	def test_the_customer_may_change_a_quantity_that_the_template_leaves_open(self):
		open_line = {
			"item": "TPL-BIKE",
			"quantity": 5,
			"is_quantity_open": 1,
			"min_quantity": 2,
			"max_quantity": 8,
		}
		template = make_quote_template("Offene Menge", [open_line]).name
		made = create_quote(self.opportunity().name, "2099-12-31", template=template)
		added = make_quote(self.opportunity(items=[{}])).name
		add_from_template("Quote", added, template)
		for name in (made, added):
			row = frappe.get_doc("Quote", name).items[-1]
			self.assertEqual((row.is_quantity_open, row.min_quantity, row.max_quantity), (1, 2, 8))
		with self.assertRaises(OpenQuantityError):
			make_quote_template("Falsch", [{**open_line, "max_quantity": 1}])

	def test_where_customers_choose_nothing_its_quantities_are_fixed(self):
		open_line = {"item": "TPL-BIKE", "quantity": 5, "is_quantity_open": 1}
		template = make_quote_template("Offen gewesen", [open_line]).name
		use_settings(self, use_customer_choice=0)
		quote = create_quote(self.opportunity().name, "2099-12-31", template=template)
		self.assertEqual(frappe.get_doc("Quote", quote).items[0].is_quantity_open, 0)

	def test_what_no_quote_can_have_is_refused_here_too(self):
		credit = {"item": "TPL-CREDIT", "quantity": 1, "deduction": "Credit"}
		for row in ({**credit, "discount_amount": 1}, {**credit, "discount_percentage": 1}):
			with self.subTest(row), self.assertRaises(TemplateLineError):
				make_quote_template("Falsch", [row])
		with self.assertRaises(RecurrenceError):
			make_quote_template("Falsch", [{"item": "TPL-CARE", "recurrence": "Monthly", "periods": 9999}])
		usual = make_quote_template("Üblich", [{"item": "TPL-CARE", "recurrence": "Quarterly"}])
		self.assertEqual(usual.items[0].periods, 4)


class TestInsertedLines(TemplatesTestCase):
	def test_a_template_is_inserted_below_what_is_there(self):
		quote = make_quote(self.opportunity(items=[{}]))
		frappe.set_user(SELLER)
		add_from_template("Quote", quote.name, SERVICE)
		quote.reload()
		self.assertEqual(self.rows(quote), [("Priced", "Test-Bike", 1, 1_000), ("Priced", "Wartung", 2, 300)])
		opportunity = frappe.get_doc("Sales Opportunity", quote.opportunity)
		self.assertEqual((opportunity.amount, len(opportunity.items)), (1_600, 2))

	def test_a_deal_gets_the_priced_lines(self):
		opportunity = self.opportunity()
		frappe.set_user(SELLER)
		add_from_template("Sales Opportunity", opportunity.name, FLEET)
		opportunity.reload()
		self.assertEqual(
			[(row.item_name, row.quantity, row.rate, row.amount) for row in opportunity.items],
			[("Lastenrad", 5, 4_000, 18_000)],
		)

	def test_lines_of_any_customers_quote_come_with_its_prices_or_anew(self):
		source = make_quote(self.opportunity(items=[{"item": "TPL-BIKE", "quantity": 3, "rate": 3_333}]))
		source.append("items", {"row_type": "Heading", "item_name": "Dazu"})
		source.append("items", {"row_type": "Optional", "item": "TPL-CARE", "quantity": 1, "rate": 250})
		source.items[0].discount_percentage = 5
		source.save()
		for keep_prices, prices in ((True, [(3_333, 5), (250, 0)]), (False, [(4_000, 0), (300, 0)])):
			with self.subTest(keep_prices=keep_prices):
				quote = make_quote(self.opportunity(items=[{}]))
				frappe.set_user(SELLER)
				add_from_quote("Quote", quote.name, source.name, keep_prices)
				quote.reload()
				bike, heading, care = quote.items[1:]
				self.assertEqual(heading.item_name, "Dazu")
				self.assertEqual([(row.rate, row.discount_percentage) for row in (bike, care)], prices)
				self.assertEqual((care.row_type, bike.quantity), ("Optional", 3))
				frappe.set_user("Administrator")

	def test_they_are_in_the_language_currency_and_tax_of_the_quote(self):
		set_exchange_rates(CHF=1.25)
		source = make_quote(self.opportunity(items=[{"item": "TPL-BIKE", "rate": 3_000}]))
		english = make_quote(self.opportunity(language="en", items=[{}], transaction_currency="CHF"))
		add_from_quote("Quote", english.name, source.name, True)
		english.reload()
		self.assertEqual((english.items[1].item_name, english.items[1].rate), ("Cargo bike", 2_400))
		gross = make_quote(self.opportunity(items=[{}]), prices_include_tax=1)
		add_from_quote("Quote", gross.name, source.name, True)
		gross.reload()
		self.assertEqual((gross.items[1].rate, gross.net_total), (3_570, 4_000))

	def test_a_deal_takes_them_net(self):
		source = make_quote(self.opportunity(items=[{"item": "TPL-BIKE"}]), prices_include_tax=1)
		for keep_prices in (True, False):
			opportunity = self.opportunity()
			add_from_quote("Sales Opportunity", opportunity.name, source.name, keep_prices)
			opportunity.reload()
			self.assertEqual([(row.item, row.rate) for row in opportunity.items], [("TPL-BIKE", 4_000)])

	def test_quotes_that_one_may_not_read_give_nothing(self):
		source = make_quote(self.opportunity(COLLEAGUE, items=[{}]))
		own = make_quote(self.opportunity(items=[{}]))
		frappe.set_user(SELLER)
		with self.assertRaises(frappe.PermissionError):
			add_from_quote("Quote", own.name, source.name, True)
		with self.assertRaises(frappe.PermissionError):
			add_from_template("Quote", source.name, FLEET)

	def test_issued_quotes_and_closed_deals_stay_as_they_are(self):
		quote = make_quote(self.opportunity(items=[{}]))
		quote.submit()
		with self.assertRaises(NotADraftError):
			add_from_template("Quote", quote.name, FLEET)
		opportunity = frappe.get_doc("Sales Opportunity", quote.opportunity)
		opportunity.update({"stage": "Lost", "closing_reason": "No Budget"}).save()
		with self.assertRaises(frappe.ValidationError):
			add_from_template("Sales Opportunity", opportunity.name, FLEET)
		with self.assertRaises(frappe.ValidationError):
			add_from_template("Sales Item", "TPL-BIKE", FLEET)


class TestWhatIsOffered(TemplatesTestCase):
	def offered(self, doc, txt: str = "Vorlage") -> list[str]:
		filters = {"doctype": doc.doctype, "name": doc.name}
		rows = template_search.template_query("Quote Template", txt, "name", 0, 20, filters)
		return [row[0] for row in rows]

	def test_favourites_of_the_user_come_first(self):
		opportunity = self.opportunity()
		frappe.share.add(opportunity.doctype, opportunity.name, COLLEAGUE, read=1)
		for user, expected in ((SELLER, [SERVICE, FLEET]), (COLLEAGUE, [FLEET, SERVICE])):
			frappe.set_user(user)
			if user == SELLER:
				toggle_like("Quote Template", SERVICE, "Yes")
			with self.subTest(user):
				self.assertEqual(self.offered(opportunity), expected)
		frappe.set_user(SELLER)
		toggle_like("Quote Template", SERVICE, "No")
		self.assertEqual(self.offered(opportunity), [FLEET, SERVICE])

	def test_they_are_those_of_class_and_language(self):
		frappe.db.savepoint("offered")
		self.addCleanup(frappe.db.rollback, save_point="offered")
		make_class("TEMPLATES-OTHER")
		make_quote_template("Vorlage anderer Klasse", class_id="TEMPLATES-OTHER")
		make_quote_template("Vorlage in Englisch", quote_language="en")
		make_quote_template("Vorlage von früher", enabled=0)
		english = self.opportunity(language="en", items=[{}])
		self.assertEqual(self.offered(self.opportunity()), [FLEET, SERVICE])
		self.assertEqual(self.offered(english), [FLEET, "Vorlage in Englisch", SERVICE])
		self.assertEqual(self.offered(make_quote(english), "englisch"), ["Vorlage in Englisch"])
		self.assertTrue(template_search.has_templates("Sales Opportunity", english.name))

	def test_switched_off_they_are_nowhere(self):
		self.addCleanup(update_workspaces)
		self.addCleanup(frappe.clear_cache)
		frappe.db.savepoint("hidden")
		self.addCleanup(frappe.db.rollback, save_point="hidden")
		opportunity = self.opportunity()
		quote = make_quote(self.opportunity(items=[{}]))
		save_settings(use_quote_templates=0)
		self.assertEqual(self.offered(opportunity), [])
		for use in (
			lambda: create_quote(opportunity.name, "2099-12-31", template=FLEET),
			lambda: add_from_template("Quote", quote.name, FLEET),
			lambda: add_from_quote("Sales Opportunity", opportunity.name, quote.name, True),
		):
			with self.assertRaisesRegex(frappe.ValidationError, "switched off"):
				use()
		self.assertIn("Quote Template", stepped_back())
		self.assertFalse(self.is_on_workspace())
		bootinfo = frappe._dict()
		features.extend_bootinfo(bootinfo)
		self.assertFalse(bootinfo.sales_opportunity_features["use_quote_templates"])
		save_settings(use_quote_templates=1)
		self.assertTrue(self.is_on_workspace())

	def is_on_workspace(self) -> bool:
		link = {"parent": "Sales Opportunities", "link_to": "Quote Template"}
		return bool(frappe.db.exists("Workspace Link", link))


class TestTemplatesThemselves(TemplatesTestCase):
	def test_salespeople_read_and_managers_write_them(self):
		for user, may_write in ((SELLER, False), (MANAGER, True)):
			frappe.set_user(user)
			with self.subTest(user):
				self.assertTrue(frappe.has_permission("Quote Template", "read", FLEET))
				self.assertEqual(frappe.has_permission("Quote Template", "write", FLEET), may_write)

	def test_what_no_quote_can_have_is_refused(self):
		for row in (
			{"row_type": "Priced"},
			{"item": "TPL-BIKE", "quantity": 0},
			{"item": "TPL-BIKE", "quantity": 1, "discount_percentage": 101},
		):
			with self.subTest(row), self.assertRaises(TemplateLineError):
				make_quote_template("Falsch", [row])
		with self.assertRaises(TemplateTextError):
			make_quote_template("Falsch", introduction="<p>{{ doc.nobody_knows }}</p>")

	def test_lines_say_what_their_items_are_called(self):
		self.assertEqual(
			[row.item_name for row in self.fleet.items],
			["Räder", "Lastenrad", "Hinweis", "Service", "Wartung im Abo"],
		)


class TestItemsWithParts(TemplatesTestCase):
	def bundle(self, code: str, parts: list[dict], **values):
		return make_item(
			code, item_name="Familienpaket", description="<p>Komplett</p>", price=5_000, parts=parts, **values
		)

	def test_quotes_print_the_parts_in_the_customers_language(self):
		bundle = self.bundle(
			"TPL-SET", [{"item": "TPL-BIKE", "quantity": 2}, {"item": "TPL-CARE", "quantity": 1.5}]
		)
		for language, parts in (
			("de", "<ul><li>2 Stück Lastenrad</li><li>1,5 Stück Wartung</li></ul>"),
			("en", "<ul><li>2 Piece Cargo bike</li><li>1.5 Piece Wartung</li></ul>"),
		):
			with self.subTest(language):
				quote = make_quote(self.opportunity(language=language, items=[{"item": bundle.name}]))
				self.assertEqual(quote.items[0].description, f"<p>Komplett</p>{parts}")
				html = frappe.get_print("Quote", quote.name)
				self.assertIn(parts.split("<li>")[1].split("</li>")[0], html)

	def test_a_site_without_bundles_prints_no_parts_and_has_no_field_for_them(self):
		bundle = self.bundle("TPL-PLAIN", [{"item": "TPL-BIKE", "quantity": 2}])
		before = make_quote(self.opportunity(language="de", items=[{"item": bundle.name}]))
		self.addCleanup(save_settings, use_bundles=1)
		save_settings(use_bundles=0)
		for fieldname in ("section_parts", "parts"):
			self.assertTrue(frappe.get_meta("Sales Item").get_field(fieldname).hidden)
		quote = make_quote(self.opportunity(language="de", items=[{"item": bundle.name}]))
		self.assertEqual(quote.items[0].description, "<p>Komplett</p>")
		self.assertNotIn("Lastenrad", frappe.get_print("Quote", quote.name))
		before.update({"title": "Paket"}).save()
		self.assertIn("Lastenrad", before.items[0].description)
		self.assertIn("2 Stück Lastenrad", frappe.get_print("Quote", before.name))
		bundle.update({"parts": []}).save()
		bundle.reload()
		self.assertEqual([(row.item, row.quantity) for row in bundle.parts], [("TPL-BIKE", 2)])

	def test_parts_have_quantities_and_no_parts_themselves(self):
		self.bundle("TPL-WHOLE", [{"item": "TPL-BIKE", "quantity": 2}])
		for code, parts in (
			("TPL-NONE", [{"item": "TPL-BIKE", "quantity": 0}]),
			("TPL-NESTED", [{"item": "TPL-WHOLE", "quantity": 1}]),
		):
			with self.subTest(code), self.assertRaises(PartError):
				self.bundle(code, parts)
		bike = frappe.get_doc("Sales Item", "TPL-BIKE")
		bike.append("parts", {"item": "TPL-CARE", "quantity": 1})
		with self.assertRaisesRegex(PartError, "TPL-WHOLE"):
			bike.save()
		care = frappe.get_doc("Sales Item", "TPL-CARE")
		care.append("parts", {"item": "TPL-CARE", "quantity": 1})
		with self.assertRaisesRegex(PartError, "a part of itself"):
			care.save()
