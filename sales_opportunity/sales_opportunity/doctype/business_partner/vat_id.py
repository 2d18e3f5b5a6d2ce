"""VAT ids: what their own country prefix says of them. Free of the framework and of the network."""

from typing import Any

from stdnum import exceptions, get_cc_module
from stdnum.eu import vat as eu_vat
from stdnum.util import clean

SEPARATORS = " -.,/:'"
NATIONAL = {"CH": "vat", "NO": "mva", "GB": "vat"}
"""Checked outside the EU: country and the name of its kind of id in the library."""

EXAMPLES = {
	"AT": "ATU99900009",
	"BE": "BE0999999922",
	"BG": "BG999999995",
	"CH": "CHE-999.999.996 MWST",
	"CY": "CY19900069D",
	"CZ": "CZ69900001",
	"DE": "DE999900008",
	"DK": "DK99999993",
	"EE": "EE999900004",
	"EL": "EL999999993",
	"ES": "ESB99900003",
	"FI": "FI99900008",
	"FR": "FR17999901739",
	"GB": "GB 999 9999 73",
	"HR": "HR99999999994",
	"HU": "HU99900009",
	"IE": "IE9900009O",
	"IT": "IT99999900014",
	"LT": "LT999999917",
	"LU": "LU99900064",
	"LV": "LV99999900007",
	"MT": "MT99900031",
	"NL": "NL999999990B01",
	"NO": "NO 999 999 999 MVA",
	"PL": "PL9999999999",
	"PT": "PT999999990",
	"RO": "RO9999900003",
	"SE": "SE999999999901",
	"SI": "SI99900009",
	"SK": "SK9999900009",
	"XI": "XI 999 9999 73",
}
"""Invented ids in the form that is usual in the country, each with the right check digits."""

FORMAT = "Format"
LENGTH = "Length"
CHECK_DIGIT = "Check Digit"


class InvalidVatId(ValueError):
	"""Says which country's rule an id breaks (`country`), which kind of rule (`fault`) and how one looks (`example`)."""

	def __init__(self, country: str, fault: str) -> None:
		super().__init__(f"{country}: {fault}")
		self.country = country
		self.fault = fault
		self.example = EXAMPLES[country]


def compact_vat_id(text: str | None) -> str | None:
	"""Return the id in capitals, without separators and with its country prefix, or None without one.

	Raises `InvalidVatId` if the prefix names a country whose rules are known and the id breaks one of them.
	"""
	compact = without_separators(text)
	country = country_of(compact)
	if not country:
		return compact or None
	try:
		number = _checker(country).validate(compact)
	except exceptions.InvalidChecksum:
		raise InvalidVatId(country, CHECK_DIGIT) from None
	except exceptions.InvalidLength:
		raise InvalidVatId(country, LENGTH) from None
	except exceptions.ValidationError:
		raise InvalidVatId(country, FORMAT) from None
	return number if number.startswith(country) else country + number


def without_separators(text: str | None) -> str:
	"""Return an id in capitals and without what people write between its parts."""
	return clean(text or "", SEPARATORS).strip().upper()


def country_of(compact: str) -> str | None:
	"""Return the prefix of the country whose rules the id claims to follow, None if it is one without known rules."""
	return compact[:2] if compact[:2] in EXAMPLES else None


def iso_country(country: str) -> str:
	"""Return the ISO code of a prefix: Greece and Northern Ireland have prefixes of their own."""
	return {"EL": "GR", "XI": "GB"}.get(country, country)


def _checker(country: str) -> Any:
	if country in NATIONAL:
		return get_cc_module(country.lower(), NATIONAL[country])
	return eu_vat
