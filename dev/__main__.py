"""Entry point: `python3 -m dev demo | test | test-fast | lint | stop | clean`, as the Makefile calls it."""

import argparse
import fcntl
import os
import shutil
import subprocess
import sys

from dev import assets, demo, framework, official, packages, processes, servers, services, site
from dev.bench import APP, REPO, Bench, CommandError
from dev.steps import digest, step

DEMO, TEST = "demo.localhost", "test.localhost"
BENCH_FREE = ["-m", "not bench and not browser", "tests"]


def prepare(bench: Bench) -> None:
	"""Bring up everything below the sites: packages, framework, databases and the desk's assets."""
	step(bench, "Debian packages", lambda: packages.install_debian_packages(bench))
	if bench.release:
		step(bench, "official Frappe", lambda: official.install(bench), key=bench.release)
	else:
		locks = digest([packages.REQUIREMENTS])
		folder = bench.root / "env"
		make = step(
			bench,
			"Python environment",
			lambda: packages.make_environment(bench, folder, "frappe", "test"),
			locks,
		)
		step(bench, "framework", lambda: framework.install(bench), key=framework.SHA256)
		framework.lay_out(bench)
		if make:
			servers.stop(bench)
	step(bench, "MariaDB and Redis", lambda: services.start(bench))
	framework.configure(bench)
	if not bench.release:
		lock = digest([assets.SOURCES])
		step(bench, "npm packages", lambda: assets.install(bench), key=lock)
		step(bench, "desk assets", lambda: assets.build(bench), key=lock + digest([REPO / APP / "public"]))


def prepare_site(bench: Bench, name: str) -> None:
	"""Create the site, or bring it up to the app's present files, and serve it."""
	present = site.app_digest()
	created = step(bench, f"site {name}", lambda: site.create(bench, name), key="1")
	site.configure(bench, name)
	stamp = bench.root / "stamps" / f"migrated-{name}"
	if created:
		stamp.write_text(present)
	if step(bench, f"migrated {name}", lambda: site.migrate(bench, name), key=present):
		servers.stop(bench)
	step(bench, f"web server {name}", lambda: servers.start_web(bench, name))


def run_demo(bench: Bench) -> None:
	"""Set everything up, do the main job and leave the desk running."""
	print("Setting up the demo:")
	prepare(bench)
	prepare_site(bench, DEMO)
	step(bench, "demo data", lambda: demo.load(bench, DEMO), key=digest([REPO / APP / "demo"]))
	step(bench, "worker and scheduler", lambda: servers.start_background(bench))
	demo.show(bench, DEMO)


def run_tests(bench: Bench, arguments: list[str]) -> int:
	"""Set everything up and run all tests; return pytest's exit code."""
	print("Setting up the tests:")
	prepare(bench)
	prepare_site(bench, TEST)
	tools = bench.root / "env" / "bin"
	environment = {
		**os.environ,
		"SALES_OPPORTUNITY_BENCH": str(bench.root),
		"SALES_OPPORTUNITY_TEST_SITE": TEST,
		"SALES_OPPORTUNITY_TEST_URL": bench.url(TEST),
		"SALES_OPPORTUNITY_CHROMIUM": shutil.which("chromium") or "",
	}
	code = lint(bench, tools / "ruff") or subprocess.call(
		[str(bench.python), "-m", "pytest", *arguments], cwd=REPO, env=environment
	)
	processes.stop(bench, f"web-{TEST}")
	return code


def run_fast_tests(bench: Bench, arguments: list[str]) -> int:
	"""Run the tests that need no bench, in a small environment of their own; return pytest's exit code."""
	folder = bench.root / "fast"
	lock = digest([packages.REQUIREMENTS / "test.txt"])
	step(bench, "small environment", lambda: packages.make_environment(bench, folder, "test"), key=lock)
	python = folder / "bin" / "python"
	return lint(bench, folder / "bin" / "ruff") or subprocess.call(
		[str(python), "-m", "pytest", *BENCH_FREE, *arguments], cwd=REPO
	)


def lint(bench: Bench, ruff) -> int:
	"""Check style and format of all Python files; return 0 if there is nothing to complain about."""
	return subprocess.call([str(ruff), "check", "--quiet", "."], cwd=REPO) or subprocess.call(
		[str(ruff), "format", "--check", "--quiet", "."], cwd=REPO
	)


def main() -> int:
	"""Run one command and return the exit code."""
	parser = argparse.ArgumentParser(prog="python3 -m dev")
	parser.add_argument("command", choices=["demo", "test", "test-fast", "stop", "clean"])
	parser.add_argument("--release", default="", help="a branch of official Frappe, for example version-15")
	options, rest = parser.parse_known_args()
	bench = Bench(options.release)
	bench.root.mkdir(exist_ok=True)
	with open(bench.root / "lock", "w") as lock:
		try:
			fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except BlockingIOError:
			print("Another make is at work in this folder: wait for it to end.", file=sys.stderr)
			return 1
		try:
			if options.command == "demo":
				run_demo(bench)
			elif options.command == "test":
				return run_tests(bench, rest)
			elif options.command == "test-fast":
				return run_fast_tests(bench, rest)
			else:
				stopped = processes.stop_all(bench)
				print(f"Stopped: {', '.join(stopped) or 'nothing was running'}.")
				if options.command == "clean":
					shutil.rmtree(bench.root)
		except (CommandError, TimeoutError, ChildProcessError) as error:
			print(f"\n{error}", file=sys.stderr)
			return 1
		except KeyboardInterrupt:
			print("\nInterrupted. The next run goes on from here.", file=sys.stderr)
			return 130
	return 0


if __name__ == "__main__":
	sys.exit(main())
