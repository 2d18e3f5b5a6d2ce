"""A quote goes out by e-mail: by the framework's queue, to a real mail server, and is Sent only then."""

import hashlib
import re
from email import message_from_bytes, policy
from pathlib import Path

import frappe
from frappe.email.doctype.email_queue.email_queue import send_mail
from frappe.email.receive import InboundMail

from sales_opportunity.defaults import read_defaults
from sales_opportunity.mail.outgoing import SendingError
from sales_opportunity.sales_opportunity.doctype.quote.checker import QuoteCheckError
from sales_opportunity.sales_opportunity.doctype.quote.sending import (
	email_draft,
	send_quote,
	sync_delivery_statuses,
)
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import open_links
from sales_opportunity.sales_opportunity.doctype.quote_text.quote_text import CUSTOMER_PAGE, render
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import SalesOpportunity
from sales_opportunity.tests.factories import (
	get_or_make,
	make_opportunity,
	make_partner,
	make_quote,
	make_user,
)
from sales_opportunity.tests.live_updates import forget_live_updates
from sales_opportunity.tests.mailing import ACCOUNT, MailingTestCase
from sales_opportunity.tests.settings import use_settings
from sales_opportunity.tests.web import request

SALESPERSON = "versand@example.com"


class TestSending(MailingTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_user(SALESPERSON, "Sales User", language="de")

	def quote(self, language: str = "de", **values):
		"""Return a draft quote of the salesperson, for a contact with an address of her own."""
		partner = make_partner(language=language, **values)
		contact = frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": "Sabine",
				"last_name": "Hoffmann",
				"gender": "Female",
				"email_ids": [{"email_id": "hoffmann@kunde.example", "is_primary": 1}],
				"links": [{"link_doctype": "Business Partner", "link_name": partner.name}],
			}
		).insert()
		opportunity = make_opportunity(
			items=[{}], party=partner.name, contact=contact.name, opportunity_owner=SALESPERSON
		)
		return make_quote(opportunity)

	def send(self, quote, **values) -> str:
		"""Send the quote as its draft of an e-mail proposes, but for `values`."""
		draft = email_draft(quote.name)
		draft = {field: draft[field] for field in ("recipients", "subject", "content")}
		return send_quote(quote.name, **{**draft, **values})

	def test_nothing_that_runs_or_leads_away_goes_out_by_e_mail(self):
		attacks = (
			'["Gut<img src=x onerror=alert(1)>"]',
			'Gut<meta http-equiv="refresh" content="0;url=https://evil.example">',
			'<p style="position: fixed">Gut</p><link rel="stylesheet" href="https://evil.example/a.css">',
		)
		for attack in attacks:
			with self.subTest(attack):
				email = self.send(self.quote(), content=attack)
				content = frappe.db.get_value("Communication", email, "content")
				self.assertIn("Gut", content)
				self.assertNotRegex(content, "onerror|http-equiv|fixed|<link")

	def test_a_quote_is_sent_from_the_document_with_its_pdf_and_is_logged_on_quote_and_opportunity(self):
		quote = self.quote()
		quote.submit()
		frappe.set_user(SALESPERSON)
		email = self.send(quote)
		quote.reload()
		self.assertEqual((quote.status, quote.email_status, quote.sent_on), ("Issued", "On Its Way", None))

		self.deliver(email)
		quote.reload()
		self.assertEqual((quote.status, quote.email_status), ("Sent", "Handed Over"))
		self.assertTrue(quote.sent_on)

		[message] = self.inbox.received
		[attachment] = message.iter_attachments()
		paper = attachment.get_payload(decode=True)
		self.assertEqual(hashlib.sha256(paper).hexdigest(), quote.pdf_sha256)
		self.assertEqual(attachment.get_content_type(), "application/pdf")
		self.assertIn(quote.name, attachment.get_filename())
		self.assertEqual(message["To"], "hoffmann@kunde.example")
		self.assertIn("Versand <versand@example.com>", message["From"])

		communication = frappe.get_doc("Communication", email)
		self.assertEqual(
			(communication.reference_doctype, communication.reference_name), ("Quote", quote.name)
		)
		links = {(row.link_doctype, row.link_name) for row in communication.timeline_links}
		self.assertIn(("Sales Opportunity", quote.opportunity), links)

	def test_subject_and_text_are_in_the_partners_language(self):
		for language, subject, texts in (
			("de", "Angebot", ("Sehr geehrte Frau Hoffmann,", "gültig bis 31.12.2099", "1.190,00")),
			("en", "Quote", ("Dear Ms Hoffmann,", "valid until 31 Dec 2099", "1,190.00")),
		):
			with self.subTest(language):
				self.inbox.received.clear()
				quote = self.quote(language)
				self.deliver(self.send(quote))
				[message] = self.inbox.received
				self.assertTrue(message["Subject"].startswith(f"{subject} {quote.name}"))
				body = message.get_body(("html",)).get_content()
				for text in texts:
					self.assertIn(text, body)

	def test_a_draft_is_issued_and_sent_in_one_step(self):
		quote = self.quote()
		frappe.set_user(SALESPERSON)
		self.deliver(self.send(quote))
		quote.reload()
		self.assertEqual((quote.docstatus, quote.status), (1, "Sent"))
		self.assertEqual(len(self.inbox.received), 1)

	def test_the_e_mail_says_what_a_business_letter_must_say_of_the_company(self):
		use_settings(
			self,
			company_name="Lindental Räder GmbH",
			register_court="Amtsgericht Freiburg",
			register_number="HRB 4711",
			managing_directors="Ada Linde",
		)
		content = email_draft(self.quote().name)["content"]
		for text in ("Lindental Räder GmbH", "Amtsgericht Freiburg, HRB 4711", "Ada Linde"):
			self.assertIn(text, content)

	def test_what_the_user_wrote_is_what_the_customer_gets_without_scripts(self):
		quote = self.quote()
		email = self.send(
			quote,
			recipients="a@kunde.example, b@kunde.example",
			cc="c@kunde.example",
			subject="Ihr Fuhrpark",
			content="<p>Nur für Sie</p><script>alert(1)</script>",
		)
		self.deliver(email)
		self.assertEqual(len(self.inbox.received), 3)
		message = self.inbox.received[0]
		self.assertEqual(message["Subject"], "Ihr Fuhrpark")
		body = message.get_body(("html",)).get_content()
		self.assertIn("Nur für Sie", body)
		self.assertNotIn("<script", body)
		self.assertNotIn("<script", frappe.db.get_value("Communication", email, "content"))

	def test_the_e_mail_leads_to_the_customers_page_and_nobody_else_learns_its_address(self):
		quote = self.quote()
		email = self.send(quote, content=f'<p><a href="{CUSTOMER_PAGE}">Online ansehen</a></p>')
		self.deliver(email)
		[message] = self.inbox.received
		body = message.get_body(("html",)).get_content()
		[address] = re.findall(r'href="[^"]*(/quote/[\w-]{43})"', body)
		self.assertEqual(request(address).status_code, 200)
		stored = frappe.db.get_value("Communication", email, "content")
		self.assertIn("Online ansehen", stored)
		for unwanted in (address, CUSTOMER_PAGE):
			self.assertNotIn(unwanted, stored)
		[link] = open_links(quote.name)
		self.assertEqual(link.recipient, "hoffmann@kunde.example")

	def test_desks_that_are_open_are_told_of_the_e_mail_without_the_address_of_the_customers_page(self):
		quote = self.quote()
		forget_live_updates()
		email = self.send(quote, content=f'<p><a href="{CUSTOMER_PAGE}">Online ansehen</a></p>')
		told = frappe.as_json(frappe.local._realtime_log)
		self.assertIn("Online ansehen", told)
		self.assertNotRegex(told, r"/quote/[\w-]{43}")
		self.deliver(email)
		[message] = self.inbox.received
		self.assertRegex(message.get_body(("html",)).get_content(), r"/quote/[\w-]{43}")

	def test_a_page_that_several_can_open_is_nobodys_in_particular(self):
		quote = self.quote()
		self.send(quote, content=CUSTOMER_PAGE, cc="chef@kunde.example")
		[link] = open_links(quote.name)
		self.assertFalse(link.recipient)

	def test_the_senders_copy_leads_to_the_form_and_not_to_the_customers_page(self):
		quote = self.quote()
		quote.submit()
		frappe.db.commit()
		frappe.set_user(SALESPERSON)
		to_the_sender = ("Email Queue Recipient", {"recipient": SALESPERSON})
		before = set(frappe.get_all(*to_the_sender, pluck="parent"))
		self.send(quote, content=f'<p><a href="{CUSTOMER_PAGE}">Online ansehen</a></p>', send_me_a_copy=True)
		frappe.set_user("Administrator")
		frappe.db.after_commit.reset()
		frappe.db.commit()
		[copy] = set(frappe.get_all(*to_the_sender, pluck="parent")) - before
		with self.real_mail():
			send_mail(copy)
		[message] = self.inbox.received
		body = message.get_body(("html",)).get_content()
		self.assertNotRegex(body, r"/quote/[\w-]{43}")
		self.assertIn(f"/app/quote/{quote.name}", body)
		self.assertEqual(
			[part.get_content_type() for part in message.iter_attachments()], ["application/pdf"]
		)

	def test_the_standard_e_mails_of_a_new_site_have_a_place_for_the_customers_page(self):
		texts = [record for record in read_defaults() if record.get("text_type") == "Email"]
		self.assertEqual({text["language"] for text in texts}, {"de", "en"})
		for text in texts:
			self.assertIn(f'href="{CUSTOMER_PAGE}"', render(text["content"], self.quote().as_dict()))

	def test_names_and_subject_with_umlauts_arrive_at_servers_that_know_ascii_only(self):
		subject = "Angebot über Räder – für Ihren Fuhrpark in Köln, mit Fahrrädern und Zubehör nach Maß"
		name = "Jürgen Größer von und zu Öttingen Übelhausen Ährenbühl"
		address = f"{frappe.generate_hash(length=10)}@example.com"
		sender = get_or_make(
			"User",
			address,
			email=address,
			first_name=name.replace(" ", ", ", 1),
			send_welcome_email=0,
			roles=[{"role": "Sales Manager"}],
		).name
		quote = self.quote()
		frappe.db.commit()
		frappe.set_user(sender)
		self.deliver(
			self.send(quote, subject=subject, recipients="a@kunde.example", cc="Süß, Änne <c@kunde.example>")
		)
		frappe.set_user("Administrator")
		address = f"{frappe.generate_hash(length=10)}@kunde.example"
		frappe.sendmail(
			recipients=[address],
			sender=f"{name} <verkauf@lindental.example>",
			subject=subject,
			message="Grüße",
		)
		[queued] = frappe.get_all("Email Queue Recipient", {"recipient": address}, pluck="parent")
		frappe.db.commit()
		with self.real_mail():
			send_mail(queued)
		self.assertEqual(len(self.inbox.raw), 3)
		for content, _sender, _recipients in self.inbox.raw:
			head = content.partition(b"\r\n\r\n")[0]
			self.assertTrue(content.isascii(), head)
			message = message_from_bytes(content, policy=policy.default)
			self.assertEqual(message["Subject"], subject)
			[address] = message["From"].addresses
			self.assertEqual(address.display_name.replace(" ", ""), name.replace(" ", ""))
			[answer_to] = message["Reply-To"].addresses
			self.assertIn("@", answer_to.addr_spec)

	def test_recipients_are_understood_as_outlook_copies_them(self):
		quote = self.quote()
		self.deliver(
			self.send(
				quote,
				recipients="Müller, Max <max@müller.example>; b@kunde.example\n"
				'"Süß, Änne" <c@kunde.example>, Hoffmann, Sabine <d@kunde.example>',
				cc="chef@KÖLN.example;",
			)
		)
		reached = sorted(recipient for _content, _sender, [recipient] in self.inbox.raw)
		self.assertEqual(
			reached,
			[
				"b@kunde.example",
				"c@kunde.example",
				"chef@xn--kln-sna.example",
				"d@kunde.example",
				"max@xn--mller-kva.example",
			],
		)

	def test_addresses_are_checked_before_anything_is_issued(self):
		many = ", ".join(f"{number}@kunde.example" for number in range(21))
		for recipients, cc in (
			("", None),
			("niemand", None),
			("a@kunde.example", "b@@kunde"),
			("Müller, Max; a@kunde.example", None),
			("Müller, Max <max>", None),
			("a@kunde.example", "jürgen@kunde.example"),
			(" , ", None),
			(many, None),
		):
			with self.subTest(recipients=recipients, cc=cc):
				quote = self.quote()
				with self.assertRaises(SendingError):
					self.send(quote, recipients=recipients, cc=cc)
				quote.reload()
				self.assertEqual((quote.docstatus, quote.status, quote.last_email), (0, "Draft", None))

	def test_who_has_unsubscribed_gets_no_e_mail_and_the_quote_is_not_issued(self):
		address = f"{frappe.generate_hash(length=10)}@kunde.example"
		frappe.get_doc({"doctype": "Email Unsubscribe", "email": address, "global_unsubscribe": 1}).insert()
		quote = self.quote()
		frappe.db.savepoint("before_sending")
		with self.assertRaisesRegex(SendingError, "unsubscribed"):
			self.send(quote, recipients=address)
		frappe.db.rollback(save_point="before_sending")
		quote.reload()
		self.assertEqual((quote.docstatus, quote.last_email), (0, None))

	def test_a_quote_that_may_not_be_issued_is_not_sent(self):
		quote = self.quote(tax_treatment="Reverse Charge")
		with self.assertRaises(QuoteCheckError):
			self.send(quote)
		self.assertFalse(
			frappe.db.exists("Communication", {"reference_name": quote.name, "reference_doctype": "Quote"})
		)

	def test_a_quote_that_is_off_the_table_is_not_sent(self):
		for status in ("Declined", "Expired", "Superseded"):
			with self.subTest(status):
				quote = self.quote()
				quote.submit()
				quote.change_status(status)
				with self.assertRaises(SendingError):
					send_quote(quote.name, "a@kunde.example", "Angebot", "<p>Anbei</p>")
		quote = self.quote()
		quote.submit()
		quote.cancel()
		with self.assertRaises(SendingError):
			send_quote(quote.name, "a@kunde.example", "Angebot", "<p>Anbei</p>")

	def test_an_accepted_quote_can_be_sent_again_and_stays_accepted(self):
		quote = self.quote()
		quote.submit()
		quote.change_status("Accepted")
		self.deliver(self.send(quote))
		quote.reload()
		self.assertEqual((quote.status, quote.email_status), ("Accepted", "Handed Over"))

	def test_a_second_click_does_not_send_a_second_e_mail(self):
		quote = self.quote()
		email = self.send(quote)
		with self.assertRaises(SendingError):
			send_quote(quote.name, "a@kunde.example", "Angebot", "<p>Anbei</p>")
		self.deliver(email)
		self.assertEqual(len(self.inbox.received), 1)

	def test_a_failure_is_seen_by_the_sender_and_the_quote_is_not_sent(self):
		quote = self.quote()
		quote.submit()
		frappe.db.commit()
		frappe.set_user(SALESPERSON)
		email = self.send(quote, recipients="weg@refused.example")
		for _attempt in range(6):
			try:
				self.deliver(email)
			except Exception as refusal:
				self.assertIn("550", str(refusal))
		frappe.db.rollback()
		quote.reload()
		self.assertEqual((quote.status, quote.email_status, quote.sent_on), ("Issued", "Failed", None))
		# The framework hands what it tells to its workers; here it is told within the test.
		quote.db_set("email_status", "On Its Way")
		sync_delivery_statuses()
		told = frappe.get_all(
			"Notification Log", {"document_name": quote.name, "for_user": SALESPERSON}, pluck="subject"
		)
		self.assertEqual(len(set(told)), 1)
		self.assertIn("konnte nicht gesendet werden", told[0])
		quote.reload()

		self.deliver(self.send(quote))
		quote.reload()
		self.assertEqual((quote.status, quote.email_status), ("Sent", "Handed Over"))

	def test_an_outcome_that_could_not_be_noted_is_noted_later(self):
		quote = self.quote()
		self.deliver(self.send(quote))
		# As if the opportunity had been locked at the moment when the mail server took the e-mail.
		frappe.db.set_value("Quote", quote.name, {"status": "Issued", "email_status": "On Its Way"})
		sync_delivery_statuses()
		quote.reload()
		self.assertEqual((quote.status, quote.email_status), ("Sent", "Handed Over"))

	def test_an_e_mail_that_was_deleted_from_the_queue_does_not_keep_the_quote_from_being_sent(self):
		quote = self.quote()
		email = self.send(quote)
		frappe.db.delete("Email Queue", {"communication": email})
		self.deliver(self.send(quote))
		quote.reload()
		self.assertEqual((quote.status, quote.email_status), ("Sent", "Handed Over"))
		frappe.db.set_value("Quote", quote.name, "email_status", "On Its Way")
		frappe.db.delete("Email Queue", {"communication": quote.last_email})
		frappe.db.set_value("Communication", quote.last_email, "delivery_status", None)
		sync_delivery_statuses()
		self.assertEqual(frappe.db.get_value("Quote", quote.name, "email_status"), "Failed")

	def test_a_damaged_pdf_does_not_leave_the_house(self):
		quote = self.quote()
		quote.submit()
		path = Path(frappe.get_doc("File", quote.pdf_file).get_full_path())
		path.write_bytes(path.read_bytes() + b" ")
		with self.assertRaises(SendingError):
			self.send(quote)

	def test_a_site_without_an_outgoing_account_says_so(self):
		quote = self.quote()
		self.account.db_set("default_outgoing", 0)
		self.addCleanup(self.account.db_set, "default_outgoing", 1)
		frappe.clear_cache(doctype="Email Account")
		frappe.local.outgoing_email_account = {}
		with self.assertRaisesRegex(SendingError, "outgoing e-mail account"):
			email_draft(quote.name)

	def test_who_may_not_send_the_quote_gets_neither_draft_nor_e_mail(self):
		quote = self.quote()
		quote.submit()
		for user, role in (
			("fremder.versand@example.com", "Sales User"),
			("zuschau@example.com", "Sales Viewer"),
		):
			frappe.set_user("Administrator")
			make_user(user, role)
			frappe.set_user(user)
			with self.subTest(role):
				with self.assertRaises(frappe.PermissionError):
					email_draft(quote.name)
				with self.assertRaises(frappe.PermissionError):
					send_quote(quote.name, "a@kunde.example", "Angebot", "<p>Anbei</p>")

	def test_the_customers_reply_joins_the_quote_and_its_opportunity(self):
		quote = self.quote()
		email = self.send(quote)
		self.deliver(email)
		[message] = self.inbox.received
		reply = (
			"From: Sabine Hoffmann <hoffmann@kunde.example>\nTo: verkauf@lindental.example\n"
			f"Subject: Re: {quote.name}\nMessage-ID: <antwort-{email}@kunde.example>\n"
			f"In-Reply-To: {message['Message-ID']}\nDate: Mon, 23 Nov 2026 10:00:00 +0100\n\nWann liefern Sie?\n"
		)
		answer = InboundMail(reply.encode(), frappe.get_doc("Email Account", ACCOUNT)).process()
		answer.reload()
		self.assertEqual((answer.reference_doctype, answer.reference_name), ("Quote", quote.name))
		links = {(row.link_doctype, row.link_name) for row in answer.timeline_links}
		self.assertIn(("Sales Opportunity", quote.opportunity), links)
		opportunity: SalesOpportunity = frappe.get_doc("Sales Opportunity", quote.opportunity)
		self.assertEqual(opportunity.idle_since, frappe.utils.getdate())
