"""What campaigns cost, beside what was won by them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import frappe

from sales_opportunity.access.permissions import may_read_field
from sales_opportunity.analysis.win_loss import ClosedDeals
from sales_opportunity.pricing.money import to_decimal
from sales_opportunity.reporting.presentation import rounded

CAMPAIGN = "Sales Campaign"


@dataclass(frozen=True)
class CampaignCosts:
	"""The known costs of campaigns in the company's currency, by their names: in all, whatever a report is limited to."""

	costs: Mapping[Any, Decimal]

	@classmethod
	def of_report(cls, filters: frappe._dict) -> "CampaignCosts | None":
		"""Return the costs for a report by campaign, None for any other and for who may not read them."""
		if filters.group_by != "campaign" or not may_read_field(CAMPAIGN, "cost"):
			return None
		rows = frappe.get_all(CAMPAIGN, {"cost": (">", 0)}, ["name", "cost"])
		return cls({row.name: to_decimal(row.cost) for row in rows})

	def figures(self, campaign: Any, deals: ClosedDeals) -> dict:
		"""Return the cost of a campaign and how many times as much was won, empty where no cost is known."""
		cost = self.costs.get(campaign)
		if not cost:
			return {"cost": None, "return_on_cost": None}
		return {"cost": float(cost), "return_on_cost": rounded(deals.won_amount / cost, 1)}

	def total(self, deals: Mapping[Any, ClosedDeals]) -> dict:
		"""Return the same of all campaigns with a known cost together."""
		known = [campaign for campaign in deals if campaign in self.costs]
		cost = sum((self.costs[campaign] for campaign in known), Decimal(0))
		together = ClosedDeals.together(deals[campaign] for campaign in known)
		return CampaignCosts({None: cost}).figures(None, together)
