"""Servers that this environment started: begun in the background, remembered, and ended by their own id only."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from dev.bench import Bench

REMEMBER_AND_BECOME = """
	echo "$$ $(cut -d' ' -f22 /proc/$$/stat)" > "$0.new" && mv "$0.new" "$0" && exec "$@"
"""
"""The server's process notes its id and start time itself before it becomes the server, so that no
interruption can leave a server that nobody remembers."""


def start(
	bench: Bench, name: str, command: list[str], cwd: Path, port: int = 0, env: dict | None = None
) -> bool:
	"""Start a server unless it runs already, and wait until it listens on `port`; return whether it was started.

	Raises `TimeoutError` if it does not listen within a minute, `ChildProcessError` if it ends at once.
	"""
	if is_running(bench, name):
		return False
	bench.logs.mkdir(parents=True, exist_ok=True)
	record = _record(bench, name)
	record.parent.mkdir(parents=True, exist_ok=True)
	with open(bench.logs / f"{name}.log", "a") as log:
		process = subprocess.Popen(
			["sh", "-c", REMEMBER_AND_BECOME, str(record), *command],
			cwd=cwd,
			env={**os.environ, **(env or {})},
			stdin=subprocess.DEVNULL,
			stdout=log,
			stderr=log,
			start_new_session=True,
		)
	deadline = time.monotonic() + 60
	while port and not listens(port):
		if process.poll() is not None:
			raise ChildProcessError(f"{name} ended at once, see {bench.logs / f'{name}.log'}")
		if time.monotonic() > deadline:
			raise TimeoutError(f"{name} does not listen on port {port}, see {bench.logs / f'{name}.log'}")
		time.sleep(0.1)
	return True


def stop(bench: Bench, name: str) -> bool:
	"""End a server and its children; return whether it ran. A foreign process with its old id is left alone."""
	path = _record(bench, name)
	if not is_running(bench, name):
		path.unlink(missing_ok=True)
		return False
	pid = int(path.read_text().split()[0])
	for signal_number, patience in ((signal.SIGTERM, 20), (signal.SIGKILL, 5)):
		os.killpg(pid, signal_number)
		deadline = time.monotonic() + patience
		while is_running(bench, name) and time.monotonic() < deadline:
			time.sleep(0.1)
		if not is_running(bench, name):
			break
	path.unlink(missing_ok=True)
	return True


def stop_all(bench: Bench) -> list[str]:
	"""End every server that was started, the databases last, and return their names."""
	names = [path.stem for path in (bench.root / "run").glob("*.server")]
	names.sort(key=lambda name: name in ("mariadb", "redis"))
	return [name for name in names if stop(bench, name)]


def is_running(bench: Bench, name: str) -> bool:
	"""Return whether the server that was started under this name still runs."""
	path = _record(bench, name)
	if not path.exists():
		return False
	pid, started = map(int, path.read_text().split())
	return _start_time(pid) == started


def listens(port: int) -> bool:
	"""Return whether something listens on the loopback port."""
	with socket.socket() as sock:
		sock.settimeout(0.5)
		return sock.connect_ex(("127.0.0.1", port)) == 0


def _record(bench: Bench, name: str) -> Path:
	return bench.root / "run" / f"{name}.server"


def _start_time(pid: int) -> int | None:
	"""Return when the process was started, in clock ticks since boot; None if it is gone or a zombie."""
	try:
		fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
	except OSError:
		return None
	return None if fields[0] == "Z" else int(fields[19])
