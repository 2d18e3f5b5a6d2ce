"""How the app bears 50 people at once: Locust's users against gunicorn with several processes, over loopback.

Among 10,000 deals each does what a salesperson does (`load_users.py`). It fails if a request failed, or if anything that was
written is not there at the end: each change of an amount, also those that all made to one deal, each new deal, each issued paper.

Usage, in the folder of the bench's sites: python load.py SITE [SECONDS [PROCESSES]]. What it makes stays in the site.
"""

import csv
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import frappe

USERS, MANY = 50, 10_000
PASSWORD = "Fahrrad-2026-Lindental"
LOCUST = Path("../load/bin/locust")
HERE = Path(__file__).parent
DEAL = "Sales Opportunity"


def main(site: str, seconds: int, processes: int) -> int:
	"""Make the people, let them work, print the table, and return how many things are wrong."""
	frappe.init(site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	with tempfile.TemporaryDirectory() as folder:
		plan = {"site": site, "written": f"{folder}/written.json", "password": PASSWORD, **prepare()}
		frappe.db.commit()
		port = free_port()
		server = serve(port, processes, folder)
		try:
			before = busy_and_all()
			people_at_work(port, seconds, folder, plan)
			busy, possible = (after - then for after, then in zip(busy_and_all(), before, strict=True))
		finally:
			others = seconds_of_children()
			server.terminate()
			server.wait()
		failures = show(Path(folder), seconds, busy / possible, seconds_of_children() - others)
		written = json.loads(Path(plan["written"]).read_text())
	frappe.db.rollback()
	return failures + show_differences(plan, written)


def prepare() -> dict:
	"""Return who works with what, all of it made."""
	from frappe.utils.password import update_password

	from sales_opportunity.tests.factories import (
		copy_many,
		make_class,
		make_item,
		make_opportunity,
		make_partner,
		make_stage,
		make_user,
	)

	class_id, stage = make_class("LOAD").name, make_stage("Load", probability=40).name
	values = {"class_id": class_id, "stage": stage, "party": make_partner().name}
	users, deals = [], []
	shared = make_opportunity(**values, amount=1).name
	for number in range(USERS):
		user = make_user(f"load-{number}@example.com", "Sales User").name
		update_password(user, PASSWORD)
		deals.append(make_opportunity(**values, amount=1, opportunity_owner=user).name)
		frappe.share.add(DEAL, shared, user, write=1)
		users.append(user)
	many = make_stage("Load of Many", probability=40).name
	if frappe.db.count(DEAL, {"stage": many}) < MANY:
		copy_many(make_opportunity(**{**values, "stage": many}, amount=1_000), MANY)
	title = f"Load {frappe.generate_hash(length=8)}"
	more = {"item": make_item().name, "title": title, "shared": shared}
	return {**values, **more, "users": users, "deals": deals}


def free_port() -> int:
	with socket.socket() as listener:
		listener.bind(("127.0.0.1", 0))
		return listener.getsockname()[1]


def serve(port: int, processes: int, folder: str) -> subprocess.Popen:
	"""Start gunicorn, and wait until it listens."""
	command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "-w", str(processes), "-t", "300"]
	with Path(folder, "gunicorn.log").open("w") as log:
		server = subprocess.Popen([*command, "--preload", "frappe.app:application"], stdout=log, stderr=log)
	while True:
		assert server.poll() is None, Path(folder, "gunicorn.log").read_text()
		with socket.socket() as caller:
			if caller.connect_ex(("127.0.0.1", port)) == 0:
				return server
		time.sleep(0.2)


def people_at_work(port: int, seconds: int, folder: str, plan: dict) -> None:
	"""Let Locust's users work for some seconds, and finish what they are at."""
	command = [LOCUST, "-f", HERE / "load_users.py", "--headless", "-u", str(USERS), "-r", "5"]
	command += ["-t", f"{seconds}s", "-s", "60", "-H", f"http://127.0.0.1:{port}"]
	command += [
		"--csv",
		f"{folder}/load",
		"--only-summary",
		"--reset-stats",
		"-L",
		"WARNING",
		"--exit-code-on-error",
		"0",
	]
	subprocess.run(
		command, env={**os.environ, "LOAD_PLAN": json.dumps(plan)}, check=True, stdout=subprocess.DEVNULL
	)


def busy_and_all() -> tuple[int, int]:
	"""Return how long the machine's processors have been at work, and how long they have been there."""
	times = [int(each) for each in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
	return sum(times) - times[3] - times[4], sum(times)


def seconds_of_children() -> float:
	"""Return for how long processors have been at work for the processes that this one has waited for."""
	used = resource.getrusage(resource.RUSAGE_CHILDREN)
	return used.ru_utime + used.ru_stime


def show(folder: Path, seconds: int, busy: float, at_work: float) -> int:
	"""Print a row for each kind of request, and return how many failed.

	`busy` is the share of time in which the machine's processors had something to do, `at_work` the seconds of gunicorn's.
	"""
	with (folder / "load_stats.csv").open(newline="") as file:
		rows = list(csv.DictReader(file))
	print(f"{'request':<24}{'number':>8}{'failed':>8}{'p50 ms':>9}{'p95 ms':>9}")
	for row in rows:
		numbers = (row["Request Count"], row["Failure Count"])
		print(f"{row['Name']:<24}{numbers[0]:>8}{numbers[1]:>8}{row['50%']:>9}{row['95%']:>9}")
	total = rows[-1]
	number = int(total["Request Count"])
	print(
		f"\n{number / seconds:.1f} requests a second by {USERS} people; {1000 * at_work / number:.0f} ms of a processor each"
	)
	print(f"without the database; the machine's processors were busy for {100 * busy:.0f} % of the time")
	print((folder / "load_failures.csv").read_text() if int(total["Failure Count"]) else "no request failed")
	return int(total["Failure Count"])


def show_differences(plan: dict, written: dict) -> int:
	"""Print how much of what was written is there, and return how much is not."""
	from sales_opportunity.sales_opportunity.doctype.quote.frozen_paper import is_intact

	new = frappe.get_all(DEAL, {"title": plan["title"]}, pluck="name")
	quotes = frappe.get_all("Quote", {"opportunity": ("in", [*new, ""]), "docstatus": 1}, pluck="name")
	papers = [name for name in quotes if is_intact(frappe.get_doc("Quote", name))]
	changed = [plan["shared"], *plan["deals"]]
	amounts = frappe.get_all(DEAL, {"name": ("in", changed)}, ["name", "amount"], as_list=True)
	facts = {name: frappe.db.count("Sales Opportunity Change", {"opportunity": name}) - 1 for name in changed}
	found = {
		"changes of the deal that all share": (
			written.get(plan["shared"], 0),
			dict(amounts)[plan["shared"]] - 1,
		),
		"changes of own deals": (
			sum(written.get(deal, 0) for deal in plan["deals"]),
			sum(amount - 1 for name, amount in amounts if name != plan["shared"]),
		),
		"facts of change": (sum(written.get(name, 0) for name in changed), sum(facts.values())),
		"new deals": (written.get("deals", 0), len(new)),
		"issued quotes with an intact paper": (written.get("issued", 0), len(papers)),
	}
	for title, (expected, there) in found.items():
		print(f"{title}: {expected} were told to be stored, {there:.0f} are there")
	print(f"times that one met another's change and went on from that: {written.get('meetings', 0)}")
	wrong = [title for title, (expected, there) in found.items() if expected != there]
	return len(wrong) + sum(written.get(deal, 0) != dict(amounts)[deal] - 1 for deal in plan["deals"])


if __name__ == "__main__":
	options = [int(each) for each in sys.argv[2:]]
	sys.exit(bool(main(sys.argv[1], *(options + [120, 4][len(options) :]))))
