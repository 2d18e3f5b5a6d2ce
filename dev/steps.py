"""Steps that are shown with their time, done once, and begun anew when they were interrupted."""

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from dev.bench import write_atomically


@dataclass(frozen=True)
class Step:
	"""Something to do; with a stamp it is done only if the stamp does not hold `key`.

	The stamp lies inside of what the step makes, so that both vanish together, and is written last: an
	interrupted action is done again and must be able to start over.
	"""

	title: str
	action: Callable[[], object]
	stamp: Path | None = None
	key: str = ""

	@property
	def is_done(self) -> bool:
		"""Whether the stamp says that this was done with the same key."""
		return bool(self.stamp and self.stamp.exists() and self.stamp.read_text() == self.key)


def run(steps: list[Step]) -> None:
	"""Do the steps in order and show each with its time, or as ready."""
	for number, step in enumerate(steps, 1):
		print(f"[{number}/{len(steps)}] {step.title} … ", end="", flush=True)
		if step.is_done:
			print("ready", flush=True)
			continue
		started = time.monotonic()
		if step.stamp:
			step.stamp.unlink(missing_ok=True)
		step.action()
		if step.stamp:
			write_atomically(step.stamp, step.key)
		print(f"{time.monotonic() - started:.1f} s", flush=True)


def digest(*paths: Path) -> str:
	"""Return a hash over the names and contents of files, and of all files below folders."""
	sha = hashlib.sha256()
	for path in sorted(file for root in paths for file in _files(root)):
		sha.update(str(path).encode())
		sha.update(path.read_bytes())
	return sha.hexdigest()


def _files(path: Path) -> Iterable[Path]:
	if path.is_file():
		return [path]
	return [file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
