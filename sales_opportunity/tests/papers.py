"""What stands on a paper."""

import io
import re

from pypdf import PdfReader


def without_spaces(text: str) -> str:
	"""Return a text as it is compared where releases of pypdf differ in the spaces between the pieces of a line."""
	return "".join(text.split())


def text_of(pdf: bytes) -> str:
	"""Return the text of a PDF with single spaces."""
	pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
	return re.sub(r"\s+", " ", " ".join(pages))


def boxes(pages) -> list:
	rest, found = [page._page_box for page in pages.document.pages], []
	while rest:
		found.append(rest.pop())
		rest += getattr(found[-1], "children", ())
	return found
