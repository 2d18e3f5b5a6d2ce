"""What was asked for of what is on an offer, sentence by sentence: one class per capability, one test per sentence."""

import io
from urllib.parse import parse_qs, unquote, urlsplit

import frappe
from bs4 import BeautifulSoup
from frappe.desk.like import toggle_like
from frappe.translate import print_language
from frappe.utils import add_days, getdate, nowdate
from PIL import Image
from pypdf import PdfReader

from sales_opportunity.sales_opportunity.doctype.quote.frozen_paper import frozen_pdf, is_intact
from sales_opportunity.sales_opportunity.doctype.quote.line_sources import add_from_quote, add_from_template
from sales_opportunity.sales_opportunity.doctype.quote.revisions import copy_quote
from sales_opportunity.sales_opportunity.doctype.quote.sending import send_quote
from sales_opportunity.sales_opportunity.doctype.quote.together import offer_together
from sales_opportunity.sales_opportunity.doctype.quote_release.release_state import ReleaseNeededError
from sales_opportunity.sales_opportunity.doctype.quote_release.releases import release, request_release
from sales_opportunity.sales_opportunity.doctype.quote_template import template_search
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper import create_quote
from sales_opportunity.tests.answering import AnswerTestCase
from sales_opportunity.tests.factories import (
	get_or_make,
	make_class,
	make_item,
	make_partner,
	make_quote_template,
	make_user,
	pdf,
	registered,
)
from sales_opportunity.tests.mailing import MailingTestCase
from sales_opportunity.tests.reports import report_rows
from sales_opportunity.tests.settings import commit_settings

SELLER, MANAGER = "seller@acceptance.example", "boss@acceptance.example"
CLASS, LARGE, BIKE, CARE = "ACCEPT-OFFERS", "ACCEPT-RULED", "OFFER-BIKE", "OFFER-CARE"
SIGNED = {"person_name": "Sabine Hoffmann", "signature_type": "Typed", "consent": True}


def printed(quote) -> str:
	"""Return the quote's paper as HTML, in German as its customer reads it."""
	with print_language("de"):
		return frappe.get_print("Quote", quote.name, "Quote")


def another_cost(name: str, sale) -> float:
	return 700


class Offers(AnswerTestCase):
	"""A bike at 1,000.00 that costs 600.00, and its care at 50.00 a month for two years, sold by a salesperson."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_user(SELLER, "Sales User")
		make_user(MANAGER, "Sales User", "Sales Manager")
		for class_id in (CLASS, LARGE):
			make_class(class_id)
		make_item(BIKE, item_name="Lastenrad", cost=600)
		make_item(CARE, item_name="Wartung", price=50, recurrence="Monthly", periods=24, kind="Service")
		get_or_make("Sales Tax Rate", "0 %", title="0 %", rate=0)
		cls.customer = make_partner("Stadtwerke Neuenburg").name

	def setUp(self):
		super().setUp()
		frappe.set_user(SELLER)

	def sell(self, *items: dict, **values):
		"""Return a deal of the seller over these lines; without any it is one bike."""
		deal = {"doctype": "Sales Opportunity", "party": self.customer, "class_id": CLASS, "stage": "Inquiry"}
		lines = [{"item": BIKE, "quantity": 1, **item} for item in items or ({},)]
		return frappe.get_doc({**deal, **values, "items": lines}).insert()

	def offer(self, *items: dict, **values):
		return frappe.get_doc("Quote", create_quote(self.sell(*items, **values).name, "2099-12-31"))

	def report(self, name: str, **filters) -> list[dict]:
		filters = {"class_id": CLASS, **filters}
		return report_rows(name, **filters)


class TestRecurringAndSpreadRevenue(Offers):
	def test_a_line_is_sold_once_or_per_month_quarter_or_year_for_a_number_of_periods_from_a_date(self):
		deal = self.sell(
			{},
			{"item": CARE, "service_start": "2027-03-01"},
			{"rate": 300, "recurrence": "Quarterly", "periods": 4},
			{"rate": 120, "recurrence": "Yearly", "periods": 3},
		)
		# 1,000; 24 × 50; 4 × 300; 3 × 120
		self.assertEqual([row.amount for row in deal.items], [1_000, 1_200, 1_200, 360])
		self.assertEqual(getdate(deal.items[1].service_start), getdate("2027-03-01"))

	def test_an_opportunity_shows_one_off_per_month_per_year_and_total_contract_value(self):
		deal = self.sell({}, {"item": CARE}, {"rate": 300, "recurrence": "Quarterly", "periods": 4})
		# per month 50 and 300 ÷ 3
		self.assertEqual(
			(deal.one_off_amount, deal.monthly_amount, deal.yearly_amount, deal.contract_value),
			(1_000, 150, 1_800, 3_400),
		)

	def test_the_forecast_books_at_the_close_date_or_over_the_service_period_or_by_instalments(self):
		year = getdate().year + 1
		make_class("ACCEPT-SPREAD")
		self.sell(
			{"rate": 900},
			{"item": CARE, "recurrence": "Monthly", "periods": 2, "service_start": f"{year}-05-01"},
			class_id="ACCEPT-SPREAD",
			expected_close_date=f"{year}-02-10",
			instalments=[
				{"due_date": f"{year}-02-10", "percentage": 33},
				{"due_date": f"{year}-04-10", "percentage": 67},
			],
		)

		def by_month(basis: str) -> dict:
			rows = self.report("Revenue Forecast", class_id="ACCEPT-SPREAD", basis=basis)
			return {
				row["period"]: row["nominal"] for row in rows if row["nominal"] and not row.get("is_total")
			}

		self.assertEqual(by_month("Close Date"), {f"Feb {year}": 1_000})
		self.assertEqual(
			by_month("Service Period"),
			{f"Feb {year}": 297, f"Apr {year}": 603, f"May {year}": 50, f"Jun {year}": 50},
		)

	def test_paper_and_customers_page_say_when_which_instalment_is_to_be_paid(self):
		plan = [
			{"due_date": "2099-01-15", "percentage": 33, "description": "bei Auftragserteilung"},
			{"due_date": "2099-03-15", "percentage": 67, "description": "bei Lieferung"},
		]
		quote = self.offer({"rate": 999.99}, instalments=plan)
		quote.submit()
		quote.reload()
		# 999.99 with 19 % tax is 1,189.99
		pdf = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(frozen_pdf(quote))).pages)
		for shown in (pdf, self.page(self.token(quote)).text):
			for words in ("Zahlungsplan", "15.03.2099", "bei Auftragserteilung", "392,70", "797,29"):
				with self.subTest(words):
					self.assertIn(words, shown)

	def test_paper_and_customers_page_show_them_apart(self):
		quote = self.offer({}, {"item": CARE})
		quote.submit()
		quote.reload()
		pdf = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(frozen_pdf(quote))).pages)
		for shown in (pdf, self.page(self.token(quote)).text):
			for words in ("Einmalig", "Monatlich", "Gesamtauftragswert", "2.200,00"):
				with self.subTest(words):
					self.assertIn(words, shown)


class TestDiscountsCreditsTradeIns(Offers):
	def test_an_amount_is_taken_off_beside_the_percentage_on_a_line_and_on_the_whole(self):
		line = {"quantity": 2, "discount_percentage": 10, "discount_amount": 100}
		deal = self.sell(line, discount_percentage=5, fixed_discount=15)
		# 2,000 − 200 − 100 = 1,700; less 85 and 15
		self.assertEqual((deal.items[0].amount, deal.amount), (1_700, 1_600))

	def test_an_old_bike_is_taken_in_payment_with_its_own_tax(self):
		quote = self.offer({}, {"rate": 200, "deduction": "Trade-In", "tax_rate": "0 %"})
		self.assertEqual((quote.deduction_total, quote.net_total, quote.tax_total), (-200, 800, 190))
		self.assertIn("Inzahlungnahme", printed(quote))

	def test_a_credit_lowers_the_offer_and_its_tax(self):
		quote = self.offer({}, {"rate": 200, "deduction": "Credit"})
		self.assertEqual((quote.net_total, quote.tax_total), (800, 152))
		self.assertIn("Gutschrift", printed(quote))

	def test_prices_go_by_validity_quantity_and_partner_group_net_or_gross(self):
		frappe.set_user("Administrator")
		get_or_make("Business Partner Group", "Accept Dealers", group_name="Accept Dealers")
		item = make_item("ACCEPT-LISTED", price=100)
		item.set(
			"prices",
			[
				{"price": 50, "valid_to": add_days(nowdate(), -1)},
				{"price": 90, "minimum_quantity": 10, "valid_from": nowdate()},
				{"price": 95.2, "includes_tax": 1, "partner_group": "Accept Dealers"},
			],
		)
		item.save()
		dealer = make_partner("Zweirad Sonnental", partner_group="Accept Dealers").name
		frappe.set_user(SELLER)
		for quantity, party, price in (
			(1, self.customer, 100),
			(10, self.customer, 90),
			(1, dealer, 80),  # 95.20 with 19 % tax
		):
			with self.subTest(price):
				deal = self.sell({"item": item.name, "quantity": quantity}, party=party)
				self.assertEqual(deal.items[0].rate, price)


class TestMargin(Offers):
	def test_the_desk_shows_who_may_see_it_what_a_line_and_a_quote_earn(self):
		quote = self.offer({"quantity": 2, "discount_percentage": 10})
		self.assertFalse(frappe.get_list("Quote", {"name": quote.name}, "*")[0].get("margin_amount"))
		frappe.set_user(MANAGER)
		quote = frappe.get_doc("Quote", quote.name)
		# 1,800 less 2 × 600
		self.assertEqual((quote.items[0].margin_amount, quote.margin_amount), (600, 600))
		self.assertEqual(quote.margin_percentage, 33.33)

	def test_another_app_may_say_what_an_item_costs(self):
		with registered(sales_item_costs={"Sales Item": [f"{__name__}.another_cost"]}):
			self.assertEqual(self.sell().margin_amount, 300)

	def test_it_is_never_on_paper_or_page(self):
		quote = self.offer({"rate": 987.65})
		quote.submit()
		shown = self.page(self.token(quote)).text + printed(quote)
		self.assertIn("987,65", shown)
		for secret in ("387,65", "387.65", "600,00", "margin_", "Marge"):
			with self.subTest(secret):
				self.assertNotIn(secret, shown)

	def test_a_report_has_the_margin_by_class_and_person(self):
		make_class("ACCEPT-MARGIN")
		self.sell({"quantity": 3}, class_id="ACCEPT-MARGIN", stage="Won")
		frappe.set_user(MANAGER)
		for group_by in ("class_id", "opportunity_owner"):
			(row, whole) = self.report("Margin", class_id="ACCEPT-MARGIN", group_by=group_by)
			self.assertEqual((row["deals"], row["margin"], whole["percentage"]), (1, 1_200, 40))


class TestReleaseOfDiscounts(Offers):
	"""The class needs a release from 10 % on."""

	def setUp(self):
		super().setUp()
		frappe.set_user("Administrator")
		commit_settings(
			release_rules=[{"class_id": LARGE, "discount_from": 10, "role": "Sales Manager"}], use_releases=1
		)
		self.addCleanup(commit_settings, release_rules=[])
		self.addCleanup(frappe.set_user, "Administrator")
		frappe.set_user(SELLER)
		self.quote = self.offer({}, class_id=LARGE, discount_percentage=12)

	def released(self):
		request_release(self.quote.name, "Kauft jedes Jahr.")
		frappe.set_user(MANAGER)
		release(self.quote.name, str(frappe.db.get_value("Quote", self.quote.name, "modified")))
		frappe.set_user(SELLER)
		self.quote.reload()

	def test_a_quote_that_meets_a_rule_is_not_issued_without_a_release(self):
		with self.assertRaises(ReleaseNeededError):
			self.quote.submit()
		frappe.get_doc("Quote", self.offer({}, class_id=LARGE, discount_percentage=9).name).submit()

	def test_it_is_asked_for_by_a_button_and_answered_from_the_notification(self):
		self.released()
		told = {"for_user": MANAGER, "document_name": self.quote.name}
		self.assertIn("Kauft jedes Jahr.", frappe.get_last_doc("Notification Log", told).email_content)
		self.quote.submit()
		self.assertEqual((self.quote.status, self.quote.release_status), ("Issued", "Released"))

	def test_it_is_answered_by_the_address_in_the_mail(self):
		request_release(self.quote.name)
		told = {"for_user": MANAGER, "document_name": self.quote.name}
		mail = BeautifulSoup(frappe.get_last_doc("Notification Log", told).email_content, "html.parser")
		found = {}
		for link in mail.find_all("a", class_="btn"):
			[address] = parse_qs(urlsplit(link["href"]).query)["redirect-to"]
			form = urlsplit(address)
			found.update({answer: form.path for answer in parse_qs(form.query)["answer"]})
		form = urlsplit(frappe.utils.get_url_to_form("Quote", self.quote.name)).path
		self.assertEqual(found, {"Released": form, "Refused": form})
		frappe.set_user(MANAGER)
		asked_for = unquote(found["Released"].rsplit("/", 1)[1])
		opened = frappe.get_doc("Quote", asked_for)
		opened.run_method("onload")
		self.assertTrue(opened.get_onload("release")["may_answer"])
		release(asked_for, str(frappe.db.get_value("Quote", asked_for, "modified")))
		self.assertEqual(frappe.db.get_value("Quote", self.quote.name, "release_status"), "Released")

	def test_it_is_logged_who_released_what(self):
		self.released()
		found = frappe.get_all(
			"Quote Release",
			{"quote": self.quote.name},
			["action", "person", "discount_percentage"],
			order_by="creation",
		)
		self.assertEqual(
			[tuple(row.values()) for row in found], [("Requested", SELLER, 12), ("Released", MANAGER, 12)]
		)

	def test_it_is_void_when_the_quote_gets_worse(self):
		self.released()
		self.quote.discount_percentage = 11
		self.quote.save()
		self.assertEqual(self.quote.release_status, "Released")
		self.quote.discount_percentage = 13
		self.quote.save()
		with self.assertRaises(ReleaseNeededError):
			self.quote.submit()


class TestTemplates(Offers):
	def setUp(self):
		super().setUp()
		for title, items in (
			(
				"Abnahme Flotte",
				[{"row_type": "Heading", "item_name": "Räder"}, {"item": BIKE, "quantity": 5}],
			),
			("Abnahme Wartung", [{"row_type": "Optional", "item": CARE, "quantity": 5}]),
		):
			make_quote_template(title, items, class_id=CLASS)

	def rows(self, quote) -> list[tuple]:
		return [(row.row_type, row.item_name, row.quantity) for row in quote.items]

	def test_a_quote_starts_from_a_template_and_another_one_is_inserted(self):
		deal = {"party": self.customer, "class_id": CLASS, "stage": "Inquiry"}
		deal = frappe.get_doc({"doctype": "Sales Opportunity", **deal}).insert()
		quote = frappe.get_doc("Quote", create_quote(deal.name, "2099-12-31", template="Abnahme Flotte"))
		add_from_template("Quote", quote.name, "Abnahme Wartung")
		quote.reload()
		self.assertEqual(
			self.rows(quote),
			[("Heading", "Räder", 0), ("Priced", "Lastenrad", 5), ("Optional", "Wartung", 5)],
		)

	def test_favourites_come_first(self):
		filters = {"doctype": "Sales Opportunity", "name": self.sell().name}
		toggle_like("Quote Template", "Abnahme Wartung", "Yes")
		self.addCleanup(toggle_like, "Quote Template", "Abnahme Wartung", "No")
		found = template_search.template_query("Quote Template", "Abnahme", "name", 0, 20, filters)
		self.assertEqual([row[0] for row in found], ["Abnahme Wartung", "Abnahme Flotte"])

	def test_lines_are_copied_from_the_quote_of_another_customer(self):
		frappe.set_user("Administrator")
		other = make_partner("Fahrschule Blink").name
		frappe.set_user(SELLER)
		source = self.offer({"quantity": 7, "rate": 950}, party=other)
		quote = self.offer({"item": CARE})
		add_from_quote("Quote", quote.name, source.name, True)
		quote.reload()
		self.assertEqual((quote.items[-1].quantity, quote.items[-1].rate), (7, 950))

	def test_a_bundle_prints_its_parts(self):
		parts = [{"item": BIKE, "quantity": 2}, {"item": CARE, "quantity": 1}]
		make_item("ACCEPT-SET", item_name="Familienpaket", price=2_400, parts=parts)
		paper = printed(self.offer({"item": "ACCEPT-SET"}))
		self.assertIn("2 Stück Lastenrad", paper)
		self.assertIn("1 Stück Wartung", paper)


class TestTheCustomerChooses(Offers):
	BIKE, TRIKE, LOCKS = "1", "2", "3"

	def issued(self, **values):
		"""Return an issued quote: a bike at 1,000 or a trike at 1,500, and one to five locks at 10."""
		quote = self.offer()
		for row in (
			{"row_type": "Alternative", "item_name": "Dreirad", "rate": 1_500, "quantity": 1},
			{
				"row_type": "Optional",
				"item_name": "Schloss",
				"rate": 10,
				"quantity": 1,
				"is_quantity_open": 1,
				"min_quantity": 1,
				"max_quantity": 5,
			},
		):
			quote.append("items", {"item": BIKE, **row})
		quote.update(values)
		quote.save()
		quote.submit()
		return quote

	def test_optional_lines_alternatives_and_quantities_are_chosen_and_the_server_reckons_along(self):
		token = self.token(self.issued())
		for choice, gross in (
			({}, "1.190,00"),
			({self.LOCKS: "4"}, "1.237,60"),
			({self.TRIKE: None, self.LOCKS: "4"}, "1.832,60"),  # 1,540 with 19 % tax
		):
			with self.subTest(choice):
				shown = self.call("choose", token=token, choice=choice).json["message"]
				self.assertIn(gross, shown["gross"])
				self.assertIn(gross, shown["totals"])

	def test_what_was_chosen_is_what_is_accepted_as_a_revision_with_its_own_frozen_paper(self):
		quote = self.issued()
		choice = {self.TRIKE: None, self.LOCKS: "4"}
		answer = self.call("accept", token=self.token(quote), choice=choice, **SIGNED)
		self.assertEqual(answer.json.get("message"), "Accepted", answer.text)
		accepted = {"quote_number": quote.quote_number, "status": "Accepted"}
		revision = frappe.get_doc("Quote", frappe.db.get_value("Quote", accepted))
		self.assertEqual((revision.supersedes, revision.gross_total), (quote.name, 1_832.6))
		self.assertTrue(is_intact(revision))
		quote.reload()
		self.assertNotEqual(frozen_pdf(revision), frozen_pdf(quote))

	def test_several_variants_stand_side_by_side_on_one_page(self):
		quote = self.issued(label="Mit Rabatt", discount_percentage=10)
		other = frappe.get_doc("Quote", copy_quote(quote.name, "2099-12-31"))
		other.update({"label": "Ohne Rabatt", "discount_percentage": 0}).save()
		other.submit()
		offer_together(quote.name, [quote.name, other.name])
		page = self.page(self.token(quote)).text
		for words in ("Mit Rabatt", "Ohne Rabatt", "1.071,00", "1.190,00"):
			self.assertIn(words, page)


class TestWhatGoesWithIt(Offers, MailingTestCase):
	def file(self, name: str, content: bytes) -> str:
		values = {"doctype": "File", "file_name": name, "content": content, "is_private": 1}
		return frappe.get_doc({**values}).insert().file_url

	def setUp(self):
		super().setUp()
		frappe.set_user("Administrator")
		picture = io.BytesIO()
		Image.new("RGB", (900, 600), "green").save(picture, "PNG")
		sheet = {"title": "Datenblatt", "file": self.file("sheet.pdf", pdf(b"sheet"))}
		terms = {"title": "Bedingungen", "file": self.file("terms.pdf", pdf(b"terms"))}
		make_class("ACCEPT-PICTURES", show_item_pictures=1, documents=[terms])
		make_item("ACCEPT-PICTURED", image=self.file("bike.png", picture.getvalue()), documents=[sheet])
		frappe.set_user(SELLER)

	def test_data_sheets_and_terms_are_attached_to_the_mail_and_listed_on_the_page(self):
		quote = self.offer({"item": "ACCEPT-PICTURED"}, class_id="ACCEPT-PICTURES")
		mail = {"recipients": "kunde@example.com", "subject": "Angebot", "content": "Anbei"}
		self.deliver(send_quote(quote.name, **mail))
		(message,) = self.inbox.received
		names = [part.get_filename() for part in message.iter_attachments()]
		self.assertEqual(names, [f"{quote.name}.pdf", "Datenblatt.pdf", "Bedingungen.pdf"])
		page = self.page(self.token(quote)).text
		for title in ("Datenblatt", "Bedingungen"):
			self.assertIn(title, page)

	def test_the_picture_is_on_paper_and_page_if_the_class_says_so(self):
		for class_id, count in (("ACCEPT-PICTURES", 1), (CLASS, 0)):
			with self.subTest(class_id):
				quote = self.offer({"item": "ACCEPT-PICTURED"}, class_id=class_id)
				quote.submit()
				quote.reload()
				pages = PdfReader(io.BytesIO(frozen_pdf(quote))).pages
				self.assertEqual(sum(len(page.images) for page in pages), count)
				self.assertEqual(self.page(self.token(quote)).text.count('class="picture"'), count)
