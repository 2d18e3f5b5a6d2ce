"""Placeholders of standard texts: enough for letters, and bounded in work and size."""

import pytest

from sales_opportunity.sales_opportunity.doctype.quote_text import sandbox
from sales_opportunity.sales_opportunity.doctype.quote_text.sandbox import ERRORS, BoundedEnvironment

QUOTE = {
	"items": [{"item_name": "Rad", "rate": 2.5, "amount": 5}] * 300,
	"party_name": "A <B>",
	"net_total": 12.5,
	"label": None,
	"freight": 0,
}

LETTERS = {
	"{{ doc.party_name }} {{ doc.net_total * 2 }}{{ doc.label }}": "A &lt;B&gt; 25.0",
	"{% for row in doc['items'] %}{{ row.item_name | upper }}{% endfor %}": "RAD" * 300,
	"{{ 'An ' ~ doc.party_name }}": "An A &lt;B&gt;",
	"{% set all = namespace(sum=0) %}{% for row in doc['items'] %}{% set all.sum = all.sum + row.amount %}{% endfor %}"
	"{{ all.sum }}": "1500",
	"{{ doc['items'] | map(attribute='item_name') | unique | join(', ') }}": "Rad",
	"{% macro bold(x) %}<b>{{ x }}</b>{% endmacro %}{{ bold(1) }}": "<b>1</b>",
	"{{ '%.2f' % doc.net_total }}": "12.50",
	"{{ doc.party_name.replace('A', 'B') | replace('B', 'C') }}": "C &lt;C&gt;",
	"{% if doc.freight == 0 and 'B' in doc.party_name %}frei{% endif %}": "frei",
	"{% for i in range(3) %}{{ i }}{% endfor %}{{ 2 ** 10 }}": "0121024",
}

ENDLESS = (
	"{% for i in range(10**9) %}{% endfor %}",
	"{% for i in range(1000) %}{% for j in range(1000) %}{% for k in range(1000) %}{% endfor %}{% endfor %}{% endfor %}",
	"{% for i in range(1000) %}" + "x" * 5000 + "{% endfor %}",
	"{% for a in 'a' * 9000 %}{% for b in 'a' * 9000 %}{{ doc['items'] | length }}{% endfor %}{% endfor %}",
	"{{ 'a' * 10**9 }}",
	"{{ [1] * 10**9 }}",
	"{{ doc['items'] * 10**8 }}",
	"{{ lipsum(n=1000000) }}",
	"{{ 'a' | center(10**9) }}",
	"{{ 'a' | indent(10**9) }}",
	"{{ 'a'.ljust(10**9) }}",
	"{{ '%1000000000d' % 1 }}",
	"{{ '%*d' % (1000000000, 1) }}",
	"{{ '%(a)1000000000d' % dict(a=1) }}",
	"{{ '{:1000000000}'.format(1) }}",
	"{{ 'a'.join(['b'] * 9) }}",
	"{{ 10**10**10 }}",
	"{{ (9**99)**99 }}",
	"{{ (5).to_bytes(10**9) }}",
	"{% set s = namespace(t='aaaa') %}{% for i in range(40) %}{% set s.t = s.t ~ s.t %}{% endfor %}",
	"{% set s = namespace(t='aaaa') %}{% for i in range(40) %}{% set s.t = s.t + s.t %}{% endfor %}",
	"{% set s = namespace(n=9**15) %}{% for i in range(99) %}{% set s.n = s.n * s.n %}{% endfor %}",
	"{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
	"{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
	"{% for row in doc['items'] recursive %}{{ loop(doc['items']) }}{% endfor %}",
	"{{ ('a' * 100000) | replace('a', 'b' * 100000) }}",
	"{{ ('a' * 100000).replace('a', 'b' * 100000) }}",
	"{{ (['a' * 90000] * 9000) | join }}",
	"{{ [[['a'] * 300] * 300] | sum(start=[]) }}",
	"{% for i in range(1000) %}{% for j in range(999) %}{% set z %}{{ 'a' * 1000 }}{% endset %}{% endfor %}{% endfor %}",
	"{% set a = 'a' * 90000 %}{% for i in range(999) %}{% for j in range(999) %}{% if 'ab' in a %}{% endif %}{% endfor %}"
	"{% endfor %}",
	"{{ 1 }}" * 5000,
)


@pytest.mark.parametrize(("template", "text"), LETTERS.items())
def test_letters_are_written(template, text):
	assert BoundedEnvironment(autoescape=True).render(template, doc=QUOTE) == text


@pytest.mark.parametrize("autoescape", [True, False])
@pytest.mark.parametrize("template", ENDLESS, ids=lambda template: template[:40])
def test_what_would_never_end_is_refused(template, autoescape):
	with pytest.raises(ERRORS):
		BoundedEnvironment(autoescape=autoescape).render(template, doc=QUOTE)


def test_the_work_of_one_text_does_not_count_for_the_next():
	template = "{% for row in doc['items'] %}{{ row.item_name }}{% endfor %}"
	for _time in range(3):
		assert len(BoundedEnvironment().render(template, doc=QUOTE)) == 900
	assert sandbox.MOST_WORK == 1_000_000
