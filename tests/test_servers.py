"""The local environment's servers: ports that no other checkout has, and listeners that are the servers themselves."""

import json
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from dev import ports, processes
from dev.bench import REPO, CommandError

CLAIM = """
import sys
from pathlib import Path
from types import SimpleNamespace
from dev import ports
print("ready", flush=True)
sys.stdin.readline()
ports.claim(SimpleNamespace(root=Path(sys.argv[1])))
print("claimed", flush=True)
sys.stdin.readline()
"""
LISTEN = """
import signal, socket, sys
server = socket.create_server((sys.argv[1], int(sys.argv[2])), family=getattr(socket, sys.argv[3]))
signal.pause()
"""
IDLE = "import signal; signal.pause()"


class Folder:
	"""A bench in a folder of its own, without anything in it."""

	def __init__(self, root: Path):
		self.root = root
		self.logs = root / "logs"
		self.sites = root / "sites"
		root.mkdir()

	def start(self, name: str, script: str, *arguments: object, **options) -> None:
		"""Start a Python script as a server."""
		processes.start(self, name, [sys.executable, "-c", script, *map(str, arguments)], **options)


@pytest.fixture
def bench(tmp_path):
	folder = Folder(tmp_path / "bench")
	yield folder
	processes.stop_all(folder)


@contextmanager
def listener(address: str, family: socket.AddressFamily = socket.AF_INET):
	"""Another program that listens on a free port."""
	try:
		server = socket.create_server((address, 0), family=family)
	except OSError:
		pytest.skip(f"This machine has no address {address}.")
	with server:
		yield server.getsockname()[1]


@contextmanager
def claiming(folders: list[Path]):
	"""Processes that claim the ports of one bench each, all at once, and hold them until the end."""
	claimers = [
		subprocess.Popen(
			[sys.executable, "-c", CLAIM, str(folder)],
			cwd=REPO,
			stdin=subprocess.PIPE,
			stdout=subprocess.PIPE,
			text=True,
		)
		for folder in folders
	]
	try:
		for claimer in claimers:
			assert claimer.stdout.readline() == "ready\n"
		for claimer in claimers:
			print(file=claimer.stdin, flush=True)
		for claimer in claimers:
			assert claimer.stdout.readline() == "claimed\n"
		yield
	finally:
		for claimer in claimers:
			claimer.communicate("\n")


def claimed(folder: Path) -> list[int]:
	return list(json.loads((folder / "ports.json").read_text()).values())


@pytest.mark.parametrize("count", [2, 6])
def test_checkouts_that_claim_at_once_get_ports_of_their_own(tmp_path, count):
	folders = [tmp_path / str(number) for number in range(count)]
	for folder in folders:
		folder.mkdir()
	with claiming(folders):
		everyones = [port for folder in folders for port in claimed(folder)]
	assert len(set(everyones)) == count * len(ports.FIRST)


def test_a_copied_checkout_does_not_take_the_ports_of_its_original(tmp_path):
	original, copy = tmp_path / "original", tmp_path / "copy"
	for folder in (original, copy):
		folder.mkdir()
		(folder / "ports.json").write_text(json.dumps(dict.fromkeys(ports.FIRST, 45_000)))
	with claiming([original, copy]):
		assert not set(claimed(original)) & set(claimed(copy))


def test_ports_are_remembered_and_free_again_when_the_claim_has_ended(tmp_path):
	with claiming([tmp_path]):
		first = claimed(tmp_path)
	with claiming([tmp_path]):
		assert claimed(tmp_path) == first


@pytest.mark.parametrize(("address", "family"), [("127.0.0.1", "AF_INET"), ("::1", "AF_INET6")])
def test_a_port_on_which_another_program_listens_is_left_to_it(tmp_path, address, family):
	with listener(address, getattr(socket, family)) as port:
		(tmp_path / "ports.json").write_text(json.dumps({ports.DEMO: port}))
		with claiming([tmp_path]):
			assert port not in claimed(tmp_path)


def test_a_server_that_listens_is_started_once(bench):
	with listener("127.0.0.1") as port:
		pass
	bench.start("web", LISTEN, "127.0.0.1", port, "AF_INET", port=port)
	record = (bench.root / "run" / "web.server").read_text()
	bench.start("web", LISTEN, "127.0.0.1", port, "AF_INET", port=port)
	assert processes.listens(bench, "web", port)
	assert (bench.root / "run" / "web.server").read_text() == record


def test_a_server_that_moves_to_another_port_starts_anew(bench):
	with listener("127.0.0.1") as first, listener("127.0.0.1") as second:
		pass
	for port in (first, second):
		bench.start("web", LISTEN, "127.0.0.1", port, "AF_INET", port=port)
		assert processes.listens(bench, "web", port)
	assert not processes.listeners(first)


@pytest.mark.parametrize("script", [LISTEN, IDLE])
@pytest.mark.parametrize(
	("address", "family"), [("127.0.0.1", "AF_INET"), ("::1", "AF_INET6"), ("0.0.0.0", "AF_INET")]
)
def test_another_program_on_the_port_is_not_taken_for_the_server(bench, address, family, script):
	with listener(address, getattr(socket, family)) as port:
		with pytest.raises(CommandError, match=f"another program listens on port {port}"):
			bench.start("web", script, "127.0.0.1", port, "AF_INET", port=port)
		assert not processes.is_running(bench, "web")


def test_a_server_that_ends_at_once_is_reported(bench):
	with pytest.raises(CommandError, match=r"web did not start, see .*web\.log"):
		bench.start("web", "raise SystemExit(1)", port=1)


def test_this_process_is_no_server_of_the_bench(bench):
	bench.start("idle", IDLE)
	with listener("127.0.0.1") as port:
		assert processes.listeners(port)
		assert not processes.listens(bench, "idle", port)
