from sales_opportunity.masters import ItemRow


class QuoteItem(ItemRow):
	pass
