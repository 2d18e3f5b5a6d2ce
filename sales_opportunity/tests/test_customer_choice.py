"""The customer chooses on the page: optional lines, alternatives, quantities; what was chosen is what is accepted."""

import hashlib
import io

import frappe
from frappe.deferred_insert import save_to_db
from PIL import Image
from pypdf import PdfReader

from sales_opportunity.overrides.timeline import opening_entries, opportunity_stream, quote_stream
from sales_opportunity.sales_opportunity.doctype.quote.frozen_paper import frozen_pdf, is_intact
from sales_opportunity.sales_opportunity.doctype.quote.revisions import copy_quote, new_revision
from sales_opportunity.sales_opportunity.doctype.quote.together import (
	TogetherError,
	candidates,
	offer_together,
)
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import (
	open_links,
	revoke_links,
)
from sales_opportunity.sales_opportunity.doctype.quote_item.open_quantities import OpenQuantityError
from sales_opportunity.tests.answering import OWNER
from sales_opportunity.tests.choosing import BIKE, CARE, FREIGHT, ITEM, LIFT, LOCKS, RACK, ChoiceTestCase
from sales_opportunity.tests.factories import (
	make_item,
	make_opportunity,
	make_quote,
	make_user,
	pdf,
	set_exchange_rates,
)
from sales_opportunity.tests.settings import commit_settings
from sales_opportunity.tests.waiting import awaited


def notices(filters: dict) -> list[str]:
	"""Return what the bell says by now; the worker writes it."""
	frappe.db.rollback()
	return frappe.get_all("Notification Log", filters, pluck="subject")


class TestChoosing(ChoiceTestCase):
	def test_the_page_offers_what_can_be_chosen_and_reckons_as_one_chooses(self):
		quote = self.offer()
		token = self.token(quote)
		page = self.page(token).text
		for number in (BIKE, LIFT, RACK, LOCKS, CARE):
			self.assertIn(f'data-line="{number}"', page)
		self.assertIn('min="2" max="5" step="1"', page)
		self.assertIn("1.249,50", page)
		shown = self.choose(token, {LIFT: None, RACK: None, LOCKS: "5"}).json["message"]
		# 1,500 + 100 + 5 × 10 + 50 freight = 1,700, with 19 % tax 2,023.
		self.assertEqual(shown["gross"], "2.023,00\xa0€")
		self.assertIn("2.023,00\xa0€", shown["consent"])
		self.assertIn("wie ich es auf dieser Seite gewählt habe", shown["consent"])
		self.assertIn("2.023,00", shown["totals"])
		self.assertEqual(shown["amounts"][BIKE], "(1.000,00\xa0€)")
		self.assertEqual(shown["amounts"][LOCKS], "50,00\xa0€")
		shown = self.choose(token, {BIKE: None, CARE: None}).json["message"]
		self.assertIn("Monatlich", shown["totals"])
		self.assertEqual(self.quotes(quote), [(quote.name, "Issued")])
		self.assertEqual(self.answers(quote), [])

	def test_what_was_chosen_is_accepted_as_a_revision_with_its_own_paper(self):
		quote = self.offer()
		token = self.token(quote)
		choice = {LIFT: None, LOCKS: "3", CARE: None}
		gross = self.choose(token, choice).json["message"]["gross"]
		self.assert_accepted(token, choice)
		revision = self.accepted(quote)
		self.assertEqual(
			self.quotes(quote), [(quote.name, "Superseded"), (f"{quote.quote_number}-R2", "Accepted")]
		)
		self.assertEqual(
			[(row.row_type, row.position, row.item_name, row.quantity, row.amount) for row in revision.items],
			[
				("Priced", "1", "Rad mit Lift", 1, 1500),
				("Heading", "2", "Zubehör", 0, 0),
				("Priced", "2.1", "Schloss", 3, 30),
				("Heading", "3", "Service", 0, 0),
				("Priced", "3.1", "Wartung", 1, 360),
			],
		)
		# 1,500 + 30 + 360 + 50 freight, with 19 % tax; 30 a month.
		self.assertEqual(
			(revision.net_total, revision.gross_total, revision.monthly_amount), (1940, 2308.6, 30)
		)
		self.assertEqual(gross, "2.308,60\xa0€")
		self.assertTrue(is_intact(revision))
		self.assertNotEqual(revision.pdf_sha256, quote.pdf_sha256)
		self.assertEqual(revision.owner, quote.owner)
		self.assertEqual(revision.supersedes, quote.name)
		[answer] = self.answers(revision, "answer", "consent", "pdf_sha256")
		self.assertEqual((answer.answer, answer.pdf_sha256), ("Accepted", revision.pdf_sha256))
		self.assertIn("2.308,60", answer.consent)
		self.assertEqual(self.answers(quote), [])
		opportunity = frappe.get_doc("Sales Opportunity", quote.opportunity)
		self.assertEqual((opportunity.primary_quote, opportunity.amount), (revision.name, 1940))
		self.assertEqual(
			[(row.item_name, row.quantity) for row in opportunity.items],
			[("Rad mit Lift", 1), ("Schloss", 3), ("Wartung", 1)],
		)

	def test_the_link_leads_to_what_was_accepted(self):
		quote = self.offer()
		token, other = self.token(quote), self.token(quote)
		self.accept(token, {RACK: None})
		revision = self.accepted(quote)
		for each in (token, other):
			page = self.page(each).text
			self.assertIn(revision.name, page)
			self.assertIn("Sabine Hoffmann hat dieses Angebot am", page)
			self.assertNotIn('class="pick"', page)
		pdf = self.page(f"{token}/pdf")
		self.assertEqual(hashlib.sha256(pdf.data).hexdigest(), revision.pdf_sha256)

	def test_the_owner_is_told_once_that_it_was_opened_and_the_stream_says_of_which(self):
		quote = self.offer()
		token = self.token(quote)
		self.call("opened", token=token)
		self.accept(token, {RACK: None})
		revision = self.accepted(quote)
		quote.reload()
		[entry] = opening_entries([quote])
		self.assertIn(quote.name, entry["content"])
		self.assertEqual(opening_entries([revision]), [])
		self.call("opened", token=token)
		[entry] = opening_entries([revision])
		self.assertGreaterEqual(entry["creation"], revision.issued_on)
		told = {"document_type": "Quote", "document_name": ("like", f"{quote.quote_number}%")}
		told["subject"] = ("like", "%geöffnet%")
		self.assertEqual(len(awaited(lambda: notices(told))), 1)
		self.assertEqual(len(open_links(revision.name)), 1)
		self.assertEqual(open_links(quote.name), [])

	def test_what_is_accepted_as_offered_stays_that_quote(self):
		quote = self.offer()
		token = self.token(quote)
		self.assert_accepted(token, {BIKE: None})
		self.assertEqual(self.quotes(quote), [(quote.name, "Accepted")])
		self.assert_refused(self.accept(token, {RACK: None}), "bereits angenommen")

	def test_accepting_the_same_twice_is_accepting_it_once_and_something_else_is_refused(self):
		quote = self.offer()
		token = self.token(quote)
		for _click in range(2):
			self.assert_accepted(token, {RACK: None})
		self.assert_refused(self.accept(token, {RACK: None, LIFT: None}), "bereits angenommen")
		self.assertEqual(len(self.quotes(quote)), 2)
		self.assertEqual(len(self.answers(self.accepted(quote))), 1)

	def test_a_revision_of_the_seller_can_be_accepted_twice_too(self):
		revision = frappe.get_doc("Quote", new_revision(self.offer().name, "2099-12-31"))
		revision.items[0].rate = 900
		revision.save().submit()
		token = self.token(revision)
		for _click in range(2):
			self.assert_accepted(token, {BIKE: None})
		self.assertEqual([row.answer for row in self.answers(revision)], ["Accepted"])

	def test_lines_with_the_same_item_and_price_are_told_apart(self):
		quote = self.offer(lines={LIFT: {"row_type": "Optional", "rate": 100}})
		token = self.token(quote)
		for _click in range(2):
			self.assert_accepted(token, {RACK: None})
		self.assert_refused(self.accept(token, {LIFT: None}), "bereits angenommen")
		self.assertEqual(self.accepted(quote).items[-1].item_name, "Gepäckträger")

	def test_what_is_accepted_on_the_page_counts_for_the_deal_also_if_another_was_the_primary_quote(self):
		for choice, amount in (({BIKE: None}, 950), ({BIKE: None, RACK: None}, 1050)):
			first = self.offer()
			second = frappe.get_doc("Quote", copy_quote(first.name, "2099-12-31"))
			second.items[0].rate = 900
			second.save().submit()
			self.assert_accepted(self.token(second), choice)
			deal = frappe.get_doc("Sales Opportunity", first.opportunity)
			self.assertEqual((deal.primary_quote, deal.amount), (self.accepted(second).name, amount))

	def test_what_is_sent_as_choice_of_the_customer_does_not_count(self):
		draft = make_quote()
		draft.customer_choice = '{"0": "1"}'
		self.assertFalse(draft.save().customer_choice)

	def test_conditions_texts_and_address_are_those_that_were_issued(self):
		quote = self.offer(payment_terms="30 Tage netto", introduction="<p>Wie besprochen</p>")
		token = self.token(quote)
		partner = frappe.get_doc("Business Partner", quote.party)
		partner.update({"partner_name": "Anders GmbH", "payment_terms": "Vorkasse"}).save()
		self.set_item(price=9999, disabled=1)
		self.addCleanup(self.set_item, price=1000, disabled=0)
		self.assert_accepted(token, {RACK: None})
		revision = self.accepted(quote)
		for fieldname in (
			"payment_terms",
			"introduction",
			"party_name",
			"address_display",
			"closing",
			"terms",
			"subject",
			"tax_treatment",
			"conversion_rate",
			"letter_head",
			"freight",
		):
			self.assertEqual(revision.get(fieldname), quote.get(fieldname), fieldname)
		self.assertEqual([row.rate for row in revision.items if row.item], [1000, 100])

	def test_costs_stay_those_of_the_quote_whoever_chooses_and_whatever_the_item_costs_by_now(self):
		lines = {BIKE: {"unit_cost": 612.34}, RACK: {"unit_cost": 56.78}}
		quote = self.offer(lines=lines)
		token = self.token(quote)
		self.set_item(cost=1)
		self.addCleanup(self.set_item, cost=0)
		self.assert_accepted(token, {BIKE: None, RACK: None})
		revision = self.accepted(quote)
		self.assertEqual([row.unit_cost for row in revision.items if row.item], [612.34, 56.78])
		# 1,000 + 100 + 50 freight, which costs nothing.
		self.assertEqual(revision.margin_amount, 430.88)
		deal = frappe.get_doc("Sales Opportunity", quote.opportunity)
		self.assertEqual([row.unit_cost for row in deal.items], [612.34, 56.78])

	def test_the_paper_shows_the_private_pictures_that_the_issued_one_does(self):
		content = io.BytesIO()
		Image.new("RGB", (90, 60), "red").save(content, "PNG")
		picture = frappe.get_doc(
			{"doctype": "File", "file_name": "zeichnung.png", "content": content.getvalue(), "is_private": 1}
		).insert()
		quote = self.offer(introduction=f'<p>Wie gezeichnet: <img src="{picture.file_url}"></p>')
		self.assert_accepted(self.token(quote), {RACK: None})
		for each in (quote, self.accepted(quote)):
			[page, *_more] = PdfReader(io.BytesIO(frozen_pdf(each))).pages
			self.assertEqual(len(page["/Resources"].get("/XObject", ())), 1, each.name)

	def test_what_went_with_the_offer_goes_with_what_was_chosen_of_it_and_of_its_variants(self):
		item = make_item(ITEM)
		self.addCleanup(self.set_item, documents=[])
		for content in ("alt", "neu"):
			sheet = {"doctype": "File", "file_name": f"{content}.pdf", "is_private": 1}
			stored = frappe.get_doc({**sheet, "content": pdf(content.encode())}).insert()
			row = {"title": "Datenblatt", "file": stored.file_url}
			item.update({"documents": [row]}).save()
			if content == "alt":
				quote = self.offer()
				other = frappe.get_doc("Quote", copy_quote(quote.name, "2099-12-31"))
				other.submit()
		offer_together(quote.name, [quote.name, other.name])
		token = self.token(quote)
		answer = self.accept(token, {RACK: None}, variant=other.name)
		self.assertEqual(answer.json.get("message"), "Accepted", answer.text)
		for each in (quote, self.accepted(other)):
			each.reload()
			[row] = each.documents
			found = self.page(f"{token}/documents/{row.name}?variant={each.name}")
			self.assertEqual((found.status_code, found.data), (200, pdf(b"alt")), each.name)

	def test_discounts_deductions_gross_prices_and_currencies_come_out_as_by_hand(self):
		set_exchange_rates(USD=0.9)
		frappe.db.commit()
		for values in (
			{"discount_percentage": 10, "fixed_discount": 33.33},
			{"prices_include_tax": 1, "discount_percentage": 3, "freight_tax_rate": "7 %"},
			{"currency": "USD"},
		):
			with self.subTest(values):
				lines = {
					BIKE: {"rate": 1234.56},
					RACK: {"deduction": "Trade-In"},
					LOCKS: {"discount_amount": 5},
				}
				quote = self.offer(lines=lines, **values)
				self.assert_accepted(self.token(quote), {BIKE: None, RACK: None, LOCKS: "4"})
				revision = self.accepted(quote)
				by_hand = self.made_by_hand(quote)
				for fieldname in (
					"net_total",
					"tax_total",
					"gross_total",
					"base_net_total",
					"deduction_total",
				):
					self.assertEqual(revision.get(fieldname), by_hand.get(fieldname), fieldname)

	def made_by_hand(self, quote):
		"""Return another quote with its conditions, and of its lines the bike, the rack taken in payment, and four locks."""
		item = {"item": ITEM, "quantity": 1, "row_type": "Priced"}
		by_hand = make_quote(
			make_opportunity(
				items=[{"item": ITEM}], party=quote.party, transaction_currency=quote.transaction_currency
			)
		)
		conditions = ("discount_percentage", "fixed_discount", "prices_include_tax", "freight_tax_rate")
		by_hand.update({"freight": FREIGHT, **{field: quote.get(field) for field in conditions}})
		by_hand.items[0].rate = 1234.56
		by_hand.append("items", {**item, "rate": 100, "deduction": "Trade-In"})
		by_hand.append("items", {**item, "rate": 10, "quantity": 4, "discount_amount": 5})
		return by_hand.save()

	def test_the_price_stays_as_offered_whatever_the_list_says_for_the_quantity(self):
		item = make_item("TEST-BREAKS", prices=[{"price": 100}, {"price": 80, "minimum_quantity": 10}])
		quote = make_quote(
			make_opportunity(items=[{"item": item.name, "quantity": 2}], opportunity_owner=OWNER)
		)
		quote.items[0].is_quantity_open = 1
		quote.save()
		quote.submit()
		self.accept(self.token(quote), {"1": "20"})
		[row] = self.accepted(quote).items
		self.assertEqual((row.quantity, row.rate, row.list_price, row.amount), (20, 100, 100, 2000))


class TestRefusals(ChoiceTestCase):
	def test_what_is_not_offered_is_refused_and_nothing_is_kept(self):
		quote = self.offer()
		token = self.token(quote)
		for choice in (
			{BIKE: None, LIFT: None},
			{LOCKS: "6"},
			{LOCKS: "1"},
			{LOCKS: "2.5"},
			{LOCKS: "-3"},
			{LOCKS: "NaN"},
			{LOCKS: "9" * 300},
			{RACK: "2"},
			{"3": None},
			{"99": None},
			{quote.items[3].name: None},
			{RACK: {"rate": 1}},
			{str(number): None for number in range(500)},
		):
			with self.subTest(choice):
				self.assertEqual(self.choose(token, choice).status_code, 417)
				self.assertEqual(self.accept(token, choice).status_code, 417)
		for choice in ("x", [1], 7):
			self.assertEqual(self.choose(token, choice).status_code, 417)
		self.assertEqual(self.quotes(quote), [(quote.name, "Issued")])

	def test_nothing_is_made_without_a_signature_or_consent(self):
		quote = self.offer()
		token = self.token(quote)
		for values in (
			{"person_name": ""},
			{"consent": False},
			{"signature_type": ""},
			{"signature_type": "Drawn"},
		):
			self.assert_refused(self.accept(token, {RACK: None}, **values))
		self.assertEqual(self.quotes(quote), [(quote.name, "Issued")])
		self.assertFalse(frappe.db.exists("File", {"file_name": ("like", f"{quote.name}-R2%")}))

	def test_a_choice_that_leaves_less_than_the_discount_is_refused_in_the_customers_words(self):
		lines = {BIKE: {"is_quantity_open": 1, "quantity": 3, "discount_amount": 2500}}
		self.assert_refused(self.choose(self.token(self.offer(lines=lines)), {BIKE: "1"}), "Wählen Sie mehr")

	def test_what_is_no_fault_of_the_choice_is_logged_and_told_without_details(self):
		quote = self.offer()
		token = self.token(quote)
		quote.db_set({"prices_include_tax": 1, "tax_treatment": "Export Supply"})
		frappe.db.commit()
		self.assert_refused(self.choose(token, {RACK: None}), "Bitte wenden Sie sich an uns")
		save_to_db()
		self.assertTrue(
			frappe.db.exists("Error Log", {"method": "Choice of a customer could not be reckoned"})
		)

	def test_what_was_revised_cancelled_expired_or_closed_meanwhile_is_not_accepted(self):
		revised, cancelled, expired = self.offer(), self.offer(), self.offer()
		tokens = [self.token(quote) for quote in (revised, cancelled, expired)]
		frappe.get_doc("Quote", new_revision(revised.name, "2099-12-31")).submit()
		cancelled.cancel()
		self.expire(expired)
		for token in tokens:
			self.assert_refused(self.choose(token, {RACK: None}))
			self.assert_refused(self.accept(token, {RACK: None}))
		commit_settings(accept_expired_quotes=1)
		self.assert_accepted(tokens[2], {RACK: None})

	def test_a_draft_revision_of_the_seller_is_not_issued_over_what_was_chosen(self):
		quote = self.offer()
		token = self.token(quote)
		draft = new_revision(quote.name, "2099-12-31")
		frappe.db.commit()
		self.accept(token, {RACK: None})
		self.assertEqual(self.accepted(quote).name, f"{quote.quote_number}-R3")
		with self.assertRaisesRegex(frappe.ValidationError, "R3"):
			frappe.get_doc("Quote", draft).submit()

	def test_switched_off_there_is_nothing_to_choose(self):
		quote = self.offer()
		token = self.token(quote)
		commit_settings(use_customer_choice=0)
		self.addCleanup(commit_settings, use_customer_choice=1)
		self.assertNotIn('class="pick"', self.page(token).text)
		self.assertEqual(self.choose(token, {RACK: None}).status_code, 417)
		self.assertEqual(self.accept(token, {RACK: None}).status_code, 417)
		self.assertTrue(frappe.get_meta("Quote Item").get_field("is_quantity_open").hidden)
		draft = make_quote()
		draft.items[0].is_quantity_open = 1
		with self.assertRaises(OpenQuantityError):
			draft.save()

	def test_limits_that_do_not_fit_are_refused_and_those_of_nothing_are_dropped(self):
		draft = make_quote()
		draft.items[0].update({"is_quantity_open": 1, "min_quantity": 4, "max_quantity": 3})
		with self.assertRaises(OpenQuantityError):
			draft.save()
		draft.reload()
		draft.items[0].update({"is_quantity_open": 0, "min_quantity": 4})
		draft.save()
		self.assertEqual(draft.items[0].min_quantity, 0)


class TestVariants(ChoiceTestCase):
	def three_quotes(self):
		"""Return three issued quotes of one deal."""
		quote = self.offer(label="Mit Rabatt", discount_percentage=10)
		others = []
		for label in ("Ohne Rabatt", "Geheim"):
			other = frappe.get_doc("Quote", copy_quote(quote.name, "2099-12-31"))
			other.update({"label": label, "discount_percentage": 0}).save()
			other.submit()
			others.append(other)
		return quote, *others

	def test_the_customer_sees_side_by_side_what_the_seller_has_put_together_and_nothing_else(self):
		first, second, hidden = self.three_quotes()
		token = self.token(first)
		self.assertNotIn("Ohne Rabatt", self.page(token).text)
		offer_together(first.name, [first.name, second.name])
		frappe.db.commit()
		page = self.page(token).text
		self.assertIn("1.249,50", page)
		self.assertIn("1.130,50", page)
		self.assertNotIn("Geheim", page)
		self.assertNotIn(hidden.name, page)
		self.assertIn(f"Angebot {second.name}", self.page(f"{token}?variant={second.name}").text)
		pdf = self.page(f"{token}/pdf?variant={second.name}")
		self.assertEqual(
			hashlib.sha256(pdf.data).hexdigest(), frappe.get_value("Quote", second.name, "pdf_sha256")
		)
		stranger = self.offer()
		for name in (hidden.name, stranger.name, "x", "%"):
			self.assertEqual(self.page(f"{token}?variant={name}").status_code, 404)
			self.assertEqual(self.page(f"{token}/pdf?variant={name}").status_code, 404)
			self.assertEqual(self.choose(token, {}, variant=name).status_code, 404)
			self.assertEqual(self.accept(token, None, variant=name).status_code, 404)
		self.assertEqual(frappe.get_value("Quote", hidden.name, "status"), "Issued")

	def test_a_quote_whose_links_are_revoked_is_not_opened_by_those_of_its_variants(self):
		first, second, hidden = self.three_quotes()
		tokens = {quote.name: self.token(quote) for quote in (first, second, hidden)}
		offer_together(first.name, [first.name, second.name])
		self.assertEqual([len(open_links(quote.name)) for quote in (first, second, hidden)], [2, 2, 1])
		self.assertEqual(revoke_links(first.name), 2)
		frappe.db.commit()
		for address in (
			tokens[first.name],
			tokens[second.name],
			f"{tokens[second.name]}?variant={first.name}",
		):
			self.assertEqual(self.page(address).status_code, 404)
		self.assertEqual(self.accept(tokens[second.name], None, variant=first.name).status_code, 404)
		self.assertEqual(self.page(tokens[hidden.name]).status_code, 200)

	def test_what_is_opened_is_the_variant_that_is_shown(self):
		first, second, hidden = self.three_quotes()
		offer_together(first.name, [first.name, second.name])
		token = self.token(first)
		quotes = {"name": ("in", [first.name, second.name, hidden.name])}
		told = {"document_type": "Quote", "document_name": second.name}

		def opened() -> set[str]:
			found = frappe.get_all("Quote", quotes, ["name", "customer_opened_on"])
			return {quote.name for quote in found if quote.customer_opened_on}

		self.call("opened", token=token)
		self.assertEqual(opened(), {first.name})
		for name in (hidden.name, self.offer().name, "x"):
			self.assertEqual(self.call("opened", token=token, variant=name).status_code, 404)
		for _again in range(2):
			self.call("opened", token=token, variant=second.name)
		self.assertEqual(opened(), {first.name, second.name})
		self.assertEqual(len(awaited(lambda: notices(told))), 1)
		for stream in (
			quote_stream("Quote", second.name),
			opportunity_stream("Sales Opportunity", second.opportunity),
		):
			entries = [entry["content"] for entry in stream if entry["icon"] == "unhide"]
			self.assertEqual([second.name in entry for entry in entries].count(True), 1, entries)

	def test_side_by_side_it_is_said_what_is_taken_in_and_how_long_contracts_run(self):
		first = self.offer()
		other = frappe.get_doc("Quote", copy_quote(first.name, "2099-12-31"))
		line = {"row_type": "Priced", "item_type": "Sales Item", "item": ITEM, "quantity": 1, "unit": "Piece"}
		other.append("items", {**line, "item_name": "Altrad", "rate": 100, "deduction": "Trade-In"})
		other.append(
			"items", {**line, "item_name": "Vertrag", "rate": 5, "recurrence": "Monthly", "periods": 24}
		)
		other.save()
		other.submit()
		offer_together(first.name, [first.name, other.name])
		frappe.db.commit()
		cards = self.page(self.token(first)).text.split('<nav class="variants"')[1].split("</nav>")[0]
		self.assertIn('1 × Altrad <span class="mark">Inzahlungnahme</span></span>', cards)
		self.assertIn("1 × Vertrag <small>pro Monat ×\xa024</small></span>", cards)

	def test_one_of_them_is_accepted_with_a_choice_and_counts_for_the_deal(self):
		first, second, _hidden = self.three_quotes()
		offer_together(first.name, [first.name, second.name])
		token = self.token(first)
		answer = self.accept(token, {RACK: None}, variant=second.name)
		self.assertEqual(answer.json.get("message"), "Accepted", answer.text)
		revision = self.accepted(second)
		opportunity = frappe.get_doc("Sales Opportunity", first.opportunity)
		# 1,000 + 100 + 50 freight.
		self.assertEqual((opportunity.primary_quote, opportunity.amount), (revision.name, 1150))
		self.assertEqual(frappe.get_value("Quote", first.name, "status"), "Issued")
		page = self.page(token).text
		self.assertIn("Sabine Hoffmann hat dieses Angebot am", page)
		self.assert_refused(self.accept(token, None, variant=first.name), "anderes Angebot")

	def test_what_is_no_longer_offered_together_is_not_accepted_by_the_others_link(self):
		first, second, _hidden = self.three_quotes()
		offer_together(first.name, [first.name, second.name])
		token = self.token(first)
		offer_together(first.name, [])
		frappe.db.commit()
		self.assertEqual(self.accept(token, {RACK: None}, variant=second.name).status_code, 404)

	def test_a_revision_takes_the_place_of_its_quote_and_a_copy_does_not(self):
		first, second, _hidden = self.three_quotes()
		offer_together(first.name, [first.name, second.name])
		revision = frappe.get_doc("Quote", new_revision(second.name, "2099-12-31"))
		copy = frappe.get_doc("Quote", copy_quote(second.name, "2099-12-31"))
		self.assertEqual((revision.offered_together, copy.offered_together), (1, 0))
		revision.submit()
		self.assertIn(revision.name, self.page(self.token(first)).text)

	def test_only_waiting_quotes_of_the_deal_are_offered_together_by_who_may_write_it(self):
		first, second, _hidden = self.three_quotes()
		draft = copy_quote(first.name, "2099-12-31")
		self.assertEqual(len(candidates(first.name)), 3)
		for names in ([first.name], [first.name, draft], [first.name, self.offer().name]):
			with self.assertRaises(TogetherError):
				offer_together(first.name, names)
		make_user("fremd@example.com", "Sales User")
		frappe.set_user("fremd@example.com")
		for refused in (
			lambda: offer_together(first.name, [first.name, second.name]),
			lambda: candidates(first.name),
		):
			with self.assertRaises(frappe.PermissionError):
				refused()
