"""Addresses and headers of e-mails as the standards write them: ASCII alone. Free of the framework."""

import re
from email.header import Header
from email.utils import formataddr, getaddresses

import idna

LINE = 76
"""Characters of a line; of longer ones the framework's e-mail library would undo the encoding."""

ADDRESS_HEADERS = frozenset({"from", "to", "cc", "bcc", "sender", "reply-to", "x-original-from"}) | {
	"disposition-notification-to"
}
QUOTED = r'"[^"]*"'
PARTS = re.compile(rf"(?:{QUOTED}|[^;\n\r\"])+|\"")
PIECES = re.compile(rf"(?:{QUOTED}|[^,\"])+|\"")
IN_BRACKETS = re.compile(r"<([^<>]*)>\s*$")


def encode_headers(email):
	"""Hook of the framework's e-mails, called when one is built: it would send names and subject as raw UTF-8.

	Many mail servers refuse that (RFC 6531 has to be agreed on first), while what is encoded arrives everywhere.
	"""
	for name in email.msg_root.keys():
		value = str(email.msg_root[name])
		if not value.isascii():
			del email.msg_root[name]
			email.msg_root.set_raw(name, encoded_header(name, value))


def plain_addresses(text: str) -> list[str]:
	"""Return the addresses in what a person has typed or copied, without names, each once.

	Commas, semicolons and new lines divide them; a name before an address in angle brackets may have a comma in it,
	as Outlook copies it: `Müller, Max <max@example.com>; b@example.com`. What is no address comes back as it is.
	"""
	found = []
	for part in PARTS.findall(text or ""):
		names = []
		for piece in filter(None, map(str.strip, PIECES.findall(part))):
			address = IN_BRACKETS.search(piece)
			if address:
				found.append(address[1].strip())
			elif "@" in piece:
				found += [*names, piece]
			else:
				names.append(piece)
				continue
			names = []
		found += names
	return list(dict.fromkeys(found))


def ascii_address(address: str) -> str:
	"""Return the address with its domain in ASCII (IDNA), as mail servers know it; as it is if that cannot be."""
	mailbox, at, domain = address.rpartition("@")
	if not at or domain.isascii():
		return address
	try:
		return f"{mailbox}@{idna.encode(domain, uts46=True).decode()}"
	except idna.IDNAError:
		return address


def encoded_header(name: str, value: str) -> str:
	"""Return the value of a header in ASCII: words by RFC 2047, domains by IDNA, in lines of at most `LINE`."""
	if value.isascii():
		return value
	if name.lower() not in ADDRESS_HEADERS:
		return _encoded_words(value, len(name))
	addresses = [_encoded_address(person, address, len(name)) for person, address in getaddresses([value])]
	return ",\n ".join(addresses)


def _encoded_address(person: str, address: str, used: int) -> str:
	address = ascii_address(address)
	if person.isascii():
		return formataddr((person, address))
	words = _encoded_words(person, used)
	first, *further = words.split("\n")
	line = further[-1] if further else " " * (used + 2) + first
	between = " " if len(line) + len(address) + 4 <= LINE else "\n "
	return f"{words}{between}<{address}>"


def _encoded_words(text: str, used: int) -> str:
	return Header(text, "utf-8", maxlinelen=LINE, header_name="x" * used).encode()
