"""Makes rich texts fit the column that they stand in, whatever was pasted into them. Free of the framework.

What a text says stays, and so do its lists, tables, pictures and emphasis; what would push other things off the page
goes: widths, positions and margins of its own, text that must not break, styles that reach beyond the text.
"""

import base64
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, NavigableString

if TYPE_CHECKING:
	from bs4 import Tag

DROPPED = (
	"script style link meta base iframe frame object embed audio video canvas template noscript "
	"input button select textarea math"
).split()
KEPT = frozenset(
	"p div span br hr b strong i em u s del ins sub sup small mark code kbd samp var pre blockquote ul ol li dl dt dd "
	"h1 h2 h3 h4 h5 h6 a img table caption thead tbody tfoot tr td th figure figcaption bdi bdo wbr".split()
)
ATTRIBUTES = {
	"a": ("href",),
	"img": ("src", "alt"),
	"ol": ("start",),
	"td": ("colspan", "rowspan"),
	"th": ("colspan", "rowspan"),
}
EVERYWHERE = ("dir", "lang")
PROPERTIES = {
	"color": re.compile(r"[\w#(),.%\s-]+"),
	"background-color": re.compile(r"[\w#(),.%\s-]+"),
	"text-align": re.compile(r"left|right|center|justify|start|end"),
	"font-weight": re.compile(r"bold|normal|[1-9]00"),
	"font-style": re.compile(r"italic|normal|oblique"),
	"text-decoration": re.compile(r"[a-z\s-]+"),
	"vertical-align": re.compile(r"top|middle|bottom|baseline|sub|super"),
	"list-style-type": re.compile(r"[a-z-]+"),
	"direction": re.compile(r"ltr|rtl"),
}
"""What a text may say of its looks, and how: nothing of this moves anything off the page."""

SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(px|pt|mm|cm|in|%)?\s*")
FONT_SIZES = {"px": (8.0, 24.0), "pt": (6.0, 18.0)}
"""The smallest and the largest size of a font that a text may choose."""

LINKS = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
UNBROKEN = re.compile(r"[^ \t\n\r\f]{21,}")
"""A run of characters that is longer than any that must stay on one line, such as 1.234,56 € or Dr. Adler."""
NO_BREAK = re.compile("[\u00a0\u202f\u2060\ufeff]")
LISTED = re.compile(r"([,;])(?=[^\s\u200b])")
"""Between the entries of a list without blanks, such as serial numbers; not within a number or an address."""

MOST_COLUMNS = 20
MANY_COLUMNS = 8
MOST_LEVELS = 40
MOST_SPANNED = 100
NARROW_COLUMNS = 3
NARROW_CODE = 45
"""What fits beside the figures: tables with up to so many columns, code with up to so many characters a line."""


@dataclass(frozen=True)
class Fitted:
	"""A text that fits, as HTML, and whether it is better read over the whole width of the paper."""

	html: str = ""
	needs_width: bool = False


def fit(html: str | None) -> str:
	"""Return a rich text as HTML that stays within any column. Empty for none."""
	return fitted_html(html or "").html


@lru_cache(maxsize=256)
def fitted_html(html: str) -> Fitted:
	"""Return a rich text as HTML that stays within any column, see `Fitted`."""
	if not html.strip():
		return Fitted()
	soup = BeautifulSoup(html, "html5lib")
	body = soup.body
	for tag in body.find_all(DROPPED):
		tag.decompose()
	for svg in body.find_all("svg"):
		if not svg.find_parent("svg"):
			_make_picture(soup, svg)
	for tag in body.find_all(True):
		if tag.name not in KEPT or _depth(tag) > MOST_LEVELS:
			tag.unwrap()
		else:
			tag.attrs = _attributes(tag)
	needs_width = any([_fit_table(table) for table in body.find_all("table")])
	for text in body.find_all(string=True):
		if text.find_parent("pre"):
			needs_width = needs_width or any(len(line) > NARROW_CODE for line in text.splitlines())
		elif type(text) is NavigableString:
			text.replace_with(loosened(text))
		else:
			text.extract()
	return Fitted(body.decode_contents(), needs_width)


def loosened(text: str) -> str:
	"""Return a text that can be broken into lines: long runs lose their non-breaking blanks, and lists break at commas.

	What belongs together in a few characters stays together, and so does what must be copied as it is.
	"""

	def loosen(run: re.Match) -> str:
		words = run[0]
		if NO_BREAK.search(words):
			words = NO_BREAK.sub(" ", words)
		if "://" not in words and any(len(word) > 20 for word in words.split()):
			words = LISTED.sub("\\1\u200b", words)
		return words

	return UNBROKEN.sub(loosen, text)


def _depth(tag: "Tag") -> int:
	return sum(1 for _parent in tag.parents)


def _make_picture(soup: BeautifulSoup, svg: "Tag") -> None:
	"""Let a drawing be a picture, which neither runs scripts nor styles what stands around it."""
	svg["xmlns"], svg["xmlns:xlink"] = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
	content = base64.b64encode(str(svg).encode()).decode()
	picture = soup.new_tag("img", src=f"data:image/svg+xml;base64,{content}")
	for name in ("width", "height", "style"):
		if svg.get(name):
			picture[name] = svg[name]
	svg.replace_with(picture)


def _attributes(tag: "Tag") -> dict[str, str]:
	given = tag.attrs
	kept = {
		name: value
		for name in (*EVERYWHERE, *ATTRIBUTES.get(tag.name, ()))
		if (value := _value(name, str(given.get(name) or "")))
	}
	classes = given.get("class") or []
	classes = [
		name for name in (classes.split() if isinstance(classes, str) else classes) if _is_editors(name)
	]
	if classes:
		kept["class"] = " ".join(classes)
	style = _style(tag)
	if style:
		kept["style"] = style
	return kept


def _is_editors(class_name: str) -> bool:
	return class_name.startswith("ql-")


def _value(name: str, value: str) -> str:
	if name in ("colspan", "rowspan"):
		return str(min(int(value), MOST_SPANNED)) if value.isdecimal() and int(value) > 1 else ""
	if name == "href":
		return value if LINKS.match(value.strip()) else ""
	if name == "src":
		return file_address(value.strip())
	return value


def file_address(url: str) -> str:
	"""Return the address of a file of the site so that a browser finds it: a name may have blanks, # and ?."""
	if not url.startswith(("/files/", "/private/files/")):
		return url
	name, mark, query = url.partition("?fid=")
	for character, code in ((" ", "%20"), ("#", "%23"), ("?", "%3F"), ('"', "%22")):
		name = name.replace(character, code)
	return name + mark + query


def _style(tag: "Tag") -> str:
	declared = {}
	for declaration in str(tag.get("style") or "").split(";"):
		name, _colon, value = declaration.partition(":")
		declared[name.strip().lower()] = re.sub(
			r"\s*!\s*important\s*$", "", value.strip(), flags=re.IGNORECASE
		)
	kept = {
		name: value
		for name, value in declared.items()
		if name in PROPERTIES and PROPERTIES[name].fullmatch(value)
	}
	if tag.name == "img":
		kept |= _picture_size(
			declared.get("width") or tag.get("width"), declared.get("height") or tag.get("height")
		)
	elif tag.name in ("td", "th", "table"):
		kept |= _share(declared.get("width") or tag.get("width"))
	if size := _font_size(declared.get("font-size", "")):
		kept["font-size"] = size
	return "; ".join(f"{name}: {value}" for name, value in kept.items())


def _picture_size(width: str | None, height: str | None) -> dict[str, str]:
	"""Return the size that the editor gave to a picture: by its width if there is one, to keep its proportions."""
	for name, given in (("width", width), ("height", height)):
		found = SIZE.fullmatch(str(given or ""))
		if found and float(found[1]) and not (name == "height" and found[2] == "%"):
			return {name: f"{found[1]}{found[2] or 'px'}"}
	return {}


def _share(width: str | None) -> dict[str, str]:
	found = SIZE.fullmatch(str(width or ""))
	return {"width": f"{found[1]}%"} if found and found[2] == "%" and float(found[1]) <= 100 else {}


def _font_size(given: str) -> str | None:
	found = SIZE.fullmatch(given)
	if not found or found[2] not in FONT_SIZES:
		return None
	smallest, largest = FONT_SIZES[found[2]]
	return f"{min(max(float(found[1]), smallest), largest):g}{found[2]}"


def _fit_table(table: "Tag") -> bool:
	"""Mark how a table fits: by its content, in columns of one width, or one cell after the other.

	Returns whether it is better read over the whole width.
	"""
	columns = max((_columns(row) for row in table.find_all("tr")), default=0)
	if columns > MOST_COLUMNS or table.find_parent("table"):
		table["class"] = "in-lines"
		return False
	if columns > MANY_COLUMNS:
		table["class"] = "even dense"
	elif table.find("img") or table.find("table"):
		table["class"] = "even"
	return columns > NARROW_COLUMNS


def _columns(row: "Tag") -> int:
	return sum(int(cell.get("colspan") or 1) for cell in row.find_all(["td", "th"], recursive=False))
