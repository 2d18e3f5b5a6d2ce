"""VAT ids by the rules of their country, and what makes two partners look alike."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.demo.source import read_json, read_table
from sales_opportunity.sales_opportunity.doctype.business_partner.likeness import (
	KEY_LENGTH,
	LEGAL_FORMS,
	SHARED_DOMAINS,
	domain_key,
	domain_keys,
	name_key,
)
from sales_opportunity.sales_opportunity.doctype.business_partner.vat_id import (
	CHECK_DIGIT,
	EXAMPLES,
	FORMAT,
	LENGTH,
	InvalidVatId,
	compact_vat_id,
)

words = st.text(st.sampled_from(string.ascii_lowercase + "äöüß"), min_size=2, max_size=12)


@pytest.mark.parametrize("country", EXAMPLES)
def test_the_example_of_each_country_is_right_and_stays_so(country):
	compact = compact_vat_id(EXAMPLES[country])
	assert compact.startswith(country)
	assert compact_vat_id(compact) == compact
	assert compact_vat_id(EXAMPLES[country].lower()) == compact


def test_all_members_of_the_eu_are_known():
	members = "AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
	assert set(EXAMPLES) == {*members, "XI", "GB", "CH", "NO"}


@pytest.mark.parametrize(
	("text", "compact"),
	[
		("DE 136 695 976", "DE136695976"),
		("de-136.695.976", "DE136695976"),
		("CHE-107.787.577 MWST", "CHE107787577MWST"),
		("GB 980 7806 84", "GB980780684"),
		("NO 995 525 828 MVA", "NO995525828MVA"),
		("GR 094259216", "GR094259216"),
		("12-3456789", "123456789"),
		("  ", None),
		(None, None),
	],
)
def test_an_id_is_kept_in_its_compact_form(text, compact):
	assert compact_vat_id(text) == compact


@pytest.mark.parametrize(
	("text", "fault"),
	[
		("DE136695978", CHECK_DIGIT),
		("DE13669597", LENGTH),
		("ATX10003440", FORMAT),
		("CHE107787577", LENGTH),
		("NO995525828", FORMAT),
		("GB980780685", CHECK_DIGIT),
		("FR74999482137", CHECK_DIGIT),
	],
)
def test_a_wrong_id_says_what_is_wrong_and_how_one_looks(text, fault):
	with pytest.raises(InvalidVatId) as raised:
		compact_vat_id(text)
	assert (raised.value.country, raised.value.fault) == (text[:2], fault)
	assert compact_vat_id(raised.value.example)


@given(st.text(max_size=30))
def test_any_text_is_taken_compact_or_refused(text):
	try:
		compact = compact_vat_id(text)
	except InvalidVatId:
		return
	assert compact is None or compact_vat_id(compact) == compact


@given(st.integers(0, 10**8 - 1), st.integers(0, 7), st.integers(1, 9))
def test_one_mistyped_digit_of_a_german_id_is_noticed(number, place, shift):
	digits = str(number).zfill(8)
	for check in range(10):
		try:
			right = compact_vat_id(f"DE{digits}{check}")
		except InvalidVatId:
			continue
		wrong = right[: place + 2] + str((int(right[place + 2]) + shift) % 10) + right[place + 3 :]
		with pytest.raises(InvalidVatId):
			compact_vat_id(wrong)


def test_the_demo_has_right_ids_and_no_likely_duplicates():
	partners = read_table("partners")
	for row in [*partners, read_json("company")["settings"]]:
		assert compact_vat_id(row["vat_id"]) == (row["vat_id"] or None)
	keys = [name_key(row["partner_name"]) for row in partners]
	assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
	("one", "other"),
	[
		("Müller GmbH", "MUELLER GmbH & Co. KG"),
		("Bäcker-Groß AG", "Baecker Gross"),
		("Radhaus Nord e. K.", "Radhaus Nord eK"),
		("Café Noël S.à r.l.", "cafe noel sarl"),
		("Grachtenfiets B.V.", "Grachtenfiets"),
		("Harrowmere Cargo Ltd.", "Harrowmere Cargo Limited"),
		("Startklar UG (haftungsbeschränkt)", "Startklar UG"),
		("Pizza Roma S.p.A.", "PizzaRoma"),
		("Kovo spol. s r. o.", "Kovo s.r.o."),
	],
)
def test_spellings_of_one_name_have_one_key(one, other):
	assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(
	("one", "other"),
	[("Radhaus Nord", "Radhaus Süd"), ("Agentur Kogel", "Entur Kogel"), ("GmbH", "AG"), ("Se Bike", "Bike")],
)
def test_other_names_have_other_keys(one, other):
	assert name_key(one) != name_key(other)


@given(st.text(max_size=200))
def test_a_key_is_its_own_key_and_fits_its_field(text):
	key = name_key(text)
	assert name_key(key) == key
	assert len(key) <= KEY_LENGTH


@given(
	st.lists(words, min_size=1, max_size=4), st.sampled_from(sorted(LEGAL_FORMS)), st.sampled_from(" -.,_&")
)
def test_case_separators_and_legal_form_make_no_difference(parts, form, separator):
	name = " ".join(parts)
	assert name_key(f"{name} {form}") == name_key(f"{separator.join(parts).upper()} {form.title()}.")
	assert name_key(f"{name} {form}") == name_key(name)


@pytest.mark.parametrize(
	("address", "domain"),
	[
		("info@post.radhaus.de", "radhaus.de"),
		("Jana <JANA@Radhaus.DE>", "radhaus.de"),
		("https://www.radhaus.de/kontakt?x=1", "radhaus.de"),
		("www.radhaus.de", "radhaus.de"),
		("http://shop.radhaus.co.uk:8080", "radhaus.co.uk"),
		("radhaus@gmx.de", None),
		("radhaus@t-online.de", None),
		("https://www.facebook.com/radhaus", None),
		("https://radhaus.wordpress.com", None),
		("co.uk", None),
		("http://127.0.0.1/", None),
		("http://[broken", None),
		("radhaus", None),
		("", None),
		(None, None),
	],
)
def test_domains_tell_companies_apart_unless_many_share_them(address, domain):
	assert domain_key(address) == domain


@given(st.text(max_size=60))
def test_any_text_has_a_domain_or_none(text):
	domain = domain_key(text)
	assert domain is None or (domain_key(domain) == domain and domain not in SHARED_DOMAINS)


def test_domains_are_listed_once():
	assert domain_keys("a@b.de", "https://www.b.de", None, "x@gmail.com", "c@a.de") == ["a.de", "b.de"]
