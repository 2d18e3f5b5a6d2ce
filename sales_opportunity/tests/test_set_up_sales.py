"""The page "Set up sales": each step shows what the site really has, is done by whoever may, and nothing is half saved."""

import csv
import io
from unittest.mock import patch

import frappe
from frappe.model.rename_doc import get_link_fields

from sales_opportunity.defaults import create_defaults
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.inputs.values import WrongInputError
from sales_opportunity.sales_opportunity.page.set_up_sales import files, ready_sets, set_up_sales, state
from sales_opportunity.tests.factories import make_item, make_opportunity, make_partner, make_quote, make_user
from sales_opportunity.tests.mailing import MailingTestCase
from sales_opportunity.tests.settings import use_settings

MANAGER, SELLER = "setup.manager@example.com", "setup.seller@example.com"
SETTINGS = "Sales Opportunity Settings"
COMPANY = {
	"company_name": "Radwerk Süd GmbH",
	"street": "Talweg 3",
	"postal_code": "79100",
	"city": "Freiburg",
	"vat_id": "DE999000412",
}


class SetUpCase(IntegrationTestCase):
	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(frappe.set_user, "Administrator")
		make_user(MANAGER, "Sales Manager")
		make_user(SELLER, "Sales User")
		self.addCleanup(frappe.clear_document_cache, SETTINGS, SETTINGS)
		frappe.db.savepoint("setup")
		self.addCleanup(frappe.db.rollback, save_point="setup")

	def step(self, key: str) -> dict:
		return next(step for step in set_up_sales.get_setup()["steps"] if step["key"] == key)


class TestSteps(SetUpCase):
	def test_the_company_is_done_when_a_letter_can_be_written(self):
		use_settings(self, **dict.fromkeys((*COMPANY, "tax_number")))
		frappe.set_user(MANAGER)
		self.assertFalse(self.step("company")["done"])
		self.assertIn("Postal Code", self.step("company")["text"])
		set_up_sales.save_company(company={**COMPANY, "postal_code": ""})
		self.assertEqual(
			(self.step("company")["done"], self.step("company")["text"]), (False, "Missing: Postal Code")
		)
		set_up_sales.save_company(company=frappe.as_json(COMPANY))
		self.assertEqual(
			(self.step("company")["done"], self.step("company")["text"]), (True, "Radwerk Süd GmbH, Freiburg")
		)

	def test_the_steps_are_said_of_what_is_stored_whatever_another_request_has_cached_meanwhile(self):
		use_settings(self, **dict.fromkeys((*COMPANY, "tax_number", "company_currency")))
		former = frappe.get_doc(SETTINGS)
		set_up_sales.save_company(company=COMPANY)
		set_up_sales.save_currency("EUR")
		frappe.cache().set_value(frappe.get_document_cache_key(SETTINGS, SETTINGS), former)
		self.assertFalse(frappe.get_cached_doc(SETTINGS).company_name)
		self.assertTrue(self.step("company")["done"])
		self.assertTrue(self.step("currency")["done"])

	def test_only_the_companys_fields_are_taken(self):
		before = frappe.db.get_single_value(SETTINGS, "calibration_minimum")
		set_up_sales.save_company(company={**COMPANY, "calibration_minimum": before + 7})
		self.assertEqual(frappe.db.get_single_value(SETTINGS, "calibration_minimum"), before)
		for wrong in ("[]", "3", '"text"'):
			with self.assertRaises(WrongInputError):
				set_up_sales.save_company(company=wrong)

	def test_the_paper_shows_what_is_typed_and_stores_nothing(self):
		frappe.set_user(MANAGER)
		before = frappe.db.get_single_value(SETTINGS, "company_name"), frappe.db.count("Quote")
		html = set_up_sales.preview_paper(
			company={**COMPANY, "company_name": "Noch <b>nicht</b> gespeichert"}
		)
		for text in ("Noch &lt;b&gt;nicht&lt;/b&gt; gespeichert", "Talweg 3", "DE999000412"):
			self.assertIn(text, html)
		self.assertNotIn("{{", html)
		self.assertEqual(
			(frappe.db.get_single_value(SETTINGS, "company_name"), frappe.db.count("Quote")), before
		)
		small = set_up_sales.preview_paper(company={**COMPANY, "small_business": 1})
		self.assertIn("19 UStG", small)

	def test_skipping_is_remembered_and_taken_back(self):
		frappe.set_user(MANAGER)
		frappe.db.set_default(state.SKIPPED, "[]")
		with patch.dict(state.STATE, mail=lambda: (False, "")):
			set_up_sales.skip(step="mail")
			self.assertTrue(self.step("mail")["skipped"])
			set_up_sales.skip(step="mail", skipped=False)
			self.assertFalse(self.step("mail")["skipped"])
		with self.assertRaises(set_up_sales.SetupError):
			set_up_sales.skip(step="nothing")

	def test_the_first_quote_counts_when_it_is_issued(self):
		frappe.db.set_value("Quote", {"docstatus": 1}, "docstatus", 2)
		self.assertFalse(self.step("quote")["done"])
		make_quote().submit()
		self.assertEqual((self.step("quote")["done"], self.step("quote")["text"]), (True, "1 quotes issued"))


class TestPeople(SetUpCase):
	def test_a_new_person_gets_the_roles(self):
		answer = set_up_sales.add_person(
			email="neu@setup.example",
			first_name="Nele",
			last_name="Neu",
			roles='["Sales User", "Sales Manager"]',
		)
		self.assertEqual(
			set(frappe.get_roles("neu@setup.example")) & set(state.SALES_ROLES),
			{"Sales User", "Sales Manager"},
		)
		self.assertIn("Nele Neu", [person["full_name"] for person in answer["people"]])

	def test_no_role_outside_of_sales_is_given(self):
		set_up_sales.add_person(
			email="neu@setup.example", first_name="Nele", last_name="", roles=["Sales User", "System Manager"]
		)
		self.assertNotIn("System Manager", frappe.get_roles("neu@setup.example"))
		with self.assertRaises(set_up_sales.SetupError):
			set_up_sales.add_person(
				email="x@setup.example", first_name="X", last_name="", roles=["System Manager"]
			)
		self.assertFalse(frappe.db.exists("User", "x@setup.example"))

	def test_roles_are_given_and_taken_away_and_other_roles_stay(self):
		def roles() -> set[str]:
			return {row.role for row in frappe.get_doc("User", SELLER).roles}

		frappe.get_doc("User", SELLER).add_roles("Inbox User")
		others = roles() - set(state.SALES_ROLES)
		set_up_sales.set_roles(user=SELLER, roles=["Sales Viewer", "Sales Fulfilment", "System Manager"])
		self.assertEqual(roles(), others | {"Sales Viewer", "Sales Fulfilment"})
		answer = set_up_sales.set_roles(user=SELLER, roles="[]")
		self.assertEqual(roles(), others)
		self.assertNotIn(SELLER, [person["name"] for person in answer["people"]])
		with self.assertRaises(WrongInputError):
			set_up_sales.set_roles(user=SELLER, roles="3")

	def test_only_who_may_edit_a_user_changes_the_roles(self):
		people = {person["name"]: person["may_edit"] for person in set_up_sales.get_setup()["people"]}
		self.assertTrue(people[SELLER])
		for user in (MANAGER, SELLER):
			frappe.set_user(user)
			for person in (MANAGER, SELLER):
				with self.assertRaises(frappe.PermissionError):
					set_up_sales.set_roles(user=person, roles=["Sales Manager"])


class TestPermissions(SetUpCase):
	def calls(self):
		yield lambda: set_up_sales.save_company(company=COMPANY)
		yield lambda: set_up_sales.preview_paper(company=COMPANY)
		yield lambda: set_up_sales.save_currency(currency="CHF")
		yield lambda: set_up_sales.skip(step="mail")
		yield lambda: set_up_sales.apply_set(name="trade")
		yield lambda: set_up_sales.add_person(
			email="neu@setup.example", first_name="N", last_name="", roles=["Sales User"]
		)
		yield lambda: set_up_sales.download_template(doctype="Sales Item")
		yield lambda: set_up_sales.check_file(doctype="Sales Item", file_url="/private/files/none.csv")
		yield lambda: set_up_sales.save_mail(account={"email_id": "a@setup.example"})
		yield lambda: set_up_sales.send_test_mail(recipient="a@setup.example")

	def test_a_salesperson_may_do_nothing_here(self):
		frappe.set_user(SELLER)
		for number, call in enumerate([set_up_sales.get_setup, *self.calls()]):
			with self.subTest(number), self.assertRaises(frappe.PermissionError):
				call()

	def test_a_manager_is_told_what_is_for_system_managers(self):
		frappe.set_user(MANAGER)
		allowed = {step["key"]: step["allowed"] for step in set_up_sales.get_setup()["steps"]}
		self.assertTrue(allowed["company"] and allowed["currency"] and allowed["stages"] and allowed["quote"])
		self.assertFalse(allowed["people"] or allowed["mail"])
		for call in list(self.calls())[5:]:
			with self.assertRaises(frappe.PermissionError):
				call()


def class_called(class_id: str) -> str | None:
	"""Return what a class of a set is called on this site, in English or German."""
	return ready_sets.existing_default({"doctype": ready_sets.CLASS, "class_id": class_id})


def stage_called(stage_name: str) -> str | None:
	"""Return what a stage of a set is called on this site, in English or German."""
	return ready_sets.existing_default({"doctype": ready_sets.STAGE, "stage_name": stage_name})


class TestReadySets(SetUpCase):
	def setUp(self):
		super().setUp()
		self.speak("en")

	def speak(self, language: str):
		speaking = patch.object(ready_sets, "site_language", return_value=language)
		speaking.start()
		self.addCleanup(speaking.stop)

	def test_each_set_has_stages_that_end_and_classes(self):
		for name in ready_sets.names():
			content = ready_sets.read(name)
			kinds = [stage["stage_type"] for stage in content["stages"]]
			self.assertEqual((kinds.count("Won"), kinds.count("Lost")), (1, 1), name)
			self.assertEqual(content["stages"][0]["probability"], 5, name)
			positions = [stage["position"] for stage in content["stages"]]
			self.assertEqual(positions, sorted(positions), name)
			open_ones = [stage["probability"] for stage in content["stages"] if stage["stage_type"] == "Open"]
			self.assertEqual(open_ones, sorted(open_ones), name)
			self.assertTrue(content["classes"], name)

	def begin_anew(self):
		"""Leave nothing that uses stages and classes, and those of a new site."""
		for doctype in ready_sets.STAGE, ready_sets.CLASS:
			for field in get_link_fields(doctype):
				if not field.issingle:
					frappe.db.delete(field.parent)
		for doctype in ready_sets.STAGE, ready_sets.CLASS:
			frappe.db.delete(doctype)
		self.addCleanup(frappe.clear_cache)
		frappe.clear_cache()
		create_defaults("en")

	def test_a_set_can_be_taken_and_another_one_after_it(self):
		self.begin_anew()
		frappe.set_user(MANAGER)
		for name in ready_sets.names():
			set_up_sales.apply_set(name=name)
			for record in ready_sets.read(name)["classes"]:
				doc = frappe.get_doc("Class ID", record["class_id"])
				self.assertTrue(doc.enabled)
				self.assertEqual(
					[row.stage for row in doc.stages],
					[stage["stage_name"] for stage in ready_sets.read(name)["stages"]],
				)
				self.assertTrue(doc.first_stage("Won") and doc.first_stage("Lost"))
			self.assertTrue(self.step("stages")["done"])
		self.assertFalse(frappe.db.get_value("Class ID", "NEW-CARS", "enabled"))

	def test_what_opportunities_use_and_what_the_company_made_stays(self):
		set_up_sales.apply_set(name="car_dealer")
		new_cars, used_cars, drive = (
			class_called("NEW-CARS"),
			class_called("USED-CARS"),
			stage_called("Test Drive"),
		)
		frappe.db.set_value("Qualification Stage", drive, "probability", 33)
		own = frappe.get_doc({"doctype": "Class ID", "class_id": "OWN", "title": "Own"}).insert()
		make_opportunity(class_id=new_cars, stage=drive)
		set_up_sales.apply_set(name="services")
		for doctype, name in (
			("Class ID", new_cars),
			("Class ID", own.name),
			("Qualification Stage", drive),
		):
			self.assertTrue(frappe.db.get_value(doctype, name, "enabled"), name)
		self.assertEqual(frappe.db.get_value("Qualification Stage", drive, "probability"), 33)
		self.assertFalse(frappe.db.get_value("Class ID", used_cars, "enabled"))

	def test_an_own_stage_of_the_same_name_keeps_its_values(self):
		own = {"stage_name": "Consultation", "stage_type": "Open", "probability": 33, "position": 77}
		frappe.get_doc({"doctype": "Qualification Stage", **own, "enabled": 0}).insert()
		set_up_sales.apply_set(name="car_dealer")
		found = frappe.db.get_value(
			"Qualification Stage", "Consultation", ["probability", "position", "enabled"]
		)
		self.assertEqual(found, (33, 77, 1))
		set_up_sales.apply_set(name="services")
		self.assertTrue(frappe.db.get_value("Qualification Stage", "Consultation", "enabled"))

	def test_a_class_that_somebody_works_with_stays(self):
		set_up_sales.apply_set(name="car_dealer")
		classes = [class_called(class_id) for class_id in ("NEW-CARS", "FLEETS", "USED-CARS")]
		round_robin = frappe.get_doc("Class ID", classes[0])
		round_robin.update({"owner_rule": "Round Robin", "members": [{"user": SELLER}]})
		round_robin.save()
		fixed = frappe.get_doc("Class ID", classes[1])
		fixed.update({"owner_rule": "Fixed User", "default_owner": SELLER})
		fixed.save()
		text = frappe.get_doc(
			{
				"doctype": "Quote Text",
				"title": "Of used cars",
				"text_type": "Introduction",
				"language": "en",
				"class_id": classes[2],
				"content": "<p>Test</p>",
			}
		).insert()
		self.assertEqual(text.class_id, classes[2])
		set_up_sales.apply_set(name="services")
		for name in classes:
			self.assertTrue(frappe.db.get_value("Class ID", name, "enabled"), name)
		self.assertTrue(frappe.db.get_value("Qualification Stage", stage_called("Test Drive"), "enabled"))

	def test_what_nobody_touched_comes_into_line_with_the_set_that_is_taken(self):
		self.begin_anew()
		for name in ("car_dealer", "services", "car_dealer"):
			set_up_sales.apply_set(name=name)
		stage = frappe.get_doc("Qualification Stage", "Test Drive")
		self.assertEqual((stage.enabled, stage.position, stage.probability), (1, 35, 50))
		self.assertTrue(ready_sets.is_as_created("Class ID", "FLEETS"))

	def test_a_german_site_gets_german_names(self):
		self.speak("de")
		set_up_sales.apply_set(name="car_dealer")
		self.assertEqual(frappe.db.get_value("Class ID", "GEBRAUCHTWAGEN", "title"), "Gebrauchtwagen")
		self.assertTrue(frappe.db.get_value("Qualification Stage", "Beratungsgespräch", "enabled"))

	def test_an_unknown_set_is_refused(self):
		for name in ("nothing", "../defaults"):
			with self.assertRaises(ready_sets.UnknownSetError):
				set_up_sales.apply_set(name=name)


def upload(content: str) -> str:
	"""Return the address of a new CSV file."""
	file = {"doctype": "File", "file_name": f"{frappe.generate_hash(length=8)}.csv", "is_private": 1}
	return frappe.get_doc({**file, "content": content.encode()}).insert().file_url


class TestFiles(SetUpCase):
	def setUp(self):
		super().setUp()
		committing = patch.object(frappe.db, "commit")
		committing.start()
		self.addCleanup(committing.stop)
		self.addCleanup(setattr, frappe.local, "lang", "en")

	def test_the_template_has_no_column_of_what_is_switched_off_or_not_to_be_read(self):
		self.assertIn("cost", files.columns("Sales Item"))
		self.assertIn("partner_group", files.columns("Business Partner"))
		use_settings(self, use_margins=0, use_recurring_lines=0, use_price_lists=0)
		self.assertFalse({"cost", "recurrence", "periods"} & set(files.columns("Sales Item")))
		self.assertNotIn("partner_group", files.columns("Business Partner"))
		use_settings(self, use_margins=1)
		frappe.set_user(SELLER)
		self.assertNotIn("cost", files.columns("Sales Item"))

	def test_odd_costs_terms_and_groups_are_told_before_anything_is_written(self):
		head = "Item Code;Item Name;Kind;Unit;Price;Cost per Unit;Recurrence;Periods;Item Group"
		for cells, named in (
			("10;much;;;", "Cost per Unit"),
			("10;5;Weekly;;", "Weekly"),
			("10;5;Monthly;twelve;", "Periods"),
			("10;5;;;No Such Group", "Item Group"),
		):
			with self.subTest(cells):
				content = f"{head}\nODD-1;Odd;Goods;Piece;{cells}\n"
				answer = set_up_sales.check_file(doctype="Sales Item", file_url=upload(content))
				self.assertIsNone(answer["job"])
				self.assertIn(named, str(answer["problems"]))

	def test_the_template_as_it_is_can_be_imported_in_either_language(self):
		for language in ("de", "en"):
			for doctype in files.COLUMNS:
				with self.subTest(language=language, doctype=doctype):
					frappe.local.lang = language
					frappe.db.savepoint("file")
					set_up_sales.download_template(doctype=doctype)
					content = frappe.response["filecontent"].decode()
					head, row = csv.reader(io.StringIO(content.lstrip("\ufeff")), delimiter=";")
					self.assertEqual(len(head), len(row))
					answer = set_up_sales.check_file(doctype=doctype, file_url=upload(content))
					self.assertEqual((answer["rows"], answer["problems"]), (1, []))
					before = frappe.db.count(doctype)
					set_up_sales.import_checked_file(job=answer["job"])
					result = set_up_sales.import_result(job=answer["job"])
					self.assertEqual(
						(result["status"], result["done"], result["problems"]), ("Success", 1, [])
					)
					self.assertEqual(frappe.db.count(doctype), before + 1)
					frappe.db.rollback(save_point="file")

	def test_a_file_with_a_mistake_names_its_row_and_imports_nothing(self):
		before = frappe.db.count("Sales Item"), frappe.db.count("Data Import")
		for wrong in ("SU-2;Nabe;Goods;abc;Piece", "SU-2;Nabe;Goods;1;Bucket", "SU-2;Nabe;Nothing;1;Piece"):
			content = f"Item Code;Item Name;Kind;Price;Unit\nSU-1;Rad;Goods;1;Piece\n{wrong}\n"
			answer = set_up_sales.check_file(doctype="Sales Item", file_url=upload(content))
			self.assertIsNone(answer["job"])
			self.assertTrue(answer["problems"], wrong)
			self.assertTrue(all(problem["message"] for problem in answer["problems"]))
			self.assertEqual((frappe.db.count("Sales Item"), frappe.db.count("Data Import")), before)

	def test_other_files_are_not_taken(self):
		for doctype in ("User", "Quote", "Nothing"):
			with self.assertRaises((files.FileError, frappe.PermissionError)):
				set_up_sales.check_file(doctype=doctype, file_url="/private/files/x.csv")

	def test_items_and_partners_make_the_step_done(self):
		make_item()
		make_partner()
		self.assertTrue(self.step("data")["done"])


class TestRefusedRows(IntegrationTestCase):
	"""The importer rolls back what it could not save, so that all before it has to be committed."""

	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(self.remove)

	def remove(self):
		frappe.db.delete("Sales Item", {"name": ("in", ("SU-OLD", "SU-NEW"))})
		for job in frappe.get_all("Data Import", {"reference_doctype": "Sales Item"}, pluck="name"):
			frappe.db.delete("Data Import Log", {"data_import": job})
			frappe.delete_doc("Data Import", job)
		frappe.db.commit()

	def test_a_row_that_is_refused_only_when_it_is_saved_is_told_with_its_number(self):
		make_item("SU-OLD")
		frappe.db.commit()
		content = "Item Code;Item Name;Unit\nSU-NEW;Rad;Piece\nSU-OLD;Nabe;Piece\n"
		answer = set_up_sales.check_file(doctype="Sales Item", file_url=upload(content))
		frappe.db.commit()
		set_up_sales.import_checked_file(job=answer["job"])
		result = set_up_sales.import_result(job=answer["job"])
		self.assertEqual((result["done"], [problem["row"] for problem in result["problems"]]), (1, [3]))


class TestMail(MailingTestCase):
	def test_a_test_mail_really_goes_out(self):
		with self.real_mail():
			set_up_sales.send_test_mail(recipient="somebody@setup.example")
		self.assertEqual(len(self.inbox.received), 1)
		self.assertIn("somebody@setup.example", str(self.inbox.received[0]["To"]))

	def test_what_the_server_says_is_told(self):
		port = self.account.smtp_port
		self.account.db_set("smtp_port", 1)
		self.addCleanup(self.account.db_set, "smtp_port", port)
		frappe.local.outgoing_email_account = {}
		with self.real_mail(), self.assertRaises(set_up_sales.mail.MailError):
			set_up_sales.send_test_mail(recipient="somebody@setup.example")

	def test_an_account_whose_server_refuses_is_not_stored(self):
		values = {"email_id": "neu@setup.example", "smtp_server": "127.0.0.1", "smtp_port": 1, "use_tls": 0}
		with self.real_mail(), self.assertRaises(frappe.ValidationError):
			set_up_sales.save_mail(account=values)
		self.assertFalse(frappe.db.exists("Email Account", {"email_id": "neu@setup.example"}))

	def test_what_is_stored_comes_back_and_ssl_and_a_login_name_are_kept(self):
		self.addCleanup(self.account.reload)
		values = {
			"email_id": "verkauf@lindental.example",
			"login_id": "m0123",
			"password": "geheim-1",
			"smtp_server": "smtp.setup.example",
			"smtp_port": "465",
			"use_tls": 1,
			"use_ssl_for_outgoing": 1,
		}
		frappe.db.savepoint("account")
		self.addCleanup(frappe.db.rollback, save_point="account")
		set_up_sales.save_mail(account=values)
		stored = set_up_sales.get_setup()["mail"]
		self.assertEqual(
			stored, {key: value for key, value in values.items() if key != "password"} | {"use_tls": 0}
		)
		account = frappe.get_doc("Email Account", {"email_id": values["email_id"]})
		self.assertEqual((account.get_password(), account.no_smtp_authentication), ("geheim-1", 0))
		set_up_sales.save_mail(account=stored)
		self.assertEqual(set_up_sales.get_setup()["mail"], stored)
		self.assertEqual(frappe.get_doc("Email Account", account.name).get_password(), "geheim-1")
		set_up_sales.save_mail(account={**stored, "login_id": ""})
		self.assertFalse(frappe.db.get_value("Email Account", account.name, "login_id_is_different"))

	def test_nobody_else_reads_the_account(self):
		make_user(MANAGER, "Sales Manager")
		frappe.set_user(MANAGER)
		self.assertEqual(set_up_sales.get_setup()["mail"], {})
