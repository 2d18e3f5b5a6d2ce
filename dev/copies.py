"""The sites of the tests: copies of one that no test touches, new for each run, so that none meets what another has left."""

import json
import secrets
import shutil
from functools import partial
from pathlib import Path

from dev import ports, processes, services
from dev.bench import Bench, write_atomically
from dev.steps import Step

MADE_BY_USE = ("locks", "logs", "stamps", "touched_tables.json")
COPYING = """
	select concat('create table `', table_name, '` like {source}.`', table_name, '`;',
		'insert into `', table_name, '` select * from {source}.`', table_name, '`;')
	from information_schema.tables where table_schema = '{source}'
"""
"""Asks the database for the statements that copy its tables and sequences."""


def steps(bench: Bench, *sites: str) -> list[Step]:
	"""Return the steps that put a new copy in the place of each site."""
	return [Step(f"site {site}, a copy", partial(_copy, bench, site)) for site in sites]


def _copy(bench: Bench, site: str) -> None:
	folder, template = bench.sites / site, bench.sites / ports.TEMPLATE
	processes.stop(bench, site)
	_remove(bench, folder)
	config = _config(template)
	source, copy = config["db_name"], f"_{secrets.token_hex(8)}"
	config.update(db_name=copy, host_name=ports.url(bench, site), allow_tests=True)
	shutil.copytree(template, folder, ignore=shutil.ignore_patterns(*MADE_BY_USE))
	for name in ("locks", "logs"):
		(folder / name).mkdir()
	write_atomically(folder / "site_config.json", json.dumps(config, indent=1))
	services.query(
		bench,
		f"create database {copy} character set utf8mb4 collate utf8mb4_unicode_ci;"
		f"grant all on {copy}.* to {copy} identified by '{config['db_password']}'",
	)
	services.query(bench, services.query(bench, COPYING.format(source=source)), database=copy)


def _remove(bench: Bench, folder: Path) -> None:
	"""Remove a site with its database, or what an interruption has left of them."""
	if (folder / "site_config.json").exists():
		name = _config(folder)["db_name"]
		services.query(bench, f"drop database if exists {name}; drop user if exists {name}")
	shutil.rmtree(folder, ignore_errors=True)


def _config(folder: Path) -> dict:
	return json.loads((folder / "site_config.json").read_text())
