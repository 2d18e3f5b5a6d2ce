"""Whatever way an address is written: for which private files it may stand."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales_opportunity.files.file_addresses import names_on_disk

NAME = "QTN-2026-00001.pdf"


@pytest.mark.parametrize(
	"address",
	[
		f"/private/files/{NAME}",
		NAME,
		f"private/files/{NAME}",
		f"//private//files//{NAME}",
		f"/private/files/./x/../{NAME}",
		f"/files/../../private/files/{NAME}",
		f"/files/./{NAME}",
		f"/files/x/{NAME}",
		f"/private/files/{NAME}/",
		f"/private/files/{NAME}?fid=1#page=2",
		f"https://site.example/private/files/{NAME}?fid=1",
		f"https://site.example/files/{NAME}",
		quote(f"/private/files/{NAME}", safe=""),
		quote(quote(f"/files/../../private/files/{NAME}", safe=""), safe=""),
		"/private/files/QTN%2D2026%252D00001%2Epdf",
	],
)
def test_it_stands_for_the_private_file(address):
	assert NAME in names_on_disk(address)


@pytest.mark.parametrize(
	"address", [None, "", "/", "..", f"/files/{NAME}", f"/files//{NAME}", "/private/files/"]
)
def test_it_stands_for_no_private_file_of_that_name(address):
	assert NAME not in names_on_disk(address)


@given(st.text(), st.integers(0, 3))
def test_any_text_is_read_to_an_end_however_often_it_is_encoded(text, times):
	address = f"/private/files/{text}"
	for _time in range(times):
		address = quote(address, safe="")
	for name in names_on_disk(address):
		assert "/" not in name
