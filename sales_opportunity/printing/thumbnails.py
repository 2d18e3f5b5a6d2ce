"""Small pictures of one size, as JPEG without anything but what is seen. Free of the framework."""

import io
import struct

from PIL import Image, ImageOps

from sales_opportunity.printing.pictures import UnreadablePictureError

SIDE = 240
"""The longest side in pixels: about 300 dpi where the paper shows it."""

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_PIXELS = 60_000_000
MOST_BYTES = 30_000_000
QUALITY = 85


def thumbnail(content: bytes) -> bytes:
	"""Return a picture as a JPEG of at most `SIDE` × `SIDE` pixels, on white where it was transparent.

	Raises `UnreadablePictureError` for other formats, damaged files, and pictures too large to be opened.
	"""
	if len(content) > MOST_BYTES:
		raise UnreadablePictureError("too many bytes")
	try:
		with Image.open(io.BytesIO(content), formats=FORMATS) as image:
			if image.width * image.height > MOST_PIXELS:
				raise UnreadablePictureError("too many pixels")
			image.draft("RGB", (2 * SIDE, 2 * SIDE))
			upright = ImageOps.exif_transpose(image)
			upright.thumbnail((SIDE, SIDE))
			return _as_jpeg(upright)
	except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError) as error:
		raise UnreadablePictureError(str(error)) from error


def _as_jpeg(image: Image.Image) -> bytes:
	picture = image.convert("RGBA")
	flat = Image.new("RGB", picture.size, "white")
	flat.paste(picture, mask=picture.getchannel("A"))
	content = io.BytesIO()
	flat.save(content, "JPEG", quality=QUALITY, optimize=True)
	return content.getvalue()
