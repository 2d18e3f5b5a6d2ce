"""Addresses as people copy them, and headers that every mail server takes."""

from email import message_from_string, policy
from email.header import decode_header, make_header
from email.mime.multipart import MIMEMultipart
from email.utils import getaddresses
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.mail.headers import (
	LINE,
	ascii_address,
	encode_headers,
	encoded_header,
	plain_addresses,
)


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
		("'a@x.example'; 'b@y.example'", ["a@x.example", "b@y.example"]),
		("‘a@x.example’, „b@y.example“", ["a@x.example", "b@y.example"]),
		("'Müller, Max' <'m@x.example'>", ["m@x.example"]),
		("mailto:a@x.example, <MAILTO:b@y.example?subject=Hi>", ["a@x.example", "b@y.example"]),
		("'mailto:a@x.example'", ["a@x.example"]),
		("a@x.example b@y.example\tc@z.example", ["a@x.example", "b@y.example", "c@z.example"]),
		("'a@x.example' <b@y.example>", ["b@y.example"]),
		("Max <a@x.example> Eva <b@y.example>", ["a@x.example", "b@y.example"]),
		("Max a@x.example", ["Max a@x.example"]),
		('"Max Muster"@x.example', ['"Max Muster"@x.example']),
		("'t.hart@x.example", ["'t.hart@x.example"]),
		('O"Neil@x.example', ['O"Neil@x.example']),
		('O"Neil, Max <m@x.example>, "Müller, Eva" <e@x.example>', ["m@x.example", "e@x.example"]),
		('"Müller, Max <m@x.example>; "Schmidt, Eva" <e@x.example>', ["m@x.example", "e@x.example"]),
		('"Max <Vertrieb>, Süd" <m@x.example>', ["m@x.example"]),
		("Max <>", ["Max <>"]),
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


@pytest.mark.parametrize(
	("value", "expected"),
	[
		("Müller, Max <max@x.example>", [("Müller, Max", "max@x.example")]),
		(
			"Schmidt, Eva <e@x.example>, Müller, Max <max@müller.example>",
			[("Schmidt, Eva", "e@x.example"), ("Müller, Max", "max@xn--mller-kva.example")],
		),
		('O"Neil Ü <o@x.example>', [('O"Neil Ü', "o@x.example")]),
		("'Jürgen' <'j@x.example'>", [("'Jürgen'", "j@x.example")]),
	],
)
def test_names_that_nobody_has_quoted_are_encoded_whole(value, expected):
	encoded = encoded_header("From", value)
	assert encoded.isascii()
	found = getaddresses([encoded.replace("\n", "")])
	assert [(str(make_header(decode_header(person))), address) for person, address in found] == expected


@pytest.mark.parametrize("header", ["From", "To", "Reply-To", "Cc"])
@pytest.mark.parametrize(
	"value",
	[
		"müller@example.com",
		"Max <müller@example.com>",
		"Jürgen <a@x.example>, müller@example.com",
		"Größe ‹größe@müller.de>",
		"Größe ‹gross@müller.de>",
		"Gruppe Süd: a@x.example;",
		"Jürgen",
		"max@-ü-.example",
		"Max \udcfc <max@x.example>",
	],
)
def test_addresses_that_have_no_form_in_ascii_stay_as_they_were(header, value):
	assert encoded_header(header, value) == value


@given(
	st.sampled_from(["From", "To", "Subject", "X-Original-From", "X-" + "Long" * 30]),
	st.text(alphabet=st.one_of(st.sampled_from('aü@<>,;"\\ ‹()[]:\n\udcfc'), st.characters())),
)
def test_no_header_keeps_a_mail_from_being_sent(name, value):
	encoded = encoded_header(name, value)
	assert encoded.isascii() or encoded == value


def test_long_texts_are_read_at_once():
	for text in (
		'"a" ' * 20000,
		'"' * 50000,
		"<" * 50000,
		'"\\' * 30000,
		"a@x " * 20000,
		"<a@x>" * 9999 + "<",
	):
		assert plain_addresses(text)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1))
def test_subjects_come_back_as_they_were(subject):
	encoded = encoded_header("Subject", f"Ü {subject}")
	assert encoded.isascii()
	message = message_from_string(f"Subject: {encoded}\n\n", policy=policy.default)
	assert message["Subject"] == f"Ü {subject}"


@pytest.mark.parametrize(
	("header", "value", "expected"),
	[
		("To", "müller@example.com", "müller@example.com"),
		("To", "Größe ‹größe@müller.de>", "Größe ‹größe"),
		("From", "Müller, Max <max@example.com>", "<max@example.com>"),
		("Reply-To", '"Müller, Max" <max@müller.example>', "<max@xn--mller-kva.example>"),
	],
)
def test_mails_of_every_app_are_built_whoever_gets_them(header, value, expected):
	message = MIMEMultipart("mixed", policy=policy.SMTPUTF8)
	message[header] = value
	message["Subject"] = "Grüße"
	encode_headers(SimpleNamespace(msg_root=message))
	head = message.as_string(policy=policy.SMTPUTF8)
	assert expected in head
	assert "Subject: =?utf-8?" in head


def test_what_is_ascii_stays_as_it_is():
	assert encoded_header("To", "<!--recipient-->") == "<!--recipient-->"
	assert encoded_header("Subject", "Quote QTN-2026-00001") == "Quote QTN-2026-00001"
