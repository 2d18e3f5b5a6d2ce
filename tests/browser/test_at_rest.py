"""What the scenes rely on: waiting for a page to come to rest waits for what it has put off, and for no clock."""

import pytest

pytestmark = pytest.mark.browser

CHAIN = """() => {
	window.done = false;
	setTimeout(() => setTimeout(() => (window.done = true), 400), 400);
}"""
CLOCK = """() => {
	window.ticks = 0;
	const tick = () => {
		window.ticks += 1;
		setTimeout(tick, 700);
	};
	tick();
}"""


@pytest.fixture
def plain(desk, world):
	"""A page that does nothing by itself."""
	anna = desk(world["users"]["anna"])
	anna.page.goto(f"{anna.url}/assets/frappe/images/frappe-framework-logo.svg")
	return anna


def test_a_chain_of_timers_is_waited_for(plain):
	plain.page.evaluate(CHAIN)
	plain.settle()
	assert plain.page.evaluate("() => window.done")


def test_an_answer_is_waited_for(plain):
	plain.page.evaluate("() => { fetch('/api/method/ping').then(() => (window.answered = true)) }")
	plain.settle()
	assert plain.page.evaluate("() => window.answered")


def test_a_clock_is_not_waited_for_for_ever(plain):
	plain.page.evaluate(CLOCK)
	plain.settle()
	plain.settle()
	assert plain.page.evaluate("() => window.ticks") > 3
