"""Steps that are shown with their time, done once, and begun anew when they were interrupted."""

import hashlib
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from dev.bench import Bench, write_atomically


def step(bench: Bench, title: str, action: Callable[[], object], key: str = "") -> bool:
	"""Do `action` unless it was completed before with the same `key`; return whether it was done now.

	The stamp is written last: an interrupted action is done again, so it must be able to start over.
	Without a key the action is done every time.
	"""
	stamp = bench.root / "stamps" / title.replace(" ", "-")
	if key and stamp.exists() and stamp.read_text() == key:
		print(f"  {title:<34} ready", flush=True)
		return False
	print(f"  {title:<34} …", end="", flush=True)
	started = time.monotonic()
	action()
	if key:
		write_atomically(stamp, key)
	print(f"\b{time.monotonic() - started:5.1f} s", flush=True)
	return True


def forget(bench: Bench, title: str) -> None:
	"""Have the step `title` done again the next time."""
	(bench.root / "stamps" / title.replace(" ", "-")).unlink(missing_ok=True)


def digest(paths: Iterable[Path]) -> str:
	"""Return a hash over the names and contents of the files, also of all files below the folders."""
	sha = hashlib.sha256()
	for path in sorted(file for root in paths for file in _files(root)):
		sha.update(str(path).encode())
		sha.update(path.read_bytes())
	return sha.hexdigest()


def _files(path: Path) -> list[Path]:
	if path.is_file():
		return [path]
	return [file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
