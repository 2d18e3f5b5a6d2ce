"""Styles of papers, parsed once: the papers of a site have the same style, and its fonts take longer than a page of text."""

import atexit
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import frappe

KEPT = 16
"""Styles for which fonts and rules are kept: those of few print formats and letter heads, for a few threads."""


@dataclass(frozen=True)
class Style:
	"""What WeasyPrint has made of a style, and the addresses of fonts and style sheets that it could not get."""

	sheet: Any
	fonts: Any
	counters: Any
	not_loaded: tuple[str, ...]

	def options(self) -> dict:
		"""Return how a page is rendered with this style."""
		return {"stylesheets": [self.sheet], "font_config": self.fonts, "counter_style": self.counters}


def extract_style(page: Any, fetcher: Callable[[list[str]], Any]) -> Style | None:
	"""Take the style out of a page (WeasyPrint's `HTML`), and return it as it is kept by this thread.

	`fetcher` makes a URL fetcher that notes in the list what it could not get. What a style names is fetched once for
	all papers that have it, so it must not depend on who prints; a font that is replaced at the same address shows when the
	process starts anew. A page with style sheets for certain media only keeps
	all that it has, and there is None.
	"""
	root = page.etree_element
	elements = list(root.iter("style"))
	if any(element.attrib for element in elements) or next(root.iter("link"), None) is not None:
		return None
	css = "\n".join(element.text or "" for element in elements)
	for element in elements:
		element.text = ""
	style = _parsed(css, page.base_url, fetcher, frappe.local.site, threading.get_ident())
	if style.not_loaded:
		clear_styles()
	return style


def clear_styles(**_job: Any) -> None:
	"""Keep nothing: what could not be got may be there next time, and a job's process ends without removing its fonts."""
	_parsed.cache_clear()


@lru_cache(KEPT)
def _parsed(css: str, base_url: str, fetcher: Callable[[list[str]], Any], site: str, thread: int) -> Style:
	"""Parse a style. Sites have their own files of the same name, and fonts are not for several threads at once."""
	from weasyprint import CSS
	from weasyprint.css.counters import CounterStyle
	from weasyprint.text.fonts import FontConfiguration

	fonts, counters = FontConfiguration(), CounterStyle()
	not_loaded: list[str] = []
	sheet = CSS(
		string=css,
		base_url=base_url,
		url_fetcher=fetcher(not_loaded),
		font_config=fonts,
		counter_style=counters,
	)
	return Style(sheet, fonts, counters, tuple(not_loaded))


atexit.register(clear_styles)
