"""Errors in the browser's console: this app's count in the scenes, those of the framework's own code do not."""

import pytest
from console_errors import is_own_exception, is_own_source

SITE = "http://localhost:8090"
DESK = f"{SITE}/assets/frappe/dist/js/desk.bundle.QXEZ.js"
CHART = f"""NotFoundError: Failed to execute 'removeChild' on 'Node': The node to be removed is not a child of this node.
    at BarChart.draw ({DESK}:61413:20)
    at ResizeObserver.boundDrawFn ({DESK}:61322:41)"""
ALERT = f"""TypeError: document.activeElement.select is not a function
    at {DESK}:12:9
    at Array.forEach (<anonymous>)"""


@pytest.mark.parametrize("stack", [CHART, ALERT, CHART.replace("frappe/", "erpnext/")])
def test_what_only_code_of_others_complains_about_is_not_the_apps(stack):
	assert not is_own_exception(stack)


@pytest.mark.parametrize(
	"place",
	[
		f"{SITE}/assets/sales_opportunity/dist/js/sales_opportunity.bundle.A1.js:3:1",
		f"{SITE}/app/sales-opportunity/OPP-2026-00001:47:13",
		f"{SITE}/quote/abc:9:1",
	],
)
def test_what_the_apps_code_took_part_in_is_the_apps(place):
	assert is_own_exception(f"{ALERT}\n    at refresh ({place})")
	assert is_own_exception(f"TypeError: x is undefined\n    at refresh ({place})\n    at {DESK}:1:1")


def test_what_comes_from_nowhere_counts():
	assert is_own_exception("TypeError: x is undefined\n    at <anonymous>:1:1")


@pytest.mark.parametrize(
	("address", "is_own"),
	[
		(f"{SITE}/api/method/frappe.desk.form.save.savedocs", True),
		(f"{SITE}/files/logo.png", True),
		(f"{SITE}/assets/sales_opportunity/images/logo.svg", True),
		(DESK, False),
		(f"{SITE}/socket.io/?EIO=4&transport=polling", False),
	],
)
def test_requests_that_fail_count_but_for_assets_of_others_and_live_updates(address, is_own):
	assert is_own_source(address) == is_own
