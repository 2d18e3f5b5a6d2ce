"""The pictures of the tour: the demo's desk in Chromium, in German and English, in the light and the dark theme."""

import shutil
from functools import partial

from dev import ports
from dev.bench import REPO, Bench
from dev.site import ADMIN_PASSWORD
from dev.steps import Step

FOLDER = REPO / "docs" / "images" / "tour"


def steps(bench: Bench) -> list[Step]:
	"""Return the step that takes all pictures anew, once the demo is running."""
	return [Step("pictures of the tour", partial(_take, bench))]


def _take(bench: Bench) -> None:
	environment = {
		"PYTHONPATH": f"{REPO / 'tests'}:{REPO / 'tests' / 'browser'}",
		"SALES_OPPORTUNITY_CHROMIUM": shutil.which("chromium") or "",
		"SALES_OPPORTUNITY_ADMIN_PASSWORD": ADMIN_PASSWORD,
	}
	tour = REPO / "dev" / "inside" / "tour.py"
	bench.run(bench.python, tour, ports.url(bench, ports.DEMO), FOLDER, env=environment, log="tour")
