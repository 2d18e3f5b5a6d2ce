"""A MariaDB and a Redis of this bench's own, on loopback."""

import shutil
import time

from dev import processes
from dev.bench import DATABASE_PASSWORD, Bench

LOGIN_SQL = f"""
	create or replace user root@localhost identified by '{DATABASE_PASSWORD}';
	create or replace user root@127.0.0.1 identified by '{DATABASE_PASSWORD}';
	grant all on *.* to root@localhost with grant option;
	grant all on *.* to root@127.0.0.1 with grant option;
"""


def start(bench: Bench) -> None:
	"""Start both servers unless they run; choose other ports if somebody else took the remembered ones."""
	ours = {name: processes.is_running(bench, name) for name in ("mariadb", "redis")}
	if any(processes.listens(bench.ports[name]) and not running for name, running in ours.items()):
		processes.stop_all(bench)
		bench.choose_ports()
	start_mariadb(bench)
	start_redis(bench)


def start_mariadb(bench: Bench) -> None:
	"""Start MariaDB; its data folder is made under another name first, so that it is whole or not there."""
	data, login = bench.root / "mariadb", bench.root / "run" / "login.sql"
	if not data.exists():
		unfinished = bench.root / "mariadb.new"
		shutil.rmtree(unfinished, ignore_errors=True)
		install = ["mariadb-install-db", "--no-defaults", f"--datadir={unfinished}", "--skip-test-db"]
		bench.run([*install, *_user_option(), "--auth-root-authentication-method=normal"], log="mariadb")
		unfinished.rename(data)
	login.parent.mkdir(exist_ok=True)
	login.write_text(" ".join(LOGIN_SQL.split()).replace("; ", ";\n"))
	processes.start(
		bench,
		"mariadb",
		[
			shutil.which("mariadbd") or "/usr/sbin/mariadbd",
			"--no-defaults",
			*_user_option(),
			f"--datadir={data}",
			f"--port={bench.ports['mariadb']}",
			"--bind-address=127.0.0.1",
			f"--socket={bench.root}/run/mariadb.sock",
			f"--pid-file={bench.root}/run/mariadb.pid",
			f"--init-file={login}",
			"--character-set-server=utf8mb4",
			"--collation-server=utf8mb4_unicode_ci",
			"--innodb-buffer-pool-size=256M",
			"--innodb-flush-log-at-trx-commit=2",
			"--skip-name-resolve",
		],
		cwd=bench.root,
		port=bench.ports["mariadb"],
	)
	_wait_for_login(bench)


def start_redis(bench: Bench) -> None:
	"""Start Redis without persistence; it serves as cache and as queue."""
	port = bench.ports["redis"]
	command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
	processes.start(bench, "redis", command, cwd=bench.root, port=port)


def _wait_for_login(bench: Bench) -> None:
	login = [
		"mariadb",
		"--no-defaults",
		"-h127.0.0.1",
		f"-P{bench.ports['mariadb']}",
		"-uroot",
		"-e",
		"select 1",
	]
	for attempt in range(60):
		try:
			bench.run([*login, f"-p{DATABASE_PASSWORD}"], log="mariadb-login")
			return
		except Exception:
			if attempt == 59:
				raise
			time.sleep(0.5)


def _user_option() -> list[str]:
	import os

	return ["--user=root"] if os.geteuid() == 0 else []
