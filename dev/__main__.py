"""Entry point: `python3 -m dev COMMAND`, as the Makefile calls it."""

import argparse
import os
import shutil
import sys
from functools import partial

from dev import (
	checks,
	copies,
	demo,
	framework,
	lint,
	lock,
	official,
	packages,
	ports,
	processes,
	release,
	screenshots,
	servers,
	services,
	site,
	steps,
)
from dev.bench import REPO, Bench, CommandError
from dev.steps import Step


def run_demo(bench: Bench, arguments: list[str]) -> int:
	"""Set everything up, do the main job and leave the desk running."""
	steps.run([*_base(bench), *site.steps(bench, ports.DEMO), *demo.steps(bench)])
	demo.show(bench)
	return 0


def take_screenshots(bench: Bench, arguments: list[str]) -> int:
	"""Set the demo up and take the pictures of the tour."""
	steps.run(
		[
			*_base(bench),
			*site.steps(bench, ports.DEMO),
			*demo.steps(bench),
			Step("main job", partial(demo.do_main_job, bench)),
			*screenshots.steps(bench),
		]
	)
	return 0


def run_tests(bench: Bench, arguments: list[str]) -> int:
	"""Set everything up, check style, run all tests and leave running only what ran before."""
	sites = checks.test_sites(arguments)
	with checks.servers_as_before(bench):
		steps.run(
			[
				*_base(bench),
				*site.steps(bench, ports.TEMPLATE),
				*copies.steps(bench, *sites),
				packages.accessibility_step(bench),
				*(Step(f"web server of {name}", partial(servers.start_web, bench, name)) for name in sites),
				Step("worker", partial(servers.start_worker, bench)),
			]
		)
		return check_style(bench, []) or checks.test(bench, arguments)


def run_benchmarks(bench: Bench, arguments: list[str]) -> int:
	"""Set the test site up, and compare what the app costs with the bare framework."""
	with checks.servers_as_before(bench):
		more = [packages.load_tools_step(bench)] if "load" in arguments else []
		steps.run(
			[*_base(bench), *site.steps(bench, ports.TEMPLATE), *copies.steps(bench, ports.TEST), *more]
		)
		return checks.benchmark(bench, arguments)


def build_assets(bench: Bench, arguments: list[str]) -> int:
	"""Bundle the desk's scripts and styles, if any has changed; a desk that is open takes them when it is reloaded."""
	steps.run(_provider(bench).steps(bench))
	return 0


def run_fast_tests(bench: Bench, arguments: list[str]) -> int:
	"""Check style and run the tests that need no bench; types and rules, which take longer, are left to `lint`."""
	style = lint.check(_with_lint_tools(bench), lint.STYLE)
	return style or checks.test_without_bench(_test_tools(bench), arguments)


def check_style(bench: Bench, arguments: list[str]) -> int:
	"""Check style and format; with an official release nothing, for they are the same whatever the release."""
	return 0 if bench.release else lint.check(_with_lint_tools(bench))


def format_files(bench: Bench, arguments: list[str]) -> int:
	"""Format all Python and JavaScript files."""
	return lint.format_files(_with_lint_tools(bench))


def make_release(bench: Bench, arguments: list[str]) -> int:
	"""Tag this commit as its version, and print what is new in it."""
	print(release.release(REPO))
	return 0


def stop(bench: Bench, arguments: list[str]) -> int:
	"""Stop every server that was started, and nothing else."""
	print("Stopped:", ", ".join(processes.stop_all(bench)) or "nothing was running")
	return 0


def clean(bench: Bench, arguments: list[str]) -> int:
	"""Stop, and remove everything that was generated."""
	stop(bench, arguments)
	shutil.rmtree(bench.root, ignore_errors=True)
	return 0


def _base(bench: Bench) -> list[Step]:
	"""Return the steps below the sites: the framework, and the databases on their ports."""
	return [
		*_provider(bench).steps(bench),
		Step("ports", partial(ports.claim, bench)),
		Step("MariaDB and Redis", partial(services.start, bench)),
	]


def _provider(bench: Bench):
	"""Return the module that makes the bench folder, with the framework, the app and the desk's assets."""
	return official if bench.release else framework


def _with_lint_tools(bench: Bench) -> Bench:
	"""Install the tools that check style, unless they are there, and return the bench."""
	missing = [step for step in lint.steps(bench) if not step.is_done]
	if missing:
		steps.run(missing)
	return bench


def _test_tools(bench: Bench):
	"""Return an environment with pytest: the bench's, or else a small one that is made in a minute."""
	if packages.environment_step(bench).is_done:
		return bench.env
	small = packages.test_tools_step(bench)
	if not small.is_done:
		steps.run([small])
	return bench.root / "fast"


COMMANDS = {
	"demo": run_demo,
	"screenshots": take_screenshots,
	"test": run_tests,
	"test-fast": run_fast_tests,
	"benchmark": run_benchmarks,
	"assets": build_assets,
	"lint": check_style,
	"format": format_files,
	"release": make_release,
	"stop": stop,
	"clean": clean,
}


def main() -> int:
	"""Run one command and return the exit code."""
	parser = argparse.ArgumentParser(prog="python3 -m dev", allow_abbrev=False)
	parser.add_argument("command", choices=COMMANDS)
	parser.add_argument("--release", default="", help="a branch of official Frappe, for example version-15")
	options, arguments = parser.parse_known_args()
	# The framework's servers pretend to send e-mail, without doing so, where this variable is set.
	os.environ.pop("CI", None)
	try:
		lock.hold()
		return COMMANDS[options.command](Bench(options.release), arguments)
	except CommandError as error:
		print(f"\n\n{error}", file=sys.stderr)
		return 1
	except KeyboardInterrupt:
		print("\nInterrupted; the next run goes on from here.", file=sys.stderr)
		return 130


if __name__ == "__main__":
	sys.exit(main())
