"""The project's tests, by pytest, and its benchmarks."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev import ports, processes
from dev.bench import APP, REPO, Bench

BENCHMARKS = ("ratios", "reports", "records", "saves", "board", "my_day", "importing")


def test_sites(arguments: list[str]) -> tuple[str, ...]:
	"""Return the sites that these arguments need: all tests run on all sites at once, some run on the first one."""
	return ports.TESTS if not _selects(arguments) or "-n" in arguments else ports.TESTS[:1]


def test(bench: Bench, arguments: list[str]) -> int:
	"""Run all tests, or those that the arguments select, on the test sites; return pytest's exit code."""
	sites = test_sites(arguments)
	environment = {
		"SALES_OPPORTUNITY_BENCH": str(bench.root),
		"SALES_OPPORTUNITY_TEST_SITES": " ".join(sites),
		"SALES_OPPORTUNITY_TEST_URLS": " ".join(ports.url(bench, site) for site in sites),
		"SALES_OPPORTUNITY_AXE": str(bench.root / "accessibility/node_modules/axe-core/axe.min.js"),
		"SALES_OPPORTUNITY_CHROMIUM": shutil.which("chromium-headless-shell")
		or shutil.which("chromium")
		or "",
	}
	return _pytest(bench.env, [*_with_workers(arguments), *_with_paths(arguments, "tests", APP)], environment)


def test_without_bench(env: Path, arguments: list[str]) -> int:
	"""Run the tests that need neither bench nor browser; return pytest's exit code."""
	workers = _with_workers(arguments, os.cpu_count() or 1)
	return _pytest(env, [*workers, "-m", "not browser", *_with_paths(arguments, "tests")], {})


def benchmark(bench: Bench, arguments: list[str]) -> int:
	"""Run the benchmarks that need a site, or those that the arguments name, on the test site; return the last exit code."""
	code = 0
	for name in arguments or BENCHMARKS:
		command = [bench.env / "bin" / "python", REPO / "tests" / "benchmarks" / f"{name}.py", ports.TEST]
		code = subprocess.call(command, cwd=bench.sites) or code
	return code


@contextmanager
def servers_as_before(bench: Bench) -> Iterator[None]:
	"""Stop at the end every server that was not running at the beginning."""
	before = processes.running(bench)
	try:
		yield
	finally:
		processes.stop_all(bench, keep=before)


def _with_paths(arguments: list[str], *paths: str) -> list[str]:
	"""Return the arguments, with the paths added if they name none."""
	return arguments if _name_paths(arguments) else [*arguments, *(str(REPO / path) for path in paths)]


def _with_workers(arguments: list[str], count: int = len(ports.TESTS)) -> list[str]:
	"""Return the options by which all tests run at once, file by file, on `count` workers: by default one for each test site.

	Some tests are sooner done by one process, unless `-n 2` is asked for. A worker that died is not replaced: its
	site would be nobody's.
	"""
	if "-n" in arguments:
		number = []
	elif _selects(arguments):
		return []
	else:
		number = ["-n", str(count)]
	return [*number, "--dist=loadfile", "--no-loadscope-reorder", "--max-worker-restart=0"]


def _selects(arguments: list[str]) -> bool:
	"""Return whether the arguments ask for some of the tests only."""
	return "-k" in arguments or "-m" in arguments or _name_paths(arguments)


def _name_paths(arguments: list[str]) -> bool:
	return any((REPO / argument.split("::")[0]).exists() for argument in arguments)


def _pytest(env: Path, arguments: list[str], environment: dict[str, str]) -> int:
	command = [env / "bin" / "python", "-m", "pytest", "--durations=10", "--durations-min=1", *arguments]
	return subprocess.call(command, cwd=REPO, env={**os.environ, **environment}, close_fds=False)
