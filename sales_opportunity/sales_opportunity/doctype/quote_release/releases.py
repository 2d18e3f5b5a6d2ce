"""Asking for the release of a quote, and answering: whoever has a role that is asked for releases it or says why not."""

from collections.abc import Collection, Iterable
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import frappe
from frappe import _
from frappe.desk.doctype.notification_log.notification_log import enqueue_create_notification
from frappe.utils import comma_or, escape_html, get_fullname, get_url, get_url_to_form, nowdate
from frappe.utils.user import get_users_with_role

from sales_opportunity.access.permissions import may_read_field
from sales_opportunity.features import RELEASES, SETTINGS, is_used
from sales_opportunity.framework.locking import retried
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.notifications import colleagues_of, in_language_of, notify, run_after_commit
from sales_opportunity.sales_opportunity.doctype.quote_release.release_figures import (
	figures_of,
	offered_figures,
)
from sales_opportunity.sales_opportunity.doctype.quote_release.release_rules import (
	NEEDED,
	REFUSED,
	RELEASED,
	REQUESTED,
	WORSENED,
	ReleaseStanding,
	alternatives,
	worsened_by,
)
from sales_opportunity.sales_opportunity.doctype.quote_release.release_state import (
	end_tasks,
	entry_of,
	log_of,
	log_release,
	makers,
	reasons,
	standing_of,
)
from sales_opportunity.texts.formatting import format_money, format_percent

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote

LONGEST_NOTE = 1000


class ReleaseError(frappe.ValidationError):
	"""The release can be neither asked for nor answered like this."""


def onload(doc: "Quote", method: str | None = None) -> None:
	"""Hook of the quote's form: say how a draft stands with its release, and what the user can do about it."""
	if doc.docstatus != 0 or doc.is_new():
		return
	found = standing_of(doc)
	if not found.status:
		return
	rows = log_of(doc)
	own = [row for row in reversed(rows) if row.quote == doc.name and row.action != WORSENED]
	last = next((row for row in own if found.status in (NEEDED, row.action)), None)
	doc.set_onload(
		"release",
		{
			"status": found.status,
			"reasons": [*reasons(found, doc), *margin_reasons(found, doc)],
			"may_answer": bool(may_answer(doc, found, frappe.session.user)),
			"worsened_by": [get_fullname(person) for person in barred_for_worsening(doc, found, rows)],
			"last": last
			and {
				"action": last.action,
				"person": get_fullname(last.person),
				"happened_on": last.happened_on,
				"note": last.note or "",
			},
		},
	)


def barred_for_worsening(doc: "Quote", found: ReleaseStanding, rows: Iterable[frappe._dict]) -> list[str]:
	"""Return who has a role whose release is missing, and does not give it since they have made the quote worse."""
	if frappe.get_cached_doc(SETTINGS).allow_own_releases:
		return []
	entries = [entry_of(row, doc) for row in rows]
	return sorted(
		{person for role in found.missing for person in worsened_by(entries, role) if has_role(person, role)}
	)


def margin_reasons(found: ReleaseStanding, doc: "Quote") -> list[str]:
	"""Return what whoever may read the margin is told besides of why the quote needs a release."""
	limits = [rule.margin_below for rule in found.met if rule.margin_below]
	if not limits or not may_read_field("Quote", "margin_percentage"):
		return []
	now, offered = figures_of(doc).margin, offered_figures(doc).margin
	margin, limit = (format_percent(share or 0, frappe.local.lang) for share in (now, min(limits)))
	text = (
		_("The margin is {0}, below {1}.")
		if now == offered
		else _("The customer can choose so that the margin is {0}, below {1}.")
	)
	return [text.format(margin, limit)]


def dashboard(data: dict) -> dict:
	"""Hook of the quote's connections: lead to what happened to its release."""
	if is_used(RELEASES):
		data.setdefault("non_standard_fieldnames", {})["Quote Release"] = "quote"
		# In English: it is cached for everybody, and the desk translates it.
		data.setdefault("transactions", []).append(
			{"label": _("Releases", lang="en"), "items": ["Quote Release"]}
		)
	return data


@whitelist(methods=["POST"])
@retried
def request_release(quote: str, note: str | None = None) -> None:
	"""Ask those for the release of a draft who may give it; `note` says why it should be released.

	Raises `frappe.PermissionError` without write permission, `ReleaseError` if the quote needs none, if somebody was asked already,
	or if there is nobody who could be asked.
	"""
	doc, found = lock_draft(quote, "write")
	note = checked_note(note)
	if found.status not in (NEEDED, REFUSED):
		frappe.throw(_("Quote {0} needs no release now.").format(frappe.bold(doc.name)), ReleaseError)
	people = people_to_ask(doc, found)
	tasks = [request_answer(doc, user, note) for user in people]
	log_release(doc, REQUESTED, found.missing, note, tasks)
	store_release(doc, _("has asked for a release") + note_as_html(note))


@whitelist(methods=["POST"])
@retried
def release(quote: str, modified: str) -> None:
	"""Release a draft as it was last changed at `modified`, for all roles that the user has and whose release is missing.

	Raises `frappe.PermissionError` for whoever may not read the quote or release it, `ReleaseError` if it needs no release or was
	changed meanwhile.
	"""
	doc, roles = lock_for_release(quote, modified)
	figures = figures_of(doc)
	log_release(doc, RELEASED, roles)
	status = store_release(
		doc,
		_("has released the quote: discount {0}, net total {1}").format(
			format_percent(figures.discount, frappe.local.lang),
			format_money(figures.amount, doc.company_currency or "", frappe.local.lang),
		),
	)
	if status == RELEASED:
		end_tasks(doc, frappe.session.user)
		notify(doc, "quote_released", people_to_notify(doc))


@whitelist(methods=["POST"])
@retried
def refuse_release(quote: str, modified: str, reason: str) -> None:
	"""Refuse the release of a draft as it was last changed at `modified`, and say why. Raises as `release` does."""
	doc, roles = lock_for_release(quote, modified)
	reason = checked_note(reason)
	if not reason:
		frappe.throw(_("Say why."), ReleaseError)
	log_release(doc, REFUSED, roles, reason)
	store_release(doc, _("has refused the release") + note_as_html(reason))
	end_tasks(doc, frappe.session.user)
	notify(doc, "quote_release_refused", people_to_notify(doc))


def lock_draft(quote: str, ptype: str) -> "tuple[Quote, ReleaseStanding]":
	"""Lock a draft until the transaction ends, and return it and how it stands."""
	if not is_used(RELEASES):
		frappe.throw(_("The settings ask for no releases of quotes."), ReleaseError)
	doc = frappe.get_doc("Quote", quote, for_update=True)
	doc.check_permission(ptype)
	if doc.docstatus != 0:
		frappe.throw(_("Quote {0} is no draft any more.").format(frappe.bold(doc.name)), ReleaseError)
	return doc, standing_of(doc, for_update=True)


def lock_for_release(quote: str, modified: str) -> "tuple[Quote, list[str]]":
	"""Lock a draft that the user has seen as it is, and return it and for which roles the user answers."""
	doc, found = lock_draft(quote, "read")
	if str(doc.modified) != modified:
		frappe.throw(
			_("Quote {0} was changed meanwhile. Look at it again before you answer.").format(
				frappe.bold(doc.name)
			),
			ReleaseError,
		)
	if not found.missing:
		frappe.throw(_("Quote {0} needs no release now.").format(frappe.bold(doc.name)), ReleaseError)
	roles = may_answer(doc, found, frappe.session.user, for_update=True)
	if not roles:
		frappe.throw(
			_("Quote {0} is not yours to release.").format(frappe.bold(doc.name)), frappe.PermissionError
		)
	return doc, roles


def may_answer(doc: "Quote", found: ReleaseStanding, user: str, for_update: bool = False) -> list[str]:
	"""Return for which of the missing roles the user may release the quote."""
	roles = [role for role in found.missing if has_role(user, role)]
	barred = barred_people(doc, roles, for_update)
	return [role for role in roles if user not in barred[role]]


def barred_people(doc: "Quote", roles: Collection[str], for_update: bool = False) -> dict[str, set[str]]:
	"""Return by role who does not release the quote with it: whose own it is, and who has made it worse since the last time."""
	if not roles or frappe.get_cached_doc(SETTINGS).allow_own_releases:
		return {role: set() for role in roles}
	rows = log_of(doc, for_update)
	own, entries = own_people(doc, rows, for_update), [entry_of(row, doc) for row in rows]
	return {role: own | worsened_by(entries, role) for role in roles}


def own_people(doc: "Quote", rows: Iterable[frappe._dict], for_update: bool = False) -> set[str]:
	"""Return whose own quote it is: who made it, is responsible for it or for its deal or has a share of that, or has asked."""
	deal_owner = frappe.db.get_value(
		"Sales Opportunity", doc.opportunity, "opportunity_owner", for_update=for_update
	)
	colleagues = colleagues_of(doc.opportunity, for_update)
	found = {doc.sales_person, deal_owner, *colleagues, *makers(doc, rows)}
	return {person for person in found if person}


def people_to_ask(doc: "Quote", found: ReleaseStanding) -> list[str]:
	"""Return who may release the quote for one of the missing roles, by name, but for the user.

	Raises `ReleaseError` if nobody may for one of them: the quote would wait for ever.
	"""
	by_role = releasers(doc, found)
	lacking = [role for role, people in by_role.items() if not people]
	if lacking:
		frappe.throw(nobody_may_release(doc, found, lacking), ReleaseError)
	people = set().union(*by_role.values()) - {frappe.session.user}
	if not people:
		frappe.throw(
			_("Nobody else may release quote {0}: do it yourself.").format(frappe.bold(doc.name)),
			ReleaseError,
		)
	return sorted(people)


def releasers(doc: "Quote", found: ReleaseStanding) -> dict[str, set[str]]:
	"""Return by missing role who may read the quote and release it."""
	barred = barred_people(doc, found.missing, for_update=True)
	return {
		role: {
			user
			for user in users_with_role(role)
			if user not in barred[role] and frappe.has_permission("Quote", "read", doc=doc, user=user)
		}
		for role in found.missing
	}


def has_role(user: str, role: str) -> bool:
	"""Return whether somebody has a role, or one of several, or is named instead of one."""
	return not {user, *frappe.get_roles(user)}.isdisjoint(alternatives(role))


def users_with_role(role: str) -> set[str]:
	"""Return who has a role, or one of several; of another app's rule it may be a person."""
	names = alternatives(role)
	people = frappe.get_all("User", {"name": ("in", names), "enabled": 1}, pluck="name")
	return {*people, *(user for name in names for user in get_users_with_role(name))}


def nobody_may_release(doc: "Quote", found: ReleaseStanding, lacking: Collection[str]) -> str:
	"""Return the sentence that nobody may; it names the roles, but for those of rules on margins to whoever may not know of them."""
	known = {
		rule.role
		for rule in found.met
		if not rule.margin_below or may_read_field("Quote", "margin_percentage")
	}
	roles = ", ".join(in_words(role) for role in lacking if role in known)
	if not roles:
		return _("There is nobody who may release quote {0}. Ask your administrator.").format(
			frappe.bold(doc.name)
		)
	return _(
		"There is nobody who may release quote {0} as {1}. Ask your administrator to give somebody else that role."
	).format(frappe.bold(doc.name), frappe.bold(roles))


def in_words(role: str) -> str:
	"""Return a role, or several of which one is enough."""
	return comma_or([_(name, context="Role") for name in alternatives(role)], add_quotes=False)


def request_answer(doc: "Quote", user: str, note: str) -> str:
	"""Give somebody the task to answer, tell them by bell and e-mail in their own language, and return the task's name.

	All lead to the quote's form, where who is logged in releases it or not: opening a link changes nothing.
	"""
	with in_language_of(user):
		asker = get_fullname(frappe.session.user)
		subject = _("{0} asks you to release quote {1} for {2}.").format(
			asker, doc.name, doc.party_name or ""
		)
		money = format_money(doc.net_total, doc.transaction_currency, frappe.local.lang)
		figures = _("Net total {0}, discount {1} in all.").format(
			money, format_percent(figures_of(doc).discount, frappe.local.lang)
		)
		buttons = answer_buttons(doc)
	said = f"<p>{escape_html(figures)}</p>" + (f"<p>{escape_html(note)}</p>" if note else "")
	todo = frappe.get_doc(
		{
			"doctype": "ToDo",
			"allocated_to": user,
			"assigned_by": frappe.session.user,
			"reference_type": "Quote",
			"reference_name": doc.name,
			"description": f"<p>{escape_html(subject)}</p>{said}",
			"date": nowdate(),
		}
		# As the framework's assignments are: whoever asks may give the task, whatever they may do with tasks.
	).insert(ignore_permissions=True)
	message = {
		"type": "Assignment",
		"document_type": "Quote",
		"document_name": doc.name,
		"subject": escape_html(subject),
		"email_content": said + buttons,
		"from_user": frappe.session.user,
	}
	run_after_commit(partial(enqueue_create_notification, [user], message))
	return str(todo.name)


def answer_buttons(doc: "Quote") -> str:
	"""Return the buttons of the e-mail, which open the form with the dialog for the answer; who is not logged in does so first."""
	labels = {RELEASED: _("Release", context="Quote"), REFUSED: _("Refuse", context="Quote")}
	links = []
	for answer, label in labels.items():
		form = urlsplit(answer_address(doc, answer))
		address = get_url("/login?" + urlencode({"redirect-to": f"{form.path}?{form.query}"}))
		look = "btn-primary" if answer == RELEASED else "btn-default"
		links.append(f'<a class="btn {look}" href="{escape_html(address)}">{escape_html(label)}</a>')
	return f"<p>{'&nbsp; '.join(links)}</p>"


def answer_address(doc: "Quote", answer: str) -> str:
	"""Return the address of the form that opens the dialog for an answer there."""
	return f"{get_url_to_form('Quote', doc.name)}?{urlencode({'answer': answer})}"


def store_release(doc: "Quote", comment: str) -> str:
	"""Store and return how the quote stands now, and put what happened into its stream; who edits it goes on undisturbed."""
	status = standing_of(doc, for_update=True).status
	doc.db_set("release_status", status or None, update_modified=False, notify=True)
	doc.add_comment("Info", comment)
	return status


def note_as_html(note: str) -> str:
	"""Return a note as HTML behind what it is about, nothing without one."""
	return f": {escape_html(note)}" if note else ""


def checked_note(note: str | None) -> str:
	"""Return the note as it is kept. Raises `ReleaseError` for one that nobody would read."""
	note = (note or "").strip()
	if len(note) > LONGEST_NOTE:
		frappe.throw(_("The note is too long. Write at most {0} letters.").format(LONGEST_NOTE), ReleaseError)
	return note


def people_to_notify(doc: "Quote") -> list[str]:
	"""Return who has asked, and who is responsible, but for the one who answers."""
	own = own_people(doc, log_of(doc, for_update=True), for_update=True)
	return sorted(own - {frappe.session.user, "Administrator"})
