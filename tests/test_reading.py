"""Days, numbers and tables as people and spreadsheets write them."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from sales_opportunity.texts.reading import (
	AmbiguousError,
	NumberColumn,
	decoded,
	read_day,
	read_moment,
	separators,
	table_of,
)

GERMAN, ENGLISH, SWISS, INDIAN, FRENCH = "#.###,##", "#,###.##", "#'###.##", "#,##,###.##", "# ###,##"


@pytest.mark.parametrize(
	"text",
	[
		"2027-12-31",
		"31.12.2027",
		"31/12/2027",
		"12/31/2027",
		"31-12-2027",
		" 31.12.2027 ",
		"2027-12-31 00:00:00",
	],
)
def test_a_day_that_can_only_be_one(text):
	assert read_day(text) == date(2027, 12, 31)


@pytest.mark.parametrize(
	("text", "date_format", "day"),
	[
		("1.2.2027", "mm/dd/yyyy", date(2027, 2, 1)),
		("01/02/2027", "dd/mm/yyyy", date(2027, 2, 1)),
		("01/02/2027", "mm/dd/yyyy", date(2027, 1, 2)),
		("01-02-2027", "dd-mm-yyyy", date(2027, 2, 1)),
		("03/03/2027", "", date(2027, 3, 3)),
	],
)
def test_which_is_the_month_follows_from_the_site(text, date_format, day):
	assert read_day(text, date_format) == day


@pytest.mark.parametrize("date_format", ["", "yyyy-mm-dd", "dd.mm.yyyy", "dd-mm-yyyy"])
def test_which_is_the_month_may_be_open(date_format):
	with pytest.raises(AmbiguousError):
		read_day("01/02/2027", date_format)


@pytest.mark.parametrize(
	"text",
	[
		"foo",
		"2027-02-30",
		"31.13.2027",
		"13/13/2027",
		"31.12.27",
		"20271231",
		"",
		"-1",
		"0000-00-00",
		"1.1.0000",
	],
)
def test_what_is_no_day(text):
	with pytest.raises(ValueError):
		read_day(text)


def test_a_moment():
	assert read_moment("15.03.2024 10:30:05") == datetime(2024, 3, 15, 10, 30, 5)
	assert read_moment("2024-03-15T10:30") == datetime(2024, 3, 15, 10, 30)
	for text in ("2024-03-15T10:30:00Z", "2024-03-15 25:00", "2024-03-15 foo"):
		with pytest.raises(ValueError):
			read_moment(text)


@pytest.mark.parametrize(
	("number_format", "expected"),
	[
		(GERMAN, (",", ".")),
		(ENGLISH, (".", ",")),
		(SWISS, (".", ",")),
		(INDIAN, (".", ",")),
		(FRENCH, (",", ".")),
		("#,###.###", (".", ",")),
		("#.###", (",", ".")),
		("#,###", (".", ",")),
	],
)
def test_separators(number_format, expected):
	assert separators(number_format) == expected


@pytest.mark.parametrize(
	("number_format", "text", "number"),
	[
		(GERMAN, "12,50", "12.50"),
		(GERMAN, "15.000,50", "15000.50"),
		(GERMAN, "1.249,90 €", "1249.90"),
		(GERMAN, "0,0345", "0.0345"),
		(GERMAN, "0,034", "0.034"),
		(GERMAN, "-3,5", "-3.5"),
		(GERMAN, "1.234.567", "1234567"),
		(GERMAN, "15000.50", "15000.50"),
		(GERMAN, "0.345", "0.345"),
		(GERMAN, "20 %", "20"),
		(GERMAN, "12", "12"),
		(GERMAN, "12,50 EUR", "12.50"),
		(GERMAN, "EUR 12,50", "12.50"),
		(GERMAN, "12,50 €", "12.50"),
		(GERMAN, "€ 12,50", "12.50"),
		(GERMAN, "CHF 1.249,90", "1249.90"),
		(GERMAN, "−5,00", "-5.00"),
		(GERMAN, "− 5,00 EUR", "-5.00"),
		(GERMAN, "EUR -5,00", "-5.00"),
		(GERMAN, "-€ 5,00", "-5.00"),
		(ENGLISH, "USD\u00a01,249.90", "1249.90"),
		(ENGLISH, "¥1249", "1249"),
		(GERMAN, "1000,250", "1000.250"),
		(ENGLISH, "12,50", "12.50"),
		(ENGLISH, "15,000.50", "15000.50"),
		(ENGLISH, "15.000,50", "15000.50"),
		(SWISS, "1'249.90", "1249.90"),
		(INDIAN, "12,34,567.80", "1234567.80"),
		(FRENCH, "1\u202f249,90", "1249.90"),
	],
)
def test_a_number_that_can_only_be_one(number_format, text, number):
	assert NumberColumn(number_format, [text]).read(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1.249", "12,500", "-1.000"])
@pytest.mark.parametrize("number_format", [GERMAN, ENGLISH])
def test_a_number_that_reads_both_ways_is_refused(number_format, text):
	with pytest.raises(AmbiguousError):
		NumberColumn(number_format, [text, "12"]).read(text)


def test_a_number_that_reads_both_ways_is_as_the_rest_of_its_column_and_of_the_site():
	assert NumberColumn(GERMAN, ["1.249", "12,50"]).read("1.249") == 1249
	assert NumberColumn(ENGLISH, ["1,249", "12.50"]).read("1,249") == 1249
	for others in (["12.50"], ["12,50", "12.50"]):
		with pytest.raises(AmbiguousError):
			NumberColumn(GERMAN, ["1.249", *others]).read("1.249")


@pytest.mark.parametrize(
	"text",
	[
		"foo",
		"12,5,0",
		"1.2.3",
		"12.50,00",
		"--1",
		"",
		",",
		"1e5",
		"NaN",
		"12 Stück",
		"EUR",
		"€",
		"-",
		"12 STK",
		"12 eur",
		"-€-5",
		"EUR 12 x",
	],
)
def test_what_is_no_number(text):
	with pytest.raises(ValueError):
		NumberColumn(GERMAN, [text]).read(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_files_of_all_encodings(encoding):
	text = "Öl Ø 8 mm „Alpin“ 3×10 €"
	assert decoded(text.encode(encoding)) == text


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_tables_of_all_separators(separator):
	quoted = f'"x{separator}y"'
	text = f"A{separator}B{separator}C\r\n1{separator}{quoted}{separator}\r\n"
	assert table_of(text) == [["A", "B", "C"], ["1", f"x{separator}y", None]]
