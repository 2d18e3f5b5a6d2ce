"""What holds for all tests: each worker has a site of its own, and property tests know no deadline, for a busy machine is no fault."""

import gc
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
	"sales_opportunity", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("sales_opportunity")

HERE = Path(__file__).parent
ROOMS = ("tests/browser", "tests/parallel", "sales_opportunity", "tests")
"""In which order the tests run: what takes long first, so that small things are left for whichever worker is free."""

for name in ("SALES_OPPORTUNITY_TEST_SITE", "SALES_OPPORTUNITY_TEST_URL"):
	if each := os.environ.get(f"{name}S"):
		worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
		os.environ[name] = each.split()[int(worker.removeprefix("gw"))]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
	"""Let the rooms come in their order."""
	items.sort(
		key=lambda item: next(
			number for number, room in enumerate(ROOMS) if item.path.is_relative_to(HERE / room)
		)
	)


def pytest_collection_finish():
	"""Look for garbage only among what tests make, and not in all the modules that were imported for them."""
	gc.collect()
	gc.freeze()
