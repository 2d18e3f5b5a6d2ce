"""How ERPNext converts units: by the item's own table, else its template's, else the general UOM Conversion Factors."""

from decimal import Decimal

from sales_opportunity.pricing.money import to_decimal


def stock_units_in(item: str, unit: str | None) -> Decimal:
	"""Return how many of an item's stock units one of a unit has, 1 if it has none or ERPNext knows no conversion."""
	from erpnext.stock.get_item_details import get_conversion_factor

	return to_decimal((unit and get_conversion_factor(item, unit).get("conversion_factor")) or 1)
