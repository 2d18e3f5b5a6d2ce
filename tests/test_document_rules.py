"""Which documents go with a quote: by language, each once, under titles that can be told apart."""

import pytest

from sales_opportunity.sales_opportunity.doctype.quote.document_rules import (
	NAME_LENGTH,
	GoingDocument,
	documents_in_language,
	file_name_of_title,
	is_for,
	is_too_much,
)

BIKE, LOCK = ("Sales Item", "BIKE"), ("Sales Item", "LOCK")


def document(address: str, title: str = "Data sheet", language: str = "", holder=BIKE):
	return GoingDocument(title, address, language, holder, holder[1].title())


@pytest.mark.parametrize(
	("of_document", "of_quote", "expected"),
	[
		("", "de", True),
		("de", "de", True),
		("de", "de-AT", True),
		("pt", "pt_BR", True),
		("de-AT", "de", False),
		("en", "de", False),
		("d", "de", False),
	],
)
def test_a_document_is_for_quotes_in_its_language(of_document, of_quote, expected):
	assert is_for(of_document, of_quote) is expected


def test_a_file_goes_once_however_many_items_have_it():
	documents = [document("/a.pdf"), document("/a.pdf", holder=LOCK), document("/b.pdf", "Terms")]
	assert [each.address for each in documents_in_language(documents, "de")] == ["/a.pdf", "/b.pdf"]


def test_a_file_for_another_language_does_not_keep_it_from_going_for_this_one():
	documents = [document("/a.pdf", language="en"), document("/a.pdf", holder=LOCK)]
	assert [each.holder for each in documents_in_language(documents, "de")] == [LOCK]


def test_documents_of_one_title_say_whose_they_are_and_others_do_not():
	documents = [document("/a.pdf"), document("/b.pdf", holder=LOCK), document("/c.pdf", "Terms")]
	titles = [each.title for each in documents_in_language(documents, "de")]
	assert titles == ["Data sheet – Bike", "Data sheet – Lock", "Terms"]


def test_an_e_mail_carries_as_many_megabytes_as_it_may_and_not_a_byte_more():
	assert not is_too_much([4_000_000, 6_000_000], 10)
	assert is_too_much([4_000_000, 6_000_001], 10)
	assert not is_too_much([], 10)


def test_long_titles_and_names_fit_what_a_file_may_be_called():
	long = "Technical description of all parts, " * 4
	documents = [document("/a.pdf", long), document("/b.pdf", long, holder=LOCK)]
	assert [len(each.title) for each in documents_in_language(documents, "de")] == [NAME_LENGTH, NAME_LENGTH]
	assert len(file_name_of_title(long, ".pdf")) == NAME_LENGTH
	assert file_name_of_title(long, ".pdf").endswith(".pdf")
	assert file_name_of_title("A/B", ".pdf") == "A-B.pdf"
