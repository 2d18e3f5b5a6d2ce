"""The bench folder: where its parts lie, and how commands are run in it."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
APP = "sales_opportunity"


class CommandError(Exception):
	"""A step can't be done; the message says why, for a person to read."""


@dataclass(frozen=True)
class Bench:
	"""A bench folder below the repository; `release` is a branch of official Frappe, empty for the local one."""

	release: str = ""

	@property
	def root(self) -> Path:
		"""The bench folder itself."""
		return REPO / (f".bench-{self.release}" if self.release else ".bench")

	@property
	def sites(self) -> Path:
		"""The folder of the sites, from which the framework's commands run."""
		return self.root / "sites"

	@property
	def env(self) -> Path:
		"""The Python environment of the framework and the app."""
		return self.root / "env"

	@property
	def python(self) -> Path:
		"""The environment's interpreter."""
		return self.env / "bin" / "python"

	@property
	def logs(self) -> Path:
		"""Where every command and server writes what it has to say."""
		return self.root / "logs"

	def frappe(self, *arguments: str, log: str) -> str:
		"""Run a command of the framework and return its standard output; raises `CommandError` if it fails."""
		return self.run(*self.frappe_command(*arguments), cwd=self.sites, log=log)

	def frappe_command(self, *arguments: str) -> list[str]:
		"""Return the command line of a command of the framework."""
		return [str(self.python), "-m", "frappe.utils.bench_helper", "frappe", *arguments]

	def run(self, *command: str | Path, log: str, cwd: Path = REPO, env: dict | None = None) -> str:
		"""Run a command, append all its output to `logs/<log>.log` and return its standard output.

		It inherits the lock of this run, so that no other run begins before it has ended, even if this one
		is killed. Raises `CommandError`, with the end of the output, if it fails.
		"""
		self.logs.mkdir(parents=True, exist_ok=True)
		path = self.logs / f"{log}.log"
		with open(path, "a+") as output:
			begin = output.seek(0, os.SEEK_END)
			done = subprocess.run(
				[str(part) for part in command],
				cwd=cwd,
				env={**os.environ, **(env or {})},
				stdin=subprocess.DEVNULL,
				stdout=subprocess.PIPE,
				stderr=output,
				text=True,
				close_fds=False,
			)
			output.seek(0, os.SEEK_END)
			output.write(done.stdout)
			output.seek(begin)
			tail = "".join(output.readlines()[-25:])
		if done.returncode:
			raise CommandError(f"{' '.join(map(str, command))}\nfailed, see {path}:\n{tail}")
		return done.stdout


def write_atomically(path: Path, text: str) -> None:
	"""Write a file so that it is there either whole or not at all."""
	path.parent.mkdir(parents=True, exist_ok=True)
	unfinished = path.with_name(f"{path.name}.new")
	unfinished.write_text(text)
	unfinished.replace(path)
