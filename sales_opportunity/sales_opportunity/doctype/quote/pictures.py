"""Pictures of the items on a quote: as they are while it is a draft, and as they were once it is issued."""

from typing import TYPE_CHECKING

import frappe

from sales_opportunity.features import DATA_SHEETS, is_used
from sales_opportunity.masters.adapters import get_item
from sales_opportunity.printing.item_pictures import item_picture
from sales_opportunity.printing.pictures import data_url
from sales_opportunity.sales_opportunity.doctype.quote.document_rules import file_name_of_title
from sales_opportunity.sales_opportunity.doctype.quote.documents import offered_items
from sales_opportunity.sales_opportunity.doctype.quote.quote_pdf import file_access
from sales_opportunity.sales_opportunity.doctype.quote_document.kept_rows import kept_content, kept_row

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.quote.quote import Quote

	Pictured = tuple[str, str]


def pictures_of(quote: "Quote") -> "dict[Pictured, str]":
	"""Return the small pictures on a quote as data URLs, by type and name of the item."""
	pictures = kept_pictures(quote) if quote.issued_on or quote.is_chosen else current_pictures(quote)
	return {
		item: data_url({"mime_type": "image/jpeg", "string": content}) for item, content in pictures.items()
	}


def kept_pictures(quote: "Quote") -> "dict[Pictured, bytes]":
	"""Return the pictures with which a quote was issued, without those that are damaged."""
	found = {(row.source or "", row.title or ""): kept_content(row) for row in quote.pictures}
	return {item: content for item, content in found.items() if content}


def current_pictures(quote: "Quote") -> "dict[Pictured, bytes]":
	"""Return the pictures that the items have now, none if the class of the quote shows none."""
	if not (is_used(DATA_SHEETS) and shows_pictures(quote)):
		return {}
	access, found = file_access(quote), {}
	for item in offered_items(quote):
		image = get_item(*item, quote.language).image
		content = item_picture(image, access) if image else None
		if content:
			found[item] = content
	return found


def shows_pictures(quote: "Quote") -> bool:
	"""Return whether paper and page of the quote show pictures of its items, as its class says."""
	return bool(quote.class_id and frappe.get_cached_value("Class ID", quote.class_id, "show_item_pictures"))


def freeze_pictures(quote: "Quote") -> None:
	"""Keep the pictures with which a quote is issued. Raises as `kept_row`."""
	quote.set("pictures", [])
	for (item_type, item), content in current_pictures(quote).items():
		quote.append("pictures", kept_row(item, item_type, file_name_of_title(item, ".jpg"), content))
