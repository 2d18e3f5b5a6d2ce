"""What an app can say by hooks beyond names: prices for a customer, refusals, concerns, successors, orders, rates."""

from contextlib import contextmanager

import frappe

from sales_opportunity.api import close_as_won
from sales_opportunity.exchange_rates import currencies_in_use, exchange_rate
from sales_opportunity.framework import registry
from sales_opportunity.masters import adapters
from sales_opportunity.masters.adapters import CUSTOMER, Item, Party, Sale, registered_types
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.follow_ups import (
	create_fulfilment_request,
	follow_ups,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.fulfilment_request import (
	RequestClosedError,
	UnknownKindError,
	cancel,
	make_document_of,
	makeable_document,
)
from sales_opportunity.sales_opportunity.doctype.quote.amounts import QuoteLineError, item_details
from sales_opportunity.sales_opportunity.doctype.quote.checker import check
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
	DisabledMasterError,
)
from sales_opportunity.tests.factories import (
	make_class,
	make_opportunity,
	make_quote,
	make_user,
	make_won_opportunity,
	registered,
	set_exchange_rates,
)
from sales_opportunity.tests.foreign_doctypes import ForeignDocTypesTestCase

HERE = __name__
BUYER, WARE = "Hook Buyer", "Hook Ware"
FIELDS = (("title", "Data", ""), ("currency", "Link", "Currency"), ("refusal", "Data", ""))
PRICES = {"EUR": 90.0, "USD": 120.0}
seen: list = []


def buyer(name):
	"""An adapter of partners that says what its record says."""
	doc = frappe.get_cached_doc(BUYER, name)
	return Party(name=name, title=doc.title, currency=doc.currency, refusal=doc.refusal or None)


def ware(name, language, sale=None):
	"""An adapter of items that has prices of its own by currency, and a tenth off from ten on."""
	doc = frappe.get_cached_doc(WARE, name)
	seen.append(sale)
	return Item(
		name=name,
		title=doc.title,
		description=None,
		unit="Piece",
		price=PRICES[sale.currency] if sale else 0,
		currency=sale.currency if sale else None,
		discount_percentage=10 if sale and sale.quantity >= 10 else 0,
		refusal=doc.refusal or None,
		lead_time_days=7,
	)


def advance(name, role):
	"""Keep the role of a customer in another record, made once."""
	if role != CUSTOMER:
		return None
	title = f"Customer {name}"
	found = frappe.db.get_value(BUYER, {"title": title})
	return BUYER, found or frappe.get_doc({"doctype": BUYER, "title": title}).insert().name


def worry(name, amount):
	return [f"Mind the {amount:.0f} of this one."] if amount >= 500 else []


def make_order(fulfilment):
	"""A provider of orders: writes a note."""
	seen.append(fulfilment)
	note = frappe.get_doc({"doctype": "Note", "title": f"Order {fulfilment.request}"}).insert()
	return note.doctype, note.name


def known_rate(currency, company_currency, day):
	return {"USD": 0.75}.get(currency)


def buyers_currencies():
	return ["SEK"]


def conditional_hooks():
	return {
		"sales_fulfilment_providers": {"Order": f"{HERE}.make_order"},
		"sales_known_rates": f"{HERE}.known_rate",
	}


def no_hooks():
	return {}


@contextmanager
def installed(**hooks):
	"""Let an app with buyers and wares be installed, with these hooks besides."""
	own = {
		"sales_party_types": {BUYER: [f"{HERE}.buyer"]},
		"sales_item_types": {WARE: [f"{HERE}.ware"]},
		"sales_party_roles": {BUYER: [f"{HERE}.advance"]},
		"sales_party_concerns": {BUYER: [f"{HERE}.worry"]},
	}
	with registered(**{**own, **hooks}):
		yield


ORDERS = {
	"sales_fulfilment_providers": {"Order": [f"{HERE}.make_order"]},
	"sales_fulfilment_documents": {"Order": ["Note"]},
}


def make_buyer(title="Hookline Ltd", **values):
	return frappe.get_doc({"doctype": BUYER, "title": title, **values}).insert()


def make_ware(title="Bell", **values):
	return frappe.get_doc({"doctype": WARE, "title": title, **values}).insert()


def make_deal(*quantities, **values):
	"""Return a deal of a buyer with a line of a ware per quantity."""
	make_class()
	ware_name = make_ware().name
	return make_opportunity(
		party_type=BUYER,
		party=values.pop("party", None) or make_buyer().name,
		items=[
			{"item_type": WARE, "item": ware_name, "quantity": quantity} for quantity in quantities or (1,)
		],
		**values,
	)


class HookTestCase(ForeignDocTypesTestCase):
	doctypes = tuple((doctype, FIELDS, "title") for doctype in (BUYER, WARE))

	def setUp(self):
		frappe.set_user("Administrator")
		frappe.local.message_log = []
		seen.clear()


class TestConditionalHooks(HookTestCase):
	def test_hooks_of_an_absent_app_do_not_count(self):
		self.assertEqual(registered_types(), {"party": ["Business Partner"], "item": ["Sales Item"]})
		self.assertEqual(list(follow_ups(make_won_opportunity().name)), ["Billing", "Shipping"])
		with registered(sales_hooks=[f"{HERE}.no_hooks"]):
			self.assertEqual(registered_types(), {"party": ["Business Partner"], "item": ["Sales Item"]})

	def test_hooks_of_a_present_app_count(self):
		with registered(sales_hooks=[f"{HERE}.conditional_hooks"]):
			self.assertEqual(list(follow_ups(make_won_opportunity().name)), ["Order", "Billing", "Shipping"])
			self.assertEqual(exchange_rate("USD"), 0.75)

	def test_what_an_app_registers_itself_prevails(self):
		with registered(
			sales_hooks=[f"{HERE}.conditional_hooks"],
			sales_fulfilment_providers={"Order": ["shop.orders.make"]},
			sales_known_rates=["shop.rates.known"],
		):
			self.assertEqual(registry.registered("sales_fulfilment_providers"), {"Order": "shop.orders.make"})

	def test_the_desk_learns_what_is_made_of_requests(self):
		for hooks, expected in (({}, {}), (ORDERS, {"Order": "Note"})):
			with registered(**hooks):
				bootinfo = frappe._dict()
				adapters.extend_bootinfo(bootinfo)
			self.assertEqual(bootinfo.sales_opportunity_documents, expected)


class TestItemsForACustomer(HookTestCase):
	def test_a_line_has_the_price_and_discount_of_customer_currency_and_quantity(self):
		set_exchange_rates(USD=0.5)
		with installed():
			for currency, price in PRICES.items():
				deal = make_deal(9, 10, transaction_currency=currency)
				with self.subTest(currency):
					self.assertEqual(
						[(row.rate, row.discount_percentage) for row in deal.items], [(price, 0), (price, 10)]
					)
					sale = next(sale for sale in seen if sale)
					self.assertEqual(
						(sale.party_type, sale.party, sale.currency), (BUYER, deal.party, currency)
					)
					seen.clear()

	def test_a_quotes_row_has_them_too(self):
		with installed():
			ware_name, party = make_ware().name, make_buyer().name
			details = item_details(
				WARE,
				ware_name,
				"en",
				"EUR",
				party_type=BUYER,
				party=party,
				quantity=10,
				prices_include_tax=True,
			)
			self.assertEqual((details["rate"], details["discount_percentage"]), (107.1, 10))
			quote = make_quote(make_deal())
			quote.append(
				"items", {"row_type": "Priced", "item_type": WARE, "item": ware_name, "quantity": 12}
			)
			quote.save()
			self.assertEqual((quote.items[-1].rate, quote.items[-1].discount_percentage), (90, 10))

	def test_nobody_learns_the_price_of_a_customer_that_they_may_not_read(self):
		with installed():
			party, ware_name = make_buyer().name, make_ware().name
			frappe.db.delete("DocPerm", {"parent": BUYER})
			frappe.clear_cache(doctype=BUYER)
			frappe.set_user(make_user("hook-seller@example.com", "Sales User").name)
			with self.assertRaises(frappe.PermissionError):
				item_details(WARE, ware_name, "en", "EUR", party_type=BUYER, party=party)

	def test_adapters_of_two_arguments_go_on_to_work(self):
		sale = Sale(None, None, "EUR", 1)
		self.assertEqual(
			adapters.get_item("Sales Item", make_opportunity([{}]).items[0].item, "en", sale).price, 1000
		)

	def test_what_cannot_be_sold_is_refused_with_the_apps_reason(self):
		with installed():
			refused = make_ware("Template", refusal="Choose a variant of it.").name
			line = {"item_type": WARE, "item": refused, "quantity": 1}
			with self.assertRaisesRegex(frappe.ValidationError, "Choose a variant"):
				make_opportunity([line], party_type=BUYER, party=make_buyer().name)
			quote = make_quote(make_deal())
			quote.append("items", line)
			with self.assertRaisesRegex(QuoteLineError, "Choose a variant"):
				quote.save()


class TestPartners(HookTestCase):
	def test_a_refused_partner_is_not_chosen_and_gets_no_quote(self):
		with installed():
			with self.assertRaisesRegex(DisabledMasterError, "Account is frozen"):
				make_deal(party=make_buyer(refusal="Account is frozen").name)
			deal = make_deal()
			frappe.get_doc(BUYER, deal.party).update({"refusal": "Account is frozen"}).save()
			deal.save()
			quote = make_quote(deal)
			told = [(each["action"], each["message"]) for each in check(quote.name)]
			self.assertEqual(told[0], ("Block", "Account is frozen"))
			with self.assertRaisesRegex(frappe.ValidationError, "Account is frozen"):
				quote.submit()

	def test_concerns_are_said_before_issuing_and_at_winning_and_stop_nothing(self):
		with installed():
			for quantity, is_said in ((1, False), (9, True)):
				frappe.local.message_log = []
				deal = make_deal(quantity)
				quote = make_quote(deal)
				told = [each["message"] for each in check(quote.name) if each["action"] == "Warn"]
				quote.submit()
				close_as_won(deal.name)
				with self.subTest(quantity):
					for said in (str(told), str(frappe.local.message_log)):
						self.assertEqual(said.count("Mind the"), int(is_said))

	def test_a_won_deal_is_with_what_its_partner_became(self):
		with installed():
			party = make_buyer().name
			deals = [make_deal(party=party) for _again in range(2)]
			for deal in deals:
				make_quote(deal).submit()
				close_as_won(deal.name)
				deal.reload()
			title = f"Customer {party}"
			self.assertEqual([deal.party_name for deal in deals], [title, title])
			self.assertEqual(len({deal.party for deal in deals} | {party}), 2)
			self.assertEqual(frappe.db.get_value("Quote", deals[0].won_quote, "party"), party)
			self.assertTrue(
				frappe.db.exists(
					"Comment", {"reference_name": deals[0].name, "content": ("like", "%is now with%")}
				)
			)

	def test_currencies_of_all_kinds_of_partners_are_in_use(self):
		settings = frappe.get_doc("Sales Opportunity Settings")
		with registered(sales_party_currencies={BUYER: [f"{HERE}.buyers_currencies"]}):
			self.assertIn("SEK", currencies_in_use(settings))

	def test_an_apps_rate_goes_before_that_of_the_settings(self):
		set_exchange_rates(USD=0.5, CHF=1.1)
		with registered(sales_known_rates=[f"{HERE}.known_rate"]):
			self.assertEqual((exchange_rate("USD"), exchange_rate("CHF")), (0.75, 1.1))
		self.assertEqual(exchange_rate("USD"), 0.5)


class TestOrders(HookTestCase):
	def test_there_are_no_orders_where_no_app_makes_them(self):
		opportunity = make_won_opportunity()
		with self.assertRaises(UnknownKindError):
			create_fulfilment_request(opportunity.name, "Order")
		with self.assertRaises(UnknownKindError):
			frappe.get_doc(
				{"doctype": "Fulfilment Request", "opportunity": opportunity.name, "kind": "Order"}
			).insert()

	def test_an_order_knows_the_taxes_of_the_won_quote(self):
		for includes_tax in (0, 1):
			make_class("HOOK-CONSUMERS", prices_include_tax=1)
			opportunity = make_opportunity(
				[{"quantity": 3, "rate": 33.33}, {"quantity": 1, "rate": 9.97, "tax_rate": "7 %"}],
				class_id="HOOK-CONSUMERS" if includes_tax else "TEST-CLASS",
				freight=4.99,
				discount_percentage=2.5,
			)
			quote = make_quote(opportunity)
			quote.submit()
			close_as_won(opportunity.name)
			with registered(**ORDERS):
				create_fulfilment_request(opportunity.name, "Order")
			(order,) = seen
			seen.clear()
			with self.subTest(includes_tax=includes_tax):
				self.assertEqual(order.prices_include_tax, bool(includes_tax))
				self.assertEqual(
					sorted(
						(tax.name, float(tax.taxable_amount), float(tax.tax_amount)) for tax in order.taxes
					),
					sorted((row.tax_rate, row.taxable_amount, row.tax_amount) for row in quote.taxes),
				)
				self.assertEqual(float(order.net_total), quote.net_total)

	def test_orders_are_counted_apart_and_freight_is_on_the_first(self):
		opportunity = make_won_opportunity(3, freight=30)
		line = opportunity.items[0].name
		with registered(**ORDERS):
			create_fulfilment_request(opportunity.name, "Billing")
			for quantity in (1, 2):
				items = [{"opportunity_item": line, "quantity": quantity}]
				create_fulfilment_request(opportunity.name, "Order", items)
			self.assertEqual([float(order.freight) for order in seen], [30, 0])
			with self.assertRaises(frappe.ValidationError):
				create_fulfilment_request(opportunity.name, "Order")

	def test_who_may_not_create_the_document_asks_for_it(self):
		seller = make_user("hook-asker@example.com", "Sales User").name
		opportunity = make_won_opportunity(opportunity_owner=seller)
		hooks = {**ORDERS, "sales_fulfilment_documents": {"Order": ["Report"]}}
		with registered(**hooks):
			frappe.set_user(seller)
			request = create_fulfilment_request(opportunity.name, "Order")
			self.assertEqual((seen, makeable_document(request)), ([], None))
			with self.assertRaises(frappe.PermissionError):
				make_document_of(request)
			frappe.set_user(make_user("hook-reader@example.com", "Sales Viewer", "Report Manager").name)
			self.assertIsNone(makeable_document(request))
			with self.assertRaises(frappe.PermissionError):
				make_document_of(request)
			self.assertEqual(seen, [])
			frappe.set_user("Administrator")
			self.assertEqual(makeable_document(request), "Report")
			made = make_document_of(request)
			self.assertEqual((made[0], make_document_of(request)), ("Note", made))
			self.assertEqual((len(seen), makeable_document(request)), (1, None))

	def test_no_document_is_made_of_a_cancelled_request_or_without_a_provider(self):
		seller = make_user("hook-asker@example.com", "Sales User").name
		hooks = {**ORDERS, "sales_fulfilment_documents": {"Order": ["Role"]}}
		opportunity = make_won_opportunity(opportunity_owner=seller)
		frappe.set_user(seller)
		with registered(**hooks):
			request = create_fulfilment_request(opportunity.name, "Order")
			cancel(request)
			frappe.set_user("Administrator")
			with self.assertRaises(RequestClosedError):
				make_document_of(request)
		billing = create_fulfilment_request(opportunity.name, "Billing")
		with self.assertRaisesRegex(frappe.ValidationError, "No installed app"):
			make_document_of(billing)
