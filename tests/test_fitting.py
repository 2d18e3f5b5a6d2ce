"""What people paste into a text: what it says stays, what would push other things off the page goes."""

import re

import pytest

from sales_opportunity.printing.figure_columns import PAPER, TEXT, columns_for, part, width
from sales_opportunity.printing.fitting import file_address, fit, fitted_html, loosened

NBSP = "\N{NO-BREAK SPACE}"

GONE = [
	(
		"<p style='width:1400px !important; position:absolute; left:900px'>Text</p>",
		"width|position|left|important",
	),
	("<p style='white-space: nowrap; margin-left: -300px; text-indent: 90em'>Text</p>", "style"),
	("<div style='float:left; min-width:99cm; transform:scale(9); letter-spacing:9em'>Text</div>", "style"),
	("<table width=900 style='width:1200px'><tr><td width='800'>Text</td></tr></table>", "width"),
	("<nobr>Text</nobr>", "nobr"),
	("<style>.positions { display: none }</style>Text", "style|positions"),
	("<div class='positions head mark' id='total'>Text</div>", "class|id="),
	("<table><tr data-carried='0' class='figure'><td>Text</td></tr></table>", "data-carried|figure"),
	("Text<script>alert(1)</script>", "script|alert"),
	("<p onclick='alert(1)'>Text</p>", "alert"),
	("<a href='javascript:alert(1)'>Text</a>", "javascript"),
	("<address><main><header>Text</header></main></address>", "address|main|header"),
	("Text</td></tr></table></div></div></body>", "</td>|</table>|</body>"),
	("<td>Text</td>", "td"),
	("<iframe src='https://example.com'></iframe>Text", "iframe"),
	("<p>Text<!-- markdown --></p>", "<!--"),
]


@pytest.mark.parametrize(("pasted", "pattern"), GONE)
def test_what_would_leave_its_place_goes_and_the_text_stays(pasted, pattern):
	html = fit(pasted)
	assert "Text" in html
	assert not re.search(pattern, html)


@pytest.mark.parametrize(
	"kept",
	[
		"<p>Ein <strong>fetter</strong>, <em>schräger</em> Satz.</p>",
		"<ul><li>eins</li><li>zwei</li></ul>",
		'<p style="color: rgb(1, 2, 3)">rot</p>',
		'<p style="text-align: center">mittig</p>',
		'<p class="ql-align-right">rechts</p>',
		'<p dir="rtl">שלום</p>',
		'<a href="https://example.com/a?b=c&amp;d=e">Verweis</a>',
		"<pre>  a\n  b</pre>",
		f"<p>12{NBSP}€, Dr.{NBSP}Adler</p>",
	],
)
def test_what_is_harmless_stays_as_it_is(kept):
	assert fit(kept) == kept


@pytest.mark.parametrize(
	("pasted", "size"),
	[
		('<img src="/files/a.png" width="200">', "width: 200px"),
		('<img src="/files/a.png" width="200" height="9000">', "width: 200px"),
		('<img src="/files/a.png" style="width: 50%">', "width: 50%"),
		('<img src="/files/a.png" style="width: 3cm; max-width: none">', "width: 3cm"),
		('<img src="/files/a.png" height="80">', "height: 80px"),
	],
)
def test_pictures_keep_the_width_that_the_editor_gave_them(pasted, size):
	assert fit(pasted) == f'<img src="/files/a.png" style="{size}"/>'


@pytest.mark.parametrize(
	("given", "size"), [("90pt", "18pt"), ("300px", "24px"), ("1pt", "6pt"), ("14px", "14px")]
)
def test_fonts_are_neither_huge_nor_tiny(given, size):
	assert fit(f"<span style='font-size: {given}'>A</span>") == f'<span style="font-size: {size}">A</span>'


@pytest.mark.parametrize("given", ["9em", "900%", "xx-large", "calc(9px * 99)"])
def test_sizes_that_depend_on_others_are_not_taken(given):
	assert fit(f"<span style='font-size: {given}'>A</span>") == "<span>A</span>"


def test_a_text_from_word_gets_its_blanks_back():
	words = "Dieser Satz kommt aus Word und hat nur geschützte Leerzeichen".split()
	assert loosened(NBSP.join(words)) == " ".join(words)
	assert loosened(f"nur 1.234,56{NBSP}€ für Dr.{NBSP}Adler") == f"nur 1.234,56{NBSP}€ für Dr.{NBSP}Adler"


def test_serial_numbers_break_between_each_other_and_links_stay_as_they_are():
	assert loosened("SN100000,SN100001,SN100002,SN100003").count(",\u200b") == 3
	assert loosened("1.234,56") == "1.234,56"
	link = "https://x.example/a,b,c/" + "EeX0a7wq1mRJpY3kTn5uVtcBqZ0xWb9dLr8sHf2oGyKjMA"
	assert loosened(link) == link


def table(columns: int, cell: str = "x") -> str:
	return f"<table><tr>{f'<td>{cell}</td>' * columns}</tr></table>"


def test_tables_fit_by_their_columns():
	assert "class" not in fit(table(3))
	assert 'class="even dense"' in fit(table(16))
	assert 'class="in-lines"' in fit(table(40))
	assert 'class="even"' in fit(table(2, "<img src='/files/a.png'>"))
	assert fit(table(2, table(2))).count('class="in-lines"') == 2
	assert 'colspan="100"' in fit("<table><tr><td colspan='99999'>x</td></tr></table>")


def test_wide_things_are_read_over_the_whole_width():
	assert fitted_html(table(16)).needs_width
	assert fitted_html(f"<pre>{'x' * 100}</pre>").needs_width
	for narrow in (table(3), table(40), "<pre>x</pre>", "<p>Text</p>", ""):
		assert not fitted_html(narrow).needs_width


def test_drawings_become_pictures():
	html = fit("<svg viewBox='0 0 9 9' width='2000'><script>alert(1)</script><rect width='9'/></svg>")
	assert re.fullmatch(r'<img src="data:image/svg\+xml;base64,[\w+/=]+" style="width: 2000px"/>', html)


def test_nesting_has_an_end():
	assert fit("<div>" * 300 + "Text").count("<div>") < 50


def test_names_of_files_may_hold_anything():
	assert file_address("/files/Logo #1 (50%)?.png") == "/files/Logo%20%231%20(50%)%3F.png"
	assert file_address("/private/files/a.png?fid=1b") == "/private/files/a.png?fid=1b"
	assert file_address("https://example.com/a#b") == "https://example.com/a#b"


SMALL = {"position": ["1"], "quantity": ["1 Stück"], "rate": ["10,00 €"], "amount": ["10,00 €"]}
LARGEST = {
	"position": ["99.99"],
	"quantity": ["999.999.999.999,123456789 Quadratzentimeter"],
	"rate": [f"999.999.999.999,123456{NBSP}CHF"],
	"discount": [f"99,999{NBSP}%"],
	"amount": [f"(999.999.999.999,99{NBSP}CHF)"],
}


def test_usual_figures_get_the_usual_columns():
	columns = columns_for(SMALL)
	assert (columns.widths["amount"], columns.size, columns.parted) == (24.0, 9.5, ())


def test_the_largest_figures_stand_whole_and_leave_room_for_the_text():
	columns = columns_for(LARGEST)
	assert PAPER - sum(columns.widths.values()) >= TEXT - 15
	for column, (figure,) in LARGEST.items():
		assert width(figure, columns.size, column in columns.parted) <= columns.widths[column]


def test_a_unit_whose_name_has_no_end_takes_no_room_from_the_text():
	columns = columns_for({**LARGEST, "quantity": ["1 " + "Quadrat" * 20], "rate": ["1,00 " + "Taler" * 20]})
	assert PAPER - sum(columns.widths.values()) >= TEXT - 15


def test_a_figure_is_parted_from_its_currency_and_not_within_itself():
	assert part(f"1{NBSP}000,00{NBSP}Kč") == f"1{NBSP}000,00 Kč"
	assert part(f"CHF{NBSP}1’000.00") == "CHF 1’000.00"
	assert part(f"({NBSP}1.000,00{NBSP}€)") == "( 1.000,00 €)"
