"""Plain text that stays plain in every view, also in those that take it for HTML. Free of the framework."""

import html
import re
from typing import overload

TAG = re.compile(r"<(?:/?([a-z][^\s/>]*)[^>]*>?|!--)", re.IGNORECASE)
NOT_TEXT = frozenset(
	"base body button embed form frame frameset head html iframe input link math meta noembed noframes noscript object "
	"plaintext script select style svg template textarea title xmp".split()
)
"""Elements that do something, or change how the browser reads what follows them, without any attribute."""

EVENTS = (
	"abort afterprint animation[a-z]+ auxclick before[a-z]+ begin blur bounce cancel canplay(through)? change click close "
	"command contentvisibility[a-z]+ context[a-z]+ copy cuechange cut dblclick drag[a-z]* drop durationchange emptied end "
	"ended error finish focus(in|out)? formdata fullscreen[a-z]+ gamepad[a-z]+ (got|lost)pointercapture hashchange input "
	"invalid key(down|press|up) languagechange load(ed(meta)?data|start|end)? message(error)? mouse[a-z]+ mousewheel "
	"offline online page(hide|reveal|show|swap) paste pause play(ing)? pointer[a-z]+ popstate progress ratechange "
	"readystatechange rejectionhandled repeat reset resize scroll(end|snapchang[a-z]+)? search securitypolicyviolation "
	"seek(ed|ing) select(ionchange|start)? show slotchange stalled start storage submit suspend timeupdate toggle "
	"touch[a-z]+ transition[a-z]+ unhandledrejection unload visibilitychange volumechange waiting webkit[a-z]+ wheel zoom"
)
HANDLER = re.compile(rf"""[\s/]*on({"|".join(EVENTS.split())})\s*=""", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""[\s/]*[^\s"'`>/=]+(\s*=\s*("[^"]*"|'[^']*'|`[^`]*`|[^\s"'`>]+))?(?=[\s/]|$)""")
QUOTE = re.compile("[\"'`]")
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
			or _breaks_out(text)
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


@overload
def disarmed(text: str) -> str: ...
@overload
def disarmed(text: str | None) -> str | None: ...
def disarmed(text: str | None) -> str | None:
	"""Return plain text as it was typed, and if that is live, without what makes it so; never nothing for something."""
	text = as_entered(text)
	if not text or not is_live(text):
		return text
	for _time in range(3):
		text = html.unescape(text)
	words = re.sub(r"<!--.*?(-->|$)|<[a-z/][^>]*(>|$)", "", text, flags=re.IGNORECASE | re.DOTALL).strip()
	if words and not is_live(words):
		return words
	return (words or text).translate(str.maketrans("<>\"'`=:", "‹›″’’ ∶")).strip()


def _breaks_out(text: str) -> bool:
	"""Return whether a quotation mark, with nothing but attributes after it, is followed by what runs on an event."""
	seen = set()
	for quote in QUOTE.finditer(text):
		place = quote.end()
		while place not in seen:
			seen.add(place)
			if HANDLER.match(text, place):
				return True
			attribute = ATTRIBUTE.match(text, place)
			place = attribute.end() if attribute else place
	return False


def _is_live_tag(match: re.Match) -> bool:
	name = match[1]
	return not name or name.lower() in NOT_TEXT or "=" in match[0]
