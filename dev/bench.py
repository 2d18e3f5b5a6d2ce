"""The bench folder: where everything lies, which ports it uses, and how its commands are run."""

import json
import os
import socket
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
APP = "sales_opportunity"
PORTS = ("mariadb", "redis", "demo", "test")
DATABASE_PASSWORD = "loopback-only"


@dataclass(frozen=True)
class Bench:
	"""A bench folder below the repository; `release` is a branch of official Frappe, empty for the local one."""

	release: str = ""

	@cached_property
	def root(self) -> Path:
		"""The bench folder itself."""
		return REPO / (f".bench-{self.release}" if self.release else ".bench")

	@property
	def sites(self) -> Path:
		"""The folder of the sites, from which Frappe's commands run."""
		return self.root / "sites"

	@property
	def python(self) -> Path:
		"""The interpreter of the bench's environment."""
		return self.root / "env" / "bin" / "python"

	@property
	def logs(self) -> Path:
		"""Where every step and server writes what it has to say."""
		return self.root / "logs"

	@cached_property
	def ports(self) -> dict[str, int]:
		"""The remembered ports by name; free ones are chosen the first time."""
		path = self.root / "ports.json"
		if not path.exists():
			self.choose_ports()
		return json.loads(path.read_text())

	def choose_ports(self) -> None:
		"""Choose free loopback ports and remember them."""
		sockets = [socket.create_server(("127.0.0.1", 0)) for _ in PORTS]
		ports = {name: sock.getsockname()[1] for name, sock in zip(PORTS, sockets, strict=True)}
		for sock in sockets:
			sock.close()
		write_atomically(self.root / "ports.json", json.dumps(ports, indent=1))
		self.__dict__.pop("ports", None)

	def url(self, site: str) -> str:
		"""Return the address of a site's web server; a site is called after its port: demo.localhost."""
		return f"http://localhost:{self.ports[site.split('.')[0]]}"

	def frappe(self, *arguments: str, log: str = "frappe", env: dict | None = None) -> str:
		"""Run a command of the framework and return what it printed.

		Raises `CommandError`, with the end of the output, if the command fails.
		"""
		return self.run(
			[str(self.python), "-m", "frappe.utils.bench_helper", "frappe", *arguments],
			cwd=self.sites,
			log=log,
			env=env,
		)

	def run(self, command: list[str], log: str, cwd: Path | None = None, env: dict | None = None) -> str:
		"""Run a command, append its output to `logs/<log>.log` and return its standard output.

		Raises `CommandError`, with the end of the output, if the command fails.
		"""
		self.logs.mkdir(parents=True, exist_ok=True)
		with open(self.logs / f"{log}.log", "a") as errors:
			done = subprocess.run(
				command,
				cwd=cwd,
				env={**os.environ, **(env or {})},
				stdin=subprocess.DEVNULL,
				stdout=subprocess.PIPE,
				stderr=subprocess.STDOUT if log != "demo" else errors,
				text=True,
			)
			errors.write(done.stdout)
		if done.returncode:
			tail = "\n".join(done.stdout.splitlines()[-25:])
			raise CommandError(f"{' '.join(command[:6])} … failed ({self.logs / f'{log}.log'}):\n{tail}")
		return done.stdout


class CommandError(Exception):
	"""A command of a step failed; the message says which and what it printed."""


def write_atomically(path: Path, text: str) -> None:
	"""Write a file so that it is there either whole or not at all."""
	path.parent.mkdir(parents=True, exist_ok=True)
	temporary = path.with_name(path.name + ".new")
	temporary.write_text(text)
	temporary.replace(path)
