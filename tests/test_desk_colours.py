"""The desk has themes: what this app draws there takes its colours from them, but for the bars of charts."""

import re
from pathlib import Path

import pytest

APP = Path(__file__).parent.parent / "sales_opportunity"
FILES = [
	*(APP / "public").glob("**/*.js"),
	*(APP / "public").glob("**/*.css"),
	*(APP / "sales_opportunity").glob("doctype/**/*.js"),
	*(APP / "sales_opportunity").glob("page/**/*.[jc]s*"),
	*(APP / "sales_opportunity").glob("report/**/*.js"),
]
FIXED = re.compile(
	r"#[0-9a-f]{3,8}\b(?=[\"';} ])|\brgba?\(|(?<![-\w])(?:bg|table|text)-(?:light|white|dark)\b", re.I
)
BARS = re.compile(r"^\s*figures: \{.*\},$", re.M)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_colour_is_fixed(path):
	assert FIXED.findall(BARS.sub("", path.read_text())) == []


@pytest.mark.parametrize("code", ["color: #fff;", 'class="bg-light"', "rgba(0, 0, 0, 0.5)", "'#28a745'"])
def test_fixed_colours_are_found(code):
	assert FIXED.search(code)
