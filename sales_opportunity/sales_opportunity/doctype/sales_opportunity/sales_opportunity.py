from datetime import datetime
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.model.document import Document

from sales_opportunity.access.concealed import conceal
from sales_opportunity.access.permissions import require
from sales_opportunity.activities.cadences import follow_cadence
from sales_opportunity.currency import store_company_currency
from sales_opportunity.deal.chosen_company import move_drafts, set_company
from sales_opportunity.deal.chosen_contacts import CHOSEN, is_of_party, require_read_of_chosen
from sales_opportunity.deal.forecast_categories import OMITTED
from sales_opportunity.deal.instalments import validate_instalments
from sales_opportunity.deal.line_amounts import validate_worth
from sales_opportunity.deal.line_sync import copy_lines_to_quote
from sales_opportunity.deal.opportunity_value import set_value
from sales_opportunity.deal.origin import set_origin, validate_origin
from sales_opportunity.deal.participants import complete_participants, keep_primary, validate_participants
from sales_opportunity.deal.related import is_frame, validate_related
from sales_opportunity.deal.shares import new_colleagues, reduced_colleagues, set_people, validate_shares
from sales_opportunity.deal.switched_lines import validate_plan
from sales_opportunity.framework.locking import RetriedDocument, lock_opportunity
from sales_opportunity.inputs.arguments import read_dict, whitelist
from sales_opportunity.inputs.documents import CheckedDocument, ServerAttribute, require_near, validate_fields
from sales_opportunity.masters.adapters import get_party
from sales_opportunity.notifications import notify
from sales_opportunity.printing.postal import address_lines
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.closing import (
	CloseOptions,
	advance_partner,
	cancel_planned_activities,
	close_quotes,
	promote_successor,
	set_successor,
	set_won_quote,
	validate_closing,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.differences import (
	changes,
	with_stored_values,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.fixed_values import (
	validate_frozen_value,
	validate_party_and_currency,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.head import set_head
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.rate_updates import set_rate_at_win
from sales_opportunity.sales_opportunity.doctype.sales_opportunity.stages import (
	set_idle,
	set_stage_log,
	validate_requirements,
	validate_stage,
)
from sales_opportunity.sales_opportunity.doctype.sales_opportunity_change.history import (
	Backdating,
	delete_changes,
	record_change,
)

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.class_id.class_id import ClassID
	from sales_opportunity.sales_opportunity.doctype.qualification_stage.qualification_stage import (
		QualificationStage,
	)
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote

ENTRIES = ("party", "class_id", "stage")
SERVER_FIELDS = (
	"party_name",
	"opened_on",
	"primary_quote",
	"won_quote",
	"closed_on",
	"idle_since",
	"stalled_from",
	"prices_include_tax",
	"activity_told_for",
	"quote_opened_on",
)


class DisabledMasterError(frappe.ValidationError):
	pass


class SalesOpportunity(RetriedDocument, CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from sales_opportunity.sales_opportunity.doctype.sales_opportunity_contact.sales_opportunity_contact import (
			SalesOpportunityContact,
		)
		from sales_opportunity.sales_opportunity.doctype.sales_opportunity_instalment.sales_opportunity_instalment import (
			SalesOpportunityInstalment,
		)
		from sales_opportunity.sales_opportunity.doctype.sales_opportunity_item.sales_opportunity_item import (
			SalesOpportunityItem,
		)
		from sales_opportunity.sales_opportunity.doctype.sales_opportunity_share.sales_opportunity_share import (
			SalesOpportunityShare,
		)
		from sales_opportunity.sales_opportunity.doctype.sales_opportunity_stage_log.sales_opportunity_stage_log import (
			SalesOpportunityStageLog,
		)

		activity_told_for: DF.Date | None
		address: DF.Link | None
		address_display: DF.SmallText | None
		amount: DF.Currency
		base_amount: DF.Currency
		base_contract_value: DF.Currency
		base_monthly_amount: DF.Currency
		base_net_freight: DF.Currency
		base_one_off_amount: DF.Currency
		base_weighted_amount: DF.Currency
		base_yearly_amount: DF.Currency
		campaign: DF.Link | None
		class_id: DF.Link
		closed_month: DF.Data | None
		closed_on: DF.Datetime | None
		closing_notes: DF.SmallText | None
		closing_reason: DF.Link | None
		company: DF.Data | None
		company_currency: DF.Link | None
		competitor: DF.Link | None
		competitor_price: DF.Currency
		contact: DF.Link | None
		contact_email: DF.Data | None
		contract_value: DF.Currency
		conversion_rate: DF.Float
		discount_amount: DF.Currency
		discount_percentage: DF.Percent
		expected_close_date: DF.Date | None
		fixed_discount: DF.Currency
		forecast_category: DF.Literal["Pipeline", "Best Case", "Commit", "Closed", "Omitted"]
		freight: DF.Currency
		freight_tax_rate: DF.Link | None
		idle_since: DF.Date | None
		instalments: DF.Table[SalesOpportunityInstalment]
		is_counted: DF.Check
		is_frame: DF.Check
		items: DF.Table[SalesOpportunityItem]
		likely_close_date: DF.Date | None
		manual_amount: DF.Check
		margin_amount: DF.Currency
		margin_percentage: DF.Percent
		monthly_amount: DF.Currency
		naming_series: DF.Literal["OPP-.YYYY.-.#####"]
		net_freight: DF.Currency
		next_activity: DF.Data | None
		next_activity_date: DF.Date | None
		one_off_amount: DF.Currency
		opened_on: DF.Datetime | None
		opportunity_owner: DF.Link | None
		override_probability: DF.Check
		parent_opportunity: DF.Link | None
		participants: DF.Table[SalesOpportunityContact]
		party: DF.DynamicLink
		party_name: DF.Data | None
		party_type: DF.Link
		people: DF.SmallText | None
		prices_include_tax: DF.Check
		primary_quote: DF.Link | None
		probability: DF.Percent
		quote_opened_on: DF.Datetime | None
		shares: DF.Table[SalesOpportunityShare]
		source: DF.Link | None
		stage: DF.Link
		stage_log: DF.Table[SalesOpportunityStageLog]
		stalled_from: DF.Date | None
		status: DF.Literal["Open", "Won", "Lost"]
		title: DF.Data | None
		transaction_currency: DF.Link | None
		weighted_amount: DF.Currency
		won_quote: DF.Link | None
		yearly_amount: DF.Currency
	# end: auto-generated types

	close_options = ServerAttribute(CloseOptions, CloseOptions())
	backdating = ServerAttribute(Backdating)
	successor_quote = ServerAttribute(Document)
	plan_source = ServerAttribute(Document)

	def onload(self) -> None:
		set_head(self)

	def validate(self) -> None:
		self.validate_entries()
		self.validate_dates()
		self.validate_masters()
		self.keep_server_fields()
		self.set_owner()
		set_people(self)
		validate_shares(self)
		validate_participants(self)
		validate_related(self)
		validate_stage(self)
		quote = self.compute()
		validate_worth(self.amount)
		validate_origin(self, is_past=bool(self.happened_on))
		validate_requirements(self)
		validate_closing(self)
		validate_frozen_value(self)
		validate_plan(self)
		validate_instalments(self)
		self.plan_source = None
		if not quote:
			validate_party_and_currency(self)
		set_stage_log(self)
		set_idle(self)

	def after_insert(self) -> None:
		store_company_currency()

	def on_update(self) -> None:
		record_change(self)
		close_quotes(self)
		promote_successor(self)
		advance_partner(self)
		copy_lines_to_quote(self)
		move_drafts(self)
		follow_cadence(self)
		cancel_planned_activities(self)
		self.notify_people()

	def notify_people(self) -> None:
		"""Tell who was made responsible, who has got a share, and who has a smaller one, unless it comes out of a file or from the past."""
		if frappe.flags.in_import or self.happened_on:
			return
		owner = [self.opportunity_owner] if self.has_changed("opportunity_owner") else []
		events = {
			"opportunity_assigned": owner,
			"opportunity_shared": new_colleagues(self),
			"opportunity_share_reduced": reduced_colleagues(self),
		}
		for event, users in events.items():
			told = [user for user in users if user and user != frappe.session.user]
			if told:
				notify(self, event, told)

	def on_trash(self) -> None:
		self.validate_unused()
		delete_changes(self.name)

	def validate_unused(self) -> None:
		"""Raise `frappe.LinkExistsError` if a quote was made since the framework has begun to look for links."""
		lock_opportunity(self.name)
		quote = frappe.db.get_value("Quote", {"opportunity": self.name}, for_update=True)
		if quote:
			frappe.throw(
				_("The opportunity has the quote {0} and cannot be deleted.").format(frappe.bold(quote)),
				frappe.LinkExistsError,
			)

	def compute(self) -> "Quote | None":
		"""Set all that follows from partner, class, stage and lines; return the quote that it was just won with."""
		set_company(self)
		self.set_party_details()
		self.set_status()
		quote = set_won_quote(self) or set_successor(self)
		set_rate_at_win(self)
		set_value(self, quote)
		return quote

	def validate_entries(self) -> None:
		"""Raise `frappe.MandatoryError` if a mandatory field is empty."""
		missing = [self.meta.get_label(fieldname) for fieldname in ENTRIES if not self.get(fieldname)]
		if missing:
			frappe.throw(
				_("Enter {0}: an opportunity needs at least these.").format(
					", ".join(frappe.bold(_(label, context=self.doctype)) for label in missing)
				),
				frappe.MandatoryError,
			)

	def validate_dates(self) -> None:
		"""Raise `ImpossibleDateError` for dates in another century."""
		require_near(self, "expected_close_date", "next_activity_date")
		for row in self.items:
			require_near(row, "delivery_date", "service_start")
		for row in self.instalments:
			require_near(row, "due_date")

	def validate_masters(self) -> None:
		"""Raise `DisabledMasterError` if a disabled class or partner is chosen; those chosen before may stay."""
		if self.has_changed("class_id") and not self.class_doc.enabled:
			frappe.throw(
				_("Class {0} is disabled. Choose another one.").format(frappe.bold(self.class_doc.title)),
				DisabledMasterError,
			)
		if not self.has_changed("party") or self.is_taken_over:
			return
		party = get_party(self.party_type, self.party)
		if party.disabled:
			frappe.throw(
				_("{0} is disabled. Enable it, or choose another partner.").format(frappe.bold(self.party)),
				DisabledMasterError,
			)
		if party.refusal:
			frappe.throw(party.refusal, DisabledMasterError)

	def keep_server_fields(self) -> None:
		"""Drop what a client sent for fields that only the server sets; another document may have set them since."""
		before = self.get_doc_before_save()
		for fieldname in SERVER_FIELDS:
			self.set(fieldname, before.get(fieldname) if before else None)
		if not before:
			self.opened_on = self.happened_on
			self.creation = self.opened_on or self.creation

	def set_owner(self) -> None:
		"""Let the class's rule choose who is responsible, if nobody is."""
		if not self.opportunity_owner:
			self.opportunity_owner = self.class_doc.next_owner()

	def set_party_details(self) -> None:
		"""Take names and defaults of the partner. Raises `frappe.PermissionError` if a new one may not be read."""
		party = get_party(self.party_type, self.party)
		if not self.party_name or (self.status == "Open" and party.title != self.party_name):
			if not self.title or self.title == self.party_name:
				self.title = party.title
			self.party_name = party.title
		if self.has_changed("party"):
			require(self.party_type, "read", doc=self.party)
			for doctype, fieldname in CHOSEN:
				if not is_of_party(self, doctype, self.get(fieldname)):
					self.set(fieldname, getattr(party, fieldname))
		set_origin(self, party)
		keep_primary(self)
		require_read_of_chosen(self, party)
		complete_participants(self)
		self.contact_email = self.contact and frappe.get_cached_value("Contact", self.contact, "email_id")
		self.address_display = "\n".join(address_lines(self.address, self.party_name, company=self.company))

	def set_status(self) -> None:
		"""Set status and forecast category of the stage, and whether reports count the deal."""
		self.status = self.stage_doc.stage_type
		self.is_counted = int(not is_frame(self))
		self.forecast_category = self.stage_doc.forecast_category if self.is_counted else OMITTED

	def has_changed(self, fieldname: str) -> bool:
		"""Return whether the field differs from the stored document; a new document has changed everywhere."""
		return self.has_value_changed(fieldname)

	def has_moved(self) -> bool:
		"""Return whether this save enters a stage: a new document, another stage or another class."""
		return self.has_changed("stage") or self.has_changed("class_id")

	@property
	def happened_on(self) -> datetime | None:
		"""When what this save stores happened, None for now."""
		return self.backdating and self.backdating.happened_on

	@property
	def is_taken_over(self) -> bool:
		"""Whether this save stores a deal that another app has kept."""
		return bool(self.backdating and self.backdating.is_taken_over)

	@property
	def class_doc(self) -> "ClassID":
		"""Return the class, read-only."""
		return frappe.get_cached_doc("Class ID", self.class_id)

	@property
	def stage_doc(self) -> "QualificationStage":
		"""Return the stage, read-only."""
		return frappe.get_cached_doc("Qualification Stage", self.stage)


@whitelist(methods=["POST"])
def calculate(doc: str | dict, changes_only: bool = False) -> dict:
	"""Return the unsaved document of a form with all defaults and values as saving would set them.

	Of a stored one, what is not sent is as stored, in its rows too; rows that are not sent are gone. With `changes_only`
	only those fields are returned that differ from what was sent, of the rows with their names; nothing if somebody has
	saved the document since it was loaded, since the form cannot be saved then. Saves nothing; fields of a higher
	permission level stay as stored, and unseen by those who may not read them. Raises `frappe.PermissionError` if the
	user may not read the stored opportunity or create one.
	"""
	values = read_dict(doc, _("Sales Opportunity"))
	if values.get("__islocal"):
		require("Sales Opportunity", "create")
		# The name is the form's, and could be that of any other: what belongs to that one is not this one's.
		opportunity = frappe.get_doc({**values, "doctype": "Sales Opportunity", "name": None})
	else:
		opportunity = frappe.get_doc("Sales Opportunity", str(values.get("name")))
		opportunity.check_permission("read")
		if changes_only and values.get("modified") != str(opportunity.modified):
			return {}
		opportunity.load_doc_before_save()
		values = with_stored_values(values, opportunity.as_dict())
		opportunity.update(values)
	opportunity.validate_higher_perm_levels()
	validate_fields(opportunity)
	opportunity.validate_entries()
	opportunity.compute()
	opportunity.apply_fieldlevel_read_permissions()
	found = conceal(opportunity.as_dict()) | {"name": values.get("name")}
	return changes(found, values) if changes_only else found


def on_doctype_update() -> None:
	"""Index what lists, reports and the board ask for: who is responsible and who created it, and what is open or closed, where and when.

	Lists of a salesperson go along what they are responsible for, in the list's order, unless they created any for others.
	*My Open Ones* looks at open deals alone by status and modified, in the list's order: who takes part in them no index can say.
	"""
	for fields in (
		["opportunity_owner", "modified"],
		["owner", "opportunity_owner"],
		["status", "stage"],
		["status", "expected_close_date"],
		["status", "closed_on"],
		["status", "modified"],
		["status", "next_activity_date"],
	):
		frappe.db.add_index("Sales Opportunity", fields)
