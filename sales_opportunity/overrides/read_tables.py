"""Where a query reads tables, told by its words: not in strings, comments and lists of columns. Free of the framework."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlparse import lexer
from sqlparse import tokens as kinds

FOLLOWING = frozenset(
	"where join left right inner outer full cross natural straight_join on using group having order limit union intersect "
	"except window for procedure into offset fetch lock use ignore force partition tablesample , ) ;".split()
)
"""What can stand behind a table that has no other name in the query."""

ENDING = frozenset(
	"where group having order limit union intersect except window procedure into offset fetch".split()
)
"""What ends the tables of a select."""


@dataclass(frozen=True)
class ReadTable:
	"""A table where a query reads it: from where to where its name stands, and whether the query gives it another."""

	name: str
	start: int
	end: int
	is_renamed: bool


@dataclass(frozen=True)
class _Word:
	text: str
	start: int
	is_name: bool

	@property
	def first(self) -> str:
		return self.text.lower().split()[0]

	@property
	def end(self) -> int:
		return self.start + len(self.text)


@dataclass
class _Level:
	"""What stands between two brackets: whether it is a select, in the list of its tables, and just before one of them."""

	is_select: bool = False
	lists: bool = False
	expects: bool = False


def read_tables(query: str) -> Iterator[ReadTable]:
	"""Yield the tables that a query reads, in the order in which they stand there; those of its subqueries, too."""
	words = list(_words(query))
	levels = [_Level()]
	for index, word in enumerate(words):
		level, before = levels[-1], words[index - 1].first if index else ""
		if word.text == "(":
			levels.append(_Level(lists=level.expects, expects=level.expects))
			level.expects = False
		elif word.text == ")":
			if len(levels) > 1:
				levels.pop()
		elif word.text == ",":
			level.expects = level.lists
		elif word.first == "select":
			levels[-1] = _Level(is_select=True)
		elif word.first == "from":
			# A function may have the word, too, as in extract(year from day), and so has a comparison.
			if level.is_select and before != "distinct":
				level.lists = level.expects = True
		elif word.text.lower().split()[-1] in ("join", "straight_join"):
			level.expects = level.lists
		elif word.first in ENDING and before != "for":
			level.lists = level.expects = False
		elif level.expects and word.is_name:
			following = words[index + 1] if index + 1 < len(words) else None
			if following and following.text == ".":
				continue
			level.expects = False
			start = words[index - 2].start if before == "." else word.start
			is_renamed = following is not None and following.first not in FOLLOWING
			yield ReadTable(word.text.strip('`"'), start, word.end, is_renamed)


def _words(query: str) -> Iterator[_Word]:
	start = 0
	for kind, text in lexer.tokenize(query):
		if text.strip() and kind not in kinds.Comment:
			is_name = kind in kinds.Name or kind is kinds.Literal.String.Symbol
			yield _Word(text, start, is_name)
		start += len(text)
