"""Addresses as people copy them, and headers that every mail server takes."""

from email import message_from_string, policy
from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.mail_headers import LINE, ascii_address, encoded_header, plain_addresses


@pytest.mark.parametrize(
	("text", "addresses"),
	[
		("Müller, Max <max@x.example>; b@y.example", ["max@x.example", "b@y.example"]),
		("a@x.example, b@y.example", ["a@x.example", "b@y.example"]),
		('"Müller, Max" <m@x.example>, Eva <e@x.example>', ["m@x.example", "e@x.example"]),
		("Müller, Max <m@x.example>, Schmidt, Eva <e@x.example>", ["m@x.example", "e@x.example"]),
		("a@x.example, Müller, Max <m@x.example>;", ["a@x.example", "m@x.example"]),
		("<a@x.example>\nb@y.example", ["a@x.example", "b@y.example"]),
		("a@x.example <a@x.example>; a@x.example", ["a@x.example"]),
		("niemand, a@x.example", ["niemand", "a@x.example"]),
		("Müller, Max", ["Müller", "Max"]),
		(" , ;\n", []),
		("", []),
	],
)
def test_addresses_are_found_in_what_was_copied(text, addresses):
	assert plain_addresses(text) == addresses


@given(st.text(alphabet='ab@<>,;" \n.'))
def test_any_text_can_be_read(text):
	for address in plain_addresses(text):
		assert address.strip() == address


@pytest.mark.parametrize(
	("address", "expected"),
	[
		("max@müller.example", "max@xn--mller-kva.example"),
		("Max@KÖLN.Example", "Max@xn--kln-sna.example"),
		("max@mueller.example", "max@mueller.example"),
		("jürgen@mueller.example", "jürgen@mueller.example"),
		("niemand", "niemand"),
		("max@-ü-.example", "max@-ü-.example"),
	],
)
def test_domains_are_written_as_mail_servers_know_them(address, expected):
	assert ascii_address(address) == expected


NAMES = ["Müller, Max", "Jürgen", "Plain Name", 'Der "Große"', "日本語の名前" * 9, "Ä" * 60, ""]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("header", ["From", "To", "Reply-To", "CC", "X-Original-From"])
def test_names_in_addresses_come_back_as_they_were(header, name):
	quoted = name.replace('"', '\\"')
	value = f'"{quoted}" <max@müller.example>, ü <b@y.example>'
	encoded = encoded_header(header, value)
	assert encoded.isascii()
	assert max(len(line) for line in f"{header}: {encoded}".splitlines()) <= LINE + 1
	found = getaddresses([encoded.replace("\n", "")])
	assert [(str(make_header(decode_header(person))), address) for person, address in found] == [
		(name, "max@xn--mller-kva.example"),
		("ü", "b@y.example"),
	]


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1))
def test_subjects_come_back_as_they_were(subject):
	encoded = encoded_header("Subject", f"Ü {subject}")
	assert encoded.isascii()
	message = message_from_string(f"Subject: {encoded}\n\n", policy=policy.default)
	assert message["Subject"] == f"Ü {subject}"


def test_what_is_ascii_stays_as_it_is():
	assert encoded_header("To", "<!--recipient-->") == "<!--recipient-->"
	assert encoded_header("Subject", "Quote QTN-2026-00001") == "Quote QTN-2026-00001"
