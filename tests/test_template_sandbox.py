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
	"{{ ('a' * 100000) | replace('a', 'b' * 100000, 99999) }}",
	"{{ 1 | round(10**9, 'ceil') }}",
	"{{ '%1000000000d' is odd }}",
	"{{ '%1000000000d' is divisibleby(3) }}",
	"{% set a = 'a' * 400000 %}{% for i in range(999) %}{% for j in range(40) %}{% set b = a[1:] %}{% endfor %}{% endfor %}",
	"{% for i in range(100) %}{{ '"
	+ "a" * 100
	+ "' | replace('a', '"
	+ "b" * 100
	+ "') | replace('b', 'cccccccccccccccccccc') }}{% endfor %}",
)

NESTING = {
	"list": "{% set ns = namespace(l=['aaaa'], m=['aaaa']) %}{% for i in range(N) %}{% set ns.l = [ns.l, ns.l] %}"
	"{% set ns.m = [ns.m, ns.m] %}{% endfor %}",
	"tuple": "{% set ns = namespace(l=('aaaa',), m=('aaaa',)) %}{% for i in range(N) %}{% set ns.l = (ns.l, ns.l) %}"
	"{% set ns.m = (ns.m, ns.m) %}{% endfor %}",
	"dict": "{% set ns = namespace(l={'k': 'aaaa'}, m={'k': 'aaaa'}) %}{% for i in range(N) %}"
	"{% set ns.l = {'a': ns.l, 'b': ns.l} %}{% set ns.m = {'a': ns.m, 'b': ns.m} %}{% endfor %}",
	"namespace": "{% set ns = namespace(l=namespace(a='aaaa'), m=1) %}{% for i in range(N) %}"
	"{% set ns.l = namespace(a=ns.l, b=ns.l) %}{% endfor %}",
}
USES = (
	"{{ ns.l }}",
	"{{ [ns.l] | join }}",
	"{{ [ns.l] | map('default') | join }}",
	"{{ ns.l | string }}",
	"{{ ns.l | upper }}",
	"{{ ns.l ~ '' }}",
	"{{ '%s' % [ns.l] }}",
	"{{ ns.l.values() | list | string }}",
	"{{ [{'a': ns.l}] | join(attribute='a') }}",
	"{{ [ns.l] is lower }}",
)
COMPARISONS = (
	"{{ ns.l == ns.m }}",
	"{{ ns.l in [ns.m] }}",
	"{{ [ns.l].count(ns.m) }}",
	"{{ ns.l is eq(ns.m) }}",
	"{{ [ns.l] | select('eq', ns.m) | list | length }}",
	"{{ [ns.l, ns.m] | sort | length }}",
	"{{ [ns.l, ns.m] | max | length }}",
	"{{ [{'a': ns.l}, {'a': ns.m}] | sort(attribute='a') | length }}",
	"{{ [{'a': ns.l}, {'a': ns.m}] | groupby('a') | length }}",
)
KEYS = (
	"{{ {ns.l: 1} | length }}",
	"{{ dict([(ns.l, 1)]) | length }}",
	"{{ {'a': 1}[ns.l] }}",
	"{{ {'a': 1}.get(ns.l) }}",
	"{{ [ns.l, ns.m] | unique | list | length }}",
	"{{ ({'a': ns.l}.items() - {'b': 1}.items()) | length }}",
)


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("kind", NESTING)
def test_what_stands_in_itself_many_times_is_not_written(kind, use):
	refused(NESTING[kind].replace("N", "40") + use)


@pytest.mark.parametrize("kind", NESTING)
def test_what_is_not_that_deep_is_too_much_all_the_same(kind):
	refused(NESTING[kind].replace("N", "18") + "{{ ns.l ~ '' }}")


@pytest.mark.parametrize("use", COMPARISONS)
@pytest.mark.parametrize("kind", ["list", "tuple", "dict"])
def test_what_stands_in_itself_many_times_is_not_compared(kind, use):
	refused(NESTING[kind].replace("N", "40") + use)


@pytest.mark.parametrize("use", KEYS)
def test_what_stands_in_itself_many_times_is_no_key(use):
	refused(NESTING["tuple"].replace("N", "40") + use)
	refused(
		"{% set ns = namespace(l=(1,), m=(1,)) %}{% for i in range(999) %}{% set ns.l = (ns.l,) %}{% endfor %}"
		+ use
	)


def refused(template: str):
	with pytest.raises(ERRORS):
		BoundedEnvironment(autoescape=True).render(template, doc=QUOTE)


def test_what_gets_long_by_what_html_asks_for_is_refused():
	refused("{{ '&' * 300000 }}")


@pytest.mark.parametrize("template", ["{{ 'a' | upper }}", "{{ 'a' | replace('a', 'b') }}", "{{ 'a' }}"])
def test_each_rendering_pays_for_the_work_that_is_always_the_same(template):
	for _time in range(2):
		environment = BoundedEnvironment()
		environment.render(template)
		assert environment.work_left < sandbox.MOST_WORK


@pytest.mark.parametrize(
	"written", ["doc", "doc['items']", "[doc.freight]", "{'a': doc.freight}", "doc.items()", "namespace()"]
)
def test_a_list_on_paper_is_a_mistake(written):
	refused("{{ " + written + " }}")


ROWS = [{"item_name": f"Rad {number}", "amount": 5, "description": "x" * 4000} for number in range(300)]


@pytest.mark.parametrize(
	("template", "text"),
	{
		"{{ doc['items'] | sum(attribute='amount') }}": "1500",
		"{{ (doc['items'] | sort(attribute='item_name') | first).item_name }}": "Rad 0",
		"{{ doc['items'] | map(attribute='item_name') | list | length }}": "300",
		"{% for amount, rows in doc['items'] | groupby('amount') %}{{ rows | length }}{% endfor %}": "300",
		"{{ doc['items'] | selectattr('amount', 'gt', 4) | list | length }}": "300",
		"{% for row in doc['items'][:2] %}{{ row.item_name }}{% endfor %}": "Rad 0Rad 1",
		"{% macro count(rows) %}{{ rows | length }}{% endmacro %}{{ count(doc['items']) }}": "300",
		"{% if doc['items'] is defined and doc.currency in ['EUR', 'CHF'] %}ja{% endif %}": "ja",
		"{% set rows = [['a', 1], ['b', 2]] %}{% for row in rows %}{{ row[0] }}{% endfor %}": "ab",
		"{% for key, value in {'a': 1}.items() %}{{ key }}{{ value }}{% endfor %}": "a1",
		"{{ 3 is odd }}{{ 4 is divisibleby(2) }}{{ 2.345 | round(2) }}": "TrueTrue2.35",
		"{{ doc.currency[:2] ~ doc['items'][0].item_name }}": "EURad 0",
	}.items(),
)
def test_long_lines_do_not_make_letters_dear(template, text):
	environment = BoundedEnvironment(autoescape=True)
	assert environment.render(template, doc={"items": ROWS, "currency": "EUR"}) == text
	assert environment.work_left > sandbox.MOST_WORK * 0.9


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
