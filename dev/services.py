"""A MariaDB and a Redis of this bench's own, on loopback."""

import getpass
import json
import os
import shutil
import subprocess

from dev import ports, processes
from dev.bench import Bench, CommandError, write_atomically

PASSWORD = "loopback-only"  # nosec B105: what its name says
LOGINS = "".join(
	f"create or replace user root@{host} identified by '{PASSWORD}';\n"
	f"grant all on *.* to root@{host} with grant option;\n"
	for host in ("localhost", "127.0.0.1")
)


def start(bench: Bench) -> None:
	"""Start both servers unless they run, and tell the framework where they are."""
	port = ports.read(bench)
	_make_data_folder(bench)
	write_atomically(bench.root / "run" / "logins.sql", LOGINS)
	processes.start(bench, "mariadb", _mariadb(bench, port["mariadb"]), port=port["mariadb"])
	_wait_for_login(bench, port["mariadb"])
	processes.start(bench, "redis", _redis(port["redis"]), port=port["redis"])
	_configure(bench, port)


def _make_data_folder(bench: Bench) -> None:
	"""Make MariaDB's data folder under another name first, so that it is whole or not there."""
	data, unfinished = bench.root / "mariadb", bench.root / "mariadb.new"
	if data.exists():
		return
	shutil.rmtree(unfinished, ignore_errors=True)
	options = ["--skip-test-db", "--auth-root-authentication-method=normal", *_as_root()]
	bench.run("mariadb-install-db", "--no-defaults", f"--datadir={unfinished}", *options, log="mariadb")
	unfinished.rename(data)


def _mariadb(bench: Bench, port: int) -> list[str]:
	return [
		shutil.which("mariadbd") or "/usr/sbin/mariadbd",
		"--no-defaults",
		*_as_root(),
		f"--datadir={bench.root}/mariadb",
		f"--port={port}",
		"--bind-address=127.0.0.1",
		f"--socket={bench.root}/run/mariadb.sock",
		f"--pid-file={bench.root}/run/mariadb.pid",
		f"--init-file={bench.root}/run/logins.sql",
		f"--tmpdir={bench.root}/run",  # whoever starts in a folder that others share deletes their temporary tables
		"--character-set-server=utf8mb4",
		"--collation-server=utf8mb4_unicode_ci",
		"--innodb-buffer-pool-size=256M",
		"--innodb-flush-log-at-trx-commit=2",
		"--skip-name-resolve",
	]


def _redis(port: int) -> list[str]:
	return ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]


def query(bench: Bench, sql: str, *, database: str = "") -> str:
	"""Let MariaDB run statements, in a database if one is named, and return their rows, one a line; raises `CommandError`."""
	done = _client(ports.read(bench)["mariadb"], sql, database)
	if done.returncode:
		raise CommandError(done.stderr)
	return done.stdout


def forget(bench: Bench, key: str) -> None:
	"""Let Redis, if it runs, forget what the framework keeps in it under a key."""
	if processes.is_running(bench, "redis"):
		bench.run("redis-cli", "-p", str(ports.read(bench)["redis"]), "del", key, log="redis")


def _client(port: int, sql: str, database: str = "") -> subprocess.CompletedProcess:
	login = ["-h127.0.0.1", f"-P{port}", "-uroot", f"-p{PASSWORD}"]
	options = ["--no-defaults", *login, "--batch", "--skip-column-names", "--raw"]
	command = ["mariadb", *options, *([database] if database else [])]
	return subprocess.run(command, input=sql, capture_output=True, text=True)


def _wait_for_login(bench: Bench, port: int) -> None:
	takes_login = lambda: _client(port, "select 1").returncode == 0  # noqa: E731
	processes.wait(lambda: takes_login() or not processes.is_running(bench, "mariadb"))
	if not takes_login():
		raise CommandError(f"MariaDB takes no login, see {bench.logs}/mariadb.log")


def _configure(bench: Bench, port: dict[str, int]) -> None:
	"""Write the configuration that all sites share, leaving alone what else stands there."""
	path = bench.sites / "common_site_config.json"
	config = json.loads(path.read_text()) if path.exists() else {}
	redis = f"redis://127.0.0.1:{port['redis']}"
	config.update(
		db_host="127.0.0.1",
		db_port=port["mariadb"],
		redis_cache=redis,
		redis_queue=redis,
		redis_socketio=redis,
		root_login="root",
		root_password=PASSWORD,
		frappe_user=getpass.getuser(),
		server_script_enabled=True,
		disable_telemetry=True,
	)
	write_atomically(path, json.dumps(config, indent=1, sort_keys=True))


def _as_root() -> list[str]:
	return ["--user=root"] if os.geteuid() == 0 else []
