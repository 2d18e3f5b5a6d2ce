"""Addresses as each country writes them, and people as they are called."""

import pytest

from sales_opportunity.printing.address_order import place_lines
from sales_opportunity.printing.forms_of_address import FormOfAddress, form_of_address

PLACES = [
	(("us", "San Francisco", "CA", "94105"), ["San Francisco, CA 94105"]),
	(("US", "San Francisco", "California", "94105"), ["San Francisco, CA 94105"]),
	(("us", "San Francisco", "", "94105"), ["San Francisco 94105"]),
	(("ca", "Toronto", "Ontario", "M5V 2T6"), ["Toronto ON M5V 2T6"]),
	(("au", "Sydney", "New South Wales", "2000"), ["Sydney NSW 2000"]),
	(("it", "Milano", "Milano", "20121"), ["20121 Milano MI"]),
	(("it", "Monza", "MB", "20900"), ["20900 Monza MB"]),
	(("br", "Campinas", "SP", "13010-000"), ["Campinas-SP", "13010-000"]),
	(("mx", "Toluca", "Méx.", "50000"), ["50000 Toluca, Méx."]),
	(("in", "Mumbai", "Maharashtra", "400001"), ["Mumbai 400001", "Maharashtra"]),
	(("gb", "London", "Greater London", "SW1A 1AA"), ["London", "SW1A 1AA"]),
	(("jp", "Chiyoda-ku", "Tokyo", "100-0001"), ["Chiyoda-ku, Tokyo", "100-0001"]),
	(("sg", "Singapore", "", "018956"), ["SINGAPORE 018956"]),
	(("de", "Ulm", "Baden-Württemberg", "89073"), ["89073 Ulm"]),
	(("at", "Wien", "Wien", "1010"), ["1010 Wien"]),
	(("ch", "Zürich", "ZH", "8001"), ["8001 Zürich"]),
	(("se", "Stockholm", None, "111 22"), ["111 22 Stockholm"]),
	(("fr", "Paris", None, None), ["Paris"]),
	(("", "Ort", "", "12345"), ["12345 Ort"]),
	(("xx", "Ort", "", "12345"), ["12345 Ort"]),
	(("us", "", "", ""), []),
]


@pytest.mark.parametrize(("place", "lines"), PLACES)
def test_each_country_has_its_own_order(place, lines):
	assert place_lines(*place) == lines


@pytest.mark.parametrize(
	("salutation", "gender", "expected"),
	[
		("Dr", "Female", FormOfAddress("Female", "Dr.", "Dr.")),
		("Dr.", "Male", FormOfAddress("Male", "Dr.", "Dr.")),
		("Prof. Dr.", None, FormOfAddress(None, "Prof. Dr.", "Prof. Dr.")),
		("Frau Dr.", None, FormOfAddress("Female", "Dr.", "Dr.")),
		("Ms", None, FormOfAddress("Female", "", "")),
		("Mr", "Other", FormOfAddress("Male", "", "")),
		("Mr", "Female", FormOfAddress("Female", "", "")),
		("Mx", None, FormOfAddress(None, "", "")),
		("Dipl.-Ing.", "Male", FormOfAddress("Male", "Dipl.-Ing.", "")),
		(None, "Prefer not to say", FormOfAddress(None, "", "")),
	],
)
def test_people_are_addressed_by_gender_and_title(salutation, gender, expected):
	assert form_of_address(salutation, gender) == expected
