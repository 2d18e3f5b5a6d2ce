"""Pictures of items, small enough for papers, made once and remembered for a day."""

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import frappe
from frappe import _

from sales_opportunity.features import DATA_SHEETS, is_used
from sales_opportunity.printing.pdf import BASE_URL, OF_THE_USER, FileAccess, ResourceRefusedError, fetch
from sales_opportunity.printing.pictures import UnreadablePictureError
from sales_opportunity.printing.thumbnails import thumbnail

if TYPE_CHECKING:
	from sales_opportunity.sales_opportunity.doctype.sales_item.sales_item import SalesItem

DAY = 24 * 60 * 60


def item_picture(address: str, access: FileAccess = OF_THE_USER) -> bytes | None:
	"""Return the picture at an address as a small JPEG, None if it may not be shown or is none that can be."""
	try:
		content = fetch(urljoin(BASE_URL, address), access)["string"]
	except (OSError, ValueError, ResourceRefusedError):
		return None
	return _remembered(content)


def _remembered(content: bytes) -> bytes | None:
	key = f"sales_opportunity_thumbnail:{hashlib.sha256(content).hexdigest()}"
	known = frappe.cache.get_value(key, expires=True)
	if known is None:
		try:
			known = thumbnail(content)
		except UnreadablePictureError:
			known = b""
		frappe.cache.set_value(key, known, expires_in_sec=DAY)
	return known or None


def warn_of_picture(item: "SalesItem") -> None:
	"""Tell who gives an item another picture if quotes cannot show it."""
	before = item.get_doc_before_save()
	is_new = item.image and item.image != (before and before.image)
	if is_new and is_used(DATA_SHEETS) and not item_picture(item.image or ""):
		frappe.msgprint(
			_(
				"Quotes leave the picture of this item out: it is no JPEG, PNG, WebP or GIF of this site, is damaged, or has too many pixels."
			),
			indicator="orange",
		)
