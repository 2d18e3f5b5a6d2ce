"""Plain text that stays plain in every view, also in those that take it for HTML. Free of the framework."""

import html
import re

TAG = re.compile(r"<(?:/?([a-z][^\s/>]*)[^>]*>?|!--)", re.IGNORECASE)
NOT_TEXT = frozenset(
	"base body button embed form frame frameset head html iframe input link math meta noembed noframes noscript object "
	"plaintext script select style svg template textarea title xmp".split()
)
"""Elements that do something, or change how the browser reads what follows them, without any attribute."""

HANDLER = re.compile(r"""["'`].*?\bon[a-z]+\s*=""", re.IGNORECASE | re.DOTALL)
SCRIPT = re.compile(r"[\s\x00-\x20]*(java|vb)script\s*:|[\s\x00-\x20]*data\s*:\s*text/html", re.IGNORECASE)
ESCAPED = re.compile("&(lt|gt|amp|quot|#39|#x27);")


def is_live(text: str) -> bool:
	"""Return whether a browser that took the text for HTML would run or load something, or lead away.

	`A <B> & C` and `O'Reilly <Tools> Ltd.` are dead: elements without attributes only disappear. `<img src=x …>` is not,
	nor is `x" onclick=…`, which would break out of an attribute.
	"""
	for _time in range(3):
		if (
			any(_is_live_tag(match) for match in TAG.finditer(text))
			or HANDLER.search(text)
			or SCRIPT.match(text)
		):
			return True
		text = html.unescape(text)
	return False


def as_entered(text: str | None) -> str | None:
	"""Return plain text of the framework's own documents as it was typed: those store `<` as an entity."""
	if text and "<" not in text and ESCAPED.search(text) and ("&lt;" in text or "&gt;" in text):
		return html.unescape(text)
	return text


def disarmed(text: str | None) -> str | None:
	"""Return plain text as it was typed, and if that is live, without what makes it so."""
	text = as_entered(text)
	if not text or not is_live(text):
		return text
	for _time in range(3):
		text = html.unescape(text)
	text = re.sub(r"<!--.*?(-->|$)|<[a-z/][^>]*(>|$)", "", text, flags=re.IGNORECASE | re.DOTALL)
	if is_live(text):
		text = text.translate(str.maketrans("<>\"'`=:", "‹›″’’ ∶"))
	return text.strip()


def _is_live_tag(match: re.Match) -> bool:
	name = match[1]
	return not name or name.lower() in NOT_TEXT or "=" in match[0]
