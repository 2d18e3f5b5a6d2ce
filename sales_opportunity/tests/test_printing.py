"""What a paper may load: the site's own files that the user may read, and nothing else."""

import frappe

from sales_opportunity.compat import IntegrationTestCase
from sales_opportunity.printing import BASE_URL, ResourceRefusedError, download_pdf, fetch
from sales_opportunity.tests.factories import make_quote, make_user

FONT = "assets/sales_opportunity/fonts/IBMPlexSans-Regular.woff"


class TestResources(IntegrationTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")

	def file(self, is_private: int, **values) -> str:
		return (
			frappe.get_doc(
				{
					"doctype": "File",
					"file_name": f"logo-{is_private}.svg",
					"is_private": is_private,
					"content": "<svg/>",
					**values,
				}
			)
			.insert()
			.file_url
		)

	def test_the_apps_own_fonts_are_found(self):
		self.assertEqual(fetch(BASE_URL + FONT)["string"][:4], b"wOFF")

	def test_embedded_images_are_found(self):
		self.assertIn("string", fetch("data:image/svg+xml;base64,PHN2Zy8+") | {"string": b""})

	def test_public_files_are_found(self):
		self.assertEqual(fetch(BASE_URL.rstrip("/") + self.file(is_private=0))["string"], b"<svg/>")

	def test_private_files_are_found_by_those_who_may_read_them(self):
		url = BASE_URL.rstrip("/") + self.file(is_private=1)
		self.assertEqual(fetch(url)["string"], b"<svg/>")
		frappe.set_user(make_user("files@example.com", "Sales User").name)
		with self.assertRaises(ResourceRefusedError):
			fetch(url)

	def test_everything_else_is_refused(self):
		for url in (
			"http://127.0.0.1:6379/",
			"https://example.com/logo.png",
			"file:///etc/passwd",
			"ftp://example.com/x",
			BASE_URL + "assets/sales_opportunity/../hooks.py",
			BASE_URL + "assets/sales_opportunity/%2e%2e/hooks.py",
			BASE_URL + "assets/no_such_app/x.png",
			BASE_URL + "assets/sales_opportunity/fonts",
			BASE_URL + "private/files/no-such-file.png",
			BASE_URL + "files/../../site_config.json",
			BASE_URL + "private/files/../../site_config.json",
			BASE_URL + "site_config.json",
			BASE_URL,
		):
			with self.subTest(url), self.assertRaises(ResourceRefusedError):
				fetch(url)


class TestPdfButton(IntegrationTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")

	def download(self, quote, **values) -> bytes:
		frappe.local.response = frappe._dict()
		frappe.local.form_dict = frappe._dict(doctype="Quote", name=quote.name, **values)
		download_pdf(**frappe.local.form_dict)
		return frappe.local.response.filecontent

	def test_a_draft_is_rendered_and_an_issued_quote_comes_as_it_was_frozen(self):
		quote = make_quote()
		self.assertEqual(self.download(quote, format="Quote")[:5], b"%PDF-")
		quote.submit()
		quote.reload()
		file = frappe.get_doc("File", quote.pdf_file)
		with open(file.get_full_path(), "rb") as frozen:
			self.assertEqual(self.download(quote, format="Quote"), frozen.read())

	def test_a_stranger_gets_nothing(self):
		quote = make_quote()
		for user in (make_user("pdf-stranger@example.com", "Sales User").name, "Guest"):
			frappe.set_user(user)
			with self.subTest(user), self.assertRaises(Exception) as refused:
				self.download(quote, format="Quote")
			self.assertIsInstance(refused.exception, frappe.PermissionError | frappe.DoesNotExistError)
