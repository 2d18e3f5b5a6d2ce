"""Rows of child tables: saved, moved and deleted through the document that they belong to, whose rules they follow."""

from typing import Any, NoReturn

import frappe
from frappe import _
from frappe.model.document import Document


class RowByItselfError(frappe.ValidationError):
	pass


class ForeignRowError(frappe.ValidationError):
	pass


class ChildRow(Document):
	"""The base of all rows: refuses what would go around the document."""

	def insert(self, *args: Any, **kwargs: Any) -> NoReturn:
		"""Raise `RowByItselfError`: a row is added to its document."""
		self.refuse_without_document()

	def save(self, *args: Any, **kwargs: Any) -> NoReturn:
		"""Raise `RowByItselfError`: a row is saved with its document."""
		self.refuse_without_document()

	def has_permission(self, permtype: str = "read", **options: Any) -> bool:
		"""Return whether the user may do so with the document that the row belongs to.

		Of a row that is loaded by itself, released 15 asks for the DocType of its document only.
		"""
		if not super().has_permission(permtype, **options):
			return False
		if self.flags.ignore_permissions or getattr(self, "parent_doc", None):
			return True
		if not self.parenttype or not frappe.db.exists(self.parenttype, self.parent):
			return True
		return bool(
			frappe.has_permission(self.parenttype, permtype, doc=self.parent, user=options.get("user"))
		)

	def before_print(self, settings: Any = None) -> NoReturn:
		"""Raise `frappe.PermissionError`: a row is printed with its document.

		The framework prints without asking `has_permission` above.
		"""
		text = _("A row of {0} is only printed with the document that it belongs to.")
		frappe.throw(text.format(_(self.doctype)), frappe.PermissionError)

	def on_trash(self) -> NoReturn:
		"""Raise `RowByItselfError`: a row is taken out of its document."""
		self.refuse_without_document()

	def db_update(self) -> None:
		"""Store the row as its document does when it is saved. Raises `ForeignRowError` for another document's row."""
		if not self.get("__islocal") and not self.was_there_before():
			self.refuse_foreign()
		super().db_update()

	def was_there_before(self) -> bool:
		"""Return whether the row is one that its document had when it was loaded."""
		parent = getattr(self, "parent_doc", None)
		before = parent and parent.get_doc_before_save()
		return bool(before) and any(row.name == self.name for row in before.get(self.parentfield) or ())

	def refuse_foreign(self) -> None:
		"""Raise `ForeignRowError` if the row is stored in another document than it is sent with."""
		place = frappe.db.get_value(self.doctype, self.name, ("parenttype", "parent"))
		if place and place != (self.parenttype, self.parent):
			frappe.throw(
				_("Row #{0} belongs to another document. Add a new row instead.").format(self.idx),
				ForeignRowError,
			)

	def refuse_without_document(self) -> NoReturn:
		"""Raise `RowByItselfError`."""
		frappe.throw(
			_("A row of {0} is only changed with the document that it belongs to.").format(_(self.doctype)),
			RowByItselfError,
		)
