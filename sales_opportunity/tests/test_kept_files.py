"""Frozen PDFs and signatures outlive what anybody does with files, and are read by who may read their quote."""

import base64
import hashlib
import io
import json
import os
import resource
import zipfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote as percent_encoded

import frappe
from frappe.client import bulk_update, delete, insert, save, set_value
from frappe.client import get as client_get
from frappe.client import get_list as client_get_list
from frappe.core.api.file import move_file
from frappe.desk.form.utils import remove_attach
from frappe.handler import run_doc_method
from frappe.utils import get_url, set_request
from frappe.utils.file_manager import save_file
from PIL import Image, ImageDraw

from sales_opportunity.files.kept_files import (
	DiskFullError,
	FrozenPaperError,
	keep_file,
)
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.patches import rename_kept_files
from sales_opportunity.sales_opportunity.doctype.quote.frozen_paper import is_intact
from sales_opportunity.sales_opportunity.doctype.quote_customer_link.quote_customer_link import create_link
from sales_opportunity.tests.factories import make_opportunity, make_quote, make_user
from sales_opportunity.tests.web import call, keep_request, key_of, request

PORTAL, SALES, OWNER, VIEWER, MANAGER = (
	f"file-{name}@example.com" for name in ("portal", "sales", "owner", "viewer", "manager")
)
REFUSED = (FrozenPaperError, frappe.PermissionError, frappe.ValidationError, OSError)
"""What an attack may end with. What counts is that the file is whole afterwards."""


def picture(width: int) -> bytes:
	"""Return a picture with a line in it, which gets smaller when it is optimised."""
	image = Image.effect_noise((width, 100), 60).convert("RGB")
	ImageDraw.Draw(image).line((10, 10, width - 10, 90), fill="black", width=8)
	file = io.BytesIO()
	image.save(file, "PNG", compress_level=0)
	return file.getvalue()


def sign(quote, drawing: bytes):
	"""Let the customer sign a quote on the page, and return what the log says of it."""
	token = create_link(quote.name).rpartition("/")[2]
	frappe.db.commit()
	answer = call(
		"sales_opportunity.portal.quote_page.accept",
		ip=f"2001:db8::{frappe.generate_hash(length=4)}",
		token=token,
		person_name="Ada",
		signature_type="Drawn",
		signature="data:image/png;base64," + base64.b64encode(drawing).decode(),
		consent=True,
	)
	assert answer.status_code == 200, answer.text
	frappe.db.rollback()
	fields = ["signature_url", "signature_file", "signature_sha256"]
	return frappe.get_all("Quote Answer", {"quote": quote.name}, fields)[0]


class KeptFilesTestCase(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.set_user("Administrator")
		for user, roles in (
			(PORTAL, ()),
			(SALES, ("Sales User",)),
			(OWNER, ("Sales User",)),
			(VIEWER, ("Sales Viewer",)),
			(MANAGER, ("Sales Manager", "System Manager")),
		):
			make_user(user, *roles)
		cls.quote = make_quote(make_opportunity(items=[{}], opportunity_owner=OWNER))
		cls.quote.submit()
		cls.quote.reload()
		cls.paper = frappe.get_doc("File", cls.quote.pdf_file)
		cls.signature = frappe.get_doc("File", sign(cls.quote, picture(200)).signature_file)
		cls.kept = {
			file.name: (Path(file.get_full_path()), Path(file.get_full_path()).read_bytes())
			for file in (cls.paper, cls.signature)
		}

	def setUp(self):
		frappe.set_user("Administrator")
		keep_request(self)
		frappe.local.response = frappe._dict(docs=[])
		set_request(method="POST")
		self.addCleanup(frappe.set_user, "Administrator")

	def own_file(self, name: str = "own.txt", content: bytes = b"", **values):
		content = content or frappe.generate_hash().encode()
		return frappe.get_doc(
			{"doctype": "File", "file_name": name, "is_private": 1, "content": content, **values}
		).insert()

	def assert_whole(self):
		for name, (path, content) in self.kept.items():
			self.assertTrue(path.exists(), f"{path} is gone")
			self.assertEqual(path.read_bytes(), content)
			file = frappe.get_doc("File", name)
			self.assertEqual((Path(file.get_full_path()), file.is_private), (path, 1))

	def trials(self):
		"""Yield users, kept files and addresses of them: all ways to write one, and all who may try."""
		for spelling in spellings(self.paper.file_url):
			yield PORTAL, self.paper, spelling
		for user in (PORTAL, OWNER, "Administrator"):
			yield user, self.paper, self.paper.file_url
			yield user, self.signature, self.signature.file_url

	def attack(self, act):
		"""Do what destroys files, as far as the server lets the user, each step like a request of its own."""
		frappe.db.savepoint("before_attack")
		try:
			act()
		except REFUSED:
			frappe.db.rollback(save_point="before_attack")
		self.assert_whole()


def spellings(url: str) -> list[str]:
	"""Return ways to write the address of a private file."""
	name = url.rsplit("/", 1)[1]
	return [
		url,
		name,
		f"/private/files//{name}",
		f"/private//files/{name}",
		f"/private/files/../files/{name}",
		f"/files/../../private/files/{name}",
		f"/files/./../../private/files/./{name}",
		f"{url}?fid=1",
		f"{url}#page=2",
		f"{url}/",
		f"x/{name}",
		f"/x/y/{name}",
		f"{get_url()}{url}",
		f"https://elsewhere.example{url}",
		percent_encoded(url, safe=""),
		"".join(f"%{ord(letter):02x}" for letter in url),
		"/private/files/" + "".join(f"%25{ord(letter):02X}" for letter in name),
		url.upper(),
		url.swapcase(),
	]


class TestNobodyDestroysAKeptFile(KeptFilesTestCase):
	def test_by_a_file_of_ones_own_whose_address_or_thumbnail_is_changed_to_it_and_that_is_deleted(self):
		for user, kept, spelling in self.trials():
			frappe.set_user(user)
			for field in ("thumbnail_url", "file_url"):
				with self.subTest(kept.file_name, user=user, field=field, spelling=spelling):
					own = self.own_file()
					self.attack(lambda: set_value("File", own.name, field, spelling))  # noqa: B023
					self.attack(lambda: delete("File", own.name))  # noqa: B023

	def test_by_a_new_file_with_its_address_that_is_deleted_or_whose_saving_is_taken_back(self):
		for user, kept, spelling in self.trials():
			frappe.set_user(user)
			for values in (
				{"file_url": spelling, "content_hash": "0" * 32},
				{"thumbnail_url": spelling, "content": "x", "file_name": "own.txt"},
				{"file_name": spelling, "is_private": 1},
				{"file_url": spelling, "is_private": 0},
			):
				with self.subTest(kept.file_name, user=user, **values):
					self.attack(
						lambda: frappe.get_doc(
							insert({"doctype": "File", "is_private": 1, **values})  # noqa: B023
						).delete()
					)

	def test_by_a_failing_upload_whose_content_the_framework_takes_back(self):
		for field in ("thumbnail_url", "file_url"):
			file = frappe.get_doc(
				{"doctype": "File", "file_name": "own.txt", "is_private": 1, "content": "x" + field}
			)
			file.set(field, self.paper.file_url)
			file.flags.new_file = True
			file.content_hash = frappe.generate_hash()
			file.on_rollback()
			self.assert_whole()

	def test_by_publishing_a_file_with_the_same_content_or_checksum(self):
		frappe.set_user(OWNER)
		for kept in (self.paper, self.signature):
			content = self.kept[kept.name][1]
			public = self.own_file(kept.file_name, content, is_private=0)
			self.attack(lambda: set_value("File", public.name, "is_private", 1))  # noqa: B023
			twin = self.own_file(kept.file_name, content)
			self.attack(lambda: set_value("File", twin.name, "is_private", 0))  # noqa: B023
			self.attack(lambda: delete("File", twin.name))  # noqa: B023
			own = self.own_file()
			self.attack(lambda: set_value("File", own.name, "content_hash", kept.content_hash))  # noqa: B023
			self.attack(lambda: set_value("File", own.name, "is_private", 0))  # noqa: B023

	def test_by_optimising_a_picture_of_ones_own_that_bears_its_name(self):
		name = Path(self.signature.file_url).name
		for user in (PORTAL, OWNER, MANAGER):
			frappe.set_user(user)
			own = self.own_file("own.png", picture(900))
			for values in ({"file_name": name}, {"file_name": name, "file_url": self.signature.file_url}):
				form = json.dumps({**own.as_dict(), **values, "file_size": 9}, default=str)
				self.attack(lambda: run_doc_method("optimize_file", docs=form))  # noqa: B023
			self.attack(lambda: run_doc_method("optimize_file", dt="File", dn=self.signature.name))

	def test_by_the_frameworks_older_function_for_files(self):
		for kept in (self.paper, self.signature):
			name = Path(kept.file_url).name
			self.attack(lambda: save_file(name, b"forged", None, None, is_private=1))  # noqa: B023

	def test_by_unzipping_an_archive_with_its_name(self):
		frappe.set_user(PORTAL)
		archive = io.BytesIO()
		with zipfile.ZipFile(archive, "w") as file:
			for kept in (self.paper, self.signature):
				file.writestr(Path(kept.file_url).name, b"forged")
		own = self.own_file("own.zip", archive.getvalue())
		self.attack(lambda: own.unzip())

	def test_by_what_else_the_desk_does_with_files(self):
		for user in (SALES, OWNER, MANAGER):
			frappe.set_user(user)
			for kept in (self.paper, self.signature):
				name = kept.name
				frappe.local.form_dict = frappe._dict(
					doctype="File", items=json.dumps([name]), fid=name, dt="Quote", dn=self.quote.name
				)
				for act in (
					lambda: delete("File", name),  # noqa: B023
					lambda: remove_attach(),
					lambda: move_file([{"name": name}], "Home", "Home/Attachments"),  # noqa: B023
					lambda: set_value("File", name, {"is_private": 0}),  # noqa: B023
					lambda: set_value("File", name, {"file_url": "", "file_name": "x.pdf"}),  # noqa: B023
					lambda: save({**kept.as_dict(), "file_url": "/files/x.pdf"}),  # noqa: B023
					lambda: bulk_update(
						json.dumps([{"doctype": "File", "docname": name, "attached_to_name": None}])  # noqa: B023
					),
					lambda: frappe.rename_doc("File", self.own_file().name, name, merge=True, force=True),  # noqa: B023
					lambda: frappe.rename_doc("File", name, self.own_file().name, merge=True, force=True),  # noqa: B023
				):
					with self.subTest(user=user, file=kept.file_name):
						self.attack(act)

	def test_by_another_name_of_the_same_bytes_on_the_disk(self):
		path = self.kept[self.paper.name][0]
		for link, make in (
			("hard.pdf", os.link),
			("soft.pdf", lambda a, b: os.symlink(os.path.abspath(a), b)),
		):
			other = path.with_name(f"{frappe.generate_hash(length=8)}-{link}")
			make(path, other)
			self.addCleanup(other.unlink, missing_ok=True)
			frappe.set_user(PORTAL)
			own = self.own_file()
			with self.subTest(link), self.assertRaises((FrozenPaperError, frappe.PermissionError)):
				set_value("File", own.name, "file_url", f"/private/files/{other.name}")
			with self.subTest(link), self.assertRaises(FrozenPaperError):
				save_file(other.name, b"forged", None, None, is_private=1)
			self.assert_whole()

	def test_and_yet_other_files_come_and_go(self):
		frappe.set_user(PORTAL)
		own = self.own_file("own.txt", b"first " + frappe.generate_hash().encode())
		path = Path(own.get_full_path())
		set_value("File", own.name, "file_name", "renamed.txt")
		set_value("File", own.name, "is_private", 0)
		frappe.db.commit()
		own.reload()
		self.assertFalse(path.exists())
		path = Path(own.get_full_path())
		self.assertTrue(path.exists())
		delete("File", own.name)
		frappe.db.commit()
		self.assertFalse(path.exists())

	def test_and_a_file_of_ones_own_with_the_same_content_goes_while_the_bytes_stay(self):
		frappe.set_user(OWNER)
		twin = self.own_file("twin.pdf", self.kept[self.paper.name][1])
		delete("File", twin.name)
		self.assertFalse(frappe.db.exists("File", twin.name))
		self.assert_whole()


class TestWhoReadsAKeptFile(KeptFilesTestCase):
	def test_nobody_can_guess_its_name_on_the_disk_and_it_is_called_like_the_quote(self):
		for file, name in (
			(self.paper, f"{self.quote.name}.pdf"),
			(self.signature, f"{self.quote.name}-signature.png"),
		):
			self.assertEqual(file.file_name, name)
			self.assertRegex(file.file_url, r"^/private/files/[0-9a-f]{32}\.(pdf|png)$")
		said = frappe.get_all(
			"Comment",
			{"reference_name": self.quote.name, "comment_type": "Attachment"},
			pluck="content",
		)
		self.assertIn(f"{self.quote.name}.pdf", " ".join(said))

	def test_the_same_signature_under_two_quotes_is_two_files(self):
		other = make_quote()
		other.submit()
		answer = sign(other, self.kept[self.signature.name][1])
		self.assertNotEqual(answer.signature_url, self.signature.file_url)
		path = Path(frappe.get_doc("File", answer.signature_file).get_full_path())
		self.assertEqual(hashlib.sha256(path.read_bytes()).hexdigest(), answer.signature_sha256)
		self.assert_whole()

	def test_a_record_of_ones_own_that_stands_for_it_is_made_by_who_may_read_the_quote_only(self):
		for user, kept, spelling in self.trials():
			frappe.set_user(user)
			if user == PORTAL:
				for values in ({"file_url": spelling}, {"file_name": Path(spelling).name, "file_url": ""}):
					for is_private in (0, 1):
						with self.subTest(kept.file_name, user=user, is_private=is_private, **values):
							self.assert_nothing_read(kept, {"is_private": is_private, **values})
			else:
				with self.subTest(kept.file_name, user=user):
					insert({"doctype": "File", "file_url": spelling, "is_private": 1})
		self.assert_whole()

	def assert_nothing_read(self, kept, values: dict):
		content = self.kept[kept.name][1]
		frappe.db.savepoint("before_reading")
		try:
			file = frappe.get_doc("File", insert({"doctype": "File", **values})["name"])
			found = file.get_content() if not file.is_remote_file or not file.file_url else b""
		except REFUSED:
			found = b""
		frappe.db.rollback(save_point="before_reading")
		self.assertNotEqual(found, content)

	def test_a_field_for_a_picture_is_no_way_to_get_it(self):
		for user in (PORTAL, SALES):
			frappe.set_user(user)
			for kept in (self.paper, self.signature):
				with self.subTest(user=user):
					try:
						set_value("User", user, "user_image", kept.file_url)
					except REFUSED:
						pass
					self.assertFalse(
						frappe.get_all(
							"File", {"file_url": kept.file_url, "owner": user}, ignore_permissions=True
						)
					)

	def test_a_record_that_stands_for_it_from_former_times_is_read_by_who_may_read_the_quote(self):
		for kept in (self.paper, self.signature):
			for user, may in (
				(PORTAL, False),
				(SALES, False),
				(OWNER, True),
				(VIEWER, True),
				(MANAGER, True),
			):
				frappe.set_user("Administrator")
				twin = self.own_file()
				frappe.db.set_value("File", twin.name, {"file_url": kept.file_url, "owner": user})
				frappe.set_user(user)
				with self.subTest(kept.file_name, user=user):
					for name in (twin.name, kept.name):
						self.assertEqual(self.reads(lambda: client_get("File", name)), may)  # noqa: B023
				frappe.set_user("Administrator")
				frappe.delete_doc("File", twin.name)

	def reads(self, act) -> bool:
		try:
			act()
		except frappe.PermissionError:
			return False
		return True

	def test_lists_show_the_files_of_documents_that_the_user_may_read(self):
		plan = self.own_file("plan.txt", attached_to_doctype="Quote", attached_to_name=self.quote.name)
		note = self.own_file(
			"note.txt", attached_to_doctype="Sales Opportunity", attached_to_name=self.quote.opportunity
		)
		mine = self.own_file("mail.txt", attached_to_doctype="User", attached_to_name=SALES)
		twin = self.own_file(attached_to_doctype="User", attached_to_name=SALES)
		frappe.db.set_value("File", twin.name, "file_url", self.paper.file_url)
		asked = {
			"name": ("in", [plan.name, note.name, self.paper.name, self.signature.name, mine.name, twin.name])
		}
		for user, count in ((SALES, 0), (OWNER, 4), (VIEWER, 4)):
			frappe.set_user(user)
			with self.subTest(user=user):
				found = {row.name for row in client_get_list("File", filters=asked, limit_page_length=20)}
				self.assertEqual(len(found - {mine.name, twin.name}), count)
				if not count:
					self.assertNotIn(twin.name, found)


class TestOverTheWeb(KeptFilesTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.keys = {user: key_of(user) for user in (PORTAL, SALES, OWNER, VIEWER)}
		frappe.db.commit()

	def test_the_address_of_a_kept_file_is_answered_to_who_may_read_the_quote(self):
		for kept in (self.paper, self.signature):
			content = self.kept[kept.name][1]
			for user, may in ((None, False), (PORTAL, False), (SALES, False), (OWNER, True), (VIEWER, True)):
				frappe.set_user("Administrator")
				twin = self.own_file()
				frappe.db.set_value("File", twin.name, {"file_url": kept.file_url, "owner": user})
				frappe.db.commit()
				headers = {"Authorization": self.keys[user]} if user else {}
				for path in (
					kept.file_url,
					f"{kept.file_url}?fid={twin.name}",
					percent_encoded(kept.file_url),
					f"/api/method/download_file?file_url={kept.file_url}",
					f"/api/method/frappe.handler.download_file?file_url={kept.file_url}",
					f"/api/method/frappe.core.doctype.file.file.download_file?file_url={kept.file_url}",
				):
					with self.subTest(kept.file_name, user=user, path=path):
						answer = request(path, headers=headers)
						self.assertEqual(
							(answer.status_code, answer.data == content), (200 if may else 403, may)
						)
				for name in (twin.name, kept.name):
					for method in ("core.api.file.zip_files", "core.doctype.file.file.zip_files"):
						files = json.dumps([name])
						for send in (
							{"path": f"/api/method/frappe.{method}", "data": {"files": files}},
							{"path": f"/api/method/frappe.{method}/x", "data": {"files": files}},
							{"path": "/", "data": {"cmd": f"frappe.{method}", "files": files}},
						):
							with self.subTest(kept.file_name, user=user, name=name, **send):
								answer = request(method="POST", headers=headers, **send)
								self.assertEqual(content in unzipped(answer.data), may, answer.status)
				if user and not may:
					for is_private in (0, 1):
						values = {"file_url": kept.file_url, "is_private": is_private}
						answer = request("/api/method/upload_file", "POST", headers=headers, data=values)
						self.assertEqual(answer.status_code, 403)
				frappe.delete_doc("File", twin.name)
				frappe.db.commit()

	def test_an_archive_of_no_list_of_files_is_a_wrong_input(self):
		for user in (None, SALES):
			headers = {"Authorization": self.keys[user]} if user else {}
			for method in ("core.api.file.zip_files", "core.doctype.file.file.zip_files"):
				for files in ("x", "{", '{"a": 1}'):
					with self.subTest(method, user=user, files=files):
						path = f"/api/method/frappe.{method}"
						answer = request(path, "POST", headers=headers, data={"files": files})
						self.assertEqual(answer.status_code, 417 if user else 403)


class TestFormerNames(KeptFilesTestCase):
	def rename(self, file, name: str) -> str:
		"""Let a kept file lie under a name as former releases gave it, and return its address."""
		path = Path(file.get_full_path())
		path.rename(path.with_name(name))
		url = f"/private/files/{name}"
		frappe.db.set_value("File", {"file_url": file.file_url}, "file_url", url)
		frappe.db.set_value("Quote Answer", {"signature_file": file.name}, "signature_url", url)
		return url

	def test_what_has_a_name_that_can_be_guessed_gets_another_with_all_its_records(self):
		twin = self.own_file()
		frappe.db.set_value("File", twin.name, "file_url", self.paper.file_url)
		lost = make_quote()
		lost.submit()
		lost_file = frappe.get_doc("File", frappe.db.get_value("Quote", lost.name, "pdf_file"))
		lost_url = self.rename(lost_file, f"{lost.name}.pdf")
		Path(frappe.get_doc("File", lost_file.name).get_full_path()).unlink()
		former = {
			self.paper.name: self.rename(self.paper, f"{self.quote.name}.pdf"),
			self.signature.name: self.rename(self.signature, f"signature-{self.quote.name}.png"),
		}
		frappe.db.commit()
		self.addClassCleanup(frappe.db.delete, "File", {"name": twin.name})
		rename_kept_files.execute()
		now = {}
		for name, url in former.items():
			file = frappe.get_doc("File", name)
			now[name] = file.file_url
			self.assertRegex(file.file_url, r"^/private/files/[0-9a-f]{32}\.(pdf|png)$")
			self.assertEqual(Path(file.get_full_path()).read_bytes(), self.kept[name][1])
			self.assertFalse(os.path.exists(frappe.get_site_path(url.lstrip("/"))))
		self.assertEqual(frappe.db.get_value("File", twin.name, "file_url"), now[self.paper.name])
		answer = frappe.get_doc("Quote Answer", {"signature_file": self.signature.name})
		self.assertEqual(answer.signature_url, now[self.signature.name])
		self.assertTrue(is_intact(frappe.get_doc("Quote", self.quote.name)))
		self.assertEqual(frappe.db.get_value("File", lost_file.name, "file_url"), lost_url)
		rename_kept_files.execute()
		for name, url in now.items():
			self.assertEqual(frappe.db.get_value("File", name, "file_url"), url)


class TestTheDisk(KeptFilesTestCase):
	def names(self) -> set[str]:
		return set(os.listdir(frappe.get_site_path("private", "files")))

	@contextmanager
	def full_disk(self):
		"""Let this process write small files only: the system refuses the rest, as it does on a full disk."""
		before = resource.getrlimit(resource.RLIMIT_FSIZE)
		resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
		try:
			yield
		finally:
			resource.setrlimit(resource.RLIMIT_FSIZE, before)

	def test_issuing_on_a_full_disk_says_so_and_leaves_nothing_half_done(self):
		quote = make_quote()
		frappe.db.commit()
		before = self.names()
		with (
			self.full_disk(),
			self.assertRaisesRegex(DiskFullError, "could not be stored .*Nothing was saved"),
		):
			quote.submit()
		self.assertEqual(self.names(), before)
		frappe.db.rollback()
		quote.reload()
		self.assertEqual((quote.docstatus, quote.status, quote.pdf_file), (0, "Draft", None))
		self.assertFalse(frappe.db.exists("File", {"attached_to_name": quote.name}))
		quote.submit()
		self.assertTrue(is_intact(frappe.get_doc("Quote", quote.name)))

	def test_a_paper_of_which_only_a_part_fits_on_the_disk_leaves_no_part_of_it(self):
		before = self.names()
		with self.full_disk(), self.assertRaises(DiskFullError):
			keep_file(self.quote.name, "other.txt", bytes(9000))
		self.assertEqual(self.names(), before)

	def test_signing_on_a_full_disk_says_so_and_the_customer_can_sign_later(self):
		quote = make_quote()
		quote.submit()
		frappe.db.commit()
		before = self.names()
		with self.full_disk(), self.assertRaisesRegex(AssertionError, "DiskFullError"):
			sign(quote, picture(200))
		frappe.db.rollback()
		self.assertEqual(self.names(), before)
		self.assertEqual(frappe.db.get_value("Quote", quote.name, "status"), "Issued")
		self.assertFalse(frappe.db.exists("Quote Answer", {"quote": quote.name}))
		self.assertTrue(sign(quote, picture(200)).signature_file)

	def test_what_is_taken_back_leaves_no_file_and_a_quote_that_can_be_issued(self):
		quote = make_quote()
		frappe.db.commit()
		before = self.names()
		quote.submit()
		self.assertEqual(len(self.names() - before), 1)
		frappe.db.rollback()
		self.assertEqual(self.names(), before)
		quote = frappe.get_doc("Quote", quote.name)
		quote.submit()
		self.assertTrue(is_intact(frappe.get_doc("Quote", quote.name)))

	def test_what_others_do_with_their_records_of_it_and_take_back_loses_no_bytes(self):
		frappe.set_user(OWNER)
		frappe.db.commit()
		self.own_file("twin.pdf", self.kept[self.paper.name][1])
		frappe.db.rollback()
		self.assert_whole()
		twin = self.own_file("twin.pdf", self.kept[self.paper.name][1])
		frappe.db.commit()
		delete("File", twin.name)
		frappe.db.rollback()
		self.assert_whole()
		delete("File", twin.name)
		frappe.db.commit()
		self.assert_whole()


def unzipped(archive: bytes) -> list[bytes]:
	if not zipfile.is_zipfile(io.BytesIO(archive)):
		return []
	with zipfile.ZipFile(io.BytesIO(archive)) as file:
		return [file.read(name) for name in file.namelist()]


class TestAttaching(KeptFilesTestCase):
	def test_one_attaches_to_what_one_may_write(self):
		partner = frappe.get_doc("Sales Opportunity", self.quote.opportunity).party
		item = frappe.get_all("Sales Item", limit=1, pluck="name")[0]
		documents = [
			("Quote", self.quote.name),
			("Sales Opportunity", self.quote.opportunity),
			("Business Partner", partner),
			("Sales Item", item),
		]
		for user in (PORTAL, SALES, OWNER, VIEWER):
			frappe.set_user(user)
			for doctype, name in documents:
				may = frappe.has_permission(doctype, "write", doc=name)
				own = self.own_file()
				attached = {"attached_to_doctype": doctype, "attached_to_name": name}
				for act in (
					lambda: self.own_file(**attached),  # noqa: B023
					lambda: insert({"doctype": "File", "file_name": "a.txt", "content": "a", **attached}),  # noqa: B023
					lambda: set_value("File", own.name, attached),  # noqa: B023
				):
					with self.subTest(user=user, doctype=doctype):
						if may:
							act()
						else:
							self.assertRaises(frappe.PermissionError, act)

	def test_a_foreign_attachment_is_not_moved_to_an_own_deal_by_calling_it_a_folder(self):
		frappe.set_user("Administrator")
		own = make_opportunity(opportunity_owner=SALES)
		to_own = {"attached_to_doctype": own.doctype, "attached_to_name": own.name}
		for doctype, name in (("Quote", self.quote.name), ("Sales Opportunity", self.quote.opportunity)):
			file = self.own_file(attached_to_doctype=doctype, attached_to_name=name)
			for values in ({**to_own, "is_folder": 1}, {"is_folder": 1}, to_own):
				frappe.set_user(SALES)
				with self.subTest(doctype, **values):
					self.assertRaises(frappe.PermissionError, set_value, "File", file.name, values)
				frappe.set_user("Administrator")

	def test_a_public_file_of_a_deal_is_not_deleted_by_everybody(self):
		for is_private in (0, 1):
			frappe.set_user("Administrator")
			file = self.own_file(
				attached_to_doctype="Sales Opportunity",
				attached_to_name=self.quote.opportunity,
				is_private=is_private,
			)
			for user in (PORTAL, SALES, VIEWER):
				frappe.set_user(user)
				for act in (
					lambda: delete("File", file.name),  # noqa: B023
					lambda: set_value("File", file.name, "file_name", "x.txt"),  # noqa: B023
				):
					with self.subTest(user=user, is_private=is_private):
						self.assertRaises(frappe.PermissionError, act)
			frappe.set_user(OWNER)
			delete("File", file.name)
