from sales_opportunity.masters import ItemRow


class SalesOpportunityItem(ItemRow):
	pass
