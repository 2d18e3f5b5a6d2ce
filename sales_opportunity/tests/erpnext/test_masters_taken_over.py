"""Open deals with Business Partners and Sales Items go on with ERPNext's customers and items."""

from unittest.mock import patch

import frappe

from sales_opportunity.erpnext import setting_up
from sales_opportunity.erpnext.takeover import masters, run_masters
from sales_opportunity.masters.adapters import get_item
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote
from sales_opportunity.tests.erpnext.at_once import elsewhere
from sales_opportunity.tests.erpnext.erp import ERPNextTestCase, make_customer, make_item, order_of
from sales_opportunity.tests.factories import get_or_make, make_class, make_partner, make_quote_template

KEY = "Nachzügler"
VAT_IDS = ("DE136695976", "DE129273398", "DE129274202")


def set_defaults(defaults: dict[str, str]) -> None:
	"""Store how ERPNext names its masters, as its settings do; the takeover commits, so this has to be set back."""
	for key, value in defaults.items():
		frappe.db.set_default(key, value)


def free_vat_ids() -> None:
	"""Let no partner or customer have the VAT ids, also none of an earlier run on the same site."""
	for doctype, fieldname in (("Customer", "tax_id"), ("Business Partner", "vat_id")):
		frappe.db.set_value(doctype, {fieldname: ("in", VAT_IDS)}, fieldname, None)


class MastersTestCase(ERPNextTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_class("ERP-CLASS")
		cls.key = frappe.generate_hash(length=6)

	@classmethod
	def partner(cls, name: str, **values) -> str:
		found = make_partner(partner_name=name, **values).name
		cls.ask_anew()
		return found

	@staticmethod
	def ask_anew() -> None:
		"""Let the site be asked again whether it has masters of its own: that is asked once in a request, and a test is one."""
		frappe.local.request_cache.clear()

	@classmethod
	def own_item(cls, code: str, **values) -> str:
		doc = frappe.get_doc(
			{
				"doctype": "Sales Item",
				"item_code": code,
				"item_name": f"Rad {code}",
				"unit": "Piece",
				"price": 250,
				"tax_rate": "19 %",
				**values,
			}
		).insert()
		cls.ask_anew()
		return doc.name

	@classmethod
	def deal(cls, partner: str, items: list[str]):
		return frappe.get_doc(
			{
				"doctype": "Sales Opportunity",
				"class_id": "ERP-CLASS",
				"stage": "Inquiry",
				"party_type": "Business Partner",
				"party": partner,
				"items": [{"item_type": "Sales Item", "item": item, "quantity": 2} for item in items],
			}
		).insert()

	@classmethod
	def at_the_end(cls, function, *args) -> None:
		"""Call a function and keep what it does when the class is done, but nothing that its tests have done."""
		cls.addClassCleanup(frappe.db.commit)
		cls.addClassCleanup(function, *args)
		cls.addClassCleanup(frappe.db.rollback)

	@classmethod
	def name_by(cls, **defaults: str) -> None:
		"""Let ERPNext name its masters so until the class is done."""
		cls.at_the_end(set_defaults, {key: frappe.db.get_default(key) for key in defaults})
		set_defaults(defaults)

	def ways(self, result: dict) -> dict:
		return {row["name"]: row["way"] for row in result["masters"]}

	def parties(self, deals: list) -> set[tuple[str, str]]:
		"""Return with whom deals are now."""
		fields = ("party_type", "party")
		return {frappe.db.get_value("Sales Opportunity", deal.name, fields) for deal in deals}

	def items(self, deals: list) -> set[tuple[str, str]]:
		"""Return which items deals have now."""
		for deal in deals:
			deal.reload()
		return {(row.item_type, row.item) for deal in deals for row in deal.items}


class TestMastersTakenOver(MastersTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.name_by(cust_master_name="Customer Name", item_naming_by="Item Code")
		key = cls.key
		cls.known = make_customer(f"Radhaus Bekannt {key}", tax_id=None).name
		make_item(f"OWN-{key}-KNOWN")
		cls.by_name = cls.partner(f"radhaus  bekannt {key}")
		free_vat_ids()
		cls.at_the_end(free_vat_ids)
		cls.new = cls.partner(f"{KEY} {key}", vat_id=VAT_IDS[0], role="Customer")
		cls.contact = frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": "Nina",
				"links": [{"link_doctype": "Business Partner", "link_name": cls.new}],
			}
		).insert()
		for code in ("KNOWN", "NEW"):
			cls.own_item(f"OWN-{key}-{code}")
		cls.own_items = [f"OWN-{key}-KNOWN", f"OWN-{key}-NEW"]
		cls.matched = cls.deal(cls.by_name, cls.own_items[:1])
		cls.made = cls.deal(cls.new, cls.own_items)
		cls.quote = frappe.get_doc("Quote", create_quote(cls.made.name, "2099-12-31")).submit()
		cls.draft = create_quote(cls.matched.name, "2099-12-31")
		cls.priced = cls.own_item(
			f"OWN-{key}-PRICED",
			cost=120,
			recurrence="Monthly",
			prices=[
				{"price": 200, "valid_from": "2099-01-01"},
				{"price": 190, "minimum_quantity": 10},
			],
		)
		group = get_or_make("Business Partner Group", f"Gruppe {key}", group_name=f"Gruppe {key}")
		cls.grouped = cls.partner(f"Gruppiert {key}", partner_group=group.name)
		cls.without_deal = cls.partner(f"Ohne Vorgang {key}"), cls.own_item(f"OWN-{key}-ALONE")
		cls.asleep = cls.partner(f"Ruhend {key}", disabled=1), cls.own_item(f"OWN-{key}-GONE", disabled=1)
		cls.bundle = cls.own_item(f"OWN-{key}-SET", parts=[{"item": cls.own_items[1], "quantity": 2}])
		cls.template = make_quote_template(
			f"Vorlage {key}", [{"item_type": "Sales Item", "item": cls.bundle}]
		)
		cls.lost = cls.deal(cls.new, cls.own_items[:1])
		cls.lost.update({"stage": "Lost", "closing_reason": "No Budget"}).save()
		# The takeover commits, and a dry run takes back all that is not committed.
		frappe.db.commit()
		cls.dry = run_masters()
		cls.before = frappe.db.get_value("Sales Opportunity", cls.made.name, "party_type")
		cls.result = run_masters(dry_run=0)

	def test_a_dry_run_shows_the_same_and_changes_nothing(self):
		self.assertEqual(self.before, "Business Partner")
		self.assertEqual(self.ways(self.dry), self.ways(self.result))

	def test_partners_are_found_by_their_name_and_else_made(self):
		ways = self.ways(self.result)
		self.assertEqual((ways[self.by_name], ways[self.new]), ("Name", "Made"))
		self.matched.reload()
		self.assertEqual((self.matched.party_type, self.matched.party), ("Customer", self.known))
		self.made.reload()
		customer = frappe.get_doc("Customer", self.made.party)
		self.assertEqual((customer.tax_id, customer.customer_type), (VAT_IDS[0], "Company"))
		self.contact.reload()
		self.assertTrue(self.contact.has_link("Customer", customer.name))

	def test_items_are_found_by_their_code_and_else_made(self):
		ways = self.ways(self.result)
		self.assertEqual([ways[item] for item in self.own_items], ["Item Code", "Made"])
		item = frappe.get_doc("Item", self.own_items[1])
		self.assertEqual(
			(item.item_name, item.stock_uom, item.is_stock_item), (f"Rad {item.name}", "Piece", 1)
		)
		self.assertEqual(frappe.db.get_value("Item Price", {"item_code": item.name}, "price_list_rate"), 250)

	def test_costs_groups_and_prices_go_along_and_what_has_no_place_is_named(self):
		rows = {row["name"]: row for row in self.dry["masters"]}
		self.assertEqual(rows[self.priced]["left_out"], ["Recurrence", "Prices"])
		self.assertEqual(rows[self.own_items[1]]["left_out"], [])
		item = frappe.get_doc("Item", self.priced)
		self.assertEqual(item.valuation_rate, 120)
		prices = frappe.get_all(
			"Item Price",
			{"item_code": item.name},
			["price_list_rate", "valid_from"],
			order_by="price_list_rate",
		)
		self.assertEqual([row.price_list_rate for row in prices], [200, 250])
		self.assertEqual(str(prices[0].valid_from), "2099-01-01")
		became = {row["name"]: row["target"] for row in self.result["masters"]}
		group = frappe.db.get_value("Customer", became[self.grouped], "customer_group")
		self.assertEqual(group, f"Gruppe {self.key}")

	def test_what_was_agreed_stays_and_can_be_ordered(self):
		self.made.reload()
		self.quote.reload()
		self.assertEqual(self.made.amount, 1000)
		self.assertEqual((self.quote.party_type, self.quote.gross_total), ("Business Partner", 1190))
		self.assertEqual({row.item_type for row in (*self.made.items, *self.quote.items)}, {"Item"})
		self.made.stage = "Won"
		self.made.save()
		order = order_of(create_fulfilment_request(self.made.name, "Order"))
		self.assertEqual((order.customer, order.grand_total), (self.made.party, 1190))

	def test_drafts_follow_and_closed_deals_stay(self):
		draft = frappe.get_doc("Quote", self.draft)
		self.assertEqual((draft.party_type, draft.party), ("Customer", self.known))
		self.lost.reload()
		self.assertEqual(
			(self.lost.party_type, self.lost.items[0].item_type), ("Business Partner", "Sales Item")
		)

	def test_what_was_taken_over_is_not_offered_any_more(self):
		self.assertTrue(frappe.db.get_value("Business Partner", self.new, "disabled"))
		self.assertTrue(frappe.db.get_value("Sales Item", self.own_items[1], "disabled"))
		self.assertFalse(frappe.db.get_value("Item", self.own_items[1], "disabled"))

	def test_masters_without_an_open_deal_become_customers_and_items_too(self):
		ways, targets = self.ways(self.result), {row["name"]: row["target"] for row in self.result["masters"]}
		self.assertEqual([ways[name] for name in self.without_deal], ["Made", "Made"])
		partner, item = self.without_deal
		self.assertTrue(frappe.db.exists("Customer", targets[partner]))
		self.assertTrue(frappe.db.exists("Item", targets[item]))
		self.assertTrue(frappe.db.get_value("Business Partner", partner, "disabled"))
		self.assertTrue(frappe.db.get_value("Sales Item", item, "disabled"))

	def test_templates_go_on_and_parts_become_bundles(self):
		self.template.reload()
		[line] = self.template.items
		self.assertEqual((line.item_type, line.item), ("Item", self.bundle))
		bundle = frappe.get_doc("Product Bundle", {"new_item_code": self.bundle})
		self.assertEqual([(row.item_code, row.qty) for row in bundle.items], [(self.own_items[1], 2)])
		own, item = get_item("Sales Item", self.bundle, "de"), get_item("Item", self.bundle, "de")
		self.assertEqual((item.title, item.description), (own.title, own.description))

	def test_disabled_masters_stay_as_they_are(self):
		self.assertFalse(set(self.asleep) & set(self.ways(self.result)))
		self.assertFalse(frappe.db.exists("Customer", {"customer_name": f"Ruhend {self.key}"}))

	def test_again_does_nothing(self):
		again = run_masters(dry_run=0)
		self.assertEqual((again["taken"], again["masters"]), (0, []))

	def test_a_customer_that_is_deleted_leaves_no_mark(self):
		frappe.db.savepoint("customer")
		self.addCleanup(frappe.db.rollback, save_point="customer")
		partner, _item = self.without_deal
		customer = frappe.db.get_value("Business Partner", partner, "erpnext_customer")
		frappe.delete_doc("Customer", customer)
		self.assertIsNone(frappe.db.get_value("Business Partner", partner, "erpnext_customer"))


AGREED = (
	"tax_treatment",
	"payment_terms",
	"language",
	"party_name",
	"address_display",
	"introduction",
	"closing",
	"net_total",
	"tax_total",
	"gross_total",
)


class TestDraftsStayAsAgreed(MastersTestCase):
	"""What a draft says was agreed with the customer, whatever ERPNext has of that customer."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.name_by(cust_master_name="Customer Name", item_naming_by="Item Code")
		item = cls.own_item(f"OWN-{cls.key}-AGREED", tax_rate="7 %")
		terms = cls.payment_terms()
		cls.quotes = {}
		for title, agreed, customer in (
			("other terms", {"payment_terms": "10 Tage 2 %"}, {"payment_terms": terms}),
			("supply in the EU", {"tax_treatment": "EU Supply", "vat_id": "ATU12345675"}, {}),
			("another language", {"language": "en"}, {"language": "de"}),
			("no customer yet", {"payment_terms": "Vorkasse", "tax_treatment": "Export Supply"}, None),
		):
			name = f"Radhaus {title} {cls.key}"
			if customer is not None:
				make_customer(name, tax_id=None, **customer)
			deal = cls.deal(cls.partner(name, **agreed), [item])
			cls.quotes[title] = create_quote(deal.name, "2099-12-31")
		cls.before = {title: cls.read(name) for title, name in cls.quotes.items()}
		cls.lines = cls.read_lines()
		# The takeover commits.
		frappe.db.commit()
		cls.result = run_masters(dry_run=0)

	@classmethod
	def payment_terms(cls) -> str:
		name = f"30 Tage {cls.key}"
		term = {"description": name, "invoice_portion": 100, "credit_days": 30}
		template = {"doctype": "Payment Terms Template", "template_name": name, "terms": [term]}
		return frappe.get_doc(template).insert().name

	@classmethod
	def read(cls, name: str) -> dict:
		return frappe.db.get_value("Quote", name, AGREED, as_dict=True)

	@classmethod
	def read_lines(cls) -> list:
		fields = ["parent", "item_name", "description", "quantity", "unit", "rate", "tax_rate", "amount"]
		filters = {"parent": ("in", list(cls.quotes.values())), "parenttype": "Quote"}
		return frappe.get_all("Quote Item", filters, fields, order_by="parent, idx")

	def test_what_was_agreed_is_the_same_to_the_cent(self):
		for title, name in self.quotes.items():
			with self.subTest(title):
				self.assertEqual(self.read(name), self.before[title])
				self.assertEqual(frappe.db.get_value("Quote", name, "party_type"), "Customer")
		self.assertEqual(self.read_lines(), self.lines)

	def test_it_stays_so_when_somebody_goes_on_with_it(self):
		frappe.db.savepoint("saved")
		self.addCleanup(frappe.db.rollback, save_point="saved")
		for title, name in self.quotes.items():
			quote = frappe.get_doc("Quote", name)
			quote.subject = "Räder"
			quote.save()
			frappe.get_doc("Sales Opportunity", quote.opportunity).save()
			with self.subTest(title):
				self.assertEqual(self.read(name), self.before[title])
		self.assertEqual(self.read_lines(), self.lines)


class TestDealsThatChange(MastersTestCase):
	"""People go on with their deals while these are taken over."""

	def test_lines_and_quotes_that_come_meanwhile_go_on_too(self):
		item, late = (self.own_item(f"OWN-{self.key}-{code}") for code in ("FIRST", "LATE"))
		partner = self.partner(f"Radhaus Weiter {self.key}")
		deals = [self.deal(partner, [item]) for _each in range(2)]
		# The others see only what is committed.
		frappe.db.commit()
		changes, repoint = [None], masters.Masters.repoint

		def change():
			deal = frappe.get_doc("Sales Opportunity", deals[1].name)
			deal.append("items", {"item_type": "Sales Item", "item": late, "quantity": 1})
			deal.save()
			create_quote(deal.name, "2099-12-31")

		def repointed(self_, name):
			repoint(self_, name)
			while changes and name == deals[0].name:
				changes.pop()
				# The first one is kept; others would wait for its items.
				frappe.db.commit()
				frappe.get_all("Sales Opportunity Item", {"parent": deals[1].name})
				results.extend(elsewhere(change))

		results = []
		with patch.object(masters.Masters, "repoint", repointed):
			run_masters(dry_run=0)
		self.assertEqual(results, [None])
		self.assertEqual({kind for kind, _item in self.items(deals)}, {"Item"})
		rows = frappe.get_all("Quote Item", {"item": late}, ["item_type", "parenttype"])
		self.assertEqual([row.item_type for row in rows], ["Item"])


class TestNamesThatAreTaken(MastersTestCase):
	"""ERPNext names customers by their names, and some of these are taken."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.name_by(cust_master_name="Customer Name")
		free_vat_ids()
		cls.at_the_end(free_vat_ids)
		key = cls.key
		cls.named = {
			"a disabled customer": [make_customer(f"Radhaus Ruhend {key}", disabled=1)],
			"another VAT ID": [make_customer(f"Radhaus Fremd {key}", tax_id=VAT_IDS[0])],
			"two customers": [make_customer(f"Radhaus Doppelt {key}") for _each in range(2)],
		}
		cls.same_vat_id = make_customer(f"Radhaus Umbenannt {key}", tax_id=VAT_IDS[2]).name
		cls.deals = {}
		for title, [customer, *_others] in cls.named.items():
			partner = cls.partner(
				customer.customer_name, vat_id=VAT_IDS[1] if title == "another VAT ID" else None
			)
			cls.deals[title] = [cls.deal(partner, []) for _each in range(2)]
		vat_id = " ".join((VAT_IDS[2][:2], VAT_IDS[2][2:6], VAT_IDS[2][6:]))
		cls.of_vat_id = cls.deal(cls.partner(f"Radhaus Vormals {key}", vat_id=vat_id), [])
		cls.twins = [cls.partner(f"Radhaus Zwilling {key}") for _each in range(2)]
		# The takeover commits.
		frappe.db.commit()
		cls.dry = run_masters()
		cls.result = run_masters(dry_run=0)

	def test_two_partners_of_one_name_become_one_customer(self):
		for result in (self.dry, self.result):
			ways = self.ways(result)
			self.assertEqual([ways[name] for name in self.twins], ["Made", "Name"])
		self.assertEqual(frappe.db.count("Customer", {"customer_name": f"Radhaus Zwilling {self.key}"}), 1)

	def test_each_partner_becomes_one_customer_of_its_own(self):
		for title, customers in self.named.items():
			with self.subTest(title):
				[(party_type, party)] = self.parties(self.deals[title])
				self.assertEqual(party_type, "Customer")
				self.assertNotIn(party, [customer.name for customer in customers])
				self.assertEqual(
					frappe.db.get_value("Customer", party, "customer_name"), customers[0].customer_name
				)

	def test_nothing_is_left_behind(self):
		of_these = {deal.name for deals in self.deals.values() for deal in deals}
		self.assertFalse(of_these & {row["name"] for row in self.result["refused"]})

	def test_the_same_vat_id_counts_more_than_the_name(self):
		self.assertEqual(self.parties([self.of_vat_id]), {("Customer", self.same_vat_id)})


class TestNamingSeries(MastersTestCase):
	"""Where ERPNext numbers customers and items, nothing but a mark says what became of a master."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.name_by(cust_master_name="Naming Series", item_naming_by="Naming Series")
		name = f"Radhaus Reihe {cls.key}"
		for _each in range(2):
			make_customer(name)
		cls.own_partner, cls.own = cls.partner(name), cls.own_item(f"OWN-{cls.key}-SERIES")
		cls.first = [cls.deal(cls.own_partner, [cls.own]) for _each in range(3)]
		# The takeover commits.
		frappe.db.commit()
		cls.dry = run_masters()
		cls.counts = cls.count()
		cls.result = run_masters(dry_run=0)
		cls.set_disabled(0)
		cls.at_the_end(cls.set_disabled, 1)
		cls.later = [cls.deal(cls.own_partner, [cls.own])]
		frappe.db.commit()
		cls.again = run_masters(dry_run=0)

	@classmethod
	def set_disabled(cls, disabled: int) -> None:
		for doctype, master in (("Business Partner", cls.own_partner), ("Sales Item", cls.own)):
			frappe.db.set_value(doctype, master, "disabled", disabled)

	@classmethod
	def count(cls) -> tuple[int, int]:
		return frappe.db.count("Customer"), frappe.db.count("Item")

	def test_several_deals_have_one_customer_and_one_item(self):
		self.assertEqual(len(self.parties(self.first)), 1)
		self.assertEqual(len(self.items(self.first)), 1)
		self.assertEqual({kind for kind, _item in self.items(self.first)}, {"Item"})
		self.assertEqual(self.count(), (self.counts[0] + 1, self.counts[1] + 1))

	def test_a_later_deal_has_the_same(self):
		self.assertEqual(self.parties(self.later), self.parties(self.first))
		self.assertEqual(self.items(self.later), self.items(self.first))
		self.assertEqual((self.again["taken"], set(self.ways(self.again).values())), (1, {"Taken Over"}))

	def test_a_dry_run_says_the_same(self):
		self.assertEqual(self.ways(self.dry), self.ways(self.result))


class TestMarks(ERPNextTestCase):
	"""Fields on this app's masters that link to ERPNext's go when ERPNext does: a link to nothing cannot be saved."""

	MARKS = (("Business Partner", "erpnext_customer"), ("Sales Item", "erpnext_item"))

	def marks(self) -> list[bool]:
		return [frappe.get_meta(doctype).has_field(fieldname) for doctype, fieldname in self.MARKS]

	def test_marks_go_with_erpnext_and_come_with_it(self):
		self.addCleanup(setting_up.set_up)
		for app, are_there in (("frappe", True), ("erpnext", False)):
			setting_up.remove_fields_with_erpnext(app)
			with self.subTest(app):
				self.assertEqual(self.marks(), [are_there] * 2)
		setting_up.set_up()
		self.assertEqual(self.marks(), [True] * 2)
