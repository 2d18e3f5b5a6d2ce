"""When a quote may be answered, what becomes of what customers write, and which drawings are signatures."""

import base64
import io
import random
from datetime import date, timedelta

import pytest
from PIL import Image, ImageDraw, ImageFile, PngImagePlugin

from sales_opportunity.deal.quote_status import SHOWN, TRANSITIONS, UNANSWERABLE
from sales_opportunity.sales_opportunity.doctype.quote_answer.answer_rules import (
	plain_text,
	refusal,
	refusal_by_hand,
)
from sales_opportunity.sales_opportunity.doctype.quote_answer.signature import (
	MAX_BYTES,
	UnreadableSignatureError,
	read_signature,
)

TODAY = date(2026, 3, 15)
VALID, PASSED = TODAY, TODAY - timedelta(days=1)


@pytest.mark.parametrize("status", ["Issued", "Sent"])
def test_an_issued_quote_can_be_answered_up_to_its_last_day(status):
	assert refusal(status, "Open", VALID, TODAY, accept_expired=False) is None
	assert refusal(status, "Open", PASSED, TODAY, accept_expired=False) == "Expired"


@pytest.mark.parametrize("status", ["Issued", "Sent", "Expired"])
def test_an_expired_quote_can_be_answered_only_if_the_setting_says_so(status):
	assert refusal(status, "Open", PASSED, TODAY, accept_expired=True) is None
	assert refusal(status, "Open", PASSED, TODAY, accept_expired=False) == "Expired"


@pytest.mark.parametrize("status", ["Issued", "Sent", "Expired"])
def test_by_hand_the_day_of_the_answer_counts_and_a_refusal_is_never_too_late(status):
	for day, reason in ((PASSED, None), (TODAY, "Expired")):
		assert refusal_by_hand("Accepted", status, "Open", PASSED, day, accept_expired=False) == reason
		assert refusal_by_hand("Declined", status, "Open", PASSED, day, accept_expired=False) is None
	assert refusal_by_hand("Declined", status, "Won", VALID, TODAY, accept_expired=True) == "Closed"


def test_which_quotes_can_be_answered_and_read():
	assert UNANSWERABLE == {"Draft", "Superseded", "Cancelled", "Accepted", "Declined"}
	assert SHOWN == {"Issued", "Sent", "Accepted", "Declined", "Expired"}


@pytest.mark.parametrize("status", sorted(UNANSWERABLE))
def test_drafts_superseded_cancelled_and_answered_quotes_cannot_be_answered(status):
	assert refusal(status, "Open", VALID, TODAY, accept_expired=True) == status


@pytest.mark.parametrize("opportunity_status", ["Won", "Lost"])
@pytest.mark.parametrize("status", sorted(TRANSITIONS))
def test_no_quote_of_a_closed_opportunity_can_be_answered(status, opportunity_status):
	assert refusal(status, opportunity_status, VALID, TODAY, accept_expired=True)


@pytest.mark.parametrize(
	("text", "expected"),
	[
		("<script>alert(1)</script>", "‹script>alert(1)‹/script>"),
		('"<img src=x onerror=alert(1)>"', '"‹img src=x onerror=alert(1)>"'),
		("<!-- markdown -->", "‹!-- markdown -->"),
		("Lieferzeit < 3 Wochen & Preis > 5.000?", "Lieferzeit < 3 Wochen & Preis > 5.000?"),
		(" Zeile 1\r\nZeile 2\n", "Zeile 1\nZeile 2"),
		("un\x00sicht\u200bbar\u202e", "unsichtbar"),
		(None, ""),
	],
)
def test_what_a_customer_writes_is_text_and_never_html(text, expected):
	assert plain_text(text) == expected


def test_a_name_is_one_line():
	assert plain_text("  Sabine\n  Hoffmann ", one_line=True) == "Sabine Hoffmann"


def drawing(size=(640, 200), ink=True) -> Image.Image:
	picture = Image.new("RGBA", size)
	if ink:
		ImageDraw.Draw(picture).line((20, 20, 200, 150, 300, 40), fill="black", width=3)
	return picture


def data_url(picture: Image.Image, kind: str = "PNG", **values) -> str:
	file = io.BytesIO()
	picture.save(file, kind, **values)
	return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def test_a_drawing_is_kept_as_a_picture_and_nothing_else():
	hidden = PngImagePlugin.PngInfo()
	hidden.add_text("Comment", "<script>alert(1)</script>")
	content = read_signature(data_url(drawing(), pnginfo=hidden))
	picture = Image.open(io.BytesIO(content))
	assert (picture.format, picture.size) == ("PNG", (640, 200))
	assert b"script" not in content
	assert picture.getextrema() == (0, 255)


def test_a_blank_drawing_is_no_signature():
	with pytest.raises(UnreadableSignatureError, match="blank"):
		read_signature(data_url(drawing(ink=False)))


def test_a_drawing_that_is_too_large_is_refused():
	noise = Image.frombytes("RGB", (300, 300), random.Random(1).randbytes(300 * 300 * 3))
	assert len(data_url(noise)) > MAX_BYTES
	for picture in (noise, drawing((2001, 10), ink=False)):
		with pytest.raises(UnreadableSignatureError, match="size"):
			read_signature(data_url(picture))


@pytest.mark.parametrize(
	"sent",
	[
		"",
		"data:text/html;base64,PHNjcmlwdD4=",
		"data:image/png;base64,PHNjcmlwdD4=",
		"data:image/png;base64,!!!",
		"data:image/svg+xml;base64,PHN2Zy8+",
		data_url(drawing().convert("RGB"), "JPEG"),
		data_url(drawing())[:120],
		"data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n<script>alert(1)</script>").decode(),
	],
)
def test_what_is_not_a_png_is_refused(sent):
	with pytest.raises(UnreadableSignatureError, match="format"):
		read_signature(sent)


@pytest.mark.parametrize("is_lenient", [False, True])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_truncated_drawing_is_no_signature_also_where_pillow_fills_up_what_is_missing(
	monkeypatch, is_lenient, share
):
	monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", is_lenient)
	content = base64.b64decode(data_url(drawing()).partition(",")[2])
	part = base64.b64encode(content[: int(len(content) * share)]).decode()
	with pytest.raises(UnreadableSignatureError, match="format"):
		read_signature("data:image/png;base64," + part)
