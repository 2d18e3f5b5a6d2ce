"""Servers that this environment started: begun in the background, remembered, and ended by their own id only."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from dev.bench import Bench, CommandError

DATABASES = ("mariadb", "redis")
REMEMBER_AND_BECOME = """
	echo "$$ $(cut -d' ' -f22 /proc/$$/stat) $1" > "$0.new" && mv "$0.new" "$0" && shift && exec "$@"
"""
"""The server's process notes its id and start time itself before it becomes the server, so that no
interruption can leave a server that nobody remembers."""


@dataclass(frozen=True)
class Process:
	"""A process by its id and start time (in clock ticks since boot): a recycled id is another process."""

	pid: int
	started: int

	@property
	def is_alive(self) -> bool:
		"""Whether this very process still runs."""
		status = _status(self.pid)
		return bool(status) and status["started"] == self.started and status["state"] != "Z"

	def send(self, number: signal.Signals) -> None:
		"""Send a signal to this very process, if it still runs."""
		try:
			handle = os.pidfd_open(self.pid)
		except ProcessLookupError:
			return
		try:
			if self.is_alive:
				signal.pidfd_send_signal(handle, number)
		except ProcessLookupError:
			pass
		finally:
			os.close(handle)


def start(bench: Bench, name: str, command: list[str], *, version: str = "-", port: int = 0) -> None:
	"""Start a server unless it runs in this version already, and wait until it listens on its port.

	Raises `CommandError` if it ends at once or does not listen within a minute.
	"""
	if _remembered_version(bench, name) != version:
		stop(bench, name)
	if not is_running(bench, name):
		_launch(bench, name, command, version)
	if port:
		_wait(lambda: listens(port) or not is_running(bench, name), seconds=60)
	if not is_running(bench, name) or (port and not listens(port)):
		raise CommandError(f"{name} did not start, see {bench.logs / name}.log")


def stop(bench: Bench, name: str) -> bool:
	"""End a server and all processes of its session; return whether it ran."""
	leader = _remembered(bench, name)
	was_running = bool(leader and leader.is_alive)
	if was_running:
		members = [leader, *_session(leader.pid)]
		for number, seconds in ((signal.SIGTERM, 20), (signal.SIGKILL, 5)):
			for process in members:
				process.send(number)
			if _wait(lambda: not any(process.is_alive for process in members), seconds):
				break
	_record(bench, name).unlink(missing_ok=True)
	return was_running


def stop_all(bench: Bench, *, keep: Collection[str] = ()) -> list[str]:
	"""End every server except those to keep, the databases last, and return the names of those that ran."""
	names = sorted(set(_names(bench)) - set(keep), key=lambda name: (name in DATABASES, name))
	return [name for name in names if stop(bench, name)]


def running(bench: Bench) -> list[str]:
	"""Return the names of the servers that run."""
	return [name for name in _names(bench) if is_running(bench, name)]


def is_running(bench: Bench, name: str) -> bool:
	"""Return whether the server that was started under this name still runs."""
	leader = _remembered(bench, name)
	return bool(leader and leader.is_alive)


def listens(port: int) -> bool:
	"""Return whether something listens on the loopback port."""
	with socket.socket() as client:
		client.settimeout(0.5)
		return client.connect_ex(("127.0.0.1", port)) == 0


def _launch(bench: Bench, name: str, command: list[str], version: str) -> None:
	bench.logs.mkdir(parents=True, exist_ok=True)
	record = _record(bench, name)
	record.parent.mkdir(parents=True, exist_ok=True)
	with open(bench.logs / f"{name}.log", "a") as log:
		server = subprocess.Popen(
			["sh", "-c", REMEMBER_AND_BECOME, str(record), version, *command],
			cwd=bench.sites if bench.sites.exists() else bench.root,
			stdin=subprocess.DEVNULL,
			stdout=log,
			stderr=log,
			start_new_session=True,
		)
	_wait(lambda: is_running(bench, name) or server.poll() is not None, seconds=10)


def _record(bench: Bench, name: str) -> Path:
	return bench.root / "run" / f"{name}.server"


def _names(bench: Bench) -> list[str]:
	return [path.name.removesuffix(".server") for path in (bench.root / "run").glob("*.server")]


def _remembered(bench: Bench, name: str) -> Process | None:
	path = _record(bench, name)
	return Process(*map(int, path.read_text().split()[:2])) if path.exists() else None


def _remembered_version(bench: Bench, name: str) -> str | None:
	path = _record(bench, name)
	return path.read_text().split()[2] if path.exists() else None


def _session(leader: int) -> list[Process]:
	"""Return the other processes of a session, such as a worker's child that has left its process group."""
	pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
	found = [(pid, _status(pid)) for pid in pids if pid != leader]
	return [
		Process(pid, status["started"]) for pid, status in found if status and status["session"] == leader
	]


def _status(pid: int) -> dict | None:
	try:
		fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
	except OSError:
		return None
	return {"state": fields[0], "session": int(fields[3]), "started": int(fields[19])}


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
	deadline = time.monotonic() + seconds
	while not condition():
		if time.monotonic() > deadline:
			return False
		time.sleep(0.1)
	return True
