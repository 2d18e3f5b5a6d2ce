from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import frappe
from frappe import _
from frappe.utils import get_link_to_form, now_datetime

from sales_opportunity.access.permissions import require
from sales_opportunity.currency import company_currency
from sales_opportunity.deal.copied_fields import copied_values
from sales_opportunity.deal.opportunity_status import OpportunityStatus
from sales_opportunity.deal.request_status import RequestStatus, is_allowed
from sales_opportunity.framework.locking import RetriedDocument, retried
from sales_opportunity.inputs.arguments import whitelist
from sales_opportunity.inputs.documents import CheckedDocument, ServerAttribute
from sales_opportunity.masters.adapters import get_party
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.assignment import (
	assign_department,
	end_assignments,
	is_finisher,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.ledger import (
	kinds,
	lock,
	lock_of_request,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.lines import (
	fill_in_lines,
	requested_quantities,
	same_lines,
	set_freight,
	sum_lines,
)
from sales_opportunity.sales_opportunity.doctype.fulfilment_request.provider import (
	DocumentState,
	ProviderError,
	make_document,
	may_make,
	provided_doctype,
)

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_opportunity.sales_opportunity import (
		SalesOpportunity,
	)

SERVER_FIELDS = (
	"party_type",
	"party",
	"party_name",
	"address",
	"address_display",
	"contact",
	"contact_email",
	"transaction_currency",
	"conversion_rate",
	"won_quote",
	"freight",
	"base_freight",
	"freight_tax_rate",
	"status",
	"done_on",
	"done_by",
	"reference_doctype",
	"reference_name",
	"document_total",
	"base_document_total",
	"request_key",
	"subject",
	"sales_person",
	"company_currency",
	"payment_terms",
	"tax_treatment",
	"vat_id",
)


class UnknownKindError(frappe.ValidationError):
	pass


class OpportunityNotWonError(frappe.ValidationError):
	pass


class RequestClosedError(frappe.ValidationError):
	pass


class DocumentMadeError(frappe.ValidationError):
	pass


class RequestTransitionError(frappe.ValidationError):
	pass


@dataclass(frozen=True)
class Step:
	"""The status that an action asked for, and whether it does so since the request's document has ended."""

	status: str
	document_ended: bool = False


class FulfilmentRequest(RetriedDocument, CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from sales_opportunity.sales_opportunity.doctype.fulfilment_request_item.fulfilment_request_item import (
			FulfilmentRequestItem,
		)

		address: DF.Link | None
		address_display: DF.SmallText | None
		base_document_total: DF.Currency
		base_freight: DF.Currency
		base_net_total: DF.Currency
		company_currency: DF.Link | None
		contact: DF.Link | None
		contact_email: DF.Data | None
		conversion_rate: DF.Float
		document_total: DF.Currency
		done_by: DF.Link | None
		done_on: DF.Datetime | None
		freight: DF.Currency
		freight_tax_rate: DF.Link | None
		items: DF.Table[FulfilmentRequestItem]
		kind: DF.Literal["Billing", "Shipping", "Order"]
		naming_series: DF.Literal["FUL-.YYYY.-.#####"]
		net_total: DF.Currency
		notes: DF.SmallText | None
		opportunity: DF.Link
		party: DF.DynamicLink | None
		party_name: DF.Data | None
		party_type: DF.Link | None
		payment_terms: DF.SmallText | None
		reference_doctype: DF.Link | None
		reference_name: DF.DynamicLink | None
		request_key: DF.Data | None
		sales_person: DF.Link | None
		status: DF.Literal["Open", "Done", "Cancelled"]
		subject: DF.Data | None
		tax_treatment: DF.Literal[
			"Domestic",
			"Reverse Charge",
			"EU Supply",
			"Export Supply",
			"Place of Supply Abroad",
			"Small Business",
		]
		transaction_currency: DF.Link | None
		vat_id: DF.Data | None
		won_quote: DF.Link | None
	# end: auto-generated types

	requested_step = ServerAttribute(Step)
	followed = ServerAttribute(DocumentState)

	def load_from_db(self) -> Any:
		"""Lock the opportunity before a request that is loaded for an update."""
		if self.flags.for_update and isinstance(self.name, str):
			lock_of_request(self.name)
		return super().load_from_db()

	def check_if_latest(self) -> None:
		"""Lock before the framework reads the stored state, so that what follows sees every other request."""
		lock(self.opportunity)
		super().check_if_latest()

	def validate(self) -> None:
		self.keep_server_fields()
		self.validate_open()
		self.validate_kind()
		self.set_from_opportunity()
		self.fill_in_open_lines()
		self.set_status()

	def after_insert(self) -> None:
		if not self.followed:
			self.make_document()

	def on_update(self) -> None:
		if self.status != RequestStatus.OPEN:
			end_assignments(self)

	def on_change(self) -> None:
		is_asked_for = self.flags.in_insert and not self.followed
		if is_asked_for and self.status == RequestStatus.OPEN:
			assign_department(self)

	def on_trash(self) -> None:
		self.validate_deletable()

	def keep_server_fields(self) -> None:
		"""Drop what a client sent for fields that only the server sets."""
		before = self.get_doc_before_save()
		if not before:
			self.update({"status": RequestStatus.OPEN, "done_on": None, "done_by": None})
			self.update({"reference_doctype": None, "reference_name": None})
			self.update({"document_total": 0, "base_document_total": 0})
		else:
			self.update({fieldname: before.get(fieldname) for fieldname in SERVER_FIELDS})
		if self.followed:
			self.update(self.followed.values)

	def validate_open(self) -> None:
		"""Raise `RequestClosedError` if the request was done or cancelled before this save."""
		before = self.get_doc_before_save()
		ends_with_document = self.requested_step and self.requested_step.document_ended
		if before and not (self.followed or ends_with_document):
			require_open(before)

	def validate_kind(self) -> None:
		"""Raise `UnknownKindError` for a new request of a kind that nobody offers."""
		if self.is_new() and self.kind not in kinds():
			frappe.throw(
				_("{0} cannot be requested, only: {1}.").format(
					_(self.kind, context=self.doctype),
					", ".join(_(one, context=self.doctype) for one in kinds()),
				),
				UnknownKindError,
			)

	def set_from_opportunity(self) -> None:
		"""Copy what the department needs to know, as it is on the day of the request. Raises `OpportunityNotWonError`."""
		if not self.is_new():
			return
		opportunity = frappe.get_doc("Sales Opportunity", self.opportunity, for_update=True)
		if opportunity.status != OpportunityStatus.WON:
			frappe.throw(
				_("Opportunity {0} is not won. Its follow-ups can be requested once it is.").format(
					frappe.bold(opportunity.name)
				),
				OpportunityNotWonError,
			)
		self.update(copied_values(opportunity, opportunity.doctype, self.doctype))
		self.subject = opportunity.title if opportunity.title != opportunity.party_name else None
		self.sales_person = opportunity.opportunity_owner
		self.company_currency = opportunity.company_currency or company_currency()
		self.set_conditions(opportunity)

	def set_conditions(self, opportunity: "SalesOpportunity") -> None:
		"""Take payment terms and tax treatment from the quote that was won, else from the partner."""
		party = get_party(opportunity.party_type, opportunity.party)
		agreed = party
		if opportunity.won_quote:
			agreed = frappe.get_doc("Quote", opportunity.won_quote, for_update=True)
		self.update({"payment_terms": agreed.payment_terms, "tax_treatment": agreed.tax_treatment})
		self.vat_id = party.vat_id

	def fill_in_open_lines(self) -> None:
		"""Fill in the lines of a request without a document. Raises `DocumentMadeError` if others of one have changed."""
		before = self.get_doc_before_save()
		if self.reference_name and not self.followed and not same_lines(self, before):
			frappe.throw(
				_("{0} was made of this request: its lines can no longer change.").format(
					get_link_to_form(self.reference_doctype, self.reference_name)
				),
				DocumentMadeError,
			)
		fill_in_lines(self)
		set_freight(self)
		sum_lines(self)

	def set_status(self) -> None:
		"""Take the step that an action, or the document that is followed, asked for."""
		if self.followed and self.followed.is_final and self.status == RequestStatus.OPEN:
			self.finish()
		if not self.requested_step:
			return
		status = self.requested_step.status
		if not is_allowed(self.status, status, self.requested_step.document_ended):
			frappe.throw(
				_("A request cannot go from {0} to {1}.").format(
					_(self.status, context=self.doctype), _(status, context=self.doctype)
				),
				RequestTransitionError,
			)
		if status == RequestStatus.CANCELLED and not self.requested_step.document_ended:
			self.validate_document_ended()
		if status == RequestStatus.DONE:
			self.finish()
		else:
			self.set("status", status)

	def finish(self) -> None:
		"""Set the request as done, by the user and now."""
		self.set("status", RequestStatus.DONE)
		self.done_on, self.done_by = now_datetime(), frappe.session.user

	def validate_document_ended(self) -> None:
		"""Raise `DocumentMadeError` while the request's document stands: what it sells would be open once more.

		A document of a DocType that is not submitted cannot be cancelled either, so it keeps no request.
		"""
		if not (self.reference_name and frappe.get_meta(self.reference_doctype).is_submittable):
			return
		docstatus = frappe.db.get_value(
			self.reference_doctype, self.reference_name, "docstatus", for_update=True
		)
		if docstatus is not None and docstatus < 2:
			frappe.throw(
				_(
					"{0} {1} was made of this request. Cancel or delete it first: this cancels the request, too."
				).format(
					_(self.reference_doctype), get_link_to_form(self.reference_doctype, self.reference_name)
				),
				DocumentMadeError,
			)

	def make_document(self) -> None:
		"""Let the app that registered itself for this kind make its own document, and refer to it."""
		made = make_document(self)
		if not made:
			return
		state = made if isinstance(made, DocumentState) else self.as_requested(*made)
		self.db_set(state.values)
		if state.is_final:
			self.finish()
			self.db_set({"status": self.status, "done_on": self.done_on, "done_by": self.done_by})
			end_assignments(self)

	def as_requested(self, doctype: str, name: str) -> DocumentState:
		"""Return the state of a document of which no more is known than that it was made of the request."""
		return DocumentState(
			doctype,
			name,
			requested_quantities(self),
			to_decimal(self.net_total),
			to_decimal(self.base_net_total),
		)

	def follow_document(self, state: DocumentState) -> None:
		"""Store the request as its document is: its lines, what it comes to, and done once that is final."""
		rows = {row.opportunity_item or "": row for row in self.items}
		self.set("items", [row for name, row in rows.items() if name in state.parts])
		for name, quantity in state.parts.items():
			row = rows.get(name) or self.append("items", {"opportunity_item": name})
			row.quantity = float(quantity)
		self.followed = state
		# Who may change the document was checked there, whether they may change the deal or not.
		self.save(ignore_permissions=True)

	def ask_for_less(self, parts: dict[str, Decimal], without_freight: bool) -> None:
		"""Store an open request with what is left of its lines, since a document that was made by hand has the rest."""
		if without_freight:
			self.db_set({"freight": 0, "base_freight": 0, "freight_tax_rate": None})
		self.set("items", [row for row in self.items if parts[row.opportunity_item or ""]])
		for row in self.items:
			row.quantity = float(parts[row.opportunity_item or ""])
		# Who may make the document was checked there, whether they may change the request or not.
		self.save(ignore_permissions=True)

	def end_with_document(self, is_deleted: bool = False) -> None:
		"""Cancel the request, open or done, since its document is cancelled, or is being deleted."""
		if is_deleted:
			self.unlink_document()
		if self.status != RequestStatus.CANCELLED:
			self.requested_step = Step(RequestStatus.CANCELLED, document_ended=True)
			# Who may cancel or delete the document was checked there, whether they may change the request or not.
			self.save(ignore_permissions=True)

	def unlink_document(self) -> None:
		"""Refer no longer to a document that is being deleted; the request itself stays as it is."""
		self.db_set({"reference_doctype": None, "reference_name": None})

	def validate_deletable(self) -> None:
		"""Raise `RequestTransitionError` unless the request is cancelled."""
		if self.status != RequestStatus.CANCELLED:
			frappe.throw(
				_("Only a cancelled request can be deleted. Cancel it first."), RequestTransitionError
			)

	def move_to(self, status: str, **kwargs: Any) -> None:
		"""Store the request with another status. Raises `RequestTransitionError` if it may not follow the stored one."""
		self.requested_step = Step(status)
		self.save(**kwargs)


@whitelist(methods=["POST"])
@retried
def mark_as_done(request: str) -> None:
	"""Finish an open request: Open → Done, with the time and the user.

	Raises `frappe.PermissionError` for those who may neither change the request nor have it assigned to them,
	`RequestClosedError` if it is not open.
	"""
	doc = frappe.get_doc("Fulfilment Request", request)
	doc.check_permission("read")
	require_worker(doc)
	# Whom the request is assigned to may finish it, but not change its lines.
	doc.move_to(RequestStatus.DONE, ignore_permissions=not doc.has_permission("write"))


@whitelist(methods=["POST"])
@retried
def cancel(request: str) -> None:
	"""Cancel an open request, which frees its quantities.

	Raises `frappe.PermissionError` without write permission, `RequestClosedError` if it is not open,
	`DocumentMadeError` while the document that was made of it stands.
	"""
	doc = frappe.get_doc("Fulfilment Request", request)
	doc.check_permission("write")
	doc.move_to(RequestStatus.CANCELLED)


@whitelist(methods=["POST"])
@retried
def make_document_of(request: str) -> list[str]:
	"""Let the kind's app make its document of an open request, and return its DocType and name; a second call the same.

	Raises `frappe.PermissionError` for those who may neither change the request nor have it assigned to them, or may
	not create the document, `RequestClosedError` if the request is not open, `ProviderError` if no app says what it
	makes of its kind, and what the app raises.
	"""
	frappe.get_doc("Fulfilment Request", request).check_permission("read")
	doc = frappe.get_doc("Fulfilment Request", request, for_update=True)
	if not doc.reference_name:
		require_open(doc)
		require_worker(doc)
		document = provided_doctype(doc.kind)
		if document:
			require(document, "create")
			doc.make_document()
	if not doc.reference_name:
		frappe.throw(
			_("No installed app makes documents for {0}.").format(_(doc.kind, context=doc.doctype)),
			ProviderError,
		)
	return [doc.reference_doctype or "", doc.reference_name]


@whitelist()
def makeable_document(request: str) -> str | None:
	"""Return the DocType of the document that the user may have made of an open request, if there is one.

	Raises `frappe.PermissionError` without read permission on the request.
	"""
	doc = frappe.get_doc("Fulfilment Request", request)
	doc.check_permission("read")
	is_open = doc.status == RequestStatus.OPEN and not doc.reference_name
	return provided_doctype(doc.kind) if is_open and is_worker(doc) and may_make(doc.kind) else None


@whitelist()
def may_finish(request: str) -> bool:
	"""Return whether the user may mark the request as done. Raises `frappe.PermissionError` without read permission."""
	doc = frappe.get_doc("Fulfilment Request", request)
	doc.check_permission("read")
	return is_worker(doc)


def require_open(doc: FulfilmentRequest) -> None:
	"""Raise `RequestClosedError` for a request that is done or cancelled."""
	if doc.status != RequestStatus.OPEN:
		frappe.throw(
			_("The request is {0} and can no longer change.").format(_(doc.status, context=doc.doctype)),
			RequestClosedError,
		)


def is_worker(doc: FulfilmentRequest) -> bool:
	"""Return whether the user has the request as an open task, or may change it."""
	return is_finisher(doc) or doc.has_permission("write")


def require_worker(doc: FulfilmentRequest) -> None:
	"""Raise `frappe.PermissionError` for who may neither change the request nor has it as an open task."""
	if not is_finisher(doc):
		doc.check_permission("write")
