"""Pictures on the paper and on the customer's page. Free of the framework."""

import base64
import io
import re
from collections.abc import Callable
from html import escape, unescape
from re import compile as pattern
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree  # nosec B405: see below

from PIL import Image

SVG = "image/svg+xml"
ARCHIVABLE_MODES = ("1", "I", "L", "LA", "P", "RGB", "RGBA")
"""How a picture may be coloured: others, such as CMYK, have colours that the paper does not say how to mix."""

LARGEST_SIDE = 1600
LARGEST = 1_500_000
"""What a picture on the customer's page may have in pixels and bytes; larger ones are made smaller."""

IMAGE = pattern(r'(<img\b[^>]*?\bsrc=")([^"]*)("[^>]*>)')
WITHOUT_SOURCE = pattern(r"<img\b(?![^>]*\ssrc=)[^>]*>")


class UnreadablePictureError(Exception):
	"""A file is no picture that can be printed."""


def paths_of(address: str) -> list[str]:
	"""Return the paths that an address below the site may mean, the likeliest first.

	A file's name may hold blanks, #, ? and %, and addresses are written with and without their codes.
	"""
	parts = urlsplit(address)
	return list(dict.fromkeys([unquote(parts.path), unquote(address), parts.path, address]))


def for_archiving(found: dict) -> dict:
	"""Return a resource (`string`, `mime_type`) as an archive wants it: pictures in RGB or grey.

	Raises `UnreadablePictureError` for pictures that cannot be printed.
	"""
	if not found["mime_type"].startswith("image/"):
		return found
	try:
		if found["mime_type"] == SVG:
			# expat reads no entities from outside and stops where they multiply; the renderer reads it the same way.
			ElementTree.fromstring(found["string"])  # nosec B314
			return found
		with Image.open(io.BytesIO(found["string"])) as image:
			if image.mode in ARCHIVABLE_MODES:
				return found
			return _encoded(image.convert("RGB"), "PNG")
	except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
		raise UnreadablePictureError(str(error)) from error


def for_page(html: str, find: Callable[[str], dict | None]) -> str:
	"""Return a rich text with the pictures that a page may show: `find` returns a picture by address, or None.

	What is found is embedded, and made smaller if it is large; instead of the others stands what they are called.
	"""

	def called(tag: re.Match) -> str:
		name = pattern(r'\balt="([^"]*)"').search(tag[0])
		return name[1] if name else ""

	def embed(tag: re.Match) -> str:
		found = find(unescape(tag[2]))
		return f"{tag[1]}{escape(data_url(found))}{tag[3]}" if found else called(tag)

	return IMAGE.sub(embed, WITHOUT_SOURCE.sub(called, html))


def data_url(picture: dict) -> str:
	"""Return a picture (`string`, `mime_type`) as an address that holds it."""
	return f"data:{picture['mime_type']};base64,{base64.b64encode(picture['string']).decode()}"


def reduced_picture(picture: dict) -> dict | None:
	"""Return a picture that is quickly loaded on a phone, or None if it is none."""
	if picture["mime_type"] == SVG:
		return picture if len(picture["string"]) <= LARGEST else None
	try:
		with Image.open(io.BytesIO(picture["string"])) as image:
			if len(picture["string"]) <= LARGEST and max(image.size) <= 2 * LARGEST_SIDE:
				return picture
			image.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
			if image.mode in ("RGBA", "LA", "P"):
				return _encoded(image.convert("RGBA"), "PNG")
			return _encoded(image.convert("RGB"), "JPEG")
	except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
		return None


def _encoded(image: Image, format_name: str) -> dict:
	content = io.BytesIO()
	image.save(content, format_name)
	return {"string": content.getvalue(), "mime_type": f"image/{format_name.lower()}"}
