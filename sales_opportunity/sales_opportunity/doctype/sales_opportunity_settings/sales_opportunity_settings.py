import frappe
from frappe import _
from frappe.utils import flt, getdate

from sales_opportunity.currency import adopt_currency, site_currency
from sales_opportunity.deal.related import count_as_switched
from sales_opportunity.deal.switched_lines import USES, validate_switched_off
from sales_opportunity.features import RELATED_DEALS, SOURCES, changed, show_fields
from sales_opportunity.framework.registry import last_registered
from sales_opportunity.inputs.documents import CheckedDocument
from sales_opportunity.masters.origins import mirror_all
from sales_opportunity.sales_opportunity.doctype.quote_check.check_rules import RULES


class SalesOpportunitySettings(CheckedDocument):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from sales_opportunity.sales_opportunity.doctype.quote_check.quote_check import QuoteCheck
		from sales_opportunity.sales_opportunity.doctype.quote_release_rule.quote_release_rule import (
			QuoteReleaseRule,
		)
		from sales_opportunity.sales_opportunity.doctype.sales_exchange_rate.sales_exchange_rate import (
			SalesExchangeRate,
		)
		from sales_opportunity.sales_opportunity.doctype.sales_tax_sentence.sales_tax_sentence import (
			SalesTaxSentence,
		)

		accept_expired_quotes: DF.Check
		allow_own_releases: DF.Check
		bank_name: DF.Data | None
		bic: DF.Data | None
		billing_assignee: DF.Link | None
		calibration_minimum: DF.Int
		calibration_strength: DF.Float
		city: DF.Data | None
		company_currency: DF.Link | None
		company_name: DF.Data | None
		country: DF.Link | None
		customer_link_days: DF.Int
		default_language: DF.Link | None
		default_validity_days: DF.Int
		documents_limit: DF.Int
		email: DF.Data | None
		exchange_rates: DF.Table[SalesExchangeRate]
		expiry_notice_days: DF.Int
		iban: DF.Data | None
		logo: DF.AttachImage | None
		managers_start_with: DF.Literal["", "My Day", "Pipeline", "Sales Figures", "Sales Opportunities"]
		managing_directors: DF.SmallText | None
		order_assignee: DF.Link | None
		phone: DF.Data | None
		postal_code: DF.Data | None
		quote_checks: DF.Table[QuoteCheck]
		rate_of_winning_day: DF.Check
		register_court: DF.Data | None
		register_number: DF.Data | None
		release_rules: DF.Table[QuoteReleaseRule]
		salespeople_start_with: DF.Literal["", "My Day", "Pipeline", "Sales Figures", "Sales Opportunities"]
		shipping_assignee: DF.Link | None
		small_business: DF.Check
		snapshot_retention_days: DF.Int
		street: DF.Data | None
		submit_orders: DF.Check
		tax_number: DF.Data | None
		tax_sentences: DF.Table[SalesTaxSentence]
		use_bundles: DF.Check
		use_cadences: DF.Check
		use_customer_choice: DF.Check
		use_data_sheets: DF.Check
		use_fixed_discounts: DF.Check
		use_likely_dates: DF.Check
		use_margins: DF.Check
		use_participants: DF.Check
		use_price_lists: DF.Check
		use_quote_templates: DF.Check
		use_recurring_lines: DF.Check
		use_related_deals: DF.Check
		use_releases: DF.Check
		use_sales_targets: DF.Check
		use_sources: DF.Check
		use_trade_ins: DF.Check
		usual_term_months: DF.Int
		vat_id: DF.Data | None
		website: DF.Data | None
	# end: auto-generated types

	def onload(self) -> None:
		self.set_quote_checks()
		self.set_onload("release_roles", self.release_roles())
		self.set_onload("has_rate_provider", bool(last_registered("sales_exchange_rate_provider")))

	def validate(self) -> None:
		self.set_quote_checks()
		self.validate_company_currency()
		self.validate_exchange_rates()
		self.validate_release_rules()
		self.validate_switches()

	def on_update(self) -> None:
		self.clear_cache()
		adopt_currency()
		show_fields(self, changed(self))
		if SOURCES in changed(self) and self.use_sources:
			mirror_all()
		if RELATED_DEALS in changed(self):
			count_as_switched()

	def set_quote_checks(self) -> None:
		"""List each rule once, in the order in which they are defined; new ones do what they do by default."""
		actions = {row.rule: row.action for row in self.quote_checks}
		self.set("quote_checks", [])
		for name, rule in RULES.items():
			self.append("quote_checks", {"rule": name, "action": actions.get(name) or rule.default})

	def validate_company_currency(self) -> None:
		"""Keep the currency of all stored amounts: another one would only relabel them."""
		before = self.get_doc_before_save()
		former = (before and before.company_currency) or site_currency()
		current = self.company_currency or site_currency()
		if former not in (None, current) and frappe.db.count("Sales Opportunity"):
			frappe.throw(
				_(
					"The company's currency can no longer change, since there are opportunities whose amounts are stored in {0}."
				).format(frappe.bold(former))
			)

	def validate_switches(self) -> None:
		"""Raise `frappe.ValidationError` if lines may not be what some are of what is being worked on."""
		for switch in changed(self):
			if switch in USES and not self.get(switch):
				validate_switched_off(switch)

	def validate_release_rules(self) -> None:
		"""Raise `frappe.ValidationError`, with the row's number, for a rule without a role, without or with impossible conditions."""
		roles = set(self.release_roles()) if self.release_rules else set()
		for row in self.release_rules:
			if row.role not in roles:
				frappe.throw(_("Row #{0}: There is no role {1}.").format(row.idx, frappe.bold(row.role)))
			if not (flt(row.discount_from) or flt(row.margin_below) or flt(row.amount_above)):
				frappe.throw(
					_(
						"Row #{0}: Enter from which discount, below which margin or above which net total."
					).format(row.idx)
				)
			if not (
				0 <= flt(row.discount_from) <= 100
				and 0 <= flt(row.margin_below) <= 100
				and flt(row.amount_above) >= 0
			):
				frappe.throw(
					_("Row #{0}: Enter shares between 0 and 100 %, and no negative amount.").format(row.idx)
				)

			if flt(row.margin_below) and not self.use_margins:
				frappe.throw(
					_(
						"Row #{0}: Without margins no rule can look at them. Let margins be used, or empty the margin of the rule."
					).format(row.idx)
				)

	def release_roles(self) -> list[str]:
		"""Return who could release quotes; only System Managers may look roles up themselves."""
		return frappe.get_all("Role", {"disabled": 0, "desk_access": 1}, pluck="name", order_by="name asc")

	def validate_exchange_rates(self) -> None:
		"""Raise `frappe.ValidationError` for a rate that is not above 0, and for two of one currency and day."""
		seen = set()
		for row in self.exchange_rates:
			if row.rate <= 0:
				frappe.throw(_("Row #{0}: The exchange rate must be greater than 0.").format(row.idx))
			day = row.currency, getdate(row.valid_from)
			if day in seen:
				frappe.throw(
					_("Row #{0}: There is a rate of {1} for this day already.").format(row.idx, row.currency)
				)
			seen.add(day)
