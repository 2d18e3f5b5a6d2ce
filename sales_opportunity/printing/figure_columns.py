"""How wide the columns of figures are, so that each figure of a quote stands whole on the paper. Free of the framework."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

PAPER = 165.0
"""Width of the table in mm."""
GAP = 3.0
"""Space before each column but the first, in mm."""
SMALLEST = {"position": 9.0, "quantity": 17.0, "rate": 22.0, "discount": 16.0, "amount": 24.0}
"""Width of each column in mm if its figures need no more: that of its heading."""
TEXT = 62.0
"""What the descriptions shall have at least, in mm."""
POINT = 25.4 / 72

PARTED = ("quantity", "rate", "amount")
LONG_UNIT = 24.0
"""At which width in mm the name of a unit or currency is broken, if nothing else helps."""

ATTEMPTS = (
	(9.5, (), inf),
	(9.5, ("quantity",), inf),
	(8.5, ("quantity",), inf),
	(7.5, ("quantity",), inf),
	(8.5, PARTED, inf),
	(7.5, PARTED, inf),
	(6.5, PARTED, inf),
	(6.5, PARTED, LONG_UNIT),
)
"""Sizes of the figures in pt, the columns in which a figure may be parted from its unit or currency, and how wide the
names of these may be; best first."""

BESIDE_FIGURE = re.compile("(?<=\\d)[\u00a0\u202f](?=[^\\d])|(?<=[^\\d])[\u00a0\u202f](?=\\d)")
"""The space between a figure and what it counts; those within a figure are no such spaces."""


@dataclass(frozen=True)
class Columns:
	"""Widths in mm by column, size of the figures in pt, and the columns in which figure and unit may part."""

	widths: dict[str, float]
	size: float
	parted: tuple[str, ...] = ()


def columns_for(figures: dict[str, Sequence[str]]) -> Columns:
	"""Return the columns in which these figures (texts by column) stand whole, with most room for the descriptions."""
	for size, parted, longest in ATTEMPTS:
		widths = {
			column: max(
				[SMALLEST[column], *(GAP + width(text, size, column in parted, longest) for text in texts)]
			)
			for column, texts in figures.items()
		}
		if PAPER - sum(widths.values()) >= TEXT:
			break
	return Columns(widths, size, parted)


def part(figure: str) -> str:
	"""Return a figure that may be parted from its unit or currency, but not within itself."""
	return BESIDE_FIGURE.sub(" ", figure)


def width(text: str, size: float, is_parted: bool = False, longest: float = inf) -> float:
	"""Return how wide a text is at most in mm, in a font of `size` pt; its widest part if it may be parted.

	Parts without a figure that are wider than `longest` count as that wide.
	"""
	widths = []
	for piece in part(text).split(" ") if is_parted else [text]:
		whole = sum(map(_character, piece)) * size * POINT
		widths.append(whole if any(map(str.isdecimal, piece)) else min(whole, longest))
	return max(widths)


def _character(character: str) -> float:
	"""Return about how wide a character of the paper's font is, as part of the font's size."""
	if character in " .,:;'’()|\u00a0\u202f\u200f\u200e":
		return 0.36
	if character.isdecimal():
		return 0.6
	if unicodedata.east_asian_width(character) in "WF" or character in "MWmw%":
		return 1.0
	return 0.7
