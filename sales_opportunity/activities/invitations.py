"""Invitations to meetings by e-mail, with a file for the guests' calendars; guests hear when it moves or is cancelled."""

from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.core.doctype.communication.email import make as make_email
from frappe.translate import print_language
from frappe.utils import (
	escape_html,
	get_datetime,
	get_fullname,
	get_system_timezone,
	now_datetime,
	strip_html,
	validate_email_address,
)

from sales_opportunity.activities.calendar_file import (
	Meeting,
	calendar_file,
)
from sales_opportunity.activities.meetings import (
	MeetingError,
	guest_names,
	guests_of,
	is_invited,
	span_text,
)
from sales_opportunity.framework.compat import place_field
from sales_opportunity.mail.headers import ascii_address
from sales_opportunity.mail.outgoing import (
	MAXIMUM_ADDRESSES,
	has_account,
	send_after_commit,
	sender,
	validate_account,
)
from sales_opportunity.masters.adapters import default_language, get_party
from sales_opportunity.texts.rich_text import clean

if TYPE_CHECKING:
	from frappe.desk.doctype.event.event import Event

OPPORTUNITY = "Sales Opportunity"
ANNOUNCED_FIELDS = ("subject", "starts_on", "ends_on", "sales_guests", "status")
"""What guests have to hear of if it changes, besides the place."""


def invite(event: "Event") -> None:
	"""Send an invitation to all guests of a meeting that have an address.

	Raises `MeetingError` if there are none, too many, or one that is wrong or has passed, `SendingError` if the site has no account.
	"""
	addresses = [guest for guest in guests_of(event.sales_guests) if "@" in guest]
	if not addresses:
		frappe.throw(_("Enter the e-mail address of at least one guest to invite."), MeetingError)
	if len(addresses) > MAXIMUM_ADDRESSES:
		frappe.throw(_("At most {0} guests can be invited.").format(MAXIMUM_ADDRESSES), MeetingError)
	for address in addresses:
		if not validate_email_address(ascii_address(address)):
			frappe.throw(
				_("{0} is not an e-mail address.").format(frappe.bold(escape_html(address))), MeetingError
			)
	if get_datetime(event.starts_on) <= now_datetime():
		frappe.throw(_("Nobody can be invited to a meeting of the past."), MeetingError)
	validate_account(OPPORTUNITY)
	deal = deal_of(event)
	frappe.has_permission(OPPORTUNITY, "email", doc=deal, throw=True)
	send_invitation(event, addresses, deal)


def on_event_update(event: "Event", method: str | None = None) -> None:
	"""Hook of saved Events: guests who were invited hear of another time or place, and of the end.

	It raises nothing, so that a planner can always change their own meeting.
	"""
	before = event.get_doc_before_save()
	if not before or not may_notify(event, before):
		return
	if all(
		str(event.get(field) or "") == str(before.get(field) or "")
		for field in (*ANNOUNCED_FIELDS, place_field())
	):
		return
	if event.status in ("Open", "Cancelled"):
		former, guests = invited_guests(before), invited_guests(event)
		deal = deal_of(event) or deal_of(before)
		if guests:
			send_invitation(event, guests, deal, is_cancelled=event.status == "Cancelled")
		gone = sorted(set(former) - set(guests))
		if gone:
			send_invitation(event, gone, deal, is_cancelled=True)


def on_event_trash(event: "Event", method: str | None = None) -> None:
	"""Hook of deleted Events: guests who were invited hear that the meeting does not take place."""
	guests = invited_guests(event)
	if event.status == "Open" and guests and may_notify(event, event):
		send_invitation(event, guests, deal_of(event), is_cancelled=True)


def may_notify(event: "Event", before: "Event | None") -> bool:
	"""Return whether guests were invited to the meeting as it was, and hear of it; the user is told if they cannot."""
	if not is_invited(before) or not has_account(OPPORTUNITY):
		return False
	deal = deal_of(event) or deal_of(before)
	if may_log(deal) or frappe.has_permission("Event", "email", doc=event):
		return True
	frappe.msgprint(
		_("The guests were not told: you may not send e-mails about this meeting."), indicator="orange"
	)
	return False


def invited_guests(event: "Event") -> list[str]:
	"""Return the addresses of a meeting's guests to which an e-mail can go."""
	guests = [guest for guest in guests_of(event.sales_guests) if "@" in guest]
	return [guest for guest in guests if validate_email_address(ascii_address(guest))]


def deal_of(event: "Event") -> str | None:
	"""Return the first opportunity among the participants of a meeting, None if there is none any more."""
	names = [
		row.reference_docname for row in event.event_participants if row.reference_doctype == OPPORTUNITY
	]
	return next((name for name in names if frappe.db.exists(OPPORTUNITY, name)), None)


def may_log(deal: str | None) -> bool:
	"""Return whether the user may send e-mails about the opportunity."""
	return bool(deal) and frappe.has_permission(OPPORTUNITY, "email", doc=deal)


def send_invitation(
	event: "Event", addresses: list[str], deal: str | None, is_cancelled: bool = False
) -> None:
	"""Put one e-mail with the calendar file into the queue, in the partner's language.

	It is logged on the opportunity if the user may write e-mails about that. Who may not, such as the planner of a
	meeting whose deal a colleague has got, tells the guests only what the meeting says, which is theirs.
	"""
	recipients = ", ".join(map(ascii_address, addresses))
	with print_language(language_of_deal(deal)):
		subject, content = invitation_text(event, is_cancelled)
	email = {"recipients": recipients, "sender": sender(), "subject": subject}
	logged = {}
	if may_log(deal):
		communication = make_email(doctype=OPPORTUNITY, name=deal, content=content, **email)["name"]
		logged = {
			"reference_doctype": OPPORTUNITY,
			"reference_name": deal,
			"communication": communication,
		}
	frappe.sendmail(
		**email,
		**logged,
		message=content,
		attachments=[
			{"fname": "invite.ics", "fcontent": calendar_attachment(event, addresses, is_cancelled)}
		],
		expose_recipients="header",
	)
	event.db_set("sales_invitations", (event.sales_invitations or 0) + 1, update_modified=False)
	send_after_commit()


def language_of_deal(deal: str | None) -> str:
	"""Return the language of the opportunity's partner, else the company's."""
	party = frappe.db.get_value(OPPORTUNITY, deal, ("party_type", "party")) if deal else None
	return (party and get_party(*party).language) or default_language()


def invitation_text(event: "Event", is_cancelled: bool) -> tuple[str, str]:
	"""Return subject and text (HTML) of the e-mail, in the language that is set."""
	if is_cancelled:
		subject, opening = _("Cancelled: {0}"), _("The following meeting does not take place:")
	elif event.sales_invitations:
		subject, opening = _("Changed: {0}"), _("The following meeting has changed:")
	else:
		subject, opening = _("Invitation: {0}"), _("I would like to invite you to the following meeting:")
	facts = [event.subject, span_text(event.starts_on, event.ends_on), event.get(place_field())]
	lines = "<br>".join(escape_html(fact) for fact in facts if fact)
	signature = clean(frappe.db.get_value("User", frappe.session.user, "email_signature"))
	closing = signature or f"<p>{escape_html(get_fullname(frappe.session.user))}</p>"
	return subject.format(event.subject), f"<p>{opening}</p><p>{lines}</p>{event.description or ''}{closing}"


def calendar_attachment(event: "Event", addresses: list[str], is_cancelled: bool) -> str:
	"""Return the text of the calendar file."""
	names = guest_names(addresses)
	organizer = frappe.db.get_value("User", event.owner, "email")
	meeting = Meeting(
		uid=f"{event.name}@{frappe.local.site}",
		subject=event.subject,
		starts_on=get_datetime(event.starts_on),
		ends_on=event.ends_on and get_datetime(event.ends_on),
		time_zone=get_system_timezone(),
		organizer=(get_fullname(event.owner), organizer),
		guests=[(names.get(address.lower(), ""), ascii_address(address)) for address in addresses],
		place=event.get(place_field()) or "",
		details=strip_html(event.description or "").strip(),
		version=event.sales_invitations or 0,
	)
	return calendar_file(meeting, now_datetime(), is_cancelled)
