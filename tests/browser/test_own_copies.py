"""An admin makes a report and a print format of their own from those of the app, and finds them at work."""

import secrets

import pytest
from clicks import counted

pytestmark = pytest.mark.browser

IS_SHOWN = "name => frappe.query_report?.report_name === name && frappe.query_report.data"


@pytest.fixture(scope="module")
def admin(make_admin) -> str:
	"""Somebody who administers the site; returns the e-mail address."""
	return make_admin("Script Manager", "Sales Manager")


@pytest.fixture
def removed(api):
	"""Collects what is deleted at the end, as pairs of DocType and name."""
	made = []
	yield made
	for doctype, name in made:
		api.delete(doctype, name)


def test_an_admin_copies_reports_and_the_paper(desk, admin, world, removed):
	ada, key = desk(admin), secrets.token_hex(3)
	page = ada.page
	for report, kind in (("Weighted Pipeline", "Query Report"), ("Revenue Forecast", "Custom Report")):
		name = f"Eigen {report} {key}"
		ada.open("query-report", report)
		page.wait_for_function(IS_SHOWN, arg=report)
		with counted(ada.context) as clicks:
			open_menu(page)
			page.locator(".dropdown-item:visible", has_text="Als eigenen Bericht kopieren").click()
			take_name(page, name)
			page.wait_for_function(IS_SHOWN, arg=name)
			assert clicks() == 3
		removed.append(("Report", name))
		ada.settle()
		ada.shoot(f"own-copy-{report.lower().replace(' ', '-')}")
		copy = page.evaluate("() => frappe.query_report.report_doc")
		assert (copy["report_type"], copy["is_standard"]) == (kind, "No")
		assert copy["reference_report"] == (report if kind == "Custom Report" else "")
		assert page.locator(".chart-wrapper svg:visible").count()
		assert page.locator(".page-form:visible [data-fieldname='class_id']").count()
		assert page.locator(".so-drill:visible").count()
		open_menu(page)
		assert not page.locator(".dropdown-item:visible", has_text="Als eigenen Bericht kopieren").count()
		page.keyboard.press("Escape")
	name = f"Eigenes Angebot {key}"
	ada.open("Form", "Print Format", "Quote")
	with counted(ada.context) as clicks:
		ada.button("Als eigenes Druckformat kopieren").click()
		take_name(page, name)
		page.wait_for_function("name => cur_frm?.docname === name", arg=name)
		assert clicks() == 2
	removed.append(("Print Format", name))
	ada.settle()
	ada.shoot("own-copy-print-format")
	assert "quote-paper" in ada.value("html") and "@page" in ada.value("css")
	page.evaluate("() => cur_frm.set_value('html', cur_frm.doc.html.replace('<h1>', '<h1>Unser '))")
	ada.save()
	assert "<h1>Unser " in ada.value("html")


def open_menu(page) -> None:
	"""Open the menu of the page."""
	page.locator(".page-head:visible .menu-btn-group button").click()
	page.locator(".page-head:visible .menu-btn-group .dropdown-item:visible").first.wait_for()


def take_name(page, name: str) -> None:
	"""Enter the copy's name in the dialog."""
	entry = page.locator(".modal:visible input[data-fieldname='new_name']")
	entry.fill(name)
	page.locator(".modal:visible .btn-primary").click()
