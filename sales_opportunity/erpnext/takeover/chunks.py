"""Takes over one after the other, each in a transaction of its own, so that it is as it is when its turn comes; a dry run keeps nothing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import frappe
from frappe import _
from frappe.utils import strip_html

from sales_opportunity.framework.locking import is_conflict, lock_gate

SAVE_POINT = "takeover"
MADE_MASTERS = ("Closing Reason", "Sales Competitor", "Sales Tax Rate", "Sales Unit")

Each = TypeVar("Each")


@dataclass
class Progress:
	"""How many of how many are done, and DocType and name of what is being taken over; `tell` is called after each."""

	tell: Callable[[int, int], None] | None = None
	done: int = 0
	total: int = 0
	at: tuple[str, str] | None = None


@dataclass(frozen=True)
class Refusal:
	"""What stays behind, and why."""

	doctype: str
	name: str
	reason: str


@contextmanager
def without_notifications() -> Iterator[None]:
	"""Tell nobody of what is old: no notification, no e-mail; and do it as the site's own work."""
	flags, user = (frappe.flags.in_import, frappe.flags.mute_emails), frappe.session.user
	frappe.flags.in_import = frappe.flags.mute_emails = True
	# Who may start it was checked; it takes over what all people have, whether that user may see it or not.
	frappe.set_user("Administrator")
	try:
		yield
	finally:
		frappe.flags.in_import, frappe.flags.mute_emails = flags
		frappe.set_user(user)


def process_each(
	todo: Sequence[Each],
	key: Callable[[Each], tuple[str, str]],
	take: Callable[[Each], None],
	gate: str,
	dry_run: bool,
	progress: Progress | None = None,
) -> list[Refusal]:
	"""Take over one after the other, and return what was refused. `key` returns DocType and name of each.

	Whoever takes over at the same moment waits at the gate of the DocType `gate` until one is kept. `take` locks what it
	reads before it reads anything else, and so sees what others have stored until then. An error that tells of the documents
	takes back what was done for one of them; any other ends it all.
	"""
	progress = progress or Progress()
	progress.total = len(todo)
	refused = []
	for number, each in enumerate(todo, start=1):
		lock_gate(gate)
		progress.at = key(each)
		frappe.db.savepoint(SAVE_POINT)
		try:
			take(each)
			if dry_run:
				undo_document()
		except Exception as error:
			if is_conflict(error) or not is_data_error(error):
				raise
			undo_document()
			refused.append(Refusal(*progress.at, reason_of(error)))
		frappe.local.message_log = []
		end_transaction(dry_run)
		progress.done = number
		if progress.tell:
			progress.tell(number, len(todo))
	return refused


def end_transaction(dry_run: bool) -> None:
	"""End the transaction, so that nobody waits longer for what it has locked."""
	if dry_run:
		frappe.db.rollback()
	else:
		# What is done stays done if a later one is interrupted, and the next run goes on behind it.
		frappe.db.commit()


def undo_document() -> None:
	"""Take back what was written for one document, and clear the caches of it."""
	frappe.db.rollback(save_point=SAVE_POINT)
	for doctype in MADE_MASTERS:
		frappe.clear_document_cache(doctype)


def is_data_error(error: Exception) -> bool:
	"""Return whether an error tells of the documents, and not of a fault in the program."""
	kinds = (
		frappe.ValidationError,
		frappe.PermissionError,
		frappe.DoesNotExistError,
		frappe.DuplicateEntryError,
	)
	return isinstance(error, kinds)


def reason_of(error: Exception) -> str:
	"""Return what an error says to a System Manager, who is told of faults in the program, too."""
	if isinstance(error, frappe.DuplicateEntryError) and len(error.args) > 1:
		return _("{0} {1} already exists").format(_(error.args[0]), error.args[1])
	return strip_html(str(error)) or type(error).__name__
