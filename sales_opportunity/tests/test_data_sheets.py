"""What goes with a quote: data sheets and terms with the e-mail and on the customer's page, pictures on paper and page."""

import io
import re
import uuid

import frappe
from PIL import Image
from pypdf import PdfReader

from sales_opportunity.erpnext.masters import items as erpnext_items
from sales_opportunity.files.going_documents import DocumentFileError
from sales_opportunity.files.kept_files import FrozenPaperError
from sales_opportunity.masters.adapters import going_documents
from sales_opportunity.sales_opportunity.doctype.quote.documents import (
	TooManyDocumentsError,
	download,
	listed_documents,
)
from sales_opportunity.sales_opportunity.doctype.quote.frozen_paper import frozen_pdf
from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import issued_pages
from sales_opportunity.sales_opportunity.doctype.quote.revisions import new_revision
from sales_opportunity.sales_opportunity.doctype.quote.sending import email_draft, send_quote
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import create_link
from sales_opportunity.sales_opportunity.doctype.quote_document.kept_rows import kept_content
from sales_opportunity.tests.factories import (
	make_class,
	make_item,
	make_opportunity,
	make_partner,
	make_quote,
	make_user,
	pdf,
)
from sales_opportunity.tests.mailing import MailingTestCase
from sales_opportunity.tests.papers import boxes
from sales_opportunity.tests.settings import use_settings
from sales_opportunity.tests.web import keep_request, request

OWNER, OTHER = "sheets-owner@example.com", "sheets-other@example.com"
CLASS = "TEST-SHEETS"


def file(name: str, content: bytes, is_private: int = 1, **attached):
	return frappe.get_doc(
		{"doctype": "File", "file_name": name, "content": content, "is_private": is_private, **attached}
	).insert()


def sheet(title: str, content: bytes | None = None, **values) -> dict:
	"""Return a row of documents with a new file."""
	stored = file(f"{title.lower().replace(' ', '-')}.pdf", pdf(content or uuid.uuid4().bytes))
	return {"title": title, "file": stored.file_url, **values}


def png(colour: str) -> bytes:
	content = io.BytesIO()
	Image.new("RGB", (900, 600), colour).save(content, "PNG")
	return content.getvalue()


def titles(quote) -> list[str]:
	return [each["title"] for each in listed_documents(quote)]


class DataSheetsTestCase(MailingTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		for user in (OWNER, OTHER):
			make_user(user, "Sales User")
		make_class(CLASS)
		frappe.db.commit()

	def setUp(self):
		super().setUp()
		self.class_doc = frappe.get_doc("Class ID", CLASS)
		self.class_doc.update({"documents": [], "show_item_pictures": 0}).save()
		self.bike, self.lock = (self.item(name) for name in ("Bike", "Lock"))

	def item(self, title: str, *documents: dict, **values):
		item = make_item(f"SHEET-{title}-{uuid.uuid4().hex[:8]}", item_name=title, **values)
		return item.update({"documents": list(documents)}).save() if documents else item

	def quote(self, *items, language: str = "en", **values):
		opportunity = make_opportunity(
			items=[{"item": item.name} for item in items],
			party=make_partner(language=language).name,
			class_id=CLASS,
			opportunity_owner=OWNER,
		)
		return make_quote(opportunity, **values)

	def send(self, quote, **values) -> str:
		return send_quote(
			quote.name, **{"recipients": "kunde@example.com", "subject": "Quote", "content": "Hi", **values}
		)

	def page(self, quote):
		"""Return the path of a new page of the quote, which can be asked for over the web."""
		path = create_link(quote.name)
		frappe.db.commit()
		return "/" + path.split("/", 3)[3]


class TestDataSheets(DataSheetsTestCase):
	def test_ten_lines_of_one_item_send_its_sheet_once_and_the_terms_of_the_class_with_it(self):
		self.bike.update({"documents": [sheet("Data sheet", b"bike")]}).save()
		self.class_doc.update({"documents": [sheet("Terms", b"terms")]}).save()
		quote = self.quote(*[self.bike] * 10)
		frappe.set_user(OWNER)
		draft = email_draft(quote.name)
		self.assertEqual(
			[(each["title"], each["bytes"]) for each in draft["documents"]],
			[("Data sheet", len(pdf(b"bike"))), ("Terms", len(pdf(b"terms")))],
		)
		self.deliver(self.send(quote))
		[message] = self.inbox.received
		sent = {part.get_filename(): part.get_payload(decode=True) for part in message.iter_attachments()}
		self.assertEqual(list(sent), [f"{quote.name}.pdf", "Data sheet.pdf", "Terms.pdf"])
		self.assertEqual([sent["Data sheet.pdf"], sent["Terms.pdf"]], [pdf(b"bike"), pdf(b"terms")])

	def test_sheets_follow_the_language_of_the_quote_and_those_of_optional_lines_go_too(self):
		self.bike.update(
			{
				"documents": [
					sheet("Data sheet", language="en"),
					sheet("Datenblatt", language="de"),
					sheet("Drawing"),
					sheet("For us alone", goes_with_quotes=0),
				]
			}
		).save()
		self.lock.update({"documents": [sheet("Key card")]}).save()
		for language, own in (("en", "Data sheet"), ("de", "Datenblatt")):
			quote = self.quote(self.bike, self.lock, language=language)
			quote.items[1].row_type = "Optional"
			quote.save()
			self.assertEqual(titles(quote), [own, "Drawing", "Key card"])

	def test_what_the_sender_leaves_out_is_not_sent_but_stays_on_the_page(self):
		self.bike.update({"documents": [sheet("Data sheet"), sheet("Manual")]}).save()
		quote = self.quote(self.bike)
		manual = email_draft(quote.name)["documents"][1]["source"]
		self.deliver(self.send(quote, left_out=frappe.as_json([manual])))
		names = [part.get_filename() for part in self.inbox.received[0].iter_attachments()]
		self.assertEqual(names, [f"{quote.name}.pdf", "Data sheet.pdf"])
		self.assertIn("Manual", request(self.page(quote)).text)

	def test_too_much_for_an_e_mail_says_how_much_it_is_and_what_to_do_and_issues_nothing(self):
		self.bike.update({"documents": [sheet("Small"), sheet("Large", bytes(1_200_000))]}).save()
		quote = self.quote(self.bike)
		use_settings(self, documents_limit=1)
		with self.assertRaisesRegex(TooManyDocumentsError, "1.2.MB.*at most.*1.MB.*Leave some out"):
			self.send(quote)
		quote.reload()
		self.assertEqual((quote.docstatus, quote.last_email), (0, None))
		large = email_draft(quote.name)["documents"][1]["source"]
		self.assertTrue(self.send(quote, left_out=[large]))

	def test_what_was_there_when_the_quote_was_issued_is_what_the_customer_gets(self):
		self.bike.update({"documents": [sheet("Data sheet", b"of spring")]}).save()
		quote = self.quote(self.bike)
		quote.submit()
		url = self.bike.documents[0].file
		self.bike.update({"documents": [sheet("Data sheet", b"of autumn"), sheet("Manual")]}).save()
		for name in frappe.get_all("File", {"file_url": url}, pluck="name"):
			frappe.delete_doc("File", name)
		path = self.page(quote)
		page = request(path).text
		self.assertNotIn("Manual", page)
		[address] = re.findall(rf"{re.escape(path)}/documents/\w+", page)
		answer = request(address)
		self.assertEqual((answer.status_code, answer.data), (200, pdf(b"of spring")))
		self.assertEqual(answer.headers["Content-Disposition"].split(";")[0], "attachment")

	def test_neither_another_quotes_page_nor_a_made_up_name_nor_one_who_knows_the_file_opens_a_document(self):
		self.bike.update({"documents": [sheet("Data sheet")]}).save()
		quote, other = self.quote(self.bike), self.quote(self.lock)
		quote.submit()
		other.submit()
		row = quote.documents[0]
		path, foreign = self.page(quote), self.page(other)
		kept = frappe.db.get_value("File", row.kept_file, "file_url")
		self.assertEqual(request(f"{path}/documents/{row.name}").status_code, 200)
		for address in (
			f"{foreign}/documents/{row.name}",
			f"{path}/documents/{row.kept_file}",
			f"{path}/documents/{quote.name}",
			f"{path}/documents/",
			f"{path}/documents/../pdf",
			f"{path}x/documents/{row.name}",
			f"{path}/pdf/documents/{row.name}",
		):
			with self.subTest(address):
				self.assertEqual(request(address).status_code, 404)
		for address in (self.bike.documents[0].file, kept):
			self.assertEqual(request(address).status_code, 403)

	def test_a_revoked_link_and_a_quote_that_was_superseded_give_no_document(self):
		self.bike.update({"documents": [sheet("Data sheet")]}).save()
		quote = self.quote(self.bike)
		quote.submit()
		path = f"{self.page(quote)}/documents/{quote.documents[0].name}"
		quote.cancel()
		frappe.db.commit()
		self.assertEqual(request(path).status_code, 404)

	def test_quotes_share_what_they_keep_and_nobody_changes_it(self):
		self.bike.update({"documents": [sheet("Data sheet", b"shared by quotes")]}).save()
		first, second = self.quote(self.bike), self.quote(self.bike)
		first.submit()
		second.submit()
		kept = first.documents[0].kept_file
		self.assertEqual(second.documents[0].kept_file, kept)
		kept_file = frappe.get_doc("File", kept)
		with self.assertRaisesRegex(FrozenPaperError, "went with quote"):
			frappe.delete_doc("File", kept)
		with self.assertRaises(FrozenPaperError):
			kept_file.update({"is_private": 0}).save()
		frappe.set_user(OTHER)
		upload = file("again.pdf", pdf(b"shared by quotes"))
		self.assertNotEqual(upload.file_url, kept_file.file_url)
		self.assertEqual(upload.get_content(), pdf(b"shared by quotes"))
		frappe.delete_doc("File", upload.name)
		self.assertEqual(kept_content(second.documents[0]), pdf(b"shared by quotes"))

	def test_a_colleague_who_reads_one_of_the_quotes_reads_what_went_with_it_and_others_do_not(self):
		keep_request(self)
		frappe.local.response = frappe._dict()
		self.bike.update({"documents": [sheet("Data sheet", b"for some")]}).save()
		first, second = self.quote(self.bike), self.quote(self.bike)
		first.submit()
		second.submit()
		url = frappe.db.get_value("File", first.documents[0].kept_file, "file_url")
		row = second.documents[0].name
		frappe.set_user(OTHER)
		self.assertRaises(frappe.PermissionError, download, second.name, row)
		self.assertRaises(frappe.PermissionError, save_url, url)
		frappe.set_user("Administrator")
		frappe.share.add("Quote", second.name, OTHER, read=1)
		frappe.set_user(OTHER)
		download(second.name, row)
		self.assertEqual(frappe.response.filecontent, pdf(b"for some"))
		self.assertTrue(save_url(url))
		self.assertRaises(frappe.DoesNotExistError, download, second.name, first.documents[0].name)

	def test_who_reads_an_item_reads_its_sheets(self):
		self.bike.update({"documents": [sheet("Data sheet")]}).save()
		url = self.bike.documents[0].file
		for user, may in ((OTHER, True), ("Guest", False)):
			frappe.set_user(user)
			files = [
				frappe.get_doc("File", name)
				for name in frappe.get_all("File", {"file_url": url}, pluck="name")
			]
			self.assertEqual(any(each.has_permission("read") for each in files), may)

	def test_what_a_client_says_of_the_kept_list_does_not_count(self):
		quote = self.quote(self.bike)
		forged = {"title": "x", "kept_file": file("x.pdf", pdf(uuid.uuid4().bytes)).name, "sha256": "0" * 64}
		quote.append("documents", forged)
		quote.append("pictures", forged)
		quote.save()
		quote.submit()
		quote.reload()
		self.assertEqual((quote.documents, quote.pictures), ([], []))

	def test_files_that_may_not_be_sent_to_everybody_are_refused(self):
		secret = file("secret.pdf", pdf(b"secret")).file_url
		frappe.db.set_value("File", {"file_url": secret}, "owner", "Administrator")
		make_user("sheets-manager@example.com", "Sales Manager")
		frappe.set_user("sheets-manager@example.com")
		for address in (
			secret,
			"/private/files/not-there.pdf",
			file("public.pdf", pdf(b"public"), is_private=0).file_url,
			"https://example.com/a.pdf",
			"/private/files/../../site_config.json",
			"/private/files/",
		):
			with self.subTest(address), self.assertRaises(DocumentFileError):
				self.bike.reload()
				self.bike.update({"documents": [{"title": "x", "file": address}]}).save()

	def test_a_sheet_whose_file_was_removed_is_told_before_anything_is_issued(self):
		self.bike.update({"documents": [sheet("Data sheet")]}).save()
		quote = self.quote(self.bike)
		for name in frappe.get_all("File", {"file_url": self.bike.documents[0].file}, pluck="name"):
			frappe.delete_doc("File", name)
		for act in (lambda: email_draft(quote.name), quote.submit):
			with self.assertRaisesRegex(DocumentFileError, "Data sheet.*Bike.*missing"):
				act()

	def test_a_new_revision_takes_what_is_there_then(self):
		self.bike.update({"documents": [sheet("Data sheet", b"1")]}).save()
		quote = self.quote(self.bike)
		quote.submit()
		self.bike.update({"documents": [sheet("Manual")]}).save()
		revision = frappe.get_doc("Quote", new_revision(quote.name, "2099-12-31"))
		self.assertEqual((titles(revision), titles(quote)), (["Manual"], ["Data sheet"]))
		revision.submit()
		quote.reload()
		self.assertEqual((titles(revision), titles(quote)), (["Manual"], ["Data sheet"]))

	def test_switched_off_nothing_goes_with_a_new_quote_and_what_was_issued_stays(self):
		self.bike.update(
			{"documents": [sheet("Data sheet")], "image": file("b.png", png("red")).file_url}
		).save()
		self.class_doc.update({"show_item_pictures": 1}).save()
		issued = self.quote(self.bike)
		issued.submit()
		use_settings(self, use_data_sheets=0)
		quote = self.quote(self.bike)
		quote.submit()
		self.assertEqual((titles(quote), quote.pictures, titles(issued)), ([], [], ["Data sheet"]))

	def test_items_of_erpnext_bring_picture_and_documents(self):
		doc = frappe._dict(
			image="/files/bike.png",
			sales_documents=[
				frappe._dict(title="Sheet", file="/private/files/a.pdf", language=None, goes_with_quotes=1),
				frappe._dict(title="Ours", file="/private/files/b.pdf", language="de", goes_with_quotes=0),
			],
		)
		self.assertEqual(
			erpnext_items.enclosures(doc), ("/files/bike.png", going_documents(doc.sales_documents))
		)
		self.assertEqual([each.title for each in erpnext_items.enclosures(doc)[1]], ["Sheet"])
		self.assertEqual(erpnext_items.enclosures(frappe._dict(image=None)), (None, ()))


def save_url(url: str) -> bool:
	"""Return whether the user may make a record of their own of a file of the site."""
	return bool(frappe.get_doc({"doctype": "File", "file_url": url, "is_private": 1}).insert())


class TestPictures(DataSheetsTestCase):
	def pictured(self, content: bytes, name: str = "bike.png"):
		self.class_doc.update({"show_item_pictures": 1}).save()
		return self.item("Bike").update({"image": file(name, content).file_url}).save()

	def images(self, pdf: bytes) -> int:
		return sum(len(page.images) for page in PdfReader(io.BytesIO(pdf)).pages)

	def test_a_wide_picture_takes_no_more_room_on_paper_than_it_has(self):
		"""20 mm are the most that it is wide and high, and of 240 × 60 pixels it is 20 × 5 mm."""
		for size, expected in (((240, 60), (20, 5)), ((60, 240), (5, 20))):
			content = io.BytesIO()
			Image.new("RGB", size, "red").save(content, "PNG")
			quote = self.quote(self.pictured(content.getvalue()))
			(picture,) = [box for box in boxes(issued_pages(quote)) if box.element_tag == "img"]
			with self.subTest(size=size):
				found = (picture.width * 25.4 / 96, picture.height * 25.4 / 96)
				self.assertEqual(tuple(map(round, found)), expected)

	def test_the_picture_is_on_paper_and_page_and_stays_what_it_was(self):
		bike = self.pictured(png("red"))
		quote = self.quote(bike, bike)
		quote.submit()
		pdf, page = frozen_pdf(quote), request(self.page(quote)).text
		self.assertEqual(self.images(pdf), 1)
		[shown] = set(re.findall(r'class="picture" src="(data:image/jpeg;base64,[^"]+)"', page))
		bike.reload()
		bike.update({"image": file("blue.png", png("blue")).file_url}).save()
		quote.reload()
		self.assertEqual(frozen_pdf(quote), pdf)
		self.assertIn(shown, request(self.page(quote)).text)
		self.assertNotIn(shown, request(self.page(self.issued(bike))).text)

	def issued(self, item):
		quote = self.quote(item)
		quote.submit()
		return quote

	def test_a_class_that_does_not_say_so_shows_none(self):
		bike = self.pictured(png("red"))
		self.class_doc.update({"show_item_pictures": 0}).save()
		quote = self.issued(bike)
		self.assertEqual((quote.pictures, self.images(frozen_pdf(quote))), ([], 0))

	def test_what_is_no_picture_is_told_when_it_is_chosen_and_left_out(self):
		for name, content in (
			("x.png", b"no picture"),
			("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
		):
			with self.subTest(name):
				frappe.clear_messages()
				bike = self.pictured(content, name)
				self.assertIn("leave the picture", str(frappe.get_message_log()))
				self.assertEqual(self.issued(bike).pictures, [])
