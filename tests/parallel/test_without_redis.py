"""Redis stops while people work: what was stored is reported as done, and what was not as not done."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from web import Web

from sales_opportunity.tests.waiting import awaited

DOCTYPES = "sales_opportunity.sales_opportunity.doctype"
BENCH = Path(os.environ.get("SALES_OPPORTUNITY_BENCH", ""))
SITE = os.environ.get("SALES_OPPORTUNITY_TEST_SITE", "test.localhost")
SERVE = Path(__file__).parents[2] / "dev" / "inside" / "serve.py"
ADDRESSES = ("redis_cache", "redis_queue", "redis_socketio")
MAIL = {"recipients": "kunde@lindental.example", "subject": "Angebot", "content": "<p>Anbei</p>"}


def free_port() -> int:
	with socket.create_server(("127.0.0.1", 0)) as probe:
		return probe.getsockname()[1]


def end(process: subprocess.Popen):
	process.terminate()
	process.wait()


@pytest.fixture
def redis(request):
	"""A Redis of this test's own."""
	port = free_port()
	command = [shutil.which("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
	process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
	process.port = port
	yield process
	end(process)


@pytest.fixture
def own_web(redis, tmp_path, web) -> Web:
	"""The site, served by a process that knows this Redis only and has used it already."""
	sites = tmp_path / "sites"
	(tmp_path / "logs").mkdir()
	sites.mkdir()
	for path in (BENCH / "sites").iterdir():
		(sites / path.name).symlink_to(path)
	config = json.loads((sites / "common_site_config.json").read_text())
	config.update(dict.fromkeys(ADDRESSES, f"redis://127.0.0.1:{redis.port}"))
	(sites / "common_site_config.json").unlink()
	(sites / "common_site_config.json").write_text(json.dumps(config))
	port = free_port()
	server = subprocess.Popen(
		[sys.executable, str(SERVE), SITE, str(port)],
		cwd=sites,
		stdout=subprocess.DEVNULL,
		stderr=subprocess.DEVNULL,
	)
	own = Web(f"http://127.0.0.1:{port}", web.token)
	awaited(lambda: is_up(own) or server.poll() is not None)
	assert server.poll() is None, "the server has ended"
	yield own
	end(server)


def is_up(web: Web) -> bool:
	try:
		return web.send(("GET", "method/ping", {})).ok
	except requests.ConnectionError:
		return False


def test_what_was_stored_while_redis_is_down_is_not_reported_as_an_error(own_web, redis, inside):
	used, deal, other = inside("scene"), inside("scene"), inside("scene")
	method = f"method/{DOCTYPES}"
	assert own_web.send(("POST", f"{method}.quote.sending.send_quote", {"quote": used["other"], **MAIL})).ok
	end(redis)

	sent = ("POST", f"{method}.quote.sending.send_quote", {"quote": deal["primary"], **MAIL})
	issued = ("PUT", f"resource/Quote/{deal['draft']}", {"docstatus": 1})
	copied = (
		"POST",
		f"{method}.quote.revisions.copy_quote",
		{"quote": deal["other"], "valid_until": "2099-12-31"},
	)
	moved = (
		"POST",
		"method/sales_opportunity.api.move_stage",
		{"opportunity": deal["opportunity"], "stage": "Proposal"},
	)
	noted = (
		"POST",
		"method/sales_opportunity.activities.activity_log.add_activity",
		{"opportunity": deal["opportunity"], "kind": "Task", "subject": "Nachfassen"},
	)
	won = ("POST", "method/sales_opportunity.api.close_as_won", {"opportunity": deal["opportunity"]})
	requested = (
		"POST",
		f"{method}.fulfilment_request.follow_ups.create_fulfilment_request",
		{"opportunity": deal["opportunity"], "kind": "Billing"},
	)
	for request in (sent, issued, copied, moved, noted, won, requested):
		answer = own_web.send(request)
		assert answer.ok, (request[1], answer.status_code, answer.text)
	accepted = own_web.send(
		(
			"POST",
			"method/sales_opportunity.portal.quote_page.accept",
			{
				"token": other["primary_token"],
				"person_name": "Sabine",
				"signature_type": "Typed",
				"consent": True,
			},
		)
	)

	(state,) = inside("state", opportunities=[deal["opportunity"]])
	assert state["opportunity"]["status"] == "Won"
	assert len(state["quotes"]) == 5
	assert len(inside("rows", doctype="Fulfilment Request", opportunity=deal["opportunity"])) == 1
	email = next(quote for quote in state["quotes"] if quote["name"] == deal["primary"])["last_email"]
	assert inside("rows", doctype="Email Queue", communication=email)
	(quote,) = inside("rows", doctype="Quote", name=other["primary"])
	assert accepted.ok == (quote["status"] == "Accepted"), (accepted.status_code, accepted.text)
