"""Rich text: what the editor writes stays, and nothing else does."""

import re

import pytest

from sales_opportunity.rich_text import clean, clean_template, placeholders_as_written

PIXEL = "data:image/png;base64,iVBORw0KGgo="

WRITTEN = (
	'<p class="ql-align-center">mittig</p>',
	'<p class="ql-indent-3"><strong style="color: rgb(230, 0, 0);">rot</strong></p>',
	'<p><span style="background-color: rgb(255, 255, 0);">gelb</span> <span style="font-size: 18px;">groß</span></p>',
	'<ol><li data-list="bullet"><span class="ql-ui" contenteditable="false"></span>Punkt</li></ol>',
	'<table class="table table-bordered"><tbody><tr><td data-row="row-1">a</td><td>b</td></tr></tbody></table>',
	"<ul><li>eins</li></ul><blockquote>Zitat</blockquote><h2>Kopf</h2><hr><p>x<sub>1</sub><sup>2</sup><br></p>",
	f'<p><img src="{PIXEL}" width="320"></p>',
	'<p><img src="/files/rad.png" style="width: 50%;"></p>',
	'<p><a href="https://example.com/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer">Netz</a></p>',
	'<p><a href="mailto:a@example.com" rel="noopener noreferrer">Post</a></p>',
	'<p><a href="tel:+49761120" rel="noopener noreferrer">Anruf</a></p>',
	"<p>5 &lt; 6 &amp; 7 &gt; 6, „Rahmen“ – 3/4\" – O'Reilly</p>",
)

ATTACKS = (
	"<script>alert(1)</script>Gut",
	"Gut<img src=x onerror=alert(1)>",
	'["Gut<img src=x onerror=alert(1)>"]',
	'{"a": "Gut<svg onload=alert(1)>"}',
	'Gut<meta http-equiv="refresh" content="0;url=https://evil.example">',
	'Gut<link rel="stylesheet" href="https://evil.example/a.css">',
	"Gut<style>body { display: none }</style>",
	'Gut<base href="https://evil.example/">',
	'<form action="https://evil.example">Gut<input name="a"><button>Los</button></form>',
	'Gut<iframe src="https://evil.example"></iframe>',
	'Gut<object data="x"></object><embed src="x">',
	'<p onclick="alert(1)">Gut</p>',
	'<a href="javascript:alert(1)">Gut</a>',
	'<a href="java\nscript:alert(1)">Gut</a>',
	'<a href="&#106;avascript:alert(1)">Gut</a>',
	'<a href="data:text/html,<script>alert(1)</script>">Gut</a>',
	'Gut<img src="data:image/svg+xml;base64,PHN2Zz4=">',
	'Gut<img src="/api/method/logout">',
	'Gut<img src="/files/../api/method/logout">',
	'<p style="background: url(https://evil.example)">Gut</p>',
	'<p style="background-color: url(https://evil.example)">Gut</p>',
	'<p style="position: fixed; top: 0; z-index: 9">Gut</p>',
	'<p style="margin-top: -900px">Gut</p>',
	'<p style="width: expression(alert(1))">Gut</p>',
	"<!-- markdown -->Gut<img src=x onerror=alert(1)>",
	"<math><mi><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mi></math>Gut",
	'<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>Gut',
	'<p id="app" name="csrf" data-action="delete" class="modal show">Gut</p>',
	"<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>Gut",
)

FORBIDDEN = re.compile(
	r"<(script|meta|link|style|base|form|input|button|iframe|object|embed|svg|math)|\son\w+\s*=|script:|url\(|api/"
	r"|svg|data:text|fixed|-900|expression|\sid=|name=|data-action|modal|alert\(",
	re.IGNORECASE,
)


@pytest.mark.parametrize("text", WRITTEN)
def test_what_the_editor_writes_stays(text):
	assert clean(text) == text


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_that_runs_or_leads_away_stays(text):
	cleaned = clean(text)
	assert "Gut" in cleaned
	assert not FORBIDDEN.search(cleaned), cleaned


@pytest.mark.parametrize("text", [*WRITTEN, *ATTACKS, None, "", "Nur Text", "a < b"])
def test_cleaning_twice_changes_nothing(text):
	assert clean(clean(text)) == clean(text)
	assert clean_template(clean_template(text)) == clean_template(text)


@pytest.mark.parametrize(
	"code",
	[
		"{{ doc['items'] }}",
		'{{ doc["items"] }}',
		"{% if doc.freight > 0 and doc.freight < 9 %}",
		"{{ doc.label or '&' }}",
		"{# Notiz #}",
	],
)
def test_placeholders_are_kept(code):
	stored = clean_template(f"<p>{code}<script>alert(1)</script></p>")
	assert placeholders_as_written(stored) == f"<p>{code}</p>"


def test_a_link_may_be_a_placeholder():
	text = '<a href="{{ customer_page }}" rel="noopener noreferrer">Ansehen</a>'
	assert clean_template(text) == text


@pytest.mark.parametrize(
	"text",
	[
		'{{ "<img src=x onerror=alert(1)>" }}',
		'<im{{ "" }}g src=x onerror=alert(1)>',
		"<{# #}img src=x onerror=alert(1)>",
		'<a href="{{ "x" }}" onmouseover="{{ 1 }}">a</a>',
		'<a href="{{ "x\\" onmouseover=alert(1) \\"" }}">a</a>',
		'{# <script>alert(1)</script> #}<p title="{{ 1 }}">a</p>',
	],
)
def test_a_stored_template_is_dead_html(text):
	stored = clean_template(text)
	assert clean(stored) == stored or not re.search(r"<[^>]*(on\w+=|script)", stored)
	assert "<img" not in stored and "<script" not in stored
