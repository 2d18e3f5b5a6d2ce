"""Counting a person's clicks, across pages: each press of the mouse, and each tap of a finger."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext

REPORT = 'addEventListener("pointerdown", (event) => event.isTrusted && {name}(), true)'


@contextmanager
def counted(context: BrowserContext) -> Iterator[Callable[[], int]]:
	"""Count the clicks in all pages of the context; yield a function that tells how many there were so far."""
	clicks = []
	is_counting = True
	name = f"note_click_{secrets.token_hex(4)}"
	report = REPORT.format(name=name)
	context.expose_function(name, lambda: clicks.append(1) if is_counting else None)
	context.add_init_script(report)
	for page in context.pages:
		page.evaluate(report)
	yield lambda: len(clicks)
	is_counting = False
