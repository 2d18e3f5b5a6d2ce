"""The ready report views open as they are stored, in German and English, and say so once somebody has changed them."""

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

REPORTS = Path(__file__).parents[2] / "sales_opportunity/sales_opportunity/report"
IS_OPEN = "name => cur_list?.report_name === name && cur_list.group_by_control && cur_list.data"
NOT_SAVED = {"de": "Nicht gespeichert", "en": "Not Saved"}


def stored_views() -> dict[str, str]:
	"""Return the DocTypes of the ready report views by their names."""
	found = (json.loads(path.read_text()) for path in REPORTS.glob("*/*.json"))
	return {each["name"]: each["ref_doctype"] for each in found if each["report_type"] == "Report Builder"}


@pytest.mark.parametrize("language", NOT_SAVED)
def test_a_ready_report_says_that_it_is_changed_once_it_is(desk, make_manager, open_deal, language):
	open_deal("Bericht")
	manager = desk(make_manager(language))
	page = manager.page
	manager.open("List", "Quote")
	indicator = page.locator(".page-head:visible .indicator-pill:visible", has_text=NOT_SAVED[language])
	views = stored_views()
	assert len(views) == 5
	for name, doctype in views.items():
		manager.open("List", doctype, "Report", name)
		page.wait_for_function(IS_OPEN, arg=name)
		manager.settle()
		assert page.locator(".page-head:visible .title-text").inner_text(), name
		assert not indicator.count(), name
	manager.open("List", "Sales Opportunity", "Report", "Pipeline by Owner")
	page.wait_for_function(IS_OPEN, arg="Pipeline by Owner")
	manager.shoot(f"pipeline-by-owner-{language}")
	page.evaluate("() => cur_list.filter_area.add([['Sales Opportunity', 'class_id', '=', 'NEW']])")
	manager.settle()
	indicator.wait_for()
