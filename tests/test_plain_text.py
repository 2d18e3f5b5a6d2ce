"""Plain text: names with angle brackets stay as they were typed, and nothing that runs gets in."""

import pytest

from sales_opportunity.texts.plain_text import as_entered, disarmed, is_live

NAMES = (
	"A <B> & C",
	"O'Reilly <Tools> Ltd.",
	"Müller <Werkzeuge & Mehr> GmbH",
	'Rohr 3/4" <DN 20>',
	"a < b > c",
	"x<y",
	"<3 Räder>",
	"Ihr Angebot <b>dringend</b>",
	"Beratung on demand = ja",
	"Preis: 5 &lt; 6",
	'Sie sagten "nein". Onlineshop = Konkurrenz',
	'Müller & Co "Onboarding=3 Tage"',
	"Don't: one = two",
	"Don't: online=ja",
	'Angebot "A", Ontario = Kanada',
	"Rock'n'Roll, once = einmal",
	'Kabel 3/4" onshore = an Land',
	"Müller's Onlinehandel: Preis = 5 €",
	"[1, 2]",
	'{"a": "b"}',
)

ATTACKS = (
	"<img src=x onerror=alert(1)>",
	'["<img src=x onerror=alert(1)>"]',
	'{"a": "<svg/onload=alert(1)>"}',
	"<script>alert(1)</script>",
	"<SCRIPT>alert(1)",
	"<b onmouseover=alert(1)>x</b>",
	"<img src=x onerror=alert(1)",
	"&lt;img src=x onerror=alert(1)&gt;",
	"&amp;lt;img src=x onerror=alert(1)&amp;gt;",
	'x" onmouseover="alert(1)',
	"x' autofocus onfocus='alert(1)",
	'x"onclick=alert(1)',
	'x" onclick = alert(1)',
	'x"/onfocus=alert(1)/autofocus',
	'x" style="a" tabindex=1 autofocus onfocus=alert(1)',
	'x\' class="a b" ONPOINTERENTER=alert(1)',
	"x' onanimationstart=alert(1) style='animation-name: x'",
	'x" a<b c=d=e onclick=alert(1)',
	"x\" a\"b c='d'onclick=alert(1)",
	"x` onbegin=alert(1)",
	'x" onwebkitanimationend=alert(1)',
	'x" ontoggle=alert(1) popover',
	'x" oncontentvisibilityautostatechange=alert(1)',
	"javascript:alert(1)",
	" java\tscript:alert(1)".replace("\t", ""),
	"<iframe>",
	"<meta http-equiv=refresh content=0>",
	"<style>*{display:none}</style>",
	"<!-- x",
	"<svg><set></svg>",
	"<form><button>x",
)


@pytest.mark.parametrize("name", NAMES)
def test_names_are_kept(name):
	assert not is_live(name)
	assert disarmed(name) == as_entered(name)


def test_a_long_text_is_read_at_once():
	for part in ('" a=b ', "' ", "a ", '"a="b" ', "/", '"/', '" a=" '):
		assert not is_live(part * 20_000 + ".")


@pytest.mark.parametrize("text", ATTACKS)
def test_what_would_run_is_known(text):
	assert is_live(text)


@pytest.mark.parametrize("text", ATTACKS)
def test_what_would_run_is_disarmed(text):
	assert disarmed(text)
	assert not is_live(disarmed(text))


def test_text_that_the_framework_has_escaped_is_read_as_it_was_typed():
	assert as_entered("O'Reilly &lt;Tools&gt; Ltd. &amp; Co") == "O'Reilly <Tools> Ltd. & Co"
	assert as_entered("AT&amp;T") == "AT&amp;T"
	for text in (None, "", "Müller & Söhne"):
		assert as_entered(text) == disarmed(text) == text
