"""The drawing of a signature, as a browser sends it: checked, and written anew. Free of the framework."""

import base64
import binascii
import io

from PIL import Image

PREFIX = "data:image/png;base64,"
PNG = b"\x89PNG\r\n\x1a\n"
MAX_BYTES = 100_000
MAX_WIDTH, MAX_HEIGHT = 2000, 1000
MIN_INK = 20
"""Pixels that a line has at least; fewer are a slip of the finger."""


class UnreadableSignatureError(ValueError):
	"""What was sent is not the drawing of a signature; the text says why: "size", "format" or "blank"."""


def read_signature(data_url: str) -> bytes:
	"""Return the drawing in a data URL as a new PNG file, black on white, that holds nothing but the picture.

	Raises `UnreadableSignatureError` for more than `MAX_BYTES`, for what is not a whole PNG, and for a blank one.
	"""
	if len(data_url) > len(PREFIX) + MAX_BYTES * 4 // 3 + 4:
		raise UnreadableSignatureError("size")
	if not data_url.startswith(PREFIX):
		raise UnreadableSignatureError("format")
	try:
		content = base64.b64decode(data_url[len(PREFIX) :], validate=True)
	except binascii.Error as error:
		raise UnreadableSignatureError("format") from error
	return redrawn(content)


def redrawn(content: bytes) -> bytes:
	"""Return the picture in a PNG file as another PNG file. Raises `UnreadableSignatureError`."""
	if not content.startswith(PNG):
		raise UnreadableSignatureError("format")
	try:
		with Image.open(io.BytesIO(content), formats=("PNG",)) as picture:
			if picture.width > MAX_WIDTH or picture.height > MAX_HEIGHT:
				raise UnreadableSignatureError("size")
			# The framework lets Pillow fill up truncated pictures in the whole process.
			picture.verify()
		with Image.open(io.BytesIO(content), formats=("PNG",)) as picture:
			ink = picture.convert("RGBA")
	except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
		if isinstance(error, UnreadableSignatureError):
			raise
		raise UnreadableSignatureError("format") from error
	drawing = Image.alpha_composite(Image.new("RGBA", ink.size, "white"), ink).convert("L")
	if sum(drawing.histogram()[:128]) < MIN_INK:
		raise UnreadableSignatureError("blank")
	file = io.BytesIO()
	drawing.save(file, "PNG", optimize=True)
	return file.getvalue()
