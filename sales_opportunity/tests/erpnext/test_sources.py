"""ERPNext's lead sources and campaigns: kept there, chosen here, and taken over from leads."""

import frappe

from sales_opportunity.masters.adapters import get_party
from sales_opportunity.masters.origins import mirror_all
from sales_opportunity.tests.erpnext.erp import (
	ERPNextTestCase,
	make_customer,
	make_deal,
	make_lead,
	make_origin,
	win,
)
from sales_opportunity.tests.stored import stored

FAIR, WEB, AUTUMN = "ERP Fair", "ERP Web", "ERP Autumn"


class TestSources(ERPNextTestCase):
	def setUp(self):
		super().setUp()
		meta = frappe.get_meta("Lead")
		self.source_field = "utm_source" if meta.has_field("utm_source") else "source"
		self.campaign_field = "utm_campaign" if meta.has_field("utm_campaign") else "campaign_name"
		self.sources = meta.get_options(self.source_field)
		self.campaigns = meta.get_options(self.campaign_field)
		for name in (FAIR, WEB):
			make_origin(self.sources, name)
		self.campaign = make_origin(self.campaigns, AUTUMN)

	def origin(self) -> dict:
		return {self.source_field: FAIR, self.campaign_field: self.campaign}

	def test_erpnexts_sources_and_campaigns_can_be_chosen_here(self):
		names = {"Opportunity Source": "ERP New Fair", "Sales Campaign": "ERP New Campaign"}
		for theirs, (own, name) in zip((self.sources, self.campaigns), names.items(), strict=True):
			make_origin(theirs, name)
			self.assertTrue(frappe.db.exists(own, name))
			frappe.delete_doc(own, name)
		mirror_all()
		deal = make_deal(source="ERP New Fair", campaign="ERP New Campaign")
		self.assertEqual((deal.source, deal.campaign), ("ERP New Fair", "ERP New Campaign"))

	def test_a_renamed_source_takes_its_deals_along(self):
		make_origin(self.sources, "ERP Exhibition")
		deal = make_deal(source="ERP Exhibition")
		frappe.rename_doc(self.sources, "ERP Exhibition", "ERP Expo", force=True)
		self.assertEqual(stored(deal, "source"), "ERP Expo")
		frappe.rename_doc(self.sources, "ERP Expo", WEB, merge=True, force=True)
		self.assertEqual(stored(deal, "source"), WEB)

	def test_a_deal_with_a_lead_comes_from_where_the_lead_does_and_so_do_those_of_its_customer(self):
		lead = make_lead(**self.origin())
		deal = make_deal(party_type="Lead", party=lead.name)
		self.assertEqual((deal.source, deal.campaign), (FAIR, AUTUMN))
		win(deal)
		deal.reload()
		self.assertEqual(deal.party_type, "Customer")
		again = make_deal(customer=deal.party)
		self.assertEqual((again.source, again.campaign), (FAIR, AUTUMN))
		party = get_party("Customer", make_customer("Von allein KG").name)
		self.assertEqual((party.source, party.campaign), (None, None))
