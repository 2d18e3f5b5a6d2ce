"""Rich text as the desk's editor writes it, and nothing else: an allowlist over HTML. Free of the framework."""

import html
import re
import secrets
from typing import overload
from urllib.parse import unquote

import nh3

TAGS = set(
	"a abbr address b blockquote br caption cite code col colgroup dd del div dl dt em figcaption figure "
	"h1 h2 h3 h4 h5 h6 hr i img ins li mark ol p pre q s small span strike strong sub sup table tbody td tfoot "
	"th thead tr u ul".split()
)
NOT_TEXT = set(
	"iframe math noembed noframes noscript object script select style svg template textarea title xmp".split()
)
"""Elements of which the content goes, too: it was never meant to be read."""

ATTRIBUTES = {
	"*": {"class", "dir", "lang", "style"},
	"a": {"href", "target"},
	"col": {"span", "width"},
	"img": {"alt", "height", "src", "width"},
	"li": {"data-list"},
	"ol": {"start"},
	"pre": {"data-language", "spellcheck"},
	"span": {"contenteditable"},
	"table": {"width"},
	"td": {"colspan", "data-row", "rowspan", "width"},
	"th": {"colspan", "data-row", "rowspan", "width"},
	"ul": {"data-checked"},
}
VALUES = {
	"class": re.compile(r"(ql-[\w-]+|read-mode|table|table-bordered|mention|\s)*"),
	"colspan": re.compile(r"\d{1,3}"),
	"contenteditable": re.compile("false"),
	"height": re.compile(r"\d{1,4}(\.\d+)?(px|%|em)?"),
	"rowspan": re.compile(r"\d{1,3}"),
	"span": re.compile(r"\d{1,3}"),
	"start": re.compile(r"\d{1,4}"),
	"target": re.compile("_blank"),
	"width": re.compile(r"\d{1,4}(\.\d+)?(px|%|em)?"),
}
"""What the values of these attributes must look like; of classes those are left that do."""

PROPERTIES = re.compile(
	"color|background-color|font-(size|weight|style|family)|line-height|direction|vertical-align|white-space"
	"|text-(align|decoration|decoration-line|indent|transform)|list-style-type|(min-|max-)?width|height"
	"|border(-(collapse|spacing|(top|right|bottom|left)(-(color|style|width))?|color|style|width))?"
	"|(padding|margin)(-(top|right|bottom|left))?"
)
PROPERTY_VALUE = re.compile(
	r"(?:(?!url|expression|image|(?<![\w(, ])-\d|\s-\d)[\w\s#%.,()'\"-])*", re.IGNORECASE
)
"""Words and numbers; nothing that is fetched, and nothing below zero, which would cover what stands elsewhere."""

NUMBER = re.compile(r"(?<![\w#.])((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(%|[a-z]*)", re.IGNORECASE)
LARGEST_SIZE = 2_000
LARGEST_RELATIVE_SIZE = 200
"""The largest numbers in styles: without a unit, in pixels and points; in all other units."""

SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0]")
PICTURE = re.compile(
	r"data:image/(png|jpeg|jpg|gif|webp|bmp|tiff|heic|heif|avif);base64,[A-Za-z0-9+/=]*", re.IGNORECASE
)
LEFT_BEHIND = frozenset({"blob", "cid"})
"""Schemes of pictures that stayed where a text was copied from: they lead nowhere, and are named before issuing."""
OWN_PICTURE = re.compile(r"/(private/files|files|assets)/")
ACTION = re.compile(r"/api/|[?&]cmd=", re.IGNORECASE)
PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
TABLE_GAP = (
	r"(<(?:table|t(?:head|body|foot|r))\b[^<>]*>|</(?:t(?:head|body|foot|r|d|h)|caption|colgroup)\s*>)"
	r"((?:\s|&nbsp;|{mark}[0-9]+e)+)"
	r"(?=<(t[dh]\b|/tr\b)?(?:t(?:head|body|foot|r)\b|/t(?:able|head|body|foot)\b)?(?<!<)[^<]*>)"
)
"""Placeholders between two parts of a table, where text would be moved out of the table."""


@overload
def clean(text: str) -> str: ...
@overload
def clean(text: str | None) -> str | None: ...
def clean(text: str | None) -> str | None:
	"""Return rich text (HTML) with what the editor can write: nothing that runs, is fetched unasked or leads away.

	Left are paragraphs, lists, tables, links (http, https, mailto, tel, addresses of the site), pictures (PNG, JPEG, GIF
	and WebP as data, files of the site, http, https), colours, sizes and alignment. Cleaning twice changes nothing.
	"""
	return _cleaned(text, None)


@overload
def clean_template(text: str) -> str: ...
@overload
def clean_template(text: str | None) -> str | None: ...
def clean_template(text: str | None) -> str | None:
	"""Return rich text with placeholders (Jinja), the HTML around them cleaned, and they themselves kept.

	They are written with entities, so that no view takes what stands in them for HTML; `placeholders_as_written` undoes
	that. What a template is rendered to has to be cleaned again.
	"""
	if not text or not PLACEHOLDER.search(text):
		return clean(text)
	mark = f"j{secrets.token_hex(8)}n"
	parts = []

	def marked(match: re.Match) -> str:
		parts.append(match[0])
		return f"{mark}{len(parts) - 1}e"

	with_marks = re.sub(
		TABLE_GAP.replace("{mark}", mark),
		lambda match: match[1] + re.sub(f"{mark}[0-9]+e", _cell if match[3] else _row, match[2]),
		PLACEHOLDER.sub(marked, text),
		flags=re.IGNORECASE,
	)
	cleaned = re.sub(f'<(tr|td) class="({mark}[0-9]+e)"></\\1>', r"\2", _cleaned(with_marks, mark) or "")
	return re.sub(
		f"{mark}([0-9]+)e", lambda match: html.escape(html.unescape(parts[int(match[1])])), cleaned
	).replace("&#x27;", "'")


def _row(mark: re.Match) -> str:
	return f'<tr class="{mark[0]}"></tr>'


def _cell(mark: re.Match) -> str:
	return f'<td class="{mark[0]}"></td>'


def placeholders_as_written(text: str) -> str:
	"""Return a template whose placeholders say `>` where its rich text says `&gt;`."""
	return PLACEHOLDER.sub(lambda match: html.unescape(match[0]).replace("\N{NO-BREAK SPACE}", " "), text)


def _cleaned(text: str | None, mark: str | None) -> str | None:
	if not text or not re.search("[<>&]", text):
		return text

	def value_of(tag: str, name: str, value: str) -> str | None:
		return _allowed_value(tag, name, value, mark)

	return nh3.clean(
		text,
		tags=TAGS,
		clean_content_tags=NOT_TEXT,
		attributes=ATTRIBUTES,
		attribute_filter=value_of,
		url_schemes={"data", "http", "https", "mailto", "tel", *LEFT_BEHIND},
	).replace("&nbsp;", "\N{NO-BREAK SPACE}")


def _allowed_value(tag: str, name: str, value: str, mark: str | None) -> str | None:
	if name == "style":
		return _style(value) or None
	if name == "class" and mark and value.startswith(mark):
		return value
	if name == "class":
		return " ".join(filter(VALUES["class"].fullmatch, value.split())) or None
	if name in ("href", "src"):
		is_held = bool(mark and INVISIBLE.sub("", value).startswith(mark))
		return value if is_held or _is_good_address(tag, INVISIBLE.sub("", value)) else None
	rule = VALUES.get(name)
	return value if not rule or rule.fullmatch(value) else None


def _is_good_address(tag: str, address: str) -> bool:
	scheme = SCHEME.match(address)
	if tag != "img":
		# An address that begins with two slashes leads to another server, as one with https does: such links are kept.
		return not scheme or scheme[1].lower() in ("http", "https", "mailto", "tel")
	if not scheme:
		return bool(OWN_PICTURE.match(address)) and ".." not in _decoded(address)
	if scheme[1].lower() == "data":
		return bool(PICTURE.fullmatch(address))
	if scheme[1].lower() in LEFT_BEHIND:
		return True
	return scheme[1].lower() in ("http", "https") and not ACTION.search(_decoded(address))


def _decoded(address: str) -> str:
	"""Return an address without its percent signs, however often it was encoded."""
	while (decoded := unquote(address)) != address:
		address = decoded
	return address


def _is_sized(content: str) -> bool:
	"""Return whether a value says something, and nothing larger than a page: 2,000 pixels, 200 of other units."""
	return bool(content) and all(
		float(number) <= (LARGEST_SIZE if unit.lower() in ("", "px", "pt") else LARGEST_RELATIVE_SIZE)
		for number, unit in NUMBER.findall(content)
	)


def _style(value: str) -> str:
	declarations = []
	for declaration in value.split(";"):
		name, _colon, content = (part.strip() for part in declaration.partition(":"))
		if PROPERTIES.fullmatch(name.lower()) and PROPERTY_VALUE.fullmatch(content) and _is_sized(content):
			declarations.append(f"{name.lower()}: {content};")
	return " ".join(declarations)
