"""The site as many people use it at the same moment: real requests with API keys, and a process inside the bench."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

URL = os.environ.get("SALES_OPPORTUNITY_TEST_URL")
BENCH = os.environ.get("SALES_OPPORTUNITY_BENCH")
SITE = os.environ.get("SALES_OPPORTUNITY_TEST_SITE", "test.localhost")
INSIDE = Path(__file__).with_name("inside.py")

collect_ignore_glob = [] if URL else ["*"]


class Inside:
	"""A process with a connection to the site of its own: `inside(function, **values)` calls a function of inside.py."""

	def __init__(self):
		self.process = subprocess.Popen(
			[sys.executable, str(INSIDE), SITE],
			cwd=Path(BENCH) / "sites",
			stdin=subprocess.PIPE,
			stdout=subprocess.PIPE,
			text=True,
		)

	def __call__(self, function: str, /, **values):
		self.process.stdin.write(json.dumps([function, values]) + "\n")
		self.process.stdin.flush()
		answer = json.loads(self.process.stdout.readline())
		assert "error" not in answer, answer["error"]
		return answer["result"]

	def close(self):
		"""End the process, which ends its transaction."""
		self.process.stdin.close()
		self.process.wait()


@pytest.fixture(scope="session")
def process():
	"""The process inside the bench, and what it has made to be copied."""
	process = Inside()
	yield process
	process.close()


@pytest.fixture(scope="module")
def inside(process):
	"""The process inside the bench, with the site's settings as these tests need them."""
	process("prepare")
	yield process
	process("tidy_up")


@pytest.fixture(scope="module")
def second_inside(inside):
	"""Another such process, for what two jobs do at the same time."""
	second = Inside()
	yield second
	second.close()


@pytest.fixture(scope="module")
def web(inside):
	"""A sales manager with as many connections as are asked for."""
	from web import Web

	return Web(URL, inside("api_token"))
