"""Servers that this environment started: begun in the background, remembered, and ended by their own id only."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from dev.bench import Bench, CommandError

DATABASES = ("mariadb", "redis")
PATIENCE = 600
"""Seconds after which a server that neither listens nor ends is taken to hang; a busy machine needs a part of them."""
LOOPBACK = {
	"0100007F",
	"00000000",
	"00000000000000000000000001000000",
	"0000000000000000FFFF00000100007F",
	"00000000000000000000000000000000",
}
"""Addresses that answer for localhost, as the kernel writes them: 127.0.0.1, ::1, and any."""
LISTENING = "0A"
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
	"""Start a server unless it runs in this version on this port already, and wait until it listens there.

	Raises `CommandError` if it ends, hangs, or if another program listens on the port.
	"""
	version = f"{version}@{port}"
	if _remembered_version(bench, name) != version:
		stop(bench, name)
	if not is_running(bench, name):
		_launch(bench, name, command, version)
	if port:
		wait(lambda: listeners(port) or not is_running(bench, name))
	if not is_running(bench, name) or (port and not listens(bench, name, port)):
		stop(bench, name)
		taken = f" (another program listens on port {port})" if port and listeners(port) else ""
		raise CommandError(f"{name} did not start{taken}, see {bench.logs / name}.log")


def stop(bench: Bench, name: str) -> bool:
	"""End a server and all processes of its session; return whether it ran."""
	leader = _remembered(bench, name)
	was_running = bool(leader and leader.is_alive)
	if leader and was_running:
		members = [leader, *_session(leader.pid)]
		for number, seconds in ((signal.SIGTERM, 20), (signal.SIGKILL, 5)):
			for process in members:
				process.send(number)
			if wait(lambda: not any(process.is_alive for process in members), seconds):
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


def listens(bench: Bench, name: str, port: int) -> bool:
	"""Return whether the server that was started under this name listens on the port, and nobody else does."""
	leader = _remembered(bench, name)
	if not leader or not leader.is_alive:
		return False
	found = listeners(port)
	own = set().union(*(_sockets(process.pid) for process in (leader, *_session(leader.pid))))
	return bool(found) and found <= own


def listeners(port: int) -> set[str]:
	"""Return the inodes of all sockets that listen on the port of this machine's own address."""
	lines = [
		line.split()
		for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
		if table.exists()
		for line in table.read_text().splitlines()[1:]
	]
	here = {f"{address}:{port:04X}" for address in LOOPBACK}
	return {line[9] for line in lines if line[1] in here and line[3] == LISTENING}


def wait(condition: Callable[[], object], seconds: float = PATIENCE) -> bool:
	"""Wait until the condition holds; return whether it did before the time was over."""
	deadline = time.monotonic() + seconds
	while not condition():
		if time.monotonic() > deadline:
			return False
		time.sleep(0.1)
	return True


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
	wait(lambda: is_running(bench, name) or server.poll() is not None)


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


def _sockets(pid: int) -> set[str]:
	"""Return the inodes of a process's sockets."""
	found = set()
	try:
		for handle in os.listdir(f"/proc/{pid}/fd"):
			found.update(re.findall(r"^socket:\[(\d+)\]$", os.readlink(f"/proc/{pid}/fd/{handle}")))
	except OSError:  # it has just ended, or closed what was listed
		pass
	return found


def _status(pid: int) -> dict | None:
	try:
		fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
	except OSError:
		return None
	return {"state": fields[0], "session": int(fields[3]), "started": int(fields[19])}
