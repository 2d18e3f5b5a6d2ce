"""Issuing a long quote by a background job: the seller goes on, sees how far it is, and is told what came of it.

The job issues the quote as it was when that was asked for, or not at all: one that was changed meanwhile stays a draft, and
so does one whose paper shows something that nobody has seen yet. Whatever goes wrong, it can be asked for again.
"""

from functools import partial
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, escape_html, now_datetime, strip_html

from sales_opportunity.deal.quote_status import QuoteStatus
from sales_opportunity.framework.jobs import FAILED, FINISHED, WAITING, WORKING, delete_job
from sales_opportunity.framework.locking import retried
from sales_opportunity.inputs.arguments import read_dict, read_list, whitelist
from sales_opportunity.notifications import in_language_of, notify
from sales_opportunity.printing.pdf import reporting_pages
from sales_opportunity.sales_opportunity.doctype.quote.checker import findings
from sales_opportunity.sales_opportunity.doctype.quote.issuing_state import (
	QUEUE,
	all_progress,
	delete_progress,
	has_worker,
	is_for_background,
	is_under_way,
	job_id,
	progress_of,
	record_progress,
)
from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote
from sales_opportunity.sales_opportunity.doctype.quote.sending import (
	send_quote,
	validate_may_send,
)
from sales_opportunity.sales_opportunity.doctype.quote_release.release_state import validate_released

TIMEOUT = 60 * 60
LINES_ON_A_PAGE = 10
"""About how many lines a page has, from which follows how far the paper is."""
KEPT_DAYS = 7


class ChangedMeanwhileError(frappe.ValidationError):
	pass


class LookFirstError(frappe.ValidationError):
	"""There are findings that nobody has seen yet."""

	def __init__(self, findings: list[dict]) -> None:
		super().__init__(" ".join(found["message"] for found in findings))
		self.findings = findings


def onload(doc: Quote, method: str | None = None) -> None:
	"""Hook of the quote's form: say whether a draft is issued in the background, and how far that is."""
	if doc.docstatus == 0:
		doc.set_onload("issuing", {"in_background": is_for_background(doc), **progress_state(doc.name)})


@whitelist(methods=["POST"])
def start(quote: str, modified: str, seen: str | list | None = None, email: str | dict | None = None) -> None:
	"""Begin to issue a draft as it was last changed at `modified`, and to send it if there is an `email`.

	`seen` are the rules whose findings the user passes over, `email` the arguments of `send_quote` besides the quote. A
	second call while the first is under way changes nothing. Where no worker takes jobs, it is done at once.

	Raises `frappe.PermissionError`, `TransitionError` if the quote is no draft, `ChangedMeanwhileError` if it was
	changed, `ReleaseNeededError`, for the e-mail what `validate_may_send` raises, and without a worker
	`LookFirstError` for findings that were not seen.
	"""
	# Locked until the job is in its queue, so that a second call sees it there.
	doc = frappe.get_doc("Quote", quote, for_update=True)
	doc.check_permission("submit")
	letter = read_dict(email, _("E-mail Text")) if email else {}
	if letter:
		validate_may_send(doc, letter.get("recipients"), letter.get("cc"))
	if doc.docstatus != 0:
		doc.refuse_transition(doc.status, QuoteStatus.ISSUED)
	validate_released(doc)
	can_wait = has_worker()
	if can_wait and is_under_way(quote):
		return
	validate_unchanged(doc, modified)
	values = {"modified": modified, "seen": read_list(seen or [], _("Findings")), "email": letter}
	if not can_wait:
		refuse_unseen(doc, values["seen"])
		submit(quote, modified, letter)
		return
	delete_job(job_id(quote))
	record_progress(
		quote,
		state=WAITING,
		user=frappe.session.user,
		modified=modified,
		noted_on=now_datetime(),
		percent=0,
		page=0,
		findings=[],
	)
	frappe.enqueue(run_job, queue=QUEUE, timeout=TIMEOUT, job_id=job_id(quote), quote=quote, **values)


@whitelist()
def state(quote: str) -> dict[str, Any]:
	"""Return how far it is: `state` is Waiting, Working, Finished, Failed or empty.

	While it works: `percent`, and the `page` that is laid out. Once it is issued: `messages` that issuing at once would have shown. If it
	failed: the `reason`, and `findings` that nobody has seen yet. Raises `frappe.PermissionError` without read permission.
	"""
	frappe.get_doc("Quote", quote).check_permission("read")
	return progress_state(quote)


def progress_state(quote: str) -> dict[str, Any]:
	"""Return as `state` does how far the quote is."""
	# In this order: a job notes what came of it before it ends.
	is_running = bool(progress_of(quote)) and is_under_way(quote)
	last = progress_of(quote)
	if is_running:
		return {key: last.get(key) for key in ("state", "percent", "page")}
	docstatus, modified = frappe.db.get_value("Quote", quote, ["docstatus", "modified"])
	if docstatus == 1 or last.get("state") == FINISHED:
		return {"state": FINISHED, "messages": last.get("messages", [])}
	if not last or last.get("shown_for", last["modified"]) != str(modified):
		return {"state": ""}
	if last["state"] in (WAITING, WORKING):
		return {"state": FAILED, "reason": interruption_text(), "findings": []}
	return {key: last.get(key) for key in ("state", "reason", "findings")}


def run_job(quote: str, modified: str, seen: list[str], email: dict) -> None:
	"""Issue the quote, or tell whoever asked why not: the job."""
	user = frappe.session.user
	record_progress(quote, state=WORKING)
	try:
		with in_language_of(user):
			issue_quote(quote, modified, seen, email)
	except Exception as error:
		frappe.db.rollback()
		if not isinstance(error, frappe.ValidationError | frappe.PermissionError):
			frappe.log_error("Quote could not be issued", reference_doctype="Quote", reference_name=quote)
		with in_language_of(user):
			record_failure(quote, user, reason_of(error), getattr(error, "findings", []))


def issue_quote(quote: str, modified: str, seen: list[str], email: dict) -> None:
	"""Issue the quote as it was last changed at `modified`, and send it if there is an `email`.

	Its paper is laid out before anything is locked. Raises `LookFirstError`, with its `findings`, if the paper shows what is not among the
	rules that were `seen`, `ChangedMeanwhileError`, and what issuing and sending raise.
	"""
	doc = frappe.get_doc("Quote", quote)
	validate_unchanged(doc, modified)
	with reporting_pages(partial(publish_progress, quote, 1 + len(doc.items) // LINES_ON_A_PAGE)):
		refuse_unseen(doc, seen)
	# Nothing was written: what follows reads what is stored by now.
	frappe.db.rollback()
	submit(quote, modified, email)
	values = {"state": FINISHED, "messages": messages(), "noted_on": now_datetime()}
	frappe.db.after_commit.add(partial(record_progress, quote, **values))
	notify(frappe.get_doc("Quote", quote), "quote_issued_in_background", [frappe.session.user])


def refuse_unseen(quote: Quote, seen: list[str]) -> None:
	"""Raise `LookFirstError`, with its `findings`, if the quote or its paper shows what is not among the rules that were `seen`."""
	unseen = [found for found in findings(quote) if found["rule"] not in seen]
	if unseen:
		error = LookFirstError(unseen)
		frappe.msgprint(escape_html(str(error)), title=_("Look at the quote first"), indicator="orange")
		raise error


@retried
def submit(quote: str, modified: str, email: dict) -> None:
	"""Issue the quote, or send it, which issues it, under the lock of its opportunity."""
	doc = frappe.get_doc("Quote", quote, for_update=True)
	validate_unchanged(doc, modified)
	if email:
		send_quote(quote, **email)
	else:
		doc.submit()


def validate_unchanged(quote: Quote, modified: str) -> None:
	"""Raise `ChangedMeanwhileError` if the quote is not the draft any more that it was at that moment."""
	if quote.docstatus != 0 or str(quote.modified) != modified:
		frappe.throw(
			_("Quote {0} was changed meanwhile. Look it over, and issue it then.").format(
				frappe.bold(quote.name)
			),
			ChangedMeanwhileError,
		)


def publish_progress(quote: str, pages: int, page: int) -> None:
	"""Record and publish how far the paper is; what comes after its pages takes a tenth of the time."""
	percent = min(90, round(90 * page / pages))
	record_progress(quote, percent=percent, page=page)
	frappe.publish_realtime("quote_issuing", {"quote": quote}, doctype="Quote", docname=quote)


def record_failure(quote: str, user: str, reason: str, unseen: list[dict] | None = None) -> None:
	"""Record why a draft was not issued and tell whoever asked; of one that is none any more there is nothing to tell."""
	stored = frappe.db.get_value("Quote", quote, ["docstatus", "status", "modified"], as_dict=True)
	if not stored or stored.status != QuoteStatus.DRAFT:
		delete_progress(quote)
		return
	record_progress(
		quote,
		state=FAILED,
		reason=reason,
		findings=unseen or [],
		shown_for=str(stored.modified),
		noted_on=now_datetime(),
	)
	notify(frappe.get_doc("Quote", quote), "quote_not_issued", [user])


def record_interrupted_jobs() -> None:
	"""Tell those whose job was killed that their quote was not issued, and delete the progress of former ones (scheduled job)."""
	for quote, last in all_progress().items():
		if last["state"] in (WAITING, WORKING):
			if not is_under_way(quote):
				with in_language_of(last["user"]):
					record_failure(quote, last["user"], interruption_text())
		elif last["noted_on"] < add_days(now_datetime(), -KEPT_DAYS):
			delete_progress(quote)


def interruption_text() -> str:
	"""Return, in the user's language, what is said of issuing that did not come to its end."""
	return _("Issuing was interrupted from outside, as by a restart of the server.")


def reason_of(error: Exception) -> str:
	"""Return what an error says to the seller: of a fault in the program only who finds more of it."""
	if isinstance(error, frappe.ValidationError | frappe.PermissionError):
		return strip_html(str(error)) or _("You may not issue it.")
	return _("An error occurred. Your administrator finds more of it in the Error Log.")


def messages() -> list[str]:
	"""Return what was said on the way, such as what speaks against selling to the partner."""
	said = [frappe.parse_json(each) for each in frappe.local.message_log]
	return [each["message"] for each in said if isinstance(each, dict) and each.get("message")]
