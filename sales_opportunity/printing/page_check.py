"""Reads the pages that WeasyPrint laid out: what of them a reader would not see. Free of the framework."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
	from weasyprint.document import Document as WeasyDocument
	from weasyprint.document import Page
	from weasyprint.formatting_structure.boxes import Box

TOLERANCE = 1.0
"""How far a text may stand out before it counts as cut, in CSS pixels: rounding, and blanks at its end."""
HEADROOM = 0.3
"""The part of a line's height that may be clipped above and below: no letter stands there."""
LONGEST = 40


@dataclass(frozen=True)
class Area:
	"""A rectangle on a page, in CSS pixels."""

	left: float
	top: float
	right: float
	bottom: float

	def within(self, other: "Area") -> "Area":
		"""Return the part of this area that lies in another one."""
		return Area(
			max(self.left, other.left),
			max(self.top, other.top),
			min(self.right, other.right),
			min(self.bottom, other.bottom),
		)


@dataclass(frozen=True)
class Unseen:
	"""Texts that are not all on their page, those with figures and the others, and letters that no font has."""

	figures: tuple[str, ...] = ()
	texts: tuple[str, ...] = ()
	letters: str = ""


def unseen(document: "WeasyDocument") -> Unseen:
	"""Return what of a WeasyPrint `Document` does not come to be seen on the paper, each thing once and in order."""
	cut, letters, seen = {}, {}, set()
	for page in document.pages:
		for box, area in _texts(page):
			text = re.sub(r"\s+", " ", box.text).strip()
			if not text or box.style["visibility"] != "visible":
				continue
			if _is_cut(box, area):
				cut[text if len(text) <= LONGEST else f"{text[:LONGEST]}…"] = any(map(str.isdecimal, text))
			new = set(text) - seen
			if not "".join(new).isascii():
				letters.update(dict.fromkeys(_letters_without_font(box)))
			seen |= new
	return Unseen(
		figures=tuple(text for text, has_figures in cut.items() if has_figures),
		texts=tuple(text for text, has_figures in cut.items() if not has_figures),
		letters="".join(letters),
	)


def _texts(page: "Page") -> Iterator[tuple]:
	"""Yield each box of text of a page, and the area in which it is seen."""
	rest = [(page._page_box, Area(0, 0, page.width, page.height))]
	while rest:
		box, area = rest.pop()
		if hasattr(box, "text") and hasattr(box, "pango_layout"):
			yield box, area
		children = getattr(box, "children", ())
		if children and box.style["overflow"] != "visible" and box is not page._page_box:
			area = area.within(_padding_area(box))
		rest += [(child, area) for child in reversed(children)]


def _padding_area(box: "Box") -> Area:
	left, top = box.padding_box_x(), box.padding_box_y()
	return Area(left, top, left + box.padding_width(), top + box.padding_height())


def _is_cut(box: "Box", area: Area) -> bool:
	headroom = max(TOLERANCE, box.height * HEADROOM)
	return (
		box.position_x < area.left - TOLERANCE
		or box.position_x + box.width > area.right + TOLERANCE
		or box.position_y < area.top - headroom
		or box.position_y + box.height > area.bottom + headroom
	)


def _letters_without_font(box: "Box") -> Iterator[str]:
	"""Yield the letters of a text for which Pango found no glyph in any font."""
	from weasyprint.text.ffi import ffi, pango

	layout = box.pango_layout
	layout.reactivate(box.style)
	line, _index = layout.get_first_line()
	run = line.runs
	while run != ffi.NULL:
		glyphs = run.data.glyphs
		for index in range(glyphs.num_glyphs):
			glyph = glyphs.glyphs[index].glyph
			if glyph != pango.PANGO_GLYPH_EMPTY and glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG:
				letter = chr(glyph & ~pango.PANGO_GLYPH_UNKNOWN_FLAG)
				if unicodedata.category(letter)[0] not in "CZ":
					yield letter
		run = run.next
	layout.deactivate()
