"""Texts that a spreadsheet would calculate."""

import pytest

from sales_opportunity.texts.formulas import as_text, without_formulas_in_csv

FORMULAS = (
	'=HYPERLINK("https://evil.example","Klick")',
	"=1+1",
	"+cmd|' /C calc'!A0",
	"-2+3+cmd|x",
	"@SUM(A1:A9)",
	"\t=1+1",
	"\r=1+1",
	"＝1+1",
)
NO_FORMULAS = (
	"Rad",
	"-5",
	"-1.234,56 €",
	"+49 761/12-0",
	"+49 (0)761 120",
	"- 3 %",
	"5=5",
	"a@b.example",
	"",
	"'x",
	None,
	-3.5,
)


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_become_texts(text):
	assert as_text(text) == f"'{text}"
	quoted = text.replace('"', '""')
	assert without_formulas_in_csv(f'"Sr","{quoted}",1\r\n') == f'"Sr","\'{quoted}",1\r\n'


@pytest.mark.parametrize("value", NO_FORMULAS)
def test_numbers_and_names_stay(value):
	assert as_text(value) == value


def test_only_formulas_change_in_a_file():
	file = '"Sr","Name";x\r\n1,=1+1,-5,"+49 761"\r\n2,"a ""b"", =c","Zeile\n=2"\r\n'
	assert without_formulas_in_csv(file) == file.replace(",=1+1", ",'=1+1")
	assert without_formulas_in_csv("a;=1;b\n", ";") == "a;'=1;b\n"
