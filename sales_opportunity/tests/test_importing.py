"""Files of spreadsheets and other systems come in by Data Import as what they mean, deals with their own history."""

from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import frappe
from frappe.client import insert
from frappe.utils import add_days, getdate
from frappe.utils.background_jobs import get_workers
from rq.timeouts import JobTimeoutException

import sales_opportunity
from sales_opportunity.framework.compat import IntegrationTestCase, failed_import
from sales_opportunity.framework.jobs import is_under_way
from sales_opportunity.overrides.data_import import QUEUE
from sales_opportunity.overrides.import_history import HistoryError, insert_with_history
from sales_opportunity.reporting import snapshots
from sales_opportunity.tests.factories import make_opportunity, make_partner, make_user
from sales_opportunity.tests.left_jobs import leave_job
from sales_opportunity.tests.reports import run_report
from sales_opportunity.tests.waiting import awaited

TEMPLATES = Path(sales_opportunity.__file__).parent.parent / "docs" / "import"
OPPORTUNITY = "Sales Opportunity"
GERMAN, ENGLISH = "#.###,##", "#,###.##"


class ImportCase(IntegrationTestCase):
	ACTIVE = dict.fromkeys(("developer_mode", "pause_scheduler", "maintenance_mode", "disable_scheduler"), 0)

	def setUp(self):
		frappe.set_user("Administrator")
		self.addCleanup(frappe.set_user, "Administrator")
		# The importer commits each document; here they go with the test.
		committing = patch.object(frappe.db, "commit")
		committing.start()
		self.addCleanup(committing.stop)
		self.use_format(GERMAN)

	def use_format(self, number_format: str, date_format: str = "dd.mm.yyyy"):
		settings = frappe.get_doc("System Settings")
		settings.update({"number_format": number_format, "date_format": date_format})
		settings.save()

	def start(self, doctype: str, content: str | bytes):
		"""Import a CSV file and return the Data Import as it is afterwards."""
		job = self.prepared(doctype, content)
		job.start_import()
		job.reload()
		return job

	def start_on_a_site(self, job, **conf):
		"""Start an import as on a site with this configuration, where no test runs."""
		frappe.db.set_single_value("System Settings", "enable_scheduler", 1)
		before = {name: frappe.conf.get(name) for name in conf}
		frappe.conf.update(conf)
		frappe.flags.in_test = False
		try:
			return job.start_import()
		finally:
			frappe.flags.in_test = True
			frappe.conf.update(before)

	def prepared(self, doctype: str, content: str | bytes):
		"""Return a Data Import of a CSV file that has not been started."""
		content = content.encode() if isinstance(content, str) else content
		file = {"doctype": "File", "file_name": f"{frappe.generate_hash(length=8)}.csv", "is_private": 1}
		url = frappe.get_doc({**file, "content": content}).insert().file_url
		return frappe.get_doc(
			{
				"doctype": "Data Import",
				"reference_doctype": doctype,
				"import_type": "Insert New Records",
				"import_file": url,
			}
		).insert()

	def imported(self, doctype: str, content: str | bytes) -> list:
		"""Import a file without complaint and return its documents in their order."""
		job = self.start(doctype, content)
		log = frappe.get_all(
			"Data Import Log",
			{"data_import": job.name},
			["success", "docname", "messages", "exception"],
			order_by="log_index",
		)
		self.assertTrue(log and all(row.success for row in log), (job.template_warnings, log))
		return [frappe.get_doc(doctype, row.docname) for row in log]

	def warnings(self, doctype: str, content: str | bytes) -> list[dict]:
		"""Try to import a file that is refused, and return why."""
		before = frappe.db.count(doctype)
		job = self.start(doctype, content)
		self.assertEqual(frappe.db.count(doctype), before)
		return [row for row in frappe.parse_json(job.template_warnings or "[]") if row.get("type") != "info"]


class TestNumbersAndTexts(ImportCase):
	PRICES = (
		"Item Code;Item Name;Kind;Price;Unit;Description\n"
		"PD-1001;Fahrradträger „Alpin“ Ø 8;Goods;1.249,90;Piece;Träger\n"
		"PD-1002;Schraube M3×10;Goods;0,0345;Piece;Edelstahl\n"
		"PD-1003;Werkstattstunde Meister;Service;89,50;Hour;h\n"
		"PD-1004;Ölfläschchen 100 ml;Goods;12,50;Piece;Öl\n"
		"PD-1005;Rahmen;Goods;2.500;Piece;\n"
	)
	READ = (1249.9, 0.0345, 89.5, 12.5, 2500)

	def prices(self, content: str | bytes) -> list[float]:
		frappe.db.savepoint("prices")
		items = self.imported("Sales Item", content)
		self.assertEqual(items[0].item_name, "Fahrradträger „Alpin“ Ø 8")
		found = [item.price for item in items]
		frappe.db.rollback(save_point="prices")
		return found

	def test_a_german_price_list_of_any_encoding_and_separator(self):
		decimals = 4 if frappe.get_meta("Sales Item").get_field("price").precision else 2
		for encoding in ("utf-8", "utf-8-sig", "windows-1252", "utf-16"):
			for separator in (";", "\t"):
				with self.subTest(encoding=encoding, separator=separator):
					content = self.PRICES.replace(";", separator).encode(encoding)
					for price, expected in zip(self.prices(content), self.READ, strict=True):
						self.assertAlmostEqual(price, expected, decimals)
		quoted = "\n".join(
			",".join(f'"{cell}"' for cell in line.split(";")) for line in self.PRICES.splitlines()
		)
		self.assertEqual(self.prices(quoted)[0], 1249.9)

	def test_units_and_kinds_by_their_german_names(self):
		frappe.local.lang = "de"
		self.addCleanup(setattr, frappe.local, "lang", "en")
		(item,) = self.imported(
			"Sales Item", f"Item Code;Item Name;Kind;Price;Unit\nPD-1006;Nabe;{frappe._('Goods')};1;Stück\n"
		)
		self.assertEqual((item.kind, item.unit), ("Goods", "Piece"))

	def test_masters_and_choices_by_their_name_in_any_language_of_the_app(self):
		german = "PD-1007;Nabe;Ware;1;Stück\nPD-1008;Einweisung;Dienstleistung;1;Pauschale\n"
		english = "PD-1007;Nabe;Goods;1;Piece\nPD-1008;Einweisung;Service;1;Flat Rate\n"
		self.addCleanup(setattr, frappe.local, "lang", "en")
		self.addCleanup(frappe.clear_cache)
		frappe.db.savepoint("names")
		self.addCleanup(frappe.db.rollback, save_point="names")
		for units in (["Piece", "Flat Rate"], ["Stück", "Pauschale"]):
			for old, new in zip(("Piece", "Flat Rate"), units, strict=True):
				if old != new:
					frappe.rename_doc("Sales Unit", old, new, force=True, rebuild_search=False)
			for language in ("de", "en"):
				for rows in (german, english):
					with self.subTest(units=units, language=language, rows=rows):
						frappe.local.lang = language
						frappe.db.set_default("lang", language)
						frappe.db.savepoint("items")
						items = self.imported("Sales Item", f"Item Code;Item Name;Kind;Price;Unit\n{rows}")
						self.assertEqual([item.kind for item in items], ["Goods", "Service"])
						self.assertEqual([item.unit for item in items], units)
						frappe.db.rollback(save_point="items")

	def test_the_heads_of_columns_are_those_of_whoever_imports(self):
		self.addCleanup(setattr, frappe.local, "lang", "en")
		for number, language in enumerate(("en", "de", "en")):
			frappe.local.lang = language
			heads = ";".join(frappe._(label) for label in ("Item Code", "Item Name", "Price", "Unit"))
			(item,) = self.imported("Sales Item", f"{heads}\nPD-101{number};Nabe;1;Stück\n")
			self.assertEqual((item.item_name, item.unit), ("Nabe", "Piece"))

	def test_what_is_ambiguous_is_refused_with_row_and_field(self):
		head = "Item Code;Item Name;Kind;Price;Unit\n"
		for number_format in (GERMAN, ENGLISH):
			self.use_format(number_format)
			for text in ("1.249", "12,500", "-1.249 EUR", "1,2,3", "foo", "1e5"):
				with self.subTest((number_format, text)):
					(warning,) = self.warnings(
						"Sales Item", f"{head}A1;A;Goods;5;Piece\nA2;B;Goods;{text};Piece\n"
					)
					self.assertEqual((warning["row"], warning["field"]["fieldname"]), (3, "price"))
					self.assertIn(text, warning["message"])

	def test_an_english_site_reads_its_own_numbers(self):
		self.use_format(ENGLISH)
		(item, other) = self.imported(
			"Sales Item",
			'Item Code,Item Name,Kind,Price,Unit\nE1,A,Goods,"1,249.90",Piece\nE2,B,Goods,"15.000,50",Piece\n',
		)
		self.assertEqual((item.price, other.price), (1249.9, 15000.5))

	def test_other_apps_files_stay_as_the_framework_reads_them(self):
		job = frappe.get_doc({"doctype": "Data Import", "reference_doctype": "ToDo"})
		with patch("frappe.core.doctype.data_import.data_import.Importer") as framework:
			self.assertIs(job.get_importer(), framework.return_value)


class TestScheduler(ImportCase):
	ITEM = "Item Code;Item Name;Kind;Price;Unit\nSCH-1;Nabe;Goods;12,50;Piece\n"

	def test_developers_read_numbers_and_histories_alike_while_the_scheduler_is_inactive(self):
		job = self.prepared("Sales Item", self.ITEM)
		self.assertTrue(self.start_on_a_site(job, developer_mode=1, pause_scheduler=1))
		self.assertEqual(frappe.db.get_value("Sales Item", {"item_code": "SCH-1"}, "price"), 12.5)
		head = "Business Partner;Title;Class ID;Qualification Stage;Amount;Opened On\n"
		deal = f"{make_partner().name};Scheduled;EXISTING;Inquiry;15.000,50;15.03.2024\n"
		job = self.prepared(OPPORTUNITY, head + deal)
		self.assertTrue(self.start_on_a_site(job, developer_mode=1, pause_scheduler=1))
		doc = frappe.get_doc(OPPORTUNITY, {"title": "Scheduled"})
		self.assertEqual((doc.amount, doc.opened_on), (15000.5, datetime(2024, 3, 15)))

	def test_nothing_is_imported_while_the_scheduler_is_inactive(self):
		job = self.prepared("Sales Item", self.ITEM)
		for inactive in ("pause_scheduler", "maintenance_mode", "disable_scheduler"):
			with self.subTest(inactive), self.assertRaisesRegex(frappe.ValidationError, "(?i)administrator"):
				self.start_on_a_site(job, **{**self.ACTIVE, inactive: 1})
		self.assertFalse(frappe.db.exists("Data Import Log", {"data_import": job.name}))

	def test_a_job_whose_time_is_over_ends_in_a_status_that_there_is(self):
		statuses = frappe.get_meta("Data Import").get_field("status").options.split("\n")
		for error in (JobTimeoutException(), ValueError()):
			self.assertIn(failed_import(error), statuses)


class TestBackgroundJob(ImportCase):
	"""The worker sees what is committed alone, and commits itself."""

	def setUp(self):
		self.assertTrue(get_workers(), "no worker takes jobs of this bench")
		frappe.set_user("Administrator")
		self.code = frappe.generate_hash(length=8).upper()
		self.addCleanup(self.remove)

	def remove(self):
		for name in frappe.get_all("Sales Item", {"item_code": self.code}, pluck="name"):
			frappe.delete_doc("Sales Item", name)
		frappe.db.delete("Data Import Log", {"data_import": self.job.name})
		frappe.delete_doc("Data Import", self.job.name)
		frappe.db.commit()

	def test_the_background_job_reads_numbers_as_the_app_does(self):
		self.prepare()
		self.start_and_look()

	def test_one_whose_machine_was_lost_is_begun_anew(self):
		self.prepare()
		leave_job(f"data_import||{self.job.name}")
		self.start_and_look()

	def prepare(self):
		head = "Item Code;Item Name;Kind;Price;Unit\n"
		self.job = self.prepared("Sales Item", f"{head}{self.code};Nabe;Goods;12,50;Piece\n")
		frappe.db.commit()

	def start_and_look(self):
		self.assertTrue(self.start_on_a_site(self.job, **self.ACTIVE))
		awaited(lambda: not is_under_way(f"data_import||{self.job.name}", QUEUE))
		frappe.db.rollback()
		self.job.reload()
		self.assertEqual(self.job.status, "Success", self.job.template_warnings)
		self.assertEqual(frappe.db.get_value("Sales Item", {"item_code": self.code}, "price"), 12.5)


class TestDeals(ImportCase):
	HEAD = "Partner Type;Business Partner;Title;Class ID;Qualification Stage;Amount;Currency;Expected Close Date;Probability;Opened On;Closed On;Closing Reason;Competitor\n"

	def deal(self, **values):
		"""Import one deal and return it."""
		defaults = {
			"type": "Business Partner",
			"partner": make_partner().name,
			"title": "Deal",
			"class": "EXISTING",
			"stage": "Inquiry",
			"amount": "15.000,50",
			"currency": "EUR",
			**dict.fromkeys(("expected", "probability", "opened", "closed", "reason", "competitor"), ""),
		}
		line = ";".join({**defaults, **values}.values())
		(doc,) = self.imported(OPPORTUNITY, f"{self.HEAD}{line}\n")
		return doc

	def facts(self, doc) -> list:
		return frappe.get_all(
			"Sales Opportunity Change",
			{"opportunity": doc.name},
			["changed_on", "status", "stage", "amount", "previous_status"],
			order_by="changed_on asc",
		)

	def test_an_open_deal_of_another_system(self):
		doc = self.deal(expected="31.12.2098", probability="20", opened="15.03.2024")
		self.assertEqual((doc.amount, doc.probability, doc.weighted_amount), (15000.5, 20, 3000.1))
		self.assertEqual(str(doc.expected_close_date), "2098-12-31")
		moment = datetime(2024, 3, 15)
		self.assertEqual((doc.creation, doc.opened_on, doc.stage_log[0].changed_on), (moment, moment, moment))
		self.assertEqual([fact.changed_on for fact in self.facts(doc)], [moment])

	def test_a_closed_deal_has_its_own_history(self):
		frappe.get_doc({"doctype": "Sales Competitor", "competitor_name": "Import Rival"}).insert()
		for stage, status, reason, competitor in (
			("Won", "Won", "Best Price", ""),
			("Lost", "Lost", "Too Expensive", "Import Rival"),
			(frappe._("Lost", "de"), "Lost", frappe._("Too Expensive", "de"), "Import Rival"),
		):
			with self.subTest(stage):
				frappe.local.lang = "de"
				doc = self.deal(
					stage=stage,
					opened="10.01.2024",
					closed="15.03.2024 10:00:00",
					reason=reason,
					competitor=competitor,
				)
				frappe.local.lang = "en"
				opened, closed = datetime(2024, 1, 10), datetime(2024, 3, 15, 10)
				self.assertEqual((doc.status, doc.amount, doc.creation), (status, 15000.5, opened))
				self.assertEqual((doc.closed_on, doc.competitor or ""), (closed, competitor))
				self.assertEqual([row.changed_on for row in doc.stage_log], [opened, closed])
				self.assertEqual([row.to_stage for row in doc.stage_log], ["Inquiry", status])
				self.assertEqual(doc.stage_log[1].seconds_in_stage, (closed - opened).total_seconds())
				facts = self.facts(doc)
				self.assertEqual([fact.changed_on for fact in facts], [opened, closed])
				self.assertEqual([fact.status for fact in facts], ["Open", status])
				self.assertEqual(facts[1].previous_status, "Open")

	def test_reports_count_a_deal_in_the_month_in_which_it_was_closed(self):
		doc = self.deal(stage="Won", opened="10.01.2019", closed="15.03.2019", reason="Best Price")
		for first, last, expected in (("2019-03-01", "2019-03-31", 1), ("2019-04-01", "2019-04-30", 0)):
			filters = {"from_date": first, "to_date": last, "status": "Won"}
			report = run_report("Win-Loss Analysis", **filters)
			self.assertEqual(sum(row.get("won", 0) for row in report["result"][:1]), expected, doc.name)

	def test_days_alone_keep_their_order(self):
		for opened in ("15.03.2024", ""):
			doc = self.deal(stage="Won", opened=opened, closed="15.03.2024")
			first, last = (fact.changed_on for fact in self.facts(doc))
			self.assertLess(first, last)
			self.assertEqual({getdate(first), getdate(last)}, {getdate("2024-03-15")})

	def test_the_snapshots_that_were_taken_get_the_deal(self):
		make_opportunity(amount=1)
		day = add_days(getdate(), -20)
		for offset in range(5):
			snapshots.store_day(add_days(day, offset))
		closed = add_days(day, 3)
		doc = self.deal(stage="Won", opened=str(add_days(day, 1)), closed=f"{closed} 12:00:00")
		rows = frappe.get_all(
			"Sales Pipeline Snapshot",
			{"opportunity": doc.name},
			["snapshot_date", "status"],
			order_by="snapshot_date",
		)
		self.assertEqual(
			[(row.snapshot_date, row.status) for row in rows],
			[(add_days(day, 1), "Open"), (add_days(day, 2), "Open"), (closed, "Won")],
		)

	def test_moments_that_cannot_be(self):
		entries = {"party": make_partner().name, "class_id": "NEW", "stage": "Won", "amount": 5}
		for values in (
			{"opened_on": "2099-01-01"},
			{"closed_on": "2099-01-01"},
			{"opened_on": "2024-03-15", "closed_on": "2024-03-14"},
			{"stage": "Inquiry", "closed_on": "2024-03-14"},
		):
			with self.subTest(values), self.assertRaises(HistoryError):
				insert_with_history(frappe._dict({**entries, **values}))

	def test_only_who_may_import_sets_such_days_and_only_so(self):
		entries = {"party": make_partner().name, "class_id": "NEW", "stage": "Inquiry", "amount": 5}
		days = {"opened_on": "2024-01-01", "closed_on": "2024-02-01"}
		for user in (make_user("import.sales@example.com", "Sales User").name, "Administrator"):
			with self.subTest(user):
				frappe.set_user(user)
				name = insert({"doctype": OPPORTUNITY, **entries, **days})["name"]
				doc = frappe.get_doc(OPPORTUNITY, name)
				self.assertFalse(doc.opened_on or doc.closed_on)
				self.assertEqual(getdate(doc.stage_log[0].changed_on), getdate())
				doc.update(days)
				doc.save()
				self.assertFalse(doc.db_get("opened_on") or doc.db_get("closed_on"))
		frappe.set_user("import.sales@example.com")
		with self.assertRaises(frappe.PermissionError):
			insert_with_history(frappe._dict({**entries, **days}))

	def test_a_partner_by_name_unless_there_are_several(self):
		name = f"Import Partner {frappe.generate_hash(length=6)}"
		partner = make_partner(name)
		self.assertEqual(self.deal(partner=name).party, partner.name)
		make_partner(name)
		line = f"Business Partner;{name};Deal;NEW;Inquiry;5;EUR;;;;;;\n"
		(warning,) = self.warnings(OPPORTUNITY, self.HEAD + line)
		self.assertEqual((warning["row"], warning["field"]["fieldname"]), (2, "party"))
		self.assertIn(partner.name, warning["message"])

	def test_a_day_that_reads_both_ways(self):
		line = f"Business Partner;{make_partner().name};Deal;NEW;Inquiry;5;EUR;03/04/2098;;;;;\n"
		(warning,) = self.warnings(OPPORTUNITY, self.HEAD + line)
		self.assertEqual((warning["row"], warning["field"]["fieldname"]), (2, "expected_close_date"))


class TestTemplates(ImportCase):
	def template(self, name: str) -> str:
		return (TEMPLATES / f"{name}.csv").read_text()

	def test_each_template_of_the_docs_on_a_german_and_an_english_site(self):
		frappe.get_doc({"doctype": "Sales Competitor", "competitor_name": "Import Velo Rival"}).insert()
		for number_format, date_format in ((GERMAN, "dd.mm.yyyy"), (ENGLISH, "mm/dd/yyyy")):
			with self.subTest(number_format):
				frappe.db.savepoint("templates")
				self.use_format(number_format, date_format)
				self.import_templates()
				frappe.db.rollback(save_point="templates")

	def import_templates(self):
		partners = self.imported("Business Partner", self.template("partners"))
		self.assertEqual([partner.default_currency for partner in partners], ["EUR", "CHF"])
		(contact,) = self.imported("Contact", self.template("contacts"))
		self.assertEqual(contact.links[0].link_name, partners[0].name)
		bike, hour, care = self.imported("Sales Item", self.template("items"))
		self.assertEqual((bike.price, hour.price, bike.unit), (1249.9, 89.5, "Piece"))
		self.assertEqual((bike.cost, care.recurrence, care.periods), (790, "Monthly", 24))
		fleet, workshop = self.imported(OPPORTUNITY, self.template("opportunities"))
		self.assertEqual([row.amount for row in fleet.items], [14248.86, 537])
		self.assertEqual((fleet.amount, workshop.amount), (14785.86, 3580))
		won, lost = self.imported(OPPORTUNITY, self.template("closed"))
		self.assertEqual((won.status, won.amount, lost.status), ("Won", 15000.5, "Lost"))
		self.assertEqual((lost.closing_reason, lost.competitor), ("Too Expensive", "Import Velo Rival"))
		self.assertEqual([str(getdate(doc.closed_on)) for doc in (won, lost)], ["2024-03-15", "2024-05-31"])
