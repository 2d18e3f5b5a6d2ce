import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, now_datetime, time_diff_in_seconds

from sales_opportunity.masters import get_party
from sales_opportunity.permissions import may_reopen
from sales_opportunity.postal import address_lines
from sales_opportunity.sales_opportunity.doctype.qualification_stage.stage_rules import (
	Facts,
	missing_requirements,
)
from sales_opportunity.sales_opportunity.doctype.quote.transitions import ISSUED
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.pricing import set_value

SERVER_FIELDS = ("primary_quote", "won_quote", "closed_on")
CLOSING_FIELDS = (
	"closed_on",
	"closing_reason",
	"won_quote",
	"competitor",
	"competitor_price",
	"closing_notes",
)
FROZEN_FIELDS = ("party_type", "party", "class_id", "transaction_currency")
FROZEN_NUMBERS = ("conversion_rate", "amount", "probability")
FROZEN_ITEM_FIELDS = ("item_type", "item")
FROZEN_ITEM_NUMBERS = ("quantity", "rate", "discount_percentage")


class StageNotAllowedError(frappe.ValidationError):
	pass


class StageRequirementError(frappe.ValidationError):
	pass


class ClosingReasonError(frappe.ValidationError):
	pass


class OpportunityClosedError(frappe.ValidationError):
	pass


class SalesOpportunity(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from sales_opportunity.sales_opportunity.doctype.sales_opportunity_item.sales_opportunity_item import (
			SalesOpportunityItem,
		)
		from sales_opportunity.sales_opportunity.doctype.sales_opportunity_stage_log.sales_opportunity_stage_log import (
			SalesOpportunityStageLog,
		)

		address: DF.Link | None
		address_display: DF.SmallText | None
		amount: DF.Currency
		base_amount: DF.Currency
		base_weighted_amount: DF.Currency
		class_id: DF.Link
		closed_on: DF.Datetime | None
		closing_notes: DF.SmallText | None
		closing_reason: DF.Link | None
		company_currency: DF.Link | None
		competitor: DF.Link | None
		competitor_price: DF.Currency
		contact: DF.Link | None
		contact_email: DF.Data | None
		conversion_rate: DF.Float
		expected_close_date: DF.Date | None
		forecast_category: DF.Literal["Pipeline", "Best Case", "Commit", "Closed", "Omitted"]
		items: DF.Table[SalesOpportunityItem]
		manual_amount: DF.Check
		naming_series: DF.Literal["OPP-.YYYY.-.#####"]
		next_activity: DF.Data | None
		next_activity_date: DF.Date | None
		opportunity_owner: DF.Link | None
		override_probability: DF.Check
		party: DF.DynamicLink
		party_name: DF.Data | None
		party_type: DF.Link
		primary_quote: DF.Link | None
		probability: DF.Percent
		stage: DF.Link
		stage_log: DF.Table[SalesOpportunityStageLog]
		status: DF.Literal["Open", "Won", "Lost"]
		title: DF.Data | None
		transaction_currency: DF.Link
		weighted_amount: DF.Currency
		won_quote: DF.Link | None
	# end: auto-generated types

	def validate(self):
		self.keep_server_fields()
		self.set_owner()
		self.validate_stage()
		self.compute()
		self.validate_requirements()
		self.validate_closing()
		self.validate_frozen_value()
		self.set_stage_log()

	def compute(self):
		"""Set all that follows from partner, class, stage and lines."""
		self.set_party_details()
		self.set_status()
		set_value(self)

	def keep_server_fields(self):
		"""Drop what a client sent for fields that only the server sets; another document may have set them since."""
		before = self.get_doc_before_save()
		for fieldname in SERVER_FIELDS:
			self.set(fieldname, before.get(fieldname) if before else None)

	def set_owner(self):
		if not self.opportunity_owner:
			self.opportunity_owner = self.class_doc.next_owner()

	def validate_stage(self):
		if not self.has_moved():
			return
		allowed = self.class_doc.allowed_stages()
		if self.stage not in allowed:
			frappe.throw(
				_("Stage {0} does not belong to class {1}. Choose one of: {2}.").format(
					frappe.bold(_(self.stage)), frappe.bold(self.class_doc.title), ", ".join(map(_, allowed))
				),
				StageNotAllowedError,
			)

	def set_party_details(self):
		if self.has_changed("party") or not self.party_name:
			frappe.has_permission(self.party_type, "read", doc=self.party, throw=True)
			party = get_party(self.party_type, self.party)
			if not self.title or self.title == self.party_name:
				self.title = party.title
			self.party_name = party.title
			self.contact = party.contact
			self.address = party.address
		self.contact_email = self.contact and frappe.get_cached_value("Contact", self.contact, "email_id")
		self.address_display = "\n".join(address_lines(self.address, self.party_name))

	def set_status(self):
		self.status = self.stage_doc.stage_type
		self.forecast_category = self.stage_doc.forecast_category

	def validate_requirements(self):
		if not self.has_moved():
			return
		required = Facts(
			items=self.stage_doc.requires_items,
			expected_close_date=self.stage_doc.requires_expected_close_date,
			issued_quote=self.stage_doc.requires_issued_quote,
			next_activity=self.stage_doc.requires_next_activity,
		)
		present = Facts(
			items=bool(self.items),
			expected_close_date=bool(self.expected_close_date),
			issued_quote=self.has_issued_quote(),
			next_activity=bool(self.next_activity_date),
		)
		labels = {
			"items": _("at least one line item"),
			"expected_close_date": _("the expected close date"),
			"issued_quote": _("an issued quote"),
			"next_activity": _("the next activity with its date"),
		}
		missing = [labels[name] for name in missing_requirements(required, present)]
		if missing:
			frappe.throw(
				_("Stage {0} requires {1}.").format(frappe.bold(_(self.stage)), ", ".join(missing)),
				StageRequirementError,
			)

	def validate_closing(self):
		before = self.get_doc_before_save()
		if before and before.status not in ("Open", self.status):
			self.reopen(before)
		if self.status == "Open":
			return
		if not before or before.status != self.status:
			self.closed_on = now_datetime()
		if self.status == "Lost" and not self.closing_reason:
			frappe.throw(
				_("Enter the reason why the opportunity was lost in the field {0}.").format(
					frappe.bold(_("Closing Reason"))
				),
				ClosingReasonError,
			)
		if self.closing_reason:
			outcome = frappe.get_cached_value("Closing Reason", self.closing_reason, "outcome")
			if outcome != self.status:
				frappe.throw(
					_("{0} is a reason for {1}, not for {2}.").format(
						frappe.bold(_(self.closing_reason)), _(outcome), _(self.status)
					),
					ClosingReasonError,
				)

	def reopen(self, before: "SalesOpportunity"):
		if not may_reopen():
			frappe.throw(_("Only a Sales Manager may reopen a closed opportunity."), frappe.PermissionError)
		for fieldname in CLOSING_FIELDS:
			if self.get(fieldname) == before.get(fieldname):
				self.set(fieldname, None)

	def validate_frozen_value(self):
		before = self.get_doc_before_save()
		if not before or before.status == "Open" or self.status != before.status:
			return
		if self.frozen_values() != before.frozen_values():
			frappe.throw(
				_(
					"The opportunity is closed: partner, class, lines, amount and probability can no longer change."
				),
				OpportunityClosedError,
			)

	def frozen_values(self) -> tuple:
		"""Return what must not change any more once the opportunity is closed."""
		return (
			[self.get(fieldname) for fieldname in FROZEN_FIELDS],
			[flt(self.get(fieldname)) for fieldname in FROZEN_NUMBERS],
			[[row.get(fieldname) for fieldname in FROZEN_ITEM_FIELDS] for row in self.items],
			[[flt(row.get(fieldname)) for fieldname in FROZEN_ITEM_NUMBERS] for row in self.items],
		)

	def set_stage_log(self):
		"""Keep the log as the database has it, whatever was sent, and add an entry for a stage change."""
		before = self.get_doc_before_save()
		self.set("stage_log", list(before.stage_log) if before else [])
		if before and before.stage == self.stage:
			return
		now = now_datetime()
		self.append(
			"stage_log",
			{
				"changed_on": now,
				"changed_by": frappe.session.user,
				"from_stage": before.stage if before else None,
				"to_stage": self.stage,
				"probability": self.probability,
				"amount": self.amount,
				"weighted_amount": self.weighted_amount,
				"seconds_in_stage": (
					time_diff_in_seconds(now, self.stage_log[-1].changed_on) if self.stage_log else 0
				),
			},
		)

	def has_changed(self, fieldname: str) -> bool:
		"""Return whether the field differs from the stored document; a new document has changed everywhere."""
		before = self.get_doc_before_save()
		return not before or before.get(fieldname) != self.get(fieldname)

	def has_moved(self) -> bool:
		"""Return whether this save enters a stage: a new document, another stage or another class."""
		return self.has_changed("stage") or self.has_changed("class_id")

	def has_issued_quote(self) -> bool:
		"""Return whether the opportunity has a live quote whose paper exists."""
		return bool(
			not self.is_new()
			and frappe.db.exists("Quote", {"opportunity": self.name, "status": ("in", list(ISSUED))})
		)

	@property
	def class_doc(self):
		return frappe.get_cached_doc("Class ID", self.class_id)

	@property
	def stage_doc(self):
		return frappe.get_cached_doc("Qualification Stage", self.stage)


@frappe.whitelist(methods=["POST"])
def calculate(doc: str | dict) -> dict:
	"""Return the unsaved document of a form with all defaults and values as saving would set them.

	Saves nothing. Raises `frappe.PermissionError` if the user may not read the stored opportunity or create one.
	"""
	values = frappe.parse_json(doc)
	if values.get("__islocal"):
		frappe.has_permission("Sales Opportunity", "create", throw=True)
		opportunity = frappe.get_doc({**values, "doctype": "Sales Opportunity"})
	else:
		opportunity = frappe.get_doc("Sales Opportunity", values["name"])
		opportunity.check_permission("read")
		opportunity.load_doc_before_save()
		opportunity.update(values)
	opportunity.compute()
	return opportunity.as_dict()
