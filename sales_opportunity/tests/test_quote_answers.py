"""The customer's answer: on the quote's page, over the web and without a login, or noted by hand in the desk."""

import base64
import hashlib
import io
from unittest.mock import ANY, patch

import frappe
from frappe.utils import add_days, getdate, nowdate
from PIL import Image, ImageDraw

from sales_opportunity.api import close_as_won
from sales_opportunity.portal import quote_page
from sales_opportunity.sales_opportunity.doctype.quote.frozen_paper import FrozenPaperError
from sales_opportunity.sales_opportunity.doctype.quote.revisions import RevisionError, new_revision
from sales_opportunity.sales_opportunity.doctype.quote_answer import answers
from sales_opportunity.sales_opportunity.doctype.quote_answer.answers import QUESTIONS_A_DAY
from sales_opportunity.sales_opportunity.doctype.quote_answer.answers_by_hand import (
	accept_by_hand,
	decline_by_hand,
)
from sales_opportunity.sales_opportunity.doctype.quote_answer.entry import PAGE as PAGE_CHANNEL
from sales_opportunity.sales_opportunity.doctype.quote_answer.entry import AnswerIncompleteError, Entry
from sales_opportunity.sales_opportunity.doctype.quote_answer.quote_answer import AnswerKeptError
from sales_opportunity.sales_opportunity.doctype.quote_answer.refusals import AnswerRefusedError
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import (
	LinkRefusedError,
	create_link,
	find_link,
	hash_of,
	make_link,
	open_links,
	revoke_links,
)
from sales_opportunity.tests.answering import OWNER, PAGE, AnswerTestCase
from sales_opportunity.tests.factories import make_opportunity, make_partner, make_quote
from sales_opportunity.tests.settings import commit_settings
from sales_opportunity.tests.web import asked_by, call, request

SIGNED = {"person_name": "Sabine Hoffmann", "signature_type": "Typed", "consent": True}
REASON = {"person_name": "Sabine Hoffmann", "message": "Das Budget ist weg."}


def signature(size=(640, 200)) -> str:
	"""Return the drawing of a signature as browsers send it."""
	picture, file = Image.new("RGBA", size), io.BytesIO()
	ImageDraw.Draw(picture).line((20, 20, 200, 150, 300, 40), fill="black", width=3)
	picture.save(file, "PNG")
	return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


class TestTheCustomersPage(AnswerTestCase):
	def test_the_customer_reads_the_quote_in_its_own_language_without_a_login(self):
		for language, texts in (
			("de", ("Angebot", "Gültig bis 31.12.2099", "1.190,00", "Verbindlich annehmen", "zzgl. 19")),
			("en", ("Quote", "Valid until 31 Dec 2099", "1,190.00", "Accept with binding effect", "Plus 19")),
		):
			quote = self.issued_quote(language)
			page = self.page(self.token(quote), headers={"Accept-Language": "fr"})
			self.assertEqual(page.status_code, 200)
			for text in (*texts, quote.name, "Test-Bike", f'<html lang="{language}">'):
				self.assertIn(text, page.text)
			self.assertNotIn("{{", page.text)
			self.assertNotIn("navbar", page.text)

	def test_headings_texts_optional_and_alternative_lines_are_marked(self):
		quote = make_quote(make_opportunity(items=[{}], party=make_partner(language="de").name))
		item = {"item": quote.items[0].item, "quantity": 1, "rate": 10}
		quote.extend(
			"items",
			[
				{"row_type": "Heading", "item_name": "Zubehör"},
				{"row_type": "Optional", **item},
				{"row_type": "Alternative", **item},
				{"row_type": "Text", "description": "<p>Ohne Montage</p>"},
			],
		)
		quote.save()
		quote.submit()
		page = self.page(self.token(quote)).text
		for text in ("Zubehör", "optional", "alternativ", "Ohne Montage", "(10,00", "in Klammern"):
			self.assertIn(text, page)

	def test_nothing_of_the_page_is_kept_by_browsers_proxies_or_search_engines(self):
		token = self.token(self.issued_quote())
		for path in (token, f"{token}/pdf", "wrong"):
			headers = self.page(path).headers
			self.assertIn("no-store", headers["Cache-Control"])
			self.assertIn("noindex", headers["X-Robots-Tag"])
			self.assertEqual(headers["Referrer-Policy"], "no-referrer")
		self.assertIn("frame-ancestors 'none'", self.page(token).headers["Content-Security-Policy"])

	def test_the_customer_gets_the_pdf_that_was_issued(self):
		quote = self.issued_quote()
		answer = self.page(f"{self.token(quote)}/pdf")
		self.assertEqual(answer.headers["Content-Type"], "application/pdf")
		self.assertTrue(answer.headers["Content-Disposition"].startswith("attachment"))
		self.assertEqual(hashlib.sha256(answer.data).hexdigest(), quote.pdf_sha256)

	def test_a_damaged_pdf_is_not_delivered(self):
		quote = self.issued_quote()
		token = self.token(quote)
		quote.db_set("pdf_sha256", "0" * 64)
		frappe.db.commit()
		self.assertEqual(self.page(f"{token}/pdf").status_code, 404)

	def test_reading_changes_nothing_and_opening_is_noted(self):
		quote = self.issued_quote()
		token = self.token(quote)
		self.page(token)
		frappe.db.rollback()
		[link] = open_links(quote.name)
		self.assertIsNone(link.first_opened)
		self.call("opened", token=token)
		self.call("opened", token=token)
		[link] = open_links(quote.name)
		self.assertTrue(link.first_opened < link.last_opened)

	def test_a_revised_or_cancelled_quote_says_so_and_shows_and_takes_nothing(self):
		superseded, cancelled = self.issued_quote(), self.issued_quote()
		tokens = {quote.name: self.token(quote) for quote in (superseded, cancelled)}
		revision = frappe.get_doc("Quote", new_revision(superseded.name, "2099-12-31"))
		revision.submit()
		cancelled.cancel()
		frappe.db.commit()
		for quote, text in ((superseded, "durch ein neueres ersetzt"), (cancelled, "wurde zurückgezogen")):
			token = tokens[quote.name]
			page = self.page(token)
			self.assertIn(text, page.text)
			for secret in ("Test-Bike", "1.190,00", revision.name, "<form"):
				self.assertNotIn(secret, page.text)
			self.assertEqual(self.page(f"{token}/pdf").status_code, 404)
			self.assert_refused(self.call("accept", token=token, **SIGNED), text)
			self.assert_refused(self.call("decline", token=token, **REASON), text)
			self.assert_refused(self.call("ask", token=token, **REASON), text)

	def test_texts_that_customers_wrote_do_not_become_html(self):
		quote = self.issued_quote()
		token = self.token(quote)
		name = '"><script>alert(1)</script>'
		self.call("accept", token=token, **{**SIGNED, "person_name": name})
		self.assertEqual(self.answers(quote, "person_name")[0].person_name, '">‹script>alert(1)‹/script>')
		page = self.page(token).text
		self.assertIn("‹script&gt;alert(1)", page)
		self.assertNotIn("<script>alert", page)

	def test_a_colleague_sees_what_the_customer_sees_but_no_forms(self):
		quote = self.issued_quote()
		for user, is_preview in ((OWNER, True), ("Guest", False)):
			frappe.set_user(user)
			page = quote_page.page_of(quote, "x").get_data(as_text=True)
			self.assertEqual("Das sieht Ihr Kunde" in page, is_preview, user)
			self.assertEqual("form-accept" in page, not is_preview, user)


class TestLinksThatDoNotWork(AnswerTestCase):
	def dead_tokens(self):
		quote = self.issued_quote()
		expired, revoked = self.token(quote), self.token(quote)
		for token, values in ((expired, {"expires_on": add_days(nowdate(), -1)}), (revoked, {"revoked": 1})):
			frappe.db.set_value("Quote Customer Link", {"token_hash": hash_of(token)}, values)
		frappe.db.commit()
		return quote, ("A" * 43, "short", "%27%20or%201=1", expired, revoked)

	def test_wrong_expired_and_revoked_links_look_the_same_and_do_nothing(self):
		quote, tokens = self.dead_tokens()
		pages, errors = set(), set()
		for token in tokens:
			for path in (token, f"{token}/pdf"):
				page = self.page(path)
				self.assertEqual(page.status_code, 404)
				pages.add(page.text)
			for method, values in (("accept", SIGNED), ("decline", REASON), ("ask", REASON), ("opened", {})):
				answer = self.call(method, token=token, **values)
				self.assertEqual(answer.status_code, 404)
				errors.add(self.message(answer))
		self.assertEqual((len(pages), len(errors)), (1, 1))
		self.assertFalse(self.answers(quote))

	def test_the_token_is_stored_nowhere(self):
		quote = self.issued_quote()
		token = self.token(quote)
		link = frappe.get_doc("Quote Customer Link", {"quote": quote.name})
		self.assertNotIn(token, link.as_json())
		self.assertEqual(len(link.token_hash), 64)

	def test_a_link_lasts_thirty_days_longer_than_the_quote_or_as_the_setting_says(self):
		quote = self.issued_quote()
		commit_settings(customer_link_days=0)
		create_link(quote.name)
		commit_settings(customer_link_days=7)
		create_link(quote.name)
		expiries = [str(link.expires_on) for link in open_links(quote.name)]
		self.assertEqual(sorted(expiries), ["2100-01-07", "2100-01-30"])

	def test_there_is_no_link_to_a_draft_or_to_what_is_off_the_table(self):
		cancelled = self.issued_quote()
		cancelled.cancel()
		for quote in (make_quote(), cancelled):
			with self.assertRaises(LinkRefusedError):
				make_link(quote.name)

	def test_revoking_ends_all_links_of_a_quote_at_once(self):
		quote = self.issued_quote()
		tokens = [self.token(quote) for _count in range(2)]
		self.assertEqual(revoke_links(quote.name), 2)
		frappe.db.commit()
		self.assertEqual({self.page(token).status_code for token in tokens}, {404})
		self.assertEqual(open_links(quote.name), [])


class TestAnswering(AnswerTestCase):
	def test_the_customer_accepts_with_a_typed_name(self):
		quote = self.issued_quote()
		token = self.token(quote)
		self.assertEqual(self.call("accept", token=token, **SIGNED).json, {"message": "Accepted"})
		quote.reload()
		self.assertEqual(quote.status, "Accepted")
		self.assertEqual(getdate(quote.answered_on), getdate())
		[answer] = self.answers(quote, "*")
		for fieldname, value in {
			"answer": "Accepted",
			"channel": "Customer's Page",
			"person_name": "Sabine Hoffmann",
			"signature_type": "Typed",
			"signature_file": None,
			"pdf_sha256": quote.pdf_sha256,
			"ip_address": self.ip,
			"user_agent": "Test Browser",
			"customer_link": frappe.db.get_value("Quote Customer Link", {"token_hash": hash_of(token)}),
		}.items():
			self.assertEqual(answer[fieldname], value, fieldname)
		self.assertIn("1.190,00\xa0€ verbindlich an", answer.consent)
		self.assertIn("Sabine Hoffmann hat dieses Angebot", self.page(token).text)

	def test_the_customer_accepts_with_a_drawn_signature_which_is_kept_privately(self):
		quote = self.issued_quote()
		drawn = {**SIGNED, "signature_type": "Drawn", "signature": signature()}
		self.assertEqual(self.call("accept", token=self.token(quote), **drawn).status_code, 200)
		[answer] = self.answers(quote, "signature_file", "signature_url", "signature_sha256")
		file = frappe.get_doc("File", answer.signature_file)
		self.assertEqual(
			(file.is_private, file.attached_to_doctype, file.attached_to_name), (1, "Quote", quote.name)
		)
		self.assertTrue(file.file_url.startswith("/private/files/") and file.file_url.endswith(".png"))
		self.assertEqual(request(file.file_url, ip=self.ip).status_code, 403)
		for change in (file.delete, lambda: file.update({"is_private": 0}).save()):
			with self.assertRaises(FrozenPaperError):
				change()

	def test_what_is_missing_wrong_or_too_large_is_refused_and_nothing_is_kept(self):
		quote = self.issued_quote()
		token = self.token(quote)
		drawn = {"signature_type": "Drawn"}
		for method, values in (
			("accept", {**SIGNED, "person_name": "  "}),
			("accept", {**SIGNED, "person_name": "x" * 141}),
			("accept", {**SIGNED, "consent": False}),
			("accept", {**SIGNED, "consent": "0"}),
			("accept", {**SIGNED, "signature_type": ""}),
			("accept", {**SIGNED, "signature_type": "Faxed"}),
			("accept", {**SIGNED, **drawn}),
			("accept", {**SIGNED, **drawn, "signature": "data:text/html;base64,PHNjcmlwdD4="}),
			("accept", {**SIGNED, **drawn, "signature": signature() + "A" * 200_000}),
			("decline", {**REASON, "message": ""}),
			("decline", {**REASON, "message": "x" * 4001}),
			("decline", {**REASON, "person_name": ""}),
			("ask", {**REASON, "message": " \n "}),
			("ask", {**REASON, "message": "x" * 4001}),
		):
			with self.subTest(method=method, values=str(values)[:80]):
				self.assertEqual(self.call(method, token=token, **values).status_code, 417)
		self.assertEqual(frappe.db.get_value("Quote", quote.name, "status"), "Issued")
		self.assertFalse(self.answers(quote))
		self.assertFalse(
			frappe.db.exists("File", {"attached_to_name": quote.name, "name": ("!=", quote.pdf_file)})
		)

	def test_a_second_click_on_accept_is_no_error_and_no_second_answer(self):
		quote = self.issued_quote()
		token = self.token(quote)
		for _click in range(2):
			self.assertEqual(self.call("accept", token=token, **SIGNED).json, {"message": "Accepted"})
		self.assertEqual(len(self.answers(quote)), 1)

	def test_what_was_accepted_is_not_declined_any_more_and_the_other_way_round(self):
		accepted, declined = self.issued_quote(), self.issued_quote()
		tokens = [self.token(quote) for quote in (accepted, declined)]
		self.call("accept", token=tokens[0], **SIGNED)
		self.call("decline", token=tokens[1], **REASON)
		self.assert_refused(self.call("decline", token=tokens[0], **REASON), "bereits angenommen")
		self.assert_refused(self.call("accept", token=tokens[1], **SIGNED), "bereits abgelehnt")

	def test_a_customer_binds_themselves_to_one_of_several_quotes_only(self):
		first = self.issued_quote()
		second = make_quote(frappe.get_doc("Sales Opportunity", first.opportunity))
		second.submit()
		tokens = [self.token(quote) for quote in (first, second)]
		typed = {"person_name": "Sabine Hoffmann", "signature_type": "Typed", "consent": True}
		self.assertEqual(self.call("accept", token=tokens[0], **typed).status_code, 200)
		self.assert_refused(self.call("accept", token=tokens[1], **typed), "anderes Angebot")
		self.assertIn("anderes Angebot", self.page(tokens[1]).text)
		self.assertEqual(frappe.db.get_value("Quote", second.name, "status"), "Issued")

	def test_a_colleague_cannot_note_that_the_customer_has_accepted_a_second_one(self):
		first = self.issued_quote()
		second = make_quote(frappe.get_doc("Sales Opportunity", first.opportunity))
		second.submit()
		accept_by_hand(first.name, nowdate())
		with self.assertRaisesRegex(AnswerRefusedError, first.name):
			accept_by_hand(second.name, nowdate())
		first.reload()
		first.cancel()
		self.assertEqual(accept_by_hand(second.name, nowdate()), "Accepted")

	def test_what_was_signed_is_not_replaced_by_a_revision(self):
		quote = self.issued_quote()
		revision = frappe.get_doc("Quote", new_revision(quote.name, "2099-12-31"))
		accept_by_hand(quote.name, nowdate())
		with self.assertRaisesRegex(RevisionError, quote.name):
			revision.submit()
		self.assertEqual(frappe.db.get_value("Quote", quote.name, "status"), "Accepted")

	def test_the_customer_declines_and_says_why(self):
		quote = self.issued_quote()
		self.call("decline", token=self.token(quote), **REASON)
		quote.reload()
		self.assertEqual((quote.status, quote.answer_note), ("Declined", "Das Budget ist weg."))
		self.assertEqual([row.answer for row in self.answers(quote)], ["Declined"])

	def test_an_expired_quote_is_answered_only_if_the_setting_allows_it(self):
		for status in ("Issued", "Expired"):
			quote = self.issued_quote()
			token = self.token(quote)
			self.expire(quote)
			quote.db_set("status", status)
			commit_settings(accept_expired_quotes=0)
			self.assertNotIn("form-accept", self.page(token).text)
			for method, values in (("accept", SIGNED), ("decline", REASON)):
				self.assert_refused(self.call(method, token=token, **values), "nicht mehr gültig")
			commit_settings(accept_expired_quotes=1)
			self.assertIn("form-accept", self.page(token).text)
			self.assertEqual(self.call("accept", token=token, **SIGNED).json, {"message": "Accepted"})

	def test_no_quote_of_a_closed_opportunity_is_answered(self):
		quote = self.issued_quote()
		token = self.token(quote)
		frappe.db.set_value("Sales Opportunity", quote.opportunity, "status", "Won")
		frappe.db.commit()
		for method, values in (("accept", SIGNED), ("decline", REASON)):
			self.assert_refused(self.call(method, token=token, **values), "nicht mehr beantwortet")
		self.assertNotIn("form-accept", self.page(token).text)

	def test_a_question_comes_in_on_quote_and_opportunity(self):
		quote = self.issued_quote()
		create_link(quote.name, "hoffmann@kunde.example")
		token = create_link(quote.name, "hoffmann@kunde.example").rpartition("/")[2]
		frappe.db.commit()
		question = {"person_name": "Sabine Hoffmann", "message": "Geht es <b>früher</b>?\nBis < 3 Wochen?"}
		self.assertEqual(self.call("ask", token=token, **question).json, {"message": "Issued"})
		message = frappe.get_doc("Communication", {"reference_name": quote.name})
		self.assertEqual(
			(message.sent_or_received, message.sender, message.sender_full_name, message.subject),
			("Received", "hoffmann@kunde.example", "Sabine Hoffmann", f"Frage zum Angebot {quote.name}"),
		)
		self.assertIn("Geht es ‹b&gt;früher‹/b&gt;?<br>Bis &lt; 3 Wochen?", message.content)
		links = {(row.link_doctype, row.link_name) for row in message.timeline_links}
		self.assertIn(("Sales Opportunity", quote.opportunity), links)
		self.assertEqual([row.answer for row in self.answers(quote)], ["Question"])

	def test_the_owner_is_told_of_each_answer_in_their_language(self):
		for method, values, text in (
			(answers.accept_quote, {**SIGNED, "consent": "I accept."}, "hat Angebot"),
			(answers.decline_quote, REASON, "abgelehnt"),
			(answers.ask_question, REASON, "hat eine Frage zum Angebot"),
		):
			quote = self.issued_quote("en")
			link = find_link(self.token(quote)).name
			with asked_by("192.0.2.1"):
				method(quote.name, Entry(PAGE_CHANNEL, link=link, **values))
			[told] = frappe.get_all(
				"Notification Log", {"document_name": quote.name, "for_user": OWNER}, ["subject"]
			)
			self.assertIn(text, told.subject)
			self.assertIn("Sabine Hoffmann", told.subject)

	def test_an_answer_counts_as_activity_of_the_opportunity(self):
		quote = self.issued_quote()
		frappe.db.set_value("Sales Opportunity", quote.opportunity, "idle_since", "2020-01-01")
		self.call("accept", token=self.token(quote), **SIGNED)
		idle_since = frappe.db.get_value("Sales Opportunity", quote.opportunity, "idle_since")
		self.assertEqual(idle_since, getdate())


class TestAbuse(AnswerTestCase):
	def test_answers_are_limited_per_address(self):
		for method in ("accept", "decline", "ask"):
			codes = [self.call(method, token="A" * 43, **REASON).status_code for _try in range(31)]
			self.assertEqual(set(codes[:30]), {404})
			self.assertIn(codes[30], (417, 429))

	def test_pages_are_limited_per_address(self):
		with patch.object(quote_page, "VISITS_AN_HOUR", 3):
			codes = [self.page("A" * 43).status_code for _visit in range(4)]
			self.ip += "0"
			self.assertEqual([*codes, self.page("A" * 43).status_code], [404, 404, 404, 429, 404])

	def test_a_link_takes_only_so_many_questions_a_day(self):
		quote = self.issued_quote()
		token = self.token(quote)
		values = {"doctype": "Quote Answer", "quote": quote.name, "answer": "Question", "channel": "Desk"}
		for _question in range(QUESTIONS_A_DAY):
			frappe.get_doc({**values, "answered_on": nowdate()}).insert()
		frappe.db.commit()
		self.assert_refused(self.call("ask", token=token, **REASON), "schon viel gefragt")

	def test_answers_are_posted_and_never_got(self):
		token = self.token(self.issued_quote())
		for method in ("accept", "decline", "ask", "opened"):
			answer = request(f"/api/method/{PAGE}.{method}?token={token}", ip=self.ip)
			self.assertEqual(answer.status_code, 403)

	def test_guests_get_nothing_else(self):
		quote = self.issued_quote()
		self.call("accept", token=self.token(quote), **SIGNED)
		for doctype in ("Quote", "Quote Answer", "Quote Customer Link"):
			for path in (doctype, f"{doctype}/{frappe.db.get_value(doctype, {})}"):
				self.assertEqual(request(f"/api/resource/{path}", ip=self.ip).status_code, 403, path)
		for method in (
			"quote_answer.answers_by_hand.accept_by_hand",
			"quote_answer.answers_by_hand.decline_by_hand",
			"quote_customer_link.quote_customer_link.make_link",
			"quote_customer_link.quote_customer_link.revoke_links",
			"quote_customer_link.quote_customer_link.open_links",
		):
			path = f"sales_opportunity.sales_opportunity.doctype.{method}"
			answer = call(path, ip=self.ip, quote=quote.name, answered_on=nowdate(), reason="x")
			self.assertEqual(answer.status_code, 403, method)


class TestByHand(AnswerTestCase):
	def test_a_salesperson_notes_that_the_customer_accepted_and_closes_as_won(self):
		quote = self.issued_quote()
		frappe.set_user(OWNER)
		status = accept_by_hand(quote.name, nowdate(), "Sabine Hoffmann", "Bestellung 4711 per E-Mail")
		self.assertEqual(status, "Accepted")
		quote.reload()
		self.assertEqual(quote.answer_note, "Bestellung 4711 per E-Mail")
		[answer] = self.answers(quote, "*")
		self.assertEqual(
			(answer.channel, answer.entered_by, answer.person_name, answer.ip_address, answer.pdf_sha256),
			("Desk", OWNER, "Sabine Hoffmann", None, quote.pdf_sha256),
		)
		quote.run_method("onload")
		self.assertEqual(
			quote.get_onload("answering"),
			{
				"is_answerable": False,
				"opportunity_status": "Open",
				"answer": {"person_name": "Sabine Hoffmann", "channel": "Desk"},
			},
		)
		self.assertEqual(close_as_won(quote.opportunity, won_quote=quote.name)["status"], "Won")
		self.assertEqual(frappe.db.get_value("Quote", quote.name, "answered_on"), quote.answered_on)

	def test_a_salesperson_notes_that_the_customer_declined(self):
		quote = self.issued_quote()
		frappe.set_user(OWNER)
		self.assertEqual(decline_by_hand(quote.name, nowdate(), "Zu teuer"), "Declined")
		self.assertEqual([row.answer for row in self.answers(quote)], ["Declined"])

	def test_the_owner_is_not_told_what_they_entered_themselves(self):
		quote = self.issued_quote()
		accept_by_hand(quote.name, nowdate())
		self.assertFalse(frappe.db.exists("Notification Log", {"document_name": quote.name}))

	def test_a_quote_that_the_form_has_just_issued_can_be_answered(self):
		quote = make_quote()
		quote.update({"valid_until": "2099-12-31", "quote_date": nowdate()})
		quote.submit()
		quote.run_method("onload")
		self.assertTrue(quote.get_onload("answering")["is_answerable"])

	def test_an_acceptance_that_came_in_time_is_noted_after_the_quote_expired(self):
		quote = self.issued_quote()
		quote.db_set("issued_on", add_days(nowdate(), -5))
		self.expire(quote)
		quote.reload()
		quote.change_status("Expired")
		quote.run_method("onload")
		self.assertTrue(quote.get_onload("answering")["is_answerable"])
		with self.assertRaises(AnswerRefusedError):
			accept_by_hand(quote.name, nowdate())
		self.assertEqual(accept_by_hand(quote.name, add_days(nowdate(), -1)), "Accepted")

	def test_an_answer_on_the_day_of_issue_does_not_come_before_it(self):
		quote = self.issued_quote()
		quote.db_set("issued_on", f"{add_days(nowdate(), -2)} 15:00:00")
		accept_by_hand(quote.name, add_days(nowdate(), -2))
		quote.reload()
		self.assertEqual(str(quote.answered_on), f"{add_days(nowdate(), -2)} 15:00:00")

	def test_the_day_lies_between_issue_and_today(self):
		quote = self.issued_quote()
		for day in (add_days(nowdate(), 1), add_days(nowdate(), -1)):
			with self.assertRaises(AnswerIncompleteError):
				accept_by_hand(quote.name, day)
		quote.db_set("issued_on", add_days(nowdate(), -5))
		accept_by_hand(quote.name, add_days(nowdate(), -2))
		quote.reload()
		self.assertEqual(str(getdate(quote.answered_on)), add_days(nowdate(), -2))

	def test_what_the_customer_cannot_answer_the_salesperson_cannot_either(self):
		draft, cancelled, expired, superseded = make_quote(), *(self.issued_quote() for _count in range(3))
		cancelled.cancel()
		self.expire(expired)
		frappe.get_doc("Quote", new_revision(superseded.name, "2099-12-31")).submit()
		for quote in (draft, cancelled, expired, superseded):
			with self.subTest(quote.status), self.assertRaises(AnswerRefusedError):
				accept_by_hand(quote.name, nowdate())
			if quote != expired:
				with self.subTest(quote.status), self.assertRaises(AnswerRefusedError):
					decline_by_hand(quote.name, nowdate(), "Zu teuer")
		commit_settings(accept_expired_quotes=1)
		self.assertEqual(accept_by_hand(expired.name, nowdate()), "Accepted")


class TestTheLog(AnswerTestCase):
	def test_an_answer_is_neither_changed_nor_deleted_by_anybody(self):
		quote = self.issued_quote()
		accept_by_hand(quote.name, nowdate(), "Sabine Hoffmann")
		answer = frappe.get_doc("Quote Answer", {"quote": quote.name})
		answer.person_name = "Somebody Else"
		for change in (answer.save, answer.delete):
			with self.assertRaises(AnswerKeptError):
				change()

	def test_a_cancelled_quotes_signature_is_not_taken_over_when_it_is_amended(self):
		quote = self.issued_quote()
		drawn = {**SIGNED, "signature_type": "Drawn", "signature": signature()}
		self.call("accept", token=self.token(quote), **drawn)
		quote.reload()
		quote.cancel()
		amended = frappe.copy_doc(quote)
		amended.update({"amended_from": quote.name, "docstatus": 0, "valid_until": "2099-12-31"})
		amended.insert()
		self.assertFalse(frappe.db.exists("File", {"attached_to_name": amended.name}))
		self.assertEqual(amended.answered_on, None)
		self.assertEqual(self.answers(quote, "signature_file"), [{"signature_file": ANY}])
