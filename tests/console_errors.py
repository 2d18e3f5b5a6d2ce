"""Whose errors in the browser's console are: this app's, or the framework's and other apps'."""

import re

ADDRESS = re.compile(r"https?://[^\s()]+")
FOREIGN = re.compile(r"https?://[^/]+/assets/(?!sales_opportunity/)")
"""Where bundles of others lie. Scripts of DocTypes and reports have none: they bear the address of the page."""
LIVE_UPDATES = "/socket.io/"
"""The local environment has no server for live updates; the desk works without."""


def is_own_exception(stack: str) -> bool:
	"""Return whether any script but the framework's bundles took part in an uncaught exception."""
	addresses = ADDRESS.findall(stack)
	return not addresses or any(is_own_source(address) for address in addresses)


def is_own_source(address: str) -> bool:
	"""Return whether this app answers for what a script, or a request that failed, at an address complains about."""
	return not FOREIGN.match(address) and LIVE_UPDATES not in address
