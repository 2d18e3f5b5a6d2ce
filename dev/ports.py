"""The loopback ports of the servers: free ones, chosen once, remembered, and held while this process runs.

Two checkouts may choose at once, and a port that nobody listens on yet looks free to both. So each takes a machine-wide
name for it, an abstract Unix socket: the kernel gives it to one process only, and takes it back when that one ends.
"""

import json
import socket

from dev import processes
from dev.bench import Bench, write_atomically

DEMO, TEST = "demo.localhost", "test.localhost"
TESTS = (TEST, "test-2.localhost", "test-3.localhost", "test-4.localhost")
"""The sites of the tests: one for each of the workers that run them at the same time.

Scenes in the browser wait for half of their time, and so do two workers for each core of a small machine.
"""
TEMPLATE = "template.localhost"
"""What the sites of the tests are copied from; nobody opens it."""
FIRST = {"mariadb": 23306, "redis": 26379, "mailbox": 2525, DEMO: 8080, **dict.fromkeys(TESTS, 8090)}
"""From where a free port is looked for, by server; a site's web server is called like the site."""

_held: dict[int, socket.socket] = {}


def claim(bench: Bench) -> None:
	"""Give every server its remembered port, or the next free one if somebody else has taken it meanwhile."""
	remembered = read(bench)
	ports: dict[str, int] = {}
	for server, first in FIRST.items():
		port = remembered.get(server, first)
		while port in ports.values() or not (processes.listens(bench, server, port) or _hold(port)):
			port += 1
		ports[server] = port
	if ports != remembered:
		write_atomically(_path(bench), json.dumps(ports, indent=1))


def read(bench: Bench) -> dict[str, int]:
	"""Return the remembered ports by server; empty before the first claim."""
	return json.loads(_path(bench).read_text()) if _path(bench).exists() else {}


def url(bench: Bench, site: str) -> str:
	"""Return the address of a site's web server."""
	return f"http://localhost:{read(bench)[site]}"


def _path(bench: Bench):
	return bench.root / "ports.json"


def _hold(port: int) -> bool:
	"""Take a port that is free until this process ends; return whether it was."""
	if port in _held:
		return True
	name = socket.socket(socket.AF_UNIX)
	try:
		name.bind(f"\0sales_opportunity port {port}")
	except OSError:
		name.close()
		return False
	if processes.listeners(port) or not _can_be_bound(port):
		name.close()
		return False
	_held[port] = name
	return True


def _can_be_bound(port: int) -> bool:
	try:
		socket.create_server(("127.0.0.1", port)).close()
	except OSError:
		return False
	return True
