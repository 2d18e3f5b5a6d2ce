"""Counting a person's clicks, across pages: each press of the mouse, and each tap of a finger."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from playwright.sync_api import BrowserContext

REPORT = 'document.addEventListener("pointerdown", (event) => event.isTrusted && note_click(), true)'
"""Said of the document: an attempt that meets something else than it should the driver stops in the window, and tries again."""

noted: WeakKeyDictionary[BrowserContext, list] = WeakKeyDictionary()


@contextmanager
def counted(context: BrowserContext) -> Iterator[Callable[[], int]]:
	"""Count the clicks in all pages of the context; yield a function that tells how many there were so far."""
	if context not in noted:
		noted[context] = []
		context.expose_function("note_click", lambda: noted[context].append(1))
		context.add_init_script(REPORT)
		for page in context.pages:
			page.evaluate(REPORT)
	before = len(noted[context])
	yield lambda: len(noted[context]) - before
