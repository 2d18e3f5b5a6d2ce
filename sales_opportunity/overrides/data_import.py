"""Data Import of this app's documents: files as spreadsheets and other systems write them, and deals with their history.

The framework's importer does the work; the files are read by `import_file`. See docs/importing.md.
"""

from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.core.doctype.data_import.data_import import DataImport
from frappe.core.doctype.data_import.importer import Importer
from frappe.translate import get_user_lang
from frappe.utils.background_jobs import enqueue
from frappe.utils.scheduler import is_scheduler_inactive

from sales_opportunity.framework.compat import failed_import, use_delimiters
from sales_opportunity.framework.jobs import delete_job, is_under_way
from sales_opportunity.overrides.import_file import LocalizedImportFile
from sales_opportunity.overrides.import_history import insert_with_history
from sales_opportunity.overrides.import_names import OPPORTUNITY, is_read_here
from sales_opportunity.reporting.snapshots import add_to_snapshots

if TYPE_CHECKING:
	from frappe.model.document import Document

QUEUE = "default"


class LocalizedDataImport(DataImport):
	"""The framework's Data Import; for this app's DocTypes with the importer below."""

	def get_importer(self) -> Importer:
		return (
			LocalizedImporter(self.reference_doctype, self)
			if is_read_here(self.reference_doctype)
			else super().get_importer()
		)

	def start_import(self) -> bool | None:
		"""Import in the background, in one job alone. Raises `frappe.ValidationError` while nothing would run it."""
		if not is_read_here(self.reference_doctype):
			return super().start_import()
		runs_now = bool(frappe.conf.developer_mode or frappe.flags.in_test)
		if is_scheduler_inactive() and not runs_now:
			frappe.throw(_("Nothing is imported while the scheduler is inactive. Ask your administrator."))
		# Bars, since newer releases allow no colons.
		job_id = f"data_import||{self.name}"
		if is_under_way(job_id, QUEUE):
			return False
		delete_job(job_id)
		enqueue(
			run_import,
			queue=QUEUE,
			timeout=10000,
			event="data_import",
			job_id=job_id,
			data_import=self.name,
			now=runs_now,
		)
		return True


def run_import(data_import: str) -> None:
	"""Import a file (background job), read in the language of its user as in the preview.

	An error is kept in the error log and in the status, as the framework does it.
	"""
	frappe.local.lang = get_user_lang()
	doc = frappe.get_doc("Data Import", data_import)
	use_delimiters(doc)
	try:
		doc.get_importer().import_data()
	except Exception as error:
		frappe.db.rollback()
		doc.db_set("status", failed_import(error))
		doc.log_error("Data import failed")
	finally:
		frappe.flags.in_import = False
	frappe.publish_realtime("data_import_refresh", {"data_import": doc.name})


class LocalizedImporter(Importer):
	"""The framework's importer over a file that was read here, and with the history of deals."""

	def __init__(self, doctype: str, data_import: DataImport) -> None:
		self.doctype, self.data_import, self.console = doctype, data_import, False
		self.import_type = data_import.import_type
		self.template_options = frappe.parse_json(data_import.template_options or "{}")
		source = data_import.google_sheets_url or data_import.import_file
		self.import_file = LocalizedImportFile(doctype, source, self.template_options, self.import_type)
		self.with_history: list[str] = []

	def import_data(self) -> Any:
		log = super().import_data()
		if self.with_history:
			add_to_snapshots(self.with_history)
			# The framework has committed each document; their place in the snapshots belongs to them.
			frappe.db.commit()
		return log

	def insert_record(self, doc: frappe._dict) -> "Document":
		if self.doctype != OPPORTUNITY or not (doc.get("opened_on") or doc.get("closed_on")):
			return super().insert_record(doc)
		opportunity = insert_with_history(doc)
		self.with_history.append(opportunity.name)
		return opportunity
