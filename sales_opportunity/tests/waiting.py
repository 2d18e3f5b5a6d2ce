"""Waiting for what other processes do: for a state, never for a time."""

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 600
"""Seconds after which what never comes ends a test: far more than any machine needs."""


def awaited(look: Callable[[], Any]) -> Any:
	"""Look again and again until there is something to see, and return that. Raises `AssertionError` if nothing ever comes."""
	until = time.monotonic() + PATIENCE
	while not (found := look()):
		assert time.monotonic() < until, "what was waited for did not come"
		time.sleep(0.05)
	return found
