"""Addresses and headers of e-mails as the standards write them: ASCII alone. Free of the framework."""

import re
from email.header import Header
from email.utils import formataddr, unquote
from typing import TYPE_CHECKING

import idna

if TYPE_CHECKING:
	from frappe.email.email_body import EMail

LINE = 76
"""Characters of a line; of longer ones the framework's e-mail library would undo the encoding."""

ADDRESS_HEADERS = frozenset({"from", "to", "cc", "bcc", "sender", "reply-to", "x-original-from"}) | {
	"disposition-notification-to"
}
QUOTED = r'(?<![^\s,;])"(?:[^"\\]|\\[\s\S])*"(?=[\s,;<@]|$)'
"""A text in quotation marks, which stand where words begin and end; any other is an ordinary character."""
TOKEN = re.compile(rf'{QUOTED}|<(?P<address>[^<>]*@[^<>]*)>|(?P<end>[,;\n\r])|[^,;\n\r<"]+|[<"]')
APOSTROPHES = "'\"‘’‚“”„"


def encode_headers(email: "EMail") -> None:
	"""Hook of all e-mails of the site, called when one is built: it would send names and subject as raw UTF-8.

	Many mail servers refuse that (RFC 6531 has to be agreed on first), while what is encoded arrives everywhere.
	"""
	for name in email.msg_root.keys():
		value = str(email.msg_root[name])
		encoded = encoded_header(name, value)
		if encoded != value:
			del email.msg_root[name]
			email.msg_root.set_raw(name, encoded)


def plain_addresses(text: str) -> list[str]:
	"""Return the addresses in what a person has typed or copied, without names, each once.

	Commas, semicolons, new lines and blanks between two addresses divide them; a name before an address in angle
	brackets may have a comma in it, as Outlook copies it: `Müller, Max <max@example.com>; b@example.com`. Quotation
	marks around an address and `mailto:` before it go. What is no address comes back as it is.
	"""
	return list(dict.fromkeys(address for _name, address in _mailboxes(text or "") if address))


def _mailboxes(text: str) -> list[tuple[str, str]]:
	"""Return names, empty where there is none, and addresses."""
	found, names, piece = [], [], ""
	for token in TOKEN.finditer(f"{text};"):
		if token["address"]:
			found.append((", ".join(filter(None, [*names, piece.strip()])), _bare(token["address"])))
			names, piece = [], ""
			continue
		if not token["end"]:
			piece += token[0]
			continue
		ended = piece.strip()
		if ended and "@" not in ended:
			names.append(ended)
		if "@" in ended or token["end"] != ",":
			found += [("", name) for name in names]
			names = []
		if "@" in ended:
			found += [("", address) for address in _divided(ended)]
		piece = ""
	return found


def _divided(piece: str) -> list[str]:
	words = [_bare(word) for word in piece.split()]
	return words if all("@" in word.strip("@") for word in words) else [_bare(piece)]


def _bare(address: str) -> str:
	address = address.strip()
	if len(address) > 2 and address[0] in APOSTROPHES and address[-1] in APOSTROPHES:
		address = address[1:-1].strip()
	if address.lower().startswith("mailto:"):
		address = address[len("mailto:") :].partition("?")[0].strip()
	return address


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
	"""Return the value of a header in ASCII: words by RFC 2047, domains by IDNA, in lines of at most `LINE`.

	What cannot be written so comes back as it was, such as an address with letters before the @ that are not ASCII.
	"""
	if value.isascii() or not _is_text(value):
		return value
	if name.lower() not in ADDRESS_HEADERS:
		return _encoded_words(value, len(name))
	mailboxes = [(person, ascii_address(address)) for person, address in _mailboxes(value)]
	if not all(address.isascii() for _person, address in mailboxes):
		return value
	return ",\n ".join(_encoded_address(person, address, len(name)) for person, address in mailboxes)


def _is_text(value: str) -> bool:
	"""Return whether the value is whole, without halves of characters or bytes of an unknown encoding."""
	try:
		value.encode()
	except UnicodeEncodeError:
		return False
	return True


def _encoded_address(person: str, address: str, used: int) -> str:
	if re.fullmatch(QUOTED, person):
		person = unquote(person)
	if person.isascii():
		return formataddr((person, address))
	words = _encoded_words(person, used)
	first, *further = words.split("\n")
	line = further[-1] if further else " " * (used + 2) + first
	between = " " if len(line) + len(address) + 4 <= LINE else "\n "
	return f"{words}{between}<{address}>"


def _encoded_words(text: str, used: int) -> str:
	return Header(text, "utf-8", maxlinelen=LINE, header_name="x" * used).encode()
