"""Which documents go with a quote, what they are called, and how much an e-mail carries. Free of the framework."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

MEGABYTE = 1_000_000
NAME_LENGTH = 140
"""How many letters the name of a file, and the title of a document, may have."""


@dataclass(frozen=True)
class GoingDocument:
	"""A document as its master has it: `holder` is the master's DocType and name, `holder_title` what people call it."""

	title: str
	address: str
	language: str
	holder: tuple[str, str]
	holder_title: str


def documents_in_language(documents: Iterable[GoingDocument], language: str) -> list[GoingDocument]:
	"""Return the documents for quotes in a language, each file once; several of one title name their master, too."""
	once: dict[str, GoingDocument] = {}
	for document in documents:
		if is_for(document.language, language):
			once.setdefault(document.address, document)
	titles = Counter(document.title for document in once.values())
	return [
		replace(document, title=f"{document.title} – {document.holder_title}"[:NAME_LENGTH])
		if titles[document.title] > 1
		else document
		for document in once.values()
	]


def is_for(language_of_document: str, language: str) -> bool:
	"""Return whether a document is for quotes in a language: "de" is for "de-AT", too, and none for all."""
	return language_of_document in ("", language, language.replace("_", "-").split("-")[0])


def file_name_of_title(title: str, ending: str) -> str:
	"""Return the name of the file of a document: its title, shortened so that the ending fits."""
	return re.sub(r"[/\\\0]", "-", title)[: NAME_LENGTH - len(ending)] + ending


def is_too_much(sizes: Iterable[int], limit: int) -> bool:
	"""Return whether files, in bytes, are more than an e-mail carries, in megabytes."""
	return sum(sizes) > limit * MEGABYTE
