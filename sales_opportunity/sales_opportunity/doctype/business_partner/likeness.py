"""What makes two partners look alike: keys of names, addresses and websites. Free of the framework."""

import re
import unicodedata
from pathlib import Path
from urllib.parse import urlsplit

KEY_LENGTH = 140
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "œ": "oe", "ø": "oe", "å": "aa"})

LEGAL_FORMS = frozenset(
	"""
	ab ag amba aps as asa bhd bv bvba co company corp corporation cv doo eg ek ekfm ekfr eirl ev eu gbr
	gesmbh ggmbh gmbh inc incorporated kft kg kgaa lda limited llc llp lp ltd mbh nv nyrt ohg oy oyj og
	plc pte pty pvt rt sa sarl sas sasu se sl slu snc spa spolsro spzoo srl sro ug vof zoo
	""".split()
)
"""Forms of companies as they end a name, in lower case and without points and spaces."""

CONNECTORS = frozenset({"und", "and", "et", "u", "haftungsbeschraenkt"})
LONGEST_FORM = 4
"""Parts that a form may fall into: S. à r. l."""

COMMON_SECOND_LEVEL = frozenset(
	{"ac", "co", "com", "edu", "gob", "gov", "gv", "ltd", "me", "ne", "net", "or", "org", "plc"}
)
SHARED_DOMAINS = frozenset(Path(__file__).with_name("shared_domains.txt").read_text("utf-8").split())
"""Domains that many unlike partners have: free mail, providers, builders of websites, social networks."""


def name_key(name: str | None) -> str:
	"""Return what is left of a name without case, accents, punctuation, spaces and legal form.

	Names with the same key are likely the same partner's. A name of nothing else but a legal form is its own key;
	without letters or digits the key is empty.
	"""
	words = re.findall(r"\w+", _plain(name or "").replace("_", " "))
	return "".join(_without_legal_form(words))[:KEY_LENGTH]


def domain_key(address: str | None) -> str | None:
	"""Return the registered domain of an e-mail address or a website: firma.de of info@post.firma.de.

	Returns None if there is none, or if it is one that many share.
	"""
	host = _host((address or "").strip().lower())
	labels = host.rstrip(".").split(".")
	if len(labels) < 2 or not all(labels) or labels[-1].isdigit():
		return None
	size = 3 if len(labels[-1]) == 2 and labels[-2] in COMMON_SECOND_LEVEL else 2
	domain = ".".join(labels[-size:])
	return None if domain in SHARED_DOMAINS or len(labels) < size else domain


def domain_keys(*addresses: str | None) -> list[str]:
	"""Return the registered domains of all addresses, each once, in alphabetical order."""
	return sorted({key for address in addresses if (key := domain_key(address))})


def _plain(text: str) -> str:
	"""Return the text in lower case, with umlauts and ligatures as two letters and no other accents."""
	text = unicodedata.normalize("NFKC", text).casefold().translate(UMLAUTS)
	return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def _without_legal_form(words: list[str]) -> list[str]:
	rest = words
	while shorter := _shortened(rest):
		rest = shorter
	return rest


def _shortened(words: list[str]) -> list[str]:
	"""Return the words without the form, or what connects forms, that ends them; nothing if that would leave none."""
	for size in range(min(LONGEST_FORM, len(words) - 1), 0, -1):
		if "".join(words[-size:]) in LEGAL_FORMS:
			return words[:-size]
	return words[:-1] if words[:-1] and words[-1] in CONNECTORS else []


def _host(address: str) -> str:
	if "@" in address and "//" not in address:
		return address.rsplit("@", 1)[1].strip(" >")
	try:
		return urlsplit(address if "//" in address else f"//{address}").hostname or ""
	except ValueError:
		return ""
