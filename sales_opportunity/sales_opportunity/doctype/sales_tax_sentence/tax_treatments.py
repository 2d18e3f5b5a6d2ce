"""Untaxed sales to other countries: which treatment each kind of line gets, and where it can be right.

Free of the framework. Countries are ISO codes in small letters, unknown ones empty; the members of the EU are those
of python-stdnum.
"""

from stdnum.eu.vat import MEMBER_STATES

from sales_opportunity.sales_opportunity.doctype.business_partner.vat_id import country_of, iso_country

NORTHERN_IRELAND = "xi"
"""Belongs to the EU's VAT area for goods only, with ids of its own; its addresses are British."""

OF_SERVICES = {"EU Supply": "Reverse Charge", "Export Supply": "Place of Supply Abroad"}
"""For each treatment of goods the one that services to the same customer get."""
OF_GOODS = {services: goods for goods, services in OF_SERVICES.items()}

OWED_BY_CUSTOMER = frozenset({"Reverse Charge", "EU Supply"})
TO_OTHER_COUNTRIES = frozenset({"EU Supply", "Export Supply", "Place of Supply Abroad"})

GOODS, SERVICES = "Goods", "Services"


def treatments_by_kind(
	treatment: str, kinds: frozenset[str], home: str = "", customer: str = ""
) -> dict[str, str]:
	"""Return the treatment that each of `kinds` (GOODS, SERVICES) gets on a quote of this treatment.

	Goods of a quote for services have a treatment of their own only if the customer is known to be abroad: at home
	the law knows goods whose tax the recipient owes.
	"""
	is_abroad = bool(home and customer) and home != customer
	of_goods = OF_GOODS.get(treatment, treatment) if is_abroad else treatment
	return {kind: OF_SERVICES.get(treatment, treatment) if kind == SERVICES else of_goods for kind in kinds}


def is_in_eu(country: str) -> bool:
	"""Return whether a country is a member state of the EU."""
	return country in MEMBER_STATES and country != NORTHERN_IRELAND


def country_of_id(vat_id: str) -> str:
	"""Return the country whose rules an id follows ("xi" for Northern Ireland), empty if it is not known."""
	prefix = country_of(vat_id) or ""
	return NORTHERN_IRELAND if prefix.lower() == NORTHERN_IRELAND else iso_country(prefix).lower()


def is_id_of_other_member(vat_id: str, home: str) -> bool:
	"""Return whether the id is of a member state of the EU, or of Northern Ireland, other than `home`."""
	country = country_of_id(vat_id)
	return country in MEMBER_STATES and country != home


def best_sentence(sentences: list[dict], treatment: str, customer: str, language: str) -> str | None:
	"""Return a company's own sentence for a treatment: that for the customer's country before that for all, or None.

	Each has `tax_treatment`, `country` (as `customer`, empty: all), `language` and `sentence`; "de-AT" falls back on "de".
	"""
	for wanted in dict.fromkeys((language, language.split("-")[0])):
		for country in dict.fromkeys((customer, "")):
			for row in sentences:
				key = row["tax_treatment"], row["country"] or "", row["language"]
				if key == (treatment, country, wanted):
					return row["sentence"]
	return None
