"""Which of ERPNext's customers and items are those that this app has kept itself. Free of the framework."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

BY_VAT_ID, BY_NAME, BY_CODE, MADE = "VAT ID", "Name", "Item Code", "Made"
MARKED = "Taken Over"
"""How a master was found; what it has become before, it stays."""


@dataclass(frozen=True)
class Known:
	"""A partner or customer: its key, name and VAT id."""

	key: str
	name: str
	vat_id: str | None = None


@dataclass(frozen=True)
class Match:
	"""The key of what was found, None if it is to be made, and how."""

	key: str | None
	way: str


def same_customer(partner: Known, customers: Iterable[Known]) -> Match:
	"""Return the customer that a partner is: of the same VAT id, else the only one of the same name.

	One of the same name with another VAT id is another company.
	"""
	customers, vat_id = list(customers), plain_vat_id(partner.vat_id)
	if vat_id:
		of_vat_id = [each for each in customers if plain_vat_id(each.vat_id) == vat_id]
		if of_vat_id:
			of_name = [each for each in of_vat_id if plain_name(each.name) == plain_name(partner.name)]
			return Match((of_name or of_vat_id)[0].key, BY_VAT_ID)
	of_name = [
		each
		for each in customers
		if plain_name(each.name) == plain_name(partner.name)
		and not (vat_id and plain_vat_id(each.vat_id) not in ("", vat_id))
	]
	return Match(of_name[0].key, BY_NAME) if len(of_name) == 1 else Match(None, MADE)


def same_item(code: str, codes: Iterable[str]) -> Match:
	"""Return the item with the same code, whatever case it is written in."""
	codes = list(codes)
	found = next((each for each in codes if each == code), None) or next(
		(each for each in codes if each.casefold() == code.casefold()), None
	)
	return Match(found, BY_CODE) if found else Match(None, MADE)


def plain_name(name: str) -> str:
	"""Return a name without case and superfluous spaces."""
	return " ".join(name.split()).casefold()


def plain_vat_id(vat_id: str | None) -> str:
	"""Return a VAT id without what people put between its parts."""
	return re.sub(r"[^0-9A-Z]", "", (vat_id or "").upper())
