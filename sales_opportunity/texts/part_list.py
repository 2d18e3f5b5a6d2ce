"""The parts of an item that is sold as a whole, as they stand below its description."""

from collections.abc import Iterable

from frappe import _
from frappe.utils import escape_html

from sales_opportunity.pricing.money import Number
from sales_opportunity.texts.formatting import format_number


def part_list(parts: Iterable[tuple[Number, str | None, str]], language: str) -> str:
	"""Return parts (quantity, unit, name) as an HTML list in a language."""
	rows = (
		" ".join(
			(
				format_number(quantity, language),
				_(unit, language, context="Sales Unit") if unit else "×",
				name,
			)
		)
		for quantity, unit, name in parts
	)
	return f"<ul>{''.join(f'<li>{escape_html(row)}</li>' for row in rows)}</ul>"
