"""Pictures of items: small, of one format, with nothing in them but what is seen; what cannot be one is refused."""

import io
import struct
import zlib

import pytest
from PIL import Image

from sales_opportunity.printing.pictures import UnreadablePictureError
from sales_opportunity.printing.thumbnails import SIDE, thumbnail


def encoded(image: Image.Image, format_name: str, **options) -> bytes:
	content = io.BytesIO()
	image.save(content, format_name, **options)
	return content.getvalue()


def opened(content: bytes) -> Image.Image:
	return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP", "GIF"])
def test_each_format_becomes_a_small_jpeg(format_name):
	small = thumbnail(encoded(Image.new("RGB", (1600, 800), "navy"), format_name))
	image = opened(small)
	assert (image.format, image.size, image.mode) == ("JPEG", (SIDE, SIDE // 2), "RGB")
	assert len(small) < 20_000


def test_a_photo_of_a_camera_becomes_small():
	photo = Image.effect_noise((3000, 2000), 80).convert("RGB")
	assert len(thumbnail(encoded(photo, "JPEG", quality=95))) < 60_000


def test_what_a_camera_wrote_about_place_and_time_is_gone_and_the_picture_stands_upright():
	exif = Image.Exif()
	exif[0x0112] = 6  # turned by 90 degrees
	exif[0x010F] = "Maker of cameras"
	small = thumbnail(encoded(Image.new("RGB", (400, 200)), "JPEG", exif=exif, comment=b"secret place"))
	assert b"Maker" not in small and b"secret" not in small
	assert not opened(small).getexif()
	assert opened(small).size == (SIDE // 2, SIDE)


def test_a_transparent_picture_stands_on_white():
	small = thumbnail(encoded(Image.new("RGBA", (300, 300), (0, 0, 0, 0)), "PNG"))
	assert opened(small).getpixel((100, 100)) == (255, 255, 255)


def test_colours_for_printing_become_those_of_the_screen():
	assert opened(thumbnail(encoded(Image.new("CMYK", (50, 50)), "JPEG"))).mode == "RGB"


def test_a_small_picture_is_not_blown_up():
	assert opened(thumbnail(encoded(Image.new("RGB", (20, 10)), "PNG"))).size == (20, 10)


def bomb(width: int, height: int) -> bytes:
	"""Return a PNG of few bytes that says that it is huge."""

	def chunk(kind: bytes, data: bytes) -> bytes:
		return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

	header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
	return (
		b"\x89PNG\r\n\x1a\n"
		+ chunk(b"IHDR", header)
		+ chunk(b"IDAT", zlib.compress(b""))
		+ chunk(b"IEND", b"")
	)


@pytest.mark.parametrize(
	"content",
	[
		b"",
		b"no picture",
		b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
		b"%PDF-1.7",
		encoded(Image.new("RGB", (50, 50)), "TIFF"),
		encoded(Image.new("RGB", (50, 50)), "BMP"),
		encoded(Image.effect_noise((500, 500), 80), "JPEG")[:200],
		bomb(9_000, 9_000),
		bomb(60_000, 60_000),
		bomb(2**31 - 1, 2**31 - 1),
		bytes(30_000_001),
	],
	ids=[
		"empty",
		"text",
		"svg",
		"pdf",
		"tiff",
		"bmp",
		"torn jpeg",
		"large",
		"bomb",
		"largest",
		"heavy",
	],
)
def test_what_is_no_picture_or_too_large_is_refused(content):
	with pytest.raises(UnreadablePictureError):
		thumbnail(content)
